// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A network portal that remembers what it was told instead of making any wire. It can be told to fail, hang and lie.

#include <kj/async.h>

#include <map>
#include <string>
#include <vector>

#include "broker/schema/homecoming.capnp.h"
#include "broker/schema/network-portal.capnp.h"

namespace latchkey {

struct FakeReach {
  std::string destination, listening;
  int64_t expires = 0;
  bool once = false;
  bool suspended = false;
  bool deny = false;
  bool revoked = false;
  bool lapsed = false;
  uint64_t rate = 0, byteLimit = 0, dayLimit = 0, passed = 0, today = 0;
  int64_t day = 0;
  uint32_t live = 0;
};

struct FakeConnection {
  uint64_t id = 0;
  std::string destination = {}, program = {}, grant = {};
  int64_t used = 0;
  bool ended = false;
};

struct FakeWire {
  std::string instance, holder;
  schema::NetworkAsker::Client asker = nullptr;
  std::map<std::string, FakeReach> grants;
  std::vector<FakeConnection> connections;
  std::vector<uint16_t> listeners;
  uint64_t firstListener = 1;                  // Its id; the others' follow.
  uint64_t rate = 0, dayLimit = 0, today = 0;  // Of all together.
  std::vector<bool> offs;                      // What cutAll was called with, in order.
  bool detached = false;
  bool wasOffFirst = false;  // It was switched off before any grant came.

  bool reaches(const std::string& destination) const;
  bool listens(const std::string& place) const;
  bool denies(const std::string& destination) const;
  int holding() const;
};

class FakeNetwork {
public:
  FakeNetwork();
  ~FakeNetwork();

  schema::NetworkPortal::Client client();
  schema::SandboxNetwork::Client network(const std::string& instance);
  FakeWire& wire(const std::string& instance) { return m_wires.at(instance); }
  bool has(const std::string& instance) const { return m_wires.contains(instance); }
  std::map<std::string, FakeWire>& wires() { return m_wires; }

  std::string cookie;
  int reconnections = 0;
  std::string refusesAttaching;           // Why it cannot.
  std::string refusesPort;                // A place to listen that is taken.
  std::string refusesDestination;         // What it cannot be made to reach.
  bool takenAfterOne = false;             // A port that one has no other gets.
  bool neverAttaches = false;             // Stuck.
  bool neverCuts = false;                 // Stuck: what is revoked, limited or switched off is never said to be.
  bool neverTells = false;                // Stuck: connections are never listed.
  std::vector<std::string> claimsToHold;  // Grants it says it has, besides those it was given.

private:
  class Server;
  class Network;
  class Live;

  std::map<std::string, FakeWire> m_wires;
};

}  // namespace latchkey
