// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The system call filter as an app meets it: real calls, in a real sandbox, 64- and 32-bit.

#include <errno.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <format>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "launcher/sandbox/filters.h"
#include "launcher/sandbox/seccomp-builder.h"
#include "launcher/sandbox/syscall-table.h"
#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;
using sandbox::SyscallGroup;

class SyscallsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void battery2_everyCallOfTheRunningKernelIsClassified();
  void everyCallOfLibseccompIsClassified();
  void noCallIsClassifiedTwice();
  void refusedCallsAreRefused_data();
  void refusedCallsAreRefused();
  void whatReachesDeepIntoTheKernelIsRefused_data();
  void whatReachesDeepIntoTheKernelIsRefused();
  void numbersAboveTheLastAreMissing_data();
  void numbersAboveTheLastAreMissing();
  void battery1_CVE_2017_5226_typingIntoTheTerminal_data();
  void battery1_CVE_2017_5226_typingIntoTheTerminal();
  void CVE_2019_10063_rubbishInTheHighHalf();
  void CVE_2023_28100_virtualConsole_data();
  void CVE_2023_28100_virtualConsole();
  void CVE_2021_41133_newMountCallsAndClone3_data();
  void CVE_2021_41133_newMountCallsAndClone3();
  void battery3_socketFamilies_data();
  void battery3_socketFamilies();
  void netlinkSpeaksOfRoutesOnly_data();
  void netlinkSpeaksOfRoutesOnly();
  void rareProtocolsAreMissing_data();
  void rareProtocolsAreMissing();
  void socketcallReachesNoFamily();
  void battery4_nestedNamespacesAreRefused_data();
  void battery4_nestedNamespacesAreRefused();
  void battery4_ownSandboxesMayNest();
  void ownSandboxesOpensNothingElse_data();
  void ownSandboxesOpensNothingElse();
  void personalityStaysOrdinary_data();
  void personalityStaysOrdinary();
  void foreignTableIsMissing();
  void ordinaryCallsWork();
  void compiledFiltersAreWhatTheBuilderMakes();
  void otherProcessorsHaveATable();
};

namespace {

int numberOf(const char* name, int bits) {
  // libseccomp thinks of socketcall's sub-calls here; these are the direct ones.
  if (bits == 32 && strcmp(name, "socket") == 0) return 359;
  return seccomp_syscall_resolve_name_arch(bits == 64 ? SCMP_ARCH_X86_64 : SCMP_ARCH_X86, name);
}

std::filesystem::path probeOf(int bits) {
  return std::filesystem::path(getenv("LATCHKEY_BIN")).parent_path() / "tests" /
         ("try-syscall-" + std::to_string(bits));
}

class Prober {
public:
  Prober(LaunchBench& bench, int bits, bool ownSandboxes = false) : m_bench(bench), m_bits(bits) {
    m_options.ownSandboxes = ownSandboxes;
    auto source = probeOf(bits);
    auto name = source.filename().string();
    std::filesystem::create_directories(bench.privateHome());
    std::filesystem::permissions(bench.privateHome(), std::filesystem::perms::owner_all);
    for (auto& place : {bench.home(), bench.privateHome()}) {
      std::filesystem::copy_file(source, place + "/" + name, std::filesystem::copy_options::overwrite_existing);
    }
    m_options.command = {bench.home() + "/" + name};
  }

  // Plans a call; true if this processor has one of that name.
  bool add(const char* name, std::vector<std::string> arguments = {}) {
    // The kernel passes these by every filter, and kills who calls them by hand.
    if (strcmp(name, "uretprobe") == 0 || strcmp(name, "uprobe") == 0) return false;
    auto number = numberOf(name, m_bits);
    if (number < 0) return false;
    addNumber(number, std::move(arguments));
    return true;
  }
  void addNumber(int64_t number, std::vector<std::string> arguments = {}) {
    if (m_options.command.size() > 1) m_options.command.push_back(",");
    m_options.command.push_back(std::to_string(number));
    m_options.command.insert(m_options.command.end(), arguments.begin(), arguments.end());
  }

