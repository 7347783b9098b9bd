// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Folders at full speed: mounted as they are. What is promised of them - native, gone from its place at once when taken
// back, whatever died meanwhile - and what is not: what an app holds open it keeps. All of it runs in a user namespace
// where mounting is allowed, so that something else can be mounted in a folder.

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <QTest>
#include <filesystem>
#include <fstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;
namespace schema = latchkey::schema;

namespace {

constexpr GrantOptions FAST = {.access = Access::WRITE, .scope = Scope::TREE, .fast = true};
constexpr GrantOptions FAST_READ = {.access = Access::READ, .scope = Scope::TREE, .fast = true};
constexpr GrantOptions SLOW = {.access = Access::WRITE, .scope = Scope::TREE};

bool inNamespace = false;

// Before there is a thread.
bool enterNamespace() {
  auto uid = getuid(), gid = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << uid << " " << uid << " 1";
  std::ofstream("/proc/self/gid_map") << gid << " " << gid << " 1";
  // As a desktop has it: what is mounted later is seen by those who copied this.
  return mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr) == 0;
}

// As the probe's "where" says it, seen from the host.
std::string where(const std::string& path) {
  struct stat status{};
  struct statfs fs{};
  if (stat(path.c_str(), &status) < 0 || statfs(path.c_str(), &fs) < 0) return "not there";
  return "0 " + std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " + std::to_string(fs.f_type);
}

struct Work {
  World world;
  kj::Own<Sandbox> box;

  Work() {
    world.write("work/a.txt", "content");
    world.write("work/sub/b.txt", "below");
    world.write("Documents/tree/a.txt", "content");
    world.write("outside.txt", "secret");
    box = world.sandbox("one", 2);
  }
  std::string at(const std::string& name = "") { return world.path("work" + (name.empty() ? "" : "/" + name)); }
  bool native(const std::string& path) { return box->run("where " + path) == where(path); }
  void take(schema::LiveGrant::Client& grant) { world.wait(grant.revokeRequest().send().ignoreResult()); }
};

}  // namespace

class FastTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
    if (!inNamespace) QSKIP("no user namespace in which this user may mount");
  }
  void itIsTheHostsFileSystem_data();
  void itIsTheHostsFileSystem();
  void withoutItIsNot();
  void programsWorkInIt();
  void readOnlyRefusesWriting();
  void noDevicesAndNoSetUid();
  void takingBackRemovesThePlaceAtOnce_data();
  void takingBackRemovesThePlaceAtOnce();
  void whatIsHeldOpenStillReads();
  void suspendingAndExpiringRemoveIt();
  void aRenamedFolderAboveItKeepsNothing();
  void upwardsIsTheSandbox();
  void aReplacedFolderIsRefused();
  void aSymbolicLinkIsRefused();
  void whatIsMountedInItIsNotCarried();
  void hiddenPlacesInItRefuseIt();
  void onlyWholeTreesAreFast();
  void fastWithinFast();
  void aWiderGrantWithinIsNotLost();
  void whatIsRefusedInItStaysRefused();
  void anAppThatWaitsInItIsNotInTheWay();
  void aTrialDoesNotReachIt();
  void itStaysWhenThePortalDies();
  void takenBackWhileThePortalIsAway();
  void belowALabelItComesBackWithThePortal();
  void aBrokersReturnKeepsIt();
};

void FastTest::itIsTheHostsFileSystem_data() {
  QTest::addColumn<QString>("folder");
  QTest::newRow("of its own") << "work";
  QTest::newRow("below a label") << "Documents/tree";
}

