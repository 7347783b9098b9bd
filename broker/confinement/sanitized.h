// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whether a sanitizer is built in: it starts processes, takes terabytes of addresses and writes what it finds to a
// file, so a program that holds one cannot be confined as strictly as the one that is shipped.

namespace latchkey {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool IS_SANITIZED = true;
#else
constexpr bool IS_SANITIZED = false;
#endif

}  // namespace latchkey
