// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Repositories behind the window, with a scripted broker: what is offered, what is newer, what is followed.

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "app/ui/demo/demo-home.h"
#include "app/ui/demo/demo-packages.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/desk.h"
#include "app/ui/single-window.h"

namespace latchkey::ui {
namespace {

constexpr char KEY[] = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";

QString plain(QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); }

Script scriptOf() {
  auto script = demoScript();
  addRepositories(script);
  return script;
}

struct World {
  FakeBroker broker;
  DemoCatalog catalog{DemoCatalog::some()};
  Session session{broker.door(), Session::Presents::Nothing};
  DemoHome home;
  Desk desk{session, catalog, home.places()};
  Available& available = *desk.available();
  Updates& updates = *desk.updates();
  Repositories& repositories = *desk.repositories();
  Installing& installing = *desk.installing();
  QTemporaryDir folder;

  explicit World(Script script = scriptOf()) : broker(std::move(script)) {}

  bool ready() {
    desk.packages()->setWatching(true);
    return QTest::qWaitFor([&] { return session.online() && repositories.count() == 2 && updates.count() == 4; },
                           10000);
  }
  bool heard(const QString& line) {
    return QTest::qWaitFor([&] { return broker.heard().contains(line); }, 10000);
  }
  qsizetype everHeard(const QString& start) const {
    return broker.heard().filter(QRegularExpression("^" + start)).size();
  }
  bool told(const QString& part) {
    return QTest::qWaitFor([&] { return plain(desk.undo()->text()).contains(part); }, 10000);
  }
  bool finds(const QString& search, const QStringList& names) {
    available.setSearch(search);
    return QTest::qWaitFor([&] { return column(available, Available::NameRole) == names; }, 10000);
  }
  static QStringList column(const QAbstractItemModel& model, int role) {
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row) list << plain(model.index(row, 0).data(role).toString());
    return list;
  }
  QVariant of(const QString& app, int role) const {
    for (int row = 0; row < updates.rowCount(); ++row)
      if (updates.index(row, 0).data(Updates::IdRole) == app) return updates.index(row, 0).data(role);
    return {};
  }
  int state(const QString& app) const { return of(app, Updates::StateRole).toInt(); }
  QUrl file(const char* name, const QByteArray& content) {
    QFile file(folder.filePath(QLatin1String(name)));
    if (file.open(QIODevice::WriteOnly)) file.write(content);
    return QUrl::fromLocalFile(file.fileName());
  }
};

}  // namespace

class RepositoriesModelTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  // --- what is offered

  void aSearchFindsWhatIsNotInstalled() {
    World world;
    QAbstractItemModelTester tester(&world.available);
    QVERIFY(world.ready());
    QCOMPARE(world.available.count(), 0);
    QVERIFY(world.finds("sketch", {"Sketchpad"}));
    auto row = world.available.index(0);
    QCOMPARE(row.data(Available::SummaryRole).toString(), "Draw and paint, alone or with others");
    QVERIFY(plain(row.data(Available::SourceRole).toString()).startsWith("from org.example.apps · version 2.1 · 64"));
    QCOMPARE(row.data(Available::KnownRole).toBool(), true);
    QVERIFY(plain(row.data(Available::SignerRole).toString()).contains("as featherpad is"));
    // FeatherPad is installed, though it is offered.
    QVERIFY(world.finds("feather", {}));
    QVERIFY(world.finds("chess plays", {"Chess"}));
    QCOMPARE(world.available.index(0).data(Available::KnownRole).toBool(), false);
    QVERIFY(world.finds("", {}));
  }

  // However fast somebody types: one question at a time, and the last is answered.
  void typingIsNotWaitedFor() {
    World world;
    QVERIFY(world.ready());
    world.broker.keepSilent();
    QString typed;
    for (auto letter : QStringLiteral("sketchpad")) {
      typed += letter;
      world.available.setSearch(typed);
    }
    QVERIFY(world.heard("search s"));
    QCOMPARE(world.everHeard("search"), 1);
    world.broker.speak();
    QTRY_COMPARE(world.available.count(), 1);
    QCOMPARE(world.everHeard("search"), 2);
    QVERIFY(world.heard("search sketchpad"));
    // Nobody was asked anything but that.
    QCOMPARE(world.everHeard("refresh"), 0);
    QCOMPARE(world.everHeard("look"), 0);
  }

  void whatWasTypedAwayIsNotShown() {
    World world;
    QVERIFY(world.ready());
    world.broker.keepSilent();
    world.available.setSearch("sketch");
    QVERIFY(world.heard("search sketch"));
    world.available.setSearch("");
    world.broker.speak();
    QTest::qWait(100);
    QCOMPARE(world.available.count(), 0);
  }

  void onlySoManyAreShown() {
    auto script = scriptOf();
    for (int i = 0; i < 60; ++i) {
      auto offer = script.catalog[0];
      offer.text.id = QStringLiteral("org.example.Many%1").arg(i);
      script.catalog << offer;
    }
    World world(script);
    QVERIFY(world.ready());
    world.available.setSearch("many");
    QTRY_COMPARE(world.available.count(), int(Available::MOST));
    QCOMPARE(world.available.rest(), "20 more: type more of the name");
  }

  void strangersWordsStayWords() {
    World world;
    QVERIFY(world.ready());
    world.available.setSearch("notepad");
    QTRY_COMPARE(world.available.count(), 1);
    auto name = world.available.index(0).data(Available::NameRole).toString();
    QVERIFY2(!name.contains(QChar(0x202e)) && name.contains("<b>"), qPrintable(name));
  }

  void whatIsOfferedIsShownBeforeItIsInstalled() {
    World world;
    QVERIFY(world.ready() && world.finds("sketch", {"Sketchpad"}));
    world.broker.keepSilent();
    world.available.look(0);
    // The sheet is there at once, with what is known by then.
    QVERIFY(world.installing.open() && world.installing.looking());
    QCOMPARE(plain(world.installing.title()), "Install Sketchpad?");
    QCOMPARE(plain(world.installing.claimsHeading()), "Asking org.example.apps what it is…");
    QVERIFY(!world.installing.possible());
    world.installing.install();
    QVERIFY(world.heard("look at org.example.Sketchpad of 0123456789abcdef, stable"));
    world.broker.speak();
    QTRY_VERIFY(!world.installing.looking());
    QCOMPARE(world.installing.rowCount(), 5);
    QVERIFY(world.installing.possible());
    QVERIFY(plain(world.installing.facts()).contains("from org.example.apps"));
    QVERIFY(world.installing.description().contains("\n"));
    QCOMPARE(world.installing.licence(), "GPL-3.0-or-later");
    QCOMPARE(world.everHeard("install"), 0);
    world.installing.install();
    QVERIFY(world.told("Sketchpad is installed"));
    QVERIFY(world.heard("install org.example.Sketchpad 2.1 wider from org.example.apps"));
    QCOMPARE(world.everHeard("grant"), 0);
    // It is not offered any more.
    QTRY_COMPARE(world.available.count(), 0);
  }

  void whatTravelsIsSaid() {
    auto script = scriptOf();
    script.bundle.travels = 3'400'000;
    World world(script);
    QVERIFY(world.ready() && world.finds("sketch", {"Sketchpad"}));
    world.available.look(0);
    QTRY_VERIFY(!world.installing.looking());
    QVERIFY2(plain(world.installing.facts()).contains("3 MB to fetch"), qPrintable(world.installing.facts()));
  }

  void lookingIsGivenUp() {
    World world;
    QVERIFY(world.ready() && world.finds("sketch", {"Sketchpad"}));
    world.broker.keepSilent();
    world.available.look(0);
    QVERIFY(world.heard("look at org.example.Sketchpad of 0123456789abcdef, stable"));
    world.installing.cancel();
    QVERIFY(!world.installing.open());
    world.broker.speak();
    QTest::qWait(100);
    QVERIFY(!world.installing.open() && !world.installing.looking());
    world.available.look(0);
    QTRY_VERIFY(world.installing.open() && !world.installing.looking());
  }

  void whatCannotBeHadSaysWhy() {
    auto script = scriptOf();
    script.bundleFault = "apps.example.org does not answer: is this computer online?";
    World world(script);
    QVERIFY(world.ready() && world.finds("sketch", {"Sketchpad"}));
    world.available.look(0);
    QTRY_COMPARE(world.installing.fault(), script.bundleFault);
    QVERIFY(world.installing.open() && !world.installing.possible());
    world.installing.cancel();
    QVERIFY(!world.installing.open());
  }

  // --- what is newer

  void whatIsNewerComesFirst() {
    World world;
    QAbstractItemModelTester tester(&world.updates);
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.waiting(), 3);
    QCOMPARE(world.updates.ready(), 2);
    QCOMPARE(World::column(world.updates, Updates::IdRole).last(), "mpv");
    QCOMPARE(world.state("featherpad"), int(Updates::Ready));
    QCOMPARE(world.state("org.xfce.mousepad"), int(Updates::Waits));
    QCOMPARE(world.state("mpv"), int(Updates::UpToDate));
    QCOMPARE(plain(world.of("featherpad", Updates::LineRole).toString()),
             "1.6.1, you have 1.5.0 · from org.example.apps");
    QCOMPARE(plain(world.of("mpv", Updates::LineRole).toString()), "Version 0.39 · nobody you follow has a newer one");
    QVERIFY(plain(world.of("org.xfce.mousepad", Updates::LineRole).toString()).startsWith("0.7.0 asks for more"));
    QCOMPARE(world.of("featherpad", Updates::AutomaticRole).toBool(), false);
    QCOMPARE(world.of("mpv", Updates::AutomaticRole).toBool(), true);
  }

  void oneIsUpdated() {
    World world;
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.ready(), 2);
    world.broker.keepSilent();
    world.updates.update("featherpad");
    QCOMPARE(world.state("featherpad"), int(Updates::Working));
    QTRY_VERIFY(world.of("featherpad", Updates::ProgressRole).toDouble() > 0);
    world.broker.speak();
    QVERIFY(world.told("FeatherPad is at version 1.6.1 now"));
    QTRY_COMPARE(plain(world.of("featherpad", Updates::LineRole).toString()), "Version 1.6.1 · up to date");
    QTRY_COMPARE(world.updates.waiting(), 2);
    QCOMPARE(world.everHeard("update"), 1);
  }

  void allAreUpdatedOneAfterTheOtherButWhatWaits() {
    World world;
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.ready(), 2);
    world.broker.keepSilent();
    world.updates.updateAll();
    QVERIFY(world.heard("update featherpad"));
    QCOMPARE(world.state("org.kde.okular"), int(Updates::Queued));
    QCOMPARE(world.everHeard("update"), 1);
    world.broker.speak();
    QVERIFY(world.heard("update org.kde.okular"));
    QTRY_COMPARE(world.updates.waiting(), 1);
    QCOMPARE(world.state("org.xfce.mousepad"), int(Updates::Waits));
    QCOMPARE(world.everHeard("update|accept"), 2);
  }

  void whatAsksForMoreWaits() {
    auto script = scriptOf();
    script.updates[0].offer.text.version = "9.0";
    World world(script);
    QVERIFY(world.ready());
    QTRY_COMPARE(world.state("featherpad"), int(Updates::Ready));
    world.updates.update("featherpad");
    QVERIFY(world.told("FeatherPad waits for you: it asks for more than before"));
    QTRY_COMPARE(world.state("featherpad"), int(Updates::Waits));
    world.updates.look("featherpad");
    QVERIFY(world.installing.open() && world.installing.waits());
    QCOMPARE(world.everHeard("accept"), 0);
  }

  void updatingIsGivenUp() {
    World world;
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.ready(), 2);
    world.broker.keepSilent();
    world.updates.updateAll();
    QVERIFY(world.heard("update featherpad"));
    world.updates.giveUp("org.kde.okular");
    world.updates.giveUp("featherpad");
    QCOMPARE(world.state("featherpad"), int(Updates::Ready));
    QVERIFY(!world.updates.busy());
    world.broker.speak();
    QTest::qWait(100);
    QCOMPARE(world.everHeard("update"), 1);
    // What was given up can be begun again.
    world.updates.update("featherpad");
    QVERIFY(world.told("FeatherPad is at version"));
  }

  void whatCannotBeUpdatedSaysWhy() {
    auto script = scriptOf();
    script.installFault = "the disk is full";
    World world(script);
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.ready(), 2);
    world.updates.updateAll();
    QTRY_COMPARE(world.of("featherpad", Updates::FaultRole).toString(), "It is not installed: the disk is full");
    // One that fails does not keep the next.
    QVERIFY(world.heard("update org.kde.okular"));
    QTRY_VERIFY(!world.updates.busy());
    QCOMPARE(world.state("featherpad"), int(Updates::Ready));
  }

  void whatIsNewIsLookedAtBefore() {
    World world;
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.ready(), 2);
    world.updates.look("featherpad");
    QVERIFY(world.heard("look at featherpad of 0123456789abcdef, stable"));
    QVERIFY(world.installing.open());
    QTRY_VERIFY(!world.installing.looking());
  }

  void whatComesByItselfIsTheirChoice() {
    World world;
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.count(), 4);
    world.updates.setAutomatic("featherpad", true);
    QVERIFY(world.heard("automatic featherpad on"));
    QTRY_COMPARE(world.of("featherpad", Updates::AutomaticRole).toBool(), true);
    world.updates.setAutomatic("featherpad", false);
    QTRY_COMPARE(world.of("featherpad", Updates::AutomaticRole).toBool(), false);
  }

  void whoWasNotReachedIsSaid() {
    World world;
    QVERIFY(world.ready());
    QCOMPARE(world.updates.problems().size(), 1);
    QVERIFY2(plain(world.updates.problems()[0]).startsWith("net.example.others could not be reached since"),
             qPrintable(world.updates.problems()[0]));
    QVERIFY(world.updates.asked().contains("reached"));
    world.broker.keepSilent();
    world.updates.refresh();
    QVERIFY(world.updates.asking());
    world.updates.refresh();
    QVERIFY(world.heard("refresh "));
    world.broker.speak();
    QTRY_VERIFY(!world.updates.asking());
    QCOMPARE(world.everHeard("refresh"), 1);
  }

  void theBrokersEndIsNoUpdate() {
    World world;
    QVERIFY(world.ready());
    QTRY_COMPARE(world.updates.ready(), 2);
    world.broker.keepSilent();
    world.updates.updateAll();
    world.available.setSearch("sketch");
    QVERIFY(world.heard("update featherpad"));
    world.broker.hangUp();
    QTRY_VERIFY(!world.updates.busy());
    QVERIFY(!world.of("featherpad", Updates::FaultRole).toString().isEmpty());
    QCOMPARE(world.available.count(), 0);
    world.broker.speak();
  }

  // --- what is followed

  void repositoriesAreListed() {
    World world;
    QAbstractItemModelTester tester(&world.repositories);
    QVERIFY(world.ready());
    QCOMPARE(World::column(world.repositories, Repositories::NameRole),
             QStringList({"net.example.others", "org.example.apps"}));
    QCOMPARE(World::column(world.repositories, Repositories::KeyRole),
             QStringList({"Signed by the key 00C0FFEE00C0FFEE", "Signed by the key 1A2B3C4D5E6F7081"}));
    auto lines = World::column(world.repositories, Repositories::LineRole);
    QVERIFY(lines[1].startsWith("214 app(s) · reached: "));
    auto problems = World::column(world.repositories, Repositories::ProblemRole);
    QVERIFY(problems[0].contains("does not answer") && problems[1].isEmpty());
  }

  void oneIsFollowed() {
    World world;
    QVERIFY(world.ready());
    world.repositories.show();
    world.repositories.begin();
    QVERIFY(!world.repositories.possible());
    world.repositories.setPlace(" https://apps.example.net ");
    world.repositories.setKey("RWnonsense");
    QVERIFY(!world.repositories.keyFault().isEmpty() && !world.repositories.possible());
    QVERIFY(world.repositories.keyShown().isEmpty());
    world.repositories.setKey(QString(" ") + KEY + "\n");
    QVERIFY(world.repositories.keyFault().isEmpty() && world.repositories.possible());
    QCOMPARE(world.repositories.keyShown().remove(u' '), KEY);
    QCOMPARE(world.repositories.keyId(), "E7620F1842B4E81F");
    world.repositories.follow();
    QVERIFY(world.heard(QString("follow https://apps.example.net ") + KEY));
    QVERIFY(world.told("You follow org.example.fresh. Nothing is installed by that"));
    QVERIFY(!world.repositories.adding() && world.repositories.open());
    QTRY_COMPARE(world.repositories.count(), 3);
    world.desk.undo()->takeBack();
    QVERIFY(world.heard("unfollow 00000000000000ff"));
  }

  void whatCannotBeFollowedSaysWhy() {
    auto script = scriptOf();
    script.followFault = "the repository belongs to somebody else: its keys are not the one you named";
    World world(script);
    QVERIFY(world.ready());
    world.repositories.show();
    world.repositories.begin();
    world.repositories.setPlace("/media/usb");
    world.repositories.setKey(KEY);
    world.repositories.follow();
    QTRY_VERIFY(world.repositories.fault().contains("belongs to somebody else"));
    QVERIFY(world.repositories.adding() && world.repositories.possible());
    world.repositories.setPlace("/media/other");
    QVERIFY(world.repositories.fault().isEmpty());
  }

  // Closing the sheet is no answer to what is under way; what comes of it is told, and can be taken back.
  void whatIsFollowedLateIsTold() {
    World world;
    QVERIFY(world.ready());
    world.repositories.show();
    world.repositories.begin();
    world.repositories.setPlace("/media/usb");
    world.repositories.setKey(KEY);
    world.broker.keepSilent();
    world.repositories.follow();
    QVERIFY(world.heard(QString("follow /media/usb ") + KEY));
    world.repositories.close();
    world.broker.speak();
    QVERIFY(world.told("You follow org.example.fresh"));
    QVERIFY(world.desk.undo()->possible());
  }

  void keysComeFromFiles_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("sound");
    QTest::newRow("as minisign writes it") << QByteArray("untrusted comment: minisign public key\n") + KEY + "\n"
                                           << true;
    QTest::newRow("the line alone") << QByteArray(KEY) << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("something else") << QByteArray("hello\n") << false;
    QTest::newRow("too large") << QByteArray(KEY) + QByteArray(100'000, '\n') << false;
    QTest::newRow("NUL") << QByteArray(KEY) + QByteArray(1, '\0') << false;
  }

  void keysComeFromFiles() {
    QFETCH(QByteArray, content);
    QFETCH(bool, sound);
    World world;
    QVERIFY(world.ready());
    world.desk.dropped({world.file("repo.pub", content)});
    QTRY_VERIFY(!world.repositories.keyShown().isEmpty() || !world.repositories.keyFault().isEmpty());
    QVERIFY(world.repositories.open() && world.repositories.adding());
    QCOMPARE(!world.repositories.keyShown().isEmpty(), sound);
    QCOMPARE(world.everHeard("follow"), 0);
  }

  void oneIsFollowedNoMore() {
    World world;
    QVERIFY(world.ready());
    world.repositories.unfollow("fedcba9876543210");
    QVERIFY(world.heard("unfollow fedcba9876543210"));
    QVERIFY(world.told("net.example.others is not followed any more"));
    QTRY_COMPARE(world.repositories.count(), 1);
  }

  void oneIsAskedAgain() {
    World world;
    QVERIFY(world.ready());
    world.broker.keepSilent();
    world.repositories.refresh("0123456789abcdef");
    world.repositories.refresh("0123456789abcdef");
    QVERIFY(world.repositories.index(1, 0).data(Repositories::AskingRole).toBool());
    QVERIFY(world.heard("refresh 0123456789abcdef"));
    world.broker.speak();
    QTRY_VERIFY(!world.repositories.index(1, 0).data(Repositories::AskingRole).toBool());
    QCOMPARE(world.everHeard("refresh"), 1);
  }

  // --- opened from elsewhere

  void aBundleThatIsOpenedIsLookedAtOnceThereIsABroker() {
    World world;
    QVERIFY(!world.session.online());
    world.desk.open(world.file("x.latchkey", "latchkey bundle"));
    QVERIFY(world.ready());
    QTRY_VERIFY(world.installing.open());
    // One at a time.
    world.desk.open(world.file("y.latchkey", "latchkey bundle"));
    QVERIFY(world.told("One app at a time"));
    QCOMPARE(world.everHeard("look"), 1);
  }

  void theFirstWindowIsToldWhatToLookAt_data() {
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("word");
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("show") << QByteArray("show") << QByteArray("show") << QByteArray();
    QTest::newRow("a file") << QByteArray("look /home/a b.latchkey") << QByteArray("look")
                            << QByteArray("/home/a b.latchkey");
    QTest::newRow("not from here") << QByteArray("look a.latchkey") << QByteArray() << QByteArray();
    QTest::newRow("nothing") << QByteArray("look ") << QByteArray() << QByteArray();
    QTest::newRow("NUL") << QByteArray("look /a\0b", 9) << QByteArray() << QByteArray();
    QTest::newRow("more than a word") << QByteArray("show /etc") << QByteArray() << QByteArray();
  }

  void theFirstWindowIsToldWhatToLookAt() {
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, word);
    QFETCH(QByteArray, path);
    QTemporaryDir folder;
    auto socket = folder.filePath("window").toStdString();
    SingleWindow first(socket), second(socket);
    QVERIFY(first.listen());
    QByteArray toldWord, toldPath;
    connect(&first, &SingleWindow::told, this, [&](const QByteArray& said, const QByteArray& what) {
      toldWord = said;
      toldPath = what;
    });
    QVERIFY(second.tellOther(message));
    if (word.isEmpty()) QTest::qWait(100);
    else QTRY_COMPARE(toldWord, word);
    QCOMPARE(toldWord, word);
    QCOMPARE(toldPath, path);
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::RepositoriesModelTest)
#include "repositories-model-test.moc"
