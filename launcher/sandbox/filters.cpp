// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/filters.h"

#include "launcher/sandbox/compiled-filters.inc"

namespace latchkey::sandbox {

CompiledFilters compiledFilters(const Abilities& abilities) {
  auto number =
      (abilities.ownSandboxes ? 1u : 0u) + (abilities.thirtyTwoBit ? 2u : 0u) + (abilities.localSockets ? 0u : 4u);
  return COMPILED_FILTERS[number];
}

}  // namespace latchkey::sandbox
