// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The windows in which a person picks, driven by keys and clicks, with a scripted broker behind the real bridge.

#include <QAccessible>
#include <QFont>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include "app/ui/app-opener.h"
#include "app/ui/demo/demo-choosers.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/input-guard.h"
#include "app/ui/look.h"
#include "app/ui/pick-windows.h"
#include "app/ui/pictures.h"
#include "app/ui/prompt-desk.h"

namespace latchkey::ui {
namespace {

struct World {
  DemoHome home;
  FakeBroker broker{emptyScript()};
  DemoCatalog catalog{DemoCatalog::some()};
  std::unique_ptr<Session> session = std::make_unique<Session>(broker.door(), Session::Presents::Questions);
  Undo undo;
  QQmlEngine engine;
  std::unique_ptr<PickWindows> picks;
  std::unique_ptr<PromptDesk> desk;

  World() {
    addThings(home);
    addPictures(engine, catalog);
    auto world = chooserWorld(home.places());
    world.mounts = {};
    picks = std::make_unique<PickWindows>(engine, catalog, world);
    desk = std::make_unique<PromptDesk>(*session, undo, engine);
    desk->pickWith([this](Question* question) { return picks->make(question); });
  }
  ~World() {
    desk.reset();
    session.reset();
  }

  QString path(const char* below) const { return home.path(QString::fromUtf8(below)); }
  QQuickWindow* ask(const QString& which) {
    auto request = demoRequest(which);
    if (request.chooser) request.chooser->folder = path("Documents").toLocal8Bit();
    return ask(request);
  }
  QQuickWindow* ask(const Request& request) {
    if (!QTest::qWaitFor([&] { return session->online() && broker.hasPresenter(); }, 10000)) return nullptr;
    broker.present(request);
    if (!QTest::qWaitFor([&] { return desk->windowOf(request.id) != nullptr; }, 10000)) return nullptr;
    auto* window = desk->windowOf(request.id);
    return QTest::qWaitForWindowActive(window, 10000) ? window : nullptr;
  }
  static Question* question(QQuickWindow* window) { return window->property("question").value<Question*>(); }
  static FileChooser* chooser(QQuickWindow* window) { return window->property("chooser").value<FileChooser*>(); }
  // Armed, and the folder is read.
  static bool ready(QQuickWindow* window) {
    return window && QTest::qWaitFor(
                         [&] {
                           auto* files = chooser(window) ? chooser(window)->files() : nullptr;
                           return question(window)->armed() && (!files || files->count() > 5);
                         },
                         10000);
  }
  QStringList answers() {
    QTest::qWait(50);
    QStringList list;
    const auto heard = broker.heard();
    for (const auto& line : heard) {
      if (line.startsWith(u"answer") || line.startsWith(u"unpresented")) list << line;
    }
    return list;
  }
};

void collect(QQuickItem* root, QList<QQuickItem*>& items) {
  const auto children = root->childItems();
  for (auto* child : children) {
    items << child;
    collect(child, items);
  }
}

QQuickItem* buttonNamed(QQuickWindow* window, const QString& text) {
  QList<QQuickItem*> items;
  collect(window->contentItem(), items);
  for (auto* item : items) {
    if (item->inherits("QQuickAbstractButton") && item->isVisible() && item->property("text").toString() == text)
      return item;
  }
  return nullptr;
}

QPoint middle(QQuickItem* item) { return item->mapToScene(item->boundingRect().center()).toPoint(); }

void type(QQuickWindow* window, const QString& text) {
  for (auto letter : text) {
    if (letter == u' ') QTest::keyClick(window, Qt::Key_Space);
    else QTest::keyClick(window, letter.toLatin1());
  }
}

}  // namespace

class PickTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() { Look::shared().setMotion(false); }

  void lettersFindAFileAndEnterTakesIt() {
    World world;
    auto* window = world.ask("choose");
    QVERIFY(World::ready(window));
    type(window, "page 1");
    QTRY_COMPARE(World::chooser(window)->pickedName(), "page 10.pdf");
    QTest::keyClick(window, Qt::Key_Return);
    QTRY_COMPARE(world.answers(),
                 QStringList("answer r-choose allow write file run " + world.path("Documents/page 10.pdf[fd]")));
    QTRY_COMPARE(world.desk->count(), 0);
  }

  void enterAloneTakesNothing() {
    World world;
    auto* window = world.ask("choose");
    QVERIFY(World::ready(window));
    QTest::keyClick(window, Qt::Key_Return);
    QTest::keyClick(window, Qt::Key_Space);
    QCOMPARE(world.answers(), QStringList());
  }

  void inputBeforeItCountsDoesNothing() {
    World world;
    auto* window = world.ask("choose");
    QVERIFY(window);
    QVERIFY(!World::question(window)->armed());
    for (auto key : {Qt::Key_Down, Qt::Key_Down, Qt::Key_Down, Qt::Key_Return, Qt::Key_Escape})
      QTest::keyClick(window, key);
    window->close();
    QVERIFY(!World::question(window)->armed());
    QCOMPARE(world.answers(), QStringList());
    QVERIFY(window->isVisible());
    QCOMPARE(World::chooser(window)->files()->selectedCount(), 0);
  }

