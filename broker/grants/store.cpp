// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/store.h"

#include <kj/debug.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>

#include "broker/base/log.h"
#include "broker/base/times.h"
#include "broker/grants/migrations.h"
#include "broker/grants/rows.h"
#include "broker/grants/sqlite.h"

namespace latchkey {
namespace {

// Everything about a file that changes when somebody else writes or replaces it.
struct Identity {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = -1;  // -1: not there.
  int64_t modified = 0;
  bool operator==(const Identity&) const = default;
};

Identity identityOf(const std::string& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) return {};
  auto modified = std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return {
      .device = status.st_dev, .inode = status.st_ino, .size = status.st_size, .modified = Duration(modified).count()};
}

// A name nobody has yet, that sorts by time.
std::string asidePath(const std::string& directory, std::string_view why) {
  auto base = directory + "/store." + std::string(why) + "-" + formatTime(SystemClock().wall());
  auto path = base + ".sqlite";
  for (int number = 2; identityOf(path).size >= 0; ++number) path = base + "-" + std::to_string(number) + ".sqlite";
  return path;
}

void requireSound(sqlite::Database& db) {
  for (const char* check :
       {"PRAGMA quick_check(1)", "PRAGMA integrity_check('grants')", "PRAGMA integrity_check('refusals')",
        "PRAGMA integrity_check('survivors')", "PRAGMA integrity_check('settings')",
        "PRAGMA integrity_check('machines')", "PRAGMA integrity_check('shares')", "PRAGMA integrity_check('offers')"}) {
    sqlite::Statement row(db.handle(), check);
    if (!row.step() || row.string() != "ok") throw StoreError(StoreTrouble::Damaged, "the store is damaged");
  }
}

// A private copy, for reading what cannot be opened in place. Gone with the object.
class Copy {
public:
  explicit Copy(const std::string& store) : m_directory("/tmp/latchkey-store-XXXXXX") {
    KJ_REQUIRE(mkdtemp(m_directory.data()) != nullptr, "no room for a copy");
    for (const char* part : {"", "-wal"}) {
      if (std::filesystem::exists(store + part)) std::filesystem::copy_file(store + part, path() + part);
    }
    std::filesystem::permissions(path(), std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
  }
  ~Copy() {
    std::error_code ignored;
    std::filesystem::remove_all(m_directory, ignored);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Copy);
  std::string path() const { return m_directory + "/store.sqlite"; }

private:
  std::string m_directory;
};

}  // namespace

struct Store::Impl {
  std::string directory;
  std::string path;
  std::unique_ptr<sqlite::Database> db;
  Identity file, log;
  Contents contents;
  std::vector<std::string> notices;
  kj::Maybe<StoreError> trouble;
  bool flushes = true;
  bool emptied = false;  // What was there has been set aside, and nobody has been told yet.

  explicit Impl(const std::string& directory) : directory(directory), path(directory + "/store.sqlite") {}

  void start();
  void readCopy();
  void open();
  void readContents(sqlite::Database& from);
  void reopen();
  void setAside(std::string_view why);
  void tellIfEmptied();
  void commit(const Changes& changes, Durability durability);

