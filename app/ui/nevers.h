// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the person said "never" to, and taking it back. Read when it is looked at.

#include <qqmlregistration.h>
#include <QAbstractListModel>

#include "app/ui/apps-model.h"
#include "app/ui/session.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class Nevers final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  // Why the list is empty; else empty.
  Q_PROPERTY(QString note READ note NOTIFY changed)

public:
  enum Roles {
    SentenceRole = Qt::UserRole + 1,  // QString: "GIMP may never look at or change ~/notes.txt."
    SinceRole,                        // QString: "since yesterday", or empty.
    WholeRole,                        // QString: the whole path or address.
  };

  Nevers(Session& session, const AppsModel& names, Undo& undo, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_list.size()); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool open() const { return m_open; }
  QString note() const;

  Q_INVOKABLE void show();
  Q_INVOKABLE void close();
  Q_INVOKABLE void takeBack(int row);

Q_SIGNALS:
  void changed();

private:
  void read();
  void remove(const QString& id);
  void sayAgain(const Grant& refused);
  QString who(const Grant& refused) const;

  Session& m_session;
  const AppsModel& m_names;
  Undo& m_undo;
  QList<Grant> m_list;
  bool m_open = false;
  bool m_read = false;
};

}  // namespace latchkey::ui
