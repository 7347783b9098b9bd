// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-packages itself, with real bundles: as the broker starts it, and killed whenever it pleases us.

#include <QElapsedTimer>
#include <QtTest>
#include <random>

#include "launcher/store/installed.h"
#include "tests/launcher/store/program-bench.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

constexpr const char* ID = "org.example.Player";

}  // namespace

class ProgramTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void bundlesAreShownAndInstalled();
  void whatWasShownIsWhatIsInstalled();
  void damagedOrUnsignedBundlesAreRefused();
  void theSystemsAppsKeepTheirNames();
  void progressAndChangesAreTold();
  void twoProgramsTakeTurns();
  void itEndsWhenNobodyNeedsIt();
  void killedAtAnyMoment();
};

void ProgramTest::bundlesAreShownAndInstalled() {
  ProgramWorld world;
  PackagesProgram program(world, world.io);
  auto packages = program.open();
  TestApp app{.claims = {{.kind = "folder", .target = "~/Music"}}};
  auto file = app.bundle(world.bundles, world.store.key, "one.latchkey");
  {
    auto found = looked(packages, file).wait(world.io.waitScope);
    auto sheet = found.getSheet();
    QCOMPARE(bytes(sheet.getReport().getName()), QByteArray("Player"));
    QCOMPARE(bytes(sheet.getSigner().getId()), QByteArray::fromStdString(world.store.key.publicKey().idText()));
    QCOMPARE(sheet.getTrust(), schema::Trust::FIRST_SEEN);
    QCOMPARE(sheet.getClaims().size(), 1u);
    QCOMPARE(bytes(sheet.getClaims()[0].getClaim().getReason()), QByteArray("To play"));
    QVERIFY(sheet.getNewBytes() > 0 && sheet.getFree() > 0);
    QCOMPARE(bytes(sheet.getRefusal()), QByteArray());
    QCOMPARE(world.store.stateOf(), QByteArray("-"));
    auto outcome = install(found.getBundle()).wait(world.io.waitScope);
    QCOMPARE(outcome.getOutcome().getResult(), schema::InstallOutcome::Result::INSTALLED);
  }
  auto list = packages.installedRequest().send().wait(world.io.waitScope);
  QCOMPARE(list.getList().size(), 1u);
  auto package = list.getList()[0];
  QCOMPARE(bytes(package.getVersion()), QByteArray("1.0"));
  QCOMPARE(bytes(package.getTrouble()), QByteArray());
  QCOMPARE(bytes(package.getReport().getCommands()[0].getWords()[0]), QByteArray("bin/player"));
  QCOMPARE(contentOf(QString(bytes(package.getFolder())) + "/files/bin/player"),
           QByteArray("#!/bin/sh\necho playing 1.0\n"));
  // More: it waits, and is accepted.
  app.version = "1.1";
  app.claims.push_back({.kind = "network", .target = "example.org"});
  auto wider = looked(packages, app.bundle(world.bundles, world.store.key, "two.latchkey")).wait(world.io.waitScope);
  QVERIFY(wider.getSheet().getAsksMore());
  auto pending = wider.getBundle().installRequest().send().wait(world.io.waitScope);
  QCOMPARE(pending.getOutcome().getResult(), schema::InstallOutcome::Result::PENDING);
  auto find = packages.findRequest();
  find.setId(ID);
  auto waits = find.send().wait(world.io.waitScope);
  QCOMPARE(bytes(waits.getPackage().getPending().getVersion()), QByteArray("1.1"));
  QCOMPARE(waits.getPackage().getPending().getClaims().size(), 2u);
  auto accept = packages.acceptRequest();
  accept.setId(ID);
  accept.setVersion("1.1");
  accept.send().wait(world.io.waitScope);
  QCOMPARE(world.store.stateOf(), QByteArray("1.1<1.0"));
  auto verify = packages.verifyRequest();
  verify.setId(ID);
  QCOMPARE(verify.send().wait(world.io.waitScope).getFindings().size(), 0u);
  // Another person's key.
  app.version = "1.2";
  auto theirs =
      looked(packages, app.bundle(world.bundles, world.store.otherKey, "three.latchkey")).wait(world.io.waitScope);
  QCOMPARE(theirs.getSheet().getTrust(), schema::Trust::CHANGED);
  QVERIFY(failureOf([&] { install(theirs.getBundle()).wait(world.io.waitScope); }).contains("signed by another key"));
  QCOMPARE(world.store.leaks(), QStringList());
}

