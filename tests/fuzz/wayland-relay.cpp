// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// An app's X server and a compositor, both of which say anything, around the relay between them. What the relay passes
// on or says by itself is always whole messages, and a title is never longer than it may be.
//
// Input: pieces of a byte that says who speaks (bit 0: the compositor; bit 1: the app has a new title instead; bit 2:
// it copies, pastes or takes back; bit 3: a descriptor comes along), a byte for the length, and that many bytes.

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "launcher/windows/clipboard-types.h"
#include "launcher/windows/wayland-relay.h"

using namespace latchkey::windows;

namespace {

constexpr size_t LONGEST_MESSAGE = 65536;

// What one side has heard: cut into messages as it would.
class Listener {
public:
  explicit Listener(int fd) : m_fd(fd) {}
  ~Listener() { close(m_fd); }
  Listener(const Listener&) = delete;

  void say(const uint8_t* bytes, size_t size, bool withDescriptor) const {
    iovec part{const_cast<uint8_t*>(bytes), size};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (withDescriptor) {
      header.msg_control = control;
      header.msg_controllen = sizeof control;
      auto first = CMSG_FIRSTHDR(&header);
      first->cmsg_level = SOL_SOCKET;
      first->cmsg_type = SCM_RIGHTS;
      first->cmsg_len = CMSG_LEN(sizeof(int));
      memcpy(CMSG_DATA(first), &m_fd, sizeof m_fd);
    }
    (void)sendmsg(m_fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  void hear() {
    char bytes[16384];
    for (;;) {
      auto got = recv(m_fd, bytes, sizeof bytes, MSG_DONTWAIT);
      if (got <= 0) break;
      m_heard.append(bytes, static_cast<size_t>(got));
    }
    while (m_heard.size() >= 8) {
      uint32_t second;
      memcpy(&second, m_heard.data() + 4, sizeof second);
      size_t size = second >> 16;
      if (size < 8 || size % 4 != 0) abort();
      if (m_heard.size() < size) break;
      m_heard.erase(0, size);
    }
    if (m_heard.size() >= LONGEST_MESSAGE) abort();
  }

private:
  int m_fd;
  std::string m_heard;
};

int openNow() {
  int count = 0;
  for (int fd = 0; fd < 256; ++fd) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

void copyOrPaste(WaylandClipboard& clipboard, const std::string& text) {
  if (text.empty()) return clipboard.withdraw();
  if (text[0] % 2 == 0) return clipboard.offer(typesOf(text));
  clipboard.fetch(text.substr(1), dup(2));
}

void play(WaylandRelay& relay, Listener& serversEnd, Listener& compositorsEnd, const uint8_t* data, size_t size) {
  bool goesOn = true;
  for (size_t at = 0; goesOn && at + 2 <= size;) {
    auto who = data[at];
    auto length = std::min<size_t>(data[at + 1], size - at - 2);
    auto bytes = data + at + 2;
    at += 2 + length;
    std::string text(reinterpret_cast<const char*>(bytes), length);
    if ((who & 2) != 0) {
      relay.setTitle(text);
    } else if ((who & 4) != 0) {
      copyOrPaste(*relay.clipboard(), text);
    } else {
      ((who & 1) != 0 ? compositorsEnd : serversEnd).say(bytes, length, (who & 8) != 0);
    }
    goesOn = relay.pump();
    serversEnd.hear();
    compositorsEnd.hear();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  int server[2], compositor[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, server) != 0) abort();
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, compositor) != 0) abort();
  Listener serversEnd(server[0]), compositorsEnd(compositor[0]);
  auto open = openNow();
  {
    WaylandRelay relay(server[1], compositor[1], "org.example.App", Clipboard::Shared);
    relay.clipboard()->onWanted = [](auto&, int descriptor) { close(descriptor); };
    play(relay, serversEnd, compositorsEnd, data, size);
  }
  if (openNow() != open - 2) abort();  // Its own two ends are closed, and whatever came.
  return 0;
}
