// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Inhibit: no logging out, no switching of users, no sleep, no dark screen while the app is
// busy; and being told that the session ends. Relayed, each of the four by a right of its own.
//
// An inhibition stands until the app closes the request or leaves.

#include <array>

#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.Inhibit";
constexpr char IMPL[] = "org.freedesktop.impl.portal.Inhibit";
constexpr size_t LONGEST_REASON = 4096;
constexpr const char* RIGHTS[] = {"inhibit-logout", "inhibit-switch", "inhibit-suspend", "inhibit-idle"};
constexpr uint64_t ALL = 0xf;

const std::vector<OptionRule> RULES{{"reason", "s", upTo(LONGEST_REASON)}};
const std::vector<OptionRule> MONITOR{};

// Ends when it is dropped.
class Inhibition {
public:
  Inhibition(Backends& backends, std::string backend, std::string handle)
      : m_backends(backends), m_backend(std::move(backend)), m_handle(std::move(handle)) {}
  ~Inhibition() {
    m_backends.bus().tell({.destination = m_backend,
                           .path = m_handle,
                           .interface = "org.freedesktop.impl.portal.Request",
                           .member = "Close"});
  }
  KJ_DISALLOW_COPY_AND_MOVE(Inhibition);

private:
  Backends& m_backends;
  std::string m_backend;
  std::string m_handle;
};

class Inhibit {
public:
  Inhibit(Frontend& frontend, Backends& backends, std::string backend)
      : m_frontend(frontend), m_backends(backends), m_backend(std::move(backend)) {
    // Of the backend alone: the session's other programs say nothing in its name.
    auto rule = "type='signal',sender='" + m_backend + "',interface='" + std::string(IMPL) + "',member='StateChanged'";
    m_changes = m_backends.bus().match(rule, [this](const Message& message) { stateChanged(message); });
    rule = "type='signal',sender='" + m_backend + "',interface='org.freedesktop.impl.portal.Session',member='Closed'";
    m_closings = m_backends.bus().match(rule, [this](const Message& message) { sessionClosed(message.path); });
  }

  kj::Promise<Value::List> inhibit(Call& call) {
    auto flags = call.argument(1).asNumber();
    if ((flags & ~ALL) != 0) throwBusError(error::INVALID, "invalid flags");
    auto all = call.argument(2).asDictionary();
    auto options = filtered(all, RULES);
    auto parent = parentWindow(call.argument(0));
    return m_frontend.request(call, all, [this, parent, flags, options](const Request& request) {
      return start(request, parent, flags, options);
    });
  }

  kj::Promise<Value::List> monitor(Call& call) {
    auto all = call.argument(1).asDictionary();
    filtered(all, MONITOR);
    auto parent = parentWindow(call.argument(0));
    auto& session = m_frontend.openSession(call, all, INTERFACE);
    auto path = session.path();
    session.ended = [this, path] { endMonitor(path); };
    return m_frontend.request(call, all,
                              [this, parent, path](const Request& request) { return watch(request, parent, path); });
  }

  kj::Promise<Value::List> queryEndResponse(Call& call) {
    auto& session = m_frontend.sessionOf(call, call.argument(0).asText(), INTERFACE);
    m_backends.bus().tell({.destination = m_backend,
                           .path = DESKTOP_PATH,
                           .interface = IMPL,
                           .member = "QueryEndResponse",
                           .arguments = {Value::path(Backends::handle(session.path(), m_frontend.app()))}});
    return Value::List();
  }

private:
  kj::Promise<Response> start(const Request& request, std::string parent, uint64_t wanted, Options options) {
    uint64_t flags = 0;
    for (size_t i = 0; i < std::size(RIGHTS); ++i) {
      auto flag = uint64_t{1} << i;
      if ((wanted & flag) == 0) continue;
      auto permission = co_await m_frontend.desk().permitFor(askingFor(request, parent, options), RIGHTS[i],
                                                             textOf(options, "reason"));
      if (permission.granted) flags |= flag;
    }
    if (flags == 0) co_return Response{Response::Other};
    Value::List arguments{parent, Value(static_cast<uint32_t>(flags)), asArgument(options)};
    co_await m_backends.askRaw(request, m_frontend.app(), m_backend, IMPL, "Inhibit", arguments);
    auto handle = Backends::handle(request.path(), m_frontend.app());
    co_return Response{Response::Success, {}, std::make_shared<Inhibition>(m_backends, m_backend, handle)};
  }

  kj::Promise<Response> watch(const Request& request, std::string parent, std::string session) {
    auto& app = m_frontend.app();
    auto answer =
        co_await m_backends.call({.destination = m_backend,
                                  .path = DESKTOP_PATH,
                                  .interface = IMPL,
                                  .member = "CreateMonitor",
                                  .arguments = {Value::path(Backends::handle(request.path(), app)),
                                                Value::path(Backends::handle(session, app)), app.id, parent}});
    bool made = answer.signature == "u" && answer.arguments[0].asNumber() == 0;
    if (!made) m_frontend.closeSession(session);
    if (!made || m_frontend.findSession(session) == nullptr) co_return Response{Response::Other};
    co_return Response{Response::Success, {{"session_handle", session}}};
  }

  void endMonitor(const std::string& path) {
    m_backends.bus().tell({.destination = m_backend,
                           .path = Backends::handle(path, m_frontend.app()),
                           .interface = "org.freedesktop.impl.portal.Session",
                           .member = "Close"});
  }

  kj::Maybe<Session&> monitorOf(const std::string& handle) {
    auto path = Backends::pathOf(handle, m_frontend.app());
    KJ_IF_MAYBE (held, path) {
      auto session = m_frontend.findSession(*held);
      KJ_IF_MAYBE (found, session) {
        if (found->interface() == INTERFACE) return *found;
      }
    }
    return nullptr;
  }

  void stateChanged(const Message& message) {
    if (message.signature != "oa{sv}") return;
    auto session = monitorOf(message.arguments[0].asText());
    KJ_IF_MAYBE (found, session)
      m_frontend.signal(INTERFACE, "StateChanged", {Value::path(found->path()), message.arguments[1]}, found->sender());
  }

  // By the backend: it has nothing left to be told.
  void sessionClosed(const std::string& handle) {
    auto session = monitorOf(handle);
    KJ_IF_MAYBE (found, session) {
      found->ended = {};
      m_frontend.closeSession(std::string(found->path()));
    }
  }

  Frontend& m_frontend;
  Backends& m_backends;
  std::string m_backend;
  kj::Own<Bus::Match> m_changes;
  kj::Own<Bus::Match> m_closings;
};

}  // namespace

void addInhibit(Frontend& frontend, Backends& backends) {
  auto backend = backends.find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<Inhibit>(frontend, backends, *name));
    frontend.add(
        {.name = INTERFACE,
         .version = 3,
         .methods = {{"Inhibit", "sua{sv}", "o", [&portal](Call& call) { return portal.inhibit(call); }},
                     {"CreateMonitor", "sa{sv}", "o", [&portal](Call& call) { return portal.monitor(call); }},
                     {"QueryEndResponse", "o", "", [&portal](Call& call) { return portal.queryEndResponse(call); }}},
         .signals = {{"StateChanged", "oa{sv}"}}});
  }
}

}  // namespace latchkey::desktop
