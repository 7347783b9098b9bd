// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/packet.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include <algorithm>

namespace latchkey::network {
namespace {

using Bytes = kj::ArrayPtr<const kj::byte>;

constexpr size_t V4_HEADER = 20, V6_HEADER = 40, TCP_HEADER = 20, UDP_HEADER = 8, ICMP_HEADER = 8;
constexpr kj::byte HOPS = 64;

uint16_t half(Bytes bytes, size_t at) { return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]); }
uint32_t word(Bytes bytes, size_t at) { return static_cast<uint32_t>(half(bytes, at)) << 16 | half(bytes, at + 2); }
void put16(kj::ArrayPtr<kj::byte> to, size_t at, size_t value) {
  to[at] = static_cast<kj::byte>(value >> 8);
  to[at + 1] = static_cast<kj::byte>(value);
}
void put32(kj::ArrayPtr<kj::byte> to, size_t at, uint32_t value) {
  put16(to, at, value >> 16);
  put16(to, at + 2, value);
}

Address addressAt(Bytes bytes, size_t from, size_t to) { return Address::of({bytes.begin() + from, to - from}); }

// One's complement sum of RFC 1071, not yet folded.
uint64_t sum(Bytes bytes) {
  uint64_t total = 0;
  size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) total += half(bytes, at);
  if (at < bytes.size()) total += static_cast<uint64_t>(bytes[at]) << 8;
  return total;
}
uint16_t folded(uint64_t total) {
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return static_cast<uint16_t>(~total);
}

bool isOneHost(const Address& address) {
  auto bytes = address.raw();
  if (address.v6) return bytes[0] != 0xff && std::ranges::any_of(bytes, [](auto byte) { return byte != 0; });
  return bytes[0] != 0 && bytes[0] < 224;
}

bool readTcp(Bytes body, Packet& packet) {
  if (body.size() < TCP_HEADER) return false;
  size_t header = static_cast<size_t>(body[12] >> 4) * 4;
  if (header < TCP_HEADER || header > body.size()) return false;
  packet.protocol = Protocol::Tcp;
  packet.flow.app.port = half(body, 0);
  packet.flow.far.port = half(body, 2);
  packet.sequence = word(body, 4);
  packet.acknowledged = word(body, 8);
  packet.flags = body[13];
  packet.payload = body.slice(header, body.size());
  return packet.flow.app.port != 0 && packet.flow.far.port != 0;
}

bool readUdp(Bytes body, Packet& packet) {
  if (body.size() < UDP_HEADER || half(body, 4) != body.size()) return false;
  packet.protocol = Protocol::Udp;
  packet.flow.app.port = half(body, 0);
  packet.flow.far.port = half(body, 2);
  packet.payload = body.slice(UDP_HEADER, body.size());
  return packet.flow.app.port != 0 && packet.flow.far.port != 0;
}

bool readEcho(Bytes body, kj::byte request, Packet& packet) {
  if (body.size() < ICMP_HEADER || body[0] != request || body[1] != 0) return false;
  packet.protocol = Protocol::Ping;
  packet.flow.app.port = half(body, 4);
  packet.sequence = half(body, 6);
  packet.payload = body.slice(ICMP_HEADER, body.size());
  return true;
}

// Header of a packet with `size` bytes behind it.
kj::Array<kj::byte> begun(const Address& from, const Address& to, int protocol, size_t size) {
  auto v6 = to.v6;
  auto packet = kj::heapArray<kj::byte>((v6 ? V6_HEADER : V4_HEADER) + size);
  memset(packet.begin(), 0, packet.size());
  auto source = from.raw(), target = to.raw();
  if (v6) {
    packet[0] = 0x60;
    put16(packet, 4, size);
    packet[6] = static_cast<kj::byte>(protocol);
    packet[7] = HOPS;
    std::ranges::copy(source, packet.begin() + 8);
    std::ranges::copy(target, packet.begin() + 24);
  } else {
    packet[0] = 0x45;
    put16(packet, 2, packet.size());
    put16(packet, 6, 0x4000);  // Never a fragment.
    packet[8] = HOPS;
    packet[9] = static_cast<kj::byte>(protocol);
    std::ranges::copy(source, packet.begin() + 12);
    std::ranges::copy(target, packet.begin() + 16);
    put16(packet, 10, folded(sum(packet.slice(0, V4_HEADER))));
  }
  return packet;
}

// Puts the checksum over body and addresses at `at` of the body. ICMP for IPv4 has none of the addresses.
void finish(kj::ArrayPtr<kj::byte> packet, int protocol, size_t at) {
  auto v6 = packet[0] >> 4 == 6;
  auto header = v6 ? V6_HEADER : V4_HEADER;
  auto body = packet.slice(header, packet.size());
  auto total = sum(body);
  if (protocol != IPPROTO_ICMP) {
    total += sum(v6 ? packet.slice(8, V6_HEADER) : packet.slice(12, V4_HEADER));
    total += static_cast<uint64_t>(protocol) + body.size();
  }
  auto checksum = folded(total);
  if (checksum == 0 && protocol == IPPROTO_UDP) checksum = 0xffff;
  put16(body, at, checksum);
}

