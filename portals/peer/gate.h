// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where a session's messages come in and go out: counts what Cap'n Proto does not.
//
// Upstream says that its RPC is not made for hostile peers: questions have no limit, nor have capabilities in a
// message, nor what waits for somebody who does not read. Here each message is looked at before the RPC system sees it.
// Who breaks a limit is cut: a machine of ours never comes near one (Budget, Slots).
//
// What is refused besides: messages that only three parties have a use for, or nobody any more.

#include <capnp/rpc-twoparty.h>
#include <capnp/serialize-async.h>
#include <kj/timer.h>

#include <functional>
#include <unordered_set>

namespace latchkey::peer {

class Gate final : public capnp::MessageStream {
public:
  Gate(kj::AsyncIoStream& stream, kj::Timer& timer);

  // What waits to be sent, in bytes.
  void queueIs(std::function<size_t()> queued) { m_queued = kj::mv(queued); }
  kj::TimePoint lastHeard() const { return m_lastHeard; }
  // The other side broke a limit. Reading fails from there on.
  bool isBroken() const { return m_broken; }

  kj::Promise<kj::Maybe<capnp::MessageReaderAndFds>> tryReadMessage(kj::ArrayPtr<kj::AutoCloseFd> fds,
                                                                    capnp::ReaderOptions options,
                                                                    kj::ArrayPtr<capnp::word> scratch) override;
  kj::Promise<void> writeMessage(kj::ArrayPtr<const int> fds,
                                 kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments) override;
  kj::Promise<void> writeMessages(kj::ArrayPtr<kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>> messages) override;
  kj::Maybe<int> getSendBufferSize() override { return nullptr; }
  kj::Promise<void> end() override { return m_inner.end(); }

  using MessageStream::tryReadMessage;
  using MessageStream::writeMessage;

private:
  void comesIn(capnp::MessageReader& message);
  void goesOut(kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments);
  void require(bool isRight);

  capnp::BufferedMessageStream m_inner;
  kj::Timer& m_timer;
  kj::TimePoint m_lastHeard;
  std::function<size_t()> m_queued = [] { return 0; };
  std::unordered_set<uint32_t> m_questions;  // Theirs, until they are done with the answer.
  bool m_broken = false;
};

}  // namespace latchkey::peer
