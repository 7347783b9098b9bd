// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The file by which X clients show that they may connect.

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

// 16 random bytes.
std::string freshXCookie();

// An authority file with one cookie, good for any address and display.
std::string xAuthorityFile(std::string_view cookie);

// The MIT-MAGIC-COOKIE-1 for local display `number` in the content of an authority file.
std::optional<std::string> findXCookie(std::string_view file, std::string_view number);

// ":7", ":7.0", "unix:7" -> "7". Nothing for displays of other machines.
std::optional<std::string> localDisplayNumber(std::string_view display);

}  // namespace latchkey
