// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/enforcement.h"

#include "broker/base/log.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr auto PATIENCE = 2 * kj::SECONDS;

kj::Promise<void> both(kj::Promise<void> one, kj::Promise<void> other) {
  kj::Vector<kj::Promise<void>> acts;
  acts.add(kj::mv(one));
  acts.add(kj::mv(other));
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<bool> bothTrue(kj::Promise<bool> one, kj::Promise<bool> other) {
  return one.then([other = kj::mv(other)](bool first) mutable {
    return other.then([first](bool second) { return first && second; });
  });
}

}  // namespace

kj::Promise<void> Enforcement::enforce(const Grant& grant, kj::Maybe<kj::AutoCloseFd> object) {
  if (Shares::isShare(grant)) {
    KJ_IF_MAYBE (sharing, m_sharing) sharing->offer(grant);
    return kj::READY_NOW;
  }
  if (isOfNetwork(grant.kind)) return m_network.enforce(grant);
  return m_files.enforce(grant, kj::mv(object));
}

kj::Promise<void> Enforcement::deny(const Refusal& refusal) {
  return isOfNetwork(refusal.kind) ? m_network.deny(refusal) : m_files.deny(refusal);
}

kj::Promise<void> Enforcement::lift(const RequestId& refusal) {
  return both(m_files.lift(refusal), m_network.lift(refusal));
}

kj::Promise<void> Enforcement::onShares(OnShares act, const std::vector<Grant>& grants) {
  KJ_IF_MAYBE (sharing, m_sharing) return (sharing->*act)(grants);
  return kj::READY_NOW;
}

kj::Promise<void> Enforcement::cut(std::vector<Grant> grants) {
  auto network = both(m_network.cut(grants), onShares(&Sharing::cutShares, grants));
  return both(m_files.cut(kj::mv(grants)), kj::mv(network));
}

kj::Promise<void> Enforcement::wake(std::vector<Grant> grants) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& grant : grants) {
    if (!isOfNetwork(grant.kind)) continue;
    // A port that somebody else has by now is shown as that.
    acts.add(m_network.enforce(grant).catch_([target = grant.object.target](kj::Exception&& exception) {
      logWarning(target + " cannot be given: " + reason(exception));
    }));
  }
  return kj::joinPromises(acts.releaseAsArray());
}

// A portal that does not answer keeps nothing else of the settings from being done.
kj::Promise<void> Enforcement::limit(const std::string& holder) {
  return inTime(m_network.limit(holder)).ignoreResult();
}

bool Enforcement::isOff(Kind kind) const { return isOfNetwork(kind) && m_network.isOff(); }

kj::Promise<bool> Enforcement::inTime(kj::Promise<void> act) {
  auto acting = act.fork();
  m_tasks.add(acting.addBranch());  // Whether anybody waits for it or not.
  return acting.addBranch().then([] { return true; }).exclusiveJoin(m_timer.afterDelay(PATIENCE).then([] {
    logWarning("the portal of the network, or of other machines, does not say that it has cut what was taken back");
    return false;
  }));
}

kj::Promise<bool> Enforcement::cutInTime(std::vector<Grant> grants) {
  auto network = inTime(both(m_network.cut(grants), onShares(&Sharing::cutShares, grants))).eagerlyEvaluate(nullptr);
  return bothTrue(m_files.cutInTime(kj::mv(grants)), kj::mv(network));
}

kj::Promise<bool> Enforcement::suspendInTime(std::vector<Grant> grants) {
  auto network =
      inTime(both(m_network.suspend(grants), onShares(&Sharing::suspendShares, grants))).eagerlyEvaluate(nullptr);
  return bothTrue(m_files.suspendInTime(kj::mv(grants)), kj::mv(network));
}

kj::Promise<void> Enforcement::resume(std::vector<Grant> grants) {
  auto network = both(m_network.resume(grants), onShares(&Sharing::resumeShares, grants));
  return both(m_files.resume(kj::mv(grants)), kj::mv(network));
}

kj::Promise<void> Enforcement::setSharesOff(bool off) {
  KJ_IF_MAYBE (sharing, m_sharing) return inTime(sharing->setOff(off)).ignoreResult();
  return kj::READY_NOW;
}

void Enforcement::taskFailed(kj::Exception&& exception) { logWarning("network: " + reason(exception)); }

}  // namespace latchkey
