// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/tcp.h"

#include <errno.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/base/log.h"
#include "portals/network/outside.h"

namespace latchkey::network {
namespace {

constexpr int ORIGINAL_DESTINATION = 80;  // SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST, whose headers exclude others.
constexpr auto RESEND_AFTER = 500 * kj::MILLISECONDS;
constexpr auto ARRIVAL_PATIENCE = 5 * kj::SECONDS;
constexpr auto CONNECT_PATIENCE = 150 * kj::SECONDS;  // The app's kernel has given up before.
constexpr auto NAMES_PATIENCE = 30 * kj::SECONDS;
constexpr auto DESCRIPTOR_PATIENCE = 50 * kj::MILLISECONDS;
constexpr size_t MOST_OF_QUERY = 512;
constexpr size_t MOST_TALKS = 64;
constexpr int ACCEPTED_AT_ONCE = 64;
constexpr size_t MOST_LINKS = 8192;
constexpr size_t MOST_TOLD = 512;
constexpr auto UNDER_WAY = 10 * kj::SECONDS;

kj::Maybe<Endpoint> endpointOf(const sockaddr_storage& socket) {
  auto address = addressOf(reinterpret_cast<const sockaddr*>(&socket));
  KJ_IF_MAYBE (found, address) {
    // The port stands at the same place in both families.
    return Endpoint{*found, ntohs(reinterpret_cast<const sockaddr_in*>(&socket)->sin_port)};
  }
  return nullptr;
}

kj::Maybe<Endpoint> meantEnd(int socket, bool v6) {
  sockaddr_storage meant{};
  socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (getsockopt(socket, v6 ? static_cast<int>(IPPROTO_IPV6) : static_cast<int>(IPPROTO_IP), ORIGINAL_DESTINATION,
                 &meant, &size) < 0) {
    return nullptr;
  }
  return endpointOf(meant);
}

// All of them, waiting; false at the end of the bytes.
kj::Promise<bool> readAll(int socket, kj::UnixEventPort::FdObserver& observer, kj::ArrayPtr<kj::byte> to) {
  for (size_t at = 0; at < to.size();) {
    auto count = recv(socket, to.begin() + at, to.size() - at, MSG_DONTWAIT);
    if (count > 0) {
      at += static_cast<size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      co_await observer.whenBecomesReadable();
    } else if (count == 0 || errno != EINTR) {
      co_return false;
    }
  }
  co_return true;
}

kj::Promise<bool> writeAll(int socket, kj::UnixEventPort::FdObserver& observer, kj::ArrayPtr<const kj::byte> from) {
  for (size_t at = 0; at < from.size();) {
    auto count = send(socket, from.begin() + at, from.size() - at, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      at += static_cast<size_t>(count);
    } else if (errno == EAGAIN) {
      co_await observer.whenBecomesWritable();
    } else if (errno != EINTR) {
      co_return false;
    }
  }
  co_return true;
}

}  // namespace

Tcp::Tcp(kj::UnixEventPort& port, kj::Timer& timer, Desk& desk, Pipes& pipes, Wiring& wiring)
    : m_port(port), m_timer(timer), m_desk(desk), m_pipes(pipes), m_wiring(wiring), m_tasks(*this) {
  m_tasks.add(accept(wiring.listener4, false));
  if (wiring.listener6.get() >= 0) m_tasks.add(accept(wiring.listener6, true));
  m_tasks.add(acceptNames(wiring.namesTcp));
}

void Tcp::taskFailed(kj::Exception&& exception) { logWarning("network portal: " + reason(exception)); }

void Tcp::take(const Packet& packet) {
  if (!packet.opens()) {
    // Of a connection that is not there any more.
    if ((packet.flags & Packet::RST) == 0) m_desk.toApp(refusalOf(packet));
    return;
  }
  auto known = m_links.find(packet.flow);
  if (known != m_links.end()) {
    if (known->second->sequence == packet.sequence) return;
    auto former = known->second;  // The app has given that one up, and begins anew from the same port.
    former->cut(Ending::GIVEN_UP_BY_APP);
    m_links.erase(packet.flow);
  }
  auto told = m_told.find(packet.flow);
  if (told != m_told.end() && told->second.sequence == packet.sequence && m_timer.now() < told->second.until) {
    answer(packet, told->second.error);
    return;
  }
  if (m_links.size() >= MOST_LINKS) return;  // Its kernel will try again.
  auto wanted = m_desk.destinationOf(packet.flow.far, Protocol::Tcp);
  KJ_IF_MAYBE (destination, wanted) {
    auto link = std::make_shared<TcpLink>(*destination, packet.flow);
    link->syn = kj::heapArray(packet.whole);
    link->sequence = packet.sequence;
    link->isWatched = true;
    if (packet.flow.far.port != NAMES_PORT && !m_desk.began(link)) return;
    m_links[packet.flow] = link;
    m_tasks.add(serve(link));
  } else {
    m_desk.toApp(unreachable(packet.whole, packet.flow, Unreachable::Host));
  }
}

kj::Promise<void> Tcp::serve(LinkRef link) {
  bool isNames = link->flow.far.port == NAMES_PORT;
  try {
    co_await link->canceler.wrap(isNames ? serveNames(link) : connect(link));
  } catch (const kj::Exception& exception) {
    // Cut, or the work failed. The app is told by a reset also while it is still connecting.
    if (link->ending == Ending::NONE) {
      link->ending = Ending::FAILED;
      logWarning("network portal: " + reason(exception));
    }
    if (link->state != Link::State::Open) tell(*link, ECONNREFUSED);
  }
  auto known = m_links.find(link->flow);
  if (known != m_links.end() && known->second == link) m_links.erase(known);
  if (!isNames) m_desk.over(link);
}

kj::Promise<void> Tcp::connect(LinkRef link) {
  auto way = co_await m_desk.findWay(link);
  if (way.kind != Way::Kind::Open) {
    if (way.kind == Way::Kind::Later) co_return;
    link->ending = way.kind == Way::Kind::Refused ? Ending::DENIED : Ending::NOT_FOUND;
    tell(*link, way.kind == Way::Kind::Refused ? ECONNREFUSED : EHOSTUNREACH);
    co_return;
  }
  link->state = Link::State::Connecting;
  m_desk.opened(*link);
  Connected connected;
  connected.error = ETIMEDOUT;
  if (way.service) {
    connected.fd = co_await m_desk.dial(link->grant);
    connected.error = connected.fd.get() < 0 ? ECONNREFUSED : 0;
  } else {
    connected = co_await connectTo(m_port, m_timer, way.addresses, link->flow.far.port)
                    .exclusiveJoin(m_timer.afterDelay(CONNECT_PATIENCE).then([] {
                      Connected nothing;
                      nothing.error = ETIMEDOUT;
                      return nothing;
                    }));
    link->address = connected.address.text();
  }
  if (connected.error != 0) {
    link->ending = connected.error == ECONNREFUSED ? Ending::REFUSED_BY_OTHER_SIDE
                   : connected.error == ETIMEDOUT  ? Ending::NO_ANSWER
                                                   : Ending::NOT_REACHABLE;
    tell(*link, connected.error);
    co_return;
  }
  auto inside = co_await bringIn(*link);
  if (inside.get() < 0) {
    link->ending = Ending::GIVEN_UP_BY_APP;
    resetAtClose(connected.fd);
    co_return;
  }
  link->state = Link::State::Open;
  link->syn = nullptr;
  Relay relay(m_port, m_timer, m_pipes, *link, kj::mv(inside), kj::mv(connected.fd));
  link->ending = co_await relay.run();
}

// What the app's connect() returns with. Without a word where nobody answered: its kernel gives up by itself.
void Tcp::tell(TcpLink& link, int error) {
  KJ_IF_MAYBE (packet, packetFrom(link.syn)) {
    if (!answer(*packet, error)) return;
    auto now = m_timer.now();
    if (m_told.size() >= MOST_TOLD) std::erase_if(m_told, [&](auto& entry) { return entry.second.until <= now; });
    if (m_told.size() >= MOST_TOLD) m_told.clear();  // At worst somebody is asked twice.
    m_told.insert_or_assign(link.flow, Told{link.sequence, error, now + UNDER_WAY});
  }
}

// Whether there is anything to be said.
bool Tcp::answer(const Packet& syn, int error) {
  switch (error) {
    case ECONNREFUSED: m_desk.toApp(refusalOf(syn)); return true;
    case ENETUNREACH: m_desk.toApp(unreachable(syn.whole, syn.flow, Unreachable::Network)); return true;
    case ETIMEDOUT:
    case EMFILE:
    case ENFILE:
    case ENOBUFS: return false;
    default: m_desk.toApp(unreachable(syn.whole, syn.flow, Unreachable::Host)); return true;
  }
}

kj::Promise<kj::AutoCloseFd> Tcp::bringIn(TcpLink& link) {
  co_await m_desk.ensureGate();
  auto paf = kj::newPromiseAndFulfiller<kj::AutoCloseFd>();
  link.arrival = kj::mv(paf.fulfiller);
  KJ_DEFER(link.arrival = nullptr);
  auto arrived = kj::mv(paf.promise).exclusiveJoin(resend(link).then([]() -> kj::AutoCloseFd { KJ_UNREACHABLE; }));
  co_return co_await arrived.exclusiveJoin(m_timer.afterDelay(ARRIVAL_PATIENCE).then([] { return kj::AutoCloseFd(); }));
}

// Again and again, as any SYN may be lost. Does not return.
kj::Promise<void> Tcp::resend(TcpLink& link) {
  auto v6 = link.flow.far.address.v6;
  sockaddr_storage to;
  auto size = link.flow.far.address.toSocket(0, to);  // A raw socket of IPv6 takes no port.
  for (;;) {
    sendto(v6 ? m_wiring.raw6 : m_wiring.raw4, link.syn.begin(), link.syn.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
           reinterpret_cast<sockaddr*>(&to), size);
    co_await m_timer.afterDelay(RESEND_AFTER);
  }
}

kj::Promise<void> Tcp::accept(int listener, bool v6) {
  kj::UnixEventPort::FdObserver observer(m_port, listener, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (int count = 0;;) {
    kj::AutoCloseFd socket(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.get() >= 0) {
      assign(kj::mv(socket), v6);
      if (++count % ACCEPTED_AT_ONCE == 0) co_await kj::evalLater([] {});
    } else if (errno == EAGAIN) {
      co_await observer.whenBecomesReadable();
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      co_await m_timer.afterDelay(DESCRIPTOR_PATIENCE);  // Those that wait here go on waiting.
    }
  }
}

void Tcp::assign(kj::AutoCloseFd socket, bool v6) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) < 0) return;
  auto app = endpointOf(peer), far = meantEnd(socket, v6);
  KJ_IF_MAYBE (theirs, app) {
    KJ_IF_MAYBE (meant, far) {
      auto exact = m_links.find({*theirs, *meant});
      auto take = [&](TcpLink& link) {
        KJ_IF_MAYBE (arrival, link.arrival) {
          (*arrival)->fulfill(kj::mv(socket));
          link.arrival = nullptr;
          return true;
        }
        return false;
      };
      if (exact != m_links.end() && take(*exact->second)) return;
      for (auto& [flow, link] : m_links) {
        if (flow.far == *meant && take(*link)) return;
      }
    }
  }
  resetAtClose(socket);
}

