// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// `latchkey-packages`, started when somebody asks for what is installed. It ends by itself when nobody has had to do
// with it for a while, and the next who asks starts another. The broker takes nothing from it but what it hands on.

#include <kj/timer.h>

#include "broker/process.h"
#include "broker/schema/packages.capnp.h"

namespace latchkey {

class PackageKeeper final : private kj::TaskSet::ErrorHandler {
public:
  PackageKeeper(Programs& programs, kj::Timer& timer) : m_programs(programs), m_timer(timer), m_tasks(*this) {}
  KJ_DISALLOW_COPY_AND_MOVE(PackageKeeper);

  kj::Promise<schema::Packages::Client> open();

private:
  class Start;
  struct Running {
    kj::Own<void> connection;
    schema::PackagesHost::Client host;
  };
  kj::Promise<schema::PackagesHost::Client> host();
  kj::Promise<void> start();
  kj::Promise<void> forgetWhenGone(kj::Promise<void> gone, unsigned number);
  void taskFailed(kj::Exception&& exception) override;

  Programs& m_programs;
  kj::Timer& m_timer;
  kj::Maybe<Running> m_running;
  kj::Maybe<kj::ForkedPromise<void>> m_starting;
  bool m_startUnderWay = false;
  unsigned m_started = 0;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
