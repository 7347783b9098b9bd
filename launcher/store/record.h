// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the store knows of one app, in one file that is replaced as a whole.
//
// Its being replaced is what an installation, an update, a rollback or a removal *is*: before, all is as it was; after,
// all is as it will be, and what the file says is carried out - by whoever comes next, if the power fails. The links
// beside it (`current`, ...) are for those who only read. It is TOML that nobody but us writes, in one way; any other
// text is no record.

#include <kj/common.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "launcher/bundle/minisign.h"

namespace latchkey::store {

struct Record {
  static constexpr size_t MAX_SIZE = 16 << 10;
  static constexpr size_t MAX_ORIGIN = 1000;

  std::string id = {};
  PublicKey signer = {};
  std::string origin = {};  // Escaped.
  bool automatic = true;
  int64_t since = 0;
  int64_t changed = 0;
  // Names of deploys; empty: none.
  std::string current = {};
  std::string previous = {};
  std::string pending = {};
  // The app's data is to go, and this record after it.
  bool forget = false;

  static kj::Maybe<Record> parse(std::string_view text);
  std::string text() const;
  bool names(std::string_view deploy) const { return deploy == current || deploy == previous || deploy == pending; }
};

}  // namespace latchkey::store
