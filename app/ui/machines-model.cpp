// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/machines-model.h"

#include <algorithm>

#include "app/ui/alphabet.h"
#include "app/ui/machine-words.h"
#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int A_MINUTE_MS = 60'000;
const auto HOLDER = QStringLiteral("machine:");

}  // namespace

MachinesModel::MachinesModel(Session& session, MachineLine& line, SharingLine& sharing, Undo& undo, QObject* parent)
    : OrderedRows(parent), m_line(line), m_undo(undo) {
  connect(&line, &MachineLine::machinesRead, this, [this](const QList<Machine>& all) {
    m_known = true;
    m_lacking = false;
    m_machines.clear();
    take(all);
  });
  connect(&line, &MachineLine::machinesChanged, this, &MachinesModel::take);
  connect(&line, &MachineLine::machinesGone, this, [this](const QStringList& ids) {
    for (const auto& id : ids) m_machines.remove(id);
    take({});
  });
  connect(&line, &MachineLine::unknownToBroker, this, [this] {
    m_lacking = true;
    Q_EMIT totalChanged();
  });
  connect(&session, &Session::grantsRead, this, [this](const QList<Grant>& all) {
    m_grants.clear();
    takeGrants(all);
  });
  connect(&session, &Session::grantsChanged, this, &MachinesModel::takeGrants);
  connect(&sharing, &SharingLine::told, this, &MachinesModel::takeOffers);
  m_clock.setInterval(A_MINUTE_MS);
  connect(&m_clock, &QTimer::timeout, this, [this] { touchAll(); });
  m_clock.start();
}

void MachinesModel::take(const QList<Machine>& machines) {
  for (const auto& machine : machines) m_machines.insert(machine.id, machine);
  arrange();
  touchAll();
  countFresh();
  Q_EMIT totalChanged();
  Q_EMIT changed();
}

void MachinesModel::takeGrants(const QList<Grant>& grants) {
  bool ours = false;
  for (const auto& grant : grants) {
    if (isReceived(grant)) m_received.insert(grant.id);
    if (!grant.holder.startsWith(HOLDER)) continue;
    ours = true;
    auto id = grant.holder.mid(HOLDER.size());
    if (grant.over()) m_grants[id].remove(grant.id);
    else m_grants[id].insert(grant.id, grant);
    touchRow(id);
  }
  if (ours) Q_EMIT changed();
}

void MachinesModel::takeOffers(const QList<MachineOffer>& offers) {
  m_offered.clear();
  for (const auto& offer : offers) {
    if (offer.ended()) continue;
    auto& of = m_offered[offer.machine];
    (offer.state == MachineOffer::State::New ? of.fresh : of.accepted) << wording::offerTitle(offer.title);
  }
  arrange();
  touchAll();
  countFresh();
}

// Of who is blocked nothing is wanted.
void MachinesModel::countFresh() {
  int fresh = 0;
  for (const auto& machine : std::as_const(m_machines))
    if (!machine.blocked) fresh += int(m_offered.value(machine.id).fresh.size());
  if (fresh == m_fresh) return;
  m_fresh = fresh;
  Q_EMIT freshChanged();
}

bool MachinesModel::needsCare(const Machine& machine) {
  using State = Machine::State;
  return machine.state == State::Refused || machine.state == State::KeyChanged || machine.state == State::TooOld;
}

void MachinesModel::arrange() {
  struct Key {
    int part;
    QCollatorSortKey name;
    QString id;
  };
  auto collator = alphabet();
  std::vector<Key> keys;
  for (const auto& machine : std::as_const(m_machines)) {
    bool found = machine.petname.contains(m_filter, Qt::CaseInsensitive) ||
                 machine.announced.contains(m_filter, Qt::CaseInsensitive);
    if (!found) continue;
    bool offers = !m_offered.value(machine.id).fresh.isEmpty();
    int part = machine.blocked ? 3 : needsCare(machine) ? 0 : offers ? 1 : 2;
    keys.push_back({part, collator.sortKey(machine.petname), machine.id});
  }
  std::ranges::sort(keys, [](const Key& a, const Key& b) {
    if (a.part != b.part) return a.part < b.part;
    int order = a.name.compare(b.name);
    return order ? order < 0 : a.id < b.id;
  });
  QStringList ids;
  for (const auto& key : keys) ids << key.id;
  setRows(ids);
}

