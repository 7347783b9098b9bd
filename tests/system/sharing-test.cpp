// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Machines that share: each is a world of its own with its own broker and latchkey-peer, and they meet over TCP. A real
// PostgreSQL runs in a sandbox of "db", real programs that use it run in sandboxes of "web", which have no network.

#include <QtTest>

#include <signal.h>

#include <QDir>
#include <QElapsedTimer>

#include "tests/support/own-network.h"
#include "tests/support/system-world.h"
#include "tests/system/paired.h"

using namespace latchkey::test;

namespace {

QString postgres() {
  auto versions = QDir("/usr/lib/postgresql").entryList(QDir::Dirs | QDir::NoDotAndDotDot);
  return versions.isEmpty() ? QString() : "/usr/lib/postgresql/" + versions.last() + "/bin/";
}

std::string noNetwork;

}  // namespace

class SharingTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void cleanupTestCase();
  void aDatabaseOfAnotherMachine();
  void aProgramOfThisComputer();
  void passedOnThroughAnother();

private:
  CommandOutcome query(const SystemWorld& world, const QString& host, const QString& sql,
                       const QString& app = "shop") const;
  static QStringList script(const QString& app, const QString& text) {
    return {"run", "--as", app, "--ask", "no", "--", "sh", "-c", text};
  }

  QString m_bin = postgres();
  std::unique_ptr<SystemWorld> m_db, m_web, m_phone;
  std::unique_ptr<RunningCommand> m_server;
};

CommandOutcome SharingTest::query(const SystemWorld& world, const QString& host, const QString& sql,
                                  const QString& app) const {
  return world.latchkey(script(app, m_bin + "psql -X -A -t -h " + host + " -U shop -c \"" + sql + "\" postgres 2>&1"));
}

