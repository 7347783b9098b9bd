// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Entering a sandbox's network namespace from outside.
//
// The kernel lets only a single-threaded process enter a user namespace, so a small process is forked before there are
// threads; it forks once more for each job, enters, does the job, sends back the descriptors it made there, and is
// gone. What is left of it in the namespace is a tun, two routes and sockets that this portal holds: when the portal
// dies, so does the tun, and with it the routes.

#include <kj/async-unix.h>

#include <string>
#include <vector>

namespace latchkey::network {

// A sandbox's network namespace and the user namespace that owns it.
struct Inside {
  kj::AutoCloseFd user;
  kj::AutoCloseFd net;
};

// Refuses, by throwing, a network namespace that is not owned by a user namespace made by this user below our own.
Inside checked(kj::AutoCloseFd networkNamespace);

// What we hold of a sandbox's network. Without IPv6 in the kernel those of IPv6 are none.
struct Wiring {
  kj::AutoCloseFd tun;
  kj::AutoCloseFd listener4, listener6;  // On loopback addresses and the same port.
  kj::AutoCloseFd raw4, raw6;            // Packets sent by these carry our mark.
  kj::AutoCloseFd diagnosis;             // sock_diag
  kj::AutoCloseFd names, namesTcp;       // 127.0.0.53, port 53.
  uint16_t port = 0;
};

class Entrance {
public:
  // Forks. Call before any thread is started.
  Entrance();
  ~Entrance();

  kj::Promise<Wiring> wire(kj::UnixEventPort& port, const Inside& into);
  // From then on what carries our mark is redirected to our listener's port. See gate.h.
  kj::Promise<void> loadGate(kj::UnixEventPort& port, const Inside& into, uint16_t to);
  // Unbound TCP sockets made inside, to connect to the app with.
  kj::Promise<std::vector<kj::AutoCloseFd>> sockets(kj::UnixEventPort& port, const Inside& into, unsigned v4,
                                                    unsigned v6);

private:
  kj::AutoCloseFd request(char job, const Inside& into, const std::string& words);

  kj::AutoCloseFd m_socket;
};

// At most as many in one answer.
constexpr unsigned MOST_SOCKETS = 64;

// entrance-helper.cpp: what runs in the forked process. Never returns.
[[noreturn]] void runEntranceHelper(int socket);

}  // namespace latchkey::network
