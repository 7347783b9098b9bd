// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One launch, from the order to the end of the last process.
//
// The sandbox belongs to this object, not to the broker: if the broker dies the app lives on, the app's socket goes on
// listening (connections wait in its queue), and this looks for the next broker and shows it the cookie. If this
// process dies, the sandbox dies with it.

#include <kj/async-unix.h>
#include <kj/thread.h>
#include <kj/timer.h>

#include "broker/base/connection.h"
#include "broker/base/places.h"
#include "launcher/display/display.h"
#include "launcher/launch/accessibility.h"
#include "launcher/launch/facts.h"
#include "launcher/launch/launch-order.h"
#include "launcher/launch/program.h"
#include "launcher/launch/stream-relays.h"
#include "launcher/limits/limits.h"
#include "launcher/sandbox/host-facts.h"
#include "launcher/sandbox/sandbox.h"
#include "launcher/sound/sound-server.h"

namespace latchkey {

// What one process of the launcher is given.
struct LaunchWorld {
  kj::LowLevelAsyncIoProvider& io;
  kj::UnixEventPort& events;
  kj::Timer& timer;
  Places places;
  sandbox::Programs programs;
  sandbox::HostFacts host = {};      // Gathered while the order comes.
  sandbox::StandardStreams streams;  // Of the program. Closed as soon as they have been passed on.
};

class LaunchRun final : private kj::TaskSet::ErrorHandler {
public:
  LaunchRun(LaunchWorld world, kj::Own<Connection> broker);
  KJ_DISALLOW_COPY_AND_MOVE(LaunchRun);

  // Resolves when the instance has ended and the broker, or the next one, knows.
  kj::Promise<void> run();

  // What the broker may ask, through Control.
  kj::Promise<void> stop(kj::Duration grace);
  void signal(int number);
  kj::Maybe<pid_t> firstProcess() const;
  kj::Promise<kj::AutoCloseFd> connectBus();
  // Replaces what there was.
  kj::Promise<std::string> openAccessibility(kj::AutoCloseFd bus);
  void closeAccessibility(uint64_t number);
  uint64_t accessibilityNumber() const { return m_accessibilityNumber; }

private:
  class Control;
  class Ear;
  struct Outcome;

  LaunchRun(LaunchWorld world, kj::Own<Connection> broker, kj::PromiseFulfillerPair<void> over,
            kj::PromiseFulfillerPair<void> abandoned);

  kj::Promise<Outcome> attempt();
  kj::Promise<Outcome> launch(const Program& program, const Permits& permits);
  kj::Promise<Outcome> serve();
  kj::Promise<Resolution> resolveAside();
  kj::Promise<Permits> describe(const Program& program);
  kj::Promise<Display> findDisplay(kj::Promise<Permits> permits);
  void build(const Permits& permits);
  kj::Maybe<kj::Own<SoundServer>> openSound();
  kj::Promise<void> askToRecord(std::weak_ptr<Microphone> microphone);
  kj::Promise<void> announceReady();
  kj::Promise<kj::Maybe<Outcome>> startProgram(const Program& program, const Permits& permits);
  kj::Promise<void> report(const Outcome& outcome);

  void writeDescription(schema::AppDescription::Builder app, const Program& program) const;
  std::string workingDirectory(const Program& program) const;
  std::string shareDirectory() const { return m_order.runtimeDirectory + "/share"; }
  kj::Own<Connection> connect(kj::AutoCloseFd socket) const;

  kj::Promise<void> keepBroker();
  kj::Promise<void> comeHome();
  kj::Promise<bool> tryComeHome();
  kj::Promise<void> passConnections();
  kj::Promise<void> tellOfBus();
  kj::Promise<schema::LaunchSession::Client> session();

  void toProgram(int number);
  void closeStreams();
  void emptyRuntimeDirectory() const;
  void taskFailed(kj::Exception&& exception) override;

  LaunchWorld m_world;
  kj::Maybe<kj::Own<Connection>> m_connection;
  kj::Maybe<schema::LaunchSession::Client> m_session;
  kj::Vector<kj::Own<kj::PromiseFulfiller<void>>> m_waitingForBroker;
  bool m_unwelcome = false;  // At the last broker that was asked.
  schema::LaunchControl::Client m_control;
  Order m_order;
  Program m_program;
  kj::Maybe<kj::Own<kj::Thread>> m_unpacking;
  Facts m_facts;
  kj::Maybe<kj::Own<sandbox::Sandbox>> m_sandbox;
  kj::Maybe<kj::Own<StreamRelays>> m_relays;
  Display m_display;
  kj::Maybe<kj::Own<SoundServer>> m_sound;
  kj::AutoCloseFd m_trial;  // Held: it runs.
  kj::Maybe<kj::Own<AccessibilityBus>> m_accessibility;
  uint64_t m_accessibilityNumber = 0;
  kj::Own<sandbox::AppliedLimits> m_limits;
  kj::AutoCloseFd m_listener;
  kj::Own<kj::PromiseFulfiller<void>> m_nothingLeft;
  kj::ForkedPromise<void> m_over;  // The last process has gone.
  kj::Own<kj::PromiseFulfiller<void>> m_abandon;
  kj::ForkedPromise<void> m_abandoned;  // Stopped before the program was let go.
  bool m_begun = false;                 // The program has been let go; it may not have been executed yet.
  bool m_running = false;
  bool m_done = false;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
