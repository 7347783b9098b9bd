// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Machines that know each other: real brokers and real latchkey-peer, each with places of its own, over a network of
// the test's own. What both sides say is the judge.

#include <sys/stat.h>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QtTest>
#include <memory>
#include <random>

#include "tests/app/cli/pty-child.h"
#include "tests/app/cli/run-command.h"
#include "tests/support/own-network.h"
#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

constexpr int DEAF_MS = 700;

std::string noNetwork;

QByteArray ofProcess(pid_t pid, const char* file) {
  QFile in(QString("/proc/%1/%2").arg(pid).arg(file));
  return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

// The portal of that world's broker; 0 without one.
pid_t peerOf(const SystemWorld& world) {
  auto broker = world.broker();
  if (broker == 0) return 0;
  for (auto& child : ofProcess(broker, QString("task/%1/children").arg(broker).toUtf8().constData()).split(' ')) {
    if (child.toInt() > 0 && ofProcess(child.toInt(), "comm").trimmed() == "latchkey-peer") return child.toInt();
  }
  return 0;
}

bool listens(int port) {
  auto wanted = QString(":%1 ").arg(port, 4, 16, QChar('0')).toUpper().toUtf8();
  for (auto table : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
    QFile in(table);
    if (!in.open(QIODevice::ReadOnly)) continue;
    for (auto& line : in.readAll().split('\n')) {
      if (line.contains(wanted) && line.contains(" 0A ")) return true;
    }
  }
  return false;
}

}  // namespace

class MachinesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();

  void nobodyListensForNobody();
  void anInvitationConnectsBoth();
  void theKeyIsForTheOwnerAlone();
  void anInvitationIsGoodForOneMachine();
  void threeMachines();
  void theSameWordsOnBothScreens();
  void wordsThatDifferAddNobody_data();
  void wordsThatDifferAddNobody();
  void whoGoesAwayTakesTheWordsDown();
  void nobodyIsAddedWhoIsNotAwaited();
  void forgettingIsSeenThere();
  void afterForgettingTheyCanMeetAgain();
  void blockedOnesStayOut();
  void anotherKeyAtTheSameAddress();
  void killedPartsComeBack_data();
  void killedPartsComeBack();
  void killsWhilePairing();
  void sshIsARoute();
  void wordsThroughSsh();
  void nothingIsLeft();

private:
  struct Ran {
    int status;
    QByteArray out, err;
  };
  static Ran peer(const SystemWorld& world, const QStringList& words) {
    auto outcome = world.latchkey(QStringList("peer") + words);
    return {outcome.status, outcome.out, outcome.err};
  }
  static QByteArray invite(const SystemWorld& world) { return peer(world, {"invite"}).out.trimmed(); }
  static QJsonArray known(const SystemWorld& world) { return world.list({"peer"}); }
  static QJsonObject theOne(const SystemWorld& world) { return known(world).first().toObject(); }
  static QString stateOf(const SystemWorld& world) { return theOne(world)["state"].toString(); }
  static bool comesTo(const SystemWorld& world, const QString& state, int milliseconds = 30'000) {
    bool came = waitUntil([&] { return stateOf(world) == state; }, milliseconds);
    if (!came)
      qWarning() << "state" << stateOf(world) << "instead of" << state << peer(world, {"route", nameOf(world)}).out;
    return came;
  }
  static QString nameOf(const SystemWorld& world) { return theOne(world)["name"].toString(); }
  bool bothConnected(int milliseconds = 30'000) {
    for (auto* world : {m_a.get(), m_b.get()}) known(*world);  // A broker that has gone is started by who asks.
    return comesTo(*m_a, "connected", milliseconds) && comesTo(*m_b, "connected", milliseconds);
  }
  bool pair() {
    auto joined = peer(*m_b, {"join", invite(*m_a)});
    if (joined.status != 0) qWarning("join: %s", joined.err.constData());
    return joined.status == 0 && bothConnected();
  }
  static std::unique_ptr<PtyChild> onTerminal(const SystemWorld& world, const QStringList& words) {
    return std::make_unique<PtyChild>(QStringList{programPath("latchkey"), "peer"} + words, world.environment());
  }
  // One waits, the other asks for it. Their terminals, with the words on both.
  struct Meeting {
    std::unique_ptr<PtyChild> waits, asks;
    bool met = false;
  };
  Meeting meet(const QString& address = {});
  static QByteArray wordsOn(const PtyChild& terminal) {
    static const QRegularExpression four("^ {4}([a-z]+(?:   [a-z]+){3})\\s*$", QRegularExpression::MultilineOption);
    return four.match(QString::fromUtf8(terminal.seen())).captured(1).toUtf8();
  }
  void addFakeSsh(SystemWorld& from, const SystemWorld& to);

  std::unique_ptr<SystemWorld> m_a, m_b;
};

