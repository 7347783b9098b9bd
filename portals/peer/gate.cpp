// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/gate.h"

#include <capnp/rpc.capnp.h>
#include <kj/debug.h>

#include "portals/peer/failure.h"

namespace latchkey::peer {
namespace {

using Message = capnp::rpc::Message;

constexpr size_t MOST_QUESTIONS = 256;
constexpr size_t MOST_QUEUED = 8 << 20;
constexpr unsigned MOST_CAPABILITIES = 4;  // None of ours has more than one.
constexpr size_t BUFFER_WORDS = 2048;      // One record of TLS.

bool isPlain(capnp::rpc::Payload::Reader payload) {
  auto table = payload.getCapTable();
  if (table.size() > MOST_CAPABILITIES) return false;
  for (auto each : table) {
    if (each.isThirdPartyHosted() || each.getAttachedFd() != 0xff) return false;
  }
  return true;
}

}  // namespace

Gate::Gate(kj::AsyncIoStream& stream, kj::Timer& timer)
    : m_inner(stream, capnp::IncomingRpcMessage::getShortLivedCallback(), BUFFER_WORDS),
      m_timer(timer),
      m_lastHeard(timer.now()) {}

void Gate::require(bool isRight) {
  if (isRight) return;
  m_broken = true;
  fail(Why::BROKEN);
}

kj::Promise<kj::Maybe<capnp::MessageReaderAndFds>> Gate::tryReadMessage(kj::ArrayPtr<kj::AutoCloseFd> fds,
                                                                        capnp::ReaderOptions options,
                                                                        kj::ArrayPtr<capnp::word> scratch) {
  require(m_queued() <= MOST_QUEUED);
  auto message = co_await m_inner.tryReadMessage(fds, options, scratch);
  KJ_IF_MAYBE (got, message) {
    m_lastHeard = m_timer.now();
    comesIn(*got->reader);
  }
  co_return kj::mv(message);
}

void Gate::comesIn(capnp::MessageReader& reader) {
  auto message = reader.getRoot<Message>();
  switch (message.which()) {
    case Message::BOOTSTRAP: m_questions.insert(message.getBootstrap().getQuestionId()); break;
    case Message::CALL: {
      auto call = message.getCall();
      require(call.getSendResultsTo().isCaller() && isPlain(call.getParams()));
      m_questions.insert(call.getQuestionId());
      break;
    }
    case Message::FINISH: m_questions.erase(message.getFinish().getQuestionId()); break;
    case Message::RETURN: {
      auto answer = message.getReturn();
      require(!answer.isAcceptFromThirdParty() && !answer.isTakeFromOtherQuestion() &&
              (!answer.isResults() || isPlain(answer.getResults())));
      break;
    }
    case Message::RESOLVE: {
      auto resolve = message.getResolve();
      require(!resolve.isCap() || !resolve.getCap().isThirdPartyHosted());
      break;
    }
    case Message::UNIMPLEMENTED:
    case Message::ABORT:
    case Message::RELEASE: break;
    case Message::DISEMBARGO: {
      auto context = message.getDisembargo().getContext();
      require(context.isSenderLoopback() || context.isReceiverLoopback());
      break;
    }
    default: require(false);
  }
  require(m_questions.size() <= MOST_QUESTIONS);
}

void Gate::goesOut(kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments) {
  capnp::SegmentArrayMessageReader reader(segments);
  auto message = reader.getRoot<Message>();
  if (message.isReturn() && message.getReturn().getNoFinishNeeded()) {
    m_questions.erase(message.getReturn().getAnswerId());
  }
}

kj::Promise<void> Gate::writeMessage(kj::ArrayPtr<const int> fds,
                                     kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments) {
  goesOut(segments);
  return m_inner.writeMessage(fds, segments);
}

kj::Promise<void> Gate::writeMessages(kj::ArrayPtr<kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>> messages) {
  for (auto& message : messages) goesOut(message);
  return m_inner.writeMessages(messages);
}

}  // namespace latchkey::peer
