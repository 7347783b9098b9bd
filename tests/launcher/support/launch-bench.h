// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The broker's side of a launch, played by a test: starts a real `latchkey-launch` on real directories and answers it
// by a script. What comes out is a real sandbox.

#include <kj/async-io.h>

#include <functional>
#include <string>
#include <vector>

#include "broker/base/connection.h"
#include "broker/schema/launcher.capnp.h"

namespace latchkey::test {

struct LaunchOptions {
  std::vector<std::string> command = {};
  std::string app = {};
  std::vector<std::string> arguments = {};
  std::string profile = "default";
  std::string runAs = {};
  std::string action = {};
  std::string workingDirectory = {};
  std::vector<std::pair<std::string, std::string>> environment = {
      {"LANG", "C.UTF-8"}, {"USER", "person"}, {"TERM", "dumb"}};
  std::vector<std::string> labels = {};
  bool ownSandboxes = false;
  bool sharedX = false;
  bool sound = false;
  bool terminal = false;
  uint64_t memoryLimit = 0;
  uint32_t processLimit = 0;
  uint32_t cpuPercent = 0;
  int in = -1, out = -1, err = -1;                       // -1: /dev/null, captured, captured.
  std::function<kj::Promise<void>()> onReady = nullptr;  // Held until it resolves.
  bool refuseDescription = false;
};

struct Ending {
  schema::ExitStatus::Which kind = schema::ExitStatus::FAILED;
  int number = 0;
  std::string reason = {};
  std::string out = {};
  std::string err = {};
};

class LaunchBench;

// One launcher under way.
class Launch final {
public:
  ~Launch();
  kj::Promise<void> ready();  // The sandbox stands.
  kj::Promise<void> running();
  kj::Promise<Ending> ended();
  // The launcher process itself has gone and was reaped; true if it told how it ended before.
  kj::Promise<bool> launcherGone();

  pid_t launcher() const { return m_launcher; }
  pid_t firstProcess() const { return m_first; }
  std::string out() const { return m_out; }
  std::string id() const { return m_id; }
  std::string runtimeDirectory() const { return m_runtime; }
  std::string cookie() const { return m_cookie; }
  schema::LaunchControl::Client control() { return KJ_REQUIRE_NONNULL(m_control); }
  // As the launcher told it.
  std::string app, name, limits, desktop;
  std::vector<std::string> command, standardFolders, claims;
  unsigned descriptors = 0;                  // That came with the facts.
  std::vector<kj::AutoCloseFd> connections;  // Of programs inside, to $LATCHKEY_SOCKET.

  // The broker dies: the connection is cut, nothing is said.
  void hangUp() { m_connection = nullptr; }

  // What it said of itself to a later broker.
  struct Return {
    std::string instance = {}, cookie = {};
    bool running = false;
    pid_t pidfdOf = 0;
    unsigned descriptors = 0;
  };
  std::vector<Return> returns;

private:
  friend class LaunchBench;
  class Session;
  class Home;
  Launch(LaunchBench& bench, LaunchOptions options);
  void start();
  kj::Promise<void> collect(kj::AutoCloseFd from, std::string& into);

  LaunchBench& m_bench;
  LaunchOptions m_options;
  std::string m_id, m_runtime, m_cookie, m_out, m_err;
  pid_t m_launcher = 0, m_first = 0;
  kj::AutoCloseFd m_pidfd;
  kj::Maybe<kj::Own<Connection>> m_connection;
  kj::Maybe<schema::LaunchControl::Client> m_control;
  kj::PromiseFulfillerPair<void> m_readySignal, m_runningSignal;
  kj::PromiseFulfillerPair<void> m_endedSignal;
  kj::ForkedPromise<void> m_readyFork, m_runningFork, m_endedFork;
  kj::Maybe<kj::ForkedPromise<void>> m_collected;
  Ending m_ending;
  bool m_told = false, m_reaped = false;
};

class LaunchBench final {
public:
  LaunchBench();
  ~LaunchBench();

  kj::Own<Launch> start(LaunchOptions options);

  // The next broker: welcomes `launch` at the `return` socket, unless `refuse`. Until dropped.
  kj::Own<void> nextBroker(Launch& launch, bool refuse = false);
  Ending run(LaunchOptions options);
  // Short form: a shell script inside, its output.
  Ending sh(const std::string& script, LaunchOptions options = {});

  template <typename T>
  T wait(kj::Promise<T> promise) {
    return promise.wait(m_io.waitScope);
  }
  // Fails after a generous while instead of hanging for ever.
  template <typename T>
  T waitAtMost(kj::Duration duration, kj::Promise<T> promise) {
    return timer().timeoutAfter(duration, kj::mv(promise)).wait(m_io.waitScope);
  }
  kj::Timer& timer() { return m_io.provider->getTimer(); }
  kj::AsyncIoContext& io() { return m_io; }
  kj::WaitScope& scope() { return m_io.waitScope; }

  std::string top() const { return m_top; }
  std::string home() const { return m_top + "/home"; }  // The person's.
  std::string profile(const std::string& name = "default") const { return m_top + "/profiles/" + name; }
  std::string privateHome(const std::string& name = "default") const { return profile(name) + "/home"; }
  std::string instances() const { return m_top + "/run/latchkey/instances"; }
  std::string runtime() const { return m_top + "/run/latchkey"; }

private:
  friend class Launch;
  class NextBroker;
  std::string m_top;
  kj::AutoCloseFd m_lock;  // A real broker started by a surviving launcher finds that one is there, and goes.
  kj::AsyncIoContext m_io;
};

// Host pids that are in the pid namespace of `first` or below it; by /proc. Empty once all have gone.
std::vector<pid_t> processesInNamespaceOf(pid_t first);
// All processes whose parent chain leads to us, ourselves not counted.
std::vector<pid_t> descendants();

}  // namespace latchkey::test
