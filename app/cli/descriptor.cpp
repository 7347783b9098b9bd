// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/descriptor.h"

#include "broker/base/let-go.h"

namespace latchkey::cli {
namespace {

class Carrier final : public schema::Descriptor::Server {
public:
  explicit Carrier(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  ~Carrier() noexcept(false) { letGo(kj::mv(m_fd)); }
  kj::Maybe<int> getFd() override { return m_fd.get(); }

private:
  kj::AutoCloseFd m_fd;
};

}  // namespace

schema::Descriptor::Client descriptorOf(kj::AutoCloseFd fd) { return kj::heap<Carrier>(kj::mv(fd)); }

}  // namespace latchkey::cli
