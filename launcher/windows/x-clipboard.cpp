// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/x-clipboard.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace latchkey::windows {
namespace {

constexpr auto BREATH = std::chrono::milliseconds(100);  // Between two questions for types.
constexpr auto LONG_ENOUGH = std::chrono::seconds(5);    // For an answer to one.
constexpr uint8_t SENT_BY_A_CLIENT = 0x80;

struct Free {
  void operator()(void* memory) const { free(memory); }
};

}  // namespace

bool XClipboard::connect(const char* display) {
  if (!m_x.connect(display)) return false;
  m_x.doNotCount();
  m_window = m_x.makeHidden(XCB_EVENT_MASK_NO_EVENT);
  m_x.watchSelection(m_window, m_x.atom(Atom::Clipboard));
  m_x.flush();
  return true;
}

void XClipboard::read(const Letter& letter) {
  switch (letter.kind) {
    case Letter::Kind::Focus: m_focused = letter.number != 0; break;
    case Letter::Kind::Offered:
      m_offered = typesOf(letter.text);
      hold();
      break;
    case Letter::Kind::Wanted: give(letter.text, kj::AutoCloseFd(letter.number)); break;
    default: break;
  }
}

bool XClipboard::goOn() {
  auto now = std::chrono::steady_clock::now();
  do {
    while (std::unique_ptr<xcb_generic_event_t, Free> event{xcb_poll_for_event(m_x.get())}) handle(event.get());
    if (m_asksAgain) askTypes(now);
    do {
      m_into.remove_if([&](auto& one) { return !one.goOn(now); });
    } while (answerWaiting());
    m_outOf.remove_if([&](auto& one) { return !one.goOn(now); });
    m_x.flush();
    // What the library has read while it wrote wakes nobody.
    std::unique_ptr<xcb_generic_event_t, Free> more{xcb_poll_for_queued_event(m_x.get())};
    if (more == nullptr) break;
    handle(more.get());
  } while (true);
  return xcb_connection_has_error(m_x.get()) == 0;
}

void XClipboard::addAwaited(std::vector<pollfd>& all) const {
  all.push_back({xcb_get_file_descriptor(m_x.get()), POLLIN, 0});
  for (auto& one : m_into) all.push_back(one.awaited());
  for (auto& one : m_outOf) all.push_back(one.awaited());
}

int XClipboard::patience() const {
  if (m_asksAgain) return static_cast<int>(BREATH.count());
  return m_into.empty() && m_outOf.empty() ? -1 : 1000;
}

void XClipboard::handle(const xcb_generic_event_t* event) {
  auto as = [&]<typename T>(T*) -> const T& { return *reinterpret_cast<const T*>(event); };
  auto kind = event->response_type & 0x7f;
  if (kind == XCB_SELECTION_NOTIFY) {  // As clients send it to each other.
    auto& answer = as(static_cast<xcb_selection_notify_event_t*>(nullptr));
    if (answer.requestor == m_window) return heardTypes(answer.property);
    for (auto& one : m_outOf) {
      if (one.window() == answer.requestor) one.onAnswer(answer.property);
    }
    return;
  }
  if ((event->response_type & SENT_BY_A_CLIENT) != 0) return;
  if (auto change = m_x.selectionChange(event)) return changed(*change);
  switch (kind) {
    case XCB_SELECTION_REQUEST: onAsked(as(static_cast<xcb_selection_request_event_t*>(nullptr))); break;
    case XCB_SELECTION_CLEAR: m_holds = false; break;
    case XCB_PROPERTY_NOTIFY: {
      auto& notice = as(static_cast<xcb_property_notify_event_t*>(nullptr));
      if (notice.state == XCB_PROPERTY_DELETE) {
        for (auto& one : m_into) one.onTaken(notice.window, notice.atom);
      } else if (notice.atom == m_x.atom(Atom::Transfer)) {
        for (auto& one : m_outOf) {
          if (one.window() == notice.window) one.onPiece();
        }
      }
      break;
    }
    case XCB_DESTROY_NOTIFY: {
      auto gone = as(static_cast<xcb_destroy_notify_event_t*>(nullptr)).window;
      m_into.remove_if([&](auto& one) { return one.window() == gone; });
      m_waiting.remove_if([&](auto& one) { return one.requestor == gone; });
      break;
    }
    default: break;
  }
}

// --- in

void XClipboard::hold() {
  auto clipboard = m_x.atom(Atom::Clipboard);
  if (m_offered.empty()) {
    // With the time at which it became ours: what the app has copied since stays.
    if (m_holds) xcb_set_selection_owner(m_x.get(), XCB_NONE, clipboard, m_heldSince);
    m_holds = false;
    return;
  }
  m_offeredAtoms.clear();
  for (auto& type : m_offered) {
    if (auto atom = m_x.intern(type)) m_offeredAtoms[*atom] = type;
  }
  m_heldSince = XCB_CURRENT_TIME;
  xcb_set_selection_owner(m_x.get(), m_window, clipboard, XCB_CURRENT_TIME);
  m_holds = true;
}