void FastTest::itIsTheHostsFileSystem() {
  QFETCH(QString, folder);
  Work work;
  auto path = work.world.path(folder.toStdString());
  work.box->give(path, FAST);
  QCOMPARE(work.box->run("where " + path), where(path));
  QCOMPARE(work.box->run("where " + path + "/a.txt"), where(path + "/a.txt"));
  QCOMPARE(work.box->content(path + "/a.txt"), "content");
  QCOMPARE(work.box->run("getcwd " + path), "0 " + path);
  auto fd = work.box->number("open " + path + "/new.txt wc");
  QVERIFY(fd >= 0);
  QCOMPARE(work.box->number("write " + std::to_string(fd) + " fresh 0"), 5);
  QCOMPARE(work.world.read(folder.toStdString() + "/new.txt"), "fresh");
  QVERIFY(work.box->asked.empty());
}

void FastTest::withoutItIsNot() {
  Work work;
  work.box->give(work.at(), SLOW);
  QCOMPARE(work.box->content(work.at("a.txt")), "content");
  QVERIFY(!work.native(work.at("a.txt")));
}

void FastTest::programsWorkInIt() {
  Work work;
  work.box->give(work.at(), FAST);
  auto shell = [&](std::string line) {
    for (size_t at; (at = line.find(' ')) != line.npos;) line.replace(at, 1, "%20");
    return work.box->run("exec " + line, 60);
  };
  QCOMPARE(
      shell("cd " + work.at() + " && git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm " +
            "first && test -z \"$(git status --porcelain)\""),
      "0");
  QVERIFY(work.world.exists("work/.git/HEAD"));
}

void FastTest::readOnlyRefusesWriting() {
  Work work;
  work.box->give(work.at(), FAST_READ);
  QVERIFY(work.native(work.at("a.txt")));
  QCOMPARE(work.box->content(work.at("a.txt")), "content");
  QCOMPARE(work.box->number("open " + work.at("a.txt") + " w"), -EROFS);
  QCOMPARE(work.box->number("open " + work.at("new") + " wc"), -EROFS);
  QCOMPARE(work.box->number("unlink " + work.at("a.txt")), -EROFS);
  QCOMPARE(work.box->number("chmod " + work.at("a.txt") + " 600"), -EROFS);
  QCOMPARE(work.box->number("rename " + work.at("a.txt") + " " + work.at("c.txt")), -EROFS);
  QCOMPARE(work.world.read("work/a.txt"), "content");
}

void FastTest::noDevicesAndNoSetUid() {
  Work work;
  work.box->give(work.at(), FAST);
  std::ifstream table("/proc/" + std::to_string(work.box->pid()) + "/mountinfo");
  std::string line, found;
  while (std::getline(table, line)) {
    if (line.find(" " + work.at() + " ") != line.npos) found = line;
  }
  QVERIFY2(found.find("nosuid") != found.npos && found.find("nodev") != found.npos, found.c_str());
  // Nothing that is mounted on the host later comes after it.
  QVERIFY2(found.find("master:") == found.npos && found.find("shared:") == found.npos, found.c_str());
}

void FastTest::takingBackRemovesThePlaceAtOnce_data() { itIsTheHostsFileSystem_data(); }

void FastTest::takingBackRemovesThePlaceAtOnce() {
  QFETCH(QString, folder);
  Work work;
  auto path = work.world.path(folder.toStdString());
  auto grant = work.box->give(path, FAST);
  QVERIFY(work.native(path + "/a.txt"));
  work.take(grant);
  QCOMPARE(work.box->content(path + "/a.txt"), "E13");
  QCOMPARE(work.box->run("stat " + path + "/a.txt"), "-13");
  QCOMPARE(work.box->run("list " + path), "-13");
  QCOMPARE(work.box->number("open " + path + "/new.txt wc"), -EACCES);
  QVERIFY(work.box->asked.empty());
}

