// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Kernel descriptors as capabilities, both ways.

#include <capnp/capability.h>
#include <kj/io.h>

#include "broker/schema/instance.capnp.h"

namespace latchkey {

// The descriptor is closed when nobody holds the capability any more.
schema::Descriptor::Client descriptorOf(kj::AutoCloseFd fd);

// A copy of our own of what the capability carries. Nothing if it carries none, or was null.
kj::Promise<kj::Maybe<kj::AutoCloseFd>> fdOf(schema::Descriptor::Client descriptor);
// The same. Throws if it carries none.
kj::Promise<kj::AutoCloseFd> receivedFrom(schema::Descriptor::Client descriptor);

}  // namespace latchkey
