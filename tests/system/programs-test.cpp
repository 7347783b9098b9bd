// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Programs as people use them, in real sandboxes, towards an Internet of the test's own: refused without an answer,
// working after one, cut while they talk. What the servers have seen is the judge.
//
// A name is looked up as it is outside of a test: the program asks the stub resolver, latchkey-net the C library, and
// that one the name server of an /etc/resolv.conf which is the test's.

#include <pwd.h>
#include <unistd.h>

#include <QtTest>

#include "tests/support/own-network.h"
#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

std::string noNetwork;

constexpr auto NAMES =
    "one.example.net 203.0.113.1\ntwo.example.net 203.0.113.3\nthree.example.net 203.0.113.1\n"
    "six.example.net 2600:1::1\nsilent.example.net 203.0.113.77\nhome.example.net 192.168.77.1\n";

// `once` ends by itself and prints `says`; `live` goes on until it is cut, and has said `lives` before.
struct Client {
  const char *destination, *once, *says, *live, *lives, *seen;
};

constexpr auto WEBSOCKET =
    "python3 -c 'import asyncio, websockets\n"
    "async def talk():\n"
    "  async with websockets.connect(\"ws://one.example.net:8001/\", proxy=None) as it:\n"
    "    await it.send(\"%1\")\n"
    "    while True:\n"
    "      print(await it.recv(), flush=True)\n"
    "      if \"%1\" == \"hello\": break\n"
    "asyncio.run(talk())'";

// A name server of the program's own, as dig asks one: every name server is ours.
constexpr auto DATAGRAMS =
    "python3 -c 'import socket, time\n"
    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    "s.settimeout(20)\n"
    "s.connect((\"one.example.net\", 7))\n"
    "while True:\n"
    "  s.send(b\"datagram\")\n"
    "  print(s.recv(99).decode(), flush=True)\n"
    "  s.settimeout(5)\n"  // One that is under way when it is cut has no answer.
    "  if %1: break\n"
    "  time.sleep(0.02)'";

// No client of QUIC is at hand: the beginning of every connection of it, in which both sides agree on a version.
constexpr auto QUIC =
    "python3 -c 'import os, socket, struct, time\n"
    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    "s.settimeout(20)\n"
    "s.connect((\"one.example.net\", 443))\n"
    "while True:\n"
    "  mine = os.urandom(8)\n"
    "  s.send((b\"\\xc3\\x1a\\x2a\\x3a\\x4a\\x08latchkey\\x08\" + mine).ljust(1200, b\"\\0\"))\n"
    "  a = s.recv(2000)\n"
    "  if a[1:5] == bytes(4) and mine in a: print(\"version\", struct.unpack(\">I\", a[-4:])[0], flush=True)\n"
    "  if %1: break\n"
    "  time.sleep(0.02)'";

