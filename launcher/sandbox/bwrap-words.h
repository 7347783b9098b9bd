// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A plan in the words of bubblewrap. The only place that knows them.
//
// Nothing that an app, a desktop file or a person chose stands where bubblewrap could take it for an option: each value
// follows an option that consumes exactly it, and the program with its arguments is not here at all (see starter.h).

#include <string>
#include <vector>

#include "launcher/sandbox/operation.h"

namespace latchkey::sandbox {

// A descriptor that bubblewrap must find at `number`.
struct Inherited {
  enum class Kind { Content, Slot, Calls, Arguments };
  int number = 0;
  Kind kind = Kind::Slot;
  std::string content = {};  // Content
  unsigned slot = 0;         // Slot
  Abilities abilities = {};  // Calls, Arguments: the two system call filters.
  auto operator<=>(const Inherited&) const = default;
};

struct BwrapWords {
  std::vector<std::string> words = {};
  std::vector<Inherited> descriptors = {};

  // As `--args` wants it: each word ended by a NUL. Throws if a word holds one.
  std::string joined() const;
};

BwrapWords inBwrapWords(const Plan& plan, int firstDescriptor);

}  // namespace latchkey::sandbox
