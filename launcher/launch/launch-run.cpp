// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/launch-run.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <kj/thread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/descriptor.h"
#include "broker/base/empty-directory.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/folder-programs.h"
#include "broker/base/log.h"
#include "broker/base/spawn.h"
#include "broker/base/start-broker.h"
#include "broker/base/text.h"
#include "broker/base/trials.h"
#include "broker/schema/homecoming.capnp.h"
#include "launcher/launch/person-shares.h"
#include "launcher/launch/process-list.h"
#include "launcher/launch/standard-folders.h"
#include "launcher/sandbox/bare-plan.h"
#include "launcher/sandbox/plan.h"
#include "launcher/sandbox/private-home.h"
#include "launcher/store/layout.h"

namespace latchkey {
namespace {

constexpr auto LOOK_FOR_BROKER = 100 * kj::MILLISECONDS;
constexpr auto LOOK_AGAIN = 1 * kj::SECONDS;  // For another than the one that does not know the app.
constexpr unsigned START_BROKER_AFTER = 3;    // Looks.
constexpr unsigned START_BROKER_AGAIN = 100;
constexpr auto LONGEST_REPORT = 30 * kj::SECONDS;
constexpr auto LONGEST_GRACE = 300 * kj::SECONDS;
constexpr uint64_t MOST_TO_SERVE = 256UL * 1024 * 1024;  // Bytes of memory.
constexpr char SHARE[] = "/run/latchkey/share";          // Inside: what is opened for the app while it runs.

// The person's configuration directory; Places names Latchkey's own below it.
std::string configurationOf(const Places& places) { return places.config.substr(0, places.config.rfind('/')); }

bool isWithin(const std::string& path, const std::string& place) {
  return path.size() > place.size() && path.starts_with(place) && path[place.size()] == '/';
}

// A label that cannot be shown is left out: what the person granted there stays out of reach, and the app still starts.
std::vector<std::string> places(const std::vector<std::string>& labels, bool bundled) {
  std::vector<std::string> result;
  for (auto& label : labels) {
    if (sandbox::isPlace(label) && !(bundled && sandbox::isInBundle(label))) {
      result.push_back(label);
    } else {
      logWarning("cannot be shown to an app: " + escaped(label));
    }
  }
  return result;
}

kj::AutoCloseFd openImage(const std::string& directory) {
  int fd;
  KJ_SYSCALL(fd = open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), directory);
  return kj::AutoCloseFd(fd);
}

}  // namespace

// How it ended; what the contract's exit status is made from.
struct LaunchRun::Outcome {
  enum class Kind { Exited, Signalled, Failed, NotExecutable, NotFound };
  Kind kind = Kind::Failed;
  int number = 0;
  std::string reason = {};

  static Outcome ofStatus(int status) {
    if (WIFSIGNALED(status)) return {Kind::Signalled, WTERMSIG(status)};
    return {Kind::Exited, WEXITSTATUS(status)};
  }
  static Outcome failed(std::string reason) { return {Kind::Failed, 0, kj::mv(reason)}; }

  static Outcome refused(const sandbox::StartRefusal& refusal, const Program& program, const std::string& directory) {
    using enum sandbox::StartRefusal::What;
    auto name = escaped(program.path);
    if (refusal.what == Directory)
      return failed("the working directory " + escaped(directory) + " is not there for the app");
    if (refusal.what == Terminal) return failed("the terminal could not be handed to the program");
    if (refusal.what == Limits) return failed("the limits could not be set, or leave no room for one process");
    if (refusal.what != sandbox::StartRefusal::What::Program) return failed("the program could not be started");
    if (refusal.error == ENOENT || refusal.error == ENOTDIR)
      return {Kind::NotFound, 0, name + ": there is no such program in the sandbox"};
    return {Kind::NotExecutable, 0, name + ": " + strerror(refusal.error)};
  }

