// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// While the session runs, `latchkey-packages` is told now and then to do what is due about updates; it knows what that
// is. Whoever follows no repository has no process started for this.

#include <kj/async.h>
#include <kj/timer.h>

#include <string>

namespace latchkey {

class PackageKeeper;

class UpdateRounds {
public:
  // Not at once, when everything else begins too.
  static constexpr auto FIRST = 2 * kj::MINUTES;
  static constexpr auto EVERY = 1 * kj::HOURS;

  // `repositories`: where those lie that are followed.
  UpdateRounds(PackageKeeper& packages, kj::Timer& timer, std::string repositories);
  KJ_DISALLOW_COPY_AND_MOVE(UpdateRounds);

private:
  kj::Promise<void> go();
  kj::Promise<void> round();

  PackageKeeper& m_packages;
  kj::Timer& m_timer;
  std::string m_repositories;
  kj::Promise<void> m_going;
};

}  // namespace latchkey
