// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/thing.h"

#include <capnp/membrane.h>
#include <capnp/schema.h>
#include <kj/debug.h>

#include "portals/peer/failure.h"

namespace latchkey::peer {
namespace {

constexpr auto BETWEEN_REPORTS = 1 * kj::SECONDS;
constexpr unsigned MOST_APP_CALLS = 4;  // Under way, of one app: its broker has one start and one stop of it.

kj::Promise<void> reach(schema::NearService::Client service, kj::Own<kj::PromiseFulfiller<kj::AutoCloseFd>> reached) {
  try {
    auto answer = co_await service.connectRequest().send();
    reached->fulfill(co_await socketOf(answer.getSocket()));
  } catch (kj::Exception& exception) {
    reached->reject(kj::mv(exception));
  }
}

// Asked of the broker to its end, whoever has lost interest meanwhile. An answer with a descriptor to a call that is
// over when it comes to be sent has let go of the descriptor by then (Cap'n Proto 1.5 sends later, by number): the
// broker's end of the connection breaks, and with it all sessions.
kj::Promise<kj::AutoCloseFd> socketFor(schema::NearService::Client service) {
  auto paf = kj::newPromiseAndFulfiller<kj::AutoCloseFd>();
  reach(kj::mv(service), kj::mv(paf.fulfiller)).detach([](kj::Exception&&) {});
  return kj::mv(paf.promise);
}

// As it is told to the broker: by one word.
kj::Exception told(const kj::Exception& exception) {
  if (exception.getType() == kj::Exception::Type::DISCONNECTED) return failure(Why::BROKEN);
  return failure(thingWhyOf(exception));
}

}  // namespace

class Thing::Front final : public schema::Service::Server {
public:
  explicit Front(Thing& thing) : m_thing(thing) {}
  kj::Promise<void> connect(ConnectContext context) override {
    return m_thing.connect(context.getParams().getBack()).then([context](schema::ByteStream::Client forth) mutable {
      context.initResults().setForth(kj::mv(forth));
    });
  }

private:
  Thing& m_thing;
};

class Thing::AppFront final : public schema::App::Server {
public:
  explicit AppFront(Thing& thing) : m_thing(thing) {}
  kj::Promise<void> start(StartContext context) override {
    return m_thing.startApp().then([context](uint64_t number) mutable { context.initResults().setNumber(number); });
  }
  kj::Promise<void> stop(StopContext) override { return m_thing.stopApp(); }

private:
  Thing& m_thing;
};

class Thing::Policy final : public capnp::MembranePolicy, public kj::Refcounted {
public:
  explicit Policy(std::shared_ptr<Thing> thing) : m_thing(kj::mv(thing)) {}

  kj::Maybe<capnp::Capability::Client> inboundCall(uint64_t interface, uint16_t, capnp::Capability::Client) override {
    return judge(interface);
  }
  kj::Maybe<capnp::Capability::Client> outboundCall(uint64_t interface, uint16_t, capnp::Capability::Client) override {
    return judge(interface);
  }
  kj::Own<MembranePolicy> addRef() override { return kj::addRef(*this); }

private:
  kj::Maybe<capnp::Capability::Client> judge(uint64_t interface) const {
    if (m_thing->m_state == State::ENDED) return broken(ThingWhy::ENDED);
    if (m_thing->m_state == State::SUSPENDED) return broken(ThingWhy::SUSPENDED);
    bool fits = m_thing->m_app != nullptr
                    ? interface == capnp::typeId<schema::App>()
                    : interface == capnp::typeId<schema::Service>() || interface == capnp::typeId<schema::ByteStream>();
    return fits ? kj::Maybe<capnp::Capability::Client>() : broken(ThingWhy::UNKNOWN);
  }

  static kj::Maybe<capnp::Capability::Client> broken(ThingWhy why) { return capnp::Capability::Client(failure(why)); }

  std::shared_ptr<Thing> m_thing;
};

class Thing::Door final : public schema::LiveDoor::Server {
public:
  explicit Door(std::weak_ptr<Thing> thing) : m_thing(kj::mv(thing)) {}
  kj::Promise<void> revoke(RevokeContext) override { return with(&Thing::revoke); }
  kj::Promise<void> suspend(SuspendContext) override { return with(&Thing::suspend); }
  kj::Promise<void> resume(ResumeContext) override { return with(&Thing::resume); }

private:
  kj::Promise<void> with(void (Thing::*act)()) {
    if (auto thing = m_thing.lock()) (*thing.*act)();
    return kj::READY_NOW;
  }

