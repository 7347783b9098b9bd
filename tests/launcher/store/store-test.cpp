// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The store: what it takes, what it refuses, and what is there afterwards.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QDir>
#include <QThread>
#include <QtTest>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "broker/base/failure.h"
#include "launcher/store/ahead.h"
#include "launcher/store/installed.h"
#include "tests/launcher/store/store-bench.h"

using namespace latchkey;
using namespace latchkey::store;
using namespace latchkey::test;

namespace {

// A file as it was unpacked, somebody who has it open for writing, and the place it is to come to.
struct Unpacked {
  Unpacked() {
    put(path(entry.path.c_str()), QByteArray::fromStdString(content));
    QDir(root.path()).mkpath("objects");
    folder = kj::AutoCloseFd(open(root.path().toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    writer = kj::AutoCloseFd(open(path(entry.path.c_str()).toUtf8().constData(), O_WRONLY | O_CLOEXEC));
  }
  QString path(const char* name) const { return root.path() + "/" + name; }
  std::string adopt() const {
    auto problem = Objects::examine(folder, entry.path, entry);
    if (problem.empty()) Objects(folder, step).adopt(folder, entry.path, entry);
    return problem;
  }
  std::string digest() const { return digestOfFile(Objects(folder, step).open(entry)); }

  std::string content = "as it was signed\n";
  BundleEntry entry{.path = "tune", .size = content.size(), .digest = digestOf(content)};
  Step step = [] {};
  QTemporaryDir root;
  kj::AutoCloseFd folder, writer;
};

// From here on this thread is refused leases, as by a file system that has none.
void goWithoutLeases() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[1])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETLEASE, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog filter{.len = std::size(program), .filter = program};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  QCOMPARE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

}  // namespace

class StoreTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whatIsDoneAheadComesInItsOrder();
  void nothingIsBegunAfterAFailure();
  void whatIsInstalledIsThere();
  void contentsLieThereOnce();
  void updatesAndBack();
  void moreWaitsForThePerson();
  void whatWaitsIsRefusedOrOvertaken();
  void olderOnlyIfAskedFor();
  void anotherKeyIsRefused();
  void aSignatureHasToHold();
  void theSystemsAppsKeepTheirNames();
  void dataOfOthersIsNotGivenAway();
  void removingKeepsOrTakesData();
  void oneThatCannotBeRemovedHindersNobody();
  void wrongContentsAreRefused();
  void whatIsStillWrittenIsRefused();
  void withoutLeasesACopyComesIn();
  void aFullDiskIsSaidBefore();
  void aFullDiskMeanwhile();
  void whatRunsIsKept();
  void dataOfWhatRunsIsNotRemoved();
  void dataWaitsForWhatStillRuns();
  void twoWritersTakeTurns();
  void manyMakeAStoreAtOnce();
  void givingUpLeavesNothing();
  void foreignStoresAreRefused_data();
  void foreignStoresAreRefused();
  void linksLeadNowhere();
};

void StoreTest::whatIsInstalledIsThere() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  QVERIFY(!store.find(app.id));
  MemorySource source(app);
  auto sheet = store.look(app.papers(bench.key));
  QCOMPARE(sheet.trust, schema::Trust::FIRST_SEEN);
  QCOMPARE(sheet.step, schema::Sheet::Step::INSTALL);
  QCOMPARE(sheet.refusal, std::string());
  QVERIFY(sheet.newBytes > 0 && sheet.newBytes < sheet.bytes);  // Two of its files are one.
  auto outcome = bench.install(store, app, {.origin = "/tmp/x\n.latchkey"});
  QCOMPARE(outcome.result, schema::InstallOutcome::Result::INSTALLED);
  QCOMPARE(bench.stateOf(), QByteArray("1.0"));
  auto known = store.find(app.id);
  QVERIFY(known && known->record && known->current && known->current->report);
  QCOMPARE(known->record->origin, std::string("/tmp/x\\n.latchkey"));
  QCOMPARE(known->record->since, int64_t{1'000'000});
  QVERIFY(known->record->automatic);
  QVERIFY(!known->running);
  QCOMPARE(store.ids(), std::vector<std::string>{app.id});

  auto folder = QString::fromStdString(outcome.folder);
  QCOMPARE(contentOf(folder + "/files/bin/player"), QByteArray("#!/bin/sh\necho playing 1.0\n"));
  QCOMPARE(contentOf(folder + "/manifest.toml"), QByteArray::fromStdString(app.manifest()));
  struct stat status{};
  auto modeOf = [&](const char* name) {
    return stat((outcome.folder + "/" + name).c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  };
  QCOMPARE(modeOf("files/bin/player"), 0555u);
  QCOMPARE(modeOf("files/share/tune"), 0444u);
  QCOMPARE(modeOf("files/share"), 0755u);
  QCOMPARE(modeOf("list"), 0444u);
  QCOMPARE(QFile::symLinkTarget(folder + "/files/share/player"), folder + "/files/bin/player");
  QCOMPARE(bench.leaks(), QStringList());
  QCOMPARE(bench.faults(), QByteArray());
  QCOMPARE(installedIds(bench.path()), std::vector<std::string>{app.id});
  KJ_IF_MAYBE (found, findInstalled(bench.path(), app.id)) {
    QCOMPARE(found->version, std::string("1.0"));
    QCOMPARE(found->path, outcome.folder);
    QCOMPARE(QByteArray(found->report->get().getName().cStr()), QByteArray("Player"));
  } else {
    QFAIL("not found");
  }
  std::string problem;
  QVERIFY(findInstalled(bench.path(), "org.example.Other", &problem) == nullptr);
  QCOMPARE(problem, std::string("org.example.Other is not installed"));
  // Once more is nothing.
  QCOMPARE(bench.install(store, app).result, schema::InstallOutcome::Result::PRESENT);
}