// Said to the person wherever they choose full speed, and where they take it back.
void FastTest::whatIsHeldOpenStillReads() {
  Work work;
  auto grant = work.box->give(work.at(), FAST);
  auto file = std::to_string(work.box->number("open " + work.at("a.txt") + " r"));
  auto folder = std::to_string(work.box->number("open " + work.at() + " rd"));
  work.take(grant);
  QVERIFY(work.box->run("read " + file + " 7 0").starts_with("7 "));
  QVERIFY(work.box->number("openat " + folder + " sub/b.txt r") >= 0);
  // By its name it is gone all the same.
  QCOMPARE(work.box->content(work.at("a.txt")), "E13");
}

void FastTest::suspendingAndExpiringRemoveIt() {
  Work work;
  auto grant = work.box->give(work.at(), FAST);
  work.world.wait(grant.suspendRequest().send().ignoreResult());
  QCOMPARE(work.box->content(work.at("a.txt")), "E13");
  work.world.wait(grant.resumeRequest().send().ignoreResult());
  QVERIFY(work.native(work.at("a.txt")));
  work.take(grant);

  auto options = FAST;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  options.expires = now.tv_sec * 1'000'000'000LL + now.tv_nsec + 700'000'000LL;
  work.box->give(work.at(), options);
  QVERIFY(work.native(work.at("a.txt")));
  QVERIFY(work.world.until([&] { return work.box->ended.size() == 1; }, 5));
  QVERIFY(work.world.until([&] { return !work.native(work.at("a.txt")); }, 5));
  QCOMPARE(work.box->content(work.at("a.txt")), "E13");
}

// Its path is another then: it is found all the same.
void FastTest::aRenamedFolderAboveItKeepsNothing() {
  Work work;
  work.world.write("deep/er/work/a.txt", "content");
  auto path = work.world.path("deep/er/work");
  auto grant = work.box->give(path, FAST);
  QVERIFY(work.native(path + "/a.txt"));
  QCOMPARE(work.box->number("rename " + work.world.path("deep") + " " + work.world.path("moved")), 0);
  QVERIFY(work.box->run("where " + work.world.path("moved/er/work/a.txt")) == where(path + "/a.txt"));
  work.take(grant);
  QVERIFY(work.box->run("where " + work.world.path("moved/er/work/a.txt")) != where(path + "/a.txt"));
  QVERIFY(work.box->content(work.world.path("moved/er/work/a.txt")).starts_with("E"));
}

void FastTest::upwardsIsTheSandbox() {
  Work work;
  work.box->give(work.at(), FAST);
  QCOMPARE(work.box->run("where " + work.at("sub/../../outside.txt")), "-2");
  auto folder = std::to_string(work.box->number("open " + work.at("sub") + " rd"));
  QVERIFY(work.box->number("openat " + folder + " ../../outside.txt r") < 0);
  QVERIFY(work.box->number("openat " + folder + " ../../../../../../etc/shadow r") < 0);
  QVERIFY(work.world.exists("outside.txt"));
}

