// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/doctor/kernel-trials.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/mount.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <format>

namespace latchkey {
namespace {

// What a child found, as an exit status: 0, or the step and the error that stopped it, through a pipe.
struct Stop {
  int step = 0;
  int error = 0;
};

// Runs `body` in a child: system calls only, since other threads may hold locks. It returns 0 or the step that failed.
template <typename Body>
Stop inChild(Body body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return {-1, errno};
  auto child = fork();
  if (child == 0) {
    errno = 0;
    Stop stop;
    stop.step = body();
    stop.error = stop.step == 0 ? 0 : errno;
    [[maybe_unused]] auto written = write(ends[1], &stop, sizeof stop);
    _exit(0);
  }
  close(ends[1]);
  Stop stop{-1, EIO};  // If the child was killed: by a filter around us, for one.
  if (child < 0 || read(ends[0], &stop, sizeof stop) != sizeof stop) stop = {-1, child < 0 ? errno : EIO};
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return stop;
}

Trial judged(const Stop& stop, std::initializer_list<const char*> steps) {
  if (stop.step == 0) return {true, {}};
  auto step = stop.step > 0 && stop.step <= static_cast<int>(steps.size()) ? steps.begin()[stop.step - 1] : "trying it";
  return {false, std::format("{}: {}", step, strerror(stop.error))};
}

bool put(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  auto size = static_cast<ssize_t>(strlen(text));
  bool fine = write(fd, text, static_cast<size_t>(size)) == size;
  close(fd);
  return fine;
}

// A user namespace in which we are who we are outside.
bool enterOwnNamespaces(unsigned uid, unsigned gid) {
  char text[64];
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return false;
  snprintf(text, sizeof text, "%u %u 1", uid, uid);
  if (!put("/proc/self/setgroups", "deny") || !put("/proc/self/uid_map", text)) return false;
  snprintf(text, sizeof text, "%u %u 1", gid, gid);
  return put("/proc/self/gid_map", text);
}

// What is said to nf_tables, one message after the other.
class RuleSet {
public:
  void begin(uint16_t type, uint16_t flags, uint8_t family, uint16_t subsystem = NFNL_SUBSYS_NFTABLES) {
    finish();
    m_message = m_size;
    m_header = {};
    m_header.nlmsg_type = type;
    m_header.nlmsg_flags = flags;
    m_header.nlmsg_seq = ++m_number;
    if (subsystem == NFNL_SUBSYS_NFTABLES) m_header.nlmsg_type = static_cast<uint16_t>(subsystem << 8 | type);
    add(&m_header, sizeof m_header);
    nfgenmsg about{family, NFNETLINK_V0, 0};
    // Of a batch's own ends the subsystem stands here, in network order.
    if (subsystem != NFNL_SUBSYS_NFTABLES) about.res_id = __builtin_bswap16(NFNL_SUBSYS_NFTABLES);
    add(&about, sizeof about);
  }
  void text(uint16_t type, const char* text) { attribute(type, text, strlen(text) + 1); }
  void number(uint16_t type, uint32_t number) {
    number = __builtin_bswap32(number);
    attribute(type, &number, sizeof number);
  }
  size_t nest(uint16_t type) {
    auto at = m_size;
    attribute(static_cast<uint16_t>(type | NLA_F_NESTED), nullptr, 0);
    return at;
  }
  void endNest(size_t at) {
    auto length = static_cast<uint16_t>(m_size - at);
    memcpy(m_bytes + at, &length, sizeof length);
  }
  void finish() {
    if (m_size == 0) return;
    m_header.nlmsg_len = static_cast<uint32_t>(m_size - m_message);
    memcpy(m_bytes + m_message, &m_header, sizeof m_header);
  }
  // Whether the kernel takes all of it: each message that wants an answer gets one, in order.
  bool taken(int answers) {
    finish();
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (netlink < 0) return false;
    timeval patience{2, 0};
    setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (send(netlink, m_bytes, m_size, 0) != static_cast<ssize_t>(m_size)) return false;
    while (answers > 0) {
      alignas(nlmsghdr) char answer[8192];
      auto size = recv(netlink, answer, sizeof answer, 0);
      if (size < 0) return false;
      auto left = static_cast<uint32_t>(size);
      for (auto message = reinterpret_cast<nlmsghdr*>(answer); NLMSG_OK(message, left);
           message = NLMSG_NEXT(message, left)) {
        if (message->nlmsg_type != NLMSG_ERROR) continue;
        auto error = static_cast<nlmsgerr*>(NLMSG_DATA(message))->error;
        if (error != 0) return errno = -error, false;
        --answers;
      }
    }
    return true;
  }

private:
  void add(const void* data, size_t size) {
    if (size > 0) memcpy(m_bytes + m_size, data, size);
    m_size += NLMSG_ALIGN(size);
  }
  void attribute(uint16_t type, const void* data, size_t size) {
    nlattr header{static_cast<uint16_t>(sizeof header + size), type};
    add(&header, sizeof header);
    add(data, size);
  }

