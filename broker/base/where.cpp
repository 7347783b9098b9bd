// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/where.h"

#include <algorithm>
#include <climits>

namespace latchkey {
namespace {

std::string_view parentOf(std::string_view path) {
  auto slash = path.rfind('/');
  return slash == 0 || slash == path.npos ? std::string_view("/") : path.substr(0, slash);
}

std::string_view nameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool liesIn(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool isHidden(std::string_view name) { return name.starts_with('.'); }

size_t depthOf(std::string_view path) { return path == "/" ? 0 : static_cast<size_t>(std::ranges::count(path, '/')); }

bool isContinued(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The length of the set that begins here ("[a-z]", "[!]x]"), 0 if it has no end.
size_t lengthOfSet(std::string_view pattern) {
  size_t at = pattern.starts_with("[!") ? 2 : 1;
  auto end = pattern.find(']', at + 1);
  return end == pattern.npos ? 0 : end + 1;
}

bool isInSet(std::string_view set, char c) {
  bool negated = set.starts_with("[!");
  auto inner = set.substr(negated ? 2 : 1, set.size() - (negated ? 3 : 2));
  auto value = static_cast<unsigned char>(c);
  bool found = false;
  for (size_t at = 0; at < inner.size(); ++at) {
    auto low = static_cast<unsigned char>(inner[at]), high = low;
    if (at + 2 < inner.size() && inner[at + 1] == '-') {
      high = static_cast<unsigned char>(inner[at + 2]);
      at += 2;
    }
    found = found || (value >= low && value <= high);
  }
  return found != negated;
}

// One step of the pattern other than "*" against the beginning of `name`: how much each of them is used up, if it fits.
struct Step {
  size_t pattern = 0, name = 0;
};

Step stepOf(std::string_view pattern, std::string_view name) {
  if (name.empty()) return {};
  if (pattern.front() == '?') {
    size_t length = 1;
    while (length < name.size() && isContinued(name[length])) ++length;
    return {1, length};
  }
  if (pattern.front() == '[') {
    auto length = lengthOfSet(pattern);
    return isInSet(pattern.substr(0, length), name.front()) ? Step{length, 1} : Step{};
  }
  return pattern.front() == name.front() ? Step{1, 1} : Step{};
}

}  // namespace

std::string_view stemOf(std::string_view name) {
  auto dot = name.rfind('.');
  return dot == 0 || dot == name.npos ? name : name.substr(0, dot);
}

bool isSibling(std::string_view name, std::string_view of) {
  if (isHidden(name) || isHidden(of)) return false;
  auto stem = stemOf(of);
  return name.starts_with(stem) && (name.size() == stem.size() || name[stem.size()] == '.');
}

std::string faultOfPattern(std::string_view pattern) {
  if (pattern.empty() || pattern.size() > NAME_MAX) return "a pattern is the name of a file, of 1 to 255 bytes";
  if (pattern.contains('/') || pattern.contains('\0')) return "a pattern is about names in one folder: it has no /";
  if (isHidden(pattern)) return "a pattern matches no hidden files: it does not begin with a dot";
  if (pattern.find_first_of("*?[") == pattern.npos)
    return "a pattern has *, ? or [ in it; without, name the file itself";
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '[') continue;
    auto length = lengthOfSet(pattern.substr(at));
    if (length == 0) return "a pattern's [ needs a ]";
    at += length - 1;
  }
  return {};
}

// Goes back to the last "*" alone: what came before it fitted as early as it could. So the time is at most that of the
// two lengths multiplied.
bool matches(std::string_view pattern, std::string_view name) {
  if (name.empty() || isHidden(name) || !faultOfPattern(pattern).empty()) return false;
  std::string_view afterStar, retry;
  bool star = false;
  while (!name.empty() || !pattern.empty()) {
    if (pattern.starts_with('*')) {
      star = true;
      pattern.remove_prefix(1);
      afterStar = pattern;
      retry = name;
      continue;
    }
    auto step = pattern.empty() ? Step{} : stepOf(pattern, name);
    if (step.pattern != 0) {
      pattern.remove_prefix(step.pattern);
      name.remove_prefix(step.name);
      continue;
    }
    if (!star || retry.empty()) return false;
    retry.remove_prefix(1);
    name = retry;
    pattern = afterStar;
  }
  return true;
}

std::string_view Where::root() const {
  return shape == Shape::Siblings || shape == Shape::Pattern ? parentOf(path) : path;
}

bool Where::covers(std::string_view other) const {
  switch (shape) {
    case Shape::Exact: return other == path;
    case Shape::Pattern: return other != "/" && parentOf(other) == root() && matches(nameOf(path), nameOf(other));
    case Shape::Siblings:
      return other == path || (other != "/" && parentOf(other) == root() && isSibling(nameOf(other), nameOf(path)));
    case Shape::Folder: return other == path || (other != "/" && parentOf(other) == path);
    case Shape::Tree: return liesIn(other, path);
  }
  return false;
}

bool isMoreSpecific(const Where& one, const Where& other) {
  auto depth = depthOf(one.root()), otherDepth = depthOf(other.root());
  return depth != otherDepth ? depth > otherDepth : one.shape > other.shape;
}

bool isAsSpecific(const Where& one, const Where& other) {
  return depthOf(one.root()) == depthOf(other.root()) && one.shape == other.shape;
}

bool contains(const Where& outer, const Where& inner) {
  if (inner.shape == Shape::Exact) return outer.covers(inner.path);
  switch (outer.shape) {
    case Shape::Exact: return false;
    case Shape::Pattern: return inner.shape == Shape::Pattern && inner.path == outer.path;
    case Shape::Siblings:
      return inner.shape == Shape::Siblings && inner.root() == outer.root() &&
             stemOf(nameOf(inner.path)) == stemOf(nameOf(outer.path)) && !isHidden(nameOf(inner.path));
    case Shape::Folder: return inner.shape != Shape::Tree && inner.root() == outer.path;
    case Shape::Tree: return liesIn(inner.root(), outer.path);
  }
  return false;
}

}  // namespace latchkey
