// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Files that are open and have no descriptor at the moment.
//
// Descriptors are few: an app may have more open than the portal may hold. What is open for reading only, and is still
// found under the name it was opened by, is then closed here and goes on being open for the app, which notices nothing:
// who reads it next finds it by its name, if that is the same file, and opens it again. The longest unused rest first.
//
// - What the app itself removes or replaces is opened again before that, so that it can go on reading.
// - What somebody on the host removes, renames or replaces while it rests is gone for the app: ESTALE, never another
//   file's content.
// - A file that is locked by flock never rests, as its lock would go; nor does one for writing, as closing it may fail
//   and there would be nobody to tell.
// - None is closed while another thread of this session is in a call to the host: it may be using it.

#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "portals/files/operations.h"

namespace latchkey::files {
namespace {

// Long enough for another thread to come back and have its turn.
constexpr auto WAIT = std::chrono::milliseconds(5);
constexpr int MOST_WAITS = 20;

}  // namespace

void Session::holdOneMore() {
  m_budget->take();
  m_descriptors.store(static_cast<uint32_t>(++m_holding), std::memory_order_relaxed);
}

void Session::holdOneLess() {
  m_budget->giveBack();
  m_descriptors.store(static_cast<uint32_t>(--m_holding), std::memory_order_relaxed);
}

// No more than this sandbox may have, if need be by letting others rest.
bool Session::makeRoom() {
  // Each is looked at twice at most, as the first time may only have told that it is in use.
  auto left = 2 * m_mayRest.size();
  for (auto waits = MOST_WAITS; !m_budget->allowsMore(m_holding);) {
    if (left == 0 || waits == 0 || m_mayRest.empty()) return false;
    if (m_turn.stuck() == 0) {
      --left;
      restOldest();
    } else {
      // Most calls that were away for long come back.
      --waits;
      Turn::Away away;
      std::this_thread::sleep_for(WAIT);
    }
  }
  return true;
}

void Session::restOldest() {
  auto& oldest = m_mayRest.front();
  m_mayRest.remove(oldest);
  m_mayRest.add(oldest);
  if (std::exchange(oldest.used, false)) return;
  auto id = oldest.id;
  auto* node = m_view.nodes.find(oldest.node);
  if (!node || node->gone) return;
  std::string path;
  auto found = findNode(*node, Need::Read, path);
  // It may have been closed or used meanwhile.
  auto* handle = handleOf(id);
  node = handle ? m_view.nodes.find(handle->node) : nullptr;
  bool stays = !node || handle->used || !handle->link.isLinked() || m_turn.stuck() != 0;
  if (stays || !found.covered() || !isSame(*node, found.thing) || !isSurelyReadable(found.thing.status)) return;
  m_mayRest.remove(*handle);
  handle->resting = true;
  handle->putOff = false;
  OpenFile closing = std::move(handle->fd);
  holdOneLess();
  Turn::Away away;
  closing = {};
}

// 0, or why it cannot be had again. By its number: while the host is looked at it may be closed.
int Session::wake(uint64_t id) {
  if (!makeRoom()) return ENFILE;
  auto* handle = handleOf(id);
  auto* node = handle ? m_view.nodes.find(handle->node) : nullptr;
  if (!node || node->gone) return handle ? ESTALE : EBADF;
  std::string path;
  auto found = findNode(*node, Need::Read, path);
  handle = handleOf(id);
  node = handle ? m_view.nodes.find(handle->node) : nullptr;
  if (!handle) return EBADF;
  if (!found.covered()) return EACCES;
  if (!node || !isSame(*node, found.thing)) return ESTALE;
  OpenFile fd(openThing(found.thing, O_RDONLY));
  if (fd.get() < 0) return -fd.get();
  handle = handleOf(id);
  if (!handle) return EBADF;
  if (!handle->resting) return 0;  // Another thread has done the same.
  handle->fd = std::move(fd);
  handle->resting = false;
  holdOneMore();
  m_mayRest.add(*handle);
  return 0;
}

// Before no name leads to it any more. False if there are no descriptors for that.
bool Session::wakeAll(NodeId parent, const std::string& name) {
  auto* node = m_view.nodes.child(parent, name);
  if (!node) return true;
  std::vector<uint64_t> resting;
  for (auto* handle : node->handles) {
    if (handle->resting) resting.push_back(handle->id);
  }
  return std::ranges::none_of(resting, [&](auto id) { return wake(id) == ENFILE; });
}

}  // namespace latchkey::files