void ProgramTest::whatWasShownIsWhatIsInstalled() {
  ProgramWorld world;
  PackagesProgram program(world, world.io);
  auto packages = program.open();
  auto file = TestApp{}.bundle(world.bundles, world.store.key, "one.latchkey");
  auto other = TestApp{.version = "6.6"}.bundle(world.bundles, world.store.key, "other.latchkey");
  // Another file under the same name: not what was shown.
  auto found = looked(packages, file).wait(world.io.waitScope);
  QVERIFY(rename(other.toUtf8().constData(), file.toUtf8().constData()) == 0);
  install(found.getBundle()).wait(world.io.waitScope);
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
  // The file itself, written over with another sound bundle.
  auto next = TestApp{.version = "1.1"}.bundle(world.bundles, world.store.key, "next.latchkey");
  auto shown = looked(packages, next).wait(world.io.waitScope);
  put(next, contentOf(file));
  QVERIFY(!failureOf([&] { install(shown.getBundle()).wait(world.io.waitScope); }).isEmpty());
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
  QCOMPARE(world.store.leaks(), QStringList());
  QCOMPARE(world.store.faults(), QByteArray());
}

void ProgramTest::damagedOrUnsignedBundlesAreRefused() {
  ProgramWorld world;
  PackagesProgram program(world, world.io);
  auto packages = program.open();
  auto failure = [&](const QString& file) {
    return failureOf([&] { looked(packages, file).wait(world.io.waitScope); });
  };
  auto file = TestApp{}.bundle(world.bundles, world.store.key, "one.latchkey");
  auto content = contentOf(file);
  put(file, content.chopped(1));
  QVERIFY(failure(file).contains("cut off"));
  auto changed = content;
  changed[changed.size() - 1] = static_cast<char>(changed[changed.size() - 1] ^ 1);
  put(file, changed);
  QVERIFY(failure(file).contains("not the one that was signed"));
  put(file, "no bundle");
  QVERIFY(failure(file).contains("this is no bundle"));
  QVERIFY(failureOf([&] { packages.lookRequest().send().wait(world.io.waitScope); }).size() > 0);
  put(file, content);
  auto request = packages.lookRequest();
  request.setFile(opened(file));
  request.setExpected(world.store.otherKey.publicKey().line().c_str());
  QVERIFY(failureOf([&] { request.send().wait(world.io.waitScope); }).contains("signed by another key"));
  QCOMPARE(failure(file), QByteArray());
}

void ProgramTest::theSystemsAppsKeepTheirNames() {
  ProgramWorld world;
  PackagesProgram program(world, world.io);
  auto packages = program.open();
  auto file = TestApp{}.bundle(world.bundles, world.store.key, "one.latchkey");
  auto entry = QString::fromStdString(world.at("share/applications/")) + ID + ".desktop";
  QByteArray text = "[Desktop Entry]\nType=Application\nName=Player\nExec=/bin/true\n";
  put(entry, text);
  auto refused = looked(packages, file).wait(world.io.waitScope);
  QVERIFY(bytes(refused.getSheet().getRefusal()).contains("the system has an app of this name"));
  QVERIFY(!failureOf([&] { install(refused.getBundle()).wait(world.io.waitScope); }).isEmpty());
  put(entry, text + "X-Latchkey-Override=true\n");
  install(refused.getBundle()).wait(world.io.waitScope);
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
}

