// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The microphone of one app: a source in its own PipeWire, silent until this opens it.
//
//   the session's ── latchkey-sound record ── a socket of samples ── latchkey-sound microphone ── the app's own
//   PipeWire
//         \_ confined, PipeWire alone _/                            \_ confined with it, nothing of the session _/
//
// - Samples come from a process that is there only while the microphone is open, through a socket made for each time.
//   Nothing can be said on it the other way.
// - Closing cuts that socket here and takes away what waits in it. Whoever holds an end of it afterwards hears nothing,
//   however long the processes take to die.
// - That somebody records is said from inside, where an app may have taken over what says so. All it can gain is that a
//   person is asked.

#include <kj/async-unix.h>
#include <kj/function.h>
#include <kj/timer.h>

#include <memory>
#include <string>

#include "launcher/confined/confined.h"

namespace latchkey {

class Microphone;

struct MicrophoneOrder {
  std::string app = {};      // As the session's mixer shows it.
  std::string program = {};  // `latchkey-sound`.
  // The session's PipeWire, O_PATH of its manager's socket. None: it stays silent.
  kj::AutoCloseFd session = {};
  // Called when somebody begins to record. What it returns is dropped when nobody does any more.
  kj::Function<kj::Promise<void>(std::weak_ptr<Microphone>)> recorded = [](auto) { return kj::READY_NOW; };
};

class Microphone final {
public:
  // `order` outlives it.
  static std::shared_ptr<Microphone> make(kj::UnixEventPort& events, kj::Timer& timer, MicrophoneOrder& order);
  ~Microphone();
  KJ_DISALLOW_COPY_AND_MOVE(Microphone);

  // For the one in the app's PipeWire. Given away once.
  kj::AutoCloseFd takeFarEnd() { return kj::mv(m_farEnd); }

  // What the session's microphone hears is heard inside from now on. Not an error where there is none.
  void open();
  // Nothing is heard when this returns.
  void close();

private:
  Microphone(kj::UnixEventPort& events, kj::Timer& timer, MicrophoneOrder& order);
  kj::Promise<void> listen(std::weak_ptr<Microphone> self);
  kj::Promise<void> flow();
  Confined startRecorder();
  void cut();

  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  MicrophoneOrder& m_order;
  kj::AutoCloseFd m_channel, m_farEnd;
  kj::AutoCloseFd m_spoken, m_heard;  // Both ends of the socket of samples.
  kj::Maybe<kj::Promise<void>> m_flow;
  kj::Maybe<kj::Promise<void>> m_recorded;
  kj::Promise<void> m_listening;
};

}  // namespace latchkey
