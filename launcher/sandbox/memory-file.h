// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bytes as a descriptor, for programs that read their instructions from one.

#include <kj/io.h>

#include <span>
#include <string_view>

namespace latchkey::sandbox {

// At offset 0, sealed against change, close-on-exec.
kj::AutoCloseFd memoryFile(const char* name, std::span<const unsigned char> content);
kj::AutoCloseFd memoryFile(const char* name, std::string_view content);

}  // namespace latchkey::sandbox
