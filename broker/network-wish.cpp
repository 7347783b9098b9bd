// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/network-wish.h"

#include <libpsl.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/own-address.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

using Host = Destination::Host;
using Place = NetworkWish::Place;

struct Service {
  uint16_t port;
  const char* name;
  bool udp = false;
};
// Of IANA's names those that an app on a desk may meet. Not the machine's own list: what stands there can be changed.
constexpr Service SERVICES[] = {
    {21, "ftp"},
    {22, "ssh"},
    {23, "telnet"},
    {25, "smtp"},
    {53, "domain"},
    {53, "domain", true},
    {80, "http"},
    {88, "kerberos"},
    {110, "pop3"},
    {119, "nntp"},
    {123, "ntp", true},
    {143, "imap"},
    {389, "ldap"},
    {443, "https"},
    {443, "https", true},
    {445, "smb"},
    {465, "submissions"},
    {587, "submission"},
    {631, "ipp"},
    {636, "ldaps"},
    {853, "domain-s"},
    {873, "rsync"},
    {989, "ftps"},
    {993, "imaps"},
    {995, "pop3s"},
    {1194, "openvpn", true},
    {1900, "ssdp", true},
    {1935, "rtmp"},
    {2049, "nfs"},
    {3306, "mysql"},
    {3389, "rdp"},
    {3478, "stun"},
    {3478, "stun", true},
    {5060, "sip"},
    {5060, "sip", true},
    {5222, "xmpp-client"},
    {5223, "xmpps-client"},
    {5353, "mdns", true},
    {5432, "postgresql"},
    {5900, "vnc"},
    {6379, "redis"},
    {6667, "irc"},
    {6697, "ircs"},
    {8080, "http-alt"},
    {8443, "https-alt"},
    {9418, "git"},
    {11211, "memcached"},
    {27017, "mongodb"},
    {51820, "wireguard", true},
};

bool isName(const Destination& destination) { return destination.host == Host::Name; }

Place placeOf(const Destination& wanted) {
  if (isName(wanted)) return wanted.local ? Place::LocalNetwork : Place::Internet;
  if (wanted.local) return Place::ThisComputer;
  switch (classOf(wanted.address)) {
    case AddressClass::Internet: return Place::Internet;
    case AddressClass::LocalNetwork: return Place::LocalNetwork;
    case AddressClass::ThisComputer: return Place::ThisComputer;
  }
  return Place::ThisComputer;
}

Destination wholeHost(Destination wanted) {
  wanted.firstPort = 0;
  wanted.lastPort = UINT16_MAX;
  wanted.protocol = Protocol::Any;
  return wanted;
}

// What its owner registered. Never a suffix under which everybody registers names.
kj::Maybe<Destination> ownersDomain(const Destination& wanted) {
  auto list = psl_builtin();
  // A name that leads into the local network is nobody's registered one, whoever says so.
  if (!isName(wanted) || wanted.local || list == nullptr) return nullptr;
  auto registered = psl_registrable_domain(list, wanted.name.c_str());
  if (registered == nullptr) return nullptr;
  return destinationFrom("*." + std::string(registered));
}

kj::Maybe<Destination> preset(const Destination& wanted) {
  switch (placeOf(wanted)) {
    case Place::Internet: return destinationFrom("internet");
    case Place::LocalNetwork: return destinationFrom("local-network");
    case Place::ThisComputer: break;
  }
  return nullptr;
}

kj::Maybe<Destination> wider(const Destination& wanted, Scope scope) {
  switch (scope) {
    case Scope::Port: return wanted;
    case Scope::Host: return wholeHost(wanted);
    case Scope::Domain: return ownersDomain(wanted);
    case Scope::Network: return preset(wanted);
    default: return nullptr;
  }
}

}  // namespace

NetworkWish wishFor(const Destination& wanted, bool raw, const std::string& local) {
  NetworkWish wish;
  wish.host = brief(isName(wanted) ? wanted.name : wanted.address.text(), 300);
  wish.port = wanted.isAnyPort() ? 0 : wanted.firstPort;
  wish.protocol = wordFor(wanted.protocol);
  wish.service = serviceAt(wish.port, wanted.protocol);
  wish.raw = raw;
  wish.place = placeOf(wanted);
  if (wish.place != Place::Internet) wish.local = !local.empty() ? local : isName(wanted) ? "" : wanted.address.text();
  return wish;
}

void toSchema(const NetworkWish& wish, schema::Network::Builder builder) {
  builder.setHost(wish.host.c_str());
  builder.setPort(wish.port);
  builder.setProtocol(wish.protocol.c_str());
  builder.setService(wish.service.c_str());
  builder.setRaw(wish.raw);
  builder.setLocal(wish.local.c_str());
  builder.setPlace(static_cast<schema::Network::Place>(wish.place));
}

bool isOneHost(const Destination& destination) {
  bool host = destination.host == Host::Name || destination.host == Host::Address;
  return host && (destination.isAnyPort() || destination.firstPort == destination.lastPort);
}

std::vector<Scope> scopesOf(const Destination& wanted) {
  std::vector<Scope> scopes;
  for (auto scope : {Scope::Port, Scope::Host, Scope::Domain, Scope::Network}) {
    if (widened(wanted, scope) != nullptr) scopes.push_back(scope);
  }
  return scopes;
}

kj::Maybe<Destination> widened(const Destination& wanted, Scope scope) {
  auto result = wider(wanted, scope);
  KJ_IF_MAYBE (destination, result) {
    if (!destination->covers(wanted)) return nullptr;
  }
  return result;
}

std::string serviceAt(uint16_t port, Protocol protocol) {
  if (port == 0 || protocol == Protocol::Ping || protocol == Protocol::Name) return {};
  for (auto& service : SERVICES) {
    if (service.port == port && service.udp == (protocol == Protocol::Udp)) return service.name;
  }
  return {};
}

Destination typedDestination(std::string_view text) {
  std::string plain(text);
  for (auto& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  auto host = plain.find_first_of(":/@");
  auto end = host == plain.npos ? plain.size() : host;
  if (end > 1 && plain[end - 1] == '.' && plain[end - 2] != '.') plain.erase(end - 1, 1);
  KJ_IF_MAYBE (destination, destinationFrom(plain)) return *destination;
  fail(brief(std::string(text), 100) +
       " is no destination: write HOST, HOST:PORT, *.DOMAIN, an address (IPv6 in brackets), a network such as "
       "10.0.0.0/8, "
       "internet, local-network or everything, each with /tcp or /udp if only that is meant");
}

std::string ownIfTyped(const std::string& canonical) {
  KJ_IF_MAYBE (destination, destinationFrom(canonical)) {
    if (destination->host == Host::Address && !destination->local && isOwn(destination->address)) {
      auto own = *destination;
      own.local = destination->leadingTo(destination->address, true).local;
      return own.text();
    }
  }
  return canonical;
}

}  // namespace latchkey
