// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Ways out: each test tries one, with everything the app is allowed to do. All of it runs in a user namespace where
// mounting is allowed, if there can be one.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QTest>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "broker/base/descriptor.h"
#include "tests/portals/files/files-world.h"
#include "tests/portals/files/own-mounts.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

bool inNamespace = false;

struct Mounted {
  std::string path;
  bool works = false;

  // `what`: "tmpfs", or a folder to be there too.
  Mounted(std::string path, const std::string& what) : path(std::move(path)) {
    fs::create_directories(this->path);
    auto bound = what.starts_with('/');
    works = mount(what.c_str(), this->path.c_str(), bound ? nullptr : what.c_str(), bound ? MS_BIND : 0, nullptr) == 0;
  }
  ~Mounted() { umount2(path.c_str(), MNT_DETACH); }
};

GrantOptions writing(Scope scope = Scope::TREE) { return {.access = Access::WRITE, .scope = scope}; }
std::string text(long number) { return std::to_string(number); }

}  // namespace

class EscapeTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void symbolicLinksStayInTheView();
  void linksPlantedOnTheHostStayInTheViewToo();
  void dotDotLeadsNowhere();
  void hardLinksStayWithinOneGrant();
  void aMovedFileIsNotCarriedOutOfItsGrant();
  void aFolderMovedAwayIsListedNoMore();
  void battery8_aFolderIsNotMovedIntoAWiderGrant();
  void battery30_foldersHalfReadTakeBoundedMemory();
  void renameRacesReachNothingOutside();
  void hostRenameRacesReachNothingOutside();
  void thirtyTwoThreadsReachNothingOutside();
  void whatIsMountedInAGrantedFolderBelongsToItAndLeadsNoFurther();
  void fifosSocketsAndDevicesAreNotOpened();
  void devicesCannotBeActedOn();
  void CVE_2026_34078_aPathSwappedDuringTheQuestionIsNotGranted();
  void CVE_2026_34078_aFileSwappedAfterTheAnswerIsAskedAboutAgain();
  void CVE_2024_42472_aLinkAtTheMountPointIsNotFollowed();
  void namesAreCheckedAsNames();
  void descriptorsOfTheViewLeadNowhereElse();
  void nothingInsideCanUnmountIt();
  void aForeignNamespaceIsRefused();
};

void EscapeTest::symbolicLinksStayInTheView() {
  World world;
  world.write("secret.txt", "secret");
  world.write("Documents/p/a.txt", "aaa");
  world.write("Downloads/d.txt", "ddd");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  auto p = world.path("Documents/p/");
  QCOMPARE(box->number("symlink " + world.path("secret.txt") + " " + p + "out"), 0);
  QCOMPARE(box->number("symlink ../../secret.txt " + p + "up"), 0);
  QCOMPARE(box->number("symlink " + world.path("Downloads") + " " + p + "aside"), 0);
  QCOMPARE(box->number("symlink /proc/self/root " + p + "root"), 0);
  QCOMPARE(box->content(p + "out"), "E2");
  QCOMPARE(box->content(p + "up"), "E2");
  QCOMPARE(box->asked.size(), 0u);
  // Into another label: asked about there, like any other name.
  QCOMPARE(box->content(p + "aside/d.txt"), "E13");
  QCOMPARE(box->asked.size(), 1u);
  QCOMPARE(box->asked[0].path, world.path("Downloads/d.txt"));
  QCOMPARE(box->number("open " + p + "out wc") >= 0, true);  // In the private home.
  QCOMPARE(world.read("secret.txt"), "secret");
}

void EscapeTest::linksPlantedOnTheHostStayInTheViewToo() {
  World world;
  world.write("secret.txt", "secret");
  world.write("elsewhere/b.txt", "bbb");
  fs::create_directories(world.path("Documents/p"));
  fs::create_symlink(world.path("secret.txt"), world.path("Documents/p/file"));
  fs::create_symlink(world.path("elsewhere"), world.path("Documents/p/folder"));
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  QCOMPARE(box->content(world.path("Documents/p/file")), "E2");
  QCOMPARE(box->content(world.path("Documents/p/folder/b.txt")), "E2");
  QVERIFY(box->run("lstat " + world.path("Documents/p/file")).starts_with("0 link"));
  QVERIFY(box->number("open " + world.path("Documents/p/file") + " rn") < 0);
  QVERIFY(box->number("chmod " + world.path("Documents/p/file") + " 0777") < 0);
}

