// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/ask-draft.h"

#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {

AskDraft::AskDraft(SharingLine& line, const MachinesModel& machines, Undo& undo, QObject* parent)
    : QObject(parent), m_line(line), m_machines(machines), m_undo(undo) {}

QString AskDraft::machine() const {
  auto* machine = m_machines.find(m_machine);
  return machine ? machine->petname : QString();
}

bool AskDraft::later() const {
  auto* machine = m_machines.find(m_machine);
  return machine && machine->state != Machine::State::Connected;
}

QList<Choice> AskDraft::whats() const {
  return {{AFolder, tr("a folder"), {}},
          {AFile, tr("a file"), {}},
          {AService, tr("something that runs there, such as a database"), {}},
          {AHost, tr("another computer that it can reach"), {}}};
}

QList<Choice> AskDraft::accesses() const {
  return {{int(Terms::Access::Read), tr("only read", "what one would like to do with files"), {}},
          {int(Terms::Access::Write), tr("read and change", "what one would like to do with files"), {}}};
}

QList<Choice> AskDraft::lastings() const {
  return {{AnHour, tr("for an hour"), {}},
          {EightHours, tr("for 8 hours"), {}},
          {SevenDays, tr("for 7 days"), {}},
          {UntilStopped, tr("for good"), {}}};
}

void AskDraft::begin(const QString& machine) {
  ++m_turn;
  m_machine = machine;
  m_name.clear();
  m_reason.clear();
  m_fault.clear();
  m_what = AFolder;
  m_access = int(Terms::Access::Read);
  m_lasting = EightHours;
  m_asking = false;
  m_open = true;
  Q_EMIT openChanged();
  Q_EMIT changed();
}

void AskDraft::cancel() {
  ++m_turn;
  m_open = m_asking = false;
  Q_EMIT openChanged();
  Q_EMIT changed();
}

WishOrder AskDraft::order() const {
  constexpr quint64 HOURS[] = {1, 8, 7 * 24};
  constexpr Terms::Kind KINDS[] = {Terms::Kind::Folder, Terms::Kind::File, Terms::Kind::Service, Terms::Kind::Network};
  WishOrder order;
  order.machine = m_machine;
  order.kind = KINDS[qBound(0, m_what, 3)];
  order.name = m_name.simplified();
  order.claim = m_reason.simplified();
  order.access = ofFiles() && m_access == int(Terms::Access::Write) ? Terms::Access::Write : Terms::Access::Read;
  order.always = m_lasting == UntilStopped;
  if (!order.always) order.seconds = HOURS[qBound(0, m_lasting, 2)] * 3600;
  return order;
}

void AskDraft::ask() {
  if (!m_open || m_asking) return;
  m_asking = true;
  m_fault.clear();
  Q_EMIT changed();
  auto turn = ++m_turn;
  auto wanted = order();
  auto done = tr("%1 is asked for %2", "a machine, a thing")
                  .arg(wording::isolated(machine()), wording::wished(wanted.kind, wanted.name));
  m_line.ask(wanted, this, [this, turn, done](const QString& fault, const QString& wish) {
    bool here = turn == m_turn;  // Else the sheet was closed meanwhile.
    if (here) m_asking = false;
    if (!fault.isEmpty() && here) {
      m_fault = fault;
      Q_EMIT changed();
      return;
    }
    if (!fault.isEmpty()) return m_undo.did(fault);
    if (here) cancel();
    m_undo.did(done, [this, wish] { m_line.takeBack(wish, this, [](const QString&) {}); });
  });
}

}  // namespace latchkey::ui
