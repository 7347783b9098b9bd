// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/observers.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/log.h"
#include "broker/grants/grant-schema.h"
#include "broker/network-grants.h"

namespace latchkey {
namespace {

constexpr auto GATHER = 20 * kj::MILLISECONDS;
constexpr size_t MAX_JOURNAL = 1000;
constexpr size_t MAX_BEHIND = 64;

}  // namespace

// One observer. A call is sent only while few are unanswered: who does not answer misses news, and reads the lists
// again.
class Observers::Watcher final : private kj::TaskSet::ErrorHandler {
public:
  Watcher(uint64_t number, schema::Observer::Client client) : number(number), client(kj::mv(client)), m_tasks(*this) {}

  template <typename Request>
  void send(Request&& request) {
    if (m_behind >= MAX_BEHIND) return;
    ++m_behind;
    m_tasks.add(request.send().ignoreResult().attach(kj::defer([this] { --m_behind; })));
  }

  const uint64_t number;
  schema::Observer::Client client;

private:
  void taskFailed(kj::Exception&& exception) override { logDebug("an observer: " + reason(exception)); }

  size_t m_behind = 0;
  kj::TaskSet m_tasks;
};

class Observers::Handle final : public schema::Handle::Server {
public:
  Handle(Observers& observers, uint64_t number) : m_observers(observers), m_number(number) {}
  ~Handle() noexcept(false) { m_observers.remove(m_number); }

private:
  Observers& m_observers;
  uint64_t m_number;
};

Observers::Observers(Ledger& ledger, Names& names, kj::Timer& timer)
    : m_ledger(ledger), m_names(names), m_timer(timer) {
  m_ledger.observe(*this);
}

Observers::~Observers() noexcept(false) { m_ledger.unobserve(*this); }

schema::Handle::Client Observers::add(schema::Observer::Client observer) {
  m_watchers.push_back(kj::heap<Watcher>(++m_next, kj::mv(observer)));
  statusChanged();
  return kj::heap<Handle>(*this, m_next);
}

void Observers::remove(uint64_t number) {
  m_watchers.remove_if([number](auto& watcher) { return watcher->number == number; });
}

void Observers::grantsChanged(const std::vector<Grant>& changed) {
  if (m_watchers.empty()) return;
  for (auto& grant : changed) {
    m_grants.insert_or_assign(grant.id, grant);
    if (grant.kind == Kind::Desktop) m_settings.insert(grant.holder);  // They show it as a switch.
  }
  schedule();
}

void Observers::journalAdded(const std::vector<JournalEntry>& added) {
  if (m_watchers.empty()) return;
  m_journal.insert(m_journal.end(), added.begin(), added.end());
  while (m_journal.size() > MAX_JOURNAL) m_journal.pop_front();
  schedule();
}

void Observers::storeTroubleChanged(const std::string&) { statusChanged(); }

void Observers::instanceChanged(const Instance& instance) {
  if (m_watchers.empty() || !instance.serves.empty()) return;
  auto message = kj::heap<capnp::MallocMessageBuilder>();
  toSchema(instance, m_names, message->initRoot<schema::InstanceInfo>());
  m_instances.insert_or_assign(instance.id, kj::mv(message));
  schedule();
}

void Observers::requestChanged(const Request& request) {
  if (m_watchers.empty()) return;
  m_requests.insert_or_assign(request.id, request);
  schedule();
}

void Observers::listenersChanged(const InstanceId& instance, capnp::List<schema::Listener>::Reader all) {
  if (m_watchers.empty()) return;
  auto message = kj::heap<capnp::MallocMessageBuilder>();
  auto news = message->initRoot<schema::Observer::ListenersParams>();
  news.setInstance(instance.text().c_str());
  auto list = news.initList(std::min(all.size(), NetworkGrants::MOST_LISTENERS));
  for (unsigned i = 0; i < list.size(); ++i) copyListener(all[i], list[i]);
  m_listeners.insert_or_assign(instance, kj::mv(message));
  schedule();
}

void Observers::statusChanged() {
  m_status = true;
  schedule();
}

void Observers::settingsChanged(const std::string& app) {
  if (m_watchers.empty()) return;
  m_settings.insert(app);
  schedule();
}

void Observers::tellSettings(Watcher& watcher) {
  KJ_IF_MAYBE (read, m_readSettings) {
    auto call = watcher.client.settingsRequest();
    auto list = call.initChanged(static_cast<unsigned>(m_settings.size()));
    unsigned i = 0;
    for (auto& app : m_settings) toSchema((*read)(app), list[i++]);
    watcher.send(kj::mv(call));
  }
}

void Observers::schedule() {
  if (m_scheduled) return;
  m_scheduled = true;
  m_timerTask = m_timer.afterDelay(GATHER).then([this] { flush(); }).eagerlyEvaluate([](kj::Exception&& exception) {
    logWarning("observers: " + reason(exception));
  });
}

void Observers::flush() {
  m_scheduled = false;
  auto size = [](auto& things) { return static_cast<unsigned>(things.size()); };
  for (auto& watcher : m_watchers) {
    if (!m_grants.empty()) {
      auto call = watcher->client.grantsRequest();
      auto list = call.initChanged(size(m_grants));
      unsigned i = 0;
      for (auto& [id, grant] : m_grants) toSchema(grant, m_names.of(grant.holder), list[i++]);
      watcher->send(kj::mv(call));
    }
    if (!m_requests.empty()) {
      auto call = watcher->client.requestsRequest();
      auto list = call.initChanged(size(m_requests));
      unsigned i = 0;
      for (auto& [id, request] : m_requests) toSchema(request, m_names.of(request.question.holder), list[i++]);
      watcher->send(kj::mv(call));
    }
    if (!m_instances.empty()) {
      auto call = watcher->client.instancesRequest();
      auto list = call.initChanged(size(m_instances));
      unsigned i = 0;
      for (auto& [id, info] : m_instances) list.setWithCaveats(i++, info->getRoot<schema::InstanceInfo>().asReader());
      watcher->send(kj::mv(call));
    }
    for (auto& [id, message] : m_listeners) {
      auto news = message->getRoot<schema::Observer::ListenersParams>().asReader();
      auto call = watcher->client.listenersRequest();
      call.setInstance(news.getInstance());
      call.setList(news.getList());
      watcher->send(kj::mv(call));
    }
    if (!m_journal.empty()) {
      auto call = watcher->client.journalRequest();
      auto list = call.initAdded(size(m_journal));
      for (unsigned i = 0; i < list.size(); ++i) toSchema(m_journal[i], list[i]);
      watcher->send(kj::mv(call));
    }
    if (!m_settings.empty()) tellSettings(*watcher);
    if (m_status) {
      auto call = watcher->client.statusRequest();
      KJ_IF_MAYBE (write, m_writeStatus) (*write)(call.initStatus());
      watcher->send(kj::mv(call));
    }
  }
  m_grants.clear();
  m_requests.clear();
  m_instances.clear();
  m_listeners.clear();
  m_journal.clear();
  m_settings.clear();
  m_status = false;
}

}  // namespace latchkey
