// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The models and the connection behind them, with a scripted broker. No window.

#include <QAbstractItemModelTester>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "app/ui/demo/demo-home.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/desk.h"
#include "app/ui/network-words.h"
#include "app/ui/notifier.h"
#include "app/ui/rights.h"
#include "app/ui/wording.h"
#include "broker/base/trials.h"
#include "broker/schema/connection.capnp.h"

namespace latchkey::ui {
namespace {

struct World {
  FakeBroker broker;
  DemoCatalog catalog{DemoCatalog::some()};
  Session session{broker.door(), Session::Presents::Nothing};
  DemoHome home;
  Desk desk{session, catalog, home.places()};

  explicit World(Script script = demoScript()) : broker(std::move(script)) {}
  bool ready() {
    return QTest::qWaitFor([&] { return session.online(); }, 10000);
  }
  bool heard(const QString& line) {
    return QTest::qWaitFor([&] { return broker.heard().contains(line); }, 10000);
  }
};

QStringList column(const QAbstractItemModel& model, int role) {
  QStringList list;
  for (int row = 0; row < model.rowCount(); ++row) list << model.index(row, 0).data(role).toString();
  return list;
}

QStringList tried(const TrialReview& trials, int role) { return column(trials, role); }

Grant grantNamed(const Script& script, const QString& id) {
  for (const auto& grant : script.grants) {
    if (grant.id == id) return grant;
  }
  return {};
}

}  // namespace

class ModelsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whatIsInUseIsShownUntilItIsStopped() {
    World world(inUseScript());
    auto* used = world.desk.inUse();
    QAbstractItemModelTester tester(used, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(world.ready());
    QTRY_COMPARE(used->count(), 2);
    auto lines = column(*used, InUse::LineRole);
    QVERIFY(lines.filter("hears your microphone").size() == 1 && lines.filter("uses your camera").size() == 1);
    QVERIFY(lines[0].contains("Chromium") && used->summary() == lines.join('\n'));
    used->stop("microphone");
    QTRY_COMPARE(used->count(), 1);
    QVERIFY(world.heard("revoke microphone"));
    QVERIFY(column(*used, InUse::LineRole)[0].contains("camera"));
    QTRY_VERIFY(world.desk.undo()->possible());
    world.desk.undo()->takeBack();
    QVERIFY(world.heard("restore microphone"));
  }

  void whatAnAppLackedIsSaidOnce() {
    World world;
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.activity()->rowCount() > 0);
    QSignalSpy trouble(world.desk.apps(), &AppsModel::trouble);
    auto instance = demoScript().instances[1];
    instance.state = Terms::InstanceState::Ended;
    instance.lacked = QStringLiteral("own-sandboxes");
    world.broker.change(instance);
    QTRY_COMPARE(trouble.size(), 1);
    auto line = trouble[0][0].toString();
    QVERIFY(line.contains("Chromium") && line.contains("Limits"));
    QCOMPARE(world.desk.undo()->text(), line);
  }