void StoreTest::contentsLieThereOnce() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp one, other{.id = "org.example.Other"};
  bench.install(store, one);
  MemorySource source(other);
  store.install(other.papers(bench.key), source, {}, [](auto, auto, auto) {});
  QCOMPARE(source.asked, size_t{1});  // Its manifest alone.
  struct stat a{}, b{}, c{};
  auto name = bench.path("apps/org.example.%1/current/files/share/tune");
  auto at = [&](const char* id) { return QString::fromStdString(name).arg(id).toStdString(); };
  QCOMPARE(stat(at("Player").c_str(), &a), 0);
  QCOMPARE(stat(at("Other").c_str(), &b), 0);
  QCOMPARE(a.st_ino, b.st_ino);
  // A program and a file are two, whatever they hold.
  auto base = bench.path("apps/org.example.Player/current/files/");
  QCOMPARE(stat((base + "bin/player").c_str(), &b), 0);
  QCOMPARE(stat((base + "share/script").c_str(), &c), 0);
  QVERIFY(b.st_ino != c.st_ino);
  auto sheet = store.look(TestApp{.id = "org.example.Third"}.papers(bench.key));
  QCOMPARE(sheet.signs, (std::vector<std::string>{"org.example.Other", "org.example.Player"}));
  store.remove(one.id, false);
  QCOMPARE(bench.faults(), QByteArray());
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::updatesAndBack() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {});
  QCOMPARE(failureOf([&] { store.rollback("org.example.Player"); }),
           QByteArray("there is no earlier version of org.example.Player to go back to"));
  QCOMPARE(bench.install(store, {.version = "1.1"}).result, schema::InstallOutcome::Result::UPDATED);
  QCOMPARE(bench.stateOf(), QByteArray("1.1<1.0"));
  QCOMPARE(store.rollback("org.example.Player"), std::string("1.0"));
  QCOMPARE(bench.stateOf(), QByteArray("1.0<1.1"));
  QCOMPARE(contentOf(QString::fromStdString(bench.path("apps/org.example.Player/current/files/bin/player"))),
           QByteArray("#!/bin/sh\necho playing 1.0\n"));
  QCOMPARE(store.rollback("org.example.Player"), std::string("1.1"));
  bench.install(store, {.version = "1.2"});
  QCOMPARE(bench.stateOf(), QByteArray("1.2<1.1"));
  QCOMPARE(bench.leaks(), QStringList());
  QCOMPARE(bench.faults(), QByteArray());
  store.setAutomatic("org.example.Player", false);
  bench.install(store, {.version = "1.3"});
  QVERIFY(!store.find("org.example.Player")->record->automatic);
}

