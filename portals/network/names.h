// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// An address of our own for every name an app asks for: 198.18.0.0/15 and fd6c:6174:6368:1::/64.
//
// So the portal knows by which name an app connects, nothing is asked outside before that was allowed, and a grant is
// about the name instead of an address that others share. One set for each holder: an address that was given for one
// name is never given for another as long as this object lives, since programs keep addresses for as long as they like.
// Where a name begins to look for a free one is told by a hash of holder and name, so that the next portal mostly gives
// the same ones; an address it has not given yet means nothing to it, and is refused.
//
// An app that asks for more names than there is room for gets no further ones. That hurts its own holder alone.

#include <kj/common.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/base/address.h"

namespace latchkey::network {

enum class Family : uint8_t { V4, V6 };

class Names final {
public:
  static constexpr size_t MOST = 65'000;

  explicit Names(std::string_view holder);
  KJ_DISALLOW_COPY_AND_MOVE(Names);

  // A name as isHostName() has it. Nothing when there is no room.
  kj::Maybe<Address> addressFor(std::string_view name, Family family);
  // By which name this address was given; nothing if it was not. Valid as long as this is.
  kj::Maybe<const std::string&> nameOf(const Address& address) const;

  size_t count() const { return m_slots.size(); }

  // Whether it is of those given to names. What is, and was given to none, leads nowhere.
  static bool isSynthetic(const Address& address);

private:
  uint64_t m_seed;
  std::unordered_map<std::string, uint32_t> m_slots;
  std::unordered_map<uint32_t, const std::string*> m_names;  // The keys of the other: they stay where they are.
};

}  // namespace latchkey::network
