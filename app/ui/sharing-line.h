// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window asks and is told about sharing with other machines, over the session's connection. Where a text comes
// back it is one line about why not, empty when it was done.

#include "app/ui/session.h"
#include "app/ui/sharing-records.h"

namespace latchkey::ui {

class SharingLine final : public QObject {
  Q_OBJECT

public:
  explicit SharingLine(Session& session, QObject* parent = nullptr);
  ~SharingLine() override;

  template <typename... Result>
  using Then = std::function<void(Result...)>;

  // Both tell the grant that was made.
  void share(const ShareOrder& order, QObject* context, Then<QString, QString> then);
  struct Use {
    QString offer;
    QString holder;
    QString place;     // "db:5432"
    QString instance;  // While this one runs; empty: always.
  };
  void accept(const Use& use, QObject* context, Then<QString, QString> then);
  void decline(const QString& offer, QObject* context, Then<QString> then);
  // Another machine's app: returns when it is under way, or has ended.
  void start(const QString& offer, QObject* context, Then<QString> then);
  void stop(const QString& offer, QObject* context, Then<QString> then);
  // The answer to another machine's question: tells the grant that was made.
  void answer(const QString& request, const ShareOrder& order, QObject* context, Then<QString, QString> then);
  // Asks another machine's person: tells the id of the wish.
  void ask(const WishOrder& order, QObject* context, Then<QString, QString> then);
  void takeBack(const QString& wish, QObject* context, Then<QString> then);
  // What listens inside apps that run.
  void listeners(QObject* context, Then<QList<Listener>> then);

Q_SIGNALS:
  // All there is, after each connecting and whenever something of it has changed.
  void told(const QList<latchkey::ui::MachineOffer>& offers, const QList<latchkey::ui::ShareMark>& marks);
  void wishesTold(const QList<latchkey::ui::MachineWish>& wishes);

private:
  struct All;
  void watch();
  void read();

  Session& m_session;
};

}  // namespace latchkey::ui
