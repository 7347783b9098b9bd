// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/listeners.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <map>

#include "broker/base/address.h"

namespace latchkey::network {
namespace {

constexpr size_t MOST = 1'000;
// From here on the kernel gives ports by itself.
constexpr uint16_t FIRST_CHOSEN_PORT = 32768;

using Ports = std::map<std::pair<uint16_t, bool>, ListeningPort>;

void take(const inet_diag_msg& found, bool udp, const std::set<uint64_t>& ours, Ports& ports) {
  auto port = ntohs(found.id.idiag_sport);
  if (ours.contains(found.idiag_inode) || (udp && (port >= FIRST_CHOSEN_PORT || found.id.idiag_dport != 0))) return;
  auto start = reinterpret_cast<const uint8_t*>(found.id.idiag_src);
  auto address = Address::of({start, found.idiag_family == AF_INET6 ? 16U : 4U});
  bool everywhere = address == Address{.v6 = address.v6};
  bool loopback = !everywhere && classOf(address) == AddressClass::ThisComputer;
  if (ports.size() >= MOST && !ports.contains({port, udp})) return;
  auto& entry =
      ports.try_emplace({port, udp}, ListeningPort{.port = port, .udp = udp, .inode = found.idiag_inode}).first->second;
  entry.loopback = entry.loopback && loopback;
}

// False: there is no more.
bool takeAll(const char* bytes, size_t length, bool udp, const std::set<uint64_t>& ours, Ports& ports) {
  auto left = static_cast<unsigned>(length);
  for (auto header = reinterpret_cast<const nlmsghdr*>(bytes); NLMSG_OK(header, left);
       header = NLMSG_NEXT(header, left)) {
    if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) return false;
    if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY || header->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) continue;
    take(*static_cast<const inet_diag_msg*>(NLMSG_DATA(header)), udp, ours, ports);
  }
  return true;
}

void dump(int diagnosis, uint8_t family, bool udp, const std::set<uint64_t>& ours, Ports& ports) {
  struct {
    nlmsghdr header{};
    inet_diag_req_v2 wanted{};
  } question;
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.wanted.sdiag_family = family;
  question.wanted.sdiag_protocol = udp ? IPPROTO_UDP : IPPROTO_TCP;
  question.wanted.idiag_states = 1U << (udp ? TCP_CLOSE : TCP_LISTEN);  // UDP that is not connected.
  alignas(nlmsghdr) char answer[32768];
  while (recv(diagnosis, answer, sizeof answer, MSG_DONTWAIT) > 0) {}  // Nothing of an earlier one.
  if (send(diagnosis, &question, sizeof question, MSG_DONTWAIT) < 0) return;
  for (;;) {
    auto length = recv(diagnosis, answer, sizeof answer, MSG_DONTWAIT);
    if (length <= 0 || !takeAll(answer, static_cast<size_t>(length), udp, ours, ports)) return;
  }
}

}  // namespace

std::vector<ListeningPort> listeningIn(int diagnosis, const std::set<uint64_t>& ours) {
  Ports ports;
  for (bool udp : {false, true})
    for (uint8_t family : {AF_INET, AF_INET6}) dump(diagnosis, family, udp, ours, ports);
  std::vector<ListeningPort> all;
  for (auto& [key, port] : ports) all.push_back(port);
  return all;
}

}  // namespace latchkey::network
