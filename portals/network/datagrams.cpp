// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/datagrams.h"

#include <errno.h>
#include <kj/debug.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

#include <algorithm>

#include "broker/base/log.h"
#include "portals/network/outside.h"

namespace latchkey::network {
namespace {

constexpr size_t MOST_LINKS = 2048;
constexpr size_t MOST_WAITING = 16, MOST_WAITING_BYTES = 128 * 1024;
constexpr size_t MOST_ASKING = 256;
constexpr size_t QUOTED = 128;
constexpr auto UNANSWERED = 60 * kj::SECONDS, ANSWERED = 180 * kj::SECONDS, REFUSED = 30 * kj::SECONDS;
constexpr int RECEIVED_AT_ONCE = 64;
constexpr size_t ECHO_HEADER = 8;

}  // namespace

Datagrams::Datagrams(kj::UnixEventPort& port, kj::Timer& timer, Desk& desk)
    : m_port(port), m_timer(timer), m_desk(desk), m_tasks(*this) {}

void Datagrams::taskFailed(kj::Exception&& exception) { logWarning("network portal: " + reason(exception)); }

void Datagrams::take(const Packet& packet) {
  if (packet.protocol == Protocol::Udp && packet.flow.far.port == NAMES_PORT) {
    if (m_asking < MOST_ASKING) m_tasks.add(answerNames(packet.flow, kj::heapArray(packet.payload)));
    return;
  }
  auto known = m_links.find({packet.protocol, packet.flow});
  if (known != m_links.end()) {
    auto& link = *known->second;
    link.lastOut = m_timer.now();
    if (link.refused) {
      m_desk.toApp(unreachable(packet.whole, packet.flow, Unreachable::Port));
    } else if (link.socket.get() >= 0) {
      sendOut(link, packet);
    } else if (link.waiting.size() < MOST_WAITING && link.waitingBytes + packet.whole.size() <= MOST_WAITING_BYTES) {
      link.waitingBytes += packet.whole.size();
      link.waiting.push_back(kj::heapArray(packet.whole));
    }
    return;
  }
  if (m_links.size() >= MOST_LINKS) return;
  auto wanted = m_desk.destinationOf(packet.flow.far, packet.protocol);
  KJ_IF_MAYBE (destination, wanted) {
    auto link = std::make_shared<DatagramLink>(*destination, packet.flow);
    link->lastOut = m_timer.now();
    link->first = kj::heapArray(packet.whole.slice(0, std::min(packet.whole.size(), QUOTED)));
    link->waiting.push_back(kj::heapArray(packet.whole));
    link->waitingBytes = packet.whole.size();
    if (!m_desk.began(link)) return;
    m_links[{packet.protocol, packet.flow}] = link;
    m_tasks.add(serve(link));
  } else {
    m_desk.toApp(unreachable(packet.whole, packet.flow, Unreachable::Host));
  }
}

kj::Promise<void> Datagrams::serve(LinkRef link) {
  auto protocol = link->wanted.protocol;
  try {
    co_await link->canceler.wrap(exchange(link));
  } catch (const kj::Exception& exception) {
    if (link->ending == Ending::NONE) {
      link->ending = Ending::FAILED;
      logWarning("network portal: " + reason(exception));
    }
  }
  link->socket = nullptr;
  link->waiting.clear();
  m_desk.over(link);
  if (link->refused) {
    // Until nothing has come for a while.
    for (;;) {
      auto quiet = m_timer.now() - link->lastOut;
      if (quiet >= REFUSED) break;
      co_await m_timer.afterDelay(REFUSED - quiet);
    }
  }
  m_links.erase({protocol, link->flow});
}

kj::Promise<void> Datagrams::exchange(LinkRef link) {
  auto way = co_await m_desk.findWay(link);
  if (way.kind == Way::Kind::Later) co_return;
  if (way.kind != Way::Kind::Open) {
    link->ending = way.kind == Way::Kind::Refused ? Ending::DENIED : Ending::NOT_FOUND;
    link->refused = way.kind == Way::Kind::Refused;
    m_desk.toApp(unreachable(link->first, link->flow, link->refused ? Unreachable::Port : Unreachable::Host));
    co_return;
  }
  bool isEcho = link->wanted.protocol == Protocol::Ping;
  auto connected = datagramSocket(way.addresses, link->flow.far.port, isEcho);
  link->address = connected.address.text();
  if (connected.error != 0) {
    link->ending = Ending::NOT_REACHABLE;
    tell(*link, connected.error);
    co_return;
  }
  link->socket = kj::mv(connected.fd);
  link->state = Link::State::Open;
  m_desk.opened(*link);
  for (auto& bytes : link->waiting) {
    KJ_IF_MAYBE (packet, packetFrom(bytes)) sendOut(*link, *packet);
  }
  link->waiting.clear();
  kj::UnixEventPort::FdObserver observer(m_port, link->socket, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  static kj::byte received[65536];  // One thread, and nothing is kept in it over a wait.
  for (int count = 0;;) {
    auto length = recv(link->socket, received, sizeof received, MSG_DONTWAIT);
    if (length >= 0) {
      giveToApp(*link, kj::arrayPtr(received, static_cast<size_t>(length)));
      if (++count % RECEIVED_AT_ONCE == 0) co_await kj::evalLater([] {});
    } else if (errno == EAGAIN) {
      co_await observer.whenBecomesReadable();
    } else if (errno != EINTR) {
      tell(*link, errno);  // What came for the socket in between: it goes on.
    }
  }
}

void Datagrams::sendOut(DatagramLink& link, const Packet& packet) {
  auto size = std::max<size_t>(packet.payload.size(), 1);
  if (link.allowed(size, m_timer.now()) < size) return;  // As any wire that is full.
  ssize_t sent;
  if (packet.protocol == Protocol::Ping) {
    auto bytes = kj::heapArray<kj::byte>(ECHO_HEADER + packet.payload.size());
    std::fill_n(bytes.begin(), ECHO_HEADER, 0);
    // A name may lead to an address of the other family.
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    getsockname(link.socket, reinterpret_cast<sockaddr*>(&own), &length);
    bytes[0] = own.ss_family == AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    bytes[6] = static_cast<kj::byte>(packet.sequence >> 8);
    bytes[7] = static_cast<kj::byte>(packet.sequence);
    std::copy(packet.payload.begin(), packet.payload.end(), bytes.begin() + ECHO_HEADER);
    sent = send(link.socket, bytes.begin(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } else {
    sent = send(link.socket, packet.payload.begin(), packet.payload.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  if (sent < 0) {
    tell(link, errno);
    return;
  }
  link.passedOut(packet.payload.size());
}

void Datagrams::giveToApp(DatagramLink& link, kj::ArrayPtr<const kj::byte> received) {
  auto size = std::max<size_t>(received.size(), 1);
  if (link.allowed(size, m_timer.now()) < size) return;
  link.lastIn = m_timer.now();
  link.answered = true;
  if (link.wanted.protocol == Protocol::Ping) {
    if (received.size() < ECHO_HEADER || (received[0] != ICMP_ECHOREPLY && received[0] != ICMP6_ECHO_REPLY)) return;
    auto number = static_cast<uint16_t>(received[6] << 8 | received[7]);
    received = received.slice(ECHO_HEADER, received.size());
    m_desk.toApp(echo(link.flow, true, number, received));
  } else {
    if (received.size() > MOST_DATAGRAM) return;
    m_desk.toApp(datagram(link.flow.far, link.flow.app, received));
  }
  link.passedIn(received.size());
}

void Datagrams::tell(DatagramLink& link, int error) {
  auto why = error == ECONNREFUSED                      ? Unreachable::Port
             : error == ENETUNREACH                     ? Unreachable::Network
             : error == EHOSTUNREACH || error == EACCES ? Unreachable::Host
                                                        : Unreachable::Forbidden;
  if (error == EAGAIN || error == ENOBUFS || error == EMSGSIZE || error == EMFILE || error == ENFILE) return;
  m_desk.toApp(unreachable(link.first, link.flow, why));
}

kj::Promise<void> Datagrams::answerNames(Flow flow, kj::Array<kj::byte> query) {
  ++m_asking;
  KJ_DEFER(--m_asking);
  auto answer = co_await m_desk.answerNames(kj::mv(query), Protocol::Udp);
  if (answer.size() != 0 && answer.size() <= MOST_DATAGRAM) m_desk.toApp(datagram(flow.far, flow.app, answer));
}

void Datagrams::tick() {
  std::vector<LinkRef> idle;
  for (auto& [key, link] : m_links) {
    if (link->state != Link::State::Open) continue;
    auto last = std::max(link->lastOut, link->lastIn);
    if (m_timer.now() - last > (link->answered ? ANSWERED : UNANSWERED)) idle.push_back(link);
  }
  for (auto& link : idle) link->cut(Ending::FINISHED);
}

}  // namespace latchkey::network
