// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/name-services.h"

#include <algorithm>

namespace latchkey {
namespace {

constexpr uint16_t OVER_TLS = 853;

// Those that browsers and systems offer, by the names and addresses they are used by.
constexpr std::string_view KNOWN[] = {"dns.google",
                                      "8.8.8.8",
                                      "8.8.4.4",
                                      "2001:4860:4860::8888",
                                      "2001:4860:4860::8844",
                                      "cloudflare-dns.com",
                                      "chrome.cloudflare-dns.com",
                                      "mozilla.cloudflare-dns.com",
                                      "family.cloudflare-dns.com",
                                      "security.cloudflare-dns.com",
                                      "one.one.one.one",
                                      "1.1.1.1",
                                      "1.0.0.1",
                                      "2606:4700:4700::1111",
                                      "2606:4700:4700::1001",
                                      "dns.quad9.net",
                                      "dns9.quad9.net",
                                      "dns10.quad9.net",
                                      "dns11.quad9.net",
                                      "9.9.9.9",
                                      "149.112.112.112",
                                      "2620:fe::fe",
                                      "2620:fe::9",
                                      "doh.opendns.com",
                                      "doh.familyshield.opendns.com",
                                      "doh.cleanbrowsing.org",
                                      "dns.nextdns.io",
                                      "firefox.dns.nextdns.io",
                                      "dns.adguard.com",
                                      "dns.adguard-dns.com",
                                      "dns.mullvad.net",
                                      "private.canadianshield.cira.ca",
                                      "doh.xfinity.com",
                                      "dns.alidns.com",
                                      "doh.dns.sb",
                                      "dns0.eu"};

}  // namespace

bool answersForNames(std::string_view host, uint16_t port, std::string_view protocol) {
  if (!protocol.empty() && protocol != "tcp" && protocol != "udp") return false;
  if (port == OVER_TLS) return true;
  bool web = port == 443 || port == 0;
  return web && std::ranges::find(KNOWN, host) != std::end(KNOWN);
}

}  // namespace latchkey
