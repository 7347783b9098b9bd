// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/support/fake-ways.h"

#include <capnp/serialize.h>
#include <kj/debug.h>
#include <sys/socket.h>

#include "broker/base/connection.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

std::string certificateOf(const std::string& machine) { return "certificate of " + machine; }

kj::Exception failureCalled(const std::string& name) {
  return kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(name.c_str()));
}

}  // namespace

std::string machineIdOf(char letter) { return std::string(52, letter); }

class FakeWays::Port final : public OpenPort {
public:
  Port(FakeWays& ways, uint16_t port, Accept accept) : m_ways(ways), m_port(port), m_accept(kj::mv(accept)) {
    m_ways.listensAt = port;
    m_ways.m_accept = &m_accept;
  }
  ~Port() noexcept(false) {
    m_ways.listensAt = 0;
    m_ways.m_accept = nullptr;
  }
  uint16_t port() const override { return m_port; }

private:
  FakeWays& m_ways;
  uint16_t m_port;
  Accept m_accept;
};

class FakeWays::Session final : public schema::FarMachine::Server {
public:
  Session(FakeWays& ways, std::string machine) : m_ways(ways), m_machine(kj::mv(machine)) {}
  ~Session() noexcept(false) { m_ways.m_sessions.erase(m_machine); }
  kj::Promise<void> end(EndContext context) override {
    bool forgotten = context.getParams().getReason() == schema::Machine::Reason::FORGOTTEN;
    m_ways.told.push_back(m_machine + (forgotten ? " forgotten" : " leaving"));
    return kj::READY_NOW;
  }
  kj::Promise<void> measure(MeasureContext context) override {
    context.getResults().setMicroseconds(250);
    return kj::READY_NOW;
  }

private:
  FakeWays& m_ways;
  std::string m_machine;
};

class FakeWays::Portal final : public schema::PeerPortal::Server {
public:
  explicit Portal(FakeWays& ways) : m_ways(ways) {}
  kj::Promise<void> machines(MachinesContext context) override {
    m_ways.known.clear();
    for (auto one : context.getParams().getKnown()) {
      KJ_REQUIRE(textOf(one.getCertificate()) == certificateOf(textOf(one.getId())), "another certificate");
      m_ways.known.insert(textOf(one.getId()));
    }
    if (m_ways.neverKnows) return kj::NEVER_DONE;
    return kj::READY_NOW;
  }
  kj::Promise<void> open(OpenContext context) override {
    auto machine = textOf(context.getParams().getMachine());
    m_ways.opened.push_back(machine);
    KJ_REQUIRE(m_ways.known.contains(machine), "not known");
    if (!m_ways.opens.empty()) return failureCalled(m_ways.opens);
    return m_ways.sessionBegins(machine, {});
  }
  kj::Promise<void> accepted(AcceptedContext context) override {
    m_ways.accepted.push_back(textOf(context.getParams().getFrom()));
    return kj::READY_NOW;
  }
  kj::Promise<void> admit(AdmitContext context) override {
    m_ways.words = context.getParams().getWords();
    m_ways.invitations = context.getParams().getInvitations();
    return kj::READY_NOW;
  }
  kj::Promise<void> pair(PairContext context) override {
    if (!m_ways.pairs.empty()) throw failureCalled(m_ways.pairs);
    auto machine = machineIdOf(m_ways.pairsWith);
    bool byWords = !context.getParams().hasInvitation();
    if (byWords && !co_await m_ways.compares(machine, "their name", true)) throw failureCalled("differ");
    if (!byWords && textOf(context.getParams().getInvitation().getMachine()) != machine)
      throw failureCalled("keyChanged");
    co_await m_ways.pairedWith(machine, "their name");
    context.getResults().setCertificate(dataOf(certificateOf(machine)));
    context.getResults().setName("their name");
    context.getResults().setMachine(machine.c_str());
  }
  kj::Promise<void> announce(AnnounceContext context) override {
    m_ways.announcedPort = context.getParams().getHello().getPort();
    m_ways.announcedName = textOf(context.getParams().getHello().getName());
    return kj::READY_NOW;
  }

private:
  FakeWays& m_ways;
};

FakeWays::FakeWays() = default;
FakeWays::~FakeWays() noexcept(false) = default;

RunningPortal FakeWays::startPeerPortal(capnp::Capability::Client bootstrap) {
  KJ_REQUIRE(portalStarts, "no peer portal here");
  ++starts;
  auto gone = kj::newPromiseAndFulfiller<void>();
  m_gone = kj::mv(gone.fulfiller);
  auto call = bootstrap.castAs<schema::PeerStart>().beginRequest();
  call.setPortal(kj::heap<Portal>(*this));
  m_beginning = call.send()
                    .then([this](auto answer) {
                      KJ_ASSERT(textOf(answer.getIdentity().getKey()) == "the key");
                      ownId = textOf(answer.getIdentity().getId());
                      announcedName = textOf(answer.getIdentity().getHello().getName());
                      m_host = answer.getHost();
                    })
                    .eagerlyEvaluate(nullptr);
  auto process = kj::heap(kj::defer([this] { forgetBroker(); }));
  return {kj::mv(process), kj::mv(gone.promise)};
}

