// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What apps see and hear of the person right now: camera, microphone, screen, location. Shown in the window and in the
// tray as long as it goes on, each with its Stop.

#include "app/ui/grants-model.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class InUse final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the program's desk")

  // All lines.
  Q_PROPERTY(QString summary READ summary NOTIFY summaryChanged)

public:
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString: of the grant.
    LineRole,                   // QString: "Calls hears your microphone"
    SymbolRole,                 // QString
  };

  InUse(Session& session, const GrantsModel& grants, const AppsModel& names, Undo& undo, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  // At once; it can be undone.
  Q_INVOKABLE void stop(const QString& grant);
  QString summary() const;

Q_SIGNALS:
  void summaryChanged();

private:
  void take(const QList<Grant>& grants);
  QString line(const Grant& grant) const;

  Session& m_session;
  const GrantsModel& m_grants;
  Undo& m_undo;
  QHash<QString, Grant> m_used;
};

}  // namespace latchkey::ui
