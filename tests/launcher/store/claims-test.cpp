// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Which of two versions is newer, and whether it claims more.

#include <capnp/message.h>

#include <QtTest>
#include <random>

#include "launcher/store/claims.h"
#include "launcher/store/version-order.h"

using namespace latchkey;
using namespace latchkey::store;

namespace {

using State = schema::ClaimChange::State;

const ClaimOrder& order() {
  static const ClaimOrder one({"/home/me", "/mnt/disk/me"});
  return one;
}

// "folder ~/Music write"
Claim claim(const QString& text) {
  auto words = text.split(' ');
  return {.kind = words[0].toStdString(),
          .target = words[1].toStdString(),
          .access = words.size() > 2 ? words[2].toStdString() : "read"};
}

std::vector<Claim> claims(const QString& text) {
  std::vector<Claim> all;
  for (auto& one : text.split(", ", Qt::SkipEmptyParts)) all.push_back(claim(one));
  return all;
}

bool more(const std::vector<Claim>& before, const std::vector<Claim>& now) {
  return asksMore(order().compare(before, now));
}

// --- a small world, in which every claim is a set of things that one can point at

struct Thing {
  QString path = {};  // Of a file; empty: of the network.
  QString host = {};
  int port = 0;
  bool write = false;
};

struct Spelled {
  Claim claim;
  std::function<bool(const Thing&)> reaches;  // Written down apart from what is tested.
};

class World {
public:
  explicit World(unsigned seed) : m_random(seed) {
    for (auto path : {"/home/me/Music/a.mp3", "/home/me/Music/old/b.mp3", "/home/me/Music2/a.mp3", "/home/me/notes",
                      "/srv/music/a.mp3", "/srv/notes"}) {
      for (bool write : {false, true}) things.push_back({.path = path, .write = write});
    }
    for (auto host : {"example.org", "www.example.org", "other.org"}) {
      for (int port : {80, 443}) things.push_back({.host = host, .port = port});
    }
  }

  Spelled any() { return pick(3) == 0 ? network() : pick(4) == 0 ? singleFile() : folder(); }
  std::vector<Spelled> some() {
    std::vector<Spelled> all;
    for (unsigned i = pick(4); i > 0; --i) all.push_back(any());
    return all;
  }
  unsigned pick(unsigned below) { return static_cast<unsigned>(m_random()) % below; }

  std::vector<Thing> things;

private:
  // Another way to write the same.
  QString spelled(QString path) {
    if (path.startsWith("/home/me")) {
      auto rest = path.mid(8);
      switch (pick(4)) {
        case 0: path = "~" + rest; break;
        case 1: path = "/mnt/disk/me" + rest; break;
        case 2: path = "//home/./me" + rest; break;
        default: break;
      }
    }
    if (pick(3) == 0) path.replace("/Music", "//Music");
    if (pick(3) == 0) path.replace("/old", "/./old");
    return path;
  }
  QString access() { return pick(2) == 0 ? "read" : "write"; }

  Spelled folder() {
    static const QStringList FOLDERS{"/home/me",        "/home/me/Music", "/home/me/Music/old",
                                     "/home/me/Music2", "/srv",           "/"};
    auto path = FOLDERS[pick(static_cast<unsigned>(FOLDERS.size()))];
    auto may = access();
    auto shown = spelled(path) + (pick(2) == 0 && path != "/" ? "/" : "");
    auto root = path == "/" ? QString("/") : path + "/";
    return {{.kind = "folder", .target = shown.toStdString(), .access = may.toStdString()},
            [=](const Thing& thing) { return thing.path.startsWith(root) && (!thing.write || may == "write"); }};
  }
  Spelled singleFile() {
    auto& thing = things[pick(12)];
    auto path = thing.path;
    auto may = access();
    return {{.kind = "file", .target = spelled(path).toStdString(), .access = may.toStdString()},
            [=](const Thing& one) { return one.path == path && (!one.write || may == "write"); }};
  }
  Spelled network() {
    static const QStringList HOSTS{"example.org", "www.example.org", "other.org", "*.example.org"};
    auto host = HOSTS[pick(4)];
    static const int PORTS[] = {0, 80, 443};
    int port = PORTS[pick(3)];
    auto shown = host;
    if (pick(2) == 0) shown = shown.toUpper();
    if (pick(3) == 0) shown += ".";
    if (port != 0) shown += ":" + QString::number(port);
    return {{.kind = "network", .target = shown.toStdString()}, [=](const Thing& thing) {
              bool named = host.startsWith("*.") ? thing.host == host.mid(2) || thing.host.endsWith(host.mid(1))
                                                 : thing.host == host;
              return named && (port == 0 || thing.port == port);
            }};
  }

