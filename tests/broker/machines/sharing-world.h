// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Several machines in one process, each with a ledger of its own; between them what stands for two portals and a wire:
// it carries messages and bytes, and believes nothing. What leads to a shared thing is a socket the test holds.

#include <capnp/message.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <map>

#include "broker/base/descriptor.h"
#include "broker/machines/sharing.h"
#include "tests/broker/grants/sample.h"

namespace latchkey::test {

struct Pair {
  kj::AutoCloseFd one, other;
  Pair() {
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    one = kj::AutoCloseFd(ends[0]), other = kj::AutoCloseFd(ends[1]);
  }
};

inline std::string why(const kj::Exception& exception) {
  auto text = std::string(exception.getDescription().cStr());
  return text.substr(text.rfind("exception: ") == text.npos ? 0 : text.rfind("exception: ") + 11);
}

// Apps as if they were started: they run until the test ends them, whatever becomes of the broker.
class Side;
class Started final : public AppRuns {
public:
  explicit Started(Side& side) : m_side(side) {}

  kj::Promise<uint64_t> start(Grant grant) override;
  kj::Promise<void> stop(Grant grant) override;
  kj::Promise<void> end(GrantId grant) override;
  AppRun find(const GrantId& grant) const override;

  // The only one that runs ends by itself.
  void endsWith(int status);
  bool any() const {
    return std::ranges::any_of(runs, [](auto& entry) { return entry.second.isLive(); });
  }

  std::map<GrantId, AppRun> runs;
  std::string refuses;
  int ended = 0;  // By the end of its grant.

private:
  void become(const GrantId& grant, AppRun run);
  Side& m_side;
  uint64_t m_last = 0;
};

class Side final : private Reach {
public:
  Side(char letter, std::string name) : id(52, letter), name(kj::mv(name)) { start(); }

  void start() {
    sharing = nullptr;
    ledger = nullptr;
    ledger = kj::heap<Ledger>(directory.path(), clock, "boot");
    sharing = kj::heap<Sharing>(
        Sharing::Parts{.ledger = *ledger,
                       .clock = clock,
                       .reach = *this,
                       .apps = apps,
                       .cut = [this](std::vector<Grant> grants) { return sharing->cutShares(grants); },
                       .suspend = [this](std::vector<Grant> grants) { return sharing->suspendShares(grants); },
                       .resume = [this](std::vector<Grant> grants) { return sharing->resumeShares(grants); },
                       .changed = [this] { ++changes; },
                       .placeFor = [this](const Offer& offer) { return freePlace("/places/" + offer.title); },
                       .connect = [this](std::string machine) -> kj::Promise<void> {
                         wanted.push_back(machine);
                         return kj::READY_NOW;
                       },
                       .wished = [this](Wish wish) -> kj::Promise<GrantId> {
                         wishes.push_back(wish);
                         if (gives) return gives(kj::mv(wish));
                         return GrantId();
                       }});
  }

  void know(const Side& other) {
    ledger->putMachine({.id = other.id, .certificate = "c", .petname = other.name, .paired = clock.wall()});
  }
  Offer onlyOffer() const {
    KJ_REQUIRE(ledger->offers().size() == 1);
    return ledger->offers().begin()->second;
  }

  // As the broker's: where no other one is.
  std::string freePlace(std::string place) const {
    for (auto& grant : ledger->all(Ledger::Which::Living))
      if (grant.object.path == place) return freePlace(place + "+");
    return place;
  }

  kj::Promise<kj::AutoCloseFd> open(const Grant& grant) override {
    opened.push_back(grant.object.target);
    if (!refuses.empty()) return KJ_EXCEPTION(FAILED, "nothing listens", refuses.c_str());
    // Passed on: what this side itself received.
    KJ_IF_MAYBE (parent, ledger->find(grant.parent)) {
      Pair pair;
      auto ours = kj::mv(pair.one);
      return sharing->offers().connect(*parent, kj::mv(pair.other)).then([ours = kj::mv(ours)]() mutable {
        return kj::mv(ours);
      });
    }
    Pair pair;
    service = kj::mv(pair.one);
    return kj::mv(pair.other);
  }
  bool isOff() override { return off; }

