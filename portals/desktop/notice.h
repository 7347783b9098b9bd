// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A notification as an app gives it, held against what the portal's description allows. What passes is text made fit to
// be shown, words from fixed lists, and names of themed icons.
//
// Pictures and sounds that an app sends are checked for their shape and left out: a desktop's shell would decode them
// in the most powerful process of the session.

#include "portals/desktop/frontend.h"

namespace latchkey::desktop {

// Throws the bus error for what is not allowed.
Options checkedNotice(const Options& notice);

}  // namespace latchkey::desktop
