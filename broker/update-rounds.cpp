// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/update-rounds.h"

#include <filesystem>

#include "broker/base/log.h"
#include "broker/package-keeper.h"

namespace latchkey {

UpdateRounds::UpdateRounds(PackageKeeper& packages, kj::Timer& timer, std::string repositories)
    : m_packages(packages),
      m_timer(timer),
      m_repositories(std::move(repositories)),
      m_going(go().eagerlyEvaluate([](kj::Exception&& exception) { logWarning(reason(exception)); })) {}

kj::Promise<void> UpdateRounds::go() {
  co_await m_timer.afterDelay(FIRST);
  for (;;) {
    try {
      co_await round();
    } catch (const kj::Exception& exception) {
      logWarning("updates were not looked for: " + reason(exception));
    }
    co_await m_timer.afterDelay(EVERY);
  }
}

kj::Promise<void> UpdateRounds::round() {
  std::error_code error;
  if (std::filesystem::is_empty(m_repositories, error) || error) co_return;
  auto packages = co_await m_packages.open();
  co_await packages.roundRequest().send();
}

}  // namespace latchkey
