// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app may send to its name server, and what a name server outside may say: the first two bytes are the length
// of the question, what follows it is the answer from outside. Whatever comes, the app gets nothing or a message that
// answers its question, of a size it takes; and nothing leaves about a name that is none.

#include <kj/async.h>
#include <kj/debug.h>

#include <algorithm>

#include "portals/network/stub-resolver.h"

using namespace latchkey;
using namespace latchkey::network;

namespace {

struct World final : HostLookup, NameRules {
  kj::EventLoop loop;
  kj::WaitScope scope{loop};
  kj::TimerImpl timer{kj::origin<kj::TimePoint>()};
  Names names{"fuzz"};
  StubResolver resolver{timer, names, *this, *this};
  kj::ArrayPtr<const kj::byte> said;
  ~World() noexcept override {}

  kj::Promise<std::vector<Address>> lookUp(std::string) override { KJ_FAIL_ASSERT("nobody wanted an address"); }
  kj::Promise<kj::Array<kj::byte>> records(std::string name, uint16_t) override {
    KJ_ASSERT(isHostName(name), name.c_str());
    return kj::heapArray(said);
  }
  bool isBlocked(const std::string& name) override { return name.size() % 7 == 0; }
  kj::Promise<bool> mayAsk(Destination wanted) override {
    KJ_ASSERT(destinationFrom(wanted.text()) != nullptr, wanted.text().c_str());
    return wanted.name.size() % 5 != 0;
  }
  void tooMuchAsked(const std::string&, uint64_t) override {}
};

World& world() {
  static auto made = new World;  // Never ended: libFuzzer leaves by _exit.
  return *made;
}

void check(kj::ArrayPtr<const kj::byte> query, kj::ArrayPtr<const kj::byte> answer, size_t room) {
  if (answer.size() == 0) return;
  KJ_ASSERT(answer.size() >= 12 && answer.size() <= room, answer.size(), room);
  KJ_ASSERT(query.size() >= 12 && answer[0] == query[0] && answer[1] == query[1] && (answer[2] & 0x80));
  // What was asked stands in it byte for byte, or it is a fault and nothing does.
  KJ_ASSERT(answer[4] == 0 && answer[5] <= 1 && answer[8] == 0 && answer[9] == 0 && answer[10] == 0 && answer[11] <= 1);
  if (answer[5] == 0) {
    KJ_ASSERT((answer[3] & 15) != 0 && answer[7] == 0);
    return;
  }
  size_t end = 12;
  while (query[end] != 0) end += query[end] + 1U;
  KJ_ASSERT(query.slice(12, end + 5) == answer.slice(12, end + 5));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  auto& here = world();
  auto length = std::min<size_t>(static_cast<size_t>(data[0]) << 8 | data[1], size - 2);
  kj::ArrayPtr<const kj::byte> query(data + 2, length);
  here.said = {data + 2 + length, size - 2 - length};
  // So that questions of all inputs may go out.
  here.timer.advanceTo(here.timer.now() + 1 * kj::SECONDS);
  for (auto transport : {Protocol::Udp, Protocol::Tcp}) {
    auto answer = here.resolver.answer(kj::heapArray(query), transport).wait(here.scope);
    check(query, answer, transport == Protocol::Udp ? 4096 : dns::MOST_OF_STREAM);
  }
  return 0;
}
