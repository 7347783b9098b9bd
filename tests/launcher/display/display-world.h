// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Virtual screens: labwc without outputs of its own, Xvfb. And programs confined as an app would be, on what
// openDisplay() gave.

#include <fcntl.h>
#include <kj/async-io.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>
#include <functional>

#include "launcher/confined/confined.h"
#include "launcher/display/display.h"

namespace latchkey {

inline bool eventually(const std::function<bool()>& condition, int milliseconds = 15000) {
  QElapsedTimer timer;
  for (timer.start(); timer.elapsed() < milliseconds; QThread::msleep(20)) {
    if (condition()) return true;
  }
  return condition();
}

class DisplayWorld {
public:
  DisplayWorld() : io(kj::setupAsyncIo()) {
    QDir(m_root.path()).mkpath("session");
    QDir(m_root.path()).mkpath("instance");
    QDir(m_root.path()).mkpath("labwc");
    QFile::setPermissions(path("session"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  }
  virtual ~DisplayWorld() {
    for (auto process : {&m_labwc, &m_xvfb, &m_client}) {
      process->kill();
      if (process->state() != QProcess::NotRunning) process->waitForFinished();
    }
  }

  QString path(const char* name) const { return m_root.path() + "/" + name; }

  bool startLabwc() {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_RUNTIME_DIR", path("session"));
    environment.insert("WLR_BACKENDS", "headless");
    environment.insert("WLR_RENDERER", "pixman");
    environment.insert("WLR_LIBINPUT_NO_DEVICES", "1");
    environment.remove("WAYLAND_DISPLAY");
    environment.remove("DISPLAY");
    m_labwc.setProcessEnvironment(environment);
    m_labwc.setStandardErrorFile(path("labwc.log"));
    m_labwc.start("labwc", {"-C", path("labwc")});
    return eventually([&] { return QFile::exists(path("session/wayland-0")); });
  }

  // Sets `number` to its display.
  bool startXvfb(QByteArray& number) {
    m_xvfb.setStandardErrorFile("/dev/null");
    // A number that no compositor's own X server takes: those count from 0, and take it away when they end.
    auto own = QString(":%1").arg(40 + QCoreApplication::applicationPid() % 80);
    m_xvfb.start("Xvfb", {own, "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"});
    if (!eventually([&] { return m_xvfb.waitForReadyRead(50), m_xvfb.canReadLine(); })) return false;
    number = m_xvfb.readLine().trimmed();
    return true;
  }

  // A program of the person's on the X server `number`, outside every sandbox.
  void startOnHost(const QByteArray& number, const QString& program, const QStringList& arguments) {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("DISPLAY", ":" + number);
    m_client.setProcessEnvironment(environment);
    m_client.start(program, arguments);
  }
  QByteArray runOnHost(const QByteArray& number, const QString& program, const QStringList& arguments) {
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("DISPLAY", ":" + number);
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.waitForFinished(10000);
    return process.readAll();
  }

  DisplayRequest request(std::vector<std::pair<std::string, std::string>> session = {}) const {
    session.emplace_back("XDG_RUNTIME_DIR", path("session").toStdString());
    return {.app = "org.example.App",
            .instance = "instance1",
            .runtimeDirectory = path("instance").toStdString(),
            .insideRuntime = "/run/user/1000",
            .session = std::move(session),
            .windowsProgram = qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-windows"};
  }

  DisplayRequest needingX(std::vector<std::pair<std::string, std::string>> session) const {
    auto wanted = request(std::move(session));
    wanted.needsX = true;
    return wanted;
  }

  QProcessEnvironment onLabwc() const {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_RUNTIME_DIR", path("session"));
    environment.insert("WAYLAND_DISPLAY", "wayland-0");
    return environment;
  }
  // A program of the person's on labwc, and what it wrote.
  QByteArray runOnLabwc(const QString& program, const QStringList& arguments) const {
    QProcess process;
    process.setProcessEnvironment(onLabwc());
    process.start(program, arguments);
    process.waitForFinished(10000);
    return process.readAllStandardOutput();
  }
  // One line for each window on labwc: its app id and its title.
  QByteArray toplevels() const { return runOnLabwc("wlrctl", {"toplevel", "list"}); }

  Display open(DisplayRequest request, DisplayPermits permits = {}) {
    return begin(kj::mv(request), permits).wait(io.waitScope);
  }
  kj::Promise<Display> begin(DisplayRequest request, kj::Promise<DisplayPermits> permits) {
    return openDisplay(io.unixEventPort, io.provider->getTimer(), kj::mv(request), kj::mv(permits));
  }

  // Turns our loop, which starts nested servers, until `condition` holds.
  bool untilWithLoop(const std::function<bool()>& condition, int milliseconds = 15000) {
    return eventually(
        [&] {
          io.provider->getTimer().afterDelay(10 * kj::MILLISECONDS).wait(io.waitScope);
          return condition();
        },
        milliseconds);
  }

  // Starts a program as an app with this display would be. Its output goes to `output` when it is not -1.
  static Confined start(const Display& display, std::string program, std::vector<std::string> arguments,
                        int output = -1) {
    ConfinedProgram order{.program = std::move(program),
                          .arguments = std::move(arguments),
                          .environment = display.environment,
                          .descriptors = {-1, output, output}};
    for (auto& binding : display.bindings) order.places.push_back({binding.object.get(), binding.path, binding.write});
    return Confined::start(order);
  }

  // Runs it to its end while our loop turns: its exit status and what it wrote.
  std::pair<int, QByteArray> run(const Display& display, std::string program, std::vector<std::string> arguments) {
    QFile output(path("output"));
    if (!output.open(QIODevice::ReadWrite | QIODevice::Truncate)) qFatal("no output file");
    auto confined = start(display, std::move(program), std::move(arguments), output.handle());
    int status = -1;
    untilWithLoop([&] {
      KJ_IF_MAYBE (ended, confined.tryReap()) {
        status = *ended;
        return true;
      }
      return false;
    });
    output.seek(0);
    return {status, output.readAll()};
  }

  kj::AsyncIoContext io;

private:
  QTemporaryDir m_root;
  QProcess m_labwc;
  QProcess m_xvfb;
  QProcess m_client;
};

}  // namespace latchkey
