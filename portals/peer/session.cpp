// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/session.h"

#include <kj/debug.h>

#include "portals/peer/bounds.h"
#include "portals/peer/thing.h"

namespace latchkey::peer {
namespace {

constexpr size_t MOST_OF_A_MESSAGE = 131072;  // Words: 1 MiB.
constexpr int DEEPEST = 32;
constexpr size_t MOST_UNANSWERED = 524288;  // Words of calls: 4 MiB.
constexpr size_t CALLS_AT_ONCE = 32, WISHES_AT_ONCE = 8;
constexpr auto SILENCE = 30 * kj::SECONDS, ANSWER = 10 * kj::SECONDS, TAKING = 30 * kj::SECONDS;
constexpr unsigned PINGS = 3;
constexpr size_t MOST_GUESSES = 8;
constexpr auto GUESSES_COUNT_FOR = 60 * kj::SECONDS;
constexpr auto GOODBYE = 500 * kj::MILLISECONDS;

// What the other machine is told of a failure: one word.
kj::Promise<void> told(kj::Promise<void> done) {
  return done.catch_([](kj::Exception&& exception) { fail(thingWhyOf(exception)); });
}

// What the broker is told. Of the connection only what was seen here: a word about it from the other machine would be
// taken for a loss, after which it is asked again.
kj::Promise<void> toldHere(kj::Promise<void> done) {
  return done.catch_([](kj::Exception&& exception) {
    if (exception.getType() == kj::Exception::Type::DISCONNECTED) fail(Why::BROKEN);
    auto why = whyOf(exception);
    if (why != Why::BROKEN && !isFromAfar(exception)) fail(why);
    fail(thingWhyOf(exception));
  });
}

Why meantBy(Reason reason) {
  switch (reason) {
    case Reason::FORGOTTEN: return Why::REFUSED;
    case Reason::CROSSED: return Why::CROSSED;
    case Reason::LEAVING: return Why::UNREACHABLE;
    default: return Why::BROKEN;
  }
}

}  // namespace

// --- what the other machine calls

class Session::Front final : public schema::Machine::Server {
public:
  explicit Front(Session& session) : m_session(session) {}

  kj::Promise<void> greet(GreetContext context) override { return told(greeted(context)); }
  kj::Promise<void> ping(PingContext context) override {
    requireGreeted();
    context.initResults().setNumber(context.getParams().getNumber());
    return kj::READY_NOW;
  }
  kj::Promise<void> goodbye(GoodbyeContext context) override {
    m_session.saidGoodbye(context.getParams().getReason());
    return kj::READY_NOW;
  }
  kj::Promise<void> offer(OfferContext context) override { return told(offered(context)); }
  kj::Promise<void> withdraw(WithdrawContext context) override { return told(withdrawn(context)); }
  kj::Promise<void> take(TakeContext context) override { return told(taken(context)); }
  kj::Promise<void> decline(DeclineContext context) override { return told(declined(context)); }
  kj::Promise<void> restore(RestoreContext context) override { return told(restored(context)); }
  // A broker that ends has answered nothing: the session ends with it, and what waits is asked again in the next.
  kj::Promise<void> wish(WishContext context) override {
    return told(wished(context).catch_([](kj::Exception&& exception) -> kj::Promise<void> {
      if (exception.getType() == kj::Exception::Type::DISCONNECTED) return kj::NEVER_DONE;
      return kj::mv(exception);
    }));
  }

private:
  void requireGreeted() const {
    if (!m_session.m_greeted) fail(ThingWhy::UNKNOWN);
  }

  kj::Promise<void> greeted(GreetContext context) {
    if (m_session.m_greeted) {
      m_session.end({Why::BROKEN, Reason::MISBEHAVED});
      fail(ThingWhy::UNKNOWN);
    }
    m_session.m_greeted = true;
    co_await m_session.m_whenMayAnswer.addBranch();
    context.initResults().setHello(m_session.m_own.getRoot<schema::Hello>().asReader());
  }

  kj::Promise<void> offered(OfferContext context) {
    requireGreeted();
    auto desk = co_await m_session.desk();
    auto call = desk.offeredRequest();
    copyOffer(context.getParams().getOffer(), call.initOffer(), From::THEM);
    co_await call.send().ignoreResult();
  }

  kj::Promise<void> withdrawn(WithdrawContext context) {
    requireGreeted();
    auto desk = co_await m_session.desk();
    auto call = desk.withdrawnRequest();
    copyWithdrawals(context.getParams().getOffers(), call);
    co_await call.send().ignoreResult();
  }

