// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A broker that decides at random until it is killed: store-workload DIRECTORY SEED WALL-NANOSECONDS BOOT.
//
// Every decision is two lines on stdout. Before: `? WHAT ID...`. After the ledger returned: `! WHAT ID...` with what
// happened:
//   add ID PARENT(or -) until|always HOLDER;  revoke ID...;  expire ID...;  suspend ID;  resume ID

#include <unistd.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "broker/grants/ledger.h"
#include "tests/support/fake-clock.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

// One write, so that a line is told wholly or not at all.
void say(const std::string& words) {
  auto line = words + "\n";
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(1);
}

class Workload {
public:
  Workload(const char* directory, uint64_t seed, WallTime wall, const char* boot) : m_engine(seed) {
    m_clock.stepWall(wall - m_clock.wall());
    m_ledger = kj::heap<Ledger>(directory, m_clock, boot);
    for (const auto& grant : m_ledger->all(Ledger::Which::Living)) m_ids.push_back(grant.id);
  }

  void decide() {
    switch (below(8)) {
      case 0:
      case 1: return add({});
      case 2:
      case 3: return add(any());
      case 4: return revoke();
      case 5: return suspend();
      case 6: return resume();
      case 7: return expire();
    }
  }

private:
  size_t below(size_t count) { return m_engine() % count; }
  GrantId any() { return m_ids.empty() ? GrantId() : m_ids[below(m_ids.size())]; }

  static std::string words(const std::vector<Grant>& grants) {
    std::string result;
    for (const auto& grant : grants) result += ' ' + grant.id.text();
    return result;
  }

  void add(const GrantId& parent) {
    if (!parent.empty() && !m_ledger->isLive(parent)) return;
    // The holder marks the decision, so that one in flight can be told from any other.
    Grant grant{.holder = "holder" + randomToken(),
                .kind = Kind::Folder,
                .object = {.path = "/a", .scope = Scope::Tree},
                .access = Access::Write,
                .lifetime = Lifetime::always(),
                .parent = parent};
    bool until = below(3) == 0;
    if (until) grant.lifetime = Lifetime::untilTime(m_clock.wall() + 1h * static_cast<int64_t>(1 + below(50)));
    say("? add " + grant.holder);
    auto id = m_ledger->add(grant);
    KJ_IF_MAYBE (made, m_ledger->find(id)) {
      until = made->lifetime.type == Lifetime::Type::Until;
      say("! add " + id.text() + ' ' + (parent.empty() ? "-" : parent.text()) + (until ? " until " : " always ") +
          grant.holder);
    }
    m_ids.push_back(id);
  }

  void revoke() {
    auto id = any();
    if (id.empty()) return;
    say("? revoke " + id.text());
    say("! revoke" + words(m_ledger->revoke({id}).grants));
  }

  void suspend() {
    auto id = any();
    if (id.empty()) return;
    say("? suspend " + id.text());
    m_ledger->suspend({id});
    say("! suspend " + id.text());
  }

  void resume() {
    auto id = any();
    if (id.empty()) return;
    say("? resume " + id.text());
    m_ledger->resume({id});
    say("! resume " + id.text());
  }

  void expire() {
    m_clock.advance(1h * static_cast<int64_t>(below(3)));
    say("? expire");
    say("! expire" + words(m_ledger->tick().grants));
  }

  std::mt19937_64 m_engine;
  FakeClock m_clock;
  kj::Own<Ledger> m_ledger;
  std::vector<GrantId> m_ids;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  Workload workload(argv[1], std::strtoull(argv[2], nullptr, 10), fromNanos(std::strtoll(argv[3], nullptr, 10)),
                    argv[4]);
  say("ready");
  for (;;) workload.decide();
}