void StoreTest::moreWaitsForThePerson() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {.claims = {{.kind = "folder", .target = "~/Music"}}});
  TestApp wider{.version = "1.1",
                .claims = {{.kind = "folder", .target = bench.home() + "/Music/", .access = "write"}}};
  auto outcome = bench.install(store, wider);
  QCOMPARE(outcome.result, schema::InstallOutcome::Result::PENDING);
  QCOMPARE(outcome.claims.size(), 1u);
  QCOMPARE(bench.stateOf(), QByteArray("1.0?1.1"));
  auto known = store.find("org.example.Player");
  QCOMPARE(known->waitsFor.size(), 1u);
  QCOMPARE(known->waitsFor[0].state, schema::ClaimChange::State::WIDER);
  QVERIFY(failureOf([&] { store.accept("org.example.Player", "1.2"); }).contains("another version"));
  QCOMPARE(store.accept("org.example.Player", "1.1").result, schema::InstallOutcome::Result::UPDATED);
  QCOMPARE(bench.stateOf(), QByteArray("1.1<1.0"));
  // Less, or the same in other words, waits for nobody.
  QCOMPARE(bench.install(store, {.version = "1.2", .claims = {{.kind = "folder", .target = "~/Music/old"}}}).result,
           schema::InstallOutcome::Result::UPDATED);
  // What the person has seen and accepted does not wait either.
  wider.version = "1.3";
  QCOMPARE(bench.install(store, wider, {.wider = true}).result, schema::InstallOutcome::Result::UPDATED);
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::whatWaitsIsRefusedOrOvertaken() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {});
  TestApp wider{.version = "1.1", .claims = {{.kind = "device", .target = "camera"}}};
  bench.install(store, wider);
  store.refuse("org.example.Player", "1.1");
  QCOMPARE(bench.stateOf(), QByteArray("1.0"));
  QVERIFY(failureOf([&] { store.accept("org.example.Player", "1.1"); }).contains("waits"));
  bench.install(store, wider);
  QCOMPARE(bench.stateOf(), QByteArray("1.0?1.1"));
  bench.install(store, {.version = "1.0.5"});
  QCOMPARE(bench.stateOf(), QByteArray("1.0.5<1.0?1.1"));
  wider.version = "1.2";
  bench.install(store, wider);
  QCOMPARE(bench.stateOf(), QByteArray("1.0.5<1.0?1.2"));
  bench.install(store, {.version = "1.3"});
  QCOMPARE(bench.stateOf(), QByteArray("1.3<1.0.5"));
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::olderOnlyIfAskedFor() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {.version = "1.10"});
  QCOMPARE(
      bench.problemOf(store, {.version = "1.9"}),
      QByteArray("org.example.Player 1.9 is older than the installed 1.10: it is installed only if that is asked for"));
  // The same version with other contents, or in another spelling, is not newer.
  TestApp other{.version = "1.10", .files = {file("files/share/more", "more")}};
  QVERIFY(bench.problemOf(store, other).contains("no newer"));
  QVERIFY(bench.problemOf(store, {.version = "1.010"}).contains("no newer"));
  QCOMPARE(store.look(TestApp{.version = "1.9"}.papers(bench.key)).step, schema::Sheet::Step::OLDER);
  QCOMPARE(bench.stateOf(), QByteArray("1.10"));
  QCOMPARE(bench.install(store, {.version = "1.9"}, {.older = true}).result, schema::InstallOutcome::Result::UPDATED);
  QCOMPARE(bench.stateOf(), QByteArray("1.9<1.10"));
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::anotherKeyIsRefused() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {});
  TestApp next{.version = "1.1"};
  MemorySource source(next);
  auto theirs = next.papers(bench.otherKey);
  auto tryTheirs = [&] {
    return failureOf([&] { store.install(theirs, source, {.older = true, .wider = true}, [](auto, auto, auto) {}); });
  };
  auto sheet = store.look(theirs);
  QCOMPARE(sheet.trust, schema::Trust::CHANGED);
  QVERIFY(sheet.before && *sheet.before == bench.key.publicKey());
  QVERIFY(tryTheirs().contains("signed by another key until now"));
  QCOMPARE(bench.stateOf(), QByteArray("1.0"));
  QCOMPARE(store.look(next.papers(bench.key)).trust, schema::Trust::KNOWN);
  // Also after it was removed, as long as its data may be there.
  QVERIFY(store.remove("org.example.Player", false));
  QCOMPARE(bench.stateOf(), QByteArray("-"));
  QVERIFY(tryTheirs().contains("signed by another key until now"));
  QVERIFY(!store.remove("org.example.Player", true));
  QCOMPARE(tryTheirs(), QByteArray());
  QCOMPARE(bench.stateOf(), QByteArray("1.1"));
}

