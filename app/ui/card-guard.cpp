// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/card-guard.h"

#include <QQuickWindow>

#include "app/ui/input-guard.h"

namespace latchkey::ui {

CardGuard::CardGuard(QObject* parent) : QObject(parent) {
  m_timer.setSingleShot(true);
  m_timer.setTimerType(Qt::PreciseTimer);
  m_timer.setInterval(InputGuard::MILLISECONDS);
  connect(&m_timer, &QTimer::timeout, this, [this] {
    if (m_question) m_question->setArmed(true);
  });
}

void CardGuard::shut() {
  if (m_question) m_question->setArmed(false);
  m_timer.start();
}

void CardGuard::setQuestion(Question* question) {
  if (m_question == question) return;
  m_question = question;
  shut();
  Q_EMIT questionChanged();
}

void CardGuard::follow(QQuickWindow* window) {
  if (m_window) disconnect(m_window, nullptr, this, nullptr);
  m_window = window;
  if (m_window) connect(m_window, &QWindow::activeChanged, this, &CardGuard::shut);
  shut();
}

void CardGuard::setRow(QQuickItem* row) {
  if (m_row == row) return;
  if (m_row) disconnect(m_row, nullptr, this, nullptr);
  m_row = row;
  if (m_row) {
    connect(m_row, &QQuickItem::yChanged, this, &CardGuard::shut);
    connect(m_row, &QQuickItem::visibleChanged, this, &CardGuard::shut);
    connect(m_row, &QQuickItem::windowChanged, this, &CardGuard::follow);
  }
  follow(m_row ? m_row->window() : nullptr);
  Q_EMIT rowChanged();
}

}  // namespace latchkey::ui
