// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What repositories offer, in the window, with a scripted broker. By keyboard alone.

#include "app/ui/demo/demo-packages.h"
#include "window-world.h"

namespace latchkey::ui {
namespace {

constexpr char KEY[] = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";

QString plain(QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); }

Script scriptOf() {
  auto script = demoScript();
  addRepositories(script);
  return script;
}

QString focusedName(World& world) {
  auto* item = world.window->activeFocusItem();
  auto* described = item ? QAccessible::queryAccessibleInterface(item) : nullptr;
  return described ? plain(described->text(QAccessible::Name)) : QString();
}

bool tabTo(World& world, const QString& start) {
  for (int i = 0; i < 60; ++i) {
    if (focusedName(world).startsWith(start)) return true;
    QTest::keyClick(world.window, Qt::Key_Tab);
  }
  return false;
}

bool ready(World& world) {
  return world.ready() && QTest::qWaitFor([&] { return world.desk.updates()->waiting() == 3; }, 10000);
}

void type(World& world, const char* text) {
  auto* field = first(world.window, "InputField");
  field->forceActiveFocus();
  for (const char* letter = text; *letter; ++letter) QTest::keyClick(world.window, *letter);
}

bool inSight(World& world, const QQuickItem* item) {
  auto place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
  return QRectF(0, 0, world.window->width(), world.window->height()).contains(place);
}

}  // namespace

class RepositoriesWindowTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() { Look::shared().setMotion(false); }

  void whatIsOfferedStandsBelowWhatIsHere() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    QVERIFY(!first(world.window, "AvailableList")->isVisible());
    type(world, "pad");
    QTRY_COMPARE(all(world.window, "AvailableRow").size(), 3);
    QVERIFY(!all(world.window, "AppTile").isEmpty());
    auto* tile = all(world.window, "AppTile").last();
    auto* row = all(world.window, "AvailableRow").first();
    rest(world.window);
    QVERIFY(row->mapToScene({}).y() >= tile->mapToScene({}).y() + tile->height() - 1);
    auto* described = QAccessible::queryAccessibleInterface(row);
    QCOMPARE(described->role(), QAccessible::Button);
    QCOMPARE(described->text(QAccessible::Name), "Sketchpad, not installed");
    QVERIFY(plain(described->text(QAccessible::Description)).contains("Its author says: “Draw and paint"));
    // The first app is started by Enter as ever.
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!world.broker.heard().filter("launch").isEmpty());
    QVERIFY(!world.desk.installing()->open());
  }

  void itIsReachedAndLookedAtByKeyboard() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    type(world, "pad");
    QTRY_COMPARE(all(world.window, "AvailableRow").size(), 3);
    for (int i = 0; i < 6 && !focusedName(world).startsWith("Sketchpad"); ++i)
      QTest::keyClick(world.window, Qt::Key_Down);
    QCOMPARE(focusedName(world), "Sketchpad, not installed");
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_Down);
    rest(world.window);
    QVERIFY(inSight(world, world.window->activeFocusItem()));
    QTest::keyClick(world.window, Qt::Key_Up);
    QTest::keyClick(world.window, Qt::Key_Up);
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_COMPARE(focusedName(world), "Cancel");
    QTRY_COMPARE(all(world.window, "ClaimRow").size(), 5);
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!world.desk.installing()->open());
    QTest::qWait(50);
    QVERIFY(world.broker.heard().filter("install").isEmpty());
  }

  void aloneItIsOpenedByEnter() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    type(world, "explains what");
    QTRY_COMPARE(all(world.window, "AvailableRow").size(), 1);
    QVERIFY(!first(world.window, "CommandOffer")->isVisible());
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(world.desk.installing()->open());
  }

  void wordsOfStrangersAreNoMarkup() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    type(world, "notepad");
    QTRY_COMPARE(all(world.window, "AvailableRow").size(), 1);
    for (auto* label : all(world.window, "PlainLabel"))
      QCOMPARE(label->property("textFormat").toInt(), int(Qt::PlainText));
    QVERIFY(withText(world.window, "PlainLabel", "<b>Notepad</b>"));
  }

  void allThatItsAuthorSaysIsReadOnDemand() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    world.desk.available()->setSearch("sketch");
    QTRY_COMPARE(world.desk.available()->count(), 1);
    world.desk.available()->look(0);
    QTRY_VERIFY(!world.desk.installing()->looking());
    QTRY_COMPARE(focusedName(world), "Cancel");
    QVERIFY(!withText(world.window, "PlainLabel", "“GPL-3.0-or-later”"));
    QVERIFY(tabTo(world, "Read all"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(withText(world.window, "PlainLabel", "“GPL-3.0-or-later”"));
    QVERIFY(inSight(world, buttonThatBegins(world.window, "Cancel")));
    QCOMPARE(focusedName(world), "Read less");
  }

  void updatesAreListedAndInstalledByKeyboard() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    QVERIFY(tabTo(world, "Updates, 3 waiting"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_COMPARE(focusedName(world), "Close");
    QCOMPARE(all(world.window, "UpdateRow").size(), 4);
    QVERIFY(withText(world.window, "PlainLabel",
                     QString(QChar(0x2068) + QString("net.example.others")).toUtf8().constData()));
    // Each row's own button says whose it is.
    QVERIFY(tabTo(world, "Update"));
    auto* focused = world.window->activeFocusItem();
    while (focusedName(world) != "Update") QTest::keyClick(world.window, Qt::Key_Tab);
    focused = world.window->activeFocusItem();
    QCOMPARE(QAccessible::queryAccessibleInterface(focused)->text(QAccessible::Description), "FeatherPad");
    rest(world.window);
    QVERIFY(inSight(world, focused));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(world.broker.heard().contains("update featherpad"));
    QTRY_COMPARE(world.desk.updates()->waiting(), 2);
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!world.desk.updates()->open());
  }

  void theChoiceOfWhatComesByItselfIsKept() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    world.desk.updates()->show();
    QTRY_COMPARE(focusedName(world), "Close");
    QVERIFY(tabTo(world, "New versions by themselves"));
    auto* box = world.window->activeFocusItem();
    auto* described = QAccessible::queryAccessibleInterface(box);
    auto app = described->text(QAccessible::Description);
    bool was = described->state().checked;
    QTest::keyClick(world.window, Qt::Key_Space);
    QTRY_COMPARE(world.broker.heard().filter("automatic").size(), 1);
    QTRY_COMPARE(bool(described->state().checked), !was);
    QVERIFY(!app.isEmpty());
  }

  void whatWaitsIsComparedBefore() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    world.desk.updates()->show();
    QTRY_COMPARE(focusedName(world), "Close");
    world.desk.updates()->look("org.xfce.mousepad");
    QTRY_COMPARE(focusedName(world), "Later");
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!world.desk.installing()->open());
    QTRY_COMPARE(focusedName(world), "Close");
    QVERIFY(world.desk.updates()->open());
  }

  void oneIsFollowedByKeyboard() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    world.desk.updates()->show();
    QTRY_COMPARE(focusedName(world), "Close");
    QVERIFY(tabTo(world, "Repositories…"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_COMPARE(all(world.window, "RepositoryRow").size(), 2);
    QVERIFY(tabTo(world, "Follow another"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_COMPARE(focusedName(world), "Where it is");
    for (auto letter : QByteArray("/media/usb")) QTest::keyClick(world.window, letter);
    QVERIFY(tabTo(world, "Its key"));
    for (auto letter : QByteArray(KEY)) QTest::keyClick(world.window, letter);
    QTRY_VERIFY(withText(world.window, "PlainLabel", "Compare it with"));
    QVERIFY(inSight(world, buttonThatBegins(world.window, "Follow")));
    QVERIFY(tabTo(world, "Follow"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(world.broker.heard().contains(QString("follow /media/usb ") + KEY));
    QTRY_COMPARE(all(world.window, "RepositoryRow").size(), 3);
    QTRY_COMPARE(focusedName(world), "Close");
  }

  void allOfItFitsASmallWindow() {
    World world(scriptOf(), Apps);
    QVERIFY(ready(world));
    world.window->resize(420, 480);
    world.desk.updates()->show();
    QTRY_COMPARE(focusedName(world), "Close");
    rest(world.window);
    QVERIFY(inSight(world, buttonThatBegins(world.window, "Close")));
    world.desk.updates()->close();
    world.desk.repositories()->show();
    QTRY_VERIFY(buttonThatBegins(world.window, "Follow another"));
    rest(world.window);
    QVERIFY(inSight(world, buttonThatBegins(world.window, "Follow another")));
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::RepositoriesWindowTest)
#include "repositories-window-test.moc"
