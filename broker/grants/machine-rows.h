// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Machines and invitations to rows and back, for rows.cpp.

#include "broker/grants/store.h"

namespace latchkey::sqlite {

class Database;

void writeMachines(Database& db, const Changes& changes);
void readMachines(Database& db, Contents& contents, std::vector<std::string>& refused);

}  // namespace latchkey::sqlite
