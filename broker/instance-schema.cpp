// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <kj/debug.h>

#include "broker/base/descriptor.h"
#include "broker/base/text.h"
#include "broker/instance.h"
#include "broker/names.h"

namespace latchkey {
namespace {

using Schema = schema::ExitStatus;

std::string text(capnp::Text::Reader reader) { return {reader.begin(), reader.size()}; }

kj::Promise<kj::AutoCloseFd> needed(schema::Descriptor::Client descriptor, kj::StringPtr what) {
  auto fd = co_await fdOf(kj::mv(descriptor));
  KJ_IF_MAYBE (held, fd) co_return kj::mv(*held);
  KJ_FAIL_REQUIRE("a descriptor is missing", what);
}

}  // namespace

ExitStatus fromSchema(Schema::Reader status) {
  using Type = ExitStatus::Type;
  switch (status.which()) {
    case Schema::EXITED: return {Type::Exited, status.getExited(), {}};
    case Schema::SIGNALLED: return {Type::Signalled, status.getSignalled(), {}};
    case Schema::FAILED: return {Type::Failed, 0, text(status.getFailed())};
    case Schema::NOT_EXECUTABLE: return {Type::NotExecutable, 0, text(status.getNotExecutable())};
    case Schema::NOT_FOUND: return {Type::NotFound, 0, text(status.getNotFound())};
  }
  return ExitStatus::failed("it ended in a way this version does not know");
}

void toSchema(const ExitStatus& status, Schema::Builder builder) {
  builder.setLacked(status.lacked.c_str());
  switch (status.type) {
    case ExitStatus::Type::Exited: return builder.setExited(status.number);
    case ExitStatus::Type::Signalled: return builder.setSignalled(status.number);
    case ExitStatus::Type::Failed: return builder.setFailed(status.line.c_str());
    case ExitStatus::Type::NotExecutable: return builder.setNotExecutable(status.line.c_str());
    case ExitStatus::Type::NotFound: return builder.setNotFound(status.line.c_str());
  }
}

void toSchema(const Instance& instance, const Names& names, schema::InstanceInfo::Builder builder) {
  builder.setId(instance.id.text().c_str());
  builder.setApp(instance.holder.app.c_str());
  builder.setProfile(instance.holder.profile.c_str());
  builder.setName(names.of(instance.holder.text()).c_str());
  builder.setPid(instance.facts.child);
  builder.setStarted(toNanos(instance.started));
  builder.setState(static_cast<schema::InstanceInfo::State>(instance.state));
  builder.setIcon(instance.icon.c_str());
  builder.setLimits(instance.facts.limits.c_str());
  builder.setDesktop(instance.facts.desktop.c_str());
  builder.setCommand(instance.command.c_str());
  builder.setLacked(instance.lacked.c_str());
  if (instance.startedBy.empty()) return;
  builder.setStartedBy(instance.startedBy.c_str());
  builder.setStartedByName(names.of(instance.startedBy).c_str());
}

kj::Promise<SandboxFacts> takeFacts(schema::SandboxFacts::Reader facts) {
  SandboxFacts result;
  result.child = facts.getChild();
  result.limits = text(facts.getLimits());
  result.desktop = text(facts.getDesktop());
  result.busUsed = facts.getBusUsed();
  result.pidfd = co_await needed(facts.getPidfd(), "pidfd");
  result.mountNamespace = co_await needed(facts.getMountNamespace(), "mount namespace");
  result.userNamespace = co_await needed(facts.getUserNamespace(), "user namespace");
  result.pidNamespace = co_await needed(facts.getPidNamespace(), "pid namespace");
  // None of a launcher that an earlier version started: its app stays without a network.
  auto network = co_await fdOf(facts.getNetworkNamespace());
  KJ_IF_MAYBE (held, network) result.networkNamespace = kj::mv(*held);
  co_return result;
}

void toSchema(const SandboxFacts& facts, schema::SandboxFacts::Builder builder) {
  builder.setChild(facts.child);
  builder.setLimits(facts.limits.c_str());
  builder.setDesktop(facts.desktop.c_str());
  builder.setBusUsed(facts.busUsed);
  auto copy = [](const kj::AutoCloseFd& fd) { return descriptorOf(duplicate(fd.get())); };
  builder.setPidfd(copy(facts.pidfd));
  builder.setMountNamespace(copy(facts.mountNamespace));
  builder.setUserNamespace(copy(facts.userNamespace));
  builder.setPidNamespace(copy(facts.pidNamespace));
  if (facts.networkNamespace.get() >= 0) builder.setNetworkNamespace(copy(facts.networkNamespace));
}

}  // namespace latchkey
