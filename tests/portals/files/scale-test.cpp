// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Many of everything: names the kernel keeps, sandboxes of one portal. LATCHKEY_SCALE_FILES makes it larger, and
// LATCHKEY_SCALE_FOLDERS.

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QTest>

#include <filesystem>
#include <fstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

// A sanitizer keeps notes of its own about each byte.
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
constexpr bool MEMORY_IS_ITS_OWN = false;
#else
constexpr bool MEMORY_IS_ITS_OWN = true;
#endif

std::string text(long number) { return std::to_string(number); }

// Bytes of memory that are its own.
long memoryOf(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("RssAnon:")) return atol(line.c_str() + 8) * 1024;
  }
  return -1;
}

uint64_t forgetting(World& world) { return world.wait(world.portal().statisticsRequest().send()).getForgetting(); }

uint64_t inodesOf(World& world) { return world.wait(world.portal().statisticsRequest().send()).getInodes(); }

}  // namespace

class ScaleTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void aLargeTreeIsTakenBackWhileOthersAreAsked();
  void namesBeyondTheBoundAreForgotten();
  void foldersBeyondTheBoundAreForgotten();
  void whoHoldsOnToTooManyNamesGetsNoMore();
  void eighteenThousandOpen();
  void twentyThousandOpenForWriting();
  void twoHundredSandboxes();
};

void ScaleTest::aLargeTreeIsTakenBackWhileOthersAreAsked() {
  auto* more = getenv("LATCHKEY_SCALE_FILES");
  const int files = more ? atoi(more) : 100'000, perFolder = 500;
  constexpr int OPEN = 50;
  constexpr long BYTES_PER_INODE = 500;  // What README says, with what an allocator and a table's growth take.
  World world;
  for (int i = 0; i < files; ++i) {
    auto folder = world.path("Documents/p/" + text(i / perFolder));
    if (i % perFolder == 0) fs::create_directories(folder);
    std::ofstream(folder + "/" + text(i)) << (i < OPEN ? "content" : "");
  }
  world.write("Documents/other.txt", "other");
  auto box = world.sandbox("one"), other = world.sandbox("two");
  auto grant = box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  other->sayYes();
  auto before = memoryOf(world.portalPid());
  QElapsedTimer timer;
  timer.start();
  QCOMPARE(box->number("exec find%20" + world.path("Documents/p") + "%20-size%20+1000k", 240), 0);
  qInfo("walked %d files in %lld ms", files, timer.elapsed());
  QVERIFY(inodesOf(world) >= static_cast<uint64_t>(files));
  auto each = (memoryOf(world.portalPid()) - before) / files;
  qInfo("%ld bytes of the portal for each", each);
  if (MEMORY_IS_ITS_OWN) QVERIFY2(each > 0 && each < BYTES_PER_INODE, text(each).c_str());
  std::vector<std::string> open, mapped;
  for (int i = 0; i < OPEN; ++i) {
    open.push_back(text(box->number("open " + world.path("Documents/p/0/" + text(i)) + " r")));
    mapped.push_back(text(box->number("mmap " + open.back() + " 7 r")));
    QCOMPARE(box->run("peek " + mapped.back() + " 0"), "0 c");
  }
  timer.restart();
  bool returned = false;
  auto revoking = grant.revokeRequest().send().ignoreResult().then([&] { returned = true; });
  // What is open and mapped is first: it fails while all the rest is still to come, whatever the machine.
  QVERIFY(world.until([&] { return forgetting(world) > 0 || returned; }));
  QVERIFY(!returned);
  QVERIFY(world.until([&] { return forgetting(world) <= static_cast<uint64_t>(files - OPEN) || returned; }));
  auto left = forgetting(world);
  for (auto& map : mapped) QCOMPARE(box->run("peek " + map + " 0"), "-7 SIGBUS");
  for (auto& fd : open) QCOMPARE(box->number("read " + fd + " 7 0"), -EACCES);
  qInfo("of %d files %llu were left when what was open had failed (%lld ms)", files,
        static_cast<unsigned long long>(forgetting(world)), timer.elapsed());
  QVERIFY(left > 0);
  // Somebody else's question is asked and answered meanwhile.
  QCOMPARE(other->content(world.path("Documents/other.txt")), "other");
  qInfo("a question of another was answered in %lld ms, %llu left", timer.elapsed(),
        static_cast<unsigned long long>(forgetting(world)));
  QCOMPARE(other->asked.size(), 1u);
  world.wait(kj::mv(revoking), 60);
  QVERIFY(returned);
  qInfo("taken back in %lld ms", timer.elapsed());
  for (auto& fd : open) QCOMPARE(box->number("read " + fd + " 7 0"), -EACCES);
  for (auto& map : mapped) QCOMPARE(box->run("peek " + map + " 0"), "-7 SIGBUS");
  for (int i = 0; i < files; i += files / 50)
    QCOMPARE(box->number("stat " + world.path("Documents/p/" + text(i / perFolder) + "/" + text(i))), -EACCES);
  QCOMPARE(other->content(world.path("Documents/other.txt")), "other");
  // The end of the sandbox gives back all of it.
  box->killApp();
  QVERIFY(world.until([&] { return inodesOf(world) < 1000; }, 30));
}

