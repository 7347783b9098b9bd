// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Adding a machine, from the first choice to its name.
//
// While it is open and no invitation is being made or used, machines nearby may ask: closing it ends that. Words are
// compared one machine at a time; whoever asks meanwhile waits, so that nothing changes under the eyes of the person.
// No answer about words counts before `armed` - input began too early, or nobody has seen them yet - and that is set by
// what shows them alone (InputGuard). Being closed, cut off or destroyed is no answer: the other side is declined.

#include <qqmlregistration.h>
#include <QTimer>
#include <QUrl>

#include "app/ui/invitations.h"
#include "app/ui/machines-model.h"

namespace latchkey::ui {

// What announces itself on the local network. A hint.
class NearbyOne {
  Q_GADGET
  QML_VALUE_TYPE(nearbyMachine)
  Q_PROPERTY(QString address MEMBER address)
  Q_PROPERTY(QString note MEMBER note)

public:
  QString address;
  QString note;
  bool operator==(const NearbyOne&) const = default;
};

class Pairing final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(Step step READ step NOTIFY changed)
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::NearbyOne> nearby READ nearby NOTIFY nearbyChanged)
  // What is being tried: an address, or an invitation.
  Q_PROPERTY(QString trying READ trying NOTIFY changed)
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  // Of the words to be compared: whose they are said to be, in its own word, and how many wait behind.
  Q_PROPERTY(QStringList words READ words NOTIFY changed)
  Q_PROPERTY(QString announced READ announced NOTIFY changed)
  Q_PROPERTY(int behind READ behind NOTIFY changed)
  Q_PROPERTY(bool armed READ armed WRITE setArmed NOTIFY armedChanged)
  // Why nothing was added.
  Q_PROPERTY(QString failure READ failure NOTIFY changed)
  // The one that was added.
  Q_PROPERTY(QString machine READ machine NOTIFY changed)
  Q_PROPERTY(QString petname READ petname NOTIFY changed)
  Q_PROPERTY(int stripe READ stripe NOTIFY changed)
  Q_PROPERTY(QString initials READ initials NOTIFY changed)
  Q_PROPERTY(latchkey::ui::Invitations* invitations READ invitations CONSTANT)

public:
  enum Step { Closed, Ways, Room, Invite, Join, Words, Waiting, Failed, Added };
  Q_ENUM(Step)

  Pairing(MachineLine& line, MachinesModel& machines, Invitations& invitations, Undo& undo, QObject* parent = nullptr);

  Step step() const { return m_step; }
  bool open() const { return m_step != Closed; }
  QList<NearbyOne> nearby() const { return m_nearby; }
  QString trying() const { return m_trying; }
  QString fault() const { return m_fault; }
  QStringList words() const { return m_current.words; }
  QString announced() const { return m_current.name; }
  int behind() const { return int(m_queue.size()); }
  bool armed() const { return m_armed; }
  void setArmed(bool armed);
  QString failure() const { return m_failure; }
  QString machine() const { return m_added; }
  QString petname() const;
  int stripe() const;
  QString initials() const;
  Invitations* invitations() { return &m_invitations; }

  Q_INVOKABLE void begin();
  Q_INVOKABLE void choose(latchkey::ui::Pairing::Step step);
  Q_INVOKABLE void back();
  Q_INVOKABLE void add(const QString& address);
  Q_INVOKABLE void join(const QString& link);
  Q_INVOKABLE void joinFile(const QUrl& file);
  Q_INVOKABLE void stopTrying();
  Q_INVOKABLE void answer(bool match);
  // After a failure: what waits behind, or the choice again.
  Q_INVOKABLE void again();
  // With the person's own name for it; empty: as it is.
  Q_INVOKABLE void finish(const QString& petname);
  Q_INVOKABLE void close();

Q_SIGNALS:
  void changed();
  void nearbyChanged();
  void armedChanged();

private:
  void go(Step step);
  void keepAdmitting();
  void compare(const Comparison& comparison);
  void compareNext();
  void ended(const QString& comparison);
  void tried(const QString& fault, const QString& machine);
  void show(const QString& machine);
  void fail(const QString& why);
  void look();

  MachineLine& m_line;
  MachinesModel& m_machines;
  Invitations& m_invitations;
  Undo& m_undo;
  Step m_step = Closed;
  QList<NearbyOne> m_nearby;
  QTimer m_looking;
  QString m_trying;
  QString m_fault;
  Comparison m_current;
  QList<Comparison> m_queue;
  QString m_failure;
  QString m_added;
  bool m_armed = false;
  bool m_admitting = false;
  FarErrand m_errand;
};

}  // namespace latchkey::ui
