// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Sessions that a backend of the desktop's serves: screens shown, input sent, input taken, keys heard.
//
// The app's session and the backend's are two, and each ends with the other: the app closes it or leaves, the backend
// closes it or is gone, the grant it stands on ends. Whatever was given for it (a PipeWire connection, a socket for
// input events) is held here and is dead when it ends, whether or not the backend does as it is told.
//
// An answer may come for a session that has ended meanwhile, or for another one of the same name: sessions are held by
// reference and know whether they stand.

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "portals/desktop/backends.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {

struct RelayedSession {
  enum class Step : uint8_t { Not, Going, Done };

  std::string path;
  std::string sender;
  std::string portal;   // The app's interface.
  std::string backend;  // Bus name.
  std::string impl;     // Its interface.
  bool stands = true;
  bool made = false;  // The backend knows it; before, no method takes it.

  Step sources = Step::Not;
  Step devicesChosen = Step::Not;
  Step start = Step::Not;
  uint64_t devices = 0;         // That it may move or press, once started.
  bool overSocket = false;      // Input goes through a socket of the backend's instead.
  bool clipboardAsked = false;  // And given, once started:
  bool clipboard = false;
  std::vector<uint32_t> nodes;  // PipeWire's.
  enum class Capture : uint8_t { Off, Enabled, Active };
  Capture capture = Capture::Off;

  // Dropped when it ends, last things first.
  std::vector<kj::Own<void>> held;
};
using SessionRef = std::shared_ptr<RelayedSession>;

class RelayedSessions final {
public:
  RelayedSessions(Frontend& frontend, Backends& backends) : m_frontend(frontend), m_backends(backends) {}
  KJ_DISALLOW_COPY_AND_MOVE(RelayedSessions);

  Frontend& frontend() { return m_frontend; }
  Backends& backends() { return m_backends; }

  // A backend whose sessions may end without us.
  void watch(const std::string& backend);

  // CreateSession: opens it and makes the request. `before` is asked first, where given; the session is gone unless all
  // goes well. What it answers is `results`, of what the backend did, and the session's path.
  struct Creation {
    std::string portal, backend, impl;
    Options options = {};        // Of the call, all of them.
    Value::List arguments = {};  // For the backend, after the app's id.
    std::vector<OptionRule> results = {};
    bool named = true;       // Whether the app's id is among them.
    std::string right = {};  // Asked for first.
    Asking asking = {};
  };
  Value::List create(Call& call, Creation creation);

  // The caller's session of one of these portals; throws the bus error otherwise.
  SessionRef of(const Call& call, const std::string& path, std::initializer_list<std::string_view> portals);
  // The one that a backend speaks of.
  kj::Maybe<SessionRef> behind(const std::string& handle, const std::string& portal);
  Value handle(const RelayedSession& session) const;
  void close(const SessionRef& session);

  // Whether it is granted and the session still stands; it ends with the grant.
  kj::Promise<bool> permit(SessionRef session, Asking asking, std::string right);

  // Calls the backend: (request, `arguments`...) -> (code, results). Dropping it closes what is shown.
  kj::Promise<Response> ask(const Request& request, SessionRef session, std::string interface, std::string method,
                            Value::List arguments, std::vector<OptionRule> results);
  // Without a request.
  kj::Promise<Message> call(SessionRef session, std::string interface, std::string method, Value::List arguments);
  // A socket that the backend gives, of which a copy is kept: it is shut down when the session ends.
  kj::Promise<Value> socket(SessionRef session, std::string interface, std::string method, Value::List arguments);
  // In use from now on, until the session ends.
  void use(const SessionRef& session, const std::string& right);

private:
  kj::Promise<Response> created(const Request& request, SessionRef session, Creation creation);
  void ended(const SessionRef& session);
  void backendGone(const std::string& backend);

  Frontend& m_frontend;
  Backends& m_backends;
  std::map<std::string, SessionRef> m_sessions;
  std::map<std::string, std::string> m_grants;  // Session's path and right, to the grant.
  std::map<std::string, std::vector<kj::Own<Bus::Match>>> m_watched;
};

// So many at once, so many a second after that.
class Pace final {
public:
  Pace(kj::Timer& timer, double burst, double perSecond)
      : m_timer(timer), m_burst(burst), m_perSecond(perSecond), m_left(burst), m_last(timer.now()) {}
  bool take();

private:
  kj::Timer& m_timer;
  double m_burst, m_perSecond, m_left;
  kj::TimePoint m_last;
};

// A number that a backend says of itself. Fails if it says none.
kj::Promise<Value> backendNumber(Backends& backends, std::string backend, std::string interface, std::string name);

namespace error {
constexpr char BUS_FAILED[] = "org.freedesktop.DBus.Error.Failed";
}  // namespace error

}  // namespace latchkey::desktop
