// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/listening.h"

#include "broker/base/numbers.h"

namespace latchkey {
namespace {

constexpr std::string_view TCP = "/tcp@", PROXY = "+proxy";

bool isMulticast(const Address& address) {
  return address.v6 ? address.bytes[0] == 0xff : address.bytes[0] >= 224;  // And broadcast, and reserved.
}

kj::Maybe<Address> placeFrom(std::string_view text) {
  bool bracketed = text.starts_with('[') && text.ends_with(']');
  if (bracketed) text = text.substr(1, text.size() - 2);
  KJ_IF_MAYBE (address, addressFrom(text)) {
    bool own = embeddedIn(*address).empty() && !isMulticast(*address);
    if (address->v6 == bracketed && own && classOf(*address) != AddressClass::ThisComputer) return *address;
  }
  return nullptr;
}

}  // namespace

std::string Listening::text() const {
  auto text = std::to_string(port).append(TCP);
  switch (where) {
    case Where::Localhost: text += "localhost"; break;
    case Where::Network: text += "network"; break;
    case Where::Address: text += address.host(); break;
  }
  return proxy ? text.append(PROXY) : text;
}

bool Listening::covers(const Listening& wanted) const {
  return port == wanted.port && proxy == wanted.proxy &&
         (where == Where::Network || (where == wanted.where && address == wanted.address));
}

kj::Maybe<Listening> listeningFrom(std::string_view text) {
  auto middle = text.find(TCP);
  if (middle == text.npos) return nullptr;
  auto digits = text.substr(0, middle), place = text.substr(middle + TCP.size());
  bool proxy = place.ends_with(PROXY);
  if (proxy) place.remove_suffix(PROXY.size());
  auto port = numberFrom<uint16_t>(digits);
  if (!port || *port == 0 || digits.front() == '0') return nullptr;
  if (place == "localhost") return Listening{.port = *port, .proxy = proxy};
  if (place == "network") return Listening{.port = *port, .where = Listening::Where::Network, .proxy = proxy};
  KJ_IF_MAYBE (address, placeFrom(place)) {
    return Listening{.port = *port, .where = Listening::Where::Address, .address = *address, .proxy = proxy};
  }
  return nullptr;
}

}  // namespace latchkey
