// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/fake-packages.h"

#include <kj/debug.h>

#include <algorithm>

#include "app/ui/convert.h"
#include "broker/base/failure.h"

namespace latchkey::ui::fake {
namespace {

QString textOf(capnp::Text::Reader reader) { return QString::fromUtf8(reader.cStr()); }

void fill(const PackageClaim& claim, schema::BundleReport::Claim::Builder builder) {
  builder.setKind(kjText(claim.kind));
  builder.setTarget(kjText(claim.target));
  builder.setAccess(claim.write ? "write" : "read");
  builder.setReason(kjText(claim.reason));
}

void fill(const ClaimChange& change, schema::ClaimChange::Builder builder) {
  builder.setState(schema::ClaimChange::State(int(change.state)));
  if (change.state == ClaimChange::State::Gone) {
    fill(change.claim, builder.initBefore());
  } else {
    fill(change.claim, builder.initClaim());
    fill(change.before, builder.initBefore());
  }
}

void fill(const PackageText& text, schema::BundleReport::Builder builder) {
  builder.setId(kjText(text.id));
  builder.setVersion(kjText(text.version));
  builder.setName(kjText(text.name));
  builder.setSummary(kjText(text.summary));
  builder.setChanges(kjText(text.changes));
  builder.setDescription(kjText(text.description));
  builder.setLicence(kjText(text.licence));
  builder.setIsRuntime(text.isRuntime);
}

void fill(const PackageSigner& signer, schema::Signer::Builder builder) {
  builder.setId(kjText(signer.id));
  auto signs = builder.initSigns(signer.signs.size());
  for (auto i : kj::indices(signs)) signs.set(i, kjText(signer.signs[qsizetype(i)]));
}

void fill(const PackageSheet& sheet, schema::Sheet::Builder builder) {
  fill(sheet.text, builder.initReport());
  fill(sheet.signer, builder.initSigner());
  if (!sheet.before.id.isEmpty()) fill(sheet.before, builder.initBefore());
  builder.setTrust(schema::Trust(int(sheet.trust)));
  builder.setStep(schema::Sheet::Step(int(sheet.step)));
  builder.setInstalled(kjText(sheet.installed));
  auto claims = builder.initClaims(sheet.claims.size());
  for (auto i : kj::indices(claims)) fill(sheet.claims[qsizetype(i)], claims[i]);
  builder.setBytes(sheet.bytes);
  builder.setNewBytes(sheet.newBytes);
  builder.setTravels(sheet.travels);
  builder.setRefusal(kjText(sheet.refusal));
  if (!sheet.runtime.empty()) fill(sheet.runtime[0], builder.initRuntime());
}

void fill(const Package& package, schema::Package::Builder builder) {
  builder.setId(kjText(package.text.id));
  builder.setVersion(kjText(package.installed ? package.text.version : QString()));
  fill(package.text, builder.initReport());
  builder.setPrevious(kjText(package.previous));
  builder.setOrigin(kjText(package.origin));
  builder.setAutomatic(package.automatic);
  if (package.pending.isEmpty()) return;
  auto pending = builder.initPending();
  pending.setVersion(kjText(package.pending));
  fill(package.pendingText, pending.initReport());
  auto claims = pending.initClaims(package.pendingClaims.size());
  for (auto i : kj::indices(claims)) fill(package.pendingClaims[qsizetype(i)], claims[i]);
}

void fill(const PackageOffer& offer, schema::PackageOffer::Builder builder) {
  builder.setFollowed(kjText(offer.followed));
  builder.setRepository(kjText(offer.repository));
  builder.setId(kjText(offer.text.id));
  builder.setChannel(kjText(offer.channel));
  builder.setVersion(kjText(offer.text.version));
  builder.setBytes(offer.bytes);
  fill(offer.signer, builder.initSigner());
  builder.setName(kjText(offer.text.name));
  builder.setSummary(kjText(offer.text.summary));
}

void fill(const FollowedRepository& repository, schema::Repository::Builder builder) {
  builder.setFollowed(kjText(repository.followed));
  builder.setId(kjText(repository.id));
  builder.setLocation(kjText(repository.location));
  auto key = builder.initKey();
  key.setKey(kjText(repository.key));
  key.setId(kjText(repository.keyId));
  builder.setApps(uint32_t(repository.apps));
  builder.setExpires(repository.expires);
  builder.setReached(repository.reached);
  builder.setAsked(repository.asked);
  builder.setProblem(kjText(repository.problem));
  builder.setTrouble(kjText(repository.trouble));
}

class Handle final : public schema::PackageHandle::Server {
public:
  explicit Handle(std::shared_ptr<FakeBroker::World> world) : m_world(kj::mv(world)) {
    m_world->hear(QStringLiteral("packages watched"));
  }
  ~Handle() noexcept(false) { m_world->hear(QStringLiteral("packages not watched")); }

private:
  std::shared_ptr<FakeBroker::World> m_world;
};

class Found final : public schema::FoundBundle::Server {
public:
  explicit Found(std::shared_ptr<FakeBroker::World> world) : m_world(kj::mv(world)) {}
  ~Found() noexcept(false) { m_world->hear(QStringLiteral("bundle dropped")); }

