// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an address is: whether it is in the Internet, in the local network, or this computer.
//
// "Internet" is what is left over: whatever is not known to be anything else. So a range nobody thought of here asks as
// the Internet only where it is one that the Internet's registries give out (of IPv6, 2000::/3).
//
// An IPv6 address may carry an IPv4 address that a gateway would send it to (mapped, compatible, NAT64, 6to4, Teredo).
// Such an address is the more restricted of the two: 64:ff9b::10.0.0.1 is of the local network. Of 64:ff9b:1::/48 each
// network chooses by itself where in it the IPv4 address stands, so that is never the Internet.
//
// Known holes: a network may translate by a prefix of its own out of 2000::/3, and this computer's own addresses are
// not known here: who asks has the list of them (see Destination::leadingTo).

#include <kj/common.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

// In rising order of what it takes to be let there.
enum class AddressClass : uint8_t { Internet, LocalNetwork, ThisComputer };

struct Address {
  bool v6 = false;
  std::array<uint8_t, 16> bytes{};  // Of IPv4 the first four, the rest zero.

  static Address v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
  // Of 4 or 16 bytes, in network order.
  static Address of(std::span<const uint8_t> bytes);

  std::span<const uint8_t> raw() const { return {bytes.data(), v6 ? 16U : 4U}; }
  unsigned bits() const { return v6 ? 128 : 32; }
  // The first `prefix` bits of both are the same, and so is the family.
  bool liesIn(const Address& network, unsigned prefix) const;

  std::string text() const;  // "10.0.0.1", "fd00::1": canonical (RFC 5952).
  std::string host() const;  // The same, IPv6 in brackets.

  // Fills `to` and says how much of it is used.
  socklen_t toSocket(uint16_t port, sockaddr_storage& to) const;

  auto operator<=>(const Address&) const = default;
};

// Exactly four decimal numbers without leading zeros, or IPv6 without a zone. Not the older forms ("127.1",
// "0x7f000001").
kj::Maybe<Address> addressFrom(std::string_view text);

// Nothing for other families. A mapped IPv4 address (::ffff:10.0.0.1) becomes the IPv4 one: to connect to it is the
// same.
kj::Maybe<Address> addressOf(const sockaddr* socket);

// For counting who comes: of an IPv6 address its /64 network, for who has one address of that has all of them. A zone
// is left out. What is no address is given back as it is.
std::string siteOf(std::string_view address);

AddressClass classOf(const Address& address);
// Of all addresses that begin so; nothing where they differ.
kj::Maybe<AddressClass> classOf(const Address& network, unsigned prefix);

// Where a cloud tells a machine its secrets. Counts as local network, and nothing but its own name or number covers it.
bool isMetadata(const Address& address);
bool mayHaveMetadata(const Address& network, unsigned prefix);

// The IPv4 addresses that a gateway might send it to.
std::vector<Address> embeddedIn(const Address& address);

}  // namespace latchkey
