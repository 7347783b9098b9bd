// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/far-apps.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/service.h"
#include "broker/base/spawn.h"
#include "broker/holder.h"

namespace latchkey {
namespace {

constexpr auto GRACE = 5 * kj::SECONDS;
constexpr auto AT_THE_END = 500 * kj::MILLISECONDS;  // Of the second in which it has to be over.

capnp::Data::Reader bytes(std::string_view text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

// In the session that this broker belongs to: nobody's words or files.
void writeSpec(const Grant& grant, schema::LaunchSpec::Builder spec) {
  auto service = serviceFrom(grant.object.target);
  auto holder = Holder::ofApp(service == nullptr ? grant.object.target : KJ_ASSERT_NONNULL(service).source);
  spec.setApp(holder.app.c_str());
  spec.setProfile(holder.profile.c_str());
  spec.setAsk(schema::AskMode::NO);
  auto own = ownEnvironment();
  auto list = spec.initEnvironment(static_cast<unsigned>(own.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    std::string_view entry = own[i];
    auto equals = std::min(entry.find('='), entry.size());
    list[i].setName(bytes(entry.substr(0, equals)));
    list[i].setValue(bytes(entry.substr(std::min(equals + 1, entry.size()))));
  }
}

AppRun::State stateOf(const ExitStatus& status) {
  switch (status.type) {
    case ExitStatus::Type::Exited: return AppRun::State::Exited;
    case ExitStatus::Type::Signalled: return AppRun::State::Signalled;
    default: return AppRun::State::Failed;
  }
}

}  // namespace

FarApps::FarApps(Ledger& ledger, Instances& instances, Launches& launches, const Clock& clock)
    : m_ledger(ledger), m_instances(instances), m_launches(launches), m_clock(clock), m_tasks(*this) {
  m_instances.observe(*this);
}

FarApps::~FarApps() noexcept(false) = default;

void FarApps::taskFailed(kj::Exception&& exception) { logWarning("apps for other machines: " + reason(exception)); }

void FarApps::takeUp() {
  for (auto& instance : m_instances.living()) {
    auto grant = instance->startedFor;
    if (grant.empty()) continue;
    auto number = static_cast<uint64_t>(toNanos(instance->started));
    m_last = std::max(m_last, number);
    m_runs[grant] = {.holder = instance->startedBy, .instance = instance->id};
    become(grant, {.state = AppRun::State::Running, .number = number, .since = instance->started});
    m_tasks.add(watch(grant, instance->id));
    if (!m_ledger.isLive(grant)) m_tasks.add(end(grant));
  }
}

AppRun FarApps::find(const GrantId& grant) const {
  auto found = m_runs.find(grant);
  if (found != m_runs.end()) return found->second.told;
  KJ_IF_MAYBE (offers, m_offers) return offers->runBy(grant);
  return {};
}

size_t FarApps::running(const std::string& holder) const {
  return static_cast<size_t>(std::ranges::count_if(
      m_runs, [&](auto& entry) { return entry.second.holder == holder && entry.second.told.isLive(); }));
}

void FarApps::become(const GrantId& grant, AppRun told) {
  m_runs[grant].told = told;
  KJ_IF_MAYBE (observer, m_observer) observer->runChanged(grant, told);
}

// --- starting

kj::Promise<uint64_t> FarApps::start(Grant grant) {
  auto received = receivedBehind(m_ledger, grant);
  KJ_IF_MAYBE (theirs, received) return KJ_REQUIRE_NONNULL(m_offers).start(*theirs, grant.id);
  return startHere(kj::mv(grant));
}

kj::Promise<uint64_t> FarApps::startHere(Grant grant) {
  auto before = m_runs.find(grant.id);
  if (before != m_runs.end() && before->second.told.isLive()) co_return before->second.told.number;
  auto& ration = m_rations.try_emplace(grant.holder, MOST_A_MINUTE).first->second;
  if (running(grant.holder) >= MOST_AT_ONCE || !ration.take(m_clock)) fail("tooMany");
  auto now = m_clock.wall();
  m_last = std::max(m_last + 1, static_cast<uint64_t>(toNanos(now)));
  auto number = m_last;
  m_runs[grant.id] = {.holder = grant.holder};
  become(grant.id, {.state = AppRun::State::Starting, .number = number, .since = now});
  try {
    capnp::MallocMessageBuilder message;
    auto spec = message.initRoot<schema::LaunchSpec>();
    writeSpec(grant, spec);
    auto instance = co_await m_launches.launchFor(grant, spec.asReader());
    m_runs[grant.id].instance = instance;
    m_tasks.add(watch(grant.id, instance));
  } catch (const kj::Exception&) {
    become(grant.id, {.state = AppRun::State::Failed, .number = number, .since = m_clock.wall()});
    throw;
  }
  // Much may have happened while the launcher was begun.
  bool over = !m_ledger.isLive(grant.id);
  if (over || m_runs[grant.id].stops) m_tasks.add(stopHere(grant.id, over ? AT_THE_END : GRACE));
  if (over) fail("ended");
  co_return number;
}

void FarApps::instanceChanged(const Instance& instance) {
  if (instance.startedFor.empty() || instance.state != InstanceState::Running) return;
  auto found = m_runs.find(instance.startedFor);
  if (found == m_runs.end() || found->second.told.state != AppRun::State::Starting) return;
  become(instance.startedFor,
         {.state = AppRun::State::Running, .number = found->second.told.number, .since = m_clock.wall()});
}

kj::Promise<void> FarApps::watch(GrantId grant, InstanceId instance) {
  auto status = co_await m_instances.whenEnded(instance);
  auto found = m_runs.find(grant);
  if (found == m_runs.end() || found->second.instance != instance) co_return;
  if (!status.line.empty()) logInfo("an app that another machine started: " + status.line);
  auto state = stateOf(status);
  // It ran, and nobody was there to see how it ended.
  if (state == AppRun::State::Failed && found->second.told.state == AppRun::State::Running) state = AppRun::State::None;
  become(grant, {.state = state, .code = status.number, .number = found->second.told.number, .since = m_clock.wall()});
}

// --- stopping

kj::Promise<void> FarApps::stop(Grant grant) {
  auto received = receivedBehind(m_ledger, grant);
  KJ_IF_MAYBE (theirs, received) return KJ_REQUIRE_NONNULL(m_offers).stop(*theirs, grant.id);
  return stopHere(grant.id, GRACE);
}

kj::Promise<void> FarApps::stopHere(GrantId grant, kj::Duration grace) {
  auto found = m_runs.find(grant);
  if (found == m_runs.end() || !found->second.told.isLive()) return kj::READY_NOW;
  found->second.stops = true;
  if (found->second.instance.empty()) return kj::READY_NOW;
  return m_launches.stop(found->second.instance, grace);
}

kj::Promise<void> FarApps::end(GrantId grant) {
  if (m_runs.contains(grant)) return stopHere(grant, AT_THE_END);
  KJ_IF_MAYBE (offers, m_offers) return offers->endRunBy(grant);
  return kj::READY_NOW;
}

}  // namespace latchkey
