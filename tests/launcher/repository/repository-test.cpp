// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Repositories: what is published arrives, and not more of it than has to.

#include <kj/exception.h>
#include <signal.h>
#include <sys/resource.h>

#include <QDir>
#include <QFile>
#include <QtTest>

#include "broker/base/log.h"
#include "tests/launcher/bundle/bundle-bench.h"
#include "tests/launcher/repository/repository-bench.h"

using namespace latchkey;
using namespace latchkey::repository;
using namespace latchkey::test;

class RepositoryTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whatIsPublishedArrives_data();
  void whatIsPublishedArrives();
  void nothingNewIsOneSmallRequest();
  void smallChangesTravelSmall();
  void manySmallFilesAreFewRequests();
  void whatAnEarlierVersionHadIsNotStoredAgain();
  void itIsFetchedOnSeveralConnections();
  void whoIsKilledGoesOn();
  void whatWasDamagedMeanwhileIsFetchedAgain();
  void whatCannotBeKeptIsSaid();
  void aMirrorWithAWrongChunkIsLeft();
  void aMirrorStandsInForWhoIsSilent();
  void withoutANetworkItSaysSo();
  void whoBreaksOffIsAskedForTheRest();
  void whoeverAsksMayGiveUp();
  void onlyKnownCertificatesAreAccepted();
  void whatNobodyNeedsIsRemoved();
  void searchFindsWordsAnywhere();
};

