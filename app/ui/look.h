// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the desktop says about looks: dark or light, its accent, whether things may move.

#include <qqmlregistration.h>
#include <QColor>
#include <QObject>

class QQmlEngine;
class QJSEngine;

namespace latchkey::ui {

class Look final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_SINGLETON
  Q_PROPERTY(bool dark READ dark NOTIFY changed)
  // Invalid where the desktop names none.
  Q_PROPERTY(QColor accent READ accent NOTIFY changed)
  Q_PROPERTY(bool motion READ motion NOTIFY changed)

public:
  // No default: QML would then make one of its own instead of calling create().
  explicit Look(QObject* parent);
  static Look* create(QQmlEngine*, QJSEngine*);
  // One for the whole process; QML engines share it.
  static Look& shared();

  bool dark() const;
  QColor accent() const { return m_accent; }
  bool motion() const { return m_motion; }
  // For pictures and tests.
  void force(bool dark);
  void setMotion(bool motion);
  void setAccent(const QColor& accent);
  // Asks the desktop portal's settings, without waiting.
  void askDesktop();

Q_SIGNALS:
  void changed();

private:
  QColor m_accent;
  bool m_motion = true;
  int m_forced = -1;
};

}  // namespace latchkey::ui
