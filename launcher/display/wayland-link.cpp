// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/display/wayland-link.h"

#include <errno.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <wayland-client.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "security-context-v1-client-protocol.h"

namespace latchkey {
namespace {

constexpr auto ENGINE = "dev.latchkey";

// What an app may have of a compositor: its own windows, input while they have the focus, clipboard by the person's
// hand.
constexpr std::array<std::string_view, 57> HARMLESS = {"wl_compositor",
                                                       "wl_subcompositor",
                                                       "wl_shm",
                                                       "wl_output",
                                                       "wl_seat",
                                                       "wl_data_device_manager",
                                                       "wl_drm",
                                                       "wl_fixes",
                                                       "wl_shell",
                                                       "xdg_wm_base",
                                                       "xdg_wm_dialog_v1",
                                                       "xdg_activation_v1",
                                                       "xdg_toplevel_drag_manager_v1",
                                                       "xdg_toplevel_icon_manager_v1",
                                                       "xdg_toplevel_tag_manager_v1",
                                                       "xdg_system_bell_v1",
                                                       "zxdg_shell_v6",
                                                       "zxdg_output_manager_v1",
                                                       "zxdg_decoration_manager_v1",
                                                       "zxdg_exporter_v1",
                                                       "zxdg_exporter_v2",
                                                       "zxdg_importer_v1",
                                                       "zxdg_importer_v2",
                                                       "gtk_shell1",
                                                       "org_kde_kwin_server_decoration_manager",
                                                       "org_kde_kwin_blur_manager",
                                                       "org_kde_kwin_contrast_manager",
                                                       "org_kde_kwin_slide_manager",
                                                       "org_kde_kwin_shadow_manager",
                                                       "org_kde_kwin_appmenu_manager",
                                                       "org_kde_kwin_server_decoration_palette_manager",
                                                       "wp_viewporter",
                                                       "wp_presentation",
                                                       "wp_fractional_scale_manager_v1",
                                                       "wp_single_pixel_buffer_manager_v1",
                                                       "wp_cursor_shape_manager_v1",
                                                       "wp_content_type_manager_v1",
                                                       "wp_tearing_control_manager_v1",
                                                       "wp_alpha_modifier_v1",
                                                       "wp_color_manager_v1",
                                                       "wp_color_representation_manager_v1",
                                                       "wp_commit_timing_manager_v1",
                                                       "wp_fifo_manager_v1",
                                                       "wp_linux_drm_syncobj_manager_v1",
                                                       "wp_pointer_warp_v1",
                                                       "zwp_linux_dmabuf_v1",
                                                       "zwp_linux_explicit_synchronization_v1",
                                                       "zwp_pointer_gestures_v1",
                                                       "zwp_pointer_constraints_v1",
                                                       "zwp_relative_pointer_manager_v1",
                                                       "zwp_tablet_manager_v2",
                                                       "zwp_text_input_manager_v1",
                                                       "zwp_text_input_manager_v3",
                                                       "zwp_primary_selection_device_manager_v1",
                                                       "zwp_idle_inhibit_manager_v1",
                                                       "zwp_keyboard_shortcuts_inhibit_manager_v1",
                                                       "xdg_session_manager_v1"};

}  // namespace

std::string sessionVariable(const SessionVariables& session, std::string_view name) {
  for (auto& [key, value] : session) {
    if (key == name) return value;
  }
  return {};
}

std::string waylandSocket(const SessionVariables& session) {
  auto name = sessionVariable(session, "WAYLAND_DISPLAY"), runtime = sessionVariable(session, "XDG_RUNTIME_DIR");
  if (name.empty() || name.starts_with('/')) return name;
  if (!runtime.starts_with('/') || name.find("..") != name.npos) return {};
  return runtime + "/" + name;
}

std::vector<std::string> privilegedAmong(const std::vector<std::string>& globals) {
  std::vector<std::string> found;
  for (auto& global : globals) {
    if (std::ranges::find(HARMLESS, global) == HARMLESS.end()) found.push_back(global);
  }
  return found;
}

kj::Maybe<kj::Own<WaylandLink>> WaylandLink::connect(kj::UnixEventPort& events, const std::string& socketPath) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socketPath.empty() || socketPath.size() >= sizeof address.sun_path) return nullptr;
  std::ranges::copy(socketPath, address.sun_path);
  kj::AutoCloseFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return nullptr;
  auto display = wl_display_connect_to_fd(fd.release());
  if (display == nullptr) return nullptr;
  return kj::Own<WaylandLink>(new WaylandLink(events, display), kj::_::HeapDisposer<WaylandLink>::instance);
}

