// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One connection: a socket of ours at one end, two ByteStreams of the other machine's session at the other.
//
// - The end of bytes one way is told, and the other way goes on.
// - Whatever breaks at one end resets the other: the socket, the far stream, the session, the thing itself being ended.
// - What has been read from the socket and not taken by the other machine is bounded (Budget); what comes from there is
//   answered when the socket has taken it.

#include <kj/async-unix.h>
#include <kj/io.h>

#include <functional>
#include <memory>

#include "broker/schema/machine.capnp.h"
#include "portals/peer/budget.h"

namespace latchkey::peer {

// Of all connections of one thing.
struct Counters {
  uint32_t live = 0;
  uint64_t uses = 0;
  uint64_t bytesIn = 0;   // From the other machine.
  uint64_t bytesOut = 0;  // To it.
};

class Splice final : public std::enable_shared_from_this<Splice> {
public:
  Splice(kj::UnixEventPort& port, Budget& budget, std::shared_ptr<Counters> counters, kj::AutoCloseFd socket);
  ~Splice() noexcept(false);

  // What the other machine writes to. Once.
  schema::ByteStream::Client inlet();
  // Returns when it is over, one way or the other. `far`: where our socket's bytes go. Once. Then `changed` is called
  // whenever bytes have passed.
  kj::Promise<void> run(schema::ByteStream::Client far, std::function<void()> changed);
  void breakOff();

private:
  class Inlet;
  struct Socket {
    Socket(kj::UnixEventPort& port, kj::AutoCloseFd fd);
    kj::AutoCloseFd fd;
    kj::UnixEventPort::FdObserver observer;
  };

  kj::Promise<void> take(kj::ArrayPtr<const kj::byte> bytes);
  kj::Promise<void> takeEnd();
  kj::Promise<void> pump();
  kj::Promise<void> watch();
  kj::Promise<void> write(size_t size);
  void ended(bool& way);

  Budget& m_budget;
  std::shared_ptr<Counters> m_counters;
  kj::Maybe<Socket> m_socket;
  kj::Maybe<schema::ByteStream::Client> m_far;
  std::function<void()> m_changed;
  bool m_farEnded = false, m_nearEnded = false;
  size_t m_bytes = 0, m_writes = 0;
  // What came before and waits for the socket. One after the other.
  kj::Maybe<kj::Promise<void>> m_before;
  size_t m_taking = 0;
  kj::Own<kj::PromiseFulfiller<void>> m_over;
  kj::Promise<void> m_whenOver;
  kj::Own<kj::PromiseFulfiller<void>> m_allAnswered;
};

}  // namespace latchkey::peer
