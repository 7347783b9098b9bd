// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Other machines in plain words.

#include "app/ui/machine-records.h"

namespace latchkey::ui::wording {

// The letter or two by which a machine is told from others without colour.
QString initials(const QString& name);

// "Connected", "Offline since yesterday", "Another machine answers in its place"
QString state(const Machine& machine);
// What that means and what to do about it, where there is something to do; else empty.
QString care(const Machine& machine);
// "192.168.1.7:7357 · 2 ms", "last by ssh anna@desk"
QString way(const Machine& machine);

// "you typed it"
QString origin(MachineRoute::Origin origin);
// "worked 14:02", "yesterday: no answer"
QString outcome(const MachineRoute& route);

// "budget.ods, Notes and 2 more"
QString few(const QStringList& things);

}  // namespace latchkey::ui::wording