  void write(schema::ExitStatus::Builder status) const {
    switch (kind) {
      case Kind::Exited: status.setExited(number); break;
      case Kind::Signalled: status.setSignalled(number); break;
      case Kind::Failed: status.setFailed(reason.c_str()); break;
      case Kind::NotExecutable: status.setNotExecutable(reason.c_str()); break;
      case Kind::NotFound: status.setNotFound(reason.c_str()); break;
    }
  }
};

class LaunchRun::Control final : public schema::LaunchControl::Server {
public:
  explicit Control(LaunchRun& run) : m_run(run) {}

  kj::Promise<void> stop(StopContext context) override {
    auto params = context.getParams();
    return m_run.stop(params.getGraceSeconds() * kj::SECONDS + params.getGraceMilliseconds() * kj::MILLISECONDS);
  }

  kj::Promise<void> signal(SignalContext context) override {
    m_run.signal(context.getParams().getNumber());
    return kj::READY_NOW;
  }

  kj::Promise<void> processes(ProcessesContext context) override {
    KJ_IF_MAYBE (first, m_run.firstProcess()) {
      auto processes = processesBelow(*first);
      auto list = context.getResults().initList(static_cast<unsigned>(processes.size()));
      for (unsigned i = 0; i < list.size(); ++i) {
        list[i].setPid(processes[i].pid);
        list[i].setParent(processes[i].parent);
        list[i].setName(escaped(processes[i].name).c_str());
        list[i].setCpuSeconds(processes[i].cpuSeconds);
        list[i].setMemory(processes[i].memory);
      }
    }
    return kj::READY_NOW;
  }

  kj::Promise<void> connectBus(ConnectBusContext context) override {
    context.getResults().setBus(descriptorOf(co_await m_run.connectBus()));
  }

  kj::Promise<void> accessibility(AccessibilityContext context) override {
    auto fd = co_await context.getParams().getBus().getFd();
    auto address = co_await m_run.openAccessibility(duplicate(KJ_REQUIRE_NONNULL(fd, "no socket")));
    auto results = context.getResults();
    results.setAddress(address.c_str());
    results.setHandle(kj::heap<Readable>(m_run, m_run.accessibilityNumber()));
  }

private:
  // Dropped: nobody reads it any more.
  class Readable final : public schema::Handle::Server {
  public:
    Readable(LaunchRun& run, uint64_t number) : m_run(run), m_number(number) {}
    ~Readable() noexcept(false) { m_run.closeAccessibility(m_number); }

  private:
    LaunchRun& m_run;
    uint64_t m_number;
  };

  LaunchRun& m_run;
};

class LaunchRun::Ear final : public schema::Ear::Server {
public:
  explicit Ear(std::weak_ptr<Microphone> microphone) : m_microphone(std::move(microphone)) {}

  kj::Promise<void> open(OpenContext) override {
    if (auto microphone = m_microphone.lock()) microphone->open();
    return kj::READY_NOW;
  }
  kj::Promise<void> close(CloseContext) override {
    if (auto microphone = m_microphone.lock()) microphone->close();
    return kj::READY_NOW;
  }

private:
  std::weak_ptr<Microphone> m_microphone;
};

LaunchRun::LaunchRun(LaunchWorld world, kj::Own<Connection> broker)
    : LaunchRun(kj::mv(world), kj::mv(broker), kj::newPromiseAndFulfiller<void>(), kj::newPromiseAndFulfiller<void>()) {
}

LaunchRun::LaunchRun(LaunchWorld world, kj::Own<Connection> broker, kj::PromiseFulfillerPair<void> over,
                     kj::PromiseFulfillerPair<void> abandoned)
    : m_world(kj::mv(world)),
      m_session(broker->bootstrap().castAs<schema::LaunchSession>()),
      m_control(kj::heap<Control>(*this)),
      m_nothingLeft(kj::mv(over.fulfiller)),
      m_over(over.promise.fork()),
      m_abandon(kj::mv(abandoned.fulfiller)),
      m_abandoned(abandoned.promise.fork()),
      m_tasks(*this) {
  m_connection = kj::mv(broker);
}

// --- the launch