void ScaleTest::namesBeyondTheBoundAreForgotten() {
  constexpr int FILES = 6000, PER_FOLDER = 300;
  constexpr uint64_t BOUND = 1000;
  World world;
  world.mostNames = BOUND;
  for (int i = 0; i < FILES; ++i) {
    auto folder = world.path("Documents/p/" + text(i / PER_FOLDER));
    if (i % PER_FOLDER == 0) fs::create_directories(folder);
    std::ofstream(folder + "/" + text(i)) << "content";
  }
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  auto first = world.path("Documents/p/0/0"), second = world.path("Documents/p/0/1");
  auto fd = text(box->number("open " + first + " +")), other = text(box->number("open " + second + " r"));
  auto mapped = text(box->number("mmap " + other + " 7 r"));
  QCOMPARE(box->number("close " + other), 0);
  for (int round = 0; round < 2; ++round) {
    QCOMPARE(box->number("exec find%20" + world.path("Documents/p") + "%20-size%20+1000k", 240), 0);
    QVERIFY2(world.until([&] { return inodesOf(world) <= BOUND + 100; }, 30), text(long(inodesOf(world))).c_str());
    // What is open, mapped or looked up again is as it was.
    QVERIFY(box->run("read " + fd + " 7 0").contains("636f6e74656e74"));
    QCOMPARE(box->number("write " + fd + " content 0"), 7);
    QCOMPARE(box->run("peek " + mapped + " 0"), "0 c");
    for (int i = 0; i < FILES; i += 97)
      QCOMPARE(box->content(world.path("Documents/p/" + text(i / PER_FOLDER) + "/" + text(i))), "content");
  }
  QCOMPARE(box->number("rename " + first + " " + world.path("Documents/p/0/new")), 0);
  QCOMPARE(box->number("write " + fd + " changed 0"), 7);
  QCOMPARE(world.read("Documents/p/0/new"), "changed");
}

// Somebody may stand in one: that goes on, and knows where it is when the name has been looked up again.
void ScaleTest::foldersBeyondTheBoundAreForgotten() {
  auto* more = getenv("LATCHKEY_SCALE_FOLDERS");
  const int folders = more ? atoi(more) : 9000, perFolder = 300;
  const uint64_t bound = more ? 250'000 : 1000;
  World world;
  world.mostNames = static_cast<uint32_t>(bound);
  auto place = [&](int i) { return world.path("Documents/p/" + text(i / perFolder) + "/" + text(i)); };
  for (int i = 0; i < folders; ++i) fs::create_directories(place(i));
  world.write("Documents/p/0/0/file", "content");
  auto box = world.sandbox("one", 2);
  box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  auto second = [&](const std::string& command) { return world.wait(box->start(command, 1)); };
  QCOMPARE(second("chdir " + place(0)), "0");
  auto before = memoryOf(world.portalPid());
  QElapsedTimer timer;
  timer.start();
  for (int round = 0; round < 2; ++round) {
    // Names that are not there are looked for in each, too: the kernel keeps the folder with them.
    for (int i = 0; i < folders; ++i) QCOMPARE(box->number("stat " + place(i) + "/none"), -ENOENT);
    auto took = memoryOf(world.portalPid()) - before;
    qInfo("%llu names, %ld kB of the portal, after %lld ms", static_cast<unsigned long long>(inodesOf(world)),
          took / 1024, timer.elapsed());
    if (more && MEMORY_IS_ITS_OWN) QVERIFY(took < static_cast<long>(6 * bound) * 500);
    QVERIFY2(world.until([&] { return inodesOf(world) <= 4 * bound; }, 30), text(long(inodesOf(world))).c_str());
    QVERIFY(second("stat file").starts_with("0 file 7 "));
    QCOMPARE(box->run("stat " + place(0) + "/file"), second("stat file"));
    QCOMPARE(second("cwd"), "0 " + place(0));
    QCOMPARE(box->number("mkdir " + place(round) + "/new"), 0);
    QVERIFY(fs::is_directory(place(round) + "/new"));
    for (int i = 0; i < folders; i += 97) QCOMPARE(box->number("stat " + place(i)), 0);
  }
}

