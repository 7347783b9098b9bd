// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The question window, driven by keys and clicks, with a scripted broker behind the real bridge.

#include <QAccessible>
#include <QDateTime>
#include <QElapsedTimer>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include "app/ui/demo/demo-script.h"
#include "app/ui/input-guard.h"
#include "app/ui/look.h"
#include "app/ui/pictures.h"
#include "app/ui/prompt-desk.h"

namespace latchkey::ui {
namespace {

struct World {
  FakeBroker broker{emptyScript()};
  DemoCatalog catalog{DemoCatalog::some()};
  std::unique_ptr<Session> session = std::make_unique<Session>(broker.door(), Session::Presents::Questions);
  Undo undo;
  QQmlEngine engine;
  std::unique_ptr<PromptDesk> desk;

  World() {
    addPictures(engine, catalog);
    desk = std::make_unique<PromptDesk>(*session, undo, engine);
  }
  ~World() {
    desk.reset();
    session.reset();
  }

  bool ready() {
    return QTest::qWaitFor([&] { return session->online() && broker.hasPresenter(); }, 10000);
  }
  QQuickWindow* ask(const QString& which) {
    auto request = demoRequest(which);
    broker.present(request);
    if (!QTest::qWaitFor([&] { return desk->windowOf(request.id) != nullptr; }, 10000)) return nullptr;
    auto* window = desk->windowOf(request.id);
    if (!QTest::qWaitForWindowActive(window, 10000)) return nullptr;
    return window;
  }
  static Question* question(QQuickWindow* window) { return window->property("question").value<Question*>(); }
  static bool waitArmed(QQuickWindow* window) {
    return QTest::qWaitFor([&] { return question(window)->armed(); }, 10000);
  }
  // Lets everything arrive that is under way.
  QStringList answers() {
    QTest::qWait(50);
    QStringList list;
    const auto heard = broker.heard();
    for (const auto& line : heard) {
      if (line.startsWith(u"answer")) list << line;
    }
    return list;
  }
  // Those of one question arrive in any order.
  QStringList sortedAnswers() {
    auto list = answers();
    list.sort();
    return list;
  }
};

QQuickItem* buttonNamed(QQuickItem* root, const QString& text) {
  const auto children = root->childItems();
  for (auto* child : children) {
    if (child->property("text").toString() == text && child->inherits("QQuickAbstractButton")) return child;
    if (auto* found = buttonNamed(child, text)) return found;
  }
  return nullptr;
}

// The guard of the window is shut anew: a busy computer may have taken longer than it lasts.
void shut(QQuickWindow* window) {
  QFocusEvent event(QEvent::FocusIn, Qt::ActiveWindowFocusReason);
  QCoreApplication::sendEvent(window, &event);
}

QPoint middle(QQuickItem* item) { return item->mapToScene(item->boundingRect().center()).toPoint(); }

// A question with these words of the app's, as it is seen; where they stand, and in which colours.
struct Picture {
  QImage image;
  QRect ground;
  QColor words, below;
};

Picture pictureOf(const QString& claim) {
  World world;
  if (!world.ready()) return {};
  auto request = demoRequest("file");
  request.id = "r-picture";
  request.claim = claim;
  world.broker.present(request);
  if (!QTest::qWaitFor([&] { return world.desk->windowOf("r-picture") != nullptr; }, 10000)) return {};
  auto* window = world.desk->windowOf("r-picture");
  if (!QTest::qWaitForWindowActive(window, 10000) || !World::waitArmed(window)) return {};
  QTest::qWait(100);
  Picture picture{.image = window->grabWindow(), .ground = {}, .words = {}, .below = {}};
  QList<QQuickItem*> all{window->contentItem()};
  for (qsizetype i = 0; i < all.size(); ++i) {
    auto* item = all[i];
    all += item->childItems();
    if (!item->isVisible()) continue;
    if (QByteArray(item->metaObject()->className()).startsWith("QuoteBox"))
      picture.ground = item->mapRectToScene(item->boundingRect()).toAlignedRect();
    bool theirs = picture.ground.contains(item->mapToScene(item->boundingRect().center()).toPoint());
    if (theirs && item->inherits("QQuickText")) picture.words = item->property("color").value<QColor>();
  }
  if (!picture.ground.isEmpty())
    picture.below = picture.image.pixelColor(picture.ground.center().x(), picture.ground.top() + 3);
  return picture;
}

void collect(QQuickItem* root, QList<QQuickItem*>& texts) {
  const auto children = root->childItems();
  for (auto* child : children) {
    if (child->inherits("QQuickText")) texts << child;
    collect(child, texts);
  }
}

}  // namespace

class PromptTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() { Look::shared().setMotion(false); }

