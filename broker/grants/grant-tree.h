// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// All grants in memory, as the forest they are.
//
// A grant is live only if it and every ancestor is active and within its time: nothing is copied down, so nothing
// can be forgotten when an ancestor changes. What ends ends with its whole subtree and never comes back.
//
// Changing happens in two steps, so that the ledger can commit in between: `would...` says how the grants would look
// and changes nothing, `apply` makes it so. Looking up by holder, instance or object is by index, living and ended ones
// apart: a month of ended grants costs the living ones nothing.

#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "broker/base/clock.h"
#include "broker/grants/grant.h"

namespace latchkey {

// A standing grant that nobody used for so long asks again.
constexpr Duration LAPSE = std::chrono::hours(24 * 60);

class GrantTree final {
public:
  struct Node {
    Grant grant{};
    Deadline deadline{};  // Of `until`, or of the lapse of `always`; never for the others.
    Node* parent = nullptr;
    std::vector<Node*> children{};
  };

  explicit GrantTree(const Clock& clock) : m_clock(clock) {}
  KJ_DISALLOW_COPY_AND_MOVE(GrantTree);

  // The id must be new and the parent, if any, known. `deadline` of a grant from an earlier run; else it begins now.
  void add(Grant grant);
  void add(Grant grant, Deadline deadline);
  // When its time will be over, beginning now.
  Deadline deadlineOf(const Grant& grant) const;

  const Node* find(const GrantId& id) const;
  bool isLive(const GrantId& id) const;
  // As others see it: suspended where an ancestor is, expired where its time or an ancestor's is over.
  GrantState stateOf(const Node& node) const;
  // The grant with stateOf() and isResting().
  Grant shown(const Node& node) const;

  enum class Which : uint8_t { Living, Ended };
  std::vector<const Node*> all(Which which) const;
  std::vector<const Node*> ofHolder(const std::string& holder, Which which) const;
  std::vector<const Node*> ofInstance(const InstanceId& instance) const;  // Living ones.
  std::vector<const Node*> ofObject(const Object& object) const;          // Living ones.
  std::vector<InstanceId> instances() const;                              // With living grants.
  size_t size() const { return m_nodes.size(); }

  // These and all below them as they would be ended. Parents come before children; unknown and ended ones are skipped.
  std::vector<Grant> wouldEnd(const std::vector<GrantId>& ids, GrantState how) const;
  // These in that state, without their descendants. Ended ones, and those that are in it already, are skipped.
  std::vector<Grant> wouldTurn(const std::vector<GrantId>& ids, GrantState state) const;
  // State and end of grants in the tree. KJ_REQUIREs that nothing ended comes back.
  void apply(const std::vector<Grant>& changed);
  // Those and what is below them and living, as shown. For telling what suspending or resuming did.
  std::vector<Grant> below(const std::vector<Grant>& grants) const;

  // What passed today by all that this holder has or had of the network.
  uint64_t bytesOfDay(const std::string& holder) const;
  // Whether it, or an ancestor, has used up its bytes of today.
  bool isResting(const Node& node) const;
  // Those whose bytes of the day were counted by a clock that was wrong: their day is today from now on. Looked for
  // where the days have gone back since the last call.
  std::vector<GrantId> correctDays();
  // Those that rested and no longer do since the last call, with all below them.
  std::vector<Grant> woken();

  // Living ones whose time is over, topmost or not.
  std::vector<GrantId> due() const;
  // Until due() may have something.
  Duration untilDue() const;

  struct Use {
    uint64_t uses = 0;
    uint64_t bytesRead = 0;
    uint64_t bytesWritten = 0;
    WallTime when{};
  };
  // For the grant and all its ancestors: each use of a child is one of its parent. Returns those whose limit is
  // reached.
  std::vector<GrantId> count(const GrantId& id, const Use& use);
  // Of these and their ancestors: what rests since their last use was counted, with all below it.
  std::vector<Grant> restingSince(const GrantId& id);
  // Used at this moment: a lapse begins anew, by both clocks.
  void touch(const GrantId& id);
  void setKeep(const GrantId& id, bool keep, WallTime used);
  void setObject(const GrantId& id, const Object& object);
  void setLiveHandles(const GrantId& id, uint32_t live);

  // Takes out what ended before `then` and has nothing below it.
  std::vector<GrantId> purge(WallTime then);

private:
  using Nodes = std::unordered_set<Node*>;
  struct Index {
    std::unordered_map<std::string, Nodes> byHolder, byInstance, byObject;
    Nodes all;
  };

  Node* findNode(const GrantId& id);
  void index(Node& node, Index& index);
  void unindex(Node& node, Index& index);
  void arm(Node& node);
  void disarm(Node& node);
  bool isOver(const Node& node) const { return node.deadline.passed(m_clock); }

  const Clock& m_clock;
  std::unordered_map<GrantId, Node> m_nodes;
  Index m_living, m_ended;
  std::set<GrantId> m_resting;  // Whose own bytes of the day are used up.
  int64_t m_lastDay = INT64_MAX;
  // A moment comes by whichever clock gets there first, so each keeps its own order.
  std::set<std::pair<WallTime, Node*>> m_byWall;
  std::set<std::pair<ElapsedTime, Node*>> m_byElapsed;
};

}  // namespace latchkey
