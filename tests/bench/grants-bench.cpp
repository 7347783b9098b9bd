// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The ledger under load: 10,000 living grants of 100 apps in 300 instances. grants-bench [DIRECTORY]: where the store
// is made, to measure the flush of a real disk; else in /tmp.
// done.

#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "broker/grants/ledger.h"

using namespace latchkey;

namespace {

constexpr int GRANTS = 10'000;
constexpr int INSTANCES = 300;
constexpr int APPS = 100;

double medianOf(int rounds, const std::function<void(int)>& act) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    act(round);
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

void measure(const char* name, int rounds, const std::function<void(int)>& act) {
  std::printf("%-44s %9.1f us\n", name, medianOf(rounds, act));
}

// A row of the same size, committed as durably, without any of our work. Between two of ours: the disk is in the same
// mood.
class PlainStore {
public:
  explicit PlainStore(const std::string& directory) {
    bool open = sqlite3_open((directory + "/plain.sqlite").c_str(), &m_db) == SQLITE_OK;
    open = open && execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    if (!open || !execute("CREATE TABLE plain (id TEXT PRIMARY KEY, content TEXT)")) exit(1);
  }
  ~PlainStore() { sqlite3_close(m_db); }
  PlainStore(const PlainStore&) = delete;
  PlainStore& operator=(const PlainStore&) = delete;

  void commit() { execute("INSERT INTO plain VALUES (hex(randomblob(16)), hex(randomblob(120)))"); }

private:
  bool execute(const char* sql) { return sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

  sqlite3* m_db = nullptr;
};

std::string holderOf(int number) { return "org.example.App" + std::to_string(number % APPS); }
InstanceId instanceOf(int number) { return InstanceId("instance" + std::to_string(number % INSTANCES)); }
std::string pathOf(int number) { return "/home/person/Documents/folder" + std::to_string(number) + "/file.txt"; }

Grant grantOf(int number) {
  Grant grant{.holder = holderOf(number), .object = {.path = pathOf(number)}};
  bool standing = number % 2 == 0;
  grant.lifetime = standing ? Lifetime::always() : Lifetime::run();
  if (!standing) grant.instance = instanceOf(number);
  return grant;
}

}  // namespace

int main(int argc, char** argv) {
  std::string directory = (argc > 1 ? std::string(argv[1]) : std::string("/tmp")) + "/grants-bench-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) return 1;
  SystemClock clock;
  {
    Ledger ledger(directory, clock);
    std::vector<GrantId> ids;
    for (int i = 0; i < INSTANCES; ++i) ledger.putSurvivor({.instance = instanceOf(i), .app = holderOf(i)});
    PlainStore plain(directory);
    std::vector<double> ours, theirs;
    for (int i = 0; i < GRANTS; ++i) {
      ours.push_back(medianOf(1, [&](int) { ids.push_back(ledger.add(grantOf(i))); }));
      theirs.push_back(medianOf(1, [&](int) { plain.commit(); }));
    }
    std::ranges::sort(ours);
    std::ranges::sort(theirs);
    std::printf("answer: a grant committed | %.1f | SQLite alone, one row | %.1f | 5 | us\n", ours[GRANTS / 2],
                theirs[GRANTS / 2]);
    measure("list all 10,000", 20, [&](int) { ledger.all(Ledger::Which::All); });
    measure("list of one app", 1000, [&](int i) { ledger.ofHolder(holderOf(i), Ledger::Which::Living); });
    measure("list for one instance", 1000, [&](int i) { ledger.applicable(holderOf(i), instanceOf(i)); });
    measure("look up by id", GRANTS, [&](int i) { ledger.find(ids[i]); });
    measure("look up what permits an operation", 1000, [&](int i) {
      ledger.permitting(holderOf(i), instanceOf(i), Kind::File, {.path = pathOf(i)}, Access::Read);
    });
    measure("count a use", 1000, [&](int i) {
      ledger.recordUse(ids[i], instanceOf(i), {.live = 1, .uses = 1, .bytesRead = 100, .used = clock.wall()});
    });
    measure("tick", 100, [&](int) { ledger.tick(); });
    measure("revoke", 1000, [&](int i) { ledger.revoke({ids[i]}); });
    measure("end of an instance", INSTANCES, [&](int i) { ledger.endInstance(instanceOf(i)); });
  }
  measure("open after a restart", 5, [&](int) { Ledger again(directory, clock); });
  std::filesystem::remove_all(directory);
}
