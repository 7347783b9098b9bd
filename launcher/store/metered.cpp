// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/metered.h"

#include <systemd/sd-bus.h>

#include <cstdint>
#include <memory>

namespace latchkey::store {
namespace {

constexpr uint64_t PATIENCE_US = 1'000'000;
// NMMetered: yes, and guessed yes.
constexpr uint32_t YES = 1, GUESSED_YES = 3;

}  // namespace

bool isMetered() {
  sd_bus* raw = nullptr;
  if (sd_bus_open_system(&raw) < 0) return false;
  std::unique_ptr<sd_bus, sd_bus* (*)(sd_bus*)> bus(raw, sd_bus_flush_close_unref);
  sd_bus_set_method_call_timeout(raw, PATIENCE_US);
  uint32_t metered = 0;
  sd_bus_error error = SD_BUS_ERROR_NULL;
  int got = sd_bus_get_property_trivial(raw, "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
                                        "org.freedesktop.NetworkManager", "Metered", &error, 'u', &metered);
  sd_bus_error_free(&error);
  return got >= 0 && (metered == YES || metered == GUESSED_YES);
}

}  // namespace latchkey::store
