// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How the desktop looks, as its backends say, one over the other; Latchkey's own look where there is none.
//
// Asked once for all apps, before the first of them does, and kept: toolkits wait for it while they start. What changes
// is told by the backend, and a backend that comes back is asked again.

#include <functional>
#include <memory>

#include "portals/desktop/backends.h"

namespace latchkey::desktop {

using Settings = std::map<std::string, Options>;  // Namespace, then key.

class SettingsSource final : private kj::TaskSet::ErrorHandler {
public:
  using Told = std::function<void(const std::string& space, const std::string& key, const Value& value)>;

  explicit SettingsSource(Backends& backends);

  // Resolves when they are known.
  kj::Promise<void> ready();
  const Settings& all() const { return m_merged; }
  // The same as apps are told it, for those who ask for everything, as toolkits do: a{sa{sv}}.
  const Value& everything();
  // Told of changes for as long as the handle is kept.
  std::shared_ptr<Told> listen(Told told);

private:
  struct Layer {
    std::string backend;
    Settings settings = {};
    std::vector<kj::Own<Bus::Match>> matches = {};
  };
  kj::Promise<void> load();
  kj::Promise<void> read(Layer& layer);
  void changed(Layer& layer, const Message& message);
  void merge();
  void taskFailed(kj::Exception&& exception) override;

  Backends& m_backends;
  std::vector<std::unique_ptr<Layer>> m_layers;
  Settings m_merged;
  kj::Maybe<Value> m_everything;  // Of m_merged.
  bool m_loaded = false;
  kj::Maybe<kj::ForkedPromise<void>> m_loading;
  std::vector<std::weak_ptr<Told>> m_listeners;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::desktop
