// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// "Why?" of a line of the journal: the rule that decided, who made it, when and how; or what forbids it.

#include <qqmlregistration.h>

#include "app/ui/apps-model.h"
#include "app/ui/rule-records.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class Explanation final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  Q_PROPERTY(QStringList lines READ lines NOTIFY changed)

public:
  Explanation(Session& session, const AppsModel& names, QObject* parent = nullptr);

  bool open() const { return m_open; }
  QString title() const { return m_title; }
  QStringList lines() const { return m_lines; }

  // By its number in the journal.
  Q_INVOKABLE void begin(const QString& sequence);
  Q_INVOKABLE void close();

Q_SIGNALS:
  void changed();

private:
  void show(const Reason& reason);

  Session& m_session;
  const AppsModel& m_names;
  QString m_wanted, m_title;
  QStringList m_lines;
  bool m_open = false;
};

}  // namespace latchkey::ui
