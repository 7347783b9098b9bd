// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Keeping changes of a trial: one file at a time, each atomically - the host has the old or the new, never half - and
// each only as long as the host's is still what it was compared with. Whoever keeps may be killed at any moment: the
// next to keep or discard ends what was under way (keep-log.h).

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "launcher/trial/changes.h"

namespace latchkey::trial {

enum class Conflicts { Skip, Replace };

// Those for which `how` says how; where it says nothing, the change is left. Answers what could not be kept, with one
// line for a person: the host is then as it was, except that of a deleted folder some may be gone already.
struct NotKept {
  std::string path;
  std::string why;
};
std::vector<NotKept> keepChosen(const Trial& trial, const Changes& changes,
                                const std::function<std::optional<Conflicts>(const Change&)>& how);

// Removes the trial and all that was not kept. Throws while it runs or is being kept.
void discardRest(const Trial& trial);

}  // namespace latchkey::trial