kj::Promise<void> LaunchRun::run() {
  m_tasks.add(keepBroker());
  auto begin = KJ_ASSERT_NONNULL(m_session).beginRequest();
  begin.setControl(m_control);
  {
    auto asked = begin.send();
    co_await kj::evalLast([] {});  // It is on its way.
    m_world.host = sandbox::HostFacts::gather();
    auto answer = co_await asked;
    m_order = Order::from(answer.getOrder());
  }
  Outcome outcome;
  kj::Maybe<kj::Exception> failure;
  try {
    outcome = co_await attempt().exclusiveJoin(
        m_abandoned.addBranch().then([]() { return Outcome::failed("stopped before it ran"); }));
  } catch (const kj::Exception& exception) {
    failure = kj::Exception(exception);
  }
  KJ_IF_MAYBE (exception, failure) {
    outcome = Outcome::failed(reason(*exception));
  }
  m_sandbox = nullptr;  // Ends whatever is left.
  m_relays = nullptr;   // Before anybody is told that it has ended: all it wrote is where it belongs.
  m_limits = nullptr;
  m_display = {};
  m_sound = nullptr;
  m_accessibility = nullptr;
  m_trial = nullptr;
  m_program.deploy = nullptr;  // From here on these may be collected.
  m_program.runtime = nullptr;
  m_nothingLeft->fulfill();
  closeStreams();
  emptyRuntimeDirectory();
  m_done = true;
  if (!m_order.served.empty() && m_session == nullptr) co_return;
  co_await report(outcome);
}

kj::Promise<LaunchRun::Outcome> LaunchRun::attempt() {
  if (!m_order.served.empty()) co_return co_await serve();
  auto resolution = co_await resolveAside();
  if (auto missing = std::get_if<NotFound>(&resolution)) co_return Outcome{Outcome::Kind::NotFound, 0, missing->reason};
  if (auto refused = std::get_if<NotExecutable>(&resolution))
    co_return Outcome{Outcome::Kind::NotExecutable, 0, refused->reason};
  if (auto unready = std::get_if<NotReady>(&resolution)) co_return Outcome::failed(unready->reason);
  m_program = std::get<Program>(resolution);
  m_program.needsX = m_program.needsX || speaksXOnly(m_program.hostPath());
  // The compositor is asked while the broker looks up what the app may have.
  auto described = describe(m_program).fork();
  auto display = findDisplay(described.addBranch());
  auto permits = co_await described.addBranch();
  m_display = co_await display;
  co_return co_await launch(m_program, permits);
}

// In a thread of its own, since unpacking takes seconds and a person may want to stop it. It lives as long as this
// does: what it starts ends with it.
kj::Promise<Resolution> LaunchRun::resolveAside() {
  if (!m_order.app.starts_with('/')) return resolve(m_order, m_world.places);
  auto found = kj::newPromiseAndCrossThreadFulfiller<Resolution>();
  m_unpacking =
      kj::heap<kj::Thread>([&order = m_order, places = m_world.places, answer = kj::mv(found.fulfiller)]() mutable {
        answer->rejectIfThrows([&]() { answer->fulfill(resolve(order, places)); });
      });
  return kj::mv(found.promise);
}

kj::Promise<Permits> LaunchRun::describe(const Program& program) {
  auto call = KJ_REQUIRE_NONNULL(m_session, "the broker has gone").describedRequest();
  auto app = call.initApp();
  writeDescription(app, program);
  auto answer = co_await call.send();
  co_return Permits::from(answer.getPermits());
}

