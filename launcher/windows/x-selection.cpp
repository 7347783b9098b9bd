// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/x-selection.h"

#include <stdlib.h>

#include <memory>

namespace latchkey::windows {
namespace {

constexpr size_t MOST_ATOMS = 1000;
constexpr uint32_t MOST_WORDS = 200;
constexpr size_t LONGEST_NAME = 255;

struct Free {
  void operator()(void* memory) const { free(memory); }
};
template <typename T>
std::unique_ptr<T, Free> owned(T* memory) {
  return std::unique_ptr<T, Free>(memory);
}

}  // namespace

xcb_window_t XSelection::makeHidden(uint32_t events) const {
  auto window = xcb_generate_id(get());
  xcb_create_window(get(), 0, window, root(), -1, -1, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY, 0, XCB_CW_EVENT_MASK,
                    &events);
  return window;
}

void XSelection::watch(xcb_window_t window, uint32_t events) const {
  xcb_change_window_attributes(get(), window, XCB_CW_EVENT_MASK, &events);
}

std::optional<xcb_atom_t> XSelection::intern(const std::string& name) {
  if (auto known = m_interned.find(name); known != m_interned.end()) return known->second;
  if (m_interned.size() >= MOST_ATOMS) return {};
  auto asked = xcb_intern_atom(get(), 0, static_cast<uint16_t>(name.size()), name.data());
  auto reply = owned(xcb_intern_atom_reply(get(), asked, nullptr));
  if (reply == nullptr) return {};
  return m_interned[name] = reply->atom;
}

std::string XSelection::nameOf(xcb_atom_t atom) const {
  auto reply = owned(xcb_get_atom_name_reply(get(), xcb_get_atom_name(get(), atom), nullptr));
  if (reply == nullptr) return {};
  auto size = static_cast<size_t>(xcb_get_atom_name_name_length(reply.get()));
  return size > LONGEST_NAME ? std::string() : std::string(xcb_get_atom_name_name(reply.get()), size);
}

void XSelection::convert(xcb_window_t window, xcb_atom_t target) const {
  xcb_convert_selection(get(), window, atom(Atom::Clipboard), target, atom(Atom::Transfer), XCB_CURRENT_TIME);
}

void XSelection::answer(const xcb_selection_request_event_t& asked, xcb_atom_t property) const {
  xcb_selection_notify_event_t event{};
  event.response_type = XCB_SELECTION_NOTIFY;
  event.time = asked.time;
  event.requestor = asked.requestor;
  event.selection = asked.selection;
  event.target = asked.target;
  event.property = property;
  xcb_send_event(get(), 0, asked.requestor, XCB_EVENT_MASK_NO_EVENT, reinterpret_cast<const char*>(&event));
}

void XSelection::setBytes(xcb_window_t window, xcb_atom_t property, xcb_atom_t type, const std::string& bytes) const {
  xcb_change_property(get(), XCB_PROP_MODE_REPLACE, window, property, type, 8, static_cast<uint32_t>(bytes.size()),
                      bytes.data());
}

std::pair<xcb_atom_t, uint8_t> XSelection::typeOf(xcb_window_t window, xcb_atom_t property) const {
  auto asked = xcb_get_property(get(), 0, window, property, XCB_GET_PROPERTY_TYPE_ANY, 0, 0);
  auto reply = owned(xcb_get_property_reply(get(), asked, nullptr));
  if (reply == nullptr) return {XCB_NONE, 0};
  return {reply->type, reply->format};
}

std::optional<XSelection::Part> XSelection::takeBytes(xcb_window_t window, xcb_atom_t property, uint32_t offset,
                                                      uint32_t count) const {
  auto asked = xcb_get_property(get(), 1, window, property, XCB_GET_PROPERTY_TYPE_ANY, offset, count);
  auto reply = owned(xcb_get_property_reply(get(), asked, nullptr));
  if (reply == nullptr || reply->type == XCB_NONE) return {};
  auto size = static_cast<size_t>(xcb_get_property_value_length(reply.get()));
  if (size > 0 && reply->format != 8) return {};
  return Part{{static_cast<char*>(xcb_get_property_value(reply.get())), size}, reply->bytes_after > 0};
}

std::vector<uint32_t> XSelection::takeWords(xcb_window_t window, xcb_atom_t property) const {
  auto asked = xcb_get_property(get(), 1, window, property, XCB_GET_PROPERTY_TYPE_ANY, 0, MOST_WORDS);
  auto reply = owned(xcb_get_property_reply(get(), asked, nullptr));
  if (reply == nullptr || reply->format != 32) return {};
  auto values = static_cast<uint32_t*>(xcb_get_property_value(reply.get()));
  return {values, values + xcb_get_property_value_length(reply.get()) / 4};
}

}  // namespace latchkey::windows
