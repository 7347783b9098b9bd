// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/service.h"

#include "broker/base/numbers.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr std::string_view AS = " as ", COMPUTER = "@computer", TCP = "/tcp";
constexpr size_t MOST_OF_SOURCE = 1200;

bool isTitle(std::string_view text, size_t most) {
  return !text.empty() && text.size() <= most && text.front() != ' ' && text.back() != ' ' && escaped(text) == text;
}

bool isPlace(const Destination& at) {
  return at.host == Destination::Host::Name && at.protocol == Protocol::Tcp && at.firstPort != 0 &&
         at.firstPort == at.lastPort && !at.local;
}

}  // namespace

std::string Service::text() const { return name.empty() ? source : source + std::string(AS) + name; }

kj::Maybe<Destination> Service::place() const {
  KJ_IF_MAYBE (at, destinationFrom(name)) {
    if (isPlace(*at)) return *at;
  }
  return nullptr;
}

kj::Maybe<Service> serviceFrom(std::string_view text) {
  Service service;
  auto middle = text.rfind(AS);
  service.source = text.substr(0, middle);
  if (middle != text.npos) {
    service.name = text.substr(middle + AS.size());
    if (!isTitle(service.name, MOST_OF_DESTINATION)) return nullptr;
  }
  // Else the same text could be read in two ways.
  if (!isTitle(service.source, MOST_OF_SOURCE) || service.source.contains(AS)) return nullptr;
  return service;
}

kj::Maybe<Listener> listenerFrom(std::string_view source) {
  auto colon = source.rfind(':');
  if (colon == source.npos || colon == 0) return nullptr;
  auto digits = source.substr(colon + 1);
  auto port = numberFrom<uint16_t>(digits);
  if (!port || *port == 0 || digits.front() == '0') return nullptr;
  auto holder = source.substr(0, colon);
  if (holder == COMPUTER) return Listener{.port = *port};
  if (holder.starts_with('@')) return nullptr;
  return Listener{.holder = std::string(holder), .port = *port};
}

kj::Maybe<Destination> servicePlaceFrom(std::string_view typed) {
  auto text = std::string(typed);
  if (!typed.ends_with(TCP)) text += TCP;
  KJ_IF_MAYBE (at, destinationFrom(text)) {
    if (isPlace(*at)) return *at;
  }
  return nullptr;
}

}  // namespace latchkey
