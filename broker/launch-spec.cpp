// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/launch-spec.h"

#include <kj/debug.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "broker/base/descriptor.h"
#include "broker/base/text.h"
#include "broker/disk-look.h"
#include "broker/grants/grant-schema.h"

namespace latchkey {
namespace {

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

// What a window of ours, or of an app that is to open something, needs to appear where the app was started. The name of
// a Wayland display means nothing without the runtime directory it is in.
bool isForDisplay(std::string_view name) {
  constexpr std::array<std::string_view, 15> NAMES = {"DISPLAY",
                                                      "WAYLAND_DISPLAY",
                                                      "XDG_RUNTIME_DIR",
                                                      "XAUTHORITY",
                                                      "XDG_SESSION_TYPE",
                                                      "XDG_CURRENT_DESKTOP",
                                                      "DBUS_SESSION_BUS_ADDRESS",
                                                      "LANG",
                                                      "LANGUAGE",
                                                      "QT_QUICK_BACKEND",
                                                      "QT_QPA_PLATFORM",
                                                      "QT_SCALE_FACTOR",
                                                      "QT_FONT_DPI",
                                                      "XDG_ACTIVATION_TOKEN",
                                                      "XCURSOR_SIZE"};
  return name.starts_with("LC_") || std::ranges::find(NAMES, name) != NAMES.end();
}

std::vector<std::string> displayOf(schema::LaunchSpec::Reader spec) {
  std::vector<std::string> result;
  bool any = false;
  for (auto entry : spec.getEnvironment()) {
    auto name = text(entry.getName());
    if (!isForDisplay(name) || entry.getValue().size() == 0) continue;
    any = any || name == "DISPLAY" || name == "WAYLAND_DISPLAY";
    result.push_back(name + "=" + text(entry.getValue()));
  }
  if (!any) result.clear();  // Nowhere to appear.
  return result;
}

// Field by field: a copy of the whole would keep the caller's descriptors open, and who reads the program's output
// would never see its end.
kj::Own<capnp::MallocMessageBuilder> withoutDescriptors(schema::LaunchSpec::Reader from) {
  auto message = kj::heap<capnp::MallocMessageBuilder>();
  auto to = message->initRoot<schema::LaunchSpec>();
  if (from.isApp()) to.setApp(from.getApp());
  else to.setCommand(from.getCommand());
  to.setArguments(from.getArguments());
  to.setProfile(from.getProfile());
  to.setRunAs(from.getRunAs());
  to.setAsk(from.getAsk());
  to.setWorkingDirectory(from.getWorkingDirectory());
  to.setEnvironment(from.getEnvironment());
  to.setTerminal(from.getTerminal());
  to.setAction(from.getAction());
  to.setThrowaway(from.getThrowaway());
  return message;
}

std::string commandOf(schema::LaunchSpec::Reader spec) {
  std::string line;
  if (spec.isApp()) line = text(spec.getApp());
  else
    for (auto word : spec.getCommand()) line += (line.empty() ? "" : " ") + text(word);
  for (auto word : spec.getArguments()) line += " " + text(word);
  return brief(line, 400);
}

kj::Promise<kj::AutoCloseFd> streamOf(bool given, schema::Descriptor::Client descriptor) {
  if (!given) co_return kj::AutoCloseFd();
  auto fd = co_await fdOf(kj::mv(descriptor));
  KJ_IF_MAYBE (held, fd) co_return kj::mv(*held);
  KJ_FAIL_REQUIRE("a stream without a descriptor");
}

kj::Promise<Designated> designated(schema::Designation::Reader from) {
  auto fd = co_await fdOf(from.getObject());
  Designated result;
  KJ_IF_MAYBE (held, fd) {
    result.thing = co_await lookAtDisk([fd = kj::mv(*held)]() mutable { return resolve(kj::mv(fd)); });
  } else KJ_FAIL_REQUIRE("a named file without a descriptor");
  result.access = fromSchema(from.getAccess());
  result.origin = fromSchema(from.getOrigin());
  result.fast = from.getFast();
  co_return result;
}

void requireNamedDirectory(schema::LaunchSpec::Reader spec, const std::vector<Designated>& designations) {
  auto directory = text(spec.getWorkingDirectory());
  if (directory.empty()) return;
  for (auto& one : designations) {
    if (one.origin == Origin::Workdir && one.thing.directory && one.thing.path == directory) return;
  }
  KJ_FAIL_REQUIRE("a working directory that was not given to the app");
}

}  // namespace

kj::Promise<TakenSpec> takeSpec(schema::LaunchSpec::Reader spec) {
  bool anything = spec.isApp() ? spec.getApp().size() > 0 : spec.isCommand() && spec.getCommand().size() > 0;
  KJ_REQUIRE(anything, "nothing to start");
  TakenSpec taken;
  taken.profile = text(spec.getProfile());
  KJ_REQUIRE(taken.profile.empty() || isProfileName(taken.profile),
             "a profile's name may have letters, digits and . _ -");
  auto ask = static_cast<unsigned>(spec.getAsk());
  KJ_REQUIRE(ask <= static_cast<unsigned>(AskMode::No), "a way of asking this version does not know");
  taken.ask = static_cast<AskMode>(ask);
  taken.throwaway = spec.getThrowaway();
  taken.display = displayOf(spec);
  taken.command = commandOf(spec);
  taken.message = withoutDescriptors(spec);
  taken.streams.in = co_await streamOf(spec.hasStdin(), spec.getStdin());
  taken.streams.out = co_await streamOf(spec.hasStdout(), spec.getStdout());
  taken.streams.error = co_await streamOf(spec.hasStderr(), spec.getStderr());
  for (auto one : spec.getDesignations()) taken.designations.push_back(co_await designated(one));
  requireNamedDirectory(spec, taken.designations);
  co_return taken;
}

}  // namespace latchkey
