// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A disk that does not answer: a file system of the test's own, mounted in the person's folder, that stops. Whoever
// uses it waits, as on the host; nobody else does. All of it runs in a user namespace where mounting is allowed.

#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 17)
#include <fuse_lowlevel.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QTest>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;
namespace schema = latchkey::schema;

namespace {

bool inNamespace = false;

// Before there is a thread.
bool enterNamespace() {
  auto uid = getuid(), gid = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << uid << " " << uid << " 1";
  std::ofstream("/proc/self/gid_map") << gid << " " << gid << " 1";
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

// One file "f" in one folder. Between `stop` and `go` nothing is answered.
class Disk {
public:
  explicit Disk(std::string where) : m_where(std::move(where)) {
    fs::create_directories(m_where);
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    auto options = "fd=" + std::to_string(fd) + ",rootmode=40000,user_id=" + std::to_string(getuid()) +
                   ",group_id=" + std::to_string(getgid()) + ",allow_other";
    works = mount("disk", m_where.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
    char name[] = "disk";
    char* words[] = {name, nullptr};
    fuse_args args = FUSE_ARGS_INIT(1, words);
    m_fuse = fuse_session_new(&args, &operations(), sizeof(fuse_lowlevel_ops), this);
    fuse_opt_free_args(&args);
    fuse_session_mount(m_fuse, ("/dev/fd/" + std::to_string(fd)).c_str());
    m_thread = std::thread([this] { fuse_session_loop(m_fuse); });
  }
  ~Disk() {
    go();
    umount2(m_where.c_str(), MNT_DETACH);
    m_thread.join();
    fuse_session_destroy(m_fuse);
  }
  // What is asked of it that does not come back.
  enum What { Nothing, Any, Make, Remove, Rename, Link, Create, Attribute, Change, List, Figures };
  void stop(What what = Any) { m_stopped = what; }
  void go() { m_stopped = Nothing; }
  int waiting() const { return m_waiting; }
  // In the call that was stopped.
  int hanging() const { return m_hanging; }
  bool works = false;

private:
  static void wait(fuse_req_t request, What what = Any) {
    auto& disk = *static_cast<Disk*>(fuse_req_userdata(request));
    ++disk.m_waiting;
    bool hangs = disk.m_stopped == what;
    if (hangs) ++disk.m_hanging;
    while (disk.m_stopped == Any || disk.m_stopped == what) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (hangs) --disk.m_hanging;
    --disk.m_waiting;
  }
  static void refuse(fuse_req_t request, What what) {
    wait(request, what);
    fuse_reply_err(request, EIO);
  }
  static struct stat statusOf(fuse_ino_t id) {
    struct stat status{};
    status.st_ino = id;
    status.st_mode = id == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
    status.st_nlink = 1;
    status.st_uid = getuid();
    status.st_gid = getgid();
    status.st_size = id == 1 ? 0 : 4;
    return status;
  }
  static const fuse_lowlevel_ops& operations() {
    static const auto operations = [] {
      fuse_lowlevel_ops o{};
      o.lookup = [](fuse_req_t r, fuse_ino_t, const char* name) {
        wait(r);
        fuse_entry_param entry{};
        if (strcmp(name, "f") == 0) entry.ino = 2, entry.attr = statusOf(2);
        if (entry.ino) fuse_reply_entry(r, &entry);
        else fuse_reply_err(r, ENOENT);
      };
      o.getattr = [](fuse_req_t r, fuse_ino_t id, fuse_file_info*) {
        wait(r);
        auto status = statusOf(id);
        fuse_reply_attr(r, &status, 0);
      };
      o.open = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info) {
        wait(r);
        info->direct_io = 1;
        fuse_reply_open(r, info);
      };
      o.read = [](fuse_req_t r, fuse_ino_t, size_t, off_t offset, fuse_file_info*) {
        wait(r);
        fuse_reply_buf(r, "disk", offset == 0 ? 4 : 0);
      };
      // None of these can be done. What counts is how long it takes to say so.
      o.mkdir = [](fuse_req_t r, fuse_ino_t, const char*, mode_t) { refuse(r, Make); };
      o.rmdir = [](fuse_req_t r, fuse_ino_t, const char*) { refuse(r, Remove); };
      o.unlink = [](fuse_req_t r, fuse_ino_t, const char*) { refuse(r, Remove); };
      o.symlink = [](fuse_req_t r, const char*, fuse_ino_t, const char*) { refuse(r, Make); };
      o.link = [](fuse_req_t r, fuse_ino_t, fuse_ino_t, const char*) { refuse(r, Link); };
      o.rename = [](fuse_req_t r, fuse_ino_t, const char*, fuse_ino_t, const char*, unsigned) { refuse(r, Rename); };
      o.create = [](fuse_req_t r, fuse_ino_t, const char*, mode_t, fuse_file_info*) { refuse(r, Create); };
      o.setattr = [](fuse_req_t r, fuse_ino_t, struct stat*, int, fuse_file_info*) { refuse(r, Change); };
      o.getxattr = [](fuse_req_t r, fuse_ino_t, const char*, size_t) { refuse(r, Attribute); };
      o.setxattr = [](fuse_req_t r, fuse_ino_t, const char*, const char*, size_t, int) { refuse(r, Attribute); };
      o.listxattr = [](fuse_req_t r, fuse_ino_t, size_t) { refuse(r, Attribute); };
      o.removexattr = [](fuse_req_t r, fuse_ino_t, const char*) { refuse(r, Attribute); };
      o.readdir = [](fuse_req_t r, fuse_ino_t, size_t, off_t, fuse_file_info*) { refuse(r, List); };
      o.statfs = [](fuse_req_t r, fuse_ino_t) { refuse(r, Figures); };
      return o;
    }();
    return operations;
  }

  std::string m_where;
  fuse_session* m_fuse = nullptr;
  std::atomic<What> m_stopped = Nothing;
  std::atomic<int> m_waiting = 0, m_hanging = 0;
  std::thread m_thread;
};

struct Stuck {
  World world;
  kj::Own<Disk> disk;
  kj::Own<Sandbox> box;
  schema::LiveGrant::Client grant;

  Stuck()
      : disk(kj::heap<Disk>(world.path("Documents/p/disk"))),
        box(prepare(world)),
        grant(box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE})) {}
  static kj::Own<Sandbox> prepare(World& world) {
    world.write("Documents/p/a.txt", "good");
    world.write("Documents/other.txt", "other");
    return world.sandbox("one", 12);
  }
  std::string path(const std::string& name) { return world.path("Documents/p/" + name); }
};

}  // namespace

class StuckTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
    if (!inNamespace) QSKIP("no user namespace in which this user may mount");
  }
  void theDiskWorks();
  void othersGoOn();
  void manyMayHang();
  void questionsAreAskedMeanwhile();
  void takingBackWorksMeanwhile();
  void everyKindOfCallMayHang_data();
  void everyKindOfCallMayHang();
  void theSandboxMayEndMeanwhile();
};

void StuckTest::theDiskWorks() {
  Stuck stuck;
  QVERIFY(stuck.disk->works);
  QCOMPARE(stuck.box->content(stuck.path("disk/f")), "disk");
}

void StuckTest::othersGoOn() {
  Stuck stuck;
  QCOMPARE(stuck.box->content(stuck.path("disk/f")), "disk");
  stuck.disk->stop();
  auto hangs = stuck.box->start("stat " + stuck.path("disk/f"), 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  auto other = stuck.world.sandbox("two");
  other->give(stuck.path("a.txt"));
  QCOMPARE(other->content(stuck.path("a.txt")), "good");
  for (int i = 0; i < 20; ++i) QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
  auto fd = std::to_string(stuck.box->number("open " + stuck.path("new.txt") + " wc"));
  QCOMPARE(stuck.box->number("write " + fd + " made 0"), 4);
  QCOMPARE(stuck.world.read("Documents/p/new.txt"), "made");
  stuck.disk->go();
  QVERIFY(stuck.world.wait(kj::mv(hangs)).starts_with("0 file"));
  for (int i = 0; i < 20; ++i) QCOMPARE(stuck.box->content(stuck.path("disk/f")), "disk");
}

void StuckTest::manyMayHang() {
  Stuck stuck;
  stuck.disk->stop();
  kj::Vector<kj::Promise<std::string>> hang;
  for (size_t i = 1; i <= 10; ++i) {
    // Names of their own: the kernel looks up one name for one process at a time.
    hang.add(stuck.box->start("open " + stuck.path(i % 2 ? "disk/f" : "disk/g" + std::to_string(i)) + " r", i));
    QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
  }
  stuck.disk->go();
  for (auto& one : hang) {
    auto answer = stuck.world.wait(kj::mv(one));
    QVERIFY2(!answer.starts_with("-") || answer.starts_with("-2"), answer.c_str());
  }
  QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
}

void StuckTest::questionsAreAskedMeanwhile() {
  Stuck stuck;
  stuck.disk->stop();
  auto hangs = stuck.box->start("stat " + stuck.path("disk/f"), 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  stuck.box->sayYes();
  QCOMPARE(stuck.box->content(stuck.world.path("Documents/other.txt")), "other");
  QCOMPARE(stuck.box->asked.size(), 1u);
  stuck.disk->go();
  stuck.world.wait(kj::mv(hangs));
}

void StuckTest::takingBackWorksMeanwhile() {
  Stuck stuck;
  auto fd = std::to_string(stuck.box->number("open " + stuck.path("a.txt") + " r"));
  QVERIFY(stuck.box->run("read " + fd + " 4 0").find("676f6f64") != std::string::npos);
  stuck.disk->stop();
  auto hangs = stuck.box->start("stat " + stuck.path("disk/f"), 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  stuck.world.wait(stuck.grant.revokeRequest().send().ignoreResult());
  QVERIFY(stuck.box->run("read " + fd + " 4 0").starts_with("-"));
  QCOMPARE(stuck.box->content(stuck.path("a.txt")), "E13");
  stuck.disk->go();
  QVERIFY(stuck.world.wait(kj::mv(hangs)).starts_with("-"));
}

void StuckTest::everyKindOfCallMayHang_data() {
  QTest::addColumn<int>("what");
  QTest::addColumn<QString>("command");
  auto row = [](Disk::What what, const char* command) { QTest::newRow(command) << int(what) << command; };
  row(Disk::Make, "mkdir D/new");
  row(Disk::Make, "symlink target D/new");
  row(Disk::Remove, "unlink D/f");
  row(Disk::Rename, "rename D/f D/g");
  row(Disk::Link, "link D/f D/g");
  row(Disk::Create, "open D/new wc");
  row(Disk::Change, "chmod D/f 600");
  row(Disk::Change, "truncate D/f 0");
  row(Disk::Attribute, "getxattr D/f user.a");
  row(Disk::Attribute, "setxattr D/f user.a b");
  row(Disk::Attribute, "removexattr D/f user.a");
  row(Disk::List, "list D");
}

// Another of the same sandbox goes on, and another sandbox does not notice.
void StuckTest::everyKindOfCallMayHang() {
  QFETCH(int, what);
  QFETCH(QString, command);
  Stuck stuck;
  auto other = stuck.world.sandbox("two");
  other->give(stuck.path("a.txt"));
  QVERIFY(stuck.box->run("stat " + stuck.path("disk/f")).starts_with("0 file"));
  stuck.disk->stop(Disk::What(what));
  auto line = command.replace("D/", QString::fromStdString(stuck.path("disk/")))
                  .replace(" D", " " + QString::fromStdString(stuck.path("disk")))
                  .toStdString();
  auto hangs = stuck.box->start(line, 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->hanging() > 0; }));
  for (int i = 0; i < 5; ++i) {
    QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
    QCOMPARE(other->content(stuck.path("a.txt")), "good");
  }
  QVERIFY(stuck.disk->hanging() > 0);
  stuck.disk->go();
  QVERIFY(!stuck.world.wait(kj::mv(hangs)).empty());
  QCOMPARE(stuck.box->run("stat " + stuck.path("a.txt")).substr(0, 6), "0 file");
}

void StuckTest::theSandboxMayEndMeanwhile() {
  Stuck stuck;
  stuck.disk->stop();
  auto hangs =
      stuck.box->start("stat " + stuck.path("disk/f"), 1).catch_([](kj::Exception&&) { return std::string(); });
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  auto other = stuck.world.sandbox("two");
  other->give(stuck.path("a.txt"));
  stuck.box->killApp();
  for (int i = 0; i < 50; ++i) {
    QCOMPARE(other->content(stuck.path("a.txt")), "good");
    stuck.world.pass(20);
  }
  stuck.disk->go();
  QCOMPARE(other->content(stuck.path("a.txt")), "good");
}

int main(int count, char** words) {
  inNamespace = enterNamespace();
  StuckTest test;
  return QTest::qExec(&test, count, words);
}
#include "stuck-test.moc"
