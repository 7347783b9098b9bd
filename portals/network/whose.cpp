// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/whose.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <kj/debug.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <fstream>

#include "broker/base/text.h"
#include "portals/network/netlink.h"

namespace latchkey::network {
namespace {

constexpr size_t MOST_PROCESSES = 512;
constexpr size_t MOST_NAME = 64;

// Where the kernel can look for exactly one.
int numberOf(Protocol protocol) { return protocol == Protocol::Tcp ? IPPROTO_TCP : IPPROTO_UDP; }

bool hasOpen(int pid, const std::string& wanted) {
  auto folder = "/proc/" + std::to_string(pid) + "/fd";
  auto* list = opendir(folder.c_str());
  if (!list) return false;
  KJ_DEFER(closedir(list));
  while (auto* entry = readdir(list)) {
    char target[64];
    auto length = readlinkat(dirfd(list), entry->d_name, target, sizeof target);
    if (length > 0 && std::string_view(target, static_cast<size_t>(length)) == wanted) return true;
  }
  return false;
}

std::string programOf(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(file, name);
  return escaped(name.substr(0, MOST_NAME));
}

}  // namespace

kj::Maybe<uint64_t> Whose::inodeOf(const Flow& flow, Protocol protocol) {
  inet_diag_req_v2 wanted{};
  wanted.sdiag_family = flow.app.address.v6 ? AF_INET6 : AF_INET;
  wanted.sdiag_protocol = static_cast<uint8_t>(numberOf(protocol));
  wanted.idiag_states = ~0U;
  auto app = flow.app.address.raw(), far = flow.far.address.raw();
  memcpy(wanted.id.idiag_src, app.data(), app.size());
  memcpy(wanted.id.idiag_dst, far.data(), far.size());
  wanted.id.idiag_sport = htons(flow.app.port);
  wanted.id.idiag_dport = htons(flow.far.port);
  wanted.id.idiag_cookie[0] = wanted.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (protocol == Protocol::Udp) {
    // The kernel looks for who would receive: from outside.
    std::swap(wanted.id.idiag_sport, wanted.id.idiag_dport);
    std::swap(wanted.id.idiag_src, wanted.id.idiag_dst);
  }
  Netlink question;
  question.message(SOCK_DIAG_BY_FAMILY, 0, wanted);
  alignas(nlmsghdr) char answer[4096];
  while (recv(m_socket, answer, sizeof answer, MSG_DONTWAIT) > 0) {}  // Nothing of an earlier one.
  auto& all = question.all();
  if (send(m_socket, all.data(), all.size(), MSG_DONTWAIT) < 0) return nullptr;
  auto length = recv(m_socket, answer, sizeof answer, MSG_DONTWAIT);
  auto* header = reinterpret_cast<nlmsghdr*>(answer);
  if (length < 0 || !NLMSG_OK(header, static_cast<unsigned>(length))) return nullptr;
  if (header->nlmsg_type == NLMSG_ERROR) {
    if (static_cast<nlmsgerr*>(NLMSG_DATA(header))->error == -ENOENT) return uint64_t{0};
    return nullptr;
  }
  return uint64_t{static_cast<inet_diag_msg*>(NLMSG_DATA(header))->idiag_inode};
}

Owner ownerOf(uint64_t inode, int first) {
  if (inode == 0 || first <= 0) return {};
  auto wanted = "socket:[" + std::to_string(inode) + "]";
  std::deque<int> rest{first};
  for (size_t count = 0; !rest.empty() && count < MOST_PROCESSES; ++count) {
    auto pid = rest.front();
    rest.pop_front();
    if (hasOpen(pid, wanted)) return {pid, programOf(pid)};
    auto folder = "/proc/" + std::to_string(pid) + "/task";
    auto* tasks = opendir(folder.c_str());
    if (!tasks) continue;
    KJ_DEFER(closedir(tasks));
    while (auto* task = readdir(tasks)) {
      if (task->d_name[0] == '.') continue;
      std::ifstream children(folder + "/" + task->d_name + "/children");
      for (int child; children >> child;) rest.push_back(child);
    }
  }
  return {};
}

}  // namespace latchkey::network
