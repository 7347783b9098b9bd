// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/wayland-relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/text.h"

namespace latchkey::windows {
namespace {

constexpr uint32_t DISPLAY = 1;
constexpr size_t HEADER = 8;
constexpr size_t MOST_DESCRIPTORS = 28;  // As libwayland sends at once.
constexpr size_t MOST_WAITING = 1 << 20;
constexpr size_t MOST_OBJECTS = 1000;
constexpr size_t LONGEST_TITLE = 200;

uint32_t wordAt(const std::string& message, size_t offset) {
  uint32_t word = 0;
  if (offset + sizeof word <= message.size()) memcpy(&word, message.data() + offset, sizeof word);
  return word;
}
void append(std::string& message, uint32_t word) { message.append(reinterpret_cast<const char*>(&word), sizeof word); }

uint32_t objectOf(const std::string& message) { return wordAt(message, 0); }
uint32_t opcodeOf(const std::string& message) { return wordAt(message, 4) & 0xffff; }

// A request with one text.
std::string saying(uint32_t object, uint32_t opcode, std::string_view text) {
  auto padded = (text.size() + 4) & ~size_t{3};  // With its NUL.
  std::string message;
  append(message, object);
  append(message, static_cast<uint32_t>((HEADER + 4 + padded) << 16 | opcode));
  append(message, static_cast<uint32_t>(text.size() + 1));
  message.append(text);
  message.append(padded - text.size(), '\0');
  return message;
}

// The text at `offset` of a message, and where what follows it begins.
std::pair<std::string, size_t> textAt(const std::string& message, size_t offset) {
  size_t size = wordAt(message, offset), begin = offset + 4;
  if (size == 0 || size > message.size() || begin + size > message.size()) return {"", message.size()};
  return {message.substr(begin, size - 1), begin + ((size + 3) & ~size_t{3})};
}

}  // namespace

WaylandRelay::WaylandRelay(int server, int compositor, std::string app) : m_app(std::move(app)), m_title(m_app) {
  m_ends[SERVER].fd = server;
  m_ends[COMPOSITOR].fd = compositor;
}

WaylandRelay::~WaylandRelay() {
  for (auto& end : m_ends) {
    for (auto list : {&end.descriptors, &end.descriptorsToSend}) {
      for (int fd : *list) close(fd);
    }
    close(end.fd);
  }
}

short WaylandRelay::awaited(unsigned end) const {
  auto events = m_ends[end].toSend.empty() ? 0 : POLLOUT;
  if (m_ends[1 - end].toSend.size() < MOST_WAITING) events |= POLLIN;  // Whoever reads slowly is not sent more.
  return static_cast<short>(events);
}

bool WaylandRelay::pump() {
  bool goesOn = true;
  for (auto from : {SERVER, COMPOSITOR}) {
    if (m_ends[1 - from].toSend.size() < MOST_WAITING) goesOn = receive(m_ends[from]) && goesOn;
    goesOn = pass(from) && goesOn;
  }
  for (auto& end : m_ends) goesOn = send(end) && goesOn;
  return goesOn;
}

void WaylandRelay::setTitle(std::string title) {
  title = brief(title, LONGEST_TITLE);
  if (title.empty()) title = m_app;
  if (title == m_title) return;
  m_title = std::move(title);
  for (auto& [object, what] : m_objects) {
    // The socket's queue holds whole messages only, so this stands between two.
    if (what == What::Toplevel) m_ends[COMPOSITOR].toSend += saying(object, 2, m_title);
  }
}

bool WaylandRelay::receive(Side& from) {
  char bytes[16384];
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 64)];
  iovec part{bytes, sizeof bytes};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  auto got = recvmsg(from.fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  for (auto next = CMSG_FIRSTHDR(&header); next != nullptr; next = CMSG_NXTHDR(&header, next)) {
    if (next->cmsg_level != SOL_SOCKET || next->cmsg_type != SCM_RIGHTS) continue;
    auto count = (next->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      memcpy(&fd, CMSG_DATA(next) + i * sizeof fd, sizeof fd);
      from.descriptors.push_back(fd);
    }
  }
  from.received.append(bytes, static_cast<size_t>(got));
  return got > 0 && (header.msg_flags & MSG_CTRUNC) == 0;
}