  kj::Promise<void> install(InstallContext context) override {
    auto options = context.getParams().getOptions();
    auto& sheet = m_world->script.bundle;
    m_world->hear(QStringLiteral("install %1 %2%3%4 from %5")
                      .arg(sheet.text.id, sheet.text.version, options.getOlder() ? " older" : "",
                           options.getWider() ? " wider" : "", textOf(options.getOrigin())));
    auto progress = context.getParams().getProgress();
    for (auto stage : {schema::InstallProgress::Stage::UNPACKING, schema::InstallProgress::Stage::STORING}) {
      auto at = progress.atRequest();
      at.setStage(stage);
      at.setDone(1);
      at.setWhole(2);
      co_await at.send();
    }
    KJ_IF_MAYBE (silence, m_world->silence) co_await silence->addBranch();
    if (!m_world->script.installFault.isEmpty()) fail(m_world->script.installFault.toStdString());
    auto result = sheet.step == PackageSheet::Step::Install ? schema::InstallOutcome::Result::INSTALLED
                                                            : schema::InstallOutcome::Result::UPDATED;
    auto& all = m_world->script.packages;
    Package package;
    package.text = sheet.text;
    package.installed = true;
    package.previous = sheet.installed;
    package.origin = textOf(options.getOrigin());
    all.removeIf([&](const Package& one) { return one.text.id == sheet.text.id; });
    all << package;
    m_world->tellPackages();
    context.getResults().initOutcome().setResult(result);
    context.getResults().getOutcome().setVersion(kjText(sheet.text.version));
  }

private:
  std::shared_ptr<FakeBroker::World> m_world;
};

class FakePackages final : public schema::Packages::Server {
public:
  explicit FakePackages(std::shared_ptr<FakeBroker::World> world) : m_kept(kj::mv(world)), m_world(*m_kept) {}

