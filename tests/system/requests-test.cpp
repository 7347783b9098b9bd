// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// One machine's person asks another one's for something: "away" asks, "home" has it. Real brokers and portals, and
// programs in a sandbox of "away" that use what was given.

#include <QtTest>

#include <signal.h>

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QProcess>

#include "tests/support/own-network.h"
#include "tests/support/system-world.h"
#include "tests/system/paired.h"

using namespace latchkey::test;

namespace {

std::string noNetwork;

QStringList script(const QString& app, const QString& text) {
  return {"run", "--as", app, "--ask", "no", "--", "sh", "-c", text};
}

}  // namespace

class RequestsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void cleanupTestCase();
  void cleanup();
  void aFolderIsPickedAndUsed();
  void aServiceIsNamedAndUsed();
  void noAndClosed();
  void theAskerIsKilled();
  void theAskersBrokerIsKilled();
  void theOwnersBrokerIsKilledWhileItWaits();
  void theOwnersBrokerIsKilledWhenItHasAnswered();
  void askedWhenItIsConnected();
  void tooManyAtOnce();
  void wordsThatAreNoneAreNotSent();
  void whoIsBlockedOrForgottenCannotAsk();

private:
  std::unique_ptr<RunningCommand> ask(const QStringList& words) const {
    return m_away->start(QStringList{"request", "home"} + words);
  }
  // The question on the owner's side, when it has come.
  // By what the other machine calls it.
  QJsonObject question(const QString& name) const;
  bool nothingWaits() const {
    return waitUntil([&] { return m_home->list({"requests"}).isEmpty(); });
  }
  QString stateOf(const QString& wish) const;

  std::unique_ptr<SystemWorld> m_home, m_away;
};

QJsonObject RequestsTest::question(const QString& name) const {
  QJsonObject found;
  waitUntil([&] {
    for (auto request : m_home->list({"requests"}))
      if (request.toObject()["suggestion"] == name) found = request.toObject();
    return !found.isEmpty();
  });
  return found;
}

QString RequestsTest::stateOf(const QString& wish) const {
  for (auto one : m_away->list({"request"}))
    if (one.toObject()["id"] == wish) return one.toObject()["state"].toString();
  return {};
}

void RequestsTest::initTestCase() {
  if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  m_home = std::make_unique<SystemWorld>();
  m_away = std::make_unique<SystemWorld>();
  pairWorlds(*m_home, "home", *m_away, "away");
}