  std::minstd_rand m_random;
};

std::vector<Claim> claimsIn(const std::vector<Spelled>& all) {
  std::vector<Claim> claims;
  for (auto& one : all) claims.push_back(one.claim);
  return claims;
}

bool reaches(const std::vector<Spelled>& all, const Thing& thing) {
  return std::ranges::any_of(all, [&](auto& one) { return one.reaches(thing); });
}

QByteArray shown(const std::vector<Spelled>& all) {
  QByteArray text;
  for (auto& one : all)
    text += QByteArray::fromStdString(one.claim.kind + " " + one.claim.target + " " + one.claim.access + "; ");
  return text;
}

}  // namespace

class ClaimsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void oneCoversTheOther_data();
  void oneCoversTheOther();
  void whatChangedIsNamed();
  void abilitiesAndLimitsAreClaims();
  void moreIsNeverTakenForLess();
  void comparingIsMonotone();
  void spellingsAreTheSame();
  void versionsHaveAnOrder_data();
  void versionsHaveAnOrder();
  void theOrderIsOne();
};

void ClaimsTest::oneCoversTheOther_data() {
  QTest::addColumn<QString>("outer");
  QTest::addColumn<QString>("inner");
  QTest::addColumn<bool>("covers");
  auto row = [](const char* name, const char* outer, const char* inner, bool covers) {
    QTest::newRow(name) << outer << inner << covers;
  };
  row("home by its sign", "folder ~/Music", "folder /home/me/Music", true);
  row("home by its other name", "folder ~/Music", "folder /mnt/disk/me/Music/", true);
  row("home itself", "folder ~", "folder /home/me/", true);
  row("slashes", "folder /srv//music/.", "folder /srv/music/", true);
  row("below", "folder ~/Music", "folder ~/Music/old", true);
  row("not beside", "folder ~/Music", "folder ~/Music2", false);
  row("not above", "folder ~/Music/old", "folder ~/Music", false);
  row("a file in it", "folder ~/Music", "file ~/Music/a.mp3", true);
  row("files in it", "folder ~/Music", "file ~/Music/*.mp3", true);
  row("a file is no folder", "file ~/Music", "folder ~/Music", false);
  row("all files of a kind", "file ~/Music/*.mp3", "file ~/Music/a.mp3", true);
  row("not those of another kind", "file ~/Music/*.mp3", "file ~/Music/a.ogg", false);
  row("patterns by their text", "file ~/Music/*.mp3", "file /home/me/Music/*.mp3", true);
  row("patterns are not compared", "file ~/Music/*", "file ~/Music/*.mp3", false);
  row("a pattern that is none", "file ~/Music/[a", "file ~/Music/b", false);
  row("a star in a folder's name", "folder ~/*", "folder ~/Music", false);
  row("case matters", "folder ~/Music", "folder ~/music", false);
  row("everything", "folder /", "folder ~/Music", true);
  row("writing is reading", "folder ~/Music write", "folder ~/Music read", true);
  row("reading is not writing", "folder ~/Music read", "folder ~/Music write", false);
  row("steps up", "folder /srv", "folder /srv/../etc", false);
  row("steps up, as before", "folder /srv/../etc", "folder /srv/../etc", true);
  row("steps up from home", "folder ~", "folder ~/../you", false);
  row("another's home", "folder /home", "folder ~you/x", false);
  row("a variable", "folder /", "folder $HOME/x", false);
  row("no path", "folder Music", "folder Music", true);
  row("no path in all", "folder /", "folder Music", false);
  row("case of hosts", "network Example.ORG", "network example.org", true);
  row("dot after hosts", "network example.org", "network example.org.:443", true);
  row("any port", "network example.org", "network example.org:443", true);
  row("one port", "network example.org:443", "network example.org", false);
  row("ports", "network example.org:80-90", "network example.org:81", true);
  row("domain", "network *.example.org", "network www.Example.org", true);
  row("no other domain", "network *.example.org", "network notexample.org", false);
  row("host is no domain", "network example.org", "network *.example.org", false);
  row("the Internet", "network internet", "network example.org:443/tcp", true);
  row("not the local network", "network internet", "network 192.168.1.1", false);
  row("network of addresses", "network 10.0.0.0/8", "network 10.1.2.3:80", true);
  row("what is no host", "network ex_ample..org", "network ex_ample..org", true);
  row("what is no host in all", "network everything", "network ex..org", false);
  row("kinds", "service postgres", "device postgres", false);
  row("the same service", "service postgres", "service postgres", true);
  row("another service", "service postgres", "service Postgres", false);
  row("less memory", "limit memory=1000", "limit memory=999", true);
  row("more memory", "limit memory=1000", "limit memory=1001", false);
  row("no limit", "limit memory=1000", "limit memory=0", false);
  row("a limit, whatever the usual one is", "limit memory=0", "limit memory=5", false);
  row("limits of others", "limit memory=1000", "limit cpu=10", false);
}

