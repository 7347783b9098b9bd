// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Grants between message and struct. Numbers this version does not know throw: an enum from a newer program must not
// turn into another meaning.

#include <string>

#include "broker/grants/records.h"
#include "broker/schema/grant.capnp.h"
#include "broker/schema/person.capnp.h"

namespace latchkey {

Kind fromSchema(schema::Kind);
Access fromSchema(schema::Access);
Scope fromSchema(schema::Scope);
GrantState fromSchema(schema::State);
Origin fromSchema(schema::Origin);
Lifetime fromSchema(schema::Lifetime::Reader);
Limits fromSchema(schema::Limits::Reader);
Object fromSchema(schema::Object::Reader);
Grant fromSchema(schema::Grant::Reader);
AppSettings fromSchema(schema::AppSettings::Reader);
JournalFilter fromSchema(schema::Person::JournalFilter::Reader);

schema::Kind toSchema(Kind);
schema::Access toSchema(Access);
schema::Scope toSchema(Scope);
schema::State toSchema(GrantState);
schema::Origin toSchema(Origin);
void toSchema(const Lifetime&, schema::Lifetime::Builder);
void toSchema(const Limits&, schema::Limits::Builder);
void toSchema(const Object&, schema::Object::Builder);
void toSchema(const Grant&, const std::string& holderName, schema::Grant::Builder);
void toSchema(const AppSettings&, schema::AppSettings::Builder);
void toSchema(const JournalEntry&, schema::JournalEntry::Builder);

}  // namespace latchkey
