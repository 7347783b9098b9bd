// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What lies behind a descriptor that an app shows.
//
// Through the file portal an app sees a file at its own path, as another file system's: the descriptor alone does not
// prove which file of the person's it is. So its path is a claim, nothing more. The broker opens what is there itself,
// follows no link on the way, and gives nothing for it but what the ledger says this app holds of that very thing: who
// lies about the path reaches what they were given anyway, and nothing else.

#include "broker/base/files.h"
#include "broker/grants/grant.h"

namespace latchkey {

// Blocks on disks. Nothing for what was deleted, has no path here, is reached by a link, or is another thing by the
// same name, as in the app's private home.
kj::Maybe<Resolved> thingBehind(kj::AutoCloseFd fd);

// As grants are asked about it: a folder with all that lies below.
Kind kindOf(const Resolved& thing);
Object objectOf(const Resolved& thing);

}  // namespace latchkey
