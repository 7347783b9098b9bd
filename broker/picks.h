// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From what a person picked in a chooser to the grants it makes. Picking is the answer: each thing is a grant of its
// own, at its own path, and all of them are made or none is.
//
// Each thing is looked at once. Where the chooser held it by descriptor, that very thing is meant, whatever its name
// leads to by now; a file to be saved that is not there yet is a checked name in a folder that was resolved.

#include "broker/base/files.h"
#include "broker/ceilings.h"
#include "broker/chooser.h"
#include "broker/grants/ledger.h"

namespace latchkey {

struct Picked {
  Kind kind = Kind::File;
  Object object;
  kj::AutoCloseFd fd;  // None: it is to be made.
};

// Looks at disks: not on the broker's own thread. Throws one line for what is not there, is not what was asked for, or
// is too many. Of several names to save, none is that of a file which exists already: nothing is overwritten unseen.
std::vector<Picked> pickedThings(const Chooser& chooser, std::vector<Chosen> chosen);

// The same for what was picked in a chooser that is not ours: paths alone. `mayMake`: what is not there is to be made.
std::vector<Picked> pickedElsewhere(const std::vector<std::string>& paths, bool mayMake);

// The grant of one picked thing, without id and times. What may be given less of is given less of, but for saving.
// Throws one line where a ceiling or a "never" of the person's stands against it, as `latchkey grant` does.
Grant grantOfPicked(Ceilings& ceilings, const Ledger& ledger, const std::string& holder, const Picked& picked,
                    Access access, bool saves);

// A living grant of the same thing that gives all of it already, for that instance.
kj::Maybe<GrantId> sameHeld(const Ledger& ledger, const Grant& wanted, const InstanceId& instance);

// One line where the person said never to that very thing: a grant would be listed and give nothing. Empty else.
std::string neverSaid(const Ledger& ledger, const Grant& grant);

}  // namespace latchkey
