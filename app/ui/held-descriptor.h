// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A descriptor as a capability. It closes when the broker has dropped it.

#include <kj/io.h>

#include "broker/schema/instance.capnp.h"

namespace latchkey::ui {

class HeldDescriptor final : public schema::Descriptor::Server {
public:
  explicit HeldDescriptor(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  kj::Maybe<int> getFd() override { return m_fd.get(); }

private:
  kj::AutoCloseFd m_fd;
};

}  // namespace latchkey::ui
