// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// As much of SQLite as the store needs. For this folder's sources only. Everything that fails throws StoreError with a
// line for a person.

#include <kj/common.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "broker/grants/store-error.h"

namespace latchkey::sqlite {

// Which trouble a result code means, with the system's own error beneath it.
StoreError errorOf(sqlite3* db, int code);

class Statement {
public:
  Statement(sqlite3* db, std::string_view sql);
  KJ_DISALLOW_COPY_AND_MOVE(Statement);

  // In order, from the first parameter.
  Statement& bind(int64_t value);
  Statement& text(std::string_view value);
  Statement& blob(std::string_view value);

  // True while there is a row.
  bool step();
  // Steps to the end and makes it ready for the next set of parameters.
  void run();

  // In order, from the first column of the row.
  int64_t integer();
  std::string string();  // Text or blob, byte by byte.

private:
  sqlite3* m_db;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> m_statement;
  int m_parameter = 1;
  int m_column = 0;
};

class Database {
public:
  enum class Mode { ReadWrite, Snapshot };
  // Snapshot: a copy nobody else knows; no locks, nothing durable.
  Database(const std::string& path, Mode mode);
  ~Database();
  KJ_DISALLOW_COPY_AND_MOVE(Database);

  void execute(const std::string& sql);
  int64_t number(std::string_view sql);
  sqlite3* handle() const { return m_db; }
  // Closing will not write anything any more: the file is not ours now.
  void abandon();

private:
  sqlite3* m_db = nullptr;
};

// Rolls back unless committed.
class Transaction {
public:
  explicit Transaction(Database& db);
  ~Transaction();
  KJ_DISALLOW_COPY_AND_MOVE(Transaction);
  void commit();

private:
  Database& m_db;
};

}  // namespace latchkey::sqlite
