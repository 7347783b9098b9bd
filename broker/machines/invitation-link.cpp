// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/invitation-link.h"

#include "broker/base/base32.h"
#include "broker/base/numbers.h"
#include "broker/grants/machine-record.h"

namespace latchkey {
namespace {

constexpr std::string_view BEGINNING = "latchkey:join/";
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
