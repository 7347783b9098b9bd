// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the author of a bundle wrote in several languages, in one of them: chosen as for desktop entries.

#include <capnp/blob.h>

#include <string>
#include <string_view>

#include "broker/base/key-file.h"

namespace latchkey {

// Of `list`, which has a language each, what `get` finds in the best for `locale` that says something; `otherwise` if
// none does. `locale`: as in DesktopPlaces.
template <typename List, typename Get>
std::string inLanguage(List list, std::string_view locale, Get get, capnp::Text::Reader otherwise) {
  auto whole = [](capnp::Text::Reader words) { return std::string(words.cStr(), words.size()); };
  for (auto& key : localizedKeys("", locale)) {
    for (auto one : list) {
      if (key == "[" + whole(one.getLanguage()) + "]" && get(one).size() > 0) return whole(get(one));
    }
  }
  return whole(otherwise);
}

}  // namespace latchkey
