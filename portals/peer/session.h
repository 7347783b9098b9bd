// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One session with one paired machine: both are each other's bootstrap (machine.capnp).
//
// The broker holds a FarMachine and is held as a MachineDesk; nothing else of it is reachable from there. Who is at the
// other end is known before this begins (TlsStream), so this reads whatever stream it is given.
//
// It is over when either side says goodbye, the connection breaks, a limit is broken, or three pings go unanswered.

#include <capnp/message.h>
#include <capnp/rpc-twoparty.h>

#include <deque>
#include <memory>
#include <string>

#include "portals/peer/failure.h"
#include "portals/peer/gate.h"
#include "portals/peer/streams.h"

namespace latchkey::peer {

enum class Begun { HERE, THERE };

class Session final : public std::enable_shared_from_this<Session> {
public:
  struct Ended {
    Why why = Why::BROKEN;
    Reason reason = Reason::NONE;
  };
  using HelloMessage = kj::Own<capnp::MallocMessageBuilder>;

  Session(kj::UnixEventPort& port, kj::Timer& timer, kj::Own<kj::AsyncIoStream> stream, Begun begun,
          schema::Hello::Reader own);
  ~Session() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Session);

  // Calls them. Returns their hello (root of the message) when they have answered, so both know each other.
  kj::Promise<HelloMessage> greet();
  // Their greeting is answered from now on.
  void answer();
  // Their wishes go there. Until then they wait.
  void serve(schema::MachineDesk::Client desk);
  // Dropping it ends the session.
  schema::FarMachine::Client client();

  // One round trip, in time or failing.
  kj::Promise<void> ping(kj::Duration time);

  // Watches over it. Returns when it is over.
  kj::Promise<Ended> run();
  void end(Ended how);
  // Tells the other side, if it was ended here, and hangs up.
  kj::Promise<void> hangUp();

  Begun begun() const { return m_begun; }
  const Streams& streams() const { return *m_streams; }

private:
  class Front;
  class Back;

  kj::Promise<void> keepAlive();
  kj::Promise<void> disconnected();
  void saidGoodbye(Reason reason);
  kj::Promise<schema::MachineDesk::Client> desk();
  void guessed();

  kj::Timer& m_timer;
  kj::Own<kj::AsyncIoStream> m_stream;
  Begun m_begun;
  capnp::MallocMessageBuilder m_own;
  std::shared_ptr<Streams> m_streams;
  Slots m_calls, m_wishes;
  Gate m_gate;

  bool m_greeted = false;
  unsigned m_theirWishes = 0;
  std::deque<kj::TimePoint> m_guesses;
  kj::Own<kj::PromiseFulfiller<void>> m_mayAnswer;
  kj::ForkedPromise<void> m_whenMayAnswer;
  kj::Own<kj::PromiseFulfiller<schema::MachineDesk::Client>> m_deskThere;
  kj::ForkedPromise<schema::MachineDesk::Client> m_desk;

  kj::Maybe<Ended> m_ended;
  bool m_endedHere = false;
  uint64_t m_pings = 0;
  kj::Own<kj::PromiseFulfiller<void>> m_over;
  kj::Promise<void> m_whenOver;

  kj::Own<Front> m_front;
  kj::Maybe<capnp::RevocableServer<schema::Machine>> m_door;
  kj::Own<capnp::TwoPartyVatNetwork> m_network;
  kj::Maybe<capnp::RpcSystem<capnp::rpc::twoparty::VatId>> m_rpc;
  kj::Maybe<schema::Machine::Client> m_far;
};

}  // namespace latchkey::peer
