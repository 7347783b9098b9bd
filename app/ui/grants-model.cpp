// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/grants-model.h"

#include <QUrl>

#include "app/ui/alphabet.h"
#include "app/ui/machine-words.h"
#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

// Changes often come by the dozen: one arranging does for all that come within this time.
constexpr int GATHER_MS = 30;

// What an app of ours lets others reach on a port, and another machine could use too.
bool isShareable(const Grant& grant) {
  return grant.kind == Terms::Kind::Listen && !grant.over() && grant.object.target.contains(QStringLiteral("/tcp@"));
}

}  // namespace

GrantsModel::GrantsModel(Session& session, const AppsModel& names, QObject* parent)
    : OrderedRows(parent), m_session(session), m_names(names) {
  m_arranging.setSingleShot(true);
  m_arranging.setInterval(GATHER_MS);
  connect(&m_arranging, &QTimer::timeout, this, &GrantsModel::arrange);
  connect(&session, &Session::grantsRead, this, [this](const QList<Grant>& all) {
    m_grants.clear();
    take(all);
    arrange();
    touchAll();
  });
  connect(&session, &Session::grantsChanged, this, &GrantsModel::take);
  connect(&names, &AppsModel::namesChanged, this, [this] {
    m_arranging.start();
    touchAll();
  });
}

void GrantsModel::take(const QList<Grant>& grants) {
  for (const auto& grant : grants) {
    auto known = m_grants.find(grant.id);
    // What was moved on the host has another name to be sorted and found by.
    bool moves = known == m_grants.end() || known->over() != grant.over() || known->object != grant.object;
    m_grants.insert(grant.id, grant);
    if (grant.over()) m_selected.remove(grant.id);
    if (moves) m_arranging.start();
    touchRow(grant.id);
  }
  countMachines();
  Q_EMIT totalChanged();
  Q_EMIT selectionChanged();
}

QList<Choice> GrantsModel::groupings() const {
  QList<Choice> list{{ByApp, tr("By app"), {}}, {ByThing, tr("By thing"), {}}};
  if (m_anyOfMachines) list << Choice{ByMachine, tr("By machine"), {}};
  return list;
}

void GrantsModel::countMachines() {
  bool any = std::any_of(m_grants.cbegin(), m_grants.cend(), isShare);
  if (any == m_anyOfMachines) return;
  m_anyOfMachines = any;
  if (!any && m_grouping == ByMachine) setGrouping(ByApp);
  Q_EMIT groupingsChanged();
}

QString GrantsModel::who(const Grant& grant) const {
  auto known = m_names.nameOf(grant.holder);
  return known == grant.holder && !grant.holderName.isEmpty() ? grant.holderName : known;
}

void GrantsModel::setMarks(const QList<ShareMark>& marks) {
  m_marks.clear();
  for (const auto& mark : marks) m_marks.insert(mark.grant, mark);
  touchAll();
}

// The machine whose offer it was made of; empty: it is this machine's own.
QString GrantsModel::owner(const Grant& grant) const {
  auto* parent = find(grant.parent);
  return parent && isReceived(*parent) ? who(*parent) : QString();
}

QString GrantsModel::thing(const Grant& grant) const {
  auto* parent = find(grant.parent);
  bool isTheirs = isReceived(grant) || (parent && isReceived(*parent));
  return isTheirs ? wording::receivedThing(grant.object) : wording::thing(grant.kind, grant.object);
}

QString GrantsModel::note(const Grant& grant) const {
  auto from = owner(grant);
  if (isShare(grant)) return wording::shareNote(grant, m_marks.value(grant.id), from);
  return from.isEmpty() ? QString() : tr("of %1", "a machine that offers it").arg(wording::isolated(from));
}

bool GrantsModel::matches(const Grant& grant) const {
  // What another machine gave to this one no app holds: it stands with that machine.
  if (isReceived(grant)) return false;
  if (!m_app.isEmpty() && grant.holder.section(u'@', 0, 0) != m_app) return false;
  if (!m_showEnded && grant.over()) return false;
  if (m_filter.isEmpty()) return true;
  auto whole = QString(who(grant) + u' ' + thing(grant) + u' ' + wording::wholeName(grant.kind, grant.object) + u' ' +
                       grant.holder);
  const auto parts = m_filter.split(u' ', Qt::SkipEmptyParts);
  return std::all_of(parts.begin(), parts.end(),
                     [&](const QString& part) { return whole.contains(part, Qt::CaseInsensitive); });
}

QString GrantsModel::group(const Grant& grant) const {
  if (m_grouping == ByThing) return wording::place(grant.kind, grant.object);
  if (m_grouping == ByMachine) return isShare(grant) ? who(grant) : tr("This machine");
  auto profile = grant.holder.section(u'@', 1);
  return profile.isEmpty() ? who(grant) : tr("%1 (%2)", "app and profile").arg(who(grant), profile);
}

void GrantsModel::arrange() {
  struct Key {
    QCollatorSortKey group;
    bool over;
    QCollatorSortKey thing;
    QString id;
  };
  auto collator = alphabet();
  std::vector<Key> keys;
  keys.reserve(size_t(m_grants.size()));
  for (const auto& grant : std::as_const(m_grants)) {
    if (!matches(grant)) continue;
    keys.push_back({collator.sortKey(group(grant)), grant.over(), collator.sortKey(thing(grant)), grant.id});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    if (int order = a.group.compare(b.group)) return order < 0;
    if (a.over != b.over) return b.over;
    if (int order = a.thing.compare(b.thing)) return order < 0;
    return a.id < b.id;
  });
  QStringList ids;
  ids.reserve(qsizetype(keys.size()));
  for (const auto& key : keys) ids << key.id;
  setRows(ids);
}