void StoreTest::aSignatureHasToHold() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  MemorySource source(app);
  auto failure = [&](const Papers& papers) {
    return failureOf([&] { store.install(papers, source, {}, [](auto, auto, auto) {}); });
  };
  auto papers = app.papers(bench.key);
  papers.signer = bench.otherKey.publicKey();
  QVERIFY(failure(papers).contains("signature is wrong"));
  papers = app.papers(bench.key);
  papers.list.replace(papers.list.find("1.0"), 3, "1.9");
  QVERIFY(failure(papers).contains("signature is wrong"));
  papers = app.papers(bench.key);
  papers.signature.clear();
  QVERIFY(failure(papers).contains("signature is wrong"));
  papers = app.papers(bench.key);
  papers.report = TestApp{.id = "org.example.Other"}.report();
  QVERIFY(failure(papers).contains("of another app"));
  QCOMPARE(bench.stateOf(), QByteArray("-"));
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::theSystemsAppsKeepTheirNames() {
  StoreBench bench;
  bool there = true;
  bench.systemApp = [&](std::string_view id) {
    return there && id == "org.example.Player" ? "/usr/share/applications/org.example.Player.desktop" : "";
  };
  Store store(bench.parts());
  QVERIFY(bench.problemOf(store, {}).contains("the system has an app of this name already"));
  QCOMPARE(bench.problemOf(store, {.id = "org.example.Other"}), QByteArray());
  there = false;
  QCOMPARE(bench.problemOf(store, {}), QByteArray());
  // Should the system get one later, the bundle keeps its name, and its updates - until it is removed.
  there = true;
  QCOMPARE(bench.problemOf(store, {.version = "1.1"}), QByteArray());
  store.remove("org.example.Player", false);
  QVERIFY(bench.problemOf(store, {.version = "1.2"}).contains("the system has an app"));
}

void StoreTest::dataOfOthersIsNotGivenAway() {
  StoreBench bench;
  Store store(bench.parts());
  QDir(bench.root.path()).mkpath("profiles/org.example.Player/default");
  QVERIFY(bench.problemOf(store, {}).contains("has left data here that is not from a bundle"));
  QDir(bench.root.path() + "/profiles/org.example.Player").removeRecursively();
  QCOMPARE(bench.problemOf(store, {}), QByteArray());
}

void StoreTest::removingKeepsOrTakesData() {
  StoreBench bench;
  Store store(bench.parts());
  auto data = bench.root.path() + "/profiles/org.example.Player/default/notes";
  bench.install(store, {});
  put(data, "mine");
  put(bench.root.path() + "/profiles/org.example.Player2/default/notes", "mine");
  QVERIFY(store.remove("org.example.Player", false));
  QCOMPARE(bench.stateOf(), QByteArray("-"));
  QVERIFY(QFile::exists(data));
  QVERIFY(store.find("org.example.Player")->record);
  QVERIFY(installedIds(bench.path()).empty());
  // It comes back to its own.
  QCOMPARE(bench.problemOf(store, {}), QByteArray());
  QVERIFY(!store.remove("org.example.Player", true));
  QVERIFY(!QFile::exists(bench.root.path() + "/profiles/org.example.Player"));
  QVERIFY(QFile::exists(bench.root.path() + "/profiles/org.example.Player2/default/notes"));
  QVERIFY(!store.find("org.example.Player"));
  QVERIFY(failureOf([&] { store.remove("org.example.Player", true); }).contains("is not installed"));
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::oneThatCannotBeRemovedHindersNobody() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp other{.id = "org.example.Zither"};
  bench.install(store, {});
  put(bench.root.path() + "/profiles/org.example.Player/default/notes", "mine");
  auto profiles = (bench.root.path() + "/profiles").toUtf8();
  QVERIFY(chmod(profiles.constData(), 0555) == 0);
  QVERIFY(failureOf([&] { store.remove("org.example.Player", true); }).contains("cannot be removed"));
  QCOMPARE(failureOf([&] { store.tidy(); }), QByteArray());
  QCOMPARE(bench.problemOf(store, other), QByteArray());
  QCOMPARE(bench.stateOf(other.id), QByteArray("1.0"));
  // Nor is it forgotten that this is to be done.
  QVERIFY(store.find("org.example.Player")->record->forget);
  QVERIFY(chmod(profiles.constData(), 0755) == 0);
  store.tidy();
  QVERIFY(!store.find("org.example.Player"));
  QVERIFY(!QFile::exists(bench.root.path() + "/profiles/org.example.Player"));
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::wrongContentsAreRefused() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  auto digest = digestOf("the same in all versions\n");
  for (auto content : {"THE SAME in all versions\n", "shorter", ""}) {
    MemorySource source(app);
    source.contents[digest] = content;
    QVERIFY(failureOf([&] {
              store.install(app.papers(bench.key), source, {}, [](auto, auto, auto) {});
            }).contains("is not what was signed"));
    QCOMPARE(bench.stateOf(), QByteArray("-"));
    QCOMPARE(bench.leaks(), QStringList());
  }
  MemorySource none(app);
  none.contents.erase(digest);
  QVERIFY(failureOf([&] {
            store.install(app.papers(bench.key), none, {}, [](auto, auto, auto) {});
          }).contains("not to be had"));
  QCOMPARE(bench.leaks(), QStringList());
  QCOMPARE(bench.problemOf(store, app), QByteArray());
}

