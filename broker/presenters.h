// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Who can show questions to the person: windows, and terminals for the instance that runs on them.
//
// The newest window gets the next question. A question that is being shown stays where it is; if its window goes away,
// that question is declined once, and the others go to whoever is left. With no window at all one is started, at most
// once at a time; questions wait meanwhile.

#include <kj/async.h>

#include <list>

#include "broker/instance.h"
#include "broker/powerbox.h"
#include "broker/process.h"
#include "broker/schema/person.capnp.h"

namespace latchkey {

class Names;

class Presenters final : public Stage, private kj::TaskSet::ErrorHandler {
public:
  Presenters(Instances& instances, Names& names, Programs& programs);
  ~Presenters() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Presenters);

  // `changed` is called whenever one came or went.
  void whenChanged(kj::Function<void()> changed) { m_changed = kj::mv(changed); }

  // Dropping the handle takes it away. `channel` empty: a window.
  schema::Handle::Client add(schema::Presenter::Client presenter, InstanceId channel);
  uint32_t count() const { return static_cast<uint32_t>(m_presenters.size()); }

  kj::Maybe<kj::Promise<Answer>> tryPresent(const Request& request) override;

private:
  struct Entry {
    uint64_t number;
    schema::Presenter::Client presenter;
    InstanceId channel;
    // Rejected when the entry goes: what it was showing is then declined.
    kj::Own<kj::PromiseFulfiller<void>> leave;
    kj::ForkedPromise<void> left;
  };
  class Handle;

  void remove(uint64_t number);
  void ensureWindow(const InstanceId& instance);
  void taskFailed(kj::Exception&& exception) override;

  Instances& m_instances;
  Names& m_names;
  Programs& m_programs;
  std::list<Entry> m_presenters;  // Newest first.
  uint64_t m_next = 0;
  bool m_windowRunning = false;
  kj::Maybe<kj::Function<void()>> m_changed;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
