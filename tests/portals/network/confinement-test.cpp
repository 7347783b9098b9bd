// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What latchkey-net may still ask of the kernel, tried in a process that is confined as it is.

#include "portals/network/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "broker/base/harden.h"
#include "broker/confinement/sanitized.h"

using namespace latchkey;

namespace {

constexpr int MOST_CALLS = 1024;

// What it says of itself, in a process of its own.
std::string inAnother(const std::function<std::string()>& tries) {
  int pipes[2];
  if (pipe(pipes) != 0) return "no pipe";
  auto pid = fork();
  if (pid == 0) {
    auto said = tries();
    while (!said.empty()) {
      auto written = write(pipes[1], said.data(), said.size());
      if (written < 0) _exit(1);
      said.erase(0, static_cast<size_t>(written));
    }
    _exit(0);
  }
  close(pipes[1]);
  std::string said;
  char bytes[4096];
  for (ssize_t count; (count = read(pipes[0], bytes, sizeof bytes)) > 0;)
    said.append(bytes, static_cast<size_t>(count));
  close(pipes[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  return status == 0 ? said : "ended with " + std::to_string(status) + " " + said;
}

std::string confined(const std::function<std::string()>& tries) {
  return inAnother([&] {
    harden();
    raiseDescriptorLimit();
    network::confine();
    return tries();
  });
}

std::string nameOf(int number) {
  std::unique_ptr<char, decltype(&free)> name(seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number), free);
  return name ? name.get() : std::to_string(number);
}

// These end who calls them, wait, or are looked at by their arguments.
const std::set<std::string> NOT_WITH_NONSENSE{"exit",  "exit_group", "rt_sigreturn", "socket", "socketpair",
                                              "open",  "openat",     "clone",        "prctl",  "prlimit64",
                                              "ioctl", "tgkill",     "fcntl",        "brk",    "futex"};

// Harmless with nonsense, and as old as anything.
std::vector<int> someThatExist() {
  return {SYS_execve, SYS_mount, SYS_setns, SYS_unshare, SYS_ptrace, SYS_chroot, SYS_fchmod, SYS_ftruncate};
}

// What the kernel says to each with arguments that come to nothing: 0, or the error.
std::vector<int> answersTo(const std::vector<int>& numbers, bool isConfined) {
  auto tries = [&] {
    std::string said;
    for (auto number : numbers) {
      auto result = syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
      said += std::to_string(result == -1 ? errno : 0) + " ";
    }
    return said;
  };
  std::istringstream said(isConfined ? confined(tries) : inAnother(tries));
  std::vector<int> answers;
  for (int answer; said >> answer;) answers.push_back(answer);
  answers.resize(numbers.size(), -1);
  return answers;
}

// An error's name, or "done".
std::string outcome(long result) { return result >= 0 ? "done" : strerrorname_np(errno); }

}  // namespace

class ConfinementTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void nothingElseIsCalled() {
    if (IS_SANITIZED) QSKIP("a sanitizer needs more calls than the portal");
    auto allowed = network::allowedCalls();
    // Where a traced function returns, and begins: the kernel lets no filter see them, and refuses them elsewhere.
    for (int number : {335, 336}) allowed.insert(number);
    std::vector<int> others;
    for (int number = 0; number < MOST_CALLS; ++number) {
      if (!allowed.contains(number)) others.push_back(number);
    }
    QVERIFY(others.size() > MOST_CALLS - 150);
    std::string passed;
    auto answers = answersTo(others, true);
    for (size_t i = 0; i < others.size(); ++i) {
      if (answers[i] != ENOSYS) passed += nameOf(others[i]) + " ";
    }
    QCOMPARE(passed, std::string());
    // Of them this kernel has most: it is the filter that answers so.
    auto without = answersTo(someThatExist(), false);
    QCOMPARE(std::ranges::count(without, ENOSYS), 0);
    auto with = answersTo(someThatExist(), true);
    QCOMPARE(std::ranges::count(with, ENOSYS), std::ssize(with));
  }

  // What is on the list gets through to the kernel: it says of nonsense what it says without a filter.
  void whatIsListedIsCalled() {
    if (IS_SANITIZED) QSKIP("there is no list");
    std::vector<int> listed;
    for (auto number : network::allowedCalls()) {
      if (number >= 0 && !NOT_WITH_NONSENSE.contains(nameOf(number))) listed.push_back(number);
    }
    QVERIFY(listed.size() > 80);
    auto without = answersTo(listed, false), with = answersTo(listed, true);
    std::string different;
    for (size_t i = 0; i < listed.size(); ++i) {
      if (with[i] != without[i])
        different += nameOf(listed[i]) + " " + strerrorname_np(with[i]) + ", not " + strerrorname_np(without[i]) + "; ";
    }
    QCOMPARE(different, std::string());
  }

