// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From the words behind `latchkey run` to what the broker is asked to start.

#include "app/cli/command.h"
#include "app/cli/designations.h"
#include "broker/schema/person.capnp.h"

namespace latchkey::cli {

// At most this many things can be handed over by one command line: each travels as a descriptor.
constexpr size_t MOST_NAMED = 40;

struct RunOrder {
  bool command = false;  // Words are an argv, not an app and its arguments.
  std::string app;
  std::vector<std::string> arguments;
  std::string profile, runAs, action;
  schema::AskMode ask = schema::AskMode::UI;
  bool throwaway = false;
  kj::Maybe<Resolved> here;
  schema::Access hereAccess = schema::Access::WRITE;
  bool hereFast = false;
  std::vector<Named> named;

  // Resolves at once whatever the words name. Throws UsageError.
  static RunOrder from(const Typed& typed, const std::string& home);

  // Gives its descriptors away.
  void fill(schema::LaunchSpec::Builder spec) &&;
};

}  // namespace latchkey::cli