  void whatIsHeldButNotInUseIsNotShown() {
    auto script = inUseScript();
    for (auto& grant : script.grants) {
      if (grant.kind == Terms::Kind::Desktop) grant.live = 0;
      if (grant.id == u"camera") {
        grant.live = 1;
        grant.object.target = QStringLiteral("gpu");
      }
    }
    World world(script);
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->total() > 0);
    QCOMPARE(world.desk.inUse()->count(), 0);
    QVERIFY(world.desk.inUse()->summary().isEmpty());
  }

  void modelsKeepTheirPromises() {
    World world;
    world.home.addTrial("t1");
    QAbstractItemModelTester trials(world.desk.trials(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    world.desk.trials()->look("t1");
    QAbstractItemModelTester apps(world.desk.apps(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester grants(world.desk.grants(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester requests(world.desk.requests(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester activity(world.desk.activity(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester journal(world.desk.journal(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(world.ready());
    world.desk.grants()->setGrouping(GrantsModel::ByThing);
    world.desk.grants()->setFilter("o");
    world.desk.grants()->setShowEnded(false);
    world.desk.apps()->setSearch("text");
    world.desk.activity()->setWatching(true);
    world.desk.activity()->toggle("i2");
    QTest::qWait(100);
    world.desk.activity()->toggle("i2");
    world.desk.journal()->setEventIndex(1);
    world.broker.present(demoRequest("folder"));
    QTRY_COMPARE(world.desk.requests()->waiting(), 1);
  }

  void runningAppsComeFirst() {
    World world;
    QVERIFY(world.ready());
    QTRY_COMPARE(column(*world.desk.apps(), AppsModel::NameRole).mid(0, 2), QStringList({"FeatherPad", "Chromium"}));
    auto first = world.desk.apps()->index(0, 0);
    QCOMPARE(first.data(AppsModel::RunningRole).toInt(), 1);
    QCOMPARE(first.data(AppsModel::HoldsRole).toStringList(), QStringList({"file", "folder"}));
  }

  void searchWantsEveryWord() {
    World world;
    world.desk.apps()->setSearch("simple EDITOR");
    QCOMPARE(column(*world.desk.apps(), AppsModel::NameRole), QStringList("Mousepad"));
    world.desk.apps()->setSearch("simple browser");
    QCOMPARE(world.desk.apps()->count(), 0);
  }

  void droppedFilesCrossAsDescriptors() {
    World world;
    QVERIFY(world.ready());
    QTemporaryDir folder;
    QFile file(folder.filePath("a b.txt"));
    QVERIFY(file.open(QFile::WriteOnly));
    world.desk.apps()->startWith("featherpad", {QUrl::fromLocalFile(file.fileName()), QUrl("https://example.org/x")});
    QVERIFY(world.heard("launch featherpad " + file.fileName() + "[fd]"));
  }

  void filesDroppedOnNoAppStartNothing() {
    World world;
    QVERIFY(world.ready());
    QSignalSpy trouble(world.desk.apps(), &AppsModel::trouble);
    world.desk.apps()->startDropped({QUrl::fromLocalFile("/etc/passwd")});
    QCOMPARE(trouble.size(), 1);
    QTest::qWait(50);
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("launch"));
  }

  void grantsStandBelowTheirApps() {
    World world;
    QVERIFY(world.ready());
    world.desk.grants()->setFilter("featherpad");
    QTRY_COMPARE(column(*world.desk.grants(), GrantsModel::ThingRole),
                 QStringList({"budget.ods", "letter to the landlord.txt", "Notes"}));
    QCOMPARE(column(*world.desk.grants(), GrantsModel::GroupRole).value(0), "FeatherPad");
  }

  void profilesAreOtherHolders() {
    World world;
    QVERIFY(world.ready());
    world.desk.grants()->setFilter("chromium");
    auto groups = [&] {
      auto all = column(*world.desk.grants(), GrantsModel::GroupRole);
      all.removeDuplicates();
      return all;
    };
    // And the machine that may use what it serves.
    QTRY_COMPARE(groups(), QStringList({"Anna's laptop", "Chromium", "Chromium (work)"}));
  }

  void whatARowSaysIsFound() {
    World world;
    QVERIFY(world.ready());
    auto* grants = world.desk.grants();
    grants->setFilter("internet");
    QTRY_COMPARE(column(*grants, Qt::DisplayRole), QStringList("The Internet"));
    grants->setFilter("port 8080");
    QTRY_COMPARE(grants->rowCount(), 1);
    grants->setFilter("port 8081");
    QTRY_COMPARE(grants->rowCount(), 0);
  }

  void liveCountChangesItsRowAlone() {
    World world;
    QVERIFY(world.ready());
    auto* model = world.desk.grants();
    QTRY_VERIFY(model->count() > 0);
    QTest::qWait(100);
    QSignalSpy resets(model, &QAbstractItemModel::modelReset), inserts(model, &QAbstractItemModel::rowsInserted),
        changes(model, &QAbstractItemModel::dataChanged);
    auto grant = grantNamed(demoScript(), "g1");
    grant.live = 9;
    world.broker.change(grant);
    QTRY_VERIFY(!changes.isEmpty());
    QCOMPARE(resets.size(), 0);
    QCOMPARE(inserts.size(), 0);
    QCOMPARE(changes.last().at(0).toModelIndex().data(GrantsModel::LiveRole).toInt(), 9);
  }

  // Found by where it is now, sorted and headed by it, and not where it was.
  void grantWhoseFolderWasMovedShowsItsNewPlace() {
    World world;
    QVERIFY(world.ready());
    auto* model = world.desk.grants();
    QTRY_VERIFY(model->count() > 0);
    auto grant = grantNamed(demoScript(), "g1");
    auto before = column(*model, GrantsModel::WholeRole);
    QVERIFY(before.contains(wording::wholeName(grant.kind, grant.object)));
    model->setGrouping(GrantsModel::ByThing);
    model->setFilter("Attic");
    QCOMPARE(model->count(), 0);
    grant.object.target = QStringLiteral("/home/mina/Attic/zoo.ods");
    grant.object.path = "/home/mina/Attic/zoo.ods";
    world.broker.change(grant);
    QTRY_COMPARE(column(*model, GrantsModel::IdRole), QStringList("g1"));
    auto row = model->index(0, 0);
    QVERIFY(row.data(GrantsModel::WholeRole).toString().endsWith("Attic/zoo.ods"));
    QCOMPARE(row.data(GrantsModel::ThingRole).toString(), QStringLiteral("zoo.ods"));
    QVERIFY(row.data(GrantsModel::GroupRole).toString().contains("Attic"));
    QVERIFY(row.data(GrantsModel::PlaceRole).toString().contains("Attic"));
    model->setFilter({});
    QTRY_COMPARE(column(*model, GrantsModel::WholeRole).size(), before.size());
    // Each heading stands once: what was moved stands among those of its new place.
    auto groups = column(*model, GrantsModel::GroupRole);
    for (int i = 1; i < groups.size(); ++i)
      QVERIFY(groups[i] == groups[i - 1] || !groups.mid(0, i).contains(groups[i]));
  }

  void newGrantAmongThousandsInsertsOneRow() {
    World world(longScript(3000));
    QVERIFY(world.ready());
    auto* model = world.desk.grants();
    QTRY_COMPARE(model->count(), 3000);
    QTest::qWait(100);
    QSignalSpy resets(model, &QAbstractItemModel::modelReset), inserts(model, &QAbstractItemModel::rowsInserted);
    auto grant = longScript(1).grants.first();
    grant.id = "new";
    world.broker.change(grant);
    QTRY_COMPARE(model->count(), 3001);
    QCOMPARE(resets.size(), 0);
    QCOMPARE(inserts.size(), 1);
    QCOMPARE(inserts.at(0).at(1).toInt(), inserts.at(0).at(2).toInt());
  }

  void keysSayHowLongTheyLastAndWhenTheyWereUsed() {
    World world;
    QVERIFY(world.ready());
    auto* model = world.desk.grants();
    QTRY_VERIFY(model->count() > 6);
    auto of = [&](const QString& id, int role) {
      return model->index(int(column(*model, GrantsModel::IdRole).indexOf(id)), 0).data(role).toString();
    };
    QCOMPARE(of("g1", GrantsModel::UntilRole), "while it runs");
    QCOMPARE(of("g2", GrantsModel::UntilRole), "this time");
    QCOMPARE(of("g3", GrantsModel::UntilRole), "always");
    QVERIFY2(of("g6", GrantsModel::UntilRole).startsWith("until "), qPrintable(of("g6", GrantsModel::UntilRole)));
    auto grant = grantNamed(demoScript(), "g1");
    QVERIFY(grant.used != 0);
    world.broker.change(grant);  // The world's own was made a moment earlier.
    QTRY_COMPARE(of("g1", GrantsModel::UsedRole), wording::moment(grant.used));
    grant.used = 0;
    world.broker.change(grant);
    QTRY_COMPARE(of("g1", GrantsModel::UsedRole), "not yet");
    grant.used = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    world.broker.change(grant);
    QTRY_COMPARE(of("g1", GrantsModel::UsedRole), "just now");
  }

  void tilesKnowTheirProfilesAndWhetherTheMenuStartsThemHere() {
    World world;
    QVERIFY(world.ready());
    auto* apps = world.desk.apps();
    auto of = [&](const QString& id, int role) {
      return apps->index(int(column(*apps, AppsModel::IdRole).indexOf(id)), 0).data(role);
    };
    QTRY_COMPARE(of("chromium", AppsModel::ProfilesRole).toStringList(), QStringList("work"));
    QVERIFY(of("org.kde.okular", AppsModel::ProfilesRole).toStringList().isEmpty());
    QVERIFY(of("chromium", AppsModel::ConfinedRole).toBool());
    QVERIFY(!of("featherpad", AppsModel::ConfinedRole).toBool());
    apps->setConfined("featherpad", true);
    QTRY_VERIFY(of("featherpad", AppsModel::ConfinedRole).toBool());
    apps->setConfined("featherpad", false);
    QTRY_VERIFY(!of("featherpad", AppsModel::ConfinedRole).toBool());
    QVERIFY(of("chromium", AppsModel::ConfinedRole).toBool());
  }

  void answeredRequestsSayHow() {
    World world;
    QVERIFY(world.ready());
    auto* requests = world.desk.requests();
    QTRY_COMPARE(requests->rowCount(), 5);
    QMap<QString, QModelIndex> rows;
    for (int row = 0; row < 5; ++row)
      rows.insert(requests->index(row, 0).data(RequestsModel::OutcomeRole).toString(), requests->index(row, 0));
    QCOMPARE(rows.keys(), QStringList({"allowed by you", "closed without an answer", "never allowed",
                                       "no answer in time", "not allowed by you"}));
    for (auto row = rows.cbegin(); row != rows.cend(); ++row) {
      QCOMPARE(row.value().data(RequestsModel::AllowedRole).toBool(), row.key() == "allowed by you");
      QVERIFY(!row.value().data(RequestsModel::WhoRole).toString().isEmpty());
      auto change = row.value().data(RequestsModel::ChangeRole).toString();
      QCOMPARE(change, row.key() == "allowed by you" ? "Stop\u2026" : row.key() == "never allowed" ? "Ask again" : "");
    }
  }

  void journalShowsWhatIsLookedFor() {
    World world;
    QVERIFY(world.ready());
    auto* journal = world.desk.journal();
    auto sentences = [&] { return column(*journal, JournalModel::SentenceRole); };
    QTRY_VERIFY(journal->rowCount() > 8);
    auto all = journal->rowCount();
    journal->setFilter("invoice");
    QTRY_COMPARE(journal->rowCount(), 1);
    QVERIFY2(sentences()[0].contains("invoice.pdf"), qPrintable(sentences()[0]));
    journal->setFilter("no such thing");
    QTRY_COMPARE(journal->rowCount(), 0);
    journal->setFilter({});
    QTRY_COMPARE(journal->rowCount(), all);
    // Each sort is some of it, and no line is of two.
    QSet<QString> seen;
    for (int sort = 1; sort < journal->events().size(); ++sort) {
      journal->setEventIndex(sort);
      QTRY_VERIFY(journal->rowCount() > 0 && journal->rowCount() < all);
      for (auto& id : column(*journal, JournalModel::SequenceRole)) {
        QVERIFY2(!seen.contains(id), qPrintable(id));
        seen << id;
      }
    }
  }

  void endedGrantsStayAndCanBeGivenAgain() {
    World world;
    QVERIFY(world.ready());
    world.desk.grants()->setFilter("old notes");
    QTRY_COMPARE(world.desk.grants()->count(), 1);
    auto row = world.desk.grants()->index(0, 0);
    QVERIFY(row.data(GrantsModel::EndedRole).toBool());
    QVERIFY(row.data(GrantsModel::StateRole).toString().startsWith("stopped"));
    world.desk.grants()->giveAgain(row.data(GrantsModel::IdRole).toString());
    QTRY_VERIFY(world.broker.heard().contains("restore g9"));
    world.desk.grants()->setShowEnded(false);
    QTRY_COMPARE(column(*world.desk.grants(), GrantsModel::IdRole), QStringList("g9-again"));
  }

  void liveGrantIsNotGivenAgain() {
    World world;
    QVERIFY(world.ready());
    world.desk.grants()->giveAgain("g1");
    QTest::qWait(50);
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("restore"));
  }

  void endedGrantCannotBeSelected() {
    World world;
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->count() > 0);
    world.desk.grants()->select("g9", true);
    QCOMPARE(world.desk.grants()->selectedCount(), 0);
    world.desk.grants()->select("g1", true);
    world.desk.grants()->select("g2", true);
    auto chosen = world.desk.grants()->chosen("g1");
    chosen.sort();
    QCOMPARE(chosen, QStringList({"g1", "g2"}));
    // A row that is not among the selected ones is meant alone.
    QCOMPARE(world.desk.grants()->chosen("g3"), QStringList("g3"));
  }

  void stoppingSaysWhatEndsWithIt() {
    World world;
    QVERIFY(world.ready());
    world.desk.stopPlan()->begin({"g1"});
    QTRY_VERIFY(world.desk.stopPlan()->open());
    QVERIFY(world.desk.stopPlan()->lines().join(' ').contains("has it open"));
    world.desk.stopPlan()->keep();
    world.desk.stopPlan()->stop();  // Kept: there is nothing to stop any more.
    QTest::qWait(50);
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("revoke"));
  }

  void whoMayDieOfItIsNamedFirst() {
    World world;
    QVERIFY(world.ready());
    auto* plan = world.desk.stopPlan();
    plan->begin({"g1"});
    QTRY_VERIFY(plan->open());
    // As soon as it can be answered, not soon after.
    QVERIFY(plan->lines().first().contains("may stop at once"));
    QVERIFY(plan->lines().first().contains("soffice.bin"));
    QCOMPARE(plan->lines().filter("at once").size(), 1);
    QVERIFY(plan->lines().join(' ').contains("has it open"));
  }

  void nothingIsStoppedBeforeItIsKnownWhoMayDie() {
    World world;
    QVERIFY(world.ready());
    world.broker.keepSilent();
    auto* plan = world.desk.stopPlan();
    int openings = 0;
    connect(plan, &StopPlan::changed, this, [&] { openings += plan->open(); });
    plan->begin({"g1"});
    plan->stop();
    QVERIFY(!plan->open());
    world.broker.speak();
    QTRY_VERIFY(plan->open());
    QTest::qWait(1700);  // Past the longest look: what comes too late changes nothing.
    QCOMPARE(openings, 1);
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("revoke"));
    plan->stop();
    QVERIFY(world.heard("revoke g1"));
  }

  void whereItIsNotFoundOutWhoMayDieThatIsSaid() {
    World world;
    QVERIFY(world.ready());
    world.broker.keepSilent();
    auto* plan = world.desk.stopPlan();
    plan->begin({"g1"});
    QTRY_VERIFY(plan->open());
    QVERIFY(plan->lines().first().contains("could not be found out"));
    auto lines = plan->lines();
    world.broker.speak();
    QTest::qWait(50);
    QCOMPARE(plan->lines(), lines);
    plan->keep();
    QVERIFY(!plan->open());
  }

  void whatIsOpenIsShownWhileItIsLookedAt() {
    World world;
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->count() > 0);
    auto* files = world.desk.stopPlan()->files();
    QAbstractItemModelTester tester(files);
    QVERIFY(!files->open());
    files->show("no such");
    QVERIFY(!files->open());
    files->show("g1");
    QVERIFY(files->open());
    QTRY_COMPARE(files->rowCount(), 2);
    QVERIFY(column(*files, OpenFiles::ProgramRole)[0].contains("4711"));
    QVERIFY(column(*files, OpenFiles::ProgramRole)[1].contains("ended"));
    QVERIFY(column(*files, OpenFiles::UseRole)[0].contains("may change it"));
    QVERIFY(column(*files, OpenFiles::MappedRole)[0].contains("soffice.bin"));
    QVERIFY(column(*files, OpenFiles::MappedRole)[1].isEmpty());
    files->close();
    QCOMPARE(files->rowCount(), 0);
    QVERIFY(!files->open());
  }

  void oneFileIsStoppedAlone() {
    World world;
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->count() > 0);
    auto* files = world.desk.stopPlan()->files();
    files->show("g1");
    QTRY_COMPARE(files->rowCount(), 2);
    files->stop(7);
    files->stop(0);
    auto path = QString::fromUtf8(grantNamed(demoScript(), "g1").object.path);
    QVERIFY(world.heard("stop-file g1 " + path));
    QTRY_VERIFY(world.desk.undo()->text().contains("stays refused"));
    for (const auto& line : world.broker.heard()) QVERIFY(!line.startsWith("revoke"));
  }

  void inlineAnswerGoesToTheBroker() {
    World world;
    QVERIFY(world.ready());
    world.broker.present(demoRequest("change"));
    QTRY_COMPARE(world.desk.requests()->waiting(), 1);
    auto* question = world.desk.requests()->index(0, 0).data(RequestsModel::QuestionRole).value<Question*>();
    question->setLasting(int(Terms::Lasting::Run));
    question->allow();
    question->deny();  // Too late: a question has one answer.
    QVERIFY(world.heard("answer r-change allow read file run"));
    QTRY_COMPARE(world.desk.requests()->waiting(), 0);
    for (const auto& line : world.broker.heard()) QVERIFY(!line.contains("deny"));
  }

  void neverCanBeTakenBack() {
    World world;
    QVERIFY(world.ready());
    auto ids = column(*world.desk.requests(), RequestsModel::IdRole);
    for (const auto& id : std::as_const(ids)) {
      if (id.startsWith("r-network")) world.desk.requests()->change(id);
    }
    QTRY_VERIFY(world.broker.heard().join(' ').contains("forget r-network"));
  }

  void callsWithoutABrokerFailAndSaySo() {
    World world;
    QVERIFY(world.ready());
    world.broker.hangUp();
    QTRY_VERIFY(!world.session.online());
    QSignalSpy trouble(&world.session, &Session::trouble);
    trouble.clear();
    world.session.stopAll();
    QTRY_VERIFY(trouble.size() > 0);
    world.broker.pickUp();
    QTRY_VERIFY(world.session.online());
    QTest::qWait(50);
    QVERIFY(!world.broker.heard().contains("stop-all"));
  }

  void whatChangedMeanwhileIsReadAfterReconnecting() {
    World world;
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.grants()->count() > 0);
    auto before = world.desk.grants()->total();
    world.broker.hangUp();
    QTRY_VERIFY(!world.session.online());
    auto grant = grantNamed(demoScript(), "g1");
    grant.id = "meanwhile";
    world.broker.change(grant);
    world.broker.pickUp();
    QTRY_COMPARE(world.desk.grants()->total(), before + 1);
  }

  void storeTroubleIsSaid() {
    World world;
    QVERIFY(world.ready());
    Status status;
    status.store = "the disk is full";
    world.broker.change(status);
    QTRY_VERIFY(world.desk.health()->line().contains("the disk is full"));
  }

  void panicActions() {
    World world;
    QVERIFY(world.ready());
    world.desk.stopAll();
    QVERIFY(world.heard("stop-all"));
    world.desk.setNetworkOff(true);
    QVERIFY(world.heard("network off"));
    QTRY_VERIFY(world.desk.health()->networkOff());
    world.desk.undo()->takeBack();
    QVERIFY(world.heard("network on"));
  }

  void petnameIsKeptAndBounded() {
    World world;
    QVERIFY(world.ready());
    world.desk.page()->open("featherpad");
    world.desk.page()->setName(QString(500, 'x'));
    QVERIFY(world.heard("settings featherpad " + QString(60, 'x')));
    QCOMPARE(world.desk.page()->name().size(), 60);
    QCOMPARE(world.desk.apps()->nameOf("featherpad@work").size(), 60);
  }

  void processTreeFollowsParents() {
    World world;
    QVERIFY(world.ready());
    world.desk.activity()->setWatching(true);
    QTRY_VERIFY(world.desk.activity()->index(1, 0).data(ActivityModel::ProcessesRole).toInt() == 3);
    world.desk.activity()->toggle("i2");
    QStringList depths = column(*world.desk.activity(), ActivityModel::DepthRole);
    QCOMPARE(depths.mid(1, 4), QStringList({"0", "1", "2", "2"}));
    // An app takes what its processes take together.
    auto memory = column(*world.desk.activity(), ActivityModel::MemoryRole);
    QCOMPARE(memory.mid(1, 4), QStringList({wording::size(648'000'000), wording::size(212'000'000),
                                            wording::size(340'000'000), wording::size(96'000'000)}));
    // Of the processor nothing is known before the second look.
    QTRY_COMPARE(world.desk.activity()->index(1, 0).data(ActivityModel::CpuRole).toString(), "0.0 %");
    QCOMPARE(world.desk.activity()->index(2, 0).data(ActivityModel::CpuRole).toString(), "0.0 %");
  }

  // An app may say what it likes about its parents.
  void processesThatAreTheirOwnAncestorsEndTheTree() {
    auto script = demoScript();
    script.processes["i1"] = {{5, 6, "a", 0, 1, 0}, {6, 5, "b", 0, 1, 0}, {7, 7, "c", 0, 1, 0}};
    World world(script);
    QVERIFY(world.ready());
    world.desk.activity()->setWatching(true);
    QTest::qWait(200);
    world.desk.activity()->toggle("i1");
    QVERIFY(world.desk.activity()->count() < 10);
  }

  // xdg-desktop-portal issue 1545: markup in a notification.
  void xdp1545NotificationCarriesNoMarkup() {
    auto request = demoRequest("hostile");
    auto body = Notifier::body(request);
    QVERIFY(!body.contains('<'));
    QVERIFY(body.contains("&lt;b&gt;"));
    QVERIFY(body.size() < 400);
  }

  // CVE-2023-28101: control characters in what is shown.
  void cve202328101ControlCharactersAreShown() {
    Object object;
    object.path = "/home/x/a\x1b[2Jb\n.txt";
    QVERIFY(wording::thing(Terms::Kind::File, object).contains("\\x1b"));
    for (auto letter : wording::wholeName(Terms::Kind::File, object)) QVERIFY(letter.isPrint());
  }

  void pathsInTheJournalBeginAtTheHome() {
    JournalEntry entry;
    entry.event = "use";
    entry.target = QDir(QDir::homePath()).canonicalPath() + "/Documents/a.txt";
    QVERIFY(wording::sentence(entry, "App").contains(QChar(0x2068) + QString("~/Documents/a.txt")));
    entry.target = QDir(QDir::homePath()).canonicalPath() + "2/a.txt";
    QVERIFY(wording::sentence(entry, "App").contains(entry.target));
  }

  void rightsOfTheDesktopAreToldPlainly_data() {
    QTest::addColumn<QString>("target");
    for (auto target : {"shared-x11", "own-sandboxes", "gpu", "see-home-names", "sound", "tray", "media-keys",
                        "accessibility", "open-with", "x-clipboard", "microphone", "input-methods"})
      QTest::newRow(target) << target;
  }

  void rightsOfTheDesktopAreToldPlainly() {
    QFETCH(QString, target);
    Grant grant;
    grant.kind = Terms::Kind::Desktop;
    grant.object.target = target;
    JournalEntry entry;
    entry.event = "grant";
    entry.kind = grant.kind;
    entry.target = target;
    auto name = wording::thing(grant.kind, grant.object);
    QVERIFY(name != target && !name.isEmpty());
    QVERIFY(wording::sentence(entry, "App").contains(name, Qt::CaseInsensitive));
    QVERIFY(wording::reach(grant).contains(' '));
    // A file may be called like one of them.
    QCOMPARE(wording::thing(Terms::Kind::Network, grant.object), target);
    // Of one, and of no other: that it reaches these questions.
    auto* right = findRight(target);
    QVERIFY(right);
    constexpr auto WORDS = "see and control everything on your screen, including these questions";
    auto all = target == "shared-x11";
    QCOMPARE(right->wish().contains(WORDS), all);
    QCOMPARE(wording::reach(grant).contains(WORDS), all);
  }

  void limitsAreToldPlainly() {
    Grant grant;
    grant.kind = Terms::Kind::Network;
    grant.object.target = "example.org";
    QCOMPARE(wording::reach(grant), QString());
    grant.bytesPerSecond = 2'000'000;
    grant.bytesPerDay = 500'000'000;
    QCOMPARE(wording::reach(grant), "2 MB a second · 500.0 MB a day");
    QCOMPARE(wording::state(grant), "");
    grant.resting = true;
    QCOMPARE(wording::state(grant), "used up for today");
    grant = {};
    grant.kind = Terms::Kind::Network;
    grant.bytesInAll = 1'000'000'000;
    QCOMPARE(wording::reach(grant), "asks again after 1.0 GB");
    QVERIFY(wording::rule(grant, "App").contains("asks again after 1.0 GB"));
    for (auto* event : {"rest", "wake"}) {
      JournalEntry entry;
      entry.event = event;
      entry.kind = Terms::Kind::Network;
      entry.target = "example.org";
      QVERIFY(wording::sentence(entry, "App").contains("example.org"));
      QVERIFY(wording::sentence(entry, "App").contains(u"day"));
    }
  }

  void whoAnswersForNamesIsToldSo() {
    NetworkWish wish;
    wish.host = "dns.quad9.net";
    wish.port = 443;
    QVERIFY(wording::remark(wish).contains("without a name"));
    wish.host = "8.8.8.8";
    wish.port = 0;
    wish.protocol = "ping";
    QVERIFY(wording::remark(wish).isEmpty());
    wish.host = "www.example.org";
    wish.protocol = "tcp";
    QVERIFY(wording::remark(wish).isEmpty());
    wish.port = 853;
    QVERIFY(wording::remark(wish).contains("without a name"));
    // Where it leads is said first.
    wish.local = "192.168.1.1";
    QVERIFY(wording::remark(wish).contains("192.168.1.1"));
  }

  void destinationsAreToldPlainly_data() {
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("detail");
    auto row = [](const char* target, const char* name, const char* detail) {
      QTest::newRow(target) << target << name << detail;
    };
    row("imap.example.org:993/tcp", "imap.example.org", "mail (port 993)");
    row("203.0.113.9:4000/udp", "203.0.113.9", "port 4000, UDP");
    row("[2001:db8::7]:443/tcp", "\u20682001:db8::7\u2069", "web page, encrypted (port 443)");
    row("[2001:db8::7]", "\u20682001:db8::7\u2069", "every port");
    row("10.0.0.0/8", "10.0.0.0/8", "every port");
    row("nas.local:445/tcp@local", "nas.local", "in your local network · file sharing (port 445)");
    row("example.org:8000-8010/tcp", "example.org", "ports 8000-8010");
    row("dns.google:443/tcp", "dns.google",
        "web page, encrypted (port 443) · it answers for names: what comes then is asked about without one");
    row("[2620:fe::fe]", "\u20682620:fe::fe\u2069",
        "every port · it answers for names: what comes then is asked about without one");
    row("router.home.arpa:853/tcp@local", "router.home.arpa",
        "in your local network · port 853 · it answers for names: what comes then is asked about without one");
    row("8.8.8.8/ping", "8.8.8.8", "whether it is there (ping)");
    row("example.org/ping", "example.org", "whether it is there (ping)");
    row("*.example.org", "\u2068example.org\u2069 and all below it", "every port");
    row("internet", "The Internet", "not your local network");
    row("local-network", "Your local network", "not the Internet");
    row("everything", "Every network", "the Internet and your local network");
    row("what is this?", "What is this?", "every port");
  }

  void destinationsAreToldPlainly() {
    QFETCH(QString, target);
    Object object;
    object.target = target;
    QTEST(wording::thing(Terms::Kind::Network, object), "name");
    QTEST(wording::place(Terms::Kind::Network, object), "detail");
  }

  void connectionsAreShownAndEnded() {
    World world;
    QVERIFY(world.ready());
    auto& connections = *world.desk.connections();
    QTRY_VERIFY((connections.show("i2"), connections.open()));
    QTRY_COMPARE(connections.rowCount(), 6);
    auto at = [&](int row, int role) { return connections.index(row).data(role); };
    QCOMPARE(at(0, ConnectionsModel::OfferRole).toBool(), true);
    QCOMPARE(at(1, ConnectionsModel::ProgressRole).toString(), "waits for you");
    QCOMPARE(at(2, ConnectionsModel::HostRole).toString(), "www.example.org");
    QVERIFY(at(2, ConnectionsModel::DetailRole).toString().contains("93.184.216.34"));
    QVERIFY(at(3, ConnectionsModel::DetailRole).toString().contains("\u20682001:db8::7\u2069"));
    QVERIFY(!at(5, ConnectionsModel::LiveRole).toBool());
    connections.end(5);  // It has ended.
    connections.end(2);
    QVERIFY(world.heard("end-connection i2 4"));
    QTRY_VERIFY(at(2, ConnectionsModel::ProgressRole).toString().startsWith("ended by you"));
    QVERIFY(!world.broker.heard().contains("end-connection i2 1"));
    // What moves is drawn.
    QTRY_VERIFY_WITH_TIMEOUT(!connections.rates().isEmpty() && connections.rates().last() > 1000, 5000);
    connections.close();
    QVERIFY(connections.rates().isEmpty());
  }

  void aPortIsOfferedAndTakenBack() {
    World world;
    QVERIFY(world.ready());
    auto& connections = *world.desk.connections();
    QTRY_VERIFY((connections.show("i2"), connections.open()));
    QTRY_COMPARE(connections.rowCount(), 6);
    auto offered = [&] { return connections.index(0).data(ConnectionsModel::OfferedRole).toString(); };
    QCOMPARE(offered(), "");
    connections.offer(0, ConnectionsModel::ThisComputer);
    QTRY_COMPARE(offered(), "localhost");
    connections.offer(0, ConnectionsModel::LocalNetwork);  // Instead, not also.
    QTRY_COMPARE(offered(), "network");
    QCOMPARE(world.broker.heard().filter("revoke").size(), 1);
    connections.offer(0, ConnectionsModel::Nobody);
    QTRY_COMPARE(offered(), "");
    QCOMPARE(world.broker.heard().filter("grant ").size(), 2);
  }

  // Both would listen on one port, so the former ends first; it must not be lost.
  void anOfferThatCannotBeChangedStays() {
    auto script = demoScript();
    script.portIsTaken = true;
    World world(script);
    QVERIFY(world.ready());
    auto& connections = *world.desk.connections();
    QTRY_VERIFY((connections.show("i2"), connections.open()));
    QTRY_COMPARE(connections.rowCount(), 6);
    auto offered = [&] { return connections.index(0).data(ConnectionsModel::OfferedRole).toString(); };
    connections.offer(0, ConnectionsModel::ThisComputer);
    QTRY_COMPARE(offered(), "localhost");
    QSignalSpy told(&world.session, &Session::trouble);
    connections.offer(0, ConnectionsModel::LocalNetwork);
    QTRY_COMPARE(told.size(), 1);
    QVERIFY(told[0][0].toString().contains("the port is taken"));
    QCOMPARE(world.broker.heard().filter("restore ").size(), 1);
    QTRY_COMPARE(offered(), "localhost");
  }

  void whatListensByNowIsNotOfferedUnseen() {
    World world;
    QVERIFY(world.ready());
    auto& connections = *world.desk.connections();
    QTRY_VERIFY((connections.show("i2"), connections.open()));
    QTRY_COMPARE(connections.rowCount(), 6);
    QSignalSpy told(&world.session, &Session::trouble);
    world.broker.listensInstead(8);  // Since the row was read.
    connections.offer(0, ConnectionsModel::ThisComputer);
    QTRY_COMPARE(told.size(), 1);
    QTRY_COMPARE(connections.index(0).data(ConnectionsModel::OfferedRole).toString(), "");
  }

  void whoTalksIsShown() {
    World world;
    QVERIFY(world.ready());
    auto& activity = *world.desk.activity();
    QTRY_COMPARE(activity.rowCount(), 3);
    activity.setWatching(true);
    auto detail = [&](const char* instance) {
      for (int row = 0; row < activity.rowCount(); ++row) {
        if (activity.index(row).data(ActivityModel::InstanceRole) == QString::fromLatin1(instance))
          return activity.index(row).data(ActivityModel::DetailRole).toString();
      }
      return QString();
    };
    QTRY_VERIFY(detail("i2").contains("3 connection(s) in the last minute"));  // One waits, one has ended long ago.
    QVERIFY(detail("i2").contains("port 8080"));
    QVERIFY(!detail("i1").contains("connection") && !detail("i1").contains("port"));
    activity.setTalkingOnly(true);
    QCOMPARE(activity.rowCount(), 1);
    QCOMPARE(activity.running(), 3);
    QVERIFY(!detail("i2").isEmpty());
    activity.setTalkingOnly(false);
    QCOMPARE(activity.rowCount(), 3);
  }

  void aRuleOfTheNetworkIsChanged() {
    World world;
    QVERIFY(world.ready());
    auto& edit = *world.desk.ruleEdit();
    QString imap, internet;
    QTRY_VERIFY([&] {
      for (int row = 0; row < world.desk.grants()->rowCount(); ++row) {
        auto index = world.desk.grants()->index(row);
        if (index.data(GrantsModel::WholeRole).toString().contains("imap"))
          imap = index.data(GrantsModel::IdRole).toString();
        if (index.data(GrantsModel::ThingRole).toString().contains("Internet"))
          internet = index.data(GrantsModel::IdRole).toString();
      }
      return !imap.isEmpty() && !internet.isEmpty();
    }());
    edit.begin(imap);
    QVERIFY(edit.open() && edit.network() && edit.placed() && !edit.making());
    QCOMPARE(edit.place(), "imap.example.org:993/tcp");
    edit.setPerDay("much");
    edit.save();
    QVERIFY(edit.fault().contains("much"));
    QVERIFY(world.broker.heard().filter("edit ").isEmpty());
    edit.setPerDay("500");
    edit.setPerSecond("0.5");
    edit.setInAll("-1");
    edit.save();
    QVERIFY(!edit.fault().isEmpty());
    edit.setInAll("");
    QVERIFY(edit.sentence().contains("500.0 MB a day"));
    edit.save();
    QVERIFY(world.heard(
        QString("edit %1 thunderbird imap.example.org:993/tcp rate 500000 day 500000000 4 read").arg(imap)));
    QTRY_VERIFY(!edit.open());
    // What was there is shown, and stays to the byte where nobody touches it.
    edit.begin(internet);
    QCOMPARE(edit.reach(), int(RuleEdit::Internet));
    QVERIFY(!edit.placed());
    QCOMPARE(edit.perSecond(), "2");
    edit.setReach(RuleEdit::LocalNetwork);
    edit.setPerDay("");
    edit.save();
    QVERIFY(world.heard(QString("edit %1 mpv local-network rate 2000000 4 read").arg(internet)));
  }

  void presetsOfTheNetworkAreGiven() {
    World world;
    QVERIFY(world.ready());
    auto& edit = *world.desk.ruleEdit();
    edit.make("");
    QVERIFY(edit.open() && edit.making() && edit.sentence().isEmpty());
    edit.setHolder("okular");
    QVERIFY(edit.sentence().contains("okular"));
    QCOMPARE(edit.reaches().size(), 4);
    const char* targets[] = {"internet", "local-network", "everything"};
    for (int reach = 0; reach < 3; ++reach) {
      edit.make("okular");
      edit.setReach(reach);
      edit.setInAll("1000");
      edit.save();
      QVERIFY(world.heard(QString("grant okular %1 all 1000000000").arg(targets[reach])));
      QTRY_VERIFY(!edit.open());
    }
    edit.make("okular");
    edit.setReach(RuleEdit::OnePlace);
    edit.setPlace("nowhere at all");
    edit.save();
    QTRY_VERIFY(!edit.fault().isEmpty());
    QVERIFY(edit.open());
  }

  void anAppsLimitsAreSet() {
    World world;
    QVERIFY(world.ready());
    auto& page = *world.desk.page();
    page.open("featherpad");
    page.setNetworkRate(500);
    page.setNetworkPerDay(100);
    QVERIFY(world.heard("settings featherpad  rate=500000 day=100000000"));
    auto before = world.broker.heard().size();
    page.setNetworkRate(500);
    QCOMPARE(world.broker.heard().size(), before);
  }

  void servicesInPlainWords_data() {
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("detail");
    QTest::newRow("found") << "orders as db:5432/tcp" << "orders" << "found at db and localhost, port 5432";
    QTest::newRow("offered") << "postgres:5432 as orders" << "Port 5432 of postgres" << "offered as orders";
    QTest::newRow("of this computer") << "@computer:631 as printer" << "Port 631 of this computer"
                                      << "offered as printer";
    QTest::newRow("received") << "orders" << "orders" << "Service";
    QTest::newRow("not understood") << "as" << "as" << "Service";
  }
  void servicesInPlainWords() {
    QFETCH(QString, target);
    Object object;
    object.target = target;
    auto plain = [](QString words) { return words.remove(QChar(0x2068)).remove(QChar(0x2069)); };
    QTEST(plain(wording::thing(Terms::Kind::Service, object)), "name");
    QTEST(plain(wording::place(Terms::Kind::Service, object)), "detail");
  }

  void everyEndOfAConnectionHasItsWords() {
    QSet<QString> seen;
    using Ending = Connection::Ending;
    QCOMPARE(int(Ending::Failed), int(schema::Connection::Ending::FAILED));
    for (int i = 1; i <= int(Ending::Failed); ++i) {
      Connection connection;
      connection.state = Connection::State::Ended;
      connection.ending = Ending(i);
      auto words = wording::progress(connection);
      QVERIFY2(!words.startsWith("ended ") || Ending(i) == Ending::EndedByYou, qPrintable(words));
      seen << words;
    }
    QCOMPARE(seen.size(), int(Ending::Failed));
  }

  void connectionsCloseWithTheirApp() {
    World world;
    QVERIFY(world.ready());
    auto& connections = *world.desk.connections();
    QTRY_VERIFY((connections.show("i2"), connections.open()));
    world.session.stop("i2");
    QTRY_VERIFY(!connections.open());
  }

  void screensAreToldPlainly() {
    World world;
    QVERIFY(world.ready());
    QTRY_VERIFY(world.desk.activity()->count() > 0);
    auto detail = world.desk.activity()->index(0, 0).data(ActivityModel::DetailRole).toString();
    QVERIFY2(!detail.contains("wayland") && detail.contains("its own windows"), qPrintable(detail));
  }

  void settingsChangedElsewhereShow() {
    World world;
    QVERIFY(world.ready());
    world.desk.page()->open("featherpad");
    Settings settings;
    settings.app = "featherpad";
    settings.petname = "Notes";
    settings.cpuPercent = 50;
    settings.sharedX = true;
    settings.off = {"sound"};
    world.broker.change(settings);
    QTRY_COMPARE(world.desk.apps()->nameOf("featherpad"), QString("Notes"));
    QTRY_COMPARE(world.desk.page()->cpuPercent(), 50);
    QVERIFY(world.desk.page()->sharedX());
    QCOMPARE(world.desk.page()->off(), QStringList{"sound"});
    world.desk.page()->allow("tray", false);
    world.desk.page()->allow("sound", true);
    QCOMPARE(world.desk.page()->off(), QStringList{"tray"});
    // Somebody else's change nothing here.
    settings.app = "foot";
    settings.cpuPercent = 7;
    settings.petname = "Terminal";
    world.broker.change(settings);
    QTRY_COMPARE(world.desk.apps()->nameOf("foot"), QString("Terminal"));
    QCOMPARE(world.desk.page()->cpuPercent(), 50);
  }

  void unconfirmedStopOffersToStopTheApp() {
    World world;
    QVERIFY(world.ready());
    world.broker.doubt();
    auto* plan = world.desk.stopPlan();
    plan->begin({"g1"});
    QTRY_VERIFY(plan->open());
    QVERIFY(!plan->unsure());
    plan->stop();
    QTRY_VERIFY(plan->unsure());
    QVERIFY(plan->lines().join(' ').contains("stop the app to be sure"));
    plan->stopApps();
    QVERIFY(!plan->open());
    QTRY_VERIFY(world.broker.heard().join(' ').contains("stop i"));
  }

  void confirmedStopAsksNothingMore() {
    World world;
    QVERIFY(world.ready());
    auto* plan = world.desk.stopPlan();
    plan->begin({"g1"});
    QTRY_VERIFY(plan->open());
    plan->stop();
    QTRY_VERIFY(world.desk.undo()->showing());
    QVERIFY(!plan->open());
  }

  void triedAppIsShownWhenItEnds() {
    World world;
    QVERIFY(world.ready());
    world.desk.apps()->tryOut("foot");
    QTRY_VERIFY(world.broker.heard().contains("launch foot throwaway"));
    auto* trials = world.desk.trials();
    QVERIFY(!trials->open());
    world.home.addTrial("i103");
    QTRY_VERIFY(world.desk.apps()->runs("foot"));
    world.desk.apps()->stop("foot");
    QTRY_VERIFY(trials->open());
    QCOMPARE(tried(*trials, TrialReview::PathRole),
             QStringList({"~/Documents/letter.txt", "~/Documents/new.txt", "~/Documents/old.txt", "~/Documents/plans",
                          "~/Documents/plans/summer.txt", "~/Documents/shared.txt", "~/.config", "~/.config/featherpad",
                          "~/.config/featherpad/fp.conf"}));
    QCOMPARE(tried(*trials, TrialReview::WhatRole).mid(0, 3), QStringList({"changed", "new", "deleted"}));
    QCOMPARE(trials->conflicts(), 1);
    // What somebody else changed meanwhile is not chosen beforehand.
    QCOMPARE(trials->chosen(), 8);
    QCOMPARE(tried(*trials, TrialReview::ChosenRole)[5], QString("false"));
    QCOMPARE(world.home.read(world.home.path("Documents/letter.txt")), QByteArray("before\n"));
  }

  void trialsOfOthersWaitUntilLookedAt() {
    World world;
    world.home.addTrial("t1");
    QVERIFY(world.ready());
    auto* trials = world.desk.trials();
    QTRY_COMPARE(trials->waiting().size(), 1);
    QVERIFY(!trials->open());
    QCOMPARE(trials->waiting().first().name, QString("FeatherPad"));
    trials->look("t1");
    QTRY_VERIFY(trials->open());
    trials->later();
    QVERIFY(!trials->open());
    QTest::qWait(50);
    QCOMPARE(trials->waiting().size(), 1);
    QCOMPARE(world.home.read(world.home.path("Documents/letter.txt")), QByteArray("before\n"));
  }

  void chosenChangesAreKeptAndTheRestIsDiscarded() {
    World world;
    world.home.addTrial("t1");
    auto* trials = world.desk.trials();
    trials->look("t1");
    QTRY_VERIFY(trials->open());
    trials->chooseAll(false);
    QCOMPARE(trials->chosen(), 0);
    trials->choose(4, true);  // With the folder it lies in.
    QCOMPARE(trials->chosen(), 2);
    trials->choose(0, true);
    trials->keep();
    QTRY_VERIFY(!trials->open());
    auto document = [&](const char* name) { return world.home.path(QString("Documents/") + name); };
    QCOMPARE(world.home.read(document("letter.txt")), QByteArray("after\n"));
    QCOMPARE(world.home.read(document("plans/summer.txt")), QByteArray("sea\n"));
    QVERIFY(!QFile::exists(document("new.txt")));
    QCOMPARE(world.home.read(document("old.txt")), QByteArray("before\n"));
    QCOMPARE(world.home.read(document("shared.txt")), QByteArray("mine\n"));
    QTRY_VERIFY(trials->waiting().isEmpty());
    QVERIFY(!trial::exists(world.home.places(), "t1"));
    QVERIFY(world.desk.undo()->text().contains("Kept 3"));
  }

  void conflictIsReplacedOnlyWhenChosen() {
    World world;
    world.home.addTrial("t1");
    auto* trials = world.desk.trials();
    trials->look("t1");
    QTRY_VERIFY(trials->open());
    trials->choose(5, true);
    trials->keep();
    QTRY_VERIFY(!trials->open());
    QCOMPARE(world.home.read(world.home.path("Documents/shared.txt")), QByteArray("theirs\n"));
    QVERIFY(!QFile::exists(world.home.path("Documents/old.txt")));
    QVERIFY(QFile::exists(world.home.privateFolder("featherpad") + "/.config/featherpad/fp.conf"));
  }

  // Between the look and the answer: nothing of others is overwritten, and what was not kept stays to be decided.
  void changedBetweenLookingAndKeepingIsNotOverwritten() {
    World world;
    world.home.addTrial("t1");
    auto* trials = world.desk.trials();
    trials->look("t1");
    QTRY_VERIFY(trials->open());
    world.home.write(world.home.path("Documents/letter.txt"), "mine too\n");
    trials->keep();
    QTRY_VERIFY(trials->count() == 2);
    QVERIFY(trials->open());
    QCOMPARE(trials->chosen(), 0);
    QVERIFY(!tried(*trials, TrialReview::FaultRole)[0].isEmpty());
    QCOMPARE(world.home.read(world.home.path("Documents/letter.txt")), QByteArray("mine too\n"));
    trials->discard();
    QTRY_VERIFY(!trials->open());
    QVERIFY(!trial::exists(world.home.places(), "t1"));
  }

  void discardedTrialChangesNothing() {
    World world;
    world.home.addTrial("t1");
    auto* trials = world.desk.trials();
    trials->look("t1");
    QTRY_VERIFY(trials->open());
    trials->discard();
    QTRY_VERIFY(!trials->open());
    QVERIFY(!trial::exists(world.home.places(), "t1"));
    QCOMPARE(world.home.read(world.home.path("Documents/letter.txt")), QByteArray("before\n"));
    QVERIFY(!QFile::exists(world.home.path("Documents/new.txt")));
  }

  void trialThatChangedNothingAsksNothing() {
    World world;
    world.home.addIdleTrial("t1");
    world.desk.trials()->look("t1");
    QTRY_VERIFY(world.desk.undo()->text().contains("changed nothing"));
    QVERIFY(!world.desk.trials()->open());
    QVERIFY(!trial::exists(world.home.places(), "t1"));
  }

  void runningTrialIsNotDecided() {
    World world;
    world.home.addTrial("t1");
    auto held = trial::begin(trial::trialsDirectory(world.home.places().data) + "/t1");
    world.desk.trials()->look("t1");
    QTest::qWait(300);
    QVERIFY(!world.desk.trials()->open());
    QVERIFY(world.desk.trials()->waiting().isEmpty());
  }

  void privateFolderStartsAfreshAndComesBack() {
    World world;
    world.home.addPrivateFiles("featherpad");
    world.home.write(world.home.privateFolder("featherpad", "work") + "/a", "a");
    world.desk.page()->open("featherpad");
    auto folders = world.desk.page()->folders();
    QCOMPARE(folders.size(), 2);
    QCOMPARE(folders[1]->profile(), QString("work"));
    auto* folder = folders.first();
    QTRY_COMPARE(folder->size(), wording::size(4'200'000));
    folder->startAfresh();
    QTRY_VERIFY(folder->hasFormer());
    QCOMPARE(folder->formerSize(), wording::size(4'200'000));
    QVERIFY(!QFile::exists(folder->path()));
    world.home.write(folder->path() + "/new", "n");
    folder->bringBack();
    QTRY_COMPARE(folder->size(), wording::size(4'200'000));
    QCOMPARE(world.home.read(folder->former() + "/new"), QByteArray("n"));
    folder->deleteFormer();
    QTRY_VERIFY(!folder->hasFormer());
    QVERIFY(QFile::exists(folder->path() + "/.config/settings.conf"));
    QVERIFY(!QFile::exists(folder->former()));
  }

  // An app may have put anything there: links are neither counted nor followed.
  void linksInAPrivateFolderAreNotFollowed() {
    World world;
    world.home.write(world.home.path("Documents/mine.txt"), QByteArray(50'000, 'x'));
    auto home = world.home.privateFolder("featherpad");
    world.home.write(home + "/own", "12345");
    QVERIFY(QFile::link(world.home.path("Documents"), home + "/documents"));
    world.desk.page()->open("featherpad");
    auto* folder = world.desk.page()->folders().first();
    QTRY_COMPARE(folder->size(), wording::size(5));
    folder->startAfresh();
    QTRY_VERIFY(folder->hasFormer());
    folder->deleteFormer();
    QTRY_VERIFY(!folder->hasFormer());
    QVERIFY(QFile::exists(world.home.path("Documents/mine.txt")));
  }

  void copyOfAPrivateFolderIsPacked() {
    World world;
    QTemporaryDir downloads;
    // QStandardPaths reads it each time.
    qputenv("XDG_CONFIG_HOME", downloads.path().toLocal8Bit());
    world.home.write(downloads.filePath("user-dirs.dirs"),
                     "XDG_DOWNLOAD_DIR=\"" + downloads.path().toLocal8Bit() + "/to\"\n");
    world.home.write(world.home.privateFolder("featherpad") + "/a", "12345");
    world.desk.page()->open("featherpad");
    auto* folder = world.desk.page()->folders().first();
    folder->saveCopy();
    QTRY_VERIFY2_WITH_TIMEOUT(folder->copied(), qPrintable(folder->told()), 20000);
    qunsetenv("XDG_CONFIG_HOME");
    auto copies = QDir(downloads.filePath("to")).entryInfoList({"FeatherPad*.tar.gz"}, QDir::Files);
    QCOMPARE(copies.size(), 1);
    QVERIFY(!(copies.first().permissions() & (QFile::ReadGroup | QFile::ReadOther)));
    QProcess list;
    list.start("tar", {"--list", "--force-local", "--file", copies.first().filePath()});
    QVERIFY(list.waitForFinished());
    QVERIFY(list.readAllStandardOutput().contains("home/a\n"));
  }

  void namesInSentencesAreIsolated() {
    JournalEntry entry;
    entry.event = "use";
    entry.target = "ملف";
    auto sentence = wording::sentence(entry, "App");
    QVERIFY(sentence.contains(QChar(0x2068) + entry.target + QChar(0x2069)));
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::ModelsTest)
#include "models-test.moc"
