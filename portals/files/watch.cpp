// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "portals/files/host.h"
#include "portals/files/turn.h"

namespace latchkey::files {
namespace {

constexpr size_t MOST_WATCHES = 32'768;  // About a kilobyte of the kernel's memory each.
constexpr uint32_t EVENTS = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_ATTRIB |
                            IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr uint32_t NAMES = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

constexpr long XFS = 0x58465342, BCACHEFS = 0xca451a4e, ZFS = 0x2fc12fc1;

// Where all changes are made by this kernel, which then tells of them.
bool isHeardOf(int folder) {
  struct statfs status{};
  if (fstatfs(folder, &status) < 0) return false;
  switch (status.f_type) {
    case EXT4_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case F2FS_SUPER_MAGIC:
    case OVERLAYFS_SUPER_MAGIC:
    case XFS:
    case BCACHEFS:
    case ZFS: return true;
    default: return false;
  }
}

// This user's other programs need some too.
size_t allowance() {
  char text[32] = {};
  kj::AutoCloseFd fd(open("/proc/sys/fs/inotify/max_user_watches", O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 || read(fd, text, sizeof text - 1) <= 0) return 1024;
  return std::min<size_t>(strtoul(text, nullptr, 10) / 2, MOST_WATCHES);
}

}  // namespace

Watches::Watches() : m_inotify(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)), m_stop(eventfd(0, EFD_CLOEXEC)) {
  if (m_inotify.get() < 0) return;  // Nothing will be watched.
  m_most = allowance();
  m_thread = std::thread([this] { listen(); });
}

Watches::~Watches() {
  uint64_t one = 1;
  (void)!write(m_stop, &one, sizeof one);
  if (m_thread.joinable()) m_thread.join();
}

bool Watches::add(Watcher& watcher, NodeId node, int folder) {
  if (m_inotify.get() < 0) return false;
  Turn::Away away;
  if (!isHeardOf(folder)) return false;
  std::lock_guard<std::mutex> guard(m_lock);
  if (m_listeners.size() >= m_most) sweep();
  if (m_listeners.size() >= m_most) return false;
  int watch = inotify_add_watch(m_inotify, procPath(folder).c_str(), EVENTS);
  if (watch < 0) return false;
  m_swept = false;
  auto& listeners = m_listeners[watch];
  bool known = std::ranges::any_of(listeners, [&](auto& one) { return one.watcher == &watcher && one.node == node; });
  if (!known) listeners.push_back({&watcher, node});
  return true;
}

void Watches::removeAll(Watcher& watcher) {
  std::lock_guard<std::mutex> guard(m_lock);
  for (auto at = m_listeners.begin(); at != m_listeners.end();) {
    std::erase_if(at->second, [&](auto& one) { return one.watcher == &watcher; });
    if (at->second.empty()) {
      inotify_rm_watch(m_inotify, at->first);
      at = m_listeners.erase(at);
    } else {
      ++at;
    }
  }
  m_swept = false;
}

size_t Watches::count() {
  std::lock_guard<std::mutex> guard(m_lock);
  return m_listeners.size();
}

// Folders the kernel has forgotten need no watch.
void Watches::sweep() {
  if (std::exchange(m_swept, true)) return;
  for (auto at = m_listeners.begin(); at != m_listeners.end();) {
    std::erase_if(at->second, [](auto& one) { return !one.watcher->isKnown(one.node); });
    if (at->second.empty()) {
      inotify_rm_watch(m_inotify, at->first);
      at = m_listeners.erase(at);
    } else {
      ++at;
    }
  }
}

void Watches::listen() {
  alignas(inotify_event) static thread_local char events[65536];
  pollfd watched[2] = {{m_inotify.get(), POLLIN, 0}, {m_stop.get(), POLLIN, 0}};
  for (;;) {
    if (poll(watched, 2, -1) < 0 && errno != EINTR) return;
    if (watched[1].revents) return;
    auto length = read(m_inotify, events, sizeof events);
    for (ssize_t at = 0; at < length;) {
      auto* event = reinterpret_cast<const inotify_event*>(events + at);
      at += static_cast<ssize_t>(sizeof *event + event->len);
      tell(event->wd, event->mask, event->len ? std::string_view(event->name) : std::string_view());
    }
  }
}

void Watches::tell(int watch, uint32_t mask, std::string_view name) {
  std::lock_guard<std::mutex> guard(m_lock);
  if (mask & IN_Q_OVERFLOW) {
    std::vector<Watcher*> all;
    for (auto& entry : m_listeners) {
      for (auto& one : entry.second) all.push_back(one.watcher);
    }
    std::ranges::sort(all);
    auto [first, last] = std::ranges::unique(all);
    all.erase(first, last);
    for (auto* watcher : all) watcher->anythingChanged();
    return;
  }
  auto found = m_listeners.find(watch);
  if (found == m_listeners.end()) return;
  auto change = mask & NAMES ? Watcher::Change::Name : Watcher::Change::Content;
  std::erase_if(found->second, [&](auto& one) { return !one.watcher->changed(one.node, name, change); });
  if (mask & IN_IGNORED) {
    m_listeners.erase(found);
  } else if (found->second.empty()) {
    inotify_rm_watch(m_inotify, watch);
    m_listeners.erase(found);
  }
}

}  // namespace latchkey::files
