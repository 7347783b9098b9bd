// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// All connections of one session, to things of either side. They end with it.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include <memory>

#include "broker/schema/instance.capnp.h"
#include "portals/peer/splice.h"

namespace latchkey::peer {

class Streams final : public std::enable_shared_from_this<Streams>, private kj::TaskSet::ErrorHandler {
public:
  Streams(kj::UnixEventPort& port, kj::Timer& timer);
  ~Streams() noexcept(false);

  // Room for one more, for as long as it is kept. Fails with `tooMany`.
  class Place {
  public:
    explicit Place(std::shared_ptr<Streams> streams);
    Place(Place&&) = default;
    ~Place() noexcept(false);

  private:
    std::shared_ptr<Streams> m_streams;
  };
  Place place() { return Place(shared_from_this()); }

  std::shared_ptr<Splice> splice(std::shared_ptr<Counters> counters, kj::AutoCloseFd socket);
  void carry(std::shared_ptr<Splice> splice, schema::ByteStream::Client far, Place place,
             std::function<void()> changed);

  // A task of one of these things; what it fails with is of no interest.
  void add(kj::Promise<void> task) { m_tasks.add(kj::mv(task)); }
  void end();
  // Things of ours that the other machine holds. Fails with `tooMany`.
  void thingMade();
  void thingGone() { --m_things; }
  unsigned things() const { return m_things; }
  unsigned count() const { return m_count; }
  kj::Timer& timer() { return m_timer; }

private:
  kj::Promise<void> run(std::shared_ptr<Splice> splice, schema::ByteStream::Client far, Place place,
                        std::function<void()> changed);
  void taskFailed(kj::Exception&& exception) override {}

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  Budget m_budget;
  unsigned m_count = 0, m_things = 0;
  kj::Own<kj::PromiseFulfiller<void>> m_over;
  kj::ForkedPromise<void> m_whenOver;
  kj::TaskSet m_tasks;
};

// A connected socket that was passed to us.
kj::Promise<kj::AutoCloseFd> socketOf(schema::Descriptor::Client descriptor);

}  // namespace latchkey::peer
