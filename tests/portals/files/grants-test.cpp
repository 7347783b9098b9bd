// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Using what was given: every scope, every operation, and where each of them stops.

#include <fcntl.h>
#include <sys/stat.h>

#include <QTest>

#include <filesystem>
#include <fstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

GrantOptions writing(Scope scope = Scope::FILE) { return {.access = Access::WRITE, .scope = scope}; }
std::string text(long number) { return std::to_string(number); }

}  // namespace

class GrantsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void aFileAloneReachesNoNeighbour();
  void siblingsReachOtherEndings();
  void siblingsAreMadeAndSavedAndNothingElse();
  void siblingsAreNeitherFoldersNorLinks();
  void siblingsAtTheTopOfTheHome();
  void aPatternReachesWhatMatches();
  void aPatternIsEnforcedAtEveryCall();
  void aPatternOfAnotherFolderIsRefused();
  void aFolderReachesItsEntriesAndNothingBelow();
  void aTreeReachesEverythingBelow();
  void readingRefusesEveryChange();
  void writingMakesChangesAndRemoves();
  void attributesAreTheHosts();
  void hostChangesAreSeen();
  void aFileMayBeMadeCutAndRemovedInItsOwnGrant();
  void savingByRename_data();
  void savingByRename();
  void savingWithABackupAside();
  void temporaryFilesAreSeenByTheirSandboxAlone();
  void whatIsLeftOfASaveIsCleanedUp();
  void afterACrashTheNextPortalCleansUp();
  void appendingAppends();
  void ownChangesAreHeardOfInside();
  void renamingLeavesNothingElseBehind();
  void emptyFolderIsThereByNameOnTheWay();
  void gitWorksInAGrantedFolder();
  void aFolderElsewhereIsAtItsOwnPath();
  void aFileElsewhereIsAtItsOwnPath();
  void aFileAtTheTopOfTheHome();
  void aFileAtTheTopOfTheHomeIsSavedByRename();
  void whatAnAppMakesInItsHomeStaysItsOwn();
  void namesInTheHomeAreSeenWhereThatIsAllowed();
  void namesInTheHomeAreSeenAsLongAsThatIsGranted();
  void namesInTheHomeAreNotSeenOtherwise();
  void aLongListingIsWhole();
  void noGrantReachesTheHomeItself();
};

void GrantsTest::aFileAloneReachesNoNeighbour() {
  World world;
  world.write("Documents/a.txt", "aaa");
  world.write("Documents/b.txt", "bbb");
  auto box = world.sandbox();
  box->give(world.path("Documents/a.txt"), writing());
  QCOMPARE(box->content(world.path("Documents/a.txt")), "aaa");
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->content(world.path("Documents/b.txt")), "E13");
  QCOMPARE(box->number("list " + world.path("Documents")), -EACCES);
  QCOMPARE(box->number("mkdir " + world.path("Documents/sub")), -EACCES);
  QVERIFY(!world.exists("Documents/sub"));
}

void GrantsTest::siblingsReachOtherEndings() {
  World world;
  world.write("Documents/film.mkv", "film");
  world.write("Documents/film.de.srt", "text");
  world.write("Documents/film2.srt", "other");
  auto box = world.sandbox();
  box->give(world.path("Documents/film.mkv"), {.scope = Scope::SIBLINGS});
  QCOMPARE(box->content(world.path("Documents/film.mkv")), "film");
  QCOMPARE(box->content(world.path("Documents/film.de.srt")), "text");
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->content(world.path("Documents/film2.srt")), "E13");
}

void GrantsTest::siblingsAreMadeAndSavedAndNothingElse() {
  World world;
  world.write("Documents/film.mkv", "film");
  auto box = world.sandbox();
  box->give(world.path("Documents/film.mkv"), writing(Scope::SIBLINGS));
  QVERIFY(box->number("open " + world.path("Documents/film.srt") + " wc") >= 0);
  QVERIFY(world.exists("Documents/film.srt"));
  // Saved by rename, by way of names that are nobody else's.
  QVERIFY(box->number("open " + world.path("Documents/.film.srt.swp") + " wc") >= 0);
  QVERIFY(!world.exists("Documents/.film.srt.swp"));
  QVERIFY(box->number("open " + world.path("Documents/.goutputstream-AbC123") + " wc") >= 0);
  QCOMPARE(
      box->number("rename " + world.path("Documents/.goutputstream-AbC123") + " " + world.path("Documents/film.srt")),
      0);
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->number("open " + world.path("Documents/film2.srt") + " wc"), -EACCES);
  QCOMPARE(box->number("open " + world.path("Documents/.other.srt") + " wc"), -EACCES);
  // A hidden one of the person's is never it, also where editors use such names.
  world.write("Documents/.film.srt", "mine");
  box->content(world.path("Documents/.film.srt"));
  QVERIFY(box->number("open " + world.path("Documents/.film.srt") + " wc") != 0);
  QCOMPARE(world.read("Documents/.film.srt"), "mine");
  QCOMPARE(box->number("rename " + world.path("Documents/film.srt") + " " + world.path("Documents/other.srt")),
           -EACCES);
  QCOMPARE(box->number("mkdir " + world.path("Documents/film.d")), -EACCES);
  QCOMPARE(box->number("symlink /etc/passwd " + world.path("Documents/film.lnk")), -EACCES);
  QCOMPARE(box->number("list " + world.path("Documents")), -EACCES);
  QCOMPARE(box->number("unlink " + world.path("Documents/film.srt")), 0);
  QVERIFY(!world.exists("Documents/film.srt") && !world.exists("Documents/film.d") &&
          world.exists("Documents/film.mkv"));
}

