// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What another machine's person is about to be asked for. Which thing they give is theirs to pick: all of this is a
// suggestion, and the reason is what they decide by.

#include <qqmlregistration.h>

#include "app/ui/machines-model.h"
#include "app/ui/question.h"
#include "app/ui/sharing-line.h"

namespace latchkey::ui {

class AskDraft final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY openChanged)
  Q_PROPERTY(QString machine READ machine NOTIFY openChanged)
  // It is asked when it is connected.
  Q_PROPERTY(bool later READ later NOTIFY openChanged)
  Q_PROPERTY(QList<latchkey::ui::Choice> whats READ whats CONSTANT)
  Q_PROPERTY(int what READ what WRITE setWhat NOTIFY changed)
  Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed)
  Q_PROPERTY(bool ofFiles READ ofFiles NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> accesses READ accesses CONSTANT)
  Q_PROPERTY(int access READ access WRITE setAccess NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> lastings READ lastings CONSTANT)
  Q_PROPERTY(int lasting READ lasting WRITE setLasting NOTIFY changed)
  Q_PROPERTY(QString reason READ reason WRITE setReason NOTIFY changed)
  // What was refused, about the whole.
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  Q_PROPERTY(bool asking READ asking NOTIFY changed)

public:
  enum What { AFolder, AFile, AService, AHost };
  Q_ENUM(What)
  enum Lasting { AnHour, EightHours, SevenDays, UntilStopped };
  Q_ENUM(Lasting)

  AskDraft(SharingLine& line, const MachinesModel& machines, Undo& undo, QObject* parent = nullptr);

  bool open() const { return m_open; }
  QString machine() const;
  bool later() const;
  QList<Choice> whats() const;
  int what() const { return m_what; }
  void setWhat(int what) { set(m_what, what); }
  QString name() const { return m_name; }
  void setName(const QString& name) { set(m_name, name); }
  bool ofFiles() const { return m_what == AFolder || m_what == AFile; }
  QList<Choice> accesses() const;
  int access() const { return m_access; }
  void setAccess(int access) { set(m_access, access); }
  QList<Choice> lastings() const;
  int lasting() const { return m_lasting; }
  void setLasting(int lasting) { set(m_lasting, lasting); }
  QString reason() const { return m_reason; }
  void setReason(const QString& reason) { set(m_reason, reason); }
  QString fault() const { return m_fault; }
  bool asking() const { return m_asking; }

  Q_INVOKABLE void begin(const QString& machine);
  Q_INVOKABLE void ask();
  Q_INVOKABLE void cancel();

Q_SIGNALS:
  void openChanged();
  void changed();

private:
  template <typename Value>
  void set(Value& member, const Value& value) {
    if (member == value) return;
    member = value;
    m_fault.clear();
    Q_EMIT changed();
  }
  WishOrder order() const;

  SharingLine& m_line;
  const MachinesModel& m_machines;
  Undo& m_undo;
  QString m_machine, m_name, m_reason, m_fault;
  int m_what = AFolder;
  int m_access = int(Terms::Access::Read);
  int m_lasting = EightHours;
  quint64 m_turn = 0;  // The last of what was asked; what earlier ones bring is old.
  bool m_open = false, m_asking = false;
};

}  // namespace latchkey::ui