void EscapeTest::dotDotLeadsNowhere() {
  World world;
  world.write("secret.txt", "secret");
  world.write("Documents/other.txt", "other");
  world.write("Documents/p/sub/a.txt", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  QCOMPARE(box->content(world.path("Documents/p/sub/../../../secret.txt")), "E2");
  QCOMPARE(box->content(world.path("Documents/p/../other.txt")), "E13");
  auto fd = text(box->number("open " + world.path("Documents/p/sub") + " rd"));
  QCOMPARE(box->number("openat " + fd + " ../../../secret.txt r"), -ENOENT);
  QCOMPARE(box->number("openat " + fd + " ../../other.txt r"), -EACCES);
}

void EscapeTest::hardLinksStayWithinOneGrant() {
  World world;
  world.write("Documents/one/a.txt", "aaa");
  world.write("Documents/f.txt", "fff");
  fs::create_directories(world.path("Documents/two"));
  auto box = world.sandbox();
  box->give(world.path("Documents/one"), writing());
  box->give(world.path("Documents/two"), writing());
  box->give(world.path("Documents/f.txt"), writing(Scope::FILE));
  QCOMPARE(box->number("link " + world.path("Documents/one/a.txt") + " " + world.path("Documents/two/a.txt")), -EXDEV);
  QCOMPARE(box->number("link " + world.path("Documents/f.txt") + " " + world.path("Documents/two/f.txt")), -EXDEV);
  QCOMPARE(box->number("link " + world.path("Documents/one/a.txt") + " " + world.path("Documents/f.txt~")), -EPERM);
  QVERIFY(world.list("Documents/two").empty());
}

void EscapeTest::aMovedFileIsNotCarriedOutOfItsGrant() {
  World world;
  world.write("Documents/p/a.txt", "aaa");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/p"), writing());
  // The granted folder itself cannot be moved or removed by way of it.
  QVERIFY(box->number("rename " + world.path("Documents/p") + " " + world.path("Documents/q")) < 0);
  QVERIFY(box->number("rmdir " + world.path("Documents/p")) < 0);
  QVERIFY(box->number("rename " + world.path("Documents/p/a.txt") + " " + world.path("Documents/a.txt")) < 0);
  QVERIFY(world.exists("Documents/p/a.txt"));
  // Moved away by the host while the app holds the folder above it: what is there now is no longer reached.
  fs::create_directories(world.path("Documents/p/sub"));
  world.write("Documents/p/sub/b.txt", "bbb");
  auto fd = text(box->number("open " + world.path("Documents/p/sub") + " rd"));
  fs::rename(world.path("Documents/p/sub"), world.path("private"));
  world.write("private/later.txt", "later");
  QVERIFY(box->number("openat " + fd + " later.txt r") < 0);
}

void EscapeTest::aFolderMovedAwayIsListedNoMore() {
  World world;
  world.write("Documents/p/sub/b.txt", "bbb");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  auto fd = text(box->number("open " + world.path("Documents/p/sub") + " rd"));
  QCOMPARE(box->number("listfd " + fd), 3);
  fs::rename(world.path("Documents/p/sub"), world.path("private"));
  world.write("private/later.txt", "later");
  QVERIFY(box->number("listfd " + fd) <= 0);
  // The app's own renaming leaves it where it is listed.
  QCOMPARE(box->number("mkdir " + world.path("Documents/p/one")), 0);
  fd = text(box->number("open " + world.path("Documents/p/one") + " rd"));
  QCOMPARE(box->number("rename " + world.path("Documents/p/one") + " " + world.path("Documents/p/two")), 0);
  QCOMPARE(box->number("listfd " + fd), 2);
}

// A folder was granted with what lies in it and not with what lies below that; a tree elsewhere with all of it.
void EscapeTest::battery8_aFolderIsNotMovedIntoAWiderGrant() {
  World world;
  world.write("Documents/p/private/secret.txt", "secret");
  world.write("Documents/p/f.txt", "fff");
  world.write("Documents/t/own/x.txt", "xxx");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing(Scope::FOLDER));
  box->give(world.path("Documents/t"), writing());
  auto p = world.path("Documents/p/"), t = world.path("Documents/t/");
  QCOMPARE(box->content(p + "private/secret.txt"), "E13");
  QCOMPARE(box->number("rename " + p + "private " + t + "taken"), -EACCES);
  QCOMPARE(box->number("exchange " + p + "private " + t + "own"), -EACCES);
  QCOMPARE(box->number("exchange " + t + "own " + p + "private"), -EACCES);
  QCOMPARE(world.read("Documents/p/private/secret.txt"), "secret");
  // What was granted whole moves: the file there, and a folder of the tree.
  QCOMPARE(box->number("rename " + p + "f.txt " + t + "f.txt"), 0);
  QCOMPARE(box->number("rename " + t + "own " + t + "other"), 0);
  QCOMPARE(box->content(t + "other/x.txt"), "xxx");
}