// They cannot be forgotten while they are held, by descriptors of which the portal hears nothing.
void ScaleTest::whoHoldsOnToTooManyNamesGetsNoMore() {
  constexpr uint64_t BOUND = 200, MOST = 6 * BOUND;
  constexpr int FOLDERS = 2 * MOST;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < 2 * FOLDERS) QSKIP("an app may not hold that many here");
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  World world;
  world.mostNames = BOUND;
  auto place = [&](int i) { return world.path("Documents/p/" + text(i)); };
  for (int i = 0; i <= FOLDERS; ++i) fs::create_directories(place(i));
  world.write("Documents/p/file", "content");
  auto box = world.sandbox("one"), other = world.sandbox("two");
  for (auto* one : {box.get(), other.get()})
    one->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  std::vector<long> held;
  for (int i = 0; i < FOLDERS; ++i) {
    auto fd = box->number("open " + place(i) + " p");
    if (fd == -ENOMEM) break;
    QVERIFY2(fd >= 0, text(fd).c_str());
    held.push_back(fd);
  }
  QVERIFY(held.size() >= MOST - 10);
  // For a moment it might still be forgotten.
  QVERIFY(world.until([&] { return box->number("stat " + place(FOLDERS)) == -ENOMEM; }));
  // Nothing is made that it then could not have.
  QCOMPARE(box->number("mkdir " + place(0) + "/new"), -ENOMEM);
  QCOMPARE(box->number("open " + place(0) + "/new wc"), -ENOMEM);
  QVERIFY(!fs::exists(place(0) + "/new"));
  // What it has goes on, and nobody else hears of it.
  QCOMPARE(box->number("stat " + place(1)), 0);
  QCOMPARE(other->content(world.path("Documents/p/file")), "content");
  QCOMPARE(other->number("mkdir " + place(0) + "/theirs"), 0);
  for (auto fd : held) QCOMPARE(box->number("close " + text(fd)), 0);
  QVERIFY(world.until([&] { return box->number("mkdir " + place(0) + "/new") == 0; }));
  QCOMPARE(box->content(world.path("Documents/p/file")), "content");
}

void ScaleTest::eighteenThousandOpen() {
  constexpr int OPEN = 18'500, PER_FOLDER = 500;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < 20'000) QSKIP("an app may not open that many here");
  limit.rlim_cur = limit.rlim_max = 20'000;  // Of the portal and of the app, whatever the machine gives.
  setrlimit(RLIMIT_NOFILE, &limit);
  World world;
  auto place = [&](int i) { return world.path("Documents/p/" + text(i / PER_FOLDER) + "/" + text(i)); };
  for (int i = 0; i < OPEN; ++i) {
    if (i % PER_FOLDER == 0) fs::create_directories(fs::path(place(i)).parent_path());
    std::ofstream(place(i)) << i;
  }
  world.write("Documents/q/a.txt", "content");
  auto box = world.sandbox("one"), other = world.sandbox("two");
  auto grant = box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  other->give(world.path("Documents/q"), {.access = Access::WRITE, .scope = Scope::TREE});
  std::vector<long> fds;
  for (int i = 0; i < OPEN; ++i) {
    fds.push_back(box->number("open " + place(i) + " r"));
    QVERIFY2(fds.back() >= 0, (text(i) + ": " + text(fds.back())).c_str());
  }
  auto held = world.wait(world.portal().statisticsRequest().send()).getDescriptors();
  qInfo("%d open, %u descriptors of the portal", OPEN, held);
  QVERIFY(held < 10'000);
  for (int i = 0; i < 1000; ++i) QVERIFY(other->number("open " + world.path("Documents/q/a.txt") + " +") >= 0);
  for (int i = 0; i < OPEN; i += 7) {
    auto hex = QByteArray::number(i).toHex().toStdString();
    QCOMPARE(box->run("read " + text(fds[static_cast<size_t>(i)]) + " 100 0"), text(long(hex.size() / 2)) + " " + hex);
  }
  world.wait(grant.revokeRequest().send().ignoreResult(), 60);
  for (int i = 0; i < OPEN; i += 7)
    QCOMPARE(box->number("read " + text(fds[static_cast<size_t>(i)]) + " 100 0"), -EACCES);
}

