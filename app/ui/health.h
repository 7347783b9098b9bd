// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How Latchkey itself is: connected or not, whether decisions can be kept, what this machine lacks. One banner shows
// it.

#include <qqmlregistration.h>

#include "app/ui/session.h"

namespace latchkey::ui {

struct Finding {
  QString what;
  QString remedy;
};

class Health final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool online READ online NOTIFY changed)
  // Was connected once: what is missing now is a reconnect, not a start.
  Q_PROPERTY(bool starting READ starting NOTIFY changed)
  Q_PROPERTY(bool networkOff READ networkOff NOTIFY changed)
  // The banner's one line; empty: all is well.
  Q_PROPERTY(QString line READ line NOTIFY changed)
  // What else there is to read: one thing and its remedy after the other.
  Q_PROPERTY(QStringList findings READ findings NOTIFY changed)

public:
  explicit Health(Session& session, QObject* parent = nullptr);

  bool online() const { return m_session.online(); }
  bool starting() const { return !m_wasOnline; }
  bool networkOff() const { return m_status.networkOff; }
  QString line() const;
  QStringList findings() const;
  void setFindings(const QList<Finding>& findings);

Q_SIGNALS:
  void changed();

private:
  Session& m_session;
  Status m_status;
  QList<Finding> m_findings;
  bool m_wasOnline = false;
};

}  // namespace latchkey::ui
