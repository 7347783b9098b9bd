// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/fake-world.h"

#include <kj/debug.h>

#include <QDateTime>

#include "app/ui/demo/fake-machines.h"

namespace latchkey::ui {

Nanos fakeNow() { return QDateTime::currentMSecsSinceEpoch() * 1'000'000; }

void FakeBroker::World::hear(const QString& line) {
  std::lock_guard guard(lock);
  heard << line;
}

void FakeBroker::World::taskFailed(kj::Exception&& exception) {
  hear(QStringLiteral("failed ") + exception.getDescription().cStr());
}

FakeBroker::World::Live& FakeBroker::World::ensureLive() {
  if (live == nullptr) live = kj::heap<Live>(handler());
  return *KJ_ASSERT_NONNULL(live);
}

template <typename Send>
void FakeBroker::World::tellAll(Send send) {
  auto& connection = ensureLive();
  for (auto& observer : connection.observers) connection.tasks.add(send(observer));
}

void FakeBroker::World::tell(const QList<Grant>& changed) {
  tellAll([&](schema::Observer::Client& observer) {
    auto request = observer.grantsRequest();
    fake::fillList(changed, request.initChanged(changed.size()));
    return request.send().ignoreResult();
  });
}

void FakeBroker::World::tell(const QList<Request>& changed) {
  tellAll([&](schema::Observer::Client& observer) {
    auto request = observer.requestsRequest();
    fake::fillList(changed, request.initChanged(changed.size()));
    return request.send().ignoreResult();
  });
}

void FakeBroker::World::tell(const QList<Instance>& changed) {
  tellAll([&](schema::Observer::Client& observer) {
    auto request = observer.instancesRequest();
    fake::fillList(changed, request.initChanged(changed.size()));
    return request.send().ignoreResult();
  });
}

void FakeBroker::World::tell(const QList<JournalEntry>& added) {
  tellAll([&](schema::Observer::Client& observer) {
    auto request = observer.journalRequest();
    fake::fillList(added, request.initAdded(added.size()));
    return request.send().ignoreResult();
  });
}

void FakeBroker::World::tell(const QList<Settings>& changed) {
  tellAll([&](schema::Observer::Client& observer) {
    auto request = observer.settingsRequest();
    fake::fillList(changed, request.initChanged(changed.size()));
    return request.send().ignoreResult();
  });
}

void FakeBroker::World::tellStatus() {
  tellAll([&](schema::Observer::Client& observer) {
    auto request = observer.statusRequest();
    fake::fill(script.status, request.initStatus());
    return request.send().ignoreResult();
  });
}

void FakeBroker::World::tell(const QList<Machine>& changed) {
  auto& connection = ensureLive();
  for (auto& observer : connection.machineObservers) {
    auto request = observer.changedRequest();
    auto list = request.initMachines(changed.size());
    for (auto i : kj::indices(list)) fake::fill(changed[qsizetype(i)], list[i]);
    connection.tasks.add(request.send().ignoreResult());
  }
}

void FakeBroker::World::tellSharing() {
  auto& connection = ensureLive();
  for (auto& observer : connection.sharingObservers)
    connection.tasks.add(observer.changedRequest().send().ignoreResult());
}

void FakeBroker::World::tellPackages() {
  auto& connection = ensureLive();
  for (auto& observer : connection.packageObservers)
    connection.tasks.add(observer.changedRequest().send().ignoreResult());
}

void FakeBroker::World::put(const MachineOffer& offer) {
  bool known = false;
  for (auto& one : script.offers) {
    if (one.id == offer.id) one = offer, known = true;
  }
  if (!known) script.offers << offer;
  tellSharing();
}

QString FakeBroker::World::addMachine(const QString& name) {
  Machine machine;
  machine.id = QStringLiteral("added%1").arg(script.machines.size());
  machine.petname = machine.announced = name;
  for (int other = 2; std::ranges::any_of(script.machines, [&](auto& one) { return one.petname == machine.petname; });)
    machine.petname = QStringLiteral("%1 %2").arg(name).arg(other++);
  machine.stripe = int(script.machines.size()) % STRIPES;
  machine.state = Machine::State::Connected;
  machine.paired = machine.seen = fakeNow();
  script.machines << machine;
  tell(QList{machine});
  return machine.id;
}

void FakeBroker::World::removeMachine(const QString& id) {
  script.machines.removeIf([&](const Machine& one) { return one.id == id; });
  auto& connection = ensureLive();
  for (auto& observer : connection.machineObservers) {
    auto request = observer.goneRequest();
    request.initIds(1).set(0, fake::kjText(id));
    connection.tasks.add(request.send().ignoreResult());
  }
}

Grant* FakeBroker::World::find(const QString& id) {
  for (auto& grant : script.grants) {
    if (grant.id == id) return &grant;
  }
  return nullptr;
}

QList<Grant> FakeBroker::World::subtree(const QStringList& ids) const {
  QStringList wanted = ids;
  QList<Grant> list;
  for (qsizetype i = 0; i < wanted.size(); ++i) {
    for (const auto& grant : script.grants) {
      if (grant.parent == wanted[i] && !wanted.contains(grant.id)) wanted << grant.id;
      if (grant.id == wanted[i] && !grant.over()) list << grant;
    }
  }
  return list;
}

QList<Grant> FakeBroker::World::end(const QStringList& ids) {
  auto ended = subtree(ids);
  for (auto& grant : ended) {
    grant.state = Terms::GrantState::Revoked;
    grant.ended = fakeNow();
    grant.live = 0;
    *find(grant.id) = grant;
    for (auto& offer : script.offers) {
      if (offer.grant != grant.id) continue;
      offer.state = MachineOffer::State::Declined;
      offer.over = fakeNow();
      offer.grant.clear();
      tellSharing();
    }
  }
  return ended;
}

QList<Grant> FakeBroker::World::again(const QStringList& ids) {
  QList<Grant> made;
  for (const auto& id : ids) {
    auto* old = find(id);
    if (!old) continue;
    auto grant = *old;
    grant.id = id + QStringLiteral("-again");
    grant.state = Terms::GrantState::Active;
    grant.ended = 0;
    script.grants << grant;
    made << grant;
  }
  return made;
}

void FakeBroker::World::decided(const QString& id, Terms::RequestState state) {
  for (auto& request : script.requests) {
    if (request.id != id || request.state != Terms::RequestState::Waiting) continue;
    request.state = state;
    request.decided = fakeNow();
    tell(QList{request});
  }
}

QString FakeBroker::World::decide(const QString& id, const Answer& answer) {
  for (auto& request : script.requests) {
    if (request.id != id || answer.verdict != Terms::Verdict::Allow) continue;
    Grant grant;
    grant.id = QStringLiteral("of-") + id;
    grant.holder = request.app;
    grant.holderName = request.appName;
    grant.kind = request.kind;
    grant.object = request.object;
    grant.access = answer.access;
    grant.lifetime = answer.lifetime;
    grant.created = fakeNow();
    script.grants << grant;
    request.grant = grant.id;
    tell(QList{grant});
    decided(id, Terms::RequestState::Allowed);
    return grant.id;
  }
  decided(id, answer.verdict == Terms::Verdict::Deny    ? Terms::RequestState::Denied
              : answer.verdict == Terms::Verdict::Never ? Terms::RequestState::Never
                                                        : Terms::RequestState::Dismissed);
  return {};
}

}  // namespace latchkey::ui
