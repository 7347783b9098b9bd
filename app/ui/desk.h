// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Everything the window shows, made once and handed to it as one object.

#include <qqmlregistration.h>
#include <QUrl>

#include "app/ui/activity-model.h"
#include "app/ui/app-view.h"
#include "app/ui/apps-model.h"
#include "app/ui/ask-draft.h"
#include "app/ui/available.h"
#include "app/ui/connections-model.h"
#include "app/ui/explanation.h"
#include "app/ui/grants-model.h"
#include "app/ui/health.h"
#include "app/ui/in-use.h"
#include "app/ui/invitations.h"
#include "app/ui/journal-model.h"
#include "app/ui/machine-view.h"
#include "app/ui/machines-model.h"
#include "app/ui/nevers.h"
#include "app/ui/offer-use.h"
#include "app/ui/packages.h"
#include "app/ui/pairing.h"
#include "app/ui/parting.h"
#include "app/ui/repositories.h"
#include "app/ui/requests-model.h"
#include "app/ui/rule-edit.h"
#include "app/ui/rule-exchange.h"
#include "app/ui/share-draft.h"
#include "app/ui/stop-plan.h"
#include "app/ui/this-machine.h"
#include "app/ui/trial-review.h"
#include "app/ui/undo.h"
#include "app/ui/updates.h"

namespace latchkey::ui {

class Desk final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by main")
  Q_PROPERTY(latchkey::ui::AppsModel* apps READ apps CONSTANT)
  Q_PROPERTY(latchkey::ui::GrantsModel* grants READ grants CONSTANT)
  Q_PROPERTY(latchkey::ui::InUse* inUse READ inUse CONSTANT)
  Q_PROPERTY(latchkey::ui::RequestsModel* requests READ requests CONSTANT)
  Q_PROPERTY(latchkey::ui::ActivityModel* activity READ activity CONSTANT)
  Q_PROPERTY(latchkey::ui::ConnectionsModel* connections READ connections CONSTANT)
  Q_PROPERTY(latchkey::ui::JournalModel* journal READ journal CONSTANT)
  Q_PROPERTY(latchkey::ui::MachinesModel* machines READ machines CONSTANT)
  Q_PROPERTY(latchkey::ui::MachineView* machine READ machine CONSTANT)
  Q_PROPERTY(latchkey::ui::ShareDraft* share READ share CONSTANT)
  Q_PROPERTY(latchkey::ui::AskDraft* ask READ ask CONSTANT)
  Q_PROPERTY(latchkey::ui::OfferUse* offerUse READ offerUse CONSTANT)
  Q_PROPERTY(latchkey::ui::Installing* installing READ installing CONSTANT)
  Q_PROPERTY(latchkey::ui::Packages* packages READ packages CONSTANT)
  Q_PROPERTY(latchkey::ui::Available* available READ available CONSTANT)
  Q_PROPERTY(latchkey::ui::Updates* updates READ updates CONSTANT)
  Q_PROPERTY(latchkey::ui::Repositories* repositories READ repositories CONSTANT)
  Q_PROPERTY(latchkey::ui::ThisMachine* self READ self CONSTANT)
  Q_PROPERTY(latchkey::ui::Invitations* invitations READ invitations CONSTANT)
  Q_PROPERTY(latchkey::ui::Pairing* pairing READ pairing CONSTANT)
  Q_PROPERTY(latchkey::ui::Parting* parting READ parting CONSTANT)
  Q_PROPERTY(latchkey::ui::AppView* page READ page CONSTANT)
  Q_PROPERTY(latchkey::ui::RuleEdit* ruleEdit READ ruleEdit CONSTANT)
  Q_PROPERTY(latchkey::ui::Nevers* nevers READ nevers CONSTANT)
  Q_PROPERTY(latchkey::ui::RuleExchange* exchange READ exchange CONSTANT)
  Q_PROPERTY(latchkey::ui::Explanation* explanation READ explanation CONSTANT)
  Q_PROPERTY(latchkey::ui::StopPlan* stopPlan READ stopPlan CONSTANT)
  Q_PROPERTY(latchkey::ui::TrialReview* trials READ trials CONSTANT)
  Q_PROPERTY(latchkey::ui::Undo* undo READ undo CONSTANT)
  Q_PROPERTY(latchkey::ui::Health* health READ health CONSTANT)

public:
  Desk(Session& session, Catalog& catalog, const Places& places, QObject* parent = nullptr);

  AppsModel* apps() { return &m_apps; }
  GrantsModel* grants() { return &m_grants; }
  InUse* inUse() { return &m_inUse; }
  RequestsModel* requests() { return &m_requests; }
  ActivityModel* activity() { return &m_activity; }
  ConnectionsModel* connections() { return &m_connections; }
  JournalModel* journal() { return &m_journal; }
  MachinesModel* machines() { return &m_machines; }
  MachineView* machine() { return &m_machine; }
  ShareDraft* share() { return &m_share; }
  AskDraft* ask() { return &m_ask; }
  OfferUse* offerUse() { return &m_offerUse; }
  Installing* installing() { return &m_installing; }
  Packages* packages() { return &m_packages; }
  Available* available() { return &m_available; }
  Updates* updates() { return &m_updates; }
  Repositories* repositories() { return &m_repositories; }
  ThisMachine* self() { return &m_self; }
  Invitations* invitations() { return &m_invitations; }
  Pairing* pairing() { return &m_pairing; }
  Parting* parting() { return &m_parting; }
  AppView* page() { return &m_page; }
  RuleEdit* ruleEdit() { return &m_ruleEdit; }
  Nevers* nevers() { return &m_nevers; }
  RuleExchange* exchange() { return &m_exchange; }
  Explanation* explanation() { return &m_explanation; }
  StopPlan* stopPlan() { return &m_stopPlan; }
  TrialReview* trials() { return &m_trials; }
  Undo* undo() { return &m_undo; }
  Health* health() { return &m_health; }

  // Bundles are looked at, and so are keys of repositories; everything else is handed to the app that starts.
  Q_INVOKABLE void dropped(const QList<QUrl>& files);
  // What was opened with this program: a bundle is looked at, once there is somebody who can.
  void open(const QUrl& file);
  Q_INVOKABLE void stopAll();
  Q_INVOKABLE void setNetworkOff(bool off);

private:
  void nameMachines();

  Session& m_session;
  QUrl m_opened;  // As long as there is no connection.
  Undo m_undo;
  AppsModel m_apps;
  GrantsModel m_grants;
  InUse m_inUse;
  RequestsModel m_requests;
  ActivityModel m_activity;
  ConnectionsModel m_connections;
  JournalModel m_journal;
  MachineLine m_machineLine;
  SharingLine m_sharingLine;
  MachinesModel m_machines;
  MachineView m_machine;
  ShareDraft m_share;
  AskDraft m_ask;
  OfferUse m_offerUse;
  PackageLine m_packageLine;
  Installing m_installing;
  Packages m_packages;
  Available m_available;
  Updates m_updates;
  Repositories m_repositories;
  ThisMachine m_self;
  Invitations m_invitations;
  Pairing m_pairing;
  Parting m_parting;
  AppView m_page;
  RuleEdit m_ruleEdit;
  Nevers m_nevers;
  RuleExchange m_exchange;
  Explanation m_explanation;
  StopPlan m_stopPlan;
  TrialReview m_trials;
  Health m_health;
};

}  // namespace latchkey::ui
