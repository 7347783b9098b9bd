// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the machine says of itself on the system's bus: that memory is short, that power is to be saved. Nothing is ever
// asked there for an app; what is told is told to all.

#include <functional>
#include <memory>
#include <vector>

#include "portals/desktop/bus.h"

namespace latchkey::desktop {

class SystemState final : private kj::TaskSet::ErrorHandler {
public:
  explicit SystemState(kj::Maybe<Bus&> system);

  // The system's, if there is one.
  kj::Maybe<Bus&> bus() { return m_system; }
  // Whether there is anybody to say so.
  bool isKnown() const { return m_system != nullptr; }
  bool savesPower() const { return m_savesPower; }

  struct Told {
    std::function<void(uint8_t level)> lowMemory = {};
    std::function<void(bool saves)> power = {};
  };
  // For as long as the handle is kept.
  std::shared_ptr<Told> listen(Told told);

private:
  kj::Promise<void> readProfile();
  void setProfile(const Value& profile);
  void tell(const std::function<void(const Told&)>& what);
  void taskFailed(kj::Exception&& exception) override;

  kj::Maybe<Bus&> m_system;
  bool m_savesPower = false;
  std::vector<std::weak_ptr<Told>> m_listeners;
  std::vector<kj::Own<Bus::Match>> m_matches;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::desktop