const QMap<QString, Client>& clients() {
  static const auto websocketOnce = QByteArray(WEBSOCKET).replace("%1", "hello");
  static const auto websocketLive = QByteArray(WEBSOCKET).replace("%1", "endless");
  static const auto datagramsOnce = QByteArray(DATAGRAMS).replace("%1", "True");
  static const auto datagramsLive = QByteArray(DATAGRAMS).replace("%1", "False");
  static const auto quicOnce = QByteArray(QUIC).replace("%1", "True");
  static const auto quicLive = QByteArray(QUIC).replace("%1", "False");
  static const QMap<QString, Client> all{
      {"curl",
       {"one.example.net:80/tcp", "curl -sS http://one.example.net/", "the page",
        "curl -sSN http://one.example.net/endless", "more\nmore", "web one.example.net /"}},
      {"wget",
       {"one.example.net:80/tcp", "wget -q -t 1 -O - http://one.example.net/", "the page",
        "wget -q -t 1 -O - http://one.example.net/endless", "more\nmore", "web one.example.net /"}},
      {"git over http",
       {"one.example.net:80/tcp", "cd; git clone -q http://one.example.net/git/it it && cat it/file", "kept in git",
        "cd; git clone --progress http://one.example.net/git/large large", "Receiving objects", "/git/it/info/refs"}},
      {"git over ssh",
       {"one.example.net:22/tcp",
        "cd; export GIT_SSH_COMMAND=\"$SSH\"; git clone -q one.example.net:$FAR/git/it it && cat it/file",
        "kept in git", "$SSH one.example.net 'while :; do echo more; sleep 0.02; done'", "more\nmore",
        "Accepted publickey"}},
      {"psql",
       {"one.example.net:5432/tcp", "$PSQL -c 'select 6 * 7'", "42",
        "$PSQL -c 'select 6 * 7' -c '\\! echo more' -c 'select pg_sleep(600)'", "more", "connection authorized"}},
      {"apt",
       {"one.example.net:80/tcp", "cd; $APT update && $APT download latchkey-trial && ls *.deb",
        "latchkey-trial_1_all.deb", "cd; $APT update; $APT download latchkey-large",
        "Get:", "/packages/./latchkey-trial_1_all.deb"}},
      {"datagrams",
       {"one.example.net:7/udp", datagramsOnce.constData(), "datagram", datagramsLive.constData(), "datagram\ndatagram",
        "echo"}},
      {"quic",
       {"one.example.net:443/udp", quicOnce.constData(), "version 1", quicLive.constData(), "version 1\nversion 1",
        "quic 6c617463686b6579"}},
      {"websocket",
       {"one.example.net:8001/tcp", websocketOnce.constData(), "heard hello", websocketLive.constData(), "more\nmore",
        "websocket one.example.net"}},
  };
  return all;
}

void save(const QString& place, const QByteArray& text) {
  QDir().mkpath(QFileInfo(place).path());
  QFile file(place);
  if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write %s", qPrintable(place));
}

// Here, and it has to go well.
void prepare(const QString& words) {
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  process.start("sh", {"-ec", words});
  process.waitForFinished(120'000);
  if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
    qFatal("%s: %s", qPrintable(words), process.readAll().constData());
}

}  // namespace

class ProgramsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();
  void cleanupTestCase();

  void refusedThenGivenThenCut_data();
  void refusedThenGivenThenCut();
  void aHostOfSixAlone();
  void aHostOfTwentyAddressesOfWhichTheFirstAreDead();
  void shortNamesAreAskedAboutAsTheyAre();
  void aNameServerThatIsDown();
  void aNameServerThatLiesReachesNothingMore();
  void aNameServerThatGivesAllTheSameAddress();
  void packetsOf1280Bytes();
  void aPeerThatNeverAnswers();
  void otherRecordsAreAskedAboutAsSuch();
  void killedItIsOfflineAndComesBackWithWhatWasGiven();
  void chromium();
  void firefox();

private:
  QString far(const QString& below) const { return m_far.path() + "/" + below; }
  void nameServerSays(const QByteArray& names) { save(far("names"), names); }
  QByteArray seen() const;
  // Whether anybody was asked for a name, or has seen that. Servers may still be at what an earlier case left them.
  bool hasLeft(const QByteArray& what) const {
    auto all = seen();
    return all.startsWith("name ") || all.contains("\nname ") || all.contains(what);
  }
  std::unique_ptr<RunningCommand> begin(const QString& script) const;
  CommandOutcome refused(const QString& script) const;
  // What is asked about first. apt looks for other servers before (SRV): to that the answer is no.
  QJsonObject question() const;
  // Waits for the question, which has to be this one.
  bool allow(const QString& destination, const QString& scope = "port");
  void startServers();
  // A page of several names that says what it could load; of the last two names one is refused, one never asked about.
  void browse(const QString& app, const QStringList& arguments);

  std::unique_ptr<SystemWorld> m_world;
  QTemporaryDir m_far;
  QString m_setting;
  pid_t m_servers = 0, m_ssh = 0, m_database = 0;
};

void ProgramsTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  QFile::setPermissions(m_far.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  save(far("resolv.conf"), "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n");
  save(far("hosts"), "127.0.0.1 localhost\n");
  QVERIFY(putInPlace(far("resolv.conf").toStdString(), "/etc/resolv.conf"));
  QVERIFY(putInPlace(far("hosts").toStdString(), "/etc/hosts"));
  QVERIFY(configure(Network::Here, "ip neigh add 203.0.113.77 lladdr 02:00:00:00:00:77 dev out0 nud permanent"));
  startServers();
}

void ProgramsTest::startServers() {
  nameServerSays(NAMES);
  save(far("log"), "");
  // git: a small repository, and one that takes a while.
  prepare("export GIT_CONFIG_GLOBAL=/dev/null; cd " + m_far.path() +
          "; mkdir git www; for it in it large; do git init -q -b main git/$it; cd git/$it; git config user.name Far;"
          " git config user.email far@example.net; echo 'kept in git' >file;"
          " [ $it = it ] || head -c 20000000 /dev/urandom >large; git add .; git commit -q -m one; cd ../..; done");
  // apt: a repository of packages that nobody has to install.
  prepare("cd " + m_far.path() +
          "; mkdir -p www/packages; for it in trial large; do mkdir -p deb/DEBIAN; printf 'Package: latchkey-%s\\n"
          "Version: 1\\nArchitecture: all\\nMaintainer: Far <far@example.net>\\nDescription: a trial\\n' $it"
          " >deb/DEBIAN/control; [ $it = trial ] || head -c 4000000 /dev/urandom >deb/large;"
          " dpkg-deb -Znone --root-owner-group -b deb www/packages/latchkey-${it}_1_all.deb >/dev/null;"
          " (cat deb/DEBIAN/control; printf 'Filename: ./latchkey-%s_1_all.deb\\nSize: %s\\nSHA256: %s\\n\\n' $it"
          " $(stat -c %s www/packages/latchkey-${it}_1_all.deb)"
          " $(sha256sum www/packages/latchkey-${it}_1_all.deb | cut -d' ' -f1)) >>www/packages/Packages; done");
  prepare("cd " + m_far.path() + "; for it in host person; do ssh-keygen -q -t ed25519 -N '' -f $it; done");
  save(far("sshd_config"),
       QString("Port 22\nListenAddress 203.0.113.1\nHostKey %1/host\nAuthorizedKeysFile %1/person.pub\n"
               "StrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\nLogLevel VERBOSE\n")
           .arg(m_far.path())
           .toUtf8());
  auto database = far("database");
  auto binaries = QDir("/usr/lib/postgresql").entryList(QDir::Dirs | QDir::NoDotAndDotDot);
  QVERIFY2(!binaries.isEmpty(), "no PostgreSQL here");
  auto postgres = "/usr/lib/postgresql/" + binaries.last() + "/bin/";
  prepare(postgres + "initdb -D " + database +
          " -U far -A trust --no-sync --locale=C >/dev/null; echo 'host all all "
          "0.0.0.0/0 trust' >>" +
          database + "/pg_hba.conf");
  auto log = far("log").toStdString();
  m_servers =
      startBeyond({"python3", "-B", qEnvironmentVariable("LATCHKEY_SOURCE").toStdString() + "/tests/system/servers.py",
                   m_far.path().toStdString(), "names", "web", "silent", "echo", "quic", "websocket"},
                  log);
  m_ssh = startBeyond({"/usr/sbin/sshd", "-D", "-e", "-f", far("sshd_config").toStdString()}, log);
  m_database = startBeyond(
      {(postgres + "postgres").toStdString(), "-D", database.toStdString(), "-c", "listen_addresses=203.0.113.1", "-c",
       "unix_socket_directories=", "-c", "log_connections=on", "-c", "fsync=off"},
      log);
  QVERIFY(waitUntil([&] {
    auto said = seen();
    return said.contains("ready\n") && said.contains("Server listening") && said.contains("ready to accept");
  }));
  QFile key(far("person")), host(far("host.pub"));
  QVERIFY(key.open(QIODevice::ReadOnly) && host.open(QIODevice::ReadOnly));
  auto known = "one.example.net " + host.readAll().trimmed();
  m_setting = QString(
                  "FAR=%1; umask 077; mkdir -p ~/apt/lists/partial ~/apt/archives/partial; cat >~/key <<'END'\n%2END\n"
                  "echo '%3' >~/known; : >~/apt/status\n"
                  "echo 'deb [trusted=yes] http://one.example.net/packages/ ./' >~/apt/sources.list\n"
                  "SSH=\"ssh -l %5 -F none -i $HOME/key -o UserKnownHostsFile=$HOME/known\"\n"
                  "PSQL='%4psql -X -A -t -h one.example.net -U far postgres'\n"
                  "APT=\"apt-get -qq -o Dir=$HOME/apt -o Dir::State=$HOME/apt -o Dir::State::status=$HOME/apt/status "
                  "-o Dir::Cache=$HOME/apt -o Dir::Etc::sourcelist=$HOME/apt/sources.list -o Dir::Etc::sourceparts=- "
                  "-o Acquire::Retries=0 -o Acquire::Languages=none -o quiet=0\"\n")
                  .arg(m_far.path(), QString::fromUtf8(key.readAll()), QString::fromUtf8(known), postgres,
                       QString::fromUtf8(getpwuid(getuid())->pw_name));
}

