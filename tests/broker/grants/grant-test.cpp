// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/grant.h"

#include <capnp/message.h>

#include <sstream>

#include "broker/grants/digest.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "tests/broker/grants/sample.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const WallTime NOON = fromNanos(1'800'000'000'000'000'000);

// "folder /a tree write", "network example.org:443 port read", with "see" at the end for names only; "nothing".
Grant parse(const QString& words) {
  auto parts = words.split(' ');
  Grant grant{.id = GrantId("id"), .holder = "app", .lifetime = Lifetime::always()};
  KJ_IF_MAYBE (kind, kindNamed(parts[0].toStdString())) {
    grant.kind = *kind;
  }
  grant.object.target = parts[1].toStdString();
  if (hasPath(grant.kind)) grant.object.path = parts[1].toStdString();
  for (int scope = 0; scope < 8; ++scope) {
    if (nameOf(static_cast<Scope>(scope)) == parts[2].toStdString()) grant.object.scope = static_cast<Scope>(scope);
  }
  grant.access = parts[3] == "write" ? Access::Write : Access::Read;
  grant.object.see = parts.value(4) == "see";
  return grant;
}

QString print(const Grant& grant) {
  std::ostringstream words;
  words << nameOf(grant.kind) << ' ' << (grant.object.path.empty() ? grant.object.target : grant.object.path) << ' '
        << nameOf(grant.object.scope) << ' ' << nameOf(grant.access) << (grant.object.see ? " see" : "");
  return QString::fromStdString(words.str());
}

Grant randomGrant(Chance& chance) {
  static const std::vector<std::string> paths = {"/",      "/a",    "/a/b",   "/a/b.txt", "/a/b.md",
                                                 "/a/b/c", "/a/bc", "/d/e/f", "/a/b/c.d"};
  static const std::vector<std::string> targets = {"example.org",       "example.org:443", "*.example.org", "internet",
                                                   "example.org@local", "everything:443",  "10.0.0.0/8",    "10.0.0.1"};
  static const std::vector<std::string> places = {"8080/tcp@localhost", "8080/tcp@network", "80/tcp@192.168.1.5"};
  Grant grant{.id = GrantId("id" + std::to_string(chance.below(1000))),
              .holder = "app" + std::to_string(chance.below(3))};
  grant.kind = static_cast<Kind>(chance.oneIn(4) ? 2 + chance.below(7) : chance.below(2));
  if (hasPath(grant.kind)) {
    grant.object.path = grant.object.target = chance.among(paths);
    grant.object.scope = static_cast<Scope>(grant.kind == Kind::Folder ? 2 + chance.below(2) : chance.below(4));
    if (chance.oneIn(2)) grant.object.inode = 1 + chance.below(2);
  } else {
    grant.object.target = chance.among(grant.kind == Kind::Listen ? places : targets);
    grant.object.scope = static_cast<Scope>(4 + chance.below(4));
  }
  grant.object.see = chance.oneIn(4);
  grant.access = static_cast<Access>(chance.below(2));
  grant.limits = {.uses = chance.below(4), .bytes = chance.below(4) * 10, .bytesPerSecond = chance.below(3)};
  grant.lifetime.type = static_cast<Lifetime::Type>(chance.below(4));
  if (grant.lifetime.type == Lifetime::Type::Until) grant.lifetime.until = NOON + 1h * chance.below(4);
  if (grant.lifetime.type < Lifetime::Type::Until) grant.instance = InstanceId("i" + std::to_string(chance.below(2)));
  return grant;
}

}  // namespace

class GrantTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void GHSA_8ch7_5j3h_g4fx_grantAlgebraIsGolden_data();
  void GHSA_8ch7_5j3h_g4fx_grantAlgebraIsGolden();
  void attenuationOnlyNarrows();
  void attenuatingTwiceChangesNothing();
  void whatReachesContainsWhatIsReachedThroughIt();
  void limitsNeverGrow_data();
  void limitsNeverGrow();
  void lifetimesNeverGrow();
  void anotherInodeAtTheSameNameIsAnotherThing();
  void uncleanPathsReachNothing_data();
  void uncleanPathsReachNothing();
  void malformedGrantsAreRefused_data();
  void malformedGrantsAreRefused();
  void grantsSurviveTheSchema();
  void numbersFromTheFutureAreRefused();
  void digestsAreSha256_data();
  void digestsAreSha256();
  void cookiesOfOthersAreRefused();
};

