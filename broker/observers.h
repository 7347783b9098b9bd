// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Telling the person's programs what changed.
//
// Changes are gathered and sent at most once per short while, the newest state of each thing once: a burst of uses, or
// a program that does not answer, costs bounded memory and never holds anybody up.

#include <kj/async.h>
#include <kj/timer.h>

#include <deque>
#include <list>
#include <map>
#include <set>

#include "broker/grants/ledger.h"
#include "broker/instance.h"
#include "broker/names.h"
#include "broker/powerbox.h"
#include "broker/schema/person.capnp.h"

namespace latchkey {

class Observers final : public Ledger::Observer, public Instances::Observer, public Powerbox::Observer {
public:
  Observers(Ledger& ledger, Names& names, kj::Timer& timer);
  ~Observers() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Observers);

  // Fills in the status that observers are told.
  void statusFrom(kj::Function<void(schema::Status::Builder)> write) { m_writeStatus = kj::mv(write); }

  // Dropping the handle ends it.
  schema::Handle::Client add(schema::Observer::Client observer);

  void grantsChanged(const std::vector<Grant>& changed) override;
  void journalAdded(const std::vector<JournalEntry>& added) override;
  void storeTroubleChanged(const std::string& line) override;
  void instanceChanged(const Instance& instance) override;
  void requestChanged(const Request& request) override;
  void listenersChanged(const InstanceId& instance, capnp::List<schema::Listener>::Reader list);
  void statusChanged();
  void settingsChanged(const std::string& app);
  // Fills in the settings of an app as observers are told them.
  void settingsFrom(kj::Function<AppSettings(const std::string&)> read) { m_readSettings = kj::mv(read); }

private:
  class Watcher;
  class Handle;
  struct InstanceNews;

  void remove(uint64_t number);
  void tellSettings(Watcher& watcher);
  void schedule();
  void flush();

  Ledger& m_ledger;
  Names& m_names;
  kj::Timer& m_timer;
  kj::Maybe<kj::Function<void(schema::Status::Builder)>> m_writeStatus;
  kj::Maybe<kj::Function<AppSettings(const std::string&)>> m_readSettings;
  std::list<kj::Own<Watcher>> m_watchers;
  uint64_t m_next = 0;

  std::map<GrantId, Grant> m_grants;
  std::map<RequestId, Request> m_requests;
  std::map<InstanceId, kj::Own<capnp::MallocMessageBuilder>> m_instances, m_listeners;
  std::deque<JournalEntry> m_journal;
  std::set<std::string> m_settings;
  bool m_status = false;
  bool m_scheduled = false;
  kj::Maybe<kj::Promise<void>> m_timerTask;
};

}  // namespace latchkey
