// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/transfers.h"

#include <algorithm>

#include "portals/desktop/secret-key.h"

namespace latchkey::desktop {
namespace {

constexpr long MOST_OF_ONE_APP = 32;

}  // namespace

kj::Maybe<std::string> Transfers::start(Transfer transfer) {
  auto frontend = transfer.owner.frontend;
  auto count = std::ranges::count_if(m_transfers, [&](auto& entry) { return entry.second.owner.frontend == frontend; });
  if (count >= MOST_OF_ONE_APP) return nullptr;
  auto key = freshKey();
  m_transfers.emplace(key, std::move(transfer));
  return key;
}

kj::Maybe<Transfer&> Transfers::ownedBy(const TransferOwner& owner, const std::string& key) {
  auto found = m_transfers.find(key);
  if (found == m_transfers.end() || !(found->second.owner == owner)) return nullptr;
  return found->second;
}

kj::Maybe<std::vector<TransferFile>> Transfers::retrieve(const std::string& key) {
  auto found = m_transfers.find(key);
  if (found == m_transfers.end()) return nullptr;
  auto files = found->second.files;
  if (found->second.once) stop(key);
  return kj::mv(files);
}

void Transfers::stop(const std::string& key) {
  auto node = m_transfers.extract(key);
  if (!node.empty() && node.mapped().closed) node.mapped().closed(key);
}

void Transfers::stopAllOf(const TransferOwner& owner) {
  std::vector<std::string> keys;
  for (auto& [key, transfer] : m_transfers) {
    bool same = transfer.owner.frontend == owner.frontend;
    if (same && (owner.sender.empty() || transfer.owner.sender == owner.sender)) keys.push_back(key);
  }
  for (auto& key : keys) stop(key);
}

}  // namespace latchkey::desktop
