// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where something is copied and pasted: labwc, a keyboard, wl-clipboard outside, and apps with X servers of their own
// in which a program of X runs (tests/probes/clip-x).

#include <fcntl.h>

#include <QtTest>
#include <list>

#include "display-world.h"

namespace latchkey {

inline QByteArray content(int size) {
  QByteArray bytes(size, '\0');
  for (int i = 0; i < size; ++i) bytes[i] = char('a' + (qint64(i) * 7 + i / 1000) % 26);
  return bytes;
}

inline QByteArray told(const QByteArray& bytes) {
  if (bytes.size() < 500) return "got " + bytes;
  quint64 hash = 14695981039346656037u;
  for (char byte : bytes) hash = (hash ^ quint8(byte)) * 1099511628211u;
  return "got " + QByteArray::number(bytes.size()) + " bytes, " + QByteArray::number(hash, 16);
}

class ClipboardWorld : public DisplayWorld {
public:
  ClipboardWorld() {
    if (!startLabwc()) qFatal("no labwc");
    // A keyboard that stays: the windows would have none but for the moment of a key.
    start(m_keyboard, "wtype", {"-s", "36000000", "-k", "Shift_L"});
  }
  ~ClipboardWorld() override {
    m_probes.clear();
    end(m_keyboard);
    for (auto& one : m_copies) end(one);
  }

  struct App {
    QString name;
    Display display;
  };
  App app(const char* name, bool clipboard = true) {
    QDir().mkpath(path(name));
    auto wanted = needingX({{"WAYLAND_DISPLAY", "wayland-0"}});
    wanted.app = wanted.instance = name;
    wanted.runtimeDirectory = path(name).toStdString();
    auto display = open(kj::mv(wanted), {.clipboard = clipboard});
    for (auto& note : display.notes) qWarning("%s", note.c_str());
    display.bindings.push_back({kj::AutoCloseFd(::open(CLIP_X, O_PATH | O_CLOEXEC)), "/run/clip-x", false});
    return {name, kj::mv(display)};
  }

  // The program inside, with its window on the screen.
  class Probe {
  public:
    Probe(DisplayWorld& world, const App& app, std::vector<std::string> words, const QString& output)
        : m_output(output),
          m_confined(DisplayWorld::start(app.display, "/run/clip-x", std::move(words), open(m_output))) {
      // The window on the screen bears the name of the app's first one. Of several, the last to come has the keyboard.
      world.untilWithLoop(
          [&] { return said().contains("focus") && world.toplevels().contains(app.name.toUtf8() + ": "); }, 40000);
    }
    QList<QByteArray> said() {
      m_output.seek(0);
      return m_output.readAll().split('\n');
    }
    void end() { m_confined.kill(); }

  private:
    static int open(QFile& file) {
      if (!file.open(QIODevice::ReadWrite | QIODevice::Truncate)) qFatal("no output file");
      return file.handle();
    }
    QFile m_output;
    Confined m_confined;
  };
  Probe& run(const App& app, std::vector<std::string> words) {
    return m_probes.emplace_back(*this, app, std::move(words), path("probe") + QString::number(m_probes.size()));
  }

  bool focus(const App& app) {
    auto match = "app_id:" + app.name;
    return untilWithLoop(
        [&] {
          runOnLabwc("wlrctl", {"toplevel", "focus", match});
          QProcess find;
          find.setProcessEnvironment(onLabwc());
          find.start("wlrctl", {"toplevel", "find", match, "state:active"});
          return find.waitForFinished() && find.exitCode() == 0;
        },
        40000);
  }
  // Presses a key until the program has said so: a window that has just come may not listen yet.
  bool press(Probe& probe, const QByteArray& words) {
    return pressUntil([&] { return probe.said().contains(words); });
  }
  bool pressUntil(const std::function<bool()>& condition) {
    for (int i = 0; i < 13; ++i) {
      runOnLabwc("wtype", {"-s", "150", "-k", "c", "-s", "50"});
      if (eventually(condition, 3000)) return true;
    }
    return false;
  }

  // And what it has copied is offered outside: what comes long after its key, as on a loaded machine, rightly is not.
  bool pressToCopy(Probe& probe, const QByteArray& type) {
    return pressUntil([&] { return probe.said().contains("copied") && typesOutside().contains(type); });
  }

  void copyOutside(const QByteArray& bytes, const QString& type, const QStringList& more = {}) {
    auto& process = m_copies.emplace_back();
    start(process, "wl-copy", QStringList{"--foreground", "--type", type} + more);
    process.write(bytes);
    process.closeWriteChannel();
    auto primary = more.contains("--primary") ? QStringList{"--primary"} : QStringList{};
    eventually([&] {
      process.waitForBytesWritten(10);
      return runOnLabwc("wl-paste", QStringList{"--list-types"} + primary).contains(type.toUtf8());
    });
  }
  QByteArray typesOutside() const { return runOnLabwc("wl-paste", {"--list-types"}); }
  QByteArray pasteOutside(const QString& type, const QStringList& more = {}) const {
    return runOnLabwc("wl-paste", QStringList{"--no-newline", "--type", type} + more);
  }

private:
  void start(QProcess& process, const QString& program, const QStringList& words) {
    process.setProcessEnvironment(onLabwc());
    process.start(program, words);
    process.waitForStarted();
  }
  static void end(QProcess& process) {
    process.kill();
    process.waitForFinished();
  }
  QProcess m_keyboard;
  std::list<QProcess> m_copies;
  std::list<Probe> m_probes;
};

constexpr const char* TEXT = "text/plain;charset=utf-8";

inline bool hasClipboardPrograms() {
  for (auto program : {"labwc", "Xwayland", "wlrctl", "wtype", "wl-copy", "wl-paste"}) {
    if (QStandardPaths::findExecutable(program).isEmpty()) return false;
  }
  return true;
}

}  // namespace latchkey
