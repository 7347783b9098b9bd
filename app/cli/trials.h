// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a trial left: told, and kept or discarded as the person says.

#include <string>

#include "app/cli/console.h"
#include "broker/base/places.h"

namespace latchkey::cli {

// After `run --try`: a summary, and a question where somebody can answer it.
void concludeTrial(const Places& places, const std::string& id);

}  // namespace latchkey::cli
