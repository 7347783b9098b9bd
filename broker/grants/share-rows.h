// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is shared with machines, and what they offer, to rows and back, for rows.cpp.

#include "broker/grants/store.h"

namespace latchkey::sqlite {

class Database;

void writeShares(Database& db, const Changes& changes);
void readShares(Database& db, Contents& contents, std::vector<std::string>& refused);

}  // namespace latchkey::sqlite
