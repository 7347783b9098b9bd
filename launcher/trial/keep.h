// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Keeping changes of a trial: one file at a time, each atomically - the host has the old or the new, never half - and
// each only as long as the host's is still what it was compared with.

#include <string>

#include "launcher/trial/changes.h"

namespace latchkey::trial {

enum class Conflicts { Skip, Replace };

// Empty: done, or nothing was left to do. Otherwise one line for a person: why it was not kept. The host is then as it
// was, except that of a deleted folder some may be gone already.
std::string keep(const Change& change, Conflicts conflicts);

}  // namespace latchkey::trial
