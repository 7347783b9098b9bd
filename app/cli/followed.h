// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Repositories that the person follows, and what they offer.

#include <vector>

#include "app/cli/command.h"
#include "launcher/repository/followed.h"

namespace latchkey::cli {

std::vector<repository::Followed> followed(const Call& call);

// What is needed to ask a repository.
struct Hands {
  explicit Hands(const Call& call) : reach{fetcher, packer, call.clock} {}
  KJ_DISALLOW_COPY_AND_MOVE(Hands);

  repository::Fetcher fetcher;
  repository::Packer packer;
  repository::Reach reach;
};

// Asks all at once for what is new, and complains of those that cannot be had; then all that they offer.
std::vector<repository::FollowedOffer> freshOffers(const Call& call);

}  // namespace latchkey::cli
