// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/rows.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "broker/base/text.h"
#include "broker/grants/machine-rows.h"
#include "broker/grants/share-rows.h"
#include "broker/grants/sqlite.h"

namespace latchkey::sqlite {
namespace {

constexpr std::string_view PUT_GRANT =
    "INSERT OR REPLACE INTO grants (id, holder, kind, target, path, device, inode, scope, see, access, lifetime, until,"
    " max_uses, max_bytes, max_rate, parent, state, origin, instance, created, used, ended, uses, bytes_read, "
    "bytes_written,"
    " deadline, boot, keep, lapsed, fast, max_day, day, day_bytes) VALUES "
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr std::string_view GET_GRANTS =
    "SELECT id, holder, kind, target, path, device, inode, scope, see, access, lifetime, until,"
    " max_uses, max_bytes, max_rate, parent, state, origin, instance, created, used, ended, uses, bytes_read, "
    "bytes_written,"
    " deadline, boot, keep, lapsed, fast, max_day, day, day_bytes FROM grants";

template <typename Enum>
int64_t number(Enum value) {
  return static_cast<int64_t>(value);
}

template <typename Enum>
Enum enumerant(Statement& row) {
  return static_cast<Enum>(std::clamp<int64_t>(row.integer(), -1, 255) & 0xff);
}

WallTime time(Statement& row) { return fromNanos(row.integer()); }
uint64_t count(Statement& row) { return static_cast<uint64_t>(row.integer()); }

void bindObject(Statement& row, const Object& object) {
  row.text(object.target)
      .blob(object.path)
      .bind(static_cast<int64_t>(object.device))
      .bind(static_cast<int64_t>(object.inode));
  row.bind(number(object.scope)).bind(object.see ? 1 : 0);
}

Object objectAt(Statement& row) {
  Object object;
  object.target = row.string();
  object.path = row.string();
  object.device = count(row);
  object.inode = count(row);
  object.scope = enumerant<Scope>(row);
  object.see = row.integer() != 0;
  return object;
}

void bindGrant(Statement& row, const StoredGrant& stored) {
  const auto& grant = stored.grant;
  row.text(grant.id.text()).text(grant.holder).bind(number(grant.kind));
  bindObject(row, grant.object);
  row.bind(number(grant.access)).bind(number(grant.lifetime.type)).bind(toNanos(grant.lifetime.until));
  row.bind(static_cast<int64_t>(grant.limits.uses)).bind(static_cast<int64_t>(grant.limits.bytes));
  row.bind(static_cast<int64_t>(grant.limits.bytesPerSecond)).text(grant.parent.text()).bind(number(grant.state));
  row.bind(number(grant.origin)).text(grant.instance.text());
  row.bind(toNanos(grant.created)).bind(toNanos(grant.used)).bind(toNanos(grant.ended));
  row.bind(static_cast<int64_t>(grant.uses)).bind(static_cast<int64_t>(grant.bytesRead));
  row.bind(static_cast<int64_t>(grant.bytesWritten));
  row.bind(stored.deadline.time_since_epoch().count()).text(stored.boot);
  row.bind(grant.keep ? 1 : 0).bind(grant.lapsed ? 1 : 0);
  row.bind(grant.fast ? 1 : 0);
  row.bind(static_cast<int64_t>(grant.limits.bytesPerDay)).bind(grant.day);
  row.bind(static_cast<int64_t>(grant.bytesOfDay));
}

StoredGrant grantAt(Statement& row) {
  StoredGrant stored;
  auto& grant = stored.grant;
  grant.id = GrantId(row.string());
  grant.holder = row.string();
  grant.kind = enumerant<Kind>(row);
  grant.object = objectAt(row);
  grant.access = enumerant<Access>(row);
  grant.lifetime.type = enumerant<Lifetime::Type>(row);
  grant.lifetime.until = time(row);
  grant.limits = {.uses = count(row), .bytes = count(row), .bytesPerSecond = count(row)};
  grant.parent = GrantId(row.string());
  grant.state = enumerant<GrantState>(row);
  grant.origin = enumerant<Origin>(row);
  grant.instance = InstanceId(row.string());
  grant.created = time(row);
  grant.used = time(row);
  grant.ended = time(row);
  grant.uses = count(row);
  grant.bytesRead = count(row);
  grant.bytesWritten = count(row);
  stored.deadline = ElapsedTime(Duration(row.integer()));
  stored.boot = row.string();
  grant.keep = row.integer() != 0;
  grant.lapsed = row.integer() != 0;
  grant.fast = row.integer() != 0;
  grant.limits.bytesPerDay = count(row);
  grant.day = row.integer();
  grant.bytesOfDay = count(row);
  return stored;
}

std::string faultBelow(const StoredGrant& child, const StoredGrant& parent) {
  if (!child.grant.hasEnded() && parent.grant.hasEnded()) return "it lives and its parent has ended";
  return isWithin(child.grant, parent.grant) ? "" : "it allows more than its parent";
}

// Sound grants, parents first. A record whose parent was refused is refused with it, and so is a ring of parents.
std::vector<StoredGrant> soundGrants(std::vector<StoredGrant> found, std::vector<std::string>& refused) {
  std::unordered_map<std::string, std::vector<StoredGrant>> byParent;
  auto refuse = [&](const StoredGrant& stored, const std::string& fault) {
    refused.push_back("refused the stored grant " + brief(stored.grant.id.text(), 40) + ": " + fault);
  };
  for (auto& stored : found) {
    auto fault = faultOf(stored.grant);
    if (fault.empty()) byParent[stored.grant.parent.text()].push_back(std::move(stored));
    else refuse(stored, fault);
  }
  std::vector<StoredGrant> sound = std::move(byParent[""]);
  byParent.erase("");
  for (size_t next = 0; next < sound.size(); ++next) {
    auto children = byParent.extract(sound[next].grant.id.text());
    if (children.empty()) continue;
    for (auto& child : children.mapped()) {
      auto fault = faultBelow(child, sound[next]);
      if (fault.empty()) sound.push_back(std::move(child));
      else refuse(child, fault);
    }
  }
  for (const auto& [parent, orphans] : byParent) {
    for (const auto& orphan : orphans) refuse(orphan, "its parent is not there");
  }
  return sound;
}

std::string faultOf(const Refusal& refusal) {
  return latchkey::faultOf(Grant{.id = GrantId(refusal.id.text()),
                                 .holder = refusal.holder,
                                 .kind = refusal.kind,
                                 .object = refusal.object,
                                 .access = refusal.access,
                                 .lifetime = Lifetime::always()});
}

std::vector<Refusal> readRefusals(Database& db, std::vector<std::string>& refused) {
  std::vector<Refusal> result;
  Statement row(db.handle(),
                "SELECT id, holder, kind, target, path, device, inode, scope, see, access, since FROM refusals");
  while (row.step()) {
    Refusal refusal{.id = RequestId(row.string()), .holder = row.string(), .kind = enumerant<Kind>(row)};
    refusal.object = objectAt(row);
    refusal.access = enumerant<Access>(row);
    refusal.since = time(row);
    auto fault = faultOf(refusal);
    if (fault.empty()) result.push_back(std::move(refusal));
    else refused.push_back("refused the stored refusal " + brief(refusal.id.text(), 40) + ": " + fault);
  }
  return result;
}

std::vector<AppSettings> readSettings(Database& db, std::vector<std::string>& refused) {
  std::vector<AppSettings> result;
  Statement row(db.handle(),
                "SELECT app, petname, always_confined, shared_x, own_sandboxes, see_home_names, gpu, memory_limit,"
                " process_limit, cpu_percent, network_rate, network_day FROM settings");
  while (row.step()) {
    AppSettings settings{.app = row.string(), .petname = row.string()};
    settings.alwaysConfined = row.integer() != 0;
    settings.sharedX = row.integer() != 0;
    settings.ownSandboxes = row.integer() != 0;
    settings.seeHomeNames = row.integer() != 0;
    settings.gpu = row.integer() != 0;
    settings.memoryLimit = count(row);
    settings.processLimit = static_cast<uint32_t>(row.integer());
    settings.cpuPercent = static_cast<uint32_t>(row.integer());
    settings.networkRate = count(row);
    settings.networkPerDay = count(row);
    bool sound =
        !settings.app.empty() && escaped(settings.app) == settings.app && escaped(settings.petname) == settings.petname;
    if (sound) result.push_back(std::move(settings));
    else refused.push_back("refused the stored settings of " + brief(settings.app, 40) + ": malformed");
  }
  return result;
}

std::vector<Survivor> readSurvivors(Database& db, std::vector<std::string>& refused) {
  std::vector<Survivor> result;
  Statement row(db.handle(), "SELECT instance, app, profile, name, icon, command, started, pid, cookie FROM survivors");
  while (row.step()) {
    Survivor survivor{.instance = InstanceId(row.string()), .app = row.string(), .profile = row.string()};
    survivor.name = row.string();
    survivor.icon = row.string();
    survivor.command = row.string();
    survivor.started = time(row);
    survivor.pid = static_cast<int32_t>(row.integer());
    auto cookie = row.string();
    if (cookie.size() == survivor.cookie.size() && !survivor.instance.empty()) {
      std::ranges::copy(cookie, survivor.cookie.begin());
      result.push_back(std::move(survivor));
    } else {
      refused.push_back("refused the stored instance " + brief(survivor.instance.text(), 40) + ": malformed");
    }
  }
  return result;
}

// Deletes rows of `table` whose `key` is not in `kept`.
void keepOnly(Database& db, std::string_view table, std::string_view key, const std::unordered_set<std::string>& kept) {
  std::vector<int64_t> rows;
  Statement row(db.handle(), "SELECT rowid, " + std::string(key) + " FROM " + std::string(table));
  while (row.step()) {
    auto id = row.integer();
    if (!kept.contains(row.string())) rows.push_back(id);
  }
  Statement remove(db.handle(), "DELETE FROM " + std::string(table) + " WHERE rowid = ?");
  for (auto id : rows) remove.bind(id).run();
}

std::string_view bytesOf(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

void writeGrants(Database& db, const Changes& changes) {
  if (!changes.grants.empty()) {
    Statement put(db.handle(), PUT_GRANT);
    for (const auto& stored : changes.grants) {
      bindGrant(put, stored);
      put.run();
    }
  }
  if (!changes.purged.empty()) {
    Statement purge(db.handle(), "DELETE FROM grants WHERE id = ?");
    for (const auto& id : changes.purged) purge.text(id.text()).run();
  }
}

void writeJournal(Database& db, const std::vector<JournalEntry>& entries) {
  if (entries.empty()) return;
  Statement put(db.handle(),
                "INSERT OR REPLACE INTO journal (sequence, time, event, app, instance, kind, target, grant_id, outcome)"
                " VALUES (?,?,?,?,?,?,?,?,?)");
  for (const auto& entry : entries) {
    put.bind(static_cast<int64_t>(entry.sequence)).bind(toNanos(entry.time)).text(entry.event).text(entry.app);
    put.text(entry.instance.text())
        .bind(number(entry.kind))
        .text(entry.target)
        .text(entry.grant.text())
        .text(entry.outcome);
    put.run();
  }
  // Now and then is enough: the bound is there to keep the file small, not exact.
  auto last = entries.back().sequence;
  if (last > JOURNAL_KEPT && (last / 256 != entries.front().sequence / 256 || last % 256 == 0)) {
    Statement prune(db.handle(), "DELETE FROM journal WHERE sequence <= ?");
    prune.bind(static_cast<int64_t>(last - JOURNAL_KEPT)).run();
  }
}

void writeSettings(Database& db, const Changes& changes) {
  if (changes.settings.empty()) return;
  Statement put(
      db.handle(),
      "INSERT OR REPLACE INTO settings (app, petname, always_confined, shared_x, own_sandboxes, see_home_names,"
      " gpu, memory_limit, process_limit, cpu_percent, network_rate, network_day) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
  for (const auto& settings : changes.settings) {
    put.text(settings.app).text(settings.petname).bind(settings.alwaysConfined ? 1 : 0).bind(settings.sharedX ? 1 : 0);
    put.bind(settings.ownSandboxes ? 1 : 0).bind(settings.seeHomeNames ? 1 : 0).bind(settings.gpu ? 1 : 0);
    put.bind(static_cast<int64_t>(settings.memoryLimit)).bind(settings.processLimit).bind(settings.cpuPercent);
    put.bind(static_cast<int64_t>(settings.networkRate)).bind(static_cast<int64_t>(settings.networkPerDay));
    put.run();
  }
}

void writeRefusals(Database& db, const Changes& changes) {
  if (!changes.refusals.empty()) {
    Statement put(
        db.handle(),
        "INSERT OR REPLACE INTO refusals (id, holder, kind, target, path, device, inode, scope, see, access, since)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    for (const auto& refusal : changes.refusals) {
      put.text(refusal.id.text()).text(refusal.holder).bind(number(refusal.kind));
      bindObject(put, refusal.object);
      put.bind(number(refusal.access)).bind(toNanos(refusal.since)).run();
    }
  }
  if (!changes.forgotten.empty()) {
    Statement forget(db.handle(), "DELETE FROM refusals WHERE id = ?");
    for (const auto& id : changes.forgotten) forget.text(id.text()).run();
  }
}

void writeSurvivors(Database& db, const Changes& changes) {
  if (!changes.survivors.empty()) {
    Statement put(db.handle(),
                  "INSERT OR REPLACE INTO survivors (instance, app, profile, name, icon, command, started, pid, cookie)"
                  " VALUES (?,?,?,?,?,?,?,?,?)");
    for (const auto& survivor : changes.survivors) {
      put.text(survivor.instance.text())
          .text(survivor.app)
          .text(survivor.profile)
          .text(survivor.name)
          .text(survivor.icon);
      put.text(survivor.command)
          .bind(toNanos(survivor.started))
          .bind(survivor.pid)
          .blob(bytesOf(survivor.cookie))
          .run();
    }
  }
  if (!changes.gone.empty()) {
    Statement remove(db.handle(), "DELETE FROM survivors WHERE instance = ?");
    for (const auto& instance : changes.gone) remove.text(instance.text()).run();
  }
}

void writeFacts(Database& db, const Changes& changes) {
  if (changes.facts.empty()) return;
  Statement put(db.handle(), "INSERT OR REPLACE INTO facts (key, value) VALUES (?,?)");
  Statement drop(db.handle(), "DELETE FROM facts WHERE key = ?");
  for (const auto& [key, value] : changes.facts) {
    if (value.empty()) drop.text(key).run();
    else put.text(key).blob(value).run();
  }
}

}  // namespace

void write(Database& db, const Changes& changes) {
  writeGrants(db, changes);
  writeJournal(db, changes.journal);
  writeSettings(db, changes);
  writeRefusals(db, changes);
  writeSurvivors(db, changes);
  writeMachines(db, changes);
  writeShares(db, changes);
  writeFacts(db, changes);
}

Contents read(Database& db, std::vector<std::string>& refused) {
  Contents contents;
  std::vector<StoredGrant> found;
  Statement row(db.handle(), GET_GRANTS);
  while (row.step()) found.push_back(grantAt(row));
  contents.grants = soundGrants(std::move(found), refused);
  contents.refusals = readRefusals(db, refused);
  contents.settings = readSettings(db, refused);
  contents.survivors = readSurvivors(db, refused);
  readMachines(db, contents, refused);
  readShares(db, contents, refused);
  Statement facts(db.handle(), "SELECT key, value FROM facts");
  while (facts.step()) {
    auto key = facts.string();
    contents.facts[key] = facts.string();
  }
  contents.lastSequence = static_cast<uint64_t>(std::max<int64_t>(0, db.number("SELECT max(sequence) FROM journal")));
  return contents;
}

void removeAllBut(Database& db, const Contents& contents) {
  std::unordered_set<std::string> grants, refusals, settings, survivors, machines, invitations, shares, offers;
  for (const auto& stored : contents.grants) grants.insert(stored.grant.id.text());
  for (const auto& refusal : contents.refusals) refusals.insert(refusal.id.text());
  for (const auto& app : contents.settings) settings.insert(app.app);
  for (const auto& survivor : contents.survivors) survivors.insert(survivor.instance.text());
  for (const auto& machine : contents.machines) machines.insert(machine.id);
  for (const auto& invitation : contents.invitations) invitations.insert(invitation.id);
  for (const auto& share : contents.shares) shares.insert(share.grant.text());
  for (const auto& offer : contents.offers) offers.insert(offer.id);
  keepOnly(db, "grants", "id", grants);
  keepOnly(db, "refusals", "id", refusals);
  keepOnly(db, "settings", "app", settings);
  keepOnly(db, "survivors", "instance", survivors);
  keepOnly(db, "machines", "id", machines);
  keepOnly(db, "machine_routes", "machine", machines);
  keepOnly(db, "invitations", "id", invitations);
  keepOnly(db, "shares", "grant_id", shares);
  keepOnly(db, "offers", "id", offers);
}

std::vector<JournalEntry> readJournal(Database& db, const JournalFilter& filter) {
  int64_t kind = -1;
  if (!filter.kind.empty()) {
    KJ_IF_MAYBE (named, kindNamed(filter.kind)) {
      kind = number(*named);
    } else {
      return {};
    }
  }
  Statement row(db.handle(),
                "SELECT sequence, time, event, app, instance, kind, target, grant_id, outcome FROM journal"
                " WHERE sequence < ?1 AND time >= ?2 AND (?3 < 0 OR kind = ?3)"
                " AND (?4 = '' OR app = ?4 OR substr(app, 1, length(?4) + 1) = ?4 || '@')"
                " AND (?5 = '' OR instr(lower(target), lower(?5)) OR instr(lower(app), lower(?5))"
                "      OR instr(lower(event), lower(?5)) OR instr(lower(outcome), lower(?5)))"
                " ORDER BY sequence DESC LIMIT ?6");
  bool newest = filter.before == 0 || filter.before > static_cast<uint64_t>(INT64_MAX);
  row.bind(newest ? INT64_MAX : static_cast<int64_t>(filter.before)).bind(toNanos(filter.since)).bind(kind);
  row.text(filter.app).text(filter.text).bind(std::min<uint32_t>(filter.limit, 10'000));
  std::vector<JournalEntry> result;
  while (row.step()) {
    JournalEntry entry{.sequence = count(row), .time = time(row), .event = row.string(), .app = row.string()};
    entry.instance = InstanceId(row.string());
    auto stored = row.integer();
    entry.kind = stored >= 0 && stored <= number(Kind::Window) ? static_cast<Kind>(stored) : Kind::File;
    entry.target = row.string();
    entry.grant = GrantId(row.string());
    entry.outcome = row.string();
    result.push_back(std::move(entry));
  }
  return result;
}

}  // namespace latchkey::sqlite
