// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/wayland-clipboard.h"

#include <unistd.h>

#include <algorithm>

#include "launcher/windows/clipboard-types.h"

namespace latchkey::windows {
namespace {

constexpr auto RECENTLY = std::chrono::seconds(10);
constexpr size_t NUMBERS = 6;  // Manager, device, and sources of which the last are on their way out.
constexpr size_t MOST_OFFERS = 8;
constexpr const char* MANAGER = "wl_data_device_manager";

namespace request {
constexpr uint32_t BIND = 0, CREATE_SOURCE = 0, GET_DEVICE = 1, SET_SELECTION = 1, RECEIVE = 1, DESTROY_OFFER = 2,
                   OFFER = 0, DESTROY_SOURCE = 1;
}  // namespace request
namespace device {
constexpr uint32_t DATA_OFFER = 0, ENTER = 1, LEAVE = 2, DROP = 4, SELECTION = 5;
}
namespace source {
constexpr uint32_t SEND = 1, CANCELLED = 2;
}

}  // namespace

void WaylandClipboard::onGlobal(uint32_t registry, uint32_t name, std::string_view interface) {
  if (interface != MANAGER || m_registry != 0) return;
  m_registry = registry;
  m_managerName = name;
}

void WaylandClipboard::onSeat(uint32_t seat) {
  if (m_seat == 0) m_seat = seat;
}

bool WaylandClipboard::keeps(uint32_t number) {
  if (m_numbers.contains(number)) {
    m_sources.erase(number);
    m_free.push_back(number);
    return true;
  }
  if (m_numbers.size() >= NUMBERS || number == m_seat) return false;
  m_numbers.insert(number);
  m_free.push_back(number);
  return true;
}

uint32_t WaylandClipboard::takeNumber() {
  auto number = m_free.front();
  m_free.pop_front();
  return number;
}

void WaylandClipboard::goOn() {
  if (m_device != 0 || m_registry == 0 || m_seat == 0 || m_free.size() < 2) return;
  m_manager = takeNumber();
  m_device = takeNumber();
  m_say(Saying(m_registry, request::BIND).word(m_managerName).text(MANAGER).word(1).word(m_manager).whole(), -1);
  m_say(Saying(m_manager, request::GET_DEVICE).word(m_device).word(m_seat).whole(), -1);
}

void WaylandClipboard::onFocus(bool focused) {
  if (m_focused == focused) return;
  m_focused = focused;
  m_serial = 0;
  // Refused, or the compositor would have said so by now.
  if (!focused && m_source != 0 && !m_accepted) dropSource(m_source);
  onFocused(focused);
  tellOffered();
}

void WaylandClipboard::onPress(uint32_t serial) {
  if (!m_focused) return;
  m_serial = serial;
  m_pressed = now();
}

bool WaylandClipboard::bringsDescriptor(const std::string& event) const {
  return m_sources.contains(objectOf(event)) && opcodeOf(event) == source::SEND;
}

void WaylandClipboard::event(const std::string& message, int descriptor) {
  auto object = objectOf(message);
  if (object == m_device) return deviceEvent(message);
  if (m_sources.contains(object)) return sourceEvent(message, descriptor);
  auto offer = m_offers.find(object);
  if (offer == m_offers.end() || opcodeOf(message) != 0 || offer->second.size() >= MOST_TYPES) return;
  if (auto type = textAt(message, HEADER).first; isType(type)) offer->second.push_back(std::move(type));
}

void WaylandClipboard::deviceEvent(const std::string& message) {
  switch (opcodeOf(message)) {
    case device::DATA_OFFER: {
      auto offer = wordAt(message, HEADER);
      if (offer < FIRST_OF_COMPOSITOR) break;
      m_offers[offer].clear();
      // Each is selected or dragged at once. Of others there are none.
      if (m_offers.size() > MOST_OFFERS) {
        auto idle = std::ranges::find_if(m_offers, [&](auto& one) {
          return one.first != offer && one.first != m_selection && one.first != m_dragged;
        });
        drop(idle->first);
      }
      break;
    }
    case device::ENTER: m_dragged = wordAt(message, HEADER + 16); break;
    case device::LEAVE:
    case device::DROP:
      drop(m_dragged);
      m_dragged = 0;
      break;
    case device::SELECTION: select(wordAt(message, HEADER)); break;
    default: break;
  }
}

void WaylandClipboard::sourceEvent(const std::string& message, int descriptor) {
  auto object = objectOf(message);
  switch (opcodeOf(message)) {
    case source::SEND:
      if (object == m_source && onWanted) {
        onWanted(textAt(message, HEADER).first, descriptor);
      } else if (descriptor >= 0) {
        close(descriptor);
      }
      break;
    case source::CANCELLED: {
      // Whichever a compositor says first: that another's is selected, or that ours is not.
      bool told = object == m_source && m_again;
      dropSource(object);
      if (!told) break;
      m_own = false;
      tellOffered();
      break;
    }
    default: break;
  }
}

void WaylandClipboard::select(uint32_t offer) {
  if (m_selection != offer) drop(m_selection);
  m_selection = m_offers.contains(offer) ? offer : 0;
  m_own = m_source != 0;
  m_again = m_own && m_accepted;
  m_accepted = m_own;
  tellOffered();
}

void WaylandClipboard::drop(uint32_t offer) {
  if (m_offers.erase(offer) > 0) m_say(Saying(offer, request::DESTROY_OFFER).whole(), -1);
}

void WaylandClipboard::dropSource(uint32_t source) {
  auto& lives = m_sources[source];
  if (lives) m_say(Saying(source, request::DESTROY_SOURCE).whole(), -1);
  lives = false;
  if (source == m_source) m_source = 0;
}

void WaylandClipboard::tellOffered() {
  auto found = m_offers.find(m_selection);
  bool theirs = m_focused && !m_own && found != m_offers.end();
  onOffered(theirs ? found->second : std::vector<std::string>());
}

void WaylandClipboard::offer(const std::vector<std::string>& types) {
  bool pressed = m_serial != 0 && now() - m_pressed < RECENTLY;
  if (!m_focused || !pressed || m_device == 0 || m_free.empty() || types.empty()) return;
  auto before = m_source;
  m_source = takeNumber();
  m_sources[m_source] = true;
  m_own = true;
  m_accepted = m_again = false;
  m_say(Saying(m_manager, request::CREATE_SOURCE).word(m_source).whole(), -1);
  for (auto& type : types) m_say(Saying(m_source, request::OFFER).text(type).whole(), -1);
  m_say(Saying(m_device, request::SET_SELECTION).word(m_source).word(m_serial).whole(), -1);
  if (before != 0) dropSource(before);
  tellOffered();
}

void WaylandClipboard::withdraw() {
  if (m_source == 0) return;
  dropSource(m_source);
  tellOffered();
}

void WaylandClipboard::fetch(const std::string& type, int descriptor) {
  auto found = m_offers.find(m_selection);
  bool there =
      m_focused && !m_own && found != m_offers.end() && std::ranges::find(found->second, type) != found->second.end();
  if (!there) {
    close(descriptor);
    return;
  }
  m_say(Saying(m_selection, request::RECEIVE).text(type).whole(), descriptor);
}

}  // namespace latchkey::windows