  void safeAnswerHasTheFocus() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("change");
    QVERIFY(window);
    QVERIFY(window->activeFocusItem());
    QCOMPARE(window->activeFocusItem()->property("text").toString(), "Don't allow");
    QVERIFY(window->activeFocusItem()->property("visualFocus").toBool());
  }

  void narrowestAnswerIsChosenBeforehand() {
    World world;
    QVERIFY(world.ready());
    auto* question = World::question(world.ask("change"));
    QCOMPARE(question->access(), int(Terms::Access::Read));
    QCOMPARE(question->lasting(), int(Terms::Lasting::Once));
    QCOMPARE(question->scope(), int(Terms::Scope::File));
    QVERIFY(!question->scopeMatters());
  }

  void inputDuringTheGuardChangesNothing() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("change");
    QVERIFY(window);
    auto* question = World::question(window);
    auto* allow = buttonNamed(window->contentItem(), "Allow");
    QVERIFY(allow);
    for (auto key : {Qt::Key_2, Qt::Key_A, Qt::Key_Return, Qt::Key_Space, Qt::Key_Escape, Qt::Key_Tab}) {
      shut(window);
      QTest::keyClick(window, key);
    }
    shut(window);
    QVERIFY(!question->armed());
    QTest::mouseClick(window, Qt::LeftButton, {}, middle(allow));
    shut(window);
    window->close();
    question->allow();  // As an assistive program would press it.
    QCOMPARE(world.answers(), QStringList());
    QVERIFY(window->isVisible());
    QCOMPARE(question->access(), int(Terms::Access::Read));
    QCOMPARE(question->lasting(), int(Terms::Lasting::Once));
    QCOMPARE(window->activeFocusItem()->property("text").toString(), "Don't allow");
  }

  void aNewQuestionIsShutForItsTime() {
    World world;
    QVERIFY(world.ready());
    QElapsedTimer since;
    since.start();
    auto* window = world.ask("change");
    QVERIFY(World::waitArmed(window));
    QVERIFY2(since.elapsed() >= InputGuard::MILLISECONDS - 10, qPrintable(QString::number(since.elapsed())));
  }

  void keyHeldThroughTheGuardPressesNothing() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    shut(window);
    QTest::keyClick(window, Qt::Key_Tab);
    QTest::keyPress(window, Qt::Key_Space);
    QVERIFY(World::waitArmed(window));
    QTest::keyPress(window, Qt::Key_Space);  // Reported again, as some systems do.
    QTest::keyRelease(window, Qt::Key_Space);
    QCOMPARE(world.answers(), QStringList());
    // Let go of, the same key works.
    QTest::keyClick(window, Qt::Key_Space);
    QTRY_COMPARE(world.answers(), QStringList("answer r-file deny read file once"));
  }

  void clickBegunInTheGuardPressesNothing() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    auto* allow = buttonNamed(window->contentItem(), "Allow");
    shut(window);
    QTest::mousePress(window, Qt::LeftButton, {}, middle(allow));
    QVERIFY(World::waitArmed(window));
    QTest::mouseRelease(window, Qt::LeftButton, {}, middle(allow));
    QCOMPARE(world.answers(), QStringList());
    QTest::mouseClick(window, Qt::LeftButton, {}, middle(allow));
    QTRY_COMPARE(world.answers(), QStringList("answer r-file allow read file once"));
  }

  void gainingTheFocusShutsTheGuardAgain() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    QFocusEvent event(QEvent::FocusIn, Qt::ActiveWindowFocusReason);
    QCoreApplication::sendEvent(window, &event);
    QVERIFY(!World::question(window)->armed());
    QTest::keyClick(window, Qt::Key_Return);
    QCOMPARE(world.answers(), QStringList());
  }

  void enterActivatesTheFocusedButtonOnly() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    QTest::keyClick(window, Qt::Key_Return);
    QTRY_COMPARE(world.answers(), QStringList("answer r-file deny read file once"));
  }

  void escapeDismissesOnce() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    QTest::keyClick(window, Qt::Key_Escape);
    QTRY_COMPARE(world.answers(), QStringList("answer r-file dismiss read file once"));
  }

  void closedIsDismissed() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    window->close();
    QTRY_COMPARE(world.answers(), QStringList("answer r-file dismiss read file once"));
  }

  void keysChooseAccessAndTime() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("change");
    QVERIFY(World::waitArmed(window));
    QTest::keyClick(window, Qt::Key_2);
    QTest::keyClick(window, Qt::Key_A);
    auto* question = World::question(window);
    QCOMPARE(question->access(), int(Terms::Access::Write));
    QVERIFY(question->scopeMatters());
    QTest::keyClick(window, Qt::Key_Tab);
    QCOMPARE(window->activeFocusItem()->property("text").toString(), "Allow");
    QTest::keyClick(window, Qt::Key_Return);
    QTRY_COMPARE(world.answers(), QStringList("answer r-change allow write file always"));
  }

  void untilIsCountedFromTheAnswer() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    auto* question = World::question(window);
    QVERIFY(!question->endMatters());
    QTest::keyClick(window, Qt::Key_U);
    QVERIFY(question->endMatters());
    QCOMPARE(question->end(), int(Question::AnHour));
    Answer given;
    connect(question, &Question::answered, this, [&](const Answer& answer) { given = answer; });
    question->setEnd(int(Question::AWeek) + 1);
    QCOMPARE(question->end(), int(Question::AnHour));
    auto before = QDateTime::currentDateTime().addDays(7).toMSecsSinceEpoch() * 1'000'000;
    question->setEnd(int(Question::AWeek));
    question->allow();
    auto after = QDateTime::currentDateTime().addDays(7).toMSecsSinceEpoch() * 1'000'000;
    QVERIFY(given.lifetime.until >= before && given.lifetime.until <= after);
    QTRY_COMPARE(world.answers(), QStringList("answer r-file allow read file until"));
  }

  void todayEndsAtMidnight() {
    Question question(demoRequest("file"));
    question.setLasting(int(Terms::Lasting::Until));
    question.setEnd(int(Question::Today));
    Answer given;
    connect(&question, &Question::answered, this, [&](const Answer& answer) { given = answer; });
    auto day = QDate::currentDate();
    question.allow();
    auto until = QDateTime::fromMSecsSinceEpoch(given.lifetime.until / 1'000'000);
    QCOMPARE(until.time(), QTime(0, 0));
    QVERIFY(until.date() == day.addDays(1) || until.date() == day.addDays(2));  // Midnight may pass meanwhile.
  }

  void noTimeStaysBehindAnotherChoice() {
    Question question(demoRequest("file"));
    question.setLasting(int(Terms::Lasting::Until));
    question.setLasting(int(Terms::Lasting::Once));
    Answer given;
    connect(&question, &Question::answered, this, [&](const Answer& answer) { given = answer; });
    question.allow();
    QCOMPARE(given.lifetime, Lifetime());
  }

  void moreThanWasAskedForCannotBeGiven() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    QTest::keyClick(window, Qt::Key_2);
    World::question(window)->setAccess(int(Terms::Access::Write));
    World::question(window)->setScope(int(Terms::Scope::Network));
    World::question(window)->allow();
    QTRY_COMPARE(world.answers(), QStringList("answer r-file allow read file once"));
  }

  // One question for what a program tries in one moment.
  QQuickWindow* askSeveral(World& world, int more) {
    auto* window = world.ask("network-web");
    if (window) World::question(window)->gathered()->gatherFor(60'000);
    for (int i = 1; window && i <= more; ++i)
      world.broker.tellWaiting(demoRequest(QStringLiteral("network-web%1").arg(i)));
    bool all =
        window && QTest::qWaitFor([&] { return World::question(window)->gathered()->count() == more + 1; }, 5000);
    return all && World::waitArmed(window) ? window : nullptr;
  }

  void severalPlacesAreOneQuestion() {
    World world;
    QVERIFY(world.ready());
    auto* window = askSeveral(world, 2);
    QVERIFY(window);
    QVERIFY(World::question(window)->wish().contains('3'));
    World::question(window)->allow();
    QTRY_COMPARE(world.sortedAnswers(),
                 QStringList({"answer r-network-web allow read port run", "answer r-network-web1 allow read port run",
                              "answer r-network-web2 allow read port run"}));
  }

  void aReasonStandsWithThePlaceItIsOf() {
    World world;
    QVERIFY(world.ready());
    auto* window = askSeveral(world, 1);
    QVERIFY(window);
    auto third = demoRequest(QStringLiteral("network-web2"));
    third.claim = QStringLiteral("to find covers");
    world.broker.tellWaiting(third);
    auto* places = World::question(window)->gathered();
    QTRY_COMPARE(places->count(), 3);
    auto detail = [&](int row) { return places->data(places->index(row), Gathered::DetailRole).toString(); };
    QVERIFY2(detail(2).contains("to find covers"), qPrintable(detail(2)));
    QVERIFY(!detail(0).contains("covers") && !detail(1).contains("covers"));
  }

  void whatIsSwitchedOffIsNotAllowed() {
    World world;
    QVERIFY(world.ready());
    auto* window = askSeveral(world, 2);
    QVERIFY(window);
    World::question(window)->setPlace(0, false);
    World::question(window)->setPlace(2, false);
    World::question(window)->allow();
    QTRY_COMPARE(world.sortedAnswers(),
                 QStringList({"answer r-network-web deny read port run", "answer r-network-web1 allow read port run",
                              "answer r-network-web2 deny read port run"}));
  }

  void aNoIsOneToAllOfThem() {
    World world;
    QVERIFY(world.ready());
    auto* window = askSeveral(world, 1);
    QVERIFY(window);
    QTest::keyClick(window, Qt::Key_Return);
    QTRY_COMPARE(world.sortedAnswers(),
                 QStringList({"answer r-network-web deny read port run", "answer r-network-web1 deny read port run"}));
  }

  void whatAppearsMeanwhileShutsTheGuard() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("network-web");
    World::question(window)->gathered()->gatherFor(60'000);
    QVERIFY(World::waitArmed(window));
    world.broker.tellWaiting(demoRequest("network-web1"));
    QTRY_COMPARE(World::question(window)->gathered()->count(), 2);
    QVERIFY(!World::question(window)->armed());
    World::question(window)->allow();
    QCOMPARE(world.answers(), QStringList());
  }

  void localPlacesAndOtherAppsAreAskedApart() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("network-web");
    World::question(window)->gathered()->gatherFor(60'000);
    auto other = demoRequest("network-web1");
    other.app = QStringLiteral("thunderbird");
    auto local = demoRequest("network-local");
    local.app = QStringLiteral("chromium");
    local.instance = demoRequest("network-web").instance;
    for (const auto& request : {other, local, demoRequest("network-web2")}) world.broker.tellWaiting(request);
    QTRY_COMPARE(World::question(window)->gathered()->count(), 2);
    QTest::qWait(100);
    QCOMPARE(World::question(window)->gathered()->count(), 2);
  }

  void gatheringEndsAfterAMoment() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("network-web");
    QTest::qWait(Gathered::MILLISECONDS + 200);
    world.broker.tellWaiting(demoRequest("network-web1"));
    QTest::qWait(300);
    QCOMPARE(World::question(window)->gathered()->count(), 1);
    QVERIFY(World::question(window)->armed());
  }

  void whatIsAnsweredElsewhereLeaves() {
    World world;
    QVERIFY(world.ready());
    auto* window = askSeveral(world, 2);
    QVERIFY(window);
    world.broker.withdraw("r-network-web1");
    QTRY_COMPARE(World::question(window)->gathered()->count(), 2);
    World::question(window)->allow();
    QTRY_COMPARE(world.sortedAnswers(), QStringList({"answer r-network-web allow read port run",
                                                     "answer r-network-web2 allow read port run"}));
  }

  void theWholeInternetSettlesAll() {
    World world;
    QVERIFY(world.ready());
    auto* window = askSeveral(world, 1);
    QVERIFY(window);
    auto* question = World::question(window);
    QCOMPARE(question->scopes().size(), 2);
    question->setPlace(1, false);
    question->setScope(int(Terms::Scope::Network));
    question->allow();
    QTRY_COMPARE(world.sortedAnswers(), QStringList({"answer r-network-web allow read network run",
                                                     "answer r-network-web1 allow read network run"}));
  }

  void widerReachDoesNotStayBehindUnseen() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    auto* question = World::question(window);
    question->setLasting(int(Terms::Lasting::Always));
    question->setScope(int(Terms::Scope::Tree));
    QTest::keyClick(window, Qt::Key_T);
    question->allow();
    QTRY_COMPARE(world.answers(), QStringList("answer r-file allow read file once"));
  }

  void everyControlIsReachedByTab() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("change");
    QVERIFY(World::waitArmed(window));
    QStringList seen;
    for (int i = 0; i < 20; ++i) {
      auto* item = window->activeFocusItem();
      auto* described = QAccessible::queryAccessibleInterface(item);
      QVERIFY2(described && !described->text(QAccessible::Name).isEmpty(), item->metaObject()->className());
      seen << described->text(QAccessible::Name);
      QTest::keyClick(window, Qt::Key_Tab);
    }
    for (const auto* name :
         {"Don't allow", "Allow", "Details", "Access: look", "Access: look and change", "For how long: this time"}) {
      QVERIFY2(seen.contains(QLatin1String(name)), qPrintable(QLatin1String(name) + " not in " + seen.join(", ")));
    }
  }

  void withdrawnQuestionLeavesTheScreen() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.ask("file"));
    world.broker.withdraw("r-file");
    QTRY_COMPARE(world.desk->count(), 0);
    QCOMPARE(world.answers(), QStringList());
  }

  void windowProgramThatEndsDeclinesOnce() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.ask("file"));
    world.desk.reset();
    world.session.reset();
    const auto heard = world.broker.heard();
    for (const auto& line : heard) QVERIFY2(!line.contains("allow") && !line.contains("never"), qPrintable(line));
  }

  void allowedThingCanBeTakenBack() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("file");
    QVERIFY(World::waitArmed(window));
    World::question(window)->allow();
    QVERIFY(world.undo.showing());
    QTRY_VERIFY(world.undo.possible());
    world.undo.takeBack();
    QTRY_VERIFY(world.broker.heard().contains("revoke of-r-file"));
  }

  // Markup in names of apps and files, as in xdg-desktop-portal issue 1545.
  void xdp1545NamesAreShownLetterByLetter() {
    World world;
    QVERIFY(world.ready());
    auto* window = world.ask("hostile");
    QVERIFY(window);
    QList<QQuickItem*> texts;
    collect(window->contentItem(), texts);
    QStringList shown;
    for (auto* text : texts) {
      QCOMPARE(text->property("textFormat").toInt(), int(Qt::PlainText));
      shown << text->property("text").toString();
    }
    QVERIFY(shown.join(' ').contains("<b>System</b>"));
    QVERIFY(shown.join(' ').contains("<h1>Latchkey</h1>"));
    QCOMPARE(window->width(), 440);
    // Whatever the app wrote, the buttons are on the screen.
    auto* allow = buttonNamed(window->contentItem(), "Allow");
    QVERIFY(allow->isVisible() && middle(allow).y() < window->height() && window->height() < 800);
  }

  void wordsOfAnAppPaintNothingOfOurs_data() {
    QTest::addColumn<QString>("claim");
    QTest::newRow("markup") << "<h1><font color='red'>Latchkey</font></h1>";
    QTest::newRow("buttons") << "[ Don't allow ]   [ Allow ]";
    QTest::newRow("a picture") << "<img src='qrc:/icon.svg'> safe";
    QTest::newRow("the other way round") << QString::fromUtf8("\u202Ewolla sserp\u202C");
    QTest::newRow("marks that reach over lines") << QString::fromUtf8("a") + QString(30, QChar(0x0301)) + "b";
    QTest::newRow("a terminal's colours") << QString::fromUtf8("\x1b[41mred\x1b[0m");
    QTest::newRow("blanks") << QString(40, QChar(0x3000)) + "Allow";
  }

  // As pictures: outside of the app's own ground all is as with a harmless app, and on it there is nothing but words in
  // the colour that its words have.
  void wordsOfAnAppPaintNothingOfOurs() {
    QFETCH(QString, claim);
    auto hostile = pictureOf(claim);
    QString words = "Your letter, please";
    auto harmless = pictureOf(words);
    QVERIFY(!harmless.image.isNull());
    // Of as many lines.
    for (int i = 0; i < 4 && harmless.image.height() < hostile.image.height(); ++i)
      harmless = pictureOf(words += ", and the one you wrote before");
    QCOMPARE(hostile.image.size(), harmless.image.size());
    QCOMPARE(hostile.ground, harmless.ground);
    QVERIFY(hostile.image != harmless.image);
    auto isMixture = [&](QColor colour) {
      auto between = [](int one, int other, int value) {
        return value >= std::min(one, other) - 3 && value <= std::max(one, other) + 3;
      };
      auto from = hostile.below, to = hostile.words;
      return between(from.red(), to.red(), colour.red()) && between(from.green(), to.green(), colour.green()) &&
             between(from.blue(), to.blue(), colour.blue());
    };
    for (int y = 0; y < hostile.image.height(); ++y) {
      for (int x = 0; x < hostile.image.width(); ++x) {
        if (hostile.image.pixel(x, y) == harmless.image.pixel(x, y)) continue;
        QVERIFY2(hostile.ground.contains(x, y), qPrintable(QString("%1, %2").arg(x).arg(y)));
        QVERIFY2(isMixture(hostile.image.pixelColor(x, y)), qPrintable(hostile.image.pixelColor(x, y).name()));
      }
    }
  }

  void bidiControlsAreShownNotObeyed() {
    World world;
    QVERIFY(world.ready());
    auto request = demoRequest("file");
    request.id = "r-bidi";
    request.object.path = "/home/x/Documents/invoice\u202Efdp.exe";
    world.broker.present(request);
    QTRY_VERIFY(world.desk->windowOf("r-bidi"));
    auto* question = World::question(world.desk->windowOf("r-bidi"));
    QVERIFY(!question->thing().contains(QChar(0x202e)));
    QVERIFY(question->thing().contains("\\u{202e}"));
    QVERIFY(!question->wholeName().contains(QChar(0x202e)));
  }

  void twoAppsHaveTwoWindows() {
    World world;
    QVERIFY(world.ready());
    auto* first = world.ask("file");
    auto* second = world.ask("network");
    QVERIFY(first && second && first != second);
    QVERIFY(World::waitArmed(second));
    World::question(second)->deny();
    QTRY_COMPARE(world.desk->count(), 1);
    QVERIFY(first->isVisible());
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::PromptTest)
#include "prompt-test.moc"
