// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Hearing of changes on the host, so that the kernel may trust for long what it was told about a folder's names.
//
// One inotify instance for all sandboxes. A folder is watched before anybody looks at what is in it, so that no change
// falls between the look and the watch. What is not watched is trusted for a second, as always: folders beyond the
// limits, file systems that others change (network, FUSE), folders that may not be read.
//
// It only listens and tells: what is then done about it never happens on the listening thread if it could wait.
//
// Not heard: writes by way of a shared mapping on the host. Files that are open are looked at once a second for that.

#include <kj/io.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace latchkey::files {

using NodeId = uint64_t;

class Watcher {
public:
  virtual ~Watcher() = default;
  enum class Change { Content, Name };
  // Of the entry `name` of a folder, or, if there is no name, of the folder itself. False: it is not known any more. On
  // the listening thread; must not wait.
  virtual bool changed(NodeId folder, std::string_view name, Change change) = 0;
  virtual bool isKnown(NodeId folder) = 0;
  // More happened than can be told.
  virtual void anythingChanged() = 0;
};

class Watches {
public:
  Watches();
  ~Watches();

  // `folder` by descriptor. False: not watched. Looks at the host.
  bool add(Watcher& watcher, NodeId node, int folder);
  // Returns when nothing is told to it any more.
  void removeAll(Watcher& watcher);
  size_t count();

private:
  struct Listener {
    Watcher* watcher;
    NodeId node;
  };

  void listen();
  void tell(int watch, uint32_t mask, std::string_view name);
  void sweep();

  kj::AutoCloseFd m_inotify, m_stop;
  size_t m_most = 0;
  std::mutex m_lock;
  std::unordered_map<int, std::vector<Listener>> m_listeners;
  bool m_swept = false;  // And nothing changed since.
  std::thread m_thread;
};

}  // namespace latchkey::files
