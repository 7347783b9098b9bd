// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How a bundle's app and its version may be called. Both also name folders.

#include <string_view>

namespace latchkey {

// Two or more words of letters, digits, '-' and '_' with dots between them: "org.example.Player".
bool isBundleId(std::string_view text);
// The same, of one word or more.
bool isDottedName(std::string_view text);
// Begins with a digit; letters, digits, '.', '+', '-', '~'.
bool isBundleVersion(std::string_view text);
// What a runtime is, for those who need that it is: a word and a version, "debian/13".
bool isRuntimeName(std::string_view text);

}  // namespace latchkey
