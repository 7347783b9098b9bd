// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/relayed-sessions.h"

#include <kj/debug.h>
#include <sys/socket.h>

#include <algorithm>

#include "broker/base/files.h"
#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL_SESSION[] = "org.freedesktop.impl.portal.Session";
constexpr char IMPL_REQUEST[] = "org.freedesktop.impl.portal.Request";
constexpr size_t MOST_HELD = 64;  // Connections and sockets of one session.

// Our copy of a socket that an app has. Shut down, it is dead for all who hold one.
class HeldSocket {
public:
  explicit HeldSocket(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  ~HeldSocket() { shutdown(m_fd, SHUT_RDWR); }
  KJ_DISALLOW_COPY_AND_MOVE(HeldSocket);

private:
  kj::AutoCloseFd m_fd;
};

// For the journal: who uses it now, and until when.
class Use {
public:
  Use(Desk& desk, std::string right, kj::Own<void> shown)
      : m_desk(desk), m_right(std::move(right)), m_shown(kj::mv(shown)) {
    m_desk.used(m_right, "started");
  }
  ~Use() { m_desk.used(m_right, "ended"); }
  KJ_DISALLOW_COPY_AND_MOVE(Use);

private:
  Desk& m_desk;
  std::string m_right;
  kj::Own<void> m_shown;
};

}  // namespace

void RelayedSessions::watch(const std::string& backend) {
  auto& matches = m_watched[backend];
  if (!matches.empty()) return;
  auto& bus = m_backends.bus();
  matches.push_back(bus.match("type='signal',sender='" + backend + "',interface='" + IMPL_SESSION + "',member='Closed'",
                              [this, backend](const Message& message) {
                                for (auto& [path, session] : m_sessions) {
                                  if (session->backend != backend || handle(*session).asText() != message.path)
                                    continue;
                                  close(SessionRef(session));
                                  return;
                                }
                              }));
  matches.push_back(bus.match(
      "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" +
          backend + "'",
      [this, backend](const Message& message) {
        // Another program of that name knows nothing of what was.
        if (message.arguments.size() == 3 && !message.arguments[1].asText().empty()) backendGone(backend);
      }));
}

void RelayedSessions::backendGone(const std::string& backend) {
  std::vector<SessionRef> gone;
  for (auto& [path, session] : m_sessions) {
    if (session->backend == backend) gone.push_back(session);
  }
  for (auto& session : gone) close(session);
}

Value::List RelayedSessions::create(Call& call, Creation creation) {
  auto& opened = m_frontend.openSession(call, creation.options, creation.portal);
  auto session = std::make_shared<RelayedSession>();
  session->path = opened.path();
  session->sender = opened.sender();
  session->portal = creation.portal;
  session->backend = creation.backend;
  session->impl = creation.impl;
  m_sessions[session->path] = session;
  opened.ended = [this, session] { ended(session); };
  KJ_ON_SCOPE_FAILURE(close(session));
  auto options = creation.options;
  return m_frontend.request(
      call, options, [this, session, creation](const Request& request) { return created(request, session, creation); });
}

kj::Promise<Response> RelayedSessions::created(const Request& request, SessionRef session, Creation creation) {
  KJ_DEFER(if (!session->made) close(session));
  if (!creation.right.empty()) {
    creation.asking.request = request.path();
    if (!co_await permit(session, creation.asking, creation.right)) co_return Response{Response::Cancelled};
  }
  Value::List arguments{handle(*session)};
  if (creation.named) arguments.emplace_back(m_frontend.app().id);
  for (auto& argument : creation.arguments) arguments.push_back(argument);
  auto response =
      co_await ask(request, session, creation.impl, "CreateSession", std::move(arguments), creation.results);
  if (response.code != Response::Success || !session->stands) co_return Response{response.code};
  session->made = true;
  response.results["session_handle"] = Value(session->path);
  co_return response;
}

SessionRef RelayedSessions::of(const Call& call, const std::string& path,
                               std::initializer_list<std::string_view> portals) {
  auto found = m_sessions.find(path);
  if (found == m_sessions.end() || found->second->sender != call.message().sender || !found->second->made)
    throwBusError(error::ACCESS, "Invalid session");
  if (std::ranges::find(portals, found->second->portal) == portals.end())
    throwBusError(error::BUS_FAILED, "Invalid session");
  return found->second;
}

kj::Maybe<SessionRef> RelayedSessions::behind(const std::string& handle, const std::string& portal) {
  auto path = Backends::pathOf(handle, m_frontend.app());
  KJ_IF_MAYBE (held, path) {
    auto found = m_sessions.find(*held);
    if (found != m_sessions.end() && found->second->portal == portal && found->second->made) return found->second;
  }
  return nullptr;
}

Value RelayedSessions::handle(const RelayedSession& session) const {
  return Value::path(Backends::handle(session.path, m_frontend.app()));
}

