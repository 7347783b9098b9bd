// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/machine-view.h"

#include "app/ui/machine-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {

MachineView::MachineView(Session& session, MachineLine& line, SharingLine& sharing, MachinesModel& machines,
                         const AppsModel& names, Undo& undo, QObject* parent)
    : QObject(parent),
      m_line(line),
      m_machines(machines),
      m_undo(undo),
      m_grants(session, names),
      m_offers(session, sharing, machines, names, undo),
      m_wishes(sharing, undo) {
  m_grants.setApp(QStringLiteral("machine:"));  // Of none.
  connect(&machines, &MachinesModel::changed, this, &MachineView::changed);
}

void MachineView::open(const QString& machine) {
  m_id = machine;
  m_grants.setApp(QStringLiteral("machine:") + machine);
  m_offers.setMachine(machine);
  m_wishes.setMachine(machine);
  Q_EMIT changed();
}

QString MachineView::of(QString Machine::* part) const {
  auto* machine = m_machines.find(m_id);
  return machine ? machine->*part : QString();
}

bool MachineView::is(Machine::State state) const {
  auto* machine = m_machines.find(m_id);
  return machine && machine->state == state;
}

int MachineView::stripe() const {
  auto* machine = m_machines.find(m_id);
  return machine ? machine->stripe : 0;
}

QString MachineView::initials() const { return wording::initials(petname()); }

QString MachineView::stateText() const {
  auto* machine = m_machines.find(m_id);
  return machine ? wording::state(*machine) : QString();
}

QString MachineView::why() const { return connected() ? QString() : of(&Machine::why); }

QString MachineView::way() const {
  auto* machine = m_machines.find(m_id);
  return machine ? wording::way(*machine) : QString();
}

QString MachineView::care() const {
  auto* machine = m_machines.find(m_id);
  return machine ? wording::care(*machine) : QString();
}

bool MachineView::beginAnew() const { return is(Machine::State::KeyChanged) || is(Machine::State::Refused); }

QString MachineView::identity() const {
  QStringList groups;
  for (qsizetype at = 0; at < m_id.size(); at += 4) groups << m_id.mid(at, 4);
  return groups.join(u' ');
}

QString MachineView::paired() const {
  auto* machine = m_machines.find(m_id);
  return machine && machine->paired ? wording::moment(machine->paired) : QString();
}

QString MachineView::seen() const {
  auto* machine = m_machines.find(m_id);
  if (!machine) return {};
  return machine->state == Machine::State::Connected ? tr("now") : wording::moment(machine->seen);
}

QList<Way> MachineView::ways() const {
  QList<Way> list;
  auto* machine = m_machines.find(m_id);
  if (!machine) return list;
  for (const auto& route : machine->routes) {
    bool worked = route.tried && route.outcome.isEmpty();
    list << Way{route.text, wording::origin(route.origin), wording::outcome(route), worked};
  }
  return list;
}

QStringList MachineView::wayTexts() const {
  QStringList texts;
  for (const auto& way : ways()) texts << way.text;
  return texts;
}

void MachineView::setWays(const QStringList& ways) {
  m_line.setRoutes(m_id, ways, this, [this](const QString& fault) {
    if (!fault.isEmpty()) m_undo.did(fault);
    m_line.read();
  });
}

void MachineView::addWay(const QString& text) {
  auto way = text.simplified();
  auto ways = wayTexts();
  if (way.isEmpty() || ways.contains(way)) return;
  setWays(ways << way);
}

void MachineView::removeWay(int index) {
  auto ways = wayTexts();
  if (index < 0 || index >= ways.size()) return;
  auto before = ways;
  auto gone = ways.takeAt(index);
  setWays(ways);
  m_undo.did(tr("%1 is no way to it any more").arg(wording::isolated(gone)), [this, before, id = m_id] {
    if (id == m_id) setWays(before);
  });
}

void MachineView::raiseWay(int index) {
  auto ways = wayTexts();
  if (index < 1 || index >= ways.size()) return;
  ways.move(index, index - 1);
  setWays(ways);
}

}  // namespace latchkey::ui