// There are not as many descriptors: it says so, at opening; what was opened before works, and so does all of others.
void ScaleTest::twentyThousandOpenForWriting() {
  constexpr int FILES = 20'000, PER_FOLDER = 500;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < FILES) QSKIP("an app may not open that many here");
  limit.rlim_cur = limit.rlim_max = FILES;
  setrlimit(RLIMIT_NOFILE, &limit);
  World world;
  auto place = [&](int i) { return world.path("Documents/p/" + text(i / PER_FOLDER) + "/" + text(i)); };
  for (int i = 0; i < FILES; ++i) {
    if (i % PER_FOLDER == 0) fs::create_directories(fs::path(place(i)).parent_path());
    std::ofstream(place(i)) << "content";
  }
  world.write("Documents/q/a.txt", "content");
  auto box = world.sandbox("one"), other = world.sandbox("two");
  box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  other->give(world.path("Documents/q"), {.access = Access::WRITE, .scope = Scope::TREE});
  std::vector<std::string> fds;
  long refusal = 0;
  for (int i = 0; i < FILES && refusal == 0; ++i) {
    auto fd = box->number("open " + place(i) + " +");
    if (fd < 0) refusal = fd;
    else fds.push_back(text(fd));
  }
  qInfo("%zu open for writing, then %ld", fds.size(), refusal);
  QCOMPARE(refusal, -ENFILE);
  QVERIFY(fds.size() > 5000 && fds.size() < 10'000);
  QCOMPARE(box->number("open " + place(FILES - 1) + " r"), -ENFILE);
  // Others have what they need.
  std::vector<std::string> theirs;
  for (int i = 0; i < 1000; ++i) {
    auto fd = other->number("open " + world.path("Documents/q/a.txt") + " +");
    QVERIFY2(fd >= 0, text(fd).c_str());
    theirs.push_back(text(fd));
  }
  QCOMPARE(other->number("write " + theirs.back() + " changed 0"), 7);
  QCOMPARE(world.read("Documents/q/a.txt"), "changed");
  // What it has is as good as ever.
  for (size_t i = 0; i < fds.size(); i += 13) {
    QCOMPARE(box->number("write " + fds[i] + " changed 0"), 7);
    std::string now;
    std::ifstream(place(static_cast<int>(i))) >> now;
    QCOMPARE(now, "changed");
  }
  for (auto& fd : fds) QCOMPARE(box->number("close " + fd), 0);
  QVERIFY(world.until([&] {
    auto fd = box->number("open " + place(FILES - 1) + " +");
    return fd >= 0 && box->number("close " + text(fd)) == 0;
  }));
}

void ScaleTest::twoHundredSandboxes() {
  constexpr int MANY = 200;
  World world;
  world.write("Documents/a.txt", "content");
  auto memory = memoryOf(world.portalPid());
  std::vector<kj::Own<Sandbox>> boxes;
  for (int i = 0; i < MANY; ++i) {
    boxes.push_back(world.sandbox("box" + text(i)));
    boxes.back()->give(world.path("Documents/a.txt"));
  }
  auto figures = world.wait(world.portal().statisticsRequest().send());
  QCOMPARE(figures.getSandboxes(), static_cast<unsigned>(MANY));
  for (auto& box : boxes) QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
  qInfo("%ld kB of the portal for each", (memoryOf(world.portalPid()) - memory) / 1024 / MANY);
  // Each is one of its own: what one may, another may not.
  world.write("Documents/b.txt", "another");
  boxes.front()->give(world.path("Documents/b.txt"));
  QCOMPARE(boxes.front()->content(world.path("Documents/b.txt")), "another");
  QCOMPARE(boxes.back()->content(world.path("Documents/b.txt")), "E13");
  // And half of them may end under the others.
  boxes.resize(MANY / 2);
  QVERIFY(world.until([&] { return world.wait(world.portal().statisticsRequest().send()).getSandboxes() == MANY / 2; },
                      60));
  for (auto& box : boxes) QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
}

QTEST_GUILESS_MAIN(ScaleTest)
#include "scale-test.moc"
