// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/link-target.h"

#include <algorithm>

namespace latchkey {

bool staysBelow(std::string_view target, unsigned depth) {
  if (target.empty() || target.size() > bundle::MAX_PATH) return false;
  unsigned up = 0;
  bool named = false;
  for (size_t start = 0; start <= target.size();) {
    auto end = std::min(target.find('/', start), target.size());
    auto part = target.substr(start, end - start);
    if (part.empty() || part == "." || part.size() > bundle::MAX_NAME) return false;
    if (part == "..") {
      if (named || ++up > depth) return false;
    } else {
      named = true;
    }
    start = end + 1;
  }
  return true;
}

}  // namespace latchkey
