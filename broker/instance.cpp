// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/instance.h"

#include <kj/debug.h>

#include <algorithm>

namespace latchkey {
namespace {

constexpr size_t ENDED_KEPT = 256;

}  // namespace

Instance& Instances::add(kj::Own<Instance> instance) {
  auto id = instance->id;
  auto ending = kj::newPromiseAndFulfiller<ExitStatus>();
  auto row = Row{kj::mv(instance), kj::mv(ending.fulfiller), ending.promise.fork()};
  auto& added = *m_rows.insert_or_assign(id, kj::mv(row)).first->second.instance;
  changed(added);
  return added;
}

kj::Maybe<Instance&> Instances::find(const InstanceId& id) {
  auto found = m_rows.find(id);
  if (found == m_rows.end()) return nullptr;
  return *found->second.instance;
}

std::vector<kj::Own<Instance>> Instances::all() {
  std::vector<kj::Own<Instance>> result;
  for (auto& [id, row] : m_rows) result.push_back(kj::addRef(*row.instance));
  // Not std::ranges: kj::Own may throw when destroyed, which its concepts refuse.
  std::sort(result.begin(), result.end(), [](auto& one, auto& other) { return one->started > other->started; });
  return result;
}

std::vector<kj::Own<Instance>> Instances::living() {
  auto result = all();
  std::erase_if(result, [](auto& instance) { return instance->ended(); });
  return result;
}

std::vector<kj::Own<Instance>> Instances::livingOf(const std::string& holder) {
  auto result = living();
  std::erase_if(result, [&](auto& instance) { return instance->holder.text() != holder; });
  return result;
}

void Instances::changed(const Instance& instance) {
  for (auto* observer : m_observers) observer->instanceChanged(instance);
}

void Instances::end(Instance& instance, ExitStatus status) {
  if (instance.ended()) return;
  instance.state = InstanceState::Ended;
  auto& row = m_rows.at(instance.id);
  row.fulfiller->fulfill(kj::mv(status));
  changed(instance);
  m_ended.push_back(instance.id);
  if (m_ended.size() > ENDED_KEPT) {
    m_rows.erase(m_ended.front());
    m_ended.pop_front();
  }
}

kj::Promise<ExitStatus> Instances::whenEnded(const InstanceId& id) {
  auto found = m_rows.find(id);
  KJ_REQUIRE(found != m_rows.end(), "no such instance");
  return found->second.status.addBranch();
}

}  // namespace latchkey
