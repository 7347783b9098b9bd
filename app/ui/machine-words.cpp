// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/machine-words.h"

#include <QCoreApplication>
#include <QLocale>

#include "app/ui/wording.h"

namespace latchkey::ui::wording {
namespace {

struct Machines {
  Q_DECLARE_TR_FUNCTIONS(Machines)
};

QString seen(const Machine& machine) {
  return machine.seen ? Machines::tr("Offline since %1").arg(moment(machine.seen)) : Machines::tr("Not connected yet");
}

}  // namespace

QString initials(const QString& name) {
  QString letters;
  bool starts = true;
  int count = 0;
  const auto points = name.toUcs4();
  for (auto point : points) {
    bool letter = QChar::isLetterOrNumber(point);
    if (letter && starts && count < 2) {
      letters += QString::fromUcs4(reinterpret_cast<const char32_t*>(&point), 1).toUpper().left(2);
      ++count;
    }
    // "Anna's laptop" is two words: what joins is part of one.
    starts = !letter && point != '\'' && point != 0x2019 && !QChar::isMark(point);
  }
  return letters.isEmpty() ? QStringLiteral("?") : letters;
}

QString state(const Machine& machine) {
  switch (machine.state) {
    case Machine::State::Offline: return seen(machine);
    case Machine::State::Connecting: return Machines::tr("Connecting…");
    case Machine::State::Connected: return Machines::tr("Connected");
    case Machine::State::Refused: return Machines::tr("It does not know this machine any more");
    case Machine::State::KeyChanged: return Machines::tr("Another machine answers in its place");
    case Machine::State::TooOld: return Machines::tr("Its Latchkey is too old");
    case Machine::State::Blocked: return Machines::tr("Blocked by you");
  }
  return {};
}

QString care(const Machine& machine) {
  auto who = isolated(machine.petname);
  switch (machine.state) {
    case Machine::State::Refused:
      return Machines::tr(
          "There this machine was forgotten or blocked. Nothing is shared in either direction. Ask its "
          "person; to begin anew, forget it here and add it again.");
    case Machine::State::KeyChanged:
      return Machines::tr(
                 "Where %1 was, something answers that cannot prove to be %1. It was not let in and sees "
                 "nothing of yours. Mostly the machine was set up anew. Ask its person, not over this "
                 "connection. If it was: forget it here and add it again.")
          .arg(who);
    case Machine::State::TooOld:
      return Machines::tr(
          "It speaks an older version than this machine can, or than it did before, so it was not let "
          "in. Latchkey has to be updated there; then try again.");
    case Machine::State::Blocked:
      return Machines::tr(
          "It is not let in and nothing is shared with it. What was shared before does not come back by "
          "itself.");
    default: return {};
  }
}

QString way(const Machine& machine) {
  if (machine.route.isEmpty()) return {};
  auto route = isolated(machine.route);
  if (machine.state != Machine::State::Connected) return Machines::tr("last by %1", "a way to a machine").arg(route);
  if (machine.roundTrip == 0) return route;
  auto milliseconds = double(machine.roundTrip) / 1000;
  return Machines::tr("%1 · %2 ms").arg(route, QLocale().toString(milliseconds, 'f', milliseconds < 10 ? 1 : 0));
}

QString origin(MachineRoute::Origin origin) {
  switch (origin) {
    case MachineRoute::Origin::Typed: return Machines::tr("you typed it");
    case MachineRoute::Origin::Invitation: return Machines::tr("from the invitation");
    case MachineRoute::Origin::Seen: return Machines::tr("it came from there");
    case MachineRoute::Origin::Found: return Machines::tr("found nearby");
  }
  return {};
}

QString outcome(const MachineRoute& route) {
  if (route.tried == 0) return Machines::tr("not tried yet");
  auto when = moment(route.tried);
  return route.outcome.isEmpty()
             ? Machines::tr("worked: %1", "a moment").arg(when)
             : Machines::tr("%1: %2", "a moment, what went wrong").arg(when, isolated(route.outcome));
}

QString few(const QStringList& things) {
  QStringList names;
  for (const auto& thing : things.mid(0, 3)) names << isolated(thing);
  auto list = names.join(Machines::tr(", ", "between names of a list"));
  int more = int(things.size() - names.size());
  return more > 0 ? Machines::tr("%1 and %Ln more", "names", more).arg(list) : list;
}

}  // namespace latchkey::ui::wording