  std::vector<long> results() {
    auto ending = m_bench.run(m_options);
    std::istringstream lines(ending.out);
    std::vector<long> result;
    for (long value; lines >> value;) result.push_back(value);
    if (ending.kind != schema::ExitStatus::EXITED)
      qWarning() << "the probe ended oddly:" << ending.kind << ending.number << ending.reason.c_str();
    return result;
  }

  long one(const char* name, std::vector<std::string> arguments = {}) {
    m_options.command.resize(1);
    if (!add(name, std::move(arguments))) return 1;
    auto all = results();
    return all.size() == 1 ? all[0] : 2;
  }

private:
  LaunchBench& m_bench;
  int m_bits;
  LaunchOptions m_options;
};

// Kernels without IA-32 emulation have nothing to be reached by it: there the 32-bit half is skipped.
bool kernelRuns(int bits) {
  pid_t child = -1;
  auto probe = probeOf(bits).string();
  char* words[] = {probe.data(), nullptr};
  auto error = posix_spawn(&child, probe.c_str(), nullptr, nullptr, words, environ);
  if (error == 0) waitpid(child, nullptr, 0);
  return error != ENOEXEC;
}

#define NEEDS_WIDTH(bits) \
  if (!kernelRuns(bits)) QSKIP("this kernel runs no 32-bit programs")

void bothWidths() {
  QTest::addColumn<int>("bits");
  QTest::newRow("64") << 64;
  QTest::newRow("32") << 32;
}

// A kernel's own names of its calls, brought to the names that programs know.
std::string calledName(std::string name) {
  auto known = [](const std::string& candidate) { return sandbox::findSyscall(candidate) != nullptr; };
  static const std::map<std::string, std::string> other{{"mmap_pgoff", "mmap2"},  {"oldumount", "umount"},
                                                        {"preadv64", "preadv"},   {"preadv64v2", "preadv2"},
                                                        {"pwritev64", "pwritev"}, {"pwritev64v2", "pwritev2"}};
  if (auto found = other.find(name); found != other.end()) return found->second;
  if (name.starts_with("ia32_")) name.erase(0, 5);
  if (name.ends_with("_time32")) name.erase(name.size() - 7);
  for (auto prefix : {"new", "old_"}) {
    if (!known(name) && name.starts_with(prefix) && known(name.substr(strlen(prefix))))
      return name.substr(strlen(prefix));
  }
  for (auto suffix : {"16", "32"}) {
    if (!known(name) && name.ends_with(suffix) && known(name.substr(0, name.size() - 2)))
      return name.substr(0, name.size() - 2);
  }
  return name;
}

// In the kernel's source, but in no table of these processors.
const std::set<std::string> OF_OTHER_PROCESSORS{
    "gethostname", "ni_syscall",  "pciconfig_iobase", "pciconfig_read",     "pciconfig_write",     "recv",
    "send",        "rtas",        "s390_ipc",         "s390_pci_mmio_read", "s390_pci_mmio_write", "spu_create",
    "spu_run",     "subpage_prot"};

}  // namespace

void SyscallsTest::battery2_everyCallOfTheRunningKernelIsClassified() {
  std::ifstream symbols("/proc/kallsyms");
  std::regex pattern("\\b__(?:x64|ia32|arm64)(?:_compat)?_sys_([a-z0-9_]+)");
  std::set<std::string> calls;
  std::smatch match;
  for (std::string line; std::getline(symbols, line);) {
    if (line.find("_sys_") != line.npos && std::regex_search(line, match, pattern)) calls.insert(match[1]);
  }
  if (calls.size() < 300) QSKIP("this kernel does not list its system calls in /proc/kallsyms");
  QStringList unclassified;
  for (auto& call : calls) {
    if (!OF_OTHER_PROCESSORS.contains(call) && sandbox::findSyscall(calledName(call)) == nullptr)
      unclassified << call.c_str();
  }
  QVERIFY2(unclassified.isEmpty(),
           qPrintable("decide in launcher/sandbox/syscall-table.cpp about: " + unclassified.join(", ")));
}

