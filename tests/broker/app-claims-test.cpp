// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// An author's reason stands in the question it is about, and in no other; it decides nothing.

#include "broker/app-claims.h"

#include <QtTest>

#include "tests/support/broker-world.h"

using namespace latchkey;
using Say = schema::Answer::Verdict;

class AppClaimsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void reasonOfWhatIsAskedFor_data();
  void reasonOfWhatIsAskedFor();
  void theNarrowestSpeaks();
  void whatNobodyUnderstandsSaysNothing();
  void reasonsAreBoundedAndEscaped();
  void itStandsInQuestionsAboutHosts();
  void itStandsInQuestionsAboutFiles();
  void itDecidesNothing();
  void theNextBrokerKnowsIt();

private:
  std::vector<AppClaim> read(const std::vector<FakeClaim>& claims) const;
};

namespace {

const char* const PLAYER = "org.example.Player";

Object network(const char* target) { return {.target = target}; }
Object file(const char* path) { return {.path = path, .scope = Scope::File}; }

}  // namespace

std::vector<AppClaim> AppClaimsTest::read(const std::vector<FakeClaim>& claims) const {
  capnp::MallocMessageBuilder message;
  auto to = message.initRoot<schema::AppDescription>().initClaims(static_cast<unsigned>(claims.size()));
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setKind(claims[i].kind.c_str());
    to[i].setTarget(claims[i].target.c_str());
    to[i].setAccess(claims[i].access.c_str());
    to[i].setReason(claims[i].reason.c_str());
  }
  return claimsFrom(to.asReader(), "/home/me");
}

void AppClaimsTest::reasonOfWhatIsAskedFor_data() {
  QTest::addColumn<QByteArray>("kind");
  QTest::addColumn<QByteArray>("claimed");
  QTest::addColumn<QByteArray>("access");
  QTest::addColumn<int>("asked");
  QTest::addColumn<QByteArray>("target");
  QTest::addColumn<bool>("writes");
  QTest::addColumn<bool>("said");
  auto row = [](const char* name, const char* kind, const char* claimed, const char* access, Kind asked,
                const char* target, bool writes, bool said) {
    QTest::newRow(name) << QByteArray(kind) << QByteArray(claimed) << QByteArray(access) << int(asked)
                        << QByteArray(target) << writes << said;
  };
  row("a host", "network", "example.org:443", "read", Kind::Network, "example.org:443/tcp", false, true);
  row("in any case", "network", "Example.ORG", "read", Kind::Network, "example.org:443/tcp", false, true);
  row("another host", "network", "example.org", "read", Kind::Network, "example.com:443/tcp", false, false);
  row("another port", "network", "example.org:443", "read", Kind::Network, "example.org:80/tcp", false, false);
  row("a host below a domain", "network", "*.example.org", "read", Kind::Network, "a.example.org:80/tcp", false, true);
  row("a file in a folder", "folder", "~/Music", "read", Kind::File, "/home/me/Music/a/b.ogg", false, true);
  row("the folder itself", "folder", "~/Music/", "read", Kind::Folder, "/home/me/Music", false, true);
  row("a neighbour", "folder", "~/Music", "read", Kind::File, "/home/me/Musical", false, false);
  row("to write", "folder", "~/Music", "read", Kind::File, "/home/me/Music/a", true, false);
  row("to write, as it said", "folder", "~/Music", "write", Kind::File, "/home/me/Music/a", true, true);
  row("a file of such a name", "file", "~/Music/*.ogg", "read", Kind::File, "/home/me/Music/a.ogg", false, true);
  row("a file of another name", "file", "~/Music/*.ogg", "read", Kind::File, "/home/me/Music/a.mp3", false, false);
  row("just that file", "file", "/srv/a", "read", Kind::File, "/srv/a", false, true);
  row("steps up", "folder", "~/Music/../..", "read", Kind::File, "/home/other", false, false);
  row("somebody else's home", "folder", "~anna/Music", "read", Kind::File, "/home/anna/Music/a", false, false);
}

void AppClaimsTest::reasonOfWhatIsAskedFor() {
  QFETCH(QByteArray, kind);
  QFETCH(QByteArray, claimed);
  QFETCH(QByteArray, access);
  QFETCH(int, asked);
  QFETCH(QByteArray, target);
  QFETCH(bool, writes);
  QFETCH(bool, said);
  auto claims = read({{kind.toStdString(), claimed.toStdString(), access.toStdString(), "because"}});
  auto object = Kind(asked) == Kind::Network ? network(target.constData()) : file(target.constData());
  if (Kind(asked) == Kind::Folder) object.scope = Scope::Tree;
  auto reason = reasonFor(claims, Kind(asked), object, writes ? Access::Write : Access::Read);
  QCOMPARE(reason, std::string(said ? "because" : ""));
}

