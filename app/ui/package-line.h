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

  // One bundle at a time: looking at another lets go of the former. `file`: open for reading, and taken.
  void look(int file, Then<QString, PackageSheet> then);
  // What was shown, and nothing else, whatever has become of the file since. `at`: how much of it is done, 0 to 1.
  void install(const InstallChoice& choice, Then<double> at, Then<QString, InstallResult> then);
  void letGo();

  void accept(const QString& id, const QString& version, QObject* context, Then<QString> then);
  void refuse(const QString& id, const QString& version, QObject* context, Then<QString> then);
  // Tells the version that is in use then.
  void rollback(const QString& id, QObject* context, Then<QString, QString> then);
  void remove(const QString& id, bool withData, QObject* context, Then<QString> then);

Q_SIGNALS:
  // All there are, after each connecting and whenever something of it has changed.
  void told(const QList<latchkey::ui::Package>& all);

private:
  class Watcher;
  class Dealing;
  template <typename Value, typename Call, typename Done>
  void ask(QObject* context, Call call, Done done);
  void watch();
  void read();

  Session& m_session;
  std::shared_ptr<Dealing> m_dealing;
};

}  // namespace latchkey::ui