kj::Promise<LaunchRun::Outcome> LaunchRun::launch(const Program& program, const Permits& permits) {
  build(permits);
  auto& box = *KJ_ASSERT_NONNULL(m_sandbox);
  co_await box.standing();
  m_listener = box.takeListener();
  auto either = [](auto persons, auto authors) { return persons == 0 ? authors : persons; };
  sandbox::LimitValues limits{.memory = either(permits.memoryLimit, program.memoryLimit),
                              .processes = either(permits.processLimit, program.processLimit),
                              .cpuPercent = either(permits.cpuPercent, program.cpuPercent)};
  auto backends = sandbox::limitBackends();
  m_limits = sandbox::applyStrongest(backends, limits, box.first(), m_order.instance);
  m_facts = Facts::of(box.first(), m_limits->name(), m_display.name);
  // While the portals are attached. Not before the limits: it counts in them.
  if (!m_display.bindings.empty() && !m_order.terminal) box.startBus();
  co_await announceReady();
  auto refused = co_await startProgram(program, permits);
  KJ_IF_MAYBE (outcome, refused) {
    co_return kj::mv(*outcome);
  }
  m_running = true;
  m_tasks.add(session().then(
      [](schema::LaunchSession::Client broker) { return broker.runningRequest().send().ignoreResult(); }));
  m_tasks.add(passConnections());
  m_tasks.add(tellOfBus());
  co_return Outcome::ofStatus(co_await box.ended());
}

// Nothing is asked and nothing described: the broker knows what it is for, and who.
kj::Promise<LaunchRun::Outcome> LaunchRun::serve() {
  m_program.path = sftpServer();
  if (m_program.path.empty()) co_return Outcome::failed(SFTP_SERVER_MISSING);
  m_program.name = "sftp-server";
  // Who the accounts of this machine are is nobody else's concern.
  m_program.arguments = {"sftp-server", "-P", "users-groups-by-id,home-directory,expand-path"};
  if (!m_order.servedForWriting) m_program.arguments.emplace_back("-R");
  m_program.directory = m_order.served;
  auto file = isWithin(m_order.home, m_order.served) ? m_order.home : std::string();
  m_sandbox = sandbox::Sandbox::start(
      m_world.events, m_world.programs,
      sandbox::barePlan(sandbox::loadedBy(m_program.path), m_order.served, file, m_world.host), {});
  auto& box = *KJ_ASSERT_NONNULL(m_sandbox);
  co_await box.standing();
  m_listener = box.takeListener();  // Of whom nobody is told: there is no app.
  auto backends = sandbox::limitBackends();
  m_limits = sandbox::applyStrongest(backends, {.memory = MOST_TO_SERVE, .processes = 0, .cpuPercent = 0}, box.first(),
                                     m_order.instance);
  m_facts = Facts::of(box.first(), m_limits->name(), {});
  co_await announceReady();
  auto refused = co_await startProgram(m_program, {});
  KJ_IF_MAYBE (outcome, refused) {
    co_return kj::mv(*outcome);
  }
  m_running = true;
  m_tasks.add(session().then(
      [](schema::LaunchSession::Client broker) { return broker.runningRequest().send().ignoreResult(); }));
  co_return Outcome::ofStatus(co_await box.ended());
}

kj::Promise<Display> LaunchRun::findDisplay(kj::Promise<Permits> permits) {
  return openDisplay(m_world.events, m_world.timer,
                     {
                         .app = m_program.app,
                         .instance = m_order.instance,
                         .runtimeDirectory = m_order.runtimeDirectory,
                         .insideRuntime = sandbox::runtimeDirectory(m_world.host),
                         .session = m_order.environment,
                         .needsX = m_program.needsX,
                     },
                     permits.then([](Permits&& known) {
                       return DisplayPermits{.sharedX = known.sharedX, .clipboard = known.clipboard};
                     }));
}

