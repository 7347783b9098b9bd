// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What others may try with a repository: the threats that The Update Framework names, one after the other, and what a
// server may do to whoever asks.

#include <sys/socket.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QtTest>

#include "broker/base/files.h"
#include "tests/launcher/bundle/bundle-bench.h"
#include "tests/launcher/repository/repository-bench.h"

using namespace latchkey;
using namespace latchkey::repository;
using namespace latchkey::test;

using std::chrono::hours;

class RepositoryAttackTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void rollbackIsRefused();
  void freezeIsNoticed();
  void ourOwnClockIsNotBelievedBlindly();
  void mixAndMatchIsRefused();
  void twoStatesOfOneNumberAreRefused();
  void otherKeysAreRefused();
  void otherRepositoriesOfTheSameKeyAreRefused();
  void aStolenKeyAppointsNoHeir();
  void recoveryFromFastForward();
  void keysChangeUnderWhoFollows();
  void revokedSignersAreRefused();
  void whatTheSignerDidNotSignIsRefused();
  void endlessAnswersAreCut();
  void slowAnswersAreGivenUp();
  void extraFilesAreNobodysBusiness();
  void packedBombsBurst();
  void whoCannotSendPartsIsLeft();
  void theFetcherHoldsNothing();
  void refusalsChangeNothing();
};

namespace {

const Files APP = {{"bin/player", "#!/bin/sh\necho playing\n"}, {"lib/library.so", noise(300'000, 1)}};
const Files NEWER = {{"bin/player", "#!/bin/sh\necho better\n"}, {"lib/library.so", noise(300'000, 2)}};

}  // namespace

void RepositoryAttackTest::rollbackIsRefused() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  bench.copyTo(bench.path("old"));
  bench.add("org.example.Player", "1.1", NEWER);
  auto follower = bench.follow(bench.local());
  auto seen = follower.head().version;
  QVERIFY(QDir(bench.repository()).removeRecursively() && QDir().rename(bench.path("old"), bench.repository()));
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("shows an old state"));
  // The next program remembers as well.
  auto again = Follower::load(bench.path("followed").toStdString());
  QVERIFY(bench.problemOf(std::get<Follower>(again).refresh(bench.reach())).contains("shows an old state"));
  QCOMPARE(std::get<Follower>(again).head().version, seen);
}

void RepositoryAttackTest::freezeIsNoticed() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  bench.publish(hours(48));
  auto follower = bench.follow(bench.local());
  bench.clock.advance(hours(47));
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  QVERIFY(!follower.staleness(bench.clock));
  bench.clock.advance(hours(1));
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("out of date since"));
  QVERIFY(follower.staleness(bench.clock));
  // And what is known is not used any more.
  QVERIFY(bench.fetch(follower, "org.example.Player").contains("out of date"));
  QVERIFY(bench.problemOfFollowing(bench.local(), bench.key.publicKey()).contains("out of date"));
  bench.publish(hours(48));
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
}

void RepositoryAttackTest::ourOwnClockIsNotBelievedBlindly() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  // Set back by a year, every old state would be fresh.
  bench.clock.stepWall(-hours(24 * 365));
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("clock"));
  QVERIFY(bench.fetch(follower, "org.example.Player").contains("clock"));
  // By less than a day it may be wrong.
  bench.clock.stepWall(hours(24 * 365 - 20));
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
}

void RepositoryAttackTest::mixAndMatchIsRefused() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto old = bench.head();
  bench.add("org.example.Player", "1.1", NEWER);
  auto fresh = bench.head();
  QVERIFY(old.catalog.digest != fresh.catalog.digest);
  auto blob = [&](const Blob& one) { return bench.repository() + "/" + QString::fromStdString(one.path()); };
  auto sound = contentOf(blob(fresh.catalog));
  // An old catalog under a new head.
  put(blob(fresh.catalog), contentOf(blob(old.catalog)));
  QVERIFY(!bench.problemOfFollowing(bench.local(), bench.key.publicKey()).isEmpty());
  put(blob(fresh.catalog), sound);
  auto follower = bench.follow(bench.local());
  // The list of one version with the chunks of another.
  auto catalog = std::get<Catalog>(follower.catalog());
  auto offer = *catalog.find("org.example.Player");
  auto list = contentOf(blob(offer.list));
  put(blob(offer.list), contentOf(blob(offer.chunks)));
  QVERIFY(!bench.fetch(follower, "org.example.Player").isEmpty());
  put(blob(offer.list), list);
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
}

