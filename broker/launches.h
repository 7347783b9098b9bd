// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Starting apps, and knowing when they end.
//
// One `latchkey-launch` for each instance, on a socket pair made for it: which instance a message is about is decided
// by the connection it comes on. The order of a launch is the schema's (launcher.capnp); everything the person named is
// committed before the sandbox gets any of it, and the program runs only after the portals are attached.
//
// A launcher whose connection breaks may be alive and look for us through the return socket. It gets some seconds; then
// it is killed, and its sandbox with it.

#include <kj/async-io.h>

#include "broker/app-session.h"
#include "broker/ceilings.h"
#include "broker/desktop-portals.h"
#include "broker/desktop-rights.h"
#include "broker/enforcement.h"
#include "broker/file-grants.h"
#include "broker/instance.h"
#include "broker/microphones.h"
#include "broker/names.h"
#include "broker/powerbox.h"
#include "broker/process.h"

namespace latchkey {

// Makes a stream of a descriptor that an app connected with.
class Streams {
public:
  virtual ~Streams() noexcept(false) = default;
  virtual kj::Own<kj::AsyncIoStream> wrap(kj::AutoCloseFd socket) = 0;
};

struct LaunchParts {
  Programs& programs;
  Streams& streams;
  Instances& instances;
  Ledger& ledger;
  Ceilings& ceilings;
  Names& names;
  FileGrants& files;
  NetworkGrants& network;
  Enforcement& enforcement;
  DesktopPortals& desktop;
  Powerbox& powerbox;
  Microphones& microphones;
  AppConnections& apps;
  const Places& places;
  const Clock& clock;
  kj::Timer& timer;
};

// What a launcher that came home shows. Its cookie and pidfd have been checked.
struct ReturningLauncher {
  InstanceId instance;
  Helper helper;
  schema::LaunchControl::Client control;
  schema::AppDescription::Reader app;
  SandboxFacts facts;
  bool running = false;
};

class Launches final : private kj::TaskSet::ErrorHandler {
public:
  explicit Launches(LaunchParts parts) : m_parts(parts), m_tasks(*this) {}
  KJ_DISALLOW_COPY_AND_MOVE(Launches);

  // Returns as soon as the launcher is under way. `by`: the grant of another machine that starts it; it asks nobody
  // then.
  kj::Promise<InstanceId> launch(schema::LaunchSpec::Reader spec);
  kj::Promise<InstanceId> launchFor(const Grant& by, schema::LaunchSpec::Reader spec);

  // Serves what another machine was given of this one's files: a connected stream socket that speaks SFTP. Each is a
  // sandbox of its own with a view of that grant alone, and ends when the socket does.
  kj::Promise<kj::AutoCloseFd> serve(Grant grant);

  // Instances of an earlier broker, known from the store, until their launchers come home.
  void restore(const Survivor& survivor);
  schema::LaunchSession::Client adopt(ReturningLauncher launcher);

  // TERM, the grace period, then everything. Returns when nothing is left.
  kj::Promise<void> stop(InstanceId instance, kj::Duration grace);
  kj::Promise<void> stopAll(kj::Duration grace);
  void finish(const InstanceId& instance, ExitStatus status);
  // What instances of earlier brokers left in the runtime directory, when no survivor can be theirs.
  void removeStrays();

private:
  class Session;

  Instance& living(const InstanceId& instance);
  kj::Promise<InstanceId> start(kj::Maybe<Grant> by, schema::LaunchSpec::Reader spec);
  schema::LaunchSession::Client sessionFor(const InstanceId& instance);
  kj::Promise<void> take(Instance& instance, schema::LaunchSpec::Reader spec);
  void begin(const InstanceId& instance, schema::LaunchControl::Client control, schema::LaunchOrder::Builder order);
  void beginToServe(Instance& instance, schema::LaunchControl::Client control, schema::LaunchOrder::Builder order);
  void described(const InstanceId& instance, schema::AppDescription::Reader app,
                 schema::LaunchPermits::Builder permits);
  void grantDesignated(Instance& instance);
  bool useRight(const Instance& instance, DesktopRight right);
  std::string makeProfile(const Instance& instance) const;
  std::string makeTrial(const Instance& instance, const std::string& profile) const;
  kj::Promise<void> ready(InstanceId instance, schema::SandboxFacts::Reader facts);
  void running(const InstanceId& instance);
  void busUsed(const InstanceId& instance);
  kj::Promise<void> appConnected(InstanceId instance, schema::Descriptor::Client connection);
  void removeRuntimeDirectory(const InstanceId& instance) const;
  void orRememberWhy(const InstanceId& id, kj::FunctionParam<void()> act);
  void note(const std::string& key, const std::string& value);
  void putSurvivor(const Instance& instance);
  void rememberAskModes();
  std::string startedFor() const;
  void rememberStartedFor();
  GrantId rememberedGrant(const InstanceId& instance) const;
  AskMode rememberedAskMode(const InstanceId& instance) const;
  void watch(Instance& instance, Helper helper);
  kj::Promise<void> untilGone(InstanceId instance, uint64_t number, kj::Promise<void> hungUp, kj::Promise<void> ended);
  void journal(const Instance& instance, const char* event, const std::string& outcome);
  std::string runtimeDirectory(const InstanceId& instance) const {
    return m_parts.places.runtime + "/instances/" + instance.text();
  }
  void taskFailed(kj::Exception&& exception) override;

  LaunchParts m_parts;
  std::map<InstanceId, std::string> m_failures;  // Why one could not be started, until it has ended.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
