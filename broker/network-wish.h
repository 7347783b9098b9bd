// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app wants to connect to, as a person is asked about it, and how far an answer may reach.
//
// The destination decides (broker/base/destination.h); the rest of a wish is for reading. A wish is always one host: an
// app cannot ask for "the Internet", its person can answer so.

#include <string>
#include <vector>

#include "broker/base/destination.h"
#include "broker/grants/grant.h"
#include "broker/schema/request.capnp.h"

namespace latchkey {

struct NetworkWish {
  enum class Place : uint8_t { Internet, LocalNetwork, ThisComputer };

  std::string host{};
  uint16_t port = 0;
  std::string protocol{};
  std::string service{};
  bool raw = false;
  std::string local{};  // Where it leads, if that is not the Internet.
  Place place = Place::Internet;
};

// `raw`: the app named no name. `local`: empty, or the address it leads to. The destination is a single host's.
NetworkWish wishFor(const Destination& wanted, bool raw, const std::string& local);
void toSchema(const NetworkWish& wish, schema::Network::Builder builder);

// A name or an address, as an app can ask for it.
bool isOneHost(const Destination& destination);

// What can be chosen from, the narrowest first.
std::vector<Scope> scopesOf(const Destination& wanted);
// With this scope. Nothing where there is no such thing, or it would not reach what is wanted:
// - port: just what is wanted;
// - host: all of the host, whatever the port;
// - domain: what belongs to the same owner, by the list of public suffixes, with everything below;
// - network: the Internet, or the local network.
kj::Maybe<Destination> widened(const Destination& wanted, Scope scope);

// "https", "imaps", ...; empty if nothing well known.
std::string serviceAt(uint16_t port, Protocol protocol);

// As a person types it: the case does not matter, nor a dot at the end of the name. Throws, with what can be written.
Destination typedDestination(std::string_view text);
// An address of this computer's own, typed without the mark that says so: it is this one that is meant, here and now.
std::string ownIfTyped(const std::string& canonical);

}  // namespace latchkey
