// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The sandbox's own message bus, where the session bus is for the programs inside.
//
// It is an ordinary dbus-daemon, inside the sandbox like the app: what is said on it concerns nobody but the app and
// Latchkey's portal, so a daemon that the app corrupts or kills is the app's own loss. Its socket is there from the
// start and the daemon only once somebody connects: a program that never does has neither the process nor the time it
// takes. A program with windows always does, so there the daemon starts while the portals are attached, which is
// waiting.
//
// The portal comes a moment after the first guest. Its names are therefore activatable, and the daemon keeps what is
// sent to them until it has them; as "systemd activation", since that waits and starts nothing.

#include <sys/types.h>

namespace latchkey::enter {

class Bus {
public:
  // The socket is there, and connecting to it works. False, with errno, if it cannot be made.
  bool listen();
  // Readable when somebody has connected for the first time; -1 when that is not of interest any more.
  int awaited() const { return m_daemon == 0 ? m_listener : -1; }
  // Starts the daemon. False if it cannot be: then nobody can connect.
  bool start();
  // A connection of our own; -1 if there is no daemon.
  int connect() const;

  void reaped(pid_t child);
  // Whether nothing but process 1 and the daemon is left in the sandbox.
  bool isAlone() const;

private:
  int m_listener = -1;
  pid_t m_daemon = 0;  // -1: there was one, or it could not be started.
};

}  // namespace latchkey::enter
