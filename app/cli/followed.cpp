// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/followed.h"

#include "broker/base/text.h"

namespace latchkey::cli {

using namespace repository;

std::vector<Followed> followed(const Call& call) { return followedIn(call.link.places().repositories()); }

std::vector<FollowedOffer> freshOffers(const Call& call) {
  std::vector<FollowedOffer> offers;
  Hands hands(call);
  auto complain = [](const std::string& of, const Problem& problem) {
    Console::complain(brief(of, 200) + ": " + problem.reason);
  };
  for (auto& one : followed(call)) {
    if (auto problem = std::get_if<Problem>(&one.follower)) {
      complain(one.folder, *problem);
      continue;
    }
    auto& follower = std::get<Follower>(one.follower);
    // Who cannot be asked is believed as long as their last word was to hold.
    auto news = follower.refresh(hands.reach);
    if (auto problem = std::get_if<Problem>(&news)) complain(follower.location(), *problem);
    if (follower.staleness(call.clock)) continue;
    auto catalog = follower.catalog();
    if (auto problem = std::get_if<Problem>(&catalog)) {
      complain(follower.location(), *problem);
      continue;
    }
    for (auto& offer : std::get<Catalog>(catalog).offers)
      offers.push_back({.followed = one.name(), .repository = follower.head().id, .offer = std::move(offer)});
  }
  return offers;
}

}  // namespace latchkey::cli
