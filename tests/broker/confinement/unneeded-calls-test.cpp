// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/confinement/unneeded-calls.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <functional>

using namespace latchkey;

class UnneededCallsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void theyAreDenied_data();
  void theyAreDenied();
  void theyAreDeniedToWhatIsStarted();
  void onceIsEnough();
  void whatLaunchersDoStays();
};

namespace {

// The exit status of `what`, in a process of its own that has denied itself those calls first.
int confined(const std::function<int()>& what) {
  auto child = fork();
  if (child == 0) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    denyUnneededCalls();
    _exit(what());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int filtersOfThis() {
  QFile status("/proc/self/status");
  if (!status.open(QIODevice::ReadOnly)) return -1;
  for (auto& line : status.readAll().split('\n')) {
    if (line.startsWith("Seccomp_filters:")) return line.mid(16).trimmed().toInt();
  }
  return -1;
}

}  // namespace

void UnneededCallsTest::theyAreDenied_data() {
  QTest::addColumn<int>("call");
  QTest::newRow("ptrace") << int(SYS_ptrace);  // 0, 0: PTRACE_TRACEME, which anybody else may.
  QTest::newRow("process_vm_readv") << int(SYS_process_vm_readv);
  QTest::newRow("keyctl") << int(SYS_keyctl);
  QTest::newRow("bpf") << int(SYS_bpf);
  QTest::newRow("io_uring_setup") << int(SYS_io_uring_setup);
  QTest::newRow("userfaultfd") << int(SYS_userfaultfd);
  QTest::newRow("pidfd_getfd") << int(SYS_pidfd_getfd);
  QTest::newRow("open_by_handle_at") << int(SYS_open_by_handle_at);
  QTest::newRow("finit_module") << int(SYS_finit_module);
}

void UnneededCallsTest::theyAreDenied() {
  QFETCH(int, call);
  QCOMPARE(confined([&] { return syscall(call, 0, 0, 0, 0, 0, 0) < 0 ? errno : 0; }), EPERM);
}

void UnneededCallsTest::theyAreDeniedToWhatIsStarted() {
  // The kernel would let a child be traced by its parent.
  constexpr auto TRACE =
      "import ctypes,os; l=ctypes.CDLL(None,use_errno=True); os._exit(l.ptrace(0,0,0,0) and ctypes.get_errno())";
  auto python = [&] { return execlp("python3", "python3", "-c", TRACE, nullptr); };
  QCOMPARE(confined(python), EPERM);
  auto child = fork();
  if (child == 0) _exit(python());
  int status = 0;
  waitpid(child, &status, 0);
  QCOMPARE(status, 0);
}

void UnneededCallsTest::onceIsEnough() {
  QVERIFY(!unneededCallsAreDenied());
  auto before = filtersOfThis();
  QCOMPARE(confined([&] {
             denyUnneededCalls();
             return filtersOfThis() - before;
           }),
           1);
}

void UnneededCallsTest::whatLaunchersDoStays() {
  QCOMPARE(confined([] { return execl("/bin/true", "true", nullptr); }), 0);
  QCOMPARE(confined([] { return unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ? errno : 0; }), 0);
}

QTEST_GUILESS_MAIN(UnneededCallsTest)
#include "unneeded-calls-test.moc"