void SyscallsTest::everyCallOfLibseccompIsClassified() {
  QStringList unclassified;
  for (uint32_t processor : {SCMP_ARCH_X86_64, static_cast<unsigned>(SCMP_ARCH_X86), SCMP_ARCH_AARCH64}) {
    for (int number = 0; number < 1024; ++number) {
      auto name = seccomp_syscall_resolve_num_arch(processor, number);
      if (name == nullptr) continue;
      if (sandbox::findSyscall(name) == nullptr) unclassified << name;
      free(name);
    }
  }
  QVERIFY2(unclassified.isEmpty(), qPrintable(unclassified.join(", ")));
}

void SyscallsTest::noCallIsClassifiedTwice() {
  auto& table = sandbox::syscallTable();
  for (size_t i = 1; i < table.size(); ++i)
    QVERIFY2(table[i - 1].name < table[i].name, std::string(table[i].name).c_str());
}

void SyscallsTest::refusedCallsAreRefused_data() { bothWidths(); }

void SyscallsTest::refusedCallsAreRefused() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits);
  std::vector<const sandbox::SyscallRule*> tried;
  for (auto& rule : sandbox::syscallTable()) {
    // All arguments 0: harmless even where it should be let through.
    if (rule.group != SyscallGroup::Allowed && prober.add(std::string(rule.name).c_str())) tried.push_back(&rule);
  }
  auto results = prober.results();
  QCOMPARE(results.size(), tried.size());
  QVERIFY(tried.size() > 70);
  for (size_t i = 0; i < tried.size(); ++i) {
    QVERIFY2(results[i] == -tried[i]->error, (std::string(tried[i]->name) + ": " + std::to_string(results[i])).c_str());
  }
}

void SyscallsTest::whatReachesDeepIntoTheKernelIsRefused_data() { bothWidths(); }

// By name, not by the table: whoever allows one of these there has to say so here as well.
void SyscallsTest::whatReachesDeepIntoTheKernelIsRefused() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  constexpr const char* NAMES[] = {
      "io_uring_setup",
      "io_uring_enter",
      "io_uring_register",  // Does what other calls do, past every filter.
      "keyctl",
      "add_key",
      "request_key",  // Keys of the session, not of the app.
      "bpf",
      "perf_event_open",  // Programs and counters in the kernel.
      "userfaultfd",      // Halts the kernel in the middle of a copy.
      "ptrace",
      "process_vm_readv",
      "process_vm_writev",  // Other processes' memory.
      "kcmp",
      "process_madvise",
      "pidfd_getfd",  // And what they hold.
  };
  LaunchBench bench;
  for (bool ownSandboxes : {false, true}) {
    Prober prober(bench, bits, ownSandboxes);
    std::vector<const char*> tried;
    for (auto name : NAMES) {
      if (prober.add(name)) tried.push_back(name);
    }
    QCOMPARE(tried.size(), std::size(NAMES));
    auto results = prober.results();
    QCOMPARE(results.size(), tried.size());
    for (size_t i = 0; i < tried.size(); ++i) {
      QVERIFY2(results[i] == -EPERM || results[i] == -ENOSYS, (tried[i] + std::format(": {}", results[i])).c_str());
    }
  }
}

void SyscallsTest::numbersAboveTheLastAreMissing_data() { bothWidths(); }

void SyscallsTest::numbersAboveTheLastAreMissing() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits);
  int last = 0;
  for (int number = 0; number < 1000; ++number) {
    auto name = seccomp_syscall_resolve_num_arch(bits == 64 ? SCMP_ARCH_X86_64 : SCMP_ARCH_X86, number);
    if (name != nullptr && sandbox::findSyscall(name) != nullptr) last = number;
    free(name);
  }
  QVERIFY2(last >= 460 && last < 700, std::to_string(last).c_str());
  // What this kernel has beyond that, and what will come. Refused would be wrong: programs then do not try an older
  // call.
  std::vector<int64_t> numbers;
  for (int number = last + 1; number < last + 200; ++number) numbers.push_back(number);
  numbers.insert(numbers.end(), {1000, 4096, 65535, 0x3fffffff});
  for (auto number : numbers) prober.addNumber(number);
  auto results = prober.results();
  QCOMPARE(results.size(), numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    QVERIFY2(results[i] == -ENOSYS, std::format("{}: {}", numbers[i], results[i]).c_str());
}

