// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Disks that are full, and disks that fail: the app is told what a program on the host would be told, and what was
// acknowledged is there. Real ones, in a user namespace where mounting is allowed: a small tmpfs, and a file system of
// the test's own that answers with what it is told to.

#include <signal.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include <QTest>

#include <filesystem>

#include "tests/portals/files/disk.h"
#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

bool inNamespace = false;

std::string text(long number) { return std::to_string(number); }

// A tmpfs in the granted folder, with room for so little.
struct Small {
  World world;
  std::string place;
  kj::Own<Sandbox> box;

  explicit Small(const char* room) : place(world.path("Documents/p/small")) {
    fs::create_directories(place);
    KJ_SYSCALL(mount("small", place.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, room));
    world.write("Documents/p/large", std::string(2 << 20, 'l'));
    box = world.sandbox();
    box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  }
  ~Small() { umount2(place.c_str(), MNT_DETACH); }

  std::string in(const std::string& name) const { return place + "/" + name; }
  std::string open(const std::string& name, const char* how) {
    return text(box->number("open " + in(name) + " " + how));
  }
  // Fills it by way of the app. How much of it was acknowledged.
  size_t fill(const std::string& fd, long& error) {
    const std::string piece(1000, 'x');
    for (size_t done = 0;;) {
      error = box->number("write " + fd + " " + piece + " " + std::to_string(done));
      if (error < 0) return done;
      done += static_cast<size_t>(error);
    }
  }
};

// The failing disk in the granted folder.
struct Failing {
  World world;
  Disk disk;
  kj::Own<Sandbox> box;

  Failing() : disk(world.path("Documents/p/disk")) {
    world.write("Documents/p/a.txt", "good");
    box = world.sandbox();
    box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  }
  std::string f() const { return world.path("Documents/p/disk/f"); }
};

}  // namespace

class DiskTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
    if (!inNamespace) QSKIP("no user namespace in which this user may mount");
  }
  void aFullDiskIsSaidAndPasses();
  void aStreamArrivesWhole();
  void aStreamThatDoesNotFitIsSaidAndPasses();
  void aMappingThatDoesNotFitIsToldBeforeItIsClosed();
  void aCopyThatDoesNotFitFails();
  void noRoomForAnotherFile();
  void itsFiguresAreTold();
  void numbersOfFilesAreWhole();
  void errorsArriveAsTheyAre_data();
  void errorsArriveAsTheyAre();
  void neverShortOfABadPlace_data();
  void neverShortOfABadPlace();
  void cutWhileOpenIsNoError();
  void whatWasAcknowledgedBeforeAnErrorIsThere();
  void anErrorAtClosingIsTold();
  void anErrorOfOneFileIsNotAnothers();
};