void RepositoryAttackTest::twoStatesOfOneNumberAreRefused() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  auto head = bench.head();
  head.expires += hours(1);
  bench.writeHead(head, bench.key);
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("two different states"));
  // A higher number does not help who goes back in time.
  head.version += 1;
  head.issued -= hours(1);
  bench.writeHead(head, bench.key);
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("old state under a new number"));
}

void RepositoryAttackTest::otherKeysAreRefused() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto thief = SecretKey::generate();
  QVERIFY(bench.problemOfFollowing(bench.local(), thief.publicKey()).contains("belongs to somebody else"));
  // The same id, another key.
  auto impostor = bench.key.publicKey();
  impostor.key = thief.publicKey().key;
  QVERIFY(bench.problemOfFollowing(bench.local(), impostor).contains("belongs to somebody else"));
  auto follower = bench.follow(bench.local());
  auto head = bench.head();
  ++head.version;
  bench.writeHead(head, thief);
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("not signed by its key"));
  // No signature; half of one; one of something else.
  auto sound = QByteArray::fromStdString(signedText(head.text(), bench.key));
  put(bench.repository() + "/head", QByteArray::fromStdString(head.text()));
  QVERIFY(!bench.problemOf(follower.refresh(bench.reach())).isEmpty());
  put(bench.repository() + "/head", sound.left(sound.size() - 20));
  QVERIFY(!bench.problemOf(follower.refresh(bench.reach())).isEmpty());
  put(bench.repository() + "/head",
      QByteArray(sound).replace("version\t" + QByteArray::number(static_cast<qulonglong>(head.version)),
                                "version\t77"));
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("not signed by its key"));
  put(bench.repository() + "/head", sound);
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
}

void RepositoryAttackTest::otherRepositoriesOfTheSameKeyAreRefused() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  QVERIFY(QDir(bench.repository()).removeRecursively());
  Publisher::create(bench.local(), "org.example.nightly", bench.key, bench.next.publicKey(), bench.clock.wall(),
                    hours(9));
  bench.publish();
  bench.publish();
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("another repository"));
}

void RepositoryAttackTest::aStolenKeyAppointsNoHeir() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  // Who has the key signs with it and with their own: the key that was announced is another.
  auto thief = SecretKey::generate();
  auto keys = contentOf(bench.repository() + "/keys");
  KeyLink heir{.id = "org.example.apps",
               .generation = 1,
               .key = thief.publicKey(),
               .next = commitmentTo(SecretKey::generate().publicKey())};
  put(bench.repository() + "/keys", keys + QByteArray::fromStdString(heir.signedBy(bench.key, thief)));
  auto head = bench.head();
  head.generation = 1;
  bench.writeHead(head, thief);
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("not the one that was announced"));
  // Also not by announcing another one afterwards: who follows has seen what was said.
  KeyLink first{
      .id = "org.example.apps", .generation = 0, .key = bench.key.publicKey(), .next = commitmentTo(thief.publicKey())};
  put(bench.repository() + "/keys",
      QByteArray::fromStdString(first.signedBy(bench.key, bench.key) + heir.signedBy(bench.key, thief)));
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("did not allow"));
  // Nor without the old key's signature, nor the new one's.
  KeyLink announced{.id = "org.example.apps", .generation = 1, .key = bench.next.publicKey(), .next = heir.next};
  for (auto& link : {announced.signedBy(thief, bench.next), announced.signedBy(bench.key, thief)}) {
    put(bench.repository() + "/keys", keys + QByteArray::fromStdString(link));
    bench.writeHead(head, bench.next);
    QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("is not signed by the key before it"));
  }
}

