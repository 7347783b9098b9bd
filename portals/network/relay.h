// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Two connected sockets as one connection: bytes are moved by splice(2), so that they pass without being copied here.
//
// - Each direction ends by itself: the end of one side's bytes is told to the other, which may go on sending.
// - A reset of one side is a reset of the other. So is destroying a relay that is not over.
// - What the slower side has not taken yet is at most a pipe's worth; the faster one waits.
// - Nobody is kept waiting: after a megabyte it is somebody else's turn.

#include <kj/async-unix.h>
#include <kj/vector.h>

#include <functional>

#include "broker/schema/connection.capnp.h"
#include "portals/network/meter.h"

namespace latchkey::network {

using Ending = schema::Connection::Ending;

// Pipes that are empty at the moment. A connection borrows one while bytes are under way.
class Pipes {
public:
  struct Pipe {
    kj::AutoCloseFd read, write;
    size_t size = 0;
  };
  // Nothing where no descriptor is left.
  kj::Maybe<Pipe> tryTake();
  // Must be empty.
  void giveBack(Pipe pipe);

private:
  kj::Vector<Pipe> m_free;
};

// What somebody wants to know of bytes that have passed.
class Tally {
public:
  virtual ~Tally() noexcept(false) = default;
  // How many of these may pass now; 0 while there are none: see Meter::pause().
  virtual size_t allowed(size_t wanted, kj::TimePoint now) = 0;
  virtual void passedOut(size_t bytes) = 0;
  virtual void passedIn(size_t bytes) = 0;
};

class Relay {
public:
  Relay(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Tally& tally, kj::AutoCloseFd inside,
        kj::AutoCloseFd outside);
  ~Relay() noexcept;

  // FINISHED, or by whom it was broken off.
  kj::Promise<Ending> run();

private:
  struct Side {
    Side(kj::UnixEventPort& port, kj::AutoCloseFd fd);
    kj::AutoCloseFd fd;
    kj::UnixEventPort::FdObserver observer;
  };
  kj::Promise<void> move(Side& from, Side& to, void (Tally::*passed)(size_t));
  kj::Promise<void> copy(Side& from, Side& to, size_t most, size_t& copied);
  kj::Promise<void> watch(Side& side);
  // Does not return.
  kj::Promise<void> broken(Side& side);

  kj::Timer& m_timer;
  Pipes& m_pipes;
  Tally& m_tally;
  Side m_inside, m_outside;
  bool m_finished = false;
  kj::Own<kj::PromiseFulfiller<Ending>> m_broken;
};

// Closing it resets the connection.
void resetAtClose(int socket);

}  // namespace latchkey::network
