// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The desktop's own backends: `org.freedesktop.impl.portal.*` on the session's bus, behind our check and never instead
// of it. They are told which app it is and keep nothing: no persist mode and no token is passed on.
//
// Which one serves what is chosen as the peer does: `DESKTOP-portals.conf` or `portals.conf`, an interface's own line
// before the one for all, and where neither names anybody who serves it, `.portal` files that name the current desktop
// in UseIn. The peer's last resort, GTK's whatever the desktop, is left out: a bare session is ours. For what Latchkey
// serves itself, itself is the default, and only `latchkey/portals.conf` in the configuration directory gives it to
// another.

#include <kj/debug.h>

#include <map>
#include <string>
#include <vector>

#include "portals/desktop/frontend.h"

namespace latchkey::desktop {

// Where to look; what of the environment matters.
struct BackendPlaces {
  std::vector<std::string> configurations;  // Directories that may hold `portals.conf`, most important first.
  std::vector<std::string> portals;         // Directories of `.portal` files.
  std::vector<std::string> desktops;        // Lower case, as XDG_CURRENT_DESKTOP names them.
  std::string own;                          // The file of the person's own choice for what Latchkey serves itself.

  static BackendPlaces fromEnvironment();
};

class BackendChoice final {
public:
  explicit BackendChoice(const BackendPlaces& places);

  // The bus name that serves this interface ("org.freedesktop.impl.portal.Print"); nothing if none does.
  kj::Maybe<std::string> find(const std::string& interface) const;
  std::vector<std::string> findAll(const std::string& interface) const;
  // Whether the person gave what Latchkey serves itself to another backend.
  kj::Maybe<std::string> instead(const std::string& interface) const;

private:
  struct Portal {
    std::string name;  // Of the file, without its ending.
    std::string busName;
    std::vector<std::string> interfaces;
    std::vector<std::string> useIn;
  };
  using Preferences = std::map<std::string, std::vector<std::string>>;  // Interface or "default", then names.

  static Preferences read(const std::string& path);
  // Nothing: the preferences say that there is to be none.
  kj::Maybe<std::vector<std::string>> named(const Preferences& preferences, const std::string& interface) const;
  void addNamed(const std::vector<std::string>& names, const std::string& interface,
                std::vector<std::string>& found) const;

  std::vector<Portal> m_portals;
  std::vector<std::string> m_desktops;
  kj::Maybe<Preferences> m_preferences;
  Preferences m_own;
};

// The session's bus, when there is one.
class Backends final {
public:
  Backends(kj::Maybe<Bus&> session, BackendChoice choice) : m_session(session), m_choice(std::move(choice)) {}

  bool hasSession() const { return m_session != nullptr; }
  // Nothing without a session bus.
  kj::Maybe<std::string> find(const std::string& interface) const;
  std::vector<std::string> findAll(const std::string& interface) const;
  kj::Maybe<std::string> instead(const std::string& interface) const;
  Bus& bus() { return KJ_REQUIRE_NONNULL(m_session, "there is no session bus"); }

  // How a request or a session of an app is called before a backend. Two apps, each alone on its bus, may well have the
  // same path for theirs; a backend only sees us.
  static std::string handle(const std::string& path, const App& app);
  // Back again; nothing for those of other apps.
  static kj::Maybe<std::string> pathOf(const std::string& handle, const App& app);

  // Asks a backend what ends with a response: (request, app, parent, `arguments`..., options) -> (code, results).
  // Dropping it closes what the backend shows.
  kj::Promise<Response> ask(const Request& request, const App& app, std::string busName, std::string interface,
                            std::string method, Value::List arguments);
  // The same for one whose answer is of another shape.
  kj::Promise<Message> askRaw(const Request& request, const App& app, std::string busName, std::string interface,
                              std::string method, Value::List arguments);
  kj::Promise<Message> call(CallOrder order) { return bus().call(std::move(order)); }

private:
  kj::Maybe<Bus&> m_session;
  BackendChoice m_choice;
};

}  // namespace latchkey::desktop
