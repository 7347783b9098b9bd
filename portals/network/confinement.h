// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portal's own confinement: it speaks for apps with the world outside, so it has no business running programs,
// entering namespaces, writing files, or being looked into by others of the same user.

#include <set>

namespace latchkey::network {

// No new programs or processes, no namespaces, no raw or packet sockets, no change to any file; no call at all that the
// portal has no use for. After the helper is forked; holds for all threads made later.
void confine();

// Numbers of what may be called, some of it not with every argument.
std::set<int> allowedCalls();

}  // namespace latchkey::network
