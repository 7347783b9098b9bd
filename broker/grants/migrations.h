// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How the store's tables came about, step by step. `PRAGMA user_version` says how many steps a file has seen.
// A step that was ever released is never changed: add another.

namespace latchkey::sqlite {

class Database;

// Brings it to STORE_VERSION, each step in a transaction of its own. Throws StoreError Newer if it is beyond that.
void migrate(Database& db);

}  // namespace latchkey::sqlite