void MachinesTest::initTestCase() {
  if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  if (!QFile::exists(programPath("latchkey-peer"))) QSKIP("latchkey-peer is not built");
}

void MachinesTest::init() {
  m_a = std::make_unique<SystemWorld>();
  m_b = std::make_unique<SystemWorld>();
}

void MachinesTest::cleanup() {
  m_a.reset();
  m_b.reset();
}

MachinesTest::Meeting MachinesTest::meet(const QString& address) {
  Meeting meeting;
  meeting.waits = onTerminal(*m_a, {"add"});
  if (!meeting.waits->expect("Waiting.")) return meeting;
  static const QRegularExpression own("latchkey peer add (\\S+:\\d+)");
  waitUntil([&] { return meeting.waits->watch(50), own.match(QString::fromUtf8(meeting.waits->seen())).hasMatch(); },
            5000);
  auto there = own.match(QString::fromUtf8(meeting.waits->seen())).captured(1);
  meeting.asks = onTerminal(*m_b, {"add", address.isEmpty() ? there : address});
  meeting.met = meeting.waits->expect("They differ") && meeting.asks->expect("They differ");
  QTest::qWait(DEAF_MS + 200);
  return meeting;
}

void MachinesTest::nobodyListensForNobody() {
  QCOMPARE(peer(*m_a, {"list"}).status, 0);
  QCOMPARE(peerOf(*m_a), 0);
  for (int port = 7357; port < 7373; ++port) QVERIFY(!listens(port));
  auto link = invite(*m_a);
  QVERIFY2(link.startsWith("latchkey:join/"), link);
  QVERIFY(listens(7357));
  QVERIFY(waitUntil([&] { return peerOf(*m_a) != 0; }));
  auto id = m_a->first({"peer", "invitations"})["id"].toString();
  QCOMPARE(peer(*m_a, {"invitations", "cancel", id}).status, 0);
  QVERIFY(!listens(7357));
  QVERIFY(waitUntil([&] { return peerOf(*m_a) == 0; }));
}

void MachinesTest::anInvitationConnectsBoth() {
  auto link = invite(*m_a);
  QCOMPARE(peer(*m_a, {"self", "name=Anna's laptop"}).status, 0);
  auto joined = peer(*m_b, {"join", link});
  QVERIFY2(joined.status == 0, joined.err);
  QCOMPARE(joined.out, "Added Anna's laptop. It can see nothing of yours yet.\n");
  QVERIFY(bothConnected());
  QCOMPARE(theOne(*m_b)["name"].toString(), "Anna's laptop");
  QCOMPARE(theOne(*m_b)["shared"].toInt(), 0);
  // Each knows the other by the id that it has for itself.
  QCOMPARE(theOne(*m_b)["id"], m_a->first({"peer", "self"})["id"]);
  QCOMPARE(theOne(*m_a)["id"], m_b->first({"peer", "self"})["id"]);
  QVERIFY(m_a->list({"log"}).size() > 0 && m_a->journal("machine").size() >= 2);
  // It survives both.
  for (auto* world : {m_a.get(), m_b.get()}) QCOMPARE(world->latchkey({"quit"}).status, 0);
  QVERIFY(bothConnected());
}

void MachinesTest::theKeyIsForTheOwnerAlone() {
  invite(*m_a);
  auto path = m_a->path("state/latchkey/machine-key");
  struct stat status{};
  QCOMPARE(stat(path.toUtf8().constData(), &status), 0);
  QCOMPARE(status.st_mode & 07777, mode_t(0600));
  QFile file(path);
  QVERIFY(file.open(QIODevice::ReadOnly));
  auto before = file.readAll();
  m_a->latchkey({"quit"});
  invite(*m_a);
  QFile again(path);
  QVERIFY(again.open(QIODevice::ReadOnly));
  QCOMPARE(again.readAll(), before);
}

void MachinesTest::anInvitationIsGoodForOneMachine() {
  auto link = invite(*m_a);
  QCOMPARE(peer(*m_b, {"join", link}).status, 0);
  SystemWorld third;
  auto joined = peer(third, {"join", link});
  QCOMPARE(joined.status, 1);
  QVERIFY2(joined.err.contains("invitation is over, used"), joined.err);
  QVERIFY(known(third).isEmpty());
  QCOMPARE(known(*m_a).size(), 1);
}

