// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Why there is no session with a machine: as the portal says it, as a state, and in words for a person.

#include <kj/exception.h>

#include <string>

#include "broker/schema/machines.capnp.h"
#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

using LinkWhy = schema::LinkFailure::Why;
using LinkState = schema::MachineInfo::State;

// What a call to the portal failed with. Anything else than such a name is `broken`.
LinkWhy whyOf(const kj::Exception& exception);
LinkState stateFor(LinkWhy why);
// One line, about the machine; empty where the state says all.
std::string wordsFor(LinkWhy why);
// Of several routes that failed, the one that says more about the machine.
bool saysMore(LinkWhy one, LinkWhy other);
// Whether trying again soon can change anything by itself.
bool mayPass(LinkWhy why);

// Of a pairing that came to nothing.
std::string pairingWordsFor(LinkWhy why);

}  // namespace latchkey
