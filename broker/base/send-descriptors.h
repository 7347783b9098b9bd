// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A few bytes and descriptors over a Unix socket, in one message (SCM_RIGHTS).

#include <kj/common.h>
#include <sys/types.h>

#include <string_view>

namespace latchkey {

constexpr size_t MOST_DESCRIPTORS_SENT = 253;  // The kernel's own limit (SCM_MAX_FD).

// As sendmsg(2): how many bytes have gone, or -1 and errno. The descriptors stay the caller's. `flags`: beside
// MSG_NOSIGNAL.
ssize_t sendWithDescriptors(int socket, std::string_view bytes, kj::ArrayPtr<const int> descriptors, int flags = 0);

template <typename Words>
std::string_view bytesOf(const Words& words) {
  return {reinterpret_cast<const char*>(&words), sizeof words};
}

}  // namespace latchkey
