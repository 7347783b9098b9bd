// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/passed-socket.h"

#include <kj/debug.h>

#include "broker/base/files.h"

namespace latchkey {
namespace {

class Passed final : public schema::Descriptor::Server {
public:
  explicit Passed(kj::AutoCloseFd socket) : m_socket(kj::mv(socket)) {}
  kj::Maybe<int> getFd() override { return m_socket.get(); }

private:
  kj::AutoCloseFd m_socket;
};

}  // namespace

schema::Descriptor::Client passed(kj::AutoCloseFd socket) { return kj::heap<Passed>(kj::mv(socket)); }

kj::Promise<kj::AutoCloseFd> receivedFrom(schema::Descriptor::Client descriptor) {
  auto fd = co_await descriptor.getFd();
  KJ_IF_MAYBE (number, fd) co_return duplicate(*number);
  KJ_FAIL_REQUIRE("no connection was handed over");
}

}  // namespace latchkey
