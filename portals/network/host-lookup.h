// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Names as this computer knows them: its own resolver, with whatever it is set up to ask.
//
// The C library's resolver blocks, for half a minute if it must, so it runs in threads: a few for each lane, started
// when needed and gone when not. A lane is one sandbox's; one whose names are answered by nobody waits for itself
// alone. Dropping a promise forgets the answer; the thread goes on until the resolver gives up.

#include <kj/async.h>
#include <kj/timer.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/address.h"

namespace latchkey::network {

class HostLookup {
public:
  virtual ~HostLookup() = default;
  // Where it leads, in the order in which to try them. None: there is no such name, or nobody answered in time.
  virtual kj::Promise<std::vector<Address>> lookUp(std::string name) = 0;
  // The whole message that a name server answered a question of this type with. Empty if none did.
  virtual kj::Promise<kj::Array<kj::byte>> records(std::string name, uint16_t type) = 0;
};

// What the threads call. Both may block.
struct Resolver {
  std::function<std::vector<Address>(const std::string& name)> addresses;
  std::function<std::vector<kj::byte>(const std::string& name, uint16_t type)> records;
};
Resolver systemResolver();

class LookupThreads final {
public:
  static constexpr unsigned MOST = 64, MOST_OF_LANE = 4;
  static constexpr size_t MOST_WAITING = 256;  // Of one lane. Further ones are answered with nothing.

  LookupThreads(kj::Timer& timer, Resolver resolver = systemResolver(), kj::Duration patience = 40 * kj::SECONDS);
  ~LookupThreads();
  KJ_DISALLOW_COPY_AND_MOVE(LookupThreads);

  // To be used by the thread that made this. Promises of it that are pending when this goes are answered with nothing.
  kj::Own<HostLookup> lane();

  unsigned threads() const;

private:
  class Lane;
  struct Work;

  kj::Timer& m_timer;
  kj::Duration m_patience;
  std::shared_ptr<Work> m_work;
};

}  // namespace latchkey::network
