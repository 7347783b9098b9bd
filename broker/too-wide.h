// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Folders that cannot be given as a whole, whatever the person says: those the sandbox has one of its own in the place
// of, and those that hold Latchkey's own files. A grant that is listed as active and gives nothing, or gives less than
// its line says, would be a lie.

#include <string>

#include "broker/base/places.h"
#include "broker/grants/grant.h"

namespace latchkey {

// One line that says what to give instead; empty when it can be given.
std::string tooWide(const Places& places, Kind kind, const Object& object);

}  // namespace latchkey
