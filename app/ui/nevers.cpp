// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/nevers.h"

#include "app/ui/wording.h"

namespace latchkey::ui {

Nevers::Nevers(Session& session, const AppsModel& names, Undo& undo, QObject* parent)
    : QAbstractListModel(parent), m_session(session), m_names(names), m_undo(undo) {
  connect(&session, &Session::onlineChanged, this, [this] {
    if (m_open && m_session.online()) read();
  });
}

QString Nevers::who(const Grant& refused) const { return m_names.wholeNameOf(refused.holder); }

QVariant Nevers::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= m_list.size()) return {};
  const auto& refused = m_list[index.row()];
  switch (role) {
    case SentenceRole: return wording::refusal(refused, who(refused));
    case SinceRole: return refused.created > 0 ? tr("since %1").arg(wording::moment(refused.created)) : QString();
    case WholeRole: return wording::wholeName(refused.kind, refused.object);
    default: return {};
  }
}

QHash<int, QByteArray> Nevers::roleNames() const {
  return {{SentenceRole, "sentence"}, {SinceRole, "since"}, {WholeRole, "whole"}};
}

QString Nevers::note() const {
  return m_read && m_list.isEmpty() ? tr("You said “never” to nothing. Where you do, it is listed here.") : QString();
}

void Nevers::show() {
  m_open = true;
  m_read = false;
  Q_EMIT changed();
  read();
}

void Nevers::close() {
  m_open = false;
  Q_EMIT changed();
}

void Nevers::read() {
  m_session.refusals(this, [this](const QList<Grant>& list) {
    beginResetModel();
    m_list = list;
    m_read = true;
    endResetModel();
    Q_EMIT changed();
  });
}

void Nevers::takeBack(int row) {
  if (row < 0 || row >= m_list.size()) return;
  auto refused = m_list[row];
  m_session.forget(refused.id, this, [this, refused](const QString& fault) {
    if (!fault.isEmpty()) return m_undo.did(fault);
    remove(refused.id);
    // By hand it is said of files and folders alone.
    bool again = !refused.object.path.isEmpty();
    auto line = tr("Taken back. %1 may ask again.").arg(wording::isolated(who(refused)));
    m_undo.did(line, again ? std::function<void()>([this, refused] { sayAgain(refused); }) : nullptr);
  });
}

void Nevers::remove(const QString& id) {
  for (int row = 0; row < m_list.size(); ++row) {
    if (m_list[row].id != id) continue;
    beginRemoveRows({}, row, row);
    m_list.removeAt(row);
    endRemoveRows();
    return Q_EMIT changed();
  }
}

void Nevers::sayAgain(const Grant& refused) {
  Rule rule{.grant = {},
            .holder = refused.holder,
            .path = refused.object.path,
            .scope = refused.object.scope,
            .access = refused.access,
            .lifetime = {Terms::Lasting::Always, 0}};
  m_session.refuse(rule, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(fault);
    if (m_open) read();
  });
}

}  // namespace latchkey::ui
