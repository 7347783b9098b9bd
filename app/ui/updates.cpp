// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/updates.h"

#include <QUrl>

#include <algorithm>

#include "app/ui/package-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

const auto BETWEEN = QStringLiteral(" · ");

}  // namespace

Updates::Updates(Session& session, PackageLine& line, Installing& installing, const AppsModel& names, Undo& undo,
                 QObject* parent)
    : OrderedRows(parent), m_session(session), m_line(line), m_installing(installing), m_names(names), m_undo(undo) {
  connect(&line, &PackageLine::told, this, [this](const QList<Package>& all) {
    m_all.clear();
    for (const auto& package : all)
      if (package.installed) m_all.insert(package.text.id, package);
    arrange();
  });
  connect(&line, &PackageLine::repositoriesTold, this,
          [this](const QList<FollowedRepository>& sources, const QList<PackageUpdate>& updates) {
            m_sources = sources;
            m_newer.clear();
            for (const auto& update : updates) m_newer.insert(update.offer.text.id, update);
            arrange();
          });
  // What went with the connection is not heard of again.
  connect(&session, &Session::onlineChanged, this, [this] {
    if (m_session.online()) return;
    m_asking = false;
    m_queue.clear();
    if (!m_working.isEmpty()) done(m_working, tr("Latchkey was begun anew meanwhile: try again"), {});
  });
}

Updates::State Updates::stateOf(const QString& app) const {
  if (app == m_working) return Working;
  if (m_queue.contains(app)) return Queued;
  if (!m_all.value(app).pending.isEmpty()) return Waits;
  return m_newer.contains(app) ? Ready : UpToDate;
}

bool Updates::isFollowed(const QString& origin) const {
  return std::ranges::any_of(m_sources, [&](const FollowedRepository& one) {
    return !one.id.isEmpty() && (origin == one.id || origin.startsWith(one.id + QStringLiteral(", ")));
  });
}

QString Updates::lineOf(const QString& app) const {
  const auto package = m_all.value(app);
  auto version = wording::isolated(package.text.version);
  auto newer = m_newer.value(app);
  switch (stateOf(app)) {
    case Waits: return tr("%1 asks for more than %2, which you have").arg(wording::isolated(package.pending), version);
    case Queued: return tr("Comes next");
    case Working:
    case Ready:
      return QStringList{tr("%1, you have %2").arg(wording::isolated(newer.offer.text.version), version),
                         tr("from %1", "a repository").arg(wording::isolated(newer.offer.repository))}
          .join(BETWEEN);
    case UpToDate: break;
  }
  auto have = tr("Version %1").arg(version);
  if (m_sources.isEmpty()) return have;
  return have + BETWEEN + (isFollowed(package.origin) ? tr("up to date") : tr("nobody you follow has a newer one"));
}

QVariant Updates::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const auto& app = rows()[index.row()];
  switch (role) {
    case IdRole: return app;
    case NameRole: return m_names.nameOf(app);
    case PortraitRole: return QUrl(QStringLiteral("image://app/") + QString::fromLatin1(QUrl::toPercentEncoding(app)));
    case LineRole: return lineOf(app);
    case StateRole: return stateOf(app);
    case ProgressRole: return app == m_working ? m_progress : 0.0;
    case FaultRole: return m_faults.value(app);
    case AutomaticRole: return m_all.value(app).automatic;
    case DetailsRole: return stateOf(app) == Ready || stateOf(app) == Waits;
    default: return {};
  }
}

QHash<int, QByteArray> Updates::roleNames() const {
  return {{IdRole, "appId"},         {NameRole, "name"},   {PortraitRole, "portrait"},   {LineRole, "line"},
          {StateRole, "stage"},      {FaultRole, "fault"}, {AutomaticRole, "automatic"}, {DetailsRole, "details"},
          {ProgressRole, "progress"}};
}

int Updates::waiting() const {
  return int(std::ranges::count_if(rows(), [&](const QString& app) { return stateOf(app) != UpToDate; }));
}

int Updates::ready() const {
  return int(std::ranges::count_if(rows(), [&](const QString& app) { return stateOf(app) == Ready; }));
}