void GrantsTest::siblingsAreNeitherFoldersNorLinks() {
  World world;
  world.write("Documents/film.mkv", "film");
  world.write("Documents/film/secret", "secret");
  world.write("other/secret", "secret");
  fs::create_symlink("../other/secret", world.path("Documents/film.srt"));
  auto box = world.sandbox();
  box->give(world.path("Documents/film.mkv"), writing(Scope::SIBLINGS));
  QCOMPARE(box->content(world.path("Documents/film.mkv")), "film");
  QCOMPARE(box->content(world.path("Documents/film.srt")), "E13");
  QCOMPARE(box->number("list " + world.path("Documents/film")), -EACCES);
  QCOMPARE(box->content(world.path("Documents/film/secret")), "E13");
}

void GrantsTest::siblingsAtTheTopOfTheHome() {
  World world;
  world.write("film.mkv", "film");
  world.write("film.srt", "text");
  world.write("films.txt", "other");
  auto box = world.sandbox();
  box->give(world.path("film.mkv"), writing(Scope::SIBLINGS));
  QCOMPARE(box->content(world.path("film.mkv")), "film");
  QCOMPARE(box->content(world.path("film.srt")), "text");
  QCOMPARE(box->content(world.path("films.txt")), "E2");  // A name of the app's own, and there is none.
  auto listed = box->run("list " + world.home);
  QVERIFY2(listed.find("film.srt") != listed.npos && listed.find("films.txt") == listed.npos, listed.c_str());
}

void GrantsTest::aPatternReachesWhatMatches() {
  World world;
  world.write("Documents/a.txt", "aaa");
  world.write("Documents/b.txt", "bbb");
  world.write("Documents/c.pdf", "ccc");
  world.write("Documents/sub/d.txt", "ddd");
  world.write("Documents/.e.txt", "eee");
  fs::create_symlink("c.pdf", world.path("Documents/f.txt"));
  fs::create_directory(world.path("Documents/g.txt"));
  auto box = world.sandbox();
  box->give(world.path("Documents/*.txt"), {.scope = Scope::PATTERN});
  QCOMPARE(box->content(world.path("Documents/a.txt")), "aaa");
  QCOMPARE(box->content(world.path("Documents/b.txt")), "bbb");
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->content(world.path("Documents/c.pdf")), "E13");
  QCOMPARE(box->content(world.path("Documents/sub/d.txt")), "E13");
  QCOMPARE(box->content(world.path("Documents/.e.txt")), "E2");
  QCOMPARE(box->content(world.path("Documents/f.txt")), "E13");
  QCOMPARE(box->number("list " + world.path("Documents/g.txt")), -EACCES);
  QCOMPARE(box->number("open " + world.path("Documents/a.txt") + " r+"), -EACCES);
  // What matches later is covered: the rule is about names.
  world.write("Documents/later.txt", "later");
  QCOMPARE(box->content(world.path("Documents/later.txt")), "later");
}