void SyscallsTest::battery1_CVE_2017_5226_typingIntoTheTerminal_data() { bothWidths(); }

void SyscallsTest::battery1_CVE_2017_5226_typingIntoTheTerminal() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits);
  QCOMPARE(prober.one("ioctl", {"0", std::to_string(TIOCSTI), "=x"}), -EPERM);
  QCOMPARE(prober.one("ioctl", {"0", std::to_string(TIOCSETD), "@"}), -EPERM);
  // Not all ioctls: another one reaches the kernel, which knows that this is no terminal.
  QCOMPARE(prober.one("ioctl", {"0", std::to_string(TIOCGWINSZ), "@"}), -ENOTTY);
}

void SyscallsTest::CVE_2019_10063_rubbishInTheHighHalf() {
  LaunchBench bench;
  Prober prober(bench, 64);
  for (uint64_t high : {1ull << 32, 0xffffffffull << 32, 1ull << 63}) {
    for (uint64_t request : {TIOCSTI, TIOCLINUX}) prober.add("ioctl", {"0", std::to_string(high | request), "=x"});
    prober.add("socket", {std::to_string(high | AF_VSOCK), "1", "0"});
    prober.add("socket", {std::to_string(high | AF_NETLINK), "3", "12"});
    prober.add("socket", {std::to_string(AF_NETLINK), "3", std::to_string(high | 12)});
    prober.add("personality", {std::to_string(high | 0x40000)});
    prober.add("clone", {std::to_string(high | 0x10000000 | 17), "0", "0", "0", "0"});
  }
  auto results = prober.results();
  QCOMPARE(results.size(), 21u);
  std::set<long> refusals{-EPERM, -EAFNOSUPPORT, -ENOSYS};
  for (auto result : results) QVERIFY2(refusals.contains(result), std::to_string(result).c_str());
}

void SyscallsTest::CVE_2023_28100_virtualConsole_data() { bothWidths(); }

void SyscallsTest::CVE_2023_28100_virtualConsole() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  QCOMPARE(Prober(bench, bits).one("ioctl", {"0", std::to_string(TIOCLINUX), "@"}), -EPERM);
}

void SyscallsTest::CVE_2021_41133_newMountCallsAndClone3_data() { bothWidths(); }

void SyscallsTest::CVE_2021_41133_newMountCallsAndClone3() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  for (auto name : {"fsopen", "fsconfig", "fsmount", "fspick", "move_mount", "open_tree", "mount_setattr", "mount",
                    "umount2", "pivot_root"}) {
    QCOMPARE(Prober(bench, bits).one(name, {"@", "0", "@", "0", "0"}), -EPERM);
  }
  // Programs fall back to clone() only from this answer.
  QCOMPARE(Prober(bench, bits).one("clone3", {"@", "88"}), -ENOSYS);
}

void SyscallsTest::battery3_socketFamilies_data() { bothWidths(); }

void SyscallsTest::battery3_socketFamilies() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits);
  for (int family = 0; family < 80; ++family)
    prober.add("socket", {std::to_string(family), std::to_string(SOCK_DGRAM), "0"});
  auto results = prober.results();
  QCOMPARE(results.size(), 80u);
  for (int family = 0; family < 80; ++family) {
    bool allowed = family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
    auto result = results[static_cast<size_t>(family)];
    QVERIFY2(allowed ? result >= 0 : result == -EAFNOSUPPORT,
             (std::to_string(family) + ": " + std::to_string(result)).c_str());
  }
}

void SyscallsTest::netlinkSpeaksOfRoutesOnly_data() { bothWidths(); }

