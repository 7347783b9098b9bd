// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bytes as letters that may be read out, typed and stand in a name: RFC 4648, lower case, without padding.

#include <kj/common.h>

#include <string>
#include <string_view>

namespace latchkey {

constexpr std::string_view BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

std::string inBase32(std::string_view bytes);
// The `bytes` bytes it stands for. Nothing for any other text than inBase32() gives for them.
kj::Maybe<std::string> fromBase32(std::string_view text, size_t bytes);

}  // namespace latchkey
