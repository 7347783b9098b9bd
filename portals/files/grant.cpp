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

bool Grant::covers(std::string_view what) const {
  switch (scope) {
    case schema::Scope::FILE: return what == path;
    case schema::Scope::SIBLINGS: return parentOf(what) == root && isSibling(nameOf(what), nameOf(path));
    case schema::Scope::FOLDER: return what == root || (what != "/" && parentOf(what) == root);
    case schema::Scope::TREE: return isWithin(what, root);
    default: return false;
  }
}

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
