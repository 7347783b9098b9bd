// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Rules as a file: everything a person decided that stands, in a form they can read, keep and carry to another machine.
//
//     latchkey-rules = 1
//
//     # GIMP may read and write everything in ~/Pictures, until you take it back.
//     [[rule]]
//     app = "gimp"
//     place = "~/Pictures"
//     scope = "tree"
//     access = "write"
//     for = "always"
//
// A small part of TOML: tables `[[rule]]` (allowed) and `[[never]]` (a standing refusal) of texts in double quotes and
// true or false. Comments say in words what a table says; they are not read. Fields:
//
//     app     whom it is for: APP-ID or APP-ID@PROFILE
//     place   absolute, or below the home, which is kept as "~"; of scope pattern its last part is the pattern
//     scope   file, siblings, pattern, folder or tree
//     access  read, or write (read and change; of a refusal: changing alone)
//     for     always, or until when (2026-01-31T12:00:00Z); not of a refusal
//     keep    true: stays although nobody uses it
//     names   true: only the names of what is there may be seen
//
// Of the network, in the place of `place`, `scope`, `access` and `names`:
//
//     network      where to (broker/base/destination.h), as in `latchkey grants`
//     listen       on what port it may be reached, and by whom (broker/base/listening.h); not of a refusal
//     rate         so many bytes a second at most (2M); not of a refusal, these three
//     bytes        after so many it is asked about again
//     bytes-a-day  likewise, until the next day begins
//
// A file from another machine is a stranger's: at most 1 MiB, 2000 rules and 4095 bytes in a text, and nothing in it
// that could not be shown in a terminal or is no path. It is read whole or not at all, and a fault is one line that
// says where. Reading it gives nothing to anybody: see Person.importRules.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

struct FileRule {
  bool never = false;
  std::string app{};
  std::string place{};  // As written, with "~".
  std::string scope{};
  std::string access = "read";
  std::string lasting = "always";  // "for".
  bool keep = false;
  bool names = false;
  std::string network{}, listen{};  // One of them, in the place of a place.
  uint64_t bytesPerSecond = 0, bytes = 0, bytesPerDay = 0;
  size_t line = 0;        // Where it begins.
  std::string comment{};  // For writing alone.
  bool operator==(const FileRule&) const = default;

  bool isOfNetwork() const { return !network.empty() || !listen.empty(); }
  bool isFolder() const { return scope == "folder" || scope == "tree"; }
};

struct RulesFile {
  std::vector<FileRule> rules{};
  std::string fault{};  // "line 3: ...". Then there are no rules.
};

constexpr size_t MOST_RULES_BYTES = 1 << 20;
constexpr size_t MOST_RULES = 2000;

RulesFile parseRules(std::string_view text);

// In a stable order, so that two of them can be compared. What parseRules() makes of it is what was written. Throws
// std::invalid_argument for a rule that cannot be written, such as a path that is no text.
std::string writeRules(std::vector<FileRule> rules);
// Why it cannot be written: empty if it can.
std::string faultOf(const FileRule& rule);

}  // namespace latchkey
