// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The name server of one sandbox.
//
// - Addresses (A, AAAA) are our own, given at once: see names.h. Nobody outside hears of the name.
// - HTTPS and SVCB: no such record. They would carry addresses, and keys that make a connection's name unreadable.
// - Of addresses back to names (PTR): only our own; real ones have none, as a name that its owner chose is not one to
// be shown.
// - Whatever else (MX, SRV, TXT, NS, CNAME ...) is a question that leaves the sandbox with all that is written in the
// name,
//   so it has to be allowed (NAME/name), goes out as seldom as people's programs need, and what is more is counted and
//   told.
// - What the person blocked is no such name, without a question. `localhost` is the sandbox's own.
// - No such name, too: what is below .arpa, .onion and .invalid; what could be taken for an address or one of our own
// words; and
//   what a browser asks to find out whether it may go past its name server.

#include <kj/timer.h>

#include "broker/base/destination.h"
#include "portals/network/dns-message.h"
#include "portals/network/host-lookup.h"
#include "portals/network/names.h"

namespace latchkey::network {

// What the sandbox has to say about names.
class NameRules {
public:
  virtual ~NameRules() = default;
  // Whether all of it is refused, whatever the port.
  virtual bool isBlocked(const std::string& name) = 0;
  // Waits until it is decided whether this ("NAME/name") may be asked outside.
  virtual kj::Promise<bool> mayAsk(Destination wanted) = 0;
  // More is asked about names than programs have reason to: data may be leaving in them. Told once a minute at most.
  virtual void tooMuchAsked(const std::string& name, uint64_t questions) = 0;
};

class StubResolver final {
public:
  // Seconds for which an answer may be kept. It stays true for longer, but what is blocked meanwhile shows then.
  static constexpr uint32_t KEPT = 60;

  StubResolver(kj::Timer& timer, Names& names, HostLookup& lookup, NameRules& rules);
  KJ_DISALLOW_COPY_AND_MOVE(StubResolver);

  // The answer to a message that came by this transport (Tcp without its length, or Udp). Empty: none is due.
  kj::Promise<kj::Array<kj::byte>> answer(kj::Array<kj::byte> message, Protocol transport);

  uint64_t asked() const { return m_asked; }        // Outside.
  uint64_t withheld() const { return m_withheld; }  // Because there were too many.

private:
  kj::Maybe<dns::Answer> ownAnswer(const dns::Query& query);
  dns::Answer addresses(const dns::Query& query);
  kj::Promise<kj::Array<kj::byte>> ask(dns::Query query, size_t room);
  bool maySpend(const std::string& name);

  kj::Timer& m_timer;
  Names& m_names;
  HostLookup& m_lookup;
  NameRules& m_rules;
  size_t m_pending = 0;
  double m_allowance;
  kj::TimePoint m_counted;
  kj::Maybe<kj::TimePoint> m_told;
  uint64_t m_asked = 0, m_withheld = 0;
};

}  // namespace latchkey::network