  std::string id, name;
  StateDirectory directory;
  FakeClock clock;
  Started apps{*this};
  kj::Own<Ledger> ledger;
  kj::Own<Sharing> sharing;
  std::vector<std::string> wanted, opened;
  std::vector<Wish> wishes;  // That its person was asked for.
  std::function<kj::Promise<GrantId>(Wish)> gives;
  kj::AutoCloseFd service;  // What the shared thing's program holds.
  std::string refuses;
  bool off = false;
  int changes = 0;
};

inline void Started::become(const GrantId& grant, AppRun run) {
  runs[grant] = run;
  m_side.sharing->runChanged(grant, run);
}

inline kj::Promise<uint64_t> Started::start(Grant grant) {
  KJ_IF_MAYBE (parent, m_side.ledger->find(grant.parent)) return m_side.sharing->offers().start(*parent, grant.id);
  if (!refuses.empty())
    kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(refuses.c_str())));
  if (runs[grant.id].isLive()) return runs[grant.id].number;
  auto number = ++m_last;
  become(grant.id, {.state = AppRun::State::Starting, .number = number});
  become(grant.id, {.state = AppRun::State::Running, .number = number});
  return number;
}

inline kj::Promise<void> Started::stop(Grant grant) {
  KJ_IF_MAYBE (parent, m_side.ledger->find(grant.parent)) return m_side.sharing->offers().stop(*parent, grant.id);
  if (runs[grant.id].isLive()) become(grant.id, {.state = AppRun::State::Exited, .number = runs[grant.id].number});
  return kj::READY_NOW;
}

inline kj::Promise<void> Started::end(GrantId grant) {
  if (!runs.contains(grant)) return m_side.sharing->offers().endRunBy(grant);
  if (!runs[grant].isLive()) return kj::READY_NOW;
  ++ended;
  become(grant, {.state = AppRun::State::Signalled, .code = 15, .number = runs[grant].number});
  return kj::READY_NOW;
}

inline AppRun Started::find(const GrantId& grant) const {
  auto found = runs.find(grant);
  return found == runs.end() ? m_side.sharing->offers().runBy(grant) : found->second;
}

inline void Started::endsWith(int status) {
  for (auto& [grant, run] : runs) {
    if (!run.isLive()) continue;
    auto id = grant;
    return become(id, {.state = AppRun::State::Exited, .code = status, .number = run.number});
  }
  KJ_FAIL_REQUIRE("nothing runs");
}

// A service as it is reached through a door: bytes go between two sockets until the door is shut.
class Thing final : public schema::FarThing::Server {
public:
  struct Door {
    std::string state;  // Empty: open.
    kj::Canceler connections;
    schema::NearService::Client service = nullptr;
    schema::NearApp::Client app = nullptr;
    uint32_t live = 0;
    uint64_t uses = 0, in = 0, out = 0;
    bool forgotten = false;

    kj::Promise<void> tell() {
      auto call = service.usedRequest();
      call.setLive(live);
      call.setUses(uses);
      call.setBytesIn(in);
      call.setBytesOut(out);
      return call.send().ignoreResult();
    }
  };

  Thing(kj::AsyncIoContext& io, kj::TaskSet& tasks, std::shared_ptr<Door> door)
      : m_io(io), m_tasks(tasks), m_door(kj::mv(door)) {}

  kj::Promise<void> connect(ConnectContext context) override {
    if (!m_door->state.empty()) kj::throwFatalException(KJ_EXCEPTION(FAILED, m_door->state.c_str()));
    auto ours = co_await receivedFrom(context.getParams().getSocket());
    auto theirs = co_await receivedFrom((co_await m_door->service.connectRequest().send()).getSocket());
    ++m_door->live;
    ++m_door->uses;
    co_await m_door->tell();
    m_tasks.add(carry(m_io, m_door, kj::mv(ours), kj::mv(theirs)));
  }

