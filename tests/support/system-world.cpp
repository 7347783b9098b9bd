// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/support/system-world.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QThread>

namespace latchkey::test {
namespace {

QString program(const QString& name) { return qEnvironmentVariable("LATCHKEY_BIN") + "/" + name; }

QByteArray procFile(const QString& pid, const char* name) {
  QFile file("/proc/" + pid + "/" + name);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList allProcesses() { return QDir("/proc").entryList(QDir::Dirs).filter(QRegularExpression("^[0-9]+$")); }

bool zombie(const QString& pid) {
  auto status = procFile(pid, "stat");
  return status.mid(status.lastIndexOf(')') + 2).startsWith('Z');
}

// Everything that was started here, by whomever: orphans become children of this process. Programs of ours cannot be
// told by their environment, which nobody may read.
QStringList descendants() {
  QMap<QString, QString> parents;
  for (auto& pid : allProcesses()) {
    auto stat = procFile(pid, "stat");
    auto fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.size() > 1) parents[pid] = QString::fromUtf8(fields[1]);
  }
  auto own = QString::number(getpid());
  QStringList found;
  for (auto& pid : parents.keys()) {
    auto at = pid;
    while (parents.contains(at) && at != own) at = parents[at];
    if (at != own || pid == own) continue;
    if (!zombie(pid)) found << pid;
    else if (procFile(pid, "comm").trimmed() != "latchkey")
      waitpid(pid.toInt(), nullptr, WNOHANG);  // QProcess reaps that one.
  }
  return found;
}

QString scratchDirectory() {
  // A home that is not in /tmp, which every sandbox has its own of.
  auto home = QDir::homePath();
  return (QFileInfo(home).isWritable() ? home : QString("/tmp")) + "/world-XXXXXX";
}

std::unique_ptr<QProcess> prepared(const QStringList& arguments, const QStringList& environment,
                                   const QString& directory) {
  auto process = std::make_unique<QProcess>();
  process->setProgram(program("latchkey"));
  process->setArguments(arguments);
  process->setEnvironment(environment);
  process->setWorkingDirectory(directory);
  return process;
}

int statusOf(const QProcess& process) {
  return process.exitStatus() == QProcess::CrashExit ? 256 + process.exitCode() : process.exitCode();
}

}  // namespace

bool waitUntil(const std::function<bool()>& condition, int milliseconds) {
  QElapsedTimer timer;
  timer.start();
  while (!condition()) {
    if (timer.elapsed() > milliseconds) return false;
    QThread::msleep(10);
  }
  return true;
}

RunningCommand::~RunningCommand() {
  if (m_process->state() == QProcess::NotRunning) return;
  m_process->kill();
  m_process->waitForFinished(5000);
}

const QByteArray& RunningCommand::output() {
  m_process->waitForReadyRead(20);
  m_output += m_process->readAll();
  return m_output;
}

bool RunningCommand::says(const QByteArray& text, int milliseconds) {
  QElapsedTimer timer;
  timer.start();
  while (!output().contains(text)) {
    if (timer.elapsed() > milliseconds || (!running() && !output().contains(text))) {
      qWarning("not said: %s\nbut: %s", text.constData(), m_output.constData());
      return false;
    }
  }
  return true;
}

void RunningCommand::tell(const QByteArray& text) {
  m_process->write(text);
  m_process->waitForBytesWritten(5000);
}

int RunningCommand::waitForEnd(int milliseconds) {
  if (m_process->state() != QProcess::NotRunning && !m_process->waitForFinished(milliseconds)) return -1;
  output();
  return statusOf(*m_process);
}

SystemWorld::SystemWorld() : m_directory(scratchDirectory()) {
  // What outlives its parent becomes our child, so that nothing gets out of sight.
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  for (auto folder :
       {"home/Documents", "home/Downloads", "home/Projects", "run", "data", "state", "config", "system"}) {
    QDir().mkpath(path(folder));
  }
  chmod(path("run").toUtf8().constData(), 0700);
  chmod(path("home").toUtf8().constData(), 0700);
  for (auto name : {"PATH", "LANG", "LC_ALL", "USER", "LOGNAME", "SHELL", "TMPDIR"}) {
    if (qEnvironmentVariableIsSet(name)) m_environment[name] = qEnvironmentVariable(name);
  }
  m_environment["HOME"] = home();
  m_environment["XDG_RUNTIME_DIR"] = path("run");
  m_environment["XDG_DATA_HOME"] = path("data");
  m_environment["XDG_STATE_HOME"] = path("state");
  m_environment["XDG_CONFIG_HOME"] = path("config");
  m_environment["TERM"] = "dumb";
  m_environment["ASAN_OPTIONS"] = qEnvironmentVariable("ASAN_OPTIONS");
}

SystemWorld::~SystemWorld() {
  end();
  for (auto name : {"latchkeyd", "latchkey-files", "latchkey-launch"}) {
    for (auto pid : processes(name)) destroy(pid);
  }
}

QString SystemWorld::unavailable() {
  for (auto name : {"latchkey", "latchkeyd", "latchkey-launch", "latchkey-files", "latchkey-enter"}) {
    if (!QFile::exists(program(name))) return QString("%1 is not built").arg(name);
  }
  if (access("/dev/fuse", R_OK | W_OK) != 0) return "/dev/fuse cannot be used here";
  return {};
}

QString SystemWorld::path(const QString& below) const {
  return below.isEmpty() ? m_directory.path() : m_directory.path() + "/" + below;
}
QString SystemWorld::home(const QString& below) const { return below.isEmpty() ? path("home") : path("home/" + below); }

QStringList SystemWorld::environment() const {
  QStringList all;
  for (auto [name, value] : m_environment.asKeyValueRange()) all << name + "=" + value;
  return all;
}

void SystemWorld::setVariable(const QString& name, const QString& value) { m_environment[name] = value; }

void SystemWorld::write(const QString& file, const QByteArray& text) const {
  QDir().mkpath(QFileInfo(home(file)).path());
  QFile out(home(file));
  if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size()) qFatal("cannot write %s", qPrintable(file));
}

