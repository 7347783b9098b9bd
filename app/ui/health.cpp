// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/health.h"

namespace latchkey::ui {

Health::Health(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&session, &Session::onlineChanged, this, [this] {
    m_wasOnline = m_wasOnline || m_session.online();
    Q_EMIT changed();
  });
  connect(&session, &Session::statusChanged, this, [this](const Status& status) {
    m_status = status;
    Q_EMIT changed();
  });
}

QString Health::line() const {
  if (!online() && m_wasOnline) return tr("Reconnecting – apps keep running.");
  if (!m_status.store.isEmpty()) return tr("Decisions cannot be kept: %1").arg(m_status.store);
  if (m_status.networkOff) return tr("The network is off for all apps.");
  if (!m_findings.isEmpty())
    return tr("%Ln thing(s) on this computer limit what Latchkey can do.", nullptr, int(m_findings.size()));
  return {};
}

QStringList Health::findings() const {
  QStringList list;
  for (const auto& finding : m_findings) list << finding.what << finding.remedy;
  return list;
}

void Health::setFindings(const QList<Finding>& findings) {
  m_findings = findings;
  Q_EMIT changed();
}

}  // namespace latchkey::ui