void GrantsTest::aPatternIsEnforcedAtEveryCall() {
  World world;
  world.write("Documents/a.txt", "aaa");
  world.write("Documents/c.pdf", "ccc");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/*.txt"), writing(Scope::PATTERN));
  QVERIFY(box->number("open " + world.path("Documents/new.txt") + " wc") >= 0);
  QCOMPARE(box->number("open " + world.path("Documents/new.pdf") + " wc"), -EACCES);
  QCOMPARE(box->number("rename " + world.path("Documents/a.txt") + " " + world.path("Documents/a.pdf")), -EACCES);
  QCOMPARE(box->number("rename " + world.path("Documents/c.pdf") + " " + world.path("Documents/c.txt")), -EACCES);
  QCOMPARE(box->number("link " + world.path("Documents/c.pdf") + " " + world.path("Documents/c.txt")), -EACCES);
  QCOMPARE(box->number("rename " + world.path("Documents/a.txt") + " " + world.path("Documents/b.txt")), 0);
  auto fd = text(box->number("open " + world.path("Documents/b.txt") + " r"));
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
  QCOMPARE(box->content(world.path("Documents/b.txt")), "E13");
}

void GrantsTest::aPatternOfAnotherFolderIsRefused() {
  World world;
  world.write("Documents/d/a.txt", "aaa");
  world.write("Documents/e/a.txt", "eee");
  auto box = world.sandbox();
  kj::AutoCloseFd shown(open(world.path("Documents/e").c_str(), O_PATH | O_CLOEXEC));
  QVERIFY(box->tryGrant(world.path("Documents/d/*.txt"), {.scope = Scope::PATTERN, .object = shown.get()}) != nullptr);
  QVERIFY(box->tryGrant(world.path("Documents/d/../*"), {.scope = Scope::PATTERN}) != nullptr);
  QVERIFY(box->tryGrant(world.path("Documents/d/a.txt"), {.scope = Scope::PATTERN}) != nullptr);
  QCOMPARE(box->content(world.path("Documents/d/a.txt")), "E13");
}

void GrantsTest::aFolderReachesItsEntriesAndNothingBelow() {
  World world;
  world.write("Documents/p/a.txt", "aaa");
  world.write("Documents/p/sub/b.txt", "bbb");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.scope = Scope::FOLDER});
  QCOMPARE(box->run("list " + world.path("Documents/p")), "0 a.txt sub");
  QCOMPARE(box->content(world.path("Documents/p/a.txt")), "aaa");
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->content(world.path("Documents/p/sub/b.txt")), "E13");
  QCOMPARE(box->number("list " + world.path("Documents/p/sub")), -EACCES);
}

void GrantsTest::aTreeReachesEverythingBelow() {
  World world;
  world.write("Documents/p/a.txt", "aaa");
  world.write("Documents/p/sub/deep/.hidden", "hhh");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  QCOMPARE(box->content(world.path("Documents/p/sub/deep/.hidden")), "hhh");
  QCOMPARE(box->run("list " + world.path("Documents/p/sub/deep")), "0 .hidden");
  QCOMPARE(box->run("getcwd " + world.path("Documents/p/sub/deep")), "0 " + world.path("Documents/p/sub/deep"));
  QCOMPARE(box->number("stat " + world.path("Documents/p/none")), -ENOENT);
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->number("stat " + world.path("Documents/other")), -EACCES);
}

void GrantsTest::readingRefusesEveryChange() {
  World world;
  world.write("Documents/p/a.txt", "aaa");
  fs::create_directories(world.path("Documents/p/sub"));
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  auto a = world.path("Documents/p/a.txt"), p = world.path("Documents/p/");
  for (auto command : {"open " + a + " w", "open " + a + " r+", "open " + a + " rt", "open " + p + "new wc",
                       "truncate " + a + " 0", "unlink " + a, "rename " + a + " " + p + "b",
                       "link " + a + " " + p + "b", "symlink x " + p + "b", "mkdir " + p + "b", "rmdir " + p + "sub",
                       "chmod " + a + " 0777", "utime " + a + " 1", "setxattr " + a + " user.x 1"}) {
    QVERIFY2(box->number(command) == -EACCES, command.c_str());
  }
  auto fd = text(box->number("open " + a + " r"));
  QVERIFY(box->number("write " + fd + " x 0") < 0);
  QVERIFY(box->number("mmap " + fd + " 3 rw") < 0);
  QVERIFY(box->number("ftruncate " + fd + " 0") < 0);
  QCOMPARE(world.read("Documents/p/a.txt"), "aaa");
  QCOMPARE(world.list("Documents/p"), (std::set<std::string>{"a.txt", "sub"}));
}

void GrantsTest::writingMakesChangesAndRemoves() {
  World world;
  world.write("Documents/p/a.txt", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing(Scope::TREE));
  auto p = world.path("Documents/p/");
  auto fd = text(box->number("open " + p + "new.txt r+c"));
  QCOMPARE(box->number("write " + fd + " 0123456789 0"), 10);
  QCOMPARE(box->number("ftruncate " + fd + " 4"), 0);
  QCOMPARE(world.read("Documents/p/new.txt"), "0123");
  QCOMPARE(box->number("fallocate " + fd + " 0 8192"), 0);
  QCOMPARE(fs::file_size(world.path("Documents/p/new.txt")), 8192u);
  QCOMPARE(box->number("truncate " + p + "new.txt 3"), 0);
  QCOMPARE(box->number("mkdir " + p + "sub"), 0);
  QCOMPARE(box->number("rename " + p + "new.txt " + p + "sub/moved.txt"), 0);
  QCOMPARE(world.read("Documents/p/sub/moved.txt"), "012");
  QCOMPARE(box->number("write " + fd + " X 0"), 1);
  QCOMPARE(world.read("Documents/p/sub/moved.txt"), "X12");
  QCOMPARE(box->number("link " + p + "sub/moved.txt " + p + "hard.txt"), 0);
  QCOMPARE(world.read("Documents/p/hard.txt"), "X12");
  QCOMPARE(box->number("symlink a.txt " + p + "soft"), 0);
  QCOMPARE(box->content(world.path("Documents/p/soft")), "aaa");
  QCOMPARE(box->run("readlink " + p + "soft"), "0 a.txt");
  QCOMPARE(box->number("rmdir " + p + "sub"), -ENOTEMPTY);
  QCOMPARE(box->number("unlink " + p + "sub/moved.txt"), 0);
  QCOMPARE(box->number("rmdir " + p + "sub"), 0);
  QCOMPARE(box->number("unlink " + p + "soft"), 0);
  QCOMPARE(world.list("Documents/p"), (std::set<std::string>{"a.txt", "hard.txt"}));
  // Deleted and open is still readable.
  QCOMPARE(box->number("unlink " + p + "hard.txt"), 0);
  QCOMPARE(box->run("read " + fd + " 3 0"), "3 583132");
  QCOMPARE(box->number("fstat " + fd), 0);
  QCOMPARE(box->asked.size(), 0u);
}

void GrantsTest::attributesAreTheHosts() {
  World world;
  world.write("Documents/p/a.txt", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing(Scope::TREE));
  auto a = world.path("Documents/p/a.txt");
  QCOMPARE(box->number("chmod " + a + " 4711"), 0);
  struct stat status{};
  QCOMPARE(stat(a.c_str(), &status), 0);
  QCOMPARE(status.st_mode & 07777, 0711u);  // Set-uid never.
  QCOMPARE(box->number("utime " + a + " 12345"), 0);
  QCOMPARE(stat(a.c_str(), &status), 0);
  QCOMPARE(status.st_mtime, 12345);
  QVERIFY(box->run("stat " + a).ends_with(" 12345"));
  // It belongs to whom the sandbox runs as.
  QCOMPARE(box->run("stat " + a), "0 file 3 " + text(getuid()) + " 457 12345");
  QCOMPARE(box->number("chown " + a + " " + text(getuid()) + " " + text(getgid())), 0);
  QVERIFY(box->number("chown " + a + " 0 0") < 0);
  if (box->number("setxattr " + a + " user.note hello") == 0) {
    QCOMPARE(box->run("getxattr " + a + " user.note"), "0 hello");
    QCOMPARE(box->number("removexattr " + a + " user.note"), 0);
  }
  QVERIFY(box->number("setxattr " + a + " security.capability x") < 0);
  QVERIFY(box->number("setxattr " + a + " system.posix_acl_access x") < 0);
  QCOMPARE(box->number("mknod " + world.path("Documents/p/fifo")), -EPERM);
}

void GrantsTest::hostChangesAreSeen() {
  World world;
  world.write("Documents/p/a.txt", "old");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  QCOMPARE(box->content(world.path("Documents/p/a.txt")), "old");
  world.write("Documents/p/a.txt", "newer");
  world.write("Documents/p/b.txt", "b");
  QVERIFY(world.until([&] { return box->content(world.path("Documents/p/a.txt")) == "newer"; }, 3));
  QVERIFY(world.until([&] { return box->content(world.path("Documents/p/b.txt")) == "b"; }, 3));
  fs::remove(world.path("Documents/p/b.txt"));
  QVERIFY(world.until([&] { return box->content(world.path("Documents/p/b.txt")) == "E2"; }, 3));
}

void GrantsTest::aFileMayBeMadeCutAndRemovedInItsOwnGrant() {
  World world;
  world.write("Documents/a.txt", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/a.txt"), writing());
  auto a = world.path("Documents/a.txt");
  QCOMPARE(box->number("truncate " + a + " 1"), 0);
  QCOMPARE(world.read("Documents/a.txt"), "a");
  QCOMPARE(box->number("unlink " + a), 0);
  QVERIFY(!world.exists("Documents/a.txt"));
  QCOMPARE(box->number("stat " + a), -ENOENT);
  auto fd = text(box->number("open " + a + " wc"));
  QCOMPARE(box->number("write " + fd + " again 0"), 5);
  QCOMPARE(world.read("Documents/a.txt"), "again");
  QCOMPARE(box->content(a), "again");
  QCOMPARE(box->asked.size(), 0u);
}

void GrantsTest::savingByRename_data() {
  QTest::addColumn<QString>("temporary");
  QTest::newRow("GLib") << ".goutputstream-X1Y2Z3";
  QTest::newRow("QSaveFile") << "a.txt.AbCdEf";
  QTest::newRow("digits") << "4913";
  QTest::newRow("tilde") << "a.txt~";
}

void GrantsTest::savingByRename() {
  QFETCH(QString, temporary);
  World world;
  world.write("Documents/a.txt", "old");
  auto box = world.sandbox();
  box->give(world.path("Documents/a.txt"), writing());
  auto a = world.path("Documents/a.txt"), t = world.path("Documents/") + temporary.toStdString();
  for (auto* content : {"first", "second"}) {
    QCOMPARE(box->number("stat " + t), -ENOENT);
    auto fd = text(box->number("open " + t + " wcx"));
    QCOMPARE(box->number("write " + fd + " " + content + " 0"), static_cast<long>(strlen(content)));
    QCOMPARE(box->number("fsync " + fd), 0);
    QVERIFY(world.read("Documents/a.txt") != content);
    QCOMPARE(box->number("rename " + t + " " + a), 0);
    QCOMPARE(world.read("Documents/a.txt"), content);
    QCOMPARE(box->number("close " + fd), 0);
    QCOMPARE(box->content(a), content);
    QCOMPARE(world.list("Documents"), std::set<std::string>{"a.txt"});
  }
  QCOMPARE(box->asked.size(), 0u);
}

void GrantsTest::savingWithABackupAside() {
  World world;
  world.write("Documents/a.txt", "old");
  auto box = world.sandbox();
  box->give(world.path("Documents/a.txt"), writing());
  auto a = world.path("Documents/a.txt");
  QCOMPARE(box->number("rename " + a + " " + a + "~"), 0);
  QCOMPARE(box->number("stat " + a), -ENOENT);
  QCOMPARE(box->content(a + "~"), "old");
  auto fd = text(box->number("open " + a + " wcx"));
  QCOMPARE(box->number("write " + fd + " new 0"), 3);
  QCOMPARE(box->number("unlink " + a + "~"), 0);
  QCOMPARE(world.read("Documents/a.txt"), "new");
  QCOMPARE(world.list("Documents"), std::set<std::string>{"a.txt"});
  // Put aside and never replaced: it goes back.
  QCOMPARE(box->number("rename " + a + " " + a + "~"), 0);
  QVERIFY(!world.exists("Documents/a.txt"));
  box->killApp();
  QVERIFY(world.until([&] { return world.exists("Documents/a.txt"); }));
  QCOMPARE(world.read("Documents/a.txt"), "new");
}

void GrantsTest::temporaryFilesAreSeenByTheirSandboxAlone() {
  World world;
  world.write("Documents/a.txt", "old");
  world.write("Documents/a.txt.bak", "theirs");
  auto box = world.sandbox("one"), other = world.sandbox("two");
  auto t = world.path("Documents/a.txt.tmp");
  box->give(world.path("Documents/a.txt"), writing());
  other->give(world.path("Documents"), {.scope = Scope::TREE});
  QVERIFY(box->number("open " + t + " wc") >= 0);
  QCOMPARE(box->run("stat " + t).substr(0, 6), "0 file");
  QCOMPARE(other->number("stat " + t), -ENOENT);
  QCOMPARE(other->run("list " + world.path("Documents")), "0 a.txt a.txt.bak");
  QVERIFY(!world.exists("Documents/a.txt.tmp"));
  // A real neighbour whose name looks temporary is neither shown nor touched.
  QCOMPARE(box->number("stat " + world.path("Documents/a.txt.bak")), -ENOENT);
  QCOMPARE(world.read("Documents/a.txt.bak"), "theirs");
  // Our own names are nobody's.
  for (auto& name : world.list("Documents")) {
    if (name.starts_with(".latchkey-")) QCOMPARE(other->number("stat " + world.path("Documents/") + name), -ENOENT);
  }
}

void GrantsTest::whatIsLeftOfASaveIsCleanedUp() {
  World world;
  world.write("Documents/a.txt", "old");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"), writing());
  QVERIFY(box->number("open " + world.path("Documents/a.txt.tmp") + " wc") >= 0);
  QCOMPARE(world.list("Documents").size(), 2u);
  world.wait(grant.revokeRequest().send().ignoreResult());
  QVERIFY(world.until([&] { return world.list("Documents").size() == 1; }));
  box->give(world.path("Documents/a.txt"), writing());
  QVERIFY(box->number("open " + world.path("Documents/a.txt.tmp") + " wc") >= 0);
  box->killApp();
  QVERIFY(world.until([&] { return world.list("Documents").size() == 1; }));
}

void GrantsTest::afterACrashTheNextPortalCleansUp() {
  World world;
  world.write("Documents/a.txt", "old");
  world.write("Documents/.latchkey-other", "not ours");
  {
    auto box = world.sandbox("one");
    box->give(world.path("Documents/a.txt"), writing());
    QVERIFY(box->number("open " + world.path("Documents/a.txt.tmp") + " wc") >= 0);
    QCOMPARE(box->number("rename " + world.path("Documents/a.txt") + " " + world.path("Documents/a.txt~")), 0);
    QCOMPARE(world.list("Documents").size(), 3u);
    world.killPortal();
  }
  world.startPortal();
  auto box = world.sandbox("two");
  box->give(world.path("Documents/a.txt"), writing());
  QVERIFY(world.until([&] { return world.list("Documents") == (std::set<std::string>{"a.txt", ".latchkey-other"}); }));
  QCOMPARE(world.read("Documents/a.txt"), "old");
}

void GrantsTest::appendingAppends() {
  World world;
  world.write("Documents/log", "1");
  auto box = world.sandbox();
  box->give(world.path("Documents/log"), writing());
  auto fd = text(box->number("open " + world.path("Documents/log") + " wa"));
  QCOMPARE(box->number("append " + fd + " 2"), 1);
  world.write("Documents/log", "host");
  QCOMPARE(box->number("append " + fd + " 3"), 1);
  QCOMPARE(world.read("Documents/log"), "host3");
}

// As on the host: made, written, closed, moved away, moved there, removed.
void GrantsTest::ownChangesAreHeardOfInside() {
  World world;
  fs::create_directories(world.path("Documents/p"));
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing(Scope::TREE));
  QCOMPARE(box->run("heard " + world.path("Documents/p")), "0 cmwftd");
  QCOMPARE(box->run("heard " + world.home), "0 cmwftd");  // The private home, by the same program.
}

void GrantsTest::renamingLeavesNothingElseBehind() {
  World world;
  world.write("Documents/p/a", "aaa");
  world.write("Documents/p/b", "bbb");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing(Scope::TREE));
  auto a = world.path("Documents/p/a"), b = world.path("Documents/p/b");
  QCOMPARE(box->number("whiteout " + a + " " + b), -EINVAL);
  QCOMPARE(world.read("Documents/p/b"), "bbb");
  QCOMPARE(box->number("exchange " + a + " " + b), 0);
  QCOMPARE(world.read("Documents/p/b"), "aaa");
  QCOMPARE(world.read("Documents/p/a"), "bbb");
}

void GrantsTest::emptyFolderIsThereByNameOnTheWay() {
  World world;
  world.write("Documents/p/q/a.txt", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/p/q/a.txt"));
  QCOMPARE(box->content(world.path("Documents/p/q/a.txt")), "aaa");
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->number("list " + world.path("Documents/p")), -EACCES);
  QCOMPARE(box->number("stat " + world.path("Documents/p/r")), -EACCES);
}

void GrantsTest::gitWorksInAGrantedFolder() {
  World world;
  fs::create_directories(world.path("Documents/p"));
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing(Scope::TREE));
  auto script = "cd " + world.path("Documents/p") +
                " && git init -q && echo x >a && mkdir d && echo y >d/b && git add . && git -c user.name=a -c "
                "user.email=b commit "
                "-qm one && echo z >>a && git -c user.name=a -c user.email=b commit -qam two && git gc -q && git "
                "status >/dev/null "
                "&& printf 'all:\\n\\tcp a c\\n' >Makefile && make -s && cmp a c && git fsck 2>/dev/null";
  for (size_t at; (at = script.find(' ')) != script.npos;) script.replace(at, 1, "%20");
  QCOMPARE(box->number("exec " + script, 60), 0);
  QVERIFY(world.exists("Documents/p/.git/HEAD"));
  QCOMPARE(box->asked.size(), 0u);
}

void GrantsTest::aFolderElsewhereIsAtItsOwnPath() {
  World world;
  world.write("projects/one/a.txt", "aaa");
  world.write("projects/two/b.txt", "bbb");
  auto box = world.sandbox();
  QCOMPARE(box->number("stat " + world.path("projects/one/a.txt")), -ENOENT);
  auto grant = box->give(world.path("projects/one"), writing(Scope::TREE));
  QCOMPARE(box->content(world.path("projects/one/a.txt")), "aaa");
  auto fd = text(box->number("open " + world.path("projects/one/new") + " wc"));
  QCOMPARE(box->number("write " + fd + " x 0"), 1);
  QCOMPARE(world.read("projects/one/new"), "x");
  QVERIFY(box->number("stat " + world.path("projects/two/b.txt")) < 0);
  QCOMPARE(box->run("getcwd " + world.path("projects/one")), "0 " + world.path("projects/one"));
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("write " + fd + " x 0"), -EACCES);
  QCOMPARE(box->content(world.path("projects/one/a.txt")), "E13");
}

void GrantsTest::aFileElsewhereIsAtItsOwnPath() {
  World world;
  auto outside = world.root + "/outside";
  fs::create_directories(outside);
  world.write("../../outside/a.txt", "aaa");
  world.write("../../outside/b.txt", "bbb");
  auto box = world.sandbox();
  box->give(outside + "/a.txt", writing());
  QCOMPARE(box->content(outside + "/a.txt"), "aaa");
  auto t = outside + "/.goutputstream-ABC123";
  auto fd = text(box->number("open " + t + " wcx"));
  QCOMPARE(box->number("write " + fd + " new 0"), 3);
  QCOMPARE(box->number("rename " + t + " " + outside + "/a.txt"), 0);
  QCOMPARE(world.read("../../outside/a.txt"), "new");
  QCOMPARE(box->content(outside + "/b.txt"), "E13");
}

void GrantsTest::aFileAtTheTopOfTheHome() {
  World world;
  world.write("notes.txt", "notes");
  world.write("other.txt", "other");
  auto box = world.sandbox();
  QCOMPARE(box->number("exec mkdir%20~/.config;echo%20set>~/.config/a;echo%20own>~/own.txt"), 0);
  auto notes = world.path("notes.txt");
  auto grant = box->give(notes, writing());
  QCOMPARE(box->content(notes), "notes");
  QCOMPARE(box->number("stat " + world.path("other.txt")), -ENOENT);
  auto fd = text(box->number("open " + notes + " w"));
  QCOMPARE(box->number("write " + fd + " NOTES 0"), 5);
  QCOMPARE(world.read("notes.txt"), "NOTES");
  QCOMPARE(box->run("list " + world.home), "0 .config Documents Downloads notes.txt own.txt");
  QCOMPARE(box->asked.size(), 0u);
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("write " + fd + " x 0"), -EACCES);
  QCOMPARE(box->number("stat " + notes), -EACCES);
}

void GrantsTest::aFileAtTheTopOfTheHomeIsSavedByRename() {
  World world;
  world.write("notes.txt", "notes");
  auto box = world.sandbox();
  auto notes = world.path("notes.txt"), temporary = world.path(".goutputstream-ABC123");
  box->give(notes, writing());
  auto fd = text(box->number("open " + temporary + " wcx"));
  QCOMPARE(box->number("write " + fd + " saved 0"), 5);
  QCOMPARE(box->number("rename " + temporary + " " + notes), 0);
  QCOMPARE(world.read("notes.txt"), "saved");
  QCOMPARE(box->content(notes), "saved");
  // Put aside and made anew, as vim does.
  QCOMPARE(box->number("rename " + notes + " " + notes + "~"), 0);
  QCOMPARE(box->number("stat " + notes), -ENOENT);
  auto again = text(box->number("open " + notes + " wcx"));
  QCOMPARE(box->number("write " + again + " again 0"), 5);
  QCOMPARE(box->number("unlink " + notes + "~"), 0);
  QCOMPARE(world.read("notes.txt"), "again");
  QCOMPARE(world.list(""), (std::set<std::string>{"Documents", "Downloads", "notes.txt"}));
  // Not carried off to the app's own home.
  QCOMPARE(box->number("rename " + notes + " " + world.path("mine.txt")), -EXDEV);
  QCOMPARE(box->asked.size(), 0u);
}

void GrantsTest::whatAnAppMakesInItsHomeStaysItsOwn() {
  World world;
  world.write("notes.txt", "notes");
  world.write("other.txt", "other");
  auto box = world.sandbox();
  QCOMPARE(box->number("exec mkdir%20~/.config;echo%20set>~/.config/a;echo%20own>~/own.txt"), 0);
  box->give(world.path("notes.txt"), writing());
  QCOMPARE(box->content(world.path("own.txt")), "own\n");
  QCOMPARE(box->content(world.path(".config/a")), "set\n");
  QCOMPARE(
      box->number(
          "exec cd%20~;echo%20mine>other.txt;mkdir%20-p%20made/b;mv%20own.txt%20made/b;ln%20made/b/own.txt%20made/c"),
      0);
  QCOMPARE(world.read("other.txt"), "other");
  QCOMPARE(box->content(world.path("other.txt")), "mine\n");
  QCOMPARE(box->content(world.path("made/c")), "own\n");
  std::ifstream kept(world.privateHome + "/made/b/own.txt");
  QVERIFY(kept.good());
  QVERIFY(!world.exists("made"));
  QCOMPARE(box->number("exec rm%20-r%20~/made%20~/other.txt"), 0);
  QVERIFY(!fs::exists(world.privateHome + "/made"));
  QCOMPARE(box->asked.size(), 0u);
}

void GrantsTest::namesInTheHomeAreSeenWhereThatIsAllowed() {
  World world;
  world.write("Projects/a.c", "main");
  world.write("Projects/.git/config", "x");
  world.write("notes.txt", "notes");
  world.write(".secret/key", "key");
  world.write("Documents/x.txt", "x");
  world.write("state/of", "latchkey");
  world.hidden.push_back(world.path("state"));
  world.seeHomeNames = true;
  auto box = world.sandbox();
  QCOMPARE(box->run("list " + world.home), "0 Documents Downloads Projects notes.txt");
  QCOMPARE(box->run("list " + world.path("Projects")), "0 a.c");
  QCOMPARE(box->run("list " + world.path("Documents")), "0 x.txt");
  QVERIFY(box->run("stat " + world.path("Projects/a.c")).starts_with("0 file 4 "));
  QCOMPARE(box->number("stat " + world.path("Projects/none")), -ENOENT);
  QCOMPARE(box->asked.size(), 0u);
  // Hidden things never, and what is inside still asks.
  for (auto* hidden : {".secret", ".secret/key", "Projects/.git", "state", "state/of"}) {
    QCOMPARE(box->number("stat " + world.path(hidden)), -ENOENT);
  }
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->content(world.path("Projects/a.c")), "E13");
  QCOMPARE(box->content(world.path("notes.txt")), "E13");
  QCOMPARE(box->asked.size(), 2u);
  QCOMPARE(box->number("open " + world.path("Projects/new") + " wc"), -EACCES);
  QCOMPARE(box->number("unlink " + world.path("notes.txt")), -EACCES);
  QVERIFY(world.exists("notes.txt"));
  // What is the person's is not made over; what is new is the app's own.
  QCOMPARE(box->number("mkdir " + world.path("Projects")), -EEXIST);
  QCOMPARE(box->number("exec echo%20mine>~/mine.txt"), 0);
  QVERIFY(!world.exists("mine.txt"));
  QCOMPARE(box->content(world.path("mine.txt")), "mine\n");
  box->sayYes({.access = Access::WRITE});
  world.pass(50);
  QCOMPARE(box->content(world.path("Projects/a.c")), "main");
}

void GrantsTest::namesInTheHomeAreSeenAsLongAsThatIsGranted() {
  World world;
  world.write("Projects/a.c", "main");
  world.write(".secret/key", "key");
  auto box = world.sandbox();
  QCOMPARE(box->number("stat " + world.path("Projects")), -ENOENT);
  auto names = box->give(world.home, {.scope = Scope::TREE, .see = true});
  QCOMPARE(box->run("list " + world.home), "0 Documents Downloads Projects");
  QCOMPARE(box->run("list " + world.path("Projects")), "0 a.c");
  QCOMPARE(box->number("stat " + world.path(".secret")), -ENOENT);
  QCOMPARE(box->content(world.path("Projects/a.c")), "E13");
  QCOMPARE(box->asked.size(), 1u);
  world.wait(names.suspendRequest().send().ignoreResult());
  world.pass(1100);
  QCOMPARE(box->number("stat " + world.path("Projects/a.c")), -ENOENT);
  world.wait(names.resumeRequest().send().ignoreResult());
  world.pass(1100);
  QCOMPARE(box->run("list " + world.path("Projects")), "0 a.c");
  world.wait(names.revokeRequest().send().ignoreResult());
  world.pass(1100);
  QCOMPARE(box->number("stat " + world.path("Projects")), -ENOENT);
  QCOMPARE(box->run("list " + world.home), "0 Documents Downloads");
  QCOMPARE(box->asked.size(), 1u);
  // It took nothing else along.
  box->give(world.path("Documents"), {.scope = Scope::TREE});
  QCOMPARE(box->run("list " + world.path("Documents")), "0");
}

void GrantsTest::namesInTheHomeAreNotSeenOtherwise() {
  World world;
  world.write("Projects/a.c", "main");
  auto box = world.sandbox();
  QCOMPARE(box->number("stat " + world.path("Projects")), -ENOENT);
  QCOMPARE(box->run("list " + world.home), "0 Documents Downloads");
  QCOMPARE(box->number("list " + world.path("Documents")), -EACCES);
}

void GrantsTest::aLongListingIsWhole() {
  World world;
  std::string expected = "0";
  for (int i = 0; i < 3000; ++i)
    world.write("Documents/p/a-rather-long-name-to-fill-pages-" + std::to_string(10000 + i), "");
  for (int i = 0; i < 3000; ++i) expected += " a-rather-long-name-to-fill-pages-" + std::to_string(10000 + i);
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing(Scope::TREE));
  QCOMPARE(box->run("list " + world.path("Documents/p")), expected);
  // What was there all the time is listed once, whatever else comes and goes.
  QCOMPARE(box->number("exec cd%20" + world.path("Documents/p") +
                       "&&ls%20-U|sort|uniq%20-d|wc%20-l|grep%20-qx%200&&find%20.%20-name%20'*1?'%20-delete&&test%20`"
                       "ls|wc%20-l`%20-eq%202700"),
           0);
}

void GrantsTest::noGrantReachesTheHomeItself() {
  World world;
  world.write("secret.txt", "x");
  auto box = world.sandbox();
  QVERIFY(box->tryGrant(world.home, {.scope = Scope::TREE}) != nullptr);
  QVERIFY(box->tryGrant("/", {.scope = Scope::TREE}) != nullptr);
  QVERIFY(box->tryGrant(world.path("Documents/../secret.txt")) != nullptr);
  QVERIFY(box->tryGrant("relative") != nullptr);
  QCOMPARE(box->number("stat " + world.path("secret.txt")), -ENOENT);
}

QTEST_GUILESS_MAIN(GrantsTest)
#include "grants-test.moc"
