// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
#include <string>

namespace latchkey::desktop {

// 128 bits nobody can guess, as 32 hexadecimal digits.
std::string freshKey();

}  // namespace latchkey::desktop
