// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/folder-programs.h"

#include <unistd.h>

#include <initializer_list>

namespace latchkey {
namespace {

std::string firstOf(std::initializer_list<const char*> places) {
  for (auto place : places)
    if (access(place, X_OK) == 0) return place;
  return {};
}

}  // namespace

std::string sftpServer() {
  // Debian, Fedora, Arch and openSUSE, and others.
  return firstOf({"/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server",
                  "/usr/libexec/ssh/sftp-server", "/usr/libexec/sftp-server", "/usr/lib/sftp-server"});
}

std::string sshfs() { return firstOf({"/usr/bin/sshfs", "/usr/local/bin/sshfs"}); }

}  // namespace latchkey
