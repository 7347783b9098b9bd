// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Other machines behind the window, with a scripted broker: both sides are looked at, what is shown and what was asked.

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/ui/demo/demo-home.h"
#include "app/ui/demo/demo-machines.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/desk.h"
#include "app/ui/machine-words.h"

namespace latchkey::ui {
namespace {

struct World {
  FakeBroker broker;
  DemoCatalog catalog{DemoCatalog::some()};
  Session session{broker.door(), Session::Presents::Nothing};
  DemoHome home;
  Desk desk{session, catalog, home.places()};
  MachinesModel& machines = *desk.machines();
  Pairing& pairing = *desk.pairing();

  explicit World(Script script = demoScript()) : broker(std::move(script)) {}
  bool ready() {
    return QTest::qWaitFor([&] { return session.online() && machines.known(); }, 10000);
  }
  bool heard(const QString& line) {
    return QTest::qWaitFor([&] { return broker.heard().contains(line); }, 10000);
  }
  bool everHeard(const QString& line) const { return broker.heard().contains(line); }
  QString idOf(const QString& petname) const {
    for (const auto& machine : machines.all()) {
      if (machine.petname == petname) return machine.id;
    }
    return {};
  }
  QVariant of(const QString& petname, int role) const {
    for (int row = 0; row < machines.count(); ++row) {
      if (machines.index(row, 0).data(MachinesModel::PetnameRole) == petname) return machines.index(row, 0).data(role);
    }
    return {};
  }
  // "Add a machine" is open and is known to be, at the other end.
  bool admitting() {
    pairing.begin();
    return heard("admit");
  }
  // Somebody nearby asks, and the person has looked at the words for long enough.
  bool compared(const QString& name) {
    broker.compare(name);
    if (!QTest::qWaitFor([&] { return pairing.step() == Pairing::Words; }, 10000)) return false;
    pairing.setArmed(true);
    return true;
  }
};

Machine machineOf(const Script& script, const QString& petname) {
  for (const auto& machine : script.machines) {
    if (machine.petname == petname) return machine;
  }
  return {};
}

QStringList column(const QAbstractItemModel& model, int role) {
  QStringList list;
  for (int row = 0; row < model.rowCount(); ++row) list << model.index(row, 0).data(role).toString();
  return list;
}

QString plain(QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); }

}  // namespace

class MachinesModelTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initialsAreThoseOfWords_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("letters");
    QTest::newRow("two words") << "Anna's laptop" << "AL";
    QTest::newRow("one word") << "tablet" << "T";
    QTest::newRow("three") << "the old netbook" << "TO";
    QTest::newRow("a hyphen parts") << "anna-thinkpad" << "AT";
    QTest::newRow("digits") << "3 pines" << "3P";
    QTest::newRow("signs alone") << "--- !" << "?";
    QTest::newRow("nothing") << "" << "?";
    QTest::newRow("right to left") << QString::fromUtf8("حاسوب ليلى") << QString::fromUtf8("حل");
    QTest::newRow("beyond 16 bit") << QString::fromUtf8("𝒜nna 𝒷ob") << QString::fromUtf8("𝒜𝒷");
    QTest::newRow("a mark is no word") << QString::fromUtf8("e\u0301toile") << "E";
  }
  void initialsAreThoseOfWords() {
    QFETCH(QString, name);
    QFETCH(QString, letters);
    QCOMPARE(wording::initials(name), letters);
  }

  void whatNeedsThePersonComesFirstAndBlockedOnesLast() {
    World world;
    QVERIFY(world.ready());
    QCOMPARE(column(world.machines, MachinesModel::PetnameRole),
             QStringList({"Old netbook", "Oskar's PC", "Tablet", "Anna's laptop", "Desk at work", "Home server",
                          "Lent phone"}));
    QCOMPARE(world.machines.total(), 7);
  }

  void everyStateHasItsWords_data() {
    QTest::addColumn<QString>("petname");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("needsCare");
    QTest::addColumn<bool>("advises");
    QTest::newRow("connected") << "Anna's laptop" << "Connected" << false << false;
    QTest::newRow("offline") << "Desk at work" << "Offline since " << false << false;
    QTest::newRow("connecting") << "Home server" << "Connecting…" << false << false;
    QTest::newRow("key changed") << "Tablet" << "Another machine answers in its place" << true << true;
    QTest::newRow("refused") << "Oskar's PC" << "It does not know this machine any more" << true << true;
    QTest::newRow("too old") << "Old netbook" << "Its Latchkey is too old" << true << true;
    QTest::newRow("blocked") << "Lent phone" << "Blocked by you" << false << true;
  }
  void everyStateHasItsWords() {
    QFETCH(QString, petname);
    QFETCH(QString, says);
    QFETCH(bool, needsCare);
    QFETCH(bool, advises);
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.of(petname, MachinesModel::StateRole).toString().startsWith(says));
    QCOMPARE(world.of(petname, MachinesModel::CareRole).toBool(), needsCare);
    world.desk.machine()->open(world.idOf(petname));
    QCOMPARE(!world.desk.machine()->care().isEmpty(), advises);
  }

  void whatWasNeverConnectedIsNotOfflineSinceNever() {
    World world;
    QVERIFY(world.ready());
    auto machine = machineOf(demoScript(), "Desk at work");
    machine.seen = 0;
    world.broker.change(machine);
    QTRY_COMPARE(world.of("Desk at work", MachinesModel::StateRole).toString(), "Not connected yet");
  }

  // A broker that says both is believed in what is the safer of them.
  void aBlockedMachineIsNeverShownAsConnected() {
    World world;
    QVERIFY(world.ready());
    auto machine = machineOf(demoScript(), "Anna's laptop");
    machine.blocked = true;
    world.broker.change(machine);
    QTRY_COMPARE(world.of("Anna's laptop", MachinesModel::StateRole).toString(), "Blocked by you");
    QVERIFY(!world.of("Anna's laptop", MachinesModel::ConnectedRole).toBool());
  }

  void whatItMayUseFollowsTheGrants() {
    World world;
    QVERIFY(world.ready());
    auto uses = [&] { return plain(world.of("Anna's laptop", MachinesModel::UsesRole).toString()); };
    QTRY_COMPARE(uses(), "budget.ods, Photos 2026, Port 8080 of chromium");
    QCOMPARE(world.of("Home server", MachinesModel::UsesRole).toString(), "");
    auto held = world.machines.usedBy(world.idOf("Anna's laptop"));
    QCOMPARE(held.size(), 3);
    for (auto grant : held) {
      grant.state = Terms::GrantState::Revoked;
      world.broker.change(grant);
    }
    QTRY_COMPARE(uses(), "");
    for (int i = 0; i < 5; ++i) {
      auto grant = held[0];
      grant.id = QString("x%1").arg(i);
      grant.object.path = QByteArray("/srv/thing ") + char('a' + i);
      world.broker.change(grant);
    }
    QTRY_COMPARE(uses(), "thing a, thing b, thing c and 2 more");
  }

  void filterFindsByEitherName() {
    World world;
    QVERIFY(world.ready());
    world.machines.setFilter("THINKPAD");
    QCOMPARE(column(world.machines, MachinesModel::PetnameRole), QStringList("Anna's laptop"));
    world.machines.setFilter("nothing of that name");
    QCOMPARE(world.machines.count(), 0);
    QCOMPARE(world.machines.total(), 7);
    world.machines.setFilter("");
    QCOMPARE(world.machines.count(), 7);
  }

  void modelsKeepTheirPromisesWhileMachinesComeAndGo() {
    World world(machinesScript(200));
    QAbstractItemModelTester machines(&world.machines, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester invitations(world.desk.invitations(),
                                         QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(world.ready());
    QCOMPARE(world.machines.count(), 200);
    world.machines.setFilter("9");
    auto machine = machineOf(machinesScript(200), "Machine 19");
    machine.state = Machine::State::KeyChanged;
    world.broker.change(machine);
    QTRY_COMPARE(world.machines.index(0, 0).data(MachinesModel::PetnameRole).toString(), "Machine 19");
    world.broker.lose(machine.id);
    QTRY_VERIFY(!world.machines.find(machine.id));
    world.machines.setFilter("");
    QCOMPARE(world.machines.count(), 199);
    machine.id = "new";
    world.broker.change(machine);
    QTRY_COMPARE(world.machines.count(), 200);
    world.desk.invitations()->setWatching(true);
    world.pairing.begin();
    world.pairing.choose(Pairing::Invite);
    QTRY_COMPARE(world.desk.invitations()->count(), 1);
  }

  void renamedByThePersonAlone() {
    World world;
    QVERIFY(world.ready());
    auto id = world.idOf("Tablet");
    world.machines.rename(id, "  The   tablet ");
    QVERIFY(world.heard("rename " + id + " The tablet"));
    QTRY_COMPARE(world.machines.find(id)->petname, "The tablet");
    // A name that another has is refused, and that is said.
    world.machines.rename(id, "Home server");
    QTRY_VERIFY(world.desk.undo()->text().contains("another machine has that name"));
    QCOMPARE(world.machines.find(id)->petname, "The tablet");
    // Nothing, and the same, are no new name.
    auto before = world.broker.heard().size();
    world.machines.rename(id, "   ");
    world.machines.rename(id, "The tablet");
    QTest::qWait(50);
    QCOMPARE(world.broker.heard().size(), before);
  }

  void keysShowThePetnameAndItsColour() {
    World world;
    QVERIFY(world.ready());
    auto* grants = world.desk.grants();
    auto anna = *world.machines.find(world.idOf("Anna's laptop"));
    grants->setFilter("Photos 2026");
    QTRY_COMPARE(grants->count(), 1);
    auto row = [&](int role) { return grants->index(0, 0).data(role); };
    QTRY_COMPARE(row(GrantsModel::WhoRole).toString(), "Anna's laptop");
    QCOMPARE(row(GrantsModel::StripeRole).toInt(), anna.stripe);
    QCOMPARE(row(GrantsModel::InitialsRole).toString(), "AL");
    QVERIFY(row(GrantsModel::IconRole).toUrl().isEmpty());
    QVERIFY(!row(GrantsModel::ChangeableRole).toBool());
    QSignalSpy changed(grants, &GrantsModel::dataChanged);
    anna.petname = "Anna";
    world.broker.change(anna);
    QTRY_COMPARE(row(GrantsModel::WhoRole).toString(), "Anna");
    QVERIFY(!changed.isEmpty());
    grants->setFilter("FeatherPad");
    QTRY_VERIFY(grants->count() > 0);
    QCOMPARE(row(GrantsModel::StripeRole).toInt(), -1);
  }

  void keysAreGroupedByMachineWhereMachinesHoldAny() {
    World world;
    QVERIFY(world.ready());
    auto* grants = world.desk.grants();
    QTRY_COMPARE(grants->groupings().size(), 3);
    grants->setGrouping(GrantsModel::ByMachine);
    auto groups = column(*grants, GrantsModel::GroupRole);
    groups.removeDuplicates();
    QCOMPARE(groups, QStringList({"Anna's laptop", "Desk at work", "This machine"}));
    auto script = demoScript();
    script.grants.removeIf([](const Grant& grant) { return grant.holder.startsWith("machine:"); });
    World other(script);
    QVERIFY(other.ready());
    QCOMPARE(other.desk.grants()->groupings().size(), 2);
  }

  void wordsThatMatchOnBothScreensAddTheMachine() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    QVERIFY(world.compared("anna-thinkpad"));
    QCOMPARE(world.pairing.announced(), "anna-thinkpad");
    QCOMPARE(world.pairing.words(), QStringList({"harbour", "violet", "engine", "saddle"}));
    world.pairing.answer(true);
    QCOMPARE(world.pairing.step(), Pairing::Waiting);
    QVERIFY(world.heard("compared match"));
    QTRY_COMPARE(world.pairing.step(), Pairing::Added);
    // Nobody else is let in while the person finds a name.
    QVERIFY(world.heard("admit ended"));
    QTRY_COMPARE(world.pairing.petname(), "anna-thinkpad");
    world.pairing.finish("Anna's other laptop");
    QVERIFY(world.heard("rename " + world.pairing.machine() + " Anna's other laptop"));
    QTRY_VERIFY(!world.pairing.open());
  }

  void noAnswerCountsBeforeTheWordsWereSeen() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    world.broker.compare("anna-thinkpad");
    QTRY_COMPARE(world.pairing.step(), Pairing::Words);
    QVERIFY(!world.pairing.armed());
    world.pairing.answer(true);
    world.pairing.answer(false);
    QTest::qWait(100);
    QCOMPARE(world.pairing.step(), Pairing::Words);
    QVERIFY(!world.everHeard("compared match") && !world.everHeard("compared differ"));
    // Others that come now do not take its place, and are not armed by it.
    world.pairing.setArmed(true);
    world.broker.compare("somebody else");
    QTRY_COMPARE(world.pairing.behind(), 1);
    QCOMPARE(world.pairing.announced(), "anna-thinkpad");
    world.pairing.answer(false);
    QVERIFY(world.heard("compared differ"));
    world.pairing.again();
    QCOMPARE(world.pairing.announced(), "somebody else");
    QVERIFY(!world.pairing.armed());
    world.pairing.answer(true);
    QTest::qWait(50);
    QVERIFY(!world.everHeard("compared match"));
  }

  void wordsThatDifferAddNothing() {
    World world;
    QVERIFY(world.ready());
    auto before = world.machines.total();
    QVERIFY(world.admitting());
    QVERIFY(world.compared("mallory"));
    world.pairing.answer(false);
    QVERIFY(world.heard("compared differ"));
    QCOMPARE(world.pairing.step(), Pairing::Failed);
    QVERIFY(world.pairing.failure().contains("third machine"));
    world.pairing.again();
    QCOMPARE(world.pairing.step(), Pairing::Ways);
    QCOMPARE(world.machines.total(), before);
    // It was admitted all the time, once.
    QCOMPARE(world.broker.heard().count("admit"), 1);
  }

  void theOtherPersonsNoIsTold() {
    World world;
    QVERIFY(world.ready());
    world.broker.differThere();
    QVERIFY(world.admitting());
    QVERIFY(world.compared("anna-thinkpad"));
    world.pairing.answer(true);
    QTRY_COMPARE(world.pairing.step(), Pairing::Failed);
    QVERIFY(world.pairing.failure().contains("the other person said that the words differ"));
  }

  void aMachineThatLeavesTakesItsWordsAlong() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    QVERIFY(world.compared("first"));
    world.broker.compare("second");
    QTRY_COMPARE(world.pairing.behind(), 1);
    world.broker.breakOff("second");
    QTRY_COMPARE(world.pairing.behind(), 0);
    QCOMPARE(world.pairing.step(), Pairing::Words);
    world.broker.breakOff("first");
    QTRY_COMPARE(world.pairing.step(), Pairing::Failed);
    QVERIFY(world.pairing.failure().contains("broke it off"));
    world.pairing.answer(true);
    QVERIFY(!world.everHeard("compared match"));
  }

  void crowdsAreTurnedAway() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    QVERIFY(world.compared("first"));
    for (int i = 0; i < 30; ++i) world.broker.compare(QString("crowd %1").arg(i));
    QTRY_COMPARE(world.broker.heard().count("compared differ"), 22);
    QCOMPARE(world.pairing.behind(), 8);
    QCOMPARE(world.pairing.announced(), "first");
  }

  void closingIsNoAnswerAndEndsAdmitting() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    QVERIFY(world.compared("anna-thinkpad"));
    world.pairing.close();
    QVERIFY(world.heard("admit ended"));
    QVERIFY(world.heard("comparison over"));
    QVERIFY(!world.everHeard("compared match") && !world.everHeard("compared differ"));
    world.broker.compare("later");
    QVERIFY(world.heard("not admitted"));
    QVERIFY(!world.pairing.open());
  }

  void nobodyIsAdmittedWhileAnInvitationIsUsed() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    world.pairing.choose(Pairing::Join);
    QVERIFY(world.heard("admit ended"));
    world.pairing.back();
    QTRY_COMPARE(world.broker.heard().count("admit"), 2);
  }

  void aMachineIsAddedByItsAddress() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    world.pairing.choose(Pairing::Room);
    QTRY_COMPARE(world.pairing.nearby().size(), 2);
    QCOMPARE(plain(world.pairing.nearby()[0].note), "may be Anna's laptop");
    world.pairing.add("   ");
    QVERIFY(world.pairing.trying().isEmpty());
    world.pairing.add("192.0.2.1");
    QTRY_COMPARE(world.pairing.fault(), "nothing answers there");
    QCOMPARE(world.pairing.step(), Pairing::Room);
    world.pairing.add("192.0.2.2");
    QVERIFY(world.heard("add 192.0.2.2"));
    QCOMPARE(world.pairing.trying(), "192.0.2.2");
    world.pairing.stopTrying();
    QVERIFY(world.heard("add ended"));
    QVERIFY(world.pairing.trying().isEmpty() && world.pairing.fault().isEmpty());
    world.pairing.add(" 192.168.1.7 ");
    QTRY_COMPARE(world.pairing.step(), Pairing::Words);
    world.pairing.setArmed(true);
    world.pairing.answer(true);
    QTRY_COMPARE(world.pairing.step(), Pairing::Added);
    // Its own name is taken, so the broker has found another.
    QTRY_COMPARE(world.pairing.petname(), "Anna's laptop 2");
    world.pairing.finish("Home server");
    QTRY_COMPARE(world.pairing.fault(), "another machine has that name");
    QVERIFY(world.pairing.open());
    world.pairing.finish("");
    QVERIFY(!world.pairing.open());
    QVERIFY(world.everHeard("add 192.168.1.7"));
  }

  void whoSaysTheyDifferIsHeardThereToo() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    world.pairing.choose(Pairing::Room);
    world.pairing.add("192.168.1.7");
    QTRY_COMPARE(world.pairing.step(), Pairing::Words);
    world.pairing.setArmed(true);
    world.pairing.answer(false);
    QVERIFY(world.heard("compared differ"));
    QCOMPARE(world.pairing.step(), Pairing::Failed);
    // The call's own failure, which follows, says no more.
    QTest::qWait(50);
    QVERIFY(world.pairing.failure().contains("third machine"));
  }

  void anInvitationIsUsed() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    world.pairing.choose(Pairing::Join);
    world.pairing.join("latchkey://used");
    QTRY_COMPARE(world.pairing.fault(), "this invitation was used already");
    world.pairing.join("latchkey://wait");
    QVERIFY(world.heard("join latchkey://wait"));
    world.pairing.close();
    QVERIFY(world.heard("join ended"));
    world.pairing.begin();
    world.pairing.choose(Pairing::Join);
    QTemporaryDir folder;
    auto write = [&](const QByteArray& content) {
      QFile file(folder.filePath("invitation.txt"));
      QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    };
    write("one line\nand another\n");
    world.pairing.joinFile(QUrl::fromLocalFile(folder.filePath("invitation.txt")));
    QTRY_COMPARE(world.pairing.fault(), "This is no invitation.");
    write("");
    world.pairing.joinFile(QUrl::fromLocalFile(folder.filePath("invitation.txt")));
    world.pairing.joinFile(QUrl::fromLocalFile(folder.filePath("not there")));
    QTest::qWait(50);
    QCOMPARE(world.pairing.step(), Pairing::Join);
    write("latchkey://join/good\n");
    world.pairing.joinFile(QUrl::fromLocalFile(folder.filePath("invitation.txt")));
    QTRY_COMPARE(world.pairing.step(), Pairing::Added);
    QVERIFY(world.everHeard("join latchkey://join/good"));
    QTRY_COMPARE(world.pairing.petname(), "Grandpa's PC");
  }

  void anInvitationsLinkIsToldOnce() {
    World world;
    auto& invitations = *world.desk.invitations();
    QVERIFY(world.ready());
    QTRY_COMPARE(invitations.count(), 1);
    QVERIFY(world.admitting());
    world.pairing.choose(Pairing::Invite);
    QTRY_VERIFY(invitations.link().startsWith("latchkey://join/"));
    QTRY_COMPARE(invitations.count(), 2);
    auto link = invitations.link();
    invitations.copyLink();
    QVERIFY(invitations.copied());
    auto* copied = QGuiApplication::clipboard()->mimeData();
    QCOMPARE(copied->text(), link);
    QCOMPARE(copied->data("x-kde-passwordManagerHint"), QByteArray("secret"));
    QTemporaryDir folder;
    auto path = folder.filePath("invitation.txt");
    invitations.saveLink(QUrl::fromLocalFile(path));
    QTRY_VERIFY(QFile::exists(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), link.toUtf8() + '\n');
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    invitations.saveLink(QUrl::fromLocalFile("/proc/nowhere/invitation.txt"));
    QTRY_VERIFY(world.desk.undo()->text().startsWith("It could not be written"));
    world.pairing.close();
    QVERIFY(invitations.link().isEmpty() && invitations.until().isEmpty());
    // It stays good, and is cancelled where it is listed.
    QCOMPARE(invitations.count(), 2);
    invitations.cancel("n2");
    QVERIFY(world.heard("cancel-invitation n2"));
    QTRY_COMPARE(invitations.count(), 1);
  }

  void whereNobodyCanComeNoInvitationIsMade() {
    auto script = demoScript();
    script.own.trouble = "port 7357 is taken";
    World world(script);
    QVERIFY(world.ready());
    QVERIFY(world.desk.self()->reach().contains("port 7357 is taken"));
    QVERIFY(world.admitting());
    world.pairing.choose(Pairing::Invite);
    QTRY_COMPARE(world.desk.invitations()->fault(), "this machine cannot be reached");
    QVERIFY(world.desk.invitations()->link().isEmpty());
  }

  void aUsedInvitationShowsItsMachine() {
    World world;
    QVERIFY(world.ready());
    auto& invitations = *world.desk.invitations();
    invitations.setWatching(true);
    QTRY_COMPARE(invitations.count(), 1);
    QVERIFY(world.admitting());
    world.pairing.choose(Pairing::Invite);
    QTRY_COMPARE(invitations.count(), 2);
    world.broker.redeem("n2", "Grandpa's PC");
    QTRY_COMPARE(world.pairing.step(), Pairing::Added);
    QCOMPARE(world.pairing.petname(), "Grandpa's PC");
    QCOMPARE(invitations.count(), 1);
    world.pairing.finish("");
    // Later, with nothing open, it is one line.
    world.broker.redeem("n1", "Aunt's PC");
    QTRY_VERIFY(world.desk.undo()->text().startsWith("An invitation was used"));
    QVERIFY(!world.pairing.open());
  }

  void whatEndsWithAMachineIsSaidFirst() {
    World world;
    QVERIFY(world.ready());
    auto* parting = world.desk.parting();
    auto id = world.idOf("Anna's laptop");
    QTRY_COMPARE(world.machines.usedBy(id).size(), 3);
    auto child = world.machines.usedBy(id)[0];
    child.parent = std::exchange(child.id, "child");
    child.holder = "mpv";
    child.holderName = "mpv";
    world.broker.change(child);
    QTRY_VERIFY(world.desk.grants()->find("child"));
    parting->begin(id, Parting::Forget);
    QTRY_VERIFY(parting->open());
    auto lines = plain(parting->lines().join('\n'));
    QVERIFY2(lines.contains("It stops using: budget.ods, Photos 2026"), qPrintable(lines));
    QVERIFY2(lines.contains("in use at this moment"), qPrintable(lines));
    QVERIFY2(lines.contains("This also ends") && lines.contains("used by mpv"), qPrintable(lines));
    QVERIFY2(lines.contains("You stop using 2"), qPrintable(lines));
    parting->keep();
    QVERIFY(!parting->open());
    parting->part();
    QTest::qWait(50);
    QVERIFY(!world.everHeard("forget-machine " + id));

    QSignalSpy forgotten(parting, &Parting::forgotten);
    parting->begin(id, Parting::Forget);
    QTRY_VERIFY(parting->open());
    parting->part();
    QVERIFY(world.heard("forget-machine " + id));
    QTRY_COMPARE(forgotten.size(), 1);
    QTRY_VERIFY(!world.machines.find(id));
    QVERIFY(!parting->open() && !world.pairing.open());
    QTRY_VERIFY(world.desk.grants()->find("child")->over());
  }

  void aBlockedMachineIsLetInAgainByThePersonAlone() {
    World world;
    QVERIFY(world.ready());
    auto id = world.idOf("Desk at work");
    world.desk.parting()->begin(id, Parting::Block);
    QTRY_VERIFY(world.desk.parting()->open());
    world.desk.parting()->part();
    QVERIFY(world.heard("block " + id));
    world.desk.machine()->open(id);
    QTRY_VERIFY(world.desk.machine()->blocked());
    QTRY_COMPARE(world.machines.uses(id), "");
    world.desk.machine()->unblock();
    QVERIFY(world.heard("unblock " + id));
    QTRY_VERIFY(!world.desk.machine()->blocked());
    QCOMPARE(world.machines.uses(id), "");
  }

  void whatBeginsAnewIsForgottenThenAdded() {
    World world;
    QVERIFY(world.ready());
    auto id = world.idOf("Tablet");
    world.desk.parting()->begin(id, Parting::Renew);
    QTRY_VERIFY(world.desk.parting()->open());
    QVERIFY(plain(world.desk.parting()->title()).contains("Tablet"));
    world.desk.parting()->part();
    QVERIFY(world.heard("forget-machine " + id));
    QTRY_COMPARE(world.pairing.step(), Pairing::Ways);
  }

  void aMachineThatWentMeanwhileIsNotPartedFrom() {
    World world;
    QVERIFY(world.ready());
    auto id = world.idOf("Tablet");
    world.desk.parting()->begin(id, Parting::Forget);
    QTRY_VERIFY(world.desk.parting()->open());
    world.broker.lose(id);
    QTRY_VERIFY(!world.desk.parting()->open());
    world.desk.parting()->begin("nobody", Parting::Forget);
    QVERIFY(!world.desk.parting()->open());
  }

  void waysAreKeptInThePersonsOrder() {
    World world;
    QVERIFY(world.ready());
    auto* page = world.desk.machine();
    auto id = world.idOf("Anna's laptop");
    page->open(id);
    QCOMPARE(page->ways().size(), 3);
    QVERIFY(page->ways()[0].worked && !page->ways()[1].worked);
    QVERIFY(plain(page->ways()[1].outcome).endsWith(": no answer in time"));
    QCOMPARE(page->ways()[2].outcome, "not tried yet");
    page->raiseWay(2);
    QVERIFY(world.heard("routes " + id + " 192.168.1.7:7357|ssh anna@desk|anna.example.org"));
    QTRY_COMPARE(page->ways()[1].text, "ssh anna@desk");
    page->raiseWay(0);
    page->removeWay(7);
    page->addWay("ssh anna@desk");  // Known already.
    page->addWay("nonsense!");
    QTRY_VERIFY(world.desk.undo()->text().contains("is no address"));
    QCOMPARE(page->ways().size(), 3);
    page->addWay(" 10.0.0.7 ");
    QTRY_COMPARE(page->ways().size(), 4);
    QCOMPARE(page->ways()[3].text, "10.0.0.7");
    page->removeWay(0);
    QTRY_COMPARE(page->ways().size(), 3);
    world.desk.undo()->takeBack();
    QTRY_COMPARE(page->ways().size(), 4);
    QCOMPARE(page->ways()[0].text, "192.168.1.7:7357");
  }

  void connectingIsTriedNow() {
    World world;
    QVERIFY(world.ready());
    auto id = world.idOf("Desk at work");
    world.desk.machine()->open(id);
    QVERIFY(!world.desk.machine()->connected());
    world.desk.machine()->connectNow();
    QVERIFY(world.heard("connect " + id));
    QTRY_VERIFY(world.desk.machine()->connected());
  }

  void thisMachineIsAsThePersonSays() {
    World world;
    QVERIFY(world.ready());
    auto* self = world.desk.self();
    QCOMPARE(self->name(), "miras-desk");
    QCOMPARE(plain(self->reach()), "Others reach it at 192.168.1.5:7357, [fd00::5]:7357");
    self->setName("  mira ");
    QVERIFY(world.heard("self mira listening 0 -"));
    self->setPort(9000);
    QVERIFY(world.heard("self mira listening 9000 -"));
    self->setAnnounced(true);
    QVERIFY(world.heard("self mira listening 9000 announced"));
    self->setListening(false);
    QVERIFY(world.heard("self mira - 9000 announced"));
    QTRY_VERIFY(self->reach().startsWith("Others cannot connect to it"));
    self->setName("bad");
    QTRY_COMPARE(world.desk.undo()->text(), "a machine cannot be called that");
    QTRY_COMPARE(self->name(), "mira");  // As it is, not as it was wished.
    self->setName("");
    QCOMPARE(self->name(), "mira");
    // What comes of itself is seen while somebody looks.
    auto own = demoScript().own;
    own.trouble = "port 7357 is used by another program";
    world.broker.change(own);
    self->setWatching(true);
    QTRY_COMPARE(self->trouble(), own.trouble);
    QVERIFY(self->reach().contains(own.trouble));
  }

  void aLostConnectionAddsNothing() {
    World world;
    QVERIFY(world.ready());
    QVERIFY(world.admitting());
    QVERIFY(world.compared("anna-thinkpad"));
    world.broker.hangUp();
    QTRY_VERIFY(!world.session.online());
    QTRY_COMPARE(world.pairing.step(), Pairing::Failed);
    QVERIFY(!world.everHeard("compared match"));
    world.machines.rename(world.idOf("Tablet"), "x");
    QTRY_VERIFY(world.desk.undo()->text().contains("reconnecting"));
    world.broker.pickUp();
    QTRY_VERIFY(world.session.online());
    world.pairing.again();
    QTRY_COMPARE(world.broker.heard().count("admit"), 2);
    QVERIFY(world.compared("anna-thinkpad"));
  }

  void anOlderBrokerHasEverythingElse() {
    auto script = demoScript();
    script.knowsMachines = false;
    World world(script);
    QVERIFY(QTest::qWaitFor([&] { return world.session.online(); }, 10000));
    QTRY_VERIFY(world.machines.lack().contains("older"));
    QVERIFY(!world.machines.known());
    QTRY_VERIFY(world.desk.grants()->total() > 0);
    QVERIFY(world.desk.undo()->text().isEmpty());
  }

  // What waits in the other thread must not speak of what is gone.
  void theWindowMayEndAtAnyMoment() {
    for (int round = 0; round < 20; ++round) {
      World world;
      if (round % 2) QVERIFY(world.ready());
      world.pairing.begin();
      if (round % 3 == 0) world.pairing.choose(Pairing::Room), world.pairing.add("192.168.1.7");
      if (round % 3 == 1) world.broker.compare("anna-thinkpad");
      QTest::qWait(round % 5);
    }
  }
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::MachinesModelTest)
#include "machines-model-test.moc"
