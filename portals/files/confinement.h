// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portal's own confinement: it touches the person's files for apps, so it has no business running programs,
// reaching the network, or being looked into by others of the same user.

namespace latchkey::files {

// Signals and modes as a server of files needs them. Before the mount helper is forked.
void prepareForFiles();

// No new programs, no sockets but Unix ones, no namespaces, no kernel interfaces beyond files. After it is forked;
// holds for all threads made later.
void confine();

}  // namespace latchkey::files