// Whoever unpacked it could change it after it was digested.
void StoreTest::whatIsStillWrittenIsRefused() {
  Unpacked unpacked;
  auto problem = unpacked.adopt();
  QVERIFY2(problem.find("still being written") != problem.npos, problem.c_str());
  QCOMPARE(unpacked.digest(), std::string());
  unpacked.writer = nullptr;
  QCOMPARE(unpacked.adopt(), std::string());
  QCOMPARE(unpacked.digest(), unpacked.entry.digest);
}

void StoreTest::withoutLeasesACopyComesIn() {
  Unpacked unpacked;
  std::string problem = "not asked";
  std::thread([&] {
    goWithoutLeases();
    problem = unpacked.adopt();
  }).join();
  QCOMPARE(problem, std::string());
  QCOMPARE(pwrite(unpacked.writer, "X", 1, 0), ssize_t{1});
  QCOMPARE(unpacked.digest(), unpacked.entry.digest);
  QVERIFY(!QFile::exists(unpacked.path("tune")) && !QFile::exists(unpacked.path("tune.own")));
}

void StoreTest::aFullDiskIsSaidBefore() {
  StoreBench bench;
  uint64_t free = 5'000'000;
  bench.freeBytes = [&](int) { return free; };
  Store store(bench.parts());
  TestApp app{.files = {file("files/share/large", std::string(20'000'000, 'x'))}};
  MemorySource source(app);
  auto problem = failureOf([&] { store.install(app.papers(bench.key), source, {}, [](auto, auto, auto) {}); });
  QVERIFY2(problem.contains("there is not enough room on the disk: it takes 22 MB, and 5000 kB are free"), problem);
  QCOMPARE(source.asked, size_t{0});
  QCOMPARE(bench.leaks(), QStringList());
  free = 100'000'000;
  QCOMPARE(bench.problemOf(store, app), QByteArray());
  // What is there already takes nothing more.
  free = 5'000'000;
  QCOMPARE(store.remove(app.id, false), true);
  QVERIFY(bench.problemOf(store, app).contains("not enough room"));
}

// A disk of 3 MB in a mount namespace of its own; the store believes that there is room.
void StoreTest::aFullDiskMeanwhile() {
  StoreBench bench;
  auto uid = QByteArray::number(getuid()), gid = QByteArray::number(getgid());
  auto mountPoint = bench.path();
  auto child = fork();
  if (child == 0) {
    auto writeTo = [](const char* path, const QByteArray& text) {
      int fd = open(path, O_WRONLY | O_CLOEXEC);
      if (fd < 0 || write(fd, text.data(), static_cast<size_t>(text.size())) < 0) _exit(77);
      close(fd);
    };
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) _exit(77);
    writeTo("/proc/self/setgroups", "deny");
    writeTo("/proc/self/uid_map", uid + " " + uid + " 1");
    writeTo("/proc/self/gid_map", gid + " " + gid + " 1");
    if (mkdir(mountPoint.c_str(), 0700) < 0 || mount("none", mountPoint.c_str(), "tmpfs", 0, "size=3m,mode=0700") < 0)
      _exit(77);
    bench.freeBytes = [](int) { return uint64_t{1} << 40; };
    Store store(bench.parts());
    bench.install(store, {});
    TestApp large{.version = "1.1",
                  .files = {file("files/share/a", std::string(1'000'000, 'a')),
                            file("files/share/b", std::string(1'500'000, 'b')),
                            file("files/share/c", std::string(1'800'000, 'c'))}};
    auto problem = bench.problemOf(store, large);
    if (!problem.contains("is the disk full?")) _exit(1);
    if (bench.stateOf() != "1.0") _exit(2);
    if (!bench.leaks().isEmpty()) _exit(3);
    if (!bench.faults().isEmpty()) _exit(4);
    // And there is room again for what fits.
    if (!bench.problemOf(store, {.version = "1.2", .files = {file("files/share/a", std::string(1'000'000, 'a'))}})
             .isEmpty())
      _exit(5);
    _exit(bench.stateOf() == "1.2<1.0" ? 0 : 6);
  }
  int status = 0;
  QCOMPARE(waitpid(child, &status, 0), child);
  QVERIFY(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) QSKIP("no user namespaces or no tmpfs in them here");
  QCOMPARE(WEXITSTATUS(status), 0);
}

