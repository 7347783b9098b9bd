// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A kernel descriptor as something that can be sent.

#include <kj/io.h>

#include "broker/schema/instance.capnp.h"

namespace latchkey {

class HeldDescriptor final : public schema::Descriptor::Server {
public:
  explicit HeldDescriptor(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  kj::Maybe<int> getFd() override { return m_fd.get(); }

private:
  kj::AutoCloseFd m_fd;
};

inline schema::Descriptor::Client asCapability(kj::AutoCloseFd fd) { return kj::heap<HeldDescriptor>(kj::mv(fd)); }

}  // namespace latchkey