void FakeWays::forgetBroker() {
  m_host = nullptr;
  m_beginning = nullptr;
  known.clear();
  words = invitations = false;
  for (auto& [machine, desk] : m_sessions) desk = nullptr;
}

void FakeWays::killPortal() { m_gone->fulfill(); }

kj::Promise<std::string> FakeWays::makeIdentity() {
  ++identities;
  capnp::MallocMessageBuilder message;
  auto identity = message.initRoot<schema::Identity>();
  identity.setKey(kj::StringPtr("the key").asBytes());
  identity.setCertificate(dataOf(certificateOf(machineIdOf('a'))));
  identity.setId(machineIdOf('a').c_str());
  auto words = capnp::messageToFlatArray(message);
  auto bytes = words.asBytes();
  return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

kj::Promise<kj::AutoCloseFd> FakeWays::connect(const Route& route) {
  connects.push_back(route.text());
  if (hangs) return kj::NEVER_DONE;
  KJ_REQUIRE(reachable.contains(route.text()), "connection refused");
  return socketPair().ours;
}

kj::Own<OpenPort> FakeWays::listen(const std::vector<uint16_t>& ports, Accept accept) {
  for (auto port : ports) {
    if (!takenPorts.contains(port)) return kj::heap<Port>(*this, port, kj::mv(accept));
  }
  KJ_FAIL_REQUIRE("the port is taken");
}

kj::Promise<void> FakeWays::whenNetworkChanges() {
  auto change = kj::newPromiseAndFulfiller<void>();
  m_networkChange = kj::mv(change.fulfiller);
  return kj::mv(change.promise);
}

void FakeWays::comeIn(const std::string& from) {
  if (m_accept != nullptr) (*m_accept)(socketPair().ours, from);
}

schema::PeerHost::Client FakeWays::host() { return KJ_REQUIRE_NONNULL(m_host, "no portal runs"); }

kj::Promise<void> FakeWays::sessionBegins(std::string machine, std::string from, uint16_t port, uint16_t version) {
  auto call = host().connectedRequest();
  call.setMachine(machine.c_str());
  auto hello = call.initHello();
  hello.setVersion(version);
  hello.setName("their name");
  hello.setPort(port);
  call.setSession(kj::heap<Session>(*this, machine));
  call.setFrom(from.c_str());
  auto answer = co_await call.send();
  m_sessions.insert_or_assign(machine, answer.getDesk());
}

kj::Promise<void> FakeWays::sessionEnds(const std::string& machine, schema::LinkFailure::Why why,
                                        schema::Machine::Reason reason) {
  auto call = host().endedRequest();
  call.setMachine(machine.c_str());
  call.setWhy(why);
  call.setReason(reason);
  return call.send().ignoreResult();
}

kj::Promise<bool> FakeWays::compares(const std::string& machine, const std::string& name, bool joining,
                                     std::vector<std::string> words) {
  auto call = host().compareRequest();
  call.setMachine(machine.c_str());
  call.setCertificate(dataOf(certificateOf(machine)));
  call.setName(name.c_str());
  call.setJoining(joining);
  auto list = call.initWords(static_cast<unsigned>(words.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, words[i].c_str());
  return call.send().then([](auto answer) { return answer.getMatch(); });
}

kj::Promise<std::string> FakeWays::redeems(const std::string& machine, const std::string& invitation,
                                           const std::string& proof, const std::string& transcript) {
  auto call = host().redeemRequest();
  call.setMachine(machine.c_str());
  call.setCertificate(dataOf(certificateOf(machine)));
  call.setName("their name");
  call.setInvitation(dataOf(invitation));
  call.setProof(dataOf(proof));
  call.setTranscript(dataOf(transcript));
  return call.send().then([](auto answer) { return textOf(answer.getProof()); });
}

kj::Promise<void> FakeWays::pairedWith(const std::string& machine, const std::string& name) {
  auto call = host().pairedRequest();
  call.setMachine(machine.c_str());
  call.setCertificate(dataOf(certificateOf(machine)));
  call.setName(name.c_str());
  return call.send().ignoreResult();
}

kj::Promise<void> FakeWays::refuses(const std::string& from, const std::string& machine) {
  auto call = host().refusedRequest();
  call.setFrom(from.c_str());
  call.setMachine(machine.c_str());
  call.setWhy(schema::LinkFailure::Why::REFUSED);
  return call.send().ignoreResult();
}

schema::MachineDesk::Client FakeWays::desk(const std::string& machine) {
  return KJ_REQUIRE_NONNULL(m_sessions.at(machine), "no desk");
}

}  // namespace latchkey