void StoreTest::whatRunsIsKept() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {});
  auto running = findInstalled(bench.path(), "org.example.Player");
  QVERIFY(running != nullptr);
  QVERIFY(store.find("org.example.Player")->running);
  for (auto version : {"1.1", "1.2", "1.3"}) bench.install(store, {.version = version});
  QCOMPARE(store.collect().running, 1u);
  KJ_IF_MAYBE (app, running) {
    int player = openat(app->folder, "files/bin/player", O_RDONLY | O_CLOEXEC);
    QVERIFY(player >= 0);
    close(player);
    // It is the folder that is held, whoever has it by now.
    kj::AutoCloseFd handedOn(fcntl(app->folder, F_DUPFD_CLOEXEC, 3));
    running = nullptr;
    QCOMPARE(store.collect().versions, 0u);
    QVERIFY(faccessat(handedOn, "files/bin/player", F_OK, 0) == 0);
  }
  running = nullptr;
  auto collected = store.collect();
  QCOMPARE(collected.versions, 1u);
  QVERIFY(collected.bytes > 0);
  QCOMPARE(collected.running, 0u);
  QCOMPARE(bench.leaks(), QStringList());
  QCOMPARE(bench.stateOf(), QByteArray("1.3<1.2"));
}

void StoreTest::dataOfWhatRunsIsNotRemoved() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {});
  auto running = findInstalled(bench.path(), "org.example.Player");
  put(bench.root.path() + "/profiles/org.example.Player/default/notes", "mine");
  QVERIFY(failureOf([&] { store.remove("org.example.Player", true); }).contains("still runs"));
  QVERIFY(QFile::exists(bench.root.path() + "/profiles/org.example.Player/default/notes"));
  QCOMPARE(bench.stateOf(), QByteArray("1.0"));
  // The app alone can go: what runs goes on.
  QVERIFY(store.remove("org.example.Player", false));
  KJ_IF_MAYBE (app, running) QVERIFY(faccessat(app->folder, "files/bin/player", F_OK, 0) == 0);
  QVERIFY(failureOf([&] { store.remove("org.example.Player", true); }).contains("still runs"));
  running = nullptr;
  QVERIFY(!store.remove("org.example.Player", true));
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::dataWaitsForWhatStillRuns() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {});
  auto data = bench.root.path() + "/profiles/org.example.Player/default/notes";
  put(data, "mine");
  auto running = findInstalled(bench.path(), "org.example.Player");
  // A removal that was broken off when all that was left to do is to forget it.
  auto record = *store.find("org.example.Player")->record;
  record.current.clear();
  record.forget = true;
  auto path = QString::fromStdString(bench.path("apps/org.example.Player/record"));
  QVERIFY(QFile::remove(path));
  put(path, QByteArray::fromStdString(record.text()));
  store.collect();
  QVERIFY(QFile::exists(data));
  QVERIFY(store.find("org.example.Player"));
  running = nullptr;
  store.collect();
  QVERIFY(!QFile::exists(data));
  QVERIFY(!store.find("org.example.Player"));
  QCOMPARE(bench.leaks(), QStringList());
}