void SharingTest::initTestCase() {
  if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  QVERIFY2(!m_bin.isEmpty(), "no PostgreSQL here");
  m_db = std::make_unique<SystemWorld>();
  m_web = std::make_unique<SystemWorld>();
  m_phone = std::make_unique<SystemWorld>();
  pairWorlds(*m_db, "db", *m_web, "web");
  // Who comes from outside the sandbox is not of its own machine: that is said here, and a password is not needed.
  m_server = m_db->start(script(
      "postgres",
      m_bin +
          "initdb -D ~/store -U shop -A trust --no-sync --locale=C >/dev/null && "
          "echo 'host all all 198.19.255.253/32 trust' >>~/store/pg_hba.conf && exec " +
          m_bin + "postgres -D ~/store -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off 2>&1"));
  QVERIFY2(m_server->says("ready to accept", 120'000), m_server->output());
}

void SharingTest::cleanupTestCase() {
  m_server.reset();
  for (auto* world : {&m_phone, &m_web, &m_db})
    if (*world) (*world)->end();
  // Of any of them: all are below this process.
  if (m_db) QCOMPARE(m_db->leftoversAfter(20'000), QStringList());
}

// The main thing: one gesture wires it, another ends it.
void SharingTest::aDatabaseOfAnotherMachine() {
  auto shared = m_db->latchkey({"share", "web", "service", "postgres:5432", "--as", "orders"});
  QVERIFY2(shared.status == 0, shared.err);
  auto grant = QString(firstLine(shared));
  auto offer = offerOf(*m_web, "orders");
  QCOMPARE(offer["kind"].toString(), QString("service"));
  QCOMPARE(offer["name"].toString(), QString("db"));
  // Offered is not given.
  QVERIFY(query(*m_web, "db", "select 1").out.contains("could not translate") ||
          query(*m_web, "db", "select 1").out.contains("refused"));

  auto accepted = m_web->latchkey({"accept", "orders", "shop", "--at", "db:5432"});
  QVERIFY2(accepted.status == 0, accepted.err);
  for (auto* host : {"db", "localhost"}) {
    auto rows = query(*m_web, host, "select count(*) from generate_series(1, 10000)");
    QCOMPARE(rows.out.trimmed(), QByteArray("10000"));
    auto all = query(*m_web, host, "select n, repeat('x', 100) from generate_series(1, 10000) n");
    QCOMPARE(all.out.count('\n'), 10'000);
  }
  // Another app of the same machine has none of it, and this one has nothing else.
  QVERIFY(!query(*m_web, "db", "select 1", "other").out.contains("1\n"));
  auto elsewhere = m_web->latchkey(script("shop", "curl -sS --max-time 5 http://203.0.113.1/ 2>&1; echo status $?"));
  QVERIFY2(!elsewhere.out.contains("status 0"), elsewhere.out);

  // Both sides see it.
  auto there = m_db->first({"grants", "--app", "machine:" + m_db->first({"peer", "list"})["id"].toString()});
  QCOMPARE(there["kind"].toString(), QString("service"));
  QVERIFY(there["used"].toString().size() > 0);
  auto here = m_web->first({"grants", "--app", "shop"});
  QCOMPARE(here["target"].toString(), QString("orders as db:5432/tcp"));
  QVERIFY(!here["parent"].toString().isEmpty());

  // The link is lost and comes back.
  auto open = m_web->start(script("shop", m_bin + "psql -X -A -t -h db -U shop postgres 2>&1"));
  open->tell("select 'begun';\n");
  QVERIFY2(open->says("begun"), open->output());
  auto peer = [](const SystemWorld& world) { return world.peer(); };
  SystemWorld::destroy(peer(*m_web));
  open->tell("select 'still';\n");
  QVERIFY2(open->says("closed") || open->says("reset"), open->output());
  QVERIFY(waitUntil([&] { return query(*m_web, "db", "select 'again'").out.contains("again"); }));

  // Ended while a query runs: at once, on both sides, and for the next one too.
  auto slow = m_web->start(script("shop", m_bin + "psql -X -A -t -h db -U shop -c \"select 'slow', pg_sleep(60)\" "
                                                  "postgres 2>&1; echo ended $?"));
  QVERIFY(waitUntil([&] { return m_db->first({"grants", "--app", there["holder"].toString()})["live"].toInt() > 0; }));
  QElapsedTimer timer;
  timer.start();
  auto revoked = m_db->latchkey({"revoke", grant});
  QVERIFY2(revoked.status == 0, revoked.err);
  QVERIFY2(slow->says("ended", 5000), slow->output());
  qInfo("ended %lld ms after the command was started", static_cast<long long>(timer.elapsed()));
  QVERIFY(!slow->output().contains("ended 0"));
  QVERIFY(!query(*m_web, "db", "select 'alive'").out.contains("alive"));
  QVERIFY(!query(*m_web, "localhost", "select 'alive'").out.contains("alive"));
  QVERIFY(waitUntil([&] { return m_web->first({"offers", "--over"})["why"] == "its owner has ended it"; }));
  QCOMPARE(m_web->first({"grants", "--ended", "--app", "shop"})["state"].toString(), QString("revoked"));

  // And given again.
  shared = m_db->latchkey({"share", "web", "service", "postgres:5432", "--as", "orders", "--may-pass-on"});
  QVERIFY2(shared.status == 0, shared.err);
  QVERIFY(!offerOf(*m_web, "orders").isEmpty());
  accepted = m_web->latchkey({"accept", "orders", "shop", "--at", "db:5432"});
  QVERIFY2(accepted.status == 0, accepted.err);
  QVERIFY(query(*m_web, "db", "select 'alive'").out.contains("alive"));
}

// What a program outside of any sandbox offers, for one connection.
void SharingTest::aProgramOfThisComputer() {
  auto listener = std::make_unique<QProcess>();
  listener->start("python3", {"-c",
                              "import socket\n"
                              "s = socket.create_server(('127.0.0.1', 0))\n"
                              "print(s.getsockname()[1], flush=True)\n"
                              "while True:\n"
                              "    c, _ = s.accept()\n"
                              "    c.sendall(b'hello from there')\n"
                              "    c.close()\n"});
  QVERIFY(listener->waitForReadyRead());
  auto port = QString(listener->readLine().trimmed());
  auto shared = m_db->latchkey({"share", "web", "service", "@computer:" + port, "--as", "greeter", "--uses", "1"});
  QVERIFY2(shared.status == 0, shared.err);
  QVERIFY(!offerOf(*m_web, "greeter").isEmpty());
  auto accepted = m_web->latchkey({"accept", "greeter", "shop", "--at", "greeter:7000"});
  QVERIFY2(accepted.status == 0, accepted.err);
  auto ask = [&] {
    return m_web->latchkey(script("shop",
                                  "python3 -c \"import socket; print(socket.create_connection(('greeter', 7000))"
                                  ".recv(100))\" 2>&1"));
  };
  QVERIFY2(ask().out.contains("hello from there"), "no greeting");
  QVERIFY(waitUntil([&] { return m_web->first({"offers", "--over"})["why"] == "it is used up"; }));
  QVERIFY(!ask().out.contains("hello from there"));
  listener->kill();
  listener->waitForFinished();
}

void SharingTest::passedOnThroughAnother() {
  pairWorlds(*m_web, "web", *m_phone, "phone");
  // What may not be is not.
  auto kept = m_db->latchkey({"share", "web", "service", "postgres:5432", "--as", "kept"});
  QVERIFY2(kept.status == 0, kept.err);
  QVERIFY(!offerOf(*m_web, "kept").isEmpty());
  kept = m_web->latchkey({"accept", "kept"});
  QVERIFY2(kept.status == 0, kept.err);
  kept = m_web->latchkey({"share", "phone", "offer", "kept"});
  QVERIFY2(kept.status != 0 && kept.err.contains("does not want it passed on"), kept.err);
  auto passed = m_web->latchkey({"share", "phone", "offer", "orders"});
  QVERIFY2(passed.status == 0, passed.err);
  QVERIFY(!offerOf(*m_phone, "orders").isEmpty());
  auto accepted = m_phone->latchkey({"accept", "orders", "reader", "--at", "db:5432"});
  QVERIFY2(accepted.status == 0, accepted.err);
  QVERIFY(query(*m_phone, "db", "select 'far'", "reader").out.contains("far"));
  // The origin ends it: everywhere.
  for (auto grant : m_db->list({"grants"})) {
    auto one = grant.toObject();
    if (one["state"] == "active" && one["kind"] == "service") m_db->latchkey({"revoke", one["id"].toString()});
  }
  QVERIFY(waitUntil([&] { return !query(*m_phone, "db", "select 'far'", "reader").out.contains("far"); }));
  QVERIFY(waitUntil([&] { return m_phone->first({"offers", "--over"})["why"] == "its owner has lost it"; }));
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  noNetwork = enterOwnNetwork(As::Self);
  dropCapabilities();
  QCoreApplication app(argc, argv);
  SharingTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "sharing-test.moc"