  kj::Promise<void> taken(TakeContext context) {
    requireGreeted();
    auto desk = co_await m_session.desk();
    auto call = desk.takenRequest();
    call.setOffer(checkedOffer(context.getParams().getOffer()));
    auto answer = co_await call.send();
    context.initResults().setToken(checkedToken(answer.getToken()));
  }

  kj::Promise<void> declined(DeclineContext context) {
    requireGreeted();
    auto desk = co_await m_session.desk();
    auto call = desk.declinedRequest();
    call.setOffer(checkedOffer(context.getParams().getOffer()));
    co_await call.send().ignoreResult();
  }

  kj::Promise<void> restored(RestoreContext context) {
    requireGreeted();
    auto token = context.getParams().getToken();
    if (token.size() != TOKEN_SIZE) {
      m_session.guessed();
      fail(ThingWhy::NOT_YOURS);
    }
    auto desk = co_await m_session.desk();
    auto thing = std::make_shared<Thing>(m_session.m_streams);
    auto call = desk.restoredRequest();
    call.setToken(token);
    call.setDoor(thing->door());
    kj::Maybe<schema::NearService::Client> service;
    kj::Maybe<schema::NearApp::Client> app;
    try {
      auto answer = co_await call.send();
      if (answer.hasApp()) app = answer.getApp();
      else service = answer.getService();
    } catch (const kj::Exception& exception) {
      auto why = thingWhyOf(exception);
      if (why == ThingWhy::NOT_YOURS) m_session.guessed();
      fail(why);
    }
    auto results = context.initResults().initThing();
    KJ_IF_MAYBE (found, app) results.setApp(thing->open(kj::mv(*found)));
    else results.setService(thing->open(kj::mv(KJ_ASSERT_NONNULL(service))));
  }

  kj::Promise<void> wished(WishContext context) {
    requireGreeted();
    if (m_session.m_theirWishes >= WISHES_AT_ONCE) fail(ThingWhy::TOO_MANY);
    ++m_session.m_theirWishes;
    KJ_DEFER(--m_session.m_theirWishes);
    auto desk = co_await m_session.desk();
    auto call = desk.wishedRequest();
    copyWish(context.getParams().getWish(), call.initWish(), From::THEM);
    auto answer = co_await call.send();
    auto offer = answer.getOffer();
    context.initResults().setOffer(offer.size() == 0 ? offer : checkedOffer(offer));
  }

  Session& m_session;
};

// --- what the broker calls

class Session::Back final : public schema::FarMachine::Server {
public:
  explicit Back(std::weak_ptr<Session> session) : m_session(kj::mv(session)) {}
  ~Back() noexcept(false) {
    if (auto session = m_session.lock()) session->end({Why::BROKEN, Reason::NONE});
  }

  kj::Promise<void> offer(OfferContext context) override { return toldHere(offered(context)); }
  kj::Promise<void> withdraw(WithdrawContext context) override { return toldHere(withdrawn(context)); }
  kj::Promise<void> take(TakeContext context) override { return toldHere(taken(context)); }
  kj::Promise<void> decline(DeclineContext context) override { return toldHere(declined(context)); }
  kj::Promise<void> restore(RestoreContext context) override { return toldHere(restored(context)); }
  kj::Promise<void> wish(WishContext context) override { return toldHere(wished(context)); }
  kj::Promise<void> measure(MeasureContext context) override { return toldHere(measured(context)); }
  kj::Promise<void> end(EndContext context) override {
    if (auto session = m_session.lock()) session->end({Why::BROKEN, context.getParams().getReason()});
    return kj::READY_NOW;
  }

private:
  std::shared_ptr<Session> session() const {
    auto session = m_session.lock();
    if (!session || session->m_ended != nullptr) fail(Why::BROKEN);
    return session;
  }
  static schema::Machine::Client far(Session& session) {
    KJ_IF_MAYBE (far, session.m_far) return *far;
    fail(Why::BROKEN);
  }

