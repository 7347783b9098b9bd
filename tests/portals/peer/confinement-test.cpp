// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the portal may not do, each thing tried by a process that has confined itself as the portal does; and that the
// real one has.

#include <errno.h>
#include <fcntl.h>
#include <kj/async-io.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QtTest>
#include <fstream>
#include <functional>
#include <set>

#include "broker/base/harden.h"
#include "broker/confinement/sanitized.h"
#include "portals/peer/certificate.h"
#include "portals/peer/confinement.h"
#include "tests/portals/peer/peer-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

// What `attempt` gives, in a confined process: 0, or errno.
int tried(bool isConfined, const std::function<long()>& attempt) {
  auto pid = fork();
  if (pid == 0) {
    if (isConfined) {
      harden();
      peer::limitItself();
      peer::confine();
    }
    errno = 0;
    auto result = attempt();
    _exit(result < 0 ? errno : 0);
  }
  int status;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace

class ConfinementTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void mayNot_data() {
    QTest::addColumn<QString>("what");
    for (auto* what : {"read a file",
                       "write a file",
                       "make a file",
                       "look at a file",
                       "make a folder",
                       "a TCP socket",
                       "a Unix socket",
                       "a netlink socket",
                       "a pair of sockets",
                       "connect",
                       "bind",
                       "listen",
                       "accept",
                       "run a program",
                       "a process",
                       "a thread",
                       "another's memory",
                       "a signal to another",
                       "a namespace",
                       "executable memory",
                       "memory made executable",
                       "a file mapped",
                       "trace",
                       "io_uring",
                       "a user's keys",
                       "a timer's clock set",
                       "another limit"}) {
      QTest::newRow(what) << what;
    }
  }
  void mayNot() {
    QFETCH(QString, what);
    static const std::set<QString> ALSO_SANITIZED{
        "make a folder", "a TCP socket", "a Unix socket", "a netlink socket", "a pair of sockets",   "connect",
        "bind",          "listen",       "accept",        "run a program",    "a signal to another", "io_uring"};
    if (IS_SANITIZED && !ALSO_SANITIZED.contains(what)) QSKIP("a sanitizer needs it");
    auto place = "/tmp/latchkey-peer-" + std::to_string(getpid());
    kj::AutoCloseFd unconnected(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    kj::AutoCloseFd listening(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    QCOMPARE(bind(listening, reinterpret_cast<sockaddr*>(&address), size), 0);
    QCOMPARE(listen(listening, 4), 0);
    QCOMPARE(getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size), 0);
    kj::AutoCloseFd file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    auto* where = reinterpret_cast<sockaddr*>(&address);
    auto attempt = [&]() -> long {
      char* const words[] = {const_cast<char*>("/bin/true"), nullptr};
      char* const none[] = {nullptr};
      sockaddr_in any{};
      any.sin_family = AF_INET;
      int pair[2];
      if (what == "read a file") return open("/etc/passwd", O_RDONLY);
      if (what == "write a file") return open("/dev/null", O_WRONLY);
      if (what == "make a file") return open((place + "-file").c_str(), O_CREAT | O_WRONLY, 0600);
      if (what == "look at a file") return access("/etc/passwd", R_OK);
      if (what == "make a folder") return mkdir((place + "-folder").c_str(), 0700);
      if (what == "a TCP socket") return socket(AF_INET, SOCK_STREAM, 0);
      if (what == "a Unix socket") return socket(AF_UNIX, SOCK_STREAM, 0);
      if (what == "a netlink socket") return socket(AF_NETLINK, SOCK_RAW, 0);
      if (what == "a pair of sockets") return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
      if (what == "connect") return ::connect(unconnected, where, size);
      if (what == "bind") return bind(unconnected, reinterpret_cast<sockaddr*>(&any), sizeof any);
      if (what == "listen") return listen(unconnected, 1);
      if (what == "accept") {
        auto result = accept(listening, nullptr, nullptr);
        // Where it may, nobody is there.
        return result < 0 && errno == EAGAIN ? 0 : result;
      }
      if (what == "run a program") return execve("/bin/true", words, none);
      if (what == "a process") {
        auto child = fork();
        if (child == 0) _exit(0);
        return child;
      }
      if (what == "a thread") {
        pthread_t thread;
        auto error = pthread_create(&thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr);
        errno = error;
        return error == 0 ? 0 : -1;
      }
      if (what == "another's memory") {
        char byte;
        iovec here{&byte, 1}, there{const_cast<char*>(place.data()), 1};
        return syscall(SYS_process_vm_readv, getpid(), &here, 1ul, &there, 1ul, 0ul);
      }
      if (what == "a signal to another") return kill(getppid(), 0);
      if (what == "a namespace") return unshare(CLONE_NEWUSER);
      auto made = [](void* at) -> long { return at == MAP_FAILED ? -1 : 0; };
      if (what == "executable memory")
        return made(mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
      if (what == "memory made executable") {
        auto* at = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return at == MAP_FAILED ? 0 : mprotect(at, 4096, PROT_READ | PROT_EXEC);
      }
      if (what == "a file mapped") return made(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, file, 0));
      if (what == "trace") return syscall(SYS_ptrace, 0, 0, 0, 0);
      if (what == "io_uring") {
        char parameters[120] = {};
        auto result = syscall(SYS_io_uring_setup, 1, parameters);
        return result < 0 && errno != EPERM ? 0 : result;
      }
      if (what == "a user's keys") return syscall(SYS_add_key, "user", "latchkey-test", "x", 1, -2);
      if (what == "a timer's clock set") {
        auto result = syscall(SYS_timer_create, CLOCK_MONOTONIC, nullptr, pair);
        return result;
      }
      rlimit limits{};
      getrlimit(RLIMIT_NOFILE, &limits);
      limits.rlim_cur = 10;
      return setrlimit(RLIMIT_NOFILE, &limits);
    };
    QCOMPARE(tried(true, attempt), EPERM);
    // Nothing but the filter stands in the way.
    auto otherwise = tried(false, attempt);
    static const std::set<QString> DEPENDS{"a user's keys", "a namespace"};
    if (!DEPENDS.contains(what)) QCOMPARE(otherwise, 0);
    rmdir((place + "-folder").c_str());
    unlink((place + "-file").c_str());
  }

  void mayDoItsWork() {
    int fds[2];
    QCOMPARE(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    QCOMPARE(tried(true,
                   [&]() -> long {
                     auto identity = peer::makeIdentity();
                     auto isRight = peer::idOf(identity.certificate) != nullptr;
                     return isRight && write(fds[0], "x", 1) == 1 && malloc(1 << 20) != nullptr ? 0 : -1;
                   }),
             0);
    close(fds[0]);
    close(fds[1]);
  }

  void memoryIsBounded() {
    if (IS_SANITIZED) QSKIP("a sanitizer takes terabytes of addresses");
    auto take = []() -> long {
      size_t taken = 0;
      while (taken < size_t(1) << 30) {
        char* volatile at = static_cast<char*>(malloc(1 << 20));  // Volatile, or it is left out.
        if (at == nullptr) break;
        memset(at, 1, 1 << 20);
        taken += 1 << 20;
      }
      errno = taken < size_t(256) << 20 ? ENOMEM : 0;
      return errno == 0 ? 0 : -1;
    };
    QCOMPARE(tried(true, take), ENOMEM);
    QCOMPARE(tried(false, take), 0);
  }

  void theRealOneIsConfined() {
    World world;
    auto& machine = world.machine("a");
    std::ifstream status("/proc/" + std::to_string(machine.pid()) + "/status");
    std::string all((std::istreambuf_iterator<char>(status)), {});
    QVERIFY(all.find("Seccomp:\t2") != std::string::npos);
    QVERIFY(all.find("NoNewPrivs:\t1") != std::string::npos);
    QVERIFY(all.find("CapEff:\t0000000000000000") != std::string::npos);
    if (!IS_SANITIZED) QVERIFY(all.find("Threads:\t1\n") != std::string::npos);
    std::ifstream limits("/proc/" + std::to_string(machine.pid()) + "/limits");
    std::string lines((std::istreambuf_iterator<char>(limits)), {});
    if (!IS_SANITIZED) QVERIFY2(lines.find("Max data size             268435456") != std::string::npos, lines.c_str());
    QVERIFY2(lines.find("Max core file size        0 ") != std::string::npos, lines.c_str());
  }
};

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  QCoreApplication app(argc, argv);
  ConfinementTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "confinement-test.moc"
