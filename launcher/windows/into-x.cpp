// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/into-x.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>

namespace latchkey::windows {

IntoX::IntoX(XSelection& x, const xcb_selection_request_event_t& asked, xcb_atom_t type, kj::AutoCloseFd pipe)
    : m_x(x), m_asked(asked), m_type(type), m_pipe(kj::mv(pipe)) {}

pollfd IntoX::awaited() const {
  bool reads = !m_ended && m_piece.size() < PIECE;
  return {reads ? m_pipe.get() : -1, POLLIN, 0};
}

void IntoX::onTaken(xcb_window_t window, xcb_atom_t property) {
  if (m_inPieces && occupies(window, property)) m_isTaken = true;
}

// Whether there was anything.
bool IntoX::read() {
  bool anything = false;
  char bytes[32 << 10];
  while (!m_ended && m_piece.size() < PIECE) {
    auto got = ::read(m_pipe, bytes, std::min(sizeof bytes, PIECE - m_piece.size()));
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
    anything = true;
    m_total += got > 0 ? static_cast<size_t>(got) : 0;
    m_ended = got <= 0 || m_total > MOST_BYTES;
    if (m_ended) break;
    std::string_view more(bytes, static_cast<size_t>(got));
    m_piece += m_type == XCB_ATOM_STRING ? m_toLatin1(more) : std::string(more);
  }
  return anything;
}

void IntoX::put() {
  m_x.setBytes(m_asked.requestor, m_asked.property, m_type, m_piece);
  m_piece.clear();
}

bool IntoX::goOn(Moment now) {
  for (;;) {
    if (read()) m_since = now;
    bool full = m_piece.size() >= PIECE;
    if (!m_inPieces && m_ended) {
      put();
      m_x.answer(m_asked, m_asked.property);
      return false;
    }
    if (!m_inPieces && full) {
      m_inPieces = true;
      m_x.watch(m_asked.requestor, XCB_EVENT_MASK_PROPERTY_CHANGE | XCB_EVENT_MASK_STRUCTURE_NOTIFY);
      m_x.setWords(m_asked.requestor, m_asked.property, m_x.atom(Atom::Incr), {static_cast<uint32_t>(m_total)});
      m_x.answer(m_asked, m_asked.property);
    }
    if (!m_inPieces || !m_isTaken || (!full && !m_ended)) break;
    if (m_isGiven) return false;
    m_isGiven = m_piece.empty();  // Nothing is the sign of the end.
    put();
    m_isTaken = false;
    m_since = now;
  }
  if (now - m_since < PATIENCE) return true;
  if (!m_inPieces) m_x.answer(m_asked, XCB_NONE);
  return false;
}

}  // namespace latchkey::windows
