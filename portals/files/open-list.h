// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is open, as it is told to the broker.

#include "broker/schema/open-file.capnp.h"
#include "portals/files/mappings.h"
#include "portals/files/view.h"

namespace latchkey::files {

// `mappings` as found just before; nothing: not known.
void writeOpened(const std::vector<View::Opened>& opened, const kj::Maybe<std::vector<Mapping>>& mappings,
                 const Clock& clock, capnp::List<schema::OpenFile>::Builder list);

}  // namespace latchkey::files
