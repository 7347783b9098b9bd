// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/seccomp-builder.h"

#include <errno.h>
#include <kj/debug.h>
#include <kj/io.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "launcher/sandbox/syscall-table.h"

namespace latchkey::sandbox {
namespace {

constexpr uint64_t LOW_HALF = 0xffffffff;
constexpr unsigned LAST_FAMILY = 64;  // Above AF_MAX of every kernel known.
constexpr unsigned LAST_PROTOCOL = 64;
constexpr uint64_t SOCK_TYPE_BITS = 0xf;  // The rest are flags.
constexpr unsigned RARE_PROTOCOLS[] = {IPPROTO_DCCP, 115 /* L2TP */, IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_MPTCP};
// The ordinary one, and the question which it is. Flags there switch address randomisation off.
constexpr uint32_t PERSONALITIES[] = {0, 0xffffffff};

constexpr int NAMESPACE_FLAGS[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                   CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};

// What chromium's and bubblewrap's own sandboxes are made of, and nothing else of those groups.
constexpr std::string_view FOR_NESTED_SANDBOXES[] = {"unshare",    "mount",  "umount",     "umount2",
                                                     "pivot_root", "chroot", "sethostname"};

bool isForNestedSandboxes(std::string_view name) {
  for (auto known : FOR_NESTED_SANDBOXES) {
    if (known == name) return true;
  }
  return false;
}

bool isAllowedFamily(unsigned family, bool localSockets) {
  return (family == AF_UNIX && localSockets) || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
}

class Context {
public:
  Context(uint32_t otherwise, const std::string& processor, bool thirtyTwoBit) : m_context(seccomp_init(otherwise)) {
    KJ_REQUIRE(m_context != nullptr, "libseccomp is out of memory");
    if (!processor.empty()) {
      auto wanted = seccomp_arch_resolve_name(processor.c_str());
      KJ_REQUIRE(wanted != 0, "unknown processor", processor);
      if (wanted != seccomp_arch_native()) {
        check(seccomp_arch_remove(m_context.get(), SCMP_ARCH_NATIVE));
        check(seccomp_arch_add(m_context.get(), wanted));
      }
    }
    if (thirtyTwoBit && seccomp_arch_exist(m_context.get(), SCMP_ARCH_X86_64) == 0) {
      check(seccomp_arch_add(m_context.get(), SCMP_ARCH_X86));
    }
    // A foreign table (x32, or 32-bit when that is not allowed): the call does not exist. Not a kill: programs probe.
    check(seccomp_attr_set(m_context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)));
    check(seccomp_attr_set(m_context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));
  }

  void rule(uint32_t action, std::string_view name, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    auto number = seccomp_syscall_resolve_name(std::string(name).c_str());
    // Not known to this libseccomp: then it is in no filter, and so answers ENOSYS.
    if (number == __NR_SCMP_ERROR) return;
    auto result = seccomp_rule_add_array(m_context.get(), action, number, static_cast<unsigned>(conditions.size()),
                                         conditions.begin());
    // A call that this processor's table lacks.
    if (result == -EDOM || result == -EACCES) return;
    check(result);
  }

