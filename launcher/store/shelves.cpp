// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/shelves.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <tuple>

namespace latchkey::store {
namespace {

using namespace repository;

std::vector<std::string> foldersIn(const std::string& place) {
  std::vector<std::string> all;
  std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(place.c_str()), closedir);
  while (auto entry = listing ? readdir(listing.get()) : nullptr) {
    if (entry->d_name[0] != '.') all.push_back(place + "/" + entry->d_name);
  }
  std::ranges::sort(all);
  return all;
}

std::string lowered(std::string text) {
  for (auto& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool has(const std::vector<InstalledApp>& installed, const std::string& id) {
  return std::ranges::binary_search(installed, id, {}, &InstalledApp::id);
}

// Names in any language count.
int rankOf(const Offer& offer, const std::string& word) {
  auto begins = [&](const std::string& name) { return lowered(name).starts_with(word); };
  bool first = begins(offer.name) || std::ranges::any_of(offer.translations, begins, &Offer::Words::name);
  return first ? 0 : lowered(offer.name).find(word) != std::string::npos ? 1 : 2;
}

}  // namespace

FollowedOffer Shelves::Found::copy() const {
  return {.followed = shelf->followed.name(),
          .repository = std::get<Follower>(shelf->followed.follower).head().id,
          .offer = *offer};
}

Shelves::Mark Shelves::markOf(const std::string& folder) {
  struct stat status{};
  if (stat((folder + "/state").c_str(), &status) < 0) return {};
  return {.inode = status.st_ino, .changed = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

void Shelves::fill(Shelf& shelf, const Clock& clock) {
  shelf.trouble.clear();
  auto follower = std::get_if<Follower>(&shelf.followed.follower);
  if (follower == nullptr) {
    shelf.trouble = std::get<Problem>(shelf.followed.follower).reason;
    return;
  }
  shelf.contact = follower->contact();
  if (!shelf.catalog) {
    auto catalog = follower->catalog();
    if (auto problem = std::get_if<Problem>(&catalog)) shelf.trouble = problem->reason;
    else shelf.catalog = std::move(std::get<Catalog>(catalog));
  }
  if (auto stale = follower->staleness(clock)) shelf.trouble = stale->reason;
}

std::vector<const Shelves::Shelf*> Shelves::all(const Clock& clock) {
  std::vector<std::unique_ptr<Held>> now;
  std::vector<const Shelf*> shelves;
  for (auto& folder : foldersIn(m_place)) {
    auto mark = markOf(folder);
    auto held = std::ranges::find_if(m_held, [&](auto& one) { return one && one->shelf.followed.folder == folder; });
    // What could not be read is read again.
    if (held != m_held.end() && mark == (*held)->mark && (*held)->shelf.catalog) now.push_back(std::move(*held));
    else
      now.push_back(std::make_unique<Held>(
          Held{.shelf = {.followed = {.folder = folder, .follower = Follower::load(folder)}}, .mark = mark}));
    fill(now.back()->shelf, clock);
    shelves.push_back(&now.back()->shelf);
  }
  m_held = std::move(now);
  return shelves;
}

std::vector<Shelves::Found> Shelves::search(const std::vector<std::string>& words,
                                            const std::vector<InstalledApp>& installed, size_t most, size_t& whole,
                                            const Clock& clock) {
  using Ranked = std::tuple<int, std::string, Found>;
  std::vector<Ranked> ranked;
  auto first = words.empty() ? std::string() : lowered(words[0]);
  for (auto* shelf : all(clock)) {
    if (!shelf->catalog) continue;
    auto& head = std::get<Follower>(shelf->followed.follower).head();
    for (auto* offer : shelf->catalog->search(words)) {
      if (has(installed, offer->id) || head.revokes(offer->signer)) continue;
      ranked.emplace_back(rankOf(*offer, first), lowered(offer->name.empty() ? offer->id : offer->name),
                          Found{.shelf = shelf, .offer = offer});
    }
  }
  whole = ranked.size();
  auto before = [](const Ranked& one, const Ranked& other) {
    return std::tie(std::get<0>(one), std::get<1>(one)) < std::tie(std::get<0>(other), std::get<1>(other));
  };
  std::ranges::stable_sort(ranked, before);
  if (ranked.size() > most) ranked.resize(most);
  std::vector<Found> found;
  for (auto& one : ranked) found.push_back(std::get<2>(one));
  return found;
}

std::vector<Shelves::Newer> Shelves::newer(const std::vector<InstalledApp>& installed, const Clock& clock) {
  std::vector<Newer> list;
  auto shelves = all(clock);
  for (auto& app : installed) {
    if (app.version.empty()) continue;
    std::vector<FollowedOffer> offers;
    bool fromRepository = false;
    for (auto* shelf : shelves) {
      if (!shelf->trouble.empty() || !shelf->catalog) continue;
      auto& head = std::get<Follower>(shelf->followed.follower).head();
      fromRepository |= app.origin == head.id || app.origin.starts_with(head.id + ", ");
      auto& all = shelf->catalog->offers;
      auto [from, to] = std::ranges::equal_range(all, app.id, {}, &Offer::id);
      for (auto at = from; at != to; ++at) {
        if (!head.revokes(at->signer)) offers.push_back(Found{.shelf = shelf, .offer = &*at}.copy());
      }
    }
    auto newest = newestFor(app, offers, fromRepository);
    if (newest == nullptr) continue;
    list.push_back({.offered = *newest,
                    .installed = app.version,
                    .waits = app.pending == newest->offer.version,
                    .automatic = app.automatic});
  }
  return list;
}

}  // namespace latchkey::store