struct Message {
  kj::byte type, code;
};
Message messageFor(Unreachable why, bool v6) {
  switch (why) {
    case Unreachable::Network:
      return v6 ? Message{ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE} : Message{ICMP_DEST_UNREACH, ICMP_NET_UNREACH};
    case Unreachable::Host:
      return v6 ? Message{ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR} : Message{ICMP_DEST_UNREACH, ICMP_HOST_UNREACH};
    case Unreachable::Port:
      return v6 ? Message{ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT} : Message{ICMP_DEST_UNREACH, ICMP_PORT_UNREACH};
    case Unreachable::Forbidden:
      return v6 ? Message{ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN} : Message{ICMP_DEST_UNREACH, ICMP_PKT_FILTERED};
  }
  return {};
}

}  // namespace

kj::Maybe<Packet> packetFrom(Bytes bytes) {
  if (bytes.size() < V4_HEADER) return nullptr;
  Packet packet;
  packet.whole = bytes;
  Bytes body;
  int protocol;
  bool v6 = bytes[0] >> 4 == 6;
  if (v6) {
    if (bytes.size() < V6_HEADER || half(bytes, 4) != bytes.size() - V6_HEADER) return nullptr;
    protocol = bytes[6];
    packet.flow.app.address = addressAt(bytes, 8, 24);
    packet.flow.far.address = addressAt(bytes, 24, 40);
    body = bytes.slice(V6_HEADER, bytes.size());
  } else {
    if (bytes[0] != 0x45 || half(bytes, 2) != bytes.size()) return nullptr;
    if ((half(bytes, 6) & 0x3fff) != 0) return nullptr;  // A fragment.
    protocol = bytes[9];
    packet.flow.app.address = addressAt(bytes, 12, 16);
    packet.flow.far.address = addressAt(bytes, 16, 20);
    body = bytes.slice(V4_HEADER, bytes.size());
  }
  if (!isOneHost(packet.flow.app.address) || !isOneHost(packet.flow.far.address)) return nullptr;
  bool read = false;
  if (protocol == IPPROTO_TCP) read = readTcp(body, packet);
  if (protocol == IPPROTO_UDP) read = readUdp(body, packet);
  if (protocol == (v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP)))
    read = readEcho(body, v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO, packet);
  if (!read) return nullptr;
  return packet;
}

kj::Array<kj::byte> refusalOf(const Packet& packet) {
  auto answer = begun(packet.flow.far.address, packet.flow.app.address, IPPROTO_TCP, TCP_HEADER);
  auto body = answer.slice(answer.size() - TCP_HEADER, answer.size());
  put16(body, 0, packet.flow.far.port);
  put16(body, 2, packet.flow.app.port);
  // RFC 9293 3.10.7.1: what it acknowledged is where we are; else everything it sent is acknowledged.
  bool acknowledges = packet.flags & Packet::ACK;
  if (acknowledges) {
    put32(body, 4, packet.acknowledged);
  } else {
    auto length = packet.payload.size() + !!(packet.flags & Packet::SYN) + !!(packet.flags & Packet::FIN);
    put32(body, 8, packet.sequence + static_cast<uint32_t>(length));
  }
  body[12] = TCP_HEADER / 4 << 4;
  body[13] = acknowledges ? Packet::RST : Packet::RST | Packet::ACK;
  finish(answer, IPPROTO_TCP, 16);
  return answer;
}

kj::Array<kj::byte> unreachable(Bytes packet, const Flow& flow, Unreachable why) {
  auto v6 = flow.far.address.v6;
  int protocol = v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
  auto quoted = packet.slice(0, std::min(packet.size(), (v6 ? V6_HEADER : V4_HEADER) + TCP_HEADER));
  auto answer = begun(flow.far.address, flow.app.address, protocol, ICMP_HEADER + quoted.size());
  auto body = answer.slice(answer.size() - ICMP_HEADER - quoted.size(), answer.size());
  auto message = messageFor(why, v6);
  body[0] = message.type;
  body[1] = message.code;
  std::ranges::copy(quoted, body.begin() + ICMP_HEADER);
  finish(answer, protocol, 2);
  return answer;
}

kj::Array<kj::byte> datagram(const Endpoint& from, const Endpoint& to, Bytes payload) {
  auto packet = begun(from.address, to.address, IPPROTO_UDP, UDP_HEADER + payload.size());
  auto body = packet.slice(packet.size() - UDP_HEADER - payload.size(), packet.size());
  put16(body, 0, from.port);
  put16(body, 2, to.port);
  put16(body, 4, body.size());
  std::ranges::copy(payload, body.begin() + UDP_HEADER);
  finish(packet, IPPROTO_UDP, 6);
  return packet;
}

kj::Array<kj::byte> echo(const Flow& flow, bool answer, uint16_t number, Bytes payload) {
  auto v6 = flow.far.address.v6;
  int protocol = v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
  auto packet = answer ? begun(flow.far.address, flow.app.address, protocol, ICMP_HEADER + payload.size())
                       : begun(flow.app.address, flow.far.address, protocol, ICMP_HEADER + payload.size());
  auto body = packet.slice(packet.size() - ICMP_HEADER - payload.size(), packet.size());
  body[0] = v6 ? (answer ? ICMP6_ECHO_REPLY : ICMP6_ECHO_REQUEST) : (answer ? ICMP_ECHOREPLY : ICMP_ECHO);
  put16(body, 4, flow.app.port);
  put16(body, 6, number);
  std::ranges::copy(payload, body.begin() + ICMP_HEADER);
  finish(packet, protocol, 2);
  return packet;
}

}  // namespace latchkey::network