void ProgramTest::progressAndChangesAreTold() {
  ProgramWorld world;
  PackagesProgram program(world, world.io);
  auto packages = program.open();
  int changes = 0;
  auto watch = packages.watchRequest();
  watch.setObserver(kj::heap<Observer>(changes));
  auto handle = watch.send().wait(world.io.waitScope).getHandle();
  TestApp app{.files = {file("files/share/large", std::string(40'000'000, 'x'))}};
  auto found = looked(packages, app.bundle(world.bundles, world.store.key, "one.latchkey")).wait(world.io.waitScope);
  QCOMPARE(changes, 1);
  std::vector<uint64_t> wholes;
  auto request = found.getBundle().installRequest();
  request.setProgress(kj::heap<Progress>(wholes));
  auto installing = request.send();
  // Lists are there meanwhile.
  packages.installedRequest().send().wait(world.io.waitScope);
  installing.wait(world.io.waitScope);
  QVERIFY(!wholes.empty());
  QVERIFY(wholes[0] > 40'000'000);
  for (int i = 0; i < 100 && changes < 2; ++i)
    world.io.provider->getTimer().afterDelay(20 * kj::MILLISECONDS).wait(world.io.waitScope);
  QCOMPARE(changes, 2);
  // Given up: as if it had not been asked for, or as if it had been done.
  app.version = "1.1";
  auto next = looked(packages, app.bundle(world.bundles, world.store.key, "two.latchkey")).wait(world.io.waitScope);
  {
    auto dropped = install(next.getBundle());
    world.io.provider->getTimer().afterDelay(30 * kj::MILLISECONDS).wait(world.io.waitScope);
  }
  packages.collectRequest().send().wait(world.io.waitScope);  // Comes after it.
  auto state = world.store.stateOf();
  QVERIFY2(state == "1.0" || state == "1.1<1.0", state);
  QCOMPARE(world.store.leaks(), QStringList());
}

void ProgramTest::twoProgramsTakeTurns() {
  ProgramWorld world;
  PackagesProgram one(world, world.io), two(world, world.io);
  auto here = one.open(), there = two.open();
  auto name = [](const char* id, int number) { return QString("%1-%2.latchkey").arg(id).arg(number); };
  std::vector<kj::Promise<void>> waiting;
  auto add = [&](schema::Packages::Client packages, const char* id, int number) {
    TestApp app{.id = id, .version = std::to_string(number)};
    auto found = looked(packages, app.bundle(world.bundles, world.store.key, name(id, number)));
    waiting.push_back(install(found.getBundle(), true).ignoreResult());
  };
  for (int i = 1; i <= 6; ++i) {
    add(here, "org.example.One", i);
    add(there, "org.example.Two", i);
    add(i % 2 == 0 ? here : there, ID, i);
  }
  for (auto& one : waiting) one.wait(world.io.waitScope);
  QCOMPARE(world.store.leaks(), QStringList());
  QCOMPARE(world.store.faults(), QByteArray());
  QCOMPARE(world.store.stateOf("org.example.One"), QByteArray("6<5"));
  QCOMPARE(world.store.stateOf("org.example.Two"), QByteArray("6<5"));
  QCOMPARE(here.installedRequest().send().wait(world.io.waitScope).getList().size(), 3u);
}

