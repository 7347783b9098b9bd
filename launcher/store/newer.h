// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which of what repositories offer is the next version of what is installed.

#include <span>
#include <string>

#include "launcher/repository/followed.h"

namespace latchkey::store {

struct InstalledApp {
  std::string id = {};
  std::string version = {};
  std::string signer = {};  // A key's line.
  std::string origin = {};
  std::string pending = {};  // The version that waits; empty: none.
  bool automatic = true;
};

// The newest that is newer, of the same app and signer; null if there is none. Who installed it from one channel of a
// repository stays in that one (`fromRepository`: it is followed); what came in another way has the stable one of all.
const repository::FollowedOffer* newestFor(const InstalledApp& app, std::span<const repository::FollowedOffer> offers,
                                           bool fromRepository);

}  // namespace latchkey::store
