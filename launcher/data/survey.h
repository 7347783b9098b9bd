// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a folder or a file of the person's holds, before it is copied. Links are told, never entered; what is neither
// file, folder nor a link that stays within is left out by name.

#include <kj/io.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::data {

struct Entry {
  std::string relative = {};  // Empty: the thing itself.
  struct stat status = {};
  std::string target = {};  // Of a link.
};

struct LeftOut {
  std::string path = {};  // As the person has it: below what was surveyed, with its name first.
  std::string why = {};   // "a socket", "cannot be read": fit to be shown.
};

struct Survey {
  std::vector<Entry> entries = {};  // Folders before what is in them.
  uint64_t files = 0;               // And links.
  uint64_t bytes = 0;               // Of all files.
  std::vector<LeftOut> leftOut = {};
};

constexpr size_t MAX_ENTRIES = 1'000'000;
constexpr unsigned MAX_DEPTH = 100;

// `root`: a folder, or a file, opened O_PATH without following a link. `name`: what it is called when something of it
// is told. Throws with one line if it is neither or holds more than can be copied.
Survey survey(int root, const std::string& name);

// Without a link anywhere below `home`, as an O_PATH descriptor. Throws with one line.
kj::AutoCloseFd openBelow(const std::string& home, const std::string& relative);

}  // namespace latchkey::data
