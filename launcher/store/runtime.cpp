// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/runtime.h"

#include "broker/base/text.h"

namespace latchkey {

std::string RuntimeNeed::text() const { return brief(id, 200) + " (" + brief(name, 64) + ")"; }

std::optional<RuntimeNeed> runtimeOf(schema::BundleReport::Reader app) {
  RuntimeNeed need{.id = app.getRuntime().cStr(), .name = app.getRuntimeName().cStr()};
  if (need.id.empty() || need.id == "host") return {};
  return need;
}

std::string objectionToRuntime(schema::BundleReport::Reader runtime, const RuntimeNeed& need) {
  if (!runtime.getIsRuntime()) return brief(need.id, 200) + " is an app, and none that others run on";
  bool fits = false;
  for (auto name : runtime.getProvides()) fits = fits || need.name == name.cStr();
  return fits ? ""
              : "the runtime " + brief(need.id, 200) + " " + brief(runtime.getVersion().cStr(), 64) + " is not " +
                    brief(need.name, 64);
}

}  // namespace latchkey
