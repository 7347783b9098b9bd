// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/fake-packages.h"

#include <kj/debug.h>

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
  builder.setRefusal(kjText(sheet.refusal));
}

void fill(const Package& package, schema::Package::Builder builder) {
  builder.setId(kjText(package.text.id));
  builder.setVersion(kjText(package.installed ? package.text.version : QString()));
  fill(package.text, builder.initReport());
  builder.setPrevious(kjText(package.previous));
  if (package.pending.isEmpty()) return;
  auto pending = builder.initPending();
  pending.setVersion(kjText(package.pending));
  fill(package.pendingText, pending.initReport());
  auto claims = pending.initClaims(package.pendingClaims.size());
  for (auto i : kj::indices(claims)) fill(package.pendingClaims[qsizetype(i)], claims[i]);
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
