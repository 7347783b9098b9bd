// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// SHA-256 of cookies. A cookie is 256 random bits: there is nothing to stretch and nothing to sign.

#include <string_view>

#include "broker/grants/records.h"

namespace latchkey {

Digest digestOf(std::string_view cookie);

// In the same time wherever they differ.
bool isCookieOf(const Digest& digest, std::string_view cookie);

}  // namespace latchkey
