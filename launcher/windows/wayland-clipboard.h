// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The session's clipboard, for an app behind an X server of its own, as the compositor has it.
//
// Rootful Xwayland leaves the clipboard alone. It is spoken for here, on Xwayland's own connection, because Wayland
// gives it to who has the keyboard and takes it from who was given an input event: another connection has neither.
//
// So the rules are those for every app on Wayland, and one more:
//
//   in    only while the app's window has the keyboard; types are told then, contents fetched when the app asks
//   out   only while it has, and within ten seconds of a key or button that the person pressed in it. What an app
//         copies unasked stays in its own server
//   never the primary selection, and nothing that is dragged
//
// Objects need numbers, and a compositor wants them without gaps, as its client counts them. So numbers are taken of
// which the compositor says that they are free again: Xwayland is not told, and does not use them any more. What the
// compositor numbers (an offer) would leave gaps in Xwayland's count: all such objects are ours, and interfaces that
// make others are kept from Xwayland (WaylandRelay).

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/windows/wayland-words.h"

namespace latchkey::windows {

class WaylandClipboard {
public:
  // Of a message to the compositor; closes the descriptor (-1: none) when it has been sent.
  using Say = std::function<void(std::string message, int descriptor)>;
  explicit WaylandClipboard(Say say) : m_say(std::move(say)) {}

  // What the relay sees pass by.
  void onGlobal(uint32_t registry, uint32_t name, std::string_view interface);
  void onSeat(uint32_t seat);
  void onFocus(bool focused);
  void onPress(uint32_t serial);
  // Everything up to here has passed: what names objects may follow.
  void goOn();
  // Of a number that is free again: whether it is kept.
  bool keeps(uint32_t number);
  bool isOurs(uint32_t object) const { return object >= FIRST_OF_COMPOSITOR || m_numbers.contains(object); }
  bool bringsDescriptor(const std::string& event) const;
  // Of an object of ours. Takes the descriptor.
  void event(const std::string& message, int descriptor);

  // The app has copied something. Nothing happens unless it may be told.
  void offer(const std::vector<std::string>& types);
  // It is gone again.
  void withdraw();
  // The app wants what is in the clipboard. Takes the descriptor that it is written to.
  void fetch(const std::string& type, int descriptor);

  std::function<void(bool focused)> onFocused = [](bool) {};
  // What can be fetched, or nothing.
  std::function<void(const std::vector<std::string>& types)> onOffered = [](auto&) {};
  // Somebody wants what the app has copied. Takes the descriptor.
  std::function<void(const std::string& type, int descriptor)> onWanted;
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;

private:
  void deviceEvent(const std::string& message);
  void sourceEvent(const std::string& message, int descriptor);
  void select(uint32_t offer);
  void drop(uint32_t offer);
  void dropSource(uint32_t source);
  void tellOffered();
  uint32_t takeNumber();

  Say m_say;
  std::set<uint32_t> m_numbers;        // All that are kept.
  std::deque<uint32_t> m_free;         // Of these.
  std::map<uint32_t, bool> m_sources;  // False: its end is on the way.
  uint32_t m_registry = 0, m_manager = 0, m_managerName = 0, m_seat = 0, m_device = 0;

  bool m_focused = false;
  uint32_t m_serial = 0;  // Of the last press; 0: none since it has the focus.
  std::chrono::steady_clock::time_point m_pressed = {};

  std::map<uint32_t, std::vector<std::string>> m_offers;
  uint32_t m_selection = 0, m_dragged = 0;  // Among them.
  uint32_t m_source = 0;                    // What the app has copied.
  bool m_accepted = false;                  // And the compositor has said so,
  bool m_again = false;                     // and then told of a selection once more.
  bool m_own = false;                       // The selection is, or was, what the app has copied.
};

}  // namespace latchkey::windows