std::vector<xcb_atom_t> XClipboard::targets() {
  std::vector<xcb_atom_t> all = {m_x.atom(Atom::Targets), m_x.atom(Atom::Timestamp)};
  if (!textAmong(m_offered).empty()) all.insert(all.end(), {m_x.atom(Atom::Utf8String), XCB_ATOM_STRING});
  for (auto& [atom, type] : m_offeredAtoms) all.push_back(atom);
  return all;
}

void XClipboard::onAsked(const xcb_selection_request_event_t& request) {
  auto asked = request;
  if (asked.property == XCB_NONE) asked.property = asked.target;  // As the oldest ask.
  m_waiting.push_back(asked);
  answerWaiting();
  if (m_waiting.size() <= MOST_AT_ONCE) return;
  m_x.answer(asked, XCB_NONE);
  m_waiting.pop_back();
}

// In their order, as far as their properties are free. True: there was one.
bool XClipboard::answerWaiting() {
  auto isFree = [&](auto& one) {
    return std::ranges::none_of(m_into, [&](auto& other) { return other.occupies(one.requestor, one.property); });
  };
  bool any = false;
  for (auto one = std::ranges::find_if(m_waiting, isFree); one != m_waiting.end();) {
    auto asked = *one;
    m_waiting.erase(one);
    answer(asked);
    any = true;
    one = std::ranges::find_if(m_waiting, isFree);
  }
  return any;
}

void XClipboard::answer(const xcb_selection_request_event_t& asked) {
  if (asked.selection != m_x.atom(Atom::Clipboard) || !m_holds) return m_x.answer(asked, XCB_NONE);
  if (asked.target == m_x.atom(Atom::Targets)) {
    m_x.setWords(asked.requestor, asked.property, XCB_ATOM_ATOM, targets());
    return m_x.answer(asked, asked.property);
  }
  if (asked.target == m_x.atom(Atom::Timestamp)) {
    m_x.setWords(asked.requestor, asked.property, XCB_ATOM_INTEGER, {m_heldSince});
    return m_x.answer(asked, asked.property);
  }
  if (asked.target == m_x.atom(Atom::Utf8String) || asked.target == XCB_ATOM_STRING)
    return fetch(asked, asked.target, textAmong(m_offered));
  auto type = m_offeredAtoms.find(asked.target);
  fetch(asked, asked.target, type == m_offeredAtoms.end() ? "" : type->second);
}

void XClipboard::fetch(const xcb_selection_request_event_t& asked, xcb_atom_t type, const std::string& from) {
  int ends[2];
  // One that the app has but to take the end of makes room.
  auto given = std::ranges::find_if(m_into, &IntoX::isGiven);
  if (m_into.size() >= MOST_AT_ONCE && given != m_into.end()) m_into.erase(given);
  if (from.empty() || m_into.size() >= MOST_AT_ONCE || pipe2(ends, O_CLOEXEC) < 0) return m_x.answer(asked, XCB_NONE);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  m_post({.kind = Letter::Kind::Fetch, .number = ends[1], .text = from});
  m_into.emplace_back(m_x, asked, type, kj::AutoCloseFd(ends[0]));
}

// --- out

void XClipboard::changed(const SelectionChange& change) {
  m_holds = change.owner == m_window;
  if (m_holds) {
    m_heldSince = change.since;
    m_appHas = m_asksAgain = false;
    return;
  }
  if (change.owner != XCB_NONE) {
    m_appHas = true;
    if (m_focused) askTypes(std::chrono::steady_clock::now());
    return;
  }
  if (m_appHas) m_post({.kind = Letter::Kind::Withdraw});
  m_appHas = m_asksAgain = false;
}

void XClipboard::askTypes(Moment now) {
  bool waits = (m_asks && now - m_askedAt < LONG_ENOUGH) || now - m_askedAt < BREATH;
  m_asksAgain = waits && m_focused;
  if (waits || !m_focused) return;
  m_asks = true;
  m_askedAt = now;
  m_x.convert(m_window, m_x.atom(Atom::Targets));
}

void XClipboard::heardTypes(xcb_atom_t property) {
  if (!m_asks) return;
  m_asks = false;
  if (property == XCB_NONE || m_asksAgain) return;
  std::map<std::string, Exported> exported;
  Exported text;
  for (auto atom : m_x.takeWords(m_window, m_x.atom(Atom::Transfer))) {
    if (exported.size() == MOST_TYPES) break;
    if (atom == m_x.atom(Atom::Utf8String)) text = {atom};
    if (atom == XCB_ATOM_STRING && text.target == 0) text = {atom, true};
    if (auto name = m_x.nameOf(atom); isType(name)) exported[name] = {atom};
  }
  if (text.target != 0) {
    for (auto name : {TEXT_TYPE, PLAIN_TYPE}) exported.emplace(name, text);
  }
  m_exported = std::move(exported);
  std::vector<std::string> types;
  for (auto& [name, target] : m_exported) types.push_back(name);
  if (!types.empty()) m_post({.kind = Letter::Kind::Offer, .text = linesOf(types)});
}

void XClipboard::give(const std::string& type, kj::AutoCloseFd pipe) {
  auto found = m_exported.find(type);
  if (!m_appHas || found == m_exported.end() || m_outOf.size() >= MOST_AT_ONCE) return;
  m_outOf.emplace_back(m_x, found->second.target, found->second.latin, kj::mv(pipe));
}

}  // namespace latchkey::windows
