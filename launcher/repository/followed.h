// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// All repositories that a person follows: one folder for each, in one place, named by where it is looked for.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/repository/follower.h"

namespace latchkey::repository {

struct Followed {
  std::string folder;
  std::variant<Follower, Problem> follower;

  std::string name() const { return folder.substr(folder.rfind('/') + 1); }
};

// Whether a folder can have this name.
bool isFollowedName(std::string_view name);
// By their folders.
std::vector<Followed> followedIn(const std::string& place);
// Begins to follow, in a folder of its own; the place is made if it is not there, its parent is. `location`: also a
// folder with a slash behind it. A problem where it is followed already.
std::variant<Follower, Problem> followIn(const std::string& place, std::string location, const PublicKey& key,
                                         const Reach& reach);
// What was installed from it stays.
std::optional<Problem> unfollow(const Followed& followed);

struct FollowedOffer {
  std::string followed;    // Name of its folder.
  std::string repository;  // Its id.
  Offer offer;

  // As an installed app keeps where it is from.
  std::string origin() const { return repository + (offer.channel == STABLE ? "" : ", " + offer.channel); }
};

}  // namespace latchkey::repository
