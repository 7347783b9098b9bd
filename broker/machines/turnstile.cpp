// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/turnstile.h"

#include <algorithm>

#include "broker/base/address.h"

namespace latchkey {
namespace {

constexpr double EACH = 20, EACH_PER_SECOND = 2;
constexpr double ALL = 100, ALL_PER_SECOND = 20;
constexpr size_t MOST_REMEMBERED = 1000;

double secondsOf(kj::Duration time) { return static_cast<double>(time / kj::MICROSECONDS) / 1e6; }

}  // namespace

bool Turnstile::take(Tokens& tokens, double most, double perSecond, kj::TimePoint now) {
  tokens.left = std::min(most, tokens.left + secondsOf(now - tokens.since) * perSecond);
  tokens.since = now;
  if (tokens.left < 1) return false;
  tokens.left -= 1;
  return true;
}

bool Turnstile::lets(const std::string& address, kj::TimePoint now) {
  if (!m_begun) m_all = {ALL, now};
  m_begun = true;
  // Those that have not come for a while are as if they had never.
  if (m_addresses.size() >= MOST_REMEMBERED) {
    std::erase_if(m_addresses, [&](auto& one) {
      return one.second.left + secondsOf(now - one.second.since) * EACH_PER_SECOND >= EACH;
    });
  }
  auto place = siteOf(address);
  auto found = m_addresses.find(place);
  if (found == m_addresses.end()) {
    if (m_addresses.size() >= MOST_REMEMBERED) return false;
    found = m_addresses.emplace(place, Tokens{EACH, now}).first;
  }
  return take(found->second, EACH, EACH_PER_SECOND, now) && take(m_all, ALL, ALL_PER_SECOND, now);
}

}  // namespace latchkey
