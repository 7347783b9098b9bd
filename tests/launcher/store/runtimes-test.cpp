// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Apps and what they run on: who needs whom, and what of that holds at every change.

#include <QtTest>

#include "launcher/store/installed.h"
#include "tests/launcher/store/store-bench.h"

using namespace latchkey;
using namespace latchkey::store;
using namespace latchkey::test;

using Result = schema::InstallOutcome::Result;

namespace {

constexpr const char* DEBIAN = "org.example.Debian";

TestApp debian(const std::string& version = "13.1", std::vector<std::string> provides = {"debian/13"}) {
  return {.id = DEBIAN, .version = version, .provides = std::move(provides)};
}

TestApp player(const std::string& version = "1.0", const std::string& name = "debian/13") {
  return {.version = version, .runtime = DEBIAN, .runtimeName = name};
}

}  // namespace

class RuntimesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void withoutItsRuntimeNothingIsInstalled();
  void whatComesWithItCounts();
  void whatIsNeededStays();
  void whatRunsOnItStays();
  void itGoesWithoutATrace();
  void anUpdateLeavesNobodyBehind();
  void nobodyGoesBackToWhatWillNotDo();
  void anAppIsNoRuntime();
  void aRuntimeIsNoApp();
  void acceptedIsWhoSignedSomethingHere();
  void oldVersionsAreCollected();
  void itIsVerifiedLikeAnApp();
};

void RuntimesTest::withoutItsRuntimeNothingIsInstalled() {
  StoreBench bench;
  Store store(bench.parts());
  auto sheet = store.look(player().papers(bench.key));
  QCOMPARE(sheet.refusal,
           std::string("it runs on org.example.Debian (debian/13), which is not installed: install that first"));
  QVERIFY(sheet.lacks && sheet.lacks->id == DEBIAN && sheet.lacks->name == "debian/13");
  QVERIFY(bench.problemOf(store, player()).contains("which is not installed"));
  QVERIFY(store.ids().empty());
  QCOMPARE(bench.install(store, debian()).result, Result::INSTALLED);
  sheet = store.look(player().papers(bench.key));
  QVERIFY(sheet.refusal.empty() && !sheet.lacks);
  QCOMPARE(bench.install(store, player()).result, Result::INSTALLED);
  // Another release of it will not do, and that is said.
  auto problem = bench.problemOf(store, player("1.1", "debian/14"));
  QVERIFY2(problem.contains("the runtime org.example.Debian 13.1 is not debian/14"), problem);
  QCOMPARE(bench.stateOf(), QByteArray("1.0"));
  QCOMPARE(bench.leaks(), QStringList());
}

// The sheet of both; installing looks at what is there by then.
void RuntimesTest::whatComesWithItCounts() {
  StoreBench bench;
  Store store(bench.parts());
  auto coming = reportFrom(debian().papers(bench.otherKey).report);
  QCOMPARE(store.look(player().papers(bench.key), coming->get()).refusal, std::string());
  coming = reportFrom(debian("14", {"debian/14"}).papers(bench.otherKey).report);
  auto sheet = store.look(player().papers(bench.key), coming->get());
  QVERIFY2(sheet.refusal.contains("is not debian/13"), sheet.refusal.c_str());
  auto other = debian();
  other.id = "org.example.Other";
  coming = reportFrom(other.papers(bench.otherKey).report);
  QVERIFY(store.look(player().papers(bench.key), coming->get()).refusal.contains("is not installed"));
  QVERIFY(bench.problemOf(store, player()).contains("is not installed"));
}

void RuntimesTest::whatIsNeededStays() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  bench.install(store, player());
  auto second = player();
  second.id = "org.example.Viewer";
  bench.install(store, second);
  auto problem = failureOf([&] { store.remove(DEBIAN, false); });
  QCOMPARE(problem, QByteArray("the runtime org.example.Debian is needed by org.example.Player, org.example.Viewer: "
                               "remove what needs it first"));
  QCOMPARE(failureOf([&] { store.remove(DEBIAN, true); }), problem);
  store.collect();
  QCOMPARE(bench.stateOf(DEBIAN), QByteArray("13.1"));
  store.remove(second.id, true);
  QVERIFY(failureOf([&] { store.remove(DEBIAN, false); }).contains("needed by org.example.Player: "));
  // What waits needs it too: accepted, it would have nothing to run on.
  auto wider = player("1.1");
  wider.claims = {{.kind = "folder", .target = "~/Music"}};
  TestApp plain{.version = "1.0.1"};
  bench.install(store, plain);
  QCOMPARE(bench.install(store, wider).result, Result::PENDING);
  QVERIFY(failureOf([&] { store.remove(DEBIAN, false); }).contains("needed by org.example.Player: "));
  store.refuse("org.example.Player", "1.1");
  QCOMPARE(failureOf([&] { store.remove(DEBIAN, false); }), QByteArray());
}

void RuntimesTest::whatRunsOnItStays() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  auto held = findInstalled(bench.path(), DEBIAN);
  QVERIFY(held != nullptr);
  auto problem = failureOf([&] { store.remove(DEBIAN, false); });
  QCOMPARE(problem, QByteArray("an app that runs still uses the runtime org.example.Debian: end it first"));
  QCOMPARE(bench.stateOf(DEBIAN), QByteArray("13.1"));
  held = nullptr;
  QCOMPARE(failureOf([&] { store.remove(DEBIAN, false); }), QByteArray());
}

