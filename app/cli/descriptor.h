// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A kernel descriptor on its way to the broker.

#include <kj/io.h>

#include "broker/schema/instance.capnp.h"

namespace latchkey::cli {

// The capability that carries `fd`; the descriptor lives as long as somebody holds the capability.
schema::Descriptor::Client descriptorOf(kj::AutoCloseFd fd);

}  // namespace latchkey::cli
