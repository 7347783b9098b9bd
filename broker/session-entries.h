// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Entries of the person's session that start an app through us: one that starts it with the session, and those that it
// puts into the menu.
//
// An app asks for them, the person says yes, and then they are composed here, key by key: what they run is always
// `latchkey run` of the very app and profile that asked, so it starts in its sandbox. What the app wants its program to
// be told stands behind the app's id, where nothing is an option of ours (CVE-2024-32462), and with --words, where
// naming a file gives none: else an app could have its person give it a file by opening its own entry.
//
// Ours are marked with whose they are. A file without that mark, or with another's, is never overwritten or removed; an
// entry never takes the place of one that is there already. What is read back is believed in nothing but that.

#include <kj/common.h>

#include <string>
#include <utility>
#include <vector>

#include "broker/base/places.h"
#include "broker/holder.h"

namespace latchkey {

struct SessionEntry {
  std::string name;
  std::string icon;                                               // As a desktop entry names it.
  std::vector<std::string> words = {};                            // For the program.
  std::vector<std::pair<std::string, std::string>> details = {};  // Keys of a menu's entry; others are left out.
};

// Everything here blocks on disks.
class SessionEntries final {
public:
  // `latchkey`: absolute path of the command line program.
  SessionEntries(const Places& places, std::string latchkey);

  // Whether there is a command that starts it: not for what has no id but a path.
  static bool canStart(const Holder& holder);

  // Each says whether it is so afterwards.
  bool startWithSession(const Holder& holder, const SessionEntry& entry) const;
  void doNotStartWithSession(const Holder& holder) const;
  std::vector<Holder> startingWithSession() const;

  // `id`: a desktop file's name, beginning with the app's own id and a dot.
  bool putInMenu(const Holder& holder, const std::string& id, const SessionEntry& entry) const;
  bool takeFromMenu(const Holder& holder, const std::string& id) const;
  void takeAllFromMenu(const Holder& holder) const;
  // Nothing if there is none of this app's.
  kj::Maybe<std::string> inMenu(const Holder& holder, const std::string& id) const;
  kj::Maybe<std::vector<std::string>> wordsInMenu(const Holder& holder, const std::string& id) const;

private:
  std::vector<std::string> command(const Holder& holder) const;
  std::string textFor(const Holder& holder, const SessionEntry& entry) const;
  std::string autostartPlace(const Holder& holder) const;
  std::string menuPlace(const std::string& id) const { return m_applications + "/" + id; }

  std::string m_autostart, m_applications;
  std::vector<std::string> m_others;  // Folders of applications that are not the person's.
  std::string m_latchkey;
};

}  // namespace latchkey
