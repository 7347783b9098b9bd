// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// AppImage files, as far as they can be known without running them: nothing of an AppImage is ever executed to look
// into it.
//
// The file system image begins where the ELF file ends, and that follows from the ELF header alone. It is unpacked by
// the confined reader (launcher/reader) into a directory named by the file's hash, and AppRun then runs in the app's
// sandbox.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace latchkey {

struct AppImage {
  uint64_t offset = 0;  // Of the squashfs image.
  uint64_t size = 0;    // Of the file.
};

struct NoAppImage {
  std::string reason = {};  // For a person. Empty: simply not one.
};

// Reads a few headers of the regular file `fd` by pread.
std::variant<AppImage, NoAppImage> identifyAppImage(int fd);

// Directory of the unpacked content: $XDG_DATA_HOME/latchkey/appimages/SHA256.
std::string appImageDirectory(const std::string& latchkeyData, std::string_view hash);

// SHA-256 of the file in hexadecimal; empty if it cannot be read.
std::string fileHash(int fd);

}  // namespace latchkey
