// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/machine-record.h"

#include <algorithm>

#include "broker/base/base32.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr size_t ID_LENGTH = 52;
constexpr size_t MAX_CERTIFICATE = 1024;
constexpr size_t MAX_LINE = 400;

bool isLine(const std::string& text, size_t most) { return text.size() <= most && escaped(text) == text; }

std::string faultOf(const MachineRoute& route) {
  if (route.text.empty() || !isLine(route.text, MAX_LINE)) return "a malformed route";
  if (!isLine(route.outcome, MAX_LINE) || route.origin > MachineRoute::Origin::Found) return "a malformed route";
  return {};
}

}  // namespace

bool isMachineId(std::string_view text) {
  return text.size() == ID_LENGTH && text.find_first_not_of(BASE32) == text.npos;
}

std::string machineOfHolder(std::string_view holder) {
  if (!isHeldByMachine(holder) && !isReceivedFromMachine(holder)) return {};
  return std::string(holder.substr(holder.find(':') + 1));
}

std::string faultOf(const Machine& machine) {
  if (!isMachineId(machine.id)) return "a malformed id";
  if (machine.certificate.empty() || machine.certificate.size() > MAX_CERTIFICATE) return "a malformed certificate";
  if (machine.petname.empty() || !isLine(machine.petname, MAX_PETNAME)) return "a malformed name";
  if (!isLine(machine.announced, MAX_LINE) || !isLine(machine.route, MAX_LINE)) return "a malformed name or route";
  if (machine.stripe >= STRIPES) return "a stripe that there is not";
  if (machine.routes.size() > MOST_ROUTES) return "too many routes";
  for (const auto& route : machine.routes) {
    if (auto fault = faultOf(route); !fault.empty()) return fault;
  }
  return {};
}

std::string faultOf(const Invitation& invitation) {
  if (invitation.id.size() != INVITATION_BYTES) return "a malformed id";
  if (!invitation.secret.empty() && invitation.secret.size() != INVITATION_BYTES) return "a malformed secret";
  if ((invitation.used == WallTime()) != invitation.by.empty()) return "no machine that used it, or one that did not";
  if (!invitation.by.empty() && !isMachineId(invitation.by)) return "a malformed machine";
  if (invitation.made == WallTime() || invitation.until <= invitation.made) return "a malformed time";
  return {};
}

}  // namespace latchkey
