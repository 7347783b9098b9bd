// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/bundle-entry.h"

#include <algorithm>
#include <format>
#include <unordered_set>

#include "broker/base/text.h"

namespace latchkey {
namespace {

using Type = BundleEntry::Type;

std::string nameProblem(std::string_view path) {
  if (path.empty() || path.size() > bundle::MAX_PATH) return "a name is empty or too long";
  if (escaped(path) != path) return "a name holds control, invisible or malformed characters";
  if (path.starts_with('/')) return "a name is absolute";
  unsigned depth = 0;
  for (size_t start = 0; start <= path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    auto part = path.substr(start, end - start);
    if (part.empty()) return "a name has an empty part";
    if (part == "." || part == "..") return "a name has steps in it (. or ..)";
    if (part.size() > bundle::MAX_NAME) return "a name is too long";
    if (++depth > bundle::MAX_DEPTH) return "folders are nested too deep";
    start = end + 1;
  }
  bool known = path == bundle::MANIFEST || path == bundle::FILES ||
               (path.starts_with(bundle::FILES) && path[bundle::FILES.size()] == '/');
  return known ? "" : "only manifest.toml and files/ may be in a bundle";
}

unsigned foldersAbove(std::string_view path) { return static_cast<unsigned>(std::ranges::count(path, '/')); }

std::string entryProblem(const BundleEntry& entry) {
  if (auto problem = nameProblem(entry.path); !problem.empty()) return problem;
  if (entry.path == bundle::MANIFEST && entry.type != Type::File) return "it must be a file";
  if (entry.path == bundle::FILES && entry.type != Type::Directory) return "it must be a folder";
  if (entry.type != Type::Link) return "";
  if (escaped(entry.target) != entry.target)
    return "it leads to a name with control, invisible or malformed characters";
  // The folder files/ is what an app sees: a link may not leave that.
  return staysBelow(entry.target, foldersAbove(entry.path) - 1) ? ""
                                                                : "it is a link that leads out, or takes steps back";
}

}  // namespace

bool isSurveyed(const BundleEntry& entry) {
  bool small = entry.type == BundleEntry::Type::File && entry.size <= bundle::MAX_SURVEYED;
  return small && (entry.path == bundle::MANIFEST || entry.path.ends_with(".desktop"));
}

bool goesBefore(const BundleEntry& one, const BundleEntry& other) {
  auto rank = [](auto& entry) { return entry.path == bundle::MANIFEST ? 0 : 1; };
  return rank(one) != rank(other) ? rank(one) < rank(other) : one.path < other.path;
}

std::string objectionTo(const std::vector<BundleEntry>& entries) {
  if (entries.size() > bundle::MAX_ENTRIES) return std::format("it holds more than {} files", bundle::MAX_ENTRIES);
  if (entries.empty() || entries[0].path != bundle::MANIFEST) return "it has no manifest.toml";
  std::unordered_set<std::string_view> directories;
  uint64_t bytes = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    auto& entry = entries[i];
    auto said = [&](std::string_view problem) { return brief(entry.path, 200) + ": " + std::string(problem); };
    if (auto problem = entryProblem(entry); !problem.empty()) return said(problem);
    if (i > 0 && !goesBefore(entries[i - 1], entry)) {
      return said(entries[i - 1].path == entry.path ? "it is there twice" : "it is not in its order");
    }
    if (auto slash = entry.path.rfind('/'); slash != entry.path.npos) {
      // By a folder alone: below a link or a file nothing can lie.
      if (!directories.contains(std::string_view(entry.path).substr(0, slash)))
        return said("it lies in something that is no folder of the bundle");
    }
    if (entry.type == Type::Directory) directories.insert(entry.path);
    bytes += entry.type == Type::File ? entry.size : 0;
    if (entry.size > bundle::MAX_BYTES || bytes > bundle::MAX_BYTES)
      return std::format("unpacked it would be larger than {} MB", bundle::MAX_BYTES / 1'000'000);
  }
  return "";
}

}  // namespace latchkey