namespace {

const Files SMALL = {{"bin/player", "#!/bin/sh\necho playing\n"},
                     {"share/empty", ""},
                     {"share/again", "#!/bin/sh\necho playing\n"},
                     {"share/text", std::string(100'000, 'x')},
                     {"lib/library.so", noise(700'000, 1)}};

// About 64 MB in 800 files of every size.
Files largeApp() {
  Files files;
  for (unsigned i = 0; i < 800; ++i)
    files.emplace("share/" + std::to_string(i), noise(2'000 + (i * 7919u) % 157'000, i));
  return files;
}

uint64_t sizeOf(const QString& folder) {
  uint64_t sum = 0;
  for (auto& info : QDir(folder).entryInfoList(QDir::Files)) sum += static_cast<uint64_t>(info.size());
  return sum;
}

}  // namespace

void RepositoryTest::whatIsPublishedArrives_data() {
  QTest::addColumn<bool>("overNetwork");
  QTest::newRow("folder") << false;
  QTest::newRow("http") << true;
}

void RepositoryTest::whatIsPublishedArrives() {
  QFETCH(bool, overNetwork);
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  auto list = bench.list;
  WebServer server(bench.repository(), bench.path("log"));
  auto follower = bench.follow(overNetwork ? server.url() : bench.local());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QCOMPARE(bench.list, list);
  QVERIFY(bench.has(SMALL));
  QCOMPARE(bench.fetch(follower, "org.example.Other"), QByteArray("not offered"));
  // What was known is known by the next program.
  auto again = Follower::load(bench.path("followed").toStdString());
  QVERIFY(std::get_if<Follower>(&again) != nullptr);
  QCOMPARE(std::get<Follower>(again).head().version, bench.head().version);
  QCOMPARE(std::get<Catalog>(std::get<Follower>(again).catalog()).offers.size(), size_t{1});
  QCOMPARE(QDir(bench.path("followed")).entryList(QDir::Files).filter("partial").size(), 0);
}

void RepositoryTest::nothingNewIsOneSmallRequest() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  WebServer server(bench.repository(), bench.path("log"));
  auto follower = bench.follow(server.url());
  server.forget();
  auto news = follower.refresh(bench.reach());
  QCOMPARE(bench.problemOf(news), QByteArray());
  QVERIFY(std::get<Follower::News>(news) == Follower::News::Nothing);
  QCOMPARE(server.answers().size(), size_t{1});
  QVERIFY(server.bytes() < 2000);
}

void RepositoryTest::smallChangesTravelSmall() {
  RepositoryBench bench;
  auto files = largeApp();
  uint64_t bytes = 0;
  for (auto& [name, content] : files) bytes += content.size();
  QVERIFY(bytes > 60'000'000 && bytes < 70'000'000);
  bench.add("org.example.Player", "1.0", files);
  WebServer server(bench.repository(), bench.path("log"));
  auto follower = bench.follow(server.url());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(files));
  auto before = bench.list;
  auto whole = server.bytes();
  QVERIFY(whole > bytes);

  // 4 KiB in the middle of one of the largest; 4 KiB at the end of a small one; a file that is longer at its beginning.
  auto largest = std::ranges::max_element(files, {}, [](auto& one) { return one.second.size(); });
  auto smallest = std::ranges::min_element(files, {}, [](auto& one) { return one.second.size(); });
  std::vector<std::pair<const char*, std::function<void()>>> changes = {
      {"middle", [&] { largest->second.replace(largest->second.size() / 2, 4096, noise(4096, 9001)); }},
      {"small", [&] { smallest->second.replace(0, 2000, noise(4096, 9002)); }},
      {"longer", [&] { largest->second.insert(0, noise(4096, 9003)); }},
  };
  unsigned version = 1;
  for (auto& [name, change] : changes) {
    change();
    bench.add("org.example.Player", "1." + std::to_string(version++), files);
    server.forget();
    QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
    QCOMPARE(bench.fetch(follower, "org.example.Player", before), QByteArray());
    QVERIFY(bench.has(files));
    before = bench.list;
    qInfo("%s: %.3f MB in %zu answers (at first %.1f MB)", name, static_cast<double>(server.bytes()) / 1e6,
          server.answers().size(), static_cast<double>(whole) / 1e6);
    QVERIFY2(server.bytes() <= 300'000, name);
  }
}

void RepositoryTest::manySmallFilesAreFewRequests() {
  RepositoryBench bench;
  Files files;
  for (unsigned i = 0; i < 3000; ++i) files.emplace("share/" + std::to_string(i), noise(200 + i % 900, i));
  bench.add("org.example.Player", "1.0", files);
  WebServer server(bench.repository(), bench.path("log"));
  auto follower = bench.follow(server.url());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(files));
  // Keys, head, catalog; list, signature, chunks; one range.
  QVERIFY(server.answers().size() <= 8);
}

void RepositoryTest::whatAnEarlierVersionHadIsNotStoredAgain() {
  RepositoryBench bench;
  auto files = SMALL;
  bench.add("org.example.Player", "1.0", files);
  auto before = sizeOf(bench.repository() + "/packs");
  files["lib/library.so"].replace(300'000, 10, "0123456789");
  bench.add("org.example.Player", "1.1", files);
  auto more = sizeOf(bench.repository() + "/packs") - before;
  QVERIFY2(more > 0 && more <= 2 * LARGEST_CHUNK, QByteArray::number(static_cast<qulonglong>(more)));
  // Another app with the same library.
  bench.add("org.example.Other", "1.0", {{"lib/library.so", files["lib/library.so"]}});
  QVERIFY(sizeOf(bench.repository() + "/packs") - before - more < SMALLEST_CHUNK);
  auto follower = bench.follow(bench.local());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(files));
}

void RepositoryTest::itIsFetchedOnSeveralConnections() {
  RepositoryBench bench;
  Files files{{"lib/library.so", noise(20'000'000, 3)}};
  bench.add("org.example.Player", "1.0", files);
  WebServer server(bench.repository(), bench.path("log"), "throttled");
  auto follower = bench.follow(server.url());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(files));
  int busiest = 0;
  for (auto& answer : server.answers()) busiest = std::max(busiest, answer.busy);
  QCOMPARE(busiest, 4);
}

void RepositoryTest::whoIsKilledGoesOn() {
  RepositoryBench bench;
  Files files{{"lib/library.so", noise(20'000'000, 4)}};
  bench.add("org.example.Player", "1.0", files);
  WebServer server(bench.repository(), bench.path("log"), "throttled");
  bench.follow(server.url());
  auto partial = bench.path("followed/partial-org.example.Player");
  uint64_t least = 0;
  for (auto part : {3'000'000, 9'000'000}) {
    QProcess client;
    client.start(QCoreApplication::applicationDirPath() + "/repository-client",
                 {bench.path("followed"), "org.example.Player", bench.path("store")});
    QTRY_VERIFY_WITH_TIMEOUT(QFile(partial).size() > part, 60000);
    QVERIFY(client.state() == QProcess::Running);
    ::kill(static_cast<pid_t>(client.processId()), SIGKILL);
    client.waitForFinished();
    least = static_cast<uint64_t>(QFile(partial).size());
  }
  QTest::qWait(500);  // Until the server has noticed.
  server.forget();
  QProcess client;
  client.setProcessChannelMode(QProcess::ForwardedChannels);
  client.start(QCoreApplication::applicationDirPath() + "/repository-client",
               {bench.path("followed"), "org.example.Player", bench.path("store")});
  QVERIFY(client.waitForFinished(120000));
  QCOMPARE(client.exitCode(), 0);
  QVERIFY(bench.has(files));
  QVERIFY(!QFile::exists(partial));
  // What had come did not come again.
  QVERIFY2(server.bytes() < 20'100'000 - least + LARGEST_CHUNK,
           QByteArray::number(static_cast<qulonglong>(server.bytes())));
}

void RepositoryTest::whatWasDamagedMeanwhileIsFetchedAgain() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  auto follower = bench.follow(bench.local());
  auto catalog = follower.catalog();
  auto offer = std::get<Catalog>(catalog).find("org.example.Player");
  {
    auto opened = Delivery::open(follower, *offer, bench.reach());
    QVERIFY(!std::get<Delivery>(opened).fetch(follower, bench.reach()));
  }
  QFile partial(bench.path("followed/partial-org.example.Player"));
  QVERIFY(partial.size() > 700'000);
  QVERIFY(partial.open(QIODevice::ReadWrite));
  partial.seek(partial.size() / 2);
  partial.write("x");
  partial.seek(partial.size() - 1000);
  partial.resize(partial.size() - 10);
  partial.close();
  {
    auto opened = Delivery::open(follower, *offer, bench.reach());
    auto need = std::get<Delivery>(opened).need();
    QVERIFY(need.bytes > 200'000 && need.bytes < 700'000);
    // Nobody else fetches the same meanwhile.
    auto other = Delivery::open(follower, *offer, bench.reach());
    QVERIFY(std::get_if<Problem>(&other) != nullptr);
  }
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(SMALL));
}

// The disk is full: here, no file may be longer.
void RepositoryTest::whatCannotBeKeptIsSaid() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  auto follower = bench.follow(bench.local());
  auto catalog = follower.catalog();
  auto offer = std::get<Catalog>(catalog).find("org.example.Player");
  auto opened = Delivery::open(follower, *offer, bench.reach());
  rlimit usual{};
  QCOMPARE(getrlimit(RLIMIT_FSIZE, &usual), 0);
  auto before = signal(SIGXFSZ, SIG_IGN);
  rlimit little{100'000, usual.rlim_max};
  QCOMPARE(setrlimit(RLIMIT_FSIZE, &little), 0);
  QByteArray said;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { std::get<Delivery>(opened).fetch(follower, bench.reach()); }))
    said = QByteArray::fromStdString(latchkey::reason(*exception));
  QCOMPARE(setrlimit(RLIMIT_FSIZE, &usual), 0);
  signal(SIGXFSZ, before);
  QVERIFY2(said.contains("cannot be written"), said);
  // What was kept counts, and the rest comes now.
  QVERIFY(!std::get<Delivery>(opened).fetch(follower, bench.reach()));
  QCOMPARE(std::get<Delivery>(opened).need().bytes, uint64_t{0});
}

