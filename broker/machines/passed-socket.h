// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A connected socket on its way to or from another program of ours.

#include <capnp/capability.h>
#include <kj/io.h>

#include "broker/schema/instance.capnp.h"

namespace latchkey {

schema::Descriptor::Client passed(kj::AutoCloseFd socket);

// A copy of our own. Throws if none is carried.
kj::Promise<kj::AutoCloseFd> receivedFrom(schema::Descriptor::Client descriptor);

}  // namespace latchkey
