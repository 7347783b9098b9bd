// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/support/broker-world.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/grants/grant-schema.h"

namespace latchkey {
namespace {

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }
capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }

schema::Descriptor::Client opened(const std::string& path) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_PATH | O_CLOEXEC), path);
  return descriptorOf(kj::AutoCloseFd(fd));
}

}  // namespace

void writeFacts(schema::SandboxFacts::Builder facts) {
  facts.setChild(4242);
  facts.setPidfd(opened("/dev/null"));
  facts.setMountNamespace(opened("/dev/null"));
  facts.setUserNamespace(opened("/dev/null"));
  facts.setPidNamespace(opened("/dev/null"));
  facts.setNetworkNamespace(opened("/dev/null"));
  facts.setLimits("rlimits");
  facts.setDesktop("none");
}

FullDisk::FullDisk() {
  signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &m_before);
  rlimit full{1, m_before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &full);
}

FullDisk::~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }

// --- processes

Helper FakePrograms::start(FakeProcess& process, capnp::Capability::Client bootstrap) {
  process.bootstrap = kj::mv(bootstrap);
  auto hangUp = kj::newPromiseAndFulfiller<void>();
  auto end = kj::newPromiseAndFulfiller<void>();
  process.hangUp = kj::mv(hangUp.fulfiller);
  process.end = kj::mv(end.fulfiller);
  Helper helper;
  helper.pid = 4241;
  helper.hungUp = kj::mv(hangUp.promise);
  helper.ended = kj::mv(end.promise);
  return helper;
}

Helper FakePrograms::startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) {
  heard = streams.in.get() >= 0 || streams.out.get() >= 0 || streams.error.get() >= 0;
  return start(launchers.emplace_back(), kj::mv(bootstrap));
}

Helper FakePrograms::startFilePortal(capnp::Capability::Client bootstrap) {
  KJ_REQUIRE(portalStarts, "no portal here");
  auto helper = start(portals.emplace_back(), bootstrap);
  auto call = bootstrap.castAs<schema::PortalStart>().beginRequest();
  call.setPortal(portal->client());
  m_begun.add(
      call.send().then([this](auto answer) { portal->cookie = text(answer.getCookie()); }).eagerlyEvaluate(nullptr));
  return helper;
}

Helper FakePrograms::startDesktopPortal(capnp::Capability::Client bootstrap) {
  return start(desktopPortals.emplace_back(), kj::mv(bootstrap));
}

Helper FakePrograms::startNetworkPortal(capnp::Capability::Client bootstrap) {
  KJ_REQUIRE(networkStarts, "no network portal here");
  auto helper = start(networkPortals.emplace_back(), bootstrap);
  if (!networkBegins) return helper;
  auto call = bootstrap.castAs<schema::NetworkStart>().beginRequest();
  call.setPortal(network->client());
  m_begun.add(
      call.send().then([this](auto answer) { network->cookie = text(answer.getCookie()); }).eagerlyEvaluate(nullptr));
  return helper;
}

Helper FakePrograms::startPackages(capnp::Capability::Client bootstrap) {
  return start(packages.emplace_back(), kj::mv(bootstrap));
}

kj::Promise<void> FakePrograms::startWindow(const std::vector<std::string>& environment) {
  windows.push_back(environment);
  auto end = kj::newPromiseAndFulfiller<void>();
  windowEnd = kj::mv(end.fulfiller);
  return kj::mv(end.promise);
}

// --- the person

class FakePerson::Server final : public schema::Presenter::Server {
public:
  explicit Server(FakePerson& person) : m_person(person) {}
  kj::Promise<void> present(PresentContext context) override {
    auto request = context.getParams().getRequest();
    auto& shown = m_person.shown.emplace_back();
    shown.id = text(request.getId());
    shown.holder = text(request.getApp());
    shown.path = text(request.getObject().getPath());
    shown.claim = text(request.getClaim());
    shown.target = text(request.getObject().getTarget());
    shown.suggestion = text(request.getWish().getName());
    for (auto scope : request.getScopes()) shown.scopes.push_back(scope);
    shown.directory = request.getDirectory();
    shown.write = request.getAccess() == schema::Access::WRITE;
    shown.alsoWaiting = request.getAlsoWaiting();
    shown.ofNetwork = request.hasNetwork();
    if (shown.ofNetwork) {
      auto network = request.getNetwork();
      shown.host = text(network.getHost());
      shown.port = network.getPort();
      shown.service = text(network.getService());
      shown.local = text(network.getLocal());
      shown.raw = network.getRaw();
      shown.place = network.getPlace();
    }
    auto answer = kj::newPromiseAndFulfiller<kj::Function<void(schema::Answer::Builder)>>();
    shown.answered = kj::mv(answer.fulfiller);
    KJ_DEFER(shown.up = false);
    auto fill = co_await answer.promise;
    fill(context.getResults().initAnswer());
  }

private:
  FakePerson& m_person;
};