void FastTest::aReplacedFolderIsRefused() {
  Work work;
  int shown = open(work.at().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  fs::rename(work.at(), work.world.path("was"));
  work.world.write("work/other.txt", "not what was shown");
  auto options = FAST;
  options.object = shown;
  auto failure = work.box->tryGrant(work.at(), options);
  close(shown);
  QVERIFY(failure != nullptr);
  QVERIFY(work.box->content(work.at("other.txt")).starts_with("E"));
  QVERIFY(work.box->content(work.at("a.txt")).starts_with("E"));
}

void FastTest::aSymbolicLinkIsRefused() {
  Work work;
  fs::create_directory_symlink(work.at(), work.world.path("link"));
  fs::create_directory_symlink(work.world.path("work"), work.world.path("way"));
  QVERIFY(work.box->tryGrant(work.world.path("link"), FAST) != nullptr);
  QVERIFY(work.box->tryGrant(work.world.path("way/sub"), FAST) != nullptr);
  QVERIFY(work.box->content(work.world.path("link/a.txt")).starts_with("E"));
}

void FastTest::whatIsMountedInItIsNotCarried() {
  Work work;
  auto mountAt = [](const std::string& path) {
    fs::create_directories(path);
    return mount("other", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, nullptr) == 0;
  };
  fs::create_directories(work.at("later"));
  work.box->give(work.at(), FAST);
  QVERIFY(mountAt(work.at("later")));
  std::ofstream(work.at("later/secret")) << "secret";
  QCOMPARE(work.box->content(work.at("later/secret")), "E2");
  umount2(work.at("later").c_str(), MNT_DETACH);

  fs::create_directories(work.world.path("other/inner"));
  QVERIFY(mountAt(work.world.path("other/inner")));
  std::ofstream(work.world.path("other/inner/secret")) << "secret";
  QVERIFY(work.box->tryGrant(work.world.path("other"), FAST) != nullptr);
  QVERIFY(work.box->content(work.world.path("other/inner/secret")).starts_with("E"));
  umount2(work.world.path("other/inner").c_str(), MNT_DETACH);
}

void FastTest::hiddenPlacesInItRefuseIt() {
  World world;
  world.write("work/private/key", "secret");
  world.hidden.push_back(world.path("work/private"));
  auto box = world.sandbox();
  QVERIFY(box->tryGrant(world.path("work"), FAST) != nullptr);
  QVERIFY(box->content(world.path("work/private/key")).starts_with("E"));
  QVERIFY(box->tryGrant(world.path("work/private"), FAST) != nullptr);
}

void FastTest::onlyWholeTreesAreFast() {
  Work work;
  auto folder = FAST, once = FAST, names = FAST, counted = FAST;
  folder.scope = Scope::FOLDER;
  once.once = true;
  names.see = true;
  counted.uses = 3;
  for (auto& options : {folder, once, names, counted}) {
    QVERIFY(work.box->tryGrant(work.at(), options) != nullptr);
    QVERIFY(work.box->run("where " + work.at("a.txt")) != where(work.at("a.txt")));
  }
}

void FastTest::fastWithinFast() {
  Work work;
  auto inner = work.box->give(work.at("sub"), FAST);
  auto outer = work.box->give(work.at(), FAST_READ);
  QCOMPARE(work.box->number("open " + work.at("new") + " wc"), -EROFS);
  QVERIFY(work.box->number("open " + work.at("sub/new") + " wc") >= 0);
  work.take(outer);
  QVERIFY(work.world.until([&] { return work.native(work.at("sub/b.txt")); }, 5));
  QCOMPARE(work.box->content(work.at("a.txt")), "E13");
  work.take(inner);
  QCOMPARE(work.box->content(work.at("sub/b.txt")), "E13");
}

// The view knows both; the mount would know one.
void FastTest::aWiderGrantWithinIsNotLost() {
  Work work;
  work.box->give(work.at(), FAST_READ);
  auto wider = work.box->give(work.at("sub"), SLOW);
  QVERIFY(work.world.until([&] { return work.box->number("open " + work.at("sub/new") + " wc") >= 0; }, 5));
  QCOMPARE(work.box->content(work.at("a.txt")), "content");
  work.take(wider);
  QVERIFY(work.world.until([&] { return work.native(work.at("a.txt")); }, 5));
}

void FastTest::whatIsRefusedInItStaysRefused() {
  Work work;
  work.box->give(work.at(), FAST);
  QVERIFY(work.native(work.at("sub/b.txt")));
  auto denial = work.box->give(work.at("sub"), {.scope = Scope::TREE, .deny = true});
  QCOMPARE(work.box->content(work.at("sub/b.txt")), "E13");
  QCOMPARE(work.box->content(work.at("a.txt")), "content");
  work.take(denial);
  QVERIFY(work.world.until([&] { return work.native(work.at("sub/b.txt")); }, 5));
}

// The kernel holds a folder while something is made in it, and that waits for the answer, which waits for the mount.
void FastTest::anAppThatWaitsInItIsNotInTheWay() {
  Work work;
  auto path = work.world.path("Documents/tree");
  work.box->person = [&](const Asked& asked) -> kj::Promise<Outcome> {
    auto made = work.box->grant(path, FAST);
    return made.whenResolved().then([] { return Outcome::GRANTED; }, [](kj::Exception&&) { return Outcome::DECLINED; });
  };
  QVERIFY(work.box->number("open " + path + "/fresh.txt wc", 10) >= 0);
  QVERIFY(work.world.until([&] { return work.native(path + "/a.txt"); }, 5));
}

void FastTest::aTrialDoesNotReachIt() {
  World world;
  world.write("work/a.txt", "content");
  world.changes = world.root + "/changes";
  fs::create_directories(world.changes);
  auto box = world.sandbox();
  box->give(world.path("work"), FAST);
  QCOMPARE(box->content(world.path("work/a.txt")), "content");
  auto fd = std::to_string(box->number("open " + world.path("work/a.txt") + " wt"));
  QCOMPARE(box->number("write " + fd + " changed 0"), 7);
  QCOMPARE(world.read("work/a.txt"), "content");
}

void FastTest::itStaysWhenThePortalDies() {
  Work work;
  work.box->give(work.at(), FAST);
  QCOMPARE(work.box->number("chdir " + work.at()), 0);
  auto file = std::to_string(work.box->number("open " + work.at("a.txt") + " r"));
  work.world.killPortal();
  QCOMPARE(work.box->content(work.at("a.txt")), "content");

  work.world.startPortal();
  work.world.formerFast.emplace_back(work.at(), false);
  work.box->attach();
  auto grant = work.box->give(work.at(), FAST);
  QVERIFY(work.native(work.at("a.txt")));
  // The very mount it was: who stood in it stands in it still.
  QCOMPARE(work.box->content("a.txt"), "content");
  QCOMPARE(work.box->run("getcwd ."), "0 " + work.at());
  work.world.pass(2500);
  QVERIFY(work.native(work.at("a.txt")));
  work.take(grant);
  QCOMPARE(work.box->content(work.at("a.txt")), "E13");
  QVERIFY(work.box->run("read " + file + " 7 0").starts_with("7 "));
}

void FastTest::takenBackWhileThePortalIsAway() {
  Work work;
  work.box->give(work.at(), FAST);
  work.world.killPortal();
  QCOMPARE(work.box->content(work.at("a.txt")), "content");
  work.world.startPortal();
  work.world.formerFast.emplace_back(work.at(), true);
  work.box->attach();
  QVERIFY(work.box->content(work.at("a.txt")).starts_with("E"));
}

void FastTest::belowALabelItComesBackWithThePortal() {
  Work work;
  auto path = work.world.path("Documents/tree");
  work.box->give(path, FAST);
  work.world.killPortal();
  work.world.startPortal();
  work.world.formerFast.emplace_back(path, false);
  work.box->attach();
  QVERIFY(work.box->content(path + "/a.txt").starts_with("E"));
  auto grant = work.box->give(path, FAST);
  QVERIFY(work.native(path + "/a.txt"));
  work.take(grant);
  QCOMPARE(work.box->content(path + "/a.txt"), "E13");
}

void FastTest::aBrokersReturnKeepsIt() {
  Work work;
  work.box->give(work.at(), FAST);
  work.world.dropBroker();
  QVERIFY(work.native(work.at("a.txt")));
  work.world.returnBroker();
  QVERIFY(work.native(work.at("a.txt")));
  auto held = work.world.wait(KJ_ASSERT_NONNULL(work.box->files).grantsRequest().send());
  QCOMPARE(held.getList().size(), 1u);
  auto grant = held.getList()[0].getHandle();
  work.take(grant);
  QCOMPARE(work.box->content(work.at("a.txt")), "E13");
}

int main(int argc, char** argv) {
  inNamespace = enterNamespace();
  FastTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "fast-test.moc"
