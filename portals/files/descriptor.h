// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Kernel descriptors as capabilities.

#include <kj/debug.h>

#include "broker/base/files.h"
#include "broker/base/let-go.h"
#include "broker/schema/instance.capnp.h"

namespace latchkey::files {

class SentDescriptor final : public schema::Descriptor::Server {
public:
  explicit SentDescriptor(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  ~SentDescriptor() noexcept(false) { letGo(kj::mv(m_fd)); }
  kj::Maybe<int> getFd() override { return m_fd.get(); }

private:
  kj::AutoCloseFd m_fd;
};

inline schema::Descriptor::Client sent(int fd) { return kj::heap<SentDescriptor>(duplicate(fd)); }

// A descriptor of our own. Throws if there is none.
inline kj::Promise<kj::AutoCloseFd> received(schema::Descriptor::Client descriptor) {
  auto fd = co_await descriptor.getFd();
  co_return duplicate(KJ_REQUIRE_NONNULL(fd, "a descriptor is missing"));
}

}  // namespace latchkey::files
