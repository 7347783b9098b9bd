// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/stub-resolver.h"

#include <kj/debug.h>

#include <algorithm>

namespace latchkey::network {
namespace {

using dns::Answer;
using dns::Code;
using dns::Query;
using dns::Type;

constexpr double MOST_AT_ONCE = 60, EACH_SECOND = 3;
constexpr size_t MOST_PENDING = 64;
constexpr auto BETWEEN_TELLING = 1 * kj::MINUTES;

bool isBelow(std::string_view name, std::string_view domain) {
  return name == domain || (name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

const Address LOOPBACK_V4 = Address::v4(127, 0, 0, 1);
const Address LOOPBACK_V6{.v6 = true, .bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

bool wants(const Query& query, Type type) { return query.type == type || query.type == Type::ANY; }

bool isNowhere(const Query& query) {
  if (!isHostName(query.name)) return true;
  for (auto domain : {"onion", "invalid", "use-application-dns.net"})
    if (isBelow(query.name, domain)) return true;
  return isBelow(query.name, "arpa") && !isBelow(query.name, "home.arpa");
}

}  // namespace

StubResolver::StubResolver(kj::Timer& timer, Names& names, HostLookup& lookup, NameRules& rules)
    : m_timer(timer),
      m_names(names),
      m_lookup(lookup),
      m_rules(rules),
      m_allowance(MOST_AT_ONCE),
      m_counted(timer.now()) {}

kj::Promise<kj::Array<kj::byte>> StubResolver::answer(kj::Array<kj::byte> message, Protocol transport) {
  KJ_IF_MAYBE (query, dns::queryFrom(message)) {
    auto room = transport == Protocol::Tcp ? dns::MOST_OF_STREAM : query->room;
    KJ_IF_MAYBE (own, ownAnswer(*query)) return own->take(room);
    return ask(kj::mv(*query), room);
  }
  return kj::Array<kj::byte>();
}

// Nothing: it has to be asked outside.
kj::Maybe<Answer> StubResolver::ownAnswer(const Query& query) {
  if (query.fault != Code::NoError) return Answer(query, query.fault);
  if (query.inClass != dns::INTERNET_CLASS) return Answer(query, Code::Refused);
  if (query.type >= Type::FIRST_OF_SERVERS && query.type < Type::ANY) return Answer(query, Code::NotImp);
  if (query.type == Type::OPT) return Answer(query, Code::FormErr);
  if (query.isPlain && isBelow(query.name, "localhost")) {
    Answer answer(query);
    if (wants(query, Type::A)) answer.add(LOOPBACK_V4, KEPT);
    if (wants(query, Type::AAAA)) answer.add(LOOPBACK_V6, KEPT);
    return answer;
  }
  if (!query.isPlain) return Answer(query, Code::NxDomain);
  KJ_IF_MAYBE (address, dns::reversedAddress(query.name)) {
    Answer answer(query);
    if (*address == LOOPBACK_V4 || *address == LOOPBACK_V6) {
      if (wants(query, Type::PTR)) answer.addName(Type::PTR, "localhost", KEPT);
      return answer;
    }
    KJ_IF_MAYBE (name, m_names.nameOf(*address)) {
      if (wants(query, Type::PTR)) answer.addName(Type::PTR, *name, KEPT);
      return answer;
    }
    return Answer(query, Code::NxDomain);
  }
  if (isNowhere(query) || m_rules.isBlocked(query.name)) return Answer(query, Code::NxDomain);
  switch (query.type) {
    case Type::A:
    case Type::AAAA:
    case Type::ANY: return addresses(query);
    case Type::HTTPS:
    case Type::SVCB: return Answer(query);
    default: break;
  }
  // Such names have no name server; asking one would only spread them.
  if (isBelow(query.name, "local")) return Answer(query);
  if (m_pending >= MOST_PENDING) return Answer(query, Code::ServFail);
  return nullptr;
}

Answer StubResolver::addresses(const Query& query) {
  Answer answer(query);
  for (auto family : {Family::V4, Family::V6}) {
    if (!wants(query, family == Family::V4 ? Type::A : Type::AAAA)) continue;
    KJ_IF_MAYBE (address, m_names.addressFor(query.name, family)) {
      answer.add(*address, KEPT);
    } else {
      return Answer(query, Code::ServFail);
    }
  }
  return answer;
}

kj::Promise<kj::Array<kj::byte>> StubResolver::ask(Query query, size_t room) {
  ++m_pending;
  KJ_DEFER(--m_pending);
  auto wanted = KJ_ASSERT_NONNULL(Destination::of(query.name, Protocol::Name, 0));
  if (!co_await m_rules.mayAsk(kj::mv(wanted))) co_return Answer(query, Code::Refused).take(room);
  if (!maySpend(query.name)) co_return Answer(query, Code::ServFail).take(room);
  auto said = co_await m_lookup.records(query.name, static_cast<uint16_t>(query.type));
  KJ_IF_MAYBE (answer, dns::relayed(query, said, room)) co_return kj::mv(*answer);
  co_return Answer(query, Code::ServFail).take(room);
}

bool StubResolver::maySpend(const std::string& name) {
  auto now = m_timer.now();
  auto seconds = static_cast<double>((now - m_counted) / kj::MILLISECONDS) / 1000;
  m_allowance = std::min(MOST_AT_ONCE, m_allowance + seconds * EACH_SECOND);
  m_counted = now;
  if (m_allowance >= 1) {
    m_allowance -= 1;
    ++m_asked;
    return true;
  }
  ++m_withheld;
  bool tell = true;
  KJ_IF_MAYBE (last, m_told) tell = now - *last >= BETWEEN_TELLING;
  if (tell) {
    m_told = now;
    m_rules.tooMuchAsked(name, m_asked + m_withheld);
  }
  return false;
}

}  // namespace latchkey::network
