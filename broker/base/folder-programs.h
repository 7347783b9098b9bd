// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The two programs of the system by which a folder is shared between machines: one serves it, the other shows it.

#include <string>

namespace latchkey {

// Where they lie; empty: not there.
std::string sftpServer();
std::string sshfs();

constexpr const char* SFTP_SERVER_MISSING =
    "what serves files to other machines is not here: install sftp-server (Debian: openssh-sftp-server)";
constexpr const char* SSHFS_MISSING = "what shows another machine's files is not here: install sshfs";

}  // namespace latchkey
