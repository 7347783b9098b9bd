// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is shown to a person is the thing a descriptor stands for (battery items 8 and 22, CVE-2026-34078).

#include "broker/base/files.h"
#include "broker/base/empty-directory.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>

using namespace latchkey;

namespace {

std::string path(const QTemporaryDir& directory, const char* name) { return directory.filePath(name).toStdString(); }

void makeFile(const std::string& path) {
  int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  QVERIFY(fd >= 0);
  close(fd);
}

bool put(const char* place, const std::string& text) {
  int fd = open(place, O_WRONLY | O_CLOEXEC);
  return fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && close(fd) == 0;
}

// Somebody without any rights, but for those over namespaces of their own.
bool alone() {
  auto user = std::to_string(getuid()), group = std::to_string(getgid());
  return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && put("/proc/self/setgroups", "deny") &&
         put("/proc/self/uid_map", user + " " + user + " 1") && put("/proc/self/gid_map", group + " " + group + " 1");
}

// A process with a mount namespace of its own, in which another file system lies on `folder` and holds the file `name`.
class OtherNamespace {
public:
  OtherNamespace(const std::string& folder, const char* name) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) < 0) return;
    m_pid = fork();
    if (m_pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      bool made = alone() && mount("none", folder.c_str(), "tmpfs", 0, nullptr) == 0 &&
                  close(open((folder + "/" + name).c_str(), O_CREAT | O_WRONLY, 0600)) == 0;
      if (write(ready[1], made ? "y" : "n", 1) != 1) _exit(1);
      for (;;) pause();
    }
    char answer = 'n';
    m_made = read(ready[0], &answer, 1) == 1 && answer == 'y';
    close(ready[0]);
    close(ready[1]);
  }
  ~OtherNamespace() {
    kill(m_pid, SIGKILL);
    waitpid(m_pid, nullptr, 0);
  }
  bool made() const { return m_made; }
  std::string inside(const std::string& path) const { return "/proc/" + std::to_string(m_pid) + "/root" + path; }

private:
  pid_t m_pid = -1;
  bool m_made = false;
};

}  // namespace

class FilesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aSymbolicLinkIsFollowedOnce();
  void battery8_linksOfProcLeadNowhere();
  void battery8_aThingOfAnotherNamespaceIsNotShownUnderOurPath();
  void battery8_whatHasBeenReplacedIsRefused();
  void aDeletedFileIsRefused();
  void CVE_2026_34079_whatAnAppLeavesIsRemovedAndNoLinkFollowed();
};

void FilesTest::aSymbolicLinkIsFollowedOnce() {
  QTemporaryDir directory;
  makeFile(path(directory, "real"));
  QCOMPARE(symlink(path(directory, "real").c_str(), path(directory, "link").c_str()), 0);
  auto found = tryResolve(path(directory, "link"));
  QVERIFY(found != nullptr);
  KJ_IF_MAYBE (thing, found)
    QCOMPARE(thing->path, QFileInfo(directory.filePath("real")).canonicalFilePath().toStdString());
}

void FilesTest::battery8_linksOfProcLeadNowhere() {
  QTemporaryDir directory;
  makeFile(path(directory, "file"));
  QVERIFY(tryResolve(path(directory, "file")) != nullptr);
  auto link = "/proc/" + std::to_string(getpid()) + "/root" + path(directory, "file");
  QVERIFY(access(link.c_str(), F_OK) == 0);
  QVERIFY(tryResolve(link) == nullptr);
  QCOMPARE(symlink(link.c_str(), path(directory, "planted").c_str()), 0);
  QVERIFY(tryResolve(path(directory, "planted")) == nullptr);
}

void FilesTest::battery8_aThingOfAnotherNamespaceIsNotShownUnderOurPath() {
  QTemporaryDir directory;
  QCOMPARE(mkdir(path(directory, "place").c_str(), 0700), 0);
  makeFile(path(directory, "place/file"));
  OtherNamespace other(path(directory, "place"), "file");
  QVERIFY2(other.made(), "no mount namespace of its own can be made here");
  int raw = open(other.inside(path(directory, "place/file")).c_str(), O_PATH | O_CLOEXEC);
  QVERIFY(raw >= 0);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, resolve(kj::AutoCloseFd(raw)));
  // The same name of ours still does.
  raw = open(path(directory, "place/file").c_str(), O_PATH | O_CLOEXEC);
  QCOMPARE(resolve(kj::AutoCloseFd(raw)).directory, false);
}

void FilesTest::battery8_whatHasBeenReplacedIsRefused() {
  QTemporaryDir directory;
  makeFile(path(directory, "file"));
  QCOMPARE(link(path(directory, "file").c_str(), path(directory, "second").c_str()), 0);
  int raw = open(path(directory, "file").c_str(), O_PATH | O_CLOEXEC);
  QCOMPARE(unlink(path(directory, "file").c_str()), 0);
  makeFile(path(directory, "file"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, resolve(kj::AutoCloseFd(raw)));
}

void FilesTest::aDeletedFileIsRefused() {
  QTemporaryDir directory;
  makeFile(path(directory, "file"));
  int raw = open(path(directory, "file").c_str(), O_PATH | O_CLOEXEC);
  QCOMPARE(unlink(path(directory, "file").c_str()), 0);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, resolve(kj::AutoCloseFd(raw)));
}

void FilesTest::CVE_2026_34079_whatAnAppLeavesIsRemovedAndNoLinkFollowed() {
  QTemporaryDir directory;
  auto left = path(directory, "left");
  auto kept = path(directory, "kept");
  QCOMPARE(mkdir(left.c_str(), 0700), 0);
  QCOMPARE(mkdir(kept.c_str(), 0700), 0);
  makeFile(kept + "/file");
  QCOMPARE(symlink(kept.c_str(), (left + "/link").c_str()), 0);
  QCOMPARE(symlink((kept + "/file").c_str(), (left + "/link2").c_str()), 0);
  QCOMPARE(mkfifo((left + "/fifo").c_str(), 0600), 0);
  // As Go's module cache, and worse.
  for (auto& [name, mode] : {std::pair{"readable", 0555}, std::pair{"closed", 0}}) {
    auto place = left + "/" + name;
    QCOMPARE(mkdir(place.c_str(), 0700), 0);
    QCOMPARE(mkdir((place + "/below").c_str(), 0700), 0);
    QCOMPARE(symlink(kept.c_str(), (place + "/below/link").c_str()), 0);
    makeFile(place + "/below/file");
    QCOMPARE(chmod((place + "/below").c_str(), static_cast<mode_t>(mode)), 0);
    QCOMPARE(chmod(place.c_str(), static_cast<mode_t>(mode)), 0);
  }
  // Deeper than a process may hold descriptors, and than a path may be long.
  int at = open(left.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (int depth = 0; depth < 3000; ++depth) {
    QCOMPARE(mkdirat(at, "d", 0700), 0);
    int below = openat(at, "d", O_PATH | O_DIRECTORY | O_CLOEXEC);
    close(at);
    at = below;
  }
  close(at);
  emptyDirectory(left);
  QVERIFY(QDir(QString::fromStdString(left))
              .isEmpty(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot));
  QVERIFY(access((kept + "/file").c_str(), F_OK) == 0);
  // And a link in the place of the directory itself.
  QCOMPARE(rmdir(left.c_str()), 0);
  QCOMPARE(symlink(kept.c_str(), left.c_str()), 0);
  emptyDirectory(left);
  QVERIFY(access((kept + "/file").c_str(), F_OK) == 0);
}

QTEST_GUILESS_MAIN(FilesTest)
#include "files-test.moc"
