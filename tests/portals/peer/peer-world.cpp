// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/peer/peer-world.h"

#include <capnp/schema.h>
#include <capnp/serialize.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "portals/peer/digest.h"

namespace latchkey::test {
namespace {

std::string program() {
  return std::string(getenv("LATCHKEY_BIN") ? getenv("LATCHKEY_BIN") : "/src/build/dev/bin") + "/latchkey-peer";
}

capnp::Data::Reader bytes(std::string_view text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}
std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader data) { return {data.begin(), data.size()}; }

template <typename Enum>
std::string nameOf(Enum value) {
  return capnp::Schema::from<Enum>().getEnumerants()[static_cast<unsigned>(value)].getProto().getName().cStr();
}

[[noreturn]] void fail(const std::string& word) {
  kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::heapString(word.c_str())));
  KJ_UNREACHABLE;
}

void makeIdentity(Machine& machine) {
  int fds[2];
  KJ_SYSCALL(pipe2(fds, O_CLOEXEC));
  auto pid = fork();
  if (pid == 0) {
    dup2(fds[1], 1);
    execl(program().c_str(), "latchkey-peer", "--make-identity", nullptr);
    _exit(127);
  }
  close(fds[1]);
  kj::AutoCloseFd read(fds[0]);
  capnp::StreamFdMessageReader message(read.get());
  auto identity = message.getRoot<schema::Identity>();
  machine.key = text(identity.getKey());
  machine.certificate = text(identity.getCertificate());
  machine.id = text(identity.getId());
  int status;
  waitpid(pid, &status, 0);
  KJ_ASSERT(status == 0, status);
}

kj::Promise<void> echo(World& world, std::shared_ptr<kj::AutoCloseFd> socket, std::string greeting) {
  auto stream = world.io.lowLevelProvider->wrapSocketFd(socket->get());
  co_await stream->write(greeting.data(), greeting.size());
  char buffer[65536];
  for (;;) {
    auto count = co_await stream->tryRead(buffer, 1, sizeof buffer);
    if (count == 0) break;
    co_await stream->write(buffer, count);
  }
  stream->shutdownWrite();
}

}  // namespace

// --- services

schema::NearService::Client Service::client() {
  class Server final : public schema::NearService::Server {
  public:
    explicit Server(std::shared_ptr<Service> service) : m_kept(kj::mv(service)), m_service(*m_kept) {
      ++m_service.held;
    }
    ~Server() noexcept(false) { --m_service.held; }
    kj::Promise<void> connect(ConnectContext context) override {
      co_await m_service.before();
      if (m_service.refuses) fail("ECONNREFUSED at 10.0.0.1: a secret");
      if (m_service.given.get() >= 0) {
        context.initResults().setSocket(descriptorOf(kj::mv(m_service.given)));
        co_return;
      }
      auto pair = socketPair();
      auto ours = std::make_shared<kj::AutoCloseFd>(kj::mv(pair.ours));
      m_service.sockets.push_back(ours);
      if (m_service.echoes) echo(m_service.world, ours, m_service.greeting).detach([](kj::Exception&&) {});
      context.initResults().setSocket(descriptorOf(kj::mv(pair.theirs)));
    }
    kj::Promise<void> used(UsedContext context) override {
      auto params = context.getParams();
      m_service.used = {params.getLive(), params.getUses(), params.getBytesIn(), params.getBytesOut()};
      m_service.reports.push_back(m_service.used);
      return kj::READY_NOW;
    }

  private:
    std::shared_ptr<Service> m_kept;
    Service& m_service;
  };
  return kj::heap<Server>(shared_from_this());
}

schema::NearApp::Client App::client() {
  class Server final : public schema::NearApp::Server {
  public:
    explicit Server(std::shared_ptr<App> app) : m_app(kj::mv(app)) { ++m_app->held; }
    ~Server() noexcept(false) { --m_app->held; }
    kj::Promise<void> start(StartContext context) override {
      m_app->asked.emplace_back("start");
      co_await m_app->before();
      if (!m_app->trouble.empty()) fail(m_app->trouble);
      context.initResults().setNumber(++m_app->number);
    }
    kj::Promise<void> stop(StopContext) override {
      m_app->asked.emplace_back("stop");
      co_await m_app->before();
      if (!m_app->trouble.empty()) fail(m_app->trouble);
    }

  private:
    std::shared_ptr<App> m_app;
  };
  return kj::heap<Server>(shared_from_this());
}

// --- what a portal asks its broker

