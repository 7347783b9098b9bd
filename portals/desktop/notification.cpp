// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Notification. What the person presses comes back on the app's own bus, to the connection that
// asked; an action of the app itself ("app.open") is called on it, as the desktop would.

#include "portals/desktop/notifications.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.Notification";
constexpr char PLAIN[] = "org.freedesktop.Notifications";

void activate(Frontend& frontend, const std::string& method, const Value::List& arguments) {
  auto& id = frontend.app().id;
  if (sd_bus_service_name_is_valid(id.c_str()) <= 0) return;
  std::string path = "/";
  for (char c : id) path += c == '.' ? '/' : c == '-' ? '_' : c;
  frontend.bus().tell({.destination = id,
                       .path = path,
                       .interface = "org.freedesktop.Application",
                       .member = method,
                       .arguments = arguments});
}

void pressed(Frontend& frontend, const std::string& sender, const Pressed& what) {
  constexpr std::string_view own = "app.";
  auto parameters = Value::array("v", what.parameters);
  if (what.action.empty()) {
    activate(frontend, "Activate", {asArgument({})});
  } else if (what.action.starts_with(own)) {
    activate(frontend, "ActivateAction", {what.action.substr(own.size()), parameters, asArgument({})});
  } else {
    frontend.signal(INTERFACE, "ActionInvoked", {what.id, what.action, parameters}, sender);
  }
}

kj::Promise<Value::List> add(Frontend& frontend, Notifications& all, Call& call) {
  auto sender = call.message().sender;
  co_await all.add(call.argument(0).asText(),
                   {.content = call.argument(1).asDictionary(),
                    .pressed = [&frontend, sender](const Pressed& what) { pressed(frontend, sender, what); }});
  co_return Value::List();
}

kj::Promise<Value::List> remove(Notifications& all, Call& call) {
  co_await all.remove(call.argument(0).asText());
  co_return Value::List();
}

}  // namespace

void addNotification(Frontend& frontend, Backends& backends) {
  frontend.claim(PLAIN);  // Also with nothing on it: who asks is told at once.
  if (!backends.hasSession() || frontend.app().absent.contains("Notification")) return;
  auto& all = frontend.keep(std::make_shared<Notifications>(frontend, backends));
  addPlainNotifications(frontend, all);
  frontend.add({.name = INTERFACE,
                .version = 2,
                .methods = {{"AddNotification", "sa{sv}", "",
                             [&frontend, &all](Call& call) { return add(frontend, all, call); }},
                            {"RemoveNotification", "s", "", [&all](Call& call) { return remove(all, call); }}},
                .properties = {{"SupportedOptions", "a{sv}", [&all] { return all.supported(); }}},
                .signals = {{"ActionInvoked", "ssav"}}});
}

}  // namespace latchkey::desktop
