// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// An invitation as it is sent: one word that no shell and no mail program takes apart.
//
//     latchkey:join/ID/SECRET/MACHINE/192.168.1.7+7357,fd00::1+7357
//
// ID and SECRET are 16 random bytes each and MACHINE the hash of the inviting machine's key, in base 32. Who has the
// link can be added in the place of who was meant, once: it is to be sent by a way that one trusts for that.

#include <kj/common.h>

#include <string>
#include <string_view>
#include <vector>

#include "broker/machines/route.h"

namespace latchkey {

struct InvitationLink {
  std::string id{};       // 16 bytes.
  std::string secret{};   // 16 bytes.
  std::string machine{};  // Who invites.
  std::vector<Route> addresses{};
  bool operator==(const InvitationLink&) const = default;

  std::string text() const;
};

constexpr size_t MOST_ADDRESSES = 8;

// Strict: nothing for what is not exactly as described.
kj::Maybe<InvitationLink> invitationLinkFrom(std::string_view text);

}  // namespace latchkey