void ProgramTest::itEndsWhenNobodyNeedsIt() {
  ProgramWorld world;
  PackagesProgram program(world, world.io);
  {
    auto packages = program.open();
    QVERIFY(!program.ends(12'000));
  }
  QVERIFY(program.ends(20'000));
}

// It is killed at random, put to work again, and what is there is what was there or what should be.
void ProgramTest::killedAtAnyMoment() {
  ProgramWorld world;
  std::minstd_rand random(static_cast<unsigned>(QTest::currentTestFunction()[0]));
  std::vector<std::string> versions{"1", "2", "3", "4"};
  std::vector<QString> files;
  for (auto& version : versions) {
    TestApp app{.version = version, .files = {file("files/share/large" + version, std::string(300'000, version[0]))}};
    for (int i = 0; i < 40; ++i)
      app.files.push_back(file("files/share/" + std::to_string(i), version + " " + std::to_string(i)));
    files.push_back(app.bundle(world.bundles, world.store.key, QString::fromStdString(version + ".latchkey")));
  }
  auto split = [](const QByteArray& state) { return state == "-" ? QByteArrayList{"", ""} : (state + "<").split('<'); };
  double longest[3] = {0.3, 0.02, 0.02};  // Seconds of an installation, of going back, of removing.
  unsigned olds = 0, news = 0, early = 0;
  QElapsedTimer whole;
  whole.start();
  int rounds = 0;
  // On a slow machine fewer rounds; a hundred in any case.
  for (; rounds < 300 && (rounds < 100 || whole.elapsed() < 240'000); ++rounds) {
    auto old = world.store.stateOf();
    auto was = split(old);
    QByteArray expected = old;
    PackagesProgram program(world, world.io);
    auto packages = program.open();
    auto which = random() % 8;
    kj::Promise<void> work = nullptr;
    int kind = which < 5 ? 0 : which < 7 ? 1 : 2;
    if (kind == 0) {
      auto index = random() % versions.size();
      auto version = QByteArray::fromStdString(versions[index]);
      auto found = looked(packages, files[index]).wait(world.io.waitScope);
      if (was[0] != version) expected = was[0].isEmpty() ? version : version + "<" + was[0];
      work = install(found.getBundle(), true).ignoreResult();
    } else if (kind == 1) {
      auto request = packages.rollbackRequest();
      request.setId(ID);
      if (!was[0].isEmpty() && !was[1].isEmpty()) expected = was[1] + "<" + was[0];
      work = request.send().ignoreResult();
    } else {
      auto request = packages.removeRequest();
      request.setId(ID);
      expected = "-";
      work = request.send().ignoreResult();
    }
    QElapsedTimer timer;
    timer.start();
    bool ended = false;
    auto noted = work.then([&] { ended = true; }, [&](kj::Exception&&) { ended = true; }).eagerlyEvaluate(nullptr);
    auto delay = longest[kind] * 1.1 * (static_cast<double>(random() % 1000) / 1000);
    world.io.provider->getTimer()
        .afterDelay(static_cast<int64_t>(delay * 1e6) * kj::MICROSECONDS)
        .exclusiveJoin(kj::mv(noted))
        .wait(world.io.waitScope);
    if (ended) {
      ++early;
      longest[kind] = longest[kind] * 0.7 + static_cast<double>(timer.nsecsElapsed()) / 1e9 * 0.3;
    } else {
      longest[kind] *= 1.02;
    }
    program.kill();
    QVERIFY(program.ends(10'000));
    PackagesProgram next(world, world.io);
    next.open().installedRequest().send().wait(world.io.waitScope);
    auto state = world.store.stateOf();
    auto said = QByteArray::number(rounds) + ": " + old + " -> " + state + ", not " + expected;
    QVERIFY2(state == old || state == expected, said);
    if (old != expected) (state == old ? olds : news)++;
    QVERIFY2(world.store.leaks().isEmpty(), said + ": " + world.store.leaks().join(", ").toUtf8());
    if (rounds % 5 == 0) QCOMPARE(world.store.faults(), QByteArray());
  }
  QCOMPARE(world.store.faults(), QByteArray());
  qInfo("%d rounds: %u old, %u new, %u done before", rounds, olds, news, early);
  QVERIFY(olds > 10 && news > 10 && early < static_cast<unsigned>(rounds));
}

QTEST_APPLESS_MAIN(ProgramTest)
#include "program-test.moc"
