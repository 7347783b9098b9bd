// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What one machine was asked for, and what came of it: what waits first, then the last few that were answered.

#include <qqmlregistration.h>

#include <QTimer>

#include "app/ui/ordered-rows.h"
#include "app/ui/sharing-line.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class WishesModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")

public:
  enum Role {
    IdRole = Qt::UserRole,
    WhatRole,   // QString: what was asked for; what it is called is this person's own word.
    StateRole,  // QString
    WaitsRole,  // bool: it can be taken back.
    GivenRole,  // bool
  };

  WishesModel(SharingLine& line, Undo& undo, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  void setMachine(const QString& machine);

  Q_INVOKABLE void takeBack(const QString& id);

private:
  void arrange();

  SharingLine& m_line;
  Undo& m_undo;
  QString m_machine;
  QHash<QString, MachineWish> m_wishes;
  QTimer m_clock;  // What is said of the past changes by itself.
};

}  // namespace latchkey::ui
