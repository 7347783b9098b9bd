// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/grant.h"

#include <algorithm>
#include <array>

#include "broker/base/text.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr std::array<std::string_view, 9> KINDS = {"file",    "folder", "network", "listen", "service",
                                                   "desktop", "device", "app",     "window"};
constexpr std::array<std::string_view, 2> ACCESSES = {"read", "write"};
constexpr std::array<std::string_view, 9> SCOPES = {"file",   "siblings", "folder",  "tree",   "host",
                                                    "domain", "port",     "network", "pattern"};
constexpr std::array<std::string_view, 4> STATES = {"active", "suspended", "expired", "revoked"};
constexpr size_t MAX_TEXT = 8192;
constexpr size_t MAX_HOLDER = 1024;

template <typename Names, typename Enum>
std::string_view nameIn(const Names& names, Enum value) {
  auto number = static_cast<size_t>(value);
  return number < names.size() ? names[number] : std::string_view("unknown");
}

// Zero is unlimited, so the smaller of two limits is not their minimum.
uint64_t tighter(uint64_t one, uint64_t other) {
  if (one == 0 || other == 0) return std::max(one, other);
  return std::min(one, other);
}

bool atMost(uint64_t inner, uint64_t outer) { return outer == 0 || (inner != 0 && inner <= outer); }

bool atMost(const Limits& inner, const Limits& outer) {
  return atMost(inner.uses, outer.uses) && atMost(inner.bytes, outer.bytes) &&
         atMost(inner.bytesPerSecond, outer.bytesPerSecond) && atMost(inner.bytesPerDay, outer.bytesPerDay);
}

bool isType(const Lifetime& lifetime, Lifetime::Type type) { return lifetime.type == type; }

// "Until 14:00" AND "while it runs" is "until 14:00", bound to the instance as well: that is why `instance` outlives
// the lifetime it came from.
Lifetime shorter(const Lifetime& one, const Lifetime& other) {
  using Type = Lifetime::Type;
  auto either = [&](Type type) { return isType(one, type) || isType(other, type); };
  if (either(Type::Once)) return Lifetime::once();
  if (isType(one, Type::Until) && isType(other, Type::Until))
    return std::min(one.until, other.until) == one.until ? one : other;
  if (either(Type::Until)) return isType(one, Type::Until) ? one : other;
  return either(Type::Run) ? Lifetime::run() : Lifetime::always();
}

// As far as the lifetime alone tells: a child also ends with its parent, whatever its own lifetime says.
bool lastsNoLonger(const Grant& inner, const Grant& outer) {
  using Type = Lifetime::Type;
  if (!outer.instance.empty() && inner.instance.empty()) return false;
  switch (outer.lifetime.type) {
    case Type::Once: return isType(inner.lifetime, Type::Once);
    case Type::Run: return !isType(inner.lifetime, Type::Always);
    case Type::Until:
      return isType(inner.lifetime, Type::Until) ? inner.lifetime.until <= outer.lifetime.until
                                                 : !isType(inner.lifetime, Type::Always);
    case Type::Always: return true;
  }
  return false;
}

bool isPlainLine(std::string_view text, size_t limit) { return text.size() <= limit && escaped(text) == text; }

bool isId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

template <typename Enum>
bool isKnown(Enum value, Enum last) {
  return value <= last;
}

std::string faultOfObject(Kind kind, const Object& object) {
  if (!isPlainLine(object.target, MAX_TEXT)) return "a target that is not one plain line";
  if (!hasPath(kind)) {
    if (!object.path.empty()) return "a path where there can be none";
    if (object.target.empty()) return "no target";
    if (!isOfNetwork(kind)) return "";
    if (!isCanonical(kind, object.target)) return "a target that no connection can have";
    return isOfNetwork(object.scope) && !object.see ? "" : "a scope that the network does not have";
  }
  if (!isCleanPath(object.path)) return "a path that is not absolute and plain";
  if (!isOfFiles(object.scope)) return "a scope that files do not have";
  bool folders = object.scope == Scope::Folder || object.scope == Scope::Tree;
  if (kind == Kind::Folder && !folders) return "a scope that folders do not have";
  if (object.scope == Scope::Pattern)
    return faultOfPattern(std::string_view(object.path).substr(object.path.rfind('/') + 1));
  return "";
}