  std::weak_ptr<Thing> m_thing;
};

Thing::Thing(std::shared_ptr<Streams> streams)
    : m_streams(kj::mv(streams)),
      m_front(kj::heap<Front>(*this)),
      m_appFront(kj::heap<AppFront>(*this)),
      m_revocable(*m_front),
      m_revocableApp(*m_appFront) {
  m_streams->thingMade();
}

Thing::~Thing() noexcept(false) {
  m_streams->thingGone();
  reset();
  if (m_toldLive || m_tellsSoon) tell(0);
}

schema::LiveDoor::Client Thing::door() { return kj::heap<Door>(weak_from_this()); }

schema::Service::Client Thing::open(schema::NearService::Client service) {
  if (m_state != State::ENDED) m_service = kj::mv(service);
  return capnp::membrane(m_revocable.getClient(), kj::refcounted<Policy>(shared_from_this()));
}

schema::App::Client Thing::open(schema::NearApp::Client app) {
  if (m_state != State::ENDED) m_app = kj::mv(app);
  return capnp::membrane(m_revocableApp.getClient(), kj::refcounted<Policy>(shared_from_this()));
}

void Thing::require() const {
  if (m_state == State::ENDED) fail(ThingWhy::ENDED);
  if (m_state == State::SUSPENDED) fail(ThingWhy::SUSPENDED);
}

// The flag first: from then on nothing gets through, whatever the rest sets free.
void Thing::revoke() {
  if (m_state == State::ENDED) return;
  m_state = State::ENDED;
  auto self = shared_from_this();
  m_revocable.revoke(failure(ThingWhy::ENDED));
  m_revocableApp.revoke(failure(ThingWhy::ENDED));
  reset();
  if (m_toldLive || m_tellsSoon) tell(0);
  m_service = nullptr;
  m_app = nullptr;
}

void Thing::suspend() {
  if (m_state != State::LIVE) return;
  m_state = State::SUSPENDED;
  auto self = shared_from_this();
  reset();
}

void Thing::resume() {
  if (m_state == State::SUSPENDED) m_state = State::LIVE;
}

void Thing::reset() {
  auto splices = kj::mv(m_splices);
  m_splices.clear();
  for (auto& each : splices) {
    if (auto splice = each.lock()) splice->breakOff();
  }
}

kj::Promise<schema::ByteStream::Client> Thing::connect(schema::ByteStream::Client back) {
  auto self = shared_from_this();
  require();
  auto place = m_streams->place();
  auto counters = m_counters;
  auto streams = m_streams;
  kj::AutoCloseFd socket;
  try {
    socket = co_await socketFor(KJ_REQUIRE_NONNULL(m_service));
  } catch (const kj::Exception& exception) {
    auto why = thingWhyOf(exception);
    fail(why == ThingWhy::UNKNOWN ? ThingWhy::NOT_NOW : why);
  }
  require();  // Much may have happened while the service was reached.
  auto splice = streams->splice(counters, kj::mv(socket));
  std::erase_if(m_splices, [](auto& each) { return each.expired(); });
  m_splices.push_back(splice);
  auto inlet = splice->inlet();
  streams->carry(splice, kj::mv(back), kj::mv(place), [weak = weak_from_this()] {
    if (auto thing = weak.lock()) thing->changed();
  });
  co_return kj::mv(inlet);
}

// --- an app

kj::Promise<uint64_t> Thing::startApp() {
  auto self = shared_from_this();
  require();
  if (m_appCalls >= MOST_APP_CALLS) fail(ThingWhy::TOO_MANY);
  ++m_appCalls;
  KJ_DEFER(--m_appCalls);
  uint64_t number = 0;
  try {
    number = (co_await KJ_REQUIRE_NONNULL(m_app).startRequest().send()).getNumber();
  } catch (const kj::Exception& exception) {
    auto why = thingWhyOf(exception);
    fail(why == ThingWhy::UNKNOWN ? ThingWhy::NOT_NOW : why);
  }
  co_return number;
}

kj::Promise<void> Thing::stopApp() {
  auto self = shared_from_this();
  require();
  if (m_appCalls >= MOST_APP_CALLS) fail(ThingWhy::TOO_MANY);
  ++m_appCalls;
  KJ_DEFER(--m_appCalls);
  try {
    co_await KJ_REQUIRE_NONNULL(m_app).stopRequest().send().ignoreResult();
  } catch (const kj::Exception& exception) {
    auto why = thingWhyOf(exception);
    fail(why == ThingWhy::UNKNOWN ? ThingWhy::NOT_NOW : why);
  }
}

// --- what the broker is told

void Thing::changed() {
  if ((m_counters->live > 0) != m_toldLive) {
    tell(m_counters->live);
  } else if (!m_tellsSoon) {
    m_tellsSoon = true;
    m_streams->add(tellLater());
  }
}

void Thing::tell(uint32_t live) {
  KJ_IF_MAYBE (service, m_service) {
    m_toldLive = live > 0;
    auto call = service->usedRequest();
    call.setLive(live);
    call.setUses(m_counters->uses);
    call.setBytesIn(m_counters->bytesIn);
    call.setBytesOut(m_counters->bytesOut);
    m_streams->add(call.send().ignoreResult());
  }
}

kj::Promise<void> Thing::tellLater() {
  auto weak = weak_from_this();
  co_await m_streams->timer().afterDelay(BETWEEN_REPORTS);
  if (auto thing = weak.lock()) {
    thing->m_tellsSoon = false;
    thing->tell(thing->m_counters->live);
  }
}

// --- the other machine's

namespace {

class FarThingServer final : public schema::FarThing::Server {
public:
  FarThingServer(schema::Service::Client service, std::shared_ptr<Streams> streams)
      : m_service(kj::mv(service)), m_streams(kj::mv(streams)) {}

