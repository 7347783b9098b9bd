// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The words people read. One place, so that the same thing is called the same everywhere and a translator sees whole
// sentences. None of the project's own vocabulary appears in them.

#include <QDateTime>

#include "app/ui/records.h"

namespace latchkey::ui::wording {

// A name from outside inside a sentence of ours: isolated, so that its writing direction cannot move our words about.
QString isolated(const QString& name);

QString size(quint64 bytes);
// "just now", "14:02", "yesterday", "3 March"
QString moment(Nanos time);
// A moment to come, to the minute: "15:20", "midnight", "28/11/2026, 14:20".
QString exactly(const QDateTime& when);
// "today", "yesterday", "Monday, 3 March": headings of lists.
QString day(Nanos time);

// The thing's own name, and where it is: "budget.ods", "Documents / Taxes".
QString thing(Terms::Kind kind, const Object& object);
QString place(Terms::Kind kind, const Object& object);
// How long another machine's person would like something: "for 7 days"; empty: they did not say.
QString wantedFor(const FarWish& wish);
// Also of what is still to be picked.
QString thing(const Request& request);
QString place(const Request& request);
// "~/Downloads/a.txt"
QString path(const QString& whole);
// The whole path or address, as people write it.
QString wholeName(Terms::Kind kind, const Object& object);

// "wants to open this file"
QString wish(const Request& request);
// "84 KB · changed yesterday"
QString facts(const Request& request);
// "FeatherPad can look at budget.ods"
QString outcomeLine(const Request& request, const Answer& answer);
// "allowed", "not allowed by you", "no answer in time"
QString outcome(Terms::RequestState state);

QString access(Terms::Kind kind, Terms::Access access);
QString lifetime(const Lifetime& lifetime);
QString scope(Terms::Scope scope, bool directory);
// What the grant covers beyond the thing itself: "and all that lies below"; empty for the thing alone.
QString reach(const Grant& grant);
QString state(const Grant& grant);
QString origin(Terms::Origin origin);
QString kind(Terms::Kind kind);

// "GIMP may look at and change everything in ~/Pictures, until you take it back." `who` is the app's name.
QString rule(const Grant& grant, const QString& who);
// "GIMP may never change ~/notes.txt.": a "never" of the person's.
QString refusal(const Grant& refused, const QString& who);

// One line of the journal. `who` is the app's name.
QString sentence(const JournalEntry& entry, const QString& who);

// Of Instance::desktop: what it sees of the screen. Empty where not known.
QString screen(const QString& desktop);

// Name of a symbol in resources/symbols.
QString symbol(Terms::Kind kind);
QString symbol(const Grant& grant);
QString symbol(const Request& request);

}  // namespace latchkey::ui::wording
