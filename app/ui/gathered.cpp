// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/gathered.h"

#include <algorithm>

#include "app/ui/network-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

bool isLocal(const NetworkWish& wish) { return wish.place != NetworkWish::Place::Internet || !wish.local.isEmpty(); }

}  // namespace

Gathered::Gathered(const Request& first, QObject* parent) : QAbstractListModel(parent), m_rows{{first, true}} {
  m_since.start();
}

QHash<int, QByteArray> Gathered::roleNames() const {
  return {{HostRole, "host"}, {DetailRole, "detail"}, {OnRole, "on"}};
}

QVariant Gathered::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& row = m_rows[index.row()];
  if (!row.request.network) return {};
  switch (role) {
    case HostRole: return row.request.network->host;
    case DetailRole: {
      QStringList parts{wording::detail(*row.request.network)};
      if (auto remark = wording::remark(*row.request.network); !remark.isEmpty()) parts << remark;
      if (!row.request.claim.isEmpty()) parts << tr("it says: “%1”").arg(wording::isolated(row.request.claim));
      return parts.join(QStringLiteral(" · "));
    }
    case OnRole: return row.on;
  }
  return {};
}

int Gathered::chosen() const {
  return int(std::count_if(m_rows.begin(), m_rows.end(), [](const One& row) { return row.on; }));
}

bool Gathered::join(const Request& request) {
  const auto& first = m_rows.first().request;
  if (!first.network || !request.network || request.app != first.app || request.instance != first.instance)
    return false;
  if (isLocal(*first.network) || isLocal(*request.network)) return false;
  auto same = [&](const One& row) { return row.request.id == request.id; };
  if (std::any_of(m_rows.begin(), m_rows.end(), same)) return true;
  if (m_rows.size() >= MOST || m_since.hasExpired(m_patience)) return false;
  beginInsertRows({}, count(), count());
  m_rows.append({request, true});
  endInsertRows();
  Q_EMIT countChanged();
  Q_EMIT chosenChanged();
  return true;
}

void Gathered::leave(const QString& request) {
  for (int i = 1; i < count(); ++i) {
    if (m_rows[i].request.id != request) continue;
    beginRemoveRows({}, i, i);
    m_rows.removeAt(i);
    endRemoveRows();
    Q_EMIT countChanged();
    Q_EMIT chosenChanged();
    return;
  }
}

void Gathered::set(int row, bool on) {
  if (row < 0 || row >= count() || m_rows[row].on == on) return;
  m_rows[row].on = on;
  Q_EMIT dataChanged(index(row), index(row), {OnRole});
  Q_EMIT chosenChanged();
}

}  // namespace latchkey::ui
