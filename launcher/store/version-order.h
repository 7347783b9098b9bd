// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which of two versions is the newer one.
//
// The order of Debian's versions (deb-version(7), without epoch), since most who pack know it: from left to right, by
// turns, a run of what is no digit and a run of digits. Runs of digits are compared as numbers, of any length. In other
// runs `~` comes before everything, even the end; then the end; then letters, by their codes; then all else, by their
// codes. So 1.0~rc1 < 1.0 < 1.0-1 < 1.0.1 < 1.9 < 1.10 and 1.0 < 1.0rc1: who wants a candidate before its release
// writes `~`. Versions that differ only in zeros before a number (1.0 and 1.00) are equal: neither is newer.

#include <compare>
#include <string_view>

namespace latchkey::store {

std::weak_ordering compareVersions(std::string_view one, std::string_view other);

}  // namespace latchkey::store
