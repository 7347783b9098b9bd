// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Keeping changes of a trial: one file at a time, each atomically - the host has the old or the new, never half - and
// each only as long as the host's is still what it was compared with.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "launcher/trial/changes.h"

namespace latchkey::trial {

enum class Conflicts { Skip, Replace };

// One change. Empty: done, or nothing was left to do. Otherwise one line for a person: why it was not kept. The host is
// then as it was, except that of a deleted folder some may be gone already.
std::string keep(const Change& change, Conflicts conflicts);

// Those for which `how` says how; where it says nothing, the change is left. Answers what could not be kept.
struct NotKept {
  std::string path;
  std::string why;
};
std::vector<NotKept> keepChosen(const Changes& changes,
                                const std::function<std::optional<Conflicts>(const Change&)>& how);

}  // namespace latchkey::trial