void ProgramsTest::init() {
  m_world = std::make_unique<SystemWorld>();
  nameServerSays(NAMES);
  save(far("log"), "");
}

void ProgramsTest::cleanup() { m_world.reset(); }

void ProgramsTest::cleanupTestCase() {
  endBeyond(m_servers);
  endBeyond(m_ssh);
  endBeyond(m_database);
}

QByteArray ProgramsTest::seen() const {
  QFile log(far("log"));
  return log.open(QIODevice::ReadOnly) ? log.readAll() : QByteArray();
}

std::unique_ptr<RunningCommand> ProgramsTest::begin(const QString& script) const {
  return m_world->startInside(m_setting + script + "; echo status $?");
}

CommandOutcome ProgramsTest::refused(const QString& script) const {
  return m_world->inside(m_setting + script + "; echo status $?", {"--ask", "no"});
}

QJsonObject ProgramsTest::question() const {
  for (;;) {
    auto request = m_world->waitForRequest();
    if (!request["target"].toString().startsWith("_http._tcp.")) return request;
    m_world->latchkey({"answer", request["id"].toString(), "deny"});
  }
}

bool ProgramsTest::allow(const QString& destination, const QString& scope) {
  auto request = question();
  if (request["target"] != destination) {
    qWarning("asked: %s", qPrintable(request["target"].toString()));
    return false;
  }
  auto answered = m_world->latchkey({"answer", request["id"].toString(), "allow", "--scope", scope, "--for", "run"});
  if (answered.status != 0) qWarning("%s", answered.err.constData());
  return answered.status == 0;
}

void ProgramsTest::refusedThenGivenThenCut_data() {
  QTest::addColumn<QString>("who");
  for (auto& who : clients().keys()) QTest::newRow(qPrintable(who)) << who;
}

