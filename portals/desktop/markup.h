// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The little markup that notifications may have: <b>, <i>, and <a href="...">. Read whole and written anew, so that
// what a desktop's shell is given has nothing in it but that, closed and quoted (xdg-desktop-portal 1545).

#include <kj/common.h>

#include <string>
#include <string_view>

namespace latchkey::desktop {

// Runs of blanks are one space, other elements are left out and what is in them stays. Nothing if it is not well
// formed.
kj::Maybe<std::string> cleanMarkup(std::string_view text);
// As text that a reader of markup shows unchanged.
std::string quotedForMarkup(std::string_view text);
// What is read by who knows no markup. Of clean markup.
std::string withoutMarkup(std::string_view clean);

}  // namespace latchkey::desktop
