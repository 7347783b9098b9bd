// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The real latchkey-net over a socket pair, sandboxes that are nothing but a network namespace and a probe in it, and a
// person who answers by a script. All of it lives in networks of the test's own (tests/support/own-network.h).
//
// What these servers have seen is the judge. Names are those of a hosts file that only latchkey-net sees.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker/base/connection.h"
#include "broker/schema/homecoming.capnp.h"
#include "broker/schema/network-portal.capnp.h"
#include "tests/support/own-network.h"

namespace latchkey::test {

using Outcome = schema::NetworkAsker::Outcome;

struct Asked {
  std::string destination, local, program;
  int pid = 0;
  bool raw = false;
};

struct GrantOptions {
  bool once = false;
  bool suspended = false;
  bool deny = false;
  int64_t expires = 0;
  uint64_t bytes = 0;
  uint64_t bytesPerSecond = 0;
  uint64_t bytesPerDay = 0;
  uint64_t passed = 0, passedToday = 0;
  int64_t day = 0;
  std::string id{};  // Empty: one of its own.
};

class World;

// Outside: what arrives is counted, and answered with itself.
class Server {
public:
  Server(World& world, const std::string& address, uint16_t port = 0, bool udp = false);
  ~Server();
  uint16_t port = 0;
  int connections = 0;  // TCP
  int datagrams = 0;    // UDP
  int open = 0;
  std::string received;  // The first 64 KiB.
  std::string lastError;
  std::string greeting;                                    // Said first, to each.
  std::function<std::string(const std::string&)> answers;  // UDP: what is said to what came, if not the same.
  std::string farewell;                                    // Said at the end of what was received, before our own end.
  bool breaksOff = false;                                  // Resets as soon as something has come.
  bool keepsQuiet = false;                                 // Reads nothing.
  kj::Function<void()> onEnd = [] {};

private:
  kj::Promise<void> acceptAll();
  kj::Promise<void> serve(kj::AutoCloseFd socket);
  kj::Promise<void> answerDatagrams();

  World& m_world;
  kj::AutoCloseFd m_socket;
  kj::Promise<void> m_task = nullptr;
  kj::Vector<kj::Promise<void>> m_served;
};

// Somebody outside who connects to something: from this computer, or from `far`, another one.
class Visitor {
public:
  Visitor(World& world, const std::string& address, uint16_t port, bool far = false);
  // One that is connected.
  Visitor(World& world, kj::AutoCloseFd socket);
  // "ok", or the error's name.
  std::string outcome;
  void send(const std::string& text);
  // Bytes; "end"; or the error's name.
  std::string received();
  void close() { m_socket = nullptr; }

private:
  World& m_world;
  kj::AutoCloseFd m_socket;
};

// Who listens on the wire outside: all that left this network, whoever sent it. Nothing of finding neighbours.
class Sniffer {
public:
  Sniffer();
  // Since the last call, each once: "tcp 203.0.113.1:80", "syn 203.0.113.1:80", "reset ...", "udp ...", "icmp ...",
  // "protocol 132
  // ..."; with "fragment ", "options " or "extended " before, and " from ADDRESS" behind where that is none of our own.
  std::set<std::string> heard();

private:
  kj::AutoCloseFd m_socket;
};

class Sandbox {
public:
  Sandbox(World& world, std::string name);
  ~Sandbox();

  void attach();
  // What a command answers, while the loop runs.
  std::string run(const std::string& command, int seconds = 30);
  kj::Promise<std::string> start(const std::string& command);
  schema::NetworkLive::Client grant(const std::string& destination, GrantOptions options = {});
  // By "8080/tcp@localhost".
  schema::NetworkLive::Client letIn(const std::string& listening, GrantOptions options = {});
  // By "db:5432/tcp": see `dialled`.
  schema::NetworkLive::Client serveFromElsewhere(const std::string& place, GrantOptions options = {});
  // As the portal was last heard of it: "8080/tcp loopback python3 g1".
  std::vector<std::string> heard;
  std::vector<std::string> listeners();
  void kill();
  int pid() const { return m_pid; }
  // One line for each, last used first: "open 203.0.113.1:80/tcp 5 5".
  std::vector<std::string> connections();
  uint64_t idOf(const std::string& state);
  schema::NetworkAsker::Client asker();

  std::vector<Asked> asked;
  int withdrawn = 0, waiting = 0, timesHeard = 0;
  std::vector<std::string> ended, refused;
  std::map<std::string, std::vector<uint32_t>> liveReports;
  // Asked for each question; the default declines. May grant in between.
  // The service's end of each connection that the portal wanted of one, and by which grant; not while it `isAway`.
  struct Dialled {
    std::string grant;
    kj::AutoCloseFd socket;
  };
  std::vector<Dialled> dialled;
  bool isAway = false;
  bool answersWithAnother = false;  // A socket of its own, whose other end is in `dialled`.
  std::function<kj::Promise<Outcome>(const Asked&)> person;
  void sayYes(GrantOptions options = {});  // To exactly what was asked.
  void sayNothing();
  kj::Maybe<schema::SandboxNetwork::Client> network;

private:
  class Asker;
  friend class World;
  kj::Promise<void> readAnswers();
  enum class Thing : uint8_t { Destination, Listening, Service };
  schema::NetworkLive::Client add(Thing thing, const std::string& what, const GrantOptions& options);

  World& m_world;
  std::string m_name;
  int m_pid = 0;
  int m_grants = 0;
  unsigned m_last = 0;
  kj::AutoCloseFd m_namespace;
  kj::Own<kj::AsyncOutputStream> m_to;
  kj::Own<kj::AsyncInputStream> m_from;
  std::map<unsigned, kj::Own<kj::PromiseFulfiller<std::string>>> m_answers;
  kj::Promise<void> m_reading = nullptr;
};

class World {
public:
  explicit World(const std::map<std::string, std::vector<std::string>>& names = {});
  ~World();

  // "one" and "one/2" are of one app.
  kj::Own<Sandbox> sandbox(const std::string& name = "one", bool attach = true);
  bool until(std::function<bool()> condition, int seconds = 10);
  void pass(int milliseconds);
  template <typename T>
  T wait(kj::Promise<T> promise, int seconds = 30) {
    return m_io.provider->getTimer().timeoutAfter(seconds * kj::SECONDS, kj::mv(promise)).wait(m_io.waitScope);
  }
  void setNames(const std::map<std::string, std::vector<std::string>>& names);
  // Of latchkey-net: who is asked for what is not in `names`, and what is put behind short names then.
  void setResolver(const std::string& address, const std::string& search = {});

  void startPortal();
  void killPortal();
  void dropBroker();    // The broker's end of the connection goes away.
  void returnBroker();  // Another one, which takes the portal in.
  schema::NetworkPortal::Client portal();
  bool holdsDials = false;  // Whoever dials waits.
  int portalPid() const { return m_portalPid; }
  kj::AsyncIoContext& io() { return m_io; }

private:
  friend class Sandbox;
  class Start;
  class Home;
  kj::AsyncIoContext m_io;
  std::string m_root;
  int m_portalPid = 0;
  kj::Own<Connection> m_connection;
  kj::Maybe<schema::NetworkPortal::Client> m_portal;
  std::map<std::string, Sandbox*> m_sandboxes;
};

}  // namespace latchkey::test
