// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Removing what an app leaves behind, whatever it made of it: directories nobody may enter or change (also Go's module
// cache is so), directories nested deeper than there are descriptors, links to anywhere. No link is followed, and no
// more than a few descriptors are used. Not for directories an app still writes to.

#include <string>

namespace latchkey {

// Removes all that is in `path`. What cannot be removed stays.
void emptyDirectory(const std::string& path);

}  // namespace latchkey
