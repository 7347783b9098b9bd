// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One content on its way from the app that has copied it to a pipe of somebody's: asked for, and read in pieces as fast
// as the other takes them, also where the app gives it in pieces of its own (INCR). No more than a piece is held here.

#include <kj/io.h>

#include "launcher/windows/into-x.h"

namespace latchkey::windows {

class OutOfX {
public:
  // Asks for it. `latin`: it is turned into UTF-8.
  OutOfX(XSelection& x, xcb_atom_t target, bool latin, kj::AutoCloseFd pipe);
  ~OutOfX();
  OutOfX(const OutOfX&) = delete;
  OutOfX& operator=(const OutOfX&) = delete;

  xcb_window_t window() const { return m_window; }
  // The app's answer; `property` is none if it has nothing.
  void onAnswer(xcb_atom_t property);
  // The app has put the next piece there.
  void onPiece() { m_hasPiece = m_hasPiece || m_inPieces; }
  // As far as it can. False: it is over.
  bool goOn(Moment now);
  pollfd awaited() const;

private:
  bool read();
  bool write();

  XSelection& m_x;
  xcb_window_t m_window;
  bool m_latin;
  kj::AutoCloseFd m_pipe;
  std::string m_piece;
  size_t m_total = 0;
  uint32_t m_offset = 0;    // Of what has been read of the property, in words.
  bool m_hasPiece = false;  // The property holds something to be read.
  bool m_inPieces = false;
  bool m_ended = false;  // The app has given all.
  bool m_failed = false;
  Moment m_since = std::chrono::steady_clock::now();
};

}  // namespace latchkey::windows
