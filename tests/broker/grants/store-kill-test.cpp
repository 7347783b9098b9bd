// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Kill -9 at random points. What the workload confirmed must be there afterwards, and nothing else may be active:
// - a confirmed grant is there, with its parent; a confirmed end never comes back; a confirmed suspension holds;
// - the one decision in flight may have been committed or not, but wholly: all of a subtree ended, or none of it;
// - a grant in flight may be there only as the one that was being added.

#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <set>

#include "broker/grants/ledger.h"
#include "tests/broker/grants/sample.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

constexpr int KILLS = 500;
constexpr int KILLS_OF_ONE_STORE = 25;

// Runs the workload, kills it in the midst of work, returns what it said.
QStringList runAndKill(const std::string& directory, Chance& chance, WallTime wall, const std::string& boot) {
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  auto program = QCoreApplication::applicationDirPath().toStdString() + "/grants-store-workload";
  std::vector<std::string> words{program, directory, std::to_string(chance.below(1u << 30)),
                                 std::to_string(toNanos(wall)), boot};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  int error = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  KJ_DEFER(close(ends[0]));
  KJ_REQUIRE(error == 0, "the workload does not start", program.c_str());

  QByteArray said;
  char buffer[4096];
  auto wanted = static_cast<qsizetype>(chance.below(40));
  while (said.count('\n') < wanted) {
    auto size = read(ends[0], buffer, sizeof buffer);
    if (size <= 0) break;
    said.append(buffer, size);
  }
  usleep(chance.below(2000));
  kill(child, SIGKILL);
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) said.append(buffer, size);
  int status = 0;
  waitpid(child, &status, 0);
  KJ_REQUIRE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the workload ended by itself", status);
  return QString::fromUtf8(said).split('\n', Qt::SkipEmptyParts);
}

// What has been confirmed, over all kills of one store.
class Record {
public:
  struct Entry {
    GrantId parent;
    bool until = false;
    bool suspended = false;
    bool ended = false;
  };
  std::map<GrantId, Entry> entries;
  QStringList inFlight;  // Words of the decision that was not confirmed; empty if none.
  int confirmed = 0;

  void hear(const QStringList& lines) {
    inFlight.clear();
    for (const auto& line : lines) {
      auto words = line.split(' ');
      if (words[0] == "?") inFlight = words.mid(1);
      if (words[0] != "!") continue;
      inFlight.clear();
      ++confirmed;
      confirm(words.mid(1));
    }
  }

  bool isBelow(GrantId id, const GrantId& top) const {
    for (; !id.empty(); id = entries.at(id).parent) {
      if (id == top) return true;
    }
    return false;
  }

  // The whole is suspended if any above is.
  bool isHeld(GrantId id) const {
    for (; !id.empty(); id = entries.at(id).parent) {
      if (entries.at(id).suspended) return true;
    }
    return false;
  }

  bool mayExpire(GrantId id) const {
    for (; !id.empty(); id = entries.at(id).parent) {
      if (entries.at(id).until) return true;
    }
    return false;
  }

private:
  static GrantId idOf(const QString& word) { return word == "-" ? GrantId() : GrantId(word.toStdString()); }

  void confirm(const QStringList& words) {
    if (words[0] == "add") {
      entries[idOf(words[1])] = {.parent = idOf(words[2]), .until = words[3] == "until"};
    } else if (words[0] == "suspend" || words[0] == "resume") {
      entries.at(idOf(words[1])).suspended = words[0] == "suspend";
    } else {
      for (const auto& word : words.mid(1)) entries.at(idOf(word)).ended = true;
    }
  }
};

