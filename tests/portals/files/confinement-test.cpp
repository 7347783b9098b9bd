// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What latchkey-files may still ask of the kernel, tried in a process that is confined as it is.

#include "portals/files/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <functional>
#include <string>
#include <thread>

#include "broker/base/harden.h"
#include "broker/confinement/sanitized.h"

using namespace latchkey;

namespace {

// The error of `tries` in a confined process; 0: it was done. `tries` returns below 0 if it was not.
int confined(const std::function<long()>& tries) {
  auto child = fork();
  if (child == 0) {
    harden();
    files::confine();
    _exit(tries() < 0 ? errno : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

class ConfinementTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void itMayNot_data();
  void itMayNot();
  void itMay_data();
  void itMay();
};

void ConfinementTest::itMayNot_data() {
  QTest::addColumn<std::function<long()>>("call");
  QTest::addColumn<int>("error");
  auto row = [](const char* what, std::function<long()> call, int error) { QTest::newRow(what) << call << error; };
  row("run a program", [] { return execl("/bin/true", "true", nullptr); }, EPERM);
  row("make a process", [] { return fork(); }, EPERM);
  row("make a process by the older call", [] { return syscall(SYS_vfork); }, EPERM);
  row("make a namespace", [] { return unshare(CLONE_NEWUSER); }, EPERM);
  row("reach the network", [] { return socket(AF_INET, SOCK_STREAM, 0); }, EAFNOSUPPORT);
  row("ask the kernel about the network", [] { return socket(AF_NETLINK, SOCK_RAW, 0); }, EAFNOSUPPORT);
  row("make a device", [] { return mknod("/tmp/latchkey-files-made", S_IFIFO | 0600, 0); }, EPERM);
  row("open by number", [] { return syscall(SYS_open_by_handle_at, -1, nullptr, 0); }, EPERM);
  row("look into a process", [] { return syscall(SYS_process_vm_readv, getppid(), nullptr, 0, nullptr, 0, 0); }, EPERM);
  row("send a signal", [] { return kill(getppid(), 0); }, EPERM);
  row("send a signal to a thread", [] { return syscall(SYS_tgkill, getppid(), getppid(), 0); }, EPERM);
  row("have a signal sent", [] { return fcntl(0, F_SETOWN, getppid()); }, EPERM);
  row("be looked into", [] { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }, EPERM);
}

void ConfinementTest::itMayNot() {
  if (IS_SANITIZED) QSKIP("a sanitizer needs more calls than the portal");
  QFETCH(std::function<long()>, call);
  QFETCH(int, error);
  QCOMPARE(strerrorname_np(confined(call)), strerrorname_np(error));
}

void ConfinementTest::itMay_data() {
  QTest::addColumn<std::function<long()>>("call");
  auto row = [](const char* what, std::function<long()> call) { QTest::newRow(what) << call; };
  row("speak to the broker", [] { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); });
  row("make, write and remove a file", [] {
    char name[] = "/tmp/latchkey-files-XXXXXX";
    int file = mkstemp(name);
    return write(file, "x", 1) == 1 && fsync(file) == 0 && unlink(name) == 0 ? 0 : -1;
  });
  row("lease a file", [] {
    char name[] = "/tmp/latchkey-files-XXXXXX";
    int file = mkstemp(name);
    unlink(name);
    return fcntl(file, F_SETLEASE, F_WRLCK);
  });
  row("have threads", [] {
    bool ran = false;
    std::thread([&] { ran = true; }).join();
    return ran ? 0 : -1;
  });
  row("wake its own threads", [] { return syscall(SYS_tgkill, getpid(), gettid(), 0); });
}

void ConfinementTest::itMay() {
  QFETCH(std::function<long()>, call);
  QCOMPARE(confined(call), 0);
}

QTEST_APPLESS_MAIN(ConfinementTest)
#include "confinement-test.moc"
