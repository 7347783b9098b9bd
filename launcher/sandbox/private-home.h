// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The private home of a profile, and the places in it where something will be mounted.
//
// Everything in it may have been made by the app in an earlier run, or be changed by another instance at this moment.
// So nothing here follows a symbolic link or leaves the home (CVE-2024-42472, GHSA-8688-9x26-hhxj, CVE-2026-87766), and
// the home itself is looked at anew at each use: a directory of ours, 0700, reached without links in its last two
// parts.

#include <kj/io.h>

#include <string>
#include <string_view>

namespace latchkey::sandbox {

class PrivateHome {
public:
  // Opens `profileDirectory`/home, makes it if it is missing. Throws with one line if it is not what it should be.
  static PrivateHome open(const std::string& profileDirectory);

  // Makes the directory `below` (relative) and its parents. Something else in its way - a link, a file - is put aside
  // under a name the app can find again; nothing is followed and nothing is deleted.
  void ensureDirectory(std::string_view below) const;

  int fd() const { return m_fd.get(); }

private:
  explicit PrivateHome(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  kj::AutoCloseFd m_fd;  // O_PATH
};

}  // namespace latchkey::sandbox