void RuntimesTest::itGoesWithoutATrace() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  QVERIFY(!store.remove(DEBIAN, false));  // No record: there is no data to keep anybody from.
  QVERIFY(store.ids().empty() && !store.find(DEBIAN));
  QCOMPARE(bench.leaks(), QStringList());
}

void RuntimesTest::anUpdateLeavesNobodyBehind() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  bench.install(store, player());
  auto problem = bench.problemOf(store, debian("14.0", {"debian/14"}));
  QVERIFY2(problem.contains("org.example.Player runs on it, and the runtime org.example.Debian 14.0 is not debian/13"),
           problem);
  QCOMPARE(bench.stateOf(DEBIAN), QByteArray("13.1"));
  // One that is both is one for both.
  QCOMPARE(bench.install(store, debian("14.0", {"debian/14", "debian/13"})).result, Result::UPDATED);
  QCOMPARE(bench.install(store, player("1.1", "debian/14")).result, Result::UPDATED);
  QCOMPARE(bench.install(store, debian("14.1", {"debian/14"})).result, Result::UPDATED);
}

void RuntimesTest::nobodyGoesBackToWhatWillNotDo() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  bench.install(store, player());
  bench.install(store, debian("14.0", {"debian/14", "debian/13"}));
  bench.install(store, player("1.1", "debian/14"));
  auto problem = failureOf([&] { store.rollback(DEBIAN); });
  QVERIFY2(problem.contains("org.example.Player runs on it, and the runtime org.example.Debian 13.1 is not debian/14"),
           problem);
  QCOMPARE(store.rollback("org.example.Player"), std::string("1.0"));
  QCOMPARE(store.rollback(DEBIAN), std::string("13.1"));
  problem = failureOf([&] { store.rollback("org.example.Player"); });
  QVERIFY2(problem.contains("the runtime org.example.Debian 13.1 is not debian/14"), problem);
  QCOMPARE(bench.stateOf(), QByteArray("1.0<1.1"));
}

void RuntimesTest::anAppIsNoRuntime() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app{.id = DEBIAN};
  bench.install(store, app);
  auto problem = bench.problemOf(store, player());
  QVERIFY2(problem.contains("org.example.Debian is an app, and none that others run on"), problem);
  // Nor does it become one, with the data and rights that an app has.
  problem = bench.problemOf(store, debian());
  QVERIFY2(problem.contains("org.example.Debian is an app here, and this is a runtime"), problem);
  QVERIFY(QDir().mkpath(bench.root.path() + "/profiles/" + DEBIAN + "/default"));
  store.remove(DEBIAN, false);
  QVERIFY(bench.problemOf(store, debian()).contains("is an app here, and this is a runtime"));
  store.remove(DEBIAN, true);
  QCOMPARE(bench.problemOf(store, debian()), QByteArray());
}

void RuntimesTest::aRuntimeIsNoApp() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  auto problem = bench.problemOf(store, {.id = DEBIAN, .version = "20"});
  QVERIFY2(problem.contains("org.example.Debian is a runtime here, and this is an app"), problem);
  // Two that name each other: neither is a runtime that would run on anything.
  TestApp one{.id = "org.example.One", .runtime = "org.example.Two", .runtimeName = "x/1"};
  TestApp two{.id = "org.example.Two", .runtime = "org.example.One", .runtimeName = "x/1"};
  QVERIFY(bench.problemOf(store, one).contains("org.example.Two (x/1), which is not installed"));
  QVERIFY(bench.problemOf(store, two).contains("org.example.One (x/1), which is not installed"));
}

void RuntimesTest::acceptedIsWhoSignedSomethingHere() {
  StoreBench bench;
  Store store(bench.parts());
  QVERIFY(!store.isAccepted(bench.key.publicKey()));
  bench.install(store, debian());
  QVERIFY(store.isAccepted(bench.key.publicKey()) && !store.isAccepted(bench.otherKey.publicKey()));
  bench.install(store, {});
  store.remove(DEBIAN, false);
  QVERIFY(store.isAccepted(bench.key.publicKey()));
  store.remove("org.example.Player", false);  // Its record stays, and agreed to is nothing.
  QVERIFY(!store.isAccepted(bench.key.publicKey()));
}

void RuntimesTest::oldVersionsAreCollected() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  {
    auto held = findInstalled(bench.path(), DEBIAN);
    bench.install(store, debian("13.2"));
    bench.install(store, debian("13.3"));
    QCOMPARE(store.collect().running, 1u);
    QVERIFY(QFile::exists(QString::fromStdString(KJ_ASSERT_NONNULL(held).path) + "/files/bin/player"));
  }
  QCOMPARE(store.collect().versions, 1u);
  QCOMPARE(bench.stateOf(DEBIAN), QByteArray("13.3<13.2"));
  QCOMPARE(bench.leaks(), QStringList());
}

void RuntimesTest::itIsVerifiedLikeAnApp() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, debian());
  QCOMPARE(bench.faults(DEBIAN), QByteArray());
  auto file = QString::fromStdString(KJ_ASSERT_NONNULL(findInstalled(bench.path(), DEBIAN)).path) + "/files/share/tune";
  QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner));
  put(file, "another tune\n");
  QVERIFY(!bench.faults(DEBIAN).isEmpty());
}

QTEST_GUILESS_MAIN(RuntimesTest)
#include "runtimes-test.moc"
