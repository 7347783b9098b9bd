// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What followed repositories said last, kept in memory so that a search takes as long as looking through it. Nobody is
// asked for anything. Whoever changes what lies on the disk meanwhile - a refresh, also of another program - is noticed
// by the file that it replaces.
//
// For one thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "launcher/repository/followed.h"
#include "launcher/store/newer.h"

namespace latchkey::store {

class Shelves {
public:
  explicit Shelves(std::string place) : m_place(std::move(place)) {}

  struct Shelf {
    repository::Followed followed;
    std::optional<repository::Catalog> catalog = {};
    repository::Contact contact = {};
    std::string trouble = {};  // Why nothing of it can be installed.
  };
  // As they are now.
  std::vector<const Shelf*> all(const Clock& clock);

  struct Found {
    const Shelf* shelf;
    const repository::Offer* offer;

    repository::FollowedOffer copy() const;
  };
  // What has each of the words and is not of an app in `installed`, which is sorted by id; the best first, at most
  // `most`. Revoked signers are left out. `whole`: of how many.
  std::vector<Found> search(const std::vector<std::string>& words, const std::vector<InstalledApp>& installed,
                            size_t most, size_t& whole, const Clock& clock);

  struct Newer {
    repository::FollowedOffer offered;
    std::string installed = {};
    bool waits = false;
    bool automatic = false;
  };
  // Of repositories that are not out of date.
  std::vector<Newer> newer(const std::vector<InstalledApp>& installed, const Clock& clock);

private:
  struct Mark {
    uint64_t inode = 0;
    int64_t changed = 0;
    bool operator==(const Mark&) const = default;
  };
  struct Held {
    Shelf shelf;
    Mark mark = {};
  };
  static Mark markOf(const std::string& folder);
  static void fill(Shelf& shelf, const Clock& clock);

  std::string m_place;
  std::vector<std::unique_ptr<Held>> m_held;
};

}  // namespace latchkey::store
