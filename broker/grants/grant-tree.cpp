// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/grant-tree.h"

#include <kj/debug.h>

#include <algorithm>
#include <utility>

#include "broker/base/times.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

// Counting a use re-arms a lapse only when it moves by this much: uses come by the second.
constexpr Duration LAPSE_GRAIN = std::chrono::hours(1);

const std::string& keyOf(const Object& object) { return object.path.empty() ? object.target : object.path; }

template <typename Map>
std::vector<const GrantTree::Node*> nodesAt(const Map& map, const std::string& key) {
  auto found = map.find(key);
  if (found == map.end()) return {};
  return {found->second.begin(), found->second.end()};
}

template <typename Map, typename Node>
void removeAt(Map& map, const std::string& key, Node* node) {
  auto found = map.find(key);
  if (found == map.end()) return;
  found->second.erase(node);
  if (found->second.empty()) map.erase(found);
}

// Every node at or below `top`, parents first, while `enter` says so. No recursion: an app can derive a long chain.
template <typename Node, typename Enter>
void walk(Node& top, Enter enter) {
  std::vector<Node*> waiting{&top};
  while (!waiting.empty()) {
    auto* node = waiting.back();
    waiting.pop_back();
    if (!enter(*node)) continue;
    waiting.insert(waiting.end(), node->children.begin(), node->children.end());
  }
}

// A clock that is set back gives no second day.
void countOfDay(Grant& grant, const GrantTree::Use& use, int64_t today) {
  if (grant.day < today) {
    grant.day = today;
    grant.bytesOfDay = 0;
  }
  grant.bytesOfDay += use.bytesRead + use.bytesWritten;
}

bool isUsedUpFor(const Grant& grant, int64_t today) {
  return grant.limits.bytesPerDay != 0 && grant.day >= today && grant.bytesOfDay >= grant.limits.bytesPerDay;
}

bool isUsedUp(const GrantTree::Node& node) {
  const auto& grant = node.grant;
  if (grant.limits.bytes != 0 && grant.bytesRead + grant.bytesWritten >= grant.limits.bytes) return true;
  if (grant.limits.uses == 0 || grant.uses < grant.limits.uses) return false;
  // The last use may go on until its handle is closed.
  bool open = false;
  walk(node, [&](const GrantTree::Node& below) {
    open = open || below.grant.live > 0;
    return !open;
  });
  return !open;
}

}  // namespace

// --- keeping

void GrantTree::index(Node& node, Index& index) {
  index.all.insert(&node);
  index.byHolder[node.grant.holder].insert(&node);
  index.byObject[keyOf(node.grant.object)].insert(&node);
  if (!node.grant.instance.empty()) index.byInstance[node.grant.instance.text()].insert(&node);
}

void GrantTree::unindex(Node& node, Index& index) {
  index.all.erase(&node);
  removeAt(index.byHolder, node.grant.holder, &node);
  removeAt(index.byObject, keyOf(node.grant.object), &node);
  removeAt(index.byInstance, node.grant.instance.text(), &node);
}

void GrantTree::arm(Node& node) {
  if (node.deadline.never()) return;
  m_byWall.emplace(node.deadline.wall(), &node);
  m_byElapsed.emplace(node.deadline.elapsed(), &node);
}

void GrantTree::disarm(Node& node) {
  m_byWall.erase({node.deadline.wall(), &node});
  m_byElapsed.erase({node.deadline.elapsed(), &node});
}

Deadline GrantTree::deadlineOf(const Grant& grant) const {
  switch (grant.lifetime.type) {
    case Lifetime::Type::Until: return Deadline::at(grant.lifetime.until, m_clock);
    case Lifetime::Type::Always:
      if (grant.keep) return {};
      return Deadline::at(std::max(grant.created, grant.used) + LAPSE, m_clock);
    default: return {};
  }
}

void GrantTree::add(Grant grant) {
  auto deadline = deadlineOf(grant);
  add(std::move(grant), deadline);
}

void GrantTree::add(Grant grant, Deadline deadline) {
  auto id = grant.id;
  KJ_REQUIRE(!m_nodes.contains(id), "a grant of that id is there", id.text().c_str());
  Node* parent = nullptr;
  if (!grant.parent.empty()) {
    parent = findNode(grant.parent);
    KJ_REQUIRE(parent != nullptr, "the parent is not known", grant.parent.text().c_str());
    KJ_REQUIRE(grant.hasEnded() || !parent->grant.hasEnded(), "the parent has ended", grant.parent.text().c_str());
  }
  auto& node = m_nodes.emplace(id, Node{std::move(grant), deadline, parent, {}}).first->second;
  if (parent != nullptr) parent->children.push_back(&node);
  if (node.grant.hasEnded()) return index(node, m_ended);
  index(node, m_living);
  arm(node);
  if (isUsedUpFor(node.grant, dayOf(m_clock.wall()))) m_resting.insert(id);
}

GrantTree::Node* GrantTree::findNode(const GrantId& id) {
  auto found = m_nodes.find(id);
  return found == m_nodes.end() ? nullptr : &found->second;
}

// --- looking up