void StoreTest::twoWritersTakeTurns() {
  StoreBench bench;
  auto many = [&](const char* id, int first) {
    for (int i = 0; i < 25; ++i) {
      Store store(bench.parts());
      for (auto& app :
           {TestApp{.id = id, .version = std::to_string(first + i)}, TestApp{.version = std::to_string(first + i)}}) {
        auto problem = bench.problemOf(store, app, {.older = true});
        if (!problem.isEmpty()) qFatal("%s", problem.constData());
      }
    }
  };
  std::thread one(many, "org.example.One", 100), two(many, "org.example.Two", 200);
  // Whoever starts an app meanwhile finds one, whole.
  int found = 0;
  for (int i = 0; i < 400; ++i) {
    KJ_IF_MAYBE (app, findInstalled(bench.path(), "org.example.Player")) {
      if (faccessat(app->folder, "files/share/player", F_OK, 0) != 0) qFatal("not whole");
      ++found;
    }
    usleep(1000);
  }
  one.join();
  two.join();
  QVERIFY(found > 50);
  QCOMPARE(bench.leaks(), QStringList());
  QCOMPARE(bench.faults(), QByteArray());
  QCOMPARE(bench.stateOf("org.example.One"), QByteArray("124<123"));
  QCOMPARE(bench.stateOf("org.example.Two"), QByteArray("224<223"));
}

void StoreTest::manyMakeAStoreAtOnce() {
  for (int round = 0; round < 100; ++round) {
    StoreBench bench;
    std::atomic<int> ready = 0;
    std::vector<QByteArray> problems(4);
    std::vector<std::thread> makers;
    for (auto& problem : problems) {
      makers.emplace_back([&] {
        ++ready;
        while (ready < int(problems.size())) std::this_thread::yield();
        problem = failureOf([&] { Store store(bench.parts()); });
      });
    }
    for (auto& maker : makers) maker.join();
    for (auto& problem : problems) QCOMPARE(problem, QByteArray());
  }
}

void StoreTest::givingUpLeavesNothing() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  for (unsigned after = 0; after < 8; ++after) {
    MemorySource source(app);
    unsigned seen = 0;
    bool given = false;
    auto problem = failureOf([&] {
      store.install(app.papers(bench.key), source, {}, [&](auto stage, auto, auto) {
        if (stage == Store::Stage::SWITCHING || seen++ < after) return;
        given = true;
        KJ_FAIL_REQUIRE("given up");
      });
    });
    QCOMPARE(problem.isEmpty(), !given);
    if (!given) break;
    QCOMPARE(bench.stateOf(), QByteArray("-"));
    QCOMPARE(bench.leaks(), QStringList());
  }
  QCOMPARE(bench.problemOf(store, app), QByteArray());
}

void StoreTest::foreignStoresAreRefused_data() {
  QTest::addColumn<QByteArray>("what");
  for (auto what :
       {"other format", "not empty", "a link", "staging is a link", "objects is a file", "format is a link"})
    QTest::newRow(what) << QByteArray(what);
}

void StoreTest::foreignStoresAreRefused() {
  QFETCH(QByteArray, what);
  StoreBench bench;
  auto at = [&](const char* name) { return QString::fromStdString(bench.path(name)); };
  QDir(bench.root.path()).mkpath("elsewhere");
  put(bench.root.path() + "/elsewhere/format", "latchkey store 1\n");
  if (what == "other format") put(at("format"), "latchkey store 2\n");
  if (what == "not empty") put(at("precious"), "mine");
  if (what == "a link") QVERIFY(QFile::link("elsewhere", at("")));
  if (what == "staging is a link" || what == "objects is a file") Store(bench.parts());
  if (what == "staging is a link") {
    QVERIFY(QDir().rmdir(at("staging")));
    QVERIFY(QFile::link("../elsewhere", at("staging")));
  }
  if (what == "objects is a file") {
    QVERIFY(QDir().rmdir(at("objects")));
    put(at("objects"), "mine");
  }
  if (what == "format is a link") {
    QDir(bench.root.path()).mkpath("store");
    QVERIFY(QFile::link("../elsewhere/format", at("format")));
  }
  QVERIFY(!failureOf([&] { Store(bench.parts()); }).isEmpty());
  QCOMPARE(QDir(bench.root.path() + "/elsewhere").entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
           QStringList{"format"});
  QVERIFY(installedIds(bench.path()).empty());
  if (what == "not empty") QCOMPARE(contentOf(at("precious")), QByteArray("mine"));
}

