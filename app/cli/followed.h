// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Repositories that the person follows, and what they offer.

#include <string>
#include <variant>
#include <vector>

#include "app/cli/command.h"
#include "launcher/repository/follower.h"

namespace latchkey::cli {

struct Followed {
  std::string folder;
  std::variant<repository::Follower, repository::Problem> follower;

  std::string name() const { return folder.substr(folder.rfind('/') + 1); }
};

// One folder for each place it is looked for.
std::string folderOf(const Call& call, const std::string& location);
std::vector<Followed> followed(const Call& call);

// What is needed to ask a repository.
struct Hands {
  explicit Hands(const Call& call) : reach{fetcher, packer, call.clock} {}
  KJ_DISALLOW_COPY_AND_MOVE(Hands);

  repository::Fetcher fetcher;
  repository::Packer packer;
  repository::Reach reach;
};

struct FollowedOffer {
  std::string followed;    // Name of its folder.
  std::string repository;  // Its id.
  repository::Offer offer;

  // As an installed app keeps where it is from.
  std::string origin() const { return repository + (offer.channel == repository::STABLE ? "" : ", " + offer.channel); }
};

// Asks all at once for what is new, and complains of those that cannot be had; then all that they offer.
std::vector<FollowedOffer> freshOffers(const Call& call);

}  // namespace latchkey::cli
