// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/system-state.h"

#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr char MEMORY[] = "org.freedesktop.LowMemoryMonitor";
constexpr char POWER[] = "org.freedesktop.UPower.PowerProfiles";
constexpr char POWER_PATH[] = "/org/freedesktop/UPower/PowerProfiles";
constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";
constexpr char PROFILE[] = "ActiveProfile";

}  // namespace

SystemState::SystemState(kj::Maybe<Bus&> system) : m_system(system), m_tasks(*this) {
  KJ_IF_MAYBE (bus, m_system) {
    auto from = [](const std::string& sender) { return "type='signal',sender='" + sender + "',"; };
    m_matches.push_back(bus->match(from(MEMORY) + "interface='" + MEMORY + "',member='LowMemoryWarning'",
                                   [this](const Message& message) {
                                     if (message.signature != "y") return;
                                     auto level = static_cast<uint8_t>(message.arguments[0].asNumber());
                                     tell([level](const Told& told) { told.lowMemory(level); });
                                   }));
    m_matches.push_back(bus->match(from(POWER) + "path='" + POWER_PATH + "',member='PropertiesChanged'",
                                   [this](const Message& message) {
                                     if (message.signature != "sa{sv}as" || message.arguments[0].asText() != POWER)
                                       return;
                                     auto changed = message.arguments[1].asDictionary();
                                     if (changed.contains(PROFILE)) setProfile(changed[PROFILE]);
                                   }));
    m_matches.push_back(bus->match(from("org.freedesktop.DBus") +
                                       "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" + POWER +
                                       "'",
                                   [this](const Message&) { m_tasks.add(readProfile()); }));
    m_tasks.add(readProfile());
  }
}

// Of a machine without such a service: it saves none.
kj::Promise<void> SystemState::readProfile() {
  auto& bus = KJ_ASSERT_NONNULL(m_system);
  try {
    auto answer = co_await bus.call({.destination = POWER,
                                     .path = POWER_PATH,
                                     .interface = PROPERTIES,
                                     .member = "Get",
                                     .arguments = {POWER, PROFILE}});
    if (answer.signature == "v") setProfile(answer.arguments[0].inside());
  } catch (const kj::Exception& exception) {
    logDebug("nobody says how power is used: " + reason(exception));
    setProfile(Value(""));
  }
}

void SystemState::setProfile(const Value& profile) {
  bool saves = profile.asText() == "power-saver";
  if (saves == m_savesPower) return;
  m_savesPower = saves;
  tell([saves](const Told& told) { told.power(saves); });
}

void SystemState::tell(const std::function<void(const Told&)>& what) {
  auto listeners = m_listeners;
  for (auto& one : listeners) {
    if (auto listener = one.lock()) what(*listener);
  }
}

std::shared_ptr<SystemState::Told> SystemState::listen(Told told) {
  std::erase_if(m_listeners, [](auto& one) { return one.expired(); });
  auto listener = std::make_shared<Told>(std::move(told));
  m_listeners.push_back(listener);
  return listener;
}

void SystemState::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey::desktop
