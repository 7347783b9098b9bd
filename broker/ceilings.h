// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Ceilings: what an app may never be given, above every question, every designation and `latchkey grant`.
//
// Two files say it, and both hold: /etc/latchkey/ceilings.toml is the administrator's, config/ceilings.toml the
// person's. A file is a list of tables, a small part of TOML:
//
//     [[never]]
//     app = "org.example.Editor"   # App id, without a profile: all its profiles. Left out: every app.
//     kind = "folder"              # A grant's kind. Left out: every kind. "file" and "folder" mean both. "start": not
//     even started. path = "~/Secrets"           # This and everything below it. Left out: anywhere. access = "write"
//     # Changing it; reading may still be given. Left out: any access. target = "camera"            # For kinds without
//     a path: this one thing, as "shared-x11" of the desktop.
//
// Every portal of the desktop is such a target (desktop-rights.h): an app with `kind = "desktop"`, `target = "print"`
// never prints, and finds no print portal. `kind = "desktop"` alone takes all of them away.
//
// Of kind `network` the target is a destination (broker/base/destination.h), and all that it covers is meant:
// `kind = "network"`, `target = "internet"` leaves the local network. Of kind `listen` it is a place to listen
// (listening.h). Within something wider that was given, what is forbidden is refused.
//
// A file that is not there says nothing. One that cannot be read or understood forbids everything until it is mended: a
// typing mistake must not lift what an administrator meant to forbid. Read again when it changes; what is already
// granted stays in the ledger, but is not enforced any more from the next start of the app on.
//
// Latchkey's own places are a ceiling that no file can lift: an app that may change the store gives itself everything.

#include <kj/common.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "broker/base/places.h"
#include "broker/grants/grant.h"
#include "broker/too-wide.h"

namespace latchkey {

struct CeilingRule {
  std::string app;
  kj::Maybe<Kind> kind;
  std::string path;
  std::string target;
  bool writeOnly = false;
  bool start = false;
  size_t line = 0;  // Where it begins.
};

// Throws with file, line and field for anything that is not as described above. `home` stands for "~".
std::vector<CeilingRule> parseCeilings(const std::string& text, const std::string& file, const std::string& home);

class Ceilings final {
public:
  Ceilings(const Places& places, std::string administratorsFile = "/etc/latchkey/ceilings.toml");
  KJ_DISALLOW_COPY_AND_MOVE(Ceilings);

  // Why this may not be granted to `app` (a holder's app): one line, empty when it may.
  std::string fault(const std::string& app, Kind kind, const Object& object, Access access);
  std::string faultOfStart(const std::string& app);

  // Most that may be given of it: nothing, or less than wanted.
  kj::Maybe<Access> atMost(const std::string& app, Kind kind, const Object& object, Access wanted);

  // Why no app can be given it as a whole: one line, empty when it can. See too-wide.h.
  std::string tooWide(Kind kind, const Object& object) const { return latchkey::tooWide(m_places, kind, object); }

  bool isHome(const std::string& path) const { return path == m_places.home; }

  // Places that no grant of this app reaches, whatever contains them: Latchkey's own, and what is wholly forbidden.
  std::vector<std::string> hidden(const std::string& app);

  // Destinations that no grant of this app reaches, whatever covers them.
  std::vector<std::string> neverReached(const std::string& app);

  // Empty, or what is wrong with a file.
  std::string trouble();

private:
  struct File {
    std::string path;
    std::vector<CeilingRule> rules;
    std::string fault;
    bool known = false;
    struct stat status{};
  };
  void refresh(File& file);
  void refresh();

  // Whether it is one of our own files, by whatever name: a hard link is the file.
  bool isOwnFile(const Object& object) const;

  Places m_places;
  std::vector<std::string> m_ownPlaces;
  std::vector<File> m_files;
};

}  // namespace latchkey