void LaunchRun::build(const Permits& permits) {
  auto profile = permits.profileDirectory.empty() ? m_order.profileDirectory : permits.profileDirectory;
  auto home = sandbox::PrivateHome::open(profile);
  auto shares = personShares(m_order.home);
  sandbox::SandboxRequest request{
      .home = m_order.home,
      .privateHome = 0,
      .labels = places(permits.mountLabels, m_program.deploy != nullptr),
      .environment = m_order.environment,
      .additions = m_program.environment,
      .userName = sandbox::valueOf(m_order.environment, "USER"),
      .abilities = {.ownSandboxes = permits.ownSandboxes},
      .graphics = permits.gpu,
      .optional = m_program.path.starts_with("/opt/"),
  };
  request.additions.insert(request.additions.end(), m_display.environment.begin(), m_display.environment.end());
  if (!permits.trialDirectory.empty()) {
    m_trial = trial::begin(permits.trialDirectory);
    request.triedHome = profile + "/home";
    request.homeChanges = permits.trialDirectory + "/home";
  }
  std::vector<int> slots{home.fd()};
  kj::AutoCloseFd image;
  if (!m_program.image.empty()) {
    image = openImage(m_program.image);
    request.exposures.push_back({static_cast<unsigned>(slots.size()), APP_IMAGE_PLACE});
    slots.push_back(image);
  }
  kj::AutoCloseFd bundle;
  if (m_program.deploy) {
    bundle = store::tryEnter(m_program.deploy->folder, "files");
    if (bundle.get() < 0) fail("its files are missing: install it again");
    request.bundle = static_cast<unsigned>(slots.size());
    slots.push_back(bundle);
  }
  kj::AutoCloseFd runtime;
  if (m_program.runtime) {
    runtime = store::tryEnter(m_program.runtime->folder, "files");
    if (runtime.get() < 0) fail("the files of its runtime are missing: install that again");
    auto configuration = store::tryEnter(runtime, "etc");
    request.runtime = sandbox::OtherSystem{
        .slot = static_cast<unsigned>(slots.size()),
        .folders = store::namesIn(runtime),
        .configuration = configuration.get() < 0 ? std::vector<std::string>() : store::namesIn(configuration)};
    std::ranges::sort(request.runtime->configuration);
    slots.push_back(runtime);
  }
  for (auto& share : shares) {
    home.ensureDirectory(share.below);
    request.exposures.push_back({static_cast<unsigned>(slots.size()), m_order.home + "/" + share.below});
    slots.push_back(share.fd);
  }
  for (auto& binding : m_display.bindings) {
    request.exposures.push_back({static_cast<unsigned>(slots.size()), binding.path,
                                 binding.write ? sandbox::Reach::Write : sandbox::Reach::Read});
    slots.push_back(binding.object);
  }
  if (permits.sound) m_sound = openSound();
  kj::AutoCloseFd pipewire, pulse;
  KJ_IF_MAYBE (sound, m_sound) {
    pipewire = (*sound)->pipewireSocket();
    pulse = (*sound)->pulseSocket();
    auto runtime = sandbox::runtimeDirectory(m_world.host);
    for (auto& [fd, name] : {std::pair(pipewire.get(), "/pipewire-0"), std::pair(pulse.get(), "/pulse/native")}) {
      request.exposures.push_back({static_cast<unsigned>(slots.size()), runtime + name, sandbox::Reach::Write});
      slots.push_back(fd);
    }
  }
  KJ_SYSCALL(mkdir(shareDirectory().c_str(), 0700), shareDirectory());
  auto share = openImage(shareDirectory());
  request.exposures.push_back({static_cast<unsigned>(slots.size()), SHARE});
  slots.push_back(share);
  for (auto& label : request.labels) {
    if (isWithin(label, m_order.home)) home.ensureDirectory(label.substr(m_order.home.size() + 1));
  }
  m_sandbox = sandbox::Sandbox::start(m_world.events, m_world.programs, sandbox::plan(request, m_world.host), slots);
}

// Where the session has PipeWire. An app without sound starts all the same.
kj::Maybe<kj::Own<SoundServer>> LaunchRun::openSound() {
  auto runtime = sandbox::valueOf(m_order.environment, "XDG_RUNTIME_DIR");
  kj::AutoCloseFd session(runtime.empty() ? -1 : open((runtime + "/pipewire-0").c_str(), O_PATH | O_CLOEXEC));
  if (session.get() < 0 || !SoundServer::available()) return nullptr;
  if (!SoundServer::fits(m_order.runtimeDirectory)) {
    logWarning("an app has no sound: the path of its runtime directory is too long for a socket");
    return nullptr;
  }
  auto app = brief(m_program.app, 60);
  auto program = besideUs("latchkey-sound");
  kj::AutoCloseFd manager(open((runtime + "/pipewire-0-manager").c_str(), O_PATH | O_CLOEXEC));
  return kj::heap<SoundServer>(m_world.events, m_world.timer,
                               SoundOrder{.app = app,
                                          .socketDirectory = m_order.runtimeDirectory,
                                          .program = program,
                                          .session = kj::mv(session),
                                          .microphone = {.app = app,
                                                         .program = program,
                                                         .session = kj::mv(manager),
                                                         .recorded = [this](std::weak_ptr<Microphone> microphone) {
                                                           return askToRecord(std::move(microphone));
                                                         }}});
}

