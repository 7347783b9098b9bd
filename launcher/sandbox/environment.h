// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which variables of the person's session an app gets to see: a list of names, not a list of exceptions. Tokens,
// agents' sockets, bus addresses and loader switches are not on it and so need no naming.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::sandbox {

using Environment = std::vector<std::pair<std::string, std::string>>;

// The known names of `session` with sane values, sorted by name, each once (the last wins).
Environment passedOn(const Environment& session);

// The value of `name`; empty if there is none.
std::string valueOf(const Environment& environment, std::string_view name);

}  // namespace latchkey::sandbox
