// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/dns-message.h"

#include <algorithm>

#include "broker/base/numbers.h"

namespace latchkey::network::dns {
namespace {

constexpr size_t HEADER = 12;
constexpr size_t LEAST_ROOM = 512, MOST_ROOM = 4096, OUR_ROOM = 1232;
constexpr size_t EXTENSION = 11;  // Our own extension record.
constexpr uint16_t RESPONSE = 0x8000, TRUNCATED = 0x0200, RECURSION_WANTED = 0x0100, RECURSION_THERE = 0x0080;
constexpr uint16_t POINTER_TO_QUESTION = 0xc000 | HEADER;
constexpr size_t MOST_OF_NAME = 255;

// Reads from a message and never beyond it. Once something was missing, nothing more is read.
class Reader {
public:
  explicit Reader(kj::ArrayPtr<const kj::byte> bytes, size_t at = 0) : m_bytes(bytes), m_at(at) {}

  bool good() const { return m_good; }
  void fail() { m_good = false; }
  bool atEnd() const { return m_good && m_at == m_bytes.size(); }
  size_t at() const { return m_at; }

  size_t byte() { return has(1) ? m_bytes[m_at++] : 0; }
  uint16_t number() {
    auto high = byte();
    return static_cast<uint16_t>(high << 8 | byte());
  }
  void skip(size_t count) {
    if (has(count)) m_at += count;
  }
  kj::ArrayPtr<const kj::byte> take(size_t count) {
    if (!has(count)) return nullptr;
    m_at += count;
    return m_bytes.slice(m_at - count, m_at);
  }
  // A name without pointers: its labels one after the other.
  template <typename Function>
  void plainName(Function onLabel) {
    size_t length = 1;
    while (auto size = byte()) {
      length += size + 1;
      if (size > 63 || length > MOST_OF_NAME) m_good = false;
      auto label = take(size);
      if (!m_good) return;
      onLabel(label);
    }
  }
  // A name as it may stand in an answer, with pointers. Each leads further back than the one before, so there is an
  // end.
  void skipName() {
    auto end = m_at;
    bool jumped = false;
    size_t before = m_at;
    for (size_t length = 1;;) {
      auto size = byte();
      if (!m_good || size == 0) break;
      if (size < 64) {
        length += size + 1;
        skip(size);
        m_good = m_good && length <= MOST_OF_NAME;
        continue;
      }
      size_t to = (size & 0x3f) << 8 | byte();
      m_good = m_good && size >= 0xc0 && to >= HEADER && to < before;
      if (!m_good) break;
      if (!jumped) end = m_at;
      jumped = true;
      m_at = before = to;
    }
    if (jumped) m_at = end;
  }

private:
  bool has(size_t count) {
    m_good = m_good && count <= m_bytes.size() - m_at;
    return m_good;
  }

