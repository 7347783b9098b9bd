// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where an app may connect to: what grants, refusals, ceilings and questions about the network are about. The broker
// that decides and the portal that enforces use this very code, so that they cannot differ.
//
//     HOST[:PORT[-PORT]][/PROTOCOL][@local]
//
//     example.org              this name          *.example.org     it and every name below it
//     10.1.2.3  [fd00::1]      this address       10.0.0.0/8  [fd00::]/8   the addresses of a network
//     internet                 names that lead into the Internet, and its addresses
//     local-network            names that lead into the local network, and its addresses
//     everything               any name and any address
//
// Without ports any of them, without a protocol (tcp, udp, ping, name) any of them. `ping` and `name` have no ports:
// `name` is asking for what else a name server knows of it (MX, TXT, SRV ...), which carries what is asked out of the
// sandbox.
//
// A destination is a set of what an app can reach: of each host, port and protocol, and of which kind it is:
//
// * A name without @local stands for where it leads into the Internet; with @local, for where it leads into the local
//   network. So a name that was allowed and comes to lead to somebody's router is another destination. What ends in
//   .local has the second kind only, and is always written with @local.
// * An address without @local is another computer's; with @local, it is this computer's own (its address in the local
//   network, say). Networks have the first kind only. Loopback addresses need no mark.
// * A name that leads to this computer or to a cloud's metadata service stands for nothing by itself: there the address
//   is what is asked about and granted (leadingTo).
// * Metadata addresses are in no preset, also not in `everything`.
//
// So covers() is the subset relation. For one destination that several cover, the more specific host decides (an exact
// one before the longer network or the deeper domain before the presets before `everything`), then the smaller number
// of ports, then the one that names a protocol; of equal ones a refusal.
//
// Names are lower case letters, digits, hyphens and underscores; other scripts as xn--. Refused, not repaired: upper
// case, a dot at the end, what a C library would take for an old form of an address ("127.1", "0x7f000001"), the three
// presets' names, and `localhost` with what is below it, which is the sandbox itself and never leaves it.

#include <string>
#include <string_view>

#include "broker/base/address.h"

namespace latchkey {

enum class Protocol : uint8_t { Any, Tcp, Udp, Ping, Name };

struct Destination {
  // In rising order of how specific they are.
  enum class Host : uint8_t { Everything, Internet, LocalNetwork, Network, Domain, Address, Name };

  Host host = Host::Everything;
  std::string name{};      // Of Name and Domain (without the "*.").
  Address address{};       // Of Address and Network.
  unsigned prefix = 0;     // Of Network.
  uint16_t firstPort = 0;  // 0 to 65535 is any port, and none.
  uint16_t lastPort = UINT16_MAX;
  Protocol protocol = Protocol::Any;
  bool local = false;

  // What an app wants to reach. Nothing where that is no name.
  static kj::Maybe<Destination> of(std::string_view name, Protocol protocol, uint16_t port);
  static Destination of(const Address& address, Protocol protocol, uint16_t port);

  bool isPreset() const { return host <= Host::LocalNetwork; }
  bool isAnyPort() const { return firstPort == 0 && lastPort == UINT16_MAX; }

  // Canonical: destinationFrom() gives back the same, and equal destinations have equal texts.
  std::string text() const;

  // Everything that `wanted` permits, this permits too.
  bool covers(const Destination& wanted) const;

  // For refusals, which are meant more widely than grants: also another kind of the same host, an address that carries
  // a refused one, and of `local-network` this computer and metadata services.
  bool forbids(const Destination& wanted) const;

  // What is to be judged once it is known where this name leads: itself, or the same @local, or the address. `own`: the
  // address is one of this computer's. For an address, the same with the mark it needs.
  Destination leadingTo(const Address& where, bool own) const;

  bool operator==(const Destination&) const = default;
};

constexpr size_t MOST_OF_DESTINATION = 288;  // A name of 253 and all else.

// Strict: nothing for what is not exactly as described. Case, blanks and a dot at the end are the caller's to remove.
kj::Maybe<Destination> destinationFrom(std::string_view text);

// Letters, digits, hyphens, underscores; labels of 1 to 63, 253 in all; and none of those refused above.
bool isHostName(std::string_view name);

bool isMoreSpecific(const Destination& one, const Destination& other);
bool isAsSpecific(const Destination& one, const Destination& other);

// Which of two that reach the same thing decides. Of equal ones a refusal; else the first stays.
inline bool outranks(const Destination& one, bool refusal, const Destination& other, bool otherRefusal) {
  return isMoreSpecific(one, other) || (refusal && !otherRefusal && isAsSpecific(one, other));
}

// "tcp", "udp", "ping", "name"; empty for any.
std::string_view wordFor(Protocol protocol);

}  // namespace latchkey