schema::Presenter::Client FakePerson::presenter() { return kj::heap<Server>(*this); }

size_t FakePerson::up() const {
  size_t count = 0;
  for (auto& one : shown) count += one.up ? 1 : 0;
  return count;
}

void FakePerson::allow(Shown& shown, schema::Scope scope, bool write) {
  shown.answered->fulfill([scope, write](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.setScope(scope);
    answer.setAccess(write ? schema::Access::WRITE : schema::Access::READ);
    answer.initLifetime().setRun();
  });
}

void FakePerson::allowAlways(Shown& shown, schema::Scope scope) {
  shown.answered->fulfill([scope](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.setScope(scope);
    answer.initLifetime().setAlways();
  });
}

void FakePerson::say(Shown& shown, schema::Answer::Verdict verdict) {
  shown.answered->fulfill([verdict](schema::Answer::Builder answer) { answer.setVerdict(verdict); });
}

void FakePerson::answer(Shown& shown, kj::Function<void(schema::Answer::Builder)> fill) {
  shown.answered->fulfill(kj::mv(fill));
}

void FakePerson::crash(Shown& shown) { shown.answered->reject(KJ_EXCEPTION(DISCONNECTED, "the window crashed")); }

// --- the world

class BrokerWorld::NoStreams final : public Streams {
public:
  kj::Own<kj::AsyncIoStream> wrap(kj::AutoCloseFd) override { KJ_FAIL_REQUIRE("no sockets here"); }
};

class BrokerWorld::Control final : public schema::LaunchControl::Server {
public:
  explicit Control(std::shared_ptr<std::vector<uint32_t>> stops) : m_stops(kj::mv(stops)) {}
  kj::Promise<void> stop(StopContext context) override {
    m_stops->push_back(context.getParams().getGraceSeconds() * 1000 + context.getParams().getGraceMilliseconds());
    return kj::READY_NOW;
  }
  kj::Promise<void> signal(SignalContext) override { return kj::READY_NOW; }
  kj::Promise<void> processes(ProcessesContext context) override {
    context.getResults().initList(1)[0].setPid(7);
    return kj::READY_NOW;
  }

private:
  std::shared_ptr<std::vector<uint32_t>> m_stops;
};

BrokerWorld::BrokerWorld(std::string ceilings)
    : ws(loop),
      timer(kj::origin<kj::TimePoint>()),
      m_ceilings(kj::mv(ceilings)),
      m_streams(std::make_unique<NoStreams>()) {
  auto base = root.path().toStdString();
  places = {.runtime = base + "/run",
            .data = base + "/data",
            .state = base + "/state",
            .config = base + "/config",
            .home = base + "/home"};
  places.ensure();
  ensureOwnDirectory(places.home);
  programs.portal = &portal;
  programs.network = &network;
  if (!m_ceilings.empty()) replaceFile(base + "/etc-ceilings", m_ceilings);
  startBroker();
}

BrokerWorld::~BrokerWorld() { stopBroker(); }

void BrokerWorld::startBroker() {
  broker = std::make_unique<Broker>(BrokerParts{.places = places,
                                                .clock = clock,
                                                .timer = timer,
                                                .programs = programs,
                                                .streams = *m_streams,
                                                .ways = ways,
                                                .administratorsCeilings = root.path().toStdString() + "/etc-ceilings"});
}

void BrokerWorld::stopBroker() {
  presenting = nullptr;
  for (auto& launcher : programs.launchers) launcher.bootstrap = nullptr;
  for (auto& starting : programs.portals) starting.bootstrap = nullptr;
  for (auto& starting : programs.networkPortals) starting.bootstrap = nullptr;
  for (auto& [id, sandbox] : portal.sandboxes()) sandbox.asker = nullptr;
  for (auto& [id, wire] : network.wires()) wire.asker = nullptr;
  ways.forgetBroker();
  poll();
  broker = nullptr;
}

void BrokerWorld::restartBroker() {
  stopBroker();
  startBroker();
}

void BrokerWorld::advance(Duration by) {
  // In steps: what one timer starts may set the next.
  constexpr Duration STEP = std::chrono::milliseconds(500);
  while (by > Duration::zero()) {
    auto step = std::min(by, STEP);
    by -= step;
    clock.advance(step);
    timer.advanceTo(timer.now() + step.count() * kj::NANOSECONDS);
    poll();
  }
}

void BrokerWorld::showQuestions() {
  auto call = person().presentRequest();
  call.setPresenter(me.presenter());
  presenting = call.send().wait(ws).getHandle();
  poll();
}

