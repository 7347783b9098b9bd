// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/open-folders.h"

#include <utility>

namespace latchkey::files {

OpenFolders::Folder OpenFolders::find(const Key& key) const {
  for (auto& entry : m_entries) {
    if (entry.key == key) return entry.folder;
  }
  return nullptr;
}

bool OpenFolders::isWorthwhile(const Key& key) { return std::exchange(m_asked[key.folder % MOST], key) == key; }

OpenFolders::Folder OpenFolders::keep(const Key& key, kj::AutoCloseFd folder) {
  auto& entry = m_entries[m_next++ % MOST];
  entry = {key, std::make_shared<const kj::AutoCloseFd>(kj::mv(folder))};
  return entry.folder;
}

void OpenFolders::letGo() { m_entries = {}; }

}  // namespace latchkey::files