// Empty, or what the reopened ledger has wrong. Takes over into `record` what became of the decision in flight.
QString compare(Record& record, Ledger& ledger) {
  auto flight = record.inFlight.value(0);
  GrantId target(record.inFlight.value(1).toStdString());
  std::set<bool> subtreeEnded;
  int extra = 0;
  for (const auto& grant : ledger.all(Ledger::Which::All)) {
    if (record.entries.contains(grant.id)) continue;
    if (flight != "add" || grant.holder != target.text() || ++extra > 1)
      return "a grant nobody confirmed: " + QString::fromStdString(grant.holder);
    record.entries[grant.id] = {.parent = grant.parent, .until = grant.lifetime.type == Lifetime::Type::Until};
  }
  for (auto& [id, entry] : record.entries) {
    auto name = QString::fromStdString(id.text());
    auto grant = KJ_ASSERT_NONNULL(ledger.find(id), "a confirmed grant is lost", id.text().c_str());
    if (grant.parent != entry.parent) return name + " has another parent";
    if (entry.ended && !grant.hasEnded()) return name + " came back";
    if (entry.ended) continue;
    bool inFlight = flight == "revoke" && record.isBelow(id, target);
    if (inFlight && (grant.state == GrantState::Revoked || !grant.hasEnded())) subtreeEnded.insert(grant.hasEnded());
    if (grant.state == GrantState::Revoked && !inFlight) return name + " was revoked by nobody";
    if (grant.state == GrantState::Expired && !record.mayExpire(id)) return name + " expired without a time";
    entry.ended = grant.hasEnded();
  }
  if (subtreeEnded.size() > 1) return "half of a subtree was revoked";
  bool turning =
      (flight == "suspend" || flight == "resume") && record.entries.contains(target) && !record.entries[target].ended;
  if (turning) {
    // Where something above hides what became of it, it is settled by a decision of ours.
    auto& entry = record.entries[target];
    entry.suspended = false;
    if (record.isHeld(target)) ledger.suspend({target});
    entry.suspended = KJ_ASSERT_NONNULL(ledger.find(target)).state == GrantState::Suspended;
  }
  for (const auto& [id, entry] : record.entries) {
    if (entry.ended) continue;
    bool held = KJ_ASSERT_NONNULL(ledger.find(id)).state == GrantState::Suspended;
    if (held != record.isHeld(id))
      return QString::fromStdString(id.text()) + (held ? " is held by nobody" : " is not held any more");
  }
  return {};
}

}  // namespace

class StoreKillTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void confirmedDecisionsSurviveKill9();
};

void StoreKillTest::confirmedDecisionsSurviveKill9() {
  Chance chance;
  int confirmed = 0, inFlight = 0, committedInFlight = 0, ended = 0;
  for (int kills = 0; kills < KILLS;) {
    StateDirectory directory;
    Record record;
    FakeClock clock;
    for (int round = 0; round < KILLS_OF_ONE_STORE; ++round, ++kills) {
      clock.advance(1h);
      auto boot = "boot" + std::to_string(round);
      record.hear(runAndKill(directory.path(), chance, clock.wall(), boot));
      inFlight += record.inFlight.isEmpty() ? 0 : 1;
      auto known = record.entries.size();
      Ledger ledger(directory.path(), clock, boot);
      QVERIFY2(ledger.notices().empty() && ledger.trouble().empty(), "the store was damaged by a kill");
      auto wrong = compare(record, ledger);
      QVERIFY2(wrong.isEmpty(), qPrintable(wrong + ", in flight: " + record.inFlight.join(' ')));
      committedInFlight += static_cast<int>(record.entries.size() - known);
    }
    confirmed += record.confirmed;
    for (const auto& [id, entry] : record.entries) ended += entry.ended ? 1 : 0;
  }
  qInfo(
      "%d kills, %d confirmed decisions, %d ended grants, %d decisions in flight, %d of them grants that were "
      "committed",
      KILLS, confirmed, ended, inFlight, committedInFlight);
  QVERIFY(confirmed > KILLS && ended > KILLS && inFlight > KILLS / 20);
}

QTEST_GUILESS_MAIN(StoreKillTest)
#include "store-kill-test.moc"
