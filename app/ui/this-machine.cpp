// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/this-machine.h"

#include "app/ui/machine-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int AGAIN_MS = 5000;

}  // namespace

ThisMachine::ThisMachine(MachineLine& line, Undo& undo, QObject* parent) : QObject(parent), m_line(line), m_undo(undo) {
  connect(&line, &MachineLine::machinesRead, this, [this](const QList<Machine>&, const OwnMachine& own) {
    if (own == m_own || m_telling > 0) return;
    m_own = own;
    Q_EMIT changed();
  });
  m_again.setInterval(AGAIN_MS);
  connect(&m_again, &QTimer::timeout, &line, &MachineLine::read);
}

void ThisMachine::setWatching(bool watching) {
  if (watching == this->watching()) return;
  if (watching) {
    m_again.start();
    m_line.read();
  } else {
    m_again.stop();
  }
  Q_EMIT watchingChanged();
}

QString ThisMachine::reach() const {
  if (!m_own.trouble.isEmpty()) return tr("Others cannot reach it: %1").arg(m_own.trouble);
  if (!m_own.listening) return tr("Others cannot connect to it; it can connect to them.");
  if (m_own.addresses.isEmpty())
    return tr("Nobody reaches it at this moment: it is on no network, or there is no machine that may connect.");
  return tr("Others reach it at %1").arg(wording::few(m_own.addresses));
}

void ThisMachine::tell(OwnMachine wanted) {
  if (wanted == m_own) return;
  // Shown as wanted at once; what became of it is read after.
  m_own = wanted;
  Q_EMIT changed();
  ++m_telling;
  m_line.setSelf(wanted, this, [this](const QString& fault) {
    --m_telling;
    if (!fault.isEmpty()) m_undo.did(fault);
    m_line.read();
  });
}

void ThisMachine::setName(const QString& name) {
  auto wanted = m_own;
  wanted.name = name.simplified();
  if (!wanted.name.isEmpty()) tell(wanted);
}

void ThisMachine::setListening(bool listening) {
  auto wanted = m_own;
  wanted.listening = listening;
  tell(wanted);
}

void ThisMachine::setAnnounced(bool announced) {
  auto wanted = m_own;
  wanted.announce = announced;
  tell(wanted);
}

void ThisMachine::setPort(int port) {
  auto wanted = m_own;
  wanted.port = quint16(qBound(0, port, 65535));
  tell(wanted);
}

}  // namespace latchkey::ui
