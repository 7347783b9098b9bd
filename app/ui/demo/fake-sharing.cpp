// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/fake-sharing.h"

#include <kj/debug.h>

#include "app/ui/convert.h"
#include "broker/base/failure.h"
#include "broker/base/service.h"
#include "broker/base/text.h"

namespace latchkey::ui::fake {
namespace {

QString textOf(capnp::Text::Reader reader) { return QString::fromUtf8(reader.cStr()); }

void fill(const MachineOffer& offer, schema::OfferInfo::Builder builder) {
  builder.setId(kjText(offer.id));
  builder.setMachine(kjText(offer.machine));
  builder.setKind(schema::Kind(int(offer.kind)));
  builder.setTitle(kjText(offer.title));
  builder.setAccess(offer.access == Terms::Access::Write ? schema::Access::WRITE : schema::Access::READ);
  builder.setUntil(offer.until);
  builder.initLimits().setUses(offer.uses);
  builder.getLimits().setBytes(offer.bytes);
  builder.setMayPassOn(offer.mayPassOn);
  auto chain = builder.initChain(offer.chain.size());
  for (auto i : kj::indices(chain)) chain.set(i, kjText(offer.chain[qsizetype(i)]));
  builder.setService(kjText(offer.service));
  builder.setSince(offer.since);
  builder.setState(schema::OfferInfo::State(int(offer.state)));
  builder.setCause(schema::OfferInfo::Cause(int(offer.cause)));
  builder.setWhy(kjText(offer.why));
  builder.setSuspended(offer.suspended);
  builder.setOver(offer.over);
  builder.setGrant(kjText(offer.grant));
  auto run = builder.initRun();
  run.setState(schema::AppRun::State(int(offer.run.state)));
  run.setCode(offer.run.code);
  run.setSince(offer.run.since);
  builder.setRefused(kjText(offer.refused));
}

void fill(const MachineWish& wish, schema::WishInfo::Builder builder) {
  builder.setId(kjText(wish.id));
  builder.setMachine(kjText(wish.machine));
  builder.setKind(schema::Kind(int(wish.kind)));
  builder.setName(kjText(wish.name));
  builder.setSince(wish.since);
  builder.setDecided(wish.decided);
  builder.setState(schema::WishInfo::State(int(wish.state)));
  builder.setWhy(kjText(wish.why));
}

class Handle final : public schema::SharingHandle::Server {};

class FakeSharing final : public schema::Sharing::Server {
public:
  explicit FakeSharing(std::shared_ptr<FakeBroker::World> world) : m_kept(kj::mv(world)), m_world(*m_kept) {}

