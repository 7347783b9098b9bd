// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/reach.h"

#include <algorithm>

namespace latchkey {
namespace {

std::string_view parentOf(std::string_view path) {
  auto slash = path.rfind('/');
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

// Name without its ending. A leading dot begins a name, not an ending.
std::string_view stemOf(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  auto dot = name.rfind('.');
  return dot == 0 || dot == std::string_view::npos ? name : name.substr(0, dot);
}

struct Reach {
  enum class Shape : uint8_t { Exact, Siblings, Folder, Tree };

  Shape shape;
  std::string_view path;  // The thing itself, or the folder it is about.
  std::string_view stem;  // Siblings only.
};

Reach reachOf(Kind kind, const Object& object) {
  std::string_view path = object.path;
  auto folder = kind == Kind::Folder ? path : parentOf(path);
  switch (object.scope) {
    case Scope::Siblings: return {Reach::Shape::Siblings, parentOf(path), stemOf(path)};
    case Scope::Folder: return {Reach::Shape::Folder, folder, {}};
    case Scope::Tree: return {Reach::Shape::Tree, folder, {}};
    default: return {Reach::Shape::Exact, path, {}};
  }
}

bool contains(const Reach& outer, const Reach& inner) {
  using Shape = Reach::Shape;
  switch (outer.shape) {
    case Shape::Exact: return inner.shape == Shape::Exact && inner.path == outer.path;
    case Shape::Siblings:
      if (inner.shape == Shape::Exact) return parentOf(inner.path) == outer.path && stemOf(inner.path) == outer.stem;
      return inner.shape == Shape::Siblings && inner.path == outer.path && inner.stem == outer.stem;
    case Shape::Folder:
      if (inner.shape == Shape::Exact) return inner.path == outer.path || parentOf(inner.path) == outer.path;
      return inner.shape != Shape::Tree && inner.path == outer.path;
    case Shape::Tree: return liesIn(inner.path, outer.path);
  }
  return false;
}

// The same path may lead to another thing by now. Where one thing alone was shown, that one was granted.
bool contradict(const Object& one, const Object& other) {
  bool known = one.inode != 0 && other.inode != 0;
  return known && (one.inode != other.inode || one.device != other.device);
}

}  // namespace

bool isCleanPath(std::string_view path) {
  if (path == "/") return true;
  if (path.empty() || path.front() != '/' || path.size() > 4095 || path.contains('\0')) return false;
  while (!path.empty()) {
    auto end = std::min(path.find('/', 1), path.size());
    auto part = path.substr(1, end - 1);
    if (part.empty() || part == "." || part == "..") return false;
    path.remove_prefix(end);
  }
  return true;
}

bool liesIn(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool reaches(Kind outerKind, const Object& outer, Kind innerKind, const Object& inner) {
  if (outer.see && !inner.see) return false;
  if (!hasPath(outerKind) || !hasPath(innerKind)) {
    return outerKind == innerKind && outer.scope == inner.scope && !outer.target.empty() &&
           outer.target == inner.target;
  }
  if (!isCleanPath(outer.path) || !isCleanPath(inner.path)) return false;
  auto reach = reachOf(outerKind, outer);
  if (reach.shape == Reach::Shape::Exact && contradict(outer, inner)) return false;
  return contains(reach, reachOf(innerKind, inner));
}

}  // namespace latchkey
