// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/undo.h"

namespace latchkey::ui {
namespace {

constexpr int SHOWN_MS = 5000;

}  // namespace

Undo::Undo(QObject* parent) : QObject(parent) {
  m_timer.setSingleShot(true);
  m_timer.setInterval(SHOWN_MS);
  connect(&m_timer, &QTimer::timeout, this, [this] {
    m_showing = false;
    Q_EMIT changed();
  });
}

void Undo::did(const QString& text, std::function<void()> back) {
  m_text = text;
  m_back = std::move(back);
  m_showing = true;
  m_timer.start();
  Q_EMIT changed();
}

void Undo::backIs(std::function<void()> back) {
  m_back = std::move(back);
  Q_EMIT changed();
}

void Undo::takeBack() {
  auto back = std::exchange(m_back, {});
  dismiss();
  if (back) back();
}

void Undo::dismiss() {
  m_showing = false;
  m_timer.stop();
  Q_EMIT changed();
}

}  // namespace latchkey::ui
