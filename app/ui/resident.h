// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The program between its windows: shows the window when asked, keeps the tray, and knows when nothing is left to stay
// for.

#include <QQmlApplicationEngine>

#include "app/ui/desk.h"
#include "app/ui/notifier.h"
#include "app/ui/pick-windows.h"
#include "app/ui/prompt-desk.h"

class QDBusServiceWatcher;
class QQuickWindow;

namespace latchkey::ui {

class Resident final : public QObject {
  Q_OBJECT
  // A window of ours shows already what the passive line would say.
  Q_PROPERTY(bool windowActive READ windowActive NOTIFY windowActiveChanged)

public:
  enum class Stays { Always, WithTray, WhileNeeded };

  Resident(Session& session, Desk& desk, Catalog& catalog, const Places& places, QQmlApplicationEngine& engine,
           Stays stays, QObject* parent = nullptr);

  Q_SLOT void showWindow();
  void showApp(const QString& app);
  bool windowActive() const;

Q_SIGNALS:
  void windowActiveChanged();

private:
  void makeTray();
  void makePassiveLine();
  void leaveIfIdle();

  Desk& m_desk;
  QQmlApplicationEngine& m_engine;
  PickWindows m_picks;
  PromptDesk m_prompts;
  Notifier m_notifier;
  Stays m_stays;
  QQuickWindow* m_window = nullptr;
  QDBusServiceWatcher* m_panels = nullptr;
  QObject* m_tray = nullptr;
  QObject* m_line = nullptr;
};

}  // namespace latchkey::ui
