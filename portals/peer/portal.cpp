// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/portal.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <vector>

#include "broker/base/log.h"
#include "portals/peer/bounds.h"

namespace latchkey::peer {
namespace {

constexpr auto STEP = 5 * kj::SECONDS;
// A greeting may wait for what becomes of another session with the same machine.
constexpr auto GREETING = 15 * kj::SECONDS;
// One that takes the place of another, and one that is late.
constexpr unsigned MOST_ARRIVING = 4;
constexpr int HIGHEST_DESCRIPTOR = 4096;

std::string text(capnp::Text::Reader from) { return {from.begin(), from.size()}; }
std::string text(capnp::Data::Reader from) { return {reinterpret_cast<const char*>(from.begin()), from.size()}; }
capnp::Data::Reader bytes(std::string_view text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

// Whoever is waited for may have gone without a word.
void noticeSilence(int socket) {
  int on = 1, idle = 20, between = 5, count = 3;
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &between, sizeof between);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

unsigned openDescriptors() {
  unsigned count = 0;
  for (int fd = 0; fd < HIGHEST_DESCRIPTOR; ++fd) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

}  // namespace

// --- what the broker calls

class Portal::Front final : public schema::PeerPortal::Server {
public:
  explicit Front(Portal& portal) : m_portal(portal) {}

  kj::Promise<void> machines(MachinesContext context) override {
    co_await m_portal.ready();
    co_await m_portal.machines(context.getParams().getKnown());
  }
  kj::Promise<void> open(OpenContext context) override {
    co_await m_portal.ready();
    auto socket = co_await socketOf(context.getParams().getSocket());
    co_await m_portal.open(kj::mv(socket), text(context.getParams().getMachine()));
  }
  kj::Promise<void> accepted(AcceptedContext context) override {
    co_await m_portal.ready();
    auto socket = co_await socketOf(context.getParams().getSocket());
    m_portal.accept(kj::mv(socket), text(context.getParams().getFrom()));
  }
  kj::Promise<void> admit(AdmitContext context) override {
    m_portal.m_admitsWords = context.getParams().getWords();
    m_portal.m_admitsInvitations = context.getParams().getInvitations();
    return kj::READY_NOW;
  }
  kj::Promise<void> pair(PairContext context) override {
    co_await m_portal.ready();
    auto params = context.getParams();
    auto socket = co_await socketOf(params.getSocket());
    kj::Maybe<Invitation> invitation;
    if (params.hasInvitation()) {
      auto given = params.getInvitation();
      invitation = Invitation{text(given.getId()), text(given.getSecret()), text(given.getMachine())};
    }
    auto stranger = co_await m_portal.pair(kj::mv(socket), kj::mv(invitation));
    auto results = context.initResults();
    results.setCertificate(bytes(stranger.certificate));
    results.setName(stranger.name.c_str());
    results.setMachine(stranger.id.c_str());
  }
  kj::Promise<void> announce(AnnounceContext context) override {
    co_await m_portal.ready();
    m_portal.self().announce(context.getParams().getHello());
  }
  kj::Promise<void> statistics(StatisticsContext context) override {
    auto results = context.initResults();
    unsigned exports = 0;
    for (auto& entry : m_portal.m_sessions) {
      auto& streams = entry.second.session->streams();
      exports += streams.things() + streams.count();
    }
    results.setSessions(static_cast<unsigned>(m_portal.m_sessions.size()));
    results.setUnpaired(m_portal.m_doorkeeper.waiting());
    results.setExports(exports);
    results.setDescriptors(openDescriptors());
    return kj::READY_NOW;
  }

private:
  Portal& m_portal;
};

// --- what a pairing asks the broker

class Portal::Host final : public PairingHost {
public:
  Host(schema::PeerHost::Client host, Doorkeeper::Place* place) : m_host(kj::mv(host)), m_place(place) {}

  kj::Promise<bool> compare(const Stranger& stranger, std::vector<std::string> words, Role role) override {
    // From here on a person is waited for.
    if (m_place != nullptr) m_place->leave();
    auto call = m_host.compareRequest();
    call.setCertificate(bytes(stranger.certificate));
    call.setName(stranger.name.c_str());
    call.setMachine(stranger.id.c_str());
    call.setJoining(role == Role::JOINS);
    auto list = call.initWords(static_cast<unsigned>(words.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, words[i].c_str());
    return call.send().then([](auto&& answer) { return answer.getMatch(); });
  }
  kj::Promise<std::string> redeem(const Stranger& stranger, std::string invitation, std::string transcript,
                                  std::string proof) override {
    auto call = m_host.redeemRequest();
    call.setInvitation(bytes(invitation));
    call.setCertificate(bytes(stranger.certificate));
    call.setName(stranger.name.c_str());
    call.setTranscript(bytes(transcript));
    call.setProof(bytes(proof));
    call.setMachine(stranger.id.c_str());
    return call.send().then([](auto&& answer) { return text(answer.getProof()); });
  }
  kj::Promise<void> paired(const Stranger& stranger, std::string invitation) override {
    auto call = m_host.pairedRequest();
    call.setCertificate(bytes(stranger.certificate));
    call.setName(stranger.name.c_str());
    call.setInvitation(bytes(invitation));
    call.setMachine(stranger.id.c_str());
    return call.send().ignoreResult();
  }

private:
  schema::PeerHost::Client m_host;
  Doorkeeper::Place* m_place;
};

// ---

Portal::Self::Self(schema::Identity::Reader identity, schema::PeerHost::Client host)
    : own(identityOf(text(identity.getKey()))), tls(given(own, text(identity.getCertificate()))), host(kj::mv(host)) {
  announce(identity.getHello());
}

void Portal::Self::announce(schema::Hello::Reader said) {
  auto message = kj::heap<capnp::MallocMessageBuilder>();
  auto copy = message->initRoot<schema::Hello>();
  copyHello(said, copy, From::US);
  copy.setVersion(VERSION);
  hello = kj::mv(message);
}

// The certificate that others know: signed anew it would be another.
const OwnIdentity& Portal::Self::given(OwnIdentity& own, std::string certificate) {
  KJ_REQUIRE(KJ_REQUIRE_NONNULL(idOf(certificate), "no certificate of ours") == own.id,
             "the key is of another machine");
  own.certificate = kj::mv(certificate);
  return own;
}

Portal::Portal(kj::AsyncIoContext& io)
    : m_io(io), m_timer(io.provider->getTimer()), m_doorkeeper(m_timer), m_ready(nullptr), m_tasks(*this) {
  auto paf = kj::newPromiseAndFulfiller<void>();
  m_begun = kj::mv(paf.fulfiller);
  m_ready = paf.promise.fork();
}

Portal::~Portal() noexcept(false) = default;

schema::PeerPortal::Client Portal::client() { return kj::heap<Front>(*this); }

void Portal::begin(schema::Identity::Reader identity, schema::PeerHost::Client host) {
  m_self.emplace(identity, kj::mv(host));
  m_begun->fulfill();
}

void Portal::taskFailed(kj::Exception&& exception) { logInfo(reason(exception)); }

kj::Own<kj::AsyncIoStream> Portal::plain(int socket) { return m_io.lowLevelProvider->wrapSocketFd(socket); }

void Portal::refused(const std::string& from, Why why, const std::string& machine) {
  if (!m_doorkeeper.mayTell()) return;
  auto call = self().host.refusedRequest();
  call.setFrom(from.c_str());
  call.setWhy(why);
  call.setMachine(machine.c_str());
  m_tasks.add(call.send().ignoreResult());
}

kj::Promise<void> Portal::machines(capnp::List<schema::KnownMachine>::Reader known) {
  m_known.clear();
  for (auto machine : known) {
    m_known[text(machine.getId())] = {text(machine.getCertificate()), machine.getVersion()};
  }
  std::vector<std::shared_ptr<kj::ForkedPromise<void>>> ending;
  for (auto& [machine, live] : m_sessions) {
    if (m_known.contains(machine)) continue;
    live.session->end({Why::REFUSED, Reason::FORGOTTEN});
    ending.push_back(live.gone);
  }
  for (auto& gone : ending) co_await gone->addBranch();
}

// --- connections begun here

kj::Promise<void> Portal::open(kj::AutoCloseFd socket, std::string machine) {
  if (!m_known.contains(machine)) fail(Why::REFUSED);
  if (m_sessions.contains(machine) || m_opening.contains(machine)) fail(Why::CROSSED);
  auto paf = kj::newPromiseAndFulfiller<void>();
  m_opening[machine] = std::make_shared<kj::ForkedPromise<void>>(paf.promise.fork());
  KJ_DEFER({
    m_opening.erase(machine);
    paf.fulfiller->fulfill();
  });
  co_await openNow(kj::mv(socket), machine);
}

kj::Promise<void> Portal::openNow(kj::AutoCloseFd socket, std::string machine) {
  unsigned version = 0;
  {
    auto stream = plain(socket);
    co_await within(m_timer, STEP, send(*stream, {Purpose::SESSION}));
    auto answer = co_await within(m_timer, STEP, receive(*stream));
    KJ_IF_MAYBE (theirs, answer) {
      if (theirs->purpose != Purpose::SESSION) fail(Why::UNREACHABLE);
      version = theirs->version;
    } else {
      fail(Why::UNREACHABLE);
    }
  }
  if (version < m_known[machine].version) fail(Why::TOO_OLD);
  auto tls = co_await encrypted(kj::mv(socket), TlsSide::CONNECTS, machine);
  auto session = std::make_shared<Session>(m_io.unixEventPort, m_timer, kj::mv(tls), Begun::HERE, self().ownHello());
  session->answer();
  co_await hold(session, machine, {}, version);
}

// `machine`: the only one it may be, or empty; then who it is.
kj::Promise<kj::Own<TlsStream>> Portal::encrypted(kj::AutoCloseFd socket, TlsSide side, std::string& machine) {
  auto stream = kj::heap<TlsStream>(m_io.unixEventPort, kj::mv(socket), self().tls, side,
                                    [this, wanted = machine](std::string_view certificate) -> kj::Maybe<std::string> {
                                      for (auto& [id, known] : m_known) {
                                        if (known.certificate == certificate && (wanted.empty() || wanted == id))
                                          return id;
                                      }
                                      return nullptr;
                                    });
  kj::Maybe<kj::Exception> failed;
  try {
    machine = co_await within(m_timer, STEP, stream->shakeHands());
  } catch (const kj::Exception& exception) {
    failed = kj::cp(exception);
  }
  KJ_IF_MAYBE (exception, failed) {
    if (side == TlsSide::ACCEPTS && whyOf(*exception) == Why::KEY_CHANGED) {
      co_await stream->letItBeHeard().exclusiveJoin(m_timer.afterDelay(STEP));
    }
    kj::throwFatalException(kj::mv(*exception));
  }
  co_return kj::mv(stream);
}

// --- sessions

// Returns when it is established; what fails is hung up.
kj::Promise<void> Portal::hold(std::shared_ptr<Session> session, std::string machine, std::string from,
                               unsigned version) {
  auto running = session->run().fork();
  kj::Maybe<kj::Exception> failed;
  try {
    co_await establish(session, machine, from, version, running.addBranch());
  } catch (const kj::Exception& exception) {
    failed = kj::cp(exception);
  }
  KJ_IF_MAYBE (exception, failed) {
    auto why = whyOf(*exception);
    session->end({why, why == Why::CROSSED ? Reason::CROSSED : why == Why::REFUSED ? Reason::FORGOTTEN : Reason::NONE});
    m_tasks.add(session->hangUp());
    fail(why);
  }
  auto gone = std::make_shared<kj::ForkedPromise<void>>(watch(session, machine, running.addBranch()).fork());
  m_sessions[machine].gone = gone;
  m_tasks.add(gone->addBranch());
}

kj::Promise<void> Portal::establish(std::shared_ptr<Session> session, std::string machine, std::string from,
                                    unsigned version, kj::Promise<Session::Ended> running) {
  auto ended = running.then([](Session::Ended ended) -> kj::Promise<Session::HelloMessage> { fail(ended.why); });
  auto hello = co_await within(m_timer, GREETING, session->greet().exclusiveJoin(kj::mv(ended)));
  auto said = hello->getRoot<schema::Hello>().asReader();
  // Everything may have changed meanwhile.
  auto known = m_known.find(machine);
  if (known == m_known.end()) fail(Why::REFUSED);
  // What was said in the clear is what is said where nobody can change it.
  if (said.getVersion() < known->second.version || said.getVersion() != version) fail(Why::TOO_OLD);
  for (;;) {
    auto old = m_sessions.find(machine);
    if (old == m_sessions.end()) break;
    if (!isKept(session->begun(), old->second.session->begun(), machine)) fail(Why::CROSSED);
    co_await replace(machine);
  }
  if (!m_known.contains(machine)) fail(Why::REFUSED);
  m_sessions[machine] = {session, nullptr};
  auto call = self().host.connectedRequest();
  call.setMachine(machine.c_str());
  call.setHello(said);
  call.setSession(session->client());
  call.setFrom(from.c_str());
  kj::Maybe<schema::MachineDesk::Client> desk;
  try {
    desk = (co_await call.send()).getDesk();
  } catch (const kj::Exception&) {
    m_sessions.erase(machine);
    fail(Why::REFUSED);
  }
  session->serve(kj::mv(KJ_ASSERT_NONNULL(desk)));
}

kj::Promise<void> Portal::watch(std::shared_ptr<Session> session, std::string machine,
                                kj::Promise<Session::Ended> running) {
  auto ended = co_await running;
  co_await session->hangUp();
  m_sessions.erase(machine);
  auto call = self().host.endedRequest();
  call.setMachine(machine.c_str());
  call.setWhy(ended.why);
  call.setReason(ended.reason);
  m_tasks.add(call.send().ignoreResult());
}

// Of two sessions begun by the same machine the later one: it would not begin another if it had one.
bool Portal::isKept(Begun fresh, Begun old, const std::string& machine) const {
  if (fresh == old) return true;
  auto lower = KJ_ASSERT_NONNULL(m_self).own.id < machine ? Begun::HERE : Begun::THERE;
  return fresh == lower;
}

kj::Promise<void> Portal::replace(std::string machine) {
  auto& live = m_sessions[machine];
  live.session->end({Why::CROSSED, Reason::CROSSED});
  auto gone = live.gone;
  if (gone) {
    co_await gone->addBranch();
  } else {
    co_await m_timer.afterDelay(10 * kj::MILLISECONDS);  // The broker is being told of it at this moment.
  }
}

// Whether a session that the other machine begins is to be answered.
kj::Promise<bool> Portal::isWanted(std::string machine) {
  auto found = m_sessions.find(machine);
  if (found != m_sessions.end()) {
    auto session = found->second.session;
    if (isKept(Begun::THERE, session->begun(), machine)) co_return true;
    // Would they begin one if they still had that? It may have died on their side alone.
    try {
      co_await session->ping(STEP);
      co_return false;
    } catch (const kj::Exception&) {
      session->end({Why::SILENT, Reason::CROSSED});
    }
    found = m_sessions.find(machine);
    if (found != m_sessions.end() && found->second.session == session) co_await replace(machine);
    co_return true;
  }
  auto opening = m_opening.find(machine);
  if (opening == m_opening.end() || isKept(Begun::THERE, Begun::HERE, machine)) co_return true;
  auto over = opening->second;
  co_await over->addBranch();
  co_return !m_sessions.contains(machine);
}

// --- connections begun elsewhere

void Portal::accept(kj::AutoCloseFd socket, std::string from) { m_tasks.add(accepted(kj::mv(socket), kj::mv(from))); }

kj::Promise<void> Portal::accepted(kj::AutoCloseFd socket, std::string from) {
  Doorkeeper::Place place(m_doorkeeper, from);
  std::string machine;
  kj::Maybe<Why> failed;
  try {
    co_await welcome(kj::mv(socket), from, place, machine).exclusiveJoin(place.whenNeeded());
  } catch (const kj::Exception& exception) {
    failed = whyOf(exception);
  }
  KJ_IF_MAYBE (why, failed) {
    if (*why != Why::CROSSED) refused(from, *why, machine);
  }
}

kj::Promise<void> Portal::welcome(kj::AutoCloseFd socket, std::string from, Doorkeeper::Place& place,
                                  std::string& machine) {
  Preamble theirs;
  {
    auto stream = plain(socket);
    auto came = co_await within(m_timer, STEP, receive(*stream));
    KJ_IF_MAYBE (preamble, came) theirs = *preamble;
    else fail(Why::UNREACHABLE);
    if (theirs.purpose == Purpose::SESSION) co_await within(m_timer, STEP, send(*stream, {Purpose::SESSION}));
  }
  if (theirs.purpose != Purpose::SESSION) {
    co_await admit(kj::mv(socket), kj::mv(from), theirs, place, machine);
    co_return;
  }
  // Who is turned away by us is not `keyChanged` but unknown.
  kj::Own<TlsStream> tls;
  std::string who;
  try {
    tls = co_await encrypted(kj::mv(socket), TlsSide::ACCEPTS, who);
  } catch (const kj::Exception& exception) {
    auto why = whyOf(exception);
    fail(why == Why::KEY_CHANGED ? Why::REFUSED : why);
  }
  machine = who;
  place.leave();
  if (m_arriving[machine] >= MOST_ARRIVING) fail(Why::REFUSED);
  ++m_arriving[machine];
  KJ_DEFER(if (--m_arriving[machine] == 0) m_arriving.erase(machine));
  auto session = std::make_shared<Session>(m_io.unixEventPort, m_timer, kj::mv(tls), Begun::THERE, self().ownHello());
  if (theirs.version < m_known[machine].version) fail(Why::TOO_OLD);
  if (!co_await isWanted(machine)) {
    session->end({Why::CROSSED, Reason::CROSSED});
    co_await session->hangUp();
    fail(Why::CROSSED);
  }
  session->answer();
  co_await hold(session, machine, from, theirs.version);
}

// --- pairing

kj::Promise<Stranger> Portal::pair(kj::AutoCloseFd socket, kj::Maybe<Invitation> invitation) {
  noticeSilence(socket);
  auto purpose = invitation == nullptr ? Purpose::WORDS : Purpose::INVITATION;
  auto stream = plain(socket);
  co_await within(m_timer, STEP, send(*stream, {purpose}));
  auto answer = co_await within(m_timer, STEP, receive(*stream));
  KJ_IF_MAYBE (theirs, answer) {
    if (theirs->purpose != purpose) fail(Why::UNREACHABLE);
  } else {
    fail(Why::NOT_ADMITTING);
  }
  Host host(self().host, nullptr);
  Pairing pairing(*stream, m_timer, self().own, text(self().ownHello().getName()), host);
  kj::Maybe<Why> failed;
  try {
    KJ_IF_MAYBE (given, invitation) co_return co_await pairing.joinByInvitation(kj::mv(*given));
    co_return co_await pairing.joinByWords();
  } catch (const kj::Exception& exception) {
    failed = whyOf(exception);
  }
  fail(KJ_ASSERT_NONNULL(failed));
}

kj::Promise<void> Portal::admit(kj::AutoCloseFd socket, std::string from, Preamble theirs, Doorkeeper::Place& place,
                                std::string& machine) {
  auto isByWords = theirs.purpose == Purpose::WORDS;
  auto isAdmitting = isByWords ? m_admitsWords && !m_isComparing : m_admitsInvitations;
  if (!isAdmitting || !m_doorkeeper.mayTry(from)) fail(Why::NOT_ADMITTING);
  // One question at a time.
  if (isByWords) m_isComparing = true;
  KJ_DEFER(if (isByWords) m_isComparing = false);
  noticeSilence(socket);
  auto stream = plain(socket);
  co_await within(m_timer, STEP, send(*stream, {theirs.purpose}));
  Host host(self().host, &place);
  Pairing pairing(*stream, m_timer, self().own, text(self().ownHello().getName()), host);
  KJ_DEFER(machine = pairing.machine());
  co_await (isByWords ? pairing.admitByWords() : pairing.admitByInvitation());
  m_doorkeeper.succeeded(from);
}

}  // namespace latchkey::peer
