// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// This machine as others see it: its name, and whether and where they reach it.

#include <qqmlregistration.h>
#include <QTimer>

#include "app/ui/machine-line.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class ThisMachine final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed)
  Q_PROPERTY(bool listening READ listening WRITE setListening NOTIFY changed)
  Q_PROPERTY(bool announced READ announced WRITE setAnnounced NOTIFY changed)
  // 0: the usual one.
  Q_PROPERTY(int port READ port WRITE setPort NOTIFY changed)
  Q_PROPERTY(QStringList addresses READ addresses NOTIFY changed)
  Q_PROPERTY(QString trouble READ trouble NOTIFY changed)
  // "Others reach it at 192.168.1.5:7357"
  Q_PROPERTY(QString reach READ reach NOTIFY changed)
  Q_PROPERTY(QString identity READ identity NOTIFY changed)
  // Somebody looks: addresses and troubles come and go.
  Q_PROPERTY(bool watching READ watching WRITE setWatching NOTIFY watchingChanged)

public:
  ThisMachine(MachineLine& line, Undo& undo, QObject* parent = nullptr);

  QString name() const { return m_own.name; }
  void setName(const QString& name);
  bool listening() const { return m_own.listening; }
  void setListening(bool listening);
  bool announced() const { return m_own.announce; }
  void setAnnounced(bool announced);
  int port() const { return m_own.port; }
  void setPort(int port);
  QStringList addresses() const { return m_own.addresses; }
  QString trouble() const { return m_own.trouble; }
  QString reach() const;
  QString identity() const { return m_own.id; }
  bool watching() const { return m_again.isActive(); }
  void setWatching(bool watching);

Q_SIGNALS:
  void changed();
  void watchingChanged();

private:
  void tell(OwnMachine wanted);

  MachineLine& m_line;
  Undo& m_undo;
  OwnMachine m_own;
  int m_telling = 0;  // What is read meanwhile is of before.
  QTimer m_again;
};

}  // namespace latchkey::ui