// Whole messages only. Descriptors go with the first of them: the receiver counts them by what the messages say.
bool WaylandRelay::pass(End end) {
  auto &from = m_ends[end], &to = m_ends[1 - end];
  size_t begin = 0;
  while (from.received.size() - begin >= HEADER) {
    size_t size = wordAt(from.received, begin + 4) >> 16;
    if (size < HEADER || size % 4 != 0) return false;
    if (from.received.size() - begin < size) break;
    auto message = from.received.substr(begin, size);
    begin += size;
    to.toSend += end == SERVER ? request(std::move(message)) : event(std::move(message));
  }
  from.received.erase(0, begin);
  if (begin > 0) {
    to.descriptorsToSend.insert(to.descriptorsToSend.end(), from.descriptors.begin(), from.descriptors.end());
    from.descriptors.clear();
  }
  return !m_failed && from.descriptors.size() <= MOST_DESCRIPTORS;
}

bool WaylandRelay::send(Side& to) {
  while (!to.toSend.empty()) {
    auto count = std::min(to.descriptorsToSend.size(), MOST_DESCRIPTORS);
    std::vector<int> descriptors(to.descriptorsToSend.begin(), to.descriptorsToSend.begin() + static_cast<long>(count));
    // While more descriptors wait than fit, a word at a time: none may come after what needs it.
    iovec part{to.toSend.data(), to.descriptorsToSend.size() > count ? 4 : to.toSend.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)] = {};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (count > 0) {
      header.msg_control = control;
      header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
      auto first = CMSG_FIRSTHDR(&header);
      first->cmsg_level = SOL_SOCKET;
      first->cmsg_type = SCM_RIGHTS;
      first->cmsg_len = CMSG_LEN(sizeof(int) * count);
      memcpy(CMSG_DATA(first), descriptors.data(), sizeof(int) * count);
    }
    auto sent = sendmsg(to.fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    to.toSend.erase(0, static_cast<size_t>(sent));
    for (int fd : descriptors) close(fd);
    to.descriptorsToSend.erase(to.descriptorsToSend.begin(), to.descriptorsToSend.begin() + static_cast<long>(count));
  }
  return true;
}

void WaylandRelay::follow(uint32_t object, What what) {
  if (m_objects.size() >= MOST_OBJECTS) m_failed = true;
  m_objects[object] = what;
}

std::string WaylandRelay::request(std::string message) {
  auto object = objectOf(message), opcode = opcodeOf(message);
  if (object == DISPLAY) {
    if (opcode == 1) follow(wordAt(message, HEADER), What::Registry);
    return message;
  }
  auto known = m_objects.find(object);
  if (known == m_objects.end()) return message;
  switch (known->second) {
    case What::Registry: {
      if (opcode != 0) break;
      auto [interface, next] = textAt(message, HEADER + 4);
      if (interface == "xdg_wm_base") follow(wordAt(message, next + 4), What::Shell);
      if (interface == "wl_output") follow(wordAt(message, next + 4), What::Output);
      break;
    }
    case What::Shell:
      if (opcode == 0) m_objects.erase(known);
      if (opcode == 2) follow(wordAt(message, HEADER), What::Surface);
      break;
    case What::Surface:
      if (opcode == 0) m_objects.erase(known);
      if (opcode == 1) follow(wordAt(message, HEADER), What::Toplevel);
      break;
    case What::Toplevel:
      if (opcode == 0) m_objects.erase(known);
      if (opcode == 2) return saying(object, 2, m_title);
      if (opcode == 3) return saying(object, 3, m_app);
      break;
    case What::Output:
      if (opcode == 0) m_objects.erase(known);
      break;
  }
  return message;
}

std::string WaylandRelay::event(std::string message) {
  auto known = m_objects.find(objectOf(message));
  if (known == m_objects.end()) return message;
  auto opcode = opcodeOf(message);
  if (known->second == What::Toplevel && opcode == 1) {
    onClose();
    return {};
  }
  if (known->second == What::Output) {
    if (opcode == 1 && (wordAt(message, HEADER) & 1) != 0) {  // The mode that is in use.
      m_screenWidth = wordAt(message, HEADER + 4);
      m_screenHeight = wordAt(message, HEADER + 8);
    }
    if (opcode == 3 && wordAt(message, HEADER) > 1) {
      m_screenWidth /= wordAt(message, HEADER);
      m_screenHeight /= wordAt(message, HEADER);
    }
  }
  return message;
}

}  // namespace latchkey::windows
