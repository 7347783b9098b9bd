// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/followed.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "broker/base/log.h"
#include "broker/base/text.h"

namespace latchkey::cli {

using namespace repository;

std::vector<Followed> followed(const Call& call) { return followedIn(call.link.places().repositories()); }

namespace {

constexpr size_t AT_ONCE = 8;

// Whether something is new, of each: at the same time, since each has to be waited for.
void refreshAll(const Call& call, std::vector<Followed>& all, std::vector<std::optional<Problem>>& problems) {
  std::atomic<size_t> next = 0;
  auto loop = [&] {
    Hands hands(call);
    for (size_t i; (i = next++) < all.size();) {
      auto follower = std::get_if<Follower>(&all[i].follower);
      if (follower == nullptr) continue;
      KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                     auto news = follower->refresh(hands.reach);
                     if (auto problem = std::get_if<Problem>(&news)) problems[i] = std::move(*problem);
                   }))
        problems[i] = Problem{reason(*exception), Problem::Kind::Local};
    }
  };
  std::vector<std::jthread> others;
  for (size_t i = 1; i < std::min(AT_ONCE, all.size()); ++i) others.emplace_back(loop);
  loop();
}

}  // namespace

std::vector<FollowedOffer> freshOffers(const Call& call) {
  std::vector<FollowedOffer> offers;
  auto complain = [](const std::string& of, const Problem& problem) {
    Console::complain(brief(of, 200) + ": " + problem.reason);
  };
  auto all = followed(call);
  std::vector<std::optional<Problem>> problems(all.size());
  refreshAll(call, all, problems);
  for (size_t i = 0; i < all.size(); ++i) {
    auto& one = all[i];
    if (auto problem = std::get_if<Problem>(&one.follower)) {
      complain(one.folder, *problem);
      continue;
    }
    auto& follower = std::get<Follower>(one.follower);
    // Who cannot be asked is believed as long as their last word was to hold.
    if (problems[i]) complain(follower.location(), *problems[i]);
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