  void escapeAndClosingDismiss() {
    World world;
    auto* window = world.ask("choose");
    QVERIFY(World::ready(window));
    QTest::keyClick(window, Qt::Key_Escape);
    QTRY_COMPARE(world.answers(), QStringList("answer r-choose dismiss write file run"));
    window = world.ask("save-as");
    QVERIFY(World::ready(window));
    window->close();
    QTRY_COMPARE(world.answers().last(), "answer r-save-as dismiss write file run");
  }

  void withdrawnLeavesTheScreen() {
    World world;
    QVERIFY(world.ask("choose"));
    world.broker.withdraw("r-choose");
    QTRY_COMPARE(world.desk->count(), 0);
    QCOMPARE(world.answers(), QStringList());
  }

  void withoutAWindowItIsDeclinedOnce() {
    World world;
    world.desk->pickWith({});
    QVERIFY(QTest::qWaitFor([&] { return world.session->online() && world.broker.hasPresenter(); }, 10000));
    world.broker.present(demoRequest("choose"));
    QTRY_COMPARE(world.answers(), QStringList("answer r-choose dismiss read file once"));
  }

  void pathIsTyped() {
    World world;
    auto* window = world.ask("choose");
    QVERIFY(World::ready(window));
    auto* chooser = World::chooser(window);
    QTest::keyClick(window, '~');
    type(window, "/Documents/Taxes");
    QTest::keyClick(window, Qt::Key_Return);
    QTRY_COMPARE(chooser->crumbs(), QStringList({"Home", "Documents", "Taxes"}));
    QTRY_COMPARE(chooser->files()->count(), 1);
    QTest::keyClick(window, Qt::Key_Backspace);
    QTRY_COMPARE(chooser->crumbs(), QStringList({"Home", "Documents"}));
    QTRY_COMPARE(chooser->pickedName(), "Taxes");  // Where we came from.
    QTest::keyClick(window, Qt::Key_L, Qt::ControlModifier);
    QTest::keyClick(window, Qt::Key_Escape);
    QCOMPARE(world.answers(), QStringList());  // It closed the field only.
    QVERIFY(window->isVisible());
  }

  void hiddenFilesByKey() {
    World world;
    auto* window = world.ask("choose");
    QVERIFY(World::ready(window));
    auto before = World::chooser(window)->files()->count();
    QTest::keyClick(window, Qt::Key_H, Qt::ControlModifier);
    QTRY_COMPARE(World::chooser(window)->files()->count(), before + 1);
  }

  void severalBySpaceAndShift() {
    World world;
    auto* window = world.ask("choose-many");
    QVERIFY(World::ready(window));
    auto* files = World::chooser(window)->files();
    QTest::keyClick(window, Qt::Key_End);
    QTest::keyClick(window, Qt::Key_Up, Qt::ShiftModifier);
    QCOMPARE(files->selectedCount(), 2);
    QTest::qWait(1100);  // Letters and spaces that come together are a name.
    QTest::keyClick(window, Qt::Key_Space);
    QCOMPARE(files->selectedCount(), 1);
    QTest::keyClick(window, Qt::Key_Space);
    QCOMPARE(files->selectedCount(), 2);
    QTest::mouseClick(window, Qt::LeftButton, {}, middle(buttonNamed(window, "Open")));
    QTRY_COMPARE(world.answers().size(), 1);
    QCOMPARE(world.answers()[0].count("[fd]"), 2);
    QVERIFY(world.answers()[0].endsWith(" filter=2 encoding=utf8 backup=true"));
  }

  void clicksSelectAndOpen() {
    World world;
    auto* window = world.ask("choose");
    QVERIFY(World::ready(window));
    QList<QQuickItem*> items;
    collect(window->contentItem(), items);
    QQuickItem* row = nullptr;
    for (auto* item : items) {
      if (item->property("name").toString() == "page 2.pdf" && item->inherits("QQuickControl")) row = item;
    }
    QVERIFY(row);
    QTest::mouseClick(window, Qt::LeftButton, {}, middle(row));
    QTRY_COMPARE(World::chooser(window)->pickedName(), "page 2.pdf");
    QTest::mouseDClick(window, Qt::LeftButton, {}, middle(row));
    QTRY_COMPARE(world.answers().size(), 1);
  }

  void savingAsksBeforeItReplaces() {
    World world;
    auto* window = world.ask("save-as");
    QVERIFY(World::ready(window));
    auto* field = window->activeFocusItem();
    QVERIFY(field);
    QCOMPARE(field->property("selectedText").toString(), "letter");
    type(window, "note");
    QCOMPARE(World::chooser(window)->name(), "note.txt");
    QTest::keyClick(window, Qt::Key_A, Qt::ControlModifier);
    type(window, "page 2.pdf");
    QTest::keyClick(window, Qt::Key_Return);
    QTRY_COMPARE(World::chooser(window)->overwritten(), "page 2.pdf");
    QTRY_VERIFY(window->activeFocusItem() && window->activeFocusItem()->property("text").toString() == "Keep it");
    QTest::keyClick(window, Qt::Key_Return);
    QTRY_VERIFY(World::chooser(window)->overwritten().isEmpty());
    QCOMPARE(world.answers(), QStringList());
    World::chooser(window)->setName("new.txt");
    World::chooser(window)->accept();
    QTRY_COMPARE(world.answers(),
                 QStringList("answer r-save-as allow write file run " + world.path("Documents/new.txt[new]")));
  }