  void nothingThatNeedsConditionsGoesBeyondThem_data() {
    QTest::addColumn<std::function<long()>>("call");
    QTest::addColumn<QString>("answer");
    auto row = [](const char* what, std::function<long()> call, const char* answer) {
      QTest::newRow(what) << call << answer;
    };
    row("a packet socket", [] { return socket(AF_PACKET, SOCK_RAW, 0); }, "ENOSYS");
    row("a raw socket", [] { return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }, "ENOSYS");
    row("a raw socket of six", [] { return socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW); }, "ENOSYS");
    row("a vsock", [] { return socket(AF_VSOCK, SOCK_STREAM, 0); }, "ENOSYS");
    row("netfilter", [] { return socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER); }, "ENOSYS");
    row("a family that is none", [] { return socket(1 << 16 | AF_PACKET, SOCK_STREAM, 0); }, "ENOSYS");
    row("another program", [] { return execl("/bin/true", "true", nullptr); }, "ENOSYS");
    row("another process", [] { return fork(); }, "ENOSYS");
    row("a namespace", [] { return unshare(CLONE_NEWUSER); }, "ENOSYS");
    row("a file to write", [] { return open("/tmp/latchkey-net-wrote", O_WRONLY | O_CREAT, 0600); }, "ENOSYS");
    row("a file to change", [] { return open("/dev/null", O_RDWR); }, "ENOSYS");
    row("to be traced", [] { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }, "ENOSYS");
    row("a terminal's input", [] { return ioctl(0, TIOCSTI, "x"); }, "ENOSYS");
    row("a signal to another", [] { return syscall(SYS_tgkill, getppid(), getppid(), 0); }, "ENOSYS");
    row("a signal to another, for a descriptor", [] { return fcntl(0, F_SETOWN, getppid()); }, "ENOSYS");
    row("which signal", [] { return fcntl(0, F_SETSIG, SIGTERM); }, "ENOSYS");
    row(
        "its limits",
        [] {
          rlimit none{0, 0};
          return setrlimit(RLIMIT_NOFILE, &none);
        },
        "ENOSYS");
    row(
        "memory of another", [] { return syscall(SYS_process_vm_readv, getppid(), nullptr, 0, nullptr, 0, 0); },
        "ENOSYS");
  }

  void nothingThatNeedsConditionsGoesBeyondThem() {
    if (IS_SANITIZED) QSKIP("a sanitizer needs more calls than the portal");
    QFETCH(std::function<long()>, call);
    QFETCH(QString, answer);
    QCOMPARE(QString::fromStdString(confined([&] { return outcome(call()); })), answer);
  }

  void whatItNeedsItMay() {
    auto said = confined([] {
      std::string failed;
      int ends[2];
      auto must = [&](const char* what, bool done) {
        if (!done) failed += std::string(what) + ": " + strerrorname_np(errno) + "; ";
      };
      for (int family : {AF_INET, AF_INET6}) {
        must("a stream", socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) >= 0);
        must("datagrams", socket(family, SOCK_DGRAM, 0) >= 0);
      }
      must("a Unix socket", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
      must("addresses", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE) >= 0);
      std::string line;
      must("a pair of Unix sockets", socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
      must("a socket that does not wait", fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends[0], F_GETFL) >= 0);
      int waiting = -1;
      must("what waits there", ioctl(ends[0], FIONREAD, &waiting) == 0 && waiting == 0);
      rlimit limits{};
      must("its limits", getrlimit(RLIMIT_NOFILE, &limits) == 0);
      must("a thread's name", prctl(PR_SET_NAME, "lookup", 0, 0, 0) == 0);
      must("a signal to itself", syscall(SYS_tgkill, getpid(), gettid(), 0) == 0);
      must("a file to read", static_cast<bool>(std::getline(std::ifstream("/proc/self/status"), line)));
      int found = 0;
      std::thread([&] {
        addrinfo* all = nullptr;
        found = getaddrinfo("localhost", nullptr, nullptr, &all);
      }).join();
      must("a name in a thread", found == 0);
      must("a pipe", pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 && fcntl(ends[1], F_SETPIPE_SZ, 65536) > 0);
      return failed;
    });
    QCOMPARE(said, std::string());
  }
};

QTEST_APPLESS_MAIN(ConfinementTest)
#include "confinement-test.moc"
