// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// UDP and echo of one sandbox: what goes between the same two ends is one link, with a socket of its own outside.
//
// Datagrams that come while it is being decided wait, a few of them. After a no the ends stay refused while datagrams
// come: sending is no question each time. Nobody says when it is over, so a link ends when nothing has come for a
// while.

#include <kj/async-unix.h>

#include <deque>
#include <map>

#include "portals/network/link.h"

namespace latchkey::network {

class DatagramLink final : public Link {
public:
  using Link::Link;
  kj::AutoCloseFd socket;
  std::deque<kj::Array<kj::byte>> waiting;  // Whole packets.
  size_t waitingBytes = 0;
  kj::Array<kj::byte> first;  // Beginning of a packet, to be quoted to the app.
  kj::TimePoint lastOut = kj::origin<kj::TimePoint>(), lastIn = kj::origin<kj::TimePoint>();
  bool refused = false;
  bool answered = false;
};

class Datagrams final : public kj::TaskSet::ErrorHandler {
public:
  Datagrams(kj::UnixEventPort& port, kj::Timer& timer, Desk& desk);

  // From the tun.
  void take(const Packet& packet);
  // To be called now and then: ends what nobody uses.
  void tick();

private:
  using LinkRef = std::shared_ptr<DatagramLink>;
  using Key = std::pair<Protocol, Flow>;
  void taskFailed(kj::Exception&& exception) override;
  kj::Promise<void> serve(LinkRef link);
  kj::Promise<void> exchange(LinkRef link);
  kj::Promise<void> answerNames(Flow flow, kj::Array<kj::byte> query);
  void sendOut(DatagramLink& link, const Packet& packet);
  void tell(DatagramLink& link, int error);
  void giveToApp(DatagramLink& link, kj::ArrayPtr<const kj::byte> received);

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  Desk& m_desk;
  std::map<Key, LinkRef> m_links;
  size_t m_asking = 0;  // Of name servers.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::network