void RepositoryAttackTest::recoveryFromFastForward() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  auto sound = bench.head();
  auto head = sound;
  head.version = ~uint64_t{0};
  bench.writeHead(head, bench.key);
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  bench.writeHead(sound, bench.key);
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("shows an old state"));
  // The owner takes the next key, and counts from one.
  auto after = SecretKey::generate();
  bench.publisher()->rotate(bench.key, bench.next, after.publicKey(), bench.clock.wall(), hours(48));
  QCOMPARE(bench.head().version, uint64_t{1});
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  QVERIFY(follower.key() == bench.next.publicKey());
  // The thief's number is worth nothing now.
  bench.writeHead(head, bench.key);
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("which key 1 has replaced"));
}

void RepositoryAttackTest::keysChangeUnderWhoFollows() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  auto third = SecretKey::generate(), fourth = SecretKey::generate();
  QVERIFY_THROWS_EXCEPTION(
      kj::Exception, bench.publisher()->rotate(bench.key, third, fourth.publicKey(), bench.clock.wall(), hours(48)));
  bench.publisher()->rotate(bench.key, bench.next, third.publicKey(), bench.clock.wall(), hours(48));
  bench.publisher()->rotate(bench.next, third, fourth.publicKey(), bench.clock.wall(), hours(48));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, bench.publisher()->publish(bench.key, bench.clock.wall(), hours(48)));
  // Two at once, and whatever key the person was told.
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  QVERIFY(follower.key() == third.publicKey());
  for (auto key : {&bench.key, &bench.next, &third})
    QCOMPARE(bench.problemOfFollowing(bench.local(), key->publicKey()), QByteArray());
  QVERIFY(!bench.problemOfFollowing(bench.local(), fourth.publicKey()).isEmpty());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  // A head of a key that was replaced, for who has seen none.
  auto head = bench.head();
  head.generation = 1;
  bench.writeHead(head, bench.next);
  QVERIFY(bench.problemOfFollowing(bench.local(), bench.key.publicKey()).contains("has been replaced"));
}

void RepositoryAttackTest::revokedSignersAreRefused() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  auto own = bench.publisher();
  own->revoke(SecretKey::generate().publicKey());
  own->publish(bench.key, bench.clock.wall(), hours(48));
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  bench.forgetStore();
  own->revoke(bench.author.publicKey());
  own->publish(bench.key, bench.clock.wall(), hours(48));
  own.reset();
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  QVERIFY(bench.fetch(follower, "org.example.Player").contains("has been revoked"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, bench.add("org.example.Player", "1.1", NEWER));
}

void RepositoryAttackTest::whatTheSignerDidNotSignIsRefused() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  bench.add("org.example.Other", "1.0", NEWER);
  auto follower = bench.follow(bench.local());
  auto catalog = std::get<Catalog>(follower.catalog());
  auto sound = *catalog.find("org.example.Player"), other = *catalog.find("org.example.Other");
  auto problemOf = [&](const Offer& offer) {
    auto opened = Delivery::open(follower, offer, bench.reach());
    auto problem = std::get_if<Problem>(&opened);
    return problem == nullptr ? QByteArray() : QByteArray::fromStdString(problem->reason);
  };
  QCOMPARE(problemOf(sound), QByteArray());
  // What a repository - not its apps' authors - may say, and be refused.
  auto offer = sound;
  offer.signer = SecretKey::generate().publicKey();
  QVERIFY(problemOf(offer).contains("not signed by whom"));
  offer = sound;
  offer.signature = other.signature;
  QVERIFY(problemOf(offer).contains("not signed by whom"));
  offer = sound;
  offer.version = "2.0";
  QVERIFY(problemOf(offer).contains("something else"));
  offer = other;
  offer.id = sound.id;
  QVERIFY(problemOf(offer).contains("something else"));
  offer = sound;
  offer.chunks = other.chunks;
  QVERIFY(problemOf(offer).contains("something else"));
}