// As long as somebody inside records. Without a broker nothing is heard, and the next one is asked.
kj::Promise<void> LaunchRun::askToRecord(std::weak_ptr<Microphone> microphone) {
  for (;;) {
    auto broker = co_await session();
    auto gone = KJ_ASSERT_NONNULL(m_connection)->disconnected();
    kj::Maybe<std::string> failure;
    try {
      auto call = broker.recordsRequest();
      call.setEar(kj::heap<Ear>(microphone));
      auto answer = co_await call.send();
      co_await gone;
    } catch (const kj::Exception& exception) {
      failure = reason(exception);
    }
    KJ_IF_MAYBE (why, failure) logInfo("nobody decides about the microphone: " + *why);
    if (auto open = microphone.lock()) open->close();
    co_await m_world.timer.afterDelay(LOOK_FOR_BROKER);
  }
}

kj::Promise<void> LaunchRun::announceReady() {
  auto call = KJ_REQUIRE_NONNULL(m_session, "the broker has gone").readyRequest();
  m_facts.write(call.initFacts());
  co_await call.send().ignoreResult();
}

kj::Promise<kj::Maybe<LaunchRun::Outcome>> LaunchRun::startProgram(const Program& program, const Permits& permits) {
  m_relays = kj::heap<StreamRelays>(m_world.streams);
  sandbox::ProgramOrder order{
      .program = program.path,
      .arguments = program.arguments,
      .directory = workingDirectory(program),
      .terminal = m_order.terminal,
      .limits = m_limits->resourceLimits(),
  };
  m_begun = true;
  auto refused = co_await KJ_ASSERT_NONNULL(m_sandbox)->run(order, m_world.streams);
  closeStreams();
  KJ_IF_MAYBE (refusal, refused) {
    if (refusal->what == sandbox::StartRefusal::What::Died)
      co_return Outcome::ofStatus(co_await KJ_ASSERT_NONNULL(m_sandbox)->ended());
    co_return Outcome::refused(*refusal, program, order.directory);
  }
  co_return nullptr;
}

kj::Promise<void> LaunchRun::report(const Outcome& outcome) {
  auto tell = [](LaunchRun& self, const Outcome& outcome) -> kj::Promise<void> {
    auto broker = co_await self.session();
    auto call = broker.endedRequest();
    outcome.write(call.initStatus());
    co_await call.send().ignoreResult();
  };
  // A broker that dies while it is told: its successor is told again. Nobody there: nobody to tell.
  for (int attempts = 0; attempts < 3; ++attempts) {
    bool told = co_await tell(*this, outcome)
                    .then([]() { return true; }, [](kj::Exception&&) { return false; })
                    .exclusiveJoin(m_world.timer.afterDelay(LONGEST_REPORT).then([]() { return true; }));
    if (told || m_unwelcome) co_return;
  }
}

// --- what the broker asks

kj::Promise<void> LaunchRun::stop(kj::Duration grace) {
  if (m_begun) {
    toProgram(SIGTERM);
    toProgram(SIGCONT);  // A stopped program takes its TERM only once it goes on.
    co_await m_over.addBranch().exclusiveJoin(m_world.timer.afterDelay(std::min(grace, LONGEST_GRACE)));
  }
  if (!m_begun) m_abandon->fulfill();
  KJ_IF_MAYBE (box, m_sandbox) {
    (*box)->kill();
  }
  co_await m_over.addBranch();
}

void LaunchRun::signal(int number) {
  KJ_REQUIRE(number > 0 && number < NSIG, "no such signal", number);
  // Also to a program that is just being executed: process 1 keeps it until it can pass it on.
  if (m_begun) toProgram(number);
}

