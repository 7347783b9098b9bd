// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/x-link.h"

#include <X11/X.h>
#include <X11/Xmd.h>
// Their types are macros of Xmd.h; the order matters.
#include <X11/extensions/randrproto.h>
#include <X11/extensions/xfixesproto.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcbext.h>

#include <algorithm>
#include <memory>

#include "launcher/windows/clipboard-types.h"

namespace latchkey::windows {
namespace {

constexpr std::array<const char*, static_cast<size_t>(Atom::Count)> NAMES = {"WM_PROTOCOLS",
                                                                             "WM_DELETE_WINDOW",
                                                                             "WM_TAKE_FOCUS",
                                                                             "WM_STATE",
                                                                             "WM_NORMAL_HINTS",
                                                                             "_NET_SUPPORTED",
                                                                             "_NET_SUPPORTING_WM_CHECK",
                                                                             "_NET_WM_NAME",
                                                                             "_NET_ACTIVE_WINDOW",
                                                                             "_NET_CLIENT_LIST",
                                                                             "_NET_CLOSE_WINDOW",
                                                                             "_NET_WORKAREA",
                                                                             "_NET_FRAME_EXTENTS",
                                                                             "_NET_WM_STATE",
                                                                             "_NET_WM_STATE_MAXIMIZED_VERT",
                                                                             "_NET_WM_STATE_MAXIMIZED_HORZ",
                                                                             "_NET_WM_WINDOW_TYPE",
                                                                             "_NET_WM_WINDOW_TYPE_DIALOG",
                                                                             "_NET_WM_WINDOW_TYPE_UTILITY",
                                                                             "_NET_WM_WINDOW_TYPE_SPLASH",
                                                                             "UTF8_STRING",
                                                                             "CLIPBOARD",
                                                                             "TARGETS",
                                                                             "TIMESTAMP",
                                                                             "INCR",
                                                                             "LATCHKEY_TRANSFER"};
constexpr uint32_t MOST_WORDS = 1024;
constexpr uint32_t DISCONNECT_WHEN_ALONE = 1;  // XFixesClientDisconnectFlagTerminate

struct Free {
  void operator()(void* memory) const { free(memory); }
};
template <typename T>
std::unique_ptr<T, Free> owned(T* memory) {
  return std::unique_ptr<T, Free>(memory);
}

xcb_extension_t randr{"RANDR", 0};
xcb_extension_t xfixes{"XFIXES", 0};

// Sends one of the structures of the protocol's own headers, whose first words are filled in by the library.
template <typename Request>
unsigned send(xcb_connection_t* connection, xcb_extension_t* extension, uint8_t opcode, Request& request,
              std::string_view more = {}, bool answered = false) {
  static constexpr char PADDING[4] = {};
  auto padding = -more.size() & 3;
  iovec parts[5] = {{},
                    {},
                    {&request, sizeof request},
                    {const_cast<char*>(more.data()), more.size()},
                    {const_cast<char*>(PADDING), padding}};
  xcb_protocol_request_t description{3, extension, opcode, static_cast<uint8_t>(!answered)};
  return xcb_send_request(connection, 0, parts + 2, &description);
}

template <typename Reply>
std::unique_ptr<Reply, Free> answer(xcb_connection_t* connection, unsigned sequence) {
  xcb_generic_error_t* error = nullptr;
  auto reply = owned(static_cast<Reply*>(xcb_wait_for_reply(connection, sequence, &error)));
  free(error);
  return reply;
}

}  // namespace

bool XLink::connect(const char* display) {
  m_connection = xcb_connect(display, nullptr);
  if (xcb_connection_has_error(m_connection) != 0) return false;
  m_screen = xcb_setup_roots_iterator(xcb_get_setup(m_connection)).data;
  std::array<xcb_intern_atom_cookie_t, NAMES.size()> asked;
  for (size_t i = 0; i < NAMES.size(); ++i)
    asked[i] = xcb_intern_atom(m_connection, 0, static_cast<uint16_t>(strlen(NAMES[i])), NAMES[i]);
  for (size_t i = 0; i < NAMES.size(); ++i) {
    auto reply = owned(xcb_intern_atom_reply(m_connection, asked[i], nullptr));
    if (reply != nullptr) m_atoms[i] = reply->atom;
  }
  return xcb_connection_has_error(m_connection) == 0;
}

XLink::~XLink() { xcb_disconnect(m_connection); }

std::vector<uint32_t> XLink::words(xcb_window_t window, xcb_atom_t property) const {
  auto asked = xcb_get_property(m_connection, 0, window, property, XCB_GET_PROPERTY_TYPE_ANY, 0, MOST_WORDS);
  auto reply = owned(xcb_get_property_reply(m_connection, asked, nullptr));
  if (reply == nullptr || reply->format != 32) return {};
  auto values = static_cast<uint32_t*>(xcb_get_property_value(reply.get()));
  return {values, values + xcb_get_property_value_length(reply.get()) / 4};
}

bool XLink::lists(xcb_window_t window, Atom property, Atom value) const {
  auto all = words(window, atom(property));
  return std::ranges::find(all, atom(value)) != all.end();
}

std::string XLink::text(xcb_window_t window, xcb_atom_t property, xcb_atom_t& type) const {
  auto asked = xcb_get_property(m_connection, 0, window, property, XCB_GET_PROPERTY_TYPE_ANY, 0, MOST_WORDS / 4);
  auto reply = owned(xcb_get_property_reply(m_connection, asked, nullptr));
  if (reply == nullptr || reply->format != 8) return {};
  type = reply->type;
  return {static_cast<char*>(xcb_get_property_value(reply.get())),
          static_cast<size_t>(xcb_get_property_value_length(reply.get()))};
}

std::string XLink::title(xcb_window_t window) const {
  xcb_atom_t type = 0;
  auto found = text(window, atom(Atom::NetWmName), type);
  if (!found.empty()) return found;
  found = text(window, XCB_ATOM_WM_NAME, type);
  return type == XCB_ATOM_STRING ? fromLatin1(found) : found;
}

void XLink::setWords(xcb_window_t window, xcb_atom_t property, xcb_atom_t type,
                     const std::vector<uint32_t>& words) const {
  xcb_change_property(m_connection, XCB_PROP_MODE_REPLACE, window, property, type, 32,
                      static_cast<uint32_t>(words.size()), words.data());
}

void XLink::setText(xcb_window_t window, xcb_atom_t property, const std::string& text) const {
  xcb_change_property(m_connection, XCB_PROP_MODE_REPLACE, window, property, atom(Atom::Utf8String), 8,
                      static_cast<uint32_t>(text.size()), text.data());
}

void XLink::tell(xcb_window_t window, Atom protocol, xcb_timestamp_t time) const {
  xcb_client_message_event_t event{};
  event.response_type = XCB_CLIENT_MESSAGE;
  event.format = 32;
  event.window = window;
  event.type = atom(Atom::WmProtocols);
  event.data.data32[0] = atom(protocol);
  event.data.data32[1] = time;
  xcb_send_event(m_connection, 0, window, 0, reinterpret_cast<const char*>(&event));
}

void XLink::setScreenSize(Size size) {
  auto extension = xcb_get_extension_data(m_connection, &randr);
  if (extension == nullptr || extension->present == 0) return;
  xRRGetScreenResourcesReq ask{};
  ask.window = root();
  auto resources = answer<xRRGetScreenResourcesReply>(
      m_connection, send(m_connection, &randr, X_RRGetScreenResourcesCurrent, ask, {}, true));
  if (resources == nullptr || resources->nCrtcs == 0 || resources->nOutputs == 0) return;
  auto after = reinterpret_cast<const uint32_t*>(resources.get() + 1);
  auto crtc = after[0], output = after[resources->nCrtcs];

  auto width = static_cast<uint16_t>(size.width), height = static_cast<uint16_t>(size.height);
  auto name = std::to_string(width) + "x" + std::to_string(height) + " latchkey";
  xRRCreateModeReq create{};
  create.window = root();
  create.modeInfo.width = create.modeInfo.hSyncStart = create.modeInfo.hSyncEnd = create.modeInfo.hTotal = width;
  create.modeInfo.height = create.modeInfo.vSyncStart = create.modeInfo.vSyncEnd = create.modeInfo.vTotal = height;
  create.modeInfo.dotClock = uint32_t{width} * height * 60;
  create.modeInfo.nameLength = static_cast<uint16_t>(name.size());
  auto created =
      answer<xRRCreateModeReply>(m_connection, send(m_connection, &randr, X_RRCreateMode, create, name, true));
  if (created == nullptr) return;
  xRRAddOutputModeReq add{};
  add.output = output;
  add.mode = created->mode;
  send(m_connection, &randr, X_RRAddOutputMode, add);
  xRRSetCrtcConfigReq set{};
  set.crtc = crtc;
  set.timestamp = resources->timestamp;
  set.configTimestamp = resources->configTimestamp;
  set.mode = created->mode;
  set.rotation = 1;
  answer<xRRSetCrtcConfigReply>(m_connection,
                                send(m_connection, &randr, X_RRSetCrtcConfig, set,
                                     std::string_view(reinterpret_cast<const char*>(&output), sizeof output), true));
  xRRDeleteOutputModeReq forget{};
  forget.output = output;
  forget.mode = created->mode;
  send(m_connection, &randr, X_RRDeleteOutputMode, forget);
  xRRDestroyModeReq destroy{};
  destroy.mode = created->mode;
  send(m_connection, &randr, X_RRDestroyMode, destroy);
}

// Its version, as told to the server; 0: it is not there.
unsigned XLink::knownXfixes() const {
  auto extension = xcb_get_extension_data(m_connection, &xfixes);
  if (extension == nullptr || extension->present == 0) return 0;
  xXFixesQueryVersionReq version{};
  version.majorVersion = 6;
  auto known = answer<xXFixesQueryVersionReply>(m_connection,
                                                send(m_connection, &xfixes, X_XFixesQueryVersion, version, {}, true));
  return known == nullptr ? 0 : known->majorVersion;
}

void XLink::doNotCount() const {
  if (knownXfixes() < 6) return;
  xXFixesSetClientDisconnectModeReq mode{};
  mode.disconnect_mode = DISCONNECT_WHEN_ALONE;
  send(m_connection, &xfixes, X_XFixesSetClientDisconnectMode, mode);
}

void XLink::watchSelection(xcb_window_t window, xcb_atom_t selection) const {
  if (knownXfixes() < 1) return;
  xXFixesSelectSelectionInputReq watch{};
  watch.window = window;
  watch.selection = selection;
  watch.eventMask =
      XFixesSetSelectionOwnerNotifyMask | XFixesSelectionWindowDestroyNotifyMask | XFixesSelectionClientCloseNotifyMask;
  send(m_connection, &xfixes, X_XFixesSelectSelectionInput, watch);
}

std::optional<SelectionChange> XLink::selectionChange(const xcb_generic_event_t* event) const {
  auto extension = xcb_get_extension_data(m_connection, &xfixes);
  if (extension == nullptr || extension->present == 0) return {};
  if ((event->response_type & 0x7f) != extension->first_event + XFixesSelectionNotify) return {};
  auto notice = reinterpret_cast<const xXFixesSelectionNotifyEvent*>(event);
  return SelectionChange{
      notice->subtype == XFixesSetSelectionOwnerNotify ? static_cast<xcb_window_t>(notice->owner) : 0,
      static_cast<xcb_timestamp_t>(notice->selectionTimestamp)};
}

}  // namespace latchkey::windows