  kj::Promise<void> start(StartContext context) override {
    if (!m_door->state.empty()) kj::throwFatalException(KJ_EXCEPTION(FAILED, m_door->state.c_str()));
    auto answer = co_await m_door->app.startRequest().send();
    context.getResults().setNumber(answer.getNumber());
  }
  kj::Promise<void> stop(StopContext) override {
    if (!m_door->state.empty()) kj::throwFatalException(KJ_EXCEPTION(FAILED, m_door->state.c_str()));
    return m_door->app.stopRequest().send().ignoreResult();
  }

private:
  static kj::Promise<void> carry(kj::AsyncIoContext& io, std::shared_ptr<Door> door, kj::AutoCloseFd one,
                                 kj::AutoCloseFd other) {
    auto flags = kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP;
    auto near = io.lowLevelProvider->wrapSocketFd(kj::mv(one), flags);
    auto far = io.lowLevelProvider->wrapSocketFd(kj::mv(other), flags);
    auto pump = [](kj::AsyncIoStream& from, kj::AsyncIoStream& to, uint64_t& count) {
      return from.pumpTo(to).then([&to, &count](uint64_t passed) {
        count += passed;
        to.shutdownWrite();
      });
    };
    try {
      kj::Vector<kj::Promise<void>> both;
      both.add(pump(*near, *far, door->in));
      both.add(pump(*far, *near, door->out));
      co_await door->connections.wrap(kj::joinPromises(both.releaseAsArray()));
    } catch (const kj::Exception&) {
      // The door was shut.
    }
    --door->live;
    if (!door->forgotten) co_await door->tell();
  }

  kj::AsyncIoContext& m_io;
  kj::TaskSet& m_tasks;
  std::shared_ptr<Door> m_door;
};

class LiveDoor final : public schema::LiveDoor::Server {
public:
  explicit LiveDoor(std::shared_ptr<Thing::Door> door) : m_door(kj::mv(door)) {}
  kj::Promise<void> revoke(RevokeContext) override { return shut("ended"); }
  kj::Promise<void> suspend(SuspendContext) override { return shut("suspended"); }
  kj::Promise<void> resume(ResumeContext) override { return shut(""); }

private:
  kj::Promise<void> shut(std::string state) {
    m_door->state = state;
    if (!state.empty()) m_door->connections.cancel("shut");
    return kj::READY_NOW;
  }
  std::shared_ptr<Thing::Door> m_door;
};

// A machine to which nothing can be said.
class Deaf final : public schema::FarMachine::Server {};

class Net final : private kj::TaskSet::ErrorHandler {
public:
  Net() : io(kj::setupAsyncIo()), tasks(*this) {}

  // A session between two that know each other.
  struct Wire {
    schema::MachineDesk::Client ofOne = nullptr, ofOther = nullptr;
  };

  void connect(Side& one, Side& other) {
    auto wire = std::make_shared<Wire>();
    capnp::MallocMessageBuilder message;
    auto hello = message.initRoot<schema::Hello>();
    hello.initFeatures(1).set(0, *schema::WISHES);
    wire->ofOne = one.sharing->begin(other.id, kj::heap<Far>(*this, wire, true), hello.asReader());
    wire->ofOther = other.sharing->begin(one.id, kj::heap<Far>(*this, wire, false), hello.asReader());
    settle();
  }
  void disconnect(Side& one, Side& other) {
    for (auto& door : doors) {
      door->forgotten = true;
      door->connections.cancel("gone");
    }
    settle();
    one.sharing->end(other.id);
    other.sharing->end(one.id);
    settle();
  }

