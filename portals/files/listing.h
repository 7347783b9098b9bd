// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// An open folder being listed: entries are read once, at the first request or a rewind, and then handed out in order.

#include <string>
#include <vector>

#include "portals/files/session.h"

namespace latchkey::files {

struct Session::Listing {
  struct Entry {
    std::string name;
    uint64_t inode;
    mode_t type;
  };
  bool filled = false;
  std::vector<Entry> entries;
};

}  // namespace latchkey::files
