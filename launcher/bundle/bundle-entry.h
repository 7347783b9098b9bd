// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One thing in a bundle, and what may be one.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/bundle/link-target.h"

namespace latchkey {

struct BundleEntry {
  enum class Type { File, Directory, Link };
  Type type = Type::File;
  std::string path = {};
  bool executable = false;  // Of a file.
  uint64_t size = 0;
  std::string digest = {};
  std::string target = {};  // Of a link.
  bool operator==(const BundleEntry&) const = default;
};

namespace bundle {

constexpr std::string_view MANIFEST = "manifest.toml";
constexpr std::string_view FILES = "files";
constexpr size_t MAX_ENTRIES = 200'000;
constexpr uint64_t MAX_BYTES = uint64_t{4} << 30;  // Of all files together.
constexpr uint64_t MAX_SURVEYED = 64 << 10;        // A manifest, or a desktop entry.

}  // namespace bundle

// Whether the rules may want to see its content: the manifest, and what a desktop entry of a command could be.
bool isSurveyed(const BundleEntry& entry);

// The order in list and archive: the manifest, then by the bytes of the paths - folders before what is in them.
bool goesBefore(const BundleEntry& one, const BundleEntry& other);

// What is wrong with the entries as a whole and in their order; empty if they may be a bundle. Refused is what could
// be read in two ways or lead out: see packaging/FORMAT.md. Names that differ too little: folded-names.h.
std::string objectionTo(const std::vector<BundleEntry>& entries);

}  // namespace latchkey
