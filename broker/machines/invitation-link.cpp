// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/invitation-link.h"

#include "broker/base/numbers.h"
#include "broker/grants/machine-record.h"

namespace latchkey {
namespace {

constexpr std::string_view BEGINNING = "latchkey:join/";
constexpr std::string_view BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr size_t MOST_LETTERS = 2000;

std::string_view takeUntil(std::string_view& rest, char end) {
  auto at = rest.find(end);
  auto part = rest.substr(0, at);
  rest.remove_prefix(at == rest.npos ? rest.size() : at + 1);
  return part;
}

kj::Maybe<Route> addressAt(std::string_view text) {
  auto plus = text.rfind('+');
  if (plus == text.npos) return nullptr;
  auto port = numberFrom<uint16_t>(text.substr(plus + 1));
  if (!port || *port == 0) return nullptr;
  auto host = text.substr(0, plus);
  bool isV6 = host.find(':') != host.npos;
  auto written = (isV6 ? "[" + std::string(host) + "]" : std::string(host)) + ":" + std::to_string(*port);
  return addressRouteFrom(written);
}

}  // namespace

std::string inBase32(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (auto byte : bytes) {
    bits = bits << 8 | static_cast<uint8_t>(byte);
    for (count += 8; count >= 5; count -= 5) text += BASE32[bits >> (count - 5) & 31];
  }
  if (count > 0) text += BASE32[bits << (5 - count) & 31];
  return text;
}

kj::Maybe<std::string> fromBase32(std::string_view text, size_t bytes) {
  std::string result;
  uint32_t bits = 0;
  int count = 0;
  for (auto letter : text) {
    auto value = BASE32.find(letter);
    if (value == BASE32.npos) return nullptr;
    bits = bits << 5 | static_cast<uint32_t>(value);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    result += static_cast<char>(bits >> count & 0xff);
  }
  // One text for the same bytes: what is left over is nothing.
  if (result.size() != bytes || inBase32(result) != text) return nullptr;
  return kj::mv(result);
}

std::string InvitationLink::text() const {
  auto link = std::string(BEGINNING) + inBase32(id) + "/" + inBase32(secret) + "/" + machine + "/";
  for (size_t i = 0; i < addresses.size(); ++i) {
    link += (i == 0 ? "" : ",") + addresses[i].host + "+" + std::to_string(addresses[i].port);
  }
  return link;
}

kj::Maybe<InvitationLink> invitationLinkFrom(std::string_view text) {
  if (!text.starts_with(BEGINNING) || text.size() > MOST_LETTERS) return nullptr;
  auto rest = text.substr(BEGINNING.size());
  InvitationLink link;
  KJ_IF_MAYBE (id, fromBase32(takeUntil(rest, '/'), INVITATION_BYTES)) link.id = *id;
  else return nullptr;
  KJ_IF_MAYBE (secret, fromBase32(takeUntil(rest, '/'), INVITATION_BYTES)) link.secret = *secret;
  else return nullptr;
  link.machine = takeUntil(rest, '/');
  if (!isMachineId(link.machine)) return nullptr;
  while (!rest.empty()) {
    if (link.addresses.size() == MOST_ADDRESSES) return nullptr;
    KJ_IF_MAYBE (address, addressAt(takeUntil(rest, ','))) link.addresses.push_back(*address);
    else return nullptr;
  }
  return kj::mv(link);
}

}  // namespace latchkey