  kj::ArrayPtr<const kj::byte> m_bytes;
  size_t m_at;
  bool m_good = true;
};

bool isPlain(kj::byte c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

kj::byte lower(kj::byte c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

void readQuestion(Reader& reader, kj::ArrayPtr<const kj::byte> message, Query& query) {
  auto start = reader.at();
  query.isPlain = true;
  reader.plainName([&](kj::ArrayPtr<const kj::byte> label) {
    if (!query.name.empty()) query.name += '.';
    query.isPlain = query.isPlain && std::ranges::all_of(label, isPlain);
    for (auto c : label) query.name += static_cast<char>(lower(c));
  });
  query.type = static_cast<Type>(reader.number());
  query.inClass = reader.number();
  if (!reader.good()) return;
  auto question = message.slice(start, reader.at());
  query.question.assign(question.begin(), question.end());
}

// False: it is malformed.
bool readExtension(Reader& reader, Query& query) {
  if (reader.byte() != 0 || static_cast<Type>(reader.number()) != Type::OPT) return false;
  query.hasExtension = true;
  query.room = std::clamp<size_t>(reader.number(), LEAST_ROOM, MOST_ROOM);
  reader.skip(1);
  bool known = reader.byte() == 0;
  reader.skip(2);
  reader.skip(reader.number());
  if (!known) query.fault = Code::BadVers;
  return reader.good();
}

// Names in any case; type and class, which stand behind, exactly.
bool isSameQuestion(kj::ArrayPtr<const kj::byte> one, kj::ArrayPtr<const kj::byte> other) {
  if (one.size() != other.size()) return false;
  auto name = one.size() - 4;
  return std::ranges::equal(one.slice(0, name), other.slice(0, name), {}, lower, lower) &&
         one.slice(name, one.size()) == other.slice(name, other.size());
}

// One record of an answer. Names in the data of the older types may have pointers too.
void skipRecord(Reader& reader) {
  reader.skipName();
  auto type = static_cast<Type>(reader.number());
  reader.skip(6);
  auto length = reader.number();
  auto end = reader.at() + length;
  switch (type) {
    case Type::NS:
    case Type::CNAME:
    case Type::PTR:
    case Type::DNAME: reader.skipName(); break;
    case Type::SOA:
      reader.skipName();
      reader.skipName();
      reader.skip(20);
      break;
    case Type::MX:
      reader.skip(2);
      reader.skipName();
      break;
    case Type::SRV:
      reader.skip(6);
      reader.skipName();
      break;
    default: reader.skip(length);
  }
  if (reader.at() != end) reader.fail();
}

}  // namespace

kj::Maybe<Query> queryFrom(kj::ArrayPtr<const kj::byte> message) {
  if (message.size() < HEADER) return nullptr;
  Reader reader(message);
  Query query;
  query.id = reader.number();
  auto flags = reader.number();
  if (flags & RESPONSE) return nullptr;
  query.recursion = flags & RECURSION_WANTED;
  auto questions = reader.number(), answers = reader.number(), authorities = reader.number(), more = reader.number();
  if ((flags >> 11 & 15) != 0) {
    query.fault = Code::NotImp;
    return query;
  }
  query.fault = Code::FormErr;
  if (questions != 1 || answers != 0 || authorities != 0 || more > 1) return query;
  auto bare = query;
  readQuestion(reader, message, query);
  if (!reader.good()) return bare;
  query.fault = Code::NoError;
  bool fine = (more == 0 || readExtension(reader, query)) && reader.atEnd();
  return fine ? query : bare;
}

kj::Maybe<Address> reversedAddress(std::string_view name) {
  bool v6 = name.ends_with(".ip6.arpa");
  if (!v6 && !name.ends_with(".in-addr.arpa")) return nullptr;
  name.remove_suffix(v6 ? std::string_view(".ip6.arpa").size() : std::string_view(".in-addr.arpa").size());
  Address address{.v6 = v6};
  size_t parts = v6 ? 32 : 4;
  for (size_t part = parts; part-- > 0;) {
    auto dot = name.find('.');
    auto label = name.substr(0, dot);
    // The last part comes first; after the first one nothing stands.
    if ((dot == name.npos) != (part == 0)) return nullptr;
    if (v6) {
      auto digit = label.size() == 1 ? std::string_view("0123456789abcdef").find(label[0]) : label.npos;
      if (digit == label.npos) return nullptr;
      address.bytes[part / 2] |= static_cast<uint8_t>(digit << (part % 2 ? 0 : 4));
    } else {
      auto value = numberFrom<uint8_t>(label);
      if (!value || (label.size() > 1 && label[0] == '0')) return nullptr;
      address.bytes[part] = *value;
    }
    name.remove_prefix(dot == name.npos ? name.size() : dot + 1);
  }
  return address;
}

Answer::Answer(const Query& query, Code code) : m_query(query), m_code(code) {
  put16(query.id);
  put16(RESPONSE | RECURSION_THERE | (query.recursion ? RECURSION_WANTED : 0) | (static_cast<unsigned>(code) & 15));
  put16(query.question.empty() ? 0 : 1);
  for (int part = 0; part < 3; ++part) put16(0);
  m_bytes.insert(m_bytes.end(), query.question.begin(), query.question.end());
}

void Answer::put16(size_t value) {
  m_bytes.push_back(static_cast<kj::byte>(value >> 8));
  m_bytes.push_back(static_cast<kj::byte>(value));
}

void Answer::put32(uint32_t value) {
  put16(value >> 16);
  put16(value & 0xffff);
}

void Answer::begin(Type type, uint32_t seconds, size_t length) {
  ++m_records;
  put16(POINTER_TO_QUESTION);
  put16(static_cast<uint16_t>(type));
  put16(INTERNET_CLASS);
  put32(seconds);
  put16(length);
}

Answer& Answer::add(const Address& address, uint32_t seconds) {
  auto raw = address.raw();
  begin(address.v6 ? Type::AAAA : Type::A, seconds, raw.size());
  m_bytes.insert(m_bytes.end(), raw.begin(), raw.end());
  return *this;
}

void Answer::putName(std::string_view name) {
  while (!name.empty()) {
    auto label = name.substr(0, name.find('.'));
    m_bytes.push_back(static_cast<kj::byte>(label.size()));
    m_bytes.insert(m_bytes.end(), label.begin(), label.end());
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  m_bytes.push_back(0);
}

Answer& Answer::addName(Type type, std::string_view target, uint32_t seconds) {
  begin(type, seconds, target.empty() ? 1 : target.size() + 2);
  putName(target);
  return *this;
}

kj::Array<kj::byte> Answer::take(size_t room) {
  auto end = m_query.hasExtension ? EXTENSION : 0;
  if (m_bytes.size() + end > room) {
    m_bytes.resize(HEADER + m_query.question.size());
    m_bytes[2] |= TRUNCATED >> 8;
    m_records = 0;
  }
  m_bytes[6] = static_cast<kj::byte>(m_records >> 8);
  m_bytes[7] = static_cast<kj::byte>(m_records);
  if (m_query.hasExtension) {
    m_bytes[11] = 1;
    m_bytes.push_back(0);
    put16(static_cast<uint16_t>(Type::OPT));
    put16(OUR_ROOM);
    put32(static_cast<uint32_t>(m_code) >> 4 << 24);
    put16(0);
  }
  return kj::heapArray<kj::byte>(m_bytes.data(), m_bytes.size());
}

kj::Maybe<kj::Array<kj::byte>> relayed(const Query& query, kj::ArrayPtr<const kj::byte> answer, size_t room) {
  Reader reader(answer);
  reader.skip(2);
  auto flags = reader.number();
  auto questions = reader.number();
  auto count = reader.number();
  reader.skip(4);
  if (!reader.good() || !(flags & RESPONSE) || questions != 1) return nullptr;
  auto asked = reader.take(query.question.size());
  if (!reader.good() || !isSameQuestion(asked, {query.question.data(), query.question.size()})) return nullptr;
  auto start = reader.at();
  for (unsigned record = 0; record < count; ++record) {
    skipRecord(reader);
    if (!reader.good()) return nullptr;
  }
  auto code = static_cast<Code>(flags & 15);
  Answer made(query, code <= Code::Refused ? code : Code::ServFail);
  auto records = answer.slice(start, reader.at());
  made.m_bytes.insert(made.m_bytes.end(), records.begin(), records.end());
  made.m_records = count;
  return made.take(room);
}

}  // namespace latchkey::network::dns
