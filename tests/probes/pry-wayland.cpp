// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// pry-wayland SECONDS: a Wayland client with a window, that takes of every compositor it finds whatever it can get, and
// says what came of it: interfaces by which screens are read and keys pressed (asked for by every number a compositor
// might have given them, also unannounced), keys that arrive, and clipboards that are offered.

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wayland-client.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "xdg-shell-client-protocol.h"

namespace {

constexpr const char* PRIVILEGED[] = {
    "zwlr_screencopy_manager_v1",    "ext_image_copy_capture_manager_v1", "ext_output_image_capture_source_manager_v1",
    "zwlr_export_dmabuf_manager_v1", "zwp_virtual_keyboard_manager_v1",   "zwlr_virtual_pointer_manager_v1",
    "zwp_input_method_manager_v2",   "zwlr_data_control_manager_v1",      "ext_data_control_manager_v1",
    "zwlr_layer_shell_v1",           "zwlr_foreign_toplevel_manager_v1",  "ext_session_lock_manager_v1",
    "wp_security_context_manager_v1"};
constexpr uint32_t MOST_GLOBALS = 64;
constexpr int WIDTH = 320, HEIGHT = 200;

bool canBind(const std::string& socket, const char* interface, uint32_t name) {
  auto display = wl_display_connect(socket.c_str());
  if (display == nullptr) return false;
  auto registry = wl_display_get_registry(display);
  wl_interface fake{};
  fake.name = interface;
  fake.version = 1;
  auto* bound = static_cast<wl_proxy*>(wl_registry_bind(registry, name, &fake, 1));
  bool fine = wl_display_roundtrip(display) >= 0;
  wl_proxy_destroy(bound);
  wl_registry_destroy(registry);
  wl_display_disconnect(display);
  return fine;
}

class Window {
public:
  explicit Window(const std::string& socket) : m_display(wl_display_connect(socket.c_str())) {
    if (m_display == nullptr) return;
    static constexpr wl_registry_listener LISTENER = {
        [](void* self, wl_registry* registry, uint32_t name, const char* interface, uint32_t) {
          static_cast<Window*>(self)->found(registry, name, interface);
        },
        [](void*, wl_registry*, uint32_t) {}};
    auto registry = wl_display_get_registry(m_display);
    wl_registry_add_listener(registry, &LISTENER, this);
    wl_display_roundtrip(m_display);
    show();
  }

  bool isOpen() const { return m_display != nullptr; }
  unsigned keys() const { return m_keys; }
  unsigned offers() const { return m_offers; }
  unsigned offered() const { return m_privileged; }
  bool turn() { return wl_display_roundtrip(m_display) >= 0; }

private:
  template <typename T>
  T* bind(wl_registry* registry, uint32_t name, const wl_interface& interface) {
    return static_cast<T*>(wl_registry_bind(registry, name, &interface, 1));
  }

  void found(wl_registry* registry, uint32_t name, const char* interface) {
    auto is = [&](const wl_interface& one) { return strcmp(interface, one.name) == 0; };
    if (is(wl_compositor_interface)) m_compositor = bind<wl_compositor>(registry, name, wl_compositor_interface);
    if (is(wl_shm_interface)) m_memory = bind<wl_shm>(registry, name, wl_shm_interface);
    if (is(wl_seat_interface)) m_seat = bind<wl_seat>(registry, name, wl_seat_interface);
    if (is(xdg_wm_base_interface)) m_shell = bind<xdg_wm_base>(registry, name, xdg_wm_base_interface);
    if (is(wl_data_device_manager_interface))
      m_clipboards = bind<wl_data_device_manager>(registry, name, wl_data_device_manager_interface);
    m_privileged += std::ranges::any_of(PRIVILEGED, [&](auto one) { return strcmp(interface, one) == 0; });
  }

  void show() {
    if (m_compositor == nullptr || m_memory == nullptr || m_seat == nullptr || m_shell == nullptr) return;
    listenForKeys();
    static constexpr xdg_wm_base_listener ALIVE = {
        [](void*, xdg_wm_base* shell, uint32_t serial) { xdg_wm_base_pong(shell, serial); }};
    xdg_wm_base_add_listener(m_shell, &ALIVE, nullptr);
    m_surface = wl_compositor_create_surface(m_compositor);
    auto surface = xdg_wm_base_get_xdg_surface(m_shell, m_surface);
    static constexpr xdg_surface_listener CONFIGURED = {[](void* self, xdg_surface* surface, uint32_t serial) {
      xdg_surface_ack_configure(surface, serial);
      static_cast<Window*>(self)->draw();
    }};
    xdg_surface_add_listener(surface, &CONFIGURED, this);
    auto toplevel = xdg_surface_get_toplevel(surface);
    static constexpr xdg_toplevel_listener NOTHING = {
        [](void*, xdg_toplevel*, int32_t, int32_t, wl_array*) {}, [](void*, xdg_toplevel*) {},
        [](void*, xdg_toplevel*, int32_t, int32_t) {}, [](void*, xdg_toplevel*, wl_array*) {}};
    xdg_toplevel_add_listener(toplevel, &NOTHING, nullptr);
    xdg_toplevel_set_title(toplevel, "prying");
    wl_surface_commit(m_surface);
  }

