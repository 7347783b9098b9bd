// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Folders of one sandbox that are mounted as they are, because the person wanted full speed there.
//
// The view serves them too; the mount lies over that. So without the mount - before it, after it, and where it cannot
// be had - everything is as with any other grant: refused when the grant is over, slower while it is not.
//
// - What is mounted is made equal to the grants in force, one change at a time: `settle`. A revocation takes the place
//   away at once. What an app holds open of it - a file, a mapping, the folder it stands in - it keeps until it ends:
//   that is what full speed costs, and the person was told.
// - A folder for reading with something in it that may be written by another grant stays with the view, which knows
// both.
// - Mounts outlive the portal. The next one takes up those whose grants hold and unmounts the others before it does
//   anything else.
//
// Known hole: a program that may have sandboxes of its own copies the mount into them, where it stays until they end.

#include <functional>

#include "portals/files/mounter.h"

namespace latchkey::files {

class FastFolders {
public:
  using Wanted = std::function<std::vector<GrantRef>()>;
  // `wanted`: the grants in force of this sandbox, of every kind.
  FastFolders(kj::UnixEventPort& port, kj::Timer& timer, Mounter& mounter, const Namespaces& sandbox, Wanted wanted);

  // Before anything is mounted into the sandbox.
  kj::Promise<void> takeUp(std::vector<FormerFast> former);
  // What was taken up and is no grant's by now goes.
  kj::Promise<void> dropUnclaimed();
  // Whether it is mounted since before this portal: then there is no view below it.
  bool claim(const GrantRef& grant);
  bool isFormer(const GrantRef& grant) const;

  // Throws if it cannot be mounted. Where the app itself is in the way for the moment - it makes something in that very
  // folder, and waits for us - it is mounted as soon as it is not.
  kj::Promise<void> lay(GrantRef grant);
  kj::Promise<void> settle();
  // At once, whatever else is being mounted. What lay upon it comes back with the next `settle`.
  kj::Promise<void> remove(GrantRef grant);
  // What lies below `path` was covered by something else: mounts it anew.
  kj::Promise<void> layAgain(const std::string& path);
  // The sandbox has ended.
  void letGo();

private:
  struct Laid {
    GrantRef grant;  // None: taken up, and nobody's yet.
    FormerFast as;
    kj::AutoCloseFd mount;
    bool former = false;
    bool stale = false;
  };

  std::vector<GrantRef> wantedNow() const;
  Laid* find(const GrantRef& grant);
  bool mustGo(const Laid& laid, const std::vector<GrantRef>& wanted) const;
  kj::Promise<void> settleNow();
  kj::Promise<void> unlay();
  kj::Promise<void> layOne(GrantRef grant);

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  Mounter& m_mounter;
  const Namespaces& m_sandbox;
  Wanted m_wanted;
  std::vector<Laid> m_laid;  // In the order they were mounted.
  GrantRef m_laying;
  std::map<std::string, kj::Exception> m_failed;  // By the grant's id.
  kj::ForkedPromise<void> m_last;
};

}  // namespace latchkey::files
