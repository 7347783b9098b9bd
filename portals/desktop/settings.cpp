// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Settings: how the desktop looks. Told to every app, as no secret is in it.

#include "portals/desktop/portals.h"
#include "portals/desktop/settings-source.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.Settings";

bool isWanted(const std::string& space, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return true;
  for (auto& one : wanted) {
    if (one.empty() || one == space) return true;
    bool glob = one.ends_with(".*");
    if (glob && space.starts_with(one.substr(0, one.size() - 1))) return true;
  }
  return false;
}

class SettingsPortal {
public:
  SettingsPortal(Frontend& frontend, SettingsSource& source) : m_source(source) {
    m_listening = source.listen([&frontend](const std::string& space, const std::string& key, const Value& value) {
      frontend.signal(INTERFACE, "SettingChanged", {space, key, Value::variant(value)});
    });
  }

  kj::Promise<Value::List> readAll(Call& call) {
    co_await m_source.ready();
    auto wanted = call.argument(0).asTexts();
    auto& everything = m_source.everything();
    Value::List spaces;
    for (auto& space : everything.items()) {
      if (isWanted(space.items()[0].asText(), wanted)) spaces.push_back(space);
    }
    co_return Value::List{Value::array("{sa{sv}}", std::move(spaces))};
  }

  // `wrapped`: as the older method had it, a variant within a variant.
  kj::Promise<Value::List> read(Call& call, bool wrapped) {
    co_await m_source.ready();
    auto space = m_source.all().find(call.argument(0).asText());
    if (space != m_source.all().end()) {
      auto found = space->second.find(call.argument(1).asText());
      if (found != space->second.end()) {
        auto value = Value::variant(found->second);
        co_return Value::List{wrapped ? Value::variant(value) : value};
      }
    }
    throwBusError(error::NOT_FOUND, "Requested setting not found");
  }

private:
  SettingsSource& m_source;
  std::shared_ptr<SettingsSource::Told> m_listening;
};

}  // namespace

void addSettings(Frontend& frontend, SettingsSource& source) {
  auto& portal = frontend.keep(std::make_shared<SettingsPortal>(frontend, source));
  frontend.add({.name = INTERFACE,
                .version = 2,
                .methods = {{"ReadAll", "as", "a{sa{sv}}", [&portal](Call& call) { return portal.readAll(call); }},
                            {"Read", "ss", "v", [&portal](Call& call) { return portal.read(call, true); }},
                            {"ReadOne", "ss", "v", [&portal](Call& call) { return portal.read(call, false); }}},
                .signals = {{"SettingChanged", "ssv"}}});
}

}  // namespace latchkey::desktop
