// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where Latchkey keeps what, from the XDG variables. Two sets of values are two separate Latchkeys.

#include <string>

namespace latchkey {

struct Places {
  std::string runtime;  // $XDG_RUNTIME_DIR/latchkey: sockets, instances/ID. 0700.
  std::string data;     // $XDG_DATA_HOME/latchkey: profiles.
  std::string state;    // $XDG_STATE_HOME/latchkey: store and journal.
  std::string config;   // $XDG_CONFIG_HOME/latchkey: what the person edits.
  std::string home;     // The person's home, without symbolic links.

  // Reads the environment. Throws with one line if XDG_RUNTIME_DIR or HOME is missing or not absolute.
  static Places fromEnvironment();

  // Makes the four directories, 0700. Refuses one that belongs to somebody else or is reached by a symbolic link in its
  // last part.
  void ensure() const;

  // Of installed apps.
  std::string store() const { return data + "/store"; }
  // What is known of those that are followed, a folder each.
  std::string repositories() const { return data + "/repositories"; }
  // Where folders of other machines are found: the person's and their programs', as nothing of our own is.
  std::string machines() const { return runtime + "-machines"; }
  std::string personSocket() const { return runtime + "/person"; }
  std::string returnSocket() const { return runtime + "/return"; }
};

}  // namespace latchkey
