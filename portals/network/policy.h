// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What one sandbox may connect to, as the portal was told: grants, refusals, and what the person took back.
//
// Of the rules that reach a destination the most specific decides, a refusal where they are equal: the broker's own
// order (broker/base/destination.h). A rule whose time is over does not count from that moment on, whoever still lists
// it.
//
// What was taken back stays refused, without a question, until something is granted that covers it again: so a program
// that connects anew at once cannot wear the person out. A suspended grant refuses the same way until it is resumed.
// What lapsed is asked about again.

#include <deque>
#include <map>
#include <string>

#include "broker/base/clock.h"
#include "broker/base/destination.h"

namespace latchkey::network {

struct Rule {
  std::string id;
  Destination destination;
  bool deny = false;
  bool suspended = false;
  Deadline deadline;
};

struct Judgement {
  enum class Says : uint8_t {
    Ask,  // No rule reaches it.
    Allow,
    Deny,
    IfLocal,  // Of a name: only where it leads into the local network. Look it up, and judge where it leads.
  };
  Says says = Says::Ask;
  std::string id;  // The rule that decides; empty where nothing does, or what was taken back.
};

class Policy final {
public:
  explicit Policy(const Clock& clock) : m_clock(clock) {}
  KJ_DISALLOW_COPY_AND_MOVE(Policy);

  // In the place of one with the same id.
  void add(Rule rule);
  bool suspend(const std::string& id, bool suspended);
  // Takes it away; what it gave is refused from now on.
  bool revoke(const std::string& id);
  // Takes it away; what it gave is asked about.
  bool lapse(const std::string& id);
  // Refuses this and nothing else until something is granted that covers it. The oldest of very many are forgotten.
  void refuse(const Destination& wanted);

  Judgement judge(const Destination& wanted) const;
  // Whether the person refused this name, or its domain, with all its ports, and allowed none of it more specifically.
  bool isBlocked(const std::string& name) const;
  // Whether this very rule still lets that through. Cheaper than judge(); what more specific refusals say is not asked.
  bool isInForce(const std::string& id) const;
  // Rules that are over, to be ended.
  std::vector<std::string> expired() const;
  // Until the next one is over; Duration::max() where none will be.
  Duration untilNextExpiry() const;

  const std::map<std::string, Rule>& rules() const { return m_rules; }

private:
  Judgement ruling(const Destination& wanted) const;

  const Clock& m_clock;
  std::map<std::string, Rule> m_rules;
  std::deque<Destination> m_refused;  // Taken back, or declined for the run; newest last.
};

}  // namespace latchkey::network
