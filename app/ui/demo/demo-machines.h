// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Other machines of the demo: one in each state, many, and names as hostile as names get.

#include "app/ui/demo/fake-broker.h"

namespace latchkey::ui {

void addMachines(Script& script);
void addHostileMachines(Script& script);
// So many of the first machine, in every state.
void addManyOffers(Script& script, int count);
// Anna's laptop asks for something: "ask-folder", "ask-file", "ask-service", "ask-host", "ask-hostile".
void fillAsking(Request& request, const QString& which);
// Anna's laptop offers a folder, and a file to be changed, as well.
Script folderScript();
// Anna's laptop offers apps of hers as well: new, running, ended, refused; and one of this computer runs for it.
Script farAppScript();
// Anna's laptop was asked for three things as well.
Script askedScript();
// So many, and nothing else.
Script machinesScript(int machines);

}  // namespace latchkey::ui
