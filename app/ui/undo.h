// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The last thing the person did, and how to take it back: one line, for some seconds.

#include <qqmlregistration.h>
#include <QObject>
#include <QTimer>

#include <functional>

namespace latchkey::ui {

class Undo : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(QString text READ text NOTIFY changed)
  Q_PROPERTY(bool possible READ possible NOTIFY changed)
  Q_PROPERTY(bool showing READ showing NOTIFY changed)

public:
  explicit Undo(QObject* parent = nullptr);

  QString text() const { return m_text; }
  bool possible() const { return bool(m_back); }
  bool showing() const { return m_showing; }

  // `back` empty: only tells.
  void did(const QString& text, std::function<void()> back = {});
  // Learned later how to take back what `did` told.
  void backIs(std::function<void()> back);

  Q_INVOKABLE void takeBack();
  Q_INVOKABLE void dismiss();

Q_SIGNALS:
  void changed();

private:
  QString m_text;
  std::function<void()> m_back;
  QTimer m_timer;
  bool m_showing = false;
};

}  // namespace latchkey::ui