std::string BrokerWorld::makeFile(const std::string& name) {
  auto path = home(name);
  replaceFile(path, "text of " + name);
  return path;
}

std::string BrokerWorld::makeFolder(const std::string& name) {
  auto path = home(name);
  ensureOwnDirectory(path);
  return path;
}

namespace {

void write(const std::vector<FakeClaim>& claims, schema::AppDescription::Builder app) {
  auto to = app.initClaims(static_cast<unsigned>(claims.size()));
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setKind(claims[i].kind.c_str());
    to[i].setTarget(claims[i].target.c_str());
    to[i].setAccess(claims[i].access.c_str());
    to[i].setReason(claims[i].reason.c_str());
  }
}

}  // namespace

FakeApp BrokerWorld::start(const std::string& appId, AppOptions options) {
  auto launch = person().launchRequest();
  auto spec = launch.initSpec();
  spec.setApp(appId.c_str());
  spec.setProfile(options.profile.c_str());
  spec.setAsk(options.ask);
  spec.setThrowaway(options.throwaway);
  auto designations = spec.initDesignations(static_cast<unsigned>(options.designations.size()));
  for (unsigned i = 0; i < designations.size(); ++i) {
    designations[i].setPath(bytes(options.designations[i]));
    designations[i].setObject(opened(options.designations[i]));
    designations[i].setAccess(schema::Access::WRITE);
    designations[i].setOrigin(schema::Origin::TYPED);
  }
  auto environment = spec.initEnvironment(static_cast<unsigned>(options.environment.size()));
  for (unsigned i = 0; i < environment.size(); ++i) {
    environment[i].setName(bytes(options.environment[i].first));
    environment[i].setValue(bytes(options.environment[i].second));
  }
  auto launched = launch.send().wait(ws);
  auto app = takeUp(appId, kj::mv(options));
  KJ_REQUIRE(app.id == text(launched.getId()));
  app.instance = launched.getInstance();
  return app;
}

FakeApp BrokerWorld::takeUp(const std::string& appId, AppOptions options) {
  FakeApp app;
  app.stops = std::make_shared<std::vector<uint32_t>>();
  app.launcher = programs.launchers.size() - 1;
  app.session = programs.launchers.back().bootstrap.castAs<schema::LaunchSession>();
  auto begin = app.session.beginRequest();
  begin.setControl(kj::heap<Control>(app.stops));
  auto order = begin.send().wait(ws);
  app.id = text(order.getOrder().getInstance());
  app.order = std::make_shared<capnp::MallocMessageBuilder>();
  app.order->setRoot(order.getOrder());
  app.cookie = text(order.getOrder().getCookie());
  for (auto path : order.getOrder().getArgumentPaths()) app.argumentPaths.push_back(text(path));
  auto described = app.session.describedRequest();
  described.initApp().setApp(appId.c_str());
  described.getApp().setName(("Name of " + appId).c_str());
  described.getApp().setOwnSandboxes(options.claimsOwnSandboxes);
  app.claims = options.claims;
  write(app.claims, described.getApp());
  described.getApp().initStandardFolders(1).set(0, bytes(home("Documents")));
  auto permitted = described.send().wait(ws);
  auto permits = permitted.getPermits();
  app.profileDirectory = text(permits.getProfileDirectory());
  app.trialDirectory = text(permits.getTrialDirectory());
  app.sharedX = permits.getSharedX();
  app.ownSandboxes = permits.getOwnSandboxes();
  app.gpu = permits.getGpu();
  app.sound = permits.getSound();
  app.clipboard = permits.getClipboard();
  if (options.running) {
    auto ready = app.session.readyRequest();
    writeFacts(ready.initFacts());
    ready.send().wait(ws);
    app.session.runningRequest().send().wait(ws);
  }
  return app;
}

void BrokerWorld::end(FakeApp& app, int status) {
  auto call = app.session.endedRequest();
  call.initStatus().setExited(status);
  call.send().wait(ws);
  programs.launchers[app.launcher].hangUp->fulfill();
  programs.launchers[app.launcher].end->fulfill();
  poll();
}

kj::Promise<schema::FileAsker::Outcome> BrokerWorld::touch(const FakeApp& app, const std::string& path, bool write) {
  auto call = portal.sandbox(app.id).asker.askRequest();
  auto wanted = call.initWanted();
  wanted.setPath(bytes(path));
  if (access(path.c_str(), F_OK) == 0) wanted.setObject(opened(path));
  else wanted.setCreate(write);
  wanted.setAccess(write ? schema::Access::WRITE : schema::Access::READ);
  wanted.setProgram("prog\x1b[2Jram");
  auto promise = call.send().then([](auto answer) { return answer.getOutcome(); }).eagerlyEvaluate(nullptr);
  poll();
  return promise;
}

