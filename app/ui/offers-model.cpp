// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/offers-model.h"

#include <QDesktopServices>

#include <algorithm>

#include "app/ui/alphabet.h"
#include "app/ui/machine-words.h"
#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int GATHER_MS = 30;
constexpr int A_MINUTE_MS = 60'000;

enum Part { New, Held, Over };

Part partOf(const MachineOffer& offer) {
  return offer.ended() ? Over : offer.state == MachineOffer::State::New ? New : Held;
}

}  // namespace

OffersModel::OffersModel(Session& session, SharingLine& line, const MachinesModel& machines, const AppsModel& names,
                         Undo& undo, QObject* parent)
    : OrderedRows(parent), m_line(line), m_machines(machines), m_names(names), m_undo(undo) {
  m_arranging.setSingleShot(true);
  m_arranging.setInterval(GATHER_MS);
  connect(&m_arranging, &QTimer::timeout, this, &OffersModel::arrange);
  connect(&line, &SharingLine::told, this, &OffersModel::told);
  connect(&session, &Session::grantsRead, this, [this](const QList<Grant>& all) {
    m_uses.clear();
    m_places.clear();
    takeGrants(all);
  });
  connect(&session, &Session::grantsChanged, this, &OffersModel::takeGrants);
  connect(&machines, &MachinesModel::changed, this, [this] { touchAll(); });
  connect(&names, &AppsModel::namesChanged, this, [this] { touchAll(); });
  m_clock.setInterval(A_MINUTE_MS);
  connect(&m_clock, &QTimer::timeout, this, [this] { touchAll(); });
  m_clock.start();
}

void OffersModel::told(const QList<MachineOffer>& offers) {
  m_offers.clear();
  m_byGrant.clear();
  for (const auto& offer : offers) {
    m_offers.insert(offer.id, offer);
    if (!offer.grant.isEmpty()) m_byGrant.insert(offer.grant, offer.id);
  }
  arrange();
  touchAll();
}

void OffersModel::takeGrants(const QList<Grant>& grants) {
  for (const auto& grant : grants) {
    if (isReceived(grant) && grant.kind == Terms::Kind::Folder) {
      if (grant.over()) m_places.remove(grant.id);
      else m_places.insert(grant.id, QString::fromLocal8Bit(grant.object.path));
      touchRow(m_byGrant.value(grant.id));
    }
    if (grant.parent.isEmpty() || isReceived(grant)) continue;
    if (grant.over()) m_uses[grant.parent].remove(grant.id);
    else m_uses[grant.parent].insert(grant.id, grant);
    touchRow(m_byGrant.value(grant.parent));
  }
}

void OffersModel::setMachine(const QString& machine) {
  if (machine == m_machine) return;
  m_machine = machine;
  setRows({});
  arrange();
}

void OffersModel::arrange() {
  struct Key {
    int part;
    Nanos when;
    QCollatorSortKey title;
    QString id;
  };
  auto collator = alphabet();
  std::vector<Key> keys;
  for (const auto& offer : std::as_const(m_offers)) {
    if (offer.machine != m_machine) continue;
    auto part = partOf(offer);
    auto when = part == New ? offer.since : part == Over ? offer.over : 0;
    keys.push_back({part, when, collator.sortKey(offer.title), offer.id});
  }
  std::ranges::sort(keys, [](const Key& a, const Key& b) {
    if (a.part != b.part) return a.part < b.part;
    if (a.when != b.when) return a.when > b.when;
    int order = a.title.compare(b.title);
    return order ? order < 0 : a.id < b.id;
  });
  QStringList ids, stay;
  QHash<QString, int> parts;
  for (const auto& key : keys) {
    ids << key.id;
    parts.insert(key.id, key.part);
  }
  // One that stands under another heading now is another row to a view.
  for (const auto& id : rows()) {
    if (parts.contains(id) && parts[id] == m_parts.value(id, -1)) stay << id;
  }
  if (stay.size() != rows().size()) setRows(stay);
  m_parts = parts;
  setRows(ids);
  Q_EMIT shownChanged();
}

int OffersModel::fresh() const { return int(std::ranges::count(m_parts, int(New))); }

const MachineOffer* OffersModel::find(const QString& id) const {
  auto found = m_offers.constFind(id);
  return found == m_offers.cend() ? nullptr : &*found;
}

QString OffersModel::machineName(const MachineOffer& offer) const {
  auto* machine = m_machines.find(offer.machine);
  return machine ? machine->petname : QString();
}

bool OffersModel::reachable(const MachineOffer& offer) const {
  auto* machine = m_machines.find(offer.machine);
  return machine && machine->state == Machine::State::Connected;
}

QString OffersModel::place(const MachineOffer& offer) const {
  bool there = offer.ofFiles() && partOf(offer) == Held && !offer.suspended && reachable(offer);
  return there ? m_places.value(offer.grant) : QString();
}

