// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/packages-server.h"

#include <kj/debug.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "launcher/store/bundle-source.h"
#include "launcher/store/layout.h"
#include "launcher/store/repository-source.h"

namespace latchkey::store {

// A version that was looked at, and what holds of it. Of a bundle, or of a repository.
struct Found {
  std::unique_ptr<BundleReport> report;
  Papers papers = {};
  kj::Maybe<BundleFile> file = {};
  std::unique_ptr<RepositorySource> offer = {};
  uint64_t travels = 0;
  std::shared_ptr<Found> runtime = {};  // What it runs on, and that is not here: installed before it.
};

// The sheet of an app, and that of what comes with it. None where it has none.
struct Sheets {
  Sheet app;
  std::optional<Sheet> runtime = {};
};

// Between the thread that installs and whoever wants to know, or does not want it any more.
struct Course {
  std::atomic<bool> givenUp = false;
  std::mutex mutex = {};
  Store::Stage stage = Store::Stage::FETCHING;
  uint64_t done = 0, whole = 0, told = 0;

  void at(Store::Stage now, uint64_t bytes, uint64_t of) {
    if (givenUp && now != Store::Stage::SWITCHING) fail("it was given up");
    std::lock_guard lock(mutex);
    stage = now;
    done = bytes;
    whole = of;
    ++told;
  }
};

namespace {

constexpr auto BETWEEN_PROGRESS = 100 * kj::MILLISECONDS;
constexpr auto GATHER = 50 * kj::MILLISECONDS;

std::string textOf(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

std::shared_ptr<Found> lookAt(const Bundler& bundler, kj::AutoCloseFd file, const std::optional<PublicKey>& expected) {
  auto opened = BundleFile::of(kj::mv(file));
  if (auto problem = std::get_if<BundleProblem>(&opened)) fail(problem->reason);
  auto& bundle = std::get<BundleFile>(opened);
  auto signature = checkSignature(bundle, expected);
  if (auto problem = std::get_if<BundleProblem>(&signature)) fail(problem->reason);
  auto looked = bundler.look(bundle);
  if (auto problem = std::get_if<BundleProblem>(&looked)) fail(problem->reason);
  auto found = std::make_shared<Found>(Found{.report = std::move(std::get<std::unique_ptr<BundleReport>>(looked))});
  found->papers = papersOf(bundle, *found->report);
  found->file = kj::mv(bundle);
  return found;
}

std::shared_ptr<Found> surveyOf(const Bundler& bundler, const std::string& folder, const std::string& id,
                                const std::string& channel, const RepositorySource::GoOn& goOn) {
  auto offer = std::make_unique<RepositorySource>(bundler, folder, id, channel, goOn);
  auto found = std::make_shared<Found>(Found{.report = offer->survey(goOn)});
  found->papers = offer->papersWith(*found->report);
  found->offer = std::move(offer);
  return found;
}

// What the installed version can give of another one: its list, and its contents by digest.
struct Seed {
  kj::AutoCloseFd deploy;
  std::string list = {};
  std::map<std::string, std::string, std::less<>> paths = {};

  kj::AutoCloseFd find(const std::string& digest) const {
    auto path = paths.find(digest);
    return path == paths.end() ? kj::AutoCloseFd() : tryOpen(deploy, path->second);
  }
};

std::optional<Seed> seedFrom(const std::string& store, const std::string& id) {
  std::optional<Seed> seed;
  KJ_IF_MAYBE (app, findInstalled(store, id)) {
    KJ_IF_MAYBE (papers, readPapers(app->folder)) {
      auto parsed = DigestList::parse(papers->list);
      if (std::get_if<BundleProblem>(&parsed) != nullptr) return {};
      seed = Seed{.deploy = kj::mv(app->folder), .list = papers->list};
      for (auto& entry : std::get<DigestList>(parsed).entries)
        if (entry.type == BundleEntry::Type::File) seed->paths.emplace(entry.digest, entry.path);
    }
  }
  return seed;
}

// Of a version that is offered, what is not here, and what the installed version may have of it.
struct Missing {
  Missing(const Store& store, const Papers& papers) {
    auto parsed = DigestList::parse(papers.list);
    if (auto problem = std::get_if<BundleProblem>(&parsed)) fail(problem->reason);
    auto& list = std::get<DigestList>(parsed);
    digests = store.missing(list);
    seed = seedFrom(store.folder(), list.id);
  }
  std::string otherList() const { return seed ? seed->list : ""; }
  repository::Delivery::Find find() const {
    if (!seed) return {};
    return [this](const std::string& digest) { return seed->find(digest); };
  }

  std::set<std::string> digests = {};
  std::optional<Seed> seed = {};
};

// All that is not here yet. It blocks no other change.
void fetchMissing(const Store& store, Found& found, const RepositorySource::Progress& at) {
  Missing missing(store, found.papers);
  found.offer->fetch(missing.digests, missing.otherList(), missing.find(), at);
}

void countMissing(const Store& store, Found& found) {
  Missing missing(store, found.papers);
  found.travels = found.offer->need(missing.digests, missing.otherList(), missing.find());
}

void write(const PublicKey& key, schema::Signer::Builder to) {
  to.setKey(key.line().c_str());
  to.setId(key.idText().c_str());
}

std::optional<schema::BundleReport::Reader> reportOf(const std::shared_ptr<Found>& found) {
  if (!found) return {};
  return found->report->get();
}

Sheets sheetsOf(const Store& store, const Found& found) {
  Sheets sheets{.app = store.look(found.papers, reportOf(found.runtime))};
  if (!found.runtime) return sheets;
  sheets.runtime = store.look(found.runtime->papers);
  if (sheets.app.refusal.empty()) sheets.app.refusal = sheets.runtime->refusal;
  return sheets;
}

// The channel in which that repository has it; empty: in none. That of the app comes first.
std::string channelOf(const std::string& folder, const std::string& id, const std::string& channel) {
  auto follower = repository::Follower::load(folder);
  if (std::get_if<repository::Problem>(&follower) != nullptr) return {};
  auto catalog = std::get<repository::Follower>(follower).catalog();
  if (std::get_if<repository::Problem>(&catalog) != nullptr) return {};
  for (auto one : {channel, std::string(repository::STABLE)}) {
    if (std::get<repository::Catalog>(catalog).find(id, one) != nullptr) return one;
  }
  return {};
}

void writeSheet(const Found& found, const Sheet& sheet, schema::Sheet::Builder to) {
  to.setReport(found.report->get());
  auto signer = to.initSigner();
  write(found.papers.signer, signer);
  auto signs = signer.initSigns(static_cast<unsigned>(sheet.signs.size()));
  for (unsigned i = 0; i < signs.size(); ++i) signs.set(i, sheet.signs[i].c_str());
  to.setTrust(sheet.trust);
  if (sheet.before) write(*sheet.before, to.initBefore());
  to.setStep(sheet.step);
  to.setInstalled(sheet.installed.c_str());
  write(sheet.claims, to.initClaims(static_cast<unsigned>(sheet.claims.size())));
  to.setAsksMore(asksMore(sheet.claims));
  to.setBytes(sheet.bytes);
  to.setNewBytes(sheet.newBytes);
  to.setFree(sheet.free);
  to.setRefusal(sheet.refusal.c_str());
  to.setDigest(digestOf(found.papers.list).c_str());
  to.setTravels(found.travels);
}

void writeOutcome(const Outcome& outcome, schema::InstallOutcome::Builder to) {
  to.setResult(outcome.result);
  to.setVersion(outcome.version.c_str());
  to.setFolder(outcome.folder.c_str());
  write(outcome.claims, to.initClaims(static_cast<unsigned>(outcome.claims.size())));
}

std::string troubleOf(const Known& known) {
  if (!known.record) return "what is known of it is damaged: remove it with its data, and install it again";
  if (known.current && !known.current->report) return "it is damaged: verify and repair it, or install it again";
  return {};
}

void writeKnown(const Known& known, const std::string& folder, schema::Package::Builder to) {
  to.setId(known.id.c_str());
  to.setTrouble(troubleOf(known).c_str());
  to.setRunning(known.running);
  if (!known.record) return;
  auto& record = *known.record;
  write(record.signer, to.initSigner());
  to.setSince(record.since);
  to.setChanged(record.changed);
  to.setOrigin(record.origin.c_str());
  to.setAutomatic(record.automatic);
  to.setBytes(known.bytes);
  if (known.current) {
    to.setVersion(known.current->version.c_str());
    to.setFolder(folder.c_str());
    if (known.current->report) to.setReport(known.current->report->get());
  }
  if (known.previous) to.setPrevious(known.previous->version.c_str());
  if (!known.pending) return;
  auto pending = to.initPending();
  pending.setVersion(known.pending->version.c_str());
  if (known.pending->report) pending.setReport(known.pending->report->get());
  write(known.waitsFor, pending.initClaims(static_cast<unsigned>(known.waitsFor.size())));
}

// Until it is dropped.
kj::Promise<void> tellOf(std::shared_ptr<Course> course, schema::InstallProgress::Client progress, kj::Timer& timer) {
  for (uint64_t told = 0;;) {
    co_await timer.afterDelay(BETWEEN_PROGRESS);
    auto request = progress.atRequest();
    {
      std::lock_guard lock(course->mutex);
      if (course->told == told) continue;
      told = course->told;
      request.setStage(course->stage);
      request.setDone(course->done);
      request.setWhole(course->whole);
    }
    co_await request.send().ignoreResult();
  }
}

}  // namespace

// Told after each, also one that failed half-way, or that nobody waits for any more: what is done next is after it.
template <typename T>
kj::Promise<T> Packages::change(std::function<T()> work) {
  auto promise = m_changes.run<T>([this, work = std::move(work)] {
    // Whoever hears that it is done and asks then is told what is so now.
    KJ_DEFER(m_followed.forgetInstalled());
    return work();
  });
  m_tasks.add(follow().then([this](bool) { changed(); }).attach(kj::heap<Use>(*this)));
  return promise;
}

kj::Promise<bool> Packages::follow() {
  return m_changes.run<bool>([this] {
    if (m_follow) m_follow();
    return true;
  });
}

// --- who wants to know of changes

class Packages::Watcher {
public:
  Watcher(Packages& of, schema::PackageObserver::Client observer)
      : m_use(of), m_of(of), m_observer(kj::mv(observer)), m_loop(loop().eagerlyEvaluate([](auto&&) {})) {
    of.m_watchers.add(this);
  }
  ~Watcher() noexcept {
    auto& all = m_of.m_watchers;
    auto kept = kj::Vector<Watcher*>();
    for (auto* one : all) {
      if (one != this) kept.add(one);
    }
    all = kj::mv(kept);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Watcher);
  void changed() {
    m_due = true;
    if (m_wake.get() != nullptr) m_wake->fulfill();
  }

private:
  kj::Promise<void> loop() {
    for (;;) {
      m_due = false;
      co_await m_observer.changedRequest().send().ignoreResult();
      if (!m_due) {
        auto wait = kj::newPromiseAndFulfiller<void>();
        m_wake = kj::mv(wait.fulfiller);
        co_await wait.promise;
        co_await m_of.m_timer.afterDelay(GATHER);
      }
    }
  }

