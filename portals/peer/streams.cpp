// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/streams.h"

#include <kj/debug.h>
#include <sys/socket.h>

#include "broker/base/descriptor.h"
#include "portals/peer/failure.h"

namespace latchkey::peer {
namespace {

constexpr unsigned MOST_STREAMS = 128;
// With two objects for each stream and the session itself it is 4,096 that they hold at most.
constexpr unsigned MOST_THINGS = 4096 - 2 * MOST_STREAMS - 1;

}  // namespace

Streams::Place::Place(std::shared_ptr<Streams> streams) : m_streams(kj::mv(streams)) {
  if (m_streams->m_count >= MOST_STREAMS) {
    m_streams = nullptr;
    fail(ThingWhy::TOO_MANY);
  }
  ++m_streams->m_count;
}

Streams::Place::~Place() noexcept(false) {
  if (m_streams) --m_streams->m_count;
}

Streams::Streams(kj::UnixEventPort& port, kj::Timer& timer)
    : m_port(port), m_timer(timer), m_whenOver(nullptr), m_tasks(*this) {
  auto paf = kj::newPromiseAndFulfiller<void>();
  m_over = kj::mv(paf.fulfiller);
  m_whenOver = paf.promise.fork();
}

Streams::~Streams() noexcept(false) = default;

std::shared_ptr<Splice> Streams::splice(std::shared_ptr<Counters> counters, kj::AutoCloseFd socket) {
  return std::make_shared<Splice>(m_port, m_budget, kj::mv(counters), kj::mv(socket));
}

void Streams::carry(std::shared_ptr<Splice> splice, schema::ByteStream::Client far, Place place,
                    std::function<void()> changed) {
  add(run(kj::mv(splice), kj::mv(far), kj::mv(place), kj::mv(changed)));
}

kj::Promise<void> Streams::run(std::shared_ptr<Splice> splice, schema::ByteStream::Client far, Place place,
                               std::function<void()> changed) {
  co_await splice->run(kj::mv(far), kj::mv(changed)).exclusiveJoin(m_whenOver.addBranch());
}

void Streams::thingMade() {
  if (m_things >= MOST_THINGS) fail(ThingWhy::TOO_MANY);
  ++m_things;
}

void Streams::end() { m_over->fulfill(); }

kj::Promise<kj::AutoCloseFd> socketOf(schema::Descriptor::Client descriptor) {
  auto socket = co_await receivedFrom(kj::mv(descriptor));
  int type = 0;
  socklen_t size = sizeof type;
  KJ_REQUIRE(getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM, "no stream socket");
  co_return kj::mv(socket);
}

}  // namespace latchkey::peer
