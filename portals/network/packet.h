// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What comes out of a sandbox's network as bytes, and what is told to it as bytes.
//
// The app's kernel makes the packets, but an app in a sandbox of its own may hold raw sockets, so they are read as
// hostile: exact lengths, plain headers. Whatever else there is - fragments, IP options, extension headers, other
// protocols, broadcast and multicast - is nothing, and ends here. What is composed is always whole and has its
// checksums.

#include <kj/array.h>

#include "broker/base/destination.h"

namespace latchkey::network {

struct Endpoint {
  Address address;
  uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

// The two ends as the app's kernel sees them. Of an echo: `app.port` is its identifier.
struct Flow {
  Endpoint app, far;
  auto operator<=>(const Flow&) const = default;
};

struct Packet {
  Protocol protocol = Protocol::Tcp;  // Tcp, Udp or Ping.
  Flow flow;
  kj::ArrayPtr<const kj::byte> whole;
  kj::ArrayPtr<const kj::byte> payload;
  uint8_t flags = 0;      // TCP
  uint32_t sequence = 0;  // TCP; of an echo its number.
  uint32_t acknowledged = 0;

  static constexpr uint8_t FIN = 1, SYN = 2, RST = 4, ACK = 16;
  bool opens() const { return protocol == Protocol::Tcp && (flags & (SYN | ACK | RST | FIN)) == SYN; }
};

// Nothing for what is not exactly one packet of these protocols to one host. Points into `bytes`.
kj::Maybe<Packet> packetFrom(kj::ArrayPtr<const kj::byte> bytes);

// Why the app is told that it did not get there.
enum class Unreachable : uint8_t { Network, Host, Port, Forbidden };

// "Connection refused", for a packet that opens one.
kj::Array<kj::byte> refusalOf(const Packet& packet);
kj::Array<kj::byte> unreachable(kj::ArrayPtr<const kj::byte> packet, const Flow& flow, Unreachable why);
kj::Array<kj::byte> datagram(const Endpoint& from, const Endpoint& to, kj::ArrayPtr<const kj::byte> payload);
kj::Array<kj::byte> echo(const Flow& flow, bool answer, uint16_t number, kj::ArrayPtr<const kj::byte> payload);

// Beyond this a datagram fits into no packet.
constexpr size_t MOST_DATAGRAM = 65507 - 20;

}  // namespace latchkey::network
