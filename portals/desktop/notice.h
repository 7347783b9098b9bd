// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A notification as an app gives it, held against what the portal's description allows. What passes is text made fit to
// be shown, words from fixed lists, and names of themed icons.
//
// Pictures and sounds that an app sends are checked for their shape and left out: a desktop's shell would decode them
// in the most powerful process of the session.

#include "portals/desktop/frontend.h"

namespace latchkey::desktop {

// Throws the bus error for what is not allowed.
Options checkedNotice(const Options& notice);

// What a press on one means.
struct Pressed {
  std::string id;
  std::string action;  // Empty: the notification itself, of which nothing more is said.
  Value::List parameters = {};
};

// The notification itself, and one of its buttons by its place.
Pressed pressedWhole(const std::string& id, const Options& notice);
Pressed pressedButton(const std::string& id, const Options& notice, size_t place);

// The same, as a desktop's backend may hear it: no action but a plain name, and none left out. For "app.open", and
// where there is none, a backend calls the app by its id on the session's bus - which starts it outside of its sandbox,
// with the parameters of its choice; and xdg-desktop-portal-gtk ends at what is no name. Ours stand in their place.
Options forBackend(const Options& notice);
// What the app called it. `pressed` is what the backend says.
Pressed asTheAppSaid(const Options& notice, const Pressed& pressed);

}  // namespace latchkey::desktop