  // No session is kept alive while it waits for the other side.
  kj::Promise<void> offered(OfferContext context) {
    auto slot = co_await session()->m_calls.take();
    auto call = far(*session()).offerRequest();
    copyOffer(context.getParams().getOffer(), call.initOffer(), From::US);
    co_await call.send().ignoreResult();
  }
  kj::Promise<void> withdrawn(WithdrawContext context) {
    auto slot = co_await session()->m_calls.take();
    auto call = far(*session()).withdrawRequest();
    copyWithdrawals(context.getParams().getOffers(), call);
    co_await call.send().ignoreResult();
  }
  kj::Promise<void> taken(TakeContext context) {
    auto slot = co_await session()->m_calls.take();
    auto call = far(*session()).takeRequest();
    call.setOffer(checkedOffer(context.getParams().getOffer()));
    kj::Promise<capnp::Response<schema::Machine::TakeResults>> taking = call.send();
    // The session goes on: it is this that is not answered.
    auto late = session()->m_timer.afterDelay(TAKING).then(
        []() -> kj::Promise<capnp::Response<schema::Machine::TakeResults>> { return failure(ThingWhy::NOT_NOW); });
    auto answer = co_await taking.exclusiveJoin(kj::mv(late));
    context.initResults().setToken(checkedToken(answer.getToken()));
  }
  kj::Promise<void> declined(DeclineContext context) {
    auto slot = co_await session()->m_calls.take();
    auto call = far(*session()).declineRequest();
    call.setOffer(checkedOffer(context.getParams().getOffer()));
    co_await call.send().ignoreResult();
  }
  kj::Promise<void> restored(RestoreContext context) {
    auto slot = co_await session()->m_calls.take();
    auto call = far(*session()).restoreRequest();
    call.setToken(checkedToken(context.getParams().getToken()));
    auto answer = co_await call.send();
    auto thing = answer.getThing();
    switch (thing.which()) {
      case schema::SharedThing::SERVICE:
        context.initResults().setThing(farThing(thing.getService(), session()->m_streams));
        break;
      case schema::SharedThing::APP: context.initResults().setThing(farApp(thing.getApp())); break;
      default: fail(ThingWhy::UNKNOWN);
    }
  }
  kj::Promise<void> wished(WishContext context) {
    auto slot = co_await session()->m_wishes.take();
    auto call = far(*session()).wishRequest();
    copyWish(context.getParams().getWish(), call.initWish(), From::US);
    auto answer = co_await call.send();
    auto offer = answer.getOffer();
    context.initResults().setOffer(offer.size() == 0 ? offer : checkedOffer(offer));
  }
  kj::Promise<void> measured(MeasureContext context) {
    auto& clock = kj::systemPreciseMonotonicClock();  // A loop's timer stands still while it works.
    auto began = clock.now();
    co_await session()->ping(ANSWER);
    context.initResults().setMicroseconds(static_cast<uint64_t>((clock.now() - began) / kj::MICROSECONDS));
  }

