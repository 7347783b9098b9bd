// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Bundles behind the window, with a scripted broker: both sides are looked at, what is shown and what was asked.

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QTest>

#include "app/ui/demo/demo-home.h"
#include "app/ui/demo/demo-packages.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/desk.h"

namespace latchkey::ui {
namespace {

constexpr char MOUSEPAD[] = "org.xfce.mousepad";

QString plain(QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); }

Script scriptWith(const PackageSheet& bundle) {
  auto script = demoScript();
  addPackages(script);
  script.bundle = bundle;
  return script;
}

struct World {
  FakeBroker broker;
  DemoCatalog catalog{DemoCatalog::some()};
  Session session{broker.door(), Session::Presents::Nothing};
  DemoHome home;
  Desk desk{session, catalog, home.places()};
  Installing& installing = *desk.installing();
  Packages& packages = *desk.packages();
  QTemporaryDir folder;

  explicit World(const PackageSheet& bundle = newBundle()) : World(scriptWith(bundle)) {}
  explicit World(Script script) : broker(std::move(script)) {}

  bool ready() {
    packages.setWatching(true);
    return QTest::qWaitFor([&] { return session.online() && packages.has(MOUSEPAD); }, 10000);
  }
  QUrl file(const char* name = "x.latchkey") {
    QFile file(folder.filePath(QLatin1String(name)));
    if (file.open(QIODevice::WriteOnly)) file.write("latchkey bundle");
    return QUrl::fromLocalFile(file.fileName());
  }
  bool look() {
    installing.look(file());
    return QTest::qWaitFor([&] { return installing.open(); }, 10000);
  }
  bool heard(const QString& line) {
    return QTest::qWaitFor([&] { return broker.heard().contains(line); }, 10000);
  }
  // All that was asked for by now has been heard.
  void passed() {
    bool came = false;
    session.refusals(&desk, [&](const QList<Grant>&) { came = true; });
    QTRY_VERIFY(came);
  }
  bool everHeard(const QString& start) const {
    for (const auto& line : broker.heard())
      if (line.startsWith(start)) return true;
    return false;
  }
  bool told(const QString& part) {
    return QTest::qWaitFor([&] { return plain(desk.undo()->text()).contains(part); }, 10000);
  }
  QStringList column(int role) const {
    QStringList list;
    for (int row = 0; row < installing.rowCount(); ++row) list << plain(installing.index(row).data(role).toString());
    return list;
  }
};

}  // namespace

class PackagesModelTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void aNewBundleIsShownWhole() {
    World world;
    QAbstractItemModelTester tester(&world.installing);
    QVERIFY(world.ready() && world.look());
    QCOMPARE(plain(world.installing.title()), "Install Sketchpad?");
    QVERIFY(plain(world.installing.facts()).startsWith("Version 2.1 · New here · 64"));
    QVERIFY(world.installing.stranger() &&
            plain(world.installing.signer()).contains("7E25D3A84C61F09B, seen for the first"));
    QCOMPARE(
        world.column(Installing::SentenceRole),
        QStringList({"see and change everything in ~/Pictures", "connect with boards.example.org:443",
                     "use the device tablet", "draw with the graphics processor", "use 2.0 GB of memory at most"}));
    QCOMPARE(world.column(Installing::RemarkRole), QStringList({"", "", "", "", ""}));
    QCOMPARE(world.column(Installing::GivableRole), QStringList({"true", "true", "false", "false", "false"}));
    QCOMPARE(world.column(Installing::GivenRole), QStringList({"false", "false", "false", "false", "false"}));
    QVERIFY(world.everHeard("look [fd]") && !world.everHeard("install"));
  }

  void nothingIsGivenByInstalling() {
    World world;
    QVERIFY(world.ready() && world.look());
    world.installing.install();
    QVERIFY(world.told("Sketchpad is installed"));
    QVERIFY(!world.installing.open());
    QVERIFY(world.everHeard("install org.example.Sketchpad 2.1 wider from " + world.folder.path()));
    QTRY_VERIFY(world.packages.has("org.example.Sketchpad"));
    world.passed();
    QVERIFY(!world.everHeard("grant"));
  }

  void whatIsTickedIsGivenAsAnOrdinaryPermission() {
    World world;
    QVERIFY(world.ready() && world.look());
    world.installing.give(0, true);
    world.installing.give(1, true);
    world.installing.give(2, true);  // Of no kind that is given beforehand.
    world.installing.give(1, false);
    QCOMPARE(world.column(Installing::GivenRole), QStringList({"true", "false", "false", "false", "false"}));
    world.installing.install();
    QVERIFY(world.told("Sketchpad is installed"));
    QVERIFY(world.heard("grant org.example.Sketchpad " + world.home.path("Pictures") + " write"));
    world.passed();
    QVERIFY(world.broker.heard().filter("boards.example.org").isEmpty());
  }

  void whatWasCancelledIsLetGo() {
    World world;
    QVERIFY(world.ready() && world.look());
    world.installing.give(0, true);
    world.installing.cancel();
    QVERIFY(!world.installing.open());
    QVERIFY(world.heard("bundle dropped"));
    QVERIFY(!world.everHeard("install"));
    QVERIFY(world.look());
    QCOMPARE(world.installing.data(world.installing.index(0), Installing::GivenRole).toBool(), false);
  }

  void anUpdateShowsWhatIsMoreFirst() {
    World world(updateBundle());
    QVERIFY(world.ready() && world.look());
    QCOMPARE(plain(world.installing.title()), "Update Sketchpad?");
    QVERIFY(!world.installing.stranger());
    QCOMPARE(world.column(Installing::SentenceRole),
             QStringList({"see and change everything in ~/Pictures", "connect with boards.example.org:443",
                          "connect with old.example.org:443"}));
    QCOMPARE(world.column(Installing::RemarkRole),
             QStringList({"More than before, when it was to see and change everything in ~/Pictures/Sketches", "New",
                          "Not any more"}));
    QCOMPARE(world.column(Installing::GivableRole), QStringList({"true", "true", "false"}));
  }

  void anotherSignerIsRefusedWhateverIsPressed() {
    World world(strangersBundle());
    QVERIFY(world.ready() && world.look());
    QCOMPARE(plain(world.installing.title()), "Sketchpad cannot be installed");
    QVERIFY(world.installing.refusal().startsWith("It is signed by another key"));
    QVERIFY(world.installing.stranger() && !world.installing.possible());
    world.installing.give(0, true);
    QVERIFY(!world.installing.data(world.installing.index(0), Installing::GivenRole).toBool());
    world.installing.install();
    QTest::qWait(100);
    QVERIFY(!world.everHeard("install"));
  }

  void anOlderOneIsSaidToBeOlder() {
    auto bundle = updateBundle();
    bundle.step = PackageSheet::Step::Older;
    World world(bundle);
    QVERIFY(world.ready() && world.look());
    QCOMPARE(plain(world.installing.title()), "Go back to an older Sketchpad?");
    QCOMPARE(world.installing.action(), "Go back");
    world.installing.install();
    QVERIFY(world.told("is at version 2.1 now"));
    QVERIFY(world.everHeard("install org.example.Sketchpad 2.1 older wider"));
  }

  void whatIsNoBundleIsTold() {
    auto script = scriptWith(newBundle());
    script.bundleFault = "this is no bundle";
    World world(script);
    QVERIFY(world.ready());
    world.installing.look(world.file());
    QVERIFY(world.told("this is no bundle"));
    world.installing.look(QUrl::fromLocalFile(world.folder.filePath("missing.latchkey")));
    QVERIFY(world.told("It cannot be opened"));
    world.installing.look(QUrl::fromLocalFile(world.folder.path()));
    QVERIFY(world.told("That is no file"));
    QVERIFY(!world.installing.open());
  }

  void aFullDiskIsToldBesideTheSheet() {
    auto script = scriptWith(newBundle());
    script.installFault = "the disk has 3 MB free, and it needs 64 MB";
    World world(script);
    QVERIFY(world.ready() && world.look());
    world.installing.install();
    QTRY_COMPARE(world.installing.fault(), "the disk has 3 MB free, and it needs 64 MB");
    QVERIFY(world.installing.open() && !world.installing.busy() && world.installing.progress() < 0);
    QVERIFY(!world.packages.has("org.example.Sketchpad"));
    // Once there is room, the same sheet will do.
    world.broker.installFails({});
    world.installing.give(1, true);
    world.installing.install();
    QVERIFY(world.told("Sketchpad is installed"));
    QTRY_COMPARE(world.broker.heard().filter("install org.example.Sketchpad").size(), 2);
    QVERIFY(world.heard("grant org.example.Sketchpad boards.example.org:443"));
  }

  void howFarItIsIsShown() {
    World world;
    QVERIFY(world.ready() && world.look());
    world.broker.keepSilent();
    world.installing.install();
    QTRY_COMPARE(world.installing.progress(), 0.75);
    QVERIFY(world.installing.busy() && !world.installing.possible());
    world.broker.speak();
    QVERIFY(world.told("Sketchpad is installed"));
    QVERIFY(world.installing.progress() < 0);
  }

  void aBrokerThatGoesAwayMeanwhileIsTold() {
    World world;
    QVERIFY(world.ready() && world.look());
    world.broker.keepSilent();
    world.installing.install();
    QTRY_VERIFY(world.installing.progress() > 0);
    world.broker.hangUp();
    QTRY_VERIFY(world.installing.fault().contains("begun anew"));
    QVERIFY(!world.installing.busy() && !world.installing.possible());
    world.broker.speak();
    world.installing.cancel();
    world.broker.pickUp();
    QTRY_VERIFY(world.session.online());
    QVERIFY(world.look() && world.installing.possible());
  }

  void aVersionThatWaitsIsAcceptedOrRefused() {
    World world;
    QVERIFY(world.ready());
    QCOMPARE(world.packages.waiting(), 1);
    QCOMPARE(world.packages.waitingName(), "Mousepad");
    world.packages.lookAtWaiting();
    QVERIFY(world.installing.open() && world.installing.waits());
    QCOMPARE(plain(world.installing.title()), "Mousepad wants to ask for more");
    QCOMPARE(world.column(Installing::SentenceRole), QStringList({"connect with dictionaries.example.org:443"}));
    QCOMPARE(world.column(Installing::GivableRole), QStringList({"false"}));
    world.installing.cancel();
    QCOMPARE(world.packages.waiting(), 1);
    world.packages.lookAtWaiting();
    world.installing.install();
    QVERIFY(world.heard("accept org.xfce.mousepad 0.7.0"));
    QVERIFY(world.told("Mousepad is at version 0.7.0 now"));
    QTRY_COMPARE(world.packages.waiting(), 0);

    World other;
    QVERIFY(other.ready());
    other.packages.lookAtWaiting();
    other.installing.refuse();
    QVERIFY(other.heard("refuse org.xfce.mousepad 0.7.0"));
    QVERIFY(other.told("Mousepad stays as it is"));
  }

  // What one sheet was told is not for another that is open by then.
  void aLateAnswerIsForItsOwnSheetAlone() {
    World world;
    QVERIFY(world.ready());
    world.packages.lookAtWaiting();
    world.broker.keepSilent();
    world.installing.install();
    QVERIFY(world.heard("accept org.xfce.mousepad 0.7.0"));
    world.installing.cancel();
    QVERIFY(world.look());
    world.installing.give(0, true);
    world.broker.speak();
    QVERIFY(world.told("Mousepad is at version 0.7.0 now"));
    QVERIFY(world.installing.open() && !world.installing.waits() && !world.installing.busy());
    world.passed();
    QVERIFY(!world.everHeard("grant"));
  }

  void whatCannotBeTakenBackForGoodIsNotRemoved() {
    auto script = scriptWith(newBundle());
    Grant grant;
    grant.id = "gm";
    grant.holder = MOUSEPAD;
    grant.object.path = "/home/x/a.txt";
    script.grants << grant;
    script.unkept = "the disk is full";
    World world(script);
    QVERIFY(world.ready());
    world.packages.beginRemoval(MOUSEPAD);
    QTRY_VERIFY(world.packages.consequences().contains("taken back"));
    world.packages.remove();
    QTRY_COMPARE(world.packages.fault(), "the disk is full");
    QVERIFY(!world.packages.busy() && !world.packages.ending());
    world.passed();
    QVERIFY(!world.everHeard("remove"));
  }

  void nobodyIsAskedWhileNobodyLooks() {
    World world;
    QTRY_VERIFY(world.session.online());
    world.passed();
    QVERIFY(!world.everHeard("packages watched"));
    world.packages.setWatching(true);
    QVERIFY(world.heard("packages watched"));
    QTRY_VERIFY(world.packages.has(MOUSEPAD));
    world.packages.setWatching(false);
    QVERIFY(world.heard("packages not watched"));
  }

  void goingBackCanBeTakenBack() {
    World world;
    QVERIFY(world.ready());
    QCOMPARE(world.packages.previous(MOUSEPAD), "0.6.1");
    world.packages.rollback(MOUSEPAD);
    QVERIFY(world.told("Mousepad is at version 0.6.1 again"));
    world.desk.undo()->takeBack();
    QVERIFY(world.told("Mousepad is at version 0.6.2 again"));
  }

  // --- removing

  void removingStopsThenTakesBackThenRemoves() {
    auto script = scriptWith(newBundle());
    Instance instance;
    instance.id = "im";
    instance.app = MOUSEPAD;
    instance.state = Terms::InstanceState::Running;
    script.instances << instance;
    Grant grant;
    grant.id = "gm";
    grant.holder = QString(MOUSEPAD) + "@work";
    grant.object.path = "/home/x/a.txt";
    script.grants << grant;
    World world(script);
    QVERIFY(world.ready());
    world.packages.beginRemoval(MOUSEPAD);
    QTRY_COMPARE(plain(world.packages.consequences()),
                 "It runs, and is stopped. 1 thing(s) that you gave it are taken back.");
    QVERIFY(!world.everHeard("stop") && !world.everHeard("remove"));
    world.packages.setWithData(true);
    world.packages.remove();
    QVERIFY(world.heard("remove org.xfce.mousepad with data"));
    auto heard = world.broker.heard();
    auto stop = heard.indexOf("stop im"), revoke = heard.indexOf("revoke gm");
    QVERIFY2(stop >= 0 && revoke > stop, qPrintable(heard.join(u'\n')));
    QVERIFY(heard.indexOf("remove org.xfce.mousepad with data") > revoke);
    QVERIFY(world.told("Mousepad is removed, with its own files"));
    QVERIFY(world.packages.leaving().isEmpty());
  }

  void keepingItDoesNothing() {
    World world;
    QVERIFY(world.ready());
    world.packages.beginRemoval(MOUSEPAD);
    world.packages.keep();
    QVERIFY(world.packages.leaving().isEmpty());
    world.packages.beginRemoval("featherpad");  // Not from a bundle.
    QVERIFY(world.packages.leaving().isEmpty());
    QTest::qWait(50);
    QVERIFY(!world.everHeard("remove"));
  }

  void whatCannotBeRemovedSaysWhy() {
    auto script = scriptWith(newBundle());
    script.installFault = "the disk is read-only";
    World world(script);
    QVERIFY(world.ready());
    world.packages.beginRemoval(MOUSEPAD);
    world.packages.remove();
    QTRY_COMPARE(world.packages.fault(), "the disk is read-only");
    QVERIFY(!world.packages.busy() && world.packages.has(MOUSEPAD));
  }

  void aDroppedBundleIsLookedAtAndNothingElse() {
    World world;
    QVERIFY(world.ready());
    world.desk.dropped({world.file()});
    QTRY_VERIFY(world.installing.open());
    world.installing.cancel();
    auto before = world.broker.heard().filter("look").size();
    world.desk.dropped({world.file("a.txt")});
    world.desk.dropped({world.file("a.latchkey"), world.file("b.latchkey")});
    QTest::qWait(100);
    QCOMPARE(world.broker.heard().filter("look").size(), before);
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::PackagesModelTest)
#include "packages-model-test.moc"
