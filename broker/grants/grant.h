// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A grant as the broker thinks of it: plain data, the same fields and numbers as broker/schema/grant.capnp, and the
// algebra on them. Text from a message becomes a Grant in grant-schema.h and nowhere else.
//
// The algebra has one law: a derived grant is what was wanted AND what its parent allows, never OR. Where the two
// cannot be compared ("example.org" and "*.org") the answer is that one does not contain the other: what is not
// understood is refused.

#include <kj/common.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/base/clock.h"
#include "broker/base/ids.h"

namespace latchkey {

// Numbers are stored and sent: add at the end, never change or reuse.
enum class Kind : uint8_t { File, Folder, Network, Listen, Service, Desktop, Device, App, Window };
enum class Access : uint8_t { Read, Write };
enum class Scope : uint8_t { File, Siblings, Folder, Tree, Host, Domain, Port, Network, Pattern };
enum class GrantState : uint8_t { Active, Suspended, Expired, Revoked };
enum class Origin : uint8_t { Prompt, Typed, Dropped, Picked, Added, Workdir };

// Names of the command line's contract, equal to the schema's.
std::string_view nameOf(Kind);
std::string_view nameOf(Access);
std::string_view nameOf(Scope);
std::string_view nameOf(GrantState);
kj::Maybe<Kind> kindNamed(std::string_view);

struct Lifetime {
  enum class Type : uint8_t { Once, Run, Until, Always };

  Type type = Type::Once;
  WallTime until{};  // For Type::Until only.

  static Lifetime once() { return {Type::Once, {}}; }
  static Lifetime run() { return {Type::Run, {}}; }
  static Lifetime untilTime(WallTime when) { return {Type::Until, when}; }
  static Lifetime always() { return {Type::Always, {}}; }
  bool operator==(const Lifetime&) const = default;
};

// Zero means unlimited.
struct Limits {
  uint64_t uses = 0;
  uint64_t bytes = 0;
  uint64_t bytesPerSecond = 0;
  uint64_t bytesPerDay = 0;  // Used up, it is asked about again, until the next day begins.
  bool operator==(const Limits&) const = default;
};

struct Object {
  std::string target{};  // What a person reads; for kinds without a path also what decides.
  std::string path{};    // Files and folders: absolute, resolved, any bytes but NUL. Pattern: its last part is one.
  uint64_t device = 0;
  uint64_t inode = 0;
  Scope scope = Scope::File;
  bool see = false;  // Names only.
  bool operator==(const Object&) const = default;
};

struct Grant {
  GrantId id{};
  std::string holder{};  // APP-ID or APP-ID@PROFILE.
  Kind kind = Kind::File;
  Object object{};
  Access access = Access::Read;
  Lifetime lifetime{};
  Limits limits{};
  GrantId parent{};  // Empty: "you".
  GrantState state = GrantState::Active;
  Origin origin = Origin::Prompt;
  // Ends with this instance. Always set for `once` and `run`; a derived `until` has it when its parent was bound to
  // one.
  InstanceId instance{};
  WallTime created{};
  WallTime used{};   // Zero: never.
  WallTime ended{};  // Zero while it lives.
  uint64_t uses = 0;
  uint64_t bytesRead = 0;
  uint64_t bytesWritten = 0;
  // Of the network: what passed on which day, counted as `dayOf` does.
  int64_t day = 0;
  uint64_t bytesOfDay = 0;
  bool resting = false;  // Used up for today, or an ancestor is. Not stored.
  uint32_t live = 0;     // Open handles now. Not stored.
  bool keep = false;     // A standing one that does not lapse.
  bool lapsed = false;   // It ended because nobody used it.
  // A folder mounted as it is: nothing stands between app and disk, so that its end takes away the place and no more.
  // What is open outlives it until the app ends. Never so unless the person said it.
  bool fast = false;

  bool hasEnded() const { return state == GrantState::Expired || state == GrantState::Revoked; }
  bool operator==(const Grant&) const = default;
};

// `wanted` cut down to what `parent` allows, with `parent` as its parent. Nothing if they have nothing in common, or
// cannot be compared. Takes holder, instance and origin from `wanted`: a grant may be passed on to another holder,
// never grow on the way.
kj::Maybe<Grant> attenuate(const Grant& parent, const Grant& wanted);

// Whether everything that `inner` permits, `outer` permits too, for any holder: object, access, limits, lifetime.
bool isWithin(const Grant& inner, const Grant& outer);

// Whether a grant of `outer` reaches `inner`. Kind included: a file may lie in a granted folder.
bool reaches(Kind outerKind, const Object& outer, Kind innerKind, const Object& inner);

// Whether such a grant could be fast: a whole tree, without anything to be counted at each use.
bool mayBeFast(const Grant& grant);

// Whether this grant permits that operation now, its own state and its holder's name aside.
inline bool permits(const Grant& grant, Kind kind, const Object& object, Access access) {
  return access <= grant.access && reaches(grant.kind, grant.object, kind, object);
}

// What is wrong with a record that says it is a grant: one line, empty when nothing is. Run on everything read from
// disk and on everything about to be added.
std::string faultOf(const Grant& grant);

}  // namespace latchkey
