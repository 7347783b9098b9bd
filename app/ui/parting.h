// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Forgetting or blocking a machine, in two steps: first what ends with it, then doing it.

#include <qqmlregistration.h>

#include "app/ui/grants-model.h"
#include "app/ui/machines-model.h"

namespace latchkey::ui {

class Parting final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(bool blocking READ blocking NOTIFY changed)
  Q_PROPERTY(bool renewing READ renewing NOTIFY changed)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  // What ends, and what it means, a line each.
  Q_PROPERTY(QStringList lines READ lines NOTIFY changed)
  Q_PROPERTY(QString fault READ fault NOTIFY changed)

public:
  enum What {
    Forget,
    Block,
    Renew,  // Forgotten to be added again.
  };
  Q_ENUM(What)

  Parting(Session& session, MachineLine& line, const MachinesModel& machines, const GrantsModel& grants, Undo& undo,
          QObject* parent = nullptr);

  bool open() const { return m_open; }
  bool blocking() const { return m_what == Block; }
  bool renewing() const { return m_what == Renew; }
  QString title() const { return m_title; }
  QStringList lines() const { return m_lines; }
  QString fault() const { return m_fault; }

  Q_INVOKABLE void begin(const QString& machine, latchkey::ui::Parting::What what);
  Q_INVOKABLE void keep();
  Q_INVOKABLE void part();

Q_SIGNALS:
  void changed();
  void forgotten(const QString& machine);
  // It is to be added again.
  void additionWanted();

private:
  void show(const QList<Grant>& ends, quint32 live);
  void done(const QString& fault, const QString& name);

  Session& m_session;
  MachineLine& m_line;
  const MachinesModel& m_machines;
  const GrantsModel& m_grants;
  Undo& m_undo;
  QString m_machine;
  What m_what = Forget;
  QString m_title;
  QStringList m_lines;
  QString m_fault;
  quint64 m_turn = 0;  // The last of what was asked; what earlier ones bring is old.
  bool m_open = false;
};

}  // namespace latchkey::ui