const GrantTree::Node* GrantTree::find(const GrantId& id) const {
  auto found = m_nodes.find(id);
  return found == m_nodes.end() ? nullptr : &found->second;
}

bool GrantTree::isLive(const GrantId& id) const {
  const auto* node = find(id);
  return node != nullptr && stateOf(*node) == GrantState::Active;
}

GrantState GrantTree::stateOf(const Node& node) const {
  if (node.grant.hasEnded()) return node.grant.state;
  auto state = GrantState::Active;
  for (const auto* up = &node; up != nullptr; up = up->parent) {
    if (isOver(*up)) return GrantState::Expired;
    if (up->grant.hasEnded()) return up->grant.state;
    if (up->grant.state == GrantState::Suspended) state = GrantState::Suspended;
  }
  return state;
}

Grant GrantTree::shown(const Node& node) const {
  auto grant = node.grant;
  grant.state = stateOf(node);
  grant.resting = isResting(node);
  if (auto today = dayOf(m_clock.wall()); grant.day < today) {
    grant.day = today;
    grant.bytesOfDay = 0;
  }
  return grant;
}

std::vector<const GrantTree::Node*> GrantTree::all(Which which) const {
  const auto& nodes = (which == Which::Living ? m_living : m_ended).all;
  return {nodes.begin(), nodes.end()};
}

std::vector<const GrantTree::Node*> GrantTree::ofHolder(const std::string& holder, Which which) const {
  return nodesAt((which == Which::Living ? m_living : m_ended).byHolder, holder);
}

std::vector<const GrantTree::Node*> GrantTree::ofInstance(const InstanceId& instance) const {
  return nodesAt(m_living.byInstance, instance.text());
}

std::vector<const GrantTree::Node*> GrantTree::ofObject(const Object& object) const {
  return nodesAt(m_living.byObject, keyOf(object));
}

std::vector<InstanceId> GrantTree::instances() const {
  std::vector<InstanceId> result;
  for (const auto& [instance, nodes] : m_living.byInstance) result.emplace_back(instance);
  return result;
}

// --- changing

std::vector<Grant> GrantTree::wouldEnd(const std::vector<GrantId>& ids, GrantState how) const {
  std::unordered_set<const Node*> seen, tops;
  for (const auto& id : ids) {
    if (const auto* node = find(id)) tops.insert(node);
  }
  auto isBelowAnother = [&](const Node& node) {
    for (const auto* up = node.parent; up != nullptr; up = up->parent) {
      if (tops.contains(up)) return true;
    }
    return false;
  };
  std::vector<Grant> result;
  auto now = m_clock.wall();
  for (const auto& id : ids) {
    const auto* top = find(id);
    if (top == nullptr || isBelowAnother(*top)) continue;
    walk(*top, [&](const Node& node) {
      if (node.grant.hasEnded() || !seen.insert(&node).second) return false;
      auto& grant = result.emplace_back(node.grant);
      grant.state = how;
      grant.ended = now;
      return true;
    });
  }
  return result;
}

std::vector<Grant> GrantTree::wouldTurn(const std::vector<GrantId>& ids, GrantState state) const {
  std::vector<Grant> result;
  std::unordered_set<const Node*> seen;
  for (const auto& id : ids) {
    const auto* node = find(id);
    if (node == nullptr || node->grant.hasEnded() || node->grant.state == state || !seen.insert(node).second) continue;
    result.emplace_back(node->grant).state = state;
  }
  return result;
}

void GrantTree::apply(const std::vector<Grant>& changed) {
  for (const auto& grant : changed) {
    auto* node = findNode(grant.id);
    KJ_REQUIRE(node != nullptr, grant.id.text().c_str());
    KJ_REQUIRE(!node->grant.hasEnded(), "what ended does not come back", grant.id.text().c_str());
    if (grant.hasEnded()) {
      disarm(*node);
      unindex(*node, m_living);
      node->grant.live = 0;
    }
    node->grant.state = grant.state;
    node->grant.ended = grant.ended;
    node->grant.lapsed = grant.lapsed;
    if (grant.hasEnded()) index(*node, m_ended);
  }
}

std::vector<Grant> GrantTree::below(const std::vector<Grant>& grants) const {
  std::vector<Grant> result;
  std::unordered_set<const Node*> seen;
  for (const auto& grant : grants) {
    const auto* top = find(grant.id);
    if (top == nullptr) continue;
    walk(*top, [&](const Node& node) {
      if (node.grant.hasEnded() || !seen.insert(&node).second) return false;
      result.push_back(shown(node));
      return true;
    });
  }
  return result;
}

// --- time and use

std::vector<GrantId> GrantTree::due() const {
  std::set<GrantId> over;
  auto wall = m_clock.wall();
  for (const auto& [when, node] : m_byWall) {
    if (when > wall) break;
    over.insert(node->grant.id);
  }
  auto elapsed = m_clock.elapsed();
  for (const auto& [when, node] : m_byElapsed) {
    if (when > elapsed) break;
    over.insert(node->grant.id);
  }
  return {over.begin(), over.end()};
}

