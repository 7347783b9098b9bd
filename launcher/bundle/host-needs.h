// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What programs and libraries of a bundle want to find beside them: shared libraries by name (ELF, DT_NEEDED) and the
// interpreters of scripts. To be told to the author; nothing depends on it, and what it cannot read needs nothing.

#include <set>
#include <string>
#include <vector>

#include "launcher/bundle/bundle-entry.h"

namespace latchkey {

class HostNeeds {
public:
  // `file` is borrowed; its offset is not used.
  void add(int file, bool executable);
  // What none of the entries is, sorted.
  std::vector<std::string> missing(const std::vector<BundleEntry>& entries) const;

private:
  std::set<std::string> m_libraries;
  std::set<std::string> m_interpreters;
};

}  // namespace latchkey