// Whatever somebody puts into the store: nothing outside is written, removed or taken for part of it.
void StoreTest::linksLeadNowhere() {
  StoreBench bench;
  Store store(bench.parts());
  bench.install(store, {});
  auto at = [&](const std::string& name) { return QString::fromStdString(bench.path(name)); };
  auto elsewhere = bench.root.path() + "/elsewhere";
  put(elsewhere + "/versions/1.0-0123456789abcdef/files/x", "mine");
  put(elsewhere + "/record", "mine");
  // An app that is a link, versions that are one, a version that is one, a link that leads out, a folder of objects.
  QVERIFY(QFile::link(elsewhere, at("apps/org.example.Linked")));
  QVERIFY(!store.find("org.example.Linked"));
  QVERIFY(!bench.problemOf(store, {.id = "org.example.Linked"}).isEmpty());
  QVERIFY(!failureOf([&] { store.remove("org.example.Linked", true); }).isEmpty());
  QDir().mkpath(at("apps/org.example.Versions"));
  QVERIFY(QFile::link(elsewhere + "/versions", at("apps/org.example.Versions/versions")));
  QVERIFY(!bench.problemOf(store, {.id = "org.example.Versions"}).isEmpty());
  QVERIFY(QFile::link(elsewhere, at("apps/org.example.Player/versions/9-0123456789abcdef")));
  QVERIFY(QFile::link(elsewhere, at("staging/linked")));
  put(at("staging/what/ever"), "x");
  QVERIFY(QFile::link("/etc", at("apps/org.example.Player/pending")));
  auto digest = digestOf(TestApp{.version = "1.1"}.parts().back().content);
  QVERIFY(failureOf([&] { store.tidy(); }).isEmpty());
  store.collect();
  QCOMPARE(contentOf(elsewhere + "/versions/1.0-0123456789abcdef/files/x"), QByteArray("mine"));
  QCOMPARE(contentOf(elsewhere + "/record"), QByteArray("mine"));
  QVERIFY(!QFile::exists(at("staging/linked")));
  QVERIFY(!QFile::exists(at("staging/what")));
  QCOMPARE(bench.stateOf(), QByteArray("1.0"));
  QVERIFY(findInstalled(bench.path(), "org.example.Linked") == nullptr);
  // A folder of contents that is a link takes and gives nothing.
  QDir objects(at("objects"));
  for (int i = 0; i < 256; ++i) {
    auto name = QString::number(i, 16).rightJustified(2, '0');
    if (!objects.exists(name)) QVERIFY(QFile::link(elsewhere, at("objects/" + name.toStdString())));
  }
  QVERIFY(!bench.problemOf(store, {.version = "1.1", .files = {file("files/share/1", "1"), file("files/share/2", "2")}})
               .isEmpty());
  QCOMPARE(bench.stateOf(), QByteArray("1.0"));
  QCOMPARE(QDir(elsewhere).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), (QStringList{"record", "versions"}));
  // A deploy's link is one of ours, or none.
  QVERIFY(QFile::remove(at("apps/org.example.Player/current")));
  QVERIFY(QFile::link("../../../../elsewhere", at("apps/org.example.Player/current")));
  QVERIFY(findInstalled(bench.path(), "org.example.Player") == nullptr);
}

void StoreTest::whatIsDoneAheadComesInItsOrder() {
  constexpr size_t MANY = 500;
  std::set<std::thread::id> threads;
  std::mutex mutex;
  Ahead ahead(MANY, [&](size_t i) {
    std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    return i + 1 < MANY ? std::string() : "the last";
  });
  for (size_t i = 0; i + 1 < MANY; ++i) QCOMPARE(ahead.wait(i), std::string());
  QCOMPARE(ahead.wait(MANY - 1), std::string("the last"));
  QVERIFY(!threads.contains(std::this_thread::get_id()));
  Ahead nothing(0, [](size_t) { return std::string("asked"); });
}

void StoreTest::nothingIsBegunAfterAFailure() {
  std::atomic<unsigned> begun = 0;
  {
    Ahead ahead(1000, [&](size_t i) -> std::string {
      ++begun;
      if (i == 3) fail("it cannot be had");
      return i == 2 ? "it is wrong" : "";
    });
    QCOMPARE(ahead.wait(0), std::string());
    QCOMPARE(ahead.wait(1), std::string());
    QCOMPARE(ahead.wait(2), std::string("it is wrong"));
  }
  QVERIFY2(begun <= 4, QByteArray::number(begun.load()));
  Ahead throws(1, [](size_t) -> std::string { fail("it cannot be had"); });
  QVERIFY(failureOf([&] { throws.wait(0); }).contains("it cannot be had"));
  // Whoever gives up waits for what has begun, and for no more.
  begun = 0;
  {
    Ahead given(1000, [&](size_t) {
      ++begun;
      QThread::msleep(5);
      return std::string();
    });
    given.wait(0);
  }
  QVERIFY2(begun < 20, QByteArray::number(begun.load()));
}

QTEST_APPLESS_MAIN(StoreTest)
#include "store-test.moc"
