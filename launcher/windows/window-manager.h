// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The windows of one app in an X server of its own, which is one window of the desktop.
//
// The app's first window is what that window shows: it fills it and follows its size, and has no frame of its own,
// since the desktop draws one around. Dialogs and further windows stand in front of it, in frames that are moved by
// their title, made larger at their lower right corner and closed by the cross. When the first window goes, the next
// takes its place.
//
// Why not a window of the desktop for each of them: compositors let only their own Xwayland do that, which all apps
// share.
//
// Whatever the app says about its windows concerns nobody but itself; numbers are bounded so that none is lost to
// sight.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "launcher/windows/x-link.h"

namespace latchkey::windows {

class WindowManager {
public:
  // `fits`: the server's window can be given the size that the app's has. The largest that is asked for by itself comes
  // from `largest`.
  WindowManager(XLink& x, bool fits, std::function<Size()> largest);

  // Takes over what is there already: the app may have been quicker.
  void begin();
  // Takes what the server has said. False: it has gone.
  bool dispatch();
  // The person wants the desktop's window closed. False: there is nobody to be asked.
  bool askToClose();

  // Of the first window.
  std::function<void(const std::string&)> onTitle = [](auto&) {};

private:
  struct Window {
    xcb_window_t id = 0;
    xcb_window_t frame = 0;  // None: it is the first one.
    std::string title = {};
    Rectangle place = {};  // Of the content, on the screen.
    Size least = {}, most = {};
    bool isDialog = false;
    bool canBeAsked = false;  // To close.
    unsigned unmapsExpected = 0;
    bool isFixed() const { return most.width > 0 && least == most; }
  };
  struct Drag {
    xcb_window_t window = 0;
    bool resizes = false;
    int x = 0, y = 0;
    Rectangle from = {};
  };

  void announce();
  void handle(const xcb_generic_event_t* event);
  void manage(xcb_window_t id);
  void forget(xcb_window_t id);
  void show(Window& window);
  void readHints(Window& window);
  void readTitle(Window& window);

  void layout();
  void fill(Window& window);
  void frame(Window& window);
  void placeFrame(Window& window);
  void drawFrame(const Window& window);
  void tellPlace(const Window& window);
  void setScreen(Size wanted);

  void configure(const xcb_configure_request_event_t& request);
  void press(const xcb_button_press_event_t& press);
  void move(const xcb_motion_notify_event_t& motion);
  void message(const xcb_client_message_event_t& message);
  void focus(Window& window, xcb_timestamp_t time);
  void focusNext();
  void close(const Window& window, xcb_timestamp_t time);
  void listWindows();

  Window* find(xcb_window_t id);
  Window* findFrame(xcb_window_t frame);
  Window* first();

  XLink& m_x;
  bool m_fits;
  std::function<Size()> m_largest;
  Size m_screen;
  std::optional<Size> m_asked;  // The size of the screen was our wish, and nobody has changed it since.
  std::map<xcb_window_t, Window> m_windows;
  xcb_window_t m_first = 0;
  xcb_window_t m_focused = 0;
  xcb_window_t m_check = 0;
  std::optional<Drag> m_drag;
  xcb_gcontext_t m_ink = 0;
  bool m_wide = false;  // The font knows more than Latin.
  xcb_timestamp_t m_time = XCB_CURRENT_TIME;
};

}  // namespace latchkey::windows
