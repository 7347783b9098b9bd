// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A list model's rows, brought from one order to another with as little disturbance as a view can notice: rows that
// left are removed, rows that came are inserted, all others stay - so that a list of thousands keeps its place while it
// changes. Only where rows that stay changed their order among themselves is the model reset.

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

namespace latchkey::ui {

class OrderedRows : public QAbstractListModel {
  Q_OBJECT
  Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
  using QAbstractListModel::QAbstractListModel;
  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
  int count() const { return int(m_rows.size()); }

Q_SIGNALS:
  void countChanged();

protected:
  // Ids in the order shown.
  const QStringList& rows() const { return m_rows; }
  int rowOf(const QString& id) const { return m_place.value(id, -1); }
  void setRows(const QStringList& wanted);
  void touchRow(const QString& id);
  void touchAll();

private:
  void removeMissing(const QSet<QString>& wanted);
  void insertNew(const QStringList& wanted);
  void number();

  QStringList m_rows;
  QHash<QString, int> m_place;
};

}  // namespace latchkey::ui