void MachinesTest::threeMachines() {
  SystemWorld third;
  QVERIFY(pair());
  QCOMPARE(peer(third, {"join", invite(*m_a)}).status, 0);
  QCOMPARE(peer(third, {"join", invite(*m_b)}).status, 0);
  auto allConnected = [](const SystemWorld& world) {
    auto list = known(world);
    int connected = 0;
    for (auto one : list) connected += one.toObject()["state"] == "connected" ? 1 : 0;
    return list.size() == 2 && connected == 2;
  };
  for (auto* world : {m_a.get(), m_b.get(), &third}) QVERIFY(waitUntil([&] { return allConnected(*world); }));
  SystemWorld::destroy(m_b->broker());
  QVERIFY(waitUntil([&] {
    for (auto one : known(third)) {
      if (one.toObject()["state"] != "connected") return true;
    }
    return false;
  }));
  known(*m_b);  // Starts it again.
  for (auto* world : {m_a.get(), m_b.get(), &third}) QVERIFY(waitUntil([&] { return allConnected(*world); }));
}

void MachinesTest::theSameWordsOnBothScreens() {
  auto meeting = meet();
  QVERIFY(meeting.met);
  auto words = wordsOn(*meeting.waits);
  QVERIFY2(!words.isEmpty(), meeting.waits->seen());
  QCOMPARE(wordsOn(*meeting.asks), words);
  QVERIFY(known(*m_a).isEmpty() && known(*m_b).isEmpty());
  meeting.waits->type("m");
  QTest::qWait(300);
  QVERIFY(known(*m_a).isEmpty() && known(*m_b).isEmpty());  // One is not enough.
  meeting.asks->type("m");
  QVERIFY(meeting.asks->expect("It can see nothing of yours yet"));
  QVERIFY(meeting.waits->expect("It can see nothing of yours yet"));
  QCOMPARE(meeting.asks->waitForEnd(), 0);
  QCOMPARE(meeting.waits->waitForEnd(), 0);
  QVERIFY(bothConnected());
}

void MachinesTest::wordsThatDifferAddNobody_data() {
  QTest::addColumn<bool>("whoAsked");
  QTest::newRow("who asked says so") << true;
  QTest::newRow("who waited says so") << false;
}

void MachinesTest::wordsThatDifferAddNobody() {
  QFETCH(bool, whoAsked);
  auto meeting = meet();
  QVERIFY(meeting.met);
  (whoAsked ? meeting.waits : meeting.asks)->type("m");
  QTest::qWait(200);
  (whoAsked ? meeting.asks : meeting.waits)->type("d");
  QCOMPARE(meeting.asks->waitForEnd(), 1);
  QVERIFY2(meeting.asks->seen().contains("the words differ"), meeting.asks->seen());
  QTest::qWait(500);
  QVERIFY(known(*m_a).isEmpty() && known(*m_b).isEmpty());
}

void MachinesTest::whoGoesAwayTakesTheWordsDown() {
  auto meeting = meet();
  QVERIFY(meeting.met);
  SystemWorld::destroy(meeting.asks->pid());
  QVERIFY(meeting.waits->expect("Not asked any more"));
  QVERIFY(known(*m_a).isEmpty() && known(*m_b).isEmpty());
}

void MachinesTest::nobodyIsAddedWhoIsNotAwaited() {
  invite(*m_a);  // Listens, but compares no words.
  auto terminal = onTerminal(*m_b, {"add", "127.0.0.1:7357"});
  QCOMPARE(terminal->waitForEnd(), 1);
  QVERIFY2(terminal->seen().contains("nobody there is adding a machine"), terminal->seen());
  QVERIFY(known(*m_a).isEmpty());
}

void MachinesTest::forgettingIsSeenThere() {
  QVERIFY(pair());
  auto forgotten = peer(*m_a, {"forget", theOne(*m_a)["id"].toString()});
  QVERIFY2(forgotten.status == 0, forgotten.err);
  QVERIFY(known(*m_a).isEmpty());
  QVERIFY(comesTo(*m_b, "refused", 5000));
  // Also for who was away meanwhile.
  QVERIFY(peer(*m_b, {"connect", theOne(*m_b)["id"].toString()}).status != 0);
  QCOMPARE(stateOf(*m_b), "refused");
}