void RepositoryAttackTest::endlessAnswersAreCut() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  WebServer honest(bench.repository(), bench.path("log")), endless(bench.repository(), bench.path("log-2"), "endless");
  auto before = bench.fetcher.received();
  QVERIFY(bench.problemOfFollowing(endless.url(), bench.key.publicKey()).contains("sends more than there should be"));
  QVERIFY(bench.fetcher.received() - before <= KeyChain::MAX_SIZE + (300 << 10));
  // Also of a chunk.
  auto own = bench.publisher();
  own->setMirrors({endless.url()});
  own->publish(bench.key, bench.clock.wall(), hours(48));
  own.reset();
  auto server = std::make_unique<WebServer>(bench.repository(), bench.path("log-3"));
  auto follower = bench.follow(server->url());
  server.reset();
  before = bench.fetcher.received();
  QVERIFY(!bench.fetch(follower, "org.example.Player").isEmpty());
  QVERIFY(bench.fetcher.received() - before < 1'500'000);
  // A folder can be as long as it likes, too.
  QFile keys(bench.repository() + "/keys");
  QVERIFY(keys.open(QIODevice::Append) && keys.resize(10'000'000'000));
  QVERIFY(bench.problemOfFollowing(bench.local(), bench.key.publicKey()).contains("has more than there should be"));
}

void RepositoryAttackTest::slowAnswersAreGivenUp() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  WebServer slow(bench.repository(), bench.path("log"), "slow");
  bench.fetcher = Fetcher({.slowest = 100, .patience = 3});
  QElapsedTimer timer;
  timer.start();
  QVERIFY(bench.problemOfFollowing(slow.url(), bench.key.publicKey()).contains("too slow"));
  QVERIFY(timer.elapsed() < 30'000);
}

void RepositoryAttackTest::extraFilesAreNobodysBusiness() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  put(bench.repository() + "/blobs/" + QString(64, '0'), "app\torg.example.Evil\n");
  put(bench.repository() + "/packs/evil", "evil");
  put(bench.repository() + "/evil.latchkey", "evil");
  WebServer server(bench.repository(), bench.path("log"));
  auto follower = bench.follow(server.url());
  QCOMPARE(std::get<Catalog>(follower.catalog()).offers.size(), size_t{1});
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  for (auto& answer : server.answers())
    QVERIFY2(!answer.path.contains("evil") && !answer.path.contains("0000"), answer.path);
  // A link or a pipe in the place of a file is not followed, and nobody waits for it.
  QFile::remove(bench.repository() + "/keys");
  QVERIFY(symlink("/etc/passwd", (bench.repository() + "/keys").toUtf8().constData()) == 0);
  QVERIFY(bench.problemOfFollowing(bench.local(), bench.key.publicKey()).contains("no such repository"));
  QFile::remove(bench.repository() + "/keys");
  QCOMPARE(QProcess::execute("mkfifo", {bench.repository() + "/keys"}), 0);
  QVERIFY(bench.problemOfFollowing(bench.local(), bench.key.publicKey()).contains("no such repository"));
}

