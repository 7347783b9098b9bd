// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/instance-server.h"

#include <kj/debug.h>

namespace latchkey {

Instance& InstanceServer::instance() {
  auto found = m_instances.find(m_id);
  return KJ_REQUIRE_NONNULL(found, "no such instance");
}

schema::LaunchControl::Client InstanceServer::control() {
  return KJ_REQUIRE_NONNULL(instance().control, "it is not running");
}

kj::Promise<void> InstanceServer::info(InfoContext context) {
  auto& shown = instance();
  toSchema(shown, m_names, context.getResults().initInfo());
  return kj::READY_NOW;
}

kj::Promise<void> InstanceServer::wait(WaitContext context) {
  auto status = co_await m_instances.whenEnded(m_id);
  toSchema(status, context.getResults().initStatus());
}

kj::Promise<void> InstanceServer::stop(StopContext context) {
  return m_launches.stop(m_id, context.getParams().getGraceSeconds() * kj::SECONDS);
}

kj::Promise<void> InstanceServer::processes(ProcessesContext context) {
  if (instance().ended()) co_return;
  auto answer = co_await control().processesRequest().send();
  context.getResults().setList(answer.getList());
}

kj::Promise<void> InstanceServer::signal(SignalContext context) {
  auto call = control().signalRequest();
  call.setNumber(context.getParams().getNumber());
  co_await call.send().ignoreResult();
}

}  // namespace latchkey
