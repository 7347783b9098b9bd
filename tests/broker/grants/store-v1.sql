-- SPDX-FileCopyrightText: Latchkey contributors
-- SPDX-License-Identifier: GPL-2.0-or-later
-- A store as version 1 wrote it. Never changed: what it holds must come through every later migration.
PRAGMA journal_mode=WAL;
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
-- 1728000000000000000 is day 20000, the fake clock's start.
INSERT INTO grants VALUES ('standing', 'app', 1, '/a', x'2f61', 1, 2, 3, 0, 1, 3, 0, 0, 0, 0, '', 0, 4, '',
  1728000000000000000, 0, 0, 5, 6, 7);
INSERT INTO grants VALUES ('derived', 'other', 0, '/a/b', x'2f612f62', 1, 3, 0, 0, 0, 2, 1728003600000000000, 9, 0, 0,
  'standing', 0, 0, '', 1728000000000000000, 0, 0, 0, 0, 0);
INSERT INTO grants VALUES ('ended', 'app', 0, '/c', x'2f63', 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, '', 3, 0, '',
  1727999999000000000, 0, 1727999999500000000, 0, 0, 0);
INSERT INTO journal VALUES (41, 1728000000000000000, 'grant', 'app', '', 1, '/a', 'standing', 'allowed');
INSERT INTO settings VALUES ('app', 'Mine', 1, 0, 0, 0, 1, 1000, 10, 50);
INSERT INTO refusals VALUES ('never', 'app', 0, '/d', x'2f64', 0, 0, 0, 0, 0, 1727999999000000000);
INSERT INTO facts VALUES ('network-off', x'31');
PRAGMA user_version = 1;