std::string faultOfLifetime(const Grant& grant) {
  auto type = grant.lifetime.type;
  bool needsInstance = type == Lifetime::Type::Once || type == Lifetime::Type::Run;
  if (needsInstance && grant.instance.empty()) return "bound to an instance that is not named";
  if (type == Lifetime::Type::Until && grant.lifetime.until <= WallTime()) return "a time limit without a time";
  if (type != Lifetime::Type::Until && grant.lifetime.until != WallTime()) return "a time where none belongs";
  if (grant.keep && type != Lifetime::Type::Always) return "kept although it does not stand";
  if (grant.lapsed && grant.state != GrantState::Expired) return "lapsed and not over";
  if (type == Lifetime::Type::Always && !grant.instance.empty()) return "standing, and bound to an instance";
  if (!grant.instance.empty() && !isId(grant.instance.text())) return "a malformed instance id";
  if (grant.hasEnded() != (grant.ended != WallTime())) return "a state and an end that contradict each other";
  return "";
}

}  // namespace

std::string_view nameOf(Kind value) { return nameIn(KINDS, value); }
std::string_view nameOf(Access value) { return nameIn(ACCESSES, value); }
std::string_view nameOf(Scope value) { return nameIn(SCOPES, value); }
std::string_view nameOf(GrantState value) { return nameIn(STATES, value); }

kj::Maybe<Kind> kindNamed(std::string_view name) {
  auto found = std::ranges::find(KINDS, name);
  if (found == KINDS.end()) return nullptr;
  return static_cast<Kind>(found - KINDS.begin());
}

kj::Maybe<Grant> attenuate(const Grant& parent, const Grant& wanted) {
  // Whether names alone may be seen is decided below; here only how far the two reach.
  auto fullParent = parent.object, fullWanted = wanted.object;
  fullParent.see = fullWanted.see = false;

  Grant result = wanted;
  if (reaches(parent.kind, fullParent, wanted.kind, fullWanted)) {
    bool same = parent.kind == wanted.kind && parent.object.path == wanted.object.path;
    if (same && wanted.object.inode == 0) {
      result.object.device = parent.object.device;
      result.object.inode = parent.object.inode;
    }
  } else if (reaches(wanted.kind, fullWanted, parent.kind, fullParent)) {
    result.kind = parent.kind;
    result.object = parent.object;
  } else {
    return nullptr;
  }
  result.object.see = parent.object.see || wanted.object.see;
  result.access = std::min(parent.access, wanted.access);
  result.limits = {.uses = tighter(parent.limits.uses, wanted.limits.uses),
                   .bytes = tighter(parent.limits.bytes, wanted.limits.bytes),
                   .bytesPerSecond = tighter(parent.limits.bytesPerSecond, wanted.limits.bytesPerSecond),
                   .bytesPerDay = tighter(parent.limits.bytesPerDay, wanted.limits.bytesPerDay)};
  result.lifetime = shorter(parent.lifetime, wanted.lifetime);
  if (result.instance.empty()) result.instance = parent.instance;
  result.keep = result.keep && isType(result.lifetime, Lifetime::Type::Always);
  result.parent = parent.id;
  result.fast = parent.fast && wanted.fast && mayBeFast(result);
  return result;
}

bool isWithin(const Grant& inner, const Grant& outer) {
  return permits(outer, inner.kind, inner.object, inner.access) && atMost(inner.limits, outer.limits) &&
         lastsNoLonger(inner, outer) && (outer.fast || !inner.fast);
}

bool mayBeFast(const Grant& grant) {
  return grant.kind == Kind::Folder && grant.object.scope == Scope::Tree && !grant.object.see &&
         grant.lifetime.type != Lifetime::Type::Once && grant.limits == Limits{};
}

std::string faultOf(const Grant& grant) {
  if (!isId(grant.id.text())) return "a malformed id";
  if (grant.holder.empty() || !isPlainLine(grant.holder, MAX_HOLDER)) return "a malformed holder";
  if (!grant.parent.empty() && (!isId(grant.parent.text()) || grant.parent == grant.id)) return "a malformed parent";
  if (!isKnown(grant.kind, Kind::Window) || !isKnown(grant.access, Access::Write) ||
      !isKnown(grant.object.scope, Scope::Pattern) || !isKnown(grant.state, GrantState::Revoked) ||
      !isKnown(grant.origin, Origin::Workdir) || !isKnown(grant.lifetime.type, Lifetime::Type::Always)) {
    return "a number this version does not know";
  }
  if (grant.fast && !mayBeFast(grant)) return "full speed for what cannot have it";
  if (grant.limits.bytesPerDay != 0 && !isOfNetwork(grant.kind)) return "a limit per day where nothing keeps it";
  auto fault = faultOfObject(grant.kind, grant.object);
  return fault.empty() ? faultOfLifetime(grant) : fault;
}

}  // namespace latchkey
