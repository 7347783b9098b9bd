// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Something of this machine's that a far machine has restored: live until they let it go, or the broker ends it.
//
// What the far machine holds is behind a membrane, one for each restored thing, so that whatever crosses - the streams
// of each connection - ends with it. The membrane has the one form that Cap'n Proto 1.5 survives: as soon as a flag is
// set its policy sends every call to a broken capability, before anything is wrapped, and it has no onRevoked
// (upstream's, once revoked, leaves dead wrappers in its table and reads them when the same capability comes again). It
// does not throw: what a policy throws at a call from the wire ends the whole session. Calls in flight are ended by
// RevocableServer.

#include <capnp/capability.h>

#include <list>
#include <memory>

#include "broker/schema/peer-portal.capnp.h"
#include "portals/peer/streams.h"

namespace latchkey::peer {

class Thing final : public std::enable_shared_from_this<Thing> {
public:
  explicit Thing(std::shared_ptr<Streams> streams);
  ~Thing() noexcept(false);

  // By which the broker ends it. Does not keep it.
  schema::LiveDoor::Client door();
  // What the far machine gets. The thing lives as long as they keep it, or a connection of it. Once.
  schema::Service::Client open(schema::NearService::Client service);
  // The same for an app.
  schema::App::Client open(schema::NearApp::Client app);

  void revoke();
  void suspend();
  void resume();

private:
  class Door;
  class Policy;
  class Front;
  class AppFront;
  enum class State { LIVE, SUSPENDED, ENDED };

  void require() const;
  void reset();
  void changed();
  void tell(uint32_t live);
  kj::Promise<void> tellLater();
  kj::Promise<schema::ByteStream::Client> connect(schema::ByteStream::Client back);
  kj::Promise<uint64_t> startApp();
  kj::Promise<void> stopApp();

  std::shared_ptr<Streams> m_streams;
  std::shared_ptr<Counters> m_counters = std::make_shared<Counters>();
  State m_state = State::LIVE;
  kj::Maybe<schema::NearService::Client> m_service;
  kj::Maybe<schema::NearApp::Client> m_app;
  unsigned m_appCalls = 0;
  std::list<std::weak_ptr<Splice>> m_splices;
  bool m_toldLive = false, m_tellsSoon = false;
  kj::Own<Front> m_front;
  kj::Own<AppFront> m_appFront;
  capnp::RevocableServer<schema::Service> m_revocable;
  capnp::RevocableServer<schema::App> m_revocableApp;
};

// Something of a far machine's, as the broker holds it. Letting it go does not end what is connected with it.
schema::FarThing::Client farThing(schema::Service::Client service, std::shared_ptr<Streams> streams);
schema::FarThing::Client farApp(schema::App::Client app);

}  // namespace latchkey::peer
