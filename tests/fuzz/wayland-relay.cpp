// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// An app's X server and a compositor, both of which say anything, around the relay between them. What the relay passes
// on or says by itself is always whole messages, and a title is never longer than it may be.
//
// Input: pieces of a byte that says who speaks (bit 0: the compositor; bit 1: the app has a new title instead), a byte
// for the length, and that many bytes.

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>

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

  void say(const uint8_t* bytes, size_t size) const { (void)send(m_fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL); }

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  int server[2], compositor[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, server) != 0) abort();
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, compositor) != 0) abort();
  Listener serversEnd(server[0]), compositorsEnd(compositor[0]);
  WaylandRelay relay(server[1], compositor[1], "org.example.App");
  bool goesOn = true;
  for (size_t at = 0; goesOn && at + 2 <= size;) {
    auto who = data[at];
    auto length = std::min<size_t>(data[at + 1], size - at - 2);
    auto bytes = data + at + 2;
    at += 2 + length;
    if ((who & 2) != 0) {
      relay.setTitle(std::string(reinterpret_cast<const char*>(bytes), length));
    } else {
      ((who & 1) != 0 ? compositorsEnd : serversEnd).say(bytes, length);
    }
    goesOn = relay.pump();
    serversEnd.hear();
    compositorsEnd.hear();
  }
  return 0;
}
