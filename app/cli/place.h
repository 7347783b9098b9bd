// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A place on disk as a person types it, resolved at once: what was typed is what is granted.

#include <kj/io.h>

#include <string>

#include "broker/schema/grant.capnp.h"

namespace latchkey::cli {

struct Place {
  schema::Kind kind = schema::Kind::FILE;
  schema::Scope scope = schema::Scope::FILE;
  std::string path{};  // Of scope `pattern` with the pattern as its last part.
  uint64_t device = 0, inode = 0;
  kj::AutoCloseFd fd{};  // O_PATH; of scope `pattern` the folder.

  void fill(schema::Object::Builder object) const;
};

// Without a scope: a file alone, a folder with all below. Throws UsageError for what is not there, or is not of that
// scope.
Place choosePlace(const std::string& typed, kj::Maybe<schema::Scope> scope);

// Absolute, as it would be from here; nothing is looked at.
std::string absolutePath(const std::string& typed);

}  // namespace latchkey::cli
