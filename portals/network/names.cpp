// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/names.h"

#include <algorithm>

namespace latchkey::network {
namespace {

// Of 198.18.0.0/15, without its first and last addresses: those look like networks and broadcasts, and some are ours.
constexpr uint32_t FIRST = 256, SLOTS = (1U << 17) - 512;

const Address V4_NETWORK = Address::v4(198, 18, 0, 0);
const Address V6_NETWORK{.v6 = true, .bytes = {0xfd, 0x6c, 0x61, 0x74, 0x63, 0x68, 0x00, 0x01}};

uint64_t mixed(uint64_t seed, std::string_view text) {
  for (unsigned char c : text) seed = (seed ^ c) * 0x100000001b3;
  // So that every bit of the text reaches every bit of the result.
  for (uint64_t factor : {0xbf58476d1ce4e5b9, 0x94d049bb133111eb}) seed = (seed ^ seed >> 29) * factor;
  return seed ^ seed >> 32;
}

Address compose(uint32_t slot, Family family) {
  auto address = family == Family::V6 ? V6_NETWORK : V4_NETWORK;
  size_t end = family == Family::V6 ? 16 : 4;
  for (size_t byte = 1; byte <= 4; ++byte, slot >>= 8) address.bytes[end - byte] |= static_cast<uint8_t>(slot);
  return address;
}

// Whatever stands behind the network's own bits.
uint32_t slotOf(const Address& address) {
  auto raw = address.raw();
  uint32_t slot = 0;
  for (auto byte : raw.last(4)) slot = slot << 8 | byte;
  return address.v6 ? slot : slot & ((1U << 17) - 1);
}

}  // namespace

Names::Names(std::string_view holder) : m_seed(mixed(0xcbf29ce484222325, holder)) {}

bool Names::isSynthetic(const Address& address) {
  return address.v6 ? address.liesIn(V6_NETWORK, 64) : address.liesIn(V4_NETWORK, 15);
}

kj::Maybe<Address> Names::addressFor(std::string_view name, Family family) {
  auto known = m_slots.find(std::string(name));
  if (known != m_slots.end()) return compose(known->second, family);
  if (m_slots.size() >= MOST) return nullptr;
  auto slot = static_cast<uint32_t>(mixed(m_seed, name) % SLOTS);
  while (m_names.contains(FIRST + slot)) slot = (slot + 1) % SLOTS;
  auto made = m_slots.emplace(name, FIRST + slot).first;
  m_names.emplace(made->second, &made->first);
  return compose(made->second, family);
}

kj::Maybe<const std::string&> Names::nameOf(const Address& address) const {
  if (!isSynthetic(address)) return nullptr;
  auto slot = slotOf(address);
  // Exactly the one that was given: of IPv6 there are others with the same end.
  if (compose(slot, address.v6 ? Family::V6 : Family::V4) != address) return nullptr;
  auto found = m_names.find(slot);
  if (found == m_names.end()) return nullptr;
  return *found->second;
}

}  // namespace latchkey::network
