// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Trials: apps whose writing goes to layers of their own, to be kept or discarded when they have ended.
//
// Where a trial keeps what its app wrote: $XDG_DATA_HOME/latchkey/trials/INSTANCE, out of reach of every app.
//
//   about               who it was; locked by the launcher for as long as the trial runs. Made before anything else, so
//                       whatever on the host changed after it changed meanwhile.
//   home/upper          changes of the private home
//   files/_A/_B/upper   changes of the folder /A/B. Every name has the mark, so that none can be taken for `upper`.
//
// `upper` is the upper layer of an overlay, as the kernel writes it: a character device 0:0 is a name that was deleted,
// a directory with user.overlay.opaque one that replaces the whole directory below.

#include <kj/io.h>

#include <string>
#include <vector>

#include "broker/base/places.h"

namespace latchkey::trial {

constexpr char MARK = '_';

inline std::string trialsDirectory(const std::string& data) { return data + "/trials"; }

// The directory that holds `upper` and `work` for the folder `path`, an absolute one; "/" has none.
inline std::string layerOf(const std::string& files, std::string_view path) {
  std::string result = files;
  for (char c : path) {
    result += c;
    if (c == '/') result += MARK;
  }
  return result;
}

struct Trial {
  std::string id;       // Of the instance.
  std::string holder;   // App and profile.
  std::string name;     // What the person calls the app.
  std::string started;  // RFC 3339.
  std::string directory;
  std::string home;  // The private home below which the home's changes belong.
  bool running = false;
};

// --- beginning

// By the broker, before anything else is written: from now on what changes on the host changes meanwhile.
// Returns the trial's directory. Throws when the disk refuses.
std::string create(const Places& places, const Trial& trial);

// By the launcher: makes room for the home's changes and marks the trial as running for as long as the result is held.
// Throws if it runs already.
kj::AutoCloseFd begin(const std::string& directory);

bool exists(const Places& places, const std::string& id);

// --- afterwards

// All there are, oldest first. One whose `about` cannot be read is left out.
std::vector<Trial> list(const Places& places);

// Removes it and all that was not kept, and what somebody was killed in removing. Throws while it runs.
void discard(const Trial& trial);

}  // namespace latchkey::trial
