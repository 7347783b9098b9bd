// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is copied in an app's own X server and pasted elsewhere, and the other way: with labwc, a keyboard, wl-clipboard
// outside and a program of X inside (tests/probes/clip-x).

#include <fcntl.h>
#include <unistd.h>

#include <QtTest>
#include <list>

#include "display-world.h"

using namespace latchkey;

class ClipboardTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();

  void whatIsCopiedInsideIsPastedOutside_data();
  void whatIsCopiedInsideIsPastedOutside();
  void whatIsCopiedOutsideIsPastedInside_data();
  void whatIsCopiedOutsideIsPastedInside();
  void oneAppGivesToAnother();
  void askedAgainMeanwhileEachIsGivenWhole();
  void whatTheAppItselfHasCopiedStaysItsOwn();
  void copiedWithoutAPressItStaysInside();
  void withoutFocusNothingIsReadOfTheApp();
  void withoutFocusTheAppReadsNothing();
  void theFirstSelectionIsNeverPassedOn();
  void switchedOffNothingIsPassedOn();
  void withTheAppGoesWhatItHasCopied();
  void aFloodOfCopiesIsPassedOnSlowly();
  void whatNeverEndsIsCut();
  void nothingStaysOpen();
};

namespace {

QByteArray content(int size) {
  QByteArray bytes(size, '\0');
  for (int i = 0; i < size; ++i) bytes[i] = char('a' + (qint64(i) * 7 + i / 1000) % 26);
  return bytes;
}

QByteArray told(const QByteArray& bytes) {
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
    wanted.clipboard = clipboard;
    auto display = open(kj::mv(wanted));
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
      world.untilWithLoop([&] { return world.toplevels().contains(app.name.toUtf8() + ": "); });
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
    return eventually(
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
    for (int i = 0; i < 5; ++i) {
      runOnLabwc("wtype", {"-s", "150", "-k", "c", "-s", "50"});
      if (eventually(condition, 8000)) return true;
    }
    return false;
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

// Descriptors of all latchkey-windows below this process.
int openInWindows() {
  QHash<int, int> parents;
  QList<int> found;
  for (auto& name : QDir("/proc").entryList(QDir::Dirs)) {
    QFile file("/proc/" + name + "/stat");
    if (name.toInt() == 0 || !file.open(QIODevice::ReadOnly)) continue;
    auto text = file.readAll();
    parents[name.toInt()] = text.mid(text.lastIndexOf(')') + 4).split(' ')[0].toInt();
    if (text.contains("(windows)") || text.contains("(latchkey-window")) found << name.toInt();
  }
  int count = 0;
  for (int one : found) {
    int above = one;
    while (above > 1 && above != getpid()) above = parents.value(above);
    if (above == getpid())
      count += int(QDir("/proc/" + QString::number(one) + "/fd")
                       .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
                       .size());
  }
  return count;
}

}  // namespace

void ClipboardTest::initTestCase() {
  for (auto program : {"labwc", "Xwayland", "wlrctl", "wtype", "wl-copy", "wl-paste"}) {
    if (QStandardPaths::findExecutable(program).isEmpty()) QSKIP("a virtual screen is missing");
  }
}

void ClipboardTest::whatIsCopiedInsideIsPastedOutside_data() {
  QTest::addColumn<int>("size");
  QTest::newRow("short") << 40;
  QTest::newRow("in pieces") << 3'000'000;
}

void ClipboardTest::whatIsCopiedInsideIsPastedOutside() {
  QFETCH(int, size);
  ClipboardWorld world;
  auto app = world.app("inside");
  auto& probe = world.run(app, {"copy", "CLIPBOARD", "key", std::to_string(size)});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(probe, "copied"));
  QVERIFY2(eventually([&] { return world.typesOutside().contains(TEXT); }), world.typesOutside());
  QCOMPARE(world.typesOutside(), QByteArray("image/png\ntext/plain\ntext/plain;charset=utf-8\n"));
  QVERIFY(world.pasteOutside(TEXT) == content(size));
  QVERIFY(world.pasteOutside("image/png") == content(size));
}

void ClipboardTest::whatIsCopiedOutsideIsPastedInside_data() {
  QTest::addColumn<QString>("type");
  QTest::addColumn<QByteArray>("target");
  QTest::addColumn<int>("size");
  QTest::newRow("text") << TEXT << QByteArray("UTF8_STRING") << 40;
  QTest::newRow("text in Latin-1") << TEXT << QByteArray("STRING") << 40;
  QTest::newRow("a picture") << "image/png" << QByteArray("image/png") << 90'000;
  QTest::newRow("text in pieces") << TEXT << QByteArray("UTF8_STRING") << 3'000'000;
}

void ClipboardTest::whatIsCopiedOutsideIsPastedInside() {
  QFETCH(QString, type);
  QFETCH(QByteArray, target);
  QFETCH(int, size);
  ClipboardWorld world;
  world.copyOutside(content(size), type);
  auto app = world.app("inside");
  auto& probe = world.run(app, {"paste", "CLIPBOARD", "key", target.toStdString()});
  QVERIFY(world.focus(app));
  QVERIFY2(world.press(probe, told(content(size))), probe.said().join(' '));
}

void ClipboardTest::oneAppGivesToAnother() {
  ClipboardWorld world;
  auto giver = world.app("giver"), taker = world.app("taker");
  auto& copies = world.run(giver, {"copy", "CLIPBOARD", "key", "200000"});
  QVERIFY(world.focus(giver));
  QVERIFY(world.press(copies, "copied"));
  QVERIFY(eventually([&] { return world.typesOutside().contains(TEXT); }));
  auto& pastes = world.run(taker, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(taker));
  QVERIFY2(world.press(pastes, told(content(200000))), pastes.said().join(' '));
}

// Of one who gives slowly, so that the first is far from its end when the second begins.
void ClipboardTest::askedAgainMeanwhileEachIsGivenWhole() {
  constexpr int SIZE = 900'000;
  ClipboardWorld world;
  auto giver = world.app("giver"), taker = world.app("taker");
  auto& copies = world.run(giver, {"slow", "CLIPBOARD", "key", std::to_string(SIZE)});
  QVERIFY(world.focus(giver));
  QVERIFY(world.press(copies, "copied"));
  QVERIFY(eventually([&] { return world.typesOutside().contains(TEXT); }));
  auto& pastes = world.run(taker, {"twice", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(taker));
  auto got = [&] {
    auto lines = pastes.said();
    lines.removeIf([](auto& line) { return !line.startsWith("got "); });
    return lines;
  };
  QVERIFY(world.pressUntil([&] { return got().size() >= 2; }));
  for (auto& line : got()) QCOMPARE(line, told(content(SIZE)));
}

void ClipboardTest::whatTheAppItselfHasCopiedStaysItsOwn() {
  ClipboardWorld world;
  world.copyOutside("older", TEXT);
  auto app = world.app("inside"), other = world.app("other");
  auto& copies = world.run(app, {"copy", "CLIPBOARD", "key", "40"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(copies, "copied"));
  QVERIFY(eventually([&] { return world.typesOutside().contains("image/png"); }));
  // Leaves and comes back: it is still there, and asked of the program itself.
  world.run(other, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(other));
  QVERIFY(world.focus(app));
  QTest::qWait(300);
  auto& pastes = world.run(app, {"paste", "CLIPBOARD", "now", "UTF8_STRING"});
  QVERIFY2(eventually([&] { return pastes.said().contains(told(content(40))); }), pastes.said().join(' '));
}

void ClipboardTest::copiedWithoutAPressItStaysInside() {
  ClipboardWorld world;
  world.copyOutside("the person's", TEXT);
  auto app = world.app("inside");
  auto& probe = world.run(app, {"copy", "CLIPBOARD", "now", "40"});
  QVERIFY(world.focus(app));
  QTest::qWait(1500);
  QVERIFY(probe.said().contains("copied"));
  QCOMPARE(world.pasteOutside(TEXT), QByteArray("the person's"));
  QVERIFY2(!probe.said().contains("asked UTF8_STRING"), probe.said().join(' '));
}

void ClipboardTest::withoutFocusNothingIsReadOfTheApp() {
  ClipboardWorld world;
  auto app = world.app("inside"), other = world.app("other");
  auto& waits = world.run(app, {"paste", "CLIPBOARD", "key", "TARGETS"});
  QVERIFY(eventually([&] { return waits.said().contains("focus"); }));
  auto& pastes = world.run(other, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(other));
  // In a window that is there already: a new one would not take the focus from the other server's, but let us not rely
  // on it.
  auto& probe = world.run(app, {"copy", "CLIPBOARD", "now", "40"});
  QVERIFY(eventually([&] { return probe.said().contains("copied"); }));
  QVERIFY(world.focus(other));
  QVERIFY2(world.press(pastes, "nothing"), pastes.said().join(' '));
  QTest::qWait(500);
  for (auto& line : probe.said()) QVERIFY2(!line.startsWith("asked"), line);
  QVERIFY(world.typesOutside().isEmpty());
}

void ClipboardTest::withoutFocusTheAppReadsNothing() {
  ClipboardWorld world;
  auto app = world.app("inside"), other = world.app("other");
  world.run(app, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  auto& elsewhere = world.run(other, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(other));
  world.copyOutside("a password", TEXT);
  QVERIFY(world.press(elsewhere, "got a password"));
  for (auto target : {"UTF8_STRING", "TARGETS"}) {
    auto& probe = world.run(app, {"paste", "CLIPBOARD", "now", target});
    QVERIFY2(eventually([&] { return probe.said().contains("nothing"); }), probe.said().join(' '));
  }
  // It is for want of the focus.
  QVERIFY(world.focus(app));
  QTest::qWait(300);
  auto& probe = world.run(app, {"paste", "CLIPBOARD", "now", "UTF8_STRING"});
  QVERIFY2(eventually([&] { return probe.said().contains("got a password"); }), probe.said().join(' '));
}

void ClipboardTest::theFirstSelectionIsNeverPassedOn() {
  ClipboardWorld world;
  world.copyOutside("marked", TEXT, {"--primary"});
  auto app = world.app("inside");
  auto& pastes = world.run(app, {"paste", "PRIMARY", "key", "UTF8_STRING"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(pastes, "nothing"));
  pastes.end();
  auto& copies = world.run(app, {"copy", "PRIMARY", "key", "40"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(copies, "copied"));
  QTest::qWait(500);
  QCOMPARE(world.pasteOutside(TEXT, {"--primary"}), QByteArray("marked"));
  QVERIFY(world.typesOutside().isEmpty());
}

void ClipboardTest::switchedOffNothingIsPassedOn() {
  ClipboardWorld world;
  world.copyOutside("the person's", TEXT);
  auto app = world.app("inside", false);
  auto& pastes = world.run(app, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(app));
  QVERIFY2(world.press(pastes, "nothing"), pastes.said().join(' '));
  pastes.end();
  auto& copies = world.run(app, {"copy", "CLIPBOARD", "key", "40"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(copies, "copied"));
  QTest::qWait(1000);
  QCOMPARE(world.pasteOutside(TEXT), QByteArray("the person's"));
  QVERIFY(!copies.said().join(' ').contains("asked"));
}

void ClipboardTest::withTheAppGoesWhatItHasCopied() {
  ClipboardWorld world;
  auto app = world.app("inside");
  world.run(app, {"paste", "CLIPBOARD", "key", "TARGETS"});  // So that the server stays.
  auto& copies = world.run(app, {"copy", "CLIPBOARD", "key", "40"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(copies, "copied"));
  QVERIFY(eventually([&] { return world.typesOutside().contains(TEXT); }));
  copies.end();
  QVERIFY2(eventually([&] { return world.typesOutside().isEmpty(); }), world.typesOutside());
}

void ClipboardTest::aFloodOfCopiesIsPassedOnSlowly() {
  ClipboardWorld world;
  auto app = world.app("inside");
  auto& flood = world.run(app, {"flood", "CLIPBOARD", "key"});
  QVERIFY(world.focus(app));
  QElapsedTimer timer;
  timer.start();
  QVERIFY(world.press(flood, "copied"));
  QVERIFY(eventually([&] { return flood.said().contains("asked"); }));
  QTest::qWait(1000);
  auto asked = flood.said().count("asked");
  QVERIFY2(asked <= 10 + timer.elapsed() / 100, QByteArray::number(asked));
  // And all goes on.
  auto& pastes = world.run(app, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(eventually([&] { return pastes.said().contains("focus"); }));
  flood.end();
  world.copyOutside("afterwards", TEXT);
  QVERIFY2(world.press(pastes, "got afterwards"), pastes.said().join(' '));
}

void ClipboardTest::whatNeverEndsIsCut() {
  ClipboardWorld world;
  auto app = world.app("inside");
  auto& endless = world.run(app, {"endless", "CLIPBOARD", "key"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(endless, "copied"));
  QVERIFY(eventually([&] { return world.typesOutside().contains(TEXT); }));
  QProcess paste;
  paste.setProcessEnvironment(world.onLabwc());
  paste.start("wl-paste", {"--no-newline", "--type", TEXT});
  QVERIFY(paste.waitForFinished(60000));
  auto size = paste.readAllStandardOutput().size();
  QVERIFY2(size > (60 << 20) && size <= (65 << 20), QByteArray::number(size));
}

void ClipboardTest::nothingStaysOpen() {
  ClipboardWorld world;
  world.copyOutside(content(50'000), TEXT);
  auto app = world.app("inside");
  auto& pastes = world.run(app, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(pastes, told(content(50'000))));
  auto before = openInWindows();
  QVERIFY(before > 3);
  auto already = pastes.said().count(told(content(50'000)));
  for (int i = 0; i < 10; ++i) world.runOnLabwc("wtype", {"-s", "150", "-k", "c", "-s", "50"});
  QVERIFY(eventually([&] { return pastes.said().count(told(content(50'000))) >= already + 4; }));
  QVERIFY2(eventually([&] { return openInWindows() == before; }), QByteArray::number(openInWindows()));
}

QTEST_GUILESS_MAIN(ClipboardTest)
#include "clipboard-test.moc"
