// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where a rule about files holds: five shapes, and which of two rules is the more specific one for a path. The broker
// that decides and the portal that enforces use this very code, so that they cannot differ.
//
//     exact      this one path
//     pattern    names in one folder that match: `/home/me/Documents/*.pdf`
//     siblings   names in one folder that begin with the same stem
//     folder     a folder and what is directly in it
//     tree       a folder and all below it
//
// The stem of a name is what stands before its last dot: `film` of `film.mkv`, `notes.en` of `notes.en.txt`, the whole
// of a name without one. Another name is a sibling if it is the stem, or the stem, a dot and anything: `film.srt` and
// `film.en.srt` are siblings of `film.mkv`; `film2.srt` and `Film.srt` are not. A hidden name has none and is none.
//
// In a pattern `*` is any run of characters, `?` one character, `[a-z]` and `[!a-z]` one byte of these, or not of
// these. It is the last part of a path, so it has no slash, and it matches no hidden name, whatever it is.
//
// For one path, the rule that begins deeper is the more specific; of rules that begin in the same folder, in this
// order: exact, pattern, siblings, folder, tree. (An exact rule begins at the thing itself, so it comes before all
// others.) Where an allowing and a forbidding rule are equally specific, the forbidding one holds.
//
// Pattern and siblings are about plain files: never folders, and never links, which lead elsewhere. Nothing here looks
// at the disk; that is the portal's to see to.

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey {

// In rising order where two begin in the same folder.
enum class Shape : uint8_t { Tree, Folder, Siblings, Pattern, Exact };

struct Where {
  Shape shape = Shape::Exact;
  // Of tree and folder: that folder. Else what was named; its last part may be a pattern. Clean (see reach.h).
  std::string_view path;

  bool covers(std::string_view other) const;
  // The folder it begins in; of exact the thing itself.
  std::string_view root() const;
  // Only files, by their names: a folder in such a place is not meant.
  bool isByName() const { return shape == Shape::Siblings || shape == Shape::Pattern; }
};

// Greater is more specific. Both cover the path in question, so both begin on the way to it.
bool isMoreSpecific(const Where& one, const Where& other);
bool isAsSpecific(const Where& one, const Where& other);

// Everything `inner` covers, `outer` covers too, as far as names tell. Patterns are compared as text alone.
bool contains(const Where& outer, const Where& inner);

std::string_view stemOf(std::string_view name);
bool isSibling(std::string_view name, std::string_view of);

// Why it cannot be a pattern: one line, empty when it can.
std::string faultOfPattern(std::string_view pattern);
bool matches(std::string_view pattern, std::string_view name);

}  // namespace latchkey