  void nextTimeItBeginsWhereItEnded() {
    World world;
    auto request = demoRequest("choose");
    request.chooser->folder = world.path("Documents/Taxes").toLocal8Bit();
    auto* window = world.ask(request);
    QVERIFY(window);
    QTRY_COMPARE(World::chooser(window)->files()->count(), 1);
    QTRY_VERIFY(World::question(window)->armed());
    World::chooser(window)->openRow(0);
    QTRY_COMPARE(world.answers().size(), 1);
    request = demoRequest("choose");
    request.id = "again";
    window = world.ask(request);
    QTRY_COMPARE(World::chooser(window)->crumbs(), QStringList({"Home", "Documents", "Taxes"}));
    // Another app learns nothing of it.
    request.id = "other";
    request.app = "other";
    window = world.ask(request);
    QTRY_COMPARE(World::chooser(window)->crumbs(), QStringList("Home"));
  }

  void everyControlHasANameAndIsReached() {
    World world;
    auto* window = world.ask("choose-many");
    QVERIFY(World::ready(window));
    QStringList seen;  // But "Open": nothing is selected.
    for (int i = 0; i < 60; ++i) {
      auto* item = window->activeFocusItem();
      QVERIFY(item);
      auto* described = QAccessible::queryAccessibleInterface(item);
      if (described && !described->text(QAccessible::Name).isEmpty()) seen << described->text(QAccessible::Name);
      QTest::keyClick(window, Qt::Key_Tab);
    }
    for (const auto* name :
         {"Cancel", "Folder above", "Search here", "Show hidden files", "New folder…", "Access: look",
          "For how long: while it runs", "Encoding: UTF-8", "Keep a backup", "Home", "Name", "Changed"})
      QVERIFY2(seen.contains(QString::fromUtf8(name)),
               qPrintable(QString::fromUtf8(name) + " not in " + seen.join(", ")));
  }

  // Dialog text from the app cannot imitate ours.
  void wordsOfAnAppStandOnTheirOwnGround() {
    World world;
    auto* window = world.ask("choose-hostile");
    QVERIFY(World::ready(window));
    QList<QQuickItem*> items;
    collect(window->contentItem(), items);
    int theirs = 0;
    for (auto* item : items) {
      if (!item->inherits("QQuickText")) continue;
      QCOMPARE(item->property("textFormat").toInt(), int(Qt::PlainText));
      auto text = item->property("text").toString();
      if (!item->isVisible() || !(text.contains("<h1>Latchkey") || text.contains("<b>Always"))) continue;
      ++theirs;
      QVERIFY(item->property("font").value<QFont>().weight() == QFont::Normal);
      // Somewhere above it is the ground that nothing of ours has.
      bool quoted = false;
      for (auto* above = item; above; above = above->parentItem()) {
        auto name = QByteArray(above->metaObject()->className());
        quoted |= name.startsWith("QuoteBox") || name.startsWith("AppOptions");
      }
      QVERIFY2(quoted, qPrintable(text));
    }
    QCOMPARE(theirs, 2);
    // Whatever it wrote, what is ours is on the screen.
    for (const auto* name : {"Open", "Cancel"}) {
      auto* button = buttonNamed(window, name);
      QVERIFY(button);
      auto corner = button->mapToScene(QPointF(button->width(), button->height()));
      QVERIFY(corner.x() <= window->width() && corner.y() <= window->height());
    }
  }

  void openerIsAnsweredWithAnApp() {
    World world;
    auto* window = world.ask("open-link");
    QVERIFY(World::ready(window));
    QCOMPARE(window->activeFocusItem()->property("text").toString(), "Cancel");
    QTest::mouseClick(window, Qt::LeftButton, {}, middle(buttonNamed(window, "Open")));
    QTRY_COMPARE(world.answers(), QStringList("answer r-open-link allow read file once with chromium"));
  }

  void openerEscapeDismisses() {
    World world;
    auto* window = world.ask("open-link");
    QVERIFY(World::ready(window));
    QTest::keyClick(window, Qt::Key_Escape);
    QTRY_COMPARE(world.answers(), QStringList("answer r-open-link dismiss read file once"));
  }

  void rightsHaveAPlainQuestion() {
    World world;
    auto* window = world.ask("right-camera");
    QVERIFY(World::ready(window));
    QCOMPARE(World::question(window)->wish(), "wants to use the camera");
    QTest::keyClick(window, Qt::Key_R);
    World::question(window)->allow();
    QTRY_COMPARE(world.answers(), QStringList("answer r-right-camera allow read file run"));
    QVERIFY(world.undo.text().contains("the camera"));
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::PickTest)
#include "pick-test.moc"