void MachinesTest::afterForgettingTheyCanMeetAgain() {
  QVERIFY(pair());
  QCOMPARE(peer(*m_b, {"name", theOne(*m_b)["id"].toString(), "desk"}).status, 0);
  QCOMPARE(peer(*m_a, {"forget", theOne(*m_a)["id"].toString()}).status, 0);
  QVERIFY(comesTo(*m_b, "refused"));
  auto joined = peer(*m_b, {"join", invite(*m_a)});
  QVERIFY2(joined.status == 0, joined.err);
  QVERIFY(bothConnected());
  QCOMPARE(nameOf(*m_b), "desk");
}

void MachinesTest::blockedOnesStayOut() {
  QVERIFY(pair());
  auto id = theOne(*m_a)["id"].toString();
  QCOMPARE(peer(*m_a, {"block", id}).status, 0);
  QCOMPARE(stateOf(*m_a), "blocked");
  QVERIFY(comesTo(*m_b, "refused", 5000));
  auto joined = peer(*m_b, {"join", invite(*m_a)});
  QCOMPARE(joined.status, 1);
  m_a->latchkey({"quit"});
  QCOMPARE(stateOf(*m_a), "blocked");
  QCOMPARE(peer(*m_a, {"unblock", id}).status, 0);
  peer(*m_b, {"connect", theOne(*m_b)["id"].toString()});
  QVERIFY(bothConnected());
}

void MachinesTest::anotherKeyAtTheSameAddress() {
  QCOMPARE(peer(*m_b, {"self", "listen=off"}).status, 0);
  QVERIFY(pair());
  m_a->latchkey({"quit"});
  QVERIFY(waitUntil([&] { return m_a->broker() == 0; }));
  QVERIFY(comesTo(*m_b, "offline"));
  QVERIFY(QDir(m_a->path("state/latchkey")).removeRecursively());
  invite(*m_a);  // At the same port, as somebody new.
  peer(*m_b, {"connect", theOne(*m_b)["id"].toString()});
  QVERIFY(comesTo(*m_b, "keyChanged", 5000));
  QVERIFY(known(*m_a).isEmpty());
}

void MachinesTest::killedPartsComeBack_data() {
  QTest::addColumn<int>("which");
  const char* names[] = {"broker of who invited", "broker of who joined", "portal of who invited",
                         "portal of who joined"};
  for (int i = 0; i < 4; ++i) QTest::newRow(names[i]) << i;
}

void MachinesTest::killedPartsComeBack() {
  QFETCH(int, which);
  QVERIFY(pair());
  auto& world = which % 2 == 0 ? *m_a : *m_b;
  for (int i = 0; i < 3; ++i) {
    auto victim = which < 2 ? world.broker() : peerOf(world);
    QVERIFY(victim != 0);
    SystemWorld::destroy(victim);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(bothConnected());
    qInfo("connected again after %lld ms", timer.elapsed());
    QVERIFY(peerOf(world) != 0 && peerOf(world) != victim);
  }
}

