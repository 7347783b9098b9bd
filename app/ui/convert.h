// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Between the schema's messages and the window's records. Not for headers that QML can see.

#include "app/ui/machine-records.h"
#include "app/ui/package-records.h"
#include "app/ui/records.h"
#include "app/ui/rule-records.h"
#include "app/ui/sharing-records.h"
#include "broker/schema/packages.capnp.h"
#include "broker/schema/person.capnp.h"

namespace latchkey::ui {

namespace parts {
// Of others, fit to be shown.
QString text(capnp::Text::Reader);
// Of several paragraphs, one a line.
QString paragraphs(capnp::Text::Reader);
// Ids go back to the broker as they came.
QString id(capnp::Text::Reader);
}  // namespace parts

Grant fromSchema(schema::Grant::Reader);
Request fromSchema(schema::Request::Reader);
Instance fromSchema(schema::InstanceInfo::Reader);
Process fromSchema(schema::Instance::Process::Reader);
OpenFile fromSchema(schema::OpenFile::Reader);
OpenProgram fromSchema(schema::Program::Reader);
Connection fromSchema(schema::Connection::Reader);
Listener fromSchema(schema::Person::InstanceListener::Reader);
Listener fromSchema(const QString& instance, schema::Listener::Reader);
JournalEntry fromSchema(schema::JournalEntry::Reader);
Status fromSchema(schema::Status::Reader);
Settings fromSchema(schema::AppSettings::Reader);
// As what would allow the same.
Grant fromSchema(schema::Refusal::Reader);
// As what it would be once made.
Grant fromSchema(schema::Rule::Reader);
Reason fromSchema(schema::Reason::Reader);
// Of other machines: machine-convert.cpp.
Machine fromSchema(schema::MachineInfo::Reader);
OwnMachine fromSchema(schema::OwnMachine::Reader);
Invitation fromSchema(schema::MachineInvitation::Reader);
Nearby fromSchema(schema::Machines::Nearby::Reader);
MachineOffer fromSchema(schema::OfferInfo::Reader);
ShareMark fromSchema(schema::ShareInfo::Reader);
MachineWish fromSchema(schema::WishInfo::Reader);
// Of bundles: package-convert.cpp.
ClaimChange fromSchema(schema::ClaimChange::Reader);
PackageSheet fromSchema(schema::Sheet::Reader);
InstallResult fromSchema(schema::InstallOutcome::Reader);
Package fromSchema(schema::Package::Reader);
PackageOffer fromSchema(schema::PackageOffer::Reader);
PackageUpdate fromSchema(schema::PackageUpdate::Reader);
FollowedRepository fromSchema(schema::Repository::Reader);

template <typename List>
auto listFromSchema(const List& list) {
  QList<decltype(fromSchema(list[0]))> records;
  records.reserve(list.size());
  for (auto item : list) records.append(fromSchema(item));
  return records;
}

void toSchema(const Rule&, schema::Rule::Builder);
void toSchema(const Answer&, schema::Answer::Builder);
void toSchema(const Lifetime&, schema::Lifetime::Builder);
void toSchema(const Settings&, schema::AppSettings::Builder);
void toSchema(const OwnMachine&, schema::OwnMachine::Builder);
void toSchema(const ShareOrder&, schema::Sharing::ShareParams::Builder);
// The same as the answer to another machine's question.
void toSchema(const ShareOrder&, schema::Answer::Builder);
void toSchema(const WishOrder&, schema::WishInfo::Builder);
void toSchema(const JournalFilter&, schema::Person::JournalFilter::Builder);

kj::Array<kj::String> toSchema(const QStringList&);

}  // namespace latchkey::ui