void RelayedSessions::close(const SessionRef& session) {
  if (session->stands) m_frontend.closeSession(std::string(session->path));
}

// Called by the frontend, however it ends. What we hold goes first: the backend may not do as it is told.
void RelayedSessions::ended(const SessionRef& session) {
  session->stands = false;
  while (!session->held.empty()) session->held.pop_back();
  for (auto one = m_grants.lower_bound(session->path + " ");
       one != m_grants.end() && one->first.starts_with(session->path + " ");)
    one = m_grants.erase(one);
  auto handle = this->handle(*session).asText();
  m_sessions.erase(std::string(session->path));
  m_backends.bus().tell(
      {.destination = session->backend, .path = handle, .interface = IMPL_SESSION, .member = "Close"});
}

kj::Promise<bool> RelayedSessions::permit(SessionRef session, Asking asking, std::string right) {
  auto before = m_frontend.endings();
  auto permission = co_await m_frontend.desk().permitFor(std::move(asking), right, "");
  if (!session->stands || !permission.granted || m_frontend.endedSince(before, permission.grant)) co_return false;
  m_grants[session->path + " " + right] = permission.grant;
  auto opened = m_frontend.findSession(session->path);
  KJ_IF_MAYBE (one, opened) {
    if (!permission.grant.empty()) one->grants.insert(permission.grant);
  }
  co_return true;
}

kj::Promise<Response> RelayedSessions::ask(const Request& request, SessionRef session, std::string interface,
                                           std::string method, Value::List arguments, std::vector<OptionRule> results) {
  auto path = Backends::handle(request.path(), m_frontend.app());
  arguments.insert(arguments.begin(), Value::path(path));
  bool answered = false;
  KJ_DEFER(if (!answered) m_backends.bus().tell(
      {.destination = session->backend, .path = path, .interface = IMPL_REQUEST, .member = "Close"}));
  auto answer = co_await m_backends.call({.destination = session->backend,
                                          .path = DESKTOP_PATH,
                                          .interface = interface,
                                          .member = method,
                                          .arguments = std::move(arguments),
                                          .patience = NO_LIMIT});
  answered = true;
  if (answer.signature != "ua{sv}") throwBusError(error::FAILED, "the desktop's backend gave a wrong answer");
  if (!session->stands) co_return Response{Response::Other};
  auto code = answer.arguments[0].asNumber();
  if (code != Response::Success)
    co_return Response{code == Response::Cancelled ? Response::Cancelled : Response::Other};
  co_return Response{Response::Success, known(answer.arguments[1].asDictionary(), results)};
}

kj::Promise<Message> RelayedSessions::call(SessionRef session, std::string interface, std::string method,
                                           Value::List arguments) {
  auto answer = co_await m_backends.call({.destination = session->backend,
                                          .path = DESKTOP_PATH,
                                          .interface = std::move(interface),
                                          .member = std::move(method),
                                          .arguments = std::move(arguments)});
  if (!session->stands) throwBusError(error::ACCESS, "Invalid session");
  co_return answer;
}

kj::Promise<Value> RelayedSessions::socket(SessionRef session, std::string interface, std::string method,
                                           Value::List arguments) {
  if (session->held.size() >= MOST_HELD) throwBusError(error::LIMIT, "too many connections");
  auto answer = co_await call(session, std::move(interface), std::move(method), std::move(arguments));
  if (answer.signature != "h") throwBusError(error::FAILED, "the desktop's backend gave a wrong answer");
  auto fd = answer.arguments[0].asDescriptor();
  session->held.push_back(kj::heap<HeldSocket>(duplicate(fd)));
  co_return answer.arguments[0];
}

void RelayedSessions::use(const SessionRef& session, const std::string& right) {
  auto grant = m_grants[session->path + " " + right];
  session->held.insert(session->held.begin(),
                       kj::heap<Use>(m_frontend.desk(), right, m_frontend.desk().use(right, grant)));
}

kj::Promise<Value> backendNumber(Backends& backends, std::string backend, std::string interface, std::string name) {
  auto answer = co_await backends.call({.destination = backend,
                                        .path = DESKTOP_PATH,
                                        .interface = "org.freedesktop.DBus.Properties",
                                        .member = "Get",
                                        .arguments = {interface, name}});
  if (answer.signature != "v" || !answer.arguments[0].inside().is("u"))
    throwBusError(error::FAILED, "the desktop's backend gave a wrong answer");
  co_return answer.arguments[0].inside();
}

bool Pace::take() {
  auto now = m_timer.now();
  m_left = std::min(m_burst, m_left + m_perSecond * static_cast<double>((now - m_last) / kj::MICROSECONDS) / 1e6);
  m_last = now;
  if (m_left < 1) return false;
  m_left -= 1;
  return true;
}

}  // namespace latchkey::desktop
