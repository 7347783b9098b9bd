// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The window's connection to the broker, as Qt sees it.
//
// Everything is asked for and told asynchronously: a call returns at once, what it brings comes later in Qt's thread.
// The session keeps coming back: when the broker goes away it says so (`online` is false, apps live on), tries again,
// and reads everything anew. Calls made in between fail with one line, they are not kept for later: a "stop" that
// happens a minute after the click would surprise.
//
// Being the one who shows questions is part of it. A question that is dropped here without an answer - the window
// closed, this program died, the connection broke - reaches the broker as a dismissal or a disconnect: declined once,
// nothing stored.

#include <QPointer>

#include <functional>
#include <memory>

#include "app/ui/records.h"
#include "app/ui/rule-records.h"

namespace latchkey::ui {

class Door;

class Session final : public QObject {
  Q_OBJECT

public:
  enum class Presents { Nothing, Questions };

  explicit Session(std::unique_ptr<Door> door, Presents presents, QObject* parent = nullptr);
  ~Session() override;

  bool online() const { return m_online; }

  // The answer to a question given by `presented`. Unknown or already withdrawn ones are ignored.
  void answerPresented(const QString& request, const Answer& answer);
  // To any waiting question, also one shown elsewhere.
  void answer(const QString& request, const Answer& answer);
  void forget(const QString& refusal);

  // `then` is called in Qt's thread if `context` still lives and the call succeeded; else `trouble` is emitted.
  template <typename... Result>
  using Then = std::function<void(Result...)>;

  void launch(const Launch& launch);
  void stop(const QString& instance);
  void stopAll();
  void networkOff(bool off);
  void processes(const QString& instance, QObject* context, Then<QList<Process>> then);

  void consequences(const QStringList& grants, QObject* context, Then<QList<Grant>, quint32> then);
  // Tells what ended, and whether all that was open is known to be cut.
  enum class Cut { Confirmed, Unconfirmed };
  void revoke(const QStringList& grants, QObject* context, Then<QList<Grant>, Cut> then);
  struct OpenNow {
    QList<OpenFile> files;
    quint64 more = 0;
    bool unanswered = false;  // There may be others.
  };
  void openFiles(const QStringList& grants, QObject* context, Then<OpenNow> then);
  void stopFile(const QString& grant, const QByteArray& path, QObject* context, Then<Cut> then);
  struct ConnectedNow {
    QList<Connection> connections;
    QList<Listener> listeners;  // Of all apps.
    quint64 more = 0;
    bool unanswered = false;
  };
  void connections(const QString& instance, QObject* context, Then<ConnectedNow> then);
  void endConnection(const QString& instance, quint64 id, QObject* context, Then<> then);
  // Lets others reach a port of a running app, while it runs. `target`: see broker/base/listening.h.
  // `listener`: what was shown, and must listen there still. `instead`: a grant that ends for it, or empty.
  void offer(const QString& holder, const QString& target, const Listener& listener, const QString& instead,
             QObject* context, Then<> then);
  void restore(const QStringList& grants);
  void suspend(const QStringList& grants);
  void resume(const QStringList& grants);

  // A refusal of the broker's is a line for `then`, empty when it was done.
  void give(const Rule& rule, QObject* context, Then<QString> then);
  void edit(const Rule& rule, QObject* context, Then<QString, bool> then);
  // The standing "never"s, each as what would allow the same.
  void refusals(QObject* context, Then<QList<Grant>> then);
  void forget(const QString& refusal, QObject* context, Then<QString> then);
  void refuse(const Rule& rule, QObject* context, Then<QString> then);
  // All that stands as a file, and a file from elsewhere; `home` is written "~" in them. Without `apply` it only tells
  // what would be.
  void exportRules(const QString& home, QObject* context, Then<Export> then);
  enum class Apply { No, Yes };
  void importRules(const QByteArray& content, const QString& home, Apply apply, QObject* context, Then<Import> then);
  // What decided a line of the journal.
  void why(quint64 sequence, QObject* context, Then<Reason> then);

  void journal(const JournalFilter& filter, QObject* context, Then<QList<JournalEntry>> then);
  void setSettings(const Settings& settings);

Q_SIGNALS:
  void onlineChanged();
  // All there are, after each connecting; then what changed.
  void grantsRead(const QList<latchkey::ui::Grant>& all);
  void grantsChanged(const QList<latchkey::ui::Grant>& changed);
  void requestsRead(const QList<latchkey::ui::Request>& all);
  void requestsChanged(const QList<latchkey::ui::Request>& changed);
  void instancesRead(const QList<latchkey::ui::Instance>& all);
  void instancesChanged(const QList<latchkey::ui::Instance>& changed);
  void settingsRead(const QList<latchkey::ui::Settings>& all);
  void settingsChanged(const QList<latchkey::ui::Settings>& changed);
  // All that listens inside a running app by now.
  void listenersChanged(const QString& instance, const QList<latchkey::ui::Listener>& all);
  void journalAdded(const QList<latchkey::ui::JournalEntry>& added);
  void statusChanged(const latchkey::ui::Status& status);
  // A question to show, and its being taken back: answered elsewhere, withdrawn, out of time.
  void presented(const latchkey::ui::Request& request);
  void withdrawn(const QString& request);
  void started(const QString& instance);
  // One line for the person.
  void trouble(const QString& line);

private:
  friend class MachineLine;
  friend class PackageLine;
  friend class SharingLine;
  class Line;
  void setOnline(bool online);

  bool m_online = false;
  std::unique_ptr<Line> m_line;
};

}  // namespace latchkey::ui
