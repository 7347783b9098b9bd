// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/out-of-x.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::windows {
namespace {

// Others choose what they want it written to. A pipe or socket can be told not to let us wait.
bool takesWithoutWaiting(int fd) {
  struct stat status{};
  if (fstat(fd, &status) < 0 || !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode))) return false;
  int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

}  // namespace

OutOfX::OutOfX(XSelection& x, xcb_atom_t target, bool latin, kj::AutoCloseFd pipe)
    : m_x(x), m_window(x.makeHidden(XCB_EVENT_MASK_PROPERTY_CHANGE)), m_latin(latin), m_pipe(kj::mv(pipe)) {
  m_failed = !takesWithoutWaiting(m_pipe);
  if (!m_failed) m_x.convert(m_window, target);
}

OutOfX::~OutOfX() { xcb_destroy_window(m_x.get(), m_window); }

pollfd OutOfX::awaited() const { return {m_piece.empty() ? -1 : m_pipe.get(), POLLOUT, 0}; }

void OutOfX::onAnswer(xcb_atom_t property) {
  m_failed = m_failed || property == XCB_NONE || m_inPieces || m_hasPiece;
  if (m_failed) return;
  auto [type, format] = m_x.typeOf(m_window, m_x.atom(Atom::Transfer));
  m_inPieces = type == m_x.atom(Atom::Incr);
  m_hasPiece = !m_inPieces;
  if (m_inPieces) xcb_delete_property(m_x.get(), m_window, m_x.atom(Atom::Transfer));
  m_failed = !m_inPieces && format != 8;
}

// Whether there was anything.
bool OutOfX::read() {
  if (!m_hasPiece || m_ended || !m_piece.empty()) return false;
  auto part = m_x.takeBytes(m_window, m_x.atom(Atom::Transfer), m_offset, PIECE / 4);
  if (!part) {
    m_failed = true;
    return false;
  }
  m_total += part->bytes.size();
  m_failed = m_total > MOST_BYTES;
  bool isEnd = m_inPieces && m_offset == 0 && part->bytes.empty();
  m_offset += static_cast<uint32_t>(part->bytes.size() / 4);
  if (!part->isMore) {
    m_offset = 0;
    m_hasPiece = false;
    m_ended = isEnd || !m_inPieces;
  }
  m_piece = m_latin ? fromLatin1(part->bytes) : std::move(part->bytes);
  return true;
}

// Whether anything was taken.
bool OutOfX::write() {
  if (m_piece.empty()) return false;
  auto written = ::write(m_pipe, m_piece.data(), m_piece.size());
  if (written > 0) m_piece.erase(0, static_cast<size_t>(written));
  m_failed = m_failed || (written < 0 && errno != EAGAIN && errno != EINTR);
  return written > 0;
}

bool OutOfX::goOn(Moment now) {
  for (bool moves = true; moves && !m_failed;) {
    moves = read();
    moves = write() || moves;
    if (moves) m_since = now;
  }
  return !m_failed && !(m_ended && m_piece.empty()) && now - m_since < PATIENCE;
}

}  // namespace latchkey::windows
