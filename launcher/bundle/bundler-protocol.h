// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How the confined process is called: `latchkey-bundler pack`, `look AT SIZE`, `unpack AT SIZE`, `survey`, `debian
// SIZE`. One bundle, one process. It answers one BundleReport (broker/schema/bundle.capnp) and ends. Of a Debian
// package id, version and summary are those of the package, and hostNeeds says what was left out.

namespace latchkey::bundler {

constexpr int ANSWER = 3;  // A pipe.
constexpr int ARCHIVE =
    4;  // The bundle, to be read from AT; of pack: an empty file for the archive; of debian: the package.
constexpr int LIST =
    5;  // The list that was signed; of pack: an empty file for it; of survey: a socket, by which it comes.
constexpr const char* FOLDER =
    "/run/bundle/folder";  // What is packed; where it is unpacked; where what is surveyed lies.

}  // namespace latchkey::bundler
