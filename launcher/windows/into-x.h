// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One content on its way from a pipe to a window of the app's: at once, or in pieces (INCR) as fast as the app takes
// them. No more than a piece is held here. A property bears one at a time: what is asked for into the same one has to
// wait until the app has taken the last piece, or it would find the beginning of one content in the midst of another.

#include <kj/io.h>
#include <poll.h>

#include <chrono>
#include <string>

#include "launcher/windows/clipboard-types.h"
#include "launcher/windows/x-selection.h"

namespace latchkey::windows {

using Moment = std::chrono::steady_clock::time_point;
constexpr auto PATIENCE = std::chrono::seconds(15);  // Without a byte.
constexpr size_t PIECE = 128 << 10;
constexpr size_t MOST_BYTES = 64 << 20;  // What is longer is cut there.

class IntoX {
public:
  IntoX(XSelection& x, const xcb_selection_request_event_t& asked, xcb_atom_t type, kj::AutoCloseFd pipe);

  xcb_window_t window() const { return m_asked.requestor; }
  bool occupies(xcb_window_t window, xcb_atom_t property) const {
    return window == m_asked.requestor && property == m_asked.property;
  }
  // All is there for the app, which has not taken the end of it.
  bool isGiven() const { return m_isGiven; }
  // The app has taken a piece, if it was this one's.
  void onTaken(xcb_window_t window, xcb_atom_t property);
  // As far as it can. False: it is over.
  bool goOn(Moment now);
  pollfd awaited() const;

private:
  bool read();
  void put();

  XSelection& m_x;
  xcb_selection_request_event_t m_asked;
  xcb_atom_t m_type;
  kj::AutoCloseFd m_pipe;
  ToLatin1 m_toLatin1;
  std::string m_piece;
  size_t m_total = 0;
  bool m_ended = false;     // Nothing more comes.
  bool m_inPieces = false;  // The app has been told so.
  bool m_isTaken = false;   // And waits for the next.
  bool m_isGiven = false;
  Moment m_since = std::chrono::steady_clock::now();
};

}  // namespace latchkey::windows
