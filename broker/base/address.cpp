// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/address.h"

#include <arpa/inet.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <string.h>

#include <algorithm>

namespace latchkey {
namespace {

struct Range {
  const char* network;
  unsigned prefix;
};

struct Known {
  Address network;
  unsigned prefix;
};

std::vector<Known> read(std::initializer_list<Range> ranges) {
  std::vector<Known> known;
  for (auto& range : ranges) known.push_back({KJ_ASSERT_NONNULL(addressFrom(range.network)), range.prefix});
  return known;
}

bool isIn(const Address& address, const std::vector<Known>& ranges) {
  return std::ranges::any_of(ranges, [&](auto& range) { return address.liesIn(range.network, range.prefix); });
}

// "This network" reaches this computer, all of it.
const std::vector<Known>& thisComputer() {
  static const auto RANGES = read({{"0.0.0.0", 8}, {"127.0.0.0", 8}, {"::", 127}});
  return RANGES;
}

// Private, shared by a provider's customers, link-local, assigned to protocols, for measuring, multicast, reserved and
// broadcast; Microsoft's metadata; of IPv6 what is special within 2000::/3.
const std::vector<Known>& local() {
  static const auto RANGES = read({{"10.0.0.0", 8},
                                   {"172.16.0.0", 12},
                                   {"192.168.0.0", 16},
                                   {"100.64.0.0", 10},
                                   {"169.254.0.0", 16},
                                   {"192.0.0.0", 24},
                                   {"198.18.0.0", 15},
                                   {"224.0.0.0", 4},
                                   {"240.0.0.0", 4},
                                   {"168.63.129.16", 32},
                                   {"2001:2::", 48},
                                   {"2001:10::", 28}});
  return RANGES;
}

const std::vector<Known>& metadata() {
  static const auto ADDRESSES = read({{"169.254.169.254", 32},  // Nearly all of them.
                                      {"169.254.169.253", 32},  // Amazon: names; time; tasks; pods.
                                      {"169.254.169.123", 32},
                                      {"169.254.170.2", 32},
                                      {"169.254.170.23", 32},
                                      {"fd00:ec2::", 32},
                                      {"fd20:ce::254", 128},    // Google.
                                      {"168.63.129.16", 32},    // Microsoft.
                                      {"100.100.100.200", 32},  // Alibaba.
                                      {"192.0.0.192", 32},      // Oracle.
                                      {"169.254.42.42", 32},    // Scaleway.
                                      {"fd00:42::42", 128},
                                      {"169.254.0.23", 32}});  // Tencent.
  return ADDRESSES;
}

// What the registries give out, and prefixes that say nothing but where an IPv4 address stands behind them.
const std::vector<Known>& internet() {
  static const auto RANGES =
      read({{"2000::", 3}, {"64:ff9b::", 96}, {"::", 96}, {"::ffff:0:0", 96}, {"::ffff:0:0:0", 96}});
  return RANGES;
}

// An IPv4 address stands in each address of these, beginning with this byte.
struct Carrier {
  Known range;
  size_t at;
};

const std::vector<Carrier>& carriers() {
  static const auto CARRIERS = [] {
    auto end = read({{"::", 96}, {"::ffff:0:0", 96}, {"::ffff:0:0:0", 96}, {"64:ff9b::", 96}, {"64:ff9b:1::", 48}});
    std::vector<Carrier> all;
    for (auto& range : end) all.push_back({range, 12});
    all.push_back({read({{"2002::", 16}}).front(), 2});
    return all;
  }();
  return CARRIERS;
}

const Known& teredo() {
  static const auto RANGE = read({{"2001::", 32}}).front();
  return RANGE;
}

// What the address is by itself, whatever it carries.
AddressClass ownClass(const Address& address) {
  if (isIn(address, thisComputer())) return AddressClass::ThisComputer;
  if (isIn(address, local())) return AddressClass::LocalNetwork;
  return !address.v6 || isIn(address, internet()) ? AddressClass::Internet : AddressClass::LocalNetwork;
}

bool overlap(const Known& range, const Address& network, unsigned prefix) {
  return network.liesIn(range.network, std::min(prefix, range.prefix));
}

// Whether some of the network is in one of the ranges and some of it is not.
bool isCut(const std::vector<Known>& ranges, const Address& network, unsigned prefix) {
  return std::ranges::any_of(ranges,
                             [&](auto& range) { return prefix < range.prefix && overlap(range, network, prefix); });
}

}  // namespace

Address Address::v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) { return {.bytes = {a, b, c, d}}; }

