// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The key by which this machine is known to others, and its certificate.
//
// Made once, by `latchkey-peer`, which alone knows how; kept in the state directory, 0600, and told to nobody but the
// portal that the broker starts. Known hole: whoever can read the person's own files can be this machine.

#include <kj/common.h>

#include <string>

#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

struct OwnIdentity {
  std::string key{};
  std::string certificate{};
  std::string id{};
};

// One message, as it is kept and as it is made. Throws for what is none, or not whole.
OwnIdentity identityFrom(const std::string& bytes);

// Nothing if there is none yet. Throws, with one line, for one that cannot be read: a new one in its place would be a
// stranger to everybody.
kj::Maybe<OwnIdentity> findIdentity(const std::string& state);
// `bytes`: a whole message.
void keepIdentity(const std::string& state, const std::string& bytes);

}  // namespace latchkey
