// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/parting.h"

#include "app/ui/machine-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {

Parting::Parting(Session& session, MachineLine& line, const MachinesModel& machines, const GrantsModel& grants,
                 Undo& undo, QObject* parent)
    : QObject(parent), m_session(session), m_line(line), m_machines(machines), m_grants(grants), m_undo(undo) {
  connect(&line, &MachineLine::machinesGone, this, [this](const QStringList& ids) {
    if (ids.contains(m_machine)) keep();
  });
}

void Parting::begin(const QString& machine, What what) {
  if (!m_machines.find(machine)) return;
  keep();
  m_machine = machine;
  m_what = what;
  auto turn = ++m_turn;
  QStringList held;
  for (const auto& grant : m_machines.usedBy(machine)) held << grant.id;
  if (held.isEmpty()) return show({}, 0);
  m_session.consequences(held, this, [this, turn](const QList<Grant>& ends, quint32 live) {
    if (turn == m_turn) show(ends, live);
  });
}

void Parting::show(const QList<Grant>& ends, quint32 live) {
  auto* machine = m_machines.find(m_machine);
  if (!machine) return;
  auto who = wording::isolated(machine->petname);
  m_title = (blocking() ? tr("Block %1?") : renewing() ? tr("Forget %1 and add it again?") : tr("Forget %1?")).arg(who);
  m_lines.clear();
  auto used = m_machines.uses(m_machine);
  m_lines << (used.isEmpty() ? tr("It uses nothing of yours.") : tr("It stops using: %1").arg(used));
  if (live)
    m_lines << tr("%Ln of them are in use at this moment. What it does with them breaks off.", nullptr, int(live));
  for (const auto& grant : ends) {
    if (grant.holder == machine->holder()) continue;
    m_lines << tr("This also ends: %1, used by %2")
                   .arg(wording::isolated(m_grants.thing(grant)), wording::isolated(m_grants.who(grant)));
  }
  if (machine->offered) m_lines << tr("You stop using %Ln thing(s) of it.", nullptr, int(machine->offered));
  m_lines << (blocking() ? tr("It is not let in any more, not on anybody's word, until you unblock it. It is not told.")
              : renewing() ? tr("What was shared does not come back by itself when it is added again.")
                           : tr("Neither machine can reach the other then. You can add it again at any time."));
  m_open = true;
  Q_EMIT changed();
}

void Parting::keep() {
  ++m_turn;
  m_open = false;
  m_fault.clear();
  Q_EMIT changed();
}

void Parting::part() {
  auto* machine = m_machines.find(m_machine);
  if (!m_open || !machine) return keep();
  auto name = wording::isolated(machine->petname);
  auto then = [this, name](const QString& fault, const QList<Grant>&) { done(fault, name); };
  if (blocking()) m_line.block(m_machine, true, this, then);
  else m_line.forget(m_machine, this, then);
}

void Parting::done(const QString& fault, const QString& name) {
  m_fault = fault;
  if (!fault.isEmpty()) return Q_EMIT changed();
  auto machine = m_machine;
  keep();
  if (!blocking()) {
    m_undo.did(tr("%1 is forgotten").arg(name));
    Q_EMIT forgotten(machine);
    if (renewing()) Q_EMIT additionWanted();
    return;
  }
  // What was shared does not come back: only the door is opened again.
  m_undo.did(tr("%1 is blocked").arg(name));
}

}  // namespace latchkey::ui