kj::Promise<schema::NetworkAsker::Outcome> BrokerWorld::connect(const FakeApp& app, const std::string& destination,
                                                                const std::string& local, bool raw) {
  auto call = network.wire(app.id).asker.askRequest();
  auto wanted = call.initWanted();
  wanted.setDestination(destination.c_str());
  wanted.setLocal(local.c_str());
  wanted.setRaw(raw);
  wanted.setProgram("prog\x1b[2Jram");
  auto promise = call.send().then([](auto answer) { return answer.getOutcome(); }).eagerlyEvaluate(nullptr);
  poll();
  return promise;
}

std::string BrokerWorld::grantNetwork(const std::string& holder, const std::string& target, schema::Kind kind,
                                      Lifetime lifetime) {
  auto call = person().grantRequest();
  call.setHolder(holder.c_str());
  call.setKind(kind);
  call.initObject().setTarget(target.c_str());
  call.getObject().setScope(schema::Scope::HOST);
  toSchema(lifetime, call.initLifetime());
  call.setOrigin(schema::Origin::ADDED);
  return text(call.send().wait(ws).getId());
}

std::string BrokerWorld::grantOf(const std::string& holder, const std::string& path, Lifetime lifetime, bool write) {
  auto call = person().grantRequest();
  call.setHolder(holder.c_str());
  call.setKind(schema::Kind::FILE);
  call.initObject().setPath(bytes(path));
  call.setAccess(write ? schema::Access::WRITE : schema::Access::READ);
  toSchema(lifetime, call.initLifetime());
  call.setOrigin(schema::Origin::ADDED);
  return text(call.send().wait(ws).getId());
}

std::vector<Grant> BrokerWorld::living() { return broker->ledger().all(Ledger::Which::Living); }

kj::Promise<schema::LaunchSession::Client> BrokerWorld::comeHome(FakeApp& app, const std::string& cookie, int pidfd,
                                                                 int peer) {
  auto open = kj::newPromiseAndFulfiller<void>();
  m_open.push_back(kj::mv(open.fulfiller));
  auto door = broker->homecoming().bootstrapFor({peer, getuid(), getgid()}, kj::mv(open.promise));
  auto call = door.launcherRequest();
  call.setInstance(app.id.c_str());
  call.setCookie(bytes(cookie));
  call.setPidfd(descriptorOf(duplicate(pidfd)));
  call.setControl(kj::heap<Control>(app.stops));
  call.initApp().setApp("ignored");
  write(app.claims, call.getApp());
  call.getApp().initStandardFolders(1).set(0, bytes(home("Documents")));
  writeFacts(call.initFacts());
  call.setRunning(true);
  return call.send().then([](auto answer) { return answer.getSession(); }).attach(kj::mv(door));
}

kj::Promise<void> BrokerWorld::portalComesHome(const std::string& cookie, int pidfd, int peer,
                                               std::vector<std::string> instances) {
  auto open = kj::newPromiseAndFulfiller<void>();
  m_open.push_back(kj::mv(open.fulfiller));
  auto door = broker->homecoming().bootstrapFor({peer, getuid(), getgid()}, kj::mv(open.promise));
  auto call = door.filePortalRequest();
  call.setCookie(bytes(cookie));
  call.setPidfd(descriptorOf(duplicate(pidfd)));
  call.setPortal(portal.client());
  auto list = call.initSandboxes(static_cast<unsigned>(instances.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setInstance(instances[i].c_str());
    list[i].setFiles(portal.files(instances[i]));
  }
  return call.send().ignoreResult().attach(kj::mv(door));
}

kj::Promise<void> BrokerWorld::networkComesHome(const std::string& cookie, int pidfd, int peer,
                                                std::vector<std::string> instances) {
  auto open = kj::newPromiseAndFulfiller<void>();
  m_open.push_back(kj::mv(open.fulfiller));
  auto door = broker->homecoming().bootstrapFor({peer, getuid(), getgid()}, kj::mv(open.promise));
  auto call = door.networkPortalRequest();
  call.setCookie(bytes(cookie));
  call.setPidfd(descriptorOf(duplicate(pidfd)));
  call.setPortal(network.client());
  auto list = call.initSandboxes(static_cast<unsigned>(instances.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setInstance(instances[i].c_str());
    list[i].setNetwork(network.network(instances[i]));
  }
  return call.send().ignoreResult().attach(kj::mv(door));
}

kj::AutoCloseFd ownPidfd() {
  int fd;
  KJ_SYSCALL(fd = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  return kj::AutoCloseFd(fd);
}

}  // namespace latchkey
