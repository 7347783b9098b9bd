// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Sharing behind the window, with a scripted broker: both sides are looked at, what is shown and what was asked.

#include <QAbstractItemModelTester>
#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/ui/demo/demo-home.h"
#include "app/ui/demo/demo-machines.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/demo/fake-world.h"
#include "app/ui/desk.h"
#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

QString plain(QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); }

struct World {
  FakeBroker broker;
  DemoCatalog catalog{DemoCatalog::some()};
  Session session{broker.door(), Session::Presents::Nothing};
  DemoHome home;
  Desk desk{session, catalog, home.places()};
  MachinesModel& machines = *desk.machines();
  OffersModel& offers = *desk.machine()->offers();
  ShareDraft& draft = *desk.share();
  OfferUse& use = *desk.offerUse();

  explicit World(Script script = demoScript()) : broker(std::move(script)) {}
  // With the page of this machine open.
  bool ready(const QString& petname = "Anna's laptop") {
    if (!QTest::qWaitFor([&] { return session.online() && machines.known(); }, 10000)) return false;
    desk.machine()->open(idOf(petname));
    return QTest::qWaitFor([&] { return offers.count() > 0; }, 10000);
  }
  QString idOf(const QString& petname) const {
    for (const auto& machine : machines.all())
      if (machine.petname == petname) return machine.id;
    return {};
  }
  bool heard(const QString& line) {
    return QTest::qWaitFor([&] { return broker.heard().contains(line); }, 10000);
  }
  bool everHeard(const QString& start) const {
    for (const auto& line : broker.heard())
      if (line.startsWith(start)) return true;
    return false;
  }
  QVariant of(const QString& title, int role) const {
    for (int row = 0; row < offers.count(); ++row)
      if (offers.index(row, 0).data(OffersModel::TitleRole) == title) return offers.index(row, 0).data(role);
    return {};
  }
  QString says(const QString& title, int role) const { return plain(of(title, role).toString()); }
  MachineOffer offer(const QString& title) const { return *offers.find(of(title, OffersModel::IdRole).toString()); }
  bool told(const QString& part) {
    return QTest::qWaitFor([&] { return plain(desk.undo()->text()).contains(part); }, 10000);
  }
  QVariant ofGrant(GrantsModel* grants, const QString& place, int role) const {
    for (int row = 0; row < grants->count(); ++row)
      if (plain(grants->index(row, 0).data(GrantsModel::PlaceRole).toString()).contains(place))
        return grants->index(row, 0).data(role);
    return {};
  }
  bool lookedForServices() {
    return QTest::qWaitFor([&] { return !draft.looking(); }, 10000);
  }
};

QStringList column(const QAbstractItemModel& model, int role) {
  QStringList list;
  for (int row = 0; row < model.rowCount(); ++row) list << model.index(row, 0).data(role).toString();
  return list;
}

}  // namespace

class SharingModelTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  // --- offers

  void newOffersComeFirstAndThoseThatAreOverLast() {
    World world;
    QVERIFY(world.ready());
    QCOMPARE(column(world.offers, OffersModel::TitleRole),
             QStringList({"orders:5432", "printer", "mail archive", "wiki:8080", "notes:8000", "camera", "build server",
                          "chess"}));
    QCOMPARE(column(world.offers, OffersModel::GroupRole),
             QStringList({"New", "New", "You may use", "You may use", "Not any more", "Not any more", "Not any more",
                          "Not any more"}));
    QCOMPARE(world.offers.fresh(), 2);
    QCOMPARE(world.machines.fresh(), 2);
    world.desk.machine()->open(world.idOf("Home server"));
    QCOMPARE(column(world.offers, OffersModel::TitleRole), QStringList({"media:8096"}));
    QCOMPARE(world.offers.fresh(), 0);
    world.desk.machine()->open(world.idOf("Tablet"));
    QCOMPARE(world.offers.count(), 0);
  }

  void everyStateOfAnOfferHasItsWords_data() {
    QTest::addColumn<MachineOffer::State>("state");
    QTest::addColumn<MachineOffer::Cause>("cause");
    QTest::addColumn<QString>("why");
    QTest::addColumn<QString>("says");
    using State = MachineOffer::State;
    using Cause = MachineOffer::Cause;
    QTest::newRow("new") << State::New << Cause::None << "" << "Offered just now";
    QTest::newRow("accepted") << State::Accepted << Cause::None << "" << "No app has it yet";
    QTest::newRow("paused") << State::Accepted << Cause::Suspended << "its owner has paused it"
                            << "Paused by its owner";
    QTest::newRow("declined") << State::Declined << Cause::None << "" << "Given back or declined by you · yesterday";
    QTest::newRow("ended") << State::Over << Cause::EndedByOwner << "its owner has ended it"
                           << "Ended by its owner · yesterday";
    QTest::newRow("expired") << State::Over << Cause::Expired << "its time is over" << "Expired · yesterday";
    QTest::newRow("used up") << State::Over << Cause::UsedUp << "it is used up" << "Used up · yesterday";
    QTest::newRow("lost") << State::Over << Cause::OwnerLost << "its owner has lost it"
                          << "Its owner does not have it any more · yesterday";
    QTest::newRow("replaced") << State::Over << Cause::Replaced << "its owner has replaced it"
                              << "Replaced by its owner · yesterday";
    QTest::newRow("of a newer broker") << State::Over << Cause::None << "it was too much"
                                       << "it was too much · yesterday";
  }
  void everyStateOfAnOfferHasItsWords() {
    QFETCH(MachineOffer::State, state);
    QFETCH(MachineOffer::Cause, cause);
    QFETCH(QString, why);
    QFETCH(QString, says);
    World world;
    QVERIFY(world.ready());
    MachineOffer offer;
    offer.id = "fresh";
    offer.machine = world.idOf("Anna's laptop");
    offer.title = "thing";
    offer.state = state;
    offer.cause = cause;
    offer.why = why;
    offer.suspended = cause == MachineOffer::Cause::Suspended;
    offer.since = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    if (offer.ended())
      offer.over = QDate::currentDate().addDays(-1).startOfDay().addSecs(43'200).toMSecsSinceEpoch() * 1'000'000;
    world.broker.change(offer);
    QTRY_COMPARE(world.says("thing", OffersModel::StateRole), says);
    QCOMPARE(world.of("thing", OffersModel::UsableRole).toBool(), !offer.ended());
    QCOMPARE(world.of("thing", OffersModel::UsersRole).value<QList<OfferUser>>().size(), 0);
  }

  void whatIsNotConnectedCannotBeReachedNow() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(!world.says("orders:5432", OffersModel::StateRole).contains("cannot be reached"));
    auto machine = *world.machines.find(world.idOf("Anna's laptop"));
    machine.state = Machine::State::Offline;
    world.broker.change(machine);
    QTRY_VERIFY(world.says("orders:5432", OffersModel::StateRole).endsWith(" · cannot be reached now"));
    QVERIFY(world.says("mail archive", OffersModel::StateRole).endsWith("No app has it yet · cannot be reached now"));
    // What is over is over, wherever the other one is.
    QVERIFY(!world.says("camera", OffersModel::StateRole).contains("cannot be reached"));
  }

  void termsSayAllThatIsLimited() {
    World world;
    QVERIFY(world.ready());
    auto terms = world.says("orders:5432", OffersModel::TermsRole);
    QVERIFY2(terms.startsWith("Until ") && terms.endsWith(" · at most 10 use(s) · at most 500.0 MB"),
             qPrintable(terms));
    QCOMPARE(world.says("wiki:8080", OffersModel::TermsRole), "Until its owner ends it · you may pass it on");
    QCOMPARE(world.says("printer", OffersModel::ChainRole), "office-gateway → Anna's laptop");
    QCOMPARE(world.says("orders:5432", OffersModel::ChainRole), "");
  }

  void whoHasSomethingOfItHangsBelowIt() {
    World world;
    QVERIFY(world.ready());
    auto users = [&] { return world.of("wiki:8080", OffersModel::UsersRole).value<QList<OfferUser>>(); };
    QTRY_COMPARE(users().size(), 2);
    QCOMPARE(users()[0].name, "Chromium");
    QVERIFY2(plain(users()[0].line).startsWith("found at wiki and localhost, port 8080"), qPrintable(users()[0].line));
    QCOMPARE(users()[0].live, 1);
    QCOMPARE(users()[0].stripe, -1);
    QCOMPARE(users()[1].name, "Desk at work");
    QVERIFY2(users()[1].line.startsWith("passed on to it"), qPrintable(users()[1].line));
    QCOMPARE(users()[1].stripe, 1);
    QCOMPARE(world.says("wiki:8080", OffersModel::StateRole), "In use");
    QVERIFY(world.of("wiki:8080", OffersModel::PassableRole).toBool());
    QVERIFY(!world.of("mail archive", OffersModel::PassableRole).toBool());
    QVERIFY(!world.of("orders:5432", OffersModel::PassableRole).toBool());
  }

  void declinedByTheButtonAlone() {
    World world;
    QVERIFY(world.ready());
    auto id = world.offer("printer").id;
    world.offers.decline(id);
    QVERIFY(world.heard("decline " + id));
    QTRY_COMPARE(world.offers.fresh(), 1);
    QVERIFY(world.told("Declined: “printer”. Only Anna's laptop can offer it again."));
    QVERIFY(!world.desk.undo()->possible());
    QCOMPARE(world.says("printer", OffersModel::StateRole), "Given back or declined by you · just now");
    QCOMPARE(world.of("printer", OffersModel::GroupRole).toString(), "Not any more");
    // One that was accepted is not declined without what ends with it being said.
    world.offers.decline(world.offer("wiki:8080").id);
    world.offers.decline(world.offer("camera").id);
    world.offers.decline("nothing");
    QTest::qWait(50);
    QCOMPARE(world.broker.heard().filter("decline ").size(), 1);
  }

  void givenBackAfterWhatEndsWasSaid() {
    World world;
    QVERIFY(world.ready());
    auto* plan = world.desk.stopPlan();
    plan->begin({world.offer("wiki:8080").grant});
    QTRY_VERIFY(plan->open());
    QCOMPARE(plain(plan->title()), "Give back “wiki:8080” of Anna's laptop?");
    auto lines = plain(plan->lines().join('\n'));
    for (const auto* part : {"It is in use at this moment", "“wiki:8080”, used by Chromium",
                             "“wiki:8080”, used by Desk at work", "Only Anna's laptop can give it again."})
      QVERIFY2(lines.contains(part), qPrintable(lines));
    QVERIFY(!world.everHeard("revoke"));
    plan->stop();
    QTRY_VERIFY(world.everHeard("revoke"));
    QVERIFY(world.told("Stopped 3 thing(s)"));
    // Nothing of it comes back by this person's word.
    QVERIFY(!world.desk.undo()->possible());
    QTRY_COMPARE(world.of("wiki:8080", OffersModel::GroupRole).toString(), "Not any more");
    QCOMPARE(world.of("wiki:8080", OffersModel::UsersRole).value<QList<OfferUser>>().size(), 0);
  }

  void oneUserIsStoppedAloneAndComesBackByUndo() {
    World world;
    QVERIFY(world.ready());
    auto users = [&] { return world.of("wiki:8080", OffersModel::UsersRole).value<QList<OfferUser>>(); };
    QTRY_COMPARE(users().size(), 2);
    auto* plan = world.desk.stopPlan();
    plan->begin({users()[0].grant});
    QTRY_VERIFY(plan->open());
    QVERIFY(plain(plan->title()).startsWith("Stop Chromium using "));
    plan->stop();
    QTRY_COMPARE(users().size(), 1);
    QCOMPARE(world.of("wiki:8080", OffersModel::GroupRole).toString(), "You may use");
    QTRY_VERIFY(world.desk.undo()->possible());
    world.desk.undo()->takeBack();
    QTRY_COMPARE(users().size(), 2);
  }

  // --- the place of machines

  void whoOffersSomethingNewComesBeforeOthers() {
    World world;
    QVERIFY(world.ready());
    auto of = [&](const QString& petname, int role) {
      for (int row = 0; row < world.machines.count(); ++row) {
        auto index = world.machines.index(row, 0);
        if (index.data(MachinesModel::PetnameRole) == petname) return plain(index.data(role).toString());
      }
      return QString("no such row");
    };
    QCOMPARE(of("Anna's laptop", MachinesModel::FreshRole), "“orders:5432”, “printer”");
    QCOMPARE(of("Anna's laptop", MachinesModel::UsedHereRole), "“wiki:8080”, “mail archive”");
    QCOMPARE(of("Home server", MachinesModel::FreshRole), "");
    QCOMPARE(of("Desk at work", MachinesModel::UsesRole), "“wiki:8080”, Port 5432 of this computer, site");
    MachineOffer offer;
    offer.id = "fresh";
    offer.machine = world.idOf("Home server");
    offer.title = "a printer";
    QSignalSpy changed(&world.machines, &MachinesModel::freshChanged);
    world.broker.change(offer);
    QTRY_COMPARE(world.machines.fresh(), 3);
    QVERIFY(!changed.isEmpty());
    auto names = column(world.machines, MachinesModel::PetnameRole);
    QVERIFY(names.indexOf("Home server") < names.indexOf("Desk at work"));
    // What needs the person comes before that, and who is blocked is not heard.
    QVERIFY(names.indexOf("Tablet") < names.indexOf("Anna's laptop"));
    offer.id = "blocked";
    offer.machine = world.idOf("Lent phone");
    world.broker.change(offer);
    QTest::qWait(100);
    QCOMPARE(of("Lent phone", MachinesModel::FreshRole), "");
    QCOMPARE(column(world.machines, MachinesModel::PetnameRole).last(), "Lent phone");
    QCOMPARE(world.machines.fresh(), 3);
  }

  // --- what it may use

  void whatIsSharedSaysHowMuchOfItWasUsed() {
    World world;
    QVERIFY(world.ready());
    auto* grants = world.desk.machine()->grants();
    auto note = [&](const QString& place) {
      return plain(world.ofGrant(grants, place, GrantsModel::NoteRole).toString());
    };
    QTRY_COMPARE(note("offered as dev server"), "3 of 10 use(s) · 2 MB of 500.0 MB · may be passed on");
    world.desk.machine()->open(world.idOf("Desk at work"));
    QTRY_COMPARE(note("offered as database"), "not accepted yet");
    QTRY_VERIFY(!world.ofGrant(grants, "Service", GrantsModel::NoteRole).isNull());
    QCOMPARE(note("Service"), "passed on from Anna's laptop");
  }

  void keysListWhoHoldsAndNotWhatThisMachineWasGiven() {
    World world;
    QVERIFY(world.ready());
    auto* grants = world.desk.grants();
    QTRY_VERIFY(grants->count() > 5);
    for (const auto& holder : column(*grants, GrantsModel::HolderRole)) QVERIFY(!holder.startsWith("from:"));
    grants->setFilter("wiki");
    QTRY_COMPARE(grants->count(), 2);
    // What its title looks like does not make it one of this machine's.
    for (const auto& thing : column(*grants, GrantsModel::ThingRole)) QCOMPARE(plain(thing), "“wiki:8080”");
    QCOMPARE(world.ofGrant(grants, "found at wiki", GrantsModel::WhoRole).toString(), "Chromium");
    QCOMPARE(plain(world.ofGrant(grants, "found at wiki", GrantsModel::NoteRole).toString()), "of Anna's laptop");
  }

  // --- the share sheet

  void nothingHappensBeforeTheButton() {
    World world;
    QVERIFY(world.ready());
    auto before = world.broker.heard().size();
    world.draft.begin(world.idOf("Anna's laptop"));
    QVERIFY(world.lookedForServices());
    world.draft.setName("dev server");
    world.draft.setUses("10");
    world.draft.setMayPassOn(true);
    world.draft.cancel();
    QVERIFY(!world.draft.open());
    QTest::qWait(100);
    QCOMPARE(world.broker.heard().size(), before);
    // The next time begins anew.
    world.draft.begin(world.idOf("Anna's laptop"));
    QCOMPARE(world.draft.name(), "");
    QCOMPARE(world.draft.uses(), "");
    QVERIFY(!world.draft.mayPassOn());
    QCOMPARE(world.draft.lasting(), int(ShareDraft::EightHours));
  }

  void whatAnAppOffersIsShared() {
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Anna's laptop"));
    QVERIFY(world.lookedForServices());
    QCOMPARE(world.draft.services().size(), 1);
    QCOMPARE(plain(world.draft.services()[0].text), "Chromium (work), port 8080");
    // One alone is chosen.
    QCOMPARE(world.draft.service(), 0);
    world.draft.setName("  dev   server ");
    world.draft.setUses("10");
    world.draft.setBytes("1.5 GB");
    world.draft.setMayPassOn(true);
    auto says = plain(world.draft.sentence());
    QVERIFY2(says.startsWith("Anna's laptop may use port 8080 of Chromium (work) until "), qPrintable(says));
    QVERIFY2(says.endsWith("At most 10 use(s). At most 1.5 GB. It may let other machines use it too."),
             qPrintable(says));
    world.draft.share();
    QVERIFY(world.heard(
        "share Anna's laptop service chromium@work:8080 as dev server for 8 h uses=10 bytes=1500000000 pass"));
    QTRY_VERIFY(!world.draft.open());
    QVERIFY(world.told("port 8080 of Chromium (work) is offered to Anna's laptop"));
    auto* grants = world.desk.machine()->grants();
    auto shared = [&] {
      int living = 0;
      for (int row = 0; row < grants->count(); ++row) {
        auto index = grants->index(row, 0);
        living += index.data(GrantsModel::PlaceRole).toString().contains("dev server") &&
                  !index.data(GrantsModel::EndedRole).toBool();
      }
      return living;
    };
    QTRY_COMPARE(shared(), 2);
    world.desk.undo()->takeBack();
    QTRY_COMPARE(shared(), 1);
  }

  void whatTheComputerOffersIsShared() {
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Home server"));
    world.draft.setWhat(ShareDraft::OfComputer);
    world.draft.setPort(" 5432 ");
    world.draft.setLasting(ShareDraft::UntilStopped);
    QCOMPARE(plain(world.draft.sentence()), "Home server may use port 5432 of this computer until you stop it.");
    world.draft.share();
    QVERIFY(world.heard("share Home server service @computer:5432 as  always uses=0 bytes=0"));
  }

  void aComputerOfTheNetworkIsSharedByItsOwnName() {
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Anna's laptop"));
    world.draft.setName("orders");
    world.draft.setWhat(ShareDraft::OfNetwork);
    QVERIFY(!world.draft.nameable());
    world.draft.setHost("db.example.org:5432");
    world.draft.setLasting(ShareDraft::SevenDays);
    world.draft.share();
    // A name typed for something else before is not told.
    QVERIFY(world.heard("share Anna's laptop network db.example.org:5432 as  for 168 h uses=0 bytes=0"));
  }

  // --- apps

  void anAppOfAnotherMachineIsStartedAndStopped() {
    World world(farAppScript());
    QVERIFY(world.ready());
    QCOMPARE(world.says("Weather", OffersModel::KindRole), "An app, to start and stop there");
    QCOMPARE(world.says("Weather", OffersModel::StateRole), "Not running");
    QVERIFY(world.of("Weather", OffersModel::AppRole).toBool());
    QVERIFY(world.of("Weather", OffersModel::StartableRole).toBool());
    QVERIFY(!world.of("Weather", OffersModel::RunningRole).toBool());
    // It is given to no app.
    QVERIFY(!world.of("Weather", OffersModel::UsableRole).toBool());
    auto id = world.offer("Weather").id;
    world.offers.stop(id);
    world.offers.start(id);
    QVERIFY(world.heard("start " + id));
    QTRY_VERIFY(world.of("Weather", OffersModel::RunningRole).toBool());
    QVERIFY(world.says("Weather", OffersModel::StateRole).startsWith("Running since "));
    QVERIFY(!world.of("Weather", OffersModel::StartableRole).toBool());
    world.offers.start(id);
    world.offers.stop(id);
    QVERIFY(world.heard("stop " + id));
    QTRY_VERIFY(world.says("Weather", OffersModel::StateRole).startsWith("Ended · "));
    QCOMPARE(world.broker.heard().filter("start ").size(), 1);
    QCOMPARE(world.broker.heard().filter("stop ").size(), 1);
  }

  void anAppIsAcceptedWithoutMoreBeingAsked() {
    World world(farAppScript());
    QVERIFY(world.ready());
    auto id = world.offer("Scanner").id;
    world.offers.start(id);  // Not before.
    world.offers.take(id);
    QVERIFY(world.heard("accept " + id + "   always"));
    QVERIFY(world.told("You can start “Scanner” on Anna's laptop."));
    QTRY_VERIFY(world.of("Scanner", OffersModel::StartableRole).toBool());
    QVERIFY(!world.everHeard("start"));
    // What is no app, or was accepted before, is not taken so.
    world.offers.take(id);
    QTest::qWait(50);
    QCOMPARE(world.broker.heard().filter("accept ").size(), 1);
  }

  void everyStateOfAnAppHasItsWords_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("refused");
    QTest::addColumn<bool>("connected");
    QTest::addColumn<QString>("words");
    using State = FarRun::State;
    QTest::newRow("not running") << int(State::None) << 0 << "" << true << "Not running";
    QTest::newRow("starting") << int(State::Starting) << 0 << "" << true << "Starting…";
    QTest::newRow("running") << int(State::Running) << 0 << "" << true << "Running since ";
    QTest::newRow("running, and lately refused") << int(State::Running) << 0 << "x: no" << true << "Running since ";
    QTest::newRow("ended well") << int(State::Exited) << 0 << "" << true << "Ended · ";
    QTest::newRow("ended badly") << int(State::Exited) << 3 << "" << true << "Ended with status 3 · ";
    QTest::newRow("killed") << int(State::Signalled) << 9 << "" << true << "Ended by signal 9 · ";
    QTest::newRow("failed") << int(State::Failed) << 0 << "" << true << "It could not be started there · ";
    QTest::newRow("refused") << int(State::Exited) << 3 << "x: no" << true << "Refused";
    QTest::newRow("lost") << int(State::Running) << 0 << "" << false
                          << "It ran when the connection was lost · cannot be reached now";
    QTest::newRow("away") << int(State::None) << 0 << "" << false << "Not running · cannot be reached now";
  }
  void everyStateOfAnAppHasItsWords() {
    QFETCH(int, state);
    QFETCH(int, code);
    QFETCH(QString, refused);
    QFETCH(bool, connected);
    QFETCH(QString, words);
    World world(farAppScript());
    QVERIFY(world.ready());
    auto offer = world.offer("Weather");
    offer.run = {FarRun::State(state), code, fakeNow() - 60'000'000'000};
    offer.refused = refused;
    world.broker.change(offer);
    if (!connected) {
      auto machine = *world.machines.find(world.idOf("Anna's laptop"));
      machine.state = Machine::State::Offline;
      world.broker.change(machine);
    }
    QTRY_VERIFY2(world.says("Weather", OffersModel::StateRole).startsWith(words),
                 qPrintable(world.says("Weather", OffersModel::StateRole)));
    bool live = state == int(FarRun::State::Starting) || state == int(FarRun::State::Running);
    QCOMPARE(world.of("Weather", OffersModel::RunningRole).toBool(), live);
  }

  void whyItWasRefusedIsSaid() {
    World world(farAppScript());
    QVERIFY(world.ready());
    world.offers.start(world.offer("Radio").id);
    QVERIFY(world.told("it cannot be started there now"));
  }

  void anAppIsShared() {
    World world(farAppScript());
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Home server"));
    world.draft.setWhat(ShareDraft::OfStart);
    world.draft.setBytes("500 MB");  // Of something else that was thought of.
    QVERIFY(world.draft.nameable() && !world.draft.ofBytes());
    world.draft.share();
    QCOMPARE(world.draft.faulty(), ShareDraft::TheThing);
    QCOMPARE(world.draft.fault(), "Choose an app.");
    for (const auto& app : world.draft.apps()) QVERIFY2(!app.holder.contains('/'), qPrintable(app.holder));
    world.draft.setFilter("feather");
    QCOMPARE(world.draft.apps().size(), 1);
    auto app = world.draft.apps().first();
    world.draft.setApp(app.holder);
    world.draft.setUses("5");
    world.draft.setLasting(ShareDraft::UntilStopped);
    QCOMPARE(plain(world.draft.sentence()),
             plain("Home server may start and stop " + app.name +
                   " until you stop it. At most 5 use(s). It sees whether it runs, and nothing that it says."));
    world.draft.share();
    QVERIFY2(world.heard("share Home server app " + app.holder + " as " + app.name + " always uses=5 bytes=0"),
             qPrintable(world.broker.heard().join('\n')));
  }

  void whoStartedAnAppIsSaid() {
    World world(farAppScript());
    QVERIFY(world.ready());
    auto* activity = world.desk.activity();
    QTRY_VERIFY(activity->rowCount() > 0);
    QTRY_VERIFY(plain(column(*activity, ActivityModel::DetailRole).join('\n')).contains("started by Anna's laptop"));
    JournalEntry entry;
    entry.event = "start";
    entry.outcome = "by Anna's laptop";
    QCOMPARE(plain(wording::sentence(entry, "Text Editor")), "Text Editor was started by Anna's laptop");
  }

  // --- folders and files

  void aFolderIsShared_data() {
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("change");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("heard");
    auto home = QDir::homePath();
    QTest::newRow("a folder") << int(ShareDraft::OfFolder) << "/srv/Garden/" << false
                              << "Home server may read the folder “Garden” and all that is in it until you stop it."
                              << "share Home server folder /srv/Garden as  always uses=0 bytes=0";
    QTest::newRow("to change") << int(ShareDraft::OfFolder) << "/srv/Garden" << true
                               << "Home server may read and change the folder “Garden” and all that is in it until you "
                                  "stop it."
                               << "share Home server folder /srv/Garden as  always uses=0 bytes=0 to change";
    QTest::newRow("a file") << int(ShareDraft::OfFile) << "~/plan.txt" << false
                            << "Home server may read the file “plan.txt” until you stop it."
                            << "share Home server file " + home + "/plan.txt as  always uses=0 bytes=0";
  }
  void aFolderIsShared() {
    QFETCH(int, what);
    QFETCH(QString, typed);
    QFETCH(bool, change);
    QFETCH(QString, sentence);
    QFETCH(QString, heard);
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Home server"));
    QVERIFY(!world.draft.ofFiles());
    world.draft.setName("called otherwise");
    world.draft.setWhat(what);
    QVERIFY(world.draft.ofFiles() && !world.draft.nameable());
    QCOMPARE(world.draft.sentence(), "");
    world.draft.setPath(typed);
    // Nothing is changed by others unless that is said.
    QCOMPARE(world.draft.access(), int(ShareDraft::OnlyRead));
    if (change) world.draft.setAccess(ShareDraft::AlsoChange);
    world.draft.setLasting(ShareDraft::UntilStopped);
    QCOMPARE(plain(world.draft.sentence()), sentence);
    world.draft.share();
    QVERIFY2(world.heard(heard), qPrintable(world.broker.heard().join('\n')));
    QVERIFY(world.told("is offered to Home server"));
  }

  void whatIsNoFolderIsSaidBesideIt() {
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Home server"));
    world.draft.setWhat(ShareDraft::OfFolder);
    for (const auto* typed : {"", "Garden", "./Garden", "~anna/Garden"}) {
      world.draft.setPath(typed);
      world.draft.share();
      QCOMPARE(world.draft.faulty(), ShareDraft::TheThing);
      QCOMPARE(world.draft.fault(), "Choose the folder, or write where it is.");
    }
    QVERIFY(!world.everHeard("share"));
    world.draft.take(QUrl("https://example.org/Garden"));
    QCOMPARE(world.draft.path(), "~anna/Garden");
    world.draft.take(QUrl::fromLocalFile("/srv/nothing"));
    QCOMPARE(world.draft.path(), "/srv/nothing");
    QCOMPARE(world.draft.faulty(), ShareDraft::None);
    world.draft.share();
    QTRY_COMPARE(world.draft.faulty(), ShareDraft::TheThing);
    QCOMPARE(world.draft.fault(), "there is no such folder");
    // A change that was thought of for files goes nowhere with a service.
    world.draft.setAccess(ShareDraft::AlsoChange);
    world.draft.setWhat(ShareDraft::OfComputer);
    world.draft.setPort("80");
    world.draft.share();
    QVERIFY(world.heard("share Home server service @computer:80 as  for 8 h uses=0 bytes=0"));
  }

  void aFolderThatIsOfferedIsFoundAmongFiles() {
    World world(folderScript());
    QVERIFY(world.ready());
    QCOMPARE(world.says("Garden", OffersModel::KindRole), "A folder, to read");
    QCOMPARE(world.says("plan.txt", OffersModel::KindRole), "A file, to read and change");
    QVERIFY(world.of("Garden", OffersModel::UsableRole).toBool());
    QCOMPARE(world.says("Garden", OffersModel::PlaceRole), "");
    world.use.begin(world.offer("Garden").id);
    QVERIFY(world.use.open() && world.use.ofFiles());
    QCOMPARE(world.use.where(), int(OfferUse::ForMe));
    QCOMPARE(plain(world.use.sentence()),
             "It is among your files while Anna's laptop is connected: “Show it” leads there. No app gets it.");
    world.use.use();
    QVERIFY(world.heard("accept " + world.offer("Garden").id + "   always"));
    QVERIFY(world.told("“Garden” of Anna's laptop is among your files"));
    QTRY_COMPARE(world.says("Garden", OffersModel::PlaceRole), "/run/user/1000/latchkey-machines/Anna's laptop/Garden");
    QVERIFY(world.says("Garden", OffersModel::StateRole).startsWith("Among your files; no app has it"));
    // Taken back, it is given back.
    world.desk.undo()->takeBack();
    QTRY_VERIFY(world.says("Garden", OffersModel::PlaceRole).isEmpty());
  }

  void aFolderThatIsOfferedIsGivenToAnApp() {
    World world(folderScript());
    QVERIFY(world.ready());
    world.use.begin(world.offer("plan.txt").id);
    world.use.setWhere(OfferUse::ForApp);
    world.use.use();
    QCOMPARE(world.use.faulty(), OfferUse::TheApp);
    QVERIFY(!world.everHeard("accept"));
    world.use.setHolder("featherpad");
    QVERIFY(plain(world.use.sentence()).endsWith("has it there, too."));
    world.use.setLasting(OfferUse::UntilStopped);
    world.use.use();
    QVERIFY(world.heard("accept " + world.offer("plan.txt").id + " featherpad  always"));
    QTRY_COMPARE(world.of("plan.txt", OffersModel::UsersRole).value<QList<OfferUser>>().size(), 1);
    // In the keys it is what its owner calls it, and whose.
    auto* grants = world.desk.grants();
    auto row = [&](int role) {
      for (int i = 0; i < grants->count(); ++i) {
        if (plain(grants->index(i, 0).data(GrantsModel::NoteRole).toString()) == "of Anna's laptop" &&
            plain(grants->index(i, 0).data(GrantsModel::ThingRole).toString()) == "“plan.txt”")
          return grants->index(i, 0).data(role);
      }
      return QVariant();
    };
    QTRY_VERIFY(row(GrantsModel::ThingRole).isValid());
  }

  void filesArePassedOnByTheirOwnName() {
    auto script = folderScript();
    World world(script);
    QVERIFY(world.ready());
    world.use.begin(world.offer("Garden").id);
    world.use.use();
    QTRY_VERIFY(world.of("Garden", OffersModel::PassableRole).toBool());
    world.draft.pass(world.offer("Garden").id);
    QVERIFY(world.draft.open() && world.draft.passing() && !world.draft.nameable() && !world.draft.ofFiles());
    world.draft.setMachine(int(world.draft.machines().indexOf("Home server")));
    QVERIFY(plain(world.draft.sentence()).startsWith("Home server may read “Garden” of Anna's laptop until "));
    world.draft.share();
    QVERIFY(world.heard("share Home server folder  as  for 8 h uses=0 bytes=0 of " + world.offer("Garden").grant));
  }

  void theMachineIsChosen() {
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Home server"));
    auto names = world.draft.machines();
    QVERIFY(!names.contains("Lent phone"));  // Blocked.
    QCOMPARE(names[world.draft.machine()], "Home server");
    world.draft.setMachine(int(names.indexOf("Desk at work")));
    world.draft.setWhat(ShareDraft::OfComputer);
    world.draft.setPort("80");
    world.draft.share();
    QVERIFY(world.heard("share Desk at work service @computer:80 as  for 8 h uses=0 bytes=0"));
  }

  void whatIsWrongIsSaidBesideItsField_data() {
    QTest::addColumn<std::function<void(ShareDraft&)>>("change");
    QTest::addColumn<ShareDraft::Field>("field");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("asked");
    auto row = [](const char* name, std::function<void(ShareDraft&)> change, ShareDraft::Field field, const char* says,
                  bool asked) { QTest::newRow(name) << change << field << says << asked; };
    row(
        "no port", [](auto& draft) { draft.setPort(""); }, ShareDraft::TheThing, "Write the port, such as 5432.",
        false);
    row(
        "no number", [](auto& draft) { draft.setUses("many"); }, ShareDraft::TheUses,
        "Write a number, such as 10, or nothing.", false);
    row(
        "none", [](auto& draft) { draft.setUses("0"); }, ShareDraft::TheUses, "Write a number, such as 10, or nothing.",
        false);
    row(
        "no size", [](auto& draft) { draft.setBytes("500 pounds"); }, ShareDraft::TheBytes,
        "Write a size, such as 500 MB, or nothing.", false);
    row(
        "no host", [](auto& draft) { draft.setWhat(ShareDraft::OfNetwork); }, ShareDraft::TheThing,
        "Write a name and a port, such as db.example.org:5432.", false);
    // In the broker's words.
    row(
        "a wrong port", [](auto& draft) { draft.setPort("99999"); }, ShareDraft::TheThing,
        "@computer:99999 is nothing to share: write APP:PORT for what an app listens on, @computer:PORT for a program "
        "of this computer",
        true);
    row(
        "a host alone",
        [](auto& draft) {
          draft.setWhat(ShareDraft::OfNetwork);
          draft.setHost("db.example.org");
        },
        ShareDraft::TheThing, "one host and port can be shared, such as db.example.org:5432", true);
    row(
        "a long name", [](auto& draft) { draft.setName(QString(210, u'x')); }, ShareDraft::TheName,
        "its name is longer than can be told: give it another one to share it by", true);
  }
  void whatIsWrongIsSaidBesideItsField() {
    QFETCH(std::function<void(ShareDraft&)>, change);
    QFETCH(ShareDraft::Field, field);
    QFETCH(QString, says);
    QFETCH(bool, asked);
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Anna's laptop"));
    world.draft.setWhat(ShareDraft::OfComputer);
    world.draft.setPort("5432");
    change(world.draft);
    world.draft.share();
    QTRY_COMPARE(world.draft.faulty(), field);
    QCOMPARE(world.draft.fault(), says);
    QVERIFY(world.draft.open() && !world.draft.sharing());
    QCOMPARE(world.everHeard("share "), asked);
    // What is changed is not wrong any more; what is not, still is.
    world.draft.setMachine(world.draft.machine() ? 0 : 1);
    QCOMPARE(world.draft.faulty(), field);
    if (field == ShareDraft::TheUses) world.draft.setUses("1");
    if (field == ShareDraft::TheBytes) world.draft.setBytes("1");
    if (field == ShareDraft::TheName) world.draft.setName("x");
    if (field == ShareDraft::TheThing) world.draft.setWhat(ShareDraft::OfApp);
    QCOMPARE(world.draft.faulty(), ShareDraft::None);
    QCOMPARE(world.draft.fault(), "");
  }

  void aMachineThatWasBlockedMeanwhileIsWhatIsWrong() {
    World world;
    QVERIFY(world.ready());
    world.draft.begin(world.idOf("Anna's laptop"));
    world.draft.setWhat(ShareDraft::OfComputer);
    world.draft.setPort("5432");
    auto machine = *world.machines.find(world.idOf("Anna's laptop"));
    machine.blocked = true;
    world.broker.change(machine);
    world.draft.share();
    QTRY_COMPARE(world.draft.faulty(), ShareDraft::TheMachine);
    QCOMPARE(world.draft.fault(), "Anna's laptop is blocked");
  }

  void whatAnAppOffersIsSharedFromWhereItIsSeen() {
    auto script = demoScript();
    Listener other;
    other.instance = "i1";
    other.port = 9000;
    script.listeners << other;
    other.port = 9001;
    other.udp = true;  // Cannot be shared.
    script.listeners << other;
    World world(script);
    QVERIFY(world.ready());
    world.desk.connections()->show("i2");
    QTRY_VERIFY(world.desk.connections()->rowCount() > 0);
    auto port = world.desk.connections()->index(0).data(ConnectionsModel::SharePortRole).toInt();
    QCOMPARE(port, 8080);
    world.draft.beginWith(world.desk.connections()->holder(), port);
    QVERIFY(world.lookedForServices());
    QCOMPARE(world.draft.services().size(), 2);
    QCOMPARE(plain(world.draft.services()[world.draft.service()].text), "Chromium (work), port 8080");
    // Of two, none is chosen for the person.
    world.draft.begin({});
    QVERIFY(world.lookedForServices());
    QCOMPARE(world.draft.service(), -1);
    world.draft.share();
    QCOMPARE(world.draft.faulty(), ShareDraft::TheThing);
    QCOMPARE(world.draft.fault(), "Choose what is to be shared.");
  }

  void whatWasOfferedIsPassedOn() {
    World world;
    QVERIFY(world.ready());
    world.draft.pass(world.offer("wiki:8080").id);
    QVERIFY(world.draft.open() && world.draft.passing());
    QCOMPARE(plain(world.draft.passed()), "“wiki:8080” of Anna's laptop");
    // Not to where it came from.
    QVERIFY(!world.draft.machines().contains("Anna's laptop"));
    world.draft.setMachine(int(world.draft.machines().indexOf("Home server")));
    world.draft.share();
    QVERIFY(world.heard("share Home server service  as  for 8 h uses=0 bytes=0 of " + world.offer("wiki:8080").grant));
    QTRY_COMPARE(world.of("wiki:8080", OffersModel::UsersRole).value<QList<OfferUser>>().size(), 3);
    // What may not be passed on, or was not accepted, is not.
    world.draft.pass(world.offer("mail archive").id);
    QVERIFY(!world.draft.open());
    world.draft.pass(world.offer("orders:5432").id);
    QVERIFY(!world.draft.open());
  }

  void sizesAreReadAsTheyAreWritten_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<qint64>("bytes");  // -1: it is none.
    QTest::newRow("bytes") << "500" << qint64(500);
    QTest::newRow("kilo") << "3k" << qint64(3'000);
    QTest::newRow("mega") << "500 MB" << qint64(500'000'000);
    QTest::newRow("fraction") << "1.5 GB" << qint64(1'500'000'000);
    QTest::newRow("blanks") << "  2  t " << qint64(2'000'000'000'000);
    QTest::newRow("nothing") << "0" << qint64(-1);
    QTest::newRow("less") << "-5 MB" << qint64(-1);
    QTest::newRow("words") << "much" << qint64(-1);
    QTest::newRow("a unit alone") << "MB" << qint64(-1);
    QTest::newRow("too much") << "5000000 T" << qint64(-1);
    QTest::newRow("no number") << "nan MB" << qint64(-1);
    QTest::newRow("endless") << "inf" << qint64(-1);
  }
  void sizesAreReadAsTheyAreWritten() {
    QFETCH(QString, typed);
    QFETCH(qint64, bytes);
    auto read = wording::sizeFrom(typed);
    QCOMPARE(read ? qint64(*read) : -1, bytes);
  }

  // --- using an offer

  void anOfferIsUsedInAnAppThatRuns() {
    World world;
    QVERIFY(world.ready());
    auto id = world.offer("orders:5432").id;
    world.use.begin(id);
    QVERIFY(world.use.open());
    QCOMPARE(world.use.title(), "orders:5432");
    QCOMPARE(world.use.name(), "orders");
    QCOMPARE(world.use.port(), "5432");
    // Those that run first; all that are installed are there.
    QVERIFY(world.use.apps().first().running && !world.use.apps().last().running);
    QCOMPARE(world.use.lastings().size(), 1);
    world.use.setHolder("chromium");  // Does not run.
    QCOMPARE(world.use.lastings().size(), 1);
    auto running = world.use.apps().first().holder;
    world.use.setHolder(running);
    QCOMPARE(world.use.lastings().size(), 2);
    QCOMPARE(world.use.lasting(), int(OfferUse::WhileItRuns));
    QVERIFY(!world.everHeard("accept"));
    world.use.use();
    QTRY_VERIFY(world.everHeard("accept " + id + ' ' + running + " orders:5432 i"));
    QTRY_VERIFY(!world.use.open());
    QVERIFY(world.told("may use “orders:5432” of Anna's laptop"));
    QTRY_COMPARE(world.of("orders:5432", OffersModel::GroupRole).toString(), "You may use");
    auto users = [&] { return world.of("orders:5432", OffersModel::UsersRole).value<QList<OfferUser>>(); };
    QTRY_COMPARE(users().size(), 1);
    QVERIFY2(plain(users()[0].line).contains("while it runs"), qPrintable(users()[0].line));
    world.desk.undo()->takeBack();
    QTRY_COMPARE(users().size(), 0);
    QCOMPARE(world.of("orders:5432", OffersModel::GroupRole).toString(), "You may use");
  }

  void whoStopsRunningHasItForGoodOrNotAtAll() {
    World world;
    QVERIFY(world.ready());
    world.use.begin(world.offer("orders:5432").id);
    world.use.setHolder("featherpad");
    QCOMPARE(world.use.lasting(), int(OfferUse::WhileItRuns));
    for (auto instance : demoScript().instances) {
      if (instance.holder() != "featherpad") continue;
      instance.state = Terms::InstanceState::Ended;
      world.broker.change(instance);
    }
    // It is not turned into "always" behind the person's back: they see it.
    QTRY_COMPARE(world.use.lastings().size(), 1);
    QCOMPARE(world.use.lasting(), int(OfferUse::UntilStopped));
    world.use.use();
    QVERIFY(world.heard("accept " + world.offer("orders:5432").id + " featherpad orders:5432/tcp always") ||
            world.everHeard("accept " + world.offer("orders:5432").id + " featherpad orders:5432 always"));
  }

  void appsAreFoundByName() {
    World world;
    QVERIFY(world.ready());
    world.use.begin(world.offer("orders:5432").id);
    auto all = world.use.apps().size();
    world.use.setFilter("FEATHER");
    QCOMPARE(world.use.apps().size(), 1);
    QCOMPARE(world.use.apps()[0].name, "FeatherPad");
    world.use.setFilter("no such app");
    QCOMPARE(world.use.apps().size(), 0);
    world.use.setFilter("");
    QCOMPARE(world.use.apps().size(), all);
  }

  void whatIsWrongWithAUseIsSaidBesideItsField() {
    World world;
    QVERIFY(world.ready());
    auto id = world.offer("orders:5432").id;
    world.use.begin(id);
    world.use.use();
    QCOMPARE(world.use.faulty(), OfferUse::TheApp);
    world.use.setHolder("featherpad");
    QCOMPARE(world.use.faulty(), OfferUse::None);
    world.use.setPort("");
    world.use.use();
    QCOMPARE(world.use.faulty(), OfferUse::ThePlace);
    QVERIFY(!world.everHeard("accept"));
    world.use.setPort("5432");
    world.use.setName("two words");
    world.use.use();
    QTRY_COMPARE(world.use.faulty(), OfferUse::ThePlace);
    QVERIFY2(world.use.fault().endsWith("is no place for it: write NAME:PORT, such as db:5432"),
             qPrintable(world.use.fault()));
    QVERIFY(world.use.open() && !world.use.asking());
    world.use.setName("db");
    QCOMPARE(world.use.faulty(), OfferUse::None);
    // A machine that sleeps.
    auto machine = *world.machines.find(world.idOf("Anna's laptop"));
    machine.state = Machine::State::Offline;
    world.broker.change(machine);
    world.use.use();
    QTRY_COMPARE(world.use.faulty(), OfferUse::TheWhole);
    QCOMPARE(world.use.fault(), "the machine is not connected: it can be accepted when it is");
  }

  void whatIsOverIsNotUsed() {
    World world;
    QVERIFY(world.ready());
    world.use.begin(world.offer("camera").id);
    QVERIFY(!world.use.open());
    world.use.begin("nothing");
    QVERIFY(!world.use.open());
    auto offer = world.offer("orders:5432");
    offer.id = "window";
    offer.title = "a window";
    offer.kind = Terms::Kind::Window;
    world.broker.change(offer);
    QTRY_VERIFY(world.says("a window", OffersModel::KindRole).contains("this version cannot use"));
    world.use.begin("window");
    QVERIFY(!world.use.open());
  }

  void aPlaceIsMadeOfAnyTitle_data() {
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("service");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("port");
    QTest::newRow("a service") << "postgres:5432" << "" << "postgres" << "5432";
    QTest::newRow("a name") << "Orders of 2026" << "postgresql" << "orders-of-2026" << "5432";
    QTest::newRow("a host") << "db.example.org:5432/tcp" << "" << "db.example.org" << "5432";
    QTest::newRow("no port") << "orders" << "" << "orders" << "";
    QTest::newRow("a wrong port") << "orders:99999" << "" << "orders" << "";
    QTest::newRow("of this computer") << "@computer:631" << "" << "computer" << "631";
    QTest::newRow("blank") << "" << "" << "service" << "";
    QTest::newRow("other letters") << QString::fromUtf8("قاعدة") << "http" << "service" << "80";
    QTest::newRow("signs") << "--..--:80" << "" << "service" << "80";
    QTest::newRow("long") << QString(200, u'm') << "" << QString(40, u'm') << "";
  }
  void aPlaceIsMadeOfAnyTitle() {
    QFETCH(QString, title);
    QFETCH(QString, service);
    QFETCH(QString, name);
    QFETCH(QString, port);
    World world;
    QVERIFY(world.ready());
    MachineOffer offer;
    offer.id = "titled";
    offer.machine = world.idOf("Anna's laptop");
    offer.title = title;
    offer.service = service;
    world.broker.change(offer);
    QTRY_VERIFY(world.offers.find("titled"));
    world.use.begin("titled");
    QCOMPARE(world.use.name(), name);
    QCOMPARE(world.use.port(), port);
  }

  // --- much, and hostile

  void titlesCannotStepOutOfASentence() {
    World world(hostileScript());
    auto evil = [&] {
      for (const auto& machine : world.machines.all())
        if (machine.petname.startsWith("<b>Latchkey")) return machine.petname;
      return QString();
    };
    QVERIFY(QTest::qWaitFor([&] { return world.machines.known(); }, 10000));
    QVERIFY(world.ready(evil()));
    QCOMPARE(world.offers.fresh(), 5);
    for (int row = 0; row < world.offers.count(); ++row) {
      auto title = world.offers.index(row, 0).data(OffersModel::TitleRole).toString();
      auto inSentence = wording::offerTitle(title);
      QVERIFY(inSentence.size() <= 64);
      QVERIFY(!plain(inSentence).isEmpty());
      for (auto c : title) QVERIFY2(c.isPrint() && c.unicode() != 0x202e, qPrintable(title));
    }
    QCOMPARE(plain(wording::offerTitle("   ")), "(no name)");
    QCOMPARE(plain(wording::offerTitle("")), "(no name)");
  }

  void modelsKeepTheirPromisesWhileOffersComeAndGo() {
    auto script = machinesScript(3);
    addManyOffers(script, 200);
    World world(script);
    QAbstractItemModelTester offers(&world.offers, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester machines(&world.machines, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(world.ready("Machine 1"));
    QCOMPARE(world.offers.count(), 200);
    QElapsedTimer clock;
    clock.start();
    auto first = *world.offers.find(world.offers.index(0, 0).data(OffersModel::IdRole).toString());
    first.state = MachineOffer::State::Over;
    first.cause = MachineOffer::Cause::UsedUp;
    first.over = 1;
    world.broker.change(first);
    QTRY_COMPARE(world.of(first.title, OffersModel::GroupRole).toString(), "Not any more");
    QCOMPARE(world.offers.index(199, 0).data(OffersModel::IdRole).toString(), first.id);
    world.broker.lose(world.idOf("Machine 2"));
    world.desk.machine()->open(world.idOf("Machine 3"));
    QCOMPARE(world.offers.count(), 0);
    world.desk.machine()->open(world.idOf("Machine 1"));
    QCOMPARE(world.offers.count(), 200);
    QVERIFY(clock.elapsed() < 5000);
  }

  void aBrokerOfBeforeHasNothingToShare() {
    auto script = demoScript();
    script.knowsMachines = false;
    World world(script);
    QVERIFY(QTest::qWaitFor([&] { return world.session.online(); }, 10000));
    QTest::qWait(200);
    QCOMPARE(world.machines.fresh(), 0);
    QCOMPARE(world.offers.count(), 0);
    world.draft.begin({});
    QVERIFY(world.lookedForServices());
    world.draft.setWhat(ShareDraft::OfComputer);
    world.draft.setPort("5432");
    world.draft.share();
    QCOMPARE(world.draft.faulty(), ShareDraft::TheMachine);
  }

  void whatIsSharedIsReadAgainAfterAReconnect() {
    World world;
    QVERIFY(world.ready());
    world.broker.hangUp();
    QTRY_VERIFY(!world.session.online());
    world.use.begin(world.offer("orders:5432").id);
    world.use.setHolder("featherpad");
    world.use.use();
    QTRY_COMPARE(world.use.faulty(), OfferUse::TheWhole);
    QVERIFY(world.use.fault().contains("reconnecting"));
    world.broker.pickUp();
    QTRY_VERIFY(world.session.online());
    MachineOffer offer;
    offer.id = "fresh";
    offer.machine = world.idOf("Anna's laptop");
    offer.title = "later";
    world.broker.change(offer);
    QTRY_COMPARE(world.offers.fresh(), 3);
  }

  // --- asked for

  void whatWasAskedForIsListed() {
    World world(askedScript());
    QVERIFY(world.ready());
    auto& wishes = *world.desk.machine()->wishes();
    QAbstractItemModelTester tester(&wishes);
    QVERIFY(QTest::qWaitFor([&] { return wishes.count() == 3; }, 10000));
    QCOMPARE(plain(column(wishes, WishesModel::WhatRole).join(u'|')),
             QString("the folder “Photos of May”|“wiki”, which runs there|a file"));
    QCOMPARE(column(wishes, WishesModel::WaitsRole), QStringList({"true", "false", "false"}));
    auto states = column(wishes, WishesModel::StateRole);
    QVERIFY2(states[0].startsWith("waiting for an answer") && states[1].startsWith("given") &&
                 states[2].startsWith("not given"),
             qPrintable(states.join(u'|')));
    world.desk.machine()->open(world.idOf("Tablet"));
    QCOMPARE(wishes.count(), 0);
  }

  void takenBackItIsGone() {
    World world(askedScript());
    QVERIFY(world.ready());
    auto& wishes = *world.desk.machine()->wishes();
    QVERIFY(QTest::qWaitFor([&] { return wishes.count() == 3; }, 10000));
    wishes.takeBack("w3");
    QVERIFY(world.heard("take back w3"));
    QVERIFY(QTest::qWaitFor([&] { return wishes.count() == 2; }, 10000));
  }

  void aMachineIsAsked_data() {
    QTest::addColumn<int>("what");
    QTest::addColumn<int>("access");
    QTest::addColumn<int>("lasting");
    QTest::addColumn<QString>("line");
    int read = int(Terms::Access::Read), write = int(Terms::Access::Write);
    QTest::newRow("a folder") << int(AskDraft::AFolder) << read << int(AskDraft::EightHours)
                              << "ask Anna's laptop folder 'Garden' 'for the album' 28800";
    QTest::newRow("a file to change") << int(AskDraft::AFile) << write << int(AskDraft::AnHour)
                                      << "ask Anna's laptop file 'Garden' 'for the album' 3600 to change";
    // Of what is no file nothing is said of changing.
    QTest::newRow("a service") << int(AskDraft::AService) << write << int(AskDraft::UntilStopped)
                               << "ask Anna's laptop service 'Garden' 'for the album' 0 always";
    QTest::newRow("a host") << int(AskDraft::AHost) << read << int(AskDraft::SevenDays)
                            << "ask Anna's laptop network 'Garden' 'for the album' 604800";
  }
  void aMachineIsAsked() {
    QFETCH(int, what);
    QFETCH(int, access);
    QFETCH(int, lasting);
    QFETCH(QString, line);
    World world(askedScript());
    QVERIFY(world.ready());
    auto& ask = *world.desk.ask();
    ask.begin(world.idOf("Anna's laptop"));
    QVERIFY(ask.open() && !ask.later());
    ask.setWhat(what);
    ask.setName("  Garden ");
    ask.setAccess(access);
    ask.setLasting(lasting);
    ask.setReason("for  the album");
    ask.ask();
    QVERIFY(world.heard(line));
    QVERIFY(QTest::qWaitFor([&] { return !ask.open(); }, 10000));
    QVERIFY(world.told("Anna's laptop is asked for"));
    QVERIFY(QTest::qWaitFor([&] { return world.desk.machine()->wishes()->count() == 4; }, 10000));
    world.desk.undo()->takeBack();
    QVERIFY(world.heard("take back w4"));
  }

  void whatCannotBeAskedSaysWhy() {
    auto script = demoScript();
    script.askFault = "its version of Latchkey does not know how to be asked";
    World world(script);
    QVERIFY(world.ready());
    auto& ask = *world.desk.ask();
    ask.begin(world.idOf("Anna's laptop"));
    ask.ask();
    QVERIFY(QTest::qWaitFor([&] { return !ask.fault().isEmpty(); }, 10000));
    QVERIFY(ask.open() && !ask.asking());
    QCOMPARE(ask.fault(), QString("its version of Latchkey does not know how to be asked"));
    ask.setName("other");
    QVERIFY(ask.fault().isEmpty());
    ask.begin(world.idOf("Desk at work"));
    QVERIFY(ask.later());
  }

  // --- asked by another machine

  void theOwnerPicksWhat_data() {
    QTest::addColumn<QString>("request");
    QTest::addColumn<std::function<void(ShareDraft&)>>("fill");
    QTest::addColumn<QString>("line");
    auto row = [](const char* request, std::function<void(ShareDraft&)> fill, const char* line) {
      QTest::newRow(request) << request << fill << line;
    };
    row(
        "ask-folder", [](ShareDraft& draft) { draft.setPath("/usr//share/"); },
        "answer r-ask-folder allow read file until /usr/share[fd] gives  as  uses=0");
    row(
        "ask-file",
        [](ShareDraft& draft) {
          draft.setPath("/etc/passwd");
          draft.setAccess(ShareDraft::AlsoChange);
        },
        "answer r-ask-file allow write file until /etc/passwd[fd] gives  as  uses=0");
    row(
        "ask-service",
        [](ShareDraft& draft) {
          draft.setWhat(ShareDraft::OfComputer);
          draft.setPort("5432");
          draft.setName("orders");
          draft.setUses("3");
          draft.setMayPassOn(true);
          draft.setLasting(ShareDraft::UntilStopped);
        },
        "answer r-ask-service allow read file always gives @computer:5432 as orders uses=3 pass");
    row(
        "ask-host", [](ShareDraft& draft) { draft.setHost("db.example.org:5432"); },
        "answer r-ask-host allow read file until gives db.example.org:5432 as  uses=0");
  }
  void theOwnerPicksWhat() {
    QFETCH(QString, request);
    QFETCH(std::function<void(ShareDraft&)>, fill);
    QFETCH(QString, line);
    World world;
    QVERIFY(world.ready());
    world.broker.tellWaiting(demoRequest(request));
    Question question(demoRequest(request));
    QVERIFY(question.picks() && question.fromAfar());
    auto* draft = world.draft.answerTo(question);
    QVERIFY(draft->answering() && draft->open());
    QVERIFY(!world.draft.open());
    fill(*draft);
    // Nothing counts yet.
    question.setArmed(false);
    draft->share();
    QVERIFY(!draft->sharing());
    question.setArmed(true);
    draft->share();
    QVERIFY2(world.heard(line), qPrintable(world.broker.heard().join(u'\n')));
    QVERIFY(world.told("may be used by Anna's laptop"));
    question.close();
  }

  void howLongItIsWantedIsSaid() {
    auto brief = demoRequest("ask-folder");
    auto says = [&](quint64 seconds, bool always = false) {
      brief.wish->seconds = seconds;
      brief.wish->always = always;
      return Question(brief).wantedFor();
    };
    QCOMPARE(says(0), QString());
    QCOMPARE(says(0, true), QString("for good"));
    QVERIFY(says(5).startsWith("for 1 minute"));
    QVERIFY(says(7200).startsWith("for 2 hour"));
    QVERIFY(says(7 * 86400).startsWith("for 7 day"));
  }

  // What is given is what was there when it was picked, whatever is put in its place; where a link leads is said.
  void whatIsPutInItsPlaceIsNotGiven() {
    QTemporaryDir folder;
    QDir(folder.path()).mkdir("Garden");
    auto real = QFileInfo(folder.filePath("Garden")).canonicalFilePath();
    auto link = folder.filePath("link");
    QVERIFY(QFile::link(real, link));
    World world;
    QVERIFY(world.ready());
    world.broker.tellWaiting(demoRequest("ask-folder"));
    Question question(demoRequest("ask-folder"));
    question.setArmed(true);
    auto* draft = world.draft.answerTo(question);
    draft->setPath(folder.filePath("nothing"));
    QVERIFY(draft->sentence().isEmpty());
    draft->share();
    QCOMPARE(draft->faulty(), ShareDraft::TheThing);
    QVERIFY(!question.answeredAlready());
    draft->setPath(real);
    QVERIFY2(plain(draft->sentence()).contains("“Garden”"), qPrintable(draft->sentence()));
    draft->setPath(link);
    QVERIFY2(plain(draft->sentence()).contains("/Garden”"), qPrintable(draft->sentence()));
    QVERIFY(QFile::remove(link));
    QVERIFY(QFile::link("/usr/share", link));
    draft->share();
    QVERIFY2(world.heard("answer r-ask-folder allow read file until " + real + "[fd] gives  as  uses=0"),
             qPrintable(world.broker.heard().join(u'\n')));
    question.close();
  }

  void noMoreThanWasAskedForCanBeGiven() {
    World world;
    QVERIFY(world.ready());
    Question folder(demoRequest("ask-folder"));
    auto* draft = world.draft.answerTo(folder);
    QCOMPARE(draft->accesses().size(), 1);
    QVERIFY(draft->whats().isEmpty());
    Question file(demoRequest("ask-file"));
    QCOMPARE(world.draft.answerTo(file)->accesses().size(), 2);
    // As long as was asked for, and no longer than is usual.
    QCOMPARE(draft->lasting(), int(ShareDraft::EightHours));
    auto brief = demoRequest("ask-folder");
    brief.wish->seconds = 600;
    Question soon(brief);
    QCOMPARE(world.draft.answerTo(soon)->lasting(), int(ShareDraft::AnHour));
    brief.wish->seconds = 0;
    brief.wish->always = true;
    Question ever(brief);
    QCOMPARE(world.draft.answerTo(ever)->lasting(), int(ShareDraft::EightHours));
  }

  void whatCannotBeGivenStaysWithItsFault() {
    World world;
    QVERIFY(world.ready());
    world.broker.tellWaiting(demoRequest("ask-service"));
    Question question(demoRequest("ask-service"));
    auto* draft = world.draft.answerTo(question);
    question.setArmed(true);
    draft->setWhat(ShareDraft::OfComputer);
    draft->share();
    QCOMPARE(draft->faulty(), ShareDraft::TheThing);
    draft->setPort("9999");
    draft->share();
    QVERIFY(QTest::qWaitFor([&] { return !draft->fault().isEmpty(); }, 10000));
    QVERIFY(draft->open() && !draft->sharing());
    QVERIFY(!question.answeredAlready());
    question.deny();
    QVERIFY(question.answeredAlready());
    draft->setPort("5432");
    draft->share();
    QVERIFY(!draft->sharing());
  }

  void anotherMachinesQuestionHasItsWords() {
    Question folder(demoRequest("ask-folder"));
    QCOMPARE(folder.wish(), QString("asks for a folder of yours, to see what is in it"));
    QCOMPARE(folder.suggestion(), QString("Photos of May"));
    QCOMPARE(folder.initials(), QString("AL"));
    QCOMPARE(folder.thing(), QString("A folder that you pick"));
    QVERIFY(plain(folder.place()).contains("“Photos of May”"));
    Question file(demoRequest("ask-file"));
    QCOMPARE(file.wish(), QString("asks for a file of yours, to read and change it"));
    Question service(demoRequest("ask-service"));
    QCOMPARE(service.wish(), QString("asks for something that runs on this computer"));
    Question host(demoRequest("ask-host"));
    QCOMPARE(host.wish(), QString("asks to reach another computer through this one"));
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::SharingModelTest)
#include "sharing-model-test.moc"
