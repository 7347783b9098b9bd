// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The one machine whose page is open.

#include "app/ui/grants-model.h"
#include "app/ui/machines-model.h"
#include "app/ui/offers-model.h"
#include "app/ui/wishes-model.h"

namespace latchkey::ui {

// A way to it, in the order in which they are tried.
class Way {
  Q_GADGET
  QML_VALUE_TYPE(machineWay)
  Q_PROPERTY(QString text MEMBER text)
  Q_PROPERTY(QString origin MEMBER origin)
  Q_PROPERTY(QString outcome MEMBER outcome)
  Q_PROPERTY(bool worked MEMBER worked)

public:
  QString text;
  QString origin;
  QString outcome;
  bool worked = false;
  bool operator==(const Way&) const = default;
};

class MachineView final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(QString machine READ machine NOTIFY changed)
  // It is among those that are known.
  Q_PROPERTY(bool there READ there NOTIFY changed)
  Q_PROPERTY(QString petname READ petname WRITE setPetname NOTIFY changed)
  Q_PROPERTY(QString announced READ announced NOTIFY changed)
  Q_PROPERTY(int stripe READ stripe NOTIFY changed)
  Q_PROPERTY(QString initials READ initials NOTIFY changed)
  Q_PROPERTY(QString stateText READ stateText NOTIFY changed)
  Q_PROPERTY(QString why READ why NOTIFY changed)
  Q_PROPERTY(QString way READ way NOTIFY changed)
  // What to do about it, where there is something to do.
  Q_PROPERTY(QString care READ care NOTIFY changed)
  // Adding it again is what would help.
  Q_PROPERTY(bool beginAnew READ beginAnew NOTIFY changed)
  Q_PROPERTY(bool connected READ connected NOTIFY changed)
  Q_PROPERTY(bool connecting READ connecting NOTIFY changed)
  Q_PROPERTY(bool blocked READ blocked NOTIFY changed)
  // Made from its key.
  Q_PROPERTY(QString identity READ identity NOTIFY changed)
  Q_PROPERTY(QString paired READ paired NOTIFY changed)
  Q_PROPERTY(QString seen READ seen NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Way> ways READ ways NOTIFY changed)
  // What it may use of mine, and what it offers.
  Q_PROPERTY(latchkey::ui::GrantsModel* grants READ grants CONSTANT)
  Q_PROPERTY(latchkey::ui::OffersModel* offers READ offers CONSTANT)
  // What it was asked for.
  Q_PROPERTY(latchkey::ui::WishesModel* wishes READ wishes CONSTANT)

public:
  MachineView(Session& session, MachineLine& line, SharingLine& sharing, MachinesModel& machines,
              const AppsModel& names, Undo& undo, QObject* parent = nullptr);

  QString machine() const { return m_id; }
  bool there() const { return m_machines.find(m_id) != nullptr; }
  QString petname() const { return of(&Machine::petname); }
  void setPetname(const QString& petname) { m_machines.rename(m_id, petname); }
  QString announced() const { return of(&Machine::announced); }
  int stripe() const;
  QString initials() const;
  QString stateText() const;
  QString why() const;
  QString way() const;
  QString care() const;
  bool beginAnew() const;
  bool connected() const { return is(Machine::State::Connected); }
  bool connecting() const { return is(Machine::State::Connecting); }
  bool blocked() const { return is(Machine::State::Blocked); }
  QString identity() const;
  QString paired() const;
  QString seen() const;
  QList<Way> ways() const;
  GrantsModel* grants() { return &m_grants; }
  OffersModel* offers() { return &m_offers; }
  WishesModel* wishes() { return &m_wishes; }

  Q_INVOKABLE void open(const QString& machine);
  Q_INVOKABLE void connectNow() { m_machines.connectNow(m_id); }
  Q_INVOKABLE void unblock() { m_machines.unblock(m_id); }
  Q_INVOKABLE void addWay(const QString& text);
  Q_INVOKABLE void removeWay(int index);
  // Tried one earlier.
  Q_INVOKABLE void raiseWay(int index);

Q_SIGNALS:
  void changed();

private:
  QString of(QString Machine::* part) const;
  bool is(Machine::State state) const;
  void setWays(const QStringList& ways);
  QStringList wayTexts() const;

  MachineLine& m_line;
  MachinesModel& m_machines;
  Undo& m_undo;
  GrantsModel m_grants;
  OffersModel m_offers;
  WishesModel m_wishes;
  QString m_id;
};

}  // namespace latchkey::ui
