// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/window-manager.h"

#include <stdlib.h>

#include <algorithm>
#include <memory>

#include "broker/base/text.h"

namespace latchkey::windows {
namespace {

constexpr int TITLE = 28, BORDER = 4, CROSS = 28, CORNER = 18;
constexpr int LEAST = 40, MOST = 8192;
constexpr size_t MOST_WINDOWS = 500;
constexpr size_t LONGEST_TITLE = 80;
constexpr uint32_t BACKGROUND = 0xd9dde0, ACTIVE = 0xc9d3d6, INACTIVE = 0xe4e8ea, INK = 0x20262a, EDGE = 0x8a949a;
constexpr uint16_t LEFT_ARROW = 68;  // In the cursor font.
constexpr uint32_t NORMAL_STATE = 1, WITHDRAWN_STATE = 0;
constexpr const char* WIDE_FONT = "-misc-fixed-medium-r-normal--14-*-*-*-*-*-iso10646-1";
constexpr uint32_t FRAME_EVENTS = XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT | XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY |
                                  XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE |
                                  XCB_EVENT_MASK_BUTTON_MOTION | XCB_EVENT_MASK_EXPOSURE;

struct Free {
  void operator()(void* memory) const { free(memory); }
};
template <typename T>
std::unique_ptr<T, Free> owned(T* memory) {
  return std::unique_ptr<T, Free>(memory);
}

int bounded(int value) { return std::clamp(value, LEAST, MOST); }

Rectangle aroundOf(const Rectangle& content) {
  return {content.x - BORDER, content.y - TITLE, content.width + 2 * BORDER, content.height + TITLE + BORDER};
}

// What the font can show: UCS-2 for a wide one, Latin-1 else.
std::u16string characters(const std::string& text, bool wide) {
  std::u16string result;
  for (size_t i = 0; i < text.size();) {
    auto byte = static_cast<uint8_t>(text[i]);
    auto size = byte < 0x80 ? 1u : byte < 0xe0 ? 2u : byte < 0xf0 ? 3u : 4u;
    uint32_t code = size == 1 ? byte : byte & (0x7fu >> size);
    for (size_t k = 1; k < size && i + k < text.size(); ++k)
      code = code << 6 | (static_cast<uint8_t>(text[i + k]) & 0x3f);
    i += size;
    result += code > (wide ? 0xffffu : 0xffu) ? u'?' : static_cast<char16_t>(code);
  }
  return result;
}

}  // namespace

WindowManager::WindowManager(XLink& x, bool fits, std::function<Size()> largest)
    : m_x(x),
      m_fits(fits),
      m_largest(std::move(largest)),
      m_screen{x.screen()->width_in_pixels, x.screen()->height_in_pixels} {
  m_x.doNotCount();
  auto connection = m_x.get();
  auto font = xcb_generate_id(connection), cursorFont = xcb_generate_id(connection),
       cursor = xcb_generate_id(connection);
  auto failed = owned(xcb_request_check(
      connection,
      xcb_open_font_checked(connection, font, static_cast<uint16_t>(std::string_view(WIDE_FONT).size()), WIDE_FONT)));
  m_wide = failed == nullptr;
  if (!m_wide) {
    font = xcb_generate_id(connection);
    xcb_open_font(connection, font, 5, "fixed");
  }
  xcb_open_font(connection, cursorFont, 6, "cursor");
  xcb_create_glyph_cursor(connection, cursor, cursorFont, cursorFont, LEFT_ARROW, LEFT_ARROW + 1, 0, 0, 0, 0xffff,
                          0xffff, 0xffff);
  m_ink = xcb_generate_id(connection);
  uint32_t drawing[] = {INK, ACTIVE, font};
  xcb_create_gc(connection, m_ink, m_x.root(), XCB_GC_FOREGROUND | XCB_GC_BACKGROUND | XCB_GC_FONT, drawing);
  uint32_t ground[] = {
      BACKGROUND,
      XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT | XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_STRUCTURE_NOTIFY,
      cursor};
  xcb_change_window_attributes(connection, m_x.root(), XCB_CW_BACK_PIXEL | XCB_CW_EVENT_MASK | XCB_CW_CURSOR, ground);
  xcb_clear_area(connection, 0, m_x.root(), 0, 0, 0, 0);
  announce();
}

void WindowManager::announce() {
  m_check = xcb_generate_id(m_x.get());
  xcb_create_window(m_x.get(), 0, m_check, m_x.root(), -1, -1, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY, 0, 0, nullptr);
  for (auto window : {m_x.root(), m_check})
    m_x.setWords(window, m_x.atom(Atom::NetSupportingWmCheck), XCB_ATOM_WINDOW, {m_check});
  m_x.setText(m_check, m_x.atom(Atom::NetWmName), "Latchkey");
  std::vector<uint32_t> supported;
  for (auto atom : {Atom::NetSupportingWmCheck, Atom::NetWmName, Atom::NetActiveWindow, Atom::NetClientList,
                    Atom::NetCloseWindow, Atom::NetWorkarea, Atom::NetFrameExtents, Atom::NetWmState,
                    Atom::NetWmStateMaximizedVert, Atom::NetWmStateMaximizedHorz, Atom::NetWmWindowType})
    supported.push_back(m_x.atom(atom));
  m_x.setWords(m_x.root(), m_x.atom(Atom::NetSupported), XCB_ATOM_ATOM, supported);
}

void WindowManager::begin() {
  auto tree = owned(xcb_query_tree_reply(m_x.get(), xcb_query_tree(m_x.get(), m_x.root()), nullptr));
  if (tree == nullptr) return;
  auto children = xcb_query_tree_children(tree.get());
  for (int i = 0; i < xcb_query_tree_children_length(tree.get()); ++i) {
    auto attributes =
        owned(xcb_get_window_attributes_reply(m_x.get(), xcb_get_window_attributes(m_x.get(), children[i]), nullptr));
    if (attributes != nullptr && attributes->map_state == XCB_MAP_STATE_VIEWABLE && attributes->override_redirect == 0)
      manage(children[i]);
  }
}

bool WindowManager::dispatch() {
  while (auto event = owned(xcb_poll_for_event(m_x.get()))) handle(event.get());
  m_x.flush();
  return xcb_connection_has_error(m_x.get()) == 0;
}

void WindowManager::handle(const xcb_generic_event_t* event) {
  auto as = [&]<typename T>(T*) { return reinterpret_cast<const T*>(event); };
  switch (event->response_type & 0x7f) {
    case XCB_MAP_REQUEST: manage(as(static_cast<xcb_map_request_event_t*>(nullptr))->window); break;
    case XCB_CONFIGURE_REQUEST: configure(*as(static_cast<xcb_configure_request_event_t*>(nullptr))); break;
    case XCB_DESTROY_NOTIFY: forget(as(static_cast<xcb_destroy_notify_event_t*>(nullptr))->window); break;
    case XCB_UNMAP_NOTIFY: {
      auto window = find(as(static_cast<xcb_unmap_notify_event_t*>(nullptr))->window);
      if (window == nullptr) break;
      if (window->unmapsExpected > 0) {
        --window->unmapsExpected;
      } else {
        forget(window->id);
      }
      break;
    }
    case XCB_CONFIGURE_NOTIFY: {
      auto& notice = *as(static_cast<xcb_configure_notify_event_t*>(nullptr));
      if (notice.window != m_x.root() || (notice.width == m_screen.width && notice.height == m_screen.height)) break;
      m_screen = {notice.width, notice.height};
      if (m_asked != m_screen) m_asked.reset();  // The person's doing.
      layout();
      break;
    }
    case XCB_PROPERTY_NOTIFY: {
      auto& notice = *as(static_cast<xcb_property_notify_event_t*>(nullptr));
      auto window = find(notice.window);
      if (window == nullptr) break;
      if (notice.atom == XCB_ATOM_WM_NAME || notice.atom == m_x.atom(Atom::NetWmName)) readTitle(*window);
      if (notice.atom == m_x.atom(Atom::WmNormalHints) || notice.atom == m_x.atom(Atom::WmProtocols))
        readHints(*window);
      break;
    }
    case XCB_EXPOSE: {
      auto& expose = *as(static_cast<xcb_expose_event_t*>(nullptr));
      if (auto window = findFrame(expose.window); window != nullptr && expose.count == 0) drawFrame(*window);
      break;
    }
    case XCB_BUTTON_PRESS: press(*as(static_cast<xcb_button_press_event_t*>(nullptr))); break;
    case XCB_BUTTON_RELEASE: m_drag.reset(); break;
    case XCB_MOTION_NOTIFY: move(*as(static_cast<xcb_motion_notify_event_t*>(nullptr))); break;
    case XCB_CLIENT_MESSAGE: message(*as(static_cast<xcb_client_message_event_t*>(nullptr))); break;
    default: break;
  }
}

WindowManager::Window* WindowManager::find(xcb_window_t id) {
  auto found = m_windows.find(id);
  return found == m_windows.end() ? nullptr : &found->second;
}

WindowManager::Window* WindowManager::findFrame(xcb_window_t frame) {
  for (auto& [id, window] : m_windows) {
    if (frame != 0 && window.frame == frame) return &window;
  }
  return nullptr;
}

WindowManager::Window* WindowManager::first() { return find(m_first); }

// --- windows that come and go

void WindowManager::manage(xcb_window_t id) {
  if (find(id) != nullptr) {
    xcb_map_window(m_x.get(), id);
    return;
  }
  auto geometry = owned(xcb_get_geometry_reply(m_x.get(), xcb_get_geometry(m_x.get(), id), nullptr));
  if (geometry == nullptr || m_windows.size() >= MOST_WINDOWS) return;
  auto& window = m_windows[id];
  window.id = id;
  window.place = {geometry->x, geometry->y, bounded(geometry->width), bounded(geometry->height)};
  readHints(window);
  window.title = brief(m_x.title(id), LONGEST_TITLE);
  uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
  xcb_change_window_attributes(m_x.get(), id, XCB_CW_EVENT_MASK, &events);
  // A click gives it the focus, and is then the app's.
  xcb_grab_button(m_x.get(), 1, id, XCB_EVENT_MASK_BUTTON_PRESS, XCB_GRAB_MODE_SYNC, XCB_GRAB_MODE_ASYNC, XCB_NONE,
                  XCB_NONE, XCB_BUTTON_INDEX_ANY, XCB_MOD_MASK_ANY);
  xcb_change_save_set(m_x.get(), XCB_SET_MODE_INSERT, id);
  uint32_t none = 0;
  xcb_configure_window(m_x.get(), id, XCB_CONFIG_WINDOW_BORDER_WIDTH, &none);
  show(window);
  listWindows();
}

void WindowManager::show(Window& window) {
  if (first() == nullptr && !window.isDialog) {
    m_first = window.id;
    if (m_fits && m_asked == std::nullopt && m_windows.size() == 1)
      setScreen({window.place.width, window.place.height});
    readTitle(window);
    fill(window);
  } else {
    frame(window);
  }
  m_x.setWords(window.id, m_x.atom(Atom::WmState), m_x.atom(Atom::WmState), {NORMAL_STATE, 0});
  xcb_map_window(m_x.get(), window.id);
  focus(window, XCB_CURRENT_TIME);
}

void WindowManager::forget(xcb_window_t id) {
  auto window = find(id);
  if (window == nullptr) return;
  if (window->frame != 0) {
    // What has only been hidden goes back, so that it can be shown again.
    xcb_reparent_window(m_x.get(), id, m_x.root(), static_cast<int16_t>(window->place.x),
                        static_cast<int16_t>(window->place.y));
    xcb_destroy_window(m_x.get(), window->frame);
  }
  m_x.setWords(id, m_x.atom(Atom::WmState), m_x.atom(Atom::WmState), {WITHDRAWN_STATE, 0});
  m_windows.erase(id);
  if (m_drag && m_drag->window == id) m_drag.reset();
  if (m_first == id) {
    m_first = 0;
    auto next = std::ranges::find_if(m_windows, [](auto& one) { return !one.second.isDialog; });
    if (next != m_windows.end()) {
      auto& heir = next->second;
      m_first = heir.id;
      if (heir.frame != 0) {
        heir.unmapsExpected += 1;
        xcb_reparent_window(m_x.get(), heir.id, m_x.root(), 0, 0);
        xcb_destroy_window(m_x.get(), heir.frame);
        heir.frame = 0;
      }
      if (m_fits && m_asked) setScreen({heir.place.width, heir.place.height});
      fill(heir);
      readTitle(heir);
    }
  }
  if (m_focused == id) focusNext();
  listWindows();
}

void WindowManager::readHints(Window& window) {
  auto hints = m_x.words(window.id, m_x.atom(Atom::WmNormalHints));
  window.least = window.most = {};
  if (hints.size() >= 9) {
    constexpr uint32_t LEAST_GIVEN = 1 << 4, MOST_GIVEN = 1 << 5;
    auto size = [&](size_t at) {
      return Size{bounded(static_cast<int>(hints[at])), bounded(static_cast<int>(hints[at + 1]))};
    };
    if ((hints[0] & LEAST_GIVEN) != 0) window.least = size(5);
    if ((hints[0] & MOST_GIVEN) != 0) window.most = size(7);
  }
  auto transient = m_x.words(window.id, XCB_ATOM_WM_TRANSIENT_FOR);
  auto type = [&](Atom one) { return m_x.lists(window.id, Atom::NetWmWindowType, one); };
  window.isDialog = !transient.empty() || type(Atom::NetWmWindowTypeDialog) || type(Atom::NetWmWindowTypeUtility) ||
                    type(Atom::NetWmWindowTypeSplash);
  window.canBeAsked = m_x.lists(window.id, Atom::WmProtocols, Atom::WmDeleteWindow);
}

void WindowManager::readTitle(Window& window) {
  window.title = brief(m_x.title(window.id), LONGEST_TITLE);
  if (window.frame != 0) drawFrame(window);
  if (window.id == m_first) onTitle(window.title);
}

// --- where they are

void WindowManager::setScreen(Size wanted) {
  auto largest = m_largest();
  if (largest.width > LEAST && largest.height > LEAST)
    wanted = {std::min(wanted.width, largest.width), std::min(wanted.height, largest.height)};
  if (wanted == m_screen) return;
  m_asked = wanted;
  m_x.setScreenSize(wanted);
}

void WindowManager::layout() {
  for (auto& [id, window] : m_windows) {
    if (id == m_first) {
      fill(window);
    } else {
      placeFrame(window);
    }
  }
  m_x.setWords(m_x.root(), m_x.atom(Atom::NetWorkarea), XCB_ATOM_CARDINAL,
               {0, 0, static_cast<uint32_t>(m_screen.width), static_cast<uint32_t>(m_screen.height)});
}

// All of the screen, or the middle of it if its size is fixed.
void WindowManager::fill(Window& window) {
  window.place = {0, 0, m_screen.width, m_screen.height};
  if (window.isFixed()) {
    window.place.width = window.most.width;
    window.place.height = window.most.height;
    window.place.x = std::max(0, (m_screen.width - window.place.width) / 2);
    window.place.y = std::max(0, (m_screen.height - window.place.height) / 2);
  }
  uint32_t values[] = {static_cast<uint32_t>(window.place.x), static_cast<uint32_t>(window.place.y),
                       static_cast<uint32_t>(window.place.width), static_cast<uint32_t>(window.place.height),
                       XCB_STACK_MODE_BELOW};
  xcb_configure_window(m_x.get(), window.id,
                       XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT |
                           XCB_CONFIG_WINDOW_STACK_MODE,
                       values);
  m_x.setWords(window.id, m_x.atom(Atom::NetFrameExtents), XCB_ATOM_CARDINAL, {0, 0, 0, 0});
  m_x.setWords(window.id, m_x.atom(Atom::NetWmState), XCB_ATOM_ATOM,
               {m_x.atom(Atom::NetWmStateMaximizedVert), m_x.atom(Atom::NetWmStateMaximizedHorz)});
  tellPlace(window);
}

void WindowManager::frame(Window& window) {
  window.frame = xcb_generate_id(m_x.get());
  window.place.x = (m_screen.width - window.place.width) / 2;
  window.place.y = (m_screen.height - window.place.height + TITLE) / 2;
  uint32_t values[] = {ACTIVE, EDGE, FRAME_EVENTS};
  xcb_create_window(m_x.get(), XCB_COPY_FROM_PARENT, window.frame, m_x.root(), 0, 0, 10, 10, 1,
                    XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                    XCB_CW_BACK_PIXEL | XCB_CW_BORDER_PIXEL | XCB_CW_EVENT_MASK, values);
  auto attributes =
      owned(xcb_get_window_attributes_reply(m_x.get(), xcb_get_window_attributes(m_x.get(), window.id), nullptr));
  if (attributes != nullptr && attributes->map_state != XCB_MAP_STATE_UNMAPPED) ++window.unmapsExpected;
  xcb_reparent_window(m_x.get(), window.id, window.frame, BORDER, TITLE);
  placeFrame(window);
  m_x.setWords(window.id, m_x.atom(Atom::NetFrameExtents), XCB_ATOM_CARDINAL, {BORDER, BORDER, TITLE, BORDER});
  xcb_map_window(m_x.get(), window.frame);
}

// On the screen, with its title within reach.
void WindowManager::placeFrame(Window& window) {
  auto& place = window.place;
  place.x =
      std::clamp(place.x, std::min(BORDER, m_screen.width - place.width), std::max(BORDER, m_screen.width - 2 * CROSS));
  place.y = std::clamp(place.y, TITLE, std::max(TITLE, m_screen.height - BORDER));
  auto around = aroundOf(place);
  uint32_t outer[] = {static_cast<uint32_t>(around.x), static_cast<uint32_t>(around.y),
                      static_cast<uint32_t>(around.width), static_cast<uint32_t>(around.height)};
  constexpr auto ALL = XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT;
  xcb_configure_window(m_x.get(), window.frame, ALL, outer);
  uint32_t inner[] = {BORDER, TITLE, static_cast<uint32_t>(place.width), static_cast<uint32_t>(place.height)};
  xcb_configure_window(m_x.get(), window.id, ALL, inner);
  tellPlace(window);
  drawFrame(window);
}

// As ICCCM asks for: where it is on the screen, whatever it stands in.
void WindowManager::tellPlace(const Window& window) {
  xcb_configure_notify_event_t event{};
  event.response_type = XCB_CONFIGURE_NOTIFY;
  event.event = event.window = window.id;
  event.x = static_cast<int16_t>(window.place.x);
  event.y = static_cast<int16_t>(window.place.y);
  event.width = static_cast<uint16_t>(window.place.width);
  event.height = static_cast<uint16_t>(window.place.height);
  xcb_send_event(m_x.get(), 0, window.id, XCB_EVENT_MASK_STRUCTURE_NOTIFY, reinterpret_cast<const char*>(&event));
}

void WindowManager::drawFrame(const Window& window) {
  if (window.frame == 0) return;
  auto connection = m_x.get();
  uint32_t ground = window.id == m_focused ? ACTIVE : INACTIVE;
  xcb_change_window_attributes(connection, window.frame, XCB_CW_BACK_PIXEL, &ground);
  xcb_clear_area(connection, 0, window.frame, 0, 0, 0, 0);
  uint32_t colours[] = {INK, ground};
  xcb_change_gc(connection, m_ink, XCB_GC_FOREGROUND | XCB_GC_BACKGROUND, colours);
  auto text = characters(window.title, m_wide);
  auto fits = static_cast<size_t>(std::max(0, (window.place.width - CROSS - 8) / 7));
  if (text.size() > fits) text.resize(fits);
  std::vector<xcb_char2b_t> glyphs;
  std::string narrow;
  for (auto character : text) {
    glyphs.push_back({static_cast<uint8_t>(character >> 8), static_cast<uint8_t>(character)});
    narrow += static_cast<char>(character);
  }
  if (m_wide) {
    xcb_image_text_16(connection, static_cast<uint8_t>(glyphs.size()), window.frame, m_ink, BORDER + 6, 19,
                      glyphs.data());
  } else {
    xcb_image_text_8(connection, static_cast<uint8_t>(narrow.size()), window.frame, m_ink, BORDER + 6, 19,
                     narrow.data());
  }
  auto right = static_cast<int16_t>(window.place.width + 2 * BORDER - 19);
  xcb_segment_t cross[] = {{right, 9, static_cast<int16_t>(right + 9), 18},
                           {right, 18, static_cast<int16_t>(right + 9), 9},
                           {static_cast<int16_t>(right + 1), 9, static_cast<int16_t>(right + 10), 18},
                           {static_cast<int16_t>(right + 1), 18, static_cast<int16_t>(right + 10), 9}};
  xcb_poly_segment(connection, window.frame, m_ink, 4, cross);
}

void WindowManager::configure(const xcb_configure_request_event_t& request) {
  auto window = find(request.window);
  if (window == nullptr) {
    // Not shown yet: as it likes.
    uint32_t values[] = {static_cast<uint32_t>(request.x), static_cast<uint32_t>(request.y), request.width,
                         request.height, request.border_width};
    auto mask = static_cast<uint16_t>(request.value_mask & 0x1f);
    uint32_t chosen[5];
    size_t count = 0;
    for (size_t bit = 0; bit < 5; ++bit) {
      if ((mask & 1 << bit) != 0) chosen[count++] = values[bit];
    }
    xcb_configure_window(m_x.get(), request.window, mask, chosen);
    return;
  }
  auto& place = window->place;
  auto wanted = place;
  if ((request.value_mask & XCB_CONFIG_WINDOW_WIDTH) != 0) wanted.width = bounded(request.width);
  if ((request.value_mask & XCB_CONFIG_WINDOW_HEIGHT) != 0) wanted.height = bounded(request.height);
  if (window->id == m_first) {
    // Its size is the person's, once they have chosen one.
    if (m_fits && m_asked) setScreen({wanted.width, wanted.height});
    tellPlace(*window);
    return;
  }
  if ((request.value_mask & XCB_CONFIG_WINDOW_X) != 0) wanted.x = request.x;
  if ((request.value_mask & XCB_CONFIG_WINDOW_Y) != 0) wanted.y = request.y;
  place = wanted;
  placeFrame(*window);
}

// --- what the person does

void WindowManager::press(const xcb_button_press_event_t& press) {
  m_time = press.time;
  if (auto window = find(press.event); window != nullptr) {
    focus(*window, press.time);
    xcb_allow_events(m_x.get(), XCB_ALLOW_REPLAY_POINTER, press.time);
    return;
  }
  auto window = findFrame(press.event);
  if (window == nullptr) return;
  focus(*window, press.time);
  auto around = aroundOf(window->place);
  if (press.event_y < TITLE && press.event_x >= around.width - CROSS) return close(*window, press.time);
  bool corner = press.event_x >= around.width - CORNER && press.event_y >= around.height - CORNER;
  if (corner && window->isFixed()) return;
  m_drag = Drag{window->id, corner, press.root_x, press.root_y, window->place};
}

void WindowManager::move(const xcb_motion_notify_event_t& motion) {
  auto window = m_drag ? find(m_drag->window) : nullptr;
  if (window == nullptr) return;
  auto right = motion.root_x - m_drag->x, down = motion.root_y - m_drag->y;
  if (m_drag->resizes) {
    auto limit = [](int value, int least, int most) {
      return bounded(std::min(std::max(value, least), most > 0 ? most : MOST));
    };
    window->place.width = limit(m_drag->from.width + right, window->least.width, window->most.width);
    window->place.height = limit(m_drag->from.height + down, window->least.height, window->most.height);
  } else {
    window->place.x = m_drag->from.x + right;
    window->place.y = m_drag->from.y + down;
  }
  placeFrame(*window);
}

void WindowManager::message(const xcb_client_message_event_t& message) {
  auto window = find(message.window);
  if (window == nullptr) return;
  if (message.type == m_x.atom(Atom::NetActiveWindow)) focus(*window, XCB_CURRENT_TIME);
  if (message.type == m_x.atom(Atom::NetCloseWindow)) close(*window, XCB_CURRENT_TIME);
}

void WindowManager::focus(Window& window, xcb_timestamp_t time) {
  auto before = m_focused;
  m_focused = window.id;
  xcb_set_input_focus(m_x.get(), XCB_INPUT_FOCUS_POINTER_ROOT, window.id, time);
  if (m_x.lists(window.id, Atom::WmProtocols, Atom::WmTakeFocus)) m_x.tell(window.id, Atom::WmTakeFocus, time);
  m_x.setWords(m_x.root(), m_x.atom(Atom::NetActiveWindow), XCB_ATOM_WINDOW, {window.id});
  if (window.frame != 0) {
    uint32_t above = XCB_STACK_MODE_ABOVE;
    xcb_configure_window(m_x.get(), window.frame, XCB_CONFIG_WINDOW_STACK_MODE, &above);
  }
  for (auto id : {before, m_focused}) {
    if (auto one = find(id); one != nullptr) drawFrame(*one);
  }
}

void WindowManager::focusNext() {
  m_focused = 0;
  if (m_windows.empty()) {
    xcb_set_input_focus(m_x.get(), XCB_INPUT_FOCUS_POINTER_ROOT, XCB_INPUT_FOCUS_POINTER_ROOT, XCB_CURRENT_TIME);
    return;
  }
  auto dialog = std::ranges::find_if(m_windows, [](auto& one) { return one.second.isDialog; });
  auto next = dialog != m_windows.end() ? &dialog->second : first();
  focus(next != nullptr ? *next : m_windows.begin()->second, XCB_CURRENT_TIME);
}

void WindowManager::close(const Window& window, xcb_timestamp_t time) {
  if (window.canBeAsked) {
    m_x.tell(window.id, Atom::WmDeleteWindow, time);
  } else {
    xcb_kill_client(m_x.get(), window.id);
  }
}

bool WindowManager::askToClose() {
  if (m_windows.empty()) return false;
  // A dialog that waits for an answer is in the way of the rest, and is what the person sees.
  auto focused = find(m_focused);
  auto target = focused != nullptr ? focused : first();
  close(target != nullptr ? *target : m_windows.begin()->second, m_time);
  m_x.flush();
  return true;
}

void WindowManager::listWindows() {
  std::vector<uint32_t> all;
  for (auto& [id, window] : m_windows) all.push_back(id);
  m_x.setWords(m_x.root(), m_x.atom(Atom::NetClientList), XCB_ATOM_WINDOW, all);
}

}  // namespace latchkey::windows
