// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The mount helper after the portal: nothing waits for an answer that nobody is there to give.

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "portals/files/mounter.h"

namespace latchkey::files {
namespace {

// As much as the kernel could want to hand over at once; touched only then.
char request[(1 << 20) + (1 << 16)];

// One request. False: there will be no more on this connection.
bool refuseOne(int fuse) {
  auto length = read(fuse, request, sizeof request);
  if (length < 0) return errno == EAGAIN || errno == EINTR || errno == ENOENT;
  fuse_in_header asked{};
  if (static_cast<size_t>(length) < sizeof asked) return false;
  memcpy(&asked, request, sizeof asked);
  bool unanswered = asked.opcode == FUSE_FORGET || asked.opcode == FUSE_BATCH_FORGET ||
                    asked.opcode == FUSE_INTERRUPT || asked.opcode == FUSE_NOTIFY_REPLY;
  fuse_out_header answer{};
  answer.len = sizeof answer;
  answer.error = -ENOTCONN;
  answer.unique = asked.unique;
  if (!unanswered) (void)!write(fuse, &answer, sizeof answer);
  return true;
}

}  // namespace

void StandingBy::brokerIs(int socket) {
  if (m_broker >= 0) close(m_broker);
  m_broker = socket;
}

void StandingBy::letGo(uint64_t id) {
  auto found = m_connections.find(id);
  if (found == m_connections.end()) return;
  close(found->second.second);
  if (found->second.first >= 0) close(found->second.first);
  m_connections.erase(found);
}

void StandingBy::letGoOfAll() {
  while (!m_connections.empty()) letGo(m_connections.begin()->first);
  brokerIs(-1);
}

void StandingBy::refuseWhatWasRead() {
  for (auto& [id, connection] : m_connections) m_inFlight.refuse(id, connection.first);
}

// Held on to, what was overlooked would not even end with the portal.
void StandingBy::letGoOfFirst() {
  for (auto& entry : m_connections) close(std::exchange(entry.second.first, -1));
}

// Its descriptor is readable once the last of its threads has ended. Then what is open here is the last that is, and
// with it the connections end.
void StandingBy::seeOut(int portal) {
  if (m_broker >= 0) shutdown(m_broker, SHUT_RDWR);
  for (auto& entry : m_connections) fcntl(entry.second.second, F_SETFL, O_NONBLOCK);
  // Again, because threads may have read one more while they ended.
  constexpr int AGAIN[] = {2, 20, 200, 1000};  // Milliseconds.
  auto began = std::chrono::steady_clock::now();
  size_t rounds = 0;
  refuseWhatWasRead();
  for (;;) {
    int patience = -1;
    if (rounds < std::size(AGAIN)) {
      auto left = began + std::chrono::milliseconds(AGAIN[rounds]) - std::chrono::steady_clock::now();
      patience = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
      if (patience <= 0) {
        refuseWhatWasRead();
        if (++rounds == std::size(AGAIN)) letGoOfFirst();
        continue;
      }
    }
    std::vector<pollfd> awaited{{portal, POLLIN, 0}};
    for (auto& entry : m_connections) awaited.push_back({entry.second.second, POLLIN, 0});
    if (poll(awaited.data(), awaited.size(), patience) < 0) {
      if (errno != EINTR) return;
      continue;
    }
    if (awaited[0].revents) return;
    for (auto& one : awaited) {
      if (!one.revents) continue;
      auto at = std::ranges::find_if(m_connections, [&](auto& entry) { return entry.second.second == one.fd; });
      if (at != m_connections.end() && !refuseOne(one.fd)) letGo(at->first);
    }
  }
}

}  // namespace latchkey::files
