// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What may be the id of an app.
//
// An id becomes a holder of grants (`APP-ID@PROFILE`), a directory name, a word on a command line and text for a
// person. So it is refused, not repaired, when it could mean something else in one of them.

#include <string_view>

namespace latchkey {

// A desktop file id without ".desktop": 1 to 200 bytes of UTF-8 without '/', '\', '@', ':', control or invisible
// characters, not beginning with '.' or '-', without surrounding blanks, and short enough to name a directory once
// encoded.
bool isAppId(std::string_view text);

}  // namespace latchkey
