// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Sound of one app: a PipeWire of its own, in which there is a loudspeaker, a microphone (microphone.h) and nothing
// else.
//
//   app ── PipeWire or PulseAudio ── its own pipewire, wireplumber ── a pipe of samples ── latchkey-sound ── the
//   session's
//          \_____________________ confined, nothing of the session ______________/       \_ confined, PipeWire alone _/
//
// Why not the session's PipeWire with fewer rights: whoever may play there may record as well, from microphones and
// from what others play, since it is the session manager that connects streams and it asks nobody. What is taken away a
// moment later has been heard. Here there is nothing to be heard but what the microphone is given, and nothing but
// samples crosses.
//
// The sockets are there from the beginning and the servers start when somebody first connects: a silent program costs
// nothing.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include <string>
#include <vector>

#include "launcher/confined/confined.h"
#include "launcher/sound/microphone.h"

namespace latchkey {

struct SoundOrder {
  std::string app = {};              // As the session's mixer shows it.
  std::string socketDirectory = {};  // The instance's runtime directory.
  std::string program = {};          // `latchkey-sound`.
  kj::AutoCloseFd session = {};      // O_PATH of the session's PipeWire socket.
  MicrophoneOrder microphone = {};
};

class SoundServer {
public:
  // Whether the programs are there.
  static bool available();
  // Whether sockets can be made in that directory.
  static bool fits(const std::string& directory);

  SoundServer(kj::UnixEventPort& events, kj::Timer& timer, SoundOrder order);
  ~SoundServer();
  KJ_DISALLOW_COPY_AND_MOVE(SoundServer);

  // For the app, O_PATH.
  kj::AutoCloseFd pipewireSocket() const;
  kj::AutoCloseFd pulseSocket() const;

private:
  struct Running {
    std::shared_ptr<Microphone> microphone;
    Confined player;
    Confined server;
  };
  kj::Promise<void> serve();
  kj::Promise<void> whenWanted();
  Running start();

  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  SoundOrder m_order;
  std::string m_place;  // Of the sockets.
  kj::AutoCloseFd m_directory;
  kj::AutoCloseFd m_listeners[3];
  kj::Promise<void> m_serving;
};

}  // namespace latchkey