void SyscallsTest::netlinkSpeaksOfRoutesOnly() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits);
  for (int protocol = 0; protocol < 80; ++protocol)
    prober.add("socket", {std::to_string(AF_NETLINK), std::to_string(SOCK_RAW), std::to_string(protocol)});
  auto results = prober.results();
  QCOMPARE(results.size(), 80u);
  QVERIFY(results[0] >= 0);
  for (size_t protocol = 1; protocol < 80; ++protocol) QCOMPARE(results[protocol], -EAFNOSUPPORT);
}

void SyscallsTest::rareProtocolsAreMissing_data() { bothWidths(); }

void SyscallsTest::rareProtocolsAreMissing() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits);
  for (int family : {AF_INET, AF_INET6}) {
    auto add = [&](int type, int protocol) {
      prober.add("socket", {std::to_string(family), std::to_string(type), std::to_string(protocol)});
    };
    add(SOCK_STREAM, IPPROTO_MPTCP);
    add(SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_SCTP);
    add(SOCK_DGRAM, IPPROTO_UDPLITE);
    add(SOCK_SEQPACKET, 0);
    add(SOCK_DCCP | SOCK_CLOEXEC, 0);
    add(SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    add(SOCK_DGRAM, IPPROTO_UDP);
  }
  auto results = prober.results();
  QCOMPARE(results.size(), 14u);
  for (size_t family : {0u, 7u}) {
    for (size_t i : {0u, 1u, 2u}) QCOMPARE(results[family + i], -EPROTONOSUPPORT);
    for (size_t i : {3u, 4u}) QCOMPARE(results[family + i], -ESOCKTNOSUPPORT);
    for (size_t i : {5u, 6u}) QVERIFY(results[family + i] >= 0);
  }
}

void SyscallsTest::socketcallReachesNoFamily() {
  NEEDS_WIDTH(32);
  LaunchBench bench;
  // Its arguments lie in memory. With it a 32-bit program would open what the filter refuses by name.
  for (int call = 0; call < 22; ++call)
    QCOMPARE(Prober(bench, 32).one("socketcall", {std::to_string(call), "@"}), -EPERM);
}

void SyscallsTest::battery4_nestedNamespacesAreRefused_data() { bothWidths(); }

void SyscallsTest::battery4_nestedNamespacesAreRefused() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits);
  int planned = 0;
  for (uint64_t flag : {0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000}) {
    prober.add("clone", {std::to_string(flag | 17), "0", "0", "0", "0"});
    prober.add("unshare", {std::to_string(flag)});
    prober.add("setns", {"0", std::to_string(flag)});
    planned += 3;
  }
  prober.add("unshare", {"128"});  // CLONE_NEWTIME
  auto results = prober.results();
  QCOMPARE(results.size(), static_cast<size_t>(planned + 1));
  for (auto result : results) QCOMPARE(result, -EPERM);
  // And the kernel would not, filter or not.
  QVERIFY(bench.sh("cat /proc/sys/user/max_user_namespaces").out == "1\n" || bench.sh("unshare -Ur true").number != 0);
}

void SyscallsTest::battery4_ownSandboxesMayNest() {
  LaunchBench bench;
  LaunchOptions options;
  options.ownSandboxes = true;
  QCOMPARE(bench.sh("unshare -Ur id -u", options).out, "0\n");
  auto nested = bench.sh("bwrap --unshare-all --ro-bind / / --proc /proc --dev /dev sh -c 'echo inner'", options);
  QVERIFY2(nested.out == "inner\n", nested.err.c_str());
  QVERIFY(bench.sh("bwrap --unshare-all --ro-bind / / sh -c 'echo inner'").out.empty());
}

void SyscallsTest::ownSandboxesOpensNothingElse_data() { bothWidths(); }

