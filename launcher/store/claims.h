// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app says that it will ask for, compared as sets of what that reaches.
//
// An update that claims more than the installed version has to wait for the person, so the question is: does every
// claim of the new version lie within one of the old? It is answered by what claims mean, not by how they are spelled:
// `~/Music` is `/home/me//Music/`, `Example.ORG.` is `example.org`, a folder holds what lies below it, a domain its
// hosts, any port one of them, writing reading. And it is answered in one direction only: what cannot be compared
// counts as more. So a comparison errs by asking, never by silence:
//
// - adding to the new claims, or taking from the old, never turns "asks more" into "does not";
// - if a second version asks no more than a first, and a third no more than the second, it asks no more than the first;
// - a path with steps in it (`..`), a variable, another person's home (`~anna`) is covered by the same text alone.
//
// Abilities, limits and slots are claims too: `ability`, `limit`, `slot`. A limit is an upper bound on what an app
// takes; of none Latchkey's own holds, which may be anything, so none is not comparable with any.

#include <string>
#include <vector>

#include "broker/schema/packages.capnp.h"

namespace latchkey::store {

struct Claim {
  std::string kind = {};
  std::string target = {};
  std::string access = "read";
  std::string reason = {};
  std::vector<std::pair<std::string, std::string>> reasons = {};  // Language and text.
};

struct ClaimDifference {
  schema::ClaimChange::State state = schema::ClaimChange::State::SAME;
  Claim claim = {};
  Claim before = {};
};

// All that a bundle claims, abilities, limits and slots after the rest.
std::vector<Claim> claimsOf(schema::BundleReport::Reader report);

class ClaimOrder {
public:
  // `home`: what `~` is. Also under its other name if it is reached by a link.
  explicit ClaimOrder(std::vector<std::string> homes);

  // Everything that `inner` reaches, `outer` reaches.
  bool covers(const Claim& outer, const Claim& inner) const;
  // Each new claim, then those that are gone.
  std::vector<ClaimDifference> compare(const std::vector<Claim>& before, const std::vector<Claim>& now) const;

private:
  bool coversFile(const Claim& outer, const Claim& inner) const;
  std::string place(std::string_view target) const;

  std::vector<std::string> m_homes;
};

bool asksMore(const std::vector<ClaimDifference>& differences);

void write(const std::vector<ClaimDifference>& differences, capnp::List<schema::ClaimChange>::Builder to);

}  // namespace latchkey::store
