// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/own-address.h"

#include <ifaddrs.h>
#include <kj/common.h>

namespace latchkey {

bool isOwn(const Address& address) {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) < 0) return true;
  KJ_DEFER(freeifaddrs(all));
  for (auto* at = all; at; at = at->ifa_next) {
    if (!at->ifa_addr) continue;
    KJ_IF_MAYBE (own, addressOf(at->ifa_addr)) {
      if (*own == address) return true;
    }
  }
  return false;
}

}  // namespace latchkey
