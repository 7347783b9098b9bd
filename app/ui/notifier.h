// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Says through the desktop's notifications that a question waits unseen. Where there is no such service nothing
// happens.
//
// The text goes out with its markup characters escaped, and names no more than app and kind of thing: notifications are
// kept by other programs (xdg-desktop-portal issue 1545 is about names that became markup there).

#include <QHash>
#include <QObject>

#include "app/ui/records.h"

namespace latchkey::ui {

class Notifier final : public QObject {
  Q_OBJECT

public:
  explicit Notifier(QObject* parent = nullptr);

  void tell(const Request& request);
  // Answered or no longer asked: what was told of it goes.
  void forget(const QString& request);
  // What was just done, with a way to take it back.
  void tellDone(const QString& line);
  // The body as it is sent.
  static QString body(const Request& request);

Q_SIGNALS:
  void clicked();
  void undoWanted();

private Q_SLOTS:
  void actionInvoked(uint id, const QString& action);

private:
  // `request` is empty for what is about none.
  void send(const QString& request, const QString& title, const QString& body, const QStringList& actions,
            int milliseconds);
  void shown(const QString& request, uint id);

  QList<uint> m_shown;
  // 0: sent, and not numbered by the service yet.
  QHash<QString, uint> m_waiting;
};

}  // namespace latchkey::ui
