// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window asks and is told about bundles, over the session's connection. Where a text comes back first it is
// one line about why not, empty when it was done.

#include "app/ui/package-records.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class PackageLine final : public QObject {
  Q_OBJECT

public:
  explicit PackageLine(Session& session, QObject* parent = nullptr);
  ~PackageLine() override;

  template <typename... Result>
  using Then = std::function<void(Result...)>;

  // While somebody looks: what answers is a program that ends when nobody does.
  void setWatching(bool on);

  // One bundle at a time: looking at another lets go of the former. `file`: open for reading, and taken.
  void look(int file, Then<QString, PackageSheet> then);
  // Of a repository that is followed.
  void lookOffer(const PackageOffer& offer, Then<QString, PackageSheet> then);
  // What was shown, and nothing else, whatever has become of the file since. `at`: how much of it is done, 0 to 1.
  void install(const InstallChoice& choice, Then<double> at, Then<QString, InstallResult> then);
  // After a failure it can be tried again.
  void letGo();

  void accept(const QString& id, const QString& version, QObject* context, Then<QString> then);
  void refuse(const QString& id, const QString& version, QObject* context, Then<QString> then);
  // Tells the version that is in use then.
  void rollback(const QString& id, QObject* context, Then<QString, QString> then);
  void remove(const QString& id, bool withData, QObject* context, Then<QString> then);

  void setAutomatic(const QString& id, bool automatic, QObject* context, Then<QString> then);

  // What is offered and has all of these words. Nothing leaves the computer for it.
  void search(const QStringList& words, int most, QObject* context, Then<QString, FoundOffers> then);
  // One of an app at a time, until it is done or given up. `at`: 0 to 1.
  void update(const QString& id, QObject* context, Then<double> at, Then<QString, InstallResult> then);
  void giveUp(const QString& id);
  // Asks it; empty: all.
  void refresh(const QString& followed, QObject* context, Then<QString> then);
  void follow(const QString& location, const QString& key, QObject* context, Then<QString, FollowedRepository> then);
  void unfollow(const QString& followed, QObject* context, Then<QString> then);

  // Done once it is written down.
  void takeBack(const QStringList& grants, QObject* context, Then<QString> then);

Q_SIGNALS:
  // What was looked at went with the broker: it cannot be installed any more.
  void lost();
  // All there are, when watching begins, after each connecting and whenever something of it has changed.
  void told(const QList<latchkey::ui::Package>& all);
  // Likewise, after that.
  void repositoriesTold(const QList<latchkey::ui::FollowedRepository>& all,
                        const QList<latchkey::ui::PackageUpdate>& updates);

private:
  class Dealing;
  // `look`: asks, in the other thread.
  template <typename Look>
  void deal(Look look, Then<QString, PackageSheet> then);
  void watch();
  void read();
  void lose();

  Session& m_session;
  std::shared_ptr<Dealing> m_dealing;
  bool m_watching = false;
};

}  // namespace latchkey::ui
