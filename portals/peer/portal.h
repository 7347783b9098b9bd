// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the broker calls, and what comes of a connected socket: a session, a pairing, nothing.

#include <kj/async-io.h>
#include <kj/async-unix.h>

#include <map>
#include <memory>
#include <string>

#include "broker/schema/peer-portal.capnp.h"
#include "portals/peer/doorkeeper.h"
#include "portals/peer/pairing.h"
#include "portals/peer/preamble.h"
#include "portals/peer/session.h"
#include "portals/peer/tls.h"

namespace latchkey::peer {

class Portal final : private kj::TaskSet::ErrorHandler {
public:
  explicit Portal(kj::AsyncIoContext& io);
  ~Portal() noexcept(false);

  schema::PeerPortal::Client client();
  // Calls of the broker's wait for it.
  void begin(schema::Identity::Reader identity, schema::PeerHost::Client host);

private:
  class Front;
  class Host;
  struct Known {
    std::string certificate;
    unsigned version = 0;
  };
  struct Live {
    std::shared_ptr<Session> session;
    std::shared_ptr<kj::ForkedPromise<void>> gone;
  };
  struct Self {
    OwnIdentity own;
    TlsContext tls;
    kj::Own<capnp::MallocMessageBuilder> hello;
    schema::PeerHost::Client host;
    Self(schema::Identity::Reader identity, schema::PeerHost::Client host);
    static const OwnIdentity& given(OwnIdentity& own, std::string certificate);
    void announce(schema::Hello::Reader said);
    schema::Hello::Reader ownHello() { return hello->getRoot<schema::Hello>(); }
  };

  kj::Promise<void> machines(capnp::List<schema::KnownMachine>::Reader known);
  kj::Promise<void> open(kj::AutoCloseFd socket, std::string machine);
  kj::Promise<void> openNow(kj::AutoCloseFd socket, std::string machine);
  kj::Promise<Stranger> pair(kj::AutoCloseFd socket, kj::Maybe<Invitation> invitation);
  void accept(kj::AutoCloseFd socket, std::string from);
  kj::Promise<void> accepted(kj::AutoCloseFd socket, std::string from);
  kj::Promise<void> welcome(kj::AutoCloseFd socket, std::string from, Doorkeeper::Place& place, std::string& machine);
  kj::Promise<void> admit(kj::AutoCloseFd socket, std::string from, Preamble theirs, Doorkeeper::Place& place,
                          std::string& machine);

  kj::Promise<kj::Own<TlsStream>> encrypted(kj::AutoCloseFd socket, TlsSide side, std::string& machine);
  kj::Promise<void> hold(std::shared_ptr<Session> session, std::string machine, std::string from, unsigned version);
  kj::Promise<void> establish(std::shared_ptr<Session> session, std::string machine, std::string from, unsigned version,
                              kj::Promise<Session::Ended> running);
  kj::Promise<void> watch(std::shared_ptr<Session> session, std::string machine, kj::Promise<Session::Ended> running);
  kj::Promise<bool> isWanted(std::string machine);
  bool isKept(Begun fresh, Begun old, const std::string& machine) const;
  kj::Promise<void> replace(std::string machine);

  kj::Promise<void> ready() { return m_ready.addBranch(); }
  Self& self() { return KJ_REQUIRE_NONNULL(m_self); }
  kj::Own<kj::AsyncIoStream> plain(int socket);
  void refused(const std::string& from, Why why, const std::string& machine);
  void taskFailed(kj::Exception&& exception) override;

  kj::AsyncIoContext& m_io;
  kj::Timer& m_timer;
  Doorkeeper m_doorkeeper;
  bool m_admitsWords = false, m_admitsInvitations = false, m_isComparing = false;
  kj::Own<kj::PromiseFulfiller<void>> m_begun;
  kj::ForkedPromise<void> m_ready;
  kj::Maybe<Self> m_self;
  std::map<std::string, Known> m_known;
  std::map<std::string, Live> m_sessions;
  std::map<std::string, unsigned> m_arriving;  // Begun by them and not yet settled.
  std::map<std::string, std::shared_ptr<kj::ForkedPromise<void>>> m_opening;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::peer
