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
constexpr size_t MOST_DESCRIPTORS = 28;  // As libwayland sends at once.
constexpr size_t MOST_WAITING = 1 << 20;
constexpr size_t MOST_OBJECTS = 1000;
constexpr size_t LONGEST_TITLE = 200;

// What Xwayland draws its one window and takes its input with.
constexpr std::string_view OFFERED[] = {"wl_compositor",
                                        "wl_subcompositor",
                                        "wl_shm",
                                        "wl_output",
                                        "wl_seat",
                                        "xdg_wm_base",
                                        "xdg_activation_v1",
                                        "xdg_wm_dialog_v1",
                                        "xdg_toplevel_icon_manager_v1",
                                        "xdg_system_bell_v1",
                                        "zxdg_output_manager_v1",
                                        "zxdg_decoration_manager_v1",
                                        "wp_viewporter",
                                        "wp_presentation",
                                        "wp_fractional_scale_manager_v1",
                                        "wp_single_pixel_buffer_manager_v1",
                                        "wp_cursor_shape_manager_v1",
                                        "wp_content_type_manager_v1",
                                        "wp_tearing_control_manager_v1",
                                        "zwp_relative_pointer_manager_v1",
                                        "zwp_pointer_constraints_v1",
                                        "zwp_pointer_gestures_v1",
                                        "zwp_keyboard_shortcuts_inhibit_manager_v1",
                                        "zwp_xwayland_keyboard_grab_manager_v1"};
// Its objects are numbered by the compositor.
constexpr std::string_view TABLETS = "zwp_tablet_manager_v2";

}  // namespace