  void listenForKeys() {
    static constexpr wl_keyboard_listener LISTENER = {
        [](void*, wl_keyboard*, uint32_t, int32_t fd, uint32_t) { close(fd); },
        [](void* self, wl_keyboard*, uint32_t, wl_surface*, wl_array* held) {
          static_cast<Window*>(self)->m_keys += static_cast<unsigned>(held->size / sizeof(uint32_t));
        },
        [](void*, wl_keyboard*, uint32_t, wl_surface*) {},
        [](void* self, wl_keyboard*, uint32_t, uint32_t, uint32_t, uint32_t state) {
          static_cast<Window*>(self)->m_keys += state == WL_KEYBOARD_KEY_STATE_PRESSED;
        },
        [](void*, wl_keyboard*, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t) {},
        [](void*, wl_keyboard*, int32_t, int32_t) {}};
    // Keyboards come and go: the tests' hands bring one each time they type.
    static constexpr wl_seat_listener SEAT = {[](void* self, wl_seat* seat, uint32_t abilities) {
                                                if ((abilities & WL_SEAT_CAPABILITY_KEYBOARD) != 0)
                                                  wl_keyboard_add_listener(wl_seat_get_keyboard(seat), &LISTENER, self);
                                              },
                                              [](void*, wl_seat*, const char*) {}};
    wl_seat_add_listener(m_seat, &SEAT, this);
    if (m_clipboards == nullptr) return;
    static constexpr wl_data_device_listener OFFERS = {
        [](void* self, wl_data_device*, wl_data_offer*) { ++static_cast<Window*>(self)->m_offers; },
        [](void*, wl_data_device*, uint32_t, wl_surface*, wl_fixed_t, wl_fixed_t, wl_data_offer*) {},
        [](void*, wl_data_device*) {},
        [](void*, wl_data_device*, uint32_t, wl_fixed_t, wl_fixed_t) {},
        [](void*, wl_data_device*) {},
        [](void*, wl_data_device*, wl_data_offer*) {}};
    wl_data_device_add_listener(wl_data_device_manager_get_data_device(m_clipboards, m_seat), &OFFERS, this);
  }

  void draw() {
    constexpr int SIZE = WIDTH * HEIGHT * 4;
    int fd = memfd_create("picture", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, SIZE) < 0) return;
    auto pool = wl_shm_create_pool(m_memory, fd, SIZE);
    auto buffer = wl_shm_pool_create_buffer(pool, 0, WIDTH, HEIGHT, WIDTH * 4, WL_SHM_FORMAT_XRGB8888);
    wl_shm_pool_destroy(pool);
    close(fd);
    wl_surface_attach(m_surface, buffer, 0, 0);
    wl_surface_commit(m_surface);
  }

  wl_display* m_display;
  wl_compositor* m_compositor = nullptr;
  wl_shm* m_memory = nullptr;
  wl_seat* m_seat = nullptr;
  xdg_wm_base* m_shell = nullptr;
  wl_data_device_manager* m_clipboards = nullptr;
  wl_surface* m_surface = nullptr;
  unsigned m_keys = 0, m_offers = 0, m_privileged = 0;
};

std::vector<std::string> sockets() {
  std::vector<std::string> found;
  auto runtime = getenv("XDG_RUNTIME_DIR");
  std::error_code failure;
  for (auto& entry : std::filesystem::directory_iterator(runtime != nullptr ? runtime : "/tmp", failure)) {
    // By its path: the entry of a place that something is mounted on tells of what lies beneath.
    if (std::filesystem::is_socket(entry.path(), failure)) found.push_back(entry.path());
  }
  return found;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  wl_log_set_handler_client([](const char*, va_list) {});  // What is refused is counted, not told.
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<int>(atof(arguments[1]) * 1000));
  unsigned bound = 0, compositors = 0, privileged = 0;
  std::vector<Window*> windows;  // They live as long as the program.
  for (auto& socket : sockets()) {
    auto window = new Window(socket);
    if (!window->isOpen() || !window->turn()) continue;
    ++compositors;
    privileged += window->offered();
    windows.push_back(window);
    for (auto interface : PRIVILEGED) {
      for (uint32_t name = 1; name <= MOST_GLOBALS; ++name) bound += canBind(socket, interface, name);
    }
  }
  printf("prying\n");
  fflush(stdout);
  while (std::chrono::steady_clock::now() < end) {
    for (auto window : windows) window->turn();
    usleep(10000);
  }
  unsigned keys = 0, offers = 0;
  for (auto window : windows) {
    keys += window->keys();
    offers += window->offers();
  }
  printf("compositors=%u offered=%u bound=%u keys=%u clipboards=%u\n", compositors, privileged, bound, keys, offers);
}
