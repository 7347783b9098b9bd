// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Names that some file system takes for one. Apart from the other rules, since Unicode's tables are Qt's: who reads a
// list that a reader has vouched for needs neither.

#include <string>
#include <string_view>
#include <vector>

#include "launcher/bundle/bundle-entry.h"

namespace latchkey {

// Empty if no two of them are one name to any file system.
std::string objectionToNames(const std::vector<BundleEntry>& entries);

// Equal for names that some file system takes for the same: whatever the case, however accents are composed.
std::string foldedName(std::string_view path);

}  // namespace latchkey
