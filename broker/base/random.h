// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bytes nobody can guess, from the kernel.

#include <cstddef>
#include <string>

namespace latchkey {

// At most 256. Throws if the kernel refuses, which it does not.
std::string randomBytes(size_t count);

}  // namespace latchkey
