// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Other machines, as cards: those with which something is wrong first, then those that offer something new, then by
// name, blocked ones last.

#include <QTimer>

#include "app/ui/machine-line.h"
#include "app/ui/ordered-rows.h"
#include "app/ui/sharing-line.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class MachinesModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the program's desk")
  // All there are, shown or not.
  Q_PROPERTY(int total READ total NOTIFY totalChanged)
  Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
  // The list was told. Before that, "there are none" would be a guess.
  Q_PROPERTY(bool known READ known NOTIFY totalChanged)
  // Offers that nobody has answered yet, of all machines.
  Q_PROPERTY(int fresh READ fresh NOTIFY freshChanged)
  // Why there can be none.
  Q_PROPERTY(QString lack READ lack NOTIFY totalChanged)

public:
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString
    PetnameRole,                // QString
    AnnouncedRole,              // QString: what it calls itself, where that is not the petname.
    StripeRole,                 // int
    InitialsRole,               // QString
    StateRole,                  // QString: "Offline since 14:02"
    WhyRole,                    // QString: one line, mostly empty.
    WayRole,                    // QString: "last by ssh anna@desk"
    UsesRole,                   // QString: what it may use of mine: "budget.ods, Notes and 2 more"
    UsedHereRole,               // QString: what I may use of it.
    FreshRole,                  // QString: what it offers that nobody has answered yet: "“orders”, “mail”"
    ConnectedRole,              // bool
    ConnectingRole,             // bool
    CareRole,                   // bool: something is wrong that only the person can mend.
    BlockedRole,                // bool
  };

  MachinesModel(Session& session, MachineLine& line, SharingLine& sharing, Undo& undo, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  int total() const { return int(m_machines.size()); }
  bool known() const { return m_known; }
  QString lack() const;
  int fresh() const { return m_fresh; }
  QString filter() const { return m_filter; }
  void setFilter(const QString& filter);

  const Machine* find(const QString& id) const;
  const QHash<QString, Machine>& all() const { return m_machines; }
  static bool needsCare(const Machine& machine);
  // What it may use of mine and has not ended.
  QList<Grant> usedBy(const QString& id) const { return m_grants.value(id).values(); }
  QString uses(const QString& id) const;

  Q_INVOKABLE void rename(const QString& id, const QString& petname);
  Q_INVOKABLE void connectNow(const QString& id);
  Q_INVOKABLE void unblock(const QString& id);

Q_SIGNALS:
  void totalChanged();
  void freshChanged();
  void filterChanged();
  // Of machines; also when what they hold changed.
  void changed();

private:
  void take(const QList<Machine>& machines);
  void takeGrants(const QList<Grant>& grants);
  void takeOffers(const QList<MachineOffer>& offers);
  void countFresh();
  void arrange();

  MachineLine& m_line;
  Undo& m_undo;
  QHash<QString, Machine> m_machines;
  QHash<QString, QMap<QString, Grant>> m_grants;
  struct Offered {
    QStringList fresh, accepted;  // Titles.
  };
  QHash<QString, Offered> m_offered;
  QSet<QString> m_received;  // Grants that other machines' offers gave.
  int m_fresh = 0;
  QString m_filter;
  bool m_known = false;
  bool m_lacking = false;
  QTimer m_clock;  // What is said of the past changes by itself.
};

}  // namespace latchkey::ui