  void remember() {
    file = identityOf(path);
    log = identityOf(path + "-wal");
  }
  bool isUntouched() const { return file == identityOf(path) && log == identityOf(path + "-wal"); }
  void notice(const std::string& line) {
    logWarning(line);
    notices.push_back(line);
  }
};

void Store::Impl::start() {
  KJ_DEFER(remember());
  for (bool again = true; again;) {
    again = false;
    try {
      open();
      readContents(*db);
    } catch (const StoreError& error) {
      db = nullptr;
      contents = {};
      if (error.trouble() == StoreTrouble::Newer || error.trouble() == StoreTrouble::Busy) throw;
      trouble = error;
      if (error.trouble() != StoreTrouble::Damaged) return readCopy();
      try {
        setAside("damaged");
        emptied = false;
        trouble = nullptr;
        again = true;
      } catch (const StoreError& cannotMove) {
        trouble = cannotMove;
      }
    }
  }
}

void Store::Impl::open() {
  auto mask = umask(0077);
  KJ_DEFER(umask(mask));
  db = std::make_unique<sqlite::Database>(path, sqlite::Database::Mode::ReadWrite);
  // Exclusive: a second writer is refused by SQLite itself, and no shared-memory file lies about.
  db->execute(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON");
  db->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  flushes = true;
  sqlite::migrate(*db);
}

void Store::Impl::readContents(sqlite::Database& from) {
  requireSound(from);
  std::vector<std::string> refused;
  contents = sqlite::read(from, refused);
  if (refused.empty()) return;
  for (const auto& line : refused) notice(line);
  sqlite::Transaction transaction(from);
  sqlite::removeAllBut(from, contents);
  transaction.commit();
}

void Store::Impl::readCopy() {
  if (identityOf(path).size <= 0) return;
  auto failure = kj::runCatchingExceptions([this]() {
    Copy copy(path);
    sqlite::Database from(copy.path(), sqlite::Database::Mode::Snapshot);
    sqlite::migrate(from);
    readContents(from);
  });
  KJ_IF_MAYBE (exception, failure) {
    contents = {};
    notice("the store cannot be read, so nothing that was allowed before holds: " + reason(*exception));
  }
}

// Names are kept for looking at; nothing reads them again.
void Store::Impl::setAside(std::string_view why) {
  if (db != nullptr) db->abandon();
  db = nullptr;
  emptied = true;
  auto aside = asidePath(directory, why);
  for (const char* part : {"", "-wal"}) {
    if (rename((path + part).c_str(), (aside + part).c_str()) == 0 || errno == ENOENT) continue;
    throw StoreError(StoreTrouble::ReadOnly, "the state directory cannot be written: decisions cannot be kept");
  }
  notice("the store was " + std::string(why) + ": set aside as " + aside);
}

// After a start that found the disk refusing, or in place of a file that was set aside.
void Store::Impl::reopen() {
  KJ_DEFER(remember());
  try {
    open();
  } catch (const StoreError&) {
    db = nullptr;
    throw;
  }
}

void Store::Impl::commit(const Changes& changes, Durability durability) {
  if (!isUntouched()) setAside("changed");
  if (db == nullptr) reopen();
  tellIfEmptied();
  KJ_DEFER(remember());
  bool flush = durability == Durability::Flushed;
  if (flush != flushes) db->execute(flush ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  flushes = flush;
  sqlite::Transaction transaction(*db);
  sqlite::write(*db, changes);
  transaction.commit();
}

// Once, and only when there is a new file to write to: until then the disk's own trouble is what there is to tell.
void Store::Impl::tellIfEmptied() {
  if (!emptied) return;
  emptied = false;
  throw StoreError(StoreTrouble::Changed, "the store was changed by another program");
}

Store::Store(const std::string& directory) : m_impl(kj::heap<Impl>(directory)) { m_impl->start(); }
Store::~Store() noexcept(false) = default;

Contents Store::takeContents() { return std::move(m_impl->contents); }

void Store::commit(const Changes& changes, Durability durability) {
  try {
    m_impl->commit(changes, durability);
    m_impl->trouble = nullptr;
  } catch (const StoreError& error) {
    m_impl->trouble = error;
    if (error.trouble() != StoreTrouble::Damaged) throw;
    m_impl->setAside("damaged");
    m_impl->reopen();
    m_impl->tellIfEmptied();
  }
}

bool Store::isUntouched() const { return m_impl->isUntouched(); }

std::vector<JournalEntry> Store::journal(const JournalFilter& filter) {
  if (m_impl->db == nullptr) return {};
  return sqlite::readJournal(*m_impl->db, filter);
}

kj::Maybe<StoreError> Store::trouble() const {
  return m_impl->trouble.map([](const StoreError& error) { return error; });
}
const std::vector<std::string>& Store::notices() const { return m_impl->notices; }

}  // namespace latchkey
