// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What one other machine offers: new ones first, then those that were accepted with who uses them here, then those that
// are over. An offer gives nothing until it is used; what was made of it hangs below its own grant and ends with that.

#include <QTimer>
#include <QUrl>

#include "app/ui/apps-model.h"
#include "app/ui/machines-model.h"
#include "app/ui/session.h"
#include "app/ui/sharing-line.h"

namespace latchkey::ui {

// Who has something of an offer: an app, or another machine it was passed on to.
class OfferUser {
  Q_GADGET
  QML_VALUE_TYPE(offerUser)
  Q_PROPERTY(QString grant MEMBER grant)
  Q_PROPERTY(QString name MEMBER name)
  // "finds it at db, port 5432 · while it runs · 14:02"
  Q_PROPERTY(QString line MEMBER line)
  Q_PROPERTY(QUrl portrait MEMBER portrait)
  Q_PROPERTY(int stripe MEMBER stripe)
  Q_PROPERTY(QString initials MEMBER initials)
  Q_PROPERTY(int live MEMBER live)

public:
  QString grant;
  QString name;
  QString line;
  QUrl portrait;
  int stripe = -1;  // Of a machine.
  QString initials;
  int live = 0;
  bool operator==(const OfferUser&) const = default;
};

class OffersModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the program's desk")
  Q_PROPERTY(QString machine READ machine WRITE setMachine NOTIFY shownChanged)
  // Of the machine shown: those that nobody has answered yet.
  Q_PROPERTY(int fresh READ fresh NOTIFY shownChanged)

public:
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString
    TitleRole,                  // QString: their words.
    KindRole,                   // QString: "A service"
    TermsRole,                  // QString: "until tomorrow · at most 10 uses"
    ChainRole,                  // QString: the way it came, or empty.
    StateRole,                  // QString: "Offered 14:02"
    GroupRole,                  // QString: heading it stands under.
    NewRole,                    // bool
    AcceptedRole,               // bool
    OverRole,                   // bool
    UsableRole,                 // bool: it can be given to an app.
    PassableRole,               // bool: it can be passed on, as it is now.
    GrantRole,                  // QString: what this machine has by it.
    UsersRole,                  // QList<OfferUser>
    LiveRole,                   // int
    FilesRole,                  // bool: a folder or a file.
    PlaceRole,                  // QString: where the person finds it; empty: nowhere at the moment.
    AppRole,                    // bool: an app, to be started and stopped there.
    StartableRole,              // bool: it is accepted, and does not run.
    RunningRole,                // bool: it was started from here, and goes on.
  };

  OffersModel(Session& session, SharingLine& line, const MachinesModel& machines, const AppsModel& names, Undo& undo,
              QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  QString machine() const { return m_machine; }
  void setMachine(const QString& machine);
  int fresh() const;

  const MachineOffer* find(const QString& id) const;
  // What hangs on it directly.
  QList<Grant> usesOf(const MachineOffer& offer) const { return m_uses.value(offer.grant).values(); }
  QString machineName(const MachineOffer& offer) const;

  Q_INVOKABLE void decline(const QString& id);
  // An app is for the person: no more is to be said.
  Q_INVOKABLE void take(const QString& id);
  Q_INVOKABLE void start(const QString& id);
  Q_INVOKABLE void stop(const QString& id);
  // Files, in the person's own file manager.
  Q_INVOKABLE void show(const QString& id) const;

Q_SIGNALS:
  void shownChanged();

private:
  void told(const QList<MachineOffer>& offers);
  void takeGrants(const QList<Grant>& grants);
  void arrange();
  bool reachable(const MachineOffer& offer) const;
  QString place(const MachineOffer& offer) const;
  QList<OfferUser> users(const MachineOffer& offer) const;
  int live(const MachineOffer& offer) const;

  SharingLine& m_line;
  const MachinesModel& m_machines;
  const AppsModel& m_names;
  Undo& m_undo;
  QString m_machine;
  QHash<QString, MachineOffer> m_offers;
  QHash<QString, QString> m_byGrant;            // Ids of offers.
  QHash<QString, QMap<QString, Grant>> m_uses;  // Those that live, by what they were made of.
  QHash<QString, QString> m_places;             // Of files, by what this machine has by it.
  QHash<QString, int> m_parts;                  // Of the rows, as they are arranged.
  QTimer m_arranging;
  QTimer m_clock;  // What is said of the past changes by itself.
};

}  // namespace latchkey::ui
