// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/sandbox-files.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/trials.h"
#include "portals/files/grant-reader.h"
#include "portals/files/host.h"
#include "portals/files/open-list.h"
#include "portals/files/rules.h"
#include "portals/files/scratch.h"

namespace latchkey::files {
namespace {

constexpr auto FLUSH_PATIENCE = 200 * kj::MILLISECONDS;  // Then it is denied all the same.
constexpr auto FORGET_PATIENCE = 5 * kj::SECONDS;
constexpr auto FLUSH_AHEAD = std::chrono::milliseconds(500);
constexpr auto BROKER_PATIENCE = 2 * kj::SECONDS;
constexpr auto CLAIM_PATIENCE = 2 * kj::SECONDS;  // For the broker to say what still holds.
constexpr auto MAPPINGS_PATIENCE = 300 * kj::MILLISECONDS;
constexpr size_t MOST_OPEN_FILES = 1000;
constexpr auto LIVE_PAUSE = 50 * kj::MILLISECONDS;

std::string programOf(pid_t pid) {
  char place[64], name[64];
  snprintf(place, sizeof place, "/proc/%d/comm", pid);
  kj::AutoCloseFd fd(open(place, O_RDONLY | O_CLOEXEC));
  auto length = fd.get() < 0 ? -1 : read(fd, name, sizeof name);
  return length <= 0 ? std::string() : std::string(name, static_cast<size_t>(length - 1));
}

kj::ArrayPtr<const kj::byte> bytesOf(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

}  // namespace

Sandbox::Sandbox(World& world, std::string instance, Namespaces namespaces, Layout layout,
                 schema::FileAsker::Client asker)
    : m_world(world),
      m_instance(std::move(instance)),
      m_namespaces(kj::mv(namespaces)),
      m_mappings(world.inbox, world.timer),
      m_home(layout.home),
      m_folders(layout.folders),
      m_asker(kj::mv(asker)),
      m_session(),
      m_fast(world.port, world.timer, world.mounter, m_namespaces, [this] { return mayBeMounted(); }),
      m_end(nullptr),
      m_tasks(*this) {
  auto paf = kj::newPromiseAndFulfiller<void>();
  m_endFulfiller = kj::mv(paf.fulfiller);
  m_end = paf.promise.fork();
  m_layout = std::move(layout);
}

Sandbox::~Sandbox() noexcept = default;

void Sandbox::taskFailed(kj::Exception&& exception) { logWarning("file portal: " + reason(exception)); }

void Sandbox::onRpcThread(std::function<void(Sandbox&)> work) {
  m_world.inbox.post([weak = weak_from_this(), work = std::move(work)] {
    if (auto self = weak.lock()) work(*self);
  });
}

// --- beginning and end

kj::Promise<void> Sandbox::attach(kj::AutoCloseFd pidfd) {
  auto self = shared_from_this();
  // First: a way through what hangs would hang.
  if (m_layout.again) co_await m_world.mounter.endFormer(m_world.port, m_namespaces);
  co_await takeUpFast();
  std::vector<Mounter::Target> targets;
  for (auto& folder : m_folders) targets.push_back(targetAt(folder));
  auto opened = co_await m_world.mounter.attach(m_world.port, m_namespaces, targets);
  m_fuse = duplicate(opened.fuse);
  m_watched = kj::mv(opened.watched);
  m_session = std::make_shared<Session>(m_layout, opened.ids, m_world.clock, *this, m_world.budget, &m_world.watches);
  m_session->start(kj::mv(opened.fuse), kj::mv(opened.second), {m_world.mounter.inFlight(), m_watched.connection()});
  m_mounted = m_folders;
  kj::Maybe<kj::Exception> failure;
  try {
    co_await kj::mv(opened.mounted);
  } catch (...) {
    failure = kj::getCaughtExceptionAsKj();
  }
  KJ_IF_MAYBE (exception, failure) {
    co_await detach();
    kj::throwFatalException(kj::mv(*exception));
  }
  if (m_layout.seeHomeNames && !isTrial()) co_await serveHome();
  if (pidfd.get() >= 0) m_tasks.add(watch(kj::mv(pidfd)));
}

kj::Promise<void> Sandbox::watch(kj::AutoCloseFd pidfd) {
  kj::UnixEventPort::FdObserver observer(m_world.port, pidfd, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  co_await observer.whenBecomesReadable();
  // The last descriptors of ours that keep its namespace and its mounts alive: then the connection ends by itself.
  m_namespaces = {};
  m_fuse = nullptr;
  m_watched = {};
  m_fast.letGo();
  co_await m_world.timer.afterDelay(1 * kj::SECONDS);
  if (m_session) m_session->leave();
}

void Sandbox::sessionEnded() {
  onRpcThread([](Sandbox& self) { self.finish(); });
}

void Sandbox::finish() {
  if (m_ended) return;
  m_ended = true;
  m_namespaces = {};
  m_fuse = nullptr;
  m_watched = {};
  m_fast.letGo();
  for (auto& entry : m_asking) entry.second->canceler.cancel("the sandbox has ended");
  for (auto& grant : grants()) report(grant, true);
  m_session->leave();
  m_endFulfiller->fulfill();
}

kj::Promise<void> Sandbox::detach() {
  auto self = shared_from_this();
  if (m_ended || !m_session) co_return;
  kj::Vector<kj::Promise<void>> ends;
  for (auto& grant : grants()) {
    if (grant->state.load() == Grant::State::Active || grant->state.load() == Grant::State::Suspended) {
      ends.add(end(grant, Grant::State::Revoked));
    }
  }
  co_await kj::joinPromises(ends.releaseAsArray());
  if (m_namespaces.mount.get() >= 0) {
    auto deepestFirst = m_mounted;
    std::ranges::sort(deepestFirst, std::ranges::greater(), &std::string::size);
    co_await m_world.mounter.unmount(m_world.port, m_namespaces, deepestFirst).catch_([](kj::Exception&& exception) {
      logWarning(reason(exception));
    });
  }
  // Again until it is so: a thread told just before it begins to wait does not hear.
  while (!m_ended) {
    m_session->leave();
    co_await m_end.addBranch().exclusiveJoin(m_world.timer.afterDelay(5 * kj::MILLISECONDS));
  }
}

// --- grants

kj::Promise<GrantRef> Sandbox::add(schema::FileGrant::Reader from) {
  auto self = shared_from_this();
  KJ_REQUIRE(!m_ended && m_session, "the sandbox has ended");
  kj::AutoCloseFd object;
  if (from.hasObject()) object = co_await receivedFrom(from.getObject());
  auto grant = readGrant(from, m_world.clock);
  if (grant->deny) {
    co_await deny(grant);
    co_return grant;
  }
  co_await bind(grant, kj::mv(object), from.getDirectory());
  if (grant->replaced) co_return grant;
  KJ_REQUIRE(!m_session->view().isHiddenPlace(grant->path), "nothing of Latchkey's own is ever granted");
  bool hides = grant->fast && m_session->view().holdsHiddenPlace(grant->path);
  KJ_REQUIRE(!hides, "this folder holds what no program gets: not at full speed", grant->path);
  KJ_REQUIRE(!m_ended, "the sandbox has ended");
  m_session->view().add(grant);
  bool directory = grant->root == grant->path;
  kj::Maybe<kj::Exception> failure;
  try {
    if (!m_fast.claim(grant)) co_await makeReachable(grant, directory);
    co_await layFast(grant);
  } catch (...) {
    failure = kj::getCaughtExceptionAsKj();
  }
  KJ_IF_MAYBE (exception, failure) {
    grant->state = Grant::State::Over;
    m_session->view().drop(grant);
    kj::throwFatalException(kj::mv(*exception));
  }
  co_return grant;
}

// What is in mappings is saved while it still may be; then it holds for what is open, too.
kj::Promise<void> Sandbox::deny(GrantRef denial) {
  auto& view = m_session->view();
  co_await invalidateAll(m_world.inbox, m_world.timer, m_session, view.nodesIn(*denial, true), FLUSH_PATIENCE);
  view.addDenial(denial);
  if (denial->identity.known()) m_tasks.add(holdThing(denial));
  co_await m_fast.settle();
  m_session->endNames(nullptr);
  auto done =
      co_await invalidateAll(m_world.inbox, m_world.timer, m_session, view.nodesIn(*denial, false), FORGET_PATIENCE);
  KJ_REQUIRE(done, "refused from now on, but the kernel still holds pages of a file on a disk that does not answer");
}

// --- full speed

// A folder with something in it that is refused stays with the view, which refuses it.
std::vector<GrantRef> Sandbox::mayBeMounted() {
  if (!m_session) return {};
  auto all = grants();
  std::erase_if(all, [&](auto& grant) { return grant->fast && m_session->view().isDeniedIn(*grant); });
  return all;
}

// Below a label what was mounted is out of reach with the view it was mounted on.
kj::Promise<void> Sandbox::takeUpFast() {
  auto former = m_layout.fast;
  for (auto& one : former) {
    auto holds = [&](const std::string& label) { return isWithin(one.path, label); };
    one.ended =
        one.ended || std::ranges::any_of(m_folders, holds) || (m_layout.seeHomeNames && isWithin(one.path, m_home));
  }
  co_await m_fast.takeUp(std::move(former));
  m_tasks.add(m_world.timer.afterDelay(CLAIM_PATIENCE).then([this] { return m_fast.dropUnclaimed(); }));
}

// Nothing an app does in a trial may reach the folder itself.
kj::Promise<void> Sandbox::layFast(GrantRef grant) {
  if (isTrial() || grant->state.load() != Grant::State::Active) return kj::READY_NOW;
  if (grant->fast) return m_fast.lay(grant);
  if (grant->allows(Need::Write)) settleFast();
  return kj::READY_NOW;
}

// What is mounted also depends on what else is granted.
void Sandbox::settleFast() {
  if (std::ranges::any_of(grants(), [](auto& grant) { return grant->fast; })) m_tasks.add(m_fast.settle());
}

kj::Promise<void> Sandbox::removeFast(GrantRef grant) {
  if (isTrial() || m_ended) co_return;
  bool bare = m_fast.isFormer(grant);
  co_await m_fast.remove(grant);
  if (m_ended) co_return;
  m_tasks.add(m_fast.settle());
  // From now on refused like any other.
  if (bare) co_await makeReachable(grant, true);
}

// Whatever hangs there hangs for this sandbox alone. What the RPC thread owns is moved along, so that it is also
// destroyed there.
kj::Promise<void> Sandbox::onServingThread(std::function<void()> task) {
  struct Work {
    std::function<void()> task;
    kj::Own<kj::PromiseFulfiller<void>> done;
    kj::Maybe<kj::Exception> failure;
  };
  auto paf = kj::newPromiseAndFulfiller<void>();
  auto work = std::make_shared<Work>(Work{std::move(task), kj::mv(paf.fulfiller), nullptr});
  m_session->post([work, &inbox = m_world.inbox]() mutable {
    work->failure = kj::runCatchingExceptions([&] { work->task(); });
    inbox.post([work = std::move(work)]() {
      KJ_IF_MAYBE (exception, work->failure) {
        work->done->reject(kj::cp(*exception));
      } else {
        work->done->fulfill();
      }
    });
  });
  return kj::mv(paf.promise);
}

kj::Promise<void> Sandbox::bind(GrantRef grant, kj::AutoCloseFd object, bool directory) {
  auto shared = std::make_shared<kj::AutoCloseFd>(kj::mv(object));
  return onServingThread([grant, shared, directory] {
    bindGrant(*grant, kj::mv(*shared), directory);
    if (!grant->replaced && grant->isFilesOnly() && grant->allows(Need::Write)) cleanAfterTheDead(grant->rootFd);
  });
}

// As long as it is refused: else its number could be another file's one day.
kj::Promise<void> Sandbox::holdThing(GrantRef denial) {
  return onServingThread([denial] { holdWhatIsRefused(*denial); });
}

bool Sandbox::isServed(const std::string& path) const {
  auto reaches = [&](const std::string& at) { return isWithin(path, at); };
  return std::ranges::any_of(m_mounted, reaches) && std::ranges::none_of(m_homeFolders, reaches);
}

kj::Promise<void> Sandbox::serveHome() {
  KJ_IF_MAYBE (served, m_homeServed) return served->addBranch();
  return m_homeServed.emplace(takeOverHome().fork()).addBranch();
}

kj::Promise<void> Sandbox::takeOverHome() {
  auto home = co_await m_world.mounter.openHome(m_world.port, m_namespaces, m_fuse, m_home);
  std::vector<std::string> folders;
  auto& view = m_session->view();
  for (auto& name : namesIn(home.folder)) {
    struct stat status{};
    bool there = fstatat(home.folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISDIR(status.st_mode) && view.isOwnName(name)) folders.push_back(name);
  }
  auto own = duplicate(home.folder);
  co_await onServingThread([session = m_session.get(), own = std::make_shared<kj::AutoCloseFd>(kj::mv(own))] {
    session->view().serveHome(kj::mv(*own));
  });
  co_await m_world.mounter.finishHome(m_world.port, kj::mv(home), folders);
  for (auto& name : folders) m_homeFolders.push_back(join(m_home, name));
  m_mounted.push_back(m_home);
  m_tasks.add(m_fast.layAgain(m_home));
}

// Below a label there is a mount already. A folder elsewhere is mounted at its own path; a file with its folder where
// that is possible, so that saving by rename works. The top of the home is served as a whole, with the private home in
// it. Where else the sandbox has a folder of its own (/etc) a file is mounted by itself.
kj::Promise<void> Sandbox::makeReachable(GrantRef grant, bool directory) {
  auto& view = m_session->view();
  if (view.isOfHomeNames(*grant)) {
    if (!isTrial()) co_await serveHome();
    co_return;
  }
  // The wider scopes of a file reach its folder.
  auto place = directory ? grant->path : grant->root;
  if (view.isUnderLabel(grant->path) && isServed(grant->path)) co_return;
  bool whole = directory || !grant->isFile();
  bool ours = place == "/" || isWithin(m_home, place);
  // In a trial the home is the app's own layer, and stays so: a file at its top is only read.
  if (place == m_home && grant->isFilesOnly() && !isTrial()) {
    co_await serveHome();
    co_return;
  }
  KJ_REQUIRE(!(whole && ours), "this folder holds the private home and cannot be shown in its place", place);
  if (!ours) {
    view.addLabel(place);
    if (isServed(place)) co_return;
    auto how = directory ? Mounter::Place::Folder : Mounter::Place::EmptyFolder;
    if (co_await m_world.mounter.mount(m_world.port, m_namespaces, m_fuse, targetAt(place), how)) {
      m_mounted.push_back(place);
      co_return;
    }
    KJ_REQUIRE(!whole, "the sandbox has a folder of its own there", place);
  }
  auto path = grant->path;
  co_await m_world.mounter.mount(m_world.port, m_namespaces, m_fuse, targetAt(path), Mounter::Place::File);
  m_mounted.push_back(path);
}

// In a trial every place has a directory for its changes, told from others by its path.
Mounter::Target Sandbox::targetAt(const std::string& path) const {
  if (!isTrial()) return {path};
  auto changes = trial::layerOf(m_layout.changes, path);
  ensureOwnDirectory(changes);
  return {path, changes};
}

kj::Promise<void> Sandbox::forget(GrantRef grant) {
  KJ_DEFER(m_session->endNames(grant));
  auto done = co_await invalidateAll(m_world.inbox, m_world.timer, m_session, m_session->view().nodesOf(grant),
                                     FORGET_PATIENCE);
  KJ_REQUIRE(done, "refused from now on, but the kernel still holds pages of a file on a disk that does not answer");
}

kj::Promise<void> Sandbox::end(GrantRef grant, Grant::State state) {
  auto self = shared_from_this();
  if (grant->state.load() == Grant::State::Over || m_ended) {
    m_session->view().drop(grant);
    co_return;
  }
  if (grant->state.load() == Grant::State::Active && grant->allows(Need::Write) && grant->live.load() > 0) {
    // While writes are still taken: what lies in mappings goes to the file.
    co_await invalidateAll(m_world.inbox, m_world.timer, m_session, m_session->view().openForWriting(grant),
                           FLUSH_PATIENCE);
  }
  grant->state = state;
  m_session->post([session = m_session.get(), grant] { session->dropScratchesOf(grant); });
  if (state != Grant::State::Suspended) m_session->view().drop(grant);
  if (grant->fast) co_await removeFast(grant);
  else settleFast();
  co_await forget(grant);
  report(grant, true);
}

kj::Promise<void> Sandbox::revoke(GrantRef grant) {
  if (!grant->deny) return end(grant, Grant::State::Revoked);
  m_session->view().dropDenial(grant);
  m_tasks.add(m_fast.settle());
  m_session->endNames(nullptr);
  return kj::READY_NOW;
}

kj::Promise<void> Sandbox::lapse(GrantRef grant) { return end(grant, Grant::State::Over); }

kj::Promise<void> Sandbox::suspend(GrantRef grant) {
  if (grant->state.load() != Grant::State::Active) return kj::READY_NOW;
  return end(grant, Grant::State::Suspended);
}

kj::Promise<void> Sandbox::resume(GrantRef grant) {
  auto suspended = Grant::State::Suspended;
  bool resumed = grant->state.compare_exchange_strong(suspended, Grant::State::Active);
  return resumed ? layFast(grant) : kj::READY_NOW;
}

// A task of our own, as the next: it must not keep us, or the last of them would destroy the set it is in.
kj::Promise<void> Sandbox::tellEnded(GrantRef grant) {
  grant->state = Grant::State::Over;
  m_session->view().drop(grant);
  report(grant, true);
  KJ_IF_MAYBE (asker, m_asker) {
    auto call = asker->endedRequest();
    call.setGrant(grant->id.c_str());
    m_tasks.add(call.send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
  m_session->post([session = m_session.get(), grant] { session->dropScratchesOf(grant); });
  if (grant->fast) co_await removeFast(grant);
  else settleFast();
  if (!m_ended) co_await forget(grant);
}

// --- asking

void Sandbox::ask(Question question) {
  auto shared = std::make_shared<Question>(kj::mv(question));
  onRpcThread([shared](Sandbox& self) {
    auto id = shared->id;
    auto asking = kj::heap<Asking>();
    asking->question = kj::mv(*shared);
    auto& canceler = asking->canceler;
    self.m_asking[id] = kj::mv(asking);
    self.m_tasks.add(canceler.wrap(self.askBroker(id)).catch_([](kj::Exception&&) {}));
  });
}

void Sandbox::withdraw(uint64_t question) {
  onRpcThread([question](Sandbox& self) {
    auto found = self.m_asking.find(question);
    if (found == self.m_asking.end()) return;
    found->second->canceler.cancel("withdrawn");
    self.m_asking.erase(found);
  });
}

kj::Promise<void> Sandbox::askBroker(uint64_t id) {
  bool fresh = true;
  auto since = m_world.timer.now();
  auto verdict = Verdict::Declined;
  for (;;) {
    if (m_asker == nullptr) {
      if (fresh && m_world.timer.now() - since > BROKER_PATIENCE) break;
      co_await m_world.timer.afterDelay(50 * kj::MILLISECONDS);
      continue;
    }
    auto asker = KJ_ASSERT_NONNULL(m_asker);
    auto& question = m_asking.at(id)->question;
    auto call = asker.askRequest();
    auto wanted = call.initWanted();
    wanted.setPath(bytesOf(question.path));
    KJ_IF_MAYBE (object, question.object) wanted.setObject(descriptorOf(duplicate(object->get())));
    wanted.setDirectory(question.directory);
    wanted.setAccess(question.need == Need::Write ? schema::Access::WRITE : schema::Access::READ);
    wanted.setCreate(question.create);
    wanted.setPid(question.pid);
    wanted.setProgram(programOf(question.pid).c_str());
    wanted.setSize(question.size);
    wanted.setModified(question.modified);
    bool again = false;
    try {
      auto outcome = (co_await call.send()).getOutcome();
      if (outcome == schema::FileAsker::Outcome::GRANTED) verdict = Verdict::Granted;
      if (outcome == schema::FileAsker::Outcome::DENIED_FOR_RUN) verdict = Verdict::DeniedForRun;
    } catch (const kj::Exception& exception) {
      again = exception.getType() == kj::Exception::Type::DISCONNECTED;
    }
    if (!again) break;
    // It was asked and the broker went away: it waits for the next one.
    fresh = false;
    m_asker = nullptr;
  }
  m_session->decided(id, verdict);
  onRpcThread([id](Sandbox& self) { self.m_asking.erase(id); });
}

void Sandbox::brokerIs(kj::Maybe<schema::FileAsker::Client> asker) {
  m_asker = kj::mv(asker);
  m_reports.clear();  // The next one knows nothing of what was reported.
  m_told.clear();
}

// --- reporting

void Sandbox::liveChanged(GrantRef grant) {
  if (grant->once && grant->state.load() == Grant::State::Over) {
    onRpcThread([grant](Sandbox& self) {
      if (!self.m_ended) self.m_tasks.add(self.tellEnded(grant));
    });
  } else if (grant->usesLimit != 0 || grant->bytesLimit != 0) {
    // The broker adds up what all instances used.
    onRpcThread([grant](Sandbox& self) {
      if (!self.m_ended) self.report(grant, true);
    });
  } else if (!m_liveDue.exchange(true)) {
    onRpcThread([](Sandbox& self) { self.m_tasks.add(self.reportLive()); });
  }
}

// Compilers open and close a thousand files a second: telling the broker of each would cost more than the opening.
kj::Promise<void> Sandbox::reportLive() {
  co_await m_world.timer.afterDelay(LIVE_PAUSE);
  m_liveDue = false;
  if (m_ended) co_return;
  for (auto& grant : grants()) report(grant, true);
}

void Sandbox::refused(std::string path, Need need) {
  onRpcThread([path, need](Sandbox& self) {
    auto now = toNanos(self.m_world.clock.wall());
    if (self.m_refusals.size() > 64)
      std::erase_if(self.m_refusals, [&](auto& e) { return now - e.second > 10'000'000'000; });
    if (self.m_refusals.size() > 64) return;
    auto& last = self.m_refusals[path];
    if (last != 0 && now - last < 10'000'000'000) return;
    last = now;
    KJ_IF_MAYBE (asker, self.m_asker) {
      auto call = asker->refusedRequest();
      call.setPath(bytesOf(path));
      call.setAccess(need == Need::Write ? schema::Access::WRITE : schema::Access::READ);
      self.m_tasks.add(call.send().ignoreResult().catch_([](kj::Exception&&) {}));
    }
  });
}

void Sandbox::report(const GrantRef& grant, bool now) {
  follow(grant);
  auto& last = m_reports[grant->id];
  auto counters = grant->counters();
  auto elapsed = m_world.clock.elapsed().time_since_epoch().count();
  if (counters == last.sent || (!now && elapsed - last.at < 1'000'000'000)) return;
  KJ_IF_MAYBE (asker, m_asker) {
    last = {counters, elapsed};
    auto call = asker->usedRequest();
    call.setGrant(grant->id.c_str());
    call.setLive(counters.live);
    call.setUses(counters.uses);
    call.setBytesRead(counters.bytesRead);
    call.setBytesWritten(counters.bytesWritten);
    call.setUsed(counters.used);
    m_tasks.add(call.send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
}

kj::Promise<void> Sandbox::writeOpenFiles(GrantRef grant, size_t most,
                                          schema::LiveGrant::OpenFilesResults::Builder to) {
  auto self = shared_from_this();
  if (m_ended || !m_session) co_return;
  auto mappings = co_await m_mappings.find(m_namespaces.mount, MAPPINGS_PATIENCE);
  auto opened = m_session->view().openedUnder(grant, std::min(most, MOST_OPEN_FILES));
  to.setMore(opened.more);
  writeOpened(opened.list, mappings, m_world.clock, to.initList(static_cast<unsigned>(opened.list.size())));
}

void Sandbox::tick() {
  if (m_ended || !m_session) return;
  m_session->tick();
  for (auto& grant : grants()) {
    auto state = grant->state.load();
    bool lives = state == Grant::State::Active || state == Grant::State::Suspended;
    if (lives && !grant->deadline.never() && grant->deadline.passed(m_world.clock)) {
      m_tasks.add(tellEnded(grant));
    } else {
      report(grant, false);
    }
    // At its end nothing is taken any more: what mappings hold is saved just before.
    if (lives && !grant->flushed && grant->allows(Need::Write) && grant->live.load() > 0 &&
        grant->deadline.left(m_world.clock) < FLUSH_AHEAD) {
      grant->flushed = true;
      m_tasks.add(invalidateAll(m_world.inbox, m_world.timer, m_session, m_session->view().openForWriting(grant),
                                FLUSH_PATIENCE)
                      .ignoreResult());
    }
  }
}

}  // namespace latchkey::files
