// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/ordered-rows.h"

namespace latchkey::ui {

void OrderedRows::setRows(const QStringList& wanted) {
  auto before = m_rows.size();
  if (wanted != m_rows) {
    QSet<QString> known(m_rows.begin(), m_rows.end());
    QStringList staying;
    for (const auto& id : wanted) {
      if (known.contains(id)) staying << id;
    }
    removeMissing(QSet<QString>(wanted.begin(), wanted.end()));
    if (staying == m_rows) {
      insertNew(wanted);
    } else {
      beginResetModel();
      m_rows = wanted;
      number();
      endResetModel();
    }
  }
  if (before != m_rows.size()) Q_EMIT countChanged();
}

void OrderedRows::removeMissing(const QSet<QString>& wanted) {
  for (qsizetype last = m_rows.size() - 1; last >= 0; --last) {
    if (wanted.contains(m_rows[last])) continue;
    qsizetype first = last;
    while (first > 0 && !wanted.contains(m_rows[first - 1])) --first;
    beginRemoveRows({}, int(first), int(last));
    m_rows.remove(first, last - first + 1);
    number();
    endRemoveRows();
    last = first;
  }
}

void OrderedRows::insertNew(const QStringList& wanted) {
  for (qsizetype first = 0; first < wanted.size(); ++first) {
    if (first < m_rows.size() && m_rows[first] == wanted[first]) continue;
    const QString next = first < m_rows.size() ? m_rows[first] : QString();
    qsizetype last = first;
    while (last + 1 < wanted.size() && (next.isNull() || wanted[last + 1] != next)) ++last;
    beginInsertRows({}, int(first), int(last));
    m_rows = m_rows.mid(0, first) + wanted.mid(first, last - first + 1) + m_rows.mid(first);
    number();
    endInsertRows();
    first = last;
  }
}

void OrderedRows::number() {
  m_place.clear();
  m_place.reserve(m_rows.size());
  for (qsizetype i = 0; i < m_rows.size(); ++i) m_place.insert(m_rows[i], int(i));
}

void OrderedRows::touchRow(const QString& id) {
  auto row = rowOf(id);
  if (row >= 0) Q_EMIT dataChanged(createIndex(row, 0), createIndex(row, 0));
}

void OrderedRows::touchAll() {
  if (!m_rows.isEmpty()) Q_EMIT dataChanged(createIndex(0, 0), createIndex(count() - 1, 0));
}

}  // namespace latchkey::ui
