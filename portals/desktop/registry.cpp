// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.host.portal.Registry: a program says who it is. Accepted, since toolkits say so before anything else,
// and without effect: the app is whose bus it is.

#include "portals/desktop/portals.h"

namespace latchkey::desktop {

void addRegistry(Frontend& frontend) {
  auto accept = [](Call&) -> kj::Promise<Value::List> { return Value::List(); };
  frontend.add({.name = "org.freedesktop.host.portal.Registry", .methods = {{"Register", "sa{sv}", "", accept}}});
}

}  // namespace latchkey::desktop
