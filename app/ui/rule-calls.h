// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window asks about standing refusals and about files of rules. Not for headers that QML can see.
//
// Where a text comes back it is the broker's line about why not, empty when it was done.

#include "app/ui/rule-records.h"
#include "broker/schema/person.capnp.h"

namespace latchkey::ui::calls {

kj::Promise<QList<Grant>> refusals(schema::Person::Client person);
kj::Promise<QString> forget(schema::Person::Client person, QString refusal);
// A new one, of the network.
kj::Promise<QString> give(schema::Person::Client person, Rule rule);
kj::Promise<QString> refuse(schema::Person::Client person, Rule rule);
kj::Promise<Export> exportRules(schema::Person::Client person, QString home);
kj::Promise<Import> importRules(schema::Person::Client person, QByteArray content, QString home, bool apply);

}  // namespace latchkey::ui::calls
