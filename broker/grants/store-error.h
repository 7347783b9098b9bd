// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once

#include <kj/exception.h>

#include <cstdint>
#include <string>

namespace latchkey {

enum class StoreTrouble : uint8_t {
  None,
  DiskFull,
  ReadOnly,
  Changed,  // Was edited or replaced by somebody else while we had it open.
  Damaged,  // No SQLite file, or not the tables we made.
  Newer,    // Made by a newer Latchkey.
  Busy,     // Another broker holds it.
  Failed,   // Anything else the disk said.
};

// A decision could not be kept. Its description is one line for a person: "the disk is full: decisions cannot be kept".
class StoreError final : public kj::Exception {
public:
  StoreError(StoreTrouble trouble, const std::string& line);

  StoreTrouble trouble() const { return m_trouble; }
  std::string line() const { return getDescription().cStr(); }

private:
  StoreTrouble m_trouble;
};

}  // namespace latchkey
