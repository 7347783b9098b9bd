// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Sharing with other machines, loaded from the same files as in the program, with a scripted broker. By keyboard alone.

#include <QElapsedTimer>

#include "app/ui/demo/demo-machines.h"
#include "window-world.h"

namespace latchkey::ui {
namespace {

QString plain(QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); }

QString idOf(World& world, const QString& start) {
  for (const auto& machine : world.desk.machines()->all())
    if (machine.petname.startsWith(start)) return machine.id;
  return {};
}

bool show(World& world, const QString& petname) {
  auto known = [&] { return !idOf(world, petname).isEmpty() && world.desk.machines()->fresh() > 0; };
  if (!QTest::qWaitFor(known, 10000)) return false;
  QMetaObject::invokeMethod(world.window, "showMachine", Q_ARG(QString, idOf(world, petname)));
  return QTest::qWaitFor([&] { return first(world.window, "TabRow") != nullptr; }, 10000);
}

QQuickItem* cardOf(World& world, const QString& title) {
  for (auto* card : all(world.window, "OfferCard"))
    if (card->property("title").toString() == title) return card;
  return nullptr;
}

QString accessibleName(QQuickItem* item) {
  auto* described = QAccessible::queryAccessibleInterface(item);
  return described ? plain(described->text(QAccessible::Name)) : QString();
}

QString focusedName(World& world) {
  auto* item = world.window->activeFocusItem();
  return item ? accessibleName(item) : QString();
}

// Goes on with Tab until what has the focus is called so.
bool tabTo(World& world, const QString& start) {
  for (int i = 0; i < 60; ++i) {
    if (focusedName(world).startsWith(start)) return true;
    QTest::keyClick(world.window, Qt::Key_Tab);
  }
  return false;
}

bool heardStart(World& world, const QString& start) {
  return QTest::qWaitFor(
      [&] {
        for (const auto& line : world.broker.heard())
          if (line.startsWith(start)) return true;
        return false;
      },
      10000);
}

bool everHeard(World& world, const QString& start) {
  for (const auto& line : world.broker.heard())
    if (line.startsWith(start)) return true;
  return false;
}

const Machine& machineOf(World& world, const QString& petname) {
  return *world.desk.machines()->find(idOf(world, petname));
}

// The list of offers, with this one as the current. It may be put in another order meanwhile.
QQuickItem* listAt(World& world, const QString& title) {
  if (!QTest::qWaitFor([&] { return cardOf(world, title) != nullptr; }, 10000)) return nullptr;
  auto* list = first(world.window, "OffersList");
  list->forceActiveFocus(Qt::TabFocusReason);
  auto found = [&] {
    QTest::keyClick(world.window, Qt::Key_Home);
    for (int i = 0; i < 20; ++i) {
      auto* current = list->property("currentItem").value<QQuickItem*>();
      if (current && current->property("title").toString() == title) return true;
      QTest::keyClick(world.window, Qt::Key_Down);
    }
    return false;
  };
  return QTest::qWaitFor(found, 10000) ? list : nullptr;
}

}  // namespace

class SharingWindowTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() { Look::shared().setMotion(false); }

  // --- that there is something new

  void theRailAndTheCardSayThatSomethingIsOffered() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_COMPARE(first(world.window, "Rail")->property("offered").toInt(), 2);
    QQuickItem* place = withText(world.window, "RailButton", "Machines");
    QVERIFY(place);
    QTRY_COMPARE(accessibleName(place), "Machines, 2 waiting");
    QTest::keyClick(world.window, Qt::Key_4, Qt::ControlModifier);
    QTRY_VERIFY(withText(world.window, "PlainLabel", "New: it offers you"));
    QVERIFY(buttonThatBegins(world.window, "Look at it"));
    auto anna = machineOf(world, "Anna's laptop").id;
    for (const auto& offer : {"o1", "o2"}) {
      auto found = *world.desk.machine()->offers()->find(offer);
      found.state = MachineOffer::State::Declined;
      world.broker.change(found);
    }
    QTRY_COMPARE(accessibleName(place), "Machines");
    QVERIFY(!withText(world.window, "PlainLabel", "New: it offers you"));
  }

  void aPageBeginsWithWhatWaitsForAnAnswer() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Home server"));
    QCOMPARE(first(world.window, "TabRow")->property("current").toInt(), 0);
    QTest::keyClick(world.window, Qt::Key_4, Qt::ControlModifier);
    QTRY_VERIFY(first(world.window, "MachinesPage"));
    QVERIFY(show(world, "Anna's laptop"));
    QTRY_COMPARE(first(world.window, "TabRow")->property("current").toInt(), 1);
    QTRY_VERIFY(cardOf(world, "orders:5432"));
    auto tabs = first(world.window, "TabRow")->property("labels").toStringList();
    QCOMPARE(tabs[1], "You may use (2 new)");
  }

  // --- an offer

  void anOfferSaysAllToWhoCannotSeeIt() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QTRY_VERIFY(cardOf(world, "printer"));
    auto* card = QAccessible::queryAccessibleInterface(cardOf(world, "printer"));
    QCOMPARE(card->role(), QAccessible::ListItem);
    auto says = accessibleName(cardOf(world, "printer"));
    for (const auto* part : {"printer", "A service", "Offered ", "Until its owner ends it",
                             "It comes by way of office-gateway → Anna's laptop"})
      QVERIFY2(says.contains(part), qPrintable(says));
    says = accessibleName(cardOf(world, "orders:5432"));
    QVERIFY2(says.contains("at most 10 use"), qPrintable(says));
    // What it is called is their word: it stands in a box of its own.
    QList<QQuickItem*> quotes;
    collect(cardOf(world, "printer"), "QuoteBox", quotes);
    QCOMPARE(quotes.size(), 1);
    QCOMPARE(plain(quotes[0]->property("lead").toString()), "Anna's laptop calls it:");
  }

  void anOfferIsUsedByKeyboard() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QVERIFY(listAt(world, "orders:5432"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(world.desk.offerUse()->open());
    auto* sheet = sheetOf(world.window, "UseOfferSheet");
    QTRY_VERIFY(sheet && sheet->property("opened").toBool());
    QTRY_COMPARE(focusedName(world), "Find an app");
    type(world.window, "feather");
    QTRY_COMPARE(world.desk.offerUse()->apps().size(), 1);
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_Space);
    QTRY_COMPARE(world.desk.offerUse()->holder(), "featherpad");
    QVERIFY(tabTo(world, "Name"));
    QTest::keyClick(world.window, Qt::Key_A, Qt::ControlModifier);
    type(world.window, "db");
    QVERIFY(!everHeard(world, "accept"));
    QVERIFY(tabTo(world, "Use it"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(heardStart(world, "accept o1 featherpad db:5432 i"));
    QTRY_VERIFY(!world.desk.offerUse()->open());
    QTRY_VERIFY(withText(world.window, "PlainLabel", "Last used") ||
                cardOf(world, "orders:5432")->property("accepted").toBool());
  }

  void whatIsWrongWithAUseHasTheFocus() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QVERIFY(listAt(world, "orders:5432"));
    QTest::keyClick(world.window, Qt::Key_Return);
    auto* sheet = sheetOf(world.window, "UseOfferSheet");
    QTRY_VERIFY(sheet->property("opened").toBool());
    QVERIFY(tabTo(world, "Use it"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_COMPARE(focusedName(world), "Find an app");
    QVERIFY(withText(world.window, "FieldFault", "Choose an app."));
    QTest::keyClick(world.window, Qt::Key_Return);  // The first.
    QTRY_VERIFY(!world.desk.offerUse()->holder().isEmpty());
    QVERIFY(tabTo(world, "Port"));
    QTest::keyClick(world.window, Qt::Key_A, Qt::ControlModifier);
    type(world.window, "99999");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(withText(world.window, "FieldFault", "orders:99999 is no place for it"));
    QTRY_COMPARE(focusedName(world), "Port");
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!world.desk.offerUse()->open());
    QCOMPARE(world.desk.machine()->offers()->fresh(), 2);
  }

  void anOfferIsDeclinedByKeyboard() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QVERIFY(listAt(world, "printer"));
    QTest::keyClick(world.window, Qt::Key_Delete);
    QVERIFY(world.heard("decline o2"));
    QTRY_COMPARE(world.desk.machine()->offers()->fresh(), 1);
  }

  void whatWasAcceptedIsGivenBackByKeyboard() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    auto* list = listAt(world, "wiki:8080");
    QVERIFY(list);
    QTest::keyClick(world.window, Qt::Key_Delete);
    QTRY_VERIFY(world.desk.stopPlan()->open());
    QVERIFY(plain(world.desk.stopPlan()->title()).startsWith("Give back"));
    // The safe answer has the focus: Enter keeps.
    QTRY_COMPARE(focusedName(world), "Keep");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!world.desk.stopPlan()->open());
    QTRY_VERIFY(list->hasActiveFocus());
    QVERIFY(!everHeard(world, "revoke") && !everHeard(world, "decline"));
  }

  void theMenuKeyReachesEveryAction() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QVERIFY(listAt(world, "wiki:8080"));
    QTest::keyClick(world.window, Qt::Key_Menu);
    QQuickItem* stop = nullptr;
    QTRY_VERIFY((stop = entryThatBegins(world.window, "Stop Desk at work using it")));
    for (const auto* entry : {"Use it in another app", "Pass it on", "Give it back", "Stop Chromium using it"})
      QVERIFY2(entryThatBegins(world.window, entry), entry);
    QVERIFY(!entryThatBegins(world.window, "No thanks"));
    QMetaObject::invokeMethod(stop, "click");
    QTRY_VERIFY(world.desk.stopPlan()->open());
    QVERIFY(plain(world.desk.stopPlan()->title()).startsWith("Stop Desk at work using"));
  }

  // --- sharing

  void somethingIsSharedByKeyboard() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QVERIFY(tabTo(world, "Share something"));
    QTest::keyClick(world.window, Qt::Key_Return);
    auto* sheet = sheetOf(world.window, "ShareSheet");
    QTRY_VERIFY(sheet && sheet->property("opened").toBool());
    QTRY_VERIFY2(focusedName(world).startsWith("What: something that an app offers"), qPrintable(focusedName(world)));
    QTRY_VERIFY(!world.desk.share()->services().isEmpty());
    QVERIFY(tabTo(world, "What: something that this computer offers"));
    QTest::keyClick(world.window, Qt::Key_Space);
    QVERIFY(tabTo(world, "Port, such as 5432"));
    type(world.window, "5432");
    QVERIFY(tabTo(world, "What it is called there"));
    type(world.window, "orders");
    QVERIFY(tabTo(world, "How long: for 8 hours"));
    QTest::keyClick(world.window, Qt::Key_Left);
    QTRY_COMPARE(world.desk.share()->lasting(), int(ShareDraft::AnHour));
    QVERIFY(tabTo(world, "How often at most"));
    type(world.window, "5");
    QVERIFY(tabTo(world, "It may let other machines use it too"));
    QTest::keyClick(world.window, Qt::Key_Space);
    QTRY_VERIFY(world.desk.share()->mayPassOn());
    QTRY_VERIFY(withText(world.window, "PlainLabel", "\u2068Anna's laptop\u2069 may use port"));
    QVERIFY(!everHeard(world, "share"));
    QVERIFY(tabTo(world, "Share"));
    QCOMPARE(focusedName(world), "Share");
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("share Anna's laptop service @computer:5432 as orders for 1 h uses=5 bytes=0 pass"));
    QTRY_VERIFY(!world.desk.share()->open());
  }

  void escapeSharesNothing() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    world.desk.share()->begin(idOf(world, "Anna's laptop"));
    auto* sheet = sheetOf(world.window, "ShareSheet");
    QTRY_VERIFY(sheet->property("opened").toBool());
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!world.desk.share()->open());
    QTest::qWait(50);
    QVERIFY(!everHeard(world, "share"));
  }

  void aFolderIsSharedByKeyboard() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    auto* draft = world.desk.share();
    draft->begin(idOf(world, "Anna's laptop"));
    QTRY_VERIFY(sheetOf(world.window, "ShareSheet")->property("opened").toBool());
    QVERIFY(!withText(world.window, "RuleField", "It may"));
    QVERIFY(tabTo(world, "What: a folder"));
    QTest::keyClick(world.window, Qt::Key_Space);
    QTRY_COMPARE(draft->what(), int(ShareDraft::OfFolder));
    QVERIFY(tabTo(world, "Where the folder is"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(withText(world.window, "FieldFault", "Choose the folder, or write where it is."));
    QTRY_VERIFY(focusedName(world).startsWith("Where the folder is"));
    type(world.window, "/srv/Garden");
    QTRY_VERIFY(!withText(world.window, "FieldFault", "Choose the folder"));
    QVERIFY(tabTo(world, "Choose…"));
    QVERIFY(tabTo(world, "It may: only read"));
    QTest::keyClick(world.window, Qt::Key_Right);
    QTRY_COMPARE(draft->access(), int(ShareDraft::AlsoChange));
    QVERIFY(!everHeard(world, "share"));
    QVERIFY(tabTo(world, "Share"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(heardStart(world, "share Anna's laptop folder /srv/Garden as  for 8 h uses=0 bytes=0 to change"));
    QTRY_VERIFY(!draft->open());
  }

  void anAppOfAnotherMachineIsUsedByKeyboard() {
    World world(farAppScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QVERIFY(listAt(world, "Scanner"));
    auto says = accessibleName(cardOf(world, "Scanner"));
    QVERIFY2(says.contains("An app, to start and stop there"), qPrintable(says));
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(heardStart(world, "accept o1   always"));
    QTRY_VERIFY(world.desk.machine()->offers()->find("o1")->startable());
    // No app of this computer is asked for.
    auto* sheet = sheetOf(world.window, "UseOfferSheet");
    QVERIFY(!sheet || !sheet->property("opened").toBool());
    QVERIFY(listAt(world, "Scanner"));
    QVERIFY(buttonThatBegins(world.window, "Start"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(heardStart(world, "start o1"));
    QTRY_VERIFY(accessibleName(cardOf(world, "Scanner")).contains("Running since"));
    QTest::keyClick(world.window, Qt::Key_Menu);
    QTRY_VERIFY(entryThatBegins(world.window, "Stop"));
    for (const auto* entry : {"Pass it on", "Give it back"}) QVERIFY2(entryThatBegins(world.window, entry), entry);
    QTest::keyClick(world.window, Qt::Key_Escape);
    QVERIFY(listAt(world, "Scanner"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(heardStart(world, "stop o1"));
    QTRY_VERIFY(accessibleName(cardOf(world, "Scanner")).contains("Ended"));
  }

  void anAppIsSharedByKeyboard() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    auto* draft = world.desk.share();
    draft->begin(idOf(world, "Anna's laptop"));
    QTRY_VERIFY(sheetOf(world.window, "ShareSheet")->property("opened").toBool());
    QVERIFY(tabTo(world, "What: an app, to start and stop it"));
    QTest::keyClick(world.window, Qt::Key_Space);
    QTRY_COMPARE(draft->what(), int(ShareDraft::OfStart));
    QVERIFY(tabTo(world, "Find an app"));
    type(world.window, "feather");
    QTRY_COMPARE(draft->apps().size(), 1);
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!draft->app().isEmpty());
    QVERIFY(withText(world.window, "PlainLabel", draft->sentence().toUtf8().constData()));
    QVERIFY(!everHeard(world, "share"));
    QVERIFY(tabTo(world, "Share"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(heardStart(world, "share Anna's laptop app featherpad"));
    QTRY_VERIFY(!draft->open());
  }

  void aFolderThatIsOfferedIsTakenByKeyboard() {
    World world(folderScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QVERIFY(listAt(world, "Garden"));
    auto says = accessibleName(cardOf(world, "Garden"));
    QVERIFY2(says.contains("A folder, to read"), qPrintable(says));
    QTest::keyClick(world.window, Qt::Key_Return);
    auto* sheet = sheetOf(world.window, "UseOfferSheet");
    QTRY_VERIFY(sheet && sheet->property("opened").toBool());
    QTRY_COMPARE(focusedName(world), "Where: among my files");
    // Neither a port nor an app is asked for.
    QVERIFY(!first(world.window, "AppPick") || !first(world.window, "AppPick")->isVisible());
    QVERIFY(tabTo(world, "Use it"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(heardStart(world, "accept folder   always"));
    QTRY_VERIFY(!world.desk.offerUse()->open());
    // Further down now, among what is used.
    QTRY_VERIFY(listAt(world, "Garden") && buttonThatBegins(world.window, "Show it"));
    // The keyboard has it all, too.
    QTest::keyClick(world.window, Qt::Key_Menu);
    QTRY_VERIFY(entryThatBegins(world.window, "Show it"));
    for (const auto* entry : {"Give it to an app", "Give it back"})
      QVERIFY2(entryThatBegins(world.window, entry), entry);
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(withText(world.window, "PlainLabel", "You find it at"));
  }

  void whatTheBrokerRefusesStandsBesideItsField() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    auto* draft = world.desk.share();
    draft->begin(idOf(world, "Anna's laptop"));
    QTRY_VERIFY(sheetOf(world.window, "ShareSheet")->property("opened").toBool());
    draft->setWhat(ShareDraft::OfNetwork);
    draft->setHost("db.example.org");
    QVERIFY(tabTo(world, "Name and port"));
    QTest::keyClick(world.window, Qt::Key_Return);
    QQuickItem* fault = nullptr;
    QTRY_VERIFY((fault = withText(world.window, "FieldFault", "one host and port can be shared")));
    QCOMPARE(QAccessible::queryAccessibleInterface(fault)->role(), QAccessible::AlertMessage);
    QTRY_VERIFY(focusedName(world).startsWith("Name and port"));
    // Right below the field, once the window came to rest.
    auto* field = world.window->activeFocusItem();
    auto below = [&] { return fault->mapToScene({0, 0}).y() - field->mapToScene({0, field->height()}).y(); };
    QTRY_VERIFY2(below() >= 0 && below() < 20, qPrintable(QString::number(below())));
    type(world.window, ":5432");
    QTRY_VERIFY(!withText(world.window, "FieldFault", "one host"));
  }

  void whatAnAppListensOnIsSharedFromItsConnections() {
    World world(demoScript(), Activity);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.machines()->total() > 0);
    world.desk.connections()->show("i2");
    QQuickItem* button = nullptr;
    QTRY_VERIFY((button = buttonThatBegins(world.window, "A machine")));
    QMetaObject::invokeMethod(button, "click");
    QTRY_VERIFY(world.desk.share()->open());
    QVERIFY(!world.desk.connections()->open());
    QTRY_COMPARE(world.desk.share()->service(), 0);
  }

  void whatAnAppMayListenOnIsSharedFromItsPermission() {
    auto script = demoScript();
    auto listening = script.grants.front();
    listening.id = QStringLiteral("listens");
    listening.holder = QStringLiteral("chromium@work");
    listening.kind = Terms::Kind::Listen;
    listening.object = {};
    listening.object.target = QStringLiteral("8080/tcp@local");
    script.grants.prepend(listening);
    World world(script, Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.machines()->total() > 0);
    QQuickItem* row = nullptr;
    auto found = [&] {
      for (auto* one : all(world.window, "GrantRow"))
        if (one->property("grantId") == "listens") row = one;
      return row != nullptr;
    };
    QTRY_VERIFY(found());
    QMetaObject::invokeMethod(row, "shareWanted");
    QTRY_VERIFY(world.desk.share()->open());
    QTRY_COMPARE(world.desk.share()->services().size(), 1);
    QCOMPARE(world.desk.share()->service(), 0);
  }

  void whereThereIsNoMachineNothingIsOfferedToOne() {
    auto script = demoScript();
    script.machines.clear();
    script.offers.clear();
    World world(script, Activity);
    QVERIFY(world.ready());
    world.desk.connections()->show("i2");
    QTRY_VERIFY(buttonThatBegins(world.window, "My network"));
    QVERIFY(!buttonThatBegins(world.window, "A machine"));
  }

  // --- states every view has

  void everythingInASheetHasAName_data() {
    QTest::addColumn<QString>("sheet");
    QTest::addColumn<int>("reachable");
    QTest::newRow("share") << "share" << 12;
    QTest::newRow("computer") << "computer" << 12;
    QTest::newRow("folder") << "folder" << 14;
    QTest::newRow("pass") << "pass" << 8;
    QTest::newRow("use a folder") << "use a folder" << 4;
    QTest::newRow("use") << "use" << 7;
  }
  void everythingInASheetHasAName() {
    QFETCH(QString, sheet);
    QFETCH(int, reachable);
    World world(sheet == "use a folder" ? folderScript() : demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    QTRY_VERIFY(world.desk.machine()->offers()->count() > 0);
    if (sheet == "use a folder") world.desk.offerUse()->begin("folder");
    else if (sheet == "use") world.desk.offerUse()->begin("o1");
    else if (sheet == "pass") world.desk.share()->pass("o3");
    else world.desk.share()->begin(idOf(world, "Anna's laptop"));
    if (sheet == "computer") world.desk.share()->setWhat(ShareDraft::OfComputer);
    if (sheet == "folder") world.desk.share()->setWhat(ShareDraft::OfFolder);
    rest(world.window);
    QVERIFY(tabThrough(*world.window, 3 * reachable) >= reachable - 2);
  }

  // Also in the smallest window, on a small screen at 200 %, and with names as long as names get.
  void everySheetsButtonsAreInTheWindow_data() {
    QTest::addColumn<QString>("sheet");
    QTest::addColumn<QSize>("size");
    for (const auto* sheet : {"ShareSheet", "UseOfferSheet", "StopSheet"}) {
      for (auto size : {QSize(640, 480), QSize(420, 480), QSize(683, 340)})
        QTest::addRow("%s %dx%d", sheet, size.width(), size.height()) << sheet << size;
    }
  }
  void everySheetsButtonsAreInTheWindow() {
    QFETCH(QString, sheet);
    QFETCH(QSize, size);
    World world(hostileScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "<b>Latchkey"));
    auto* offers = world.desk.machine()->offers();
    QTRY_VERIFY(offers->count() > 0);
    world.window->setMinimumSize({});
    world.window->resize(size);
    QTRY_COMPARE(world.window->size(), size);
    auto* held = offers->find(offers->index(offers->count() - 1, 0).data(OffersModel::IdRole).toString());
    if (sheet == "ShareSheet") {
      world.desk.share()->pass(held->id);
      world.desk.share()->setUses("x");
      world.desk.share()->share();
    } else if (sheet == "UseOfferSheet") {
      world.desk.offerUse()->begin(offers->index(0, 0).data(OffersModel::IdRole).toString());
      world.desk.offerUse()->use();
    } else {
      world.desk.stopPlan()->begin({held->grant});
    }
    auto* popup = sheetOf(world.window, sheet);
    QVERIFY(popup);
    QTRY_VERIFY(popup->property("opened").toBool());
    QTRY_COMPARE(popup->property("parent").value<QQuickItem*>()->size().toSize(), size);
    rest(world.window);
    auto* frame = popup->property("contentItem").value<QQuickItem*>();
    int buttons = 0;
    for (auto* button : all(world.window, "PushButton")) {
      QStringList below{"Cancel", "Pass on", "Use it", "Keep", "Stop"};
      if (!frame->isAncestorOf(button) || !button->isVisible()) continue;
      if (!below.contains(button->property("text").toString())) continue;
      ++buttons;
      auto box = [&] { return button->mapRectToScene(button->boundingRect()); };
      QTRY_VERIFY2(QRectF({}, size).contains(box()), qPrintable(button->property("text").toString()));
    }
    QCOMPARE(buttons, 2);
    for (auto* text : all(world.window, "QQuickText")) {
      if (!frame->isAncestorOf(text)) continue;
      QCOMPARE(text->property("textFormat").toInt(), int(Qt::PlainText));
      if (!text->isVisible() || text->property("text").toString().isEmpty()) continue;
      auto box = text->mapRectToScene(QRectF(0, 0, text->width(), text->height()));
      QVERIFY2(box.left() >= -1 && box.right() <= size.width() + 1,
               qPrintable(text->property("text").toString().left(60)));
    }
  }

  void hostileTitlesStayInsideTheirCards_data() {
    QTest::addColumn<Qt::LayoutDirection>("direction");
    QTest::newRow("left to right") << Qt::LeftToRight;
    QTest::newRow("right to left") << Qt::RightToLeft;
  }
  void hostileTitlesStayInsideTheirCards() {
    QFETCH(Qt::LayoutDirection, direction);
    QGuiApplication::setLayoutDirection(direction);
    auto back = qScopeGuard([] { QGuiApplication::setLayoutDirection(Qt::LeftToRight); });
    World world(hostileScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "<b>Latchkey"));
    world.window->resize(720, 480);
    first(world.window, "TabRow")->setProperty("current", 1);
    QTRY_VERIFY(first(world.window, "OfferCard"));
    auto* list = first(world.window, "OffersList");
    for (int row = 0; row < list->property("count").toInt(); ++row) {
      list->setProperty("currentIndex", row);
      QTest::qWait(20);
      auto* card = list->property("currentItem").value<QQuickItem*>();
      QVERIFY(card);
      auto frame = card->mapRectToScene(card->boundingRect()).adjusted(24, 0, -24, 0);
      QList<QQuickItem*> texts;
      collect(card, "QQuickText", texts);
      for (auto* text : texts) {
        QCOMPARE(text->property("textFormat").toInt(), int(Qt::PlainText));
        if (!text->isVisible() || text->property("text").toString().isEmpty()) continue;
        auto box = text->mapRectToScene(QRectF(0, 0, text->width(), text->height()));
        QVERIFY2(frame.adjusted(-1, -1, 1, 1).contains(box), qPrintable(text->property("text").toString().left(60)));
      }
      QVERIFY(card->height() < 480);
    }
  }

  void aFieldsWordsStandBesideItsSign_data() {
    QTest::addColumn<Qt::LayoutDirection>("direction");
    QTest::newRow("left to right") << Qt::LeftToRight;
    QTest::newRow("right to left") << Qt::RightToLeft;
  }
  void aFieldsWordsStandBesideItsSign() {
    QFETCH(Qt::LayoutDirection, direction);
    QGuiApplication::setLayoutDirection(direction);
    auto back = qScopeGuard([] { QGuiApplication::setLayoutDirection(Qt::LeftToRight); });
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Anna's laptop"));
    world.desk.offerUse()->begin("o1");
    QTRY_VERIFY(sheetOf(world.window, "UseOfferSheet")->property("opened").toBool());
    QTRY_COMPARE(focusedName(world), "Find an app");
    auto* field = world.window->activeFocusItem();
    QList<QQuickItem*> words, signs;
    collect(field, "PlainLabel", words);
    collect(field, "Symbol", signs);
    words.removeIf([](QQuickItem* item) { return item->property("text").toString() != "Find an app"; });
    signs.removeIf([](QQuickItem* item) { return item->property("name").toString() != "search"; });
    auto box = [](QQuickItem* item) { return item->mapRectToScene(QRectF(0, 0, item->width(), item->height())); };
    QVERIFY(words.size() == 1 && signs.size() == 1);
    QVERIFY(!box(words[0]).intersects(box(signs[0])));
  }

  void twoHundredOffersDoNotStallIt() {
    auto script = machinesScript(3);
    addManyOffers(script, 200);
    World world(script, Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Machine 1"));
    QTRY_COMPARE(world.desk.machine()->offers()->count(), 200);
    QTRY_VERIFY(first(world.window, "OfferCard"));
    auto* list = first(world.window, "OffersList");
    list->forceActiveFocus(Qt::TabFocusReason);
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < 199; ++i) {
      QTest::keyClick(world.window, Qt::Key_Down);
      QVERIFY(all(world.window, "OfferCard").size() < 40);
    }
    QTRY_COMPARE(list->property("currentIndex").toInt(), 199);
    QVERIFY2(clock.elapsed() < 20'000, qPrintable(QString::number(clock.elapsed())));
  }

  void nothingOfferedSaysWhatWouldBeHere() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(show(world, "Desk at work"));
    first(world.window, "TabRow")->setProperty("current", 1);
    QTRY_VERIFY(withText(world.window, "PlainLabel", "It offers you nothing"));
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::SharingWindowTest)
#include "sharing-window-test.moc"
