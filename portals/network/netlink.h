// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Messages of the kernel's netlink: routes, the gate, and who has a socket. A few fixed messages need no library.

#include <linux/netlink.h>
#include <string.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace latchkey::network {

class Netlink {
public:
  // One message begins; `head` is its family's own header.
  template <typename Head>
  Netlink& message(uint16_t type, uint16_t flags, const Head& head) {
    finish();
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
    header.nlmsg_seq = ++m_sequence;
    m_answers += (flags & NLM_F_ACK) != 0;
    m_start = m_bytes.size();
    append(&header, sizeof header);
    append(&head, sizeof head);
    return *this;
  }
  Netlink& bytes(uint16_t type, std::string_view value) {
    nlattr attribute{static_cast<uint16_t>(sizeof(nlattr) + value.size()), type};
    append(&attribute, sizeof attribute);
    append(value.data(), value.size());
    return *this;
  }
  // With its NUL.
  Netlink& text(uint16_t type, const char* value) { return bytes(type, {value, strlen(value) + 1}); }
  template <typename Value>
  Netlink& value(uint16_t type, const Value& what) {
    return bytes(type, {reinterpret_cast<const char*>(&what), sizeof what});
  }
  Netlink& big32(uint16_t type, uint32_t number) { return value(type, __builtin_bswap32(number)); }
  Netlink& nest(uint16_t type, const std::function<void()>& content) {
    auto at = m_bytes.size();
    nlattr attribute{0, static_cast<uint16_t>(type | NLA_F_NESTED)};
    append(&attribute, sizeof attribute);
    content();
    auto length = static_cast<uint16_t>(m_bytes.size() - at);
    memcpy(m_bytes.data() + at, &length, sizeof length);
    return *this;
  }
  unsigned answers() const { return m_answers; }  // That the kernel will give.
  const std::string& all() {
    finish();
    return m_bytes;
  }

private:
  void append(const void* from, size_t size) {
    m_bytes.append(static_cast<const char*>(from), size);
    m_bytes.append((4 - m_bytes.size() % 4) % 4, '\0');
  }
  void finish() {
    if (m_start == std::string::npos) return;
    auto length = static_cast<uint32_t>(m_bytes.size() - m_start);
    memcpy(m_bytes.data() + m_start, &length, sizeof length);
    m_start = std::string::npos;
  }

  std::string m_bytes;
  size_t m_start = std::string::npos;
  uint32_t m_sequence = 0;
  unsigned m_answers = 0;
};

}  // namespace latchkey::network
