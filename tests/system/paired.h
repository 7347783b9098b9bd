// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Worlds that are machines to each other.

#include <QtTest>

#include <QSet>

#include "tests/support/system-world.h"

namespace latchkey::test {

inline QByteArray firstLine(const CommandOutcome& outcome) { return outcome.out.split('\n').value(0).trimmed(); }

inline QSet<QString> machinesOf(const SystemWorld& world) {
  QSet<QString> ids;
  for (auto machine : world.list({"peer", "list"})) ids << machine.toObject()["id"].toString();
  return ids;
}

// Gives the machine that is new since `before` its name, once it is connected.
inline void nameNewMachine(const SystemWorld& world, const QSet<QString>& before, const QString& name) {
  QString id;
  QVERIFY(waitUntil([&] {
    for (auto machine : world.list({"peer", "list"})) {
      auto known = machine.toObject();
      if (known["state"] == "connected" && !before.contains(known["id"].toString())) id = known["id"].toString();
    }
    return !id.isEmpty();
  }));
  auto named = world.latchkey({"peer", "name", id, name});
  QVERIFY2(named.status == 0, named.err);
}

// Adds each to the other: to `other`, `one` is called `petname`.
inline void pairWorlds(const SystemWorld& one, const QString& petname, const SystemWorld& other,
                       const QString& otherPetname) {
  auto knownToOne = machinesOf(one), knownToOther = machinesOf(other);
  auto invited = one.latchkey({"peer", "invite"});
  QVERIFY2(invited.status == 0, invited.err);
  auto link = firstLine(invited);
  QVERIFY2(link.startsWith("latchkey:"), link);
  auto joined = other.latchkey({"peer", "join", link});
  QVERIFY2(joined.status == 0, joined.err);
  nameNewMachine(one, knownToOne, otherPetname);
  nameNewMachine(other, knownToOther, petname);
}

// The only offer with that title, when it has come.
inline QJsonObject offerOf(const SystemWorld& world, const QString& title, const QString& state = "new") {
  QJsonObject found;
  waitUntil([&] {
    for (auto offer : world.list({"offers"}))
      if (offer.toObject()["title"] == title && offer.toObject()["state"] == state) found = offer.toObject();
    return !found.isEmpty();
  });
  return found;
}

}  // namespace latchkey::test