void EscapeTest::battery30_foldersHalfReadTakeBoundedMemory() {
  World world;
  const std::string longName(240, 'n');
  for (int i = 0; i < 5000; ++i) world.write("Documents/p/" + longName + text(i), "");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  auto megabytes = [&] {
    std::ifstream statm("/proc/" + std::to_string(world.portalPid()) + "/statm");
    long all = 0, resident = 0;
    statm >> all >> resident;
    return resident * sysconf(_SC_PAGESIZE) >> 20;
  };
  auto folder = world.path("Documents/p");
  auto before = megabytes();
  QVERIFY(before > 0);
  auto first = text(box->number("open " + folder + " rd"));
  QVERIFY(box->number("peekdir " + first) > 0);
  for (int i = 1; i < 200; ++i) QVERIFY(box->number("peekdir " + text(box->number("open " + folder + " rd"))) > 0);
  auto grown = megabytes() - before;
  QVERIFY2(grown < 160, std::to_string(grown).c_str());
  // The first was put away meanwhile and is still read to its end, each name once.
  QCOMPARE(box->number("restdir " + first), 5002);
}

void EscapeTest::renameRacesReachNothingOutside() {
  World world;
  world.write("f", "secret");
  world.write("Documents/f", "secret");
  fs::create_directories(world.path("Documents/p"));
  auto box = world.sandbox();
  box->person = [](const Asked&) -> kj::Promise<Outcome> { return Outcome::DENIED_FOR_RUN; };
  box->give(world.path("Documents/p"), writing());
  auto seen = box->run("race " + world.path("Documents/p") + " " + world.home + " 4", 40);
  QVERIFY2(seen.starts_with("0"), seen.c_str());
  QVERIFY2(seen.find("C") == seen.npos, seen.c_str());
  QCOMPARE(world.read("f"), "secret");
}

// The same with somebody on the host swapping a folder for a link, again and again.
void EscapeTest::hostRenameRacesReachNothingOutside() {
  World world;
  world.write("outside/f", "secret");
  world.write("Documents/p/inner/f", "");
  fs::create_symlink(world.path("outside"), world.path("Documents/p/link"));
  auto box = world.sandbox();
  box->person = [](const Asked&) -> kj::Promise<Outcome> { return Outcome::DENIED_FOR_RUN; };
  box->give(world.path("Documents/p"), writing());
  auto racing = box->start("race " + world.path("Documents/p") + " " + world.path("outside") + " 3");
  auto p = world.path("Documents/p/");
  while (!racing.poll(world.io().waitScope)) {
    for (int i = 0; i < 200; ++i) {
      ::renameat2(AT_FDCWD, (p + "inner").c_str(), AT_FDCWD, (p + "link").c_str(), RENAME_EXCHANGE);
    }
  }
  auto seen = world.wait(kj::mv(racing));
  QVERIFY2(seen.find("C") == seen.npos, seen.c_str());
}

