// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Keeps a hand that was busy elsewhere from answering a question.
//
// For 0.7 seconds after the window appeared or got the focus, every key, click, touch, wheel turn, shortcut and input
// method event is swallowed before anything in the window sees it, and the question itself is not armed, so that an
// action that comes by another way (an assistive program, a close request of the window manager) does nothing either. A
// key or button that went down in that time stays dead until it is let go: holding Space through the guard presses
// nothing.
//
// Known hole: a client of a shared X server can wait. That server is never given by default, and says so when asked
// for.

#include <qqmlregistration.h>
#include <QPointer>
#include <QSet>
#include <QTimer>
#include <QWindow>

#include "app/ui/question.h"

namespace latchkey::ui {

class InputGuard : public QObject {
  Q_OBJECT
  QML_ELEMENT
  Q_PROPERTY(QWindow* window READ window WRITE setWindow NOTIFY windowChanged)
  Q_PROPERTY(latchkey::ui::Question* question READ question WRITE setQuestion NOTIFY questionChanged)
  Q_PROPERTY(int length READ length CONSTANT)
  Q_PROPERTY(bool open READ open NOTIFY openChanged)

public:
  explicit InputGuard(QObject* parent = nullptr);

  static constexpr int MILLISECONDS = 700;

  QWindow* window() const { return m_window; }
  void setWindow(QWindow* window);
  Question* question() const { return m_question; }
  void setQuestion(Question* question);
  int length() const { return MILLISECONDS; }
  // Input passes.
  bool open() const { return m_open; }

  bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
  void windowChanged();
  void questionChanged();
  void openChanged();
  // The time starts anew: the window just appeared or got the focus.
  void closed();

private:
  void shut();
  void setOpen(bool open);
  bool swallowKey(class QKeyEvent& event);
  bool swallowButton(class QMouseEvent& event);

  QPointer<QWindow> m_window;
  QPointer<Question> m_question;
  QTimer m_timer;
  bool m_open = false;
  QSet<int> m_deadKeys;
  Qt::MouseButtons m_deadButtons;
};

}  // namespace latchkey::ui