QByteArray SystemWorld::read(const QString& file) const {
  QFile in(home(file));
  return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray("(none)");
}

CommandOutcome SystemWorld::latchkey(const QStringList& arguments, const QString& directory,
                                     const QByteArray& input) const {
  auto process = prepared(arguments, environment(), directory.isEmpty() ? home() : directory);
  process->start();
  process->write(input);
  process->closeWriteChannel();
  if (!process->waitForFinished(60'000)) {
    process->kill();
    process->waitForFinished();
    return {-1, process->readAllStandardOutput(), process->readAllStandardError()};
  }
  return {statusOf(*process), process->readAllStandardOutput(), process->readAllStandardError()};
}

std::unique_ptr<RunningCommand> SystemWorld::start(const QStringList& arguments, const QString& directory) const {
  auto process = prepared(arguments, environment(), directory.isEmpty() ? home() : directory);
  process->setProcessChannelMode(QProcess::MergedChannels);
  process->start();
  process->waitForStarted();
  return std::make_unique<RunningCommand>(std::move(process));
}

CommandOutcome SystemWorld::inside(const QString& script, const QStringList& options, const QString& directory) const {
  return latchkey(QStringList("run") + options + QStringList{"--", "sh", "-c", script}, directory);
}

std::unique_ptr<RunningCommand> SystemWorld::startInside(const QString& script, const QStringList& options,
                                                         const QString& directory) const {
  return start(QStringList("run") + options + QStringList{"--", "sh", "-c", script}, directory);
}

QJsonArray SystemWorld::list(const QStringList& command) const {
  auto outcome = latchkey(command + QStringList("--json"));
  if (outcome.status != 0) qWarning("%s: %s", qPrintable(command.join(' ')), outcome.err.constData());
  return QJsonDocument::fromJson(outcome.out).array();
}

QJsonObject SystemWorld::first(const QStringList& command) const { return list(command).first().toObject(); }

QJsonObject SystemWorld::waitForRequest(int milliseconds) const {
  QJsonObject found;
  waitUntil([&] { return !(found = first({"requests"})).isEmpty(); }, milliseconds);
  return found;
}

QJsonArray SystemWorld::journal(const QString& event) const {
  QJsonArray found;
  for (auto entry : list({"log"})) {
    if (entry.toObject()["event"] == event) found << entry;
  }
  return found;
}

QList<pid_t> SystemWorld::processes(const QString& name) const {
  QList<pid_t> found;
  for (auto& pid : descendants()) {
    if (QString::fromUtf8(procFile(pid, "comm")).trimmed() == name.left(15)) found << pid.toInt();
  }
  return found;
}

pid_t SystemWorld::broker() const {
  int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  qstrncpy(address.sun_path, path("run/latchkey/person").toUtf8().constData(), sizeof address.sun_path);
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length);
  }
  close(connection);
  return peer.pid;
}
pid_t SystemWorld::portal() const { return processes("latchkey-files").value(0, 0); }
pid_t SystemWorld::mounter() const { return processes("latchkey-mounts").value(0, 0); }
pid_t SystemWorld::peer() const { return processes("latchkey-peer").value(0, 0); }

pid_t SystemWorld::networkPortal() const { return processes("latchkey-net").value(0, 0); }
pid_t SystemWorld::desktop() const { return processes("latchkey-desktop").value(0, 0); }
QList<pid_t> SystemWorld::launchers() const { return processes("latchkey-launch"); }
pid_t SystemWorld::reserve() const { return processes("latchkey-spare").value(0, 0); }

bool SystemWorld::alive(pid_t process) {
  auto pid = QString::number(process);
  return QFile::exists("/proc/" + pid) && !zombie(pid);
}

void SystemWorld::destroy(pid_t process) {
  if (process <= 1) qFatal("no process to destroy");
  kill(process, SIGKILL);
  waitUntil([&] { return !alive(process); });
}

void SystemWorld::end() {
  if (m_ended) return;
  m_ended = true;
  if (broker() == 0 && launchers().isEmpty() && portal() == 0) return;
  // Launchers that have lost their broker are known to the next one only when they have found it.
  waitUntil(
      [&] {
        latchkey({"stop", "--all"});
        return launchers().isEmpty();
      },
      15'000);
  latchkey({"quit"});
  // The portal waits for another broker for a while before it ends by itself: see leftoversAfter().
  waitUntil([&] { return broker() == 0; }, 15'000);
}

QStringList SystemWorld::leftovers() const {
  QStringList found;
  auto world = path().toUtf8();
  for (auto& pid : descendants()) {
    found << "process " + pid + " " + QString::fromUtf8(procFile(pid, "comm").trimmed()) + " " +
                 QString::fromUtf8(procFile(pid, "cmdline").replace('\0', ' '));
  }
  for (auto& line : procFile("self", "mountinfo").split('\n')) {
    if (line.contains(world)) found << "mount " + QString::fromUtf8(line);
  }
  for (auto& entry :
       QDir(path("run/latchkey/instances")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden)) {
    found << "instance directory " + entry;
  }
  return found;
}

QStringList SystemWorld::leftoversAfter(int milliseconds) const {
  waitUntil([&] { return leftovers().isEmpty(); }, milliseconds);
  return leftovers();
}

}  // namespace latchkey::test