Duration GrantTree::untilDue() const {
  if (m_byWall.empty()) return Duration::max();
  auto left = std::min(Duration(m_byWall.begin()->first - m_clock.wall()),
                       Duration(m_byElapsed.begin()->first - m_clock.elapsed()));
  return std::max(left, Duration::zero());
}

std::vector<GrantId> GrantTree::count(const GrantId& id, const Use& use) {
  std::vector<GrantId> usedUp;
  for (auto* node = findNode(id); node != nullptr; node = node->parent) {
    auto& grant = node->grant;
    if (grant.hasEnded()) break;
    grant.uses += use.uses;
    grant.bytesRead += use.bytesRead;
    grant.bytesWritten += use.bytesWritten;
    if (isOfNetwork(grant.kind)) countOfDay(grant, use, dayOf(m_clock.wall()));
    grant.used = std::max(grant.used, use.when);
    if (grant.lifetime.type == Lifetime::Type::Always && !grant.keep &&
        grant.used + LAPSE > node->deadline.wall() + LAPSE_GRAIN) {
      disarm(*node);
      node->deadline = deadlineOf(grant);
      arm(*node);
    }
    if (isUsedUp(*node)) usedUp.push_back(grant.id);
  }
  return usedUp;
}

bool GrantTree::isResting(const Node& node) const {
  auto today = dayOf(m_clock.wall());
  for (const auto* up = &node; up != nullptr; up = up->parent) {
    if (isUsedUpFor(up->grant, today)) return true;
  }
  return false;
}

uint64_t GrantTree::bytesOfDay(const std::string& holder) const {
  auto today = dayOf(m_clock.wall());
  uint64_t all = 0;
  for (auto which : {Which::Living, Which::Ended}) {
    for (const auto* node : ofHolder(holder, which)) {
      // A use of a child is one of its parent.
      if (node->parent == nullptr && node->grant.day >= today) all += node->grant.bytesOfDay;
    }
  }
  return all;
}

std::vector<Grant> GrantTree::restingSince(const GrantId& id) {
  auto today = dayOf(m_clock.wall());
  std::vector<Grant> tops;
  for (const auto* node = find(id); node != nullptr; node = node->parent) {
    if (isUsedUpFor(node->grant, today) && m_resting.insert(node->grant.id).second) tops.push_back(node->grant);
  }
  return below(tops);
}

std::vector<GrantId> GrantTree::correctDays() {
  auto today = dayOf(m_clock.wall());
  std::vector<GrantId> corrected;
  if (std::exchange(m_lastDay, today) <= today) return corrected;
  for (auto& [id, node] : m_nodes) {
    auto day = dayOfCount(node.grant.day, today);
    if (day == node.grant.day) continue;
    node.grant.day = day;
    corrected.push_back(id);
  }
  return corrected;
}

std::vector<Grant> GrantTree::woken() {
  auto today = dayOf(m_clock.wall());
  std::vector<Grant> tops;
  std::erase_if(m_resting, [&](const GrantId& id) {
    const auto* node = find(id);
    if (node != nullptr && isUsedUpFor(node->grant, today)) return false;
    if (node != nullptr) tops.push_back(node->grant);
    return true;
  });
  auto all = below(tops);
  std::erase_if(all, [](const Grant& grant) { return grant.resting || grant.hasEnded(); });
  return all;
}

void GrantTree::touch(const GrantId& id) {
  auto* node = findNode(id);
  if (node == nullptr || node->grant.hasEnded()) return;
  disarm(*node);
  node->grant.used = m_clock.wall();
  node->deadline = deadlineOf(node->grant);
  arm(*node);
}

void GrantTree::setKeep(const GrantId& id, bool keep, WallTime used) {
  auto* node = findNode(id);
  if (node == nullptr || node->grant.hasEnded()) return;
  disarm(*node);
  node->grant.keep = keep;
  node->grant.used = used;
  node->deadline = deadlineOf(node->grant);
  arm(*node);
}

void GrantTree::setObject(const GrantId& id, const Object& object) {
  auto* node = findNode(id);
  if (node == nullptr || node->grant.hasEnded()) return;
  unindex(*node, m_living);
  node->grant.object = object;
  index(*node, m_living);
}

void GrantTree::setLiveHandles(const GrantId& id, uint32_t live) {
  auto* node = findNode(id);
  if (node != nullptr && !node->grant.hasEnded()) node->grant.live = live;
}

std::vector<GrantId> GrantTree::purge(WallTime then) {
  auto mayGo = [&](const Node& node) {
    return node.grant.hasEnded() && node.grant.ended < then && node.children.empty();
  };
  std::vector<Node*> waiting;
  for (auto* node : m_ended.all) {
    if (mayGo(*node)) waiting.push_back(node);
  }
  std::vector<GrantId> gone;
  while (!waiting.empty()) {
    auto* node = waiting.back();
    waiting.pop_back();
    auto* parent = node->parent;
    unindex(*node, m_ended);
    auto id = node->grant.id;
    if (parent != nullptr) {
      std::erase(parent->children, node);
      if (mayGo(*parent)) waiting.push_back(parent);
    }
    m_nodes.erase(id);
    gone.push_back(std::move(id));
  }
  return gone;
}

}  // namespace latchkey
