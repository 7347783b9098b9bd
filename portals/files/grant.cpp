// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/grant.h"

#include "portals/files/rules.h"

namespace latchkey::files {

bool Grant::usable(const Clock& clock) const {
  if (state.load() != State::Active) return false;
  if (bytesLimit != 0 && bytesRead.load() + bytesWritten.load() >= bytesLimit) return false;
  return deadline.never() || !deadline.passed(clock);
}

bool Grant::usableAgain(const Clock& clock) const {
  return usable(clock) && (usesLimit == 0 || uses.load() < usesLimit);
}

Where Grant::where() const {
  switch (scope) {
    case schema::Scope::SIBLINGS: return {Shape::Siblings, path};
    case schema::Scope::PATTERN: return {Shape::Pattern, path};
    case schema::Scope::FOLDER: return {Shape::Folder, root};
    case schema::Scope::TREE: return {Shape::Tree, root};
    default: return {Shape::Exact, path};
  }
}

bool Grant::covers(std::string_view what) const { return where().covers(what); }

bool Grant::coversContent(std::string_view folder) const {
  if (scope == schema::Scope::FOLDER) return folder == root;
  return scope == schema::Scope::TREE && isWithin(folder, root);
}

Counters Grant::counters() const {
  return {live.load(), uses.load(), bytesRead.load(), bytesWritten.load(), used.load()};
}

void Grant::opened(const Clock& clock) {
  ++live;
  ++uses;
  used.store(toNanos(clock.wall()));
}

}  // namespace latchkey::files