void GrantTest::GHSA_8ch7_5j3h_g4fx_grantAlgebraIsGolden_data() {
  QTest::addColumn<QString>("parent");
  QTest::addColumn<QString>("wanted");
  QTest::addColumn<QString>("result");
  auto row = [](const char* name, const char* parent, const char* wanted, const char* result) {
    QTest::newRow(name) << parent << wanted << result;
  };
  row("a file of a tree", "folder /a tree write", "file /a/b/c file read", "file /a/b/c file read");
  row("a tree of a tree", "folder /a tree read", "folder /a/b tree read", "folder /a/b tree read");
  row("reading stays reading", "folder /a tree read", "file /a/b file write", "file /a/b file read");
  row("asking for the whole gets the part", "file /a/b file write", "folder /a tree write", "file /a/b file write");
  row("a file's folder", "file /a/b folder write", "file /a/c file write", "file /a/c file write");
  row("a file's folder is not its tree", "file /a/b folder write", "file /a/d/c file write", "nothing");
  row("a file's tree", "file /a/b tree write", "file /a/d/c file read", "file /a/d/c file read");
  row("folder narrows tree", "folder /a folder write", "folder /a tree write", "folder /a folder write");
  row("a tree below a folder", "folder /a folder write", "folder /a/b tree write", "nothing");
  row("the same beginning is not inside", "folder /a tree write", "file /ab file read", "nothing");
  row("beside", "folder /a tree write", "folder /b tree write", "nothing");
  row("above", "folder /a/b tree read", "folder /a tree write", "folder /a/b tree read");
  row("siblings hold another ending", "file /a/b.txt siblings read", "file /a/b.srt file read",
      "file /a/b.srt file read");
  row("siblings hold no other name", "file /a/b.txt siblings read", "file /a/c.txt file read", "nothing");
  row("siblings end at the folder", "file /a/b.txt siblings read", "file /a/b.txt tree read",
      "file /a/b.txt siblings read");
  row("hidden names have no ending", "file /a/.b siblings read", "file /a/.c file read", "nothing");
  row("all", "folder / tree write", "file /etc/x file read", "file /etc/x file read");
  row("names alone stay names alone", "folder /a tree read see", "folder /a tree read", "folder /a tree read see");
  row("names of what may be opened", "folder /a tree read", "folder /a tree read see", "folder /a tree read see");
  row("the same host", "network example.org host read", "network example.org host read",
      "network example.org host read");
  row("another host", "network example.org host read", "network example.com host read", "nothing");
  row("a host of a domain", "network *.example.org domain read", "network a.example.org host read",
      "network a.example.org host read");
  row("asking for the domain gets the host", "network a.example.org:443 port read", "network *.example.org domain read",
      "network a.example.org:443 port read");
  row("a port of a host", "network example.org host write", "network example.org:443/tcp port write",
      "network example.org:443/tcp port write");
  row("another port", "network example.org:80 port read", "network example.org:443 port read", "nothing");
  row("another protocol", "network example.org:443/tcp port read", "network example.org:443/udp port read", "nothing");
  row("what has parts in common is not compared", "network example.org:80-90 port read",
      "network example.org:85-95 port read", "nothing");
  row("the Internet has names", "network internet network read", "network example.org:443/tcp port read",
      "network example.org:443/tcp port read");
  row("the Internet is not the local network", "network internet network read", "network example.org@local host read",
      "nothing");
  row("nor has it local addresses", "network internet network read", "network 192.168.1.1:80 port read", "nothing");
  row("nor embedded ones", "network internet network read", "network [64:ff9b::a00:1]:80 port read", "nothing");
  row("no preset has metadata services", "network everything network read", "network 169.254.169.254:80 port read",
      "nothing");
  row("a name is not its address", "network example.org host read", "network 93.184.216.34 host read", "nothing");
  row("this computer's port", "listen 8080/tcp@network network write", "listen 8080/tcp@localhost port write",
      "listen 8080/tcp@localhost port write");
  row("another one", "listen 8080/tcp@network network write", "listen 8081/tcp@localhost port write", "nothing");
  row("malformed reaches nothing", "network exa--mple..org host read", "network exa--mple..org host read", "nothing");
  row("kinds do not mix", "network /a host read", "file /a file read", "nothing");
  row("devices are not files", "device /dev/video0 file read", "file /dev/video0 file read", "nothing");
}