void RepositoryTest::aMirrorWithAWrongChunkIsLeft() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  WebServer liar(bench.repository(), bench.path("log-liar"), "liar"), honest(bench.repository(), bench.path("log"));
  {
    auto follower = bench.follow(liar.url());
    QVERIFY(bench.fetch(follower, "org.example.Player").contains("something else than what was published"));
    QVERIFY(!bench.has(SMALL));
  }
  auto own = bench.publisher();
  own->setMirrors({liar.url(), honest.url()});
  own->publish(bench.key, bench.clock.wall(), std::chrono::hours(24));
  own.reset();
  auto follower = bench.follow(liar.url(), "second");
  honest.forget();
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(SMALL));
  QVERIFY(honest.answers().size() >= 1);
}

void RepositoryTest::aMirrorStandsInForWhoIsSilent() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  bench.copyTo(bench.path("copy"));
  auto own = bench.publisher();
  own->setMirrors({bench.path("copy").toStdString()});
  own->publish(bench.key, bench.clock.wall(), std::chrono::hours(24));
  own.reset();
  auto server = std::make_unique<WebServer>(bench.repository(), bench.path("log"));
  auto follower = bench.follow(server->url());
  server.reset();
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(SMALL));
  // It is behind: its state is not taken, and who was asked first is who is complained of.
  QVERIFY(bench.problemOf(follower.refresh(bench.reach())).contains("does not answer"));
  bench.copyTo(bench.path("copy"));
  QCOMPARE(bench.problemOf(follower.refresh(bench.reach())), QByteArray());
}

void RepositoryTest::withoutANetworkItSaysSo() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  auto server = std::make_unique<WebServer>(bench.repository(), bench.path("log"));
  auto follower = bench.follow(server->url());
  server.reset();
  auto news = follower.refresh(bench.reach());
  auto problem = std::get_if<Problem>(&news);
  QVERIFY(problem != nullptr && problem->kind == Problem::Kind::Offline);
  QVERIFY(problem->reason.ends_with("is this computer online?"));
  // What was known still is.
  QVERIFY(std::get_if<Catalog>(&static_cast<const std::variant<Catalog, Problem>&>(follower.catalog())) != nullptr);
  news = bench.follow(bench.local(), "stick").refresh(bench.reach());
  QCOMPARE(bench.problemOf(news), QByteArray());
  QVERIFY(bench.problemOfFollowing("/no/such/stick", bench.key.publicKey()).endsWith("is not there"));
}

