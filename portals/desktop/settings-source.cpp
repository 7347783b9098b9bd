// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/settings-source.h"

#include <utility>

#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.Settings";
constexpr auto PATIENCE = 3 * kj::SECONDS;  // Apps wait for it while they start.

// As qml/controls/Theme.qml, whose light accent this is.
Settings ownLook() {
  return {{"org.freedesktop.appearance",
           {{"color-scheme", Value(uint32_t{0})},
            {"contrast", Value(uint32_t{0})},
            {"accent-color", Value::tuple({Value(15 / 255.0), Value(118 / 255.0), Value(110 / 255.0)})}}}};
}

}  // namespace

SettingsSource::SettingsSource(Backends& backends) : m_backends(backends), m_tasks(*this) {
  for (auto& backend : backends.findAll(IMPL)) {
    auto& layer = *m_layers.emplace_back(std::make_unique<Layer>(Layer{backend}));
    auto& bus = backends.bus();
    layer.matches.push_back(
        bus.match("type='signal',sender='" + backend + "',interface='" + IMPL + "',member='SettingChanged'",
                  [this, &layer](const Message& message) { changed(layer, message); }));
    layer.matches.push_back(
        bus.match("type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                  "member='NameOwnerChanged',arg0='" +
                      backend + "'",
                  [this, &layer](const Message& message) {
                    if (m_loaded && message.arguments.size() == 3 && !message.arguments[2].asText().empty())
                      m_tasks.add(read(layer));
                  }));
  }
  m_tasks.add(ready());
}

const Value& SettingsSource::everything() {
  KJ_IF_MAYBE (known, m_everything) return *known;
  Value::List spaces;
  for (auto& [space, keys] : m_merged) spaces.push_back(Value::pair(space, asArgument(keys)));
  return m_everything.emplace(Value::array("{sa{sv}}", std::move(spaces)));
}

kj::Promise<void> SettingsSource::ready() {
  if (m_loaded) return kj::READY_NOW;
  if (m_loading == nullptr) m_loading = load().fork();
  return KJ_ASSERT_NONNULL(m_loading).addBranch();
}

kj::Promise<void> SettingsSource::load() {
  if (m_layers.empty()) m_merged = ownLook();
  m_everything = nullptr;
  auto reads = kj::heapArrayBuilder<kj::Promise<void>>(m_layers.size());
  for (auto& layer : m_layers) reads.add(read(*layer));
  co_await kj::joinPromises(reads.finish());
  m_loaded = true;
}

// A backend that does not answer has nothing to say.
kj::Promise<void> SettingsSource::read(Layer& layer) {
  try {
    auto answer = co_await m_backends.call({.destination = layer.backend,
                                            .path = DESKTOP_PATH,
                                            .interface = IMPL,
                                            .member = "ReadAll",
                                            .arguments = {Value::texts({""})},
                                            .patience = PATIENCE});
    if (answer.signature != "a{sa{sv}}") co_return;
    layer.settings.clear();
    for (auto& space : answer.arguments[0].items())
      layer.settings.emplace(space.items()[0].asText(), space.items()[1].asDictionary());
  } catch (const kj::Exception& exception) {
    logInfo("the desktop does not tell its settings: " + reason(exception));
  }
  merge();
}

void SettingsSource::changed(Layer& layer, const Message& message) {
  if (!m_loaded || message.signature != "ssv") return;
  layer.settings[message.arguments[0].asText()][message.arguments[1].asText()] = message.arguments[2].inside();
  merge();
}

// The first to say something is heard.
void SettingsSource::merge() {
  Settings merged;
  for (auto& layer : m_layers) {
    for (auto& [space, keys] : layer->settings) merged[space].insert(keys.begin(), keys.end());
  }
  auto before = std::exchange(m_merged, std::move(merged));
  m_everything = nullptr;
  if (!m_loaded) return;
  auto listeners = m_listeners;
  for (auto& [space, keys] : Settings(m_merged)) {
    for (auto& [key, value] : keys) {
      auto& old = before[space];
      if (auto found = old.find(key); found != old.end() && found->second == value) continue;
      for (auto& one : listeners) {
        if (auto listener = one.lock()) (*listener)(space, key, value);
      }
    }
  }
}

std::shared_ptr<SettingsSource::Told> SettingsSource::listen(Told told) {
  std::erase_if(m_listeners, [](auto& one) { return one.expired(); });
  auto listener = std::make_shared<Told>(std::move(told));
  m_listeners.push_back(listener);
  return listener;
}

void SettingsSource::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey::desktop