void AppClaimsTest::theNarrowestSpeaks() {
  auto claims = read({{"folder", "~", "write", "everything"},
                      {"file", "~/Music/list.m3u", "write", "the list"},
                      {"folder", "~/Music", "write", "the music"}});
  QCOMPARE(reasonFor(claims, Kind::File, file("/home/me/Music/list.m3u"), Access::Read), std::string("the list"));
  QCOMPARE(reasonFor(claims, Kind::File, file("/home/me/Music/a"), Access::Read), std::string("the music"));
  QCOMPARE(reasonFor(claims, Kind::File, file("/home/me/a"), Access::Read), std::string("everything"));
  QCOMPARE(reasonFor(claims, Kind::File, file("/etc/a"), Access::Read), std::string());
}

void AppClaimsTest::whatNobodyUnderstandsSaysNothing() {
  auto claims = read({{"magic", "wand", "read", "x"},
                      {"network", "not a host at all", "read", "x"},
                      {"folder", "relative", "read", "x"},
                      {"folder", "$HOME", "read", "x"},
                      {"file", "~/Music/[", "read", "x"},
                      {"desktop", "levitation", "read", "x"},
                      {"folder", "~/Music", "read", ""}});
  QCOMPARE(claims.size(), size_t(0));
  QCOMPARE(read(std::vector<FakeClaim>(1000, {"folder", "~/Music", "read", "x"})).size(), size_t(100));
  auto camera = read({{"device", "camera", "read", "to see you"}});
  QCOMPARE(camera.size(), size_t(1));
  QVERIFY(camera[0].kind == Kind::Desktop);
}

void AppClaimsTest::reasonsAreBoundedAndEscaped() {
  auto claims = read({{"folder", "~", "read", "a\nb\x1b[31m\u202e" + std::string(5000, 'x')}});
  QVERIFY(claims[0].reason.size() < 1000);
  QVERIFY(claims[0].reason.find('\n') == std::string::npos && claims[0].reason.find('\x1b') == std::string::npos);
  QVERIFY(claims[0].reason.find("\u202e") == std::string::npos);
}

void AppClaimsTest::itStandsInQuestionsAboutHosts() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(PLAYER, {.claims = {{"network", "music.example.org:443", "read", "to find covers"}}});
  auto wish = world.connect(app, "music.example.org:443/tcp");
  world.poll();
  QCOMPARE(world.me.last().claim, std::string("to find covers"));
  world.me.say(world.me.last(), Say::DENY);
  wish.wait(world.ws);
  auto other = world.connect(app, "tracker.example.org:443/tcp");
  world.poll();
  QCOMPARE(world.me.last().target, std::string("tracker.example.org:443/tcp"));
  QCOMPARE(world.me.last().claim, std::string());
  // Of another app it is no word.
  auto viewer = world.start("org.example.Viewer");
  auto theirs = world.connect(viewer, "music.example.org:443/tcp");
  world.poll();
  QCOMPARE(world.me.last().holder, std::string("org.example.Viewer"));
  QCOMPARE(world.me.last().claim, std::string());
}

void AppClaimsTest::itStandsInQuestionsAboutFiles() {
  BrokerWorld world;
  world.showQuestions();
  world.makeFolder("Music");
  auto song = world.makeFile("Music/a.ogg");
  auto app = world.start(PLAYER, {.claims = {{"folder", "~/Music", "read", "to play what is there"}}});
  auto wish = world.touch(app, song);
  world.poll();
  QCOMPARE(world.me.last().claim, std::string("to play what is there"));
  world.me.say(world.me.last(), Say::DENY);
  wish.wait(world.ws);
  auto writing = world.touch(app, world.makeFile("Music/b.ogg"), true);
  world.poll();
  QCOMPARE(world.me.last().claim, std::string());  // It said nothing of writing.
}

void AppClaimsTest::itDecidesNothing() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(
      PLAYER, {.claims = {{"network", "*", "write", "everything, please"}, {"folder", "~", "write", "all"}}});
  QVERIFY(world.living().empty());
  auto wish = world.connect(app, "music.example.org:443/tcp");
  world.poll();
  QCOMPARE(world.me.up(), size_t(1));
  world.me.say(world.me.last(), Say::DISMISS);
  QVERIFY(wish.wait(world.ws) != schema::NetworkAsker::Outcome::GRANTED);
  QVERIFY(world.living().empty());
}

void AppClaimsTest::theNextBrokerKnowsIt() {
  BrokerWorld world;
  world.makeFolder("Music");
  auto song = world.makeFile("Music/a.ogg");
  auto app = world.start(PLAYER, {.claims = {{"folder", "~/Music", "read", "to play what is there"}}});
  world.restartBroker();
  world.showQuestions();
  app.session = world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  auto wish = world.touch(app, song);
  world.poll();
  QCOMPARE(world.me.up(), size_t(1));
  QCOMPARE(world.me.last().claim, std::string("to play what is there"));
}

QTEST_GUILESS_MAIN(AppClaimsTest)
#include "app-claims-test.moc"