class Machine::Start final : public schema::PeerStart::Server {
public:
  Start(Machine& machine, kj::Own<kj::PromiseFulfiller<schema::PeerPortal::Client>> arrived)
      : m_machine(machine), m_arrived(kj::mv(arrived)) {}
  kj::Promise<void> begin(BeginContext context) override;

private:
  Machine& m_machine;
  kj::Own<kj::PromiseFulfiller<schema::PeerPortal::Client>> m_arrived;
};

class Machine::Desk final : public schema::MachineDesk::Server {
public:
  Desk(Machine& machine, std::string who) : m_machine(machine), m_who(kj::mv(who)) {}

  kj::Promise<void> offered(OfferedContext context) override {
    auto offer = context.getParams().getOffer();
    auto line = text(offer.getId()) + " " + nameOf(offer.getKind()) + " " + text(offer.getTitle());
    for (auto each : offer.getChain()) line += " <" + text(each);
    if (offer.getAnswers().size() > 0) line += " answers " + text(offer.getAnswers());
    if (offer.hasRun())
      line += " run " + std::to_string(offer.getRun().getNumber()) + " " + nameOf(offer.getRun().getState());
    m_machine.offered.push_back(line);
    return kj::READY_NOW;
  }
  kj::Promise<void> withdrawn(WithdrawnContext context) override {
    for (auto each : context.getParams().getOffers()) {
      m_machine.events.push_back("withdrawn " + text(each.getOffer()) + " " + nameOf(each.getWhy()));
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> taken(TakenContext context) override {
    m_machine.events.push_back("taken " + text(context.getParams().getOffer()));
    context.initResults().setToken(bytes(std::string(32, 't')));
    return kj::READY_NOW;
  }
  kj::Promise<void> declined(DeclinedContext context) override {
    m_machine.events.push_back("declined " + text(context.getParams().getOffer()));
    return kj::READY_NOW;
  }
  kj::Promise<void> restored(RestoredContext context) override {
    auto token = text(context.getParams().getToken());
    if (m_machine.troubles.contains(token)) fail(m_machine.troubles[token]);
    auto app = m_machine.apps.find(token);
    if (app != m_machine.apps.end()) {
      app->second->door = context.getParams().getDoor();
      context.initResults().setApp(app->second->client());
      co_return;
    }
    auto found = m_machine.services.find(token);
    if (found == m_machine.services.end()) fail("notYours");
    m_machine.restoredBy = m_who;
    found->second->door = context.getParams().getDoor();
    auto service = found->second;
    if (m_machine.revokesAtOnce) co_await context.getParams().getDoor().revokeRequest().send().ignoreResult();
    context.initResults().setService(service->client());
  }
  kj::Promise<void> wished(WishedContext context) override {
    auto wish = context.getParams().getWish();
    auto line = nameOf(wish.getKind()) + " " + text(wish.getTarget()) + " '" + text(wish.getClaim()) + "'";
    if (wish.getId().size() > 0) line += " " + text(wish.getId()) + " " + std::to_string(wish.getSeconds());
    if (wish.getAlways()) line += " always";
    m_machine.wishes.push_back(line);
    std::string offer;
    if (m_machine.wished) offer = co_await m_machine.wished(line);
    context.initResults().setOffer(offer.c_str());
  }

private:
  Machine& m_machine;
  std::string m_who;
};

class Machine::Host final : public schema::PeerHost::Server {
public:
  explicit Host(Machine& machine) : m_machine(machine) {}

  kj::Promise<void> connected(ConnectedContext context) override {
    auto params = context.getParams();
    auto who = text(params.getMachine());
    m_machine.events.push_back("connected " + m_machine.m_world.nameOf(who));
    m_machine.sessions.insert_or_assign(who, params.getSession());
    context.initResults().setDesk(kj::heap<Desk>(m_machine, who));
    return kj::READY_NOW;
  }
  kj::Promise<void> ended(EndedContext context) override {
    auto params = context.getParams();
    m_machine.events.push_back("ended " + m_machine.m_world.nameOf(text(params.getMachine())) + " " +
                               nameOf(params.getWhy()) + " " + nameOf(params.getReason()));
    m_machine.sessions.erase(text(params.getMachine()));
    return kj::READY_NOW;
  }
  kj::Promise<void> compare(CompareContext context) override {
    auto params = context.getParams();
    Compared one{text(params.getName()), text(params.getMachine()), {}, params.getJoining()};
    for (auto word : params.getWords()) one.words.push_back(text(word));
    m_machine.compared.push_back(one);
    m_machine.events.push_back("compare " + m_machine.m_world.nameOf(one.machine));
    auto answered = false;
    auto isAlive = m_machine.m_isAlive;
    KJ_DEFER(if (!answered && *isAlive) m_machine.events.push_back("dropped"));
    auto match = m_machine.person ? co_await m_machine.person(one) : true;
    answered = true;
    context.initResults().setMatch(match);
  }
  kj::Promise<void> redeem(RedeemContext context) override {
    auto params = context.getParams();
    Redeemed one{text(params.getInvitation()), text(params.getMachine()), text(params.getTranscript()),
                 text(params.getProof())};
    m_machine.redeemed.push_back(one);
    auto found = m_machine.invitations.find(one.invitation);
    if (found == m_machine.invitations.end()) fail("no such invitation");
    if (peer::proof(found->second, {"j", one.transcript}) != one.proof) fail("a wrong proof");
    auto ours = peer::proof(found->second, {"i", one.transcript});
    m_machine.invitations.erase(found);
    context.initResults().setProof(bytes(ours));
    return kj::READY_NOW;
  }
  kj::Promise<void> paired(PairedContext context) override {
    auto params = context.getParams();
    auto invitation = text(params.getInvitation());
    m_machine.events.push_back("paired " + m_machine.m_world.nameOf(text(params.getMachine())) +
                               (invitation.empty() ? "" : " invited"));
    return kj::READY_NOW;
  }
  kj::Promise<void> refused(RefusedContext context) override {
    auto params = context.getParams();
    auto who = text(params.getMachine());
    m_machine.events.push_back("refused " + nameOf(params.getWhy()) +
                               (who.empty() ? "" : " " + m_machine.m_world.nameOf(who)));
    return kj::READY_NOW;
  }

private:
  Machine& m_machine;
};

kj::Promise<void> Machine::Start::begin(BeginContext context) {
  auto results = context.initResults();
  auto identity = results.initIdentity();
  identity.setKey(bytes(m_machine.key));
  identity.setCertificate(bytes(m_machine.certificate));
  auto hello = identity.initHello();
  hello.setName(m_machine.name.c_str());
  results.setHost(kj::heap<Host>(m_machine));
  m_arrived->fulfill(context.getParams().getPortal());
  return kj::READY_NOW;
}

// ---

Machine::Machine(World& world, std::string name) : name(kj::mv(name)), m_world(world) {
  makeIdentity(*this);
  start();
}

Machine::~Machine() {
  kill();
  *m_isAlive = false;
}

void Machine::start() {
  auto sockets = socketPair();
  m_pid = fork();
  if (m_pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(sockets.theirs, 3);
    execl(program().c_str(), "latchkey-peer", nullptr);
    _exit(127);
  }
  sockets.theirs = nullptr;
  auto paf = kj::newPromiseAndFulfiller<schema::PeerPortal::Client>();
  auto stream =
      m_world.io.lowLevelProvider->wrapUnixSocketFd(kj::mv(sockets.ours), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER,
                                      kj::heap<Start>(*this, kj::mv(paf.fulfiller)));
  m_portal = m_world.wait(kj::mv(paf.promise));
}

void Machine::kill() {
  sessions.clear();
  for (auto& [token, service] : services) service->door = nullptr;
  m_portal = nullptr;
  m_connection = nullptr;
  if (m_pid > 0) {
    ::kill(m_pid, SIGKILL);
    waitpid(m_pid, nullptr, 0);
  }
  m_pid = 0;
}

void Machine::hangUp() {
  m_portal = nullptr;
  m_connection = nullptr;
  m_pid = 0;
}

schema::PeerPortal::Client Machine::portal() { return KJ_ASSERT_NONNULL(m_portal); }

void Machine::knows(const std::vector<Machine*>& others, unsigned version, const std::vector<Pinned>& besides) {
  auto all = besides;
  for (auto* other : others) all.push_back({other->id, other->certificate});
  auto call = portal().machinesRequest();
  auto list = call.initKnown(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setId(all[i].id.c_str());
    list[i].setCertificate(bytes(all[i].certificate));
    list[i].setVersion(static_cast<uint16_t>(version));
  }
  m_world.wait(call.send().ignoreResult());
}

void Machine::admits(bool words, bool invited) {
  auto call = portal().admitRequest();
  call.setWords(words);
  call.setInvitations(invited);
  m_world.wait(call.send().ignoreResult());
}

kj::Promise<std::string> Machine::open(kj::AutoCloseFd socket, const std::string& other) {
  auto call = portal().openRequest();
  call.setSocket(descriptorOf(kj::mv(socket)));
  call.setMachine(other.c_str());
  return World::said(call.send().ignoreResult());
}

void Machine::accept(kj::AutoCloseFd socket, const std::string& from) {
  auto call = portal().acceptedRequest();
  call.setSocket(descriptorOf(kj::mv(socket)));
  call.setFrom(from.c_str());
  m_world.wait(call.send().ignoreResult());
}

kj::Promise<std::string> Machine::joinByWords(kj::AutoCloseFd socket) {
  auto call = portal().pairRequest();
  call.setSocket(descriptorOf(kj::mv(socket)));
  return World::said(call.send().ignoreResult());
}

kj::Promise<std::string> Machine::joinByInvitation(kj::AutoCloseFd socket, const std::string& which,
                                                   const std::string& secret, const std::string& machine) {
  auto call = portal().pairRequest();
  call.setSocket(descriptorOf(kj::mv(socket)));
  auto invitation = call.initInvitation();
  invitation.setId(bytes(which));
  invitation.setSecret(bytes(secret));
  invitation.setMachine(machine.c_str());
  return World::said(call.send().ignoreResult());
}

schema::FarMachine::Client Machine::far(const Machine& other) { return sessions.at(other.id); }

schema::FarThing::Client Machine::restore(const Machine& other, const std::string& token) {
  auto call = far(other).restoreRequest();
  call.setToken(bytes(token));
  return m_world.wait(call.send()).getThing();
}

size_t Machine::memory() const {
  std::ifstream rollup("/proc/" + std::to_string(m_pid) + "/status");
  std::string line;
  while (std::getline(rollup, line)) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  }
  return 0;
}

size_t Machine::count(const std::string& event) const {
  return static_cast<size_t>(std::ranges::count_if(events, [&](auto& each) { return each.starts_with(event); }));
}

// --- the world

World::World() : io(kj::setupAsyncIo()) {}

World::~World() {
  m_machines.clear();
  pass(1);  // What was let go of finishes while there is a loop.
}

Machine& World::machine(const std::string& name) {
  m_machines.push_back(std::make_unique<Machine>(*this, name));
  return *m_machines.back();
}

std::string World::nameOf(const std::string& id) const {
  for (auto& machine : m_machines) {
    if (machine->id == id) return machine->name;
  }
  return "nobody";
}

Wire World::wire() {
  kj::AutoCloseFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  KJ_SYSCALL(bind(listener, reinterpret_cast<sockaddr*>(&address), size));
  KJ_SYSCALL(listen(listener, 1));
  KJ_SYSCALL(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size));
  kj::AutoCloseFd near(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  KJ_SYSCALL(::connect(near, reinterpret_cast<sockaddr*>(&address), size));
  kj::AutoCloseFd far(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  return {kj::mv(near), kj::mv(far)};
}

std::string World::connect(Machine& a, Machine& b) {
  auto both = wire();
  b.accept(kj::mv(both.far));
  auto result = wait(a.open(kj::mv(both.near), b.id));
  KJ_ASSERT(result != "ok" || until([&] { return b.sessions.contains(a.id); }));
  return result;
}

bool World::until(std::function<bool()> condition, int seconds) {
  for (int i = 0; i < seconds * 200; ++i) {
    if (condition()) return true;
    pass(5);
  }
  return condition();
}

void World::pass(int milliseconds) {
  io.provider->getTimer().afterDelay(milliseconds * kj::MILLISECONDS).wait(io.waitScope);
}

std::string World::lastWord(const kj::Exception& exception) {
  std::string all(exception.getDescription().cStr());
  auto space = all.rfind(' ');
  return space == all.npos ? all : all.substr(space + 1);
}

void World::aside(std::function<void()> work, int seconds) {
  std::atomic<bool> done = false;
  std::thread thread([&] {
    work();
    done = true;
  });
  auto finished = until([&] { return done.load(); }, seconds);
  thread.join();
  KJ_ASSERT(finished);
}

Relay::Relay(World& world, int left, int right)
    : m_left(world.io.lowLevelProvider->wrapSocketFd(left)), m_right(world.io.lowLevelProvider->wrapSocketFd(right)) {
  m_running = m_left->pumpTo(*m_right)
                  .ignoreResult()
                  .exclusiveJoin(m_right->pumpTo(*m_left).ignoreResult())
                  .eagerlyEvaluate(nullptr);
}

std::string received(World& world, int socket) {
  char buffer[65536];
  for (int i = 0; i < 200; ++i) {
    auto count = recv(socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count > 0) return {buffer, static_cast<size_t>(count)};
    if (count == 0) return "end";
    if (errno != EAGAIN) return "reset";
    world.pass(5);
  }
  return "silence";
}

void send(int socket, const std::string& text) {
  KJ_ASSERT(::send(socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

kj::AutoCloseFd connected(World& world, schema::FarThing::Client thing) {
  auto pair = socketPair();
  auto call = thing.connectRequest();
  call.setSocket(descriptorOf(kj::mv(pair.theirs)));
  world.wait(call.send().ignoreResult());
  return kj::mv(pair.ours);
}

}  // namespace latchkey::test
