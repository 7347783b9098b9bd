// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/support/own-network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace latchkey::test {
namespace {

int here = -1, beyond = -1;

void write(const std::string& place, const std::string& text) {
  std::ofstream file(place);
  file << text;
}

// Of what is executed next, also if it is not root. All of them: only who has as much may look into this process.
void keepCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  syscall(SYS_capget, &header, data);
  for (auto& half : data) half.inheritable = half.permitted;
  syscall(SYS_capset, &header, data);
  for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; ++cap)
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
}

}  // namespace

std::string enterOwnNetwork(As as) {
  auto uid = std::to_string(getuid()), gid = std::to_string(getgid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) < 0)
    return std::string("no namespaces can be made here: ") + strerror(errno);
  write("/proc/self/setgroups", "deny");
  write("/proc/self/uid_map", (as == As::Root ? "0" : uid) + " " + uid + " 1");
  write("/proc/self/gid_map", (as == As::Root ? "0" : gid) + " " + gid + " 1");
  if (access("/dev/net/tun", R_OK | W_OK) < 0) return "no /dev/net/tun that may be used";
  here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (unshare(CLONE_NEWNET) < 0) return "no second network";
  beyond = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (setns(here, CLONE_NEWNET) < 0) return "no way back";
  auto there = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(beyond);
  if (!configure(Network::Here,
                 "ip link set lo up && ip link add out0 type veth peer name far0 && ip link set far0 netns " + there +
                     " && ip addr add 203.0.113.2/24 dev out0 && ip addr add 192.168.77.2/24 dev out0"
                     " && ip addr add 2600:1::2/64 dev out0 nodad && ip link set out0 up")) {
    return "no veth between networks of our own";
  }
  write("/proc/sys/net/ipv4/ping_group_range", as == As::Root ? "0 0" : gid + " " + gid);
  if (!configure(
          Network::Beyond,
          "ip link set lo up && ip addr add 203.0.113.1/24 dev far0 && ip addr add 203.0.113.3/24 dev far0"
          " && ip addr add 192.168.77.1/24 dev far0 && ip addr add 2600:1::1/64 dev far0 nodad && ip link set far0 up"))
    return "no addresses outside";
  inNetwork(Network::Beyond, [] { write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"); });
  mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  return {};
}

void inNetwork(Network network, const std::function<void()>& action) {
  if (network == Network::Beyond && setns(beyond, CLONE_NEWNET) < 0) abort();
  action();
  if (network == Network::Beyond && setns(here, CLONE_NEWNET) < 0) abort();
}

bool configure(Network network, const std::string& words) {
  auto pid = fork();
  if (pid == 0) {
    if (network == Network::Beyond && setns(beyond, CLONE_NEWNET) < 0) _exit(126);
    if (getuid() != 0) keepCapabilities();
    execl("/bin/sh", "sh", "-c", words.c_str(), nullptr);
    _exit(127);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  return status == 0;
}

void dropCapabilities() {
  for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; ++cap) prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

pid_t startBeyond(const std::vector<std::string>& words, const std::string& log,
                  const std::vector<std::string>& environment) {
  auto pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (setns(beyond, CLONE_NEWNET) < 0) _exit(126);
  dropCapabilities();
  setpgid(0, 0);
  dup2(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 1);
  dup2(1, 2);
  dup2(open("/dev/null", O_RDONLY), 0);
  for (auto& entry : environment) putenv(strdup(entry.c_str()));
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

void endBeyond(pid_t& process) {
  if (process <= 0) return;
  kill(-process, SIGKILL);
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  process = 0;
}

bool putInPlace(const std::string& file, const std::string& place) {
  return mount(file.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

}  // namespace latchkey::test
