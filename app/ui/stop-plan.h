// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Taking something back, in two steps: first what ends with it, then doing it. The second step can be undone.

#include <qqmlregistration.h>

#include "app/ui/grants-model.h"
#include "app/ui/open-files.h"
#include "app/ui/session.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class StopPlan final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  // What ends besides, a line each.
  Q_PROPERTY(QStringList lines READ lines NOTIFY changed)
  // What is open right now of one of them.
  Q_PROPERTY(latchkey::ui::OpenFiles* files READ files CONSTANT)
  // It was stopped, and whether what was open is cut is not known, or it cannot be: only ending the apps makes it sure.
  Q_PROPERTY(bool unsure READ unsure NOTIFY changed)

public:
  StopPlan(Session& session, const GrantsModel& grants, AppsModel& apps, Undo& undo, QObject* parent = nullptr);

  bool open() const { return m_open; }
  QString title() const { return m_title; }
  QStringList lines() const { return m_lines; }
  OpenFiles* files() { return &m_files; }
  bool unsure() const { return m_open && !m_doubtful.isEmpty(); }

  Q_INVOKABLE void begin(const QStringList& grants);
  Q_INVOKABLE void keep();
  Q_INVOKABLE void stop();
  // When unsure: ends the apps that may still hold what was stopped.
  Q_INVOKABLE void stopApps();

Q_SIGNALS:
  void changed();

private:
  void look(const QList<Grant>& ends, quint32 live);
  void show(const QList<Grant>& ends, quint32 live, const QStringList& warnings);
  void ended(const QList<Grant>& grants, Session::Cut cut);
  void showDoubt(const QList<Grant>& ended, Session::Cut cut);
  // Of these, what is at full speed in an app that runs: what it holds open of it cannot be cut.
  QList<Grant> fastAndRunning(const QList<Grant>& grants) const;

  Session& m_session;
  const GrantsModel& m_grants;
  AppsModel& m_apps;
  Undo& m_undo;
  OpenFiles m_files;
  QStringList m_wanted;
  QStringList m_doubtful;  // Apps.
  QString m_title;
  QStringList m_lines;
  quint64 m_turn = 0;  // The last of what was asked; what earlier ones bring is old.
  bool m_open = false;
};

}  // namespace latchkey::ui
