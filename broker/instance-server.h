// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One instance, for the person's programs. Holds its id alone: whatever happened meanwhile is looked up when called.

#include "broker/instance.h"
#include "broker/launches.h"
#include "broker/names.h"
#include "broker/schema/person.capnp.h"

namespace latchkey {

class InstanceServer final : public schema::Instance::Server {
public:
  InstanceServer(InstanceId id, Instances& instances, Launches& launches, Names& names)
      : m_id(kj::mv(id)), m_instances(instances), m_launches(launches), m_names(names) {}

  kj::Promise<void> info(InfoContext context) override;
  kj::Promise<void> wait(WaitContext context) override;
  kj::Promise<void> stop(StopContext context) override;
  kj::Promise<void> processes(ProcessesContext context) override;
  kj::Promise<void> signal(SignalContext context) override;

private:
  Instance& instance();
  schema::LaunchControl::Client control();

  InstanceId m_id;
  Instances& m_instances;
  Launches& m_launches;
  Names& m_names;
};

}  // namespace latchkey
