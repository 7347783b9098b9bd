// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The apps that came as bundles: which wait for the person, which can go back to the version before, and removing one.
//
// Removing ends what runs of it, then what it was given, and then takes it away: interrupted, what is left is an app
// without permissions, never permissions without an app.

#include <qqmlregistration.h>
#include <QTimer>

#include "app/ui/apps-model.h"
#include "app/ui/installing.h"

namespace latchkey::ui {

class Packages final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  // Of versions that wait because they ask for more.
  Q_PROPERTY(int waiting READ waiting NOTIFY changed)
  Q_PROPERTY(QString waitingName READ waitingName NOTIFY changed)
  // The app that is to be removed; empty: none.
  Q_PROPERTY(QString leaving READ leaving NOTIFY leavingChanged)
  Q_PROPERTY(QString leavingName READ leavingName NOTIFY leavingChanged)
  // What ends with it.
  Q_PROPERTY(QString consequences READ consequences NOTIFY leavingChanged)
  Q_PROPERTY(bool withData READ withData WRITE setWithData NOTIFY leavingChanged)
  Q_PROPERTY(bool busy READ busy NOTIFY leavingChanged)
  // From when on it cannot be called off.
  Q_PROPERTY(bool ending READ ending NOTIFY leavingChanged)
  Q_PROPERTY(QString fault READ fault NOTIFY leavingChanged)

public:
  // How long what was told to stop may take. For tests, the second.
  static constexpr int STOP_MS = 15000;
  Packages(Session& session, PackageLine& line, Installing& installing, const AppsModel& names, Undo& undo,
           QObject* parent = nullptr);
  void waitForStop(int milliseconds) { m_stopping.setInterval(milliseconds); }

  int waiting() const;
  QString waitingName() const;
  QString leaving() const { return m_leaving; }
  QString leavingName() const;
  QString consequences() const;
  bool withData() const { return m_withData; }
  void setWithData(bool on);
  bool busy() const { return m_busy; }
  bool ending() const { return m_ending; }
  QString fault() const { return m_fault; }

  // While a window shows any of it.
  Q_INVOKABLE void setWatching(bool on) { m_line.setWatching(on); }
  // Installed from a bundle.
  Q_INVOKABLE bool has(const QString& app) const;
  // The version that it can go back to; empty: none.
  Q_INVOKABLE QString previous(const QString& app) const;
  Q_INVOKABLE void rollback(const QString& app);
  Q_INVOKABLE void lookAtWaiting();
  Q_INVOKABLE void beginRemoval(const QString& app);
  Q_INVOKABLE void remove();
  Q_INVOKABLE void keep();

Q_SIGNALS:
  void changed();
  void leavingChanged();

private:
  const Package* firstWaiting() const;
  QStringList runningOf(const QString& app) const;
  QStringList grantsOf(const QString& app) const;
  void goOn();
  void takeAway();
  void failed(const QString& fault);

  Session& m_session;
  PackageLine& m_line;
  Installing& m_installing;
  const AppsModel& m_names;
  Undo& m_undo;
  QHash<QString, Package> m_all;
  QHash<QString, QString> m_instances, m_grants;  // To their apps.
  QString m_leaving, m_fault;
  QTimer m_stopping;
  bool m_withData = false, m_busy = false, m_ending = false;
};

}  // namespace latchkey::ui
