// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Ways to other machines that lead nowhere but to the test: no socket, no program, and a peer portal that remembers
// what it was told, and tells the broker what the test wants it to.

#include <kj/async.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker/machines/ways.h"
#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

// A machine that is not there: an id of that letter, and a certificate to match.
std::string machineIdOf(char letter);

class FakeWays final : public Ways {
public:
  FakeWays();
  ~FakeWays() noexcept(false);

  RunningPortal startPeerPortal(capnp::Capability::Client bootstrap) override;
  kj::Promise<std::string> makeIdentity() override;
  kj::Promise<kj::AutoCloseFd> connect(const Route& route) override;
  kj::Own<OpenPort> listen(const std::vector<uint16_t>& ports, Accept accept) override;
  std::vector<std::string> ownAddresses() override { return addresses; }
  std::string ownName() override { return "this-host"; }
  kj::Promise<void> whenNetworkChanges() override;

  // --- the world
  std::set<std::string> reachable;  // Routes at which something answers.
  std::vector<std::string> addresses = {"192.168.1.7", "fd00::7"};
  std::set<uint16_t> takenPorts;
  bool hangs = false;  // Connections are neither made nor refused.
  std::vector<std::string> connects;
  uint16_t listensAt = 0;
  int identities = 0;
  void comeIn(const std::string& from);
  void changeNetwork() { m_networkChange->fulfill(); }

  // --- the portal
  int starts = 0;
  bool portalStarts = true;
  bool portalRuns() const { return m_host != nullptr; }
  void killPortal();
  std::set<std::string> known;  // Whom it may connect with.
  bool words = false, invitations = false;
  uint16_t announcedPort = 0;
  std::string announcedName, ownId;
  std::vector<std::string> accepted;
  std::vector<std::string> opened;
  std::vector<std::string> told;  // "MACHINE forgotten": reasons with which sessions were ended.
  std::string opens;              // How `open` fails; empty: it does what it should.
  std::string pairs;              // How `pair` fails; empty: the machine `pairsWith` agrees.
  char pairsWith = 'b';
  bool neverKnows = false;  // Stuck: it never says that it has let go of somebody.

  // As if that machine had connected, or gone.
  kj::Promise<void> sessionBegins(std::string machine, std::string from, uint16_t port = 0, uint16_t version = 1);
  kj::Promise<void> sessionEnds(const std::string& machine, schema::LinkFailure::Why why,
                                schema::Machine::Reason reason = schema::Machine::Reason::NONE);
  bool hasSession(const std::string& machine) const { return m_sessions.contains(machine); }
  kj::Promise<bool> compares(const std::string& machine, const std::string& name, bool joining = false,
                             std::vector<std::string> words = {"apple", "brick", "cloud", "drum"});
  kj::Promise<std::string> redeems(const std::string& machine, const std::string& invitation, const std::string& proof,
                                   const std::string& transcript);
  kj::Promise<void> pairedWith(const std::string& machine, const std::string& name);
  kj::Promise<void> refuses(const std::string& from, const std::string& machine);
  schema::MachineDesk::Client desk(const std::string& machine);
  // Lets go of all that is of the broker.
  void forgetBroker();

private:
  class Portal;
  class Session;
  class Port;

  schema::PeerHost::Client host();

  kj::Maybe<schema::PeerHost::Client> m_host;
  kj::Own<kj::PromiseFulfiller<void>> m_gone, m_networkChange;
  kj::Maybe<kj::Promise<void>> m_beginning;
  std::map<std::string, kj::Maybe<schema::MachineDesk::Client>> m_sessions;
  Accept* m_accept = nullptr;
};

}  // namespace latchkey
