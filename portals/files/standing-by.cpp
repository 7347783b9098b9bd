// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The mount helper after the portal: nothing waits for an answer that nobody is there to give.

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

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

void StandingBy::letGo(const std::string& id) {
  auto found = m_connections.find(id);
  if (found == m_connections.end()) return;
  close(found->second);
  m_connections.erase(found);
}

void StandingBy::letGoOfAll() {
  for (auto& entry : m_connections) close(entry.second);
  m_connections.clear();
}

// Its descriptor is readable once the last of its threads has ended. Then what is open here is the last that is, and
// with it the connections end.
void StandingBy::seeOut(int portal) {
  for (auto& entry : m_connections) fcntl(entry.second, F_SETFL, O_NONBLOCK);
  for (;;) {
    std::vector<pollfd> awaited{{portal, POLLIN, 0}};
    for (auto& entry : m_connections) awaited.push_back({entry.second, POLLIN, 0});
    if (poll(awaited.data(), awaited.size(), -1) < 0 && errno != EINTR) return;
    if (awaited[0].revents) return;
    std::erase_if(m_connections, [&](auto& entry) {
      for (auto& one : awaited) {
        if (one.fd != entry.second || !one.revents) continue;
        if (refuseOne(entry.second)) return false;
        close(entry.second);
        return true;
      }
      return false;
    });
  }
}

}  // namespace latchkey::files