void MachinesModel::setFilter(const QString& filter) {
  if (filter == m_filter) return;
  m_filter = filter;
  arrange();
  Q_EMIT filterChanged();
}

QString MachinesModel::lack() const {
  return m_lacking ? tr("The Latchkey that runs in the background is older than this window and knows nothing of other "
                        "machines. Log out and in again.")
                   : QString();
}

const Machine* MachinesModel::find(const QString& id) const {
  auto found = m_machines.constFind(id);
  return found == m_machines.cend() ? nullptr : &*found;
}

QString MachinesModel::uses(const QString& id) const {
  QStringList things;
  for (const auto& grant : usedBy(id)) {
    things << (m_received.contains(grant.parent) ? wording::receivedThing(grant.object)
                                                 : wording::thing(grant.kind, grant.object));
  }
  std::ranges::sort(things, [collator = alphabet()](auto& a, auto& b) { return collator.compare(a, b) < 0; });
  return wording::few(things);
}

void MachinesModel::rename(const QString& id, const QString& petname) {
  auto* machine = find(id);
  auto name = petname.simplified();
  if (!machine || name.isEmpty() || name == machine->petname) return;
  m_line.rename(id, name, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(tr("Not renamed: %1").arg(fault));
    touchAll();
  });
}

void MachinesModel::connectNow(const QString& id) {
  m_line.connectNow(id, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(fault);
  });
}

void MachinesModel::unblock(const QString& id) {
  m_line.block(id, false, this, [this](const QString& fault, const QList<Grant>&) {
    if (!fault.isEmpty()) m_undo.did(fault);
  });
}

QVariant MachinesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  auto found = m_machines.constFind(rows()[index.row()]);
  if (found == m_machines.cend()) return {};  // About to leave.
  const auto& machine = *found;
  switch (role) {
    case IdRole: return machine.id;
    case Qt::DisplayRole:
    case PetnameRole: return machine.petname;
    case AnnouncedRole: return machine.announced == machine.petname ? QString() : machine.announced;
    case StripeRole: return machine.stripe;
    case InitialsRole: return wording::initials(machine.petname);
    case StateRole: return wording::state(machine);
    case WhyRole: return machine.state == Machine::State::Connected ? QString() : machine.why;
    case WayRole: return wording::way(machine);
    case UsesRole: return uses(machine.id);
    case UsedHereRole: return wording::few(m_offered.value(machine.id).accepted);
    case FreshRole: return machine.blocked ? QString() : wording::few(m_offered.value(machine.id).fresh);
    case ConnectedRole: return machine.state == Machine::State::Connected;
    case ConnectingRole: return machine.state == Machine::State::Connecting;
    case CareRole: return needsCare(machine);
    case BlockedRole: return machine.blocked;
  }
  return {};
}

QHash<int, QByteArray> MachinesModel::roleNames() const {
  return {{IdRole, "machineId"},
          {PetnameRole, "petname"},
          {AnnouncedRole, "announced"},
          {StripeRole, "stripe"},
          {InitialsRole, "initials"},
          {StateRole, "stateText"},
          {WhyRole, "why"},
          {WayRole, "way"},
          {UsesRole, "uses"},
          {UsedHereRole, "usedHere"},
          {FreshRole, "fresh"},
          {ConnectedRole, "connected"},
          {ConnectingRole, "connecting"},
          {CareRole, "needsCare"},
          {BlockedRole, "blocked"}};
}

}  // namespace latchkey::ui
