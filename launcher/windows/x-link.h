// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a window manager says to an X server, in its words.

#include <xcb/xcb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::windows {

struct Size {
  int width = 0, height = 0;
  bool operator==(const Size&) const = default;
};
struct Rectangle {
  int x = 0, y = 0, width = 0, height = 0;
};

enum class Atom : uint8_t {
  WmProtocols,
  WmDeleteWindow,
  WmTakeFocus,
  WmState,
  WmNormalHints,
  NetSupported,
  NetSupportingWmCheck,
  NetWmName,
  NetActiveWindow,
  NetClientList,
  NetCloseWindow,
  NetWorkarea,
  NetFrameExtents,
  NetWmState,
  NetWmStateMaximizedVert,
  NetWmStateMaximizedHorz,
  NetWmWindowType,
  NetWmWindowTypeDialog,
  NetWmWindowTypeUtility,
  NetWmWindowTypeSplash,
  Utf8String,
  Clipboard,
  Targets,
  Timestamp,
  Incr,
  Transfer,  // Where contents are put for us.
  Count
};

struct SelectionChange {
  xcb_window_t owner = 0;
  xcb_timestamp_t since = 0;
};

class XLink {
public:
  // Waits until the server answers; false if there is none.
  bool connect(const char* display);
  ~XLink();

  xcb_connection_t* get() const { return m_connection; }
  xcb_screen_t* screen() const { return m_screen; }
  xcb_window_t root() const { return m_screen->root; }
  xcb_atom_t atom(Atom atom) const { return m_atoms[static_cast<size_t>(atom)]; }
  void flush() const { xcb_flush(m_connection); }

  std::vector<uint32_t> words(xcb_window_t window, xcb_atom_t property) const;
  bool lists(xcb_window_t window, Atom property, Atom value) const;
  // _NET_WM_NAME, or WM_NAME; in UTF-8.
  std::string title(xcb_window_t window) const;
  void setWords(xcb_window_t window, xcb_atom_t property, xcb_atom_t type, const std::vector<uint32_t>& words) const;
  void setText(xcb_window_t window, xcb_atom_t property, const std::string& text) const;
  // A message as ICCCM has it: to `window`, about itself.
  void tell(xcb_window_t window, Atom protocol, xcb_timestamp_t time) const;

  // The server's whole screen becomes this large, and its window with it. Nothing happens where the server cannot.
  void setScreenSize(Size size);
  // The server ends when all others have gone, though we are there.
  void doNotCount() const;
  // `window` hears of every new owner of the selection, and when there is none any more.
  void watchSelection(xcb_window_t window, xcb_atom_t selection) const;
  std::optional<SelectionChange> selectionChange(const xcb_generic_event_t* event) const;

private:
  unsigned knownXfixes() const;
  std::string text(xcb_window_t window, xcb_atom_t property, xcb_atom_t& type) const;
  xcb_connection_t* m_connection = nullptr;
  xcb_screen_t* m_screen = nullptr;
  std::array<xcb_atom_t, static_cast<size_t>(Atom::Count)> m_atoms = {};
};

}  // namespace latchkey::windows
