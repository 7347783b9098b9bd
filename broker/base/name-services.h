// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whether something is asked for names rather than visited. A program that brings a name server of its own ("DNS over
// HTTPS", "DNS over TLS") asks to connect to that, and afterwards to addresses without names: who is to answer should
// know it beforehand. A hint and no more: anybody can run such a server anywhere.

#include <cstdint>
#include <string_view>

namespace latchkey {

// `host`: a name or an address, as asked for. `port`: 0 for any. Other protocols than "tcp" and "udp" ask nobody there.
bool answersForNames(std::string_view host, uint16_t port, std::string_view protocol);

}  // namespace latchkey