void GrantTest::GHSA_8ch7_5j3h_g4fx_grantAlgebraIsGolden() {
  QFETCH(QString, parent);
  QFETCH(QString, wanted);
  QFETCH(QString, result);
  auto derived = attenuate(parse(parent), parse(wanted));
  KJ_IF_MAYBE (grant, derived) {
    QCOMPARE(print(*grant), result);
  } else {
    QCOMPARE(QString("nothing"), result);
  }
}

void GrantTest::attenuationOnlyNarrows() {
  Chance chance;
  int derived = 0, refused = 0;
  for (int round = 0; round < 200'000; ++round) {
    auto parent = randomGrant(chance), wanted = randomGrant(chance);
    KJ_IF_MAYBE (child, attenuate(parent, wanted)) {
      ++derived;
      QVERIFY2(isWithin(*child, parent), qPrintable(print(parent) + " -> " + print(*child)));
      auto alone = wanted;  // The parent's instance only ever shortens.
      if (alone.instance.empty()) alone.instance = child->instance;
      alone.object.inode = child->object.inode;
      QVERIFY2(isWithin(*child, alone), qPrintable(print(wanted) + " -> " + print(*child)));
      QCOMPARE(child->holder, wanted.holder);
      QCOMPARE(child->parent, parent.id);
    } else {
      ++refused;
      QVERIFY(!reaches(parent.kind, parent.object, wanted.kind, wanted.object));
    }
  }
  QVERIFY(derived > 1000 && refused > 1000);
}

void GrantTest::attenuatingTwiceChangesNothing() {
  Chance chance;
  for (int round = 0; round < 50'000; ++round) {
    auto parent = randomGrant(chance), wanted = randomGrant(chance);
    KJ_IF_MAYBE (once, attenuate(parent, wanted)) {
      KJ_IF_MAYBE (twice, attenuate(parent, *once)) {
        QVERIFY2(*twice == *once, qPrintable(print(*once)));
      } else {
        QFAIL(qPrintable(print(parent) + " refuses its own " + print(*once)));
      }
    }
  }
}

// Checked on concrete paths, apart from the code that compares reaches.
void GrantTest::whatReachesContainsWhatIsReachedThroughIt() {
  Chance chance;
  int chains = 0;
  for (int round = 0; round < 200'000; ++round) {
    auto outer = randomGrant(chance), inner = randomGrant(chance), file = randomGrant(chance);
    outer.object.inode = inner.object.inode = file.object.inode = 0;
    if (!hasPath(file.kind)) continue;
    file.kind = Kind::File;
    file.object.scope = Scope::File;
    if (!reaches(outer.kind, outer.object, inner.kind, inner.object)) continue;
    if (!reaches(inner.kind, inner.object, file.kind, file.object)) continue;
    ++chains;
    QVERIFY2(reaches(outer.kind, outer.object, file.kind, file.object),
             qPrintable(print(outer) + " > " + print(inner) + " > " + print(file)));
  }
  QVERIFY(chains > 1000);
}

void GrantTest::limitsNeverGrow_data() {
  QTest::addColumn<quint64>("parent");
  QTest::addColumn<quint64>("wanted");
  QTest::addColumn<quint64>("result");
  QTest::newRow("no limits") << quint64{0} << quint64{0} << quint64{0};
  QTest::newRow("unlimited child of a limited parent") << quint64{3} << quint64{0} << quint64{3};
  QTest::newRow("limited child of an unlimited parent") << quint64{0} << quint64{3} << quint64{3};
  QTest::newRow("less") << quint64{5} << quint64{3} << quint64{3};
  QTest::newRow("more") << quint64{3} << quint64{5} << quint64{3};
}

void GrantTest::limitsNeverGrow() {
  QFETCH(quint64, parent);
  QFETCH(quint64, wanted);
  QFETCH(quint64, result);
  auto outer = fileGrant("app", "/a"), inner = fileGrant("other", "/a");
  outer.limits = {.uses = parent, .bytes = parent, .bytesPerSecond = parent, .bytesPerDay = parent};
  inner.limits = {.uses = wanted, .bytes = wanted, .bytesPerSecond = wanted, .bytesPerDay = wanted};
  KJ_IF_MAYBE (child, attenuate(outer, inner)) {
    QVERIFY(child->limits ==
            (Limits{.uses = result, .bytes = result, .bytesPerSecond = result, .bytesPerDay = result}));
  } else {
    QFAIL("refused");
  }
}

