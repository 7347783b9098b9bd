// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Descriptors and directories, with the checks that security code would otherwise repeat.

#include <kj/io.h>

#include <string>
#include <string_view>

namespace latchkey {

// A thing on disk held by descriptor, and the path by which the kernel knows it at this moment.
struct Resolved {
  kj::AutoCloseFd fd;  // O_PATH | O_CLOEXEC
  std::string path;    // Absolute, no symbolic links.
  bool directory = false;
  uint64_t device = 0;
  uint64_t inode = 0;
};

// Opens `path` once, following symbolic links but not those of /proc, and tells what it is. Nothing if it does not
// exist or may not be reached.
kj::Maybe<Resolved> tryResolve(const std::string& path);

// The same for a descriptor somebody passed. Throws if it is nothing this mount namespace has a path for (deleted, a
// pipe, a thing of another sandbox).
Resolved resolve(kj::AutoCloseFd fd);

// Makes `path` and its parents, 0700, and checks that the last part is a real directory of ours that nobody else may
// enter. Tightens the mode where it is wider. Throws with one line otherwise.
void ensureOwnDirectory(const std::string& path);

kj::AutoCloseFd duplicate(int fd);

// O_PATH of `name` in an open directory, also of a socket or a symbolic link. Throws if it is not there.
kj::AutoCloseFd openPathIn(int directory, const char* name);

// Whole content of a regular file up to `limit` bytes. Nothing if it is missing, larger, or not a regular file.
kj::Maybe<std::string> tryReadFile(const std::string& path, size_t limit);

// Writes beside it and renames, so that readers see the old or the new, never half. Throws when the disk refuses.
void replaceFile(const std::string& path, std::string_view content, unsigned mode = 0600);

}  // namespace latchkey
