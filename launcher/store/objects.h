// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Contents by their digest: each once on the disk, however many apps and versions have it.
//
// A deploy's files are hard links to these, so nothing has to be counted: what has one name left is in no deploy. A
// program and a file of equal content are two objects, since the mode is the inode's. Nothing comes in here whose
// digest was not computed here: an object that is not what its name says would be every later app's that has such a
// file.

#include <kj/io.h>

#include <functional>
#include <string>

#include "launcher/bundle/digest-list.h"

namespace latchkey::store {

// Asked before each change on the disk. May throw: then whatever is going on is given up. (Tests end the process here.)
using Step = std::function<void()>;

class Objects {
public:
  // `store`: its folder, borrowed.
  Objects(int store, const Step& step) : m_store(store), m_step(step) {}

  // Whether there is one of this size and mode. Its content was right when it came, and is not looked at.
  bool has(const BundleEntry& entry) const;
  // Looks at the file `name` of `folder`, before it comes in. Empty, or what is wrong with it: also that somebody has
  // it open for writing. Where that cannot be known, a copy that was never anybody else's takes its place. Of files of
  // other names, several threads may ask at once.
  static std::string examine(int folder, const std::string& name, const BundleEntry& entry);
  // Moves in what was examined, or what only this process has written and digested.
  void adopt(int folder, const std::string& name, const BundleEntry& entry);
  // Examines it first. Takes the place of whatever is there by now.
  std::string replace(int folder, const std::string& name, const BundleEntry& entry);
  // A new name for it: `name` in `folder`. A copy where the file system gives no more names. False if there is none.
  bool link(const BundleEntry& entry, int folder, const std::string& name);
  // Of what is there, for reading; none if nothing is.
  kj::AutoCloseFd open(const BundleEntry& entry) const;
  // All that is in no deploy. Returns how many bytes that were.
  uint64_t sweep();
  // The same for one.
  uint64_t release(const BundleEntry& entry);

private:
  void put(int folder, const std::string& name, const BundleEntry& entry, bool over);

  int m_store;
  const Step& m_step;
};

unsigned modeOf(const BundleEntry& entry);
// A new file of the entry's size and mode, with what `from` holds.
void copyInto(int from, int folder, const std::string& name, const BundleEntry& entry);
// Of a whole file; empty if it cannot be read.
std::string digestOfFile(int file);

}  // namespace latchkey::store
