// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Addresses inside a sandbox. All of 198.18.0.0/15 is set apart for measuring and leads nowhere outside;
// fd6c:6174:6368::/48 is our own.

#include "broker/base/address.h"

namespace latchkey::network {

constexpr auto DEVICE = "lk0";

inline const Address APP_V4 = Address::v4(198, 19, 255, 254);
inline const Address VISITOR_V4 = Address::v4(198, 19, 255, 253);  // Where who comes from outside seems to be.
inline const Address RESOLVER = Address::v4(127, 0, 0, 53);
inline const Address LOOPBACK_V4 = Address::v4(127, 0, 0, 1);
inline const Address APP_V6{true, {0xfd, 0x6c, 0x61, 0x74, 0x63, 0x68, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline const Address VISITOR_V6{true, {0xfd, 0x6c, 0x61, 0x74, 0x63, 0x68, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};
inline const Address LOOPBACK_V6{true, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

}  // namespace latchkey::network
