// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The window's pages, loaded from the same files as in the program, with a scripted broker behind the real bridge.

#include <QDropEvent>
#include <QMimeData>
#include <QQmlListReference>
#include <QTemporaryDir>

#include "app/rules/rules-file.h"
#include "window-world.h"

namespace latchkey::ui {
namespace {

QQuickItem* tileOf(World& world, const QString& app) {
  for (auto* tile : all(world.window, "AppTile")) {
    if (tile->property("appId") == app) return tile;
  }
  return nullptr;
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() { Look::shared().setMotion(false); }

  void typingAndEnterStartsAnApp() {
    World world(demoScript(), Apps);
    QVERIFY(world.ready());
    type(world.window, "okul");
    QTRY_COMPARE(world.desk.apps()->count(), 1);
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("launch org.kde.okular"));
  }

  void commandIsOfferedAndStarted() {
    World world(demoScript(), Apps);
    QVERIFY(world.ready());
    type(world.window, "ls -l");
    QTRY_COMPARE(world.desk.apps()->count(), 0);
    QCOMPARE(world.desk.apps()->command(), "ls -l");
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("launch command:ls"));
  }

  void nameOfNothingStartsNothing() {
    World world(demoScript(), Apps);
    QVERIFY(world.ready());
    type(world.window, "nothing-of-that-name");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTest::qWait(50);
    for (const auto& line : world.broker.heard()) QVERIFY2(!line.startsWith("launch"), qPrintable(line));
  }

