// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Machines, each a real latchkey-peer and a broker of the test's own, and wires between them.
//
// What happened to a broker stands in `events`, one word first: "connected b", "ended b broken none", "compare b",
// "paired b", "refused notAdmitting b", "offered x".

#include <kj/async-io.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/connection.h"
#include "broker/schema/peer-portal.capnp.h"

namespace latchkey::test {

class World;

struct Compared {
  std::string name, machine;
  std::vector<std::string> words;
  bool joining = false;
};

struct Redeemed {
  std::string invitation, machine, transcript, proof;
};

struct Used {
  uint32_t live = 0;
  uint64_t uses = 0, in = 0, out = 0;
};

// A service of a machine's: each connection is a socket whose other end the test holds.
class Service : public std::enable_shared_from_this<Service> {
public:
  explicit Service(World& world) : world(world) {}
  schema::NearService::Client client();

  World& world;
  bool echoes = true;  // Else the test reads and writes `sockets` itself.
  bool refuses = false;
  kj::AutoCloseFd given;  // For one connection, in the place of a pair of sockets.
  std::string greeting;
  std::vector<std::shared_ptr<kj::AutoCloseFd>> sockets;
  Used used;
  std::vector<Used> reports;
  kj::Maybe<schema::LiveDoor::Client> door;  // Of who restored it last.
  int held = 0;                              // NearServices that are not let go of.
  // Waited for in each connect().
  std::function<kj::Promise<void>()> before = [] { return kj::READY_NOW; };
};

// An app of a machine's, that is started when the test says so.
class App : public std::enable_shared_from_this<App> {
public:
  schema::NearApp::Client client();

  std::vector<std::string> asked;  // "start", "stop", in that order.
  std::string trouble;             // How it fails; empty: it does not.
  uint64_t number = 41;            // Of the last start.
  int held = 0;                    // NearApps that are not let go of.
  kj::Maybe<schema::LiveDoor::Client> door;
  std::function<kj::Promise<void>()> before = [] { return kj::READY_NOW; };
};

class Machine {
public:
  Machine(World& world, std::string name);
  ~Machine();

  void start();  // Its portal.
  void kill();
  void hangUp();  // And let it end.
  struct Pinned {
    std::string id, certificate;
  };
  void knows(const std::vector<Machine*>& others, unsigned version = 1, const std::vector<Pinned>& besides = {});
  void admits(bool words, bool invitations);
  schema::PeerPortal::Client portal();
  // A connection to another machine, or to what listens elsewhere. "ok", or why not.
  kj::Promise<std::string> open(kj::AutoCloseFd socket, const std::string& id);
  void accept(kj::AutoCloseFd socket, const std::string& from = "192.0.2.1");
  kj::Promise<std::string> joinByWords(kj::AutoCloseFd socket);
  kj::Promise<std::string> joinByInvitation(kj::AutoCloseFd socket, const std::string& id, const std::string& secret,
                                            const std::string& machine);
  schema::FarMachine::Client far(const Machine& other);
  schema::FarThing::Client restore(const Machine& other, const std::string& token);
  int pid() const { return m_pid; }
  // Of its portal, in KiB, now.
  size_t memory() const;
  size_t count(const std::string& event) const;

  std::string name, id, certificate, key;
  std::vector<std::string> events;
  std::vector<Compared> compared;
  std::vector<Redeemed> redeemed;
  std::map<std::string, std::string> invitations;            // Secrets by id.
  std::map<std::string, std::shared_ptr<Service>> services;  // By token.
  std::map<std::string, std::shared_ptr<App>> apps;          // Likewise.
  std::map<std::string, std::string> troubles;               // Tokens that fail, and how.
  std::vector<std::string> offered, wishes;                  // As they arrived, in a line.
  std::function<kj::Promise<bool>(const Compared&)> person;  // Says that the words match, unless set.
  std::function<kj::Promise<std::string>(const std::string&)> wished;
  std::map<std::string, schema::FarMachine::Client> sessions;
  std::string restoredBy;
  bool revokesAtOnce = false;  // Before it has said what is restored.

private:
  class Start;
  class Host;
  class Desk;
  World& m_world;
  int m_pid = 0;
  std::shared_ptr<bool> m_isAlive = std::make_shared<bool>(true);  // What still waits at the end may outlive this.
  kj::Own<Connection> m_connection;
  kj::Maybe<schema::PeerPortal::Client> m_portal;
};

struct Wire {
  kj::AutoCloseFd near, far;
};

class World {
public:
  World();
  ~World();

  Machine& machine(const std::string& name);
  Wire wire();  // TCP.
  // Machines that know each other, and a session that `a` began. "ok", or why not.
  std::string connect(Machine& a, Machine& b);
  std::string nameOf(const std::string& id) const;

  bool until(std::function<bool()> condition, int seconds = 10);
  void pass(int milliseconds);
  template <typename T>
  T wait(kj::Promise<T> promise, int seconds = 20) {
    return io.provider->getTimer().timeoutAfter(seconds * kj::SECONDS, kj::mv(promise)).wait(io.waitScope);
  }
  // "ok", or the last word of why not.
  template <typename T>
  std::string outcome(kj::Promise<T> promise, int seconds = 20) {
    return wait(said(kj::mv(promise)), seconds);
  }
  template <typename T>
  static kj::Promise<std::string> said(kj::Promise<T> promise) {
    if constexpr (!std::is_void_v<T>) {
      return said(promise.ignoreResult());
    } else {
      return promise.then([] { return std::string("ok"); },
                          [](kj::Exception&& exception) { return lastWord(exception); });
    }
  }
  static std::string lastWord(const kj::Exception& exception);
  // Blocking work, while the brokers go on.
  void aside(std::function<void()> work, int seconds = 60);

  kj::AsyncIoContext io;

private:
  std::vector<std::unique_ptr<Machine>> m_machines;
};

// Carries bytes between two sockets until it is told not to.
class Relay {
public:
  Relay(World& world, int left, int right);
  void stop() { m_running = nullptr; }

private:
  kj::Own<kj::AsyncIoStream> m_left, m_right;
  kj::Maybe<kj::Promise<void>> m_running;
};

// What a stream of ours says within a second: bytes; "end"; "reset"; "silence".
std::string received(World& world, int socket);
void send(int socket, const std::string& text);

// A far thing and our end of one connection to it.
kj::AutoCloseFd connected(World& world, schema::FarThing::Client thing);

}  // namespace latchkey::test
