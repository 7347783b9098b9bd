// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where a link of a bundle may lead.

#include <cstddef>
#include <string_view>

namespace latchkey {

namespace bundle {
constexpr size_t MAX_PATH = 1024, MAX_NAME = 255;
constexpr unsigned MAX_DEPTH = 60;
}  // namespace bundle

// "../lib/x" of a link that lies `depth` folders below the root: steps up first, and no more of them than there are
// folders, then names. A step up after a name could go up from wherever a link leads.
bool staysBelow(std::string_view target, unsigned depth);

}  // namespace latchkey