void SyscallsTest::ownSandboxesOpensNothingElse() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  Prober prober(bench, bits, true);
  std::vector<const sandbox::SyscallRule*> tried;
  for (auto& rule : sandbox::syscallTable()) {
    bool meant =
        rule.group == SyscallGroup::Mounts || rule.group == SyscallGroup::Namespaces || rule.name == "sethostname";
    if (rule.group != SyscallGroup::Allowed && !meant && prober.add(std::string(rule.name).c_str()))
      tried.push_back(&rule);
  }
  auto results = prober.results();
  QCOMPARE(results.size(), tried.size());
  for (size_t i = 0; i < tried.size(); ++i)
    QVERIFY2(results[i] == -tried[i]->error, std::string(tried[i]->name).c_str());
  // The new mount calls are not what browsers use.
  for (auto name : {"fsopen", "move_mount", "open_tree", "mount_setattr", "setns"})
    QCOMPARE(Prober(bench, bits, true).one(name), -EPERM);
  QCOMPARE(Prober(bench, bits, true).one("ioctl", {"0", std::to_string(TIOCSTI), "=x"}), -EPERM);
}

void SyscallsTest::personalityStaysOrdinary_data() { bothWidths(); }

void SyscallsTest::personalityStaysOrdinary() {
  QFETCH(int, bits);
  NEEDS_WIDTH(bits);
  LaunchBench bench;
  QCOMPARE(Prober(bench, bits).one("personality", {"0xffffffff"}), 0);
  QCOMPARE(Prober(bench, bits).one("personality", {"0"}), 0);
  for (auto other : {"0x40000", "0x400000", "8", "0xfffffffe", "1"})
    QVERIFY(Prober(bench, bits).one("personality", {other}) < 0);
}

void SyscallsTest::foreignTableIsMissing() {
  LaunchBench bench;
  Prober prober(bench, 64);
  for (int64_t number : {0, 1, 39, 16, 512}) prober.addNumber(0x40000000 | number);  // x32
  for (auto result : prober.results()) QCOMPARE(result, -ENOSYS);
}

void SyscallsTest::ordinaryCallsWork() {
  LaunchBench bench;
  auto ending = bench.run(
      {.command = {"python3", "-c",
                   "import threading,subprocess,socket,os,mmap,select,tempfile\n"
                   "t=threading.Thread(target=print,args=('thread',)); t.start(); t.join()\n"
                   "print(subprocess.run(['echo','child'],capture_output=True,text=True).stdout.strip())\n"
                   "a,b=socket.socketpair(); a.send(b'x'); print(b.recv(1).decode())\n"
                   "s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(); socket.create_connection(s.getsockname()); "
                   "print('lo')\n"
                   "os.mkfifo('fifo'); print(len(mmap.mmap(-1,4096))); select.epoll(); os.memfd_create('m')\n"}});
  QVERIFY2(ending.out == "thread\nchild\nx\nlo\n4096\n", (ending.out + ending.err).c_str());
}

void SyscallsTest::compiledFiltersAreWhatTheBuilderMakes() {
  std::set<std::string> different;
  for (unsigned number = 0; number < 8; ++number) {
    sandbox::Abilities abilities{
        .ownSandboxes = (number & 1) != 0, .thirtyTwoBit = (number & 2) != 0, .localSockets = (number & 4) == 0};
    auto filters = sandbox::buildFilters(abilities);
    auto compiled = sandbox::compiledFilters(abilities);
    QVERIFY(std::ranges::equal(compiled.calls, filters.calls, {}, {},
                               [](char byte) { return static_cast<unsigned char>(byte); }));
    QVERIFY(std::ranges::equal(compiled.arguments, filters.arguments, {}, {},
                               [](char byte) { return static_cast<unsigned char>(byte); }));
    QVERIFY(filters.calls.size() % 8 == 0 && filters.calls.size() / 8 < 4096);
    QVERIFY(filters.arguments.size() % 8 == 0 && filters.arguments.size() / 8 < 4096);
    different.insert(filters.calls + filters.arguments);
  }
  QCOMPARE(different.size(), 8u);
}

void SyscallsTest::otherProcessorsHaveATable() {
  sandbox::SeccompBuilder builder("aarch64");
  QVERIFY(builder.calls().size() > 100);
  QVERIFY(builder.arguments().size() > 100);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, sandbox::SeccompBuilder("no-such-processor").calls());
}

QTEST_GUILESS_MAIN(SyscallsTest)
#include "syscalls-test.moc"