// All of it at once, with somebody on the host who does the same in the granted folder. LATCHKEY_ATTACK_SECONDS makes
// it longer. What lies beside the folder is all secret, and must be as it was, down to its times.
void EscapeTest::thirtyTwoThreadsReachNothingOutside() {
  auto* more = getenv("LATCHKEY_ATTACK_SECONDS");
  int seconds = more ? atoi(more) : 5;
  World world;
  for (auto* name :
       {"f", "outside/f", "outside/secret", "Documents/f", "Documents/outside/f", "Documents/outside/secret"})
    world.write(name, "secret");
  fs::create_directories(world.path("Documents/p"));
  auto stamps = [&] {
    std::string all;
    for (fs::recursive_directory_iterator at(world.home), end; at != end; ++at) {
      auto name = at->path().string();
      if (name == world.path("Documents/p")) {
        at.disable_recursion_pending();
        continue;
      }
      struct stat s{};
      lstat(name.c_str(), &s);
      all += name + " " + text(static_cast<long>(s.st_ino)) + " " + text(s.st_mode) + " " + text(s.st_size) + " " +
             text(static_cast<long>(s.st_nlink)) + " " + text(s.st_ctim.tv_sec) + "." + text(s.st_ctim.tv_nsec) + "\n";
    }
    return all;
  };
  auto box = world.sandbox();
  box->person = [](const Asked&) -> kj::Promise<Outcome> { return Outcome::DENIED_FOR_RUN; };
  box->give(world.path("Documents/p"), writing());
  auto before = stamps();
  std::atomic<bool> over = false;
  std::thread host([&] {
    std::mt19937 random(1);
    auto name = [&] { return world.path("Documents/p/") + "abcdef"[random() % 6]; };
    std::string targets[] = {world.path("outside"), world.path("Documents/outside"), world.path("f"), "../.."};
    while (!over) {
      auto one = name(), other = name();
      switch (random() % 6) {
        case 0: (void)!symlink(targets[random() % std::size(targets)].c_str(), one.c_str()); break;
        case 1: mkdir(one.c_str(), 0755); break;
        case 2: rename(one.c_str(), other.c_str()); break;
        case 3: unlink(one.c_str()); break;
        default: renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE); break;
      }
    }
  });
  auto answer = box->run("attack " + world.path("Documents/p") + " " + world.path("outside") + " 32 " + text(seconds),
                         seconds + 120);
  over = true;
  host.join();
  long status = -1, found = -1, tried = 0, read = 0;
  QCOMPARE(sscanf(answer.c_str(), "%ld %ld %ld %ld", &status, &found, &tried, &read), 4);
  qInfo("%ld attempts of 32 threads in %d s, %ld reads of its own", tried, seconds, read);
  QCOMPARE(found, 0);
  QVERIFY(tried > 1000 && read > 0);
  QCOMPARE(QString::fromStdString(stamps()), QString::fromStdString(before));
  QCOMPARE(world.read("outside/f"), "secret");
  QCOMPARE(world.read("Documents/f"), "secret");
}