void RequestsTest::cleanupTestCase() {
  for (auto* world : {&m_away, &m_home})
    if (*world) (*world)->end();
  auto left = m_home ? m_home->leftoversAfter(20'000).join('\n') : QString();
  QVERIFY2(left.isEmpty(), qPrintable(left));
}

void RequestsTest::cleanup() {
  if (!m_home) return;
  if (QTest::currentTestFailed()) {
    for (auto* world : {m_home.get(), m_away.get()}) {
      QFile log(world->path("state/latchkey/broker.log"));
      if (log.open(QIODevice::ReadOnly)) qWarning().noquote() << log.readAll().right(3000);
    }
  }
  for (auto grant : m_home->list({"grants"})) {
    auto one = grant.toObject();
    if (one["holder"].toString().startsWith("machine:")) m_home->latchkey({"revoke", one["id"].toString()});
  }
  for (auto wish : m_away->list({"request"}))
    if (wish.toObject()["state"] == "waiting")
      m_away->latchkey({"request", "--withdraw", wish.toObject()["id"].toString()});
}

// The main thing: asked there, picked here, and there it is, without a second question to who asked.
void RequestsTest::aFolderIsPickedAndUsed() {
  m_home->write("Garden/roses.txt", "red");
  m_home->write("Other/secret.txt", "not this");
  auto asking = ask({"folder", "--name", "the pictures", "--reason", "for the album", "--for", "2h"});
  auto request = question("the pictures");
  QCOMPARE(request["kind"].toString(), QString("folder"));
  QCOMPARE(request["target"].toString(), QString());  // A stranger's word for it is no place.
  QCOMPARE(request["access"].toString(), QString("read"));
  QCOMPARE(request["claim"].toString(), QString("for the album"));
  QCOMPARE(request["name"].toString(), QString("away"));
  QVERIFY(request["app"].toString().startsWith("machine:"));
  QCOMPARE(m_away->first({"request"})["state"].toString(), QString("waiting"));
  QVERIFY(m_away->list({"offers"}).isEmpty());

  // More than was asked for is not given.
  auto id = request["id"].toString();
  auto wide = m_home->latchkey({"answer", id, "allow", m_home->home("Garden"), "--access", "write"});
  QVERIFY2(wide.status != 0 && wide.err.contains("more than was asked for"), wide.err);
  auto given = m_home->latchkey({"answer", id, "allow", m_home->home("Garden")});
  QVERIFY2(given.status == 0, given.err);
  QCOMPARE(asking->waitForEnd(), 0);
  auto place = m_away->path("run/latchkey-machines/home/Garden");
  QCOMPARE(asking->output().trimmed(), place.toUtf8());

  QFile seen(place + "/roses.txt");
  QVERIFY(seen.open(QIODevice::ReadOnly));
  QCOMPARE(seen.readAll(), QByteArray("red"));
  seen.close();
  auto offer = m_away->first({"offers"});
  QCOMPARE(offer["state"].toString(), QString("accepted"));
  auto forApp = m_away->latchkey({"accept", offer["id"].toString(), "viewer"});
  QVERIFY2(forApp.status == 0, forApp.err);
  auto inside = m_away->latchkey(script(
      "viewer", "cat " + place + "/roses.txt; echo x 2>&1 >" + place + "/new; ls " + m_home->home("Other") + " 2>&1"));
  QVERIFY2(inside.out.startsWith("red"), inside.out);
  QVERIFY(!QFile::exists(m_home->home("Garden/new")));
  QVERIFY(!inside.out.contains("secret"));

  // A share like any other: listed, with its end, and taken back.
  auto grant = m_home->first({"grants", "--app", request["app"].toString()});
  QCOMPARE(grant["target"].toString(), m_home->home("Garden"));
  QVERIFY(QDateTime::fromString(grant["lifetime"].toString(), Qt::ISODate) <
          QDateTime::currentDateTimeUtc().addSecs(2 * 3600 + 60));
  auto revoked = m_home->latchkey({"revoke", grant["id"].toString()});
  QVERIFY2(revoked.status == 0, revoked.err);
  QVERIFY(waitUntil([&] { return !QFile::exists(place + "/roses.txt"); }));
  QVERIFY(waitUntil([&] { return m_away->first({"offers", "--over"})["why"] == "its owner has ended it"; }));
}

void RequestsTest::aServiceIsNamedAndUsed() {
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
  auto asking = ask({"service", "--name", "greeter"});
  auto request = question("greeter");
  auto given = m_home->latchkey(
      {"answer", request["id"].toString(), "allow", "@computer:" + port, "--as", "greeter", "--for", "always"});
  QVERIFY2(given.status == 0, given.err);
  QCOMPARE(asking->waitForEnd(), 0);
  auto offer = QString(asking->output().trimmed());
  auto accepted = m_away->latchkey({"accept", offer, "shop", "--at", "greeter:7000"});
  QVERIFY2(accepted.status == 0, accepted.err);
  auto got = m_away->latchkey(script("shop",
                                     "python3 -c \"import socket; print(socket.create_connection(('greeter', 7000))"
                                     ".recv(100))\" 2>&1"));
  QVERIFY2(got.out.contains("hello from there"), got.out);
  listener->kill();
  listener->waitForFinished();
}

void RequestsTest::noAndClosed() {
  auto asking = ask({"file", "--name", "first"});
  auto denied = m_home->latchkey({"answer", question("first")["id"].toString(), "deny"});
  QVERIFY2(denied.status == 0, denied.err);
  QCOMPARE(asking->waitForEnd(), 1);
  // At once, and unseen.
  auto again = m_away->latchkey({"request", "home", "file", "--name", "first"});
  QCOMPARE(again.status, 1);
  QCOMPARE(again.err, QByteArray("latchkey: not given\n"));

  asking = ask({"file", "--name", "second"});
  auto closed = m_home->latchkey({"answer", question("second")["id"].toString(), "dismiss"});
  QVERIFY2(closed.status == 0, closed.err);
  QCOMPARE(asking->waitForEnd(), 1);
  QVERIFY(m_home->list({"grants"}).isEmpty());
  QVERIFY(m_away->list({"offers"}).isEmpty());
  // Nothing was stored of it.
  QVERIFY(m_home->list({"rules"}).isEmpty());
  // One given thing ends the row.
  asking = ask({"folder", "--name", "third"});
  m_home->write("Third/x", "x");
  auto given = m_home->latchkey({"answer", question("third")["id"].toString(), "allow", m_home->home("Third")});
  QVERIFY2(given.status == 0, given.err);
  QCOMPARE(asking->waitForEnd(), 0);
}

void RequestsTest::theAskerIsKilled() {
  auto asking = ask({"folder", "--name", "killed"});
  QVERIFY(!question("killed").isEmpty());
  SystemWorld::destroy(asking->pid());
  QVERIFY(nothingWaits());
  QCOMPARE(m_home->first({"requests", "--recent"})["state"].toString(), QString("withdrawn"));
  // Taken back by its person.
  auto kept = firstLine(m_away->latchkey({"request", "home", "folder", "--name", "taken back", "--no-wait"}));
  QVERIFY(!question("taken back").isEmpty());
  auto back = m_away->latchkey({"request", "--withdraw", kept});
  QVERIFY2(back.status == 0, back.err);
  QVERIFY(nothingWaits());
  QCOMPARE(stateOf(kept), QString("withdrawn"));
}

void RequestsTest::theAskersBrokerIsKilled() {
  auto kept = m_away->latchkey({"request", "home", "folder", "--name", "orphan", "--no-wait"});
  QVERIFY2(kept.status == 0, kept.err);
  QVERIFY(!question("orphan").isEmpty());
  SystemWorld::destroy(m_away->broker());
  QVERIFY(nothingWaits());
  QVERIFY(m_away->list({"request"}).isEmpty());
  QVERIFY(waitUntil([&] { return m_away->first({"peer", "list"})["state"] == "connected"; }));
  QVERIFY(m_home->list({"requests"}).isEmpty());
}

void RequestsTest::theOwnersBrokerIsKilledWhileItWaits() {
  m_home->write("Patient/x", "here");
  auto kept = firstLine(m_away->latchkey({"request", "home", "folder", "--name", "patient", "--no-wait"}));
  auto before = question("patient")["id"].toString();
  QVERIFY(!before.isEmpty());
  SystemWorld::destroy(m_home->broker());
  // Asked again by itself, when it is back.
  auto request = question("patient");
  QVERIFY(!request.isEmpty() && request["id"].toString() != before);
  QCOMPARE(stateOf(kept), QString("waiting"));
  auto given = m_home->latchkey({"answer", request["id"].toString(), "allow", m_home->home("Patient")});
  QVERIFY2(given.status == 0, given.err);
  QVERIFY(waitUntil([&] { return stateOf(kept) == "given"; }));
  QVERIFY(waitUntil([&] { return QFile::exists(m_away->path("run/latchkey-machines/home/Patient/x")); }));
}

// The answer is on disk; whether it was heard or not, nobody is asked again.
void RequestsTest::theOwnersBrokerIsKilledWhenItHasAnswered() {
  m_home->write("Once/x", "here");
  auto kept = firstLine(m_away->latchkey({"request", "home", "folder", "--name", "once", "--no-wait"}));
  auto id = question("once")["id"].toString();
  auto answering = m_home->start({"answer", id, "allow", m_home->home("Once")});
  QVERIFY(waitUntil([&] { return !m_home->list({"grants"}).isEmpty(); }));
  SystemWorld::destroy(m_home->broker());
  answering->waitForEnd();
  QVERIFY(waitUntil([&] { return m_home->first({"peer", "list"})["state"] == "connected"; }));
  QVERIFY(waitUntil([&] { return stateOf(kept) == "given"; }));
  QVERIFY(m_home->list({"requests"}).isEmpty());
  QCOMPARE(m_home->list({"grants"}).size(), 1);
}

void RequestsTest::askedWhenItIsConnected() {
  auto quit = m_home->latchkey({"quit"});
  QVERIFY2(quit.status == 0, quit.err);
  QVERIFY(waitUntil([&] { return m_away->first({"peer", "list"})["state"] != "connected"; }));
  auto kept = firstLine(m_away->latchkey({"request", "home", "folder", "--name", "later", "--no-wait"}));
  QVERIFY(!kept.isEmpty());
  QCOMPARE(m_away->first({"request"})["why"].toString(), QString("it is asked when it is connected"));
  m_home->latchkey({"status"});
  auto connect = m_away->latchkey({"peer", "connect", "home"});
  QVERIFY(!question("later").isEmpty());
}

void RequestsTest::tooManyAtOnce() {
  int asked = 0;
  QByteArray refused;
  for (int i = 0; i < 12; ++i) {
    auto one = m_away->latchkey({"request", "home", "folder", "--name", "many " + QString::number(i), "--no-wait"});
    if (one.status == 0) ++asked;
    else refused = one.err;
  }
  QCOMPARE(asked, 8);
  QVERIFY2(refused.contains("so many things"), refused);
  QVERIFY(m_home->list({"requests"}).size() <= 8);
  // One is on the screen, the others wait behind it.
  int visible = 0;
  for (auto request : m_home->list({"requests"})) visible += request.toObject()["visible"].toBool() ? 1 : 0;
  QCOMPARE(visible, 1);
}

void RequestsTest::wordsThatAreNoneAreNotSent() {
  // Nobody is asked about words that could not be shown as they are.
  for (auto* name : {"a\x1b[2Jb", "a\nb", "\u202e evil"}) {
    auto hostile = m_away->latchkey({"request", "home", "folder", "--name", QString::fromUtf8(name), "--no-wait"});
    QVERIFY2(hostile.status == 1 && hostile.err.contains("plain line"), hostile.err);
  }
  QVERIFY(m_home->list({"requests"}).isEmpty());
}

void RequestsTest::whoIsBlockedOrForgottenCannotAsk() {
  auto kept = firstLine(m_away->latchkey({"request", "home", "folder", "--name", "blocked", "--no-wait"}));
  auto request = question("blocked");
  QVERIFY(!request.isEmpty());
  auto blocked = m_home->latchkey({"peer", "block", "away"});
  QVERIFY2(blocked.status == 0, blocked.err);
  QVERIFY(nothingWaits());
  auto late = m_home->latchkey({"answer", request["id"].toString(), "allow", m_home->home("Garden")});
  QVERIFY(late.status != 0);
  QVERIFY(m_home->list({"grants"}).isEmpty());
  auto other = m_away->latchkey({"request", "home", "folder", "--name", "more", "--no-wait"});
  QTest::qWait(2000);
  QVERIFY(m_home->list({"requests"}).isEmpty());
  // What the asking side forgets is asked no more there.
  auto forgotten = m_away->latchkey({"peer", "forget", "home"});
  QVERIFY2(forgotten.status == 0, forgotten.err);
  QCOMPARE(stateOf(kept), QString("failed"));
  QVERIFY(m_away->latchkey({"request", "home", "folder", "--no-wait"}).status != 0);
  // Unblocked it is no stranger, but the other side has to be added anew.
  m_home->latchkey({"peer", "forget", "away"});
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  noNetwork = enterOwnNetwork(As::Self);
  dropCapabilities();
  QCoreApplication app(argc, argv);
  RequestsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "requests-test.moc"
