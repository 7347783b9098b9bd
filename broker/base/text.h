// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Making text from apps, files and peers fit to be shown.
//
// A name on disk is any bytes; a claim is whatever an app likes. Shown as they are they could rewrite a terminal
// (CVE-2023-28101), reverse reading order, or hide behind a NUL (CVE-2021-43860). Everything untrusted passes here
// once, at the place where it becomes text for a person.

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey {

// UTF-8 with every control character, bidi control, line separator, invisible format character and invalid byte
// replaced by a visible escape: `\n`, `\x1b`, `\u{202e}`. So are blanks that only look like a space, unless single and
// between words, and marks drawn over one character beyond the fourth, which would reach into other lines. A backslash
// stays as it is. Idempotent on its own output.
std::string escaped(std::string_view untrusted);

// escaped(), cut to at most `characters` code points with "…" in the middle: both ends of a name matter to who reads
// it.
std::string brief(std::string_view untrusted, size_t characters);

// The path as people write it: `~/Documents/a.txt` below `home`, escaped.
std::string shownPath(std::string_view path, std::string_view home);

bool isUtf8(std::string_view bytes);

}  // namespace latchkey
