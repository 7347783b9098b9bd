// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A broker with everything around it faked: launchers and a portal that do as they are told, a person who answers when
// the test says so, and a clock turned by hand. Nothing is started and no socket is made; the store is real.

#include <capnp/message.h>
#include <kj/async.h>
#include <kj/timer.h>
#include <sys/resource.h>
#include <QTemporaryDir>

#include <deque>
#include <memory>

#include "broker/broker.h"
#include "tests/support/fake-clock.h"
#include "tests/support/fake-network.h"
#include "tests/support/fake-portal.h"
#include "tests/support/fake-ways.h"

namespace latchkey {

// One end of a fake process's connection.
struct FakeProcess {
  capnp::Capability::Client bootstrap = nullptr;
  kj::Own<kj::PromiseFulfiller<void>> hangUp;
  kj::Own<kj::PromiseFulfiller<void>> end;
};

class FakePrograms final : public Programs {
public:
  Helper startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) override;
  Helper startFilePortal(capnp::Capability::Client bootstrap) override;
  Helper startDesktopPortal(capnp::Capability::Client bootstrap) override;
  Helper startNetworkPortal(capnp::Capability::Client bootstrap) override;
  Helper startPackages(capnp::Capability::Client bootstrap) override;
  kj::Promise<void> startWindow(const std::vector<std::string>& environment) override;

  std::deque<FakeProcess> launchers;
  bool heard = false;  // The last one had a stream of who started it.
  std::deque<FakeProcess> portals;
  std::deque<FakeProcess> desktopPortals;
  std::deque<FakeProcess> networkPortals;
  std::deque<FakeProcess> packages;  // They begin when the test says so.
  std::vector<std::vector<std::string>> windows;
  kj::Own<kj::PromiseFulfiller<void>> windowEnd;
  FakePortal* portal = nullptr;
  bool portalStarts = true;
  FakeNetwork* network = nullptr;
  bool networkStarts = true;  // Else it cannot be executed.
  bool networkBegins = true;  // Else it says nothing.

private:
  Helper start(FakeProcess& process, capnp::Capability::Client bootstrap);
  kj::Vector<kj::Promise<void>> m_begun;
};

struct FakeClaim {
  std::string kind = {}, target = {}, access = "read", reason = {};
};

// An app as its launcher sees it.
struct FakeApp {
  std::string id;
  std::string cookie;
  std::string profileDirectory;
  std::string trialDirectory;
  bool sharedX = false, ownSandboxes = false, gpu = false, sound = false, clipboard = false;  // What it was permitted.
  std::vector<std::string> argumentPaths;
  std::vector<FakeClaim> claims;
  schema::LaunchSession::Client session = nullptr;
  schema::Instance::Client instance = nullptr;
  std::shared_ptr<std::vector<uint32_t>> stops;        // Graces it was asked to stop with, in milliseconds.
  std::shared_ptr<capnp::MallocMessageBuilder> order;  // LaunchOrder.
  size_t launcher = 0;                                 // Index in FakePrograms::launchers.
};

struct AppOptions {
  std::string profile = {};
  schema::AskMode ask = schema::AskMode::UI;
  std::vector<std::string> designations = {};
  std::vector<std::pair<std::string, std::string>> environment = {};
  bool throwaway = false;
  bool running = true;
  bool claimsOwnSandboxes = false;
  std::vector<FakeClaim> claims = {};
};

// A question on the screen.
struct Shown {
  std::string id, holder, path, claim, target;
  std::string suggestion;  // Of another machine.
  std::vector<schema::Scope> scopes;
  bool directory = false;
  bool write = false;
  bool ofNetwork = false;
  std::string host, service, local;
  uint16_t port = 0;
  bool raw = false;
  schema::Network::Place place = schema::Network::Place::INTERNET;
  uint32_t alsoWaiting = 0;
  kj::Own<kj::PromiseFulfiller<kj::Function<void(schema::Answer::Builder)>>> answered;
  bool up = true;
};

class FakePerson {
public:
  // Questions in the order they came up; taken down ones stay with `up` false.
  std::deque<Shown> shown;
  schema::Presenter::Client presenter();
  size_t up() const;
  Shown& last() { return shown.back(); }

  void allow(Shown& shown, schema::Scope scope = schema::Scope::FILE, bool write = false);
  void allowAlways(Shown& shown, schema::Scope scope = schema::Scope::FILE);
  void say(Shown& shown, schema::Answer::Verdict verdict);
  // Any answer at all.
  void answer(Shown& shown, kj::Function<void(schema::Answer::Builder)> fill);
  void crash(Shown& shown);

private:
  class Server;
};

class BrokerWorld {
public:
  explicit BrokerWorld(std::string ceilings = {});
  ~BrokerWorld();

  kj::EventLoop loop;
  kj::WaitScope ws;
  kj::TimerImpl timer;
  FakeClock clock;
  QTemporaryDir root;
  Places places;
  FakePortal portal;
  FakeNetwork network;
  FakePrograms programs;
  FakeWays ways;
  FakePerson me;
  kj::Maybe<schema::Handle::Client> presenting;
  std::unique_ptr<Broker> broker;

  schema::Person::Client person() { return broker->person(); }
  void poll() { ws.poll(); }
  void advance(Duration by);
  // The broker dies and another takes its place. Launchers and portal live on.
  void restartBroker();
  void stopBroker();
  void showQuestions();

  std::string home(const std::string& name) const { return places.home + "/" + name; }
  // Makes a file in the home, and says where.
  std::string makeFile(const std::string& name);
  std::string makeFolder(const std::string& name);

  FakeApp start(const std::string& app, AppOptions options = {});
  // The launcher that was begun last, whoever had the app started.
  FakeApp takeUp(const std::string& app, AppOptions options = {});
  void end(FakeApp& app, int status = 0);

  // The portal asks on behalf of an app. The promise is the outcome.
  kj::Promise<schema::FileAsker::Outcome> touch(const FakeApp& app, const std::string& path, bool write = false);
  // The network portal asks on behalf of an app.
  kj::Promise<schema::NetworkAsker::Outcome> connect(const FakeApp& app, const std::string& destination,
                                                     const std::string& local = {}, bool raw = false);
  std::string grantNetwork(const std::string& holder, const std::string& target,
                           schema::Kind kind = schema::Kind::NETWORK, Lifetime lifetime = Lifetime::always());
  std::string grantOf(const std::string& holder, const std::string& path, Lifetime lifetime = Lifetime::always(),
                      bool write = false);
  std::vector<Grant> living();

  // Comes home to the broker that runs now.
  kj::Promise<schema::LaunchSession::Client> comeHome(FakeApp& app, const std::string& cookie, int pidfd, int peer);
  kj::Promise<void> portalComesHome(const std::string& cookie, int pidfd, int peer, std::vector<std::string> instances);
  kj::Promise<void> networkComesHome(const std::string& cookie, int pidfd, int peer,
                                     std::vector<std::string> instances);

private:
  class Control;
  class NoStreams;
  void startBroker();
  std::string m_ceilings;
  std::unique_ptr<Streams> m_streams;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> m_open;
};

// Facts of a sandbox that is none.
void writeFacts(schema::SandboxFacts::Builder facts);

// While it lives, this process's files grow no further, as on a full disk.
class FullDisk {
public:
  FullDisk();
  ~FullDisk();
  KJ_DISALLOW_COPY_AND_MOVE(FullDisk);

private:
  rlimit m_before{};
};

// A pidfd of this very process.
kj::AutoCloseFd ownPidfd();

}  // namespace latchkey
