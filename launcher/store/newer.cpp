// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/newer.h"

#include "launcher/store/version-order.h"

namespace latchkey::store {
namespace {

bool isFor(const InstalledApp& app, const repository::FollowedOffer& offered, bool fromRepository) {
  auto& offer = offered.offer;
  if (offer.id != app.id || offer.signer.line() != app.signer) return false;
  return fromRepository ? offered.origin() == app.origin : offer.channel == repository::STABLE;
}

}  // namespace

const repository::FollowedOffer* newestFor(const InstalledApp& app, std::span<const repository::FollowedOffer> offers,
                                           bool fromRepository) {
  const repository::FollowedOffer* newest = nullptr;
  for (auto& one : offers) {
    if (!isFor(app, one, fromRepository) || compareVersions(one.offer.version, app.version) <= 0) continue;
    if (newest == nullptr || compareVersions(one.offer.version, newest->offer.version) > 0) newest = &one;
  }
  return newest;
}

}  // namespace latchkey::store
