// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/times.h"
#include "portals/network/outside.h"

namespace latchkey::network {
namespace {

constexpr int PACKETS_AT_ONCE = 64;
constexpr size_t MOST_LINKS = 8192, MOST_HELD = 512, MOST_QUESTIONS = 64;
constexpr size_t MOST_ENDED = 200, MOST_LOOKED_AT = 100, MOST_REFUSALS = 100;
constexpr auto BROKER_PATIENCE = 2 * kj::SECONDS;
constexpr auto DIAL_PATIENCE = 30 * kj::SECONDS;
constexpr auto REFUSAL_PAUSE = 10 * kj::SECONDS;
constexpr auto REPORT_PAUSE = std::chrono::seconds(1);
constexpr uint64_t TICKS_A_SECOND = 5;
constexpr uint64_t HALF_MINUTE = 30 * TICKS_A_SECOND;
constexpr size_t MOST_OF_QUERY = 4096;

schema::Connection::State stateOf(Link::State state) {
  switch (state) {
    case Link::State::Held: return schema::Connection::State::HELD;
    case Link::State::Connecting: return schema::Connection::State::CONNECTING;
    case Link::State::Open: return schema::Connection::State::OPEN;
    case Link::State::Ended: break;
  }
  return schema::Connection::State::ENDED;
}

std::string textOf(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

// The socket to use instead of what was sent; none: that one.
kj::Promise<void> answerTo(kj::Promise<capnp::Response<schema::NetworkAsker::DialResults>> call,
                           kj::Own<kj::PromiseFulfiller<kj::AutoCloseFd>> answered) {
  try {
    auto answer = co_await call;
    kj::AutoCloseFd instead;
    if (answer.hasInstead()) {
      auto fd = co_await answer.getInstead().getFd();
      instead = duplicate(KJ_REQUIRE_NONNULL(fd, "a descriptor is missing"));
      fcntl(instead, F_SETFL, O_NONBLOCK);
    }
    answered->fulfill(kj::mv(instead));
  } catch (const kj::Exception& exception) {
    answered->reject(kj::Exception(exception));
  }
}

// Of those that are there, or a new one.
template <typename Thing, typename... Arguments>
std::shared_ptr<Thing> sharedIn(std::map<std::string, std::weak_ptr<Thing>>& all, const std::string& key,
                                Arguments&&... arguments) {
  std::erase_if(all, [](auto& entry) { return entry.second.expired(); });
  auto& known = all[key];
  auto thing = known.lock();
  if (!thing) known = thing = std::make_shared<Thing>(arguments...);
  return thing;
}

Meter::Limits limitsFrom(schema::Limits::Reader from) {
  return {.bytesPerSecond = from.getBytesPerSecond(), .bytes = from.getBytes(), .bytesPerDay = from.getBytesPerDay()};
}

uint64_t inodeOf(int fd) {
  struct stat status{};
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Sandbox::Sandbox(World& world, std::string instance, const std::string& holder, Inside inside, int firstProcess,
                 schema::NetworkAsker::Client asker)
    : m_world(world),
      m_instance(std::move(instance)),
      m_inside(kj::mv(inside)),
      m_firstProcess(firstProcess),
      m_names(sharedIn(world.names, holder, holder)),
      m_lookup(world.lookups.lane()),
      m_resolver(world.timer, *m_names, *m_lookup, *this),
      m_asker(kj::mv(asker)),
      m_policy(world.clock),
      m_appMeter(sharedIn(world.appMeters, holder)),
      m_brokerReturns(nullptr),
      m_end(nullptr),
      m_tasks(*this) {
  auto back = kj::newPromiseAndFulfiller<void>();
  m_brokerBack = kj::mv(back.fulfiller);
  m_brokerReturns = back.promise.fork();
  auto end = kj::newPromiseAndFulfiller<void>();
  m_endFulfiller = kj::mv(end.fulfiller);
  m_end = end.promise.fork();
  m_appMeter->onDay(dayOf(m_world.clock.wall()));
}

// First what is at work, then what it works with.
Sandbox::~Sandbox() noexcept {
  m_tasks.clear();
  m_services = nullptr;
  m_ports = nullptr;
  m_tcp = nullptr;
  m_datagrams = nullptr;
}

void Sandbox::taskFailed(kj::Exception&& exception) { logWarning("network portal: " + reason(exception)); }

// --- beginning and end

kj::Promise<void> Sandbox::attach(kj::AutoCloseFd pidfd) {
  auto self = shared_from_this();
  m_wiring = co_await m_world.entrance.wire(m_world.port, m_inside);
  m_whose = Whose(m_wiring.diagnosis);
  m_tcp = kj::heap<Tcp>(m_world.port, m_world.timer, *this, m_world.pipes, m_wiring);
  m_datagrams = kj::heap<Datagrams>(m_world.port, m_world.timer, *this);
  m_ports = kj::heap<OpenPorts>(m_world.port, m_world.timer, m_world.pipes, m_world.entrance, m_inside, *this);
  m_services = kj::heap<Services>(
      m_world.port, m_world.timer, m_world.pipes, *this,
      [this](bool v6) { return KJ_REQUIRE_NONNULL(m_ports)->socketInside(v6); },
      [this](uint64_t inode) { m_ownListeners.insert(inode); });
  for (auto* own : {&m_wiring.listener4, &m_wiring.listener6, &m_wiring.names, &m_wiring.namesTcp}) {
    if (own->get() >= 0) m_ownListeners.insert(inodeOf(*own));
  }
  m_tasks.add(readWire());
  m_tasks.add(answerResolver());
  if (pidfd.get() >= 0) m_tasks.add(watch(kj::mv(pidfd)));
}

kj::Promise<void> Sandbox::watch(kj::AutoCloseFd pidfd) {
  kj::UnixEventPort::FdObserver observer(m_world.port, pidfd, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  co_await observer.whenBecomesReadable();
  finish();
}

// Descriptors of ours are the last that keep its namespace: they go when the sandbox is destroyed, a moment later.
void Sandbox::finish() {
  if (m_ended) return;
  m_ended = true;
  for (auto& [id, grant] : m_grants) report(*grant, true);
  m_endFulfiller->fulfill();
}

void Sandbox::detach() {
  auto self = shared_from_this();
  cutAll(true);
  m_tasks.clear();
  m_services = nullptr;
  m_ports = nullptr;
  m_tcp = nullptr;
  m_datagrams = nullptr;
  m_whose = nullptr;
  m_wiring = {};  // With the tun go its routes.
  finish();
}

kj::Promise<void> Sandbox::readWire() {
  kj::UnixEventPort::FdObserver observer(m_world.port, m_wiring.tun, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  static kj::byte bytes[65536];  // One thread, and nothing is kept in it over a wait.
  for (int count = 0;;) {
    auto length = read(m_wiring.tun, bytes, sizeof bytes);
    if (length < 0 && errno == EAGAIN) {
      co_await observer.whenBecomesReadable();
      continue;
    }
    if (length < 0 && errno != EINTR) co_return;  // The namespace has gone.
    if (length > 0) {
      KJ_IF_MAYBE (packet, packetFrom(kj::arrayPtr(bytes, static_cast<size_t>(length)))) {
        if (packet->protocol == Protocol::Tcp) {
          KJ_IF_MAYBE (tcp, m_tcp) (*tcp)->take(*packet);
        } else {
          KJ_IF_MAYBE (datagrams, m_datagrams) (*datagrams)->take(*packet);
        }
      }
    }
    if (++count % PACKETS_AT_ONCE == 0) co_await kj::evalLater([] {});
  }
}

void Sandbox::toApp(kj::ArrayPtr<const kj::byte> packet) {
  if (m_wiring.tun.get() >= 0) (void)!write(m_wiring.tun, packet.begin(), packet.size());
}

kj::Promise<void> Sandbox::ensureGate() {
  if (m_gate == nullptr) {
    m_gate = m_world.entrance.loadGate(m_world.port, m_inside, m_wiring.port)
                 .catch_([this](kj::Exception&& exception) {
                   m_gate = nullptr;  // The next one tries again.
                   kj::throwFatalException(kj::mv(exception));
                 })
                 .fork();
  }
  return KJ_ASSERT_NONNULL(m_gate).addBranch();
}

// The stub resolver that /etc/resolv.conf names, by UDP. By TCP and at other addresses it comes by the tun.
kj::Promise<void> Sandbox::answerResolver() {
  kj::UnixEventPort::FdObserver observer(m_world.port, m_wiring.names, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    kj::byte query[MOST_OF_QUERY];
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto length =
        recvfrom(m_wiring.names, query, sizeof query, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &size);
    if (length < 0) {
      if (errno != EAGAIN && errno != EINTR) co_return;
      if (errno == EAGAIN) co_await observer.whenBecomesReadable();
      continue;
    }
    m_tasks.add(answerNames(kj::heapArray(query, static_cast<size_t>(length)), Protocol::Udp)
                    .then([this, from, size](kj::Array<kj::byte> answer) {
                      if (answer.size() == 0) return;
                      sendto(m_wiring.names, answer.begin(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&from), size);
                    }));
  }
}

kj::Promise<kj::Array<kj::byte>> Sandbox::answerNames(kj::Array<kj::byte> query, Protocol transport) {
  return m_resolver.answer(kj::mv(query), transport);
}

// --- what is decided

kj::Maybe<Destination> Sandbox::destinationOf(const Endpoint& far, Protocol protocol) {
  auto port = protocol == Protocol::Ping ? uint16_t{0} : far.port;
  if (Names::isSynthetic(far.address)) {
    KJ_IF_MAYBE (name, m_names->nameOf(far.address)) return Destination::of(*name, protocol, port);
    return nullptr;
  }
  return Destination::of(far.address, protocol, port)
      .leadingTo(far.address, m_world.ownAddresses.contains(far.address));
}

bool Sandbox::began(LinkRef link) {
  if (m_links.size() >= MOST_LINKS || held() >= MOST_HELD) return false;
  link->id = ++m_lastLink;
  link->appMeter = m_appMeter;
  link->since = link->used = m_world.clock.wall();
  m_links[link->id] = link;
  return true;
}

size_t Sandbox::held() const {
  return static_cast<size_t>(
      std::ranges::count_if(m_links, [](auto& entry) { return entry.second->state == Link::State::Held; }));
}

// Who is turned away is reset, and the port stays ours: also while the network is off.
bool Sandbox::admit(const LinkRef& link, const GrantRef& grant) {
  bool inForce = grant->state == Grant::State::Active && !grant->deadline.passed(m_world.clock);
  bool usedUp = grant->meter->isUsedUp() || m_appMeter->isUsedUpForToday();
  if (m_off || m_ended || !inForce || usedUp || !began(link)) return false;
  KJ_IF_MAYBE (listening, grant->listening) {
    KJ_IF_MAYBE (listener, listenerAt(listening->port)) {
      link->pid = listener->owner.pid;
      link->program = listener->owner.program;
    }
  }
  given(*link, grant, grant->service ? grant->destination : Destination{}, {});
  return true;
}

// The call is never given up, whoever is cut meanwhile: an answer with a descriptor that nobody waits for any more
// would break the connection with the broker, as Cap'n Proto closes the descriptor before the message is written.
kj::Promise<kj::AutoCloseFd> Sandbox::dial(GrantRef grant) {
  auto pair = tcpPair();
  if (pair.one.get() < 0) co_return kj::AutoCloseFd();
  kj::AutoCloseFd result;
  KJ_IF_MAYBE (asker, m_asker) {
    try {
      auto call = asker->dialRequest();
      call.setGrant(grant->id.c_str());
      call.setSocket(descriptorOf(kj::mv(pair.other)));
      auto answered = kj::newPromiseAndFulfiller<kj::AutoCloseFd>();
      m_world.errands.add(answerTo(call.send(), kj::mv(answered.fulfiller)));
      auto instead = co_await m_world.timer.timeoutAfter(DIAL_PATIENCE, kj::mv(answered.promise));
      result = instead.get() < 0 ? kj::mv(pair.one) : kj::mv(instead);
    } catch (const kj::Exception& exception) {
      logInfo("network portal: " + grant->destination.text() + ": " + reason(exception));
    }
  }
  co_return kj::mv(result);
}

void Sandbox::opened(Link& link) { link.used = m_world.clock.wall(); }

void Sandbox::over(LinkRef link) {
  if (m_links.erase(link->id) == 0) return;
  link->state = Link::State::Ended;
  link->ended = m_world.clock.wall();
  if (link->fresh) link->used = link->ended;
  if (link->grant) {
    auto grant = link->grant;
    --grant->live;
    grant->used = link->used;
    report(*grant, grant->live == 0);
    if (grant->once && grant->live == 0 && grant->state == Grant::State::Active) end(grant, Ending::PERMISSION_OVER);
  }
  m_endedLinks.push_back(kj::mv(link));
  if (m_endedLinks.size() > MOST_ENDED) m_endedLinks.pop_front();
}

Way Sandbox::given(Link& link, const GrantRef& grant, const Destination& decided, std::vector<Address> addresses) {
  link.grant = grant;
  link.decided = decided;
  ++grant->uses;
  ++grant->live;
  grant->used = m_world.clock.wall();
  report(*grant, grant->live == 1);
  return {Way::Kind::Open, std::move(addresses)};
}

kj::Promise<Way> Sandbox::findWay(LinkRef link) {
  auto refused = [](bool later) { return Way{later ? Way::Kind::Later : Way::Kind::Refused, {}}; };
  bool later = false;
  auto wanted = link->wanted;
  if (wanted.host == Destination::Host::Address) {
    auto grant = co_await permitted(link, {wanted, {}}, later);
    if (!grant) co_return refused(later);
    co_return given(*link, grant, wanted, {link->flow.far.address});
  }
  GrantRef grant;
  if (isService(wanted)) {
    grant = co_await permitted(link, {wanted, {}}, later);
    if (!grant) co_return refused(later);
    if (grant->service) {
      auto way = given(*link, grant, wanted, {});
      way.service = true;
      co_return kj::mv(way);
    }
  }
  // Who was allowed where it leads in the local network alone is asked about the Internet only when it leads there.
  if (m_off || m_policy.judge(wanted).says != Judgement::Says::IfLocal) {
    grant = co_await permitted(link, {wanted, {}}, later);
    if (!grant) co_return refused(later);
  }
  auto addresses = co_await m_lookup->lookUp(wanted.name);
  if (addresses.empty()) co_return Way{Way::Kind::NotFound, {}};
  // Where it leads to the Internet is what was meant; only where it leads nowhere else, the rest is asked about.
  std::map<std::string, std::vector<Address>> byWish;
  std::vector<std::pair<Destination, Address>> wishes;
  for (auto& address : addresses) {
    auto wish = wanted.leadingTo(address, m_world.ownAddresses.contains(address));
    auto& same = byWish[wish.text()];
    if (same.empty()) wishes.emplace_back(wish, address);
    same.push_back(address);
  }
  auto chosen = std::ranges::find_if(wishes, [&](auto& wish) { return wish.first == wanted; });
  if (chosen == wishes.end()) chosen = wishes.begin();
  auto [wish, address] = *chosen;
  auto found = byWish[wish.text()];
  grant = co_await permitted(link, {wish, wish == wanted ? std::string() : address.text()}, later);
  if (!grant) co_return refused(later);
  co_return given(*link, grant, wish, found);
}

kj::Promise<GrantRef> Sandbox::permitted(LinkRef link, Wish wish, bool& later) {
  auto text = wish.wanted.text();
  for (bool asked = false;;) {
    if (m_off) {
      tellRefused(wish.wanted, "the network is off");
      co_return nullptr;
    }
    if (m_appMeter->isUsedUpForToday()) {
      tellRefused(wish.wanted, "used up for today");
      co_return nullptr;
    }
    auto judgement = m_policy.judge(wish.wanted);
    if (judgement.says == Judgement::Says::Allow) {
      auto found = m_grants.find(judgement.id);
      if (found != m_grants.end()) co_return found->second;
    }
    if (judgement.says == Judgement::Says::Deny) {
      tellRefused(wish.wanted, "denied");
      co_return nullptr;
    }
    if (asked) co_return nullptr;  // What was given does not reach.
    if (!m_questions.contains(text) && m_questions.size() >= MOST_QUESTIONS) {
      later = true;
      co_return nullptr;
    }
    auto outcome = co_await ask(link, wish);
    asked = true;
    if (outcome == Outcome::DENIED_FOR_RUN) m_policy.refuse(wish.wanted);
    if (outcome != Outcome::GRANTED) co_return nullptr;
  }
}

// Equal wishes wait for the same answer.
kj::Promise<Sandbox::Outcome> Sandbox::ask(LinkRef link, Wish wish) {
  auto text = wish.wanted.text();
  auto& question = m_questions[text];
  if (question.waiting++ == 0) {
    Owner owner;
    if (link) {
      owner = whoseIs(*link);
      link->pid = owner.pid;
      link->program = owner.program;
    }
    question.outcome = askBroker(text, wish, owner).fork();
  }
  KJ_DEFER({
    auto found = m_questions.find(text);
    if (found != m_questions.end() && --found->second.waiting == 0) m_questions.erase(found);
  });
  co_return co_await KJ_ASSERT_NONNULL(question.outcome).addBranch();
}

kj::Promise<Sandbox::Outcome> Sandbox::askBroker(std::string text, Wish wish, Owner owner) {
  for (bool waited = false;; waited = true) {
    if (m_asker == nullptr) {
      auto back = m_brokerReturns.addBranch();
      if (waited) {
        co_await back;
      } else {
        bool there =
            co_await back.then([] { return true; }).exclusiveJoin(m_world.timer.afterDelay(BROKER_PATIENCE).then([] {
              return false;
            }));
        if (!there) co_return Outcome::DECLINED;
      }
    }
    KJ_IF_MAYBE (asker, m_asker) {
      try {
        auto call = asker->askRequest();
        auto wanted = call.initWanted();
        wanted.setDestination(text.c_str());
        wanted.setPid(owner.pid);
        wanted.setProgram(owner.program.c_str());
        wanted.setRaw(wish.wanted.host == Destination::Host::Address && wish.local.empty());
        wanted.setLocal(wish.local.c_str());
        auto outcome = (co_await call.send()).getOutcome();
        if (outcome != Outcome::UNAVAILABLE) co_return outcome;
        co_return Outcome::DECLINED;
      } catch (const kj::Exception& exception) {
        if (exception.getType() != kj::Exception::Type::DISCONNECTED) throw;
        // It is asked again by the next broker, also if we have not been told yet that this one has gone.
        m_asker = nullptr;
      }
    }
  }
}

Owner Sandbox::whoseIs(const Link& link) {
  if (link.wanted.protocol == Protocol::Ping || !link.visitor.empty()) return {};
  KJ_IF_MAYBE (whose, m_whose) {
    KJ_IF_MAYBE (inode, whose->inodeOf(link.flow, link.wanted.protocol)) return ownerOf(*inode, m_firstProcess);
  }
  return {};
}

bool Sandbox::isBlocked(const std::string& name) { return m_policy.isBlocked(name); }

kj::Promise<bool> Sandbox::mayAsk(Destination wanted) {
  bool later = false;
  auto grant = co_await permitted(nullptr, {wanted, {}}, later);
  if (!grant) co_return false;
  ++grant->uses;
  grant->used = m_world.clock.wall();
  report(*grant, false);
  co_return true;
}

void Sandbox::tooMuchAsked(const std::string& name, uint64_t questions) {
  auto wanted = Destination::of(name, Protocol::Name, 0);
  KJ_IF_MAYBE (destination, wanted) {
    tellRefused(*destination, "asks name servers unusually much: " + std::to_string(questions) + " questions");
  }
}

// --- what the broker wants

GrantRef Sandbox::add(schema::NetworkGrant::Reader from) {
  KJ_REQUIRE(!m_ended, "the sandbox has ended");
  auto grant = std::make_shared<Grant>();
  grant->id = textOf(from.getId());
  grant->deny = from.getDeny();
  grant->once = from.getOnce();
  grant->meter = sharedIn(m_world.grantMeters, grant->id);
  grant->meter->limit(limitsFrom(from.getLimits()));
  grant->meter->learn({.passed = from.getPassed(), .today = from.getPassedToday(), .day = from.getDay()});
  grant->meter->onDay(dayOf(m_world.clock.wall()));
  if (grant->meter->isLimited()) m_world.keptMeters.insert(grant->meter);
  if (from.getSuspended()) grant->state = Grant::State::Suspended;
  auto deadline = Deadline::at(fromNanos(from.getExpires()), m_world.clock);
  if (from.isListening()) {
    grant->deadline = deadline;
    addListening(grant, from);
    return grant;
  }
  grant->service = from.isService();
  auto text = textOf(grant->service ? from.getService() : from.getDestination());
  auto destination = destinationFrom(text);
  grant->destination = KJ_REQUIRE_NONNULL(destination, "not a destination", text);
  if (grant->service) {
    auto& at = grant->destination;
    KJ_REQUIRE(at.host == Destination::Host::Name && at.firstPort != 0 && at.firstPort == at.lastPort &&
                   at.protocol == Protocol::Tcp && !at.local && !grant->deny,
               "not a place for a service", text);
    grant->deadline = deadline;
  }
  m_grants[grant->id] = grant;
  m_policy.add({grant->id, grant->destination, grant->deny, from.getSuspended(), deadline});
  if (grant->deny) {
    // It holds for what is open too.
    for (const auto& [id, link] : std::map(m_links)) {
      if (link->grant && link->visitor.empty() && m_policy.judge(link->decided).says == Judgement::Says::Deny)
        link->cut(Ending::DENIED);
    }
  }
  return grant;
}

kj::Promise<void> Sandbox::added(GrantRef grant) {
  auto self = shared_from_this();
  if (grant->service) co_await KJ_REQUIRE_NONNULL(m_services, "the sandbox has ended")->open(grant);
}

kj::Promise<kj::AutoCloseFd> Sandbox::reach(uint16_t port) {
  auto self = shared_from_this();
  KJ_REQUIRE(!m_off, "the network is off");
  auto socket = co_await connectToApp(
      m_world.port, m_world.timer, [this](bool v6) { return KJ_REQUIRE_NONNULL(m_ports)->socketInside(v6); }, port);
  KJ_REQUIRE(socket.get() >= 0, "nothing listens there", port);
  co_return kj::mv(socket);
}

// Of a service that is there by this name, whether it may be had at the moment or not.
bool Sandbox::isService(const Destination& wanted) const {
  return std::ranges::any_of(m_grants,
                             [&](auto& entry) { return entry.second->service && entry.second->destination == wanted; });
}

void Sandbox::addListening(const GrantRef& grant, schema::NetworkGrant::Reader from) {
  auto listening = listeningFrom(textOf(from.getListening()));
  grant->listening = KJ_REQUIRE_NONNULL(listening, "nothing to listen on", from.getListening());
  KJ_REQUIRE(!grant->deny, "what nobody is let in by is not listened on");
  auto known = m_grants.find(grant->id);
  if (known != m_grants.end()) forget(GrantRef(known->second), Ending::PERMISSION_OVER);
  if (grant->state == Grant::State::Active) KJ_REQUIRE_NONNULL(m_ports)->open(grant);
  m_grants[grant->id] = grant;
}

void Sandbox::cutLinksOf(const GrantRef& grant, Ending why) {
  for (const auto& [id, link] : std::map(m_links)) {
    if (link->grant == grant) link->cut(why);
  }
}

void Sandbox::forget(const GrantRef& grant, Ending why) {
  grant->state = Grant::State::Ended;
  auto found = m_grants.find(grant->id);
  if (found != m_grants.end() && found->second == grant) m_grants.erase(found);
  cutLinksOf(grant, why);
  KJ_IF_MAYBE (services, m_services) (*services)->shut(grant);
  KJ_IF_MAYBE (ports, m_ports) (*ports)->shut(grant);
}

void Sandbox::revoke(const GrantRef& grant) {
  if (grant->state == Grant::State::Ended) return;
  m_policy.revoke(grant->id);
  forget(grant, Ending::ENDED_BY_YOU);
}

void Sandbox::lapse(const GrantRef& grant) {
  if (grant->state == Grant::State::Ended) return;
  m_policy.lapse(grant->id);
  forget(grant, Ending::PERMISSION_OVER);
}

void Sandbox::suspend(const GrantRef& grant) {
  if (grant->state != Grant::State::Active) return;
  grant->state = Grant::State::Suspended;
  m_policy.suspend(grant->id, true);
  cutLinksOf(grant, Ending::PAUSED_BY_YOU);
  KJ_IF_MAYBE (ports, m_ports) (*ports)->shut(grant);
}

void Sandbox::resume(const GrantRef& grant) {
  if (grant->state != Grant::State::Suspended) return;
  if (grant->listening != nullptr) KJ_REQUIRE_NONNULL(m_ports)->open(grant);
  grant->state = Grant::State::Active;
  m_policy.suspend(grant->id, false);
}

// By itself: then it is asked about again.
void Sandbox::end(const GrantRef& grant, Ending why) {
  if (grant->state == Grant::State::Ended) return;
  m_policy.lapse(grant->id);
  forget(grant, why);
  report(*grant, true);
  tellEnded(*grant);
}

void Sandbox::cutAll(bool off) {
  m_off = off;
  if (!off) return;
  for (const auto& [id, link] : std::map(m_links)) link->cut(Ending::NETWORK_OFF);
}

void Sandbox::limit(const Meter::Limits& limits, const Meter::Count& count) {
  m_appMeter->limit(limits);
  m_appMeter->learn(count);
  m_appMeter->onDay(dayOf(m_world.clock.wall()));
  if (m_appMeter->isLimited()) m_world.keptMeters.insert(m_appMeter);
  cutWhereUsedUp();
}

void Sandbox::cutWhereUsedUp() {
  bool before = std::exchange(m_appUsedUp, m_appMeter->isUsedUpForToday());
  if (!m_appUsedUp || before) return;
  for (const auto& [id, link] : std::map(m_links)) link->cut(Ending::BYTES_USED_UP);
}

void Sandbox::endConnection(uint64_t id) {
  auto found = m_links.find(id);
  if (found == m_links.end()) return;
  auto link = found->second;
  link->cut(Ending::ENDED_BY_YOU);
}

void Sandbox::writeConnections(size_t most, schema::SandboxNetwork::ConnectionsResults::Builder to) {
  std::vector<LinkRef> all(m_endedLinks.begin(), m_endedLinks.end());
  size_t looked = 0;
  for (auto& [id, link] : m_links) {
    if (link->fresh) link->used = m_world.clock.wall();
    link->fresh = false;
    if (link->pid == 0 && looked++ < MOST_LOOKED_AT) {
      auto owner = whoseIs(*link);
      link->pid = owner.pid;
      link->program = owner.program;
    }
    all.push_back(link);
  }
  std::ranges::stable_sort(all, [](auto& one, auto& other) { return one->used > other->used; });
  auto count = std::min(most, all.size());
  to.setMore(all.size() - count);
  auto list = to.initList(static_cast<unsigned>(count));
  for (unsigned i = 0; i < count; ++i) {
    auto& link = *all[i];
    list[i].setId(link.id);
    bool in = !link.visitor.empty();
    list[i].setDestination(in ? link.visitor.c_str() : link.wanted.text().c_str());
    list[i].setAddress(link.address.c_str());
    list[i].setDirection(in ? schema::Connection::Direction::IN : schema::Connection::Direction::OUT);
    list[i].setState(stateOf(link.state));
    list[i].setSince(toNanos(link.since));
    list[i].setUsed(toNanos(link.used));
    list[i].setEnded(toNanos(link.ended));
    list[i].setBytesIn(link.bytesIn);
    list[i].setBytesOut(link.bytesOut);
    list[i].setProgram(link.program.c_str());
    list[i].setPid(link.pid);
    if (link.grant) list[i].setGrant(link.grant->id.c_str());
    list[i].setEnding(link.ending);
  }
}

// --- what listens

bool Sandbox::lookWhatListens() {
  if (m_wiring.diagnosis.get() < 0) return false;
  auto there = listeningIn(m_wiring.diagnosis, m_ownListeners);
  if (std::ranges::equal(there, m_listeners, {}, {}, &Listener::at)) return false;
  std::map<uint64_t, Owner> owners;
  for (auto& one : m_listeners) owners[one.at.inode] = one.owner;
  m_listeners.clear();
  size_t looked = 0;
  for (auto& at : there) {
    auto known = owners.find(at.inode);
    if (known != owners.end()) m_listeners.push_back({at, known->second});
    else m_listeners.push_back({at, looked++ < MOST_LOOKED_AT ? ownerOf(at.inode, m_firstProcess) : Owner()});
  }
  return true;
}

kj::Maybe<const Sandbox::Listener&> Sandbox::listenerAt(uint16_t port) const {
  auto found = std::ranges::find_if(m_listeners, [&](auto& one) { return one.at.port == port && !one.at.udp; });
  if (found == m_listeners.end()) return nullptr;
  return *found;
}

capnp::Orphan<capnp::List<schema::Listener>> Sandbox::listeners(capnp::Orphanage orphanage) {
  if (lookWhatListens()) m_listenersAreTold = false;
  auto orphan = orphanage.newOrphan<capnp::List<schema::Listener>>(static_cast<unsigned>(m_listeners.size()));
  auto list = orphan.get();
  for (unsigned i = 0; i < list.size(); ++i) {
    auto& [at, owner] = m_listeners[i];
    list[i].setPort(at.port);
    list[i].setUdp(at.udp);
    list[i].setLoopback(at.loopback);
    list[i].setProgram(owner.program.c_str());
    list[i].setId(at.inode);
    for (auto& [id, grant] : m_grants) {
      KJ_IF_MAYBE (listening, grant->listening) {
        bool reaches = grant->state == Grant::State::Active && listening->port == at.port && !at.udp;
        if (reaches) list[i].setGrant(id.c_str());
      }
    }
  }
  return orphan;
}

// --- what the broker is told

void Sandbox::brokerIs(kj::Maybe<schema::NetworkAsker::Client> asker) {
  m_asker = kj::mv(asker);
  if (m_asker == nullptr) return;
  m_listenersAreTold = m_listeners.empty();
  m_brokerBack->fulfill();
  auto back = kj::newPromiseAndFulfiller<void>();
  m_brokerBack = kj::mv(back.fulfiller);
  m_brokerReturns = back.promise.fork();
}

void Sandbox::report(Grant& grant, bool now) {
  auto& last = m_reports[grant.id];
  auto bytes = grant.bytesIn + grant.bytesOut;
  if (last.live == grant.live && last.uses == grant.uses && last.bytes == bytes) return;
  auto time = m_world.clock.wall();
  if (!now && time - last.at < REPORT_PAUSE && time >= last.at) return;
  last = {time, grant.live, grant.uses, bytes};
  KJ_IF_MAYBE (asker, m_asker) {
    auto call = asker->usedRequest();
    call.setGrant(grant.id.c_str());
    call.setLive(grant.live);
    call.setUses(grant.uses);
    call.setBytesIn(grant.bytesIn);
    call.setBytesOut(grant.bytesOut);
    call.setUsed(toNanos(grant.used));
    m_tasks.add(call.send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
}

void Sandbox::tellRefused(const Destination& wanted, std::string why) {
  auto text = wanted.text();
  auto now = m_world.timer.now();
  auto [entry, isNew] = m_refusals.try_emplace(text, now);
  if (!isNew && now - entry->second < REFUSAL_PAUSE) return;
  if (isNew && m_refusals.size() > MOST_REFUSALS) {
    m_refusals.erase(entry);
    return;
  }
  entry->second = now;
  KJ_IF_MAYBE (asker, m_asker) {
    auto call = asker->refusedRequest();
    call.setDestination(text.c_str());
    call.setWhy(why.c_str());
    m_tasks.add(call.send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
}

void Sandbox::tellEnded(const Grant& grant) {
  KJ_IF_MAYBE (asker, m_asker) {
    auto call = asker->endedRequest();
    call.setGrant(grant.id.c_str());
    call.setPassed(grant.meter->passedInAll());
    m_tasks.add(call.send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
}

void Sandbox::tellListening() {
  if (m_asker == nullptr) return;
  if (lookWhatListens()) m_listenersAreTold = false;
  if (std::exchange(m_listenersAreTold, true)) return;
  KJ_IF_MAYBE (asker, m_asker) {
    auto call = asker->listeningRequest();
    call.adoptListeners(listeners(
        capnp::Orphanage::getForMessageContaining(static_cast<schema::NetworkAsker::ListeningParams::Builder>(call))));
    m_tasks.add(call.send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
}

void Sandbox::tick() {
  if (m_ended) return;
  for (auto& id : m_policy.expired()) {
    auto found = m_grants.find(id);
    if (found == m_grants.end()) continue;
    auto grant = found->second;
    end(grant, Ending::TIME_OVER);
  }
  auto today = dayOf(m_world.clock.wall());
  m_appMeter->onDay(today);
  cutWhereUsedUp();
  for (const auto& [id, grant] : std::map(m_grants)) {
    grant->meter->onDay(today);
    if (grant->meter->isUsedUp()) end(grant, Ending::BYTES_USED_UP);
    else if (grant->deadline.passed(m_world.clock)) end(grant, Ending::TIME_OVER);
  }
  ++m_ticks;
  if (m_ticks % HALF_MINUTE == 0) {
    std::erase_if(m_refusals, [&](auto& entry) { return m_world.timer.now() - entry.second > REFUSAL_PAUSE; });
    KJ_IF_MAYBE (datagrams, m_datagrams) (*datagrams)->tick();
  }
  if (m_ticks % TICKS_A_SECOND != 0) return;
  std::vector<LinkRef> gone;
  for (auto& [id, link] : m_links) {
    if (link->fresh) {
      link->used = m_world.clock.wall();
      if (link->grant) link->grant->used = link->used;
      link->fresh = false;
    }
    if (!link->isWatched || (link->state != Link::State::Held && link->state != Link::State::Connecting)) continue;
    KJ_IF_MAYBE (whose, m_whose) {
      KJ_IF_MAYBE (inode, whose->inodeOf(link->flow, link->wanted.protocol)) {
        if (*inode == 0) gone.push_back(link);
      }
    }
  }
  for (auto& link : gone) link->cut(Ending::GIVEN_UP_BY_APP);
  for (auto& [id, grant] : m_grants) report(*grant, false);
  tellListening();
}

}  // namespace latchkey::network
