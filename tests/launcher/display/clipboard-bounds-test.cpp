// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is copied and stays where it is, and the bounds of what passes between an app's own X server and the session.

#include "clipboard-world.h"

using namespace latchkey;

class ClipboardBoundsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();

  void whatTheAppItselfHasCopiedStaysItsOwn();
  void copiedWithoutAPressItStaysInside();
  void withoutFocusNothingIsReadOfTheApp();
  void withoutFocusTheAppReadsNothing();
  void theFirstSelectionIsNeverPassedOn();
  void switchedOffNothingIsPassedOn();
  void aFloodOfCopiesIsPassedOnSlowly();
  void whatNeverEndsIsCut();
};

void ClipboardBoundsTest::initTestCase() {
  if (!hasClipboardPrograms()) QSKIP("a virtual screen is missing");
}

void ClipboardBoundsTest::whatTheAppItselfHasCopiedStaysItsOwn() {
  ClipboardWorld world;
  world.copyOutside("older", TEXT);
  auto app = world.app("inside"), other = world.app("other");
  auto& copies = world.run(app, {"copy", "CLIPBOARD", "key", "40"});
  QVERIFY(world.focus(app));
  QVERIFY2(world.pressToCopy(copies, "image/png"), world.typesOutside());
  // Leaves and comes back: it is still there, and asked of the program itself.
  world.run(other, {"paste", "CLIPBOARD", "key", "UTF8_STRING"});
  QVERIFY(world.focus(other));
  QVERIFY(world.focus(app));
  QTest::qWait(300);
  auto& pastes = world.run(app, {"paste", "CLIPBOARD", "now", "UTF8_STRING"});
  QVERIFY2(eventually([&] { return pastes.said().contains(told(content(40))); }), pastes.said().join(' '));
}

void ClipboardBoundsTest::copiedWithoutAPressItStaysInside() {
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

void ClipboardBoundsTest::withoutFocusNothingIsReadOfTheApp() {
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

void ClipboardBoundsTest::withoutFocusTheAppReadsNothing() {
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

void ClipboardBoundsTest::theFirstSelectionIsNeverPassedOn() {
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

void ClipboardBoundsTest::switchedOffNothingIsPassedOn() {
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

void ClipboardBoundsTest::aFloodOfCopiesIsPassedOnSlowly() {
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

void ClipboardBoundsTest::whatNeverEndsIsCut() {
  ClipboardWorld world;
  auto app = world.app("inside");
  auto& endless = world.run(app, {"endless", "CLIPBOARD", "key"});
  QVERIFY(world.focus(app));
  QVERIFY2(world.pressToCopy(endless, TEXT), world.typesOutside());
  QProcess paste;
  paste.setProcessEnvironment(world.onLabwc());
  paste.start("wl-paste", {"--no-newline", "--type", TEXT});
  QVERIFY(paste.waitForFinished(60000));
  auto size = paste.readAllStandardOutput().size();
  QVERIFY2(size > (60 << 20) && size <= (65 << 20), QByteArray::number(size));
}

QTEST_GUILESS_MAIN(ClipboardBoundsTest)
#include "clipboard-bounds-test.moc"
