// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// `latchkey-peer`, kept running while it is needed: the only process that reads what other machines send.
//
// It is started when there is somebody it could speak with, and anew when it dies, after a pause that grows. With it go
// all sessions; what it knew is told to the next one. It is given this machine's key, and holds nothing else.

#include <kj/async.h>
#include <kj/timer.h>

#include <string>

#include "broker/machines/own-identity.h"
#include "broker/machines/ways.h"

namespace latchkey {

class PortalKeeper final {
public:
  // Who knows what is to be told to a portal.
  class Owner {
  public:
    virtual ~Owner() noexcept(false) = default;
    virtual schema::PeerHost::Client host() = 0;
    virtual void writeHello(schema::Hello::Builder hello) = 0;
    // Everything it has to know before anybody is let near it.
    virtual kj::Promise<void> prepare(schema::PeerPortal::Client portal) = 0;
    virtual void portalIsThere() = 0;
    virtual void portalHasGone() = 0;
  };

  PortalKeeper(Ways& ways, std::string state, kj::Timer& timer, Owner& owner);
  KJ_DISALLOW_COPY_AND_MOVE(PortalKeeper);

  // Starts it, or lets it go.
  void need(bool needed);
  // Waits for it. Fails where it is not needed, or takes too long.
  kj::Promise<schema::PeerPortal::Client> portal();
  kj::Maybe<schema::PeerPortal::Client> running();
  // It does not do what it was told: another one takes its place.
  void restart();
  // A person waits for it: the pause before the next one is over.
  void hurry();

  // Made when there is none yet.
  kj::Promise<OwnIdentity> identity();
  // Empty before it was made.
  std::string ownId() const;

  // Why it does not run although it is needed: one line.
  const std::string& trouble() const { return m_trouble; }

private:
  class Start;
  kj::Promise<void> keep();
  kj::Promise<void> runOnce();
  kj::Promise<void> until(bool needed);
  kj::Promise<void> makeOwn();
  void tellWaiting(kj::Maybe<kj::Exception> failure);

  Ways& m_ways;
  std::string m_state;
  kj::Timer& m_timer;
  Owner& m_owner;

  bool m_needed = false;
  bool m_begun = false;
  bool m_making = false;
  kj::Own<kj::PromiseFulfiller<void>> m_change, m_restart, m_hurry;
  kj::Maybe<kj::ForkedPromise<void>> m_made;
  kj::Maybe<OwnIdentity> m_identity;
  kj::Maybe<schema::PeerPortal::Client> m_portal;
  kj::Vector<kj::Own<kj::PromiseFulfiller<void>>> m_waiting;
  std::string m_trouble;
  kj::Promise<void> m_keeping = nullptr;
};

}  // namespace latchkey
