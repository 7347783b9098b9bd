// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the person asked to be started, taken apart: descriptors to us, the rest to the launcher.

#include <string>
#include <vector>

#include "broker/instance.h"
#include "broker/process.h"
#include "broker/schema/instance.capnp.h"

namespace latchkey {

struct TakenSpec {
  kj::Own<capnp::MallocMessageBuilder> message;  // LaunchSpec without descriptors.
  StandardStreams streams;
  std::vector<Designated> designations;
  std::vector<std::string> display;
  std::string command;  // Escaped, for listings until the launcher says more.
  AskMode ask = AskMode::Ui;
  std::string profile;
  bool throwaway = false;
};

// Throws for what no program of ours would send.
kj::Promise<TakenSpec> takeSpec(schema::LaunchSpec::Reader spec);

}  // namespace latchkey
