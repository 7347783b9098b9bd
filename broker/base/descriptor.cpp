// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/descriptor.h"

#include <kj/debug.h>

#include "broker/base/files.h"
#include "broker/base/let-go.h"

namespace latchkey {
namespace {

class Descriptor final : public schema::Descriptor::Server {
public:
  explicit Descriptor(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  ~Descriptor() noexcept(false) { letGo(kj::mv(m_fd)); }
  kj::Maybe<int> getFd() override { return m_fd.get(); }

private:
  kj::AutoCloseFd m_fd;
};

}  // namespace

schema::Descriptor::Client descriptorOf(kj::AutoCloseFd fd) { return kj::heap<Descriptor>(kj::mv(fd)); }

kj::Promise<kj::Maybe<kj::AutoCloseFd>> fdOf(schema::Descriptor::Client descriptor) {
  auto fd = co_await descriptor.getFd();
  KJ_IF_MAYBE (number, fd) co_return duplicate(*number);
  co_return nullptr;
}

kj::Promise<kj::AutoCloseFd> receivedFrom(schema::Descriptor::Client descriptor) {
  auto fd = co_await fdOf(kj::mv(descriptor));
  co_return kj::mv(KJ_REQUIRE_NONNULL(fd, "a descriptor is missing"));
}

}  // namespace latchkey
