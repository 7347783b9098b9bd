// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// An open folder being listed, as a stream: the host's own positions are the sandbox's, so that a folder of any size
// costs one buffer while a request is served and nothing in between. What is there only for the sandbox comes after.

#include <string>
#include <vector>

#include "portals/files/session.h"

namespace latchkey::files {

struct Session::Listing {
  struct Entry {
    std::string_view name;
    uint64_t inode;
    mode_t type;
    off_t next;  // Where the one after it begins.
  };
  // Names of ours after the host's, as they were when the host's ended.
  std::vector<std::string> extras;
};

// Positions of extras: host positions are hashes or counts that do not come near.
constexpr off_t EXTRAS = 1LL << 62;

}  // namespace latchkey::files
