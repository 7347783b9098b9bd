// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/sqlite.h"

#include <cerrno>

namespace latchkey::sqlite {
namespace {

bool isFull(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }
bool isReadOnly(int error) { return error == EROFS || error == EACCES || error == EPERM; }

// Our own statements on our own tables are never refused by SQLite's rules: if they are, the tables are not ours.
bool isDamage(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_SCHEMA:
    case SQLITE_FORMAT: return true;
    default: return code == SQLITE_CANTOPEN_SYMLINK || code == SQLITE_CANTOPEN_ISDIR;
  }
}

}  // namespace

StoreError errorOf(sqlite3* db, int code) {
  int error = db == nullptr ? 0 : sqlite3_system_errno(db);
  int primary = code & 0xff;
  bool io = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
  if (primary == SQLITE_FULL || (io && isFull(error))) {
    return {StoreTrouble::DiskFull, "the disk is full: decisions cannot be kept"};
  }
  if (primary == SQLITE_READONLY || primary == SQLITE_PERM || (io && isReadOnly(error))) {
    return {StoreTrouble::ReadOnly, "the state directory cannot be written: decisions cannot be kept"};
  }
  bool isNoFile = primary == SQLITE_CANTOPEN && (error == EISDIR || error == ELOOP);
  if (isDamage(code) || isNoFile) return {StoreTrouble::Damaged, "the store is damaged"};
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
    return {StoreTrouble::Busy, "another program holds the store: decisions cannot be kept"};
  }
  return {StoreTrouble::Failed,
          std::string("the store cannot be written (") + sqlite3_errstr(code) + "): decisions cannot be kept"};
}

// --- Statement

Statement::Statement(sqlite3* db, std::string_view sql) : m_db(db), m_statement(nullptr, sqlite3_finalize) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  m_statement.reset(statement);
  if (code != SQLITE_OK) throw errorOf(db, code);
}

Statement& Statement::bind(int64_t value) {
  sqlite3_bind_int64(m_statement.get(), m_parameter++, value);
  return *this;
}

Statement& Statement::text(std::string_view value) {
  sqlite3_bind_text64(m_statement.get(), m_parameter++, value.data() == nullptr ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::blob(std::string_view value) {
  sqlite3_bind_blob64(m_statement.get(), m_parameter++, value.data() == nullptr ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT);
  return *this;
}

bool Statement::step() {
  m_column = 0;
  int code = sqlite3_step(m_statement.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = errorOf(m_db, sqlite3_extended_errcode(m_db));
  sqlite3_reset(m_statement.get());
  throw error;
}

void Statement::run() {
  while (step()) {}
  sqlite3_reset(m_statement.get());
  m_parameter = 1;
}

int64_t Statement::integer() { return sqlite3_column_int64(m_statement.get(), m_column++); }

std::string Statement::string() {
  int column = m_column++;
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(m_statement.get(), column));
  auto size = sqlite3_column_bytes(m_statement.get(), column);
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

// --- Database

Database::Database(const std::string& path, Mode mode) {
  // NOFOLLOW: the store is no symbolic link that somebody could point elsewhere.
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (mode == Mode::ReadWrite) flags |= SQLITE_OPEN_CREATE;
  int code = sqlite3_open_v2(path.c_str(), &m_db, flags, nullptr);
  if (code != SQLITE_OK) {
    auto error = errorOf(m_db, code);
    sqlite3_close(m_db);
    throw error;
  }
  // What the file itself says - triggers, views, functions - is not to be trusted: anybody may have written it.
  sqlite3_db_config(m_db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(m_db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(m_db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(m_db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_busy_timeout(m_db, 200);
}

Database::~Database() { sqlite3_close_v2(m_db); }

void Database::execute(const std::string& sql) {
  int code = sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw errorOf(m_db, code);
}

int64_t Database::number(std::string_view sql) {
  Statement statement(m_db, sql);
  return statement.step() ? statement.integer() : 0;
}

void Database::abandon() { sqlite3_db_config(m_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

// --- Transaction

Transaction::Transaction(Database& db) : m_db(db) { db.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (sqlite3_get_autocommit(m_db.handle()) == 0) sqlite3_exec(m_db.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { m_db.execute("COMMIT"); }

}  // namespace latchkey::sqlite
