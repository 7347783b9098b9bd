// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// file: addresses, byte for byte.

#include <kj/common.h>

#include <string>

namespace latchkey::desktop {

std::string fileUri(const std::string& path);
// Nothing for what is not an absolute path on this machine.
kj::Maybe<std::string> pathOfUri(const std::string& uri);

}  // namespace latchkey::desktop
