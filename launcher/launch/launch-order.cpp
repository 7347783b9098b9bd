// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/launch-order.h"

#include <kj/debug.h>

namespace latchkey {
namespace {

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

std::vector<std::string> texts(capnp::List<capnp::Data>::Reader list) {
  std::vector<std::string> result;
  for (auto one : list) result.push_back(text(one));
  return result;
}

}  // namespace

Order Order::from(schema::LaunchOrder::Reader order) {
  auto spec = order.getSpec();
  Order result{
      .instance = text(order.getInstance()),
      .cookie = text(order.getCookie()),
      .profileDirectory = text(order.getProfileDirectory()),
      .runtimeDirectory = text(order.getRuntimeDirectory()),
      .home = text(order.getHome()),
      .arguments = texts(spec.getArguments()),
      .argumentPaths = texts(order.getArgumentPaths()),
      .runAs = text(spec.getRunAs()),
      .action = text(spec.getAction()),
      .workingDirectory = text(spec.getWorkingDirectory()),
      .terminal = spec.getTerminal(),
      .throwaway = spec.getThrowaway(),
  };
  if (order.hasServe()) {
    result.served = text(order.getServe().getFolder());
    result.servedForWriting = order.getServe().getWrite();
    KJ_REQUIRE(result.served.starts_with('/'), "nothing to serve");
  } else if (spec.isApp()) {
    result.app = text(spec.getApp());
  } else {
    result.command = texts(spec.getCommand());
    KJ_REQUIRE(!result.command.empty() && !result.command[0].empty(), "no command to run");
  }
  for (auto entry : spec.getEnvironment())
    result.environment.emplace_back(text(entry.getName()), text(entry.getValue()));
  KJ_REQUIRE(result.home.starts_with('/') && result.runtimeDirectory.starts_with('/'), "the order is incomplete");
  return result;
}

Permits Permits::from(schema::LaunchPermits::Reader permits) {
  return {
      .sharedX = permits.getSharedX(),
      .ownSandboxes = permits.getOwnSandboxes(),
      .gpu = permits.getGpu(),
      .sound = permits.getSound(),
      .clipboard = permits.getClipboard(),
      .memoryLimit = permits.getMemoryLimit(),
      .processLimit = permits.getProcessLimit(),
      .cpuPercent = permits.getCpuPercent(),
      .mountLabels = texts(permits.getMountLabels()),
      .profileDirectory = text(permits.getProfileDirectory()),
      .trialDirectory = text(permits.getTrialDirectory()),
  };
}

}  // namespace latchkey