// A stick, or a folder from elsewhere: the person sees it there, and so does who has the folder. Its own surroundings
// on the host are not reached by way of it.
void EscapeTest::whatIsMountedInAGrantedFolderBelongsToItAndLeadsNoFurther() {
  if (!inNamespace) QSKIP("no user namespace in which this user may mount");
  World world;
  world.write("secret.txt", "secret");
  world.write("elsewhere/inner/b.txt", "bbb");
  world.write("elsewhere/private.txt", "private");
  world.write("Documents/p/a.txt", "aaa");
  auto p = world.path("Documents/p/");
  Mounted stick(p + "stick", "tmpfs"), bound(p + "bound", world.path("elsewhere/inner"));
  Mounted beside(world.path("Documents/beside"), "tmpfs");
  QVERIFY(stick.works && bound.works && beside.works);
  world.write("Documents/p/stick/s.txt", "sss");
  world.write("Documents/beside/n.txt", "nnn");
  fs::create_symlink(world.path("secret.txt"), p + "stick/out");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/p"), writing());
  QCOMPARE(box->content(p + "stick/s.txt"), "sss");
  QCOMPARE(box->content(p + "bound/b.txt"), "bbb");
  Mounted later(p + "later", "tmpfs");
  QVERIFY(later.works);
  world.write("Documents/p/later/l.txt", "lll");
  QCOMPARE(box->content(p + "later/l.txt"), "lll");
  // Upwards is what is above it in the view: the granted folder, and not what it comes from.
  QCOMPARE(box->content(p + "stick/out"), "E2");
  auto fd = text(box->number("open " + p + "bound rd"));
  QCOMPARE(box->number("openat " + fd + " ../private.txt r"), -ENOENT);
  QCOMPARE(box->number("openat " + fd + " ../../../secret.txt r"), -ENOENT);
  QVERIFY(box->number("openat " + fd + " ../a.txt r") >= 0);
  QCOMPARE(box->number("openat " + fd + " ../../beside/n.txt r"), -EACCES);
  // Nothing is carried from one to the other, and the places stay.
  QCOMPARE(box->number("rename " + p + "a.txt " + p + "stick/a.txt"), -EXDEV);
  QCOMPARE(box->number("link " + p + "bound/b.txt " + p + "b.txt"), -EXDEV);
  QCOMPARE(box->number("rename " + p + "stick " + p + "other"), -EBUSY);
  QCOMPARE(box->number("rmdir " + p + "bound"), -EBUSY);
  QCOMPARE(world.read("elsewhere/private.txt"), "private");
  // It ends with the folder.
  auto open = text(box->number("open " + p + "stick/s.txt r"));
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + open + " 3 0"), -EACCES);
  QCOMPARE(box->content(p + "stick/s.txt"), "E13");
  QCOMPARE(box->content(p + "bound/b.txt"), "E13");
}

void EscapeTest::fifosSocketsAndDevicesAreNotOpened() {
  World world;
  fs::create_directories(world.path("Documents/p"));
  QCOMPARE(mkfifo(world.path("Documents/p/fifo").c_str(), 0600), 0);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto place = world.path("Documents/p/socket");
  strncpy(address.sun_path, place.c_str(), sizeof address.sun_path - 1);
  QCOMPARE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  // A fifo with nobody at the other end: neither the app nor the portal hangs. The kernel opens what it shows as a fifo
  // by itself, inside the sandbox: nothing of the host's is on its other end.
  auto fd = box->number("open " + world.path("Documents/p/fifo") + " rk", 5);
  int host = open(world.path("Documents/p/fifo").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  QVERIFY2(host < 0, "the sandbox holds the host's fifo open");
  Q_UNUSED(fd);
  QVERIFY(box->number("open " + world.path("Documents/p/socket") + " r") < 0);
  QVERIFY(box->number("mknod " + world.path("Documents/p/made")) < 0);
  QCOMPARE(box->run("stat " + world.path("Documents/p")).substr(0, 5), "0 dir");
  close(listener);
}

void EscapeTest::devicesCannotBeActedOn() {
  World world;
  world.write("Documents/p/a.txt", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  auto fd = text(box->number("open " + world.path("Documents/p/a.txt") + " r+"));
  // FS_IOC_GETFLAGS, FIGETBSZ on the host's file, TIOCSTI.
  for (long request : {0x80086601L, 0x5412L}) QVERIFY(box->number("ioctl " + fd + " " + text(request)) < 0);
}

void EscapeTest::CVE_2026_34078_aPathSwappedDuringTheQuestionIsNotGranted() {
  World world;
  world.write("Documents/shown.txt", "shown");
  world.write("Documents/secret.txt", "secret");
  auto box = world.sandbox();
  box->person = [&](const Asked& asked) -> kj::Promise<Outcome> {
    if (!asked.path.ends_with("shown.txt")) return Outcome::DECLINED;
    // While the person reads, the name comes to mean something else.
    fs::rename(world.path("Documents/secret.txt"), world.path("Documents/shown.txt"));
    return box->grant(asked.path, {.object = asked.object.get()})
        .whenResolved()
        .then([] { return Outcome::GRANTED; }, [](kj::Exception&&) { return Outcome::DECLINED; });
  };
  QCOMPARE(box->content(world.path("Documents/shown.txt")), "E13");
}

void EscapeTest::CVE_2026_34078_aFileSwappedAfterTheAnswerIsAskedAboutAgain() {
  World world;
  world.write("Documents/shown.txt", "shown");
  world.write("Documents/secret.txt", "secret");
  auto box = world.sandbox();
  box->sayYes();
  QCOMPARE(box->content(world.path("Documents/shown.txt")), "shown");
  auto fd = text(box->number("open " + world.path("Documents/shown.txt") + " r"));
  fs::rename(world.path("Documents/secret.txt"), world.path("Documents/shown.txt"));
  box->person = nullptr;
  auto before = box->asked.size();
  QVERIFY(box->content(world.path("Documents/shown.txt")) != "secret");
  QVERIFY(world.until([&] { return box->content(world.path("Documents/shown.txt")) == "E13"; }, 3));
  QVERIFY(box->asked.size() > before);
  // What was open is what was shown.
  QCOMPARE(box->run("read " + fd + " 64 0"), "5 73686f776e");
}

void EscapeTest::CVE_2024_42472_aLinkAtTheMountPointIsNotFollowed() {
  World world;
  world.write("projects/one/a.txt", "aaa");
  auto box = world.sandbox();
  // The app's own home: where a grant will have to be mounted, it plants a link.
  QCOMPARE(box->number("symlink " + world.path("Documents") + " " + world.path("projects")), 0);
  QVERIFY(box->tryGrant(world.path("projects/one"), writing()) != nullptr);
  QVERIFY(!world.exists("Documents/one"));
  QCOMPARE(box->number("unlink " + world.path("projects")), 0);
  QVERIFY(box->tryGrant(world.path("projects/one"), writing()) == nullptr);
  QCOMPARE(box->content(world.path("projects/one/a.txt")), "aaa");
}

void EscapeTest::namesAreCheckedAsNames() {
  World world;
  fs::create_directories(world.path("Documents/p"));
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), writing());
  auto p = world.path("Documents/p/");
  QCOMPARE(box->number("open " + p + std::string(256, 'a') + " wc"), -ENAMETOOLONG);
  QVERIFY(box->number("open " + p + ".latchkey-save-1.1-x wc") < 0);
  QVERIFY(box->number("mkdir " + p + ".latchkey-x") < 0);
  QVERIFY(box->number("open " + p + "-- wc") >= 0);
  QVERIFY(world.exists("Documents/p/--"));
  QCOMPARE(world.list("Documents/p").size(), 1u);
}

