// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/destination.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/numbers.h"

namespace latchkey {
namespace {

using Host = Destination::Host;

struct Word {
  std::string_view text;
  Host host;
};
constexpr Word PRESETS[] = {
    {"everything", Host::Everything}, {"internet", Host::Internet}, {"local-network", Host::LocalNetwork}};

constexpr std::string_view PROTOCOLS[] = {"", "tcp", "udp", "ping", "name"};

constexpr std::string_view LOCAL = "@local";

bool hasPorts(Protocol protocol) { return protocol != Protocol::Ping && protocol != Protocol::Name; }

bool isBelow(std::string_view name, std::string_view domain) {
  return name == domain ||
         (name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

bool isLocalName(std::string_view name) { return isBelow(name, "local"); }

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isLabel(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.starts_with('-') || label.ends_with('-')) return false;
  return std::ranges::all_of(label,
                             [](char c) { return (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '_'; });
}

// inet_aton() and browsers take a name whose last label is a number for an address.
bool isNumber(std::string_view label) {
  if (std::ranges::all_of(label, isDigit)) return true;
  if (!label.starts_with("0x")) return false;
  return std::ranges::all_of(label.substr(2), [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); });
}

// Takes `text` apart from its beginning.
class Reader {
public:
  explicit Reader(std::string_view text) : m_text(text) {}

  bool skip(std::string_view word) {
    if (!m_text.starts_with(word)) return false;
    m_text.remove_prefix(word.size());
    return true;
  }
  std::string_view upTo(std::string_view any) {
    auto taken = m_text.substr(0, m_text.find_first_of(any));
    m_text.remove_prefix(taken.size());
    return taken;
  }
  // Without leading zeros.
  template <typename Number>
  bool number(Number& to) {
    auto end = std::ranges::find_if_not(m_text, isDigit);
    std::string_view digits(m_text.begin(), end);
    auto value = numberFrom<Number>(digits);
    if (!value || (digits.size() > 1 && digits.front() == '0')) return false;
    m_text.remove_prefix(digits.size());
    to = *value;
    return true;
  }
  bool atDigit() const { return !m_text.empty() && isDigit(m_text.front()); }
  bool atSlashDigit() const { return m_text.size() > 1 && m_text.front() == '/' && isDigit(m_text[1]); }
  bool done() const { return m_text.empty(); }

private:
  std::string_view m_text;
};

bool readNetwork(Reader& reader, Destination& to) {
  to.host = Host::Network;
  if (!reader.skip("/") || !reader.number(to.prefix)) return false;
  // Without any bits it would be "everything" by another name, with all of them an address.
  if (to.prefix == 0 || to.prefix >= to.address.bits()) return false;
  for (unsigned bit = to.prefix; bit < to.address.bits(); ++bit)
    if (to.address.bytes[bit / 8] & (0x80 >> bit % 8)) return false;
  return true;
}

bool readAddress(std::string_view text, Reader& reader, Destination& to) {
  KJ_IF_MAYBE (address, addressFrom(text)) {
    to.address = *address;
    to.host = Host::Address;
    return !reader.atSlashDigit() || readNetwork(reader, to);
  }
  return false;
}

bool readHost(Reader& reader, Destination& to) {
  if (reader.skip("[")) {
    auto text = reader.upTo("]");
    // A mapped address is an IPv4 one, and has that one's name alone.
    return text.contains(':') && reader.skip("]") && readAddress(text, reader, to) &&
           !to.address.liesIn(KJ_ASSERT_NONNULL(addressFrom("::ffff:0:0")), 96);
  }
  bool below = reader.skip("*.");
  auto text = reader.upTo(":/@");
  for (auto& preset : PRESETS) {
    if (text != preset.text) continue;
    to.host = preset.host;
    return !below;
  }
  if (!below && addressFrom(text) != nullptr) return readAddress(text, reader, to);
  if (!isHostName(text)) return false;
  to.host = below ? Host::Domain : Host::Name;
  to.name = text;
  return true;
}

bool readPorts(Reader& reader, Destination& to) {
  if (!reader.number(to.firstPort) || to.firstPort == 0) return false;
  to.lastPort = to.firstPort;
  if (!reader.skip("-")) return true;
  return reader.number(to.lastPort) && to.lastPort > to.firstPort;
}

bool readProtocol(Reader& reader, Destination& to) {
  auto word = reader.upTo("@");
  auto found = std::ranges::find(PROTOCOLS, word);
  if (word.empty() || found == std::end(PROTOCOLS)) return false;
  to.protocol = static_cast<Protocol>(found - PROTOCOLS);
  return true;
}

bool readLocal(Reader& reader, Destination& to) {
  bool named = to.host == Host::Name || to.host == Host::Domain;
  to.local = reader.skip(LOCAL);
  // Nothing else can be of that kind: the mark would be a second text for the same, or for nothing.
  if (to.local && !named && (to.host != Host::Address || classOf(to.address) == AddressClass::ThisComputer))
    return false;
  if (named && isLocalName(to.name)) to.local = true;
  return true;
}

bool isNamed(const Destination& destination) {
  return destination.host == Host::Name || destination.host == Host::Domain;
}

bool isAddressed(const Destination& destination) {
  return destination.host == Host::Address || destination.host == Host::Network;
}

unsigned prefixOf(const Destination& addressed) {
  return addressed.host == Host::Network ? addressed.prefix : addressed.address.bits();
}

bool isAllOf(const Destination& addressed, AddressClass wanted) {
  if (addressed.local) return wanted == AddressClass::ThisComputer;
  KJ_IF_MAYBE (all, classOf(addressed.address, prefixOf(addressed))) return *all == wanted;
  return false;
}

bool mayHaveMetadata(const Destination& destination) {
  return isAddressed(destination) && mayHaveMetadata(destination.address, prefixOf(destination));
}

bool hostCovers(const Destination& outer, const Destination& inner) {
  switch (outer.host) {
    case Host::Everything: return !mayHaveMetadata(inner);
    case Host::Internet:
      if (isAddressed(inner)) return isAllOf(inner, AddressClass::Internet);
      return inner.host == Host::Internet || (isNamed(inner) && !inner.local);
    case Host::LocalNetwork:
      if (isAddressed(inner)) return isAllOf(inner, AddressClass::LocalNetwork) && !mayHaveMetadata(inner);
      return inner.host == Host::LocalNetwork || (isNamed(inner) && inner.local);
    case Host::Network:
      return isAddressed(inner) && !inner.local && prefixOf(inner) >= outer.prefix &&
             inner.address.liesIn(outer.address, outer.prefix);
    case Host::Domain: return isNamed(inner) && outer.local == inner.local && isBelow(inner.name, outer.name);
    case Host::Address:
      return inner.host == Host::Address && outer.local == inner.local && outer.address == inner.address;
    case Host::Name: return inner.host == Host::Name && outer.local == inner.local && outer.name == inner.name;
  }
  return false;
}

bool hostForbids(const Destination& refusal, const Destination& wanted) {
  if (hostCovers(refusal, wanted)) return true;
  if (refusal.host == Host::Everything) return true;
  if (refusal.host == Host::LocalNetwork) return isAddressed(wanted) && !isAllOf(wanted, AddressClass::Internet);
  if (refusal.host == Host::Internet) return false;
  auto other = wanted;
  if (other.local && !refusal.local) {
    other.local = false;
    if (hostCovers(refusal, other)) return true;
  }
  if (wanted.host != Host::Address) return false;
  return std::ranges::any_of(embeddedIn(wanted.address), [&](auto& carried) {
    other.address = carried;
    return hostCovers(refusal, other);
  });
}

// Not the host: ports and protocol.
bool restCovers(const Destination& outer, const Destination& inner) {
  if (outer.protocol != Protocol::Any && outer.protocol != inner.protocol) return false;
  return outer.firstPort <= inner.firstPort && inner.lastPort <= outer.lastPort;
}

auto specificityOf(const Destination& of) {
  int rank = 0;
  size_t depth = 0;
  switch (of.host) {
    case Host::Everything: break;
    case Host::Internet:
    case Host::LocalNetwork: rank = 1; break;
    case Host::Network: rank = 2, depth = of.prefix; break;
    case Host::Domain: rank = 2, depth = 1 + static_cast<size_t>(std::ranges::count(of.name, '.')); break;
    case Host::Address:
    case Host::Name: rank = 3; break;
  }
  return std::tuple(rank, depth, of.firstPort - of.lastPort, of.protocol != Protocol::Any);
}

}  // namespace

std::string_view wordFor(Protocol protocol) { return PROTOCOLS[static_cast<size_t>(protocol)]; }

bool isHostName(std::string_view name) {
  if (name.empty() || name.size() > 253 || isBelow(name, "localhost")) return false;
  if (std::ranges::any_of(PRESETS, [&](auto& preset) { return preset.text == name; })) return false;
  for (auto rest = name;;) {
    auto dot = rest.find('.');
    auto label = rest.substr(0, dot);
    if (!isLabel(label)) return false;
    if (dot == rest.npos) return !isNumber(label);
    rest.remove_prefix(dot + 1);
  }
}

kj::Maybe<Destination> Destination::of(std::string_view name, Protocol protocol, uint16_t port) {
  if (!isHostName(name)) return nullptr;
  Destination wanted{.host = Host::Name, .name = std::string(name), .protocol = protocol, .local = isLocalName(name)};
  if (hasPorts(protocol)) wanted.firstPort = wanted.lastPort = port;
  return wanted;
}

Destination Destination::of(const latchkey::Address& address, Protocol protocol, uint16_t port) {
  Destination wanted{.host = Host::Address, .address = address, .protocol = protocol};
  if (hasPorts(protocol)) wanted.firstPort = wanted.lastPort = port;
  return wanted;
}

std::string Destination::text() const {
  std::string text;
  switch (host) {
    case Host::Network: text = address.host() + "/" + std::to_string(prefix); break;
    case Host::Domain: text = "*." + name; break;
    case Host::Address: text = address.host(); break;
    case Host::Name: text = name; break;
    default: text = PRESETS[static_cast<size_t>(host)].text;
  }
  if (!isAnyPort()) text += ":" + std::to_string(firstPort);
  if (firstPort != lastPort && !isAnyPort()) text += "-" + std::to_string(lastPort);
  if (protocol != Protocol::Any) text.append("/").append(wordFor(protocol));
  if (local) text += LOCAL;
  return text;
}

bool Destination::covers(const Destination& wanted) const {
  return restCovers(*this, wanted) && hostCovers(*this, wanted);
}

bool Destination::forbids(const Destination& wanted) const {
  return restCovers(*this, wanted) && hostForbids(*this, wanted);
}

Destination Destination::leadingTo(const latchkey::Address& where, bool own) const {
  KJ_REQUIRE(host == Host::Name || host == Host::Address, text());
  auto kind = classOf(where);
  auto result = *this;
  result.local = kind == AddressClass::LocalNetwork && !own;
  bool byName = host == Host::Name && !own && kind != AddressClass::ThisComputer && !isMetadata(where) &&
                (result.local || !isLocalName(name));
  if (byName) return result;
  result.host = Host::Address;
  result.name.clear();
  result.address = where;
  result.local = own && kind != AddressClass::ThisComputer;
  return result;
}

kj::Maybe<Destination> destinationFrom(std::string_view text) {
  if (text.size() > MOST_OF_DESTINATION) return nullptr;
  Reader reader(text);
  Destination read;
  if (!readHost(reader, read)) return nullptr;
  if (reader.skip(":") && !readPorts(reader, read)) return nullptr;
  if (reader.skip("/") && !readProtocol(reader, read)) return nullptr;
  if (!hasPorts(read.protocol) && !read.isAnyPort()) return nullptr;
  if (!readLocal(reader, read) || !reader.done()) return nullptr;
  return read;
}

bool isMoreSpecific(const Destination& one, const Destination& other) {
  return specificityOf(one) > specificityOf(other);
}

bool isAsSpecific(const Destination& one, const Destination& other) {
  return specificityOf(one) == specificityOf(other);
}

}  // namespace latchkey