void GrantTest::lifetimesNeverGrow() {
  auto derive = [](Lifetime outer, Lifetime inner) {
    auto child = fileGrant("other", "/a", inner);
    child.instance = {};
    return KJ_ASSERT_NONNULL(attenuate(fileGrant("app", "/a", outer), child));
  };
  auto early = Lifetime::untilTime(NOON), late = Lifetime::untilTime(NOON + 1h);
  QVERIFY(derive(Lifetime::always(), Lifetime::always()).lifetime == Lifetime::always());
  QVERIFY(derive(early, late).lifetime == early);
  QVERIFY(derive(late, early).lifetime == early);
  QVERIFY(derive(early, Lifetime::always()).lifetime == early);
  QVERIFY(derive(Lifetime::run(), Lifetime::always()).lifetime == Lifetime::run());
  QVERIFY(derive(Lifetime::once(), late).lifetime == Lifetime::once());
  QCOMPARE(derive(Lifetime::run(), Lifetime::always()).instance, InstanceId("instance-of-app"));
  QVERIFY(derive(Lifetime::run(), late).lifetime == late);
  QCOMPARE(derive(Lifetime::run(), late).instance, InstanceId("instance-of-app"));
}

void GrantTest::anotherInodeAtTheSameNameIsAnotherThing() {
  auto parent = fileGrant("app", "/a"), wanted = fileGrant("app", "/a");
  parent.object.inode = 1;
  wanted.object.inode = 2;
  QVERIFY(!permits(parent, Kind::File, wanted.object, Access::Read));
  QVERIFY(attenuate(parent, wanted) == nullptr);
  parent.object.scope = Scope::Tree;  // Whatever lies there was granted.
  QVERIFY(permits(parent, Kind::File, wanted.object, Access::Read));
}

void GrantTest::uncleanPathsReachNothing_data() {
  QTest::addColumn<QByteArray>("path");
  for (const auto& path : {QByteArray(""), QByteArray("a"), QByteArray("/a/../b"), QByteArray("/a/./b"),
                           QByteArray("/a//b"), QByteArray("/a/"), QByteArray("/.."), QByteArray("//"),
                           QByteArray("/a\0b", 4), QByteArray("a/b"), "/" + QByteArray(5000, 'a')}) {
    QTest::newRow(path.left(20).toPercentEncoding()) << path;
  }
}

void GrantTest::uncleanPathsReachNothing() {
  QFETCH(QByteArray, path);
  QVERIFY(!isCleanPath(path.toStdString()));
  auto everything = treeGrant("app", "/");
  QVERIFY(!permits(everything, Kind::File, {.path = path.toStdString()}, Access::Read));
  everything.object.path = path.toStdString();
  QVERIFY(!permits(everything, Kind::File, {.path = "/a/b"}, Access::Read));
}

void GrantTest::malformedGrantsAreRefused_data() {
  QTest::addColumn<int>("fault");
  const char* faults[] = {"nothing",
                          "no id",
                          "odd id",
                          "no holder",
                          "holder with bidi",
                          "kind",
                          "access",
                          "scope",
                          "state",
                          "lifetime",
                          "unclean path",
                          "network scope",
                          "file scope",
                          "run, unbound",
                          "until, no time",
                          "time, always",
                          "always, bound",
                          "own parent",
                          "ended, living",
                          "living, ended",
                          "target with escape",
                          "path of a host",
                          "no target",
                          "target in upper case",
                          "host of a file's scope",
                          "port that is nowhere",
                          "names of a host"};
  for (size_t i = 0; i < std::size(faults); ++i) QTest::newRow(faults[i]) << static_cast<int>(i);
}

