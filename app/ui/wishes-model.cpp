// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/wishes-model.h"

#include <algorithm>

#include "app/ui/sharing-words.h"

namespace latchkey::ui {
namespace {

constexpr int A_MINUTE_MS = 60'000;
constexpr int MOST_ANSWERED = 5;

}  // namespace

WishesModel::WishesModel(SharingLine& line, Undo& undo, QObject* parent)
    : OrderedRows(parent), m_line(line), m_undo(undo) {
  connect(&line, &SharingLine::wishesTold, this, [this](const QList<MachineWish>& wishes) {
    m_wishes.clear();
    for (const auto& wish : wishes) m_wishes.insert(wish.id, wish);
    arrange();
    touchAll();
  });
  m_clock.setInterval(A_MINUTE_MS);
  connect(&m_clock, &QTimer::timeout, this, [this] { touchAll(); });
  m_clock.start();
}

void WishesModel::setMachine(const QString& machine) {
  if (machine == m_machine) return;
  m_machine = machine;
  setRows({});
  arrange();
}

void WishesModel::arrange() {
  QList<MachineWish> list;
  for (const auto& wish : std::as_const(m_wishes)) {
    // What was taken back is nobody's concern any more.
    if (wish.machine == m_machine && wish.state != MachineWish::State::Withdrawn) list << wish;
  }
  std::ranges::sort(list, [](auto& a, auto& b) {
    if (a.waits() != b.waits()) return a.waits();
    auto one = a.waits() ? a.since : a.decided, other = b.waits() ? b.since : b.decided;
    return one != other ? one > other : a.id < b.id;
  });
  QStringList ids;
  int answered = 0;
  for (const auto& wish : list) {
    if (wish.waits() || answered++ < MOST_ANSWERED) ids << wish.id;
  }
  setRows(ids);
}

QVariant WishesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto wish = m_wishes.value(rows()[index.row()]);
  switch (role) {
    case IdRole: return wish.id;
    case Qt::DisplayRole:
    case WhatRole: return wording::wished(wish.kind, wish.name);
    case StateRole: return wording::wishState(wish);
    case WaitsRole: return wish.waits();
    case GivenRole: return wish.state == MachineWish::State::Given;
  }
  return {};
}

QHash<int, QByteArray> WishesModel::roleNames() const {
  return {{IdRole, "wishId"}, {WhatRole, "what"}, {StateRole, "stateText"}, {WaitsRole, "waits"}, {GivenRole, "given"}};
}

void WishesModel::takeBack(const QString& id) {
  m_line.takeBack(id, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(fault);
  });
}

}  // namespace latchkey::ui
