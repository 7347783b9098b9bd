// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where the person has Documents, Downloads and the like, from xdg-user-dirs. These names an app may know.

#include <string>
#include <vector>

namespace latchkey {

// Existing folders only, without symbolic links, sorted; never the home itself or something around it.
// `configuration`: the person's configuration directory, which holds user-dirs.dirs.
std::vector<std::string> standardFolders(const std::string& home, const std::string& configuration);

}  // namespace latchkey