void RepositoryTest::whoBreaksOffIsAskedForTheRest() {
  RepositoryBench bench;
  Files files{{"lib/library.so", noise(3'000'000, 5)}};
  bench.add("org.example.Player", "1.0", files);
  WebServer server(bench.repository(), bench.path("log"), "short");
  auto follower = bench.follow(server.url());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(files));
  QVERIFY(QFile::exists(bench.path("log.broken")));
}

void RepositoryTest::whoeverAsksMayGiveUp() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", {{"lib/library.so", noise(6'000'000, 6)}});
  WebServer server(bench.repository(), bench.path("log"), "throttled");
  auto follower = bench.follow(server.url());
  auto catalog = follower.catalog();
  auto opened = Delivery::open(follower, *std::get<Catalog>(catalog).find("org.example.Player"), bench.reach());
  auto& delivery = std::get<Delivery>(opened);
  uint64_t last = 0;
  auto problem = delivery.fetch(follower, bench.reach(), [&](uint64_t done, uint64_t whole) {
    last = done;
    return done < whole / 4;
  });
  QVERIFY(problem && problem->kind == Problem::Kind::Stopped);
  QVERIFY(last > 0 && delivery.need().bytes > 0);
  QVERIFY(delivery.need().bytes + last == delivery.need().whole);
}

void RepositoryTest::onlyKnownCertificatesAreAccepted() {
  RepositoryBench bench;
  bench.add("org.example.Player", "1.0", SMALL);
  auto certificate = bench.path("certificate.pem");
  QCOMPARE(QProcess::execute(
               "openssl", {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                           "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                           certificate, "-out", bench.path("public.pem")}),
           0);
  QVERIFY(QProcess::execute("sh", {"-c", "cat \"$1\" >> \"$2\"", "sh", bench.path("public.pem"), certificate}) == 0);
  WebServer server(bench.repository(), bench.path("log"), "honest", certificate);
  QVERIFY(bench.problemOfFollowing(server.url(), bench.key.publicKey()).contains("certificate is not accepted"));
  QVERIFY(server.answers().empty());
  // Names are found by a thread of its own, which must not need what it has not.
  auto named = "https://localhost" + server.url().substr(server.url().rfind(':'));
  QVERIFY(bench.problemOfFollowing(named, bench.key.publicKey()).contains("certificate is not accepted"));
  bench.fetcher = Fetcher({.certificates = bench.path("public.pem").toStdString()});
  auto follower = bench.follow(server.url());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QVERIFY(bench.has(SMALL));
  // Nobody is led from there to where anybody can listen.
  WebServer leader(bench.repository(), bench.path("log"), "redirect", certificate);
  QVERIFY(!bench.problemOfFollowing(leader.url(), bench.key.publicKey()).isEmpty());
}

void RepositoryTest::whatNobodyNeedsIsRemoved() {
  RepositoryBench bench;
  auto files = SMALL;
  bench.add("org.example.Player", "1.0", files);
  bench.add("org.example.Gone", "1.0", {{"lib/other.so", noise(300'000, 7)}});
  auto own = bench.publisher();
  QVERIFY(own->remove("org.example.Gone", STABLE));
  QVERIFY(!own->remove("org.example.Gone", STABLE));
  own->publish(bench.key, bench.clock.wall(), std::chrono::hours(24));
  QCOMPARE(own->prune(std::chrono::hours(1), bench.clock.wall()), uint64_t{0});
  QVERIFY(own->prune(Duration(), bench.clock.wall() + std::chrono::hours(1)) > 300'000);
  own.reset();
  auto follower = bench.follow(bench.local());
  QCOMPARE(bench.fetch(follower, "org.example.Player"), QByteArray());
  QCOMPARE(bench.fetch(follower, "org.example.Gone"), QByteArray("not offered"));
  QVERIFY(bench.has(files));
}

void RepositoryTest::searchFindsWordsAnywhere() {
  Catalog catalog{.repository = "org.example.apps"};
  for (auto id : {"org.example.Player", "org.example.Editor"}) {
    catalog.put({.id = id,
                 .version = "1",
                 .name = std::string(id).substr(12),
                 .summary = "Does it well",
                 .translations = {{"de", "Wiedergabe von " + std::string(id).substr(12), ""}}});
  }
  QCOMPARE(catalog.offers[0].id, std::string("org.example.Editor"));
  QCOMPARE(catalog.search({}).size(), size_t{2});
  QCOMPARE(catalog.search({"PLAY"}).size(), size_t{1});
  QCOMPARE(catalog.search({"wiedergabe", "editor"}).size(), size_t{1});
  QCOMPARE(catalog.search({"editor", "player"}).size(), size_t{0});
}

QTEST_GUILESS_MAIN(RepositoryTest)
#include "repository-test.moc"
