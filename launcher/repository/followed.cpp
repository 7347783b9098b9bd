// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/followed.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::repository {
namespace {

constexpr size_t NAME = 16;

}  // namespace

bool isFollowedName(std::string_view name) {
  return name.size() == NAME && name.find_first_not_of("0123456789abcdef") == name.npos;
}

std::vector<Followed> followedIn(const std::string& place) {
  std::vector<Followed> all;
  std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(place.c_str()), closedir);
  while (auto entry = listing ? readdir(listing.get()) : nullptr) {
    if (entry->d_name[0] == '.') continue;
    auto folder = place + "/" + entry->d_name;
    all.push_back({folder, Follower::load(folder)});
  }
  std::ranges::sort(all, {}, &Followed::folder);
  return all;
}

std::variant<Follower, Problem> followIn(const std::string& place, std::string location, const PublicKey& key,
                                         const Reach& reach) {
  if (location.size() > 1 && location.ends_with('/')) location.pop_back();
  auto folder = place + "/" + digestOf(location).substr(0, NAME);
  if (access((folder + "/state").c_str(), F_OK) == 0) return Problem{"it is followed already", Problem::Kind::Local};
  ensureOwnDirectory(place);
  return Follower::follow(folder, std::move(location), key, reach);
}

std::optional<Problem> unfollow(const Followed& followed) {
  std::error_code error;
  std::filesystem::remove_all(followed.folder, error);
  if (error) return Problem{error.message(), Problem::Kind::Local};
  return {};
}

}  // namespace latchkey::repository
