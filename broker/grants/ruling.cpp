// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/ruling.h"

#include "broker/grants/reach.h"

namespace latchkey {
namespace {

bool isNarrower(const Destination& one, const Destination& other) { return isMoreSpecific(one, other); }
bool isNarrower(const Listening& one, const Listening& other) { return other.covers(one) && one != other; }

template <typename Place>
bool isNarrower(kj::Maybe<Place> one, kj::Maybe<Place> other) {
  KJ_IF_MAYBE (first, one) {
    KJ_IF_MAYBE (second, other) return isNarrower(*first, *second);
  }
  return false;
}

// Of two rules that both reach a thing of this kind.
bool outranks(Kind kind, const auto& one, const auto& other) {
  if (hasPath(kind)) return isMoreSpecific(whereOf(one.kind, one.object), whereOf(other.kind, other.object));
  if (kind == Kind::Network)
    return isNarrower(destinationFrom(one.object.target), destinationFrom(other.object.target));
  if (kind == Kind::Listen) return isNarrower(listeningFrom(one.object.target), listeningFrom(other.object.target));
  return false;
}

}  // namespace

bool forbids(const Refusal& refusal, Kind kind, const Object& object, Access access) {
  if (kind == Kind::Network && refusal.kind == Kind::Network) {
    auto never = destinationFrom(refusal.object.target);
    auto wanted = destinationFrom(object.target);
    KJ_IF_MAYBE (no, never) {
      KJ_IF_MAYBE (asked, wanted) return no->forbids(*asked);
    }
    return false;
  }
  auto named = object;
  named.device = named.inode = 0;  // A "never" is about the name: the thing under it may be saved anew.
  return access >= refusal.access && reaches(refusal.kind, refusal.object, kind, named);
}

Ruling rulingOn(const std::vector<Grant>& grants, const std::vector<Refusal>& refusals, Kind kind, const Object& object,
                Access access) {
  const Grant* yes = nullptr;
  const Refusal* no = nullptr;
  for (const auto& grant : grants) {
    if (!permits(grant, kind, object, access)) continue;
    if (yes == nullptr || outranks(kind, grant, *yes)) yes = &grant;
  }
  for (const auto& refusal : refusals) {
    if (!forbids(refusal, kind, object, access)) continue;
    if (no == nullptr || outranks(kind, refusal, *no)) no = &refusal;
  }
  if (yes != nullptr && (no == nullptr || outranks(kind, *yes, *no))) return {.says = Ruling::Says::Yes, .grant = *yes};
  if (no != nullptr) return {.says = Ruling::Says::No, .refusal = *no};
  return {};
}

}  // namespace latchkey
