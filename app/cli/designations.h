// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Naming is consent: which arguments of a command line the person typed are things they hand over.
//
// Only a whole argument counts, never a part of one (`--file=x`, `of=x`), and never one that begins with `-`. It is
// opened once, here, and travels as that descriptor: what the path means later does not matter. Because the program
// sees things at their own resolved place, the argument becomes that place.
//
// Not handed over by being named: what is the system's (`/usr`, `/etc`, ...), which the program sees anyway or must
// not; the home itself and whatever contains it, which nobody means by naming it; devices, sockets and pipes. What
// Latchkey keeps for itself, and ceilings, are the broker's to refuse.

#include <string>
#include <vector>

#include "broker/base/files.h"

namespace latchkey::cli {

struct Named {
  Resolved thing;
  size_t argument = 0;  // Its index.
};

struct NamedArguments {
  std::vector<std::string> arguments;  // As the program gets them.
  std::vector<Named> things;
};

struct WorkingDirectory {
  std::string path;      // Resolved. Relative arguments start here.
  bool granted = false;  // --here: the program starts there too, so that names below it mean the same inside.
};

NamedArguments findNamed(std::vector<std::string> arguments, const WorkingDirectory& directory,
                         const std::string& home);

// Whether a thing at this resolved path is handed over by being named.
bool canBeNamed(const std::string& path, const std::string& home);

// The path of a `file:` URI of this machine. Nothing for any other text.
kj::Maybe<std::string> pathOfUri(const std::string& uri);
std::string uriOfPath(const std::string& path);

}  // namespace latchkey::cli
