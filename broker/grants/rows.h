// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Records to rows and back. Reading believes nothing: numbers out of range become ones that faultOf() refuses.

#include "broker/grants/store.h"

namespace latchkey::sqlite {

class Database;

void write(Database& db, const Changes& changes);

// `refused` gets one line for each record that was left out.
Contents read(Database& db, std::vector<std::string>& refused);
// Takes out of `db` what read() left out.
void removeAllBut(Database& db, const Contents& contents);

std::vector<JournalEntry> readJournal(Database& db, const JournalFilter& filter);

}  // namespace latchkey::sqlite