  Use m_use;
  Packages& m_of;
  schema::PackageObserver::Client m_observer;
  bool m_due = false;
  kj::Own<kj::PromiseFulfiller<void>> m_wake;
  kj::Promise<void> m_loop;
};

class Packages::WatchHandle final : public schema::PackageHandle::Server {
public:
  WatchHandle(Packages& of, schema::PackageObserver::Client observer) : m_watcher(of, kj::mv(observer)) {}

private:
  Watcher m_watcher;
};

// --- a bundle that was looked at

class FoundServer final : public schema::FoundBundle::Server {
public:
  FoundServer(Packages& of, std::shared_ptr<Found> found) : m_use(of), m_of(of), m_found(std::move(found)) {}
  kj::Promise<void> install(InstallContext context) override;

private:
  Packages::Use m_use;
  Packages& m_of;
  std::shared_ptr<Found> m_found;
};

kj::Promise<void> FoundServer::install(InstallContext context) {
  auto params = context.getParams();
  auto options = params.getOptions();
  InstallChoice choice{.older = options.getOlder(), .wider = options.getWider(), .origin = textOf(options.getOrigin())};
  if (m_found->runtime && !options.getRuntime()) co_await m_of.requireAccepted(m_found->runtime);
  using Automatic = schema::InstallOptions::Automatic;
  if (options.getAutomatic() != Automatic::KEEP) choice.automatic = options.getAutomatic() == Automatic::YES;
  auto course = std::make_shared<Course>();
  // Whoever drops this call does not want it any more.
  KJ_DEFER(course->givenUp = true);
  kj::Promise<void> telling = nullptr;
  if (params.hasProgress())
    telling = tellOf(course, params.getProgress(), m_of.m_timer).eagerlyEvaluate([](kj::Exception&&) {});
  auto outcome = co_await m_of.install(m_found, choice, course);
  writeOutcome(outcome, context.getResults().initOutcome());
}

kj::Promise<Outcome> Packages::install(std::shared_ptr<Found> found, InstallChoice choice,
                                       std::shared_ptr<Course> course) {
  // By itself it is nothing that anybody starts: whatever happens to the app then, no harm is done.
  if (found->runtime)
    co_await install(found->runtime, {.origin = found->runtime->offer->repository()}, course).ignoreResult();
  if (found->offer) {
    co_await m_fetches.run<bool>([this, found, course] {
      fetchMissing(m_store, *found, [&](auto done, auto whole) { course->at(Store::Stage::FETCHING, done, whole); });
      return true;
    });
  }
  co_return co_await change<Outcome>([this, found, choice, course] {
    auto install = [&](ContentSource& source) {
      return m_store.install(found->papers, source, choice,
                             [&](auto stage, auto done, auto whole) { course->at(stage, done, whole); });
    };
    KJ_IF_MAYBE (file, found->file) {
      BundleSource source(m_bundler, *file);
      return install(source);
    }
    auto outcome = install(*found->offer);
    found->offer->finish();
    return outcome;
  });
}

kj::Promise<std::shared_ptr<Found>> Packages::lookAtOffer(std::string followed, std::string id, std::string channel,
                                                          std::shared_ptr<std::atomic<bool>> wanted) {
  if (!repository::isFollowedName(followed)) fail("no repository is followed under that name");
  return m_fetches.run<std::shared_ptr<Found>>(
      [this, folder = m_repositories + "/" + followed, id = std::move(id), channel = std::move(channel), wanted] {
        return surveyOf(m_bundler, folder, id, channel, [&] { return wanted->load(); });
      });
}

// An app's runtime is where all runs that the app is: who signed it has to be somebody whom the person has agreed to.
kj::Promise<void> Packages::requireAccepted(std::shared_ptr<Found> runtime) {
  bool accepted = co_await m_looks.run<bool>([this, runtime] { return m_store.isAccepted(runtime->papers.signer); });
  if (accepted) co_return;
  auto id = brief(runtime->report->get().getId().cStr(), 200);
  fail("it needs the runtime " + id + ", signed by the key " + runtime->papers.signer.idText() +
       ", which has signed nothing that is installed here: look at that first, and install it");
}

kj::Promise<std::shared_ptr<Sheets>> Packages::sheets(std::shared_ptr<Found> found, std::string followed,
                                                      std::string channel, std::shared_ptr<std::atomic<bool>> wanted) {
  auto look = [this, found] { return std::make_shared<Sheets>(sheetsOf(m_store, *found)); };
  auto sheets = co_await m_looks.run<std::shared_ptr<Sheets>>(look);
  if (!sheets->app.lacks || followed.empty()) co_return sheets;
  auto id = sheets->app.lacks->id;
  channel = co_await m_fetches.run<std::string>(
      [id, channel, folder = m_repositories + "/" + followed] { return channelOf(folder, id, channel); });
  if (channel.empty()) co_return sheets;
  found->runtime = co_await lookAtOffer(followed, id, channel, wanted);
  co_await m_fetches.run<bool>([this, found] {
    countMissing(m_store, *found->runtime);
    return true;
  });
  co_return co_await m_looks.run<std::shared_ptr<Sheets>>(look);
}

kj::Promise<Outcome> Packages::update(repository::FollowedOffer offered, std::shared_ptr<Course> course) {
  auto wanted = std::make_shared<std::atomic<bool>>(true);
  KJ_DEFER(*wanted = false);
  auto found = co_await lookAtOffer(offered.followed, offered.offer.id, offered.offer.channel, wanted);
  auto looked = co_await sheets(found, offered.followed, offered.offer.channel, wanted);
  if (!looked->app.refusal.empty()) fail(looked->app.refusal);
  if (found->runtime) co_await requireAccepted(found->runtime);
  co_return co_await install(found, {.origin = offered.origin()}, course);
}

// --- the whole

class PackagesServer final : public schema::Packages::Server {
public:
  explicit PackagesServer(Packages& of) : m_use(of), m_of(of) {}