  void placesChangeByKeyboard_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<QString>("page");
    QTest::newRow("apps") << int(Qt::Key_1) << "AppsPage";
    QTest::newRow("keys") << int(Qt::Key_2) << "KeysPage";
    QTest::newRow("requests") << int(Qt::Key_3) << "RequestsPage";
    QTest::newRow("machines") << int(Qt::Key_4) << "MachinesPage";
    QTest::newRow("activity") << int(Qt::Key_5) << "ActivityPage";
  }
  void placesChangeByKeyboard() {
    QFETCH(int, key);
    QFETCH(QString, page);
    World world(demoScript(), key == Qt::Key_1 ? Keys : Apps);
    QVERIFY(world.ready());
    QTest::keyClick(world.window, Qt::Key(key), Qt::ControlModifier);
    QTRY_VERIFY(first(world.window, page.toLatin1()));
  }

  void everythingIsStoppedByKey() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    auto* sheet = sheetOf(world.window, "PanicSheet");
    auto hit = [&] { QTest::keyClick(world.window, Qt::Key_Escape, Qt::ControlModifier | Qt::ShiftModifier); };
    auto focused = [&] {
      auto* item = world.window->activeFocusItem();
      return item ? item->property("text").toString() : QString();
    };
    auto nothingEnded = [&] {
      for (const auto& line : world.broker.heard()) {
        if (line.startsWith("stop-all") || line.startsWith("network")) return false;
      }
      return true;
    };
    QVERIFY(sheet && !sheet->property("opened").toBool());
    // It asks first: a key hit by mistake costs no unsaved work. Esc is no answer.
    hit();
    QTRY_VERIFY(sheet->property("opened").toBool());
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!sheet->property("visible").toBool());
    QVERIFY(nothingEnded());
    // Over another sheet too, and hit twice. The answer that can be taken back has the focus.
    world.desk.stopPlan()->begin({"g3"});
    QTRY_COMPARE(focused(), "Keep");
    hit();
    QTRY_COMPARE(focused(), "All network off");
    hit();
    QVERIFY(sheet->property("opened").toBool() && nothingEnded());
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("network off"));
    QTRY_VERIFY(world.desk.health()->networkOff() && !sheet->property("visible").toBool());
    world.desk.stopPlan()->keep();
    QVERIFY(!world.broker.heard().contains("stop-all"));
    // In a panic nothing goes on again: that key does not turn the network on.
    hit();
    QTRY_COMPARE(focused(), "Cancel");
    QTest::keyClick(world.window, Qt::Key_Backtab, Qt::ShiftModifier);
    QTRY_COMPARE(focused(), "Stop all apps");
    QTest::keyClick(world.window, Qt::Key_Return);
    QVERIFY(world.heard("stop-all"));
    QVERIFY(!world.broker.heard().contains("network on"));
    QTRY_VERIFY(!sheet->property("visible").toBool());
  }

  void deleteAsksThenStopsThenUndoes() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->count() > 0);
    auto* list = first(world.window, "GrantsList");
    QVERIFY(list);
    list->forceActiveFocus();
    // g3 has a child: what ends with it is said first.
    world.desk.grants()->setFilter("Notes");
    QTRY_VERIFY(world.desk.grants()->count() >= 1);
    world.desk.stopPlan()->begin({"g3"});
    QTRY_VERIFY(world.desk.stopPlan()->open());
    QVERIFY(world.desk.stopPlan()->lines().join(' ').contains("shopping.txt"));
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("revoke"));
    // The safe answer has the focus: Enter keeps.
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Keep");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!world.desk.stopPlan()->open());
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("revoke"));

    world.desk.stopPlan()->begin({"g3"});
    QTRY_VERIFY(world.desk.stopPlan()->open());
    world.desk.stopPlan()->stop();
    QVERIFY(world.heard("revoke g3"));
    QTRY_VERIFY(world.desk.undo()->possible());
    QTest::keyClick(world.window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(world.broker.heard().join(' ').contains("restore g3"));
  }

  void deleteKeyAsksForTheRowUnderTheCursor() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->count() > 0);
    auto* list = first(world.window, "GrantsList");
    list->forceActiveFocus(Qt::TabFocusReason);
    QTRY_COMPARE(list->property("currentIndex").toInt(), 0);
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_Delete);
    QTRY_VERIFY(world.desk.stopPlan()->open());
    // Whoever goes by key is back where they were.
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Keep");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!world.desk.stopPlan()->open());
    QTRY_VERIFY(list->hasActiveFocus());
  }

  void rulesAreChangedInASheet() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->count() > 0);
    auto* list = first(world.window, "GrantsList");
    list->forceActiveFocus(Qt::TabFocusReason);
    QTRY_COMPARE(list->property("currentIndex").toInt(), 0);
    auto* edit = world.desk.ruleEdit();
    // By key for the row under the cursor, if it is about files; then one that is known.
    while (!edit->open() && list->property("currentIndex").toInt() + 1 < list->property("count").toInt()) {
      QTest::keyClick(world.window, Qt::Key_F2);
      if (!edit->open()) QTest::keyClick(world.window, Qt::Key_Down);
    }
    QVERIFY(edit->open());
    edit->cancel();
    edit->begin("g3");
    QVERIFY(edit->open());
    QVERIFY2(edit->sentence().contains("may look at everything in"), qPrintable(edit->sentence()));
    QTRY_VERIFY(world.window->activeFocusItem() && world.window->activeFocusItem()->inherits("QQuickTextInput"));
    edit->setAccess(int(Terms::Access::Write));
    edit->setLasting(RuleEdit::SevenDays);
    QVERIFY(!edit->mayKeep());
    QVERIFY2(edit->sentence().contains("may look at and change everything in"), qPrintable(edit->sentence()));
    edit->setLasting(RuleEdit::AsItWas);
    edit->setKeep(true);
    QVERIFY(edit->sentence().contains("used or not"));
    auto place = edit->place();
    edit->setPlace(place + "/Missing");
    edit->save();
    QTRY_VERIFY(!edit->fault().isEmpty());
    QVERIFY(edit->open());  // Nothing is lost by a refusal.
    edit->setPlace(place);
    QVERIFY(edit->fault().isEmpty());
    QTest::keyClick(world.window, Qt::Key_Return);  // From the field of the place.
    QTRY_VERIFY(!edit->open());
    auto heard = world.broker.heard().last();
    QVERIFY2(heard.startsWith("edit g3 featherpad /") && heard.endsWith("3 write keep"), qPrintable(heard));
  }

  void whatIsNeverAllowedIsListedAndTakenBack() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    auto* nevers = world.desk.nevers();
    auto* button = first(world.window, "KeysMenu");
    QVERIFY(button);
    QMetaObject::invokeMethod(button, "click");
    QQuickItem* entry = nullptr;
    QTRY_VERIFY((entry = entryThatBegins(world.window, "What you never allow")));
    QMetaObject::invokeMethod(entry, "click");
    QTRY_VERIFY(nevers->open());
    QTRY_COMPARE(all(world.window, "NeverRow").size(), 3);
    // The answer that takes nothing back has the focus.
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Close");
    auto* row = QAccessible::queryAccessibleInterface(all(world.window, "NeverRow").first());
    QVERIFY(row && row->role() == QAccessible::ListItem);
    auto says = row->text(QAccessible::Name);
    QVERIFY2(says.contains("FeatherPad") && says.contains("may never change everything in") && says.contains("since"),
             qPrintable(says));
    QCOMPARE(tabThrough(*world.window, 6), 2);

    QQuickItem* list = nullptr;
    QVERIFY(focusOn(world.window, "NeverRow", list));
    QTRY_COMPARE(list->property("currentIndex").toInt(), 0);
    QTest::keyClick(world.window, Qt::Key_Delete);
    QVERIFY(world.heard("forget n1"));
    QTRY_COMPARE(nevers->rowCount(), 2);
    QTRY_VERIFY(world.desk.undo()->possible());
    world.desk.undo()->takeBack();
    QVERIFY(world.heard("refuse featherpad " + QString::fromUtf8(demoScript().refusals.first().object.path)));
    QTRY_COMPARE(nevers->rowCount(), 3);

    // What cannot be said by hand cannot be said again.
    nevers->takeBack(1);
    QVERIFY(world.heard("forget n3"));
    QTRY_VERIFY(world.desk.undo()->showing() && !world.desk.undo()->possible());
    while (nevers->rowCount() > 0) {
      auto before = nevers->rowCount();
      nevers->takeBack(0);
      QTRY_COMPARE(nevers->rowCount(), before - 1);
    }
    QTRY_VERIFY(withText(world.window, "PlainLabel", "You said \u201cnever\u201d to nothing"));
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!nevers->open());
  }

  void rulesFromAFileAreShownThenTakenOverAllOrNone() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->find("g3"));
    QTemporaryDir folder;
    auto write = [&](const QByteArray& content) {
      QFile file(folder.filePath("rules.toml"));
      QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    };
    auto rule = [](const QByteArray& kind, const QByteArray& place) {
      auto lasting = kind == "rule" ? "for = \"always\"\n" : "";
      return "\n[[" + kind + "]]\napp = \"featherpad\"\nplace = \"" + place +
             "\"\nscope = \"tree\"\naccess = \"write\"\n" + lasting;
    };
    const QByteArray head = "latchkey-rules = 1\n";
    auto present = demoScript().refusals.first().object.path;
    auto file = QUrl::fromLocalFile(folder.filePath("rules.toml"));
    auto* exchange = world.desk.exchange();
    auto applied = [&] { return world.broker.heard().filter("import").size(); };

    write(head + rule("rule", "~/Good") + rule("never", present) + rule("rule", "~/Missing"));
    exchange->look(file);
    QTRY_VERIFY(exchange->open());
    QCOMPARE(exchange->summary(), "1 would be added · 1 there already · 1 cannot be");
    QVERIFY(!exchange->ready() && exchange->fault().startsWith("Nothing of it is taken over"));
    QTRY_COMPARE(all(world.window, "ImportRow").size(), 3);
    auto* button = buttonThatBegins(world.window, "Take over all");
    QVERIFY(button && !button->isEnabled());
    exchange->apply();
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!exchange->open());

    write(head + rule("rule", "~/Good") + rule("never", present));
    exchange->look(file);
    QTRY_VERIFY(exchange->open());
    QVERIFY(exchange->ready());
    // The safe answer has the focus, and changing the file now changes nothing.
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Cancel");
    auto sentence = exchange->index(0, 0).data(RuleExchange::SentenceRole).toString();
    QVERIFY2(sentence.contains("may look at and change everything in"), qPrintable(sentence));
    write(head + rule("rule", "~/Other") + rule("rule", "~/More") + rule("rule", "~/Still more"));
    QCOMPARE(applied(), 0);
    button = buttonThatBegins(world.window, "Take over all");
    QVERIFY(button && button->isEnabled());
    QMetaObject::invokeMethod(button, "click");
    QVERIFY(world.heard("import 2"));
    QTRY_VERIFY(!exchange->open());
    QTRY_COMPARE(world.desk.undo()->text(), "1 rule(s) taken over");

    write("[[rule]]\nthis is no rule\n");
    exchange->look(file);
    QTRY_VERIFY(exchange->open());
    QVERIFY(!exchange->fault().isEmpty() && !exchange->ready() && exchange->rowCount() == 0);
    exchange->close();
    exchange->look(QUrl::fromLocalFile(folder.path()));
    QTRY_VERIFY(world.desk.undo()->text().contains("no file of rules"));
    QVERIFY(!exchange->open());
    QCOMPARE(applied(), 1);
  }

  void rulesWrittenToAFileCanBeReadAgain() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTemporaryDir folder;
    auto path = folder.filePath("rules.toml");
    world.desk.exchange()->save(QUrl::fromLocalFile(path));
    QTRY_VERIFY(world.desk.undo()->text().startsWith("Written to"));
    QVERIFY(world.desk.undo()->text().contains("without"));  // The network, and what ends with a program.
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    auto read = parseRules(file.readAll().toStdString());
    QVERIFY2(read.fault.empty(), read.fault.c_str());
    QVERIFY(std::ranges::any_of(read.rules, [](auto& rule) { return rule.never && rule.app == "featherpad"; }));
    QVERIFY(std::ranges::any_of(read.rules, [](auto& rule) { return !rule.never; }));
    // Where it cannot be written, that is said.
    world.desk.exchange()->save(QUrl::fromLocalFile("/proc/nowhere/rules.toml"));
    QTRY_VERIFY(world.desk.undo()->text().startsWith("It could not be written"));
  }

  void fullSpeedIsSaidToBeChosenWhenGiven() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->find("g3"));
    auto* edit = world.desk.ruleEdit();
    QVERIFY(edit->speed().isEmpty());
    edit->begin("g3");
    QVERIFY2(edit->speed().startsWith("Full speed is chosen only when"), qPrintable(edit->speed()));
    QTRY_VERIFY(withText(world.window, "PlainLabel", "Full speed is chosen"));
    edit->cancel();
    auto grant = *world.desk.grants()->find("g3");
    grant.fast = true;
    world.broker.change(grant);
    QTRY_VERIFY(world.desk.grants()->find("g3")->fast);
    edit->begin("g3");
    QCOMPARE(edit->speed(), "It is at full speed, and stays so.");
    auto place = edit->place();
    edit->setPlace(place + "/below");
    QVERIFY2(edit->speed().startsWith("It is at full speed now. Saved, it no longer is"), qPrintable(edit->speed()));
    edit->setPlace(place);
    QCOMPARE(edit->speed(), "It is at full speed, and stays so.");
    edit->cancel();
    edit->begin("g1");  // A file.
    QVERIFY(edit->open() && edit->speed().isEmpty());
  }

  void aPatternShowsWhatItMatchesNow() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->find("g3"));
    QTemporaryDir folder;
    for (const auto* name : {"a.txt", "b.txt", "c.pdf"}) {
      QFile file(folder.filePath(name));
      QVERIFY(file.open(QIODevice::WriteOnly));
    }
    auto* edit = world.desk.ruleEdit();
    edit->begin("g3");
    edit->setScope(int(Terms::Scope::Pattern));
    QVERIFY(edit->place().endsWith("/*"));
    edit->setPlace(folder.filePath("*.txt"));
    QTRY_VERIFY2(edit->preview().startsWith("2 file") && edit->preview().contains("a.txt"),
                 qPrintable(edit->preview()));
    edit->setPlace(folder.filePath("*.odt"));
    QTRY_COMPARE(edit->preview(), "Nothing matches now.");
    edit->setPlace("/nowhere at all/*.odt");
    QTRY_COMPARE(edit->preview(), "There is no such folder.");
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!edit->open());
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("edit"));
  }

  void whatHasEndedOrIsNeitherFileNorNetworkIsNotChanged() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->find("g3"));
    auto* edit = world.desk.ruleEdit();
    for (int i = 1; world.desk.grants()->find("g" + QString::number(i)); ++i) {
      auto* grant = world.desk.grants()->find("g" + QString::number(i));
      bool ofFiles = grant->kind == Terms::Kind::File || grant->kind == Terms::Kind::Folder;
      bool ofNetwork = grant->kind == Terms::Kind::Network || grant->kind == Terms::Kind::Listen;
      bool may = !grant->over() && (ofFiles || ofNetwork);
      QCOMPARE(edit->canChange(grant->id), may);
    }
    QVERIFY(!edit->canChange("none"));
  }

  void whyIsAnsweredForALine() {
    World world(demoScript(), Activity);
    QVERIFY(world.ready());
    QTRY_VERIFY(first(world.window, "JournalRow"));
    QQuickItem* list = nullptr;
    QVERIFY(focusOn(world.window, "JournalRow", list));
    QTRY_COMPARE(list->property("currentIndex").toInt(), 0);
    QTest::keyClick(world.window, Qt::Key_Return);
    auto* why = world.desk.explanation();
    QTRY_VERIFY(why->open());
    QVERIFY(why->title().startsWith("Allowed"));
    QVERIFY2(why->lines().first().contains("may look at"), qPrintable(why->lines().first()));
    QVERIFY(why->lines().join(' ').contains("you were asked"));
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Close");
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!why->open());
    for (const auto& entry : demoScript().journal) {
      if (entry.event == u"refuse") why->begin(QString::number(entry.sequence));
    }
    QTRY_VERIFY(why->open());
    QVERIFY(why->title() == "Refused" && why->lines().first().contains("ceilings.toml, line 3"));
  }

  void thousandsOfGrantsMakeFewRows() {
    World world(longScript(10000), Keys);
    QVERIFY(world.ready());
    QTRY_COMPARE_WITH_TIMEOUT(world.desk.grants()->count(), 10000, 20000);
    QTRY_VERIFY(all(world.window, "GrantRow").size() > 3);
    auto* list = first(world.window, "GrantsList");
    for (int step = 0; step < 20; ++step) {
      QMetaObject::invokeMethod(list, "positionViewAtIndex", Q_ARG(int, step * 500), Q_ARG(int, 0));
      QTest::qWait(1);
      QVERIFY(all(world.window, "GrantRow").size() < 80);
    }
    auto* model = world.desk.grants();
    model->setFilter("file number 4242");
    QTRY_COMPARE(model->count(), 1);
  }

  // The rule of the prompt, on the page: the next question slides under a hand that clicks twice.
  void questionOnThePageIsNotAnsweredByASecondClick() {
    auto script = demoScript();
    script.requests.clear();
    for (const auto* which : {"file", "network"}) script.requests << demoRequest(which);
    script.requests[1].since = script.requests[0].since + 1;
    World world(script, Requests);
    QVERIFY(world.ready());
    auto answered = [&] {
      QStringList lines;
      for (const auto& line : world.broker.heard()) {
        if (line.startsWith("answer")) lines << line;
      }
      return lines;
    };
    QTRY_COMPARE(all(world.window, "RequestCard").size(), 2);
    auto questionOf = [&](const QString& id) {
      for (auto* card : all(world.window, "RequestCard")) {
        auto* question = card->property("question").value<Question*>();
        if (question->id() == id) return question;
      }
      return static_cast<Question*>(nullptr);
    };
    auto* second = questionOf("r-network");
    QVERIFY(second);
    QTRY_VERIFY(questionOf("r-file")->armed() && second->armed());
    questionOf("r-file")->allow();
    QTRY_VERIFY(!second->armed());
    second->allow();
    for (auto* card : all(world.window, "RequestCard")) {
      if (card->property("question").value<Question*>() != second) continue;
      for (auto* button : all(world.window, "PushButton")) {
        if (card->isAncestorOf(button)) QVERIFY(!button->isEnabled());
      }
    }
    QTRY_COMPARE(answered().size(), 1);
    QVERIFY(answered().first().startsWith("answer r-file allow"));
    QTRY_VERIFY(second->armed());
    second->deny();
    QTRY_COMPARE(answered().size(), 2);
  }

  void trialIsDecidedByKeyboard() {
    World world(demoScript(), Activity);
    world.home.addTrial("t1");
    QVERIFY(world.ready());
    auto* trials = world.desk.trials();
    trials->look("t1");
    QTRY_VERIFY(trials->open());
    // The answer that decides nothing has the focus.
    QTRY_VERIFY(world.window->activeFocusItem());
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Later");
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!trials->open());
    QTRY_COMPARE(trials->waiting().size(), 1);
    QTRY_VERIFY(first(world.window, "TrialsWaiting")->isVisible());

    trials->look("t1");
    QTRY_VERIFY(trials->open());
    QQuickItem* list = nullptr;
    QTRY_VERIFY(focusOn(world.window, "TrialRow", list));
    auto before = trials->chosen();
    QTest::keyClick(world.window, Qt::Key_Space);
    QCOMPARE(trials->chosen(), before - 1);
    QTest::keyClick(world.window, Qt::Key_Down);
    QTest::keyClick(world.window, Qt::Key_Space);
    QCOMPARE(trials->chosen(), before - 2);
    QCOMPARE(world.home.read(world.home.path("Documents/old.txt")), QByteArray("before\n"));
    auto keeping = buttonThatBegins(world.window, "Keep ");
    QVERIFY(keeping && keeping->property("text").toString().endsWith("discard 3"));
    keeping->forceActiveFocus(Qt::TabFocusReason);
    QTest::keyClick(world.window, Qt::Key_Return);
    QTRY_VERIFY(!trials->open());
    QVERIFY(!QFile::exists(world.home.path("Documents/old.txt")));
    QCOMPARE(world.home.read(world.home.path("Documents/letter.txt")), QByteArray("before\n"));
    QVERIFY(!QFile::exists(world.home.path("Documents/new.txt")));
  }

  void trialIsInTheMenuOfItsTile() {
    World world(demoScript(), Apps);
    QVERIFY(world.ready());
    auto* tile = first(world.window, "AppTile");
    QVERIFY(tile);
    QMetaObject::invokeMethod(tile, "openMenu");
    QQuickItem* entry = nullptr;
    QTRY_VERIFY((entry = entryThatBegins(world.window, "Try")));
    QMetaObject::invokeMethod(entry, "click");
    QVERIFY(world.heard("launch featherpad throwaway"));
  }

  void profilesAreInTheMenuOfTheirTile() {
    World world(demoScript(), Apps);
    QVERIFY(world.ready());
    QQuickItem* tile = nullptr;
    QTRY_VERIFY((tile = tileOf(world, "chromium")));
    QTRY_VERIFY(!tile->property("profiles").toStringList().isEmpty());
    QMetaObject::invokeMethod(tile, "openMenu");
    QQuickItem* entry = nullptr;
    QTRY_VERIFY((entry = entryThatBegins(world.window, "Start as \u201cwork")));
    QMetaObject::invokeMethod(entry, "click");
    QVERIFY(world.heard("launch chromium@work"));
  }

  // As a file manager drags it there: what is dropped is named, and given with its descriptor.
  void filesAreDroppedOnTheTileOfAnApp() {
    World world(demoScript(), Apps);
    QVERIFY(world.ready());
    QTemporaryDir folder;
    QFile file(folder.filePath("a b.txt"));
    QVERIFY(file.open(QFile::WriteOnly));
    QQuickItem* tile = nullptr;
    QTRY_VERIFY((tile = tileOf(world, "featherpad")));
    rest(world.window);
    auto drop = [&](const QMimeData& data, QPoint where) {
      QDragEnterEvent enter(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
      QCoreApplication::sendEvent(world.window, &enter);
      QDragMoveEvent move(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
      QCoreApplication::sendEvent(world.window, &move);
      QDropEvent end(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
      QCoreApplication::sendEvent(world.window, &end);
    };
    // Words are no file.
    QMimeData words;
    words.setText(file.fileName());
    drop(words, middle(tile));
    QTest::qWait(100);
    for (const auto& line : world.broker.heard()) QVERIFY2(!line.startsWith("launch"), qPrintable(line));
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile(file.fileName())});
    drop(files, middle(tile));
    QVERIFY(world.heard("launch featherpad " + file.fileName() + "[fd]"));
  }

  void whatIsInUseIsStopped() {
    World world(inUseScript(), Activity);
    QVERIFY(world.ready());
    auto* strip = first(world.window, "InUseStrip");
    auto buttons = [&] {
      QList<QQuickItem*> found;
      collect(strip, "PushButton", found);
      return found;
    };
    QTRY_COMPARE(buttons().size(), 2);
    auto height = strip->height();
    QVERIFY(withText(world.window, "PlainLabel", "\u2068Chromium\u2069 hears your microphone"));
    auto* stop = buttons().first();
    auto line = QAccessible::queryAccessibleInterface(stop)->text(QAccessible::Name);
    QVERIFY2(line.startsWith("Stop: ") && line.contains("Chromium"), qPrintable(line));
    stop->forceActiveFocus(Qt::TabFocusReason);
    QTest::keyClick(world.window, Qt::Key_Space);
    QVERIFY(world.heard(line.contains("microphone") ? "revoke microphone" : "revoke camera"));
    QTRY_COMPARE(buttons().size(), 1);
    QTRY_VERIFY(strip->height() < height);
  }

  void theTrayHasALineForEachThatStopsIt() {
    World world(inUseScript(), Activity);
    QVERIFY(world.ready());
    QQmlApplicationEngine engine;
    engine.setInitialProperties({{"desk", QVariant::fromValue(&world.desk)}});
    engine.loadFromModule("dev.latchkey.ui", "Tray");
    QVERIFY(!engine.rootObjects().isEmpty());
    auto* menu = engine.rootObjects().first()->property("menu").value<QObject*>();
    auto lines = [&] {
      QList<QObject*> found;
      QQmlListReference items(menu, "items");
      for (qsizetype i = 0; i < items.count(); ++i) {
        if (items.at(i)->property("text").toString().startsWith("Stop: ")) found << items.at(i);
      }
      return found;
    };
    QTRY_COMPARE(lines().size(), 2);
    auto line = lines().first()->property("text").toString();
    QVERIFY2(line.contains("Chromium"), qPrintable(line));
    QVERIFY(QMetaObject::invokeMethod(lines().first(), "triggered"));
    QVERIFY(world.heard(line.contains("microphone") ? "revoke microphone" : "revoke camera"));
    QTRY_COMPARE(lines().size(), 1);
  }

  void whereNothingIsInUseNothingIsSaid() {
    World world(demoScript(), Activity);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->total() > 0);
    QCOMPARE(first(world.window, "InUseStrip")->height(), 0.0);
  }

  void unsureStopSaysSoAndOffersToStopTheApp() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    world.broker.doubt();
    world.desk.stopPlan()->begin({"g1"});
    QTRY_VERIFY(world.desk.stopPlan()->open());
    world.desk.stopPlan()->stop();
    QTRY_VERIFY(world.desk.stopPlan()->unsure());
    auto* stop = buttonThatBegins(world.window, "Stop the app");
    QVERIFY(stop);
    QMetaObject::invokeMethod(stop, "click");
    QVERIFY(world.heard("stop i1"));
    QTRY_VERIFY(!world.desk.stopPlan()->open());
  }

  void whatIsOpenIsListedAndOneFileStoppedByKeyboard() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->find("g1"));
    auto* list = first(world.window, "GrantsList");
    list->forceActiveFocus(Qt::TabFocusReason);
    QTRY_COMPARE(list->property("currentIndex").toInt(), 0);
    auto* files = world.desk.stopPlan()->files();
    while (!files->open() && list->property("currentIndex").toInt() + 1 < list->property("count").toInt()) {
      QTest::keyClick(world.window, Qt::Key_F4);
      if (!files->open()) QTest::keyClick(world.window, Qt::Key_Down);
    }
    QVERIFY(files->open());
    QTRY_VERIFY(files->rowCount() > 0);
    QTRY_COMPARE(all(world.window, "OpenFileRow").size(), files->rowCount());
    // The answer that takes nothing back has the focus.
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Close");
    QCOMPARE(tabThrough(*world.window, 6), 2);
    QTest::keyClick(world.window, Qt::Key_Escape);
    QTRY_VERIFY(!files->open());
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("stop-file"));

    files->show("g1");
    QTRY_COMPARE(all(world.window, "OpenFileRow").size(), 2);
    QQuickItem* rows = nullptr;
    QTRY_VERIFY(focusOn(world.window, "OpenFileRow", rows));
    QTRY_COMPARE(rows->property("currentIndex").toInt(), 0);
    QTest::keyClick(world.window, Qt::Key_Delete);
    QTRY_VERIFY(world.broker.heard().join('\n').contains("stop-file g1 /"));
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("revoke"));
    QVERIFY(files->open());
  }

  void rowsOfWhatIsOpenSayAllToWhoCannotSeeThem() {
    World world(demoScript(), Keys);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->find("g1"));
    world.desk.stopPlan()->files()->show("g1");
    QTRY_COMPARE(all(world.window, "OpenFileRow").size(), 2);
    auto* mapper = QAccessible::queryAccessibleInterface(all(world.window, "OpenFileRow").first());
    QVERIFY(mapper);
    QCOMPARE(mapper->role(), QAccessible::ListItem);
    QVERIFY2(mapper->text(QAccessible::Name).contains("may stop at once: "),
             qPrintable(mapper->text(QAccessible::Name)));
    auto* button = buttonThatBegins(world.window, "Stop this file");
    QVERIFY(button && button->isEnabled());
    QMetaObject::invokeMethod(button, "click");
    QTRY_VERIFY(world.broker.heard().join('\n').contains("stop-file g1 /"));
  }

  void startingAfreshAsksFirst() {
    World world(demoScript(), Apps);
    world.home.addPrivateFiles("org.kde.okular");
    QVERIFY(world.ready());
    QMetaObject::invokeMethod(world.window, "showApp", Q_ARG(QString, "org.kde.okular"));
    QTRY_VERIFY(first(world.window, "TabRow"));
    first(world.window, "TabRow")->setProperty("current", 2);
    QQuickItem* afresh = nullptr;
    QTRY_VERIFY((afresh = buttonThatBegins(world.window, "Start afresh")));
    QMetaObject::invokeMethod(afresh, "click");
    QTRY_COMPARE(world.window->activeFocusItem()->property("text").toString(), "Cancel");
    QTest::keyClick(world.window, Qt::Key_Escape);
    auto* folder = world.desk.page()->folders().first();
    QTest::qWait(50);
    QVERIFY(!folder->hasFormer() && QFile::exists(folder->path()));
  }

  void runningAppShowsItsProcesses() {
    World world(demoScript(), Activity);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.activity()->count() >= 3);
    auto before = world.desk.activity()->count();
    QTRY_VERIFY(world.desk.activity()->index(0, 0).data(ActivityModel::ProcessesRole).toInt() > 0);
    world.desk.activity()->toggle("i2");
    QTRY_COMPARE(world.desk.activity()->count(), before + 3);
  }

  void reconnectingIsSaidAndEnds() {
    World world(demoScript(), Apps);
    QVERIFY(world.ready());
    QVERIFY(world.desk.health()->line().isEmpty());
    world.broker.hangUp();
    QTRY_VERIFY(world.desk.health()->line().contains("Reconnecting"));
    QVERIFY(first(world.window, "Banner")->isVisible());
    world.broker.pickUp();
    QTRY_VERIFY(world.session.online());
    QTRY_VERIFY(world.desk.health()->line().isEmpty());
  }

  // Whatever is on a page, and can be reached by Tab, has a name for who cannot see it.
  void everythingReachableHasAName_data() {
    QTest::addColumn<int>("place");
    for (int place = Apps; place <= Activity; ++place) QTest::newRow(qPrintable(QString::number(place))) << place;
  }
  void everythingReachableHasAName() {
    QFETCH(int, place);
    auto script = demoScript();
    auto request = demoRequest("change");
    script.requests << request;
    World world(script, Place(place));
    QVERIFY(world.ready());
    rest(world.window);
    QVERIFY(tabThrough(*world.window, 60) >= 5);
  }

  void everythingOnAnAppsPageHasAName_data() {
    QTest::addColumn<int>("tab");
    for (int tab = 0; tab < 4; ++tab) QTest::newRow(qPrintable(QString::number(tab))) << tab;
  }
  void everythingOnAnAppsPageHasAName() {
    QFETCH(int, tab);
    World world(demoScript(), Apps);
    world.home.addPrivateFiles("org.gnome.TextEditor");
    QVERIFY(world.ready());
    QMetaObject::invokeMethod(world.window, "showApp", Q_ARG(QString, "org.gnome.TextEditor"));
    QTRY_VERIFY(first(world.window, "TabRow"));
    first(world.window, "TabRow")->setProperty("current", tab);
    rest(world.window);
    QVERIFY(tabThrough(*world.window, 40) >= 8);
  }

  void everythingOnATrialsSheetHasAName() {
    World world(demoScript(), Activity);
    world.home.addTrial("t1");
    QVERIFY(world.ready());
    world.desk.trials()->look("t1");
    QTRY_VERIFY(world.desk.trials()->open());
    rest(world.window);
    // What is below the sheet cannot be reached.
    QCOMPARE(tabThrough(*world.window, 15), 5);
  }

  // Also in the smallest window, and on a small screen at 200 %: what does not fit scrolls above them.
  void everySheetsButtonsAreInTheWindow_data() {
    QTest::addColumn<QString>("sheet");
    QTest::addColumn<QSize>("size");
    for (const auto* sheet : {"EditSheet", "StopSheet", "WhySheet", "OpenFilesSheet", "TrialSheet", "FindingsSheet",
                              "AfreshSheet", "ProfileSheet", "NeversSheet", "ImportSheet"}) {
      for (auto size : {QSize(640, 480), QSize(420, 480), QSize(683, 340)})
        QTest::addRow("%s %dx%d", sheet, size.width(), size.height()) << sheet << size;
    }
  }
  void everySheetsButtonsAreInTheWindow() {
    QFETCH(QString, sheet);
    QFETCH(QSize, size);
    World world(demoScript(), sheet == "ProfileSheet" ? Apps : Keys);
    world.home.addTrial("t1");
    world.home.addPrivateFiles("featherpad");
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->find("g3"));
    world.window->setMinimumSize({});
    world.window->resize(size);
    QTRY_COMPARE(world.window->size(), size);
    auto& desk = world.desk;
    if (sheet == "StopSheet") desk.stopPlan()->begin({"g3"});
    if (sheet == "WhySheet") desk.explanation()->begin("1");
    if (sheet == "OpenFilesSheet") desk.stopPlan()->files()->show("g1");
    if (sheet == "TrialSheet") desk.trials()->look("t1");
    if (sheet == "NeversSheet") desk.nevers()->show();
    QTemporaryDir folder;
    if (sheet == "ImportSheet") {
      QFile file(folder.filePath("rules.toml"));
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write("latchkey-rules = 1\n");
      for (int i = 0; i < 60; ++i)
        file.write("\n[[never]]\napp = \"a\"\nplace = \"/x/" + QByteArray(100 + i, 'w') + "\"\nscope = \"tree\"\n");
      file.close();
      desk.exchange()->look(QUrl::fromLocalFile(file.fileName()));
    }
    if (sheet == "FindingsSheet") {
      std::vector<Finding> findings(9, {QString("lacking ").repeated(30), QString("do this ").repeated(30)});
      desk.health()->setFindings({findings.begin(), findings.end()});
    }
    if (sheet == "AfreshSheet") {
      QMetaObject::invokeMethod(world.window, "showApp", Q_ARG(QString, "featherpad"));
      QTRY_VERIFY(first(world.window, "TabRow"));
      first(world.window, "TabRow")->setProperty("current", 2);
      QTRY_VERIFY(first(world.window, "PrivateFolderCard"));
    }
    if (sheet == "EditSheet") {
      desk.ruleEdit()->begin("g3");
      desk.ruleEdit()->setScope(int(Terms::Scope::Pattern));
    }
    auto* popup = sheetOf(world.window, sheet);
    QVERIFY(popup);
    if (!popup->property("visible").toBool()) QMetaObject::invokeMethod(popup, "open");
    QTRY_VERIFY(popup->property("opened").toBool());
    QTRY_COMPARE(popup->property("parent").value<QQuickItem*>()->size().toSize(), size);
    auto* frame = popup->property("contentItem").value<QQuickItem*>();
    int buttons = 0;
    for (auto* button : all(world.window, "PushButton")) {
      if (!frame->isAncestorOf(button) || !button->isVisible()) continue;
      auto text = button->property("text").toString();
      if (text == "Stop this file" || text == "Take back") continue;  // Of a row, which scrolls.
      ++buttons;
      auto box = [&] { return button->mapRectToScene(button->boundingRect()); };
      QTRY_VERIFY2(QRectF({}, size).contains(box()), qPrintable(text));
    }
    QVERIFY(buttons > 0);
    // What has the focus is in sight, wherever it is in the sheet.
    for (int i = 0; i < 12; ++i) {
      QTest::keyClick(world.window, Qt::Key_Tab);
      auto* item = world.window->activeFocusItem();
      QVERIFY(item && frame->isAncestorOf(item));
      if (item->height() > 120) continue;  // A list.
      auto box = [&] { return item->mapRectToScene(item->boundingRect()); };
      QTRY_VERIFY2(box().top() >= 0 && box().bottom() <= size.height(), item->metaObject()->className());
    }
  }

  // Words are longer in other languages.
  void choicesStayInsideTheirRoom() {
    QQmlEngine engine;
    QQmlComponent component(&engine);
    component.loadFromModule("dev.latchkey.ui", "Segments");
    QList<Choice> choices;
    for (int i = 0; i < 4; ++i) choices << Choice{i, "a rather long choice", {}};
    std::unique_ptr<QObject> made(component.createWithInitialProperties(
        {{"choices", QVariant::fromValue(choices)}, {"value", 0}, {"label", "x"}, {"width", 300}}));
    auto* segments = qobject_cast<QQuickItem*>(made.get());
    QVERIFY2(segments, qPrintable(component.errorString()));
    QList<QQuickItem*> buttons;
    collect(segments, "QQuickRadioButton", buttons);
    QCOMPARE(buttons.size(), 4);
    for (auto* button : buttons) {
      auto box = button->mapRectToItem(segments, button->boundingRect());
      QVERIFY(box.width() > 20 && box.left() >= 0 && box.right() <= 300);
    }
    // By itself it is as wide as its words, so that none is cut; also when they become others, or bold.
    auto isWideEnough = [&] {
      segments->setWidth(segments->implicitWidth());
      buttons.clear();
      collect(segments, "QQuickRadioButton", buttons);
      return !buttons.isEmpty() && std::ranges::all_of(buttons, [](auto* button) {
        return button->width() >= button->property("contentItem").template value<QQuickItem*>()->implicitWidth() + 23.5;
      });
    };
    QVERIFY(isWideEnough());
    for (const auto* words : {"x", "words that are a good deal longer than those were", "ja"}) {
      for (int count : {2, 5, 1}) {
        choices.clear();
        for (int i = 0; i < count; ++i) choices << Choice{i, words, {}};
        segments->setProperty("choices", QVariant::fromValue(choices));
        segments->setProperty("value", count - 1);
        QVERIFY2(isWideEnough(), words);
        QCOMPARE(buttons.size(), count);
      }
    }
  }

  void textIsNeverMarkup_data() { everythingReachableHasAName_data(); }
  void textIsNeverMarkup() {
    QFETCH(int, place);
    World world(hostileScript(), Place(place));
    QVERIFY(world.ready());
    rest(world.window);
    const auto texts = all(world.window, "QQuickText");
    QVERIFY(!texts.isEmpty());
    for (auto* text : texts) QCOMPARE(text->property("textFormat").toInt(), int(Qt::PlainText));
  }

  void rightToLeftEveryPageIsMirrored_data() { everythingReachableHasAName_data(); }
  void rightToLeftEveryPageIsMirrored() {
    QFETCH(int, place);
    auto left = [](QQuickItem* item) { return item->mapRectToScene(item->boundingRect()).left(); };
    qreal rail = 0;
    {
      World world(demoScript(), Place(place));
      QVERIFY(world.ready());
      rest(world.window);
      rail = left(first(world.window, "Rail"));
    }
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    auto back = qScopeGuard([] { QGuiApplication::setLayoutDirection(Qt::LeftToRight); });
    World world(hostileScript(), Place(place));
    QVERIFY(world.ready());
    rest(world.window);
    QVERIFY(left(first(world.window, "Rail")) > rail + 600);
    for (auto* text : all(world.window, "QQuickText")) {
      if (!text->isVisible() || text->property("text").toString().isEmpty()) continue;
      auto box = text->mapRectToScene(QRectF(0, 0, text->width(), text->height()));
      QVERIFY2(box.left() >= -1 && box.right() <= world.window->width() + 1,
               qPrintable(text->property("text").toString().left(60)));
    }
    QVERIFY(tabThrough(*world.window, 30) >= 3);
  }

  void nothingIsWiderThanItsWindow_data() { everythingReachableHasAName_data(); }
  void nothingIsWiderThanItsWindow() {
    QFETCH(int, place);
    World world(hostileScript(), Place(place));
    QVERIFY(world.ready());
    world.window->resize(720, 480);
    rest(world.window);
    for (auto* text : all(world.window, "QQuickText")) {
      if (!text->isVisible() || text->property("text").toString().isEmpty()) continue;
      auto box = text->mapRectToScene(QRectF(0, 0, text->width(), text->height()));
      QVERIFY2(box.left() >= -1 && box.right() <= 721, qPrintable(text->property("text").toString().left(60)));
    }
  }

  void whatIsPickedIsPickedInItsOwnWindow() {
    World world(emptyScript(), Requests);
    QVERIFY(world.ready());
    int raised = 0;
    connect(world.desk.requests(), &RequestsModel::windowWanted, this, [&] { ++raised; });
    world.broker.present(demoRequest("choose"));
    QTRY_COMPARE(world.desk.requests()->waiting(), 1);
    QTRY_VERIFY(buttonThatBegins(world.window, "Choose"));
    QVERIFY(!buttonThatBegins(world.window, "Allow"));
    auto* button = buttonThatBegins(world.window, "Choose");
    QTRY_VERIFY(button->isEnabled());
    QVERIFY(click(world.window, button));
    QTRY_COMPARE(raised, 1);
    for (const auto& line : world.broker.heard()) QVERIFY2(!line.startsWith("answer"), qPrintable(line));
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::WindowTest)
#include "window-test.moc"
