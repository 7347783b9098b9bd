// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Between an app's own Xwayland and the compositor: bytes and descriptors pass as they are, but for what makes its
// window look and behave like the app's.
//
//   its title and app id   "Xwayland on :0" becomes what the app's own window says, and whose it is
//   a wish to close it     is kept back: Xwayland would end at once, and with it unsaved work. The app is asked instead
//   the clipboard          is spoken for here (WaylandClipboard), where it is not switched off
//
// Why not simpler: Xwayland has no options for these, and its window belongs to its own connection.
//
// Xwayland sees the interfaces that it draws its window and takes its input with, and can bind no other. Of all of them
// but two (a keymap, a pool of memory) it is known that no descriptor comes with their messages, so that each
// descriptor goes with its own. Whatever does not look like Wayland ends the connection, and with it the server: it can
// do nothing to others that it could not do without us.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/windows/wayland-clipboard.h"

namespace latchkey::windows {

enum class Clipboard : uint8_t { Apart, Shared };

class WaylandRelay {
public:
  // Takes both sockets.
  WaylandRelay(int server, int compositor, std::string app, Clipboard clipboard);
  ~WaylandRelay();
  WaylandRelay(const WaylandRelay&) = delete;
  WaylandRelay& operator=(const WaylandRelay&) = delete;

  // What to wait for: the server's end and the compositor's.
  int descriptor(unsigned end) const { return m_ends[end].fd; }
  short awaited(unsigned end) const;
  // Passes on what there is. False: one of them has gone, or does not speak Wayland.
  bool pump();

  void setTitle(std::string title);
  // The largest the window should be by itself, in pixels; 0 while no screen has told its size.
  unsigned screenWidth() const { return m_screenWidth; }
  unsigned screenHeight() const { return m_screenHeight; }

  std::function<void()> onClose = [] {};

  // Null where it is kept apart.
  WaylandClipboard* clipboard() { return m_clipboard.get(); }

private:
  enum class What : uint8_t {
    Registry,
    Shell,
    Surface,
    Toplevel,
    Output,
    Memory,
    Seat,
    Pointer,
    Keyboard,
    ReleasedKeyboard,  // Its last words may still be on the way.
    Touch
  };
  enum End : unsigned { SERVER, COMPOSITOR };
  struct Side {
    int fd = -1;
    std::string received = {};  // Not yet passed on: less than one message.
    std::deque<int> descriptors = {};
    std::string toSend = {};  // Passed on to this side, and not yet taken by its socket.
    std::deque<int> descriptorsToSend = {};
  };

  bool receive(Side& from);
  bool send(Side& to);
  bool pass(End from);
  bool bringsDescriptor(End from, const std::string& message) const;
  static void say(Side& to, const std::string& message, int descriptor);
  // What becomes of the message: itself, another, or nothing.
  std::string request(std::string message);
  std::string event(std::string message);
  void bind(const std::string& message);
  void useSeat(uint32_t opcode, uint32_t object);
  void hear(What what, const std::string& message);
  bool isOffered(std::string_view interface) const;
  void follow(uint32_t object, What what);

  Side m_ends[2];
  std::string m_app;
  std::string m_title;
  std::map<uint32_t, What> m_objects;
  unsigned m_screenWidth = 0, m_screenHeight = 0;
  bool m_failed = false;
  std::unique_ptr<WaylandClipboard> m_clipboard;
};

}  // namespace latchkey::windows
