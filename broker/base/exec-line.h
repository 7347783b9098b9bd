// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From Exec= to an argument vector, without a shell.
//
// The value is taken apart once, by the quoting rules of the specification, and each argument the person gave becomes
// whole arguments of their own. So nothing inside a file name is ever split, unquoted or expanded, and marks that mean
// something to other launchers - `@@` of Flatpak's exports (CVE-2021-21381) - are plain text.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace latchkey {

struct ExecContext {
  std::string name = {};                    // %c
  std::string icon = {};                    // %i
  std::string file = {};                    // %k
  std::vector<std::string> arguments = {};  // %f %F %u %U; appended where Exec names no place for them.
};

struct ExecProblem {
  std::string reason = {};
};

using Expansion = std::variant<std::vector<std::string>, ExecProblem>;

// Never an empty vector. The first word is a path or a name to be searched.
Expansion expandExec(std::string_view exec, const ExecContext& context);

// The word quoted for Exec=, as expandExec() reads it back.
std::string quotedForExec(std::string_view word);

// Which of %f %F %u %U stands in `exec`: "" if none does.
std::string_view fileFieldCode(std::string_view exec);

}  // namespace latchkey