  std::string program() {
    int fd;
    KJ_SYSCALL(fd = memfd_create("filter", MFD_CLOEXEC));
    kj::AutoCloseFd file(fd);
    check(seccomp_export_bpf(m_context.get(), fd));
    struct stat info;
    KJ_SYSCALL(fstat(fd, &info));
    std::string bytes(static_cast<size_t>(info.st_size), '\0');
    KJ_ASSERT(pread(fd, bytes.data(), bytes.size(), 0) == info.st_size);
    return bytes;
  }

private:
  static void check(int result) { KJ_ASSERT(result == 0, "libseccomp refused", -result); }
  struct Release {
    void operator()(void* context) const { seccomp_release(context); }
  };
  std::unique_ptr<void, Release> m_context;
};

scmp_arg_cmp low(unsigned argument, uint32_t value) { return {argument, SCMP_CMP_MASKED_EQ, LOW_HALF, value}; }
scmp_arg_cmp anyBit(unsigned argument, uint64_t bit) { return {argument, SCMP_CMP_MASKED_EQ, bit, bit}; }
scmp_arg_cmp atLeast(unsigned argument, uint64_t value) { return {argument, SCMP_CMP_GE, value, 0}; }

// CVE-2017-5226, CVE-2023-28100: typing into the terminal the app was started from. Line disciplines are drivers that
// the kernel would load for the asking.
void refuseTerminalInjection(Context& filter) {
  for (uint32_t request : {TIOCSTI, TIOCLINUX, TIOCSETD})
    filter.rule(SCMP_ACT_ERRNO(EPERM), "ioctl", {low(1, request)});
}

void refuseSocketFamilies(Context& filter, bool localSockets) {
  auto no = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  for (auto name : {"socket", "socketpair"}) {
    for (unsigned family = 0; family < LAST_FAMILY; ++family) {
      if (!isAllowedFamily(family, localSockets)) filter.rule(no, name, {low(0, family)});
    }
    // Whole 64 bits on purpose: rubbish in the high half is refused too.
    filter.rule(no, name, {atLeast(0, LAST_FAMILY)});
    for (unsigned protocol = 0; protocol < LAST_PROTOCOL; ++protocol) {
      if (protocol != NETLINK_ROUTE) filter.rule(no, name, {low(0, AF_NETLINK), low(2, protocol)});
    }
    filter.rule(no, name, {low(0, AF_NETLINK), atLeast(2, LAST_PROTOCOL)});
  }
}

// Of the Internet's protocols TCP, UDP and ICMP, which are what can be asked about. The others are rarely used code
// that the kernel loads for the asking; programs that try MPTCP first go on with TCP.
void refuseRareProtocols(Context& filter) {
  for (unsigned family : {AF_INET, AF_INET6}) {
    for (unsigned type : {SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP}) {
      filter.rule(SCMP_ACT_ERRNO(ESOCKTNOSUPPORT), "socket",
                  {low(0, family), {1, SCMP_CMP_MASKED_EQ, SOCK_TYPE_BITS, type}});
    }
    for (auto protocol : RARE_PROTOCOLS)
      filter.rule(SCMP_ACT_ERRNO(EPROTONOSUPPORT), "socket", {low(0, family), low(2, protocol)});
  }
}

void refuseNamespaces(Context& filter) {
  for (auto flag : NAMESPACE_FLAGS)
    filter.rule(SCMP_ACT_ERRNO(EPERM), "clone", {anyBit(0, static_cast<unsigned>(flag))});
}

}  // namespace

SeccompBuilder::SeccompBuilder(std::string processor) : m_processor(std::move(processor)) {}

SeccompBuilder& SeccompBuilder::allowNestedSandboxes() {
  m_nested = true;
  return *this;
}

SeccompBuilder& SeccompBuilder::allow32Bit() {
  m_thirtyTwoBit = true;
  return *this;
}

SeccompBuilder& SeccompBuilder::refuseLocalSockets() {
  m_localSockets = false;
  return *this;
}

std::string SeccompBuilder::calls() const {
  Context filter(SCMP_ACT_ERRNO(ENOSYS), m_processor, m_thirtyTwoBit);
  // The most general rule first: `connect` and its like would otherwise be carried over to socketcall.
  for (auto& rule : syscallTable()) {
    if (rule.group == SyscallGroup::Multiplexed)
      filter.rule(SCMP_ACT_ERRNO(static_cast<uint32_t>(rule.error)), rule.name);
  }
  for (auto& rule : syscallTable()) {
    if (rule.group == SyscallGroup::Multiplexed) continue;
    if (rule.name == "personality") {
      for (auto allowed : PERSONALITIES) filter.rule(SCMP_ACT_ALLOW, rule.name, {low(0, allowed)});
    } else if (rule.group == SyscallGroup::Allowed || (m_nested && isForNestedSandboxes(rule.name))) {
      filter.rule(SCMP_ACT_ALLOW, rule.name);
    } else if (rule.error != ENOSYS) {  // ENOSYS is what a call without a rule gets.
      filter.rule(SCMP_ACT_ERRNO(static_cast<uint32_t>(rule.error)), rule.name);
    }
  }
  return filter.program();
}

std::string SeccompBuilder::arguments() const {
  Context filter(SCMP_ACT_ALLOW, m_processor, m_thirtyTwoBit);
  refuseTerminalInjection(filter);
  refuseSocketFamilies(filter, m_localSockets);
  refuseRareProtocols(filter);
  if (!m_nested) refuseNamespaces(filter);
  return filter.program();
}

Filters buildFilters(const Abilities& abilities) {
  SeccompBuilder builder;
  if (abilities.ownSandboxes) builder.allowNestedSandboxes();
  if (abilities.thirtyTwoBit) builder.allow32Bit();
  if (!abilities.localSockets) builder.refuseLocalSockets();
  return {builder.calls(), builder.arguments()};
}

}  // namespace latchkey::sandbox
