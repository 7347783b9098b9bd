// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Folders in which names are being looked up, held open for a moment.
//
// To look a name up is to walk to it from the root of its grant. While nothing is heard of any folder on the way being
// renamed or replaced, it is looked for in the folder itself: one call to the host instead of three. That says what is
// there and no more; what is opened, made or removed is always walked to.
//
// Few at a time, and none for long: they would keep a disk from being taken out.

#include <kj/io.h>

#include <array>
#include <cstdint>
#include <memory>

namespace latchkey::files {

class OpenFolders {
public:
  // A folder on its way, as things stand: another state, another key.
  struct Key {
    uint64_t folder = 0, generation = 0, heard = 0;
    bool operator==(const Key&) const = default;
  };
  // Shared: who looks in one keeps it until then.
  using Folder = std::shared_ptr<const kj::AutoCloseFd>;

  Folder find(const Key& key) const;
  // Whether it was asked for before: what is looked into once is not worth opening.
  bool isWorthwhile(const Key& key);
  Folder keep(const Key& key, kj::AutoCloseFd folder);
  void letGo();

private:
  static constexpr size_t MOST = 32;
  struct Entry {
    Key key;
    Folder folder;
  };
  std::array<Entry, MOST> m_entries;
  std::array<Key, MOST> m_asked;
  size_t m_next = 0;
};

}  // namespace latchkey::files
