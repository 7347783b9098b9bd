// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What owners and readers of a selection say to an X server, and through it to each other.

#include <map>
#include <optional>
#include <utility>

#include "launcher/windows/x-link.h"

namespace latchkey::windows {

class XSelection : public XLink {
public:
  // A window that is never seen, to own things and to be answered at.
  xcb_window_t makeHidden(uint32_t events) const;
  void watch(xcb_window_t window, uint32_t events) const;

  // The atom for a name; nothing once there are too many: a server keeps them for ever.
  std::optional<xcb_atom_t> intern(const std::string& name);
  // Empty if there is none, or it is too long.
  std::string nameOf(xcb_atom_t atom) const;

  // Asks the owner of CLIPBOARD to put it into the property Transfer of `window`.
  void convert(xcb_window_t window, xcb_atom_t target) const;
  // Answers who asks us; `property` none: there is nothing.
  void answer(const xcb_selection_request_event_t& asked, xcb_atom_t property) const;

  void setBytes(xcb_window_t window, xcb_atom_t property, xcb_atom_t type, const std::string& bytes) const;
  // Type and format of a property.
  std::pair<xcb_atom_t, uint8_t> typeOf(xcb_window_t window, xcb_atom_t property) const;
  struct Part {
    std::string bytes = {};
    bool isMore = false;
  };
  // At most `count` words of it from `offset`, and with the last of them the property is gone. Nothing: it is not of
  // bytes.
  std::optional<Part> takeBytes(xcb_window_t window, xcb_atom_t property, uint32_t offset, uint32_t count) const;
  std::vector<uint32_t> takeWords(xcb_window_t window, xcb_atom_t property) const;

private:
  std::map<std::string, xcb_atom_t> m_interned;
};

}  // namespace latchkey::windows
