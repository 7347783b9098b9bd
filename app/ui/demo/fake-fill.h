// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Records into messages: what a broker does, for the fake one.

#include "app/ui/records.h"
#include "broker/schema/person.capnp.h"

namespace latchkey::ui::fake {

kj::String kjText(const QString& text);

void fill(const Grant&, schema::Grant::Builder);
void fill(const Grant& refused, schema::Refusal::Builder);
void fill(const Request&, schema::Request::Builder);
void fill(const Instance&, schema::InstanceInfo::Builder);
void fill(const Process&, schema::Instance::Process::Builder);
void fill(const JournalEntry&, schema::JournalEntry::Builder);
void fill(const Connection&, schema::Connection::Builder);
void fill(const Listener&, schema::Person::InstanceListener::Builder);
void fill(const Settings&, schema::AppSettings::Builder);
void fill(const Status&, schema::Status::Builder);

template <typename Records, typename Builder>
void fillList(const Records& records, Builder list) {
  for (auto i : kj::indices(list)) fill(records[qsizetype(i)], list[i]);
}

Answer answerOf(schema::Answer::Reader reader);
// "r1 allow read file once", then what was picked: " /home/x/a.txt[fd] /home/x/b.txt[new] filter=1 option=value with
// APP"
QString line(const QString& id, const Answer& answer);

}  // namespace latchkey::ui::fake
