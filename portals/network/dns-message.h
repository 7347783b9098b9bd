// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Questions to a name server as apps send them, and answers to them. Every byte that comes in is hostile.
//
// A question is one name, one type, one class, and nothing else but the extension record (EDNS): whatever is more is a
// fault, and so is a name that points elsewhere, as there is nothing before it to point to. What we write points to the
// question's name alone.

#include <kj/array.h>
#include <kj/common.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/address.h"

namespace latchkey::network::dns {

enum class Type : uint16_t {
  A = 1,
  NS = 2,
  CNAME = 5,
  SOA = 6,
  PTR = 12,
  MX = 15,
  TXT = 16,
  AAAA = 28,
  SRV = 33,
  DNAME = 39,
  OPT = 41,
  SVCB = 64,
  HTTPS = 65,
  FIRST_OF_SERVERS = 128,  // To 255: about servers and their transfers, but for ANY.
  ANY = 255,
};

enum class Code : uint8_t { NoError, FormErr, ServFail, NxDomain, NotImp, Refused, BadVers = 16 };

constexpr uint16_t INTERNET_CLASS = 1;
constexpr size_t MOST_OF_STREAM = 65535;

struct Query {
  uint16_t id = 0;
  Code fault = Code::NoError;  // Else what to say at once; then nothing below is known but `hasExtension`.
  bool recursion = false;
  bool hasExtension = false;
  size_t room = 512;               // How much of an answer the asker takes in one datagram.
  std::vector<kj::byte> question;  // As it stands in the message, to be sent back byte for byte.
  std::string name;                // Lower case, without the dot at the end. Empty: the root.
  bool isPlain = false;            // The name has nothing but letters, digits, hyphens, underscores.
  Type type = Type::A;
  uint16_t inClass = 0;
};

// Nothing for what is not to be answered at all: what is too short, or is an answer itself.
kj::Maybe<Query> queryFrom(kj::ArrayPtr<const kj::byte> message);

// The address that a name below in-addr.arpa or ip6.arpa stands for.
kj::Maybe<Address> reversedAddress(std::string_view name);

class Answer {
public:
  explicit Answer(const Query& query, Code code = Code::NoError);

  // Records about the name asked for. Of whatever type; the caller knows what was asked.
  Answer& add(const Address& address, uint32_t seconds);
  Answer& addName(Type type, std::string_view target, uint32_t seconds);

  // The whole message. What is larger than `room` is left out and marked as truncated: the asker comes back by a
  // stream.
  kj::Array<kj::byte> take(size_t room);

private:
  friend kj::Maybe<kj::Array<kj::byte>> relayed(const Query&, kj::ArrayPtr<const kj::byte>, size_t);
  void put16(size_t value);
  void put32(uint32_t value);
  void begin(Type type, uint32_t seconds, size_t length);
  void putName(std::string_view name);

  const Query& m_query;
  std::vector<kj::byte> m_bytes;
  uint16_t m_records = 0;
  Code m_code;
};

// What a name server said, as the answer to this query: its records about the name, without what it adds of its own
// (which is where other names' addresses would stand). Nothing if it is malformed, or about something else.
kj::Maybe<kj::Array<kj::byte>> relayed(const Query& query, kj::ArrayPtr<const kj::byte> answer, size_t room);

}  // namespace latchkey::network::dns
