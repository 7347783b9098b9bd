// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The clipboard of the app's own X server, kept together with the session's: WaylandClipboard says when.
//
//   in    While there is something to be had, CLIPBOARD is ours. Types are answered by us, contents fetched from
//         whoever has copied them, once the app asks. Without the keyboard it belongs to nobody.
//   out   When the app takes CLIPBOARD while it has the keyboard, it is asked for the types, which are offered.
//
// Its own connection: it must hear of properties of the app's windows, of which the window manager hears otherwise.
//
// Attack: the app owns the server. It may take CLIPBOARD ten thousand times a second, offer types without end, give
// contents that never end or none at all, ask and take nothing. So types and what is under way are counted, whoever
// says nothing for fifteen seconds is left alone, and there is no wait for a reply of the app's.

#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "launcher/windows/into-x.h"
#include "launcher/windows/letters.h"
#include "launcher/windows/out-of-x.h"

namespace latchkey::windows {

class XClipboard {
public:
  // `post`: to WaylandClipboard.
  explicit XClipboard(std::function<void(const Letter&)> post) : m_post(std::move(post)) {}

  bool connect(const char* display);
  void read(const Letter& letter);
  // Goes on with all that is under way. False: the server has gone.
  bool goOn();
  // What to wait for, and for how many milliseconds at most; -1: for ever.
  void addAwaited(std::vector<pollfd>& all) const;
  int patience() const;

private:
  struct Exported {
    xcb_atom_t target = 0;
    bool latin = false;
  };

  void handle(const xcb_generic_event_t* event);
  void changed(const SelectionChange& change);
  void hold();
  void onAsked(const xcb_selection_request_event_t& request);
  void answer(const xcb_selection_request_event_t& asked);
  bool answerWaiting();
  void fetch(const xcb_selection_request_event_t& asked, xcb_atom_t type, const std::string& from);
  void askTypes(Moment now);
  void heardTypes(xcb_atom_t property);
  void give(const std::string& type, kj::AutoCloseFd pipe);
  std::vector<xcb_atom_t> targets();

  std::function<void(const Letter&)> m_post;
  XSelection m_x;
  xcb_window_t m_window = 0;
  bool m_focused = false;

  std::vector<std::string> m_offered;  // By the session.
  std::map<xcb_atom_t, std::string> m_offeredAtoms;
  bool m_holds = false;
  xcb_timestamp_t m_heldSince = XCB_CURRENT_TIME;
  std::list<IntoX> m_into;
  std::list<xcb_selection_request_event_t> m_waiting;  // For what is under way into the same property.

  bool m_appHas = false;
  bool m_asks = false;       // For types, and has no answer yet.
  bool m_asksAgain = false;  // As soon as that is over.
  Moment m_askedAt = {};
  std::map<std::string, Exported> m_exported;
  std::list<OutOfX> m_outOf;
};

}  // namespace latchkey::windows