  kj::Promise<void> connect(ConnectContext context) override {
    auto streams = m_streams;
    auto place = streams->place();
    auto splice = streams->splice(m_counters, co_await socketOf(context.getParams().getSocket()));
    auto call = m_service.connectRequest();
    call.setBack(splice->inlet());
    kj::Maybe<schema::ByteStream::Client> forth;
    try {
      forth = (co_await call.send()).getForth();
    } catch (const kj::Exception& exception) {
      kj::throwFatalException(told(exception));
    }
    streams->carry(splice, kj::mv(KJ_ASSERT_NONNULL(forth)), kj::mv(place), [] {});
  }

  kj::Promise<void> start(StartContext) override { fail(ThingWhy::UNKNOWN); }
  kj::Promise<void> stop(StopContext) override { fail(ThingWhy::UNKNOWN); }
  kj::Promise<void> counters(CountersContext context) override {
    auto results = context.initResults();
    results.setLive(m_counters->live);
    results.setUses(m_counters->uses);
    results.setBytesIn(m_counters->bytesIn);
    results.setBytesOut(m_counters->bytesOut);
    return kj::READY_NOW;
  }

private:
  schema::Service::Client m_service;
  std::shared_ptr<Streams> m_streams;
  std::shared_ptr<Counters> m_counters = std::make_shared<Counters>();
};

// Calls are as many as the broker makes: one at a time of each offer.
class FarAppServer final : public schema::FarThing::Server {
public:
  explicit FarAppServer(schema::App::Client app) : m_app(kj::mv(app)) {}

  kj::Promise<void> start(StartContext context) override {
    uint64_t number = 0;
    try {
      number = (co_await m_app.startRequest().send()).getNumber();
    } catch (const kj::Exception& exception) {
      kj::throwFatalException(told(exception));
    }
    context.initResults().setNumber(number);
  }
  kj::Promise<void> stop(StopContext) override {
    try {
      co_await m_app.stopRequest().send().ignoreResult();
    } catch (const kj::Exception& exception) {
      kj::throwFatalException(told(exception));
    }
  }
  kj::Promise<void> connect(ConnectContext) override { fail(ThingWhy::UNKNOWN); }

private:
  schema::App::Client m_app;
};

}  // namespace

schema::FarThing::Client farApp(schema::App::Client app) { return kj::heap<FarAppServer>(kj::mv(app)); }

schema::FarThing::Client farThing(schema::Service::Client service, std::shared_ptr<Streams> streams) {
  return kj::heap<FarThingServer>(kj::mv(service), kj::mv(streams));
}

}  // namespace latchkey::peer
