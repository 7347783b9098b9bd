// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The place of other machines, loaded from the same files as in the program, with a scripted broker.

#include "app/ui/demo/demo-machines.h"
#include "app/ui/input-guard.h"
#include "window-world.h"

namespace latchkey::ui {
namespace {

QString idOf(World& world, const QString& petname) {
  for (const auto& machine : world.desk.machines()->all()) {
    if (machine.petname == petname) return machine.id;
  }
  return {};
}

QQuickItem* cardOf(World& world, const QString& petname) {
  for (auto* card : all(world.window, "MachineCard")) {
    if (card->property("petname").toString() == petname) return card;
  }
  return nullptr;
}

QString focusedText(World& world) {
  auto* item = world.window->activeFocusItem();
  return item ? item->property("text").toString() : QString();
}

bool showWords(World& world) {
  world.desk.pairing()->begin();
  if (!world.heard("admit")) return false;
  world.broker.compare("anna-thinkpad");
  return QTest::qWaitFor([&] { return first(world.window, "WordsStep") != nullptr; }, 10000);
}

bool anyAnswer(World& world) {
  return world.broker.heard().contains("compared match") || world.broker.heard().contains("compared differ");
}

// Brings "Add a machine" to this step.
bool goTo(World& world, const QString& step) {
  auto* pairing = world.desk.pairing();
  if (step == "words" || step == "waiting" || step == "failed" || step == "added") {
    if (step == "waiting") world.broker.leaveOpen();
    if (!showWords(world)) return false;
    if (step == "words") return true;
    if (!QTest::qWaitFor([&] { return pairing->armed(); }, 10000)) return false;
    pairing->answer(step != "failed");
    auto wanted = step == "waiting" ? Pairing::Waiting : step == "failed" ? Pairing::Failed : Pairing::Added;
    return QTest::qWaitFor([&] { return pairing->step() == wanted; }, 10000);
  }
  pairing->begin();
  if (step == "room") pairing->choose(Pairing::Room);
  if (step == "invite") pairing->choose(Pairing::Invite);
  if (step == "join") pairing->choose(Pairing::Join);
  if (step == "invite") return QTest::qWaitFor([&] { return !pairing->invitations()->link().isEmpty(); }, 10000);
  if (step == "room") return QTest::qWaitFor([&] { return !pairing->nearby().isEmpty(); }, 10000);
  return true;
}

}  // namespace

class MachinesWindowTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() { Look::shared().setMotion(false); }

  void firstUseIsOneSentenceAndOneButton() {
    World world(emptyScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.machines()->known());
    QTRY_VERIFY(buttonThatBegins(world.window, "Add a machine"));
    int buttons = 0;
    auto* page = first(world.window, "MachinesPage");
    QList<QQuickItem*> found;
    collect(page, "PushButton", found);
    for (auto* button : found) buttons += button->isVisible();
    QCOMPARE(buttons, 1);
    QTest::keyClick(world.window, Qt::Key_Tab);
    while (!focusedText(world).startsWith("Add a machine")) QTest::keyClick(world.window, Qt::Key_Tab);
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(world.desk.pairing()->open());
    // The way for two machines side by side has the focus.
    QTRY_VERIFY(world.window->activeFocusItem()->property("title").toString().startsWith("Both machines"));
  }