  kj::Promise<void> look(LookContext context) override {
    m_world.hear(QStringLiteral("look %1").arg(context.getParams().hasFile() ? "[fd]" : "[none]"));
    if (!m_world.script.bundleFault.isEmpty()) fail(m_world.script.bundleFault.toStdString());
    fill(m_world.script.bundle, context.getResults().initSheet());
    context.getResults().setBundle(kj::heap<Found>(m_kept));
    return kj::READY_NOW;
  }
  kj::Promise<void> installed(InstalledContext context) override {
    auto& all = m_world.script.packages;
    auto list = context.getResults().initList(all.size());
    for (auto i : kj::indices(list)) fill(all[qsizetype(i)], list[i]);
    return kj::READY_NOW;
  }
  kj::Promise<void> accept(AcceptContext context) override {
    auto& package = packageOf(textOf(context.getParams().getId()));
    m_world.hear(QStringLiteral("accept %1 %2").arg(package.text.id, textOf(context.getParams().getVersion())));
    KJ_IF_MAYBE (silence, m_world.silence) co_await silence->addBranch();
    if (package.pending != textOf(context.getParams().getVersion())) fail("another version waits by now: look again");
    package.previous = std::exchange(package.text.version, std::exchange(package.pending, QString()));
    m_world.tellPackages();
  }
  kj::Promise<void> refuse(RefuseContext context) override {
    auto& package = packageOf(textOf(context.getParams().getId()));
    m_world.hear(QStringLiteral("refuse %1 %2").arg(package.text.id, textOf(context.getParams().getVersion())));
    package.pending.clear();
    m_world.tellPackages();
    return kj::READY_NOW;
  }
  kj::Promise<void> rollback(RollbackContext context) override {
    auto& package = packageOf(textOf(context.getParams().getId()));
    m_world.hear(QStringLiteral("rollback %1").arg(package.text.id));
    std::swap(package.text.version, package.previous);
    context.getResults().setVersion(kjText(package.text.version));
    m_world.tellPackages();
    return kj::READY_NOW;
  }
  kj::Promise<void> remove(RemoveContext context) override {
    auto id = textOf(context.getParams().getId());
    m_world.hear(QStringLiteral("remove %1%2").arg(id, context.getParams().getWithData() ? " with data" : ""));
    if (!m_world.script.installFault.isEmpty()) fail(m_world.script.installFault.toStdString());
    m_world.script.packages.removeIf([&](const Package& one) { return one.text.id == id; });
    context.getResults().setKept(!context.getParams().getWithData());
    m_world.tellPackages();
    return kj::READY_NOW;
  }
  kj::Promise<void> setAutomatic(SetAutomaticContext context) override {
    auto params = context.getParams();
    auto& package = packageOf(textOf(params.getId()));
    m_world.hear(QStringLiteral("automatic %1 %2").arg(package.text.id, params.getAutomatic() ? "on" : "off"));
    package.automatic = params.getAutomatic();
    return kj::READY_NOW;
  }
  kj::Promise<void> lookOffer(LookOfferContext context) override {
    auto params = context.getParams();
    m_world.hear(QStringLiteral("look at %1 of %2, %3")
                     .arg(textOf(params.getId()), textOf(params.getFollowed()), textOf(params.getChannel())));
    KJ_IF_MAYBE (silence, m_world.silence) co_await silence->addBranch();
    if (!m_world.script.bundleFault.isEmpty()) fail(m_world.script.bundleFault.toStdString());
    fill(m_world.script.bundle, context.getResults().initSheet());
    context.getResults().setBundle(kj::heap<Found>(m_kept));
  }
  kj::Promise<void> search(SearchContext context) override {
    auto params = context.getParams();
    QStringList words;
    for (auto word : params.getWords()) words << textOf(word);
    m_world.hear(QStringLiteral("search ") + words.join(u' '));
    KJ_IF_MAYBE (silence, m_world.silence) co_await silence->addBranch();
    QList<PackageOffer> found;
    for (const auto& offer : m_world.script.catalog) {
      auto text = offer.text.id + offer.text.name + offer.text.summary;
      bool installed = std::ranges::any_of(m_world.script.packages,
                                           [&](const Package& one) { return one.text.id == offer.text.id; });
      bool meant =
          std::ranges::all_of(words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
      if (meant && !installed) found << offer;
    }
    auto shown = std::min(found.size(), qsizetype(params.getMost()));
    auto list = context.getResults().initOffers(uint32_t(shown));
    for (auto i : kj::indices(list)) fill(found[qsizetype(i)], list[i]);
    context.getResults().setWhole(uint32_t(found.size()));
  }
  kj::Promise<void> updates(UpdatesContext context) override {
    auto& all = m_world.script.updates;
    auto list = context.getResults().initList(all.size());
    for (auto i : kj::indices(list)) {
      fill(all[qsizetype(i)].offer, list[i].initOffer());
      list[i].setInstalled(kjText(all[qsizetype(i)].installed));
      list[i].setWaits(all[qsizetype(i)].waits);
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> update(UpdateContext context) override {
    auto id = textOf(context.getParams().getId());
    m_world.hear(QStringLiteral("update ") + id);
    auto at = context.getParams().getProgress().atRequest();
    at.setStage(schema::InstallProgress::Stage::STORING);
    at.setDone(1);
    at.setWhole(4);
    co_await at.send();
    KJ_IF_MAYBE (silence, m_world.silence) co_await silence->addBranch();
    if (!m_world.script.installFault.isEmpty()) fail(m_world.script.installFault.toStdString());
    auto& package = packageOf(id);
    QString version;
    for (const auto& one : m_world.script.updates)
      if (one.offer.text.id == id) version = one.offer.text.version;
    m_world.script.updates.removeIf([&](const PackageUpdate& one) { return one.offer.text.id == id; });
    // In this script what is called 9 asks for more.
    bool more = version.startsWith(u'9');
    if (more) package.pending = version;
    else package.previous = std::exchange(package.text.version, version);
    context.getResults().initOutcome().setVersion(kjText(version));
    context.getResults().getOutcome().setResult(more ? schema::InstallOutcome::Result::PENDING
                                                     : schema::InstallOutcome::Result::UPDATED);
    m_world.tellPackages();
  }
  kj::Promise<void> repositories(RepositoriesContext context) override {
    auto& all = m_world.script.repositories;
    auto list = context.getResults().initList(all.size());
    for (auto i : kj::indices(list)) fill(all[qsizetype(i)], list[i]);
    return kj::READY_NOW;
  }
  kj::Promise<void> refresh(RefreshContext context) override {
    m_world.hear(QStringLiteral("refresh ") + textOf(context.getParams().getFollowed()));
    KJ_IF_MAYBE (silence, m_world.silence) co_await silence->addBranch();
    m_world.tellPackages();
  }
  kj::Promise<void> follow(FollowContext context) override {
    auto params = context.getParams();
    m_world.hear(QStringLiteral("follow %1 %2").arg(textOf(params.getLocation()), textOf(params.getKey())));
    KJ_IF_MAYBE (silence, m_world.silence) co_await silence->addBranch();
    if (!m_world.script.followFault.isEmpty()) fail(m_world.script.followFault.toStdString());
    FollowedRepository repository;
    repository.followed = QStringLiteral("00000000000000ff");
    repository.id = QStringLiteral("org.example.fresh");
    repository.location = textOf(params.getLocation());
    m_world.script.repositories << repository;
    fill(repository, context.getResults().initRepository());
    m_world.tellPackages();
  }
  kj::Promise<void> unfollow(UnfollowContext context) override {
    auto followed = textOf(context.getParams().getFollowed());
    m_world.hear(QStringLiteral("unfollow ") + followed);
    m_world.script.repositories.removeIf([&](const FollowedRepository& one) { return one.followed == followed; });
    m_world.tellPackages();
    return kj::READY_NOW;
  }
  kj::Promise<void> watch(WatchContext context) override {
    auto observer = context.getParams().getObserver();
    auto& live = m_world.ensureLive();
    live.tasks.add(observer.changedRequest().send().ignoreResult());
    live.packageObservers.add(kj::mv(observer));
    context.getResults().setHandle(kj::heap<Handle>(m_kept));
    return kj::READY_NOW;
  }

private:
  Package& packageOf(const QString& id) {
    for (auto& one : m_world.script.packages)
      if (one.text.id == id) return one;
    fail(id.toStdString() + " is not installed from a bundle");
  }

  std::shared_ptr<FakeBroker::World> m_kept;
  FakeBroker::World& m_world;
};

}  // namespace

kj::Own<schema::Packages::Server> packagesOf(std::shared_ptr<FakeBroker::World> world) {
  return kj::heap<FakePackages>(kj::mv(world));
}

}  // namespace latchkey::ui::fake
