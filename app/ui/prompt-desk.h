// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The questions that are on the screen now. One window each; the broker never shows two of one app.
//
// The window that shows a question is QML of its own, kept small. It is compiled, and one of it built and hidden, while
// nothing happens, so that a question is on the screen a frame after it was asked.

#include <QHash>
#include <QPointer>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QTimer>

#include <functional>

#include "app/ui/question.h"
#include "app/ui/session.h"
#include "app/ui/undo.h"

class QQuickWindow;

namespace latchkey::ui {

class PromptDesk final : public QObject {
  Q_OBJECT
  Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
  // The window's QML type: a Window with the properties `question` and `undo`.
  PromptDesk(Session& session, Undo& undo, QQmlEngine& engine, QObject* parent = nullptr);
  ~PromptDesk() override;

  int count() const { return int(m_shown.size()); }
  // Builds the hidden window if there is none.
  void prepare();
  // Brings what waits to the front.
  Q_SLOT void raise();
  // How a question is shown whose answer is a choice among things. Without it such a question is declined once.
  using Maker = std::function<QQuickWindow*(Question*)>;
  void pickWith(Maker maker) { m_pick = std::move(maker); }
  QQuickWindow* windowOf(const QString& request) const;

Q_SIGNALS:
  void countChanged();
  // Nobody has looked at it for a while.
  void unseen(const latchkey::ui::Request& request);
  // It is no longer on the screen.
  void gone(const QString& request);
  void pageWanted(const QString& app);

private:
  struct Shown {
    Question* question = nullptr;
    QQuickWindow* window = nullptr;
  };

  void present(const Request& request);
  void answered(const QString& id, const Answer& answer);
  void withdraw(const QString& id);
  void take(const QString& id);
  void gather(const Request& request);
  void learnGrants(const QList<Request>& changed);
  // Brings the question back once if another window comes over it right after it appeared.
  void keepInSight(const QString& id);
  void watchUnseen(const Request& request);
  QQuickWindow* window();
  QQuickWindow* windowFor(Question* question);

  Session& m_session;
  Undo& m_undo;
  QQmlEngine& m_engine;
  QQmlComponent m_component;
  QTimer m_idle;
  QQuickWindow* m_spare = nullptr;
  QHash<QString, Shown> m_shown;
  QString m_lastAllowed;
  Maker m_pick;
};

}  // namespace latchkey::ui
