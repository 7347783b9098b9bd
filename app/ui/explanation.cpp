// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/explanation.h"

#include "app/ui/wording.h"

namespace latchkey::ui {

Explanation::Explanation(Session& session, const AppsModel& names, QObject* parent)
    : QObject(parent), m_session(session), m_names(names) {}

void Explanation::begin(const QString& sequence) {
  m_wanted = sequence;
  m_session.why(sequence.toULongLong(), this, [this, sequence](const Reason& reason) {
    if (sequence == m_wanted) show(reason);
  });
}

void Explanation::show(const Reason& reason) {
  using Decides = Reason::Decides;
  m_lines.clear();
  bool allowed = reason.decides == Decides::Allowed;
  m_title = allowed ? tr("Allowed by a rule of yours") : tr("Refused");
  if (reason.decides == Decides::Asked) m_title = tr("No rule decided");
  const auto& grant = reason.grant;
  if (reason.byRule && allowed) {
    m_lines << wording::rule(grant, m_names.nameOf(grant.holder));
    m_lines << tr("Since %1: %2.").arg(wording::moment(grant.created), wording::origin(grant.origin));
    auto state = wording::state(grant);
    if (!state.isEmpty()) m_lines << state;
  } else if (reason.byRule) {
    m_lines << wording::refusal(grant, m_names.nameOf(grant.holder));
    m_lines << tr("You said so: %1.").arg(wording::moment(grant.created));
  } else if (!reason.line.isEmpty()) {
    m_lines << reason.line;
  } else {
    m_lines << tr("You are asked about this.");
  }
  m_open = true;
  Q_EMIT changed();
}

void Explanation::close() {
  m_open = false;
  Q_EMIT changed();
}

}  // namespace latchkey::ui
