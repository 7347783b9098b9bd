// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app from a bundle runs on: the host's /usr, or the files of another bundle, a runtime, in its place.
//
// An app names a runtime by its id, and what that has to be: "debian/13". Which version it is, is the runtime's matter,
// so that all who run on it get its updates; that it still is what they need is asked for at each change of the store
// and once more at each start. A runtime runs on nothing itself, so there are no chains and no circles.

#include <optional>
#include <string>

#include "broker/schema/bundle.capnp.h"

namespace latchkey {

struct RuntimeNeed {
  std::string id = {};
  std::string name = {};

  std::string text() const;  // "org.example.Debian (debian/13)"
};

// Nothing: the host's.
std::optional<RuntimeNeed> runtimeOf(schema::BundleReport::Reader app);

// Why it cannot run on that bundle, one sentence; empty: it can.
std::string objectionToRuntime(schema::BundleReport::Reader runtime, const RuntimeNeed& need);

}  // namespace latchkey
