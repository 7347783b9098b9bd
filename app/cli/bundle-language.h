// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an author wrote in several languages, in the person's.

#include <string>

#include "app/cli/names.h"
#include "broker/base/key-file.h"

namespace latchkey::cli {

// As for desktop entries: LC_ALL, LC_MESSAGES, LANG, without the encoding.
std::string ownLanguage();

// The one of `list` in the person's language, by `get`; `otherwise` if there is none.
template <typename List, typename Get>
std::string inLanguage(List list, Get get, std::string otherwise) {
  for (auto& key : localizedKeys("x", ownLanguage())) {
    for (auto one : list) {
      if (key == "x[" + text(one.getLanguage()) + "]" && get(one).size() > 0) return text(get(one));
    }
  }
  return otherwise;
}

}  // namespace latchkey::cli