  void cardsAreUsedByKeyboard() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(cardOf(world, "Old netbook"));
    auto* list = cardOf(world, "Old netbook")->parentItem()->parentItem();
    list->forceActiveFocus(Qt::TabFocusReason);
    QTRY_COMPARE(list->property("currentIndex").toInt(), 0);
    QTest::keyClick(world.window, Qt::Key_Delete);
    QTRY_VERIFY(world.desk.parting()->open());
    // The safe answer has the focus: Enter keeps.
    QTRY_COMPARE(focusedText(world), "Keep it");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!world.desk.parting()->open());

    QTRY_VERIFY(list->hasActiveFocus());
    auto tablet = idOf(world, "Tablet");
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_F2);
    QTRY_VERIFY(world.window->activeFocusItem()->inherits("QQuickTextInput"));
    type(world.window, "Slate");
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("rename " + tablet + " Slate"));
    QTRY_VERIFY(cardOf(world, "Slate"));
    QTRY_VERIFY(list->hasActiveFocus());
    QTest::keyClick(world.window, Qt::Key_F2);
    type(world.window, "Nothing");
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTest::qWait(50);
    for (const auto& line : world.broker.heard()) QVERIFY(!line.endsWith("Nothing"));

    QTRY_VERIFY(list->hasActiveFocus());
    auto* current = list->property("currentItem").value<QQuickItem*>();
    auto id = current->property("machineId").toString();
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(first(world.window, "MachinePage"));
    QCOMPARE(world.desk.machine()->machine(), id);
    QTest::keyClick(world.window, Qt::Key_Left, Qt::AltModifier);
    QTRY_VERIFY(first(world.window, "MachinesPage"));
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("forget-machine"));
  }

  void theMenuKeyOpensACardsMenu() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(cardOf(world, "Old netbook"));
    cardOf(world, "Old netbook")->parentItem()->parentItem()->forceActiveFocus(Qt::TabFocusReason);
    QTest::keyClick(world.window, Qt::Key_Menu);
    QQuickItem* entry = nullptr;
    QTRY_VERIFY((entry = entryThatBegins(world.window, "Block")));
    QMetaObject::invokeMethod(entry, "click");
    QTRY_VERIFY(world.desk.parting()->open() && world.desk.parting()->blocking());
  }

  void cardsSayAllToWhoCannotSeeThem() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(cardOf(world, "Anna's laptop"));
    QTRY_VERIFY(world.desk.machines()->fresh() > 0);
    auto* card = QAccessible::queryAccessibleInterface(cardOf(world, "Anna's laptop"));
    QVERIFY(card && card->role() == QAccessible::ListItem);
    auto says = card->text(QAccessible::Name);
    for (const auto* part : {"Anna's laptop", "Connected", "It may use: ", "budget.ods", "You may use: ", "wiki:8080",
                             "New: it offers you", "orders:5432"})
      QVERIFY2(says.contains(part), qPrintable(says));
    auto* wrong = QAccessible::queryAccessibleInterface(cardOf(world, "Tablet"));
    QVERIFY(wrong->text(QAccessible::Name).contains("Another machine answers in its place"));
  }

  void whatIsWrongIsSaidWithWhatToDo_data() {
    QTest::addColumn<QString>("petname");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("anew");
    QTest::newRow("key changed") << "Tablet" << "Another machine answers" << true;
    QTest::newRow("refused") << "Oskar's PC" << "It does not know this machine" << true;
    QTest::newRow("too old") << "Old netbook" << "Its Latchkey is too old" << false;
  }
  void whatIsWrongIsSaidWithWhatToDo() {
    QFETCH(QString, petname);
    QFETCH(QString, says);
    QFETCH(bool, anew);
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(cardOf(world, petname));
    QQuickItem* what = nullptr;
    QList<QQuickItem*> found;
    collect(cardOf(world, petname), "PushButton", found);
    for (auto* button : found) {
      if (button->property("text").toString().startsWith("What to do")) what = button;
    }
    QVERIFY(what && what->isVisible());
    QVERIFY(click(world.window, what));
    QTRY_VERIFY(first(world.window, "CareCard"));
    QTRY_VERIFY(first(world.window, "CareCard")->isVisible());
    QVERIFY(withText(world.window, "PlainLabel", qPrintable(says)));
    auto* alert = QAccessible::queryAccessibleInterface(first(world.window, "CareCard"));
    QVERIFY(alert->role() == QAccessible::AlertMessage && alert->text(QAccessible::Name).startsWith(says));
    QVERIFY(buttonThatBegins(world.window, "Try again"));
    auto* begin = buttonThatBegins(world.window, "Forget it, then add it again");
    QCOMPARE(begin != nullptr, anew);
    if (!anew) return;
    QVERIFY(click(world.window, begin));
    QTRY_VERIFY(world.desk.parting()->open() && world.desk.parting()->renewing());
    QTRY_COMPARE(focusedText(world), "Keep it");
    auto* forget = buttonThatBegins(world.window, "Forget and add again");
    QVERIFY(forget);
    QVERIFY(click(world.window, forget));
    QTRY_VERIFY(world.desk.pairing()->open());
    QTRY_VERIFY(first(world.window, "MachinesPage"));
  }

  void wordsThatBeganTooEarlyAnswerNothing() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(showWords(world));
    auto* guard = first(world.window, "WordsStep")->property("guard").value<InputGuard*>();
    QVERIFY(guard);
    // The answer that adds nothing has the focus. Neither it nor the other counts yet, by no way.
    QTRY_COMPARE(focusedText(world), "They differ");
    auto* match = buttonThatBegins(world.window, "The words match");
    QVERIFY(match);
    // The guard is shut anew before each, for a busy computer takes its time with them.
    auto tooEarly = [&](auto press) {
      QFocusEvent back(QEvent::FocusIn);
      QCoreApplication::sendEvent(world.window, &back);
      press();
    };
    tooEarly([&] { QTest::keyClick(world.window, Qt::Key_Return); });
    tooEarly([&] { QTest::keyClick(world.window, Qt::Key_Space); });
    tooEarly([&] { QTest::mouseClick(world.window, Qt::LeftButton, {}, middle(match)); });
    tooEarly([&] {
      QAccessible::queryAccessibleInterface(match)->actionInterface()->doAction(
          QAccessibleActionInterface::pressAction());
    });
    tooEarly([&] { QTest::keyClick(world.window, Qt::Key_Escape); });
    QTest::qWait(30);
    QVERIFY(!anyAnswer(world));
    QCOMPARE(world.desk.pairing()->step(), Pairing::Words);

    QTRY_VERIFY(guard->open());
    // Words may be read by who cannot see them, in their order.
    bool told = false;
    for (auto* item : all(world.window, "Card")) {
      auto* described = QAccessible::queryAccessibleInterface(item);
      told |= described && described->text(QAccessible::Name) == "Four words: harbour, violet, engine, saddle";
    }
    QVERIFY(told);
    QVERIFY(click(world.window, match));
    QVERIFY(world.heard("compared match"));
    QTRY_COMPARE(world.desk.pairing()->step(), Pairing::Added);
  }

  void enterSaysThatTheyDiffer() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(showWords(world));
    QTRY_VERIFY(world.desk.pairing()->armed());
    QTRY_COMPARE(focusedText(world), "They differ");
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("compared differ"));
    QTRY_COMPARE(focusedText(world), "Close");
  }

  void escapeAnswersNothing() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(showWords(world));
    QTRY_VERIFY(world.desk.pairing()->armed());
    QTest::keyClick(world.window, Qt::Key_Escape);
    QVERIFY(world.heard("comparison over"));
    QVERIFY(!anyAnswer(world));
    QTRY_VERIFY(!world.desk.pairing()->open());
  }

  // The window was left and is come back to: a hand may be busy with something else.
  void comingBackToTheWindowStartsTheTimeAnew() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(showWords(world));
    QTRY_VERIFY(world.desk.pairing()->armed());
    QFocusEvent back(QEvent::FocusIn);
    QCoreApplication::sendEvent(world.window, &back);
    QVERIFY(!world.desk.pairing()->armed());
    QTest::keyClick(world.window, Qt::Key_Return);
    QTest::qWait(30);
    QVERIFY(!anyAnswer(world));
    QTRY_VERIFY(world.desk.pairing()->armed());
  }

  void aMachineIsNamedWhenItIsAdded() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(goTo(world, "added"));
    auto added = world.desk.pairing()->machine();
    QTRY_VERIFY(world.window->activeFocusItem()->inherits("QQuickTextInput"));
    QTRY_COMPARE(focusedText(world), "anna-thinkpad");
    type(world.window, "Anna");  // All of it was selected.
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("rename " + added + " Anna"));
    QTRY_VERIFY(!world.desk.pairing()->open());
  }

  void addingByAddressShowsWhatIsTried() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(goTo(world, "room"));
    QTRY_VERIFY(world.window->activeFocusItem()->inherits("QQuickTextInput"));
    type(world.window, "192.0.2.2");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(withText(world.window, "PlainLabel", "Connecting to 192.0.2.2"));
    auto* stop = buttonThatBegins(world.window, "Stop trying");
    QVERIFY(stop);
    QVERIFY(click(world.window, stop));
    QVERIFY(world.heard("add ended"));
    QTRY_VERIFY(!withText(world.window, "PlainLabel", "Connecting to 192.0.2.2"));
  }

  void anOpenInvitationIsCancelled() {
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(first(world.window, "InvitationRow"));
    auto* cancel = buttonThatBegins(world.window, "Cancel it");
    QVERIFY(cancel);
    // Who goes there by key sees it, though it is below the cards.
    cancel->forceActiveFocus(Qt::TabFocusReason);
    QVERIFY(cancel->hasActiveFocus());
    QTRY_VERIFY(QRectF({}, world.window->size()).contains(cancel->mapRectToScene(cancel->boundingRect())));
    // Keys of the cards are none of its own.
    QTest::keyClick(world.window, Qt::Key_Delete);
    QTest::qWait(50);
    QVERIFY(!world.desk.parting()->open());
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("cancel-invitation n1"));
    QTRY_VERIFY(!first(world.window, "InvitationRow"));
  }

  void hundredsOfMachinesMakeFewCards() {
    World world(machinesScript(200), Machines);
    QVERIFY(world.ready());
    QTRY_COMPARE(world.desk.machines()->count(), 200);
    QTRY_VERIFY(all(world.window, "MachineCard").size() > 3);
    auto* list = all(world.window, "MachineCard").first()->parentItem()->parentItem();
    for (int step = 0; step < 20; ++step) {
      QMetaObject::invokeMethod(list, "positionViewAtIndex", Q_ARG(int, step * 10), Q_ARG(int, 0));
      QTest::qWait(1);
      QVERIFY(all(world.window, "MachineCard").size() < 40);
    }
    QTest::keyClick(world.window, Qt::Key_F, Qt::ControlModifier);
    type(world.window, "chine 142");
    QTRY_COMPARE(world.desk.machines()->count(), 1);
  }

  void keysCarryTheMachinesMark() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    world.desk.grants()->setGrouping(GrantsModel::ByMachine);
    QTRY_VERIFY(withText(world.window, "PlainLabel", "By machine"));
    int marks = 0;
    for (auto* mark : all(world.window, "MachineMark")) marks += mark->isVisible();
    QTRY_VERIFY(marks > 0);
    bool heading = false;
    for (auto* one : all(world.window, "SectionHeading"))
      heading |= one->property("section").toString() == "Anna's laptop";
    QVERIFY(heading);
  }

  void everythingOnAMachinesPageHasAName_data() {
    QTest::addColumn<QString>("petname");
    QTest::addColumn<int>("tab");
    for (const auto* name : {"Anna's laptop", "Tablet", "Lent phone"}) {
      for (int tab = 0; tab < 4; ++tab) QTest::addRow("%s %d", name, tab) << name << tab;
    }
  }
  void everythingOnAMachinesPageHasAName() {
    QFETCH(QString, petname);
    QFETCH(int, tab);
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.machines()->known());
    QMetaObject::invokeMethod(world.window, "showMachine", Q_ARG(QString, idOf(world, petname)));
    QTRY_VERIFY(first(world.window, "TabRow"));
    first(world.window, "TabRow")->setProperty("current", tab);
    rest(world.window);
    QVERIFY(tabThrough(*world.window, 30) >= 8);
  }

  void everythingInASheetHasAName_data() {
    QTest::addColumn<QString>("step");
    QTest::addColumn<int>("reachable");
    QTest::newRow("ways") << "ways" << 4;
    QTest::newRow("room") << "room" << 5;
    QTest::newRow("invite") << "invite" << 4;
    QTest::newRow("join") << "join" << 4;
    QTest::newRow("words") << "words" << 2;
    QTest::newRow("waiting") << "waiting" << 1;
    QTest::newRow("failed") << "failed" << 2;
    QTest::newRow("added") << "added" << 2;
  }
  void everythingInASheetHasAName() {
    QFETCH(QString, step);
    QFETCH(int, reachable);
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QVERIFY(goTo(world, step));
    if (step == "words") QTRY_VERIFY(world.desk.pairing()->armed());
    rest(world.window);
    // What is below the sheet cannot be reached.
    if (reachable > 1) QCOMPARE(tabThrough(*world.window, 3 * reachable), reachable);
    else QCOMPARE(focusedText(world), "Cancel");
  }

  // Also in the smallest window, on a small screen at 200 %, and with names as long as names get.
  void everySheetsButtonsAreInTheWindow_data() {
    QTest::addColumn<QString>("sheet");
    QTest::addColumn<QSize>("size");
    for (const auto* sheet :
         {"ways", "room", "invite", "join", "words", "waiting", "failed", "added", "parting", "self"}) {
      for (auto size : {QSize(640, 480), QSize(420, 480), QSize(683, 340)})
        QTest::addRow("%s %dx%d", sheet, size.width(), size.height()) << sheet << size;
    }
  }
  void everySheetsButtonsAreInTheWindow() {
    QFETCH(QString, sheet);
    QFETCH(QSize, size);
    auto script = hostileScript();
    if (sheet == "invite") script.own.trouble.clear();
    World world(script, Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.machines()->known());
    world.window->setMinimumSize({});
    world.window->resize(size);
    QTRY_COMPARE(world.window->size(), size);
    if (sheet == "parting") {
      world.desk.parting()->begin(world.desk.machines()->index(0, 0).data(MachinesModel::IdRole).toString(),
                                  Parting::Forget);
      QTRY_VERIFY(world.desk.parting()->open());
    } else if (sheet == "self") {
      QMetaObject::invokeMethod(sheetOf(world.window, "ThisMachineSheet"), "open");
    } else {
      QVERIFY(goTo(world, sheet));
    }
    auto* popup = sheetOf(world.window, sheet == "parting" ? "PartingSheet"
                                        : sheet == "self"  ? "ThisMachineSheet"
                                                           : "AddMachineSheet");
    QVERIFY(popup);
    QTRY_VERIFY(popup->property("opened").toBool());
    QTRY_COMPARE(popup->property("parent").value<QQuickItem*>()->size().toSize(), size);
    auto* frame = popup->property("contentItem").value<QQuickItem*>();
    // Those below, which do not scroll.
    QStringList below{"Back",        "Close",           "Cancel", "Join",    "Try again",
                      "They differ", "The words match", "Done",   "Keep it", "Forget"};
    int buttons = 0;
    for (auto* button : all(world.window, "PushButton")) {
      if (!frame->isAncestorOf(button) || !button->isVisible()) continue;
      if (!below.contains(button->property("text").toString())) continue;
      ++buttons;
      auto box = [&] { return button->mapRectToScene(button->boundingRect()); };
      QTRY_VERIFY2(QRectF({}, size).contains(box()), qPrintable(button->property("text").toString()));
    }
    QVERIFY(buttons > 0);
    for (auto* text : all(world.window, "QQuickText")) {
      if (!frame->isAncestorOf(text)) continue;
      QCOMPARE(text->property("textFormat").toInt(), int(Qt::PlainText));
      if (!text->isVisible() || text->property("text").toString().isEmpty()) continue;
      auto box = text->mapRectToScene(QRectF(0, 0, text->width(), text->height()));
      QVERIFY2(box.left() >= -1 && box.right() <= size.width() + 1,
               qPrintable(text->property("text").toString().left(60)));
    }
  }

  void hostileNamesStayInsideAMachinesPage_data() {
    QTest::addColumn<int>("tab");
    for (int tab = 0; tab < 4; ++tab) QTest::addRow("%d", tab) << tab;
  }
  void hostileNamesStayInsideAMachinesPage() {
    QFETCH(int, tab);
    World world(hostileScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.machines()->known());
    auto id = world.desk.machines()->index(0, 0).data(MachinesModel::IdRole).toString();
    QMetaObject::invokeMethod(world.window, "showMachine", Q_ARG(QString, id));
    world.window->resize(720, 480);
    QTRY_VERIFY(first(world.window, "TabRow"));
    first(world.window, "TabRow")->setProperty("current", tab);
    rest(world.window);
    for (auto* text : all(world.window, "QQuickText")) {
      QCOMPARE(text->property("textFormat").toInt(), int(Qt::PlainText));
      if (!text->isVisible() || text->property("text").toString().isEmpty()) continue;
      auto box = text->mapRectToScene(QRectF(0, 0, text->width(), text->height()));
      QVERIFY2(box.left() >= -1 && box.right() <= 721, qPrintable(text->property("text").toString().left(60)));
    }
    // What it calls itself stands in a box of its own, marked as its word.
    if (tab != 3) return;
    auto* quote = first(world.window, "QuoteBox");
    QVERIFY(quote && quote->isVisible());
    auto says = QAccessible::queryAccessibleInterface(quote)->text(QAccessible::Name);
    QVERIFY2(says.startsWith("It calls itself:"), qPrintable(says));
  }

  void rightToLeftAllIsMirroredButTheWords() {
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    auto back = qScopeGuard([] { QGuiApplication::setLayoutDirection(Qt::LeftToRight); });
    World world(demoScript(), Machines);
    QVERIFY(world.ready());
    QTRY_VERIFY(cardOf(world, "Anna's laptop"));
    auto* card = cardOf(world, "Anna's laptop");
    auto left = [](QQuickItem* item) { return item->mapRectToScene(item->boundingRect()).left(); };
    QList<QQuickItem*> marks, states;
    collect(card, "MachineMark", marks);
    collect(card, "MachineState", states);
    QTRY_VERIFY(left(marks.first()) > left(states.first()));
    QVERIFY(showWords(world));
    auto word = [&](const char* text) {
      auto* found = withText(world.window, "PlainLabel", text);
      return found ? left(found) : -1;
    };
    QTRY_VERIFY(word("harbour") > 0);
    QVERIFY(word("harbour") < word("violet"));
    QVERIFY(word("engine") < word("saddle"));
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::MachinesWindowTest)
#include "machines-window-test.moc"