void LaunchRun::toProgram(int number) {
  KJ_IF_MAYBE (box, m_sandbox) {
    (*box)->signal(number);
  }
}

kj::Maybe<pid_t> LaunchRun::firstProcess() const {
  if (m_sandbox == nullptr || !m_running) return nullptr;
  return KJ_ASSERT_NONNULL(m_sandbox)->first().pid();
}

// --- brokers come and go

kj::Promise<void> LaunchRun::keepBroker() {
  for (;;) {
    co_await KJ_ASSERT_NONNULL(m_connection)->disconnected();
    m_session = nullptr;
    // Before the program is let go there is nothing worth keeping; and who is served has gone with the broker.
    if (!m_order.served.empty()) {
      m_abandon->fulfill();
      KJ_IF_MAYBE (box, m_sandbox) {
        (*box)->kill();
      }
    }
    if (!m_begun || !m_order.served.empty()) co_return;
    logInfo("the broker has gone: waiting for the next");
    co_await comeHome();
    if (m_session == nullptr) co_return;
  }
}

kj::Promise<void> LaunchRun::comeHome() {
  unsigned looked = 0;
  // A broker that cannot be started is no reason to stop looking: somebody else may start one.
  while (!co_await tryComeHome()) {
    // It has ended, and the broker knows: there is nothing left to say.
    if (m_unwelcome && m_done) break;
    co_await m_world.timer.afterDelay(m_unwelcome ? LOOK_AGAIN : LOOK_FOR_BROKER);
    ++looked;
    if (looked == START_BROKER_AFTER || looked % START_BROKER_AGAIN == 0)
      kj::runCatchingExceptions([&]() { startBroker(m_world.places); });
  }
  for (auto& waiting : m_waitingForBroker) waiting->fulfill();
  m_waitingForBroker.clear();
}

kj::Promise<bool> LaunchRun::tryComeHome() {
  kj::AutoCloseFd socket;
  KJ_IF_MAYBE (connected, tryConnect(m_world.places.returnSocket())) {
    socket = kj::mv(*connected);
  } else {
    co_return false;
  }
  auto connection = connect(kj::mv(socket));
  auto call = connection->bootstrap().castAs<schema::Homecoming>().launcherRequest();
  call.setInstance(m_order.instance.c_str());
  call.setCookie(kj::ArrayPtr(reinterpret_cast<const kj::byte*>(m_order.cookie.data()), m_order.cookie.size()));
  call.setPidfd(descriptorOf(duplicate(sandbox::ProcessHandle::open(getpid()).fd())));
  call.setControl(m_control);
  writeDescription(call.initApp(), m_program);
  m_facts.write(call.initFacts());
  call.setRunning(m_running && !m_done);
  bool welcome = co_await call.send().then(
      [this](capnp::Response<schema::Homecoming::LauncherResults>&& answer) {
        m_session = answer.getSession();
        m_unwelcome = false;
        return true;
      },
      [this](kj::Exception&& exception) {
        if (!m_unwelcome) logWarning("not welcome at the new broker: " + reason(exception));
        m_unwelcome = exception.getType() == kj::Exception::Type::FAILED;
        return false;
      });
  if (welcome) m_connection = kj::mv(connection);
  co_return welcome;
}

kj::Promise<schema::LaunchSession::Client> LaunchRun::session() {
  if (m_session == nullptr) {
    KJ_REQUIRE(m_begun, "the broker has gone");
    auto waiting = kj::newPromiseAndFulfiller<void>();
    m_waitingForBroker.add(kj::mv(waiting.fulfiller));
    co_await waiting.promise;
  }
  co_return KJ_REQUIRE_NONNULL(m_session, "the broker has gone");
}

