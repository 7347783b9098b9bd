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

// The same path may lead to another thing by now. Where one thing alone was shown, that one was granted.
bool contradict(const Object& one, const Object& other) {
  bool known = one.inode != 0 && other.inode != 0;
  return known && (one.inode != other.inode || one.device != other.device);
}

template <typename Place>
bool covers(kj::Maybe<Place> outer, kj::Maybe<Place> inner) {
  KJ_IF_MAYBE (wide, outer) {
    KJ_IF_MAYBE (narrow, inner) return wide->covers(*narrow);
  }
  return false;
}

bool coversTarget(Kind kind, const std::string& outer, const std::string& inner) {
  if (kind == Kind::Network) return covers(destinationFrom(outer), destinationFrom(inner));
  if (kind == Kind::Service) return covers(serviceFrom(outer), serviceFrom(inner));
  return covers(listeningFrom(outer), listeningFrom(inner));
}

template <typename Place>
bool isWrittenSo(const kj::Maybe<Place>& place, const std::string& target) {
  KJ_IF_MAYBE (known, place) return known->text() == target;
  return false;
}

}  // namespace

bool isCanonical(Kind kind, const std::string& target) {
  if (kind == Kind::Network) return isWrittenSo(destinationFrom(target), target);
  if (kind == Kind::Service) return isWrittenSo(serviceFrom(target), target);
  return isWrittenSo(listeningFrom(target), target);
}

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

Where whereOf(Kind kind, const Object& object) {
  std::string_view path = object.path;
  auto folder = kind == Kind::Folder ? path : parentOf(path);
  switch (object.scope) {
    case Scope::Siblings: return {Shape::Siblings, path};
    case Scope::Pattern: return {Shape::Pattern, path};
    case Scope::Folder: return {Shape::Folder, folder};
    case Scope::Tree: return {Shape::Tree, folder};
    default: return {Shape::Exact, path};
  }
}

bool reaches(Kind outerKind, const Object& outer, Kind innerKind, const Object& inner) {
  if (outer.see && !inner.see) return false;
  if (outerKind == innerKind && isOfNetwork(outerKind)) return coversTarget(outerKind, outer.target, inner.target);
  if (!hasPath(outerKind) || !hasPath(innerKind)) {
    return outerKind == innerKind && outer.scope == inner.scope && !outer.target.empty() &&
           outer.target == inner.target;
  }
  if (!isCleanPath(outer.path) || !isCleanPath(inner.path)) return false;
  auto where = whereOf(outerKind, outer);
  if (where.shape == Shape::Exact && contradict(outer, inner)) return false;
  // Names are all that such a grant is about, and a folder of that name is not meant.
  if (where.isByName() && innerKind == Kind::Folder) return false;
  return contains(where, whereOf(innerKind, inner));
}

}  // namespace latchkey