  void settle() {
    for (int i = 0; i < 20; ++i) {
      kj::evalLater([] {}).wait(io.waitScope);
      io.waitScope.poll();
      io.provider->getTimer().afterDelay(kj::MILLISECONDS).wait(io.waitScope);
    }
  }
  template <typename T>
  T wait(kj::Promise<T> promise) {
    return io.provider->getTimer().timeoutAfter(10 * kj::SECONDS, kj::mv(promise)).wait(io.waitScope);
  }
  // Why it failed; empty if it did not.
  template <typename T>
  std::string failure(kj::Promise<T> promise) {
    try {
      wait(kj::mv(promise));
    } catch (const kj::Exception& exception) {
      return why(exception);
    }
    return {};
  }

  kj::AsyncIoContext io;
  kj::TaskSet tasks;
  std::vector<std::shared_ptr<Thing::Door>> doors;

private:
  // How one side speaks to the other.
  class Far final : public schema::FarMachine::Server {
  public:
    Far(Net& net, std::shared_ptr<Wire> wire, bool fromOne) : m_net(net), m_wire(kj::mv(wire)), m_fromOne(fromOne) {}

    kj::Promise<void> offer(OfferContext context) override {
      auto call = desk().offeredRequest();
      call.setOffer(context.getParams().getOffer());
      return call.send().ignoreResult();
    }
    kj::Promise<void> withdraw(WithdrawContext context) override {
      auto call = desk().withdrawnRequest();
      call.setOffers(context.getParams().getOffers());
      return call.send().ignoreResult();
    }
    kj::Promise<void> take(TakeContext context) override {
      auto call = desk().takenRequest();
      call.setOffer(context.getParams().getOffer());
      auto answer = co_await call.send();
      context.getResults().setToken(answer.getToken());
    }
    kj::Promise<void> decline(DeclineContext context) override {
      auto call = desk().declinedRequest();
      call.setOffer(context.getParams().getOffer());
      return call.send().ignoreResult();
    }
    kj::Promise<void> wish(WishContext context) override {
      auto call = desk().wishedRequest();
      call.setWish(context.getParams().getWish());
      auto answer = co_await call.send();
      context.getResults().setOffer(answer.getOffer());
    }
    kj::Promise<void> restore(RestoreContext context) override {
      auto door = std::make_shared<Thing::Door>();
      m_net.doors.push_back(door);
      auto call = desk().restoredRequest();
      call.setToken(context.getParams().getToken());
      call.setDoor(kj::heap<LiveDoor>(door));
      auto answer = co_await call.send();
      if (answer.hasApp()) door->app = answer.getApp();
      else door->service = answer.getService();
      context.getResults().setThing(kj::heap<Thing>(m_net.io, m_net.tasks, door));
    }

  private:
    schema::MachineDesk::Client desk() { return m_fromOne ? m_wire->ofOther : m_wire->ofOne; }
    Net& m_net;
    std::shared_ptr<Wire> m_wire;
    bool m_fromOne;
  };

  void taskFailed(kj::Exception&& exception) override { KJ_LOG(ERROR, exception); }
};

inline Grant shareOf(const Side& holder, const std::string& target) {
  Grant grant;
  grant.holder = holderOfMachine(holder.id);
  grant.kind = Kind::Service;
  grant.object = {.target = target, .scope = Scope::Port};
  grant.access = Access::Write;
  grant.lifetime = Lifetime::always();
  grant.origin = Origin::Added;
  return grant;
}

// An app's, of what was received.
inline Grant grantOfShop(const GrantId& received) {
  Grant grant;
  grant.holder = "shop";
  grant.kind = Kind::Service;
  grant.object = {.target = "orders as db:5432/tcp", .scope = Scope::Port};
  grant.access = Access::Write;
  grant.lifetime = Lifetime::always();
  grant.origin = Origin::Added;
  grant.parent = received;
  return grant;
}

}  // namespace latchkey::test
