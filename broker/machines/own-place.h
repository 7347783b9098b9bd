// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where this machine can be reached, and what it calls itself.
//
// Nothing listens on a computer that has nobody to listen for: the socket is there while a machine is known, an
// invitation is open, or the person is adding one - without it, two machines of which each waits for the other never
// meet - and not otherwise. The person can forbid it altogether; then others are reached, and do not reach.

#include <kj/timer.h>

#include <string>
#include <vector>

#include "broker/grants/ledger.h"
#include "broker/machines/turnstile.h"
#include "broker/machines/ways.h"

namespace latchkey {

class OwnPlace final {
public:
  // `accept`: those who came in, not more of them than is reasonable.
  OwnPlace(Ledger& ledger, Ways& ways, kj::Timer& timer, Ways::Accept accept);
  KJ_DISALLOW_COPY_AND_MOVE(OwnPlace);

  struct Settings {
    std::string name{};
    bool mayListen = true;
    uint16_t port = 0;  // 0: the usual one, or the next that is free.
    bool announce = false;
  };
  Settings settings() const;
  // Throws for a name that is no plain line of text, or too long.
  void set(const Settings& settings);

  // Whether there is somebody who could come. Listens, or stops.
  void want(bool somebodyCouldCome);

  uint16_t port() const { return m_listening == nullptr ? 0 : KJ_ASSERT_NONNULL(m_listening)->port(); }
  // Empty while nothing listens.
  std::vector<Route> addresses() const;
  // Why it is not reachable although it should be: one line.
  const std::string& trouble() const { return m_trouble; }

private:
  std::vector<uint16_t> ports(const Settings& settings) const;

  Ledger& m_ledger;
  Ways& m_ways;
  kj::Timer& m_timer;
  Ways::Accept m_accept;
  Turnstile m_turnstile;
  bool m_wanted = false;
  kj::Maybe<kj::Own<OpenPort>> m_listening;
  std::string m_trouble;
};

}  // namespace latchkey
