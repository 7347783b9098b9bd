// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Installing and removing, loaded from the same files as in the program, with a scripted broker. By keyboard alone.

#include <QTemporaryFile>

#include "app/ui/demo/demo-packages.h"
#include "window-world.h"

namespace latchkey::ui {
namespace {

QString plain(QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); }

Script scriptWith(const PackageSheet& bundle) {
  auto script = demoScript();
  addPackages(script);
  script.bundle = bundle;
  return script;
}

QString focusedName(World& world) {
  auto* item = world.window->activeFocusItem();
  auto* described = item ? QAccessible::queryAccessibleInterface(item) : nullptr;
  return described ? plain(described->text(QAccessible::Name)) : QString();
}

bool tabTo(World& world, const QString& start) {
  for (int i = 0; i < 40; ++i) {
    if (focusedName(world).startsWith(start)) return true;
    QTest::keyClick(world.window, Qt::Key_Tab);
  }
  return false;
}

bool opens(World& world) {
  QTemporaryFile file;
  if (!file.open()) return false;
  world.desk.installing()->look(QUrl::fromLocalFile(file.fileName()));
  return QTest::qWaitFor([&] { return world.desk.installing()->open() && focusedName(world) != QString(); }, 10000);
}

}  // namespace

class PackagesWindowTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() { Look::shared().setMotion(false); }

  void theSafeAnswerHasTheFocus() {
    World world(scriptWith(newBundle()), Apps);
    QVERIFY(world.ready() && opens(world));
    QTRY_COMPARE(focusedName(world), "Cancel");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!world.desk.installing()->open());
    QTest::qWait(50);
    QVERIFY(world.broker.heard().filter("install").isEmpty());
  }

  void whatIsAskedForIsReadAndTickedByKeyboard() {
    World world(scriptWith(newBundle()), Apps);
    QVERIFY(world.ready() && opens(world));
    QTRY_COMPARE(all(world.window, "ClaimRow").size(), 5);
    auto* row = QAccessible::queryAccessibleInterface(all(world.window, "ClaimRow")[0]);
    QCOMPARE(row->role(), QAccessible::CheckBox);
    QCOMPARE(plain(row->text(QAccessible::Name)), "see and change everything in ~/Pictures");
    QVERIFY(row->text(QAccessible::Description).contains("to open your pictures"));
    QVERIFY(tabTo(world, "see and change everything"));
    QTest::keyClick(world.window, Qt::Key_Space);
    QTRY_VERIFY(world.desk.installing()->index(0).data(Installing::GivenRole).toBool());
    QVERIFY(row->state().checked);
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_Space);  // A device: nothing to tick.
    QVERIFY(!world.desk.installing()->index(2).data(Installing::GivenRole).toBool());
    QVERIFY(tabTo(world, "Install"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!world.desk.installing()->open());
    QTRY_VERIFY(!world.broker.heard().filter("grant org.example.Sketchpad").isEmpty());
  }

  void theAuthorsWordsStandInQuotes() {
    World world(scriptWith(hostileBundle()), Apps);
    QVERIFY(world.ready() && opens(world));
    QTRY_VERIFY(!all(world.window, "ClaimRow").isEmpty());
    auto* sheet = first(world.window, "QuoteBox");
    QVERIFY(sheet && sheet->property("lead").toString() == "Its author says:");
    for (auto* label : all(world.window, "PlainLabel"))
      QCOMPARE(label->property("textFormat").toInt(), int(Qt::PlainText));
    // However much it says, what answers stays in sight.
    auto* cancel = buttonThatBegins(world.window, "Cancel");
    auto place = cancel->mapRectToScene(QRectF(0, 0, cancel->width(), cancel->height()));
    QVERIFY(QRectF(0, 0, world.window->width(), world.window->height()).contains(place));
  }

  void whatIsRefusedCannotBeInstalled() {
    World world(scriptWith(strangersBundle()), Apps);
    QVERIFY(world.ready() && opens(world));
    QTRY_COMPARE(focusedName(world), "Close");
    for (auto* button : all(world.window, "PushButton"))
      QVERIFY(!button->isVisible() || button->property("text").toString() != "Update");
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!world.desk.installing()->open());
  }

  // Both who signed the app and who signed what it runs on.
  void whatComesWithItIsSaid() {
    World world(scriptWith(bundleWithRuntime()), Apps);
    QVERIFY(world.ready() && opens(world));
    auto& installing = *world.desk.installing();
    QVERIFY(plain(installing.signer()).contains("7E25D3A84C61F09B") && !installing.stranger());
    auto runtime = plain(installing.runtime());
    QVERIFY2(runtime.startsWith("It runs on Debian 13.2, which is not here yet and is installed with it. Signed by the "
                                "key 41D9C07B2A5E8F36, seen for the first time."),
             qPrintable(runtime));
    QVERIFY(installing.runtimeStranger() && installing.facts().contains("135"));
    auto labels = all(world.window, "PlainLabel");
    QVERIFY(std::ranges::any_of(labels, [&](auto* label) {
      return label->isVisible() && plain(label->property("text").toString()) == runtime;
    }));
    QVERIFY(tabTo(world, "Install"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!installing.open());
  }

  void ofARuntimeAloneNothingIsAsked() {
    World world(scriptWith(bundleWithRuntime().runtime[0]), Apps);
    QVERIFY(world.ready() && opens(world));
    QCOMPARE(world.desk.installing()->claimsHeading(),
             "Apps run on it. It starts nothing itself and asks for nothing.");
    QVERIFY(world.desk.installing()->runtime().isEmpty());
  }

  void aVersionThatWaitsIsShownAboveTheApps() {
    World world(scriptWith(newBundle()), Apps);
    QVERIFY(world.ready());
    QTRY_VERIFY(first(world.window, "WaitingCard") && first(world.window, "WaitingCard")->isVisible());
    QVERIFY(tabTo(world, "Look"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_COMPARE(focusedName(world), "Later");
    QVERIFY(tabTo(world, "Keep the old one"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(world.broker.heard().contains("refuse org.xfce.mousepad 0.7.0"));
    QTRY_VERIFY(!first(world.window, "WaitingCard")->isVisible());
  }

  void removingAsksAndKeepsTheFilesUnlessTold() {
    World world(scriptWith(newBundle()), Apps);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.packages()->has("org.xfce.mousepad"));
    world.desk.packages()->beginRemoval("org.xfce.mousepad");
    QTRY_COMPARE(focusedName(world), "Cancel");
    QVERIFY(tabTo(world, "Remove"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(world.broker.heard().contains("remove org.xfce.mousepad"));
  }

  void onlyWhatCameAsABundleCanBeRemoved() {
    World world(scriptWith(newBundle()), Apps);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.packages()->has("org.xfce.mousepad"));
    int bundles = 0, others = 0;
    for (auto* tile : all(world.window, "AppTile")) {
      bool bundle = tile->property("appId").toString() == "org.xfce.mousepad";
      QMetaObject::invokeMethod(tile, "openMenu");
      QTRY_VERIFY(withText(world.window, "MenuEntry", "Start"));
      auto* entry = withText(world.window, "MenuEntry", "Remove…");
      QCOMPARE(entry && entry->isVisible(), bundle);
      auto* back = withText(world.window, "MenuEntry", "Go back to version 0.6.1");
      QCOMPARE(back && back->isVisible(), bundle);
      bundle ? ++bundles : ++others;
      QTest::keyClick(world.window, Qt::Key_Escape);
      QTRY_VERIFY(!withText(world.window, "MenuEntry", "Start"));
    }
    QVERIFY(bundles == 1 && others > 3);
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::PackagesWindowTest)
#include "packages-window-test.moc"
