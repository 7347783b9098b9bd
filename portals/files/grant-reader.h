// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A grant as the broker sends it, made into one that can be enforced.

#include "broker/schema/file-portal.capnp.h"
#include "portals/files/grant.h"

namespace latchkey::files {

// What the message says. Touches no file.
GrantRef readGrant(schema::FileGrant::Reader grant, const Clock& clock);

// Binds it to what is there. `object` is what was shown, O_PATH; closed if the path is to be resolved now. Throws if
// another thing has that name now: what was swapped meanwhile is not what was granted. Binds nothing and says
// `replaced` if it is not what it was when it was last looked at.
void bindGrant(Grant& grant, kj::AutoCloseFd object, bool directory);

// Of a refusal: keeps the thing it is about, so that its number stays its own.
void holdWhatIsRefused(Grant& denial);

}  // namespace latchkey::files
