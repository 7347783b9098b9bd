// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/launches.h"

#include <kj/debug.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "broker/base/cookie.h"
#include "broker/base/descriptor.h"
#include "broker/base/empty-directory.h"
#include "broker/base/failure.h"
#include "broker/base/folder-programs.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/base/times.h"
#include "broker/base/trials.h"
#include "broker/disk-look.h"
#include "broker/full-speed.h"
#include "broker/granted-object.h"
#include "broker/grants/digest.h"
#include "broker/launch-spec.h"
#include "broker/served-place.h"

namespace latchkey {
namespace {

constexpr const char* ASK_MODES = "ask-modes";
constexpr const char* STARTED_FOR = "started-for";
const std::string DISPLAY = "display:";  // Where a window of ours appears for the instance.
constexpr auto COMING_HOME = 5 * kj::SECONDS;
constexpr auto AFTER_GRACE = 10 * kj::SECONDS;
constexpr auto LONGEST_GRACE = 300 * kj::SECONDS;
constexpr auto SOON = std::chrono::seconds(30);  // What ends so badly that fast perhaps lacked something.

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }
capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }

void write(const std::vector<std::string>& texts, capnp::List<capnp::Data>::Builder list) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(texts[i]));
}

std::vector<std::string> texts(capnp::List<capnp::Data>::Reader list) {
  std::vector<std::string> result;
  for (auto one : list) result.push_back(text(one));
  return result;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (auto& line : lines) text += line + '\0';
  return text;
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    auto end = std::min(text.find('\0', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string outcomeOf(const ExitStatus& status) {
  switch (status.type) {
    case ExitStatus::Type::Exited: return "exited " + std::to_string(status.number);
    case ExitStatus::Type::Signalled: return "signal " + std::to_string(status.number);
    default: return "failed";
  }
}

}  // namespace

// What one launcher may tell us, about its own instance alone.
class Launches::Session final : public schema::LaunchSession::Server {
public:
  Session(Launches& launches, InstanceId instance) : m_launches(launches), m_instance(kj::mv(instance)) {}

  kj::Promise<void> begin(BeginContext context) override {
    m_launches.begin(m_instance, context.getParams().getControl(), context.getResults().initOrder());
    return kj::READY_NOW;
  }
  kj::Promise<void> described(DescribedContext context) override {
    m_launches.described(m_instance, context.getParams().getApp(), context.getResults().initPermits());
    return kj::READY_NOW;
  }
  kj::Promise<void> ready(ReadyContext context) override {
    co_await m_launches.ready(m_instance, context.getParams().getFacts());
  }
  kj::Promise<void> appConnected(AppConnectedContext context) override {
    return m_launches.appConnected(m_instance, context.getParams().getConnection());
  }
  kj::Promise<void> running(RunningContext context) override {
    m_launches.running(m_instance);
    return kj::READY_NOW;
  }
  kj::Promise<void> ended(EndedContext context) override {
    m_launches.finish(m_instance, fromSchema(context.getParams().getStatus()));
    return kj::READY_NOW;
  }
  kj::Promise<void> busUsed(BusUsedContext context) override {
    m_launches.busUsed(m_instance);
    return kj::READY_NOW;
  }
  kj::Promise<void> records(RecordsContext context) override {
    auto& microphones = m_launches.m_parts.microphones;
    context.getResults().setHandle(microphones.records(m_instance, context.getParams().getEar()));
    return kj::READY_NOW;
  }

private:
  Launches& m_launches;
  InstanceId m_instance;
};

schema::LaunchSession::Client Launches::sessionFor(const InstanceId& instance) {
  return kj::heap<Session>(*this, instance);
}

Instance& Launches::living(const InstanceId& id) {
  auto found = m_parts.instances.find(id);
  auto& instance = KJ_REQUIRE_NONNULL(found, "no such instance");
  KJ_REQUIRE(!instance.ended(), "the instance has ended");
  return instance;
}

// --- starting

kj::Promise<InstanceId> Launches::launch(schema::LaunchSpec::Reader spec) { return start(nullptr, spec); }

kj::Promise<InstanceId> Launches::launchFor(const Grant& by, schema::LaunchSpec::Reader spec) {
  return start(by, spec);
}

kj::Promise<InstanceId> Launches::start(kj::Maybe<Grant> by, schema::LaunchSpec::Reader spec) {
  auto taken = co_await takeSpec(spec);
  auto instance = kj::refcounted<Instance>();
  instance->id = InstanceId::fresh();
  KJ_IF_MAYBE (grant, by) {
    instance->startedFor = grant->id;
    instance->startedBy = grant->holder;
    taken.ask = AskMode::No;
  }
  instance->started = m_parts.clock.wall();
  instance->ask = taken.ask;
  instance->throwaway = taken.throwaway;
  instance->requestedProfile = taken.profile;
  instance->designations = kj::mv(taken.designations);
  instance->display = kj::mv(taken.display);
  instance->command = kj::mv(taken.command);
  instance->spec = kj::mv(taken.message);
  auto id = instance->id;
  ensureOwnDirectory(m_parts.places.runtime + "/instances");
  ensureOwnDirectory(runtimeDirectory(id));
  auto helper = m_parts.programs.startLauncher(kj::mv(taken.streams), sessionFor(id));
  watch(m_parts.instances.add(kj::mv(instance)), kj::mv(helper));
  co_return id;
}

kj::Promise<kj::AutoCloseFd> Launches::serve(Grant grant) {
  if (sftpServer().empty()) fail(SFTP_SERVER_MISSING);
  auto fault = faultOfServing(m_parts.ceilings, grant);
  if (!fault.empty()) fail(fault);
  auto thing = co_await lookAtDisk([path = grant.object.path, folder = grant.kind == Kind::Folder] {
    KJ_IF_MAYBE (found, tryResolve(path)) {
      if (found->path == path && found->directory == folder) return kj::mv(*found);
    }
    fail("it is not there any more");
  });
  int ends[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
  kj::AutoCloseFd ours(ends[0]);
  StandardStreams streams;
  streams.in = kj::AutoCloseFd(ends[1]);
  streams.out = duplicate(ends[1]);
  auto instance = kj::refcounted<Instance>();
  instance->id = InstanceId::fresh();
  instance->started = m_parts.clock.wall();
  instance->ask = AskMode::No;
  instance->serves = grant.id;
  instance->holder.app = grant.holder;
  instance->folders = {COVERED};
  instance->objects.emplace(grant.id, kj::mv(thing.fd));
  instance->spec = kj::heap<capnp::MallocMessageBuilder>();
  instance->spec->initRoot<schema::LaunchSpec>();
  auto id = instance->id;
  ensureOwnDirectory(m_parts.places.runtime + "/instances");
  ensureOwnDirectory(runtimeDirectory(id));
  auto helper = m_parts.programs.startLauncher(kj::mv(streams), sessionFor(id));
  watch(m_parts.instances.add(kj::mv(instance)), kj::mv(helper));
  co_return kj::mv(ours);
}

void Launches::begin(const InstanceId& id, schema::LaunchControl::Client control, schema::LaunchOrder::Builder order) {
  auto& instance = living(id);
  KJ_REQUIRE(instance.spec.get() != nullptr, "it has begun already");
  auto cookie = freshCookie();
  instance.cookie = digestOf(cookie);
  if (!instance.serves.empty()) return beginToServe(instance, kj::mv(control), order);
  orRememberWhy(id, [&] {
    putSurvivor(instance);
    // Before it runs: the next broker has to know whose it is, and what ends it.
    if (!instance.startedFor.empty()) m_parts.ledger.noteFact(STARTED_FOR, startedFor());
  });
  rememberAskModes();
  if (!instance.display.empty()) note(DISPLAY + id.text(), joined(instance.display));
  instance.control = kj::mv(control);
  order.setInstance(id.text().c_str());
  order.setSpec(instance.spec->getRoot<schema::LaunchSpec>().asReader());
  order.setCookie(bytes(cookie));
  order.setRuntimeDirectory(bytes(runtimeDirectory(id)));
  order.setHome(bytes(m_parts.places.home));
  std::vector<std::string> paths;
  for (auto& one : instance.designations) paths.push_back(one.thing.path);
  write(paths, order.initArgumentPaths(static_cast<unsigned>(paths.size())));
  instance.spec = nullptr;
}

// It does not outlive us, so that nothing is remembered of it and its cookie opens nothing.
void Launches::beginToServe(Instance& instance, schema::LaunchControl::Client control,
                            schema::LaunchOrder::Builder order) {
  auto grant = m_parts.ledger.find(instance.serves);
  instance.control = kj::mv(control);
  order.setInstance(instance.id.text().c_str());
  order.setRuntimeDirectory(bytes(runtimeDirectory(instance.id)));
  KJ_IF_MAYBE (shared, grant) order.setHome(bytes(servedHome(*shared)));
  auto serve = order.initServe();
  KJ_IF_MAYBE (shared, grant) {
    serve.setFolder(bytes(servedFolder(*shared)));
    serve.setWrite(shared->access == Access::Write);
  } else {
    fail("it is over");
  }
  instance.spec = nullptr;
}

void Launches::described(const InstanceId& id, schema::AppDescription::Reader app,
                         schema::LaunchPermits::Builder permits) {
  auto& instance = living(id);
  KJ_REQUIRE(instance.holder.app.empty(), "it has been described already");
  auto holder = Holder::of(text(app.getApp()), instance.requestedProfile);
  auto fault = m_parts.ceilings.faultOfStart(holder.app);
  if (!fault.empty()) fail(fault);
  instance.holder = holder;
  instance.name = text(app.getName());
  instance.icon = brief(text(app.getIcon()), 1000);
  instance.folders = mountLabels(m_parts.places, texts(app.getStandardFolders()));
  instance.claims = claimsFrom(app.getClaims(), m_parts.places.home);
  m_parts.names.learn(holder.app, instance.name);
  auto profile = makeProfile(instance);
  orRememberWhy(id, [&] {
    putSurvivor(instance);
    grantDesignated(instance);
  });
  journal(instance, "start", instance.startedBy.empty() ? "" : "by " + m_parts.names.of(instance.startedBy));
  m_parts.instances.changed(instance);

  auto settings = m_parts.ledger.settings(holder.text());
  permits.setProfileDirectory(bytes(profile));
  if (instance.throwaway) permits.setTrialDirectory(bytes(makeTrial(instance, profile)));
  permits.setSharedX(useRight(instance, DesktopRight::SharedX11));
  bool ownSandboxes = useRight(instance, DesktopRight::OwnSandboxes);
  permits.setOwnSandboxes(ownSandboxes);
  if (app.getOwnSandboxes() && !ownSandboxes) instance.lacks = nameOf(DesktopRight::OwnSandboxes);
  permits.setGpu(useRight(instance, DesktopRight::Gpu));
  permits.setSound(isAllowed(m_parts.ledger, m_parts.ceilings, holder.text(), DesktopRight::Sound));
  permits.setClipboard(isAllowed(m_parts.ledger, m_parts.ceilings, holder.text(), DesktopRight::XClipboard));
  permits.setMemoryLimit(settings.memoryLimit);
  permits.setProcessLimit(settings.processLimit);
  permits.setCpuPercent(settings.cpuPercent);
  write(instance.folders, permits.initMountLabels(static_cast<unsigned>(instance.folders.size())));
}

// What is used at the start is in use until the end: counted, so that it does not lapse for want of use.
bool Launches::useRight(const Instance& instance, DesktopRight right) {
  auto held = rightHeld(m_parts.ledger, m_parts.ceilings, instance.holder.text(), instance.id, right);
  KJ_IF_MAYBE (grant, held) {
    m_parts.ledger.recordUse(grant->id, instance.id, {.live = 1, .uses = 1, .used = m_parts.clock.wall()});
    return true;
  }
  return false;
}

std::string Launches::makeProfile(const Instance& instance) const {
  auto& places = m_parts.places;
  auto base = places.data + "/profiles";
  auto directory = instance.holder.directory();
  ensureOwnDirectory(base);
  ensureOwnDirectory(base + "/" + directory.substr(0, directory.find('/')));
  ensureOwnDirectory(base + "/" + directory);
  ensureOwnDirectory(base + "/" + directory + "/home");
  return base + "/" + directory;
}

std::string Launches::makeTrial(const Instance& instance, const std::string& profile) const {
  return trial::create(m_parts.places, {.id = instance.id.text(),
                                        .holder = instance.holder.text(),
                                        .name = m_parts.names.of(instance.holder.text()),
                                        .started = formatTime(instance.started),
                                        .directory = {},
                                        .home = profile + "/home"});
}

// Naming is consent, below the ceilings. What a ceiling forbids is left out, and the journal says so.
void Launches::grantDesignated(Instance& instance) {
  for (auto& one : instance.designations) {
    auto& thing = one.thing;
    Grant grant;
    grant.holder = instance.holder.text();
    grant.kind = thing.directory ? Kind::Folder : Kind::File;
    grant.object = {.target = targetOf(thing.path),
                    .path = thing.path,
                    .device = thing.device,
                    .inode = thing.inode,
                    .scope = thing.directory ? Scope::Tree : Scope::File};
    grant.lifetime = Lifetime::run();
    grant.origin = one.origin;
    grant.instance = instance.id;
    KJ_IF_MAYBE (access, m_parts.ceilings.atMost(instance.holder.app, grant.kind, grant.object, one.access)) {
      grant.access = *access;
      grant.fast = one.fast && !instance.throwaway;
      auto fault = notFast(m_parts.ceilings, grant);
      if (!fault.empty()) fail(fault);
      auto id = m_parts.ledger.add(kj::mv(grant));
      instance.objects.emplace(id, kj::mv(thing.fd));
    } else {
      JournalEntry entry;
      entry.event = "refuse";
      entry.app = grant.holder;
      entry.instance = instance.id;
      entry.kind = grant.kind;
      entry.target = grant.object.target;
      entry.outcome = "ceiling";
      m_parts.ledger.journal(kj::mv(entry));
    }
  }
  instance.designations.clear();
}

kj::Promise<void> Launches::ready(InstanceId id, schema::SandboxFacts::Reader reader) {
  KJ_REQUIRE(!living(id).holder.app.empty(), "it has not been described");
  auto facts = co_await takeFacts(reader);
  living(id).facts = kj::mv(facts);
  if (!living(id).serves.empty()) {
    co_await m_parts.files.attach(id);
    // A thing that is gone keeps no app from starting. Here there is nothing else.
    if (!m_parts.files.holds(id, living(id).serves)) fail("what was shared cannot be reached");
    co_return;
  }
  // Beside each other; only the files can keep it from starting.
  auto network = m_parts.network.attach(id).eagerlyEvaluate(nullptr);
  co_await m_parts.files.attach(id);
  co_await network;
  putSurvivor(living(id));
}

void Launches::running(const InstanceId& id) {
  auto& instance = living(id);
  if (instance.state == InstanceState::Starting) instance.state = InstanceState::Running;
  m_parts.instances.changed(instance);
}

kj::Promise<void> Launches::appConnected(InstanceId id, schema::Descriptor::Client connection) {
  auto fd = co_await fdOf(kj::mv(connection));
  KJ_IF_MAYBE (socket, fd) {
    if (!living(id).holder.app.empty()) m_parts.apps.open(id, m_parts.streams.wrap(kj::mv(*socket)));
  }
}

void Launches::busUsed(const InstanceId& id) {
  living(id).facts.busUsed = true;
  m_parts.desktop.busUsed(id);
}

// The launcher only learns that we failed it, and ends: why is ours to tell.
void Launches::orRememberWhy(const InstanceId& id, kj::FunctionParam<void()> act) {
  try {
    act();
  } catch (const StoreError& error) {
    m_failures[id] = error.line();
    throw;
  }
}

// No decision: a full disk must neither keep a program from ending in order nor hold up anything else.
void Launches::note(const std::string& key, const std::string& value) {
  try {
    m_parts.ledger.noteFact(key, value);
  } catch (const StoreError& error) {
    logWarning(error.line());
  }
}

void Launches::putSurvivor(const Instance& instance) {
  Survivor survivor;
  survivor.instance = instance.id;
  survivor.app = instance.holder.app;
  survivor.profile = instance.holder.profile;
  survivor.name = brief(instance.name, 80);
  survivor.icon = instance.icon;
  survivor.command = instance.command;
  survivor.started = instance.started;
  survivor.pid = instance.facts.child;
  survivor.cookie = instance.cookie;
  m_parts.ledger.putSurvivor(survivor);
}

// "--ask no" holds for the run, also across brokers. One line of the store for all instances: `ID=MODE` for those that
// do not ask in the window.
void Launches::rememberAskModes() {
  std::string line;
  for (auto& instance : m_parts.instances.living()) {
    if (instance->ask == AskMode::Ui || !instance->serves.empty()) continue;
    line += instance->id.text() + (instance->ask == AskMode::Tty ? "=tty " : "=no ");
  }
  if (m_parts.ledger.fact(ASK_MODES) != line) note(ASK_MODES, line);
}

// As above: `ID=GRANT` for those that another machine has started.
std::string Launches::startedFor() const {
  std::string line;
  for (auto& instance : m_parts.instances.living())
    if (!instance->startedFor.empty()) line += instance->id.text() + "=" + instance->startedFor.text() + " ";
  return line;
}

void Launches::rememberStartedFor() {
  auto line = startedFor();
  if (m_parts.ledger.fact(STARTED_FOR) != line) note(STARTED_FOR, line);
}

GrantId Launches::rememberedGrant(const InstanceId& instance) const {
  auto line = m_parts.ledger.fact(STARTED_FOR);
  auto key = instance.text() + "=";
  auto place = line.find(key);
  if (place == line.npos) return GrantId();
  place += key.size();
  return GrantId(line.substr(place, line.find(' ', place) - place));
}

AskMode Launches::rememberedAskMode(const InstanceId& instance) const {
  auto line = m_parts.ledger.fact(ASK_MODES);
  auto place = line.find(instance.text() + "=");
  if (place == line.npos) return AskMode::Ui;
  return line.compare(place + instance.text().size(), 3, "=no") == 0 ? AskMode::No : AskMode::Tty;
}

// --- ending

void Launches::watch(Instance& instance, Helper helper) {
  auto number = ++instance.launcherNumber;
  auto hungUp = kj::mv(helper.hungUp);
  auto ended = kj::mv(helper.ended);
  instance.launcher = kj::mv(helper);
  m_tasks.add(untilGone(instance.id, number, kj::mv(hungUp), kj::mv(ended)));
}

kj::Promise<void> Launches::untilGone(InstanceId id, uint64_t number, kj::Promise<void> hungUp,
                                      kj::Promise<void> ended) {
  auto end = ended.fork();
  co_await hungUp;
  co_await end.addBranch().exclusiveJoin(m_parts.timer.afterDelay(COMING_HOME));
  KJ_IF_MAYBE (instance, m_parts.instances.find(id)) {
    if (instance->launcherNumber == number) {
      KJ_IF_MAYBE (launcher, instance->launcher) {
        if (!instance->ended()) killByPidfd(launcher->pidfd);
      }
      auto why = m_failures.find(id);
      finish(id,
             ExitStatus::failed(why == m_failures.end() ? "the process that watched over the app has ended unexpectedly"
                                                        : "it was not started: " + why->second));
      instance->launcher = nullptr;
    }
  }
  // Kept until then, so that it does not stay a zombie.
  co_await end.addBranch();
}

// Its launcher empties it; one that was killed did not. What is in it may have been an app's, and links are not
// followed.
void Launches::removeRuntimeDirectory(const InstanceId& id) const {
  emptyDirectory(runtimeDirectory(id));
  rmdir(runtimeDirectory(id).c_str());
}

void Launches::removeStrays() {
  std::error_code ignored;
  for (auto& entry : std::filesystem::directory_iterator(m_parts.places.runtime + "/instances", ignored)) {
    InstanceId id(entry.path().filename().string());
    if (m_parts.instances.find(id) == nullptr) removeRuntimeDirectory(id);
  }
}

void Launches::finish(const InstanceId& id, ExitStatus status) {
  auto found = m_parts.instances.find(id);
  KJ_IF_MAYBE (instance, found) {
    if (instance->ended()) return;
    m_failures.erase(id);
    if (instance->serves.empty()) journal(*instance, "end", outcomeOf(status));
    m_parts.apps.closeAll(id);
    auto ended = m_parts.ledger.endInstance(id);
    m_tasks.add(m_parts.enforcement.cut(kj::mv(ended.grants)));
    m_parts.files.forget(id);
    m_parts.network.forget(id);
    m_parts.desktop.forget(id);
    m_parts.powerbox.instanceEnded(id);
    instance->objects.clear();
    instance->designations.clear();
    instance->facts = {};
    instance->control = nullptr;
    removeRuntimeDirectory(id);
    bool well = status.type == ExitStatus::Type::Exited && status.number == 0;
    if (!well && m_parts.clock.wall() - instance->started < SOON) status.lacked = instance->lacked = instance->lacks;
    m_parts.instances.end(*instance, kj::mv(status));
    rememberAskModes();
    rememberStartedFor();
    if (!m_parts.ledger.fact(DISPLAY + id.text()).empty()) note(DISPLAY + id.text(), "");
  }
}

kj::Promise<void> Launches::stop(InstanceId id, kj::Duration grace) {
  KJ_IF_MAYBE (instance, m_parts.instances.find(id)) {
    if (instance->ended()) co_return;
    instance->state = InstanceState::Stopping;
    m_parts.instances.changed(*instance);
    grace = std::min(grace, LONGEST_GRACE);
    auto over = m_parts.instances.whenEnded(id).ignoreResult();
    // Of an earlier broker's, and on its way to us. Declared ended now, it would run on unwelcome; who stays away is
    // ended soon.
    if (instance->launcherNumber == 0) {
      instance->stopsAtHome = grace;
      co_return co_await over;
    }
    KJ_IF_MAYBE (control, instance->control) {
      auto call = control->stopRequest();
      call.setGraceSeconds(static_cast<uint32_t>(grace / kj::SECONDS));
      call.setGraceMilliseconds(static_cast<uint32_t>(grace % kj::SECONDS / kj::MILLISECONDS));
      // Its launcher stops it and says so; one that does neither is ended with everything it started.
      auto asked = call.send().ignoreResult().catch_([](kj::Exception&&) {}).then([] {
        return kj::Promise<void>(kj::NEVER_DONE);
      });
      bool done = co_await over.then([] { return true; })
                      .exclusiveJoin(asked.then([] { return true; }))
                      .exclusiveJoin(m_parts.timer.afterDelay(grace + AFTER_GRACE).then([] { return false; }));
      if (done) co_return;
    }
  } else {
    co_return;
  }
  KJ_IF_MAYBE (instance, m_parts.instances.find(id)) {
    KJ_IF_MAYBE (launcher, instance->launcher) killByPidfd(launcher->pidfd);
    finish(id, {.type = ExitStatus::Type::Signalled, .number = 9, .line = {}});
  }
}

kj::Promise<void> Launches::stopAll(kj::Duration grace) {
  kj::Vector<kj::Promise<void>> stopping;
  for (auto& instance : m_parts.instances.living()) stopping.add(stop(instance->id, grace));
  return kj::joinPromises(stopping.releaseAsArray());
}

// --- coming home

void Launches::restore(const Survivor& survivor) {
  auto instance = kj::refcounted<Instance>();
  instance->id = survivor.instance;
  instance->holder = {.app = survivor.app, .profile = survivor.profile};
  instance->requestedProfile = survivor.profile;
  instance->ask = rememberedAskMode(survivor.instance);
  instance->throwaway = trial::exists(m_parts.places, survivor.instance.text());
  instance->name = survivor.name;
  instance->icon = survivor.icon;
  instance->command = survivor.command;
  instance->started = survivor.started;
  instance->facts.child = survivor.pid;
  instance->cookie = survivor.cookie;
  instance->display = linesOf(m_parts.ledger.fact(DISPLAY + survivor.instance.text()));
  instance->startedFor = rememberedGrant(survivor.instance);
  KJ_IF_MAYBE (grant, m_parts.ledger.find(instance->startedFor)) instance->startedBy = grant->holder;
  m_parts.powerbox.takeUp(instance->id, instance->holder.text());
  m_parts.instances.add(kj::mv(instance));
}

schema::LaunchSession::Client Launches::adopt(ReturningLauncher launcher) {
  auto& instance = living(launcher.instance);
  instance.control = kj::mv(launcher.control);
  instance.facts = kj::mv(launcher.facts);
  instance.folders = mountLabels(m_parts.places, texts(launcher.app.getStandardFolders()));
  instance.claims = claimsFrom(launcher.app.getClaims(), m_parts.places.home);
  watch(instance, kj::mv(launcher.helper));
  if (launcher.running) {
    instance.state = InstanceState::Running;
    m_tasks.add(m_parts.files.adoptInstance(instance.id));
    m_tasks.add(m_parts.network.adoptInstance(instance.id));
    if (instance.facts.busUsed) m_parts.desktop.busUsed(instance.id);
  }
  m_parts.instances.changed(instance);
  KJ_IF_MAYBE (grace, instance.stopsAtHome) m_tasks.add(stop(instance.id, *grace));
  return sessionFor(instance.id);
}

void Launches::journal(const Instance& instance, const char* event, const std::string& outcome) {
  JournalEntry entry;
  entry.event = event;
  entry.app = instance.holder.text();
  entry.instance = instance.id;
  entry.kind = Kind::App;
  entry.target = m_parts.names.of(instance.holder.text());
  entry.grant = instance.startedFor;
  entry.outcome = outcome;
  m_parts.ledger.journal(kj::mv(entry));
}

void Launches::taskFailed(kj::Exception&& exception) { logWarning("apps: " + reason(exception)); }

}  // namespace latchkey