void GrantsModel::setGrouping(Grouping grouping) {
  if (grouping == m_grouping) return;
  m_grouping = grouping;
  // Headings change with it, so the rows are new ones to a view.
  setRows({});
  arrange();
  Q_EMIT viewChanged();
}

void GrantsModel::setFilter(const QString& filter) {
  if (filter == m_filter) return;
  m_filter = filter;
  arrange();
  Q_EMIT viewChanged();
}

void GrantsModel::setApp(const QString& app) {
  if (app == m_app) return;
  m_app = app;
  arrange();
  Q_EMIT viewChanged();
}

void GrantsModel::setShowEnded(bool show) {
  if (show == m_showEnded) return;
  m_showEnded = show;
  arrange();
  Q_EMIT viewChanged();
}

void GrantsModel::select(const QString& id, bool on) {
  auto* grant = find(id);
  if (!grant || grant->over()) return;
  if (on) m_selected.insert(id);
  else m_selected.remove(id);
  touchRow(id);
  Q_EMIT selectionChanged();
}

void GrantsModel::selectAll() {
  for (const auto& id : rows()) {
    if (!m_grants.value(id).over()) m_selected.insert(id);
  }
  touchAll();
  Q_EMIT selectionChanged();
}

void GrantsModel::clearSelection() {
  m_selected.clear();
  touchAll();
  Q_EMIT selectionChanged();
}

QStringList GrantsModel::chosen(const QString& id) const {
  if (m_selected.contains(id) || id.isEmpty()) return {m_selected.begin(), m_selected.end()};
  auto* grant = find(id);
  return grant && !grant->over() ? QStringList{id} : QStringList{};
}

void GrantsModel::giveAgain(const QString& id) {
  auto* grant = find(id);
  if (grant && grant->over()) m_session.restore({id});
}

void GrantsModel::pause(const QString& id, bool on) {
  if (on) m_session.suspend({id});
  else m_session.resume({id});
}

const Grant* GrantsModel::find(const QString& id) const {
  auto found = m_grants.constFind(id);
  return found == m_grants.cend() ? nullptr : &*found;
}

QVariant GrantsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& grant = *m_grants.constFind(rows()[index.row()]);
  switch (role) {
    case IdRole: return grant.id;
    case Qt::DisplayRole:
    case ThingRole: return thing(grant);
    case PlaceRole: return wording::place(grant.kind, grant.object);
    case WholeRole: return wording::wholeName(grant.kind, grant.object);
    case WhoRole: return who(grant);
    case ProfileRole: return grant.holder.section(u'@', 1);
    case HolderRole: return grant.holder.section(u'@', 0, 0);
    case IconRole:
      if (isShare(grant)) return QUrl();
      return QUrl(QStringLiteral("image://app/") +
                  QString::fromLatin1(QUrl::toPercentEncoding(grant.holder.section(u'@', 0, 0))));
    case StripeRole: return isShare(grant) ? qMax(0, m_names.stripeOf(grant.holder)) : -1;
    case InitialsRole: return isShare(grant) ? wording::initials(who(grant)) : QString();
    case AccessRole: return wording::access(grant.kind, grant.access);
    case ReachRole: return wording::reach(grant);
    case UntilRole: return wording::lifetime(grant.lifetime);
    case UsedRole: return grant.used ? wording::moment(grant.used) : tr("not yet");
    case LiveRole: return int(grant.live);
    case EndedRole: return grant.over();
    case PausedRole: return grant.state == Terms::GrantState::Suspended;
    case StateRole: return wording::state(grant);
    case OriginRole: return wording::origin(grant.origin);
    case SymbolRole: return wording::symbol(grant);
    case GroupRole: return group(grant);
    case ChangeableRole: return grant.isChangeable() && !isShare(grant);
    case NoteRole: return note(grant);
    case ShareableRole: return isShareable(grant);
    case SelectedRole: return m_selected.contains(grant.id);
  }
  return {};
}

QHash<int, QByteArray> GrantsModel::roleNames() const {
  return {{IdRole, "grantId"},
          {ThingRole, "thing"},
          {PlaceRole, "place"},
          {WholeRole, "wholeName"},
          {WhoRole, "who"},
          {ProfileRole, "profile"},
          {HolderRole, "holder"},
          {IconRole, "portrait"},
          {StripeRole, "stripe"},
          {InitialsRole, "initials"},
          {AccessRole, "access"},
          {ReachRole, "reach"},
          {UntilRole, "lasting"},
          {UsedRole, "used"},
          {LiveRole, "live"},
          {EndedRole, "ended"},
          {PausedRole, "paused"},
          {StateRole, "stateText"},
          {OriginRole, "origin"},
          {SymbolRole, "symbol"},
          {GroupRole, "group"},
          {SelectedRole, "selected"},
          {ChangeableRole, "changeable"},
          {NoteRole, "note"},
          {ShareableRole, "shareable"}};
}

}  // namespace latchkey::ui
