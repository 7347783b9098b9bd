// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/policy.h"

#include <kj/debug.h>

#include <algorithm>

namespace latchkey::network {
namespace {

constexpr size_t MOST_REFUSED = 1'000;

using Says = Judgement::Says;

}  // namespace

void Policy::add(Rule rule) {
  if (!rule.deny) std::erase_if(m_refused, [&](auto& refused) { return rule.destination.covers(refused); });
  auto id = rule.id;
  m_rules.insert_or_assign(std::move(id), std::move(rule));
}

bool Policy::suspend(const std::string& id, bool suspended) {
  auto found = m_rules.find(id);
  if (found == m_rules.end()) return false;
  found->second.suspended = suspended;
  return true;
}

bool Policy::revoke(const std::string& id) {
  auto found = m_rules.find(id);
  if (found == m_rules.end()) return false;
  auto taken = std::move(found->second);
  m_rules.erase(found);
  if (!taken.deny) refuse(taken.destination);
  return true;
}

bool Policy::lapse(const std::string& id) { return m_rules.erase(id) > 0; }

void Policy::refuse(const Destination& wanted) {
  std::erase(m_refused, wanted);
  m_refused.push_back(wanted);
  if (m_refused.size() > MOST_REFUSED) m_refused.pop_front();
}

Judgement Policy::ruling(const Destination& wanted) const {
  const Destination* best = nullptr;
  bool bestRefuses = false;
  Judgement judgement;
  auto consider = [&](const Destination& rule, bool refuses, const std::string& id) {
    if (best && !outranks(rule, refuses, *best, bestRefuses)) return;
    best = &rule;
    bestRefuses = refuses;
    judgement = {.says = refuses ? Says::Deny : Says::Allow, .id = id};
  };
  for (auto& [id, rule] : m_rules) {
    // A suspended refusal refuses nothing; a suspended grant refuses what it gave, and no more.
    if (rule.deny && rule.suspended) continue;
    bool reaches = rule.deny ? rule.destination.forbids(wanted) : rule.destination.covers(wanted);
    if (reaches && !rule.deadline.passed(m_clock)) consider(rule.destination, rule.deny || rule.suspended, id);
  }
  for (auto& refused : m_refused)
    if (refused.covers(wanted)) consider(refused, true, {});
  return judgement;
}

Judgement Policy::judge(const Destination& wanted) const {
  auto judgement = ruling(wanted);
  if (judgement.says != Says::Ask || wanted.host != Destination::Host::Name || wanted.local) return judgement;
  // Only where somebody granted this very name, or its domain, may it be looked up: a look-up alone tells the world
  // something.
  auto there = wanted;
  there.local = true;
  auto local = ruling(there);
  if (local.says != Says::Allow || m_rules.at(local.id).destination.isPreset()) return judgement;
  return {.says = Says::IfLocal, .id = local.id};
}

bool Policy::isBlocked(const std::string& name) const {
  auto anyPort = [](Destination destination) {
    destination.firstPort = 0;
    destination.lastPort = UINT16_MAX;
    destination.protocol = Protocol::Any;
    return destination;
  };
  auto named = Destination::of(name, Protocol::Any, 0);
  if (named == nullptr) return true;
  auto all = anyPort(KJ_ASSERT_NONNULL(named));
  auto elsewhere = all;
  elsewhere.local = true;
  const Destination* refusal = nullptr;
  for (auto& [id, rule] : m_rules) {
    if (!rule.deny || rule.suspended || rule.destination.isPreset() || rule.deadline.passed(m_clock)) continue;
    if (!rule.destination.forbids(all)) continue;
    if (!refusal || isMoreSpecific(rule.destination, *refusal)) refusal = &rule.destination;
  }
  if (!refusal) return false;
  return std::ranges::none_of(m_rules, [&](auto& entry) {
    auto& rule = entry.second;
    if (rule.deny || rule.deadline.passed(m_clock) || !isMoreSpecific(rule.destination, *refusal)) return false;
    auto host = anyPort(rule.destination);
    return host.covers(all) || host.covers(elsewhere);
  });
}

bool Policy::isInForce(const std::string& id) const {
  auto found = m_rules.find(id);
  return found != m_rules.end() && !found->second.deny && !found->second.suspended &&
         !found->second.deadline.passed(m_clock);
}

std::vector<std::string> Policy::expired() const {
  std::vector<std::string> over;
  for (auto& [id, rule] : m_rules)
    if (rule.deadline.passed(m_clock)) over.push_back(id);
  return over;
}

Duration Policy::untilNextExpiry() const {
  auto least = Duration::max();
  for (auto& [id, rule] : m_rules) least = std::min(least, rule.deadline.left(m_clock));
  return least;
}

}  // namespace latchkey::network
