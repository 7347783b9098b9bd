// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the exchange of two machines is computed with. Bytes are std::string here: they are put together and compared.

#include <initializer_list>
#include <string>
#include <string_view>

namespace latchkey::peer {

constexpr size_t DIGEST_SIZE = 32;

// SHA-256 of all parts, one after the other.
std::string digest(std::initializer_list<std::string_view> parts);

// HMAC-SHA-256.
std::string proof(std::string_view secret, std::initializer_list<std::string_view> parts);

// Takes as long whatever differs.
bool isSame(std::string_view a, std::string_view b);

}  // namespace latchkey::peer
