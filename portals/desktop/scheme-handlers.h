// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whether anything here opens addresses of a scheme, as the person's folders of applications say.

#include <string>
#include <vector>

namespace latchkey::desktop {

// A scheme as RFC 3986 has it.
bool isScheme(const std::string& text);
// Folders that hold "applications/", most important first: XDG_DATA_HOME and XDG_DATA_DIRS.
std::vector<std::string> dataFolders();
bool hasHandler(const std::string& scheme, const std::vector<std::string>& folders);

}  // namespace latchkey::desktop
