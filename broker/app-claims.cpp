// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/app-claims.h"

#include <algorithm>

#include "broker/base/text.h"
#include "broker/base/where.h"
#include "broker/desktop-rights.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr size_t MOST_CLAIMS = 100, REASON_CHARACTERS = 200;

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

kj::Maybe<Object> placeFrom(Kind kind, std::string target, const std::string& home) {
  if (target == "~" || target.starts_with("~/")) target.replace(0, 1, home);
  while (target.size() > 1 && target.ends_with('/')) target.pop_back();
  if (!isCleanPath(target)) return nullptr;
  auto last = target.substr(target.rfind('/') + 1);
  bool pattern = kind == Kind::File && last.find_first_of("*?[") != last.npos;
  if (pattern && !faultOfPattern(last).empty()) return nullptr;
  auto scope = kind == Kind::Folder ? Scope::Tree : pattern ? Scope::Pattern : Scope::File;
  return Object{.path = std::move(target), .scope = scope};
}

kj::Maybe<Object> objectFrom(Kind kind, std::string target, const std::string& home) {
  if (hasPath(kind)) return placeFrom(kind, std::move(target), home);
  if (kind == Kind::Desktop) {
    KJ_IF_MAYBE (right, desktopRightNamed(target)) return objectOf(*right);
    return nullptr;
  }
  if (kind != Kind::Network) return nullptr;  // Of the others nothing is asked.
  std::ranges::transform(target, target.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  KJ_IF_MAYBE (destination, destinationFrom(target)) return Object{.target = destination->text()};
  return nullptr;
}

}  // namespace

std::vector<AppClaim> claimsFrom(capnp::List<schema::AppDescription::Claim>::Reader claims, const std::string& home) {
  std::vector<AppClaim> read;
  for (auto claim : claims) {
    if (read.size() == MOST_CLAIMS) break;
    auto named = text(claim.getKind());
    // The camera and the microphone are devices to who writes a manifest, and rights of the desktop here.
    auto known = kindNamed(named == "device" ? "desktop" : named);
    KJ_IF_MAYBE (kind, known) {
      auto reason = brief(text(claim.getReason()), REASON_CHARACTERS);
      auto object = objectFrom(*kind, text(claim.getTarget()), home);
      KJ_IF_MAYBE (thing, object) {
        if (reason.empty()) continue;
        read.push_back({.kind = *kind,
                        .object = std::move(*thing),
                        .access = claim.getAccess() == "write" ? Access::Write : Access::Read,
                        .reason = std::move(reason)});
      }
    }
  }
  return read;
}

std::string reasonFor(const std::vector<AppClaim>& claims, Kind kind, const Object& object, Access access) {
  const AppClaim* best = nullptr;
  for (auto& claim : claims) {
    bool enough = !hasPath(claim.kind) || access <= claim.access;
    if (!enough || !reaches(claim.kind, claim.object, kind, object)) continue;
    if (best == nullptr || reaches(best->kind, best->object, claim.kind, claim.object)) best = &claim;
  }
  return best == nullptr ? std::string() : best->reason;
}

}  // namespace latchkey
