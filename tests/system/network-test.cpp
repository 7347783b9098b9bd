// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The network end to end: wanted, asked about, given, listed, taken back while bytes flow, refused.

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

// Of this computer, and not a loopback one; empty if there is none.
QString ownAddress() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) < 0) return {};
  QString found;
  for (auto* at = all; at && found.isEmpty(); at = at->ifa_next) {
    if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET || (at->ifa_flags & IFF_LOOPBACK)) continue;
    char text[INET_ADDRSTRLEN];
    found = inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(at->ifa_addr)->sin_addr, text, sizeof text);
  }
  freeifaddrs(all);
  return found;
}

// A page at /, and one that never ends at /endless. Its first line is its port.
constexpr auto SERVER = R"(
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"the page\n")
        while self.path == "/endless":
            self.wfile.write(b"more\n")
            time.sleep(0.02)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer((sys.argv[1], 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
)";

}  // namespace

class NetworkTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init() { m_world = std::make_unique<SystemWorld>(); }
  void cleanup() { m_world.reset(); }
  void cleanupTestCase();

  void whatIsWantedIsAskedAboutAndGiven();
  void aNoIsARefusalAtOnce();
  void nobodyIsAskedWithAskNo();
  void whatWasGivenBeforehandIsNoQuestion();
  void revokedEndsWhatFlows();
  void usedUpIsAskedAboutAgain_data();
  void usedUpIsAskedAboutAgain();
  void aPortIsReachedWhileItIsGiven();
  void aProgramIsToldWhoComesIfItUnderstandsThat();

private:
  QString curl(const QString& page = {}) const { return "curl -sS -m 20 http://" + m_place + "/" + page; }

  std::unique_ptr<SystemWorld> m_world;
  QProcess m_server;
  QString m_place;  // ADDRESS:PORT
};

void NetworkTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  if (access("/dev/net/tun", R_OK | W_OK) != 0) QSKIP("/dev/net/tun cannot be used here");
  auto address = ownAddress();
  if (address.isEmpty()) QSKIP("this machine has no address");
  m_server.start("python3", {"-c", SERVER, address});
  QVERIFY(m_server.waitForReadyRead(20'000));
  m_place = address + ":" + QString::fromUtf8(m_server.readLine()).trimmed();
}

void NetworkTest::cleanupTestCase() {
  m_server.kill();
  m_server.waitForFinished();
}

void NetworkTest::whatIsWantedIsAskedAboutAndGiven() {
  auto app = m_world->startInside(curl());
  auto request = m_world->waitForRequest();
  QCOMPARE(request["kind"], "network");
  QCOMPARE(request["target"], m_place + "/tcp@local");
  QVERIFY(app->running());
  QCOMPARE(m_world->first({"connections"})["state"], "held");
  auto answered = m_world->latchkey({"answer", request["id"].toString(), "allow", "--scope", "port", "--for", "run"});
  QVERIFY2(answered.status == 0, answered.err);
  QVERIFY(app->says("the page"));
  QCOMPARE(app->waitForEnd(), 0);
}

void NetworkTest::aNoIsARefusalAtOnce() {
  auto app = m_world->startInside(curl() + "; echo status $?");
  auto id = m_world->waitForRequest()["id"].toString();
  QElapsedTimer timer;
  timer.start();
  QCOMPARE(m_world->latchkey({"answer", id, "deny"}).status, 0);
  QVERIFY(app->says("status 7"));  // It could not connect, and had not to wait for that.
  QVERIFY(timer.elapsed() < 10'000);
  QVERIFY(!app->output().contains("the page"));
  QVERIFY(m_world->list({"grants", "--ended"}).isEmpty());
}

void NetworkTest::nobodyIsAskedWithAskNo() {
  auto outcome = m_world->inside(curl() + "; echo status $?", {"--ask", "no"});
  QVERIFY2(outcome.out.contains("status 7"), outcome.out + outcome.err);
  QVERIFY(!outcome.out.contains("the page"));
  QVERIFY(m_world->list({"requests"}).isEmpty());
}

void NetworkTest::whatWasGivenBeforehandIsNoQuestion() {
  // The program's name is known once it has run.
  auto first = m_world->startInside("echo up; read line; " + curl());
  QVERIFY(first->says("up"));
  auto holder = m_world->first({"ps"})["app"].toString();
  // It is this computer's own: the same address elsewhere would be another thing.
  auto given = m_world->latchkey({"grant", holder, "network", m_place + "/tcp"});
  QVERIFY2(given.status == 0, given.err);
  first->tell("\n");
  QVERIFY(first->says("the page"));
  QCOMPARE(first->waitForEnd(), 0);
  QCOMPARE(m_world->first({"grants"})["target"], m_place + "/tcp@local");
  auto outcome = m_world->inside(curl(), {"--ask", "no"});
  QVERIFY2(outcome.out.contains("the page"), outcome.err);
  QVERIFY(m_world->list({"requests"}).isEmpty());
}

void NetworkTest::revokedEndsWhatFlows() {
  auto app = m_world->startInside(curl("endless").replace("-m 20", "-N") + "; echo status $?; read line");
  auto id = m_world->waitForRequest()["id"].toString();
  QCOMPARE(m_world->latchkey({"answer", id, "allow", "--scope", "port", "--for", "run"}).status, 0);
  QVERIFY(app->says("more\nmore"));
  auto connection = m_world->first({"connections"});
  QCOMPARE(connection["state"], "open");
  QCOMPARE(connection["direction"], "out");
  QCOMPARE(connection["program"], "curl");
  QVERIFY(connection["destination"].toString().startsWith(m_place));
  auto grant = connection["grant"].toString();
  QVERIFY(!grant.isEmpty());
  auto revoked = m_world->latchkey({"revoke", grant});
  QVERIFY2(revoked.status == 0, revoked.err);
  QVERIFY(app->says("status 56", 5'000));  // The other side was reset while it received.
  QCOMPARE(m_world->first({"connections"})["outcome"], "ended by you");
}

void NetworkTest::usedUpIsAskedAboutAgain_data() {
  QTest::addColumn<QString>("option");
  QTest::newRow("in all") << "--bytes";
  QTest::newRow("a day") << "--bytes-a-day";
}

void NetworkTest::usedUpIsAskedAboutAgain() {
  QFETCH(QString, option);
  auto app = m_world->startInside("echo up; read line; " + curl("endless").replace("-m 20", "-N") +
                                  "; echo status $?; read line; " + curl());
  QVERIFY(app->says("up"));
  auto holder = m_world->first({"ps"})["app"].toString();
  auto given = m_world->latchkey({"grant", holder, "network", m_place + "/tcp@local", option, "1K", "--rate", "100K"});
  QVERIFY2(given.status == 0, given.err);
  app->tell("\n");
  QVERIFY(app->says("more\nmore"));
  QVERIFY(app->says("status 56"));
  QVERIFY(app->output().size() < 1500);  // 1 KiB both ways together, the request among it.
  QVERIFY(m_world->list({"requests"}).isEmpty());
  app->tell("\n");
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], m_place + "/tcp@local");
  auto answered = m_world->latchkey({"answer", request["id"].toString(), "allow", "--bytes", "1M"});
  QVERIFY2(answered.status == 0, answered.err);
  QVERIFY(app->says("the page"));
  auto grants = m_world->list({"grants", "--ended"});
  bool found = false;
  for (auto one : grants) {
    auto grant = one.toObject();
    if (grant["bytesPerSecond"] != 102400) continue;
    found = true;
    QCOMPARE(grant["state"], option == "--bytes" ? "expired" : "active");
    QCOMPARE(grant["resting"].toBool(), option != "--bytes");
  }
  QVERIFY(found);
}

void NetworkTest::aPortIsReachedWhileItIsGiven() {
  auto app = m_world->startInside(
      "python3 -c 'import socket; s = socket.create_server((\"127.0.0.1\", 0)); print(s.getsockname()[1], flush=True)\n"
      "while True:\n c, peer = s.accept(); c.recv(999); c.sendall(b\"HTTP/1.0 200 OK\\r\\n\\r\\n\" + "
      "peer[0].encode()); "
      "c.close()'");
  QVERIFY(app->says("\n"));
  auto port = QString::fromUtf8(app->output()).trimmed();
  auto visit = [&] {
    QProcess curl;
    curl.start("curl", {"-sS", "-m", "10", "http://127.0.0.1:" + port + "/"});
    curl.waitForFinished(15'000);
    return qMakePair(curl.exitCode(), curl.readAllStandardOutput());
  };
  QCOMPARE(visit().first, 7);
  auto listener = m_world->first({"listeners"});
  QCOMPARE(QString::number(listener["port"].toInt()), port);
  QCOMPARE(listener["grant"], "");
  auto holder = m_world->first({"ps"})["app"].toString();
  auto taken = m_world->latchkey({"grant", holder, "listen", m_place.section(':', 1) + "@network"});
  QVERIFY(taken.status != 0);
  QVERIFY2(taken.err.contains("something else listens on this port already"), taken.err);
  auto given = m_world->latchkey({"grant", holder, "listen", port});
  QVERIFY2(given.status == 0, given.err);
  QCOMPARE(visit(), qMakePair(0, QByteArray("198.19.255.253")));
  auto grant = m_world->first({"listeners"})["grant"].toString();
  QVERIFY(!grant.isEmpty());
  auto connection = m_world->first({"connections"});
  QCOMPARE(connection["direction"], "in");
  QCOMPARE(connection["destination"], "127.0.0.1 to " + port + "/tcp@localhost");
  QCOMPARE(m_world->latchkey({"revoke", grant}).status, 0);
  QCOMPARE(visit().first, 7);
}

void NetworkTest::aProgramIsToldWhoComesIfItUnderstandsThat() {
  auto app = m_world->startInside(
      "python3 -c 'import socket; s = socket.create_server((\"127.0.0.1\", 0)); print(s.getsockname()[1], flush=True)\n"
      "c, peer = s.accept(); print(c.makefile().readline(), end=\"\", flush=True)'");
  QVERIFY(app->says("\n"));
  auto port = QString::fromUtf8(app->output()).trimmed();
  auto holder = m_world->first({"ps"})["app"].toString();
  QVERIFY(m_world->latchkey({"grant", holder, "listen", port + "+nothing"}).status != 0);
  auto given = m_world->latchkey({"grant", holder, "listen", port + "+proxy"});
  QVERIFY2(given.status == 0, given.err);
  QCOMPARE(m_world->first({"grants"})["target"], port + "/tcp@localhost+proxy");
  QProcess visitor;
  visitor.start("python3", {"-c",
                            "import socket, sys\ns = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
                            "print(s.getsockname()[1], flush=True); s.recv(1)",
                            port});
  QVERIFY(visitor.waitForReadyRead(20'000));
  auto own = visitor.readLine().trimmed();
  QVERIFY2(app->says("PROXY TCP4 127.0.0.1 127.0.0.1 " + own + " " + port.toUtf8()), app->output());
}

QTEST_GUILESS_MAIN(NetworkTest)
#include "network-test.moc"