  alignas(nlmsghdr) char m_bytes[2048] = {};
  size_t m_size = 0, m_message = 0;
  uint32_t m_number = 0;
  nlmsghdr m_header{};
};

void describeRedirection(RuleSet& rules) {
  constexpr uint16_t MAKE = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
  rules.begin(NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, AF_UNSPEC, NFNL_SUBSYS_NONE);
  rules.begin(NFT_MSG_NEWTABLE, MAKE, NFPROTO_INET);
  rules.text(NFTA_TABLE_NAME, "doctor");
  rules.begin(NFT_MSG_NEWCHAIN, MAKE, NFPROTO_INET);
  rules.text(NFTA_CHAIN_TABLE, "doctor");
  rules.text(NFTA_CHAIN_NAME, "out");
  auto hook = rules.nest(NFTA_CHAIN_HOOK);
  rules.number(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT);
  rules.number(NFTA_HOOK_PRIORITY, static_cast<uint32_t>(-100));
  rules.endNest(hook);
  rules.text(NFTA_CHAIN_TYPE, "nat");
  rules.begin(NFT_MSG_NEWRULE, MAKE | NLM_F_APPEND, NFPROTO_INET);
  rules.text(NFTA_RULE_TABLE, "doctor");
  rules.text(NFTA_RULE_CHAIN, "out");
  auto expressions = rules.nest(NFTA_RULE_EXPRESSIONS);
  auto element = rules.nest(NFTA_LIST_ELEM);
  rules.text(NFTA_EXPR_NAME, "redir");
  rules.endNest(element);
  rules.endNest(expressions);
  rules.begin(NFNL_MSG_BATCH_END, NLM_F_REQUEST, AF_UNSPEC, NFNL_SUBSYS_NONE);
}

}  // namespace

Trial tryWire() {
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid) || unshare(CLONE_NEWNET) < 0) return 1;
                  int wire = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
                  if (wire < 0) return 2;
                  ifreq name{};
                  memcpy(name.ifr_name, "lk0", 4);
                  name.ifr_flags = IFF_TUN | IFF_NO_PI;
                  if (ioctl(wire, TUNSETIFF, &name) < 0) return 3;
                  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
                  name.ifr_flags = IFF_UP;
                  return any < 0 || ioctl(any, SIOCSIFFLAGS, &name) < 0 ? 4 : 0;
                }),
                {"making a namespace", "opening /dev/net/tun", "making the wire", "switching it on"});
}

Trial tryRedirection() {
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid) || unshare(CLONE_NEWNET) < 0) return 1;
                  RuleSet rules;
                  describeRedirection(rules);
                  return rules.taken(3) ? 0 : 2;
                }),
                {"making a namespace", "nf_tables"});
}

Trial tryUserNamespaces() {
  // Making one may succeed and give nothing: only what it is for tells (AppArmor's restriction).
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid)) return 1;
                  return unshare(CLONE_NEWNET) < 0 ? 2 : 0;
                }),
                {"making a namespace", "using it"});
}

Trial tryNestedUserNamespaces() {
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid)) return 1;
                  return enterOwnNamespaces(uid, gid) ? 0 : 2;
                }),
                {"making a namespace", "making one within it"});
}

Trial tryDevice(const char* path) {
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) {
    close(fd);
    return {true, {}};
  }
  if (errno == ENOENT) return {false, "missing"};
  return {false, errno == EACCES || errno == EPERM ? "only root may open it" : strerror(errno)};
}

Trial tryFuseMount() {
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid)) return 1;
                  int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
                  if (device < 0) return 2;
                  int context = static_cast<int>(syscall(SYS_fsopen, "fuse", 1));
                  if (context < 0) return 3;
                  auto set = [&](const char* key, const char* value) {
                    return syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0) == 0;
                  };
                  auto setNumber = [&](const char* key, unsigned value) {
                    char text[32];
                    snprintf(text, sizeof text, "%u", value);
                    return set(key, text);
                  };
                  if (!setNumber("fd", static_cast<unsigned>(device)) || !set("rootmode", "40000") ||
                      !setNumber("user_id", uid) || !setNumber("group_id", gid))
                    return 4;
                  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) return 5;
                  return syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV) < 0 ? 6
                                                                                                                  : 0;
                }),
                {"making a namespace", "opening /dev/fuse", "the kernel's new mount calls",
                 "describing the file system", "making the file system", "mounting it"});
}

Trial trySystemCallFilter() {
  return judged(inChild([] {
                  sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
                  sock_fprog program{1, &allow};
                  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return 1;
                  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? 2 : 0;
                }),
                {"giving up new privileges", "loading a filter"});
}

}  // namespace latchkey
