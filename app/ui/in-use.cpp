// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/in-use.h"

#include <algorithm>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

struct Uses {
  Q_DECLARE_TR_FUNCTIONS(Uses)
};

// Rights that are used from the start to the end of an app are none of these: there is nothing to notice about them.
struct Watched {
  const char* target;
  QString (*line)(const QString& who);
};
const Watched WATCHED[] = {
    {"microphone", [](const QString& who) { return Uses::tr("%1 hears your microphone").arg(who); }},
    {"camera", [](const QString& who) { return Uses::tr("%1 uses your camera").arg(who); }},
    {"screencast", [](const QString& who) { return Uses::tr("%1 watches your screen").arg(who); }},
    {"remote-desktop", [](const QString& who) { return Uses::tr("%1 sees and controls your screen").arg(who); }},
    {"input-capture", [](const QString& who) { return Uses::tr("%1 can take over your keyboard and mouse").arg(who); }},
    {"location", [](const QString& who) { return Uses::tr("%1 follows where you are").arg(who); }},
};

const Watched* watched(const Grant& grant) {
  if (grant.kind != Terms::Kind::Desktop) return nullptr;
  auto* found =
      std::ranges::find_if(WATCHED, [&](auto& one) { return grant.object.target == QLatin1String(one.target); });
  return found == std::end(WATCHED) ? nullptr : found;
}

}  // namespace

InUse::InUse(Session& session, const GrantsModel& grants, const AppsModel& names, Undo& undo, QObject* parent)
    : OrderedRows(parent), m_session(session), m_grants(grants), m_undo(undo) {
  connect(&session, &Session::grantsRead, this, [this](const QList<Grant>& all) {
    m_used.clear();
    take(all);
  });
  connect(&session, &Session::grantsChanged, this, &InUse::take);
  connect(&names, &AppsModel::namesChanged, this, [this] {
    touchAll();
    Q_EMIT summaryChanged();
  });
}

void InUse::take(const QList<Grant>& grants) {
  for (const auto& grant : grants) {
    bool used = grant.live > 0 && !grant.over() && watched(grant);
    if (used) m_used.insert(grant.id, grant);
    else m_used.remove(grant.id);
  }
  auto ids = m_used.keys();
  // The one that began last is what the person wonders about.
  std::ranges::sort(ids, [this](const QString& a, const QString& b) {
    return std::pair(m_used[b].used, a) < std::pair(m_used[a].used, b);
  });
  setRows(ids);
  Q_EMIT summaryChanged();
}

QString InUse::summary() const {
  QStringList lines;
  for (const auto& id : rows()) lines << line(m_used[id]);
  return lines.join(u'\n');
}

QString InUse::line(const Grant& grant) const { return watched(grant)->line(wording::isolated(m_grants.who(grant))); }

QVariant InUse::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  auto grant = m_used.constFind(rows()[index.row()]);
  if (grant == m_used.cend()) return {};  // About to leave.
  switch (role) {
    case IdRole: return grant->id;
    case Qt::DisplayRole:
    case LineRole: return line(*grant);
    case SymbolRole: return wording::symbol(*grant);
  }
  return {};
}

QHash<int, QByteArray> InUse::roleNames() const {
  return {{IdRole, "grantId"}, {LineRole, "line"}, {SymbolRole, "symbol"}};
}

void InUse::stop(const QString& grant) {
  auto used = m_used.constFind(grant);
  if (used == m_used.cend()) return;
  m_session.revoke({grant}, this, [this, line = line(*used)](const QList<Grant>& ended, Session::Cut) {
    QStringList ids;
    for (const auto& one : ended) ids << one.id;
    m_undo.did(Uses::tr("Stopped: %1").arg(line), [this, ids] { m_session.restore(ids); });
  });
}

}  // namespace latchkey::ui
