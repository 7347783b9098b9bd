// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The broker's order as plain data, so that nothing holds on to a message across a wait.

#include <string>
#include <vector>

#include "broker/schema/launcher.capnp.h"
#include "launcher/sandbox/environment.h"

namespace latchkey {

struct Order {
  std::string instance = {};
  std::string cookie = {};
  std::string profileDirectory = {};
  std::string runtimeDirectory = {};
  std::string home = {};
  std::string app = {};  // Desktop file id or AppImage; empty for a command.
  std::vector<std::string> command = {};
  std::vector<std::string> arguments = {};
  std::vector<std::string> argumentPaths = {};
  std::string runAs = {};
  std::string action = {};
  std::string workingDirectory = {};
  sandbox::Environment environment = {};
  bool terminal = false;
  bool throwaway = false;
  std::string served = {};  // The folder to serve, inside. Then there is no app, and no command.
  bool servedForWriting = false;

  // Throws if what every launch needs is missing.
  static Order from(schema::LaunchOrder::Reader order);
};

struct Permits {
  bool sharedX = false;
  bool ownSandboxes = false;
  bool gpu = false;
  bool sound = false;
  bool clipboard = false;
  uint64_t memoryLimit = 0;
  uint32_t processLimit = 0;
  uint32_t cpuPercent = 0;
  std::vector<std::string> mountLabels = {};
  std::string profileDirectory = {};  // The order's where it is empty.
  std::string trialDirectory = {};

  static Permits from(schema::LaunchPermits::Reader permits);
};

}  // namespace latchkey