void ClaimsTest::oneCoversTheOther() {
  QFETCH(QString, outer);
  QFETCH(QString, inner);
  QTEST(order().covers(claim(outer), claim(inner)), "covers");
  QVERIFY(order().covers(claim(outer), claim(outer)));
  QVERIFY(order().covers(claim(inner), claim(inner)));
}

void ClaimsTest::whatChangedIsNamed() {
  auto before = claims("folder ~/Music, network example.org:443, device camera, folder /srv/a write");
  auto now = claims("folder /home/me/Music/ write, network EXAMPLE.org:443, folder /srv/a/b, service printer");
  auto all = order().compare(before, now);
  QCOMPARE(all.size(), 5u);
  QCOMPARE(all[0].state, State::WIDER);
  QCOMPARE(all[0].before.target, std::string("~/Music"));
  QCOMPARE(all[1].state, State::SAME);
  QCOMPARE(all[2].state, State::NARROWER);
  QCOMPARE(all[2].before.access, std::string("write"));
  QCOMPARE(all[3].state, State::NEW);
  QCOMPARE(all[4].state, State::GONE);
  QCOMPARE(all[4].claim.target, std::string("camera"));
  QVERIFY(asksMore(all));
  QVERIFY(!more(before, claims("device camera, folder /srv/a/b")));
}

void ClaimsTest::abilitiesAndLimitsAreClaims() {
  capnp::MallocMessageBuilder one, other;
  auto before = one.initRoot<schema::BundleReport>(), now = other.initRoot<schema::BundleReport>();
  auto asks = [&] { return more(claimsOf(before.asReader()), claimsOf(now.asReader())); };
  QVERIFY(!asks());
  // What says nothing is not shown.
  QVERIFY(order().compare({}, claimsOf(now.asReader())).empty());
  now.setGpu(true);
  QVERIFY(asks());
  before.setGpu(true);
  QVERIFY(!asks());
  now.setNeedsX(true);
  QVERIFY(asks());
  before.setNeedsX(true);
  now.setOwnSandboxes(true);
  QVERIFY(asks());
  before.setOwnSandboxes(true);
  before.setMemoryLimit(1000);
  QVERIFY(asks());  // There is no limit any more.
  now.setMemoryLimit(1000);
  QVERIFY(!asks());
  now.setCpuPercent(50);
  QVERIFY(asks());
  before.setCpuPercent(50);
  auto slot = now.initNeeds(1)[0];
  slot.setName("db");
  slot.setKind("service");
  QVERIFY(asks());
}

// Whatever the new version reaches and the old one does not, it is asked about.
void ClaimsTest::moreIsNeverTakenForLess() {
  World world(1);
  unsigned told = 0, quiet = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto before = world.some(), now = world.some();
    bool asks = more(claimsIn(before), claimsIn(now));
    bool reachesMore =
        std::ranges::any_of(world.things, [&](auto& thing) { return reaches(now, thing) && !reaches(before, thing); });
    if (reachesMore) QVERIFY2(asks, shown(before) + " -> " + shown(now));
    (asks ? told : quiet)++;
  }
  // Neither answer is the only one.
  QVERIFY(told > 2000 && quiet > 2000);
}