Address Address::of(std::span<const uint8_t> bytes) {
  KJ_REQUIRE(bytes.size() == 4 || bytes.size() == 16, bytes.size());
  Address address{.v6 = bytes.size() == 16};
  std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

bool Address::liesIn(const Address& network, unsigned prefix) const {
  if (v6 != network.v6 || prefix > bits()) return false;
  auto whole = prefix / 8;
  if (!std::equal(bytes.begin(), bytes.begin() + whole, network.bytes.begin())) return false;
  auto rest = prefix % 8;
  return rest == 0 || ((bytes[whole] ^ network.bytes[whole]) >> (8 - rest)) == 0;
}

std::string Address::text() const {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
  return text;
}

std::string Address::host() const { return v6 ? "[" + text() + "]" : text(); }

socklen_t Address::toSocket(uint16_t port, sockaddr_storage& to) const {
  to = {};
  if (v6) {
    sockaddr_in6 socket{};
    socket.sin6_family = AF_INET6;
    socket.sin6_port = htons(port);
    memcpy(&socket.sin6_addr, bytes.data(), 16);
    memcpy(&to, &socket, sizeof socket);
    return sizeof socket;
  }
  sockaddr_in socket{};
  socket.sin_family = AF_INET;
  socket.sin_port = htons(port);
  memcpy(&socket.sin_addr, bytes.data(), 4);
  memcpy(&to, &socket, sizeof socket);
  return sizeof socket;
}

kj::Maybe<Address> addressFrom(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof buffer || text.contains('\0')) return nullptr;
  text.copy(buffer, text.size());
  Address address{.v6 = text.contains(':')};
  if (inet_pton(address.v6 ? AF_INET6 : AF_INET, buffer, address.bytes.data()) != 1) return nullptr;
  return address;
}

kj::Maybe<Address> addressOf(const sockaddr* socket) {
  if (socket->sa_family == AF_INET) {
    sockaddr_in in{};
    memcpy(&in, socket, sizeof in);
    return Address::of({reinterpret_cast<const uint8_t*>(&in.sin_addr), 4});
  }
  if (socket->sa_family != AF_INET6) return nullptr;
  sockaddr_in6 in{};
  memcpy(&in, socket, sizeof in);
  std::span<const uint8_t> bytes(in.sin6_addr.s6_addr, 16);
  return Address::of(IN6_IS_ADDR_V4MAPPED(&in.sin6_addr) ? bytes.subspan(12) : bytes);
}

std::string siteOf(std::string_view text) {
  auto written = addressFrom(text.substr(0, text.find('%')));
  if (written == nullptr) return std::string(text);
  sockaddr_storage socket;
  KJ_ASSERT_NONNULL(written).toSocket(0, socket);
  auto address = KJ_ASSERT_NONNULL(addressOf(reinterpret_cast<sockaddr*>(&socket)));
  if (address.v6) std::fill(address.bytes.begin() + 8, address.bytes.end(), 0);
  return address.text();
}

std::vector<Address> embeddedIn(const Address& address) {
  auto& b = address.bytes;
  auto at = [&](size_t start) { return Address::v4(b[start], b[start + 1], b[start + 2], b[start + 3]); };
  if (!address.v6 || isIn(address, thisComputer())) return {};
  for (auto& [range, start] : carriers())
    if (address.liesIn(range.network, range.prefix)) return {at(start)};
  if (address.liesIn(teredo().network, teredo().prefix))
    return {at(4), Address::v4(b[12] ^ 0xff, b[13] ^ 0xff, b[14] ^ 0xff, b[15] ^ 0xff)};
  return {};
}

AddressClass classOf(const Address& address) {
  auto most = ownClass(address);
  for (auto& carried : embeddedIn(address)) most = std::max(most, ownClass(carried));
  return most;
}

kj::Maybe<AddressClass> classOf(const Address& network, unsigned prefix) {
  if (prefix == network.bits()) return classOf(network);
  for (auto ranges : {&thisComputer(), &local(), &internet()})
    if (isCut(*ranges, network, prefix)) return nullptr;
  auto most = ownClass(network);
  if (!network.v6 || isIn(network, thisComputer())) return most;
  if (overlap(teredo(), network, prefix)) return nullptr;
  for (auto& [range, start] : carriers()) {
    if (!overlap(range, network, prefix)) continue;
    // Bits of the network that stand in the carried address.
    if (prefix <= start * 8) return nullptr;
    auto carried = Address::of({network.bytes.data() + start, 4});
    KJ_IF_MAYBE (inner, classOf(carried, std::min<unsigned>(32, prefix - static_cast<unsigned>(start * 8)))) {
      most = std::max(most, *inner);
    } else {
      return nullptr;
    }
  }
  return most;
}

bool isMetadata(const Address& address) {
  if (isIn(address, metadata())) return true;
  return std::ranges::any_of(embeddedIn(address), [](auto& carried) { return isIn(carried, metadata()); });
}

bool mayHaveMetadata(const Address& network, unsigned prefix) {
  if (prefix == network.bits()) return isMetadata(network);
  auto found = [](const Address& where, unsigned length) {
    return std::ranges::any_of(metadata(), [&](auto& range) { return overlap(range, where, length); });
  };
  if (found(network, prefix)) return true;
  if (!network.v6) return false;
  if (overlap(teredo(), network, prefix)) return true;
  return std::ranges::any_of(carriers(), [&](auto& carrier) {
    if (!overlap(carrier.range, network, prefix)) return false;
    if (prefix <= carrier.at * 8) return true;
    auto length = std::min<unsigned>(32, prefix - static_cast<unsigned>(carrier.at * 8));
    return found(Address::of({network.bytes.data() + carrier.at, 4}), length);
  });
}

}  // namespace latchkey