kj::Promise<void> LaunchRun::passConnections() {
  KJ_SYSCALL(fcntl(m_listener, F_SETFL, O_NONBLOCK));
  kj::UnixEventPort::FdObserver arrivals(m_world.events, m_listener, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    // Without a broker they wait in the socket's own queue.
    auto broker = co_await session();
    int fd = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) {
      auto call = broker.appConnectedRequest();
      call.setConnection(descriptorOf(kj::AutoCloseFd(fd)));
      // A broker that dies with it: the app sees a closed connection and tries again.
      co_await call.send().ignoreResult().catch_([](kj::Exception&&) {});
      continue;
    }
    if (errno == EAGAIN) {
      co_await arrivals.whenBecomesReadable();
    } else if (errno == EMFILE || errno == ENFILE) {
      co_await m_world.timer.afterDelay(LOOK_FOR_BROKER);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      KJ_FAIL_SYSCALL("accept4", errno);
    }
  }
}

// A broker that comes later learns of it from the facts.
kj::Promise<void> LaunchRun::tellOfBus() {
  co_await KJ_ASSERT_NONNULL(m_sandbox)->busUsed();
  m_facts.setBusUsed();
  auto broker = co_await session();
  co_await broker.busUsedRequest().send().ignoreResult().catch_([](kj::Exception&&) {});
}

kj::Promise<kj::AutoCloseFd> LaunchRun::connectBus() {
  KJ_IF_MAYBE (box, m_sandbox) return (*box)->connectBus();
  KJ_FAIL_REQUIRE("it has ended");
}

kj::Promise<std::string> LaunchRun::openAccessibility(kj::AutoCloseFd bus) {
  KJ_REQUIRE(m_running && !m_done, "it does not run");
  m_accessibility = nullptr;
  ++m_accessibilityNumber;
  auto& opened =
      *m_accessibility.emplace(kj::heap<AccessibilityBus>(m_world.events, m_world.timer, bus, shareDirectory(), SHARE));
  auto address = opened.address();
  co_await opened.ready();
  co_return address;
}

void LaunchRun::closeAccessibility(uint64_t number) {
  if (number == m_accessibilityNumber) m_accessibility = nullptr;
}

// --- small things

void LaunchRun::writeDescription(schema::AppDescription::Builder app, const Program& program) const {
  app.setApp(program.app.c_str());
  app.setName(program.name.c_str());
  app.setIcon(program.icon.c_str());
  auto command = app.initCommand(static_cast<unsigned>(program.arguments.size()));
  for (unsigned i = 0; i < command.size(); ++i)
    command.set(i, kj::StringPtr(program.arguments[i].c_str(), program.arguments[i].size()).asBytes());
  app.setOwnSandboxes(program.ownSandboxes);
  app.setGpu(program.gpu);
  app.setNeedsX(program.needsX);
  auto claims = app.initClaims(static_cast<unsigned>(program.claims.size()));
  for (unsigned i = 0; i < claims.size(); ++i) {
    claims[i].setKind(program.claims[i].kind.c_str());
    claims[i].setTarget(program.claims[i].target.c_str());
    claims[i].setAccess(program.claims[i].access.c_str());
    claims[i].setReason(program.claims[i].reason.c_str());
  }
  auto folders = standardFolders(m_order.home, configurationOf(m_world.places));
  auto list = app.initStandardFolders(static_cast<unsigned>(folders.size()));
  for (unsigned i = 0; i < list.size(); ++i)
    list.set(i, kj::StringPtr(folders[i].c_str(), folders[i].size()).asBytes());
}

std::string LaunchRun::workingDirectory(const Program& program) const {
  if (!m_order.workingDirectory.empty()) return m_order.workingDirectory;
  return program.directory.empty() ? m_order.home : program.directory;
}

kj::Own<Connection> LaunchRun::connect(kj::AutoCloseFd socket) const {
  auto stream = m_world.io.wrapUnixSocketFd(kj::mv(socket), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  return kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
}

void LaunchRun::closeStreams() {
  // Whoever reads what the program writes must see its end, not ours.
  for (int* fd : {&m_world.streams.in, &m_world.streams.out, &m_world.streams.err}) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
  }
}

void LaunchRun::emptyRuntimeDirectory() const { emptyDirectory(m_order.runtimeDirectory); }

void LaunchRun::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey
