// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portal's own confinement: it speaks for apps with the world outside, so it has no business running programs,
// entering namespaces, writing files, or being looked into by others of the same user.

namespace latchkey::network {

// No core dumps, not traceable, as many descriptors as the system gives. Before the helper is forked.
void harden();

// No new programs, no namespaces, no raw or packet sockets, no change to any file. After it is forked; holds for all
// threads made later.
void confine();

}  // namespace latchkey::network