  kj::Promise<void> look(LookContext context) override;
  kj::Promise<void> lookOffer(LookOfferContext context) override;
  kj::Promise<void> installed(InstalledContext context) override;
  kj::Promise<void> find(FindContext context) override;
  kj::Promise<void> accept(AcceptContext context) override;
  kj::Promise<void> refuse(RefuseContext context) override;
  kj::Promise<void> rollback(RollbackContext context) override;
  kj::Promise<void> remove(RemoveContext context) override;
  kj::Promise<void> setAutomatic(SetAutomaticContext context) override;
  kj::Promise<void> verify(VerifyContext context) override;
  kj::Promise<void> collect(CollectContext context) override;
  kj::Promise<void> watch(WatchContext context) override;
  kj::Promise<void> search(SearchContext context) override;
  kj::Promise<void> updates(UpdatesContext context) override;
  kj::Promise<void> update(UpdateContext context) override;
  kj::Promise<void> repositories(RepositoriesContext context) override;
  kj::Promise<void> refresh(RefreshContext context) override;
  kj::Promise<void> follow(FollowContext context) override;
  kj::Promise<void> unfollow(UnfollowContext context) override;
  kj::Promise<void> round(RoundContext context) override;

private:
  std::string folderOf(const Known& known) const {
    return known.current ? m_of.m_store.pathOf(known.id, known.current->name) : std::string();
  }

