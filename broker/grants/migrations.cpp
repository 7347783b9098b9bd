// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/migrations.h"

#include <iterator>
#include <string>

#include "broker/grants/sqlite.h"
#include "broker/grants/store.h"

namespace latchkey::sqlite {
namespace {

// Enums are stored as their numbers, times as nanoseconds since 1970 (0: never), unsigned counts as the signed number
// with the same bits. Paths are bytes, not text.
constexpr const char* STEPS[] = {
    // 1
    R"sql(
CREATE TABLE grants (
  id TEXT PRIMARY KEY NOT NULL, holder TEXT NOT NULL, kind INTEGER NOT NULL, target TEXT NOT NULL, path BLOB NOT NULL,
  device INTEGER NOT NULL, inode INTEGER NOT NULL, scope INTEGER NOT NULL, see INTEGER NOT NULL, access INTEGER NOT NULL,
  lifetime INTEGER NOT NULL, until INTEGER NOT NULL,
  max_uses INTEGER NOT NULL, max_bytes INTEGER NOT NULL, max_rate INTEGER NOT NULL,
  parent TEXT NOT NULL, state INTEGER NOT NULL, origin INTEGER NOT NULL, instance TEXT NOT NULL,
  created INTEGER NOT NULL, used INTEGER NOT NULL, ended INTEGER NOT NULL,
  uses INTEGER NOT NULL, bytes_read INTEGER NOT NULL, bytes_written INTEGER NOT NULL
) STRICT;
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, event TEXT NOT NULL, app TEXT NOT NULL, instance TEXT NOT NULL,
  kind INTEGER NOT NULL, target TEXT NOT NULL, grant_id TEXT NOT NULL, outcome TEXT NOT NULL
) STRICT;
CREATE TABLE settings (
  app TEXT PRIMARY KEY NOT NULL, petname TEXT NOT NULL, always_confined INTEGER NOT NULL, shared_x INTEGER NOT NULL,
  own_sandboxes INTEGER NOT NULL, see_home_names INTEGER NOT NULL, gpu INTEGER NOT NULL,
  memory_limit INTEGER NOT NULL, process_limit INTEGER NOT NULL, cpu_percent INTEGER NOT NULL
) STRICT;
CREATE TABLE refusals (
  id TEXT PRIMARY KEY NOT NULL, holder TEXT NOT NULL, kind INTEGER NOT NULL, target TEXT NOT NULL, path BLOB NOT NULL,
  device INTEGER NOT NULL, inode INTEGER NOT NULL, scope INTEGER NOT NULL, see INTEGER NOT NULL, access INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT;
CREATE TABLE survivors (
  instance TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, profile TEXT NOT NULL, name TEXT NOT NULL, icon TEXT NOT NULL,
  command TEXT NOT NULL, started INTEGER NOT NULL, pid INTEGER NOT NULL, cookie BLOB NOT NULL
) STRICT;
CREATE TABLE facts (key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT;
)sql",
    // 2: time limits survive a wall clock set back between two brokers of one boot.
    R"sql(
ALTER TABLE grants ADD COLUMN deadline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN boot TEXT NOT NULL DEFAULT '';
CREATE INDEX journal_app ON journal (app, sequence);
)sql",
    // 3: standing grants that lapse, or are kept although unused.
    R"sql(
ALTER TABLE grants ADD COLUMN keep INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN lapsed INTEGER NOT NULL DEFAULT 0;
)sql",
    // 4: folders at full speed.
    R"sql(
ALTER TABLE grants ADD COLUMN fast INTEGER NOT NULL DEFAULT 0;
)sql",
    // 5: other machines.
    R"sql(
CREATE TABLE machines (
  id TEXT PRIMARY KEY NOT NULL, certificate BLOB NOT NULL, petname TEXT NOT NULL, announced TEXT NOT NULL,
  stripe INTEGER NOT NULL, version INTEGER NOT NULL, blocked INTEGER NOT NULL, paired INTEGER NOT NULL,
  seen INTEGER NOT NULL, route TEXT NOT NULL
) STRICT;
CREATE TABLE machine_routes (
  machine TEXT NOT NULL, number INTEGER NOT NULL, route TEXT NOT NULL, origin INTEGER NOT NULL, tried INTEGER NOT NULL,
  outcome TEXT NOT NULL, PRIMARY KEY (machine, number)
) STRICT;
CREATE TABLE invitations (
  id BLOB PRIMARY KEY NOT NULL, secret BLOB NOT NULL, made INTEGER NOT NULL, until INTEGER NOT NULL,
  used INTEGER NOT NULL, used_by TEXT NOT NULL, tries INTEGER NOT NULL
) STRICT;
)sql",
    // 6: what is shared with them, and what they offer.
    R"sql(
CREATE TABLE shares (
  grant_id TEXT PRIMARY KEY NOT NULL, pass_on INTEGER NOT NULL, taken INTEGER NOT NULL, token BLOB NOT NULL
) STRICT;
CREATE TABLE offers (
  id TEXT PRIMARY KEY NOT NULL, machine TEXT NOT NULL, theirs TEXT NOT NULL, kind INTEGER NOT NULL,
  title TEXT NOT NULL, access INTEGER NOT NULL, until INTEGER NOT NULL, uses INTEGER NOT NULL, bytes INTEGER NOT NULL,
  rate INTEGER NOT NULL, pass_on INTEGER NOT NULL, chain TEXT NOT NULL, service TEXT NOT NULL, since INTEGER NOT NULL,
  state INTEGER NOT NULL, why INTEGER NOT NULL, suspended INTEGER NOT NULL, over INTEGER NOT NULL,
  grant_id TEXT NOT NULL, token BLOB NOT NULL
) STRICT;
)sql",
    // 7: so many bytes a day, of a grant and of an app.
    R"sql(
ALTER TABLE grants ADD COLUMN max_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN day_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE settings ADD COLUMN network_rate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE settings ADD COLUMN network_day INTEGER NOT NULL DEFAULT 0;
)sql",
    // 8: which wish of another machine a share answers.
    R"sql(
ALTER TABLE shares ADD COLUMN wish TEXT NOT NULL DEFAULT '';
)sql",
};
static_assert(std::size(STEPS) == STORE_VERSION);

}  // namespace

void migrate(Database& db) {
  auto version = db.number("PRAGMA user_version");
  if (version < 0 || version > STORE_VERSION) {
    throw StoreError(StoreTrouble::Newer, "the store was made by a newer Latchkey: this one does not touch it");
  }
  for (; version < STORE_VERSION; ++version) {
    Transaction transaction(db);
    db.execute(STEPS[version]);
    db.execute("PRAGMA user_version = " + std::to_string(version + 1));
    transaction.commit();
  }
}

}  // namespace latchkey::sqlite
