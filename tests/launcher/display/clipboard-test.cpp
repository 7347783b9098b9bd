// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is copied in an app's own X server and pasted elsewhere, and the other way. What may not pass, and the bounds:
// clipboard-bounds-test.

#include <unistd.h>

#include "clipboard-world.h"

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
  void withTheAppGoesWhatItHasCopied();
  void nothingStaysOpen();
};

namespace {

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
  if (!hasClipboardPrograms()) QSKIP("a virtual screen is missing");
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
  QVERIFY2(world.pressToCopy(probe, TEXT), world.typesOutside());
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
  QVERIFY2(world.pressToCopy(copies, TEXT), world.typesOutside());
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
  QVERIFY2(world.pressToCopy(copies, TEXT), world.typesOutside());
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

void ClipboardTest::withTheAppGoesWhatItHasCopied() {
  ClipboardWorld world;
  auto app = world.app("inside");
  world.run(app, {"paste", "CLIPBOARD", "key", "TARGETS"});  // So that the server stays.
  auto& copies = world.run(app, {"copy", "CLIPBOARD", "key", "40"});
  QVERIFY(world.focus(app));
  QVERIFY2(world.pressToCopy(copies, TEXT), world.typesOutside());
  copies.end();
  QVERIFY2(eventually([&] { return world.typesOutside().isEmpty(); }), world.typesOutside());
}

void ClipboardTest::nothingStaysOpen() {
  ClipboardWorld world;
  world.copyOutside(content(50'000), TEXT);
  auto app = world.app("inside");
  auto& pastes = world.run(app, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(app));
  QVERIFY(world.press(pastes, told(content(50'000))));
  // What the last pasting had open may close a moment later.
  int before = 0;
  QVERIFY(eventually([&] {
    before = openInWindows();
    QThread::msleep(1000);
    return openInWindows() == before;
  }));
  QVERIFY(before > 3);
  auto already = pastes.said().count(told(content(50'000)));
  for (int i = 0; i < 10; ++i) world.runOnLabwc("wtype", {"-s", "150", "-k", "c", "-s", "50"});
  QVERIFY(eventually([&] { return pastes.said().count(told(content(50'000))) >= already + 4; }));
  QVERIFY2(eventually([&] { return openInWindows() == before; }), QByteArray::number(openInWindows()));
}

QTEST_GUILESS_MAIN(ClipboardTest)
#include "clipboard-test.moc"
