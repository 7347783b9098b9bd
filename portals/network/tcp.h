// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// TCP of one sandbox.
//
// A SYN that came by the tun is held until it is decided; what the app's kernel sends again is the same SYN, also when
// it was under way while the app was told: it is told the same again, and nobody is asked twice. On yes the
// connection outside is made first. If that fails the app is told how: refused, unreachable, or nothing at all. Only
// then the app's own SYN is sent again inside, by a raw socket with our mark, is redirected to our listener, and the
// app's connect() returns.
//
// What arrives at the listener is known by both its ends: the app's, and the one it meant (the kernel remembers it for
// us). The app's port may be another one there, where two of its connections have the same; then any of those that are
// waiting for the same end does, for they are as good as each other. Whoever connects to the listener by itself has
// meant the listener, and is reset.

#include <kj/async-unix.h>

#include <map>

#include "portals/network/entrance.h"
#include "portals/network/link.h"

namespace latchkey::network {

class TcpLink final : public Link {
public:
  using Link::Link;
  kj::Array<kj::byte> syn;
  uint32_t sequence = 0;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<kj::AutoCloseFd>>> arrival;  // While our SYN is under way.
};

class Tcp final : public kj::TaskSet::ErrorHandler {
public:
  Tcp(kj::UnixEventPort& port, kj::Timer& timer, Desk& desk, Pipes& pipes, Wiring& wiring);

  // From the tun.
  void take(const Packet& packet);

private:
  using LinkRef = std::shared_ptr<TcpLink>;
  void taskFailed(kj::Exception&& exception) override;
  kj::Promise<void> serve(LinkRef link);
  kj::Promise<void> connect(LinkRef link);
  kj::Promise<void> serveNames(LinkRef link);
  kj::Promise<void> acceptNames(int listener);
  kj::Promise<void> talk(kj::AutoCloseFd socket);
  // None if the app does not want it any more.
  kj::Promise<kj::AutoCloseFd> bringIn(TcpLink& link);
  kj::Promise<void> resend(TcpLink& link);
  kj::Promise<void> accept(int listener, bool v6);
  void assign(kj::AutoCloseFd socket, bool v6);
  void tell(TcpLink& link, int error);
  bool answer(const Packet& syn, int error);

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  Desk& m_desk;
  Pipes& m_pipes;
  Wiring& m_wiring;
  // What the app was told of a SYN, for as long as the same one may still be under way.
  struct Told {
    uint32_t sequence;
    int error;
    kj::TimePoint until;
  };

  std::map<Flow, LinkRef> m_links;
  std::map<Flow, Told> m_told;
  size_t m_talks = 0;  // With our name server.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::network
