// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/stop-plan.h"

#include "app/ui/wording.h"

namespace latchkey::ui {

StopPlan::StopPlan(Session& session, const GrantsModel& grants, Undo& undo, QObject* parent)
    : QObject(parent), m_session(session), m_grants(grants), m_undo(undo) {}

void StopPlan::begin(const QStringList& grants) {
  if (grants.isEmpty()) return;
  m_wanted = grants;
  m_session.consequences(grants, this, [this, grants](const QList<Grant>& ends, quint32 live) {
    if (grants == m_wanted) show(ends, live);
  });
}

void StopPlan::show(const QList<Grant>& ends, quint32 live) {
  m_lines.clear();
  auto* first = m_grants.find(m_wanted.first());
  if (m_wanted.size() == 1 && first) {
    auto who = wording::isolated(m_grants.who(*first));
    m_title = tr("Stop %1 using %2?").arg(who, wording::isolated(wording::thing(first->kind, first->object)));
    if (live) m_lines << tr("%1 has it open. It may show an error or close.").arg(who);
  } else {
    m_title = tr("Stop these %Ln thing(s)?", nullptr, int(m_wanted.size()));
    if (live) m_lines << tr("%Ln of them are open now. Apps may show an error or close.", nullptr, int(live));
  }
  for (const auto& grant : ends) {
    if (m_wanted.contains(grant.id)) continue;
    m_lines << tr("This also ends: %1, used by %2")
                   .arg(wording::isolated(wording::thing(grant.kind, grant.object)),
                        wording::isolated(m_grants.who(grant)));
  }
  if (m_lines.isEmpty()) m_lines << tr("Nothing has it open, and nothing else ends with it.");
  m_open = true;
  Q_EMIT changed();
}

void StopPlan::keep() {
  m_open = false;
  m_wanted.clear();
  Q_EMIT changed();
}

void StopPlan::stop() {
  if (!m_open) return;
  auto wanted = std::exchange(m_wanted, {});
  keep();
  m_session.revoke(wanted, this, [this](const QList<Grant>& ended) {
    QStringList ids;
    for (const auto& grant : ended) ids << grant.id;
    m_undo.did(tr("Stopped %Ln thing(s)", nullptr, int(ids.size())), [this, ids] { m_session.restore(ids); });
  });
}

}  // namespace latchkey::ui
