// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app is called towards its person: the petname they gave it, else what its desktop file said when it last ran,
// else a short form of its id. Always plain text: what a desktop file says is not trusted to be.

#include <string>

#include "broker/grants/ledger.h"

namespace latchkey {

class Names final {
public:
  explicit Names(Ledger& ledger) : m_ledger(ledger) {}

  std::string of(const std::string& holder) const;
  // Remembers what a launcher read.
  void learn(const std::string& app, const std::string& name);

private:
  Ledger& m_ledger;
};

}  // namespace latchkey
