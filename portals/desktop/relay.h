// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Portals that hand a request to the desktop's backend: our question first, then the backend's dialog, and of what the
// backend answers only what the portal knows.

#include "portals/desktop/backends.h"

namespace latchkey::desktop {

struct Relayed {
  std::string backend;    // Bus name.
  std::string interface;  // Of the backend.
  std::string right;      // What the broker is asked about.
  std::vector<OptionRule> results = {};
};

class Relay final {
public:
  Relay(Frontend& frontend, Backends& backends, Relayed relayed)
      : m_frontend(frontend), m_backends(backends), m_relayed(std::move(relayed)) {}

  Frontend& frontend() { return m_frontend; }
  Backends& backends() { return m_backends; }
  const Relayed& relayed() const { return m_relayed; }

  kj::Promise<bool> permit(Asking asking, std::string claim = {});
  // `arguments` are those after the app's id.
  kj::Promise<Response> ask(const Request& request, std::string method, Value::List arguments);
  // Both.
  kj::Promise<Response> askPermitted(const Request& request, Asking asking, std::string method, Value::List arguments,
                                     std::string claim = {});

private:
  Frontend& m_frontend;
  Backends& m_backends;
  Relayed m_relayed;
};

// The window that an app says a dialog belongs to. An X window is one of the app's own X server and would be any window
// of the person's; a Wayland handle is a secret that only who has it can name.
std::string parentWindow(const Value& argument);
Asking askingFor(const Request& request, const std::string& parent, const Options& options);

// Rules for texts: up to so many bytes, and without a NUL.
std::function<void(const Value&)> upTo(size_t bytes);
// Of a request's own arguments.
void checkLength(const Value& text, size_t bytes);

// What a backend answers, without what does not belong there.
Options known(const Options& results, const std::vector<OptionRule>& rules);

}  // namespace latchkey::desktop
