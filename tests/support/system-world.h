// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A world of its own for tests of the whole: a home, places, a broker and real sandboxes, driven by the command line.
//
// Everything lives below one directory. Whatever mentions it when the test is over is a leftover: leftovers() finds it.

#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <functional>
#include <memory>

namespace latchkey::test {

struct CommandOutcome {
  int status = -1;  // 256 + N for signal N; -1: it did not end.
  QByteArray out, err;
};

// A `latchkey run` that is under way.
class RunningCommand {
public:
  explicit RunningCommand(std::unique_ptr<QProcess> process) : m_process(std::move(process)) {}
  ~RunningCommand();

  // Waits until its output holds `text`.
  bool says(const QByteArray& text, int milliseconds = 30'000);
  void tell(const QByteArray& text);
  int waitForEnd(int milliseconds = 60'000);
  bool running() const { return m_process->state() == QProcess::Running; }
  const QByteArray& output();
  pid_t pid() const { return static_cast<pid_t>(m_process->processId()); }

private:
  std::unique_ptr<QProcess> m_process;
  QByteArray m_output;
};

class SystemWorld {
public:
  SystemWorld();
  ~SystemWorld();

  // Why real sandboxes cannot be had here; empty if they can.
  static QString unavailable();

  QString path(const QString& below = {}) const;  // In the world.
  QString home(const QString& below = {}) const;
  QStringList environment() const;
  void setVariable(const QString& name, const QString& value);

  void write(const QString& file, const QByteArray& text) const;  // Below the home.
  QByteArray read(const QString& file) const;

  CommandOutcome latchkey(const QStringList& arguments, const QString& directory = {},
                          const QByteArray& input = {}) const;
  std::unique_ptr<RunningCommand> start(const QStringList& arguments, const QString& directory = {}) const;
  // `sh -c script` in a sandbox, which has what `options` give it.
  CommandOutcome inside(const QString& script, const QStringList& options = {}, const QString& directory = {}) const;
  std::unique_ptr<RunningCommand> startInside(const QString& script, const QStringList& options = {},
                                              const QString& directory = {}) const;

  QJsonArray list(const QStringList& command) const;  // With --json.
  QJsonObject first(const QStringList& command) const;
  // The first request that waits; empty if none comes.
  QJsonObject waitForRequest(int milliseconds = 30'000) const;
  QJsonArray journal(const QString& event) const;

  pid_t broker() const;
  pid_t portal() const;
  pid_t mounter() const;  // What mounts for it.
  pid_t networkPortal() const;
  pid_t peer() const;     // What speaks with other machines; 0 without one.
  pid_t desktop() const;  // The portals on the apps' message buses.
  QList<pid_t> launchers() const;
  pid_t reserve() const;  // The launcher that waits for the next start; 0 without one.
  QList<pid_t> processes(const QString& program) const;
  static bool alive(pid_t process);  // Not a zombie either.
  // kill -9, and waits until it is gone.
  static void destroy(pid_t process);

  // Ends everything in order. Called by the destructor too.
  void end();
  // What is still there, one line each: processes, mounts, sockets, instance directories.
  QStringList leftovers() const;
  // Waits until there are none.
  QStringList leftoversAfter(int milliseconds) const;

private:
  QTemporaryDir m_directory;
  QMap<QString, QString> m_environment;
  bool m_ended = false;
};

bool waitUntil(const std::function<bool()>& condition, int milliseconds = 30'000);

}  // namespace latchkey::test
