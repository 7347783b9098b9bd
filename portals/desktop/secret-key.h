// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
#include <string>

namespace latchkey::desktop {

// 160 bits nobody can guess, as 40 hexadecimal digits. Not 32: of text as long as its buffer (16, 32, 64, ...) GTK 4,
// when something is dropped, takes what lies behind it in memory for a part of the key.
std::string freshKey();

}  // namespace latchkey::desktop
