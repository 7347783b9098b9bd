// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/route.h"

#include "broker/base/address.h"
#include "broker/base/destination.h"
#include "broker/base/numbers.h"

namespace latchkey {
namespace {

constexpr std::string_view SSH = "ssh ";
constexpr size_t MOST = 300;

bool isUserName(std::string_view text) {
  constexpr std::string_view LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !text.empty() && text.size() <= 64 && text[0] != '-' && text.find_first_not_of(LETTERS) == text.npos;
}

// "localhost" is no destination of an app's, but a place like any other here.
bool isHost(std::string_view text) {
  return addressFrom(text) != nullptr || text == "localhost" || (isHostName(text) && text[0] != '-');
}

struct HostAndPort {
  std::string host;
  uint16_t port;
};

// An address of IPv6 has brackets where a port follows, and may have them in any case.
kj::Maybe<HostAndPort> split(std::string_view text, uint16_t otherwise) {
  auto host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    auto end = text.find(']');
    if (end == text.npos) return nullptr;
    host = text.substr(1, end - 1);
    KJ_IF_MAYBE (address, addressFrom(host)) {
      if (!address->v6) return nullptr;
    } else {
      return nullptr;
    }
    port = text.substr(end + 1);
    if (!port.empty() && (port[0] != ':' || port.size() == 1)) return nullptr;
    if (!port.empty()) port.remove_prefix(1);
  } else if (text.find(':') == text.rfind(':') && text.find(':') != text.npos) {
    host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':') + 1);
    if (port.empty()) return nullptr;
  }
  if (!isHost(host)) return nullptr;
  if (port.empty()) return HostAndPort{std::string(host), otherwise};
  auto number = numberFrom<uint16_t>(port);
  if (!number || *number == 0) return nullptr;
  return HostAndPort{std::string(host), *number};
}

std::string withPort(const std::string& host, uint16_t port) {
  bool isV6 = host.find(':') != host.npos;
  return (isV6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

std::string Route::text() const {
  if (kind == Kind::Ssh) return std::string(SSH) + (port == 0 ? host : host + ":" + std::to_string(port));
  return withPort(host, port);
}

kj::Maybe<Route> addressRouteFrom(std::string_view told) {
  if (told.size() > MOST) return nullptr;
  KJ_IF_MAYBE (found, split(told, USUAL_PORT)) {
    return Route{.kind = Route::Kind::Tcp, .host = found->host, .port = found->port};
  }
  return nullptr;
}

kj::Maybe<Route> routeFrom(std::string_view typed) {
  if (typed.size() > MOST) return nullptr;
  if (!typed.starts_with(SSH)) return addressRouteFrom(typed);
  auto rest = typed.substr(SSH.size());
  std::string user;
  if (auto at = rest.find('@'); at != rest.npos) {
    if (!isUserName(rest.substr(0, at))) return nullptr;
    user = std::string(rest.substr(0, at)) + "@";
    rest.remove_prefix(at + 1);
  }
  // ssh reads an address of IPv6 as it is, and with a port from -p.
  KJ_IF_MAYBE (found, split(rest, 0)) {
    bool isV6 = found->host.find(':') != found->host.npos;
    if (isV6 && found->port != 0) return nullptr;
    return Route{.kind = Route::Kind::Ssh, .host = user + found->host, .port = found->port};
  }
  return nullptr;
}

}  // namespace latchkey
