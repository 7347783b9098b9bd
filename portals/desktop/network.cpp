// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.NetworkMonitor and ProxyResolver. Ours: they tell of the app's own network, not of the
// machine's. It is always there: whether something can be reached is found out by connecting, which asks the person. To
// say it beforehand would tell what was given, and ask name servers unasked.

#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr uint32_t FULL = 4;  // Of GNetworkConnectivity.

Method answering(const char* name, const char* in, const char* out, Value answer) {
  return {name, in, out, [answer](Call&) -> kj::Promise<Value::List> { return Value::List{answer}; }};
}

}  // namespace

void addNetwork(Frontend& frontend) {
  auto status = Value::dictionary(
      {{"available", Value(true)}, {"metered", Value(false)}, {"connectivity", Value(uint32_t{FULL})}});
  frontend.add(
      {.name = "org.freedesktop.portal.NetworkMonitor",
       .version = 3,
       .methods = {answering("GetAvailable", "", "b", Value(true)), answering("GetMetered", "", "b", Value(false)),
                   answering("GetConnectivity", "", "u", Value(uint32_t{FULL})),
                   answering("GetStatus", "", "a{sv}", status), answering("CanReach", "su", "b", Value(true))},
       .signals = {{"changed", ""}}});
  frontend.add({.name = "org.freedesktop.portal.ProxyResolver",
                .methods = {answering("Lookup", "s", "as", Value::texts({"direct://"}))}});
}

}  // namespace latchkey::desktop
