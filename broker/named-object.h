// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A thing named by hand: `latchkey grant`, or the panel.

#include "broker/grants/grant.h"
#include "broker/schema/instance.capnp.h"

namespace latchkey {

struct NamedObject {
  Kind kind;
  Object object;
  kj::Maybe<kj::AutoCloseFd> fd;
};

// Resolves it once: `file` wins over the path. What is on disk decides between file and folder, and a folder is meant
// with all that lies below unless said otherwise. Throws for what does not exist, and for kinds that nothing here can
// give.
kj::Promise<NamedObject> namedObject(Kind kind, Object object, schema::Descriptor::Client file);

}  // namespace latchkey
