// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The right to change the store, for one change: its lock, and a folder of its own in `staging`.
//
// That folder is there as long as the change is going on. So whoever takes the lock and finds one knows that a change
// was broken off, and has the store put in order before anything else; where none is, there is nothing to look for.

#include <kj/io.h>

#include <functional>
#include <string>

#include "launcher/store/objects.h"

namespace latchkey::store {

class Workspace {
public:
  // `path`: of the store. `putInOrder` is called, with the lock held, if a change before was broken off, and says
  // whether all is in order now. Waits for another's change for a while, and then fails.
  Workspace(const std::string& path, int store, const Step& step, const std::function<bool(Workspace&)>& putInOrder);
  // Removes the folder and whatever is left in it. What was not done() leaves the order to be made: now, by putInOrder.
  // While something could not be put in order, a folder stays, so that whoever comes next tries it again.
  ~Workspace() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Workspace);

  int folder() const { return m_folder; }
  std::string path() const { return m_path + "/staging/" + m_name; }
  // A name that nothing in it has.
  std::string fresh(const char* what) { return std::string(what) + std::to_string(++m_names); }
  void done() { m_done = true; }
  // Of changes that were broken off.
  void clearOthers();

private:
  std::string m_path;
  int m_store;
  const Step& m_step;
  std::function<bool(Workspace&)> m_putInOrder;
  kj::AutoCloseFd m_lock;
  kj::AutoCloseFd m_folder;
  std::string m_name;
  unsigned m_names = 0;
  bool m_done = false, m_inOrder = true;
};

}  // namespace latchkey::store