// A name server at whatever address: ours.
kj::Promise<void> Tcp::serveNames(LinkRef link) {
  auto socket = co_await bringIn(*link);
  if (socket.get() < 0) co_return;
  link->state = Link::State::Open;
  link->ending = Ending::FINISHED;
  co_await talk(kj::mv(socket));
}

kj::Promise<void> Tcp::acceptNames(int listener) {
  kj::UnixEventPort::FdObserver observer(m_port, listener, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    kj::AutoCloseFd socket(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.get() < 0) {
      if (errno == EAGAIN) co_await observer.whenBecomesReadable();
      else co_await m_timer.afterDelay(DESCRIPTOR_PATIENCE);
    } else if (m_talks < MOST_TALKS) {
      m_tasks.add(talk(kj::mv(socket)));
    }
  }
}

kj::Promise<void> Tcp::talk(kj::AutoCloseFd socket) {
  ++m_talks;
  KJ_DEFER(--m_talks);
  kj::UnixEventPort::FdObserver observer(m_port, socket, kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE);
  auto inTime = [&](kj::Promise<bool> work) {
    return work.exclusiveJoin(m_timer.afterDelay(NAMES_PATIENCE).then([] { return false; }));
  };
  for (;;) {
    kj::byte length[2];
    if (!co_await inTime(readAll(socket, observer, length))) break;
    auto query = kj::heapArray<kj::byte>(static_cast<size_t>(length[0] << 8 | length[1]));
    if (query.size() == 0 || query.size() > MOST_OF_QUERY) break;
    if (!co_await inTime(readAll(socket, observer, query))) break;
    auto answer = co_await m_desk.answerNames(kj::mv(query), Protocol::Tcp);
    if (answer.size() == 0 || answer.size() > UINT16_MAX) break;
    auto whole = kj::heapArray<kj::byte>(sizeof length + answer.size());
    whole[0] = static_cast<kj::byte>(answer.size() >> 8);
    whole[1] = static_cast<kj::byte>(answer.size());
    std::copy(answer.begin(), answer.end(), whole.begin() + sizeof length);
    if (!co_await inTime(writeAll(socket, observer, whole))) break;
  }
}

}  // namespace latchkey::network