  kj::Promise<void> share(ShareContext context) override {
    auto params = context.getParams();
    auto machine = textOf(params.getMachine()), target = textOf(params.getTarget()), name = textOf(params.getName());
    auto parent = textOf(params.getParent());
    m_world.hear(
        QStringLiteral("share %1 %2 %3 as %4 %5 uses=%6 bytes=%7%8%9")
            .arg(nameOf(machine), nameOf(params.getKind()), target, name, lasting(params.getLifetime()))
            .arg(params.getLimits().getUses())
            .arg(params.getLimits().getBytes())
            .arg(params.getMayPassOn() ? " pass" : "", parent.isEmpty() ? QString() : QStringLiteral(" of ") + parent) +
        (params.getAccess() == schema::Access::WRITE ? QStringLiteral(" to change") : QString()));
    for (const auto& one : script().machines)
      if (one.id == machine && one.blocked) fail(one.petname.toStdString() + " is blocked");
    Grant grant;
    grant.id = QStringLiteral("shared%1").arg(script().grants.size());
    grant.holder = QStringLiteral("machine:") + machine;
    grant.holderName = nameOf(machine);
    grant.kind = Terms::Kind(int(params.getKind()));
    grant.access = Terms::Access::Write;
    grant.object.scope = Terms::Scope::Port;
    auto source = parent.isEmpty() ? target : titleOf(parent);
    if (grant.kind == Terms::Kind::Service) {
      if (parent.isEmpty() && listenerFrom(target.toStdString()) == nullptr) {
        fail(brief(target.toStdString(), 60) +
             " is nothing to share: write APP:PORT for what an app listens on, @computer:PORT for a program of this "
             "computer");
      }
      auto shown = name.isEmpty() ? source : source + QStringLiteral(" as ") + name;
      if (serviceFrom(shown.toStdString()) == nullptr)
        fail(brief(name.toStdString(), 60) + " is no name to share it by");
      if (shown.toUtf8().size() > 200) fail("its name is longer than can be told: give it another one to share it by");
      grant.object.target = shown;
    } else if (grant.kind == Terms::Kind::File || grant.kind == Terms::Kind::Folder) {
      if (parent.isEmpty() && target.endsWith(u"nothing"))
        fail("there is no such " + nameOf(params.getKind()).toStdString());
      grant.object.path = target.toUtf8();
      grant.object.target = target;
      grant.object.scope = grant.kind == Terms::Kind::Folder ? Terms::Scope::Tree : Terms::Scope::File;
      grant.access = params.getAccess() == schema::Access::WRITE ? Terms::Access::Write : Terms::Access::Read;
    } else if (grant.kind == Terms::Kind::App) {
      if (target.contains(u'/')) fail(target.toStdString() + " is no installed app: `latchkey apps` lists them");
      grant.object.target = name.isEmpty() ? source : source + QStringLiteral(" as ") + name;
      grant.object.scope = Terms::Scope::Host;
    } else {
      if (!target.contains(u':')) fail("one host and port can be shared, such as db.example.org:5432");
      grant.object.target = target + QStringLiteral("/tcp");
    }
    auto lifetime = params.getLifetime();
    grant.lifetime =
        lifetime.isUntil() ? Lifetime{Terms::Lasting::Until, lifetime.getUntil()} : Lifetime{Terms::Lasting::Always, 0};
    grant.mostUses = params.getLimits().getUses();
    grant.bytesInAll = params.getLimits().getBytes();
    grant.parent = parent;
    grant.created = fakeNow();
    script().grants << grant;
    script().marks << ShareMark{grant.id, params.getMayPassOn(), false};
    m_world.tell(QList{grant});
    m_world.tellSharing();
    context.getResults().setGrant(kjText(grant.id));
    return kj::READY_NOW;
  }
  kj::Promise<void> offers(OffersContext context) override {
    QList<MachineOffer> all;
    for (const auto& offer : script().offers) {
      if (context.getParams().getOver() || !offer.ended()) all << offer;
    }
    auto list = context.getResults().initList(all.size());
    for (auto i : kj::indices(list)) fill(all[qsizetype(i)], list[i]);
    return kj::READY_NOW;
  }
  kj::Promise<void> accept(AcceptContext context) override {
    auto params = context.getParams();
    auto id = textOf(params.getOffer()), holder = textOf(params.getHolder()), place = textOf(params.getPlace());
    auto instance = textOf(params.getInstance());
    m_world.hear(QStringLiteral("accept %1 %2 %3 %4").arg(id, holder, place, instance.isEmpty() ? "always" : instance));
    bool files = false, app = false;
    for (const auto& offer : script().offers) {
      files = files || (offer.id == id && offer.ofFiles());
      app = app || (offer.id == id && offer.ofApp());
    }
    if (app && !holder.isEmpty()) fail("an app of another machine is for you, not for an app");
    if (files && !place.isEmpty()) fail("files have a place of their own");
    auto at = servicePlaceFrom(place.toStdString());
    if (!files && !app && at == nullptr)
      fail(brief(place.toStdString(), 60) + " is no place for it: write NAME:PORT, such as db:5432");
    for (auto& offer : script().offers) {
      if (offer.id != id) continue;
      if (offer.state == MachineOffer::State::Over) fail(offer.why.toStdString());
      for (const auto& machine : script().machines) {
        bool taken = offer.state == MachineOffer::State::Accepted;
        if (machine.id == offer.machine && machine.state != Machine::State::Connected && !taken)
          fail("the machine is not connected: it can be accepted when it is");
      }
      auto found = files || app ? std::string() : KJ_ASSERT_NONNULL(at).text();
      give(offer, holder, found, instance, context);
      return kj::READY_NOW;
    }
    fail("there is no such offer");
  }
  kj::Promise<void> decline(DeclineContext context) override {
    auto id = textOf(context.getParams().getOffer());
    m_world.hear(QStringLiteral("decline ") + id);
    for (auto offer : script().offers) {
      if (offer.id != id) continue;
      auto ended = offer.grant.isEmpty() ? QList<Grant>() : m_world.end({offer.grant});
      m_world.tell(ended);
      offer.state = MachineOffer::State::Declined;
      offer.over = fakeNow();
      offer.grant.clear();
      m_world.put(offer);
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> start(StartContext context) override {
    return turn(textOf(context.getParams().getOffer()), QStringLiteral("start"), FarRun::State::Running);
  }
  kj::Promise<void> stop(StopContext context) override {
    return turn(textOf(context.getParams().getOffer()), QStringLiteral("stop"), FarRun::State::Exited);
  }
  kj::Promise<void> ask(AskContext context) override {
    auto asked = context.getParams().getWish();
    MachineWish wish;
    wish.id = QStringLiteral("w%1").arg(script().wishes.size() + 1);
    wish.machine = textOf(asked.getMachine());
    wish.kind = Terms::Kind(int(asked.getKind()));
    wish.name = textOf(asked.getName());
    wish.since = fakeNow();
    m_world.hear(
        QStringLiteral("ask %1 %2 '%3' '%4' %5%6%7")
            .arg(nameOf(wish.machine), nameOf(asked.getKind()), wish.name, textOf(asked.getClaim()))
            .arg(asked.getSeconds())
            .arg(asked.getAlways() ? " always" : "", asked.getAccess() == schema::Access::WRITE ? " to change" : ""));
    if (!script().askFault.isEmpty()) fail(script().askFault.toStdString());
    script().wishes.prepend(wish);
    m_world.tellSharing();
    context.getResults().setWish(kjText(wish.id));
    context.getResults().setHandle(kj::heap<Handle>());
    return kj::READY_NOW;
  }
  kj::Promise<void> wishes(WishesContext context) override {
    const auto& all = script().wishes;
    auto list = context.getResults().initList(all.size());
    for (auto i : kj::indices(list)) fill(all[qsizetype(i)], list[i]);
    return kj::READY_NOW;
  }
  kj::Promise<void> takeBack(TakeBackContext context) override {
    auto id = textOf(context.getParams().getWish());
    m_world.hear(QStringLiteral("take back ") + id);
    for (auto& wish : script().wishes) {
      if (wish.id != id) continue;
      wish.state = MachineWish::State::Withdrawn;
      wish.decided = fakeNow();
    }
    m_world.tellSharing();
    return kj::READY_NOW;
  }
  kj::Promise<void> watch(WatchContext context) override {
    auto observer = context.getParams().getObserver();
    auto& live = m_world.ensureLive();
    live.sharingObservers.add(observer);
    live.tasks.add(observer.changedRequest().send().ignoreResult());
    context.getResults().setHandle(kj::heap<Handle>());
    return kj::READY_NOW;
  }
  kj::Promise<void> shares(SharesContext context) override {
    auto list = context.getResults().initList(script().marks.size());
    for (auto i : kj::indices(list)) {
      const auto& mark = script().marks[qsizetype(i)];
      list[i].setGrant(kjText(mark.grant));
      list[i].setMayPassOn(mark.mayPassOn);
      list[i].setTaken(mark.taken);
    }
    return kj::READY_NOW;
  }

private:
  Script& script() { return m_world.script; }

  kj::Promise<void> turn(const QString& id, const QString& what, FarRun::State state) {
    m_world.hear(what + u' ' + id);
    for (auto offer : script().offers) {
      if (offer.id != id) continue;
      if (!offer.refused.isEmpty()) fail(offer.refused.toStdString());
      offer.run = {state, 0, fakeNow()};
      m_world.put(offer);
    }
    return kj::READY_NOW;
  }

  QString nameOf(const QString& machine) {
    for (const auto& one : script().machines)
      if (one.id == machine) return one.petname;
    return machine;
  }
  static QString nameOf(schema::Kind kind) {
    switch (kind) {
      case schema::Kind::SERVICE: return QStringLiteral("service");
      case schema::Kind::FOLDER: return QStringLiteral("folder");
      case schema::Kind::FILE: return QStringLiteral("file");
      case schema::Kind::APP: return QStringLiteral("app");
      default: return QStringLiteral("network");
    }
  }
  static QString lasting(schema::Lifetime::Reader lifetime) {
    if (!lifetime.isUntil()) return QStringLiteral("always");
    return QStringLiteral("for %1 h").arg(qRound(double(lifetime.getUntil() - fakeNow()) / 3.6e12));
  }
  QString titleOf(const QString& grant) {
    for (const auto& offer : script().offers)
      if (offer.grant == grant) return offer.title;
    fail("only what another machine shares can be passed on so");
  }
  void give(MachineOffer& offer, const QString& holder, const std::string& place, const QString& instance,
            AcceptContext& context) {
    QList<Grant> made;
    if (offer.grant.isEmpty()) {
      Grant received;
      received.id = QStringLiteral("received%1").arg(script().grants.size());
      received.holder = holderFrom(offer.machine);
      received.holderName = nameOf(offer.machine);
      received.kind = offer.ofApp() ? Terms::Kind::App : Terms::Kind::Service;
      received.object.target = offer.title;
      if (offer.ofFiles()) {
        received.kind = Terms::Kind::Folder;
        received.object.scope = Terms::Scope::Tree;
        received.object.path =
            "/run/user/1000/latchkey-machines/" + (nameOf(offer.machine) + u'/' + offer.title).toUtf8();
        received.object.target = QString::fromUtf8(received.object.path);
        received.access = offer.access;
      }
      received.lifetime.lasting = Terms::Lasting::Always;
      received.created = fakeNow();
      offer.grant = received.id;
      offer.state = MachineOffer::State::Accepted;
      made << received;
    }
    if (holder.isEmpty()) {
      script().grants << made;
      m_world.tell(made);
      m_world.tellSharing();
      context.getResults().setGrant(kjText(offer.grant));
      return;
    }
    Grant grant;
    grant.id = QStringLiteral("used%1").arg(script().grants.size());
    grant.holder = holder;
    grant.kind = Terms::Kind::Service;
    grant.object.target = offer.title + QStringLiteral(" as ") + QString::fromStdString(place);
    grant.access = Terms::Access::Write;
    for (const auto& received : script().grants + made) {
      if (!offer.ofFiles() || received.id != offer.grant) continue;
      grant.kind = received.kind;
      grant.object = received.object;
      grant.access = received.access;
    }
    grant.lifetime.lasting = instance.isEmpty() ? Terms::Lasting::Always : Terms::Lasting::Run;
    grant.instance = instance;
    grant.parent = offer.grant;
    grant.created = fakeNow();
    made << grant;
    script().grants << made;
    m_world.tell(made);
    m_world.tellSharing();
    context.getResults().setGrant(kjText(grant.id));
  }

  std::shared_ptr<FakeBroker::World> m_kept;
  FakeBroker::World& m_world;
};

}  // namespace

kj::Own<schema::Sharing::Server> sharingOf(std::shared_ptr<FakeBroker::World> world) {
  return kj::heap<FakeSharing>(kj::mv(world));
}

}  // namespace latchkey::ui::fake