void RepositoryAttackTest::packedBombsBurst() {
  RepositoryBench bench;
  std::string zeros(40'000'000, '\0');
  auto packed = bench.packer.pack(zeros);
  QVERIFY(packed.size() < 100'000);
  QVERIFY(bench.packer.unpack(packed, zeros.size()) == zeros);
  // Not one byte more than was said, nor fewer; nothing behind it; and rubbish is rubbish.
  QVERIFY(!bench.packer.unpack(packed, zeros.size() - 1));
  QVERIFY(!bench.packer.unpack(packed, zeros.size() + 1));
  QVERIFY(!bench.packer.unpack(packed + "x", zeros.size()));
  QVERIFY(!bench.packer.unpack(packed.substr(0, packed.size() - 3), zeros.size()));
  QVERIFY(!bench.packer.unpack(noise(1000, 1), 5000));
  QVERIFY(!bench.packer.unpack("", 1));
  QVERIFY(bench.packer.unpack(packed, zeros.size()) == zeros);
}

void RepositoryAttackTest::whoCannotSendPartsIsLeft() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  bench.add("org.example.Player", "1.1", NEWER);
  WebServer whole(bench.repository(), bench.path("log"), "rangeless"), parts(bench.repository(), bench.path("log-2"));
  auto own = bench.publisher();
  own->setMirrors({parts.url()});
  own->publish(bench.key, bench.clock.wall(), hours(48));
  own.reset();
  auto follower = bench.follow(whole.url());
  // Of a pack of which all is needed, all is as good as a part.
  auto opened =
      Delivery::open(follower, *std::get<Catalog>(follower.catalog()).find("org.example.Player"), bench.reach());
  auto& delivery = std::get<Delivery>(opened);
  auto small = digestOf(NEWER.at("bin/player"));
  delivery.plan([&](auto& digest) { return digest == small || digest == digestOf("id = \"org.example.Player\""); });
  QVERIFY(!delivery.fetch(follower, bench.reach()));
  QVERIFY(!parts.answers().empty());
}

void RepositoryAttackTest::theFetcherHoldsNothing() {
  auto script =
      "import os,socket\n"
      "def can(f):\n"
      "  try: f(); return 'yes'\n"
      "  except OSError: return 'no'\n"
      "print(can(lambda: socket.socket(socket.AF_INET)), can(lambda: socket.socket(socket.AF_UNIX)),"
      " can(lambda: socket.socketpair()), sorted(os.listdir('/home')) if os.path.isdir('/home') else [],"
      " can(lambda: open('/etc/nsswitch.conf')), can(lambda: open('/usr/x', 'w')), len(os.listdir('/proc/self/fd')))";
  for (bool network : {true, false}) {
    int ends[2];
    QCOMPARE(pipe(ends), 0);
    kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
    auto process = Confined::start({.program = "/usr/bin/python3",
                                    .arguments = {"-c", script},
                                    .descriptors = {-1, theirs.get(), 2},
                                    .network = network});
    theirs = nullptr;
    process.reap();
    char answer[500] = {};
    QVERIFY(read(ours, answer, sizeof answer - 1) > 0);
    QCOMPARE(QByteArray(answer).trimmed(),
             network ? QByteArray("yes no no [] yes no 4") : QByteArray("yes yes yes [] no no 4"));
  }
}

void RepositoryAttackTest::refusalsChangeNothing() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", APP);
  auto follower = bench.follow(bench.local());
  auto state = contentOf(bench.path("followed/state"));
  auto files = QDir(bench.path("followed")).entryList(QDir::Files);
  bench.add("org.example.Player", "1.1", NEWER);
  // The head is sound, but the catalog does not come.
  auto catalog = bench.repository() + "/" + QString::fromStdString(bench.head().catalog.path());
  auto sound = contentOf(catalog);
  put(catalog, "nonsense");
  QVERIFY(!bench.problemOf(follower.refresh(bench.reach())).isEmpty());
  QCOMPARE(contentOf(bench.path("followed/state")), state);
  QCOMPARE(QDir(bench.path("followed")).entryList(QDir::Files), files);
  QCOMPARE(std::get<Catalog>(follower.catalog()).offers[0].version, std::string("1.0"));
  put(catalog, sound);
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
  QCOMPARE(std::get<Catalog>(follower.catalog()).offers[0].version, std::string("1.1"));
  // The catalog before is gone; nothing of a stranger was left.
  QCOMPARE(QDir(bench.path("followed")).entryList(QDir::Files).size(), files.size());
  QVERIFY(!bench.problemOfFollowing(bench.local(), SecretKey::generate().publicKey()).isEmpty());
  QVERIFY(!QFile::exists(bench.path("stranger")));
}

QTEST_GUILESS_MAIN(RepositoryAttackTest)
#include "repository-attack-test.moc"