void DiskTest::aFullDiskIsSaidAndPasses() {
  Small small("size=256k");
  auto fd = small.open("a", "wc");
  long error = 0;
  auto done = small.fill(fd, error);
  QCOMPARE(error, -ENOSPC);
  QVERIFY(done >= 200'000);
  QCOMPARE(small.box->number("fsync " + fd), 0);
  // All that was acknowledged, and nothing else.
  auto found = small.world.read("Documents/p/small/a");
  QVERIFY(found.size() >= done && found.substr(0, done) == std::string(done, 'x'));
  QCOMPARE(small.box->number("fallocate " + fd + " 0 1000000"), -ENOSPC);
  QCOMPARE(small.box->number("ftruncate " + fd + " 0"), 0);
  QCOMPARE(small.box->number("write " + fd + " again 0"), 5);
  QCOMPARE(small.box->number("close " + fd), 0);
  QCOMPARE(small.world.read("Documents/p/small/a"), "again");
}

// Pages of a hole, changed while there is room, find none when they are to be kept.
// In pieces of all sizes, over the old, in the middle, at the end; while others look names up.
void DiskTest::aStreamArrivesWhole() {
  Small small("size=64m");
  auto from = small.world.path("Documents/p/from");
  std::string content;
  for (unsigned i = 0, state = 1; i < (9U << 20) + 123; ++i)
    content += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  std::ofstream(from) << content;
  auto run = [&](const std::string& words) {
    auto command = "exec dd%20status=none%20if=" + from + "%20of=" + small.in("to") + words;
    return small.box->run(command);
  };
  auto there = [&] {
    std::ifstream in(small.in("to"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  for (auto* size : {"3M", "1M", "700001", "300000"}) {
    QCOMPARE(run(std::string("%20bs=") + size), "0");
    QVERIFY(there() == content);
  }
  QCOMPARE(run("%20bs=2M%20oflag=append%20conv=notrunc"), "0");
  QVERIFY(there() == content + content);
  QCOMPARE(run("%20bs=2M%20oflag=seek_bytes%20seek=12345%20conv=notrunc"), "0");
  auto expected = content + content;
  expected.replace(12345, content.size(), content);
  QVERIFY(there() == expected);
}

void DiskTest::aStreamThatDoesNotFitIsSaidAndPasses() {
  Small small("size=5m");
  auto large = small.world.path("Documents/p/large"), into = small.in("a");
  auto copy = [&](int times) {
    std::string command = "exec cat";
    for (int i = 0; i < times; ++i) command += "%20" + large;
    return small.box->run(command + "%20>" + into + "%202>/dev/null");
  };
  QCOMPARE(copy(4), "1");
  {
    std::ifstream in(into, std::ios::binary);
    std::string all(std::istreambuf_iterator<char>(in), {});
    QVERIFY(all.size() > 4 << 20);
    QCOMPARE(all.find_first_not_of('l'), std::string::npos);
  }
  // What was left over of it goes nowhere else.
  QCOMPARE(small.box->run("unlink " + into), "0");
  QCOMPARE(copy(2), "0");
  QCOMPARE(fs::file_size(into), 4U << 20);
}

void DiskTest::aMappingThatDoesNotFitIsToldBeforeItIsClosed() {
  Small small("size=256k");
  auto fd = small.open("hole", "r+c");
  QCOMPARE(small.box->number("ftruncate " + fd + " 65536"), 0);
  auto map = text(small.box->number("mmap " + fd + " 65536 rw"));
  auto filler = small.open("filler", "wc");
  long error = 0;
  small.fill(filler, error);
  QCOMPARE(error, -ENOSPC);
  QCOMPARE(small.box->run("fillmap " + map + " m"), "0");
  auto said = small.box->number("msync " + map);
  QVERIFY2(said == -ENOSPC || said == -EIO, text(said).c_str());
  // With room it is kept.
  QCOMPARE(small.box->number("ftruncate " + filler + " 0"), 0);
  QCOMPARE(small.box->run("fillmap " + map + " n"), "0");
  QCOMPARE(small.box->number("msync " + map), 0);
  QCOMPARE(small.world.read("Documents/p/small/hole"), std::string(65536, 'n'));
}

void DiskTest::aCopyThatDoesNotFitFails() {
  Small small("size=256k");
  auto from = small.world.path("Documents/p/large");
  QCOMPARE(small.box->number("exec cp%20" + from + "%20" + small.in("copy") + "%202>/dev/null"), 1);
  QVERIFY(small.world.read("Documents/p/small/copy").size() <= 256 << 10);
  QCOMPARE(small.box->number("unlink " + small.in("copy")), 0);
  auto in = text(small.box->number("open " + from + " r")), out = small.open("range", "wc");
  // A part of it: programs go on then, and are told.
  auto copied = small.box->number("copyrange " + in + " " + out + " 2000000");
  QVERIFY2(copied == -ENOSPC || (copied > 0 && copied <= 256 << 10), text(copied).c_str());
  if (copied > 0) QCOMPARE(small.world.read("Documents/p/small/range").size(), static_cast<size_t>(copied));
  QCOMPARE(small.world.read("Documents/p/large").size(), size_t(2 << 20));
}

void DiskTest::noRoomForAnotherFile() {
  Small small("size=1m,nr_inodes=3");
  QVERIFY(small.box->number("open " + small.in("a") + " wc") >= 0);
  QVERIFY(small.box->number("open " + small.in("b") + " wc") >= 0);
  QCOMPARE(small.box->number("open " + small.in("c") + " wc"), -ENOSPC);
  QCOMPARE(small.box->number("mkdir " + small.in("d")), -ENOSPC);
  QCOMPARE(small.box->number("symlink a " + small.in("e")), -ENOSPC);
  QCOMPARE(small.box->number("unlink " + small.in("a")), 0);
}

void DiskTest::itsFiguresAreTold() {
  Small small("size=1m,nr_inodes=50");
  struct statfs now{};
  auto told = [&] {
    statfs(small.place.c_str(), &now);
    return "0 " + text(static_cast<long>(now.f_blocks)) + " " + text(static_cast<long>(now.f_bfree)) + " " +
           text(now.f_bsize) + " " + text(now.f_namelen);
  };
  QCOMPARE(small.box->run("figures " + small.in("")), told());
  auto before = now.f_bfree;
  small.box->number("write " + small.open("a", "wc") + " " + std::string(5000, 'x') + " 0");
  QCOMPARE(small.box->run("figures " + small.in("a")), told());
  QVERIFY(now.f_bfree < before);
}

void DiskTest::numbersOfFilesAreWhole() {
  Failing failing;
  struct stat outside{};
  QCOMPARE(stat(failing.f().c_str(), &outside), 0);
  QCOMPARE(outside.st_ino, Disk::FILE_NUMBER);
  auto inside = failing.box->run("where " + failing.f());
  QVERIFY2(inside.find(" " + std::to_string(Disk::FILE_NUMBER) + " ") != inside.npos, inside.c_str());
}

void DiskTest::errorsArriveAsTheyAre_data() {
  QTest::addColumn<int>("error");
  QTest::newRow("EIO") << EIO;
  QTest::newRow("EDQUOT") << EDQUOT;
  QTest::newRow("ENOSPC") << ENOSPC;
  QTest::newRow("EROFS") << EROFS;
}

void DiskTest::errorsArriveAsTheyAre() {
  QFETCH(int, error);
  Failing failing;
  auto fd = text(failing.box->number("open " + failing.f() + " r+"));
  for (auto& [what, command] : std::initializer_list<std::pair<Disk::What, std::string>>{
           {Disk::Read, "read " + fd + " 4 0"},
           {Disk::Write, "write " + fd + " lost 0"},
           {Disk::Sync, "fsync " + fd},
           {Disk::Change, "ftruncate " + fd + " 0"},
           {Disk::Attribute, "setxattr " + failing.f() + " user.a b"},
           {Disk::Create, "open " + failing.f() + "new wc"},
           {Disk::Make, "mkdir " + failing.f() + "folder"},
           {Disk::Remove, "unlink " + failing.f()},
           {Disk::Rename, "rename " + failing.f() + " " + failing.f() + "2"},
           {Disk::List, "list " + failing.world.path("Documents/p/disk")}}) {
    failing.disk.fail(error, what);
    auto said = failing.box->number(command);
    QVERIFY2(said == -error, (command + ": " + text(said)).c_str());
    failing.disk.fail(0);
  }
  QCOMPARE(failing.disk.content(), "disk");
  QCOMPARE(failing.box->run("read " + fd + " 4 0"), "4 6469736b");
}

// A copy is whole, or it is said that it is not.
void DiskTest::neverShortOfABadPlace_data() {
  QTest::addColumn<int>("place");
  QTest::addColumn<int>("error");
  for (int error : {EIO, ENOTCONN, 0}) {
    for (int place : {0, 5000, 8192, 200'000, 299'999}) {
      auto name = std::string(error == 0 ? "says it ends at" : strerror(error)) + " " + std::to_string(place);
      QTest::newRow(name.c_str()) << place << error;
    }
  }
}

void DiskTest::neverShortOfABadPlace() {
  QFETCH(int, place);
  QFETCH(int, error);
  Failing failing;
  failing.disk.fill(std::string(300'000, 'c'));
  auto copy = failing.world.path("Documents/p/copy");
  auto cat = "exec cat%20" + failing.f() + "%20>" + copy + "%202>/dev/null";
  // Before anything of it is kept.
  failing.disk.badFrom(place, error);
  QCOMPARE(failing.box->run(cat), "1");
  QVERIFY(fs::file_size(copy) <= static_cast<size_t>(place));
  // What is before it can be read.
  auto fd = text(failing.box->number("open " + failing.f() + " r"));
  if (place >= 4096) QCOMPARE(failing.box->run("read " + fd + " 4 0"), "4 63636363");
  QVERIFY(failing.box->number("read " + fd + " 4 " + text(place)) < 0);
  failing.disk.badFrom(-1, 0);
  QCOMPARE(failing.box->run(cat), "0");
  QCOMPARE(fs::file_size(copy), 300'000U);
}

void DiskTest::cutWhileOpenIsNoError() {
  Failing failing;
  failing.disk.fill(std::string(300'000, 'c'));
  auto fd = text(failing.box->number("open " + failing.f() + " r"));
  QCOMPARE(failing.box->run("read " + fd + " 4 0"), "4 63636363");
  failing.disk.fill(std::string(5000, 'c'));
  QVERIFY(failing.world.until([&] { return failing.box->number("read " + fd + " 4 250000") == 0; }));
  QVERIFY(failing.world.until([&] { return failing.box->number("read " + fd + " 4 4998") == 2; }));
}

void DiskTest::whatWasAcknowledgedBeforeAnErrorIsThere() {
  Failing failing;
  auto fd = text(failing.box->number("open " + failing.f() + " r+"));
  QCOMPARE(failing.box->number("write " + fd + " kept 0"), 4);
  QCOMPARE(failing.box->number("fsync " + fd), 0);
  failing.disk.fail(EIO, Disk::Write);
  QCOMPARE(failing.box->number("write " + fd + " lost 4"), -EIO);
  failing.disk.fail(0);
  QCOMPARE(failing.box->number("write " + fd + " more 4"), 4);
  QCOMPARE(failing.box->number("fsync " + fd), 0);
  QCOMPARE(failing.disk.content(), "keptmore");
  // Nothing is open of it and everything fails: said, and over when it works again.
  QCOMPARE(failing.box->number("close " + fd), 0);
  failing.disk.fail(EIO);
  auto said = failing.box->content(failing.f());
  QCOMPARE(said, "E" + text(EIO));
  failing.disk.fail(0);
  QVERIFY(failing.world.until([&] { return failing.box->content(failing.f()) == "keptmore"; }));
}

// What a network's disk has taken and then has no room for.
void DiskTest::anErrorAtClosingIsTold() {
  Failing failing;
  auto portal = failing.world.portalPid();
  auto fd = text(failing.box->number("open " + failing.f() + " r+"));
  QCOMPARE(failing.box->number("write " + fd + " late 0"), 4);
  failing.disk.fail(EDQUOT, Disk::Close);
  QCOMPARE(failing.box->number("close " + fd), -EDQUOT);
  // Nobody else is any the worse for it.
  QCOMPARE(failing.box->content(failing.world.path("Documents/p/a.txt")), "good");
  QCOMPARE(kill(portal, 0), 0);
  failing.disk.fail(0);
  fd = text(failing.box->number("open " + failing.f() + " r+"));
  QCOMPARE(failing.box->number("close " + fd), 0);
}

void DiskTest::anErrorOfOneFileIsNotAnothers() {
  Failing failing;
  failing.disk.fail(EIO);
  QVERIFY(failing.box->number("stat " + failing.f()) < 0);
  QCOMPARE(failing.box->content(failing.world.path("Documents/p/a.txt")), "good");
  auto fd = text(failing.box->number("open " + failing.world.path("Documents/p/b.txt") + " wc"));
  QCOMPARE(failing.box->number("write " + fd + " made 0"), 4);
  QCOMPARE(failing.box->number("fsync " + fd), 0);
  QCOMPARE(failing.world.read("Documents/p/b.txt"), "made");
}

int main(int count, char** words) {
  inNamespace = enterNamespace();
  DiskTest test;
  return QTest::qExec(&test, count, words);
}
#include "disk-test.moc"