void GrantTest::malformedGrantsAreRefused() {
  QFETCH(int, fault);
  auto grant = treeGrant("app", "/a");
  grant.id = GrantId::fresh();
  switch (fault) {
    case 0: QCOMPARE(faultOf(grant), std::string()); return;
    case 1: grant.id = {}; break;
    case 2: grant.id = GrantId("a b"); break;
    case 3: grant.holder = ""; break;
    case 4: grant.holder = "a\u202e"; break;
    case 5: grant.kind = static_cast<Kind>(9); break;
    case 6: grant.access = static_cast<Access>(2); break;
    case 7: grant.object.scope = static_cast<Scope>(9); break;
    case 8: grant.state = static_cast<GrantState>(4); break;
    case 9: grant.lifetime.type = static_cast<Lifetime::Type>(4); break;
    case 10: grant.object.path = "/a/../b"; break;
    case 11: grant.object.scope = Scope::Host; break;
    case 12: grant.object.scope = Scope::File; break;
    case 13: grant.lifetime = Lifetime::run(); break;
    case 14: grant.lifetime = Lifetime::untilTime({}); break;
    case 15: grant.lifetime.until = NOON; break;
    case 16: grant.instance = InstanceId("i"); break;
    case 17: grant.parent = grant.id; break;
    case 18: grant.state = GrantState::Revoked; break;
    case 19: grant.ended = NOON; break;
    case 20: grant.object.target = "a\x1b[2J"; break;
    case 21: grant.kind = Kind::Network; break;
    case 22: grant.kind = Kind::Network, grant.object = {}; break;
    case 23: grant.kind = Kind::Network, grant.object = {.target = "Example.org", .scope = Scope::Host}; break;
    case 24: grant.kind = Kind::Network, grant.object = {.target = "example.org", .scope = Scope::File}; break;
    case 25: grant.kind = Kind::Listen, grant.object = {.target = "8080", .scope = Scope::Port}; break;
    case 26:
      grant.kind = Kind::Network;
      grant.object = {.target = "example.org", .scope = Scope::Host, .see = true};
      break;
    default: QFAIL("no such fault");
  }
  QVERIFY(!faultOf(grant).empty());
}

void GrantTest::grantsSurviveTheSchema() {
  Chance chance;
  for (int round = 0; round < 1000; ++round) {
    auto grant = randomGrant(chance);
    grant.state = static_cast<GrantState>(chance.below(4));
    grant.origin = static_cast<Origin>(chance.below(6));
    grant.object.path += "\xff";
    grant.parent = GrantId("parent");
    grant.created = NOON, grant.used = NOON + 1h, grant.ended = NOON + 2h;
    grant.uses = 1, grant.bytesRead = 2, grant.bytesWritten = ~0ull, grant.live = 4;
    capnp::MallocMessageBuilder message;
    auto builder = message.initRoot<schema::Grant>();
    toSchema(grant, "Petname", builder);
    QVERIFY(fromSchema(builder.asReader()) == grant);
    QVERIFY(builder.asReader().getHolderName() == "Petname");
  }
}

void GrantTest::numbersFromTheFutureAreRefused() {
  QVERIFY_THROWS_EXCEPTION(kj::Exception, fromSchema(static_cast<schema::Kind>(9)));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, fromSchema(static_cast<schema::Access>(2)));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, fromSchema(static_cast<schema::Scope>(9)));
  QVERIFY(fromSchema(schema::Kind::WINDOW) == Kind::Window);
}

void GrantTest::digestsAreSha256_data() {
  QTest::addColumn<int>("size");
  for (int size : {0, 1, 3, 32, 55, 56, 63, 64, 65, 119, 120, 1000}) QTest::addRow("%d bytes", size) << size;
}

void GrantTest::digestsAreSha256() {
  QFETCH(int, size);
  QByteArray cookie(size, 'k');
  auto digest = digestOf(cookie.toStdString());
  QByteArray ours(reinterpret_cast<const char*>(digest.data()), digest.size());
  QCOMPARE(ours.toHex(), QCryptographicHash::hash(cookie, QCryptographicHash::Sha256).toHex());
}

void GrantTest::cookiesOfOthersAreRefused() {
  auto digest = digestOf("cookie");
  QVERIFY(isCookieOf(digest, "cookie"));
  QVERIFY(!isCookieOf(digest, "cookif"));
  QVERIFY(!isCookieOf(digest, ""));
  QVERIFY(!isCookieOf(Digest{}, ""));
}

QTEST_GUILESS_MAIN(GrantTest)
#include "grant-test.moc"