// Whoever dies at whatever moment: both know each other, or neither does, or the one that does says that it is refused.
void MachinesTest::killsWhilePairing() {
  auto seed = std::random_device()();
  if (qEnvironmentVariableIsSet("LATCHKEY_SEED")) seed = qEnvironmentVariable("LATCHKEY_SEED").toUInt();
  qInfo("LATCHKEY_SEED=%u", seed);
  std::mt19937 chance(seed);
  // Ports of their own, as two computers have: else one that begins to listen takes that of the other, just killed, and
  // who was never connected knows no other way.
  QCOMPARE(peer(*m_a, {"self", "port=7380"}).status, 0);
  QCOMPARE(peer(*m_b, {"self", "port=7390"}).status, 0);
  int both = 0, none = 0, refused = 0;
  for (int round = 0; round < 30; ++round) {
    auto link = QString::fromUtf8(invite(*m_a));
    QVERIFY2(link.startsWith("latchkey:join/"), qPrintable(link));
    waitUntil([&] { return peerOf(*m_a) != 0; });
    known(*m_b);
    auto joining = m_b->start({"peer", "join", link});
    QTest::qSleep(static_cast<int>(chance() % 250));
    auto& world = chance() % 2 == 0 ? *m_a : *m_b;
    auto victim = chance() % 2 == 0 ? world.broker() : peerOf(world);
    if (victim != 0) SystemWorld::destroy(victim);
    joining->waitForEnd(60'000);
    // Whoever thinks that it knows the other tries now, and sees.
    auto settled = [&] {
      auto a = stateOf(*m_a), b = stateOf(*m_b);
      for (auto [world, state] : {std::pair(m_a.get(), a), {m_b.get(), b}}) {
        if (!state.isEmpty() && state != "connected" && state != "refused")
          peer(*world, {"connect", theOne(*world)["id"].toString()});
      }
      a = stateOf(*m_a), b = stateOf(*m_b);
      if (a.isEmpty() && b.isEmpty()) return ++none, true;
      if (a == "connected" && b == "connected") return ++both, true;
      // Who invited has nowhere to ask unless the other came: offline, with that reason, until it does.
      bool alone = (a.isEmpty() && b == "refused") || (b.isEmpty() && (a == "refused" || a == "offline"));
      return alone ? (++refused, true) : false;
    };
    QVERIFY2(waitUntil(settled, 30'000),
             qPrintable(QString("round %1: %2 and %3").arg(round).arg(stateOf(*m_a), stateOf(*m_b))));
    for (auto* one : {m_a.get(), m_b.get()}) {
      for (auto machine : known(*one)) peer(*one, {"forget", machine.toObject()["id"].toString()});
      for (auto invitation : one->list({"peer", "invitations"}))
        peer(*one, {"invitations", "cancel", invitation.toObject()["id"].toString()});
    }
  }
  qInfo("both %d, neither %d, one alone and saying so %d", both, none, refused);
}

// As ssh is: runs what it is told to on the other machine, its words behind "--".
void MachinesTest::addFakeSsh(SystemWorld& from, const SystemWorld& to) {
  QDir().mkpath(from.path("bin"));
  QFile script(from.path("bin/ssh"));
  QVERIFY(script.open(QIODevice::WriteOnly));
  auto text = QString("#!/bin/sh\necho \"$@\" >> %1/ssh-words\nexec env -i").arg(from.path());
  for (auto& variable : to.environment()) text += " '" + variable + "'";
  text += QString(" '%1' peer serve --stdio\n").arg(programPath("latchkey"));
  script.write(text.toUtf8());
  script.close();
  script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  from.setVariable("PATH", from.path("bin") + ":" + qEnvironmentVariable("PATH"));
}

void MachinesTest::sshIsARoute() {
  addFakeSsh(*m_b, *m_a);
  QVERIFY(pair());
  QCOMPARE(peer(*m_a, {"self", "listen=off"}).status, 0);
  QCOMPARE(peer(*m_b, {"self", "listen=off"}).status, 0);
  QCOMPARE(peer(*m_a, {"route", theOne(*m_a)["id"].toString(), "203.0.113.2:9"}).status, 0);
  QCOMPARE(peer(*m_b, {"route", theOne(*m_b)["id"].toString(), "203.0.113.2:9", "ssh anna@desk"}).status, 0);
  SystemWorld::destroy(peerOf(*m_b));
  QVERIFY(waitUntil([&] { return theOne(*m_b)["route"] == "ssh anna@desk" && stateOf(*m_b) == "connected"; }, 60'000));
  QVERIFY(comesTo(*m_a, "connected"));
  QFile words(m_b->path("ssh-words"));
  QVERIFY(words.open(QIODevice::ReadOnly));
  auto said = words.readAll();
  QVERIFY2(said.contains("BatchMode=yes") && said.contains("-- anna@desk latchkey peer serve --stdio"), said);
  // When the far broker dies, so does the pipe; and it comes again.
  SystemWorld::destroy(m_a->broker());
  QVERIFY(bothConnected(60'000));
}

void MachinesTest::wordsThroughSsh() {
  addFakeSsh(*m_b, *m_a);
  auto meeting = meet("ssh anna@desk");
  QVERIFY(meeting.met);
  QCOMPARE(wordsOn(*meeting.asks), wordsOn(*meeting.waits));
  meeting.waits->type("m");
  meeting.asks->type("m");
  QCOMPARE(meeting.asks->waitForEnd(), 0);
  QCOMPARE(meeting.waits->waitForEnd(), 0);
  QVERIFY(bothConnected());
}

void MachinesTest::nothingIsLeft() {
  QVERIFY(pair());
  m_a->end();
  m_b->end();
  auto left = m_a->leftoversAfter(20'000);
  QVERIFY2(left.isEmpty(), qPrintable(left.join('\n')));
}

int main(int argc, char** argv) {
  noNetwork = enterOwnNetwork(As::Self);
  QCoreApplication app(argc, argv);
  MachinesTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "machines-test.moc"
