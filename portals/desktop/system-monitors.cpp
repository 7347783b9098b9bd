// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.MemoryMonitor and PowerProfileMonitor. Ours: passed on from the system's own services.

#include "portals/desktop/portals.h"
#include "portals/desktop/system-state.h"

namespace latchkey::desktop {
namespace {

constexpr char MEMORY[] = "org.freedesktop.portal.MemoryMonitor";
constexpr char POWER[] = "org.freedesktop.portal.PowerProfileMonitor";
constexpr char SAVER[] = "power-saver-enabled";

}  // namespace

void addSystemMonitors(Frontend& frontend, SystemState& system) {
  if (!system.isKnown()) return;
  frontend.keep(system.listen(
      {.lowMemory = [&frontend](uint8_t level) { frontend.signal(MEMORY, "LowMemoryWarning", {Value::byte(level)}); },
       .power =
           [&frontend](bool saves) {
             frontend.signal("org.freedesktop.DBus.Properties", "PropertiesChanged",
                             {POWER, asArgument({{SAVER, Value(saves)}}), Value::texts({})});
           }}));
  frontend.add({.name = MEMORY, .version = 1, .signals = {{"LowMemoryWarning", "y"}}});
  frontend.add({.name = POWER, .version = 1, .properties = {{SAVER, "b", [&system]() -> kj::Promise<Value> {
                                                               return Value(system.savesPower());
                                                             }}}});
}

}  // namespace latchkey::desktop
