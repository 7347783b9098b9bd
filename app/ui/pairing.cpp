// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/pairing.h"

#include "app/ui/machine-words.h"
#include "app/ui/wording.h"
#include "broker/base/files.h"

namespace latchkey::ui {
namespace {

constexpr int LOOK_AGAIN_MS = 2000;
constexpr size_t LONGEST_FILE = 16'384;
// More at once is nobody's wish but somebody's attack.
constexpr qsizetype MOST_WAITING = 8;

}  // namespace

Pairing::Pairing(MachineLine& line, MachinesModel& machines, Invitations& invitations, Undo& undo, QObject* parent)
    : QObject(parent), m_line(line), m_machines(machines), m_invitations(invitations), m_undo(undo) {
  m_looking.setInterval(LOOK_AGAIN_MS);
  connect(&m_looking, &QTimer::timeout, this, &Pairing::look);
  connect(&line, &MachineLine::comparing, this, &Pairing::compare);
  connect(&line, &MachineLine::comparingEnded, this, &Pairing::ended);
  connect(&line, &MachineLine::added, this, [this](const Machine& machine) {
    if (m_step == Waiting) show(machine.id);
  });
  connect(&line, &MachineLine::cameToNothing, this, [this](const QString& why) {
    if (m_step == Waiting) fail(why);
  });
  connect(&line, &MachineLine::offline, this, [this] {
    m_queue.clear();
    m_admitting = false;  // It ended with the connection.
    if (open() && m_step != Added)
      fail(tr("The connection to the part of Latchkey that runs in the background broke."));
  });
  connect(&line, &MachineLine::machinesRead, this, &Pairing::keepAdmitting);
  connect(&invitations, &Invitations::used, this, [this](const QString&, const QString& machine) {
    if (m_step == Invite) show(machine);
    else m_undo.did(tr("An invitation was used: a machine was added. It can see nothing yet."));
  });
  connect(&machines, &MachinesModel::changed, this, [this] {
    if (m_step == Added) Q_EMIT changed();
  });
}

void Pairing::go(Step step) {
  m_step = step;
  m_fault.clear();
  if (step == Room) {
    m_looking.start();
    look();
    m_line.read();  // Where this one is reached, now that it lets in.
  } else {
    m_looking.stop();
  }
  if (step == Invite) m_invitations.make();
  else m_invitations.putAway();
  keepAdmitting();
  Q_EMIT changed();
}

void Pairing::keepAdmitting() {
  bool wanted = m_step != Invite && m_step != Join && m_step != Added && m_step != Closed && m_line.online();
  if (wanted && !m_admitting) m_line.admit();
  if (!wanted && m_admitting) m_line.stopAdmitting();
  m_admitting = wanted;
}

void Pairing::begin() {
  if (!open()) go(Ways);
}

void Pairing::choose(Step step) {
  if (m_step == Ways && (step == Room || step == Invite || step == Join)) go(step);
}

void Pairing::back() {
  stopTrying();
  if (open()) go(Ways);
}

void Pairing::look() {
  m_line.nearby(this, [this](const QList<Nearby>& list) {
    QList<NearbyOne> found;
    for (const auto& one : list) {
      found << NearbyOne{one.address, one.known.isEmpty() ? tr("shows the letters %1").arg(wording::isolated(one.hint))
                                                          : tr("may be %1").arg(wording::isolated(one.known))};
    }
    if (found == m_nearby) return;
    m_nearby = found;
    Q_EMIT nearbyChanged();
  });
}

void Pairing::add(const QString& address) {
  auto wanted = address.simplified();
  if (m_step != Room || wanted.isEmpty()) return;
  m_trying = wanted;
  m_fault.clear();
  Q_EMIT changed();
  m_line.add(wanted, this, [this](const QString& fault, const QString& machine) { tried(fault, machine); });
}

void Pairing::join(const QString& link) {
  auto wanted = link.trimmed();
  if (m_step != Join || wanted.isEmpty()) return;
  m_trying = wanted;
  m_fault.clear();
  Q_EMIT changed();
  m_line.join(wanted, this, [this](const QString& fault, const QString& machine) { tried(fault, machine); });
}

void Pairing::joinFile(const QUrl& file) {
  auto path = file.toLocalFile().toStdString();
  if (path.empty()) return;
  m_errand = FarErrand([this, path](FarErrand::Tie& tie) {
    QString link;
    KJ_IF_MAYBE (read, tryReadFile(path, LONGEST_FILE)) link = QString::fromStdString(*read).trimmed();
    tie.tell([this, link] {
      if (!link.isEmpty() && !link.contains(u'\n')) return join(link);
      m_fault = tr("This is no invitation.");
      Q_EMIT changed();
    });
  });
}

void Pairing::stopTrying() {
  if (m_trying.isEmpty()) return;
  m_trying.clear();
  m_line.stopAdding();
  m_line.stopJoining();
  Q_EMIT changed();
}

void Pairing::tried(const QString& fault, const QString& machine) {
  if (m_trying.isEmpty()) return;  // Called off meanwhile.
  m_trying.clear();
  if (fault.isEmpty()) return show(machine);
  if (m_step == Words || m_step == Waiting) return fail(fault);
  m_fault = m_step == Failed ? QString() : fault;
  Q_EMIT changed();
}

void Pairing::compare(const Comparison& comparison) {
  if (!open() || m_step == Added) return;  // Called off already.
  if (m_queue.size() >= MOST_WAITING) return m_line.answer(comparison.id, false);
  m_queue << comparison;
  if (m_step == Ways || m_step == Room) return compareNext();
  Q_EMIT changed();
}

void Pairing::compareNext() {
  m_current = m_queue.takeFirst();
  setArmed(false);
  go(Words);
}

void Pairing::ended(const QString& comparison) {
  m_queue.removeIf([&](const Comparison& one) { return one.id == comparison; });
  if (m_step == Words && m_current.id == comparison)
    return fail(tr("The other machine broke it off. Perhaps its person has closed “Add a machine”."));
  Q_EMIT changed();
}

void Pairing::setArmed(bool armed) {
  if (armed == m_armed) return;
  m_armed = armed;
  Q_EMIT armedChanged();
}

void Pairing::answer(bool match) {
  if (m_step != Words || !m_armed) return;
  m_line.answer(m_current.id, match);
  if (match) return go(Waiting);
  m_trying.clear();  // Not called off: the other side is to hear that they differ.
  fail(
      tr("The words differ, so one of you may be talking to a third machine. If somebody else was adding a machine at "
         "the same time, try again. If they differ again, use an invitation and send it another way."));
}

void Pairing::fail(const QString& why) {
  stopTrying();
  m_failure = why;
  go(Failed);
}

void Pairing::again() {
  if (m_step != Failed) return;
  if (m_queue.isEmpty()) go(Ways);
  else compareNext();
}

void Pairing::show(const QString& machine) {
  m_trying.clear();
  m_added = machine;
  m_queue.clear();
  go(Added);
}

QString Pairing::petname() const {
  auto* machine = m_machines.find(m_added);
  return machine ? machine->petname : QString();
}

int Pairing::stripe() const {
  auto* machine = m_machines.find(m_added);
  return machine ? machine->stripe : 0;
}

QString Pairing::initials() const { return wording::initials(petname()); }

void Pairing::finish(const QString& petname) {
  if (m_step != Added) return;
  auto name = petname.simplified();
  if (name.isEmpty() || name == this->petname()) return close();
  m_line.rename(m_added, name, this, [this](const QString& fault) {
    if (fault.isEmpty()) return close();
    m_fault = fault;
    Q_EMIT changed();
  });
}

void Pairing::close() {
  if (!open()) return;
  stopTrying();
  m_queue.clear();
  m_current = {};
  setArmed(false);
  go(Closed);
}

}  // namespace latchkey::ui
