// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A Debian package's file, taken apart into what becomes files/ of a bundle. In the confined process only (bundler.h).
//
// What it installs in /usr and /opt is taken, and of what is said about it the name, the version and one sentence. Its
// scripts are not even unpacked. What has no place in a bundle is left out by name: what would run as somebody else,
// devices, settings of the system, links that lead elsewhere.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "launcher/bundle/bundle-file.h"

namespace latchkey {

struct DebianFile {
  std::string name = {};
  std::string version = {};
  std::string summary = {};
  std::vector<std::string> leftOut = {};  // "/etc/x: only what is in /usr and /opt is taken along".
};

// `file`: open for reading. `folder`: empty, in which files/ is made. What lies in it after a problem is to be removed.
std::variant<DebianFile, BundleProblem> unpackDebianFile(int file, uint64_t size, int folder);

}  // namespace latchkey
