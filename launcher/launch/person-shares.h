// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The person's own fonts, icons and themes: looks, not documents. Shown read-only to every app, so that it looks as at
// home.

#include <kj/io.h>

#include <string>
#include <vector>

namespace latchkey {

struct PersonShare {
  std::string below = {};  // Path relative to the home.
  kj::AutoCloseFd fd;
};

// Those that are plain directories reached without symbolic links, and not empty.
std::vector<PersonShare> personShares(const std::string& home);

}  // namespace latchkey
