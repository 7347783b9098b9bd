// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What latchkey-desktop may still ask of the kernel, tried in a process that is confined as it is.

#include "portals/desktop/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <fstream>
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
    desktop::confine();
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
  auto row = [](const char* what, std::function<long()> call) { QTest::newRow(what) << call; };
  row("run a program", [] { return execl("/bin/true", "true", nullptr); });
  row("make a process", [] { return fork(); });
  row("make a namespace", [] { return unshare(CLONE_NEWUSER); });
  row("reach the network", [] { return socket(AF_INET, SOCK_STREAM, 0); });
  row("reach the network of six", [] { return socket(AF_INET6, SOCK_DGRAM, 0); });
  row("ask the kernel about the network", [] { return socket(AF_NETLINK, SOCK_RAW, 0); });
  row("make a file", [] { return open("/tmp/latchkey-desktop-wrote", O_WRONLY | O_CREAT, 0600); });
  row("write into a file", [] { return open("/dev/null", O_WRONLY); });
  row("remove a file", [] { return unlink("/tmp/latchkey-desktop-wrote"); });
  row("make a folder", [] { return mkdir("/tmp/latchkey-desktop-made", 0700); });
  row("rename", [] { return rename("/tmp/latchkey-desktop-a", "/tmp/latchkey-desktop-b"); });
  row("look into a process", [] { return syscall(SYS_process_vm_readv, getppid(), nullptr, 0, nullptr, 0, 0); });
  row("send a signal", [] { return kill(getppid(), 0); });
  row("slow another process down", [] {
    sched_param none{};
    return sched_setscheduler(getppid(), SCHED_IDLE, &none);
  });
  row("be looked into", [] { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); });
}

void ConfinementTest::itMayNot() {
  if (IS_SANITIZED) QSKIP("a sanitizer needs more calls than the portal");
  QFETCH(std::function<long()>, call);
  QCOMPARE(strerrorname_np(confined(call)), "ENOSYS");
}

void ConfinementTest::itMay_data() {
  QTest::addColumn<std::function<long()>>("call");
  auto row = [](const char* what, std::function<long()> call) { QTest::newRow(what) << call; };
  row("speak to services of the session", [] { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); });
  row("read a file", [] {
    std::string line;
    return std::getline(std::ifstream("/etc/passwd"), line) ? 0 : -1;
  });
  row("know who the person is", [] { return getpwuid(getuid()) == nullptr ? -1 : 0; });
  row("share memory", [] {
    int memory = memfd_create("m", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0 || ftruncate(memory, 4096) < 0) return -1L;
    if (mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0) == MAP_FAILED) return -1L;
    return long{fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW)};
  });
  row("have threads", [] {
    bool ran = false;
    std::thread([&] { ran = true; }).join();
    return ran ? 0 : -1;
  });
}

void ConfinementTest::itMay() {
  QFETCH(std::function<long()>, call);
  QCOMPARE(confined(call), 0);
}

QTEST_APPLESS_MAIN(ConfinementTest)
#include "confinement-test.moc"