  Packages::Use m_use;
  Packages& m_of;
};

kj::Promise<void> PackagesServer::look(LookContext context) {
  auto params = context.getParams();
  auto key = textOf(params.getExpected());
  std::optional<PublicKey> expected;
  if (!key.empty()) {
    expected = PublicKey::parse(key);
    if (!expected) fail("that is no key: it is the line that begins with RW in a .pub file");
  }
  auto file = std::make_shared<kj::AutoCloseFd>(co_await receivedFrom(params.getFile()));
  using Looked = std::pair<std::shared_ptr<Found>, std::shared_ptr<Sheet>>;
  auto [found, sheet] = co_await m_of.m_looks.run<Looked>([&of = m_of, file, expected]() -> Looked {
    auto one = lookAt(of.m_bundler, kj::mv(*file), expected);
    return {one, std::make_shared<Sheet>(of.m_store.look(one->papers))};
  });
  auto results = context.getResults();
  writeSheet(*found, *sheet, results.initSheet());
  results.setBundle(kj::heap<FoundServer>(m_of, found));
}

kj::Promise<void> PackagesServer::lookOffer(LookOfferContext context) {
  auto params = context.getParams();
  auto name = textOf(params.getFollowed());
  auto wanted = std::make_shared<std::atomic<bool>>(true);
  // Whoever answers slowly does not keep others waiting once nobody waits for them any more.
  KJ_DEFER(*wanted = false);
  auto found = co_await m_of.lookAtOffer(name, textOf(params.getId()), textOf(params.getChannel()), wanted);
  // With the others that fetch: it reads what is installed as a whole.
  co_await m_of.m_fetches.run<bool>([&of = m_of, found] {
    countMissing(of.m_store, *found);
    return true;
  });
  auto sheets = co_await m_of.sheets(found, name, textOf(params.getChannel()), wanted);
  auto results = context.getResults();
  auto sheet = results.initSheet();
  writeSheet(*found, sheets->app, sheet);
  if (sheets->runtime) writeSheet(*found->runtime, *sheets->runtime, sheet.initRuntime());
  results.setBundle(kj::heap<FoundServer>(m_of, found));
}

kj::Promise<void> PackagesServer::installed(InstalledContext context) {
  using All = std::shared_ptr<std::vector<Known>>;
  auto all = co_await m_of.m_looks.run<All>([&of = m_of] {
    auto list = std::make_shared<std::vector<Known>>();
    for (auto& id : of.m_store.ids()) {
      if (auto known = of.m_store.find(id)) list->push_back(std::move(*known));
    }
    return list;
  });
  auto list = context.getResults().initList(static_cast<unsigned>(all->size()));
  for (unsigned i = 0; i < list.size(); ++i) writeKnown((*all)[i], folderOf((*all)[i]), list[i]);
}

kj::Promise<void> PackagesServer::find(FindContext context) {
  using One = std::shared_ptr<std::optional<Known>>;
  auto one = co_await m_of.m_looks.run<One>([&of = m_of, id = textOf(context.getParams().getId())] {
    return std::make_shared<std::optional<Known>>(of.m_store.find(id));
  });
  if (*one) writeKnown(**one, folderOf(**one), context.getResults().initPackage());
}

kj::Promise<void> PackagesServer::accept(AcceptContext context) {
  auto params = context.getParams();
  auto outcome =
      co_await m_of.change<Outcome>([&of = m_of, id = textOf(params.getId()), version = textOf(params.getVersion())] {
        return of.m_store.accept(id, version);
      });
  writeOutcome(outcome, context.getResults().initOutcome());
}

kj::Promise<void> PackagesServer::refuse(RefuseContext context) {
  auto params = context.getParams();
  co_await m_of.change<bool>([&of = m_of, id = textOf(params.getId()), version = textOf(params.getVersion())] {
    of.m_store.refuse(id, version);
    return true;
  });
}

kj::Promise<void> PackagesServer::rollback(RollbackContext context) {
  auto version = co_await m_of.change<std::string>(
      [&of = m_of, id = textOf(context.getParams().getId())] { return of.m_store.rollback(id); });
  context.getResults().setVersion(version.c_str());
}

kj::Promise<void> PackagesServer::remove(RemoveContext context) {
  auto params = context.getParams();
  bool kept = co_await m_of.change<bool>([&of = m_of, id = textOf(params.getId()), withData = params.getWithData()] {
    return of.m_store.remove(id, withData);
  });
  context.getResults().setKept(kept);
}

kj::Promise<void> PackagesServer::setAutomatic(SetAutomaticContext context) {
  auto params = context.getParams();
  co_await m_of.change<bool>([&of = m_of, id = textOf(params.getId()), automatic = params.getAutomatic()] {
    of.m_store.setAutomatic(id, automatic);
    return true;
  });
}

kj::Promise<void> PackagesServer::verify(VerifyContext context) {
  auto params = context.getParams();
  auto id = textOf(params.getId());
  bool repair = params.getRepair();
  auto file = std::make_shared<kj::AutoCloseFd>();
  if (params.hasFile()) *file = co_await receivedFrom(params.getFile());
  auto givenUp = std::make_shared<std::atomic<bool>>(false);
  KJ_DEFER(*givenUp = true);
  using Faults = std::shared_ptr<std::vector<Fault>>;
  auto work = [&of = m_of, id, repair, file, givenUp]() -> Faults {
    auto checkpoint = [&] {
      if (*givenUp) fail("it was given up");
    };
    if (file->get() < 0)
      return std::make_shared<std::vector<Fault>>(of.m_store.verify(id, repair, nullptr, nullptr, checkpoint));
    auto found = lookAt(of.m_bundler, kj::mv(*file), {});
    BundleSource source(of.m_bundler, KJ_ASSERT_NONNULL(found->file));
    return std::make_shared<std::vector<Fault>>(of.m_store.verify(id, repair, &source, &found->papers, checkpoint));
  };
  auto faults = co_await (repair ? m_of.change<Faults>(work) : m_of.m_changes.run<Faults>(work));
  auto list = context.getResults().initFindings(static_cast<unsigned>(faults->size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    auto& fault = (*faults)[i];
    list[i].setId(fault.id.c_str());
    list[i].setVersion(fault.version.c_str());
    list[i].setPath(fault.path.c_str());
    list[i].setProblem(fault.problem.c_str());
    list[i].setRepaired(fault.repaired);
  }
}

kj::Promise<void> PackagesServer::collect(CollectContext context) {
  auto collected = co_await m_of.change<Collected>([&of = m_of] { return of.m_store.collect(); });
  auto results = context.getResults();
  results.setBytes(collected.bytes);
  results.setVersions(collected.versions);
  results.setRunning(collected.running);
}

kj::Promise<void> PackagesServer::watch(WatchContext context) {
  context.getResults().setHandle(kj::heap<Packages::WatchHandle>(m_of, context.getParams().getObserver()));
  return kj::READY_NOW;
}

kj::Promise<void> PackagesServer::search(SearchContext context) {
  auto params = context.getParams();
  return m_of.m_followed.search(params.getWords(), params.getMost(), context.getResults());
}

kj::Promise<void> PackagesServer::updates(UpdatesContext context) {
  return m_of.m_followed.updates(context.getResults());
}

kj::Promise<void> PackagesServer::update(UpdateContext context) {
  auto params = context.getParams();
  auto course = std::make_shared<Course>();
  KJ_DEFER(course->givenUp = true);
  kj::Promise<void> telling = nullptr;
  if (params.hasProgress())
    telling = tellOf(course, params.getProgress(), m_of.m_timer).eagerlyEvaluate([](kj::Exception&&) {});
  auto newest = co_await m_of.m_followed.newest(textOf(params.getId()));
  auto outcome = co_await m_of.update(kj::mv(newest), course);
  writeOutcome(outcome, context.getResults().initOutcome());
}

kj::Promise<void> PackagesServer::repositories(RepositoriesContext context) {
  return m_of.m_followed.list(context.getResults());
}

kj::Promise<void> PackagesServer::refresh(RefreshContext context) {
  return m_of.m_followed.refresh(textOf(context.getParams().getFollowed()));
}

kj::Promise<void> PackagesServer::follow(FollowContext context) {
  auto params = context.getParams();
  return m_of.m_followed.follow(textOf(params.getLocation()), textOf(params.getKey()), context.getResults());
}

kj::Promise<void> PackagesServer::unfollow(UnfollowContext context) {
  return m_of.m_followed.unfollow(textOf(context.getParams().getFollowed()));
}

kj::Promise<void> PackagesServer::round(RoundContext) { return m_of.m_followed.round(); }

class Packages::Host final : public schema::PackagesHost::Server {
public:
  explicit Host(Packages& of) : m_of(of) {}
  kj::Promise<void> open(OpenContext context) override {
    context.getResults().setPackages(kj::heap<PackagesServer>(m_of));
    return kj::READY_NOW;
  }

private:
  Packages& m_of;
};

Packages::Packages(Parts parts)
    : m_store(parts.store),
      m_bundler(parts.bundler),
      m_repositories(parts.repositories),
      m_timer(parts.timer),
      m_lastUse(parts.timer.now()),
      m_tasks(*this),
      m_follow(std::move(parts.follow)),
      m_followed({.place = parts.repositories,
                  .installed = [this] { return installedApps(); },
                  .metered = std::move(parts.metered),
                  .changed = [this] { changed(); },
                  .install =
                      [this](repository::FollowedOffer offered) {
                        return update(kj::mv(offered), std::make_shared<Course>()).ignoreResult();
                      },
                  .clock = parts.clock}) {
  // What an earlier one left undone, or somebody undid since.
  m_tasks.add(this->follow().ignoreResult());
}

std::vector<InstalledApp> Packages::installedApps() const {
  std::vector<InstalledApp> apps;
  for (auto& id : m_store.ids()) {
    auto known = m_store.find(id);
    if (!known || !known->record || !known->current) continue;
    apps.push_back({.id = id,
                    .version = known->current->version,
                    .signer = known->record->signer.line(),
                    .origin = known->record->origin,
                    .pending = known->pending ? known->pending->version : "",
                    .automatic = known->record->automatic});
  }
  std::ranges::sort(apps, {}, &InstalledApp::id);
  return apps;
}

schema::PackagesHost::Client Packages::host() { return kj::heap<Host>(*this); }

kj::Promise<void> Packages::whenUnused(kj::Duration patience) {
  for (;;) {
    auto left = m_uses > 0 ? patience : m_lastUse + patience - m_timer.now();
    if (left <= 0 * kj::SECONDS) co_return;
    co_await m_timer.afterDelay(left);
  }
}

void Packages::changed() {
  for (auto* watcher : m_watchers) watcher->changed();
}

void Packages::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey::store
