// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window asks and is told about other machines, over the session's connection.
//
// What may take as long as a person elsewhere thinks - letting machines nearby ask, adding one, joining by an
// invitation - goes on until it is over or called off; with the connection it ends too, and `offline` says so. Where a
// text comes back it is one line about why not, empty when it was done.

#include "app/ui/machine-records.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class MachineLine final : public QObject {
  Q_OBJECT

public:
  explicit MachineLine(Session& session, QObject* parent = nullptr);
  ~MachineLine() override;

  template <typename... Result>
  using Then = std::function<void(Result...)>;

  bool online() const { return m_session.online(); }

  // All there are, again: `machinesRead` follows.
  void read();

  // While it lasts, machines nearby may ask to be added by comparing words.
  void admit();
  void stopAdmitting();
  // Comparing words with a machine whose person admits it. `then` has the new machine's id.
  void add(const QString& address, QObject* context, Then<QString, QString> then);
  void stopAdding();
  void answer(const QString& comparison, bool match);
  // By somebody's invitation.
  void join(const QString& link, QObject* context, Then<QString, QString> then);
  void stopJoining();

  void invite(QObject* context, Then<QString, Invitation> then);
  void invitations(QObject* context, Then<QList<Invitation>> then);
  void cancelInvitation(const QString& invitation, QObject* context, Then<QString> then);
  void nearby(QObject* context, Then<QList<Nearby>> then);

  void rename(const QString& machine, const QString& petname, QObject* context, Then<QString> then);
  // Both tell what ended with it.
  void forget(const QString& machine, QObject* context, Then<QString, QList<Grant>> then);
  void block(const QString& machine, bool blocked, QObject* context, Then<QString, QList<Grant>> then);
  void setRoutes(const QString& machine, const QStringList& routes, QObject* context, Then<QString> then);
  void connectNow(const QString& machine, QObject* context, Then<QString> then);
  void setSelf(const OwnMachine& own, QObject* context, Then<QString> then);

Q_SIGNALS:
  void machinesRead(const QList<latchkey::ui::Machine>& all, const latchkey::ui::OwnMachine& own);
  void machinesChanged(const QList<latchkey::ui::Machine>& changed);
  void machinesGone(const QStringList& ids);
  // The broker that runs is of a time before there were other machines.
  void unknownToBroker();
  void offline();
  // Words to be compared, and their being taken back: answered, or broken off there.
  void comparing(const latchkey::ui::Comparison& comparison);
  void comparingEnded(const QString& comparison);
  void added(const latchkey::ui::Machine& machine);
  // Words that matched here led to nothing after all.
  void cameToNothing(const QString& why);

private:
  class Presenter;
  class Watcher;
  struct Shown;
  struct Table;  // Comparisons on the screen; used in KJ's thread alone.
  template <typename Value, typename Call, typename Done>
  void ask(QObject* context, Call call, Done done);
  template <typename Call>
  void await(const QString& work, QObject* context, Then<QString, QString> then, Call call);
  // From KJ's thread into Qt's, as long as this is there. Made in Qt's.
  using Tell = std::function<void(std::function<void(MachineLine&)>)>;
  Tell telling();
  void watch();

  Session& m_session;
  std::shared_ptr<Table> m_table;
};

}  // namespace latchkey::ui
