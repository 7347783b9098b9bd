// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/send-descriptors.h"

#include <kj/debug.h>
#include <string.h>
#include <sys/socket.h>

namespace latchkey {

ssize_t sendWithDescriptors(int socket, std::string_view bytes, kj::ArrayPtr<const int> descriptors, int flags) {
  KJ_REQUIRE(descriptors.size() <= MOST_DESCRIPTORS_SENT, "too many descriptors for one message");
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS_SENT)] = {};
  if (descriptors.size() > 0) {
    auto size = descriptors.size() * sizeof(int);
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(size);
    auto* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(rights), descriptors.begin(), size);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL | flags);
}

}  // namespace latchkey
