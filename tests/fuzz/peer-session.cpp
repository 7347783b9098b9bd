// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a paired machine says, from the first byte within TLS. Whatever it is: what the broker is told is bounded and
// escaped, and nothing is left of a session that is over.

#include <kj/async-io.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "portals/peer/session.h"

using namespace latchkey;

namespace {

int held = 0;

void check(capnp::Text::Reader text, size_t most) {
  std::string plain(text.begin(), text.size());
  // Escaping may lengthen it: up to nine letters for a byte of three.
  KJ_ASSERT(escaped(plain) == plain && plain.size() <= most * 4);
}

class Near final : public schema::NearService::Server {
public:
  Near() { ++held; }
  ~Near() noexcept(false) { --held; }
  kj::Promise<void> connect(ConnectContext context) override {
    auto pair = socketPair();
    KJ_SYSCALL(write(pair.ours, "hello", 5));
    m_kept.add(kj::mv(pair.ours));
    context.initResults().setSocket(descriptorOf(kj::mv(pair.theirs)));
    return kj::READY_NOW;
  }
  kj::Promise<void> used(UsedContext context) override { return kj::READY_NOW; }

private:
  kj::Vector<kj::AutoCloseFd> m_kept;
};

class Desk final : public schema::MachineDesk::Server {
public:
  kj::Promise<void> offered(OfferedContext context) override {
    auto offer = context.getParams().getOffer();
    check(offer.getTitle(), 200);
    check(offer.getService(), 64);
    for (auto each : offer.getChain()) check(each, 200);
    return kj::READY_NOW;
  }
  kj::Promise<void> withdrawn(WithdrawnContext context) override {
    KJ_ASSERT(context.getParams().getOffers().size() <= 256);
    return kj::READY_NOW;
  }
  kj::Promise<void> taken(TakenContext context) override {
    auto token = context.initResults().initToken(32);
    token[0] = 1;
    return kj::READY_NOW;
  }
  kj::Promise<void> declined(DeclinedContext context) override { return kj::READY_NOW; }
  kj::Promise<void> restored(RestoredContext context) override {
    auto token = context.getParams().getToken();
    KJ_ASSERT(token.size() == 32);
    KJ_REQUIRE(token[0] == 'k', "not one of ours");
    m_door = context.getParams().getDoor();
    context.initResults().setService(kj::heap<Near>());
    return kj::READY_NOW;
  }
  kj::Promise<void> wished(WishedContext context) override {
    auto wish = context.getParams().getWish();
    check(wish.getTarget(), 1024);
    check(wish.getClaim(), 1024);
    // While the other machine goes on, something ends.
    KJ_IF_MAYBE (door, m_door) co_await door->revokeRequest().send().ignoreResult();
  }

private:
  kj::Maybe<schema::LiveDoor::Client> m_door;
};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  setenv("LATCHKEY_LOG", "error", 1);
  startLog("fuzz");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto& io = *new kj::AsyncIoContext(kj::setupAsyncIo());
  auto pipe = kj::newTwoWayPipe();
  {
    capnp::MallocMessageBuilder message;
    auto hello = message.initRoot<schema::Hello>();
    hello.setName("ours");
    auto session = std::make_shared<peer::Session>(io.unixEventPort, io.provider->getTimer(), kj::mv(pipe.ends[0]),
                                                   peer::Begun::THERE, hello);
    auto running = session->run().ignoreResult().catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    auto greeting = session->greet().ignoreResult().catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    session->answer();
    session->serve(kj::heap<Desk>());
    auto reading = pipe.ends[1]->readAllBytes().ignoreResult().catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    auto writing = pipe.ends[1]->write(data, size).catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    for (int i = 0; i < 4; ++i) io.waitScope.poll();
    session->end({});
    session->hangUp().exclusiveJoin(io.provider->getTimer().afterDelay(1 * kj::MILLISECONDS)).wait(io.waitScope);
    io.waitScope.poll();
  }
  io.waitScope.poll();
  KJ_ASSERT(held == 0, held);
  return 0;
}
