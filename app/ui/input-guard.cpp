// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/input-guard.h"

#include <QKeyEvent>
#include <QMouseEvent>

namespace latchkey::ui {

InputGuard::InputGuard(QObject* parent) : QObject(parent) {
  m_timer.setSingleShot(true);
  m_timer.setTimerType(Qt::PreciseTimer);
  m_timer.setInterval(MILLISECONDS);
  connect(&m_timer, &QTimer::timeout, this, [this] { setOpen(true); });
}

void InputGuard::setWindow(QWindow* window) {
  if (m_window == window) return;
  if (m_window) m_window->removeEventFilter(this);
  m_window = window;
  if (m_window) {
    m_window->installEventFilter(this);
    if (m_window->isVisible()) shut();
  }
  Q_EMIT windowChanged();
}

void InputGuard::setQuestion(Question* question) {
  if (m_question == question) return;
  if (m_question) disconnect(m_question, nullptr, this, nullptr);
  m_question = question;
  if (m_question) connect(m_question, &Question::grown, this, &InputGuard::shut);
  shut();
  Q_EMIT questionChanged();
}

void InputGuard::shut() {
  setOpen(false);
  m_timer.start();
  Q_EMIT closed();
}

void InputGuard::setOpen(bool open) {
  if (m_question) m_question->setArmed(open);
  if (m_open == open) return;
  m_open = open;
  Q_EMIT openChanged();
}

bool InputGuard::swallowKey(QKeyEvent& event) {
  if (!m_open && event.type() == QEvent::KeyPress) m_deadKeys.insert(event.key());
  if (event.type() == QEvent::KeyRelease && !event.isAutoRepeat()) return m_deadKeys.remove(event.key()) || !m_open;
  // Some systems report a held key as a new press without a release between: one that is dead stays so.
  return !m_open || m_deadKeys.contains(event.key());
}

bool InputGuard::swallowButton(QMouseEvent& event) {
  if (!m_open && event.type() != QEvent::MouseButtonRelease) m_deadButtons |= event.button();
  if (event.type() == QEvent::MouseButtonRelease && m_deadButtons.testFlag(event.button())) {
    m_deadButtons.setFlag(event.button(), false);
    return true;
  }
  return !m_open;
}

bool InputGuard::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::Show:
    case QEvent::FocusIn: shut(); return false;
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
    case QEvent::ShortcutOverride: return swallowKey(*static_cast<QKeyEvent*>(event));
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::MouseButtonDblClick: return swallowButton(*static_cast<QMouseEvent*>(event));
    case QEvent::Shortcut:
    case QEvent::Wheel:
    case QEvent::TouchBegin:
    case QEvent::TouchUpdate:
    case QEvent::TouchEnd:
    case QEvent::TabletPress:
    case QEvent::TabletRelease:
    case QEvent::NativeGesture:
    case QEvent::InputMethod: return !m_open;
    case QEvent::Close:
      if (!m_open) event->ignore();
      return !m_open;
    default: return false;
  }
}

}  // namespace latchkey::ui