void ProgramsTest::refusedThenGivenThenCut() {
  QFETCH(QString, who);
  auto client = clients()[who];
  auto no = refused(client.once);
  QVERIFY2(!no.out.contains(client.says), no.out);
  QVERIFY2(no.out.contains("status") && !no.out.contains("status 0"), no.out + no.err);
  QVERIFY2(!hasLeft(client.seen), seen());  // Not even the name.

  auto once = begin(client.once);
  auto request = question();
  QCOMPARE(request["target"], client.destination);
  QVERIFY2(!hasLeft(client.seen), seen());
  QVERIFY(allow(client.destination));
  QVERIFY(once->says(client.says));
  QVERIFY2(once->says("status 0"), once->output());
  QCOMPARE(once->waitForEnd(), 0);
  QVERIFY2(seen().contains(client.seen), seen());

  auto live = begin(client.live);
  QVERIFY(allow(client.destination));
  QVERIFY(live->says(client.lives));
  QJsonObject connection;
  QVERIFY(waitUntil([&] { return (connection = m_world->first({"connections"}))["state"] == "open"; }));
  auto revoked = m_world->latchkey({"revoke", connection["grant"].toString()});
  QVERIFY2(revoked.status == 0, revoked.err);
  QVERIFY2(live->says("status", 10'000), live->output());
  QVERIFY2(!live->output().contains("status 0"), live->output());
}

void ProgramsTest::aHostOfSixAlone() {
  QVERIFY(!refused("curl -sS http://six.example.net/").out.contains("the page"));
  // It stays, or its connections would have gone with it.
  auto app = begin("curl -sS http://six.example.net/; read go");
  QVERIFY(allow("six.example.net:80/tcp"));
  QVERIFY(app->says("the page"));
  QVERIFY(m_world->first({"connections"})["address"].toString().contains("2600:1::1"));
}

void ProgramsTest::aHostOfTwentyAddressesOfWhichTheFirstAreDead() {
  // Nobody is at the others; the C library sorts what is nearest to our own address first.
  QByteArray names;
  for (int i = 4; i < 23; ++i) names += "twenty.example.net 203.0.113." + QByteArray::number(i) + "\n";
  QVERIFY(configure(Network::Beyond, "ip addr add 203.0.113.250/24 dev far0"));
  nameServerSays(names + "twenty.example.net 203.0.113.250\n");
  auto app = begin("curl -sS -m 60 http://twenty.example.net/who");
  QVERIFY(allow("twenty.example.net:80/tcp"));
  QVERIFY(app->says("twenty.example.net", 60'000));
  QVERIFY(app->says("status 0"));
  QVERIFY(configure(Network::Beyond, "ip addr del 203.0.113.250/24 dev far0"));
}

// "one" leads to one.example.net here, which nobody is asked for before the answer.
void ProgramsTest::shortNamesAreAskedAboutAsTheyAre() {
  save(far("resolv.conf"),
       "nameserver 203.0.113.1\noptions timeout:1 attempts:1\nsearch corp.example.net example.net\n");
  auto no = refused("curl -sS http://one/");
  QVERIFY2(no.out.contains("status 7"), no.out + no.err);
  QVERIFY2(!hasLeft("web one"), seen());
  auto app = begin("curl -sS http://one/who");
  auto request = question();
  QCOMPARE(request["target"], "one:80/tcp");
  QVERIFY2(!hasLeft("web one"), seen());
  QVERIFY(allow("one:80/tcp"));
  QVERIFY(app->says("status 0"));
  QVERIFY2(seen().contains("name one.corp.example.net") && seen().contains("name one.example.net"), seen());
  QVERIFY2(seen().contains("web one "), seen());
  save(far("resolv.conf"), "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n");
}

void ProgramsTest::aNameServerThatIsDown() {
  save(far("resolv.conf"), "nameserver 203.0.113.78\noptions timeout:1 attempts:1\n");
  auto app = begin("curl -sS -m 60 http://one.example.net/; echo first $?; read go; curl -sS http://one.example.net/");
  QVERIFY(allow("one.example.net:80/tcp"));
  QVERIFY(app->says("first 7", 60'000));  // Allowed, and still not found.
  QVERIFY(!app->output().contains("the page"));
  QVERIFY(m_world->list({"requests"}).isEmpty());
  save(far("resolv.conf"), "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n");
  app->tell("\n");
  QVERIFY(app->says("the page", 60'000));
}

void ProgramsTest::aNameServerThatLiesReachesNothingMore() {
  auto app = begin(
      "curl -sS http://one.example.net/who; echo first $?; read go; curl -sS http://one.example.net/who; "
      "echo second $?; read go; curl -sS http://one.example.net/who");
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], "one.example.net:80/tcp");
  // Between the question and the answer it begins to lead into the person's own network.
  nameServerSays("one.example.net 192.168.77.1\n");
  QVERIFY(allow("one.example.net:80/tcp"));
  auto local = m_world->waitForRequest();
  QCOMPARE(local["target"], "one.example.net:80/tcp@local");
  QCOMPARE(m_world->latchkey({"answer", local["id"].toString(), "deny"}).status, 0);
  QVERIFY(app->says("first 7"));
  QVERIFY2(!seen().contains("web"), seen());
  // To this computer: another question again.
  nameServerSays("one.example.net 127.0.0.1\n");
  app->tell("\n");
  local = m_world->waitForRequest();
  QCOMPARE(local["target"], "127.0.0.1:80/tcp");
  QCOMPARE(m_world->latchkey({"answer", local["id"].toString(), "deny"}).status, 0);
  QVERIFY(app->says("second 7"));
  QVERIFY2(!seen().contains("web"), seen());
  // An honest change is followed.
  nameServerSays("one.example.net 203.0.113.3\n");
  app->tell("\n");
  QVERIFY(app->says("status 0"));
  QVERIFY(m_world->list({"requests"}).isEmpty());
}

// As a captive network's does.
void ProgramsTest::aNameServerThatGivesAllTheSameAddress() {
  nameServerSays("* 203.0.113.1\n");
  auto app =
      begin("curl -sS http://one.example.net/who; read go; curl -sS http://bank.example.org/who; echo second $?");
  QVERIFY(allow("one.example.net:80/tcp", "host"));
  QVERIFY(app->says("one.example.net"));
  app->tell("\n");
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], "bank.example.org:80/tcp");
  QCOMPARE(m_world->latchkey({"answer", request["id"].toString(), "deny"}).status, 0);
  QVERIFY(app->says("second 7"));
  QVERIFY2(!seen().contains("bank.example.org"), seen());
}

void ProgramsTest::packetsOf1280Bytes() {
  for (auto [network, device] : {std::pair{Network::Here, "out0"}, std::pair{Network::Beyond, "far0"}})
    QVERIFY(configure(network, std::string("ip link set ") + device + " mtu 1280"));
  for (auto host : {"one.example.net", "six.example.net"}) {
    auto app = begin(QString("cd; curl -sS http://%1/many >many; curl -sS --data-binary @many http://%1/; ").arg(host) +
                     "python3 -c 'import socket, sys, os\nd = os.urandom(4000)\n"
                     "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(10)\n"
                     "s.connect((\"one.example.net\", 7))\ns.send(d)\n"
                     "print(\"datagram\", \"whole\" if s.recv(9999) == d else \"broken\")'");
    QVERIFY(allow(QString(host) + ":80/tcp"));
    QVERIFY(app->says("same\n"));
    QVERIFY(allow("one.example.net:7/udp"));
    QVERIFY(app->says("datagram whole"));
  }
  for (auto [network, device] : {std::pair{Network::Here, "out0"}, std::pair{Network::Beyond, "far0"}})
    QVERIFY(configure(network, std::string("ip link set ") + device + " mtu 1500"));
}

void ProgramsTest::aPeerThatNeverAnswers() {
  // One that takes no connection, and one that takes it and says nothing. Their time runs while the question waits.
  auto app = begin(
      "curl -sS --connect-timeout 12 http://silent.example.net/; echo first $?; "
      "read go; curl -sS -m 12 http://one.example.net:9/; echo second $?; read go");
  QVERIFY(allow("silent.example.net:80/tcp"));
  QVERIFY(waitUntil([&] { return m_world->first({"connections"})["state"] == "connecting"; }, 10'000));
  QVERIFY(app->says("first 28"));
  QVERIFY(waitUntil([&] { return m_world->first({"connections"})["outcome"] == "given up by app"; }));
  app->tell("\n");
  QVERIFY(allow("one.example.net:9/tcp"));
  QVERIFY(app->says("second 28"));
  QVERIFY2(seen().contains("silent"), seen());
}

void ProgramsTest::otherRecordsAreAskedAboutAsSuch() {
  // Data may leave in what is asked: so it is asked about. What comes back is what the name server says.
  auto app = begin(
      "python3 -c 'import socket, struct\n"
      "q = struct.pack(\">HHHHHH\", 9, 256, 1, 0, 0, 0)\n"
      "for part in \"one.example.net\".split(\".\"): q += bytes([len(part)]) + part.encode()\n"
      "q += struct.pack(\">BHH\", 0, 16, 1)\n"
      "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
      "s.settimeout(20)\n"
      "s.connect((\"8.8.8.8\", 53))\n"
      "s.send(q)\n"
      "a = s.recv(999)\n"
      "print(\"answer\", a[3] & 15, a.count(b\"one\"))'");
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], "one.example.net/name");
  QVERIFY2(!hasLeft("TXT"), seen());
  QVERIFY(allow("one.example.net/name"));
  QVERIFY(app->says("answer 0 2"));
  QVERIFY2(seen().contains("name one.example.net TXT"), seen());
}

void ProgramsTest::killedItIsOfflineAndComesBackWithWhatWasGiven() {
  auto app = begin(
      "curl -sS http://one.example.net/; echo first; read go; "
      "until curl -sS -m 5 http://one.example.net/who; do sleep 0.2; done; echo second; "
      "curl -sS -m 30 http://two.example.net/who; echo third $?");
  QVERIFY(allow("one.example.net:80/tcp"));
  QVERIFY(app->says("first"));
  auto portal = m_world->networkPortal();
  QVERIFY(portal > 0);
  SystemWorld::destroy(portal);
  save(far("log"), "");
  app->tell("\n");
  // Whatever it tries meanwhile: what it reaches in the end, it reaches by the next portal, by what was given.
  QVERIFY(app->says("one.example.netsecond", 60'000));
  auto next = m_world->networkPortal();
  QVERIFY(next > 0 && next != portal);
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], "two.example.net:80/tcp");
  QCOMPARE(m_world->latchkey({"answer", request["id"].toString(), "deny"}).status, 0);
  QVERIFY(app->says("third 7"));
  QVERIFY2(!seen().contains("two.example.net"), seen());
}

// A page of `one` that takes pictures of itself from four names and says how many it got.
constexpr auto PAGE = R"(<!doctype html><meta charset=utf-8><title>names</title><script>
const names = ["one", "two", "three", "home"];
Promise.all(names.map(name => fetch("http://" + name + ".example.net/who").then(a => a.text(), () => "nothing")))
  .then(all => fetch("/seen?" + all.join("+")));
</script>)";

void ProgramsTest::browse(const QString& app, const QStringList& arguments) {
  save(far("www/page.html"), PAGE);
  save(far("www/seen"), "yes");
  // Browsers call home by themselves: that is not what is looked at here, and it is refused like all else.
  QStringList own{"settings", app, "own-sandboxes=on"};
  QVERIFY(m_world->latchkey(own).status == 0);
  for (auto name : {"one.example.net", "two.example.net"}) {
    auto given = m_world->latchkey({"grant", app, "network", name});
    QVERIFY2(given.status == 0, given.err);
  }
  auto running = m_world->start(QStringList{"run", "--ask", "no", app} + arguments +
                                QStringList{"http://one.example.net/page.html"});
  bool reported = waitUntil([&] { return seen().contains("/seen?"); }, 120'000);
  QVERIFY2(reported, running->output() + seen());
  QVERIFY2(seen().contains("/seen?one.example.net+two.example.net+nothing+nothing"), seen());
  for (auto& line : seen().split('\n'))
    QVERIFY2(!line.contains("three.example.net") && !line.contains("home.example.net"), line);
}

// It would warn of pages without encryption instead of showing them.
constexpr auto PLAIN_PAGES =
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable,"
    "HttpsFirstModeV2ForEngagedSites,HttpsFirstModeV2ForTypicallySecureUsers";

void ProgramsTest::chromium() {
  browse("chromium",
         {"--headless", "--disable-gpu", "--no-first-run", PLAIN_PAGES, "--virtual-time-budget=60000", "--dump-dom"});
}

void ProgramsTest::firefox() { browse("firefox-esr", {"--headless", "--no-remote"}); }

int main(int argc, char** argv) {
  noNetwork = enterOwnNetwork(As::Self);
  QCoreApplication app(argc, argv);
  ProgramsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "programs-test.moc"