void OffersModel::show(const QString& id) const {
  auto* offer = find(id);
  if (offer && !place(*offer).isEmpty()) QDesktopServices::openUrl(QUrl::fromLocalFile(place(*offer)));
}

int OffersModel::live(const MachineOffer& offer) const {
  quint32 live = 0;
  for (const auto& use : usesOf(offer)) live += use.live;
  return int(live);
}

QList<OfferUser> OffersModel::users(const MachineOffer& offer) const {
  QList<OfferUser> list;
  for (const auto& use : usesOf(offer)) {
    OfferUser user;
    user.grant = use.id;
    user.name = m_names.wholeNameOf(use.holder);
    user.live = int(use.live);
    QStringList parts;
    if (isShare(use)) {
      user.stripe = qMax(0, m_names.stripeOf(use.holder));
      user.initials = wording::initials(user.name);
      parts << tr("passed on to it");
    } else {
      user.portrait = QUrl(QStringLiteral("image://app/") +
                           QString::fromLatin1(QUrl::toPercentEncoding(use.holder.section(u'@', 0, 0))));
      if (!offer.ofFiles()) parts << wording::place(use.kind, use.object);
    }
    if (use.lifetime.lasting != Terms::Lasting::Always) parts << wording::lifetime(use.lifetime);
    if (use.used) parts << wording::moment(use.used);
    user.line = parts.join(QStringLiteral(" · "));
    list << user;
  }
  std::ranges::sort(list, [collator = alphabet()](auto& a, auto& b) { return collator.compare(a.name, b.name) < 0; });
  return list;
}

void OffersModel::decline(const QString& id) {
  auto* offer = find(id);
  if (!offer || offer->state != MachineOffer::State::New) return;
  auto said = tr("Declined: %1. Only %2 can offer it again.")
                  .arg(wording::offerTitle(offer->title), wording::isolated(machineName(*offer)));
  m_line.decline(id, this, [this, said](const QString& fault) { m_undo.did(fault.isEmpty() ? said : fault); });
}

void OffersModel::take(const QString& id) {
  auto* offer = find(id);
  if (!offer || !offer->ofApp() || offer->state != MachineOffer::State::New) return;
  auto said = tr("You can start %1 on %2.", "an app, a machine")
                  .arg(wording::offerTitle(offer->title), wording::isolated(machineName(*offer)));
  m_line.accept({id, {}, {}, {}}, this,
                [this, said](const QString& fault, const QString&) { m_undo.did(fault.isEmpty() ? said : fault); });
}

// What comes of it is seen in the row.
void OffersModel::start(const QString& id) {
  auto* offer = find(id);
  if (!offer || !offer->startable()) return;
  m_line.start(id, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(fault);
  });
}

void OffersModel::stop(const QString& id) {
  auto* offer = find(id);
  if (!offer || !offer->run.live()) return;
  m_line.stop(id, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(fault);
  });
}

QVariant OffersModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  auto* found = find(rows()[index.row()]);
  if (!found) return {};  // About to leave.
  const auto& offer = *found;
  switch (role) {
    case IdRole: return offer.id;
    case Qt::DisplayRole:
    case TitleRole: return offer.title;
    case KindRole: return wording::offerKind(offer);
    case TermsRole: return wording::offerTerms(offer);
    case ChainRole: return wording::offerChain(offer, machineName(offer));
    case StateRole: return wording::offerState(offer, reachable(offer), usesOf(offer));
    case GroupRole:
      return partOf(offer) == New ? tr("New") : partOf(offer) == Held ? tr("You may use") : tr("Not any more");
    case NewRole: return partOf(offer) == New;
    case AcceptedRole: return partOf(offer) == Held;
    case OverRole: return offer.ended();
    case UsableRole: return offer.usable();
    case PassableRole: return partOf(offer) == Held && offer.mayPassOn && !offer.suspended;
    case GrantRole: return offer.grant;
    case UsersRole: return QVariant::fromValue(offer.ended() ? QList<OfferUser>() : users(offer));
    case LiveRole: return live(offer);
    case FilesRole: return offer.ofFiles();
    case PlaceRole: return place(offer);
    case AppRole: return offer.ofApp();
    case StartableRole: return offer.startable();
    case RunningRole: return offer.ofApp() && !offer.ended() && offer.run.live();
  }
  return {};
}

QHash<int, QByteArray> OffersModel::roleNames() const {
  return {
      {IdRole, "offerId"},        {TitleRole, "title"},     {KindRole, "kindText"},       {TermsRole, "terms"},
      {ChainRole, "chain"},       {StateRole, "stateText"}, {GroupRole, "group"},         {NewRole, "fresh"},
      {AcceptedRole, "accepted"}, {OverRole, "over"},       {UsableRole, "usable"},       {PassableRole, "passable"},
      {GrantRole, "grant"},       {UsersRole, "users"},     {LiveRole, "live"},           {FilesRole, "files"},
      {PlaceRole, "place"},       {AppRole, "app"},         {StartableRole, "startable"}, {RunningRole, "running"}};
}

}  // namespace latchkey::ui
