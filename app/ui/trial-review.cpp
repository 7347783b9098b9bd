// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/trial-review.h"

#include <QDateTime>
#include <QTimer>

#include <algorithm>
#include <tuple>

#include "app/ui/background.h"
#include "app/ui/wording.h"
#include "broker/base/log.h"
#include "broker/base/text.h"

namespace latchkey::ui {
namespace {

using trial::Change;
using trial::Changes;

// An instance has ended a moment before its launcher lets go of the trial.
constexpr int AGAIN_MS = 200;
constexpr int PATIENCE = 50;

QString text(const std::string& bytes) { return QString::fromStdString(brief(bytes, 400)); }

bool isBelow(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// Nothing of others is lost by keeping it.
bool isPlain(const Change& change) { return !change.conflict && change.type != Change::Type::Other; }

// Of one trial, or of none: then only what there is.
template <typename Found>
Found lookFor(const Places& places, const std::string& id) {
  Found found;
  auto failure = kj::runCatchingExceptions([&] {
    found.all = trial::list(places);
    auto one = std::ranges::find(found.all, id, &trial::Trial::id);
    if (one == found.all.end()) return;
    found.trial = *one;
    found.found = true;
    if (!found.trial.running) found.changes = changesOf(found.trial, places.home);
  });
  KJ_IF_MAYBE (exception, failure) logWarning("trials: " + reason(*exception));
  return found;
}

}  // namespace

TrialReview::TrialReview(Session& session, const AppsModel& names, Undo& undo, Places places, QObject* parent)
    : QAbstractListModel(parent), m_session(session), m_names(names), m_undo(undo), m_places(std::move(places)) {
  connect(&session, &Session::started, this, [this](const QString& instance) { m_started.insert(instance); });
  connect(&session, &Session::instancesChanged, this, &TrialReview::noticed);
  connect(&session, &Session::instancesRead, this, &TrialReview::listWaiting);
}

void TrialReview::noticed(const QList<Instance>& changed) {
  bool ended = false;
  for (const auto& instance : changed) {
    if (instance.state != Terms::InstanceState::Ended) continue;
    ended = true;
    if (m_started.remove(instance.id)) lookAt(instance.id, PATIENCE);
  }
  if (ended) listWaiting();
}

void TrialReview::listWaiting() {
  inBackground(
      this, [places = m_places] { return lookFor<Look>(places, {}); },
      [this](const Look& found) { setWaiting(found.all); });
}

void TrialReview::setWaiting(const std::vector<trial::Trial>& all) {
  QList<TriedApp> waiting;
  for (auto& one : all) {
    if (one.running) continue;
    auto started = QDateTime::fromString(text(one.started), Qt::ISODate);
    waiting << TriedApp{text(one.id), m_names.nameOf(text(one.holder)),
                        wording::moment(started.toMSecsSinceEpoch() * 1'000'000)};
  }
  if (waiting == m_waiting) return;
  m_waiting = waiting;
  Q_EMIT waitingChanged();
}

void TrialReview::look(const QString& trial) { lookAt(trial, 0); }

void TrialReview::lookAt(const QString& id, int patience) {
  inBackground(
      this, [places = m_places, id = id.toStdString()] { return lookFor<Look>(places, id); },
      [this, id, patience](const Look& found) {
        if (!found.found) return setWaiting(found.all);
        if (!found.trial.running) return show(found);
        if (patience > 0) QTimer::singleShot(AGAIN_MS, this, [=, this] { lookAt(id, patience - 1); });
      });
}

void TrialReview::show(const Look& found) {
  if (m_open) {
    auto id = text(found.trial.id);
    if (id != text(m_trial.id) && !m_next.contains(id)) m_next << id;
    return setWaiting(found.all);
  }
  m_trial = found.trial;
  m_faults.clear();
  if (found.changes.list.empty()) {
    setWaiting(found.all);
    return discard();
  }
  setChanges(found.changes);
  m_open = true;
  setWaiting(found.all);
  Q_EMIT changed();
}

void TrialReview::setChanges(Changes changes) {
  beginResetModel();
  m_changes = std::move(changes);
  std::ranges::sort(m_changes.list, {},
                    [](const Change& change) { return std::tie(change.inPrivateHome, change.path); });
  m_chosen.clear();
  for (auto& change : m_changes.list) m_chosen.push_back(isPlain(change) && m_faults.isEmpty());
  endResetModel();
}

QString TrialReview::title() const {
  return tr("%1 was only tried").arg(wording::isolated(m_names.nameOf(text(m_trial.holder))));
}

QString TrialReview::summary() const {
  QStringList parts;
  auto add = [&](Change::What what, const QString& words) {
    if (m_changes.count(what) > 0) parts << words;
  };
  auto number = [&](Change::What what) { return int(m_changes.count(what)); };
  add(Change::What::Created, tr("%Ln new", "things a trial made", number(Change::What::Created)));
  add(Change::What::Changed, tr("%Ln changed", "things", number(Change::What::Changed)));
  add(Change::What::Deleted, tr("%Ln deleted", "things", number(Change::What::Deleted)));
  if (m_changes.more) parts << tr("and more than can be shown");
  return parts.join(QStringLiteral(" · "));
}

int TrialReview::chosen() const { return int(std::ranges::count(m_chosen, true)); }
int TrialReview::conflicts() const { return int(std::ranges::count(m_changes.list, true, &Change::conflict)); }

void TrialReview::choose(int row, bool on) {
  if (row < 0 || row >= rowCount() || m_busy) return;
  const auto& list = m_changes.list;
  for (size_t i = 0; i < list.size(); ++i) {
    bool same = list[i].inPrivateHome == list[size_t(row)].inPrivateHome;
    bool above = same && isBelow(list[size_t(row)].path, list[i].path);
    bool below = same && isBelow(list[i].path, list[size_t(row)].path);
    if (int(i) == row || (on && above) || (below && (!on || isPlain(list[i])))) m_chosen[i] = on;
  }
  Q_EMIT dataChanged(index(0), index(rowCount() - 1), {ChosenRole});
  Q_EMIT changed();
}

void TrialReview::chooseAll(bool on) {
  if (m_busy || m_chosen.empty()) return;
  // What others changed is chosen one by one.
  for (size_t i = 0; i < m_chosen.size(); ++i) m_chosen[i] = on && isPlain(m_changes.list[i]);
  Q_EMIT dataChanged(index(0), index(rowCount() - 1), {ChosenRole});
  Q_EMIT changed();
}

void TrialReview::keep() {
  if (!m_open || m_busy) return;
  m_busy = true;
  Q_EMIT changed();
  inBackground(
      this,
      [trial = m_trial, changes = m_changes, chosen = m_chosen] {
        return trial::keepChosen(trial, changes, [&](const Change& change) -> std::optional<trial::Conflicts> {
          auto row = size_t(&change - changes.list.data());
          if (!chosen[row]) return {};
          return change.conflict ? trial::Conflicts::Replace : trial::Conflicts::Skip;
        });
      },
      [this](const std::vector<trial::NotKept>& failed) { kept(failed); });
}

void TrialReview::kept(const std::vector<trial::NotKept>& failed) {
  auto number = chosen() - int(failed.size());
  m_busy = false;
  if (failed.empty() && !m_changes.more)
    return finish(
        tr("Kept %Ln change(s) of %1", nullptr, number).arg(wording::isolated(m_names.nameOf(text(m_trial.holder)))));
  // What was kept is no change any more; the rest is shown with the reason.
  m_faults.clear();
  for (auto& one : failed) m_faults.insert(QString::fromStdString(one.path), text(one.why));
  inBackground(
      this, [places = m_places, id = m_trial.id] { return lookFor<Look>(places, id); },
      [this](const Look& found) {
        if (!m_open) return;
        setChanges(found.changes);
        Q_EMIT changed();
      });
}

void TrialReview::discard() {
  if (m_busy) return;
  auto name = wording::isolated(m_names.nameOf(text(m_trial.holder)));
  finish(m_open ? tr("Nothing of %1 was kept").arg(name) : tr("%1 changed nothing").arg(name));
}

// Removes the trial with all that was not kept.
void TrialReview::finish(const QString& line) {
  m_busy = true;
  Q_EMIT changed();
  inBackground(
      this,
      [trial = m_trial] {
        auto failure = kj::runCatchingExceptions([&] { trial::discardRest(trial); });
        KJ_IF_MAYBE (exception, failure) return QString::fromStdString(reason(*exception));
        return QString();
      },
      [this, line](const QString& why) {
        m_busy = false;
        m_undo.did(why.isEmpty() ? line : tr("The trial could not be removed: %1").arg(why));
        close();
      });
}

void TrialReview::later() {
  if (!m_busy) close();
}

void TrialReview::close() {
  m_open = false;
  Q_EMIT changed();
  listWaiting();
  if (!m_next.isEmpty()) look(m_next.takeFirst());
}

QVariant TrialReview::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& change = m_changes.list[size_t(index.row())];
  switch (role) {
    case Qt::DisplayRole:
    case PathRole: return QString::fromStdString(brief(shownPath(change.path, m_places.home), 400));
    case WhatRole:
      switch (change.what) {
        case Change::What::Created: return tr("new");
        case Change::What::Changed: return tr("changed");
        case Change::What::Deleted: return tr("deleted");
      }
      return {};
    case NoteRole:
      if (change.type == Change::Type::Other) return tr("cannot be kept: it is no file, folder or link");
      if (change.conflict) return tr("Somebody else changed it meanwhile. Keeping this replaces theirs.");
      if (change.type == Change::Type::Link) return tr("a link to %1").arg(wording::isolated(text(change.target)));
      if (change.type == Change::Type::Folder) return tr("folder");
      return change.what == Change::What::Deleted ? QString() : wording::size(change.size);
    case GroupRole: return change.inPrivateHome ? tr("What it keeps for itself") : tr("Your files");
    case SymbolRole: return change.type == Change::Type::Folder ? QStringLiteral("folder") : QStringLiteral("file");
    case ChosenRole: return bool(m_chosen[size_t(index.row())]);
    case ConflictRole: return change.conflict;
    case FaultRole: return m_faults.value(QString::fromStdString(change.path));
  }
  return {};
}

QHash<int, QByteArray> TrialReview::roleNames() const {
  return {{PathRole, "path"},     {WhatRole, "what"},     {NoteRole, "note"},         {GroupRole, "group"},
          {SymbolRole, "symbol"}, {ChosenRole, "chosen"}, {ConflictRole, "conflict"}, {FaultRole, "fault"}};
}

}  // namespace latchkey::ui