void EscapeTest::descriptorsOfTheViewLeadNowhereElse() {
  World world;
  world.write("secret.txt", "secret");
  world.write("Documents/other.txt", "other");
  auto box = world.sandbox();
  auto label = text(box->number("open " + world.path("Documents") + " p"));
  QCOMPARE(box->number("openat " + label + " ../secret.txt r"), -ENOENT);
  QCOMPARE(box->number("openat " + label + " other.txt r"), -EACCES);
  QCOMPARE(box->number("open /proc/self/fd/" + label + "/../secret.txt r"), -ENOENT);
  QVERIFY(box->number("open /proc/1/root/" + world.path("secret.txt") + " r") < 0);
}

void EscapeTest::nothingInsideCanUnmountIt() {
  World world;
  auto box = world.sandbox();
  QVERIFY(box->number("exec umount%20" + world.path("Documents") + "%202>/dev/null") != 0);
  QVERIFY(box->number("exec unshare%20-Urm%20true%202>/dev/null") != 0);
  QVERIFY(box->mounted());
}

void EscapeTest::aForeignNamespaceIsRefused() {
  World world;
  auto call = world.portal().attachRequest();
  call.setInstance("host");
  int mount = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  auto facts = call.initFacts();
  facts.setMountNamespace(latchkey::descriptorOf(kj::AutoCloseFd(mount)));
  auto home = world.home;
  call.initLayout().setHome({reinterpret_cast<const kj::byte*>(home.data()), home.size()});
  QVERIFY(kj::runCatchingExceptions([&] { world.wait(call.send().ignoreResult()); }) != nullptr);
  QCOMPARE(world.wait(world.portal().statisticsRequest().send()).getSandboxes(), 0u);
}

int main(int count, char** words) {
  inNamespace = enterNamespace();
  QCoreApplication app(count, words);
  EscapeTest test;
  return QTest::qExec(&test, count, words);
}
#include "escape-test.moc"
