// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Holders: whom a grant belongs to. APP-ID, or APP-ID@PROFILE.
//
// An app id may be the path of any command, so an "@" in it is written %40: else "tool" with the profile "x" and a
// program called "tool@x" would be one holder and share their grants.

#include <string>
#include <string_view>

namespace latchkey {

struct Holder {
  std::string app;      // As in grants and listings: "@", "%" and what is no plain text as %XX.
  std::string profile;  // Empty: the default profile.

  // Throws for an app id that would be another machine's holder, and for one or a profile name that is empty, too long
  // or malformed. "default" is the default profile.
  static Holder of(std::string_view appId, std::string_view profile);
  // The reverse of text(), and of the holders that are no apps (grants/machine-record.h). Throws for what neither
  // gives.
  static Holder parse(std::string_view text);
  // Of what a person or a file says is an app: throws also for a holder that is none.
  static Holder ofApp(std::string_view text);

  std::string text() const { return profile.empty() ? app : app + "@" + profile; }
  // Of its private data, below profiles/: "encoded-app/profile".
  std::string directory() const;
};

bool isProfileName(std::string_view name);

// A name to fall back on where nobody gave one: "git" for "command:/usr/bin/git".
std::string plainName(std::string_view app);

}  // namespace latchkey