QString Updates::asked() const {
  if (m_sources.isEmpty()) return tr("You follow no repository: newer versions come as files.");
  if (m_asking) return tr("Asking the repositories you follow…");
  qint64 oldest = 0;
  for (const auto& one : m_sources)
    if (one.problem.isEmpty() && one.reached != 0 && (oldest == 0 || one.reached < oldest)) oldest = one.reached;
  if (oldest == 0) return tr("None of the repositories you follow was reached.");
  return tr("The repositories you follow were reached: %1.", "a moment").arg(wording::moment(oldest));
}

QStringList Updates::problems() const {
  QStringList lines;
  for (const auto& one : m_sources)
    if (auto line = wording::problem(one); !line.isEmpty()) lines << line;
  return lines;
}

// What is newer comes first; else by name.
void Updates::arrange() {
  auto wanted = m_all.keys();
  auto before = [&](const QString& one, const QString& other) {
    bool first = stateOf(one) != UpToDate, second = stateOf(other) != UpToDate;
    if (first != second) return first;
    auto order = QString::localeAwareCompare(m_names.nameOf(one), m_names.nameOf(other));
    return order != 0 ? order < 0 : one < other;
  };
  std::ranges::sort(wanted, before);
  setRows(wanted);
  touchAll();
  Q_EMIT changed();
}

void Updates::show() {
  if (m_open) return;
  m_open = true;
  Q_EMIT openChanged();
}

void Updates::close() {
  m_open = false;
  m_faults.clear();
  touchAll();
  Q_EMIT openChanged();
}

void Updates::update(const QString& app) {
  if (stateOf(app) != Ready) return;
  m_faults.remove(app);
  m_queue << app;
  goOn();
}

void Updates::updateAll() {
  for (const auto& app : QStringList(rows()))
    if (stateOf(app) == Ready) m_queue << app;
  m_faults.clear();
  goOn();
}

// One after the other: they share a network and a disk.
void Updates::goOn() {
  if (m_working.isEmpty() && !m_queue.isEmpty()) {
    m_working = m_queue.takeFirst();
    m_progress = 0;
    auto app = m_working;
    auto turn = ++m_turn;
    m_line.update(
        app, this,
        [this, app, turn](double progress) {
          if (turn != m_turn || app != m_working) return;
          m_progress = progress;
          touchRow(app);
        },
        [this, app, turn](const QString& fault, const InstallResult& result) {
          if (turn == m_turn && app == m_working) done(app, fault, result);
        });
  }
  touchAll();
  Q_EMIT changed();
}

// `app` by value: it may be m_working.
void Updates::done(QString app, const QString& fault, const InstallResult& result) {
  m_working.clear();
  auto name = wording::isolated(m_names.nameOf(app));
  using Kind = InstallResult::Kind;
  if (!fault.isEmpty()) {
    m_faults.insert(app, tr("It is not installed: %1").arg(fault));
  } else if (result.kind == Kind::Pending) {
    m_undo.did(tr("%1 waits for you: it asks for more than before", "an app").arg(name));
  } else {
    m_newer.remove(app);
    m_undo.did(tr("%1 is at version %2 now. What runs goes on as it was", "an app")
                   .arg(name, wording::isolated(result.version)));
  }
  goOn();
}

void Updates::giveUp(const QString& app) {
  m_queue.removeAll(app);
  if (app == m_working) {
    m_line.giveUp(app);
    ++m_turn;
    m_working.clear();
  }
  goOn();
}

void Updates::look(const QString& app) {
  auto package = m_all.value(app);
  if (!package.pending.isEmpty()) m_installing.show(package);
  else if (m_newer.contains(app)) m_installing.lookOffer(m_newer[app].offer, package.text.version);
}

void Updates::setAutomatic(const QString& app, bool on) {
  m_line.setAutomatic(app, on, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(fault);
  });
}

void Updates::refresh() {
  if (m_asking || m_sources.isEmpty()) return;
  m_asking = true;
  Q_EMIT changed();
  m_line.refresh({}, this, [this](const QString& fault) {
    m_asking = false;
    if (!fault.isEmpty()) m_undo.did(fault);
    Q_EMIT changed();
  });
}

}  // namespace latchkey::ui
