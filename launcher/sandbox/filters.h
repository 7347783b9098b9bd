// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The filters of all abilities, made by SeccompBuilder when Latchkey was built. A launch only copies bytes.

#include <span>

#include "launcher/sandbox/operation.h"

namespace latchkey::sandbox {

struct CompiledFilters {
  std::span<const unsigned char> calls;
  std::span<const unsigned char> arguments;
};

CompiledFilters compiledFilters(const Abilities& abilities);

}  // namespace latchkey::sandbox
