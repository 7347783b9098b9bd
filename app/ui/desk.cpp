// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/desk.h"

namespace latchkey::ui {

Desk::Desk(Session& session, Catalog& catalog, const Places& places, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_apps(session, catalog),
      m_grants(session, m_apps),
      m_inUse(session, m_grants, m_apps, m_undo),
      m_requests(session, m_apps),
      m_activity(session, m_apps),
      m_connections(session, m_apps, m_undo),
      m_journal(session, m_apps),
      m_machineLine(session),
      m_sharingLine(session),
      m_machines(session, m_machineLine, m_sharingLine, m_undo),
      m_machine(session, m_machineLine, m_sharingLine, m_machines, m_apps, m_undo),
      m_share(session, m_sharingLine, m_machines, *m_machine.offers(), m_apps, m_undo),
      m_ask(m_sharingLine, m_machines, m_undo),
      m_offerUse(session, m_sharingLine, *m_machine.offers(), m_apps, m_undo),
      m_packageLine(session),
      m_installing(session, m_packageLine, m_undo, QString::fromStdString(places.home)),
      m_packages(session, m_packageLine, m_installing, m_apps, m_undo),
      m_available(session, m_packageLine, m_installing),
      m_updates(session, m_packageLine, m_installing, m_apps, m_undo),
      m_repositories(session, m_packageLine, m_undo),
      m_self(m_machineLine, m_undo),
      m_invitations(m_machineLine, m_undo),
      m_pairing(m_machineLine, m_machines, m_invitations, m_undo),
      m_parting(session, m_machineLine, m_machines, m_grants, m_undo),
      m_page(session, m_apps, catalog, places),
      m_ruleEdit(session, m_grants, m_undo, QString::fromStdString(places.home)),
      m_nevers(session, m_apps, m_undo),
      m_exchange(session, m_apps, m_undo, QString::fromStdString(places.home)),
      m_explanation(session, m_apps),
      m_stopPlan(session, m_grants, m_apps, m_undo),
      m_trials(session, m_apps, m_undo, places),
      m_health(session) {
  auto tell = [this](const QString& line) { m_undo.did(line); };
  connect(&session, &Session::trouble, this, tell);
  connect(&session, &Session::onlineChanged, this, [this] {
    if (m_session.online() && !m_opened.isEmpty()) open(std::exchange(m_opened, {}));
  });
  connect(&m_apps, &AppsModel::trouble, this, tell);
  connect(&m_requests, &RequestsModel::stopWanted, &m_stopPlan, &StopPlan::begin);
  connect(&m_parting, &Parting::additionWanted, &m_pairing, &Pairing::begin);
  connect(&m_machines, &MachinesModel::changed, this, &Desk::nameMachines);
  connect(&m_sharingLine, &SharingLine::told, this, [this](const QList<MachineOffer>&, const QList<ShareMark>& marks) {
    m_grants.setMarks(marks);
    m_machine.grants()->setMarks(marks);
  });
  connect(m_page.requests(), &RequestsModel::stopWanted, &m_stopPlan, &StopPlan::begin);
}

void Desk::nameMachines() {
  QHash<QString, AppsModel::OtherHolder> others;
  for (const auto& machine : m_machines.all()) {
    others.insert(machine.holder(), {machine.petname, machine.stripe});
    others.insert(holderFrom(machine.id), {machine.petname, machine.stripe});
  }
  m_apps.setOthers(others);
}

void Desk::dropped(const QList<QUrl>& files) {
  auto only = files.size() == 1 ? files[0].toLocalFile() : QString();
  if (only.endsWith(QStringLiteral(".latchkey"))) m_installing.look(files[0]);
  else if (only.endsWith(QStringLiteral(".pub"))) m_repositories.takeKey(files[0]);
  else m_apps.startDropped(files);
}

void Desk::open(const QUrl& file) {
  if (m_session.online()) m_installing.look(file);
  else m_opened = file;
}

void Desk::stopAll() {
  m_session.stopAll();
  m_undo.did(tr("All apps are being stopped"));
}

void Desk::setNetworkOff(bool off) {
  m_session.networkOff(off);
  if (off) m_undo.did(tr("The network is off for all apps"), [this] { m_session.networkOff(false); });
}

}  // namespace latchkey::ui