  std::weak_ptr<Session> m_session;
};

// ---

Session::Session(kj::UnixEventPort& port, kj::Timer& timer, kj::Own<kj::AsyncIoStream> stream, Begun begun,
                 schema::Hello::Reader own)
    : m_timer(timer),
      m_stream(kj::mv(stream)),
      m_begun(begun),
      m_streams(std::make_shared<Streams>(port, timer)),
      m_calls(CALLS_AT_ONCE),
      m_wishes(WISHES_AT_ONCE),
      m_gate(*m_stream, timer),
      m_whenMayAnswer(nullptr),
      m_desk(nullptr),
      m_whenOver(nullptr),
      m_front(kj::heap<Front>(*this)) {
  copyHello(own, m_own.initRoot<schema::Hello>(), From::US);
  auto mayAnswer = kj::newPromiseAndFulfiller<void>();
  m_mayAnswer = kj::mv(mayAnswer.fulfiller);
  m_whenMayAnswer = mayAnswer.promise.fork();
  auto desk = kj::newPromiseAndFulfiller<schema::MachineDesk::Client>();
  m_deskThere = kj::mv(desk.fulfiller);
  m_desk = desk.promise.fork();
  auto over = kj::newPromiseAndFulfiller<void>();
  m_over = kj::mv(over.fulfiller);
  m_whenOver = kj::mv(over.promise);

  m_door.emplace(*m_front);
  auto side = begun == Begun::HERE ? capnp::rpc::twoparty::Side::CLIENT : capnp::rpc::twoparty::Side::SERVER;
  capnp::ReaderOptions limits;
  limits.traversalLimitInWords = MOST_OF_A_MESSAGE;
  limits.nestingLimit = DEEPEST;
  m_network = kj::heap<capnp::TwoPartyVatNetwork>(m_gate, 0, side, limits);
  m_gate.queueIs([&network = *m_network] { return network.getCurrentQueueSize(); });
  m_rpc.emplace(capnp::makeRpcServer(*m_network, KJ_ASSERT_NONNULL(m_door).getClient()));
  auto& rpc = KJ_ASSERT_NONNULL(m_rpc);
  rpc.setFlowLimit(MOST_UNANSWERED);
  capnp::MallocMessageBuilder message;
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(begun == Begun::HERE ? capnp::rpc::twoparty::Side::SERVER : capnp::rpc::twoparty::Side::CLIENT);
  m_far = rpc.bootstrap(vat).castAs<schema::Machine>();
}

// Calls of theirs that are still answered refer to us: they go first.
Session::~Session() noexcept(false) {
  m_streams->end();
  m_door = nullptr;
  m_far = nullptr;
  m_rpc = nullptr;
}

kj::Promise<Session::HelloMessage> Session::greet() {
  auto call = KJ_ASSERT_NONNULL(m_far).greetRequest();
  call.setHello(m_own.getRoot<schema::Hello>().asReader());
  auto answer = co_await call.send();
  auto copy = kj::heap<capnp::MallocMessageBuilder>();
  copyHello(answer.getHello(), copy->initRoot<schema::Hello>(), From::THEM);
  co_return kj::mv(copy);
}

void Session::answer() { m_mayAnswer->fulfill(); }

void Session::serve(schema::MachineDesk::Client desk) { m_deskThere->fulfill(kj::mv(desk)); }

kj::Promise<schema::MachineDesk::Client> Session::desk() { return m_desk.addBranch(); }

schema::FarMachine::Client Session::client() { return kj::heap<Back>(weak_from_this()); }

kj::Promise<void> Session::ping(kj::Duration time) {
  KJ_IF_MAYBE (far, m_far) {
    auto call = far->pingRequest();
    call.setNumber(++m_pings);
    co_await within(m_timer, time, call.send().ignoreResult());
  } else {
    fail(Why::BROKEN);
  }
}

void Session::guessed() {
  auto now = m_timer.now();
  while (!m_guesses.empty() && now - m_guesses.front() > GUESSES_COUNT_FOR) m_guesses.pop_front();
  m_guesses.push_back(now);
  if (m_guesses.size() >= MOST_GUESSES) end({Why::BROKEN, Reason::MISBEHAVED});
}

// --- its end

void Session::end(Ended how) {
  if (m_ended != nullptr) return;
  m_ended = how;
  m_endedHere = true;
  m_over->fulfill();
}

void Session::saidGoodbye(Reason reason) {
  if (m_ended != nullptr) return;
  m_ended = Ended{meantBy(reason), reason};
  m_over->fulfill();
}

kj::Promise<void> Session::disconnected() {
  co_await m_network->onDisconnect().catch_([](kj::Exception&&) {});
  if (m_ended == nullptr) m_ended = Ended{Why::BROKEN, m_gate.isBroken() ? Reason::MISBEHAVED : Reason::NONE};
}

kj::Promise<void> Session::keepAlive() {
  for (unsigned unanswered = 0; unanswered < PINGS;) {
    auto quiet = m_timer.now() - m_gate.lastHeard();
    if (quiet < SILENCE) {
      unanswered = 0;
      co_await m_timer.afterDelay(SILENCE - quiet);
      if (m_network->getOutgoingMessageWaitTime() > SILENCE) break;
      continue;
    }
    auto failed = false;
    try {
      co_await ping(ANSWER);
    } catch (const kj::Exception&) {
      failed = true;
    }
    if (failed) ++unanswered;
  }
  end({Why::SILENT, Reason::NONE});
}

kj::Promise<Session::Ended> Session::run() {
  auto self = shared_from_this();
  co_await kj::mv(m_whenOver).exclusiveJoin(disconnected()).exclusiveJoin(keepAlive());
  co_return KJ_ASSERT_NONNULL(m_ended);
}

kj::Promise<void> Session::hangUp() {
  auto self = shared_from_this();
  m_streams->end();
  auto far = kj::mv(m_far);
  m_far = nullptr;
  KJ_IF_MAYBE (machine, far) {
    if (m_endedHere) {
      auto call = machine->goodbyeRequest();
      call.setReason(KJ_ASSERT_NONNULL(m_ended).reason);
      co_await call.send().ignoreResult().exclusiveJoin(m_timer.afterDelay(GOODBYE)).catch_([](kj::Exception&&) {});
    }
  }
  far = nullptr;
  m_door = nullptr;
  m_rpc = nullptr;
  m_stream->shutdownWrite();
}

}  // namespace latchkey::peer