WaylandLink::WaylandLink(kj::UnixEventPort& events, wl_display* display)
    : m_display(display),
      m_observer(events, wl_display_get_fd(display), kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE) {}

WaylandLink::~WaylandLink() {
  if (m_registry != nullptr) wl_registry_destroy(m_registry);
}

void WaylandLink::Disconnect::operator()(wl_display* display) const { wl_display_disconnect(display); }

void WaylandLink::fail() {
  KJ_FAIL_REQUIRE("the compositor refused or hung up", wl_display_get_error(m_display.get()));
}

kj::Promise<void> WaylandLink::roundTrip() {
  bool done = false;
  static constexpr wl_callback_listener LISTENER = {
      [](void* flag, wl_callback*, uint32_t) { *static_cast<bool*>(flag) = true; }};
  auto callback = wl_display_sync(m_display.get());
  KJ_DEFER(wl_callback_destroy(callback));
  wl_callback_add_listener(callback, &LISTENER, &done);
  pollfd wait{wl_display_get_fd(m_display.get()), POLLIN, 0};
  while (!done) {
    if (wl_display_dispatch_pending(m_display.get()) < 0) fail();
    if (done) break;
    if (wl_display_flush(m_display.get()) < 0) {
      if (errno != EAGAIN) fail();
      co_await m_observer.whenBecomesWritable();
      continue;
    }
    // Asked first: the observer tells of changes only, and one read may leave something behind.
    if (poll(&wait, 1, 0) == 0) {
      co_await m_observer.whenBecomesReadable();
      continue;
    }
    if (wl_display_prepare_read(m_display.get()) == 0 && wl_display_read_events(m_display.get()) < 0) fail();
  }
}

kj::Promise<void> WaylandLink::look() {
  static constexpr wl_registry_listener LISTENER = {
      [](void* data, wl_registry*, uint32_t name, const char* interface, uint32_t) {
        auto self = static_cast<WaylandLink*>(data);
        self->m_globals.emplace_back(interface);
        if (self->m_globals.back() == wp_security_context_manager_v1_interface.name) self->m_manager = name;
      },
      [](void*, wl_registry*, uint32_t) {},
  };
  m_registry = wl_display_get_registry(m_display.get());
  wl_registry_add_listener(m_registry, &LISTENER, this);
  return roundTrip();
}

kj::Promise<void> WaylandLink::listen(int listener, int closer, const std::string& app, const std::string& instance) {
  auto manager = static_cast<wp_security_context_manager_v1*>(
      wl_registry_bind(m_registry, m_manager, &wp_security_context_manager_v1_interface, 1));
  auto context = wp_security_context_manager_v1_create_listener(manager, listener, closer);
  wp_security_context_v1_set_sandbox_engine(context, ENGINE);
  wp_security_context_v1_set_app_id(context, app.c_str());
  wp_security_context_v1_set_instance_id(context, instance.c_str());
  wp_security_context_v1_commit(context);
  wp_security_context_v1_destroy(context);
  wp_security_context_manager_v1_destroy(manager);
  return roundTrip();  // Fails on a protocol error, such as being in a context ourselves.
}

}  // namespace latchkey