WaylandRelay::WaylandRelay(int server, int compositor, std::string app, Clipboard clipboard)
    : m_app(std::move(app)), m_title(m_app) {
  m_ends[SERVER].fd = server;
  m_ends[COMPOSITOR].fd = compositor;
  if (clipboard == Clipboard::Apart) return;
  m_clipboard = std::make_unique<WaylandClipboard>(
      [this](const std::string& message, int descriptor) { say(m_ends[COMPOSITOR], message, descriptor); });
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
    // What is to be sent is whole messages only, so this stands between two.
    if (what == What::Toplevel) m_ends[COMPOSITOR].toSend += Saying(object, 2).text(m_title).whole();
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

// Whole messages only, each with what belongs to it.
bool WaylandRelay::pass(End end) {
  auto &from = m_ends[end], &to = m_ends[1 - end];
  size_t begin = 0;
  while (from.received.size() - begin >= HEADER && !m_failed) {
    size_t size = wordAt(from.received, begin + 4) >> 16;
    if (size < HEADER || size % 4 != 0) return false;
    if (from.received.size() - begin < size) break;
    auto message = from.received.substr(begin, size);
    begin += size;
    int descriptor = -1;
    if (bringsDescriptor(end, message)) {
      if (from.descriptors.empty()) return false;
      descriptor = from.descriptors.front();
      from.descriptors.pop_front();
    }
    if (end == COMPOSITOR && m_clipboard != nullptr && m_clipboard->isOurs(objectOf(message))) {
      m_clipboard->event(message, descriptor);
    } else {
      say(to, end == SERVER ? request(std::move(message)) : event(std::move(message)), descriptor);
    }
  }
  from.received.erase(0, begin);
  if (m_clipboard != nullptr) m_clipboard->goOn();
  return !m_failed && from.descriptors.size() <= MOST_DESCRIPTORS;
}

bool WaylandRelay::bringsDescriptor(End end, const std::string& message) const {
  if (end == COMPOSITOR && m_clipboard != nullptr && m_clipboard->bringsDescriptor(message)) return true;
  auto known = m_objects.find(objectOf(message));
  if (known == m_objects.end() || opcodeOf(message) != 0) return false;
  if (end == SERVER) return known->second == What::Memory;                            // A pool.
  return known->second == What::Keyboard || known->second == What::ReleasedKeyboard;  // A keymap.
}

void WaylandRelay::say(Side& to, const std::string& message, int descriptor) {
  to.toSend += message;
  if (descriptor >= 0) to.descriptorsToSend.push_back(descriptor);
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

bool WaylandRelay::isOffered(std::string_view interface) const {
  return std::ranges::find(OFFERED, interface) != std::end(OFFERED) || (interface == TABLETS && m_clipboard == nullptr);
}

void WaylandRelay::follow(uint32_t object, What what) {
  if (m_objects.size() >= MOST_OBJECTS) m_failed = true;
  m_objects[object] = what;
}

void WaylandRelay::bind(const std::string& message) {
  auto [interface, next] = textAt(message, HEADER + 4);
  auto object = wordAt(message, next + 4);
  if (!isOffered(interface)) m_failed = true;
  if (interface == "xdg_wm_base") follow(object, What::Shell);
  if (interface == "wl_output") follow(object, What::Output);
  if (interface == "wl_shm") follow(object, What::Memory);
  if (interface == "wl_seat") {
    follow(object, What::Seat);
    if (m_clipboard != nullptr) m_clipboard->onSeat(object);
  }
}

void WaylandRelay::useSeat(uint32_t opcode, uint32_t object) {
  if (opcode == 0) follow(object, What::Pointer);
  if (opcode == 1) follow(object, What::Keyboard);
  if (opcode == 2) follow(object, What::Touch);
}

std::string WaylandRelay::request(std::string message) {
  auto object = objectOf(message), opcode = opcodeOf(message);
  if (object == DISPLAY) {
    if (opcode == 1) follow(wordAt(message, HEADER), What::Registry);
    return message;
  }
  if (m_clipboard != nullptr && m_clipboard->isOurs(object)) m_failed = true;
  auto known = m_objects.find(object);
  if (known == m_objects.end()) return message;
  switch (known->second) {
    case What::Registry:
      if (opcode == 0) bind(message);
      break;
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
      if (opcode == 2) return Saying(object, 2).text(m_title).whole();
      if (opcode == 3) return Saying(object, 3).text(m_app).whole();
      break;
    case What::Output:
      if (opcode == 0) m_objects.erase(known);
      break;
    case What::Seat: useSeat(opcode, wordAt(message, HEADER)); break;
    case What::Keyboard:
      if (opcode == 0) {
        known->second = What::ReleasedKeyboard;
        if (m_clipboard != nullptr) m_clipboard->onFocus(false);
      }
      break;
    case What::Memory:
    case What::Pointer:
    case What::Touch:
    case What::ReleasedKeyboard: break;
  }
  return message;
}

std::string WaylandRelay::event(std::string message) {
  auto object = objectOf(message), opcode = opcodeOf(message);
  if (object == DISPLAY && opcode == 1) {
    auto number = wordAt(message, HEADER);
    m_objects.erase(number);
    return m_clipboard != nullptr && m_clipboard->keeps(number) ? std::string() : message;
  }
  auto known = m_objects.find(object);
  if (known == m_objects.end()) return message;
  if (known->second == What::Toplevel && opcode == 1) {
    onClose();
    return {};
  }
  if (known->second == What::Registry && opcode == 0) {
    auto interface = textAt(message, HEADER + 4).first;
    if (m_clipboard != nullptr) m_clipboard->onGlobal(object, wordAt(message, HEADER), interface);
    return isOffered(interface) ? message : std::string();
  }
  hear(known->second, message);
  return message;
}

// Of what the compositor says: the size of the screen, and what the person does.
void WaylandRelay::hear(What what, const std::string& message) {
  auto opcode = opcodeOf(message);
  if (what == What::Output) {
    if (opcode == 1 && (wordAt(message, HEADER) & 1) != 0) {  // The mode that is in use.
      m_screenWidth = wordAt(message, HEADER + 4);
      m_screenHeight = wordAt(message, HEADER + 8);
    }
    if (opcode == 3 && wordAt(message, HEADER) > 1) {
      m_screenWidth /= wordAt(message, HEADER);
      m_screenHeight /= wordAt(message, HEADER);
    }
  }
  if (m_clipboard == nullptr) return;
  auto serial = wordAt(message, HEADER);
  bool pressed = wordAt(message, HEADER + 12) == 1;
  if (what == What::Keyboard && opcode == 1) m_clipboard->onFocus(true);
  if (what == What::Keyboard && opcode == 2) m_clipboard->onFocus(false);
  if ((what == What::Keyboard || what == What::Pointer) && opcode == 3 && pressed) m_clipboard->onPress(serial);
  if (what == What::Touch && opcode == 0) m_clipboard->onPress(serial);
}

}  // namespace latchkey::windows
