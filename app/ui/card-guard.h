// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The rule of InputGuard for a question that stands on a page among others.
//
// The window's input cannot be swallowed there: the rest of the page goes on. So the question itself takes no answer
// for 0.7 seconds after it appeared, after its window gained the focus, and after it moved on the page: when the
// question above is answered, the next slides under a hand that is about to click twice. What shows the question
// disables its controls while it is not armed, so that a click or a key that began too early ends in nothing.

#include <qqmlregistration.h>
#include <QPointer>
#include <QQuickItem>
#include <QTimer>
#include <QWindow>

#include "app/ui/question.h"

namespace latchkey::ui {

class CardGuard : public QObject {
  Q_OBJECT
  QML_ELEMENT
  Q_PROPERTY(latchkey::ui::Question* question READ question WRITE setQuestion NOTIFY questionChanged)
  // The row that may move.
  Q_PROPERTY(QQuickItem* row READ row WRITE setRow NOTIFY rowChanged)

public:
  explicit CardGuard(QObject* parent = nullptr);

  Question* question() const { return m_question; }
  void setQuestion(Question* question);
  QQuickItem* row() const { return m_row; }
  void setRow(QQuickItem* row);

Q_SIGNALS:
  void questionChanged();
  void rowChanged();

private:
  void shut();
  void follow(QQuickWindow* window);

  QPointer<Question> m_question;
  QPointer<QQuickItem> m_row;
  QPointer<QQuickWindow> m_window;
  QTimer m_timer;
};

}  // namespace latchkey::ui