void ClaimsTest::comparingIsMonotone() {
  World world(2);
  unsigned chains = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto one = world.some(), two = world.some(), three = world.some(), extra = world.some();
    auto a = claimsIn(one), b = claimsIn(two), c = claimsIn(three), x = claimsIn(extra);
    QVERIFY2(!more(a, a), shown(one));
    auto ax = a, bx = b;
    ax.insert(ax.end(), x.begin(), x.end());
    bx.insert(bx.end(), x.begin(), x.end());
    // To claim more is not less, and to have had more is not either.
    if (more(a, b)) QVERIFY2(more(a, bx), shown(one) + " -> " + shown(two) + " + " + shown(extra));
    else QVERIFY2(!more(ax, b), shown(one) + " + " + shown(extra) + " -> " + shown(two));
    if (more(ax, b)) QVERIFY(more(a, b));
    if (!more(a, b) && !more(b, c)) {
      QVERIFY2(!more(a, c), shown(one) + " -> " + shown(two) + " -> " + shown(three));
      ++chains;
    }
  }
  QVERIFY(chains > 100);
}

// The same claim in two spellings is `same`, whichever comes first.
void ClaimsTest::spellingsAreTheSame() {
  World one(3), other(4);
  unsigned pairs = 0;
  std::vector<Spelled> all;
  for (int i = 0; i < 400; ++i) all.push_back(i % 2 == 0 ? one.any() : other.any());
  for (auto& left : all) {
    for (auto& right : all) {
      bool equal =
          left.claim.kind == right.claim.kind && left.claim.access == right.claim.access &&
          std::ranges::all_of(one.things, [&](auto& thing) { return left.reaches(thing) == right.reaches(thing); });
      // Sets that are equal in this small world only by chance are not meant.
      bool covers = order().covers(left.claim, right.claim), covered = order().covers(right.claim, left.claim);
      if (covers && covered) QVERIFY2(equal, shown({left, right}));
      if (!equal || left.claim.target == right.claim.target || left.claim.kind != "file") continue;
      QVERIFY2(covers && covered, shown({left, right}));
      ++pairs;
    }
  }
  QVERIFY(pairs > 50);
}

void ClaimsTest::versionsHaveAnOrder_data() {
  QTest::addColumn<QByteArray>("older");
  QTest::addColumn<QByteArray>("newer");
  auto row = [](const char* older, const char* newer) {
    QTest::addRow("%s < %s", older, newer) << QByteArray(older) << QByteArray(newer);
  };
  row("1.0", "1.1");
  row("1.9", "1.10");
  row("1.0~rc1", "1.0");
  row("1.0~rc1", "1.0~rc2");
  row("1.0~~", "1.0~");
  row("1.0", "1.0rc1");
  row("1.0", "1.0-1");
  row("1.0-1", "1.0.1");
  row("1.0a", "1.0+b");
  row("1.0A", "1.0a");
  row("2", "10");
  row("99999999999999999999998", "99999999999999999999999");
  row("0", "1");
  row("1", "1.");
  row("2024.9.1", "2024.10");
}

void ClaimsTest::versionsHaveAnOrder() {
  QFETCH(QByteArray, older);
  QFETCH(QByteArray, newer);
  QVERIFY(compareVersions(older.constData(), newer.constData()) < 0);
  QVERIFY(compareVersions(newer.constData(), older.constData()) > 0);
  QVERIFY(compareVersions(newer.constData(), newer.constData()) == 0);
  QVERIFY(compareVersions("1.0", "1.00") == 0);
  QVERIFY(compareVersions("1.01", "1.1") == 0);
}

void ClaimsTest::theOrderIsOne() {
  std::minstd_rand random(5);
  auto any = [&] {
    static constexpr char ALL[] = "0012.~-+aAz";
    std::string text = "1";
    for (auto i = random() % 6; i > 0; --i) text += ALL[random() % (sizeof ALL - 1)];
    return text;
  };
  for (int i = 0; i < 100'000; ++i) {
    auto a = any(), b = any(), c = any();
    auto ab = compareVersions(a, b), bc = compareVersions(b, c), ac = compareVersions(a, c);
    auto said = QByteArray::fromStdString(a + " " + b + " " + c);
    QVERIFY2((ab < 0) == (compareVersions(b, a) > 0), said);
    if (ab <= 0 && bc <= 0) QVERIFY2(ac <= 0, said);
    if (ab < 0 && bc <= 0) QVERIFY2(ac < 0, said);
  }
}

QTEST_APPLESS_MAIN(ClaimsTest)
#include "claims-test.moc"
