// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a rule about names in one folder is about at this moment: the first of them, and how many there are.
//
// The person's own program looks, with the person's own rights; the broker has no part in it. Bounded: at most so many
// entries of the folder are looked at, and for so long; then the count is a lower bound. A disk that does not answer
// keeps the thread that called, so a window calls this from one that may wait.

#include <chrono>
#include <string>
#include <vector>

#include "broker/base/where.h"

namespace latchkey {

struct PreviewLimits {
  size_t names = 20;         // So many are returned, the first by name.
  size_t entries = 200'000;  // So many are looked at.
  std::chrono::milliseconds time{1000};
};

struct Preview {
  std::vector<std::string> names{};
  size_t total = 0;
  bool more = false;  // Not all of the folder was looked at.
  bool there = true;  // The folder can be looked at.
};

// Of pattern and siblings. Plain files alone, as the portal has it: no links, no folders, nothing hidden.
Preview previewOf(const Where& where, const PreviewLimits& limits = {});

}  // namespace latchkey
