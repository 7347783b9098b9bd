// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Writes the seeds of the fuzzers peer-pairing and peer-session: what well-behaved machines say.

#include <kj/async-io.h>
#include <kj/debug.h>
#include <unistd.h>

#include <fstream>

#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "portals/peer/digest.h"
#include "portals/peer/pairing.h"
#include "portals/peer/session.h"

using namespace latchkey;

namespace {

kj::Promise<void> record(kj::AsyncIoStream& from, kj::AsyncIoStream& to, std::string& said) {
  char bytes[65536];
  for (;;) {
    auto count = co_await from.tryRead(bytes, 1, sizeof bytes);
    if (count == 0) co_return;
    said.append(bytes, count);
    co_await to.write(bytes, count);
  }
}

// Two ends, and what each said.
struct Line {
  kj::TwoWayPipe left = kj::newTwoWayPipe(), right = kj::newTwoWayPipe();
  std::string fromLeft, fromRight;
  kj::Promise<void> carrying = record(*left.ends[1], *right.ends[1], fromLeft)
                                   .exclusiveJoin(record(*right.ends[1], *left.ends[1], fromRight))
                                   .eagerlyEvaluate([](kj::Exception&&) {});
};

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

struct Yes final : public peer::PairingHost {
  kj::Promise<bool> compare(const peer::Stranger&, std::vector<std::string>, peer::Role) override { return true; }
  kj::Promise<std::string> redeem(const peer::Stranger&, std::string, std::string transcript, std::string) override {
    return peer::proof(std::string(16, 's'), {"i", transcript});
  }
  kj::Promise<void> paired(const peer::Stranger&, std::string) override { return kj::READY_NOW; }
};

void pairing(kj::AsyncIoContext& io, const std::string& folder) {
  auto a = peer::makeIdentity(), b = peer::makeIdentity();
  auto& timer = io.provider->getTimer();
  Yes host;
  {
    Line line;
    peer::Pairing joins(*line.left.ends[0], timer, a, "laptop", host),
        admits(*line.right.ends[0], timer, b, "desk", host);
    auto admitting = admits.admitByWords();
    joins.joinByWords().wait(io.waitScope);
    admitting.wait(io.waitScope);
    write(folder + "/joins-by-words", std::string(1, '\0') + line.fromLeft);
    write(folder + "/admits-by-words", std::string(1, '\1') + line.fromRight);
  }
  Line line;
  peer::Pairing joins(*line.left.ends[0], timer, a, "laptop", host),
      admits(*line.right.ends[0], timer, b, "desk", host);
  auto admitting = admits.admitByInvitation();
  joins.joinByInvitation({std::string(16, 'i'), std::string(16, 's'), b.id}).wait(io.waitScope);
  admitting.wait(io.waitScope);
  write(folder + "/joins-by-invitation", std::string(1, '\2') + line.fromLeft);
  write(folder + "/admits-by-invitation", std::string(1, '\3') + line.fromRight);
}

class Near final : public schema::NearService::Server {
public:
  kj::Promise<void> connect(ConnectContext context) override {
    auto pair = socketPair();
    KJ_SYSCALL(::write(pair.ours, "hello", 5));
    m_kept.add(kj::mv(pair.ours));
    context.initResults().setSocket(descriptorOf(kj::mv(pair.theirs)));
    return kj::READY_NOW;
  }
  kj::Promise<void> used(UsedContext) override { return kj::READY_NOW; }

private:
  kj::Vector<kj::AutoCloseFd> m_kept;
};

class Desk final : public schema::MachineDesk::Server {
public:
  kj::Promise<void> offered(OfferedContext) override { return kj::READY_NOW; }
  kj::Promise<void> withdrawn(WithdrawnContext) override { return kj::READY_NOW; }
  kj::Promise<void> taken(TakenContext context) override {
    context.initResults().initToken(32);
    return kj::READY_NOW;
  }
  kj::Promise<void> declined(DeclinedContext) override { return kj::READY_NOW; }
  kj::Promise<void> restored(RestoredContext context) override {
    context.initResults().setService(kj::heap<Near>());
    return kj::READY_NOW;
  }
  kj::Promise<void> wished(WishedContext) override { return kj::READY_NOW; }
};

using Talk = kj::Function<void(schema::FarMachine::Client)>;

void session(kj::AsyncIoContext& io, const std::string& path, Talk talk) {
  Line line;
  capnp::MallocMessageBuilder message;
  auto hello = message.initRoot<schema::Hello>();
  hello.setName("laptop");
  hello.setVersion(1);
  auto make = [&](kj::Own<kj::AsyncIoStream> end, peer::Begun begun) {
    auto made = std::make_shared<peer::Session>(io.unixEventPort, io.provider->getTimer(), kj::mv(end), begun, hello);
    made->answer();
    made->serve(kj::heap<Desk>());
    return made;
  };
  auto left = make(kj::mv(line.left.ends[0]), peer::Begun::HERE);
  auto right = make(kj::mv(line.right.ends[0]), peer::Begun::THERE);
  auto one = left->run().ignoreResult().eagerlyEvaluate([](kj::Exception&&) {});
  auto other = right->run().ignoreResult().eagerlyEvaluate([](kj::Exception&&) {});
  auto greeted = right->greet();
  left->greet().wait(io.waitScope);
  greeted.wait(io.waitScope);
  talk(left->client());
  io.provider->getTimer().afterDelay(30 * kj::MILLISECONDS).wait(io.waitScope);
  write(path, line.fromLeft);
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return 2;
  auto io = kj::setupAsyncIo();
  std::string corpus = words[1];
  pairing(io, corpus + "/peer-pairing");
  auto folder = corpus + "/peer-session/";
  session(io, folder + "greets", [](auto) {});
  session(io, folder + "offers", [&](auto far) {
    auto offer = far.offerRequest();
    offer.getOffer().setId("photos");
    offer.getOffer().setTitle("Photos");
    offer.getOffer().initChain(1).set(0, "desk");
    offer.send().ignoreResult().wait(io.waitScope);
    auto withdraw = far.withdrawRequest();
    withdraw.initOffers(1)[0].setOffer("photos");
    withdraw.send().ignoreResult().wait(io.waitScope);
  });
  session(io, folder + "takes", [&](auto far) {
    auto take = far.takeRequest();
    take.setOffer("photos");
    take.send().ignoreResult().wait(io.waitScope);
    auto decline = far.declineRequest();
    decline.setOffer("photos");
    decline.send().ignoreResult().wait(io.waitScope);
  });
  session(io, folder + "wishes", [&](auto far) {
    auto wish = far.wishRequest();
    wish.getWish().setTarget("db");
    wish.getWish().setClaim("for the web app");
    wish.send().ignoreResult().wait(io.waitScope);
  });
  session(io, folder + "connects", [&](auto far) {
    auto restore = far.restoreRequest();
    restore.setToken(kj::StringPtr("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk").asBytes());
    auto thing = restore.send().wait(io.waitScope).getThing();
    auto pair = socketPair();
    auto connect = thing.connectRequest();
    connect.setSocket(descriptorOf(kj::mv(pair.theirs)));
    connect.send().ignoreResult().wait(io.waitScope);
    KJ_SYSCALL(::write(pair.ours, "question", 8));
    io.provider->getTimer().afterDelay(20 * kj::MILLISECONDS).wait(io.waitScope);
  });
}
