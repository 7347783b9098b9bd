// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is open of one thing at this moment, and taking back a single file of it. Asked for only while it is looked at.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QTimer>

#include "app/ui/grants-model.h"
#include "app/ui/session.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class OpenFiles final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  // What is not in the list, or why it is empty; else empty.
  Q_PROPERTY(QString note READ note NOTIFY changed)

public:
  enum Roles {
    NameRole = Qt::UserRole + 1,  // QString: the file's own name.
    WholeRole,                    // QString: "~/Documents/a.txt"
    ProgramRole,                  // QString: "featherpad, process 4711"
    UseRole,                      // QString: "may change it · 2 MB read · 1 KB written · 14:02"
    MappedRole,                   // QString: who may stop at once when it is taken back; or empty.
    StoppableRole,                // bool: a file.
  };

  OpenFiles(Session& session, const GrantsModel& grants, Undo& undo, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_files.size()); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool open() const { return !m_grant.isEmpty(); }
  QString title() const { return m_title; }
  QString note() const { return m_note; }

  Q_INVOKABLE void show(const QString& grant);
  Q_INVOKABLE void close();
  Q_INVOKABLE void stop(int row);

  // Who may stop at once when this is taken back, a line each.
  static QStringList warnings(const Session::OpenNow& now);

Q_SIGNALS:
  void changed();

private:
  void ask();
  void take(const Session::OpenNow& now);

  Session& m_session;
  const GrantsModel& m_grants;
  Undo& m_undo;
  QString m_grant;
  QString m_title;
  QString m_note;
  QList<OpenFile> m_files;
  QTimer m_again;
};

}  // namespace latchkey::ui
