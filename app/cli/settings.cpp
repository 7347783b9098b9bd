// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the person calls an app, and what it is allowed to be.

#include <algorithm>

#include "app/cli/command.h"
#include "app/cli/names.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "broker/base/times.h"

namespace latchkey::cli {
namespace {

struct Switch {
  std::string_view name;
  bool (schema::AppSettings::Reader::*get)() const;
  void (schema::AppSettings::Builder::*set)(bool);
};
constexpr Switch SWITCHES[] = {
    {"gpu", &schema::AppSettings::Reader::getGpu, &schema::AppSettings::Builder::setGpu},
    {"own-sandboxes", &schema::AppSettings::Reader::getOwnSandboxes, &schema::AppSettings::Builder::setOwnSandboxes},
    {"shared-x", &schema::AppSettings::Reader::getSharedX, &schema::AppSettings::Builder::setSharedX},
    {"see-home-names", &schema::AppSettings::Reader::getSeeHomeNames, &schema::AppSettings::Builder::setSeeHomeNames},
};

// What apps have of the desktop unasked: on unless switched off.
constexpr std::string_view UNASKED[] = {"sound", "notifications", "tray",        "media-keys",   "accessibility",
                                        "print", "open-with",     "x-clipboard", "input-methods"};

constexpr uint64_t MOST_BYTES = uint64_t{1} << 50;

bool isOff(schema::AppSettings::Reader settings, std::string_view right) {
  for (auto one : settings.getOff()) {
    if (text(one) == right) return true;
  }
  return false;
}

void allow(schema::AppSettings::Builder settings, std::string_view right, bool on) {
  std::vector<std::string> off;
  for (auto one : settings.asReader().getOff()) {
    if (text(one) != right) off.push_back(text(one));
  }
  if (!on) off.emplace_back(right);
  auto list = settings.initOff(static_cast<unsigned>(off.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, off[i].c_str());
}

uint64_t byteCount(const std::string& name, const std::string& text) {
  if (text == "0") return 0;
  KJ_IF_MAYBE (bytes, parseBytes(text)) {
    if (*bytes <= MOST_BYTES) return *bytes;
  }
  throw UsageError(name + " is a number of bytes: 200000, 512M, 4G; 0 for no limit");
}

bool onOrOff(const std::string& value) {
  if (value == "on") return true;
  if (value == "off") return false;
  throw UsageError("say on or off");
}

void change(Call& call, schema::AppSettings::Builder settings, const std::string& word) {
  auto equals = word.find('=');
  if (equals == word.npos) throw UsageError("settings are changed by SETTING=VALUE");
  auto name = word.substr(0, equals), value = word.substr(equals + 1);
  for (auto& one : SWITCHES) {
    if (one.name != name) continue;
    bool on = onOrOff(value);
    (settings.*one.set)(on);
    if (on && name == "shared-x") Console::complain(SHARED_X_WARNING);
    return;
  }
  if (std::ranges::find(UNASKED, name) != std::end(UNASKED)) return allow(settings, name, onOrOff(value));
  if (name == "memory") return settings.setMemoryLimit(byteCount(name, value));
  if (name == "network-rate") return settings.setNetworkRate(byteCount(name, value));
  if (name == "network-a-day") return settings.setNetworkPerDay(byteCount(name, value));
  if (name == "processes") return settings.setProcessLimit(static_cast<uint32_t>(wholeNumber(name, value, 1'000'000)));
  if (name == "cpu") return settings.setCpuPercent(static_cast<uint32_t>(wholeNumber(name, value, 100'000)));
  throw UsageError("there is no setting " + brief(name, 60));
}

void print(Call& call, schema::AppSettings::Reader settings) {
  if (call.json()) {
    JsonArray json;
    json.object().field("app", text(settings.getApp())).field("petname", text(settings.getPetname()));
    for (auto& one : SWITCHES) json.flag(one.name, (settings.*one.get)());
    for (auto right : UNASKED) json.flag(right, !isOff(settings, right));
    json.field("memory", static_cast<int64_t>(settings.getMemoryLimit()))
        .field("processes", static_cast<int64_t>(settings.getProcessLimit()))
        .field("cpu", static_cast<int64_t>(settings.getCpuPercent()))
        .field("network-rate", static_cast<int64_t>(settings.getNetworkRate()))
        .field("network-a-day", static_cast<int64_t>(settings.getNetworkPerDay()))
        .field("network-today", static_cast<int64_t>(settings.getNetworkToday()));
    return call.console.print(json.finish());
  }
  Table table({"SETTING", "VALUE"});
  table.row({{"name"}, {text(settings.getPetname())}});
  for (auto& one : SWITCHES) table.row({{std::string(one.name)}, {(settings.*one.get)() ? "on" : "off"}});
  for (auto right : UNASKED) table.row({{std::string(right)}, {isOff(settings, right) ? "off" : "on"}});
  table.row({{"memory"}, {std::to_string(settings.getMemoryLimit())}});
  table.row({{"processes"}, {std::to_string(settings.getProcessLimit())}});
  table.row({{"cpu"}, {std::to_string(settings.getCpuPercent())}});
  table.row({{"network-rate"}, {std::to_string(settings.getNetworkRate())}});
  table.row({{"network-a-day"}, {std::to_string(settings.getNetworkPerDay())}});
  table.row({{"network-today"}, {std::to_string(settings.getNetworkToday())}});
  call.console.print(table.text(call.console));
}

auto settingsOf(Call& call, const std::string& app) {
  auto ask = call.link.person().settingsRequest();
  ask.setApp(app);
  return ask.send().wait(call.link.waits());
}

}  // namespace

int setApp(Call& call) {
  auto& app = call.word(0, "APP-ID");
  auto answer = settingsOf(call, app);
  if (call.typed.words().size() == 1) {
    print(call, answer.getSettings());
    return DONE;
  }
  auto ask = call.link.person().setSettingsRequest();
  ask.setSettings(answer.getSettings());
  for (size_t i = 1; i < call.typed.words().size(); ++i) change(call, ask.getSettings(), call.typed.words()[i]);
  ask.getSettings().setApp(app);
  ask.send().wait(call.link.waits());
  return DONE;
}

int nameApp(Call& call) {
  call.atMost(2);
  auto& app = call.word(0, "APP-ID");
  auto answer = settingsOf(call, app);
  auto ask = call.link.person().setSettingsRequest();
  ask.setSettings(answer.getSettings());
  ask.getSettings().setApp(app);
  std::string name = call.typed.words().size() > 1 ? call.typed.words()[1] : "";
  if (escaped(name) != name) throw UsageError("a name is text without control or invisible characters");
  ask.getSettings().setPetname(name);
  ask.send().wait(call.link.waits());
  return DONE;
}

}  // namespace latchkey::cli
