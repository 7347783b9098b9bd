// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// D-Bus messages as bytes: what no library would send.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace latchkey::test {

struct Target {
  const char* path;
  const char* interface;
  const char* member;
  const char* signature;
};

// Little-endian.
class Wire {
public:
  struct Ends {
    const char* from = ":1.7";  // Nothing: the bus says it.
    const char* to = "org.freedesktop.portal.Desktop";
  };
  static std::string call(const Target& target, uint32_t serial, std::string_view body, uint32_t fds, Ends ends) {
    Wire wire;
    wire.m_bytes = std::string("l\1\0\1", 4);
    wire.number(static_cast<uint32_t>(body.size()));
    wire.number(serial);
    wire.number(0);  // Of the fields; known below.
    wire.field(1, 'o', target.path);
    wire.field(2, 's', target.interface);
    wire.field(3, 's', target.member);
    wire.field(6, 's', ends.to);
    if (ends.from != nullptr) wire.field(7, 's', ends.from);
    if (*target.signature != '\0') wire.field(8, 'g', target.signature);
    if (fds > 0) wire.count(9, fds);
    return wire.finish(16) + std::string(body);
  }
  // The answer to a connection's first call, Hello: its name.
  static std::string hello() { return answer(1, "s", Wire().text(":1.9").m_bytes); }
  // An answer that means yes.
  static std::string answer(uint32_t to, const char* signature, std::string_view body, uint32_t fds = 0) {
    Wire wire;
    wire.m_bytes = std::string("l\2\1\1", 4);
    wire.number(static_cast<uint32_t>(body.size()));
    wire.number(to + 1);
    wire.number(0);
    wire.count(5, to);
    wire.field(7, 's', "org.freedesktop.DBus");
    wire.field(6, 's', ":1.9");
    if (*signature != '\0') wire.field(8, 'g', signature);
    if (fds > 0) wire.count(9, fds);
    return wire.finish(16) + std::string(body);
  }

  // Arguments.
  Wire& number(uint32_t value) {
    pad(4);
    for (int i = 0; i < 4; ++i) m_bytes += static_cast<char>(value >> (8 * i));
    return *this;
  }
  Wire& text(const char* text) {
    number(static_cast<uint32_t>(strlen(text)));
    m_bytes += text;
    m_bytes += '\0';
    return *this;
  }
  Wire& empty(size_t alignment) {  // An array of what is aligned so.
    number(0);
    pad(alignment);
    return *this;
  }
  // Of an a{sv}: {"attachment_fds": a descriptor of this number}.
  Wire& attachments(uint32_t index) {
    Wire entry;
    entry.text("attachment_fds").m_bytes += std::string("\2ah\0", 4);
    entry.number(4).number(index);
    number(static_cast<uint32_t>(entry.m_bytes.size()));
    pad(8);
    m_bytes += entry.m_bytes;
    return *this;
  }
  const std::string& bytes() const { return m_bytes; }

private:
  void pad(size_t to) {
    while (m_bytes.size() % to != 0) m_bytes += '\0';
  }
  void field(char code, char type, const char* value) {
    head(code, type);
    if (type != 'g') {
      text(value);
      return;
    }
    m_bytes += static_cast<char>(strlen(value));
    m_bytes += value;
    m_bytes += '\0';
  }
  void count(char code, uint32_t value) {
    head(code, 'u');
    number(value);
  }
  void head(char code, char type) {
    pad(8);
    m_bytes += code;
    m_bytes += '\1';
    m_bytes += type;
    m_bytes += '\0';
  }
  std::string finish(size_t start) {
    auto length = static_cast<uint32_t>(m_bytes.size() - start);
    for (int i = 0; i < 4; ++i) m_bytes[12 + static_cast<size_t>(i)] = static_cast<char>(length >> (8 * i));
    pad(8);
    return m_bytes;
  }

  std::string m_bytes;
};

// With so many copies of a descriptor of nothing.
inline void sendBytes(int fd, const std::string& bytes, unsigned descriptors = 0) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  constexpr unsigned MOST = 4;
  alignas(cmsghdr) char control[CMSG_SPACE(MOST * sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (descriptors > 0 && descriptors <= MOST) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
    auto first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(descriptors * sizeof(int));
    for (unsigned i = 0; i < descriptors; ++i) memcpy(CMSG_DATA(first) + i * sizeof(int), &null, sizeof null);
  }
  if (!bytes.empty()) sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  close(null);
}

}  // namespace latchkey::test
