// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Clipboard: what is copied goes between this desktop and the one that a RemoteDesktop session
// belongs to. Relayed. Asked for before the session starts; it is there if the person's desktop says so when it starts,
// and ends with the session.

#include "portals/desktop/portals.h"
#include "portals/desktop/relayed-sessions.h"

namespace latchkey::desktop {
namespace {

using Step = RelayedSession::Step;
constexpr char INTERFACE[] = "org.freedesktop.portal.Clipboard";
constexpr char REMOTE_DESKTOP[] = "org.freedesktop.portal.RemoteDesktop";
constexpr char IMPL[] = "org.freedesktop.impl.portal.Clipboard";
constexpr char RIGHT[] = "clipboard";
constexpr size_t LONGEST_TYPE = 4096;
constexpr size_t MOST_TYPES = 256;
// Transfers, not events.
constexpr double CALLS_A_SECOND = 50, MOST_CALLS = 200;

void checkTypes(const Value& types) {
  if (types.items().size() > MOST_TYPES) throwBusError(error::INVALID, "too many types");
  for (auto& one : types.items()) checkLength(one, LONGEST_TYPE);
}
const std::vector<OptionRule> SELECTION{{"mime_types", "as", checkTypes}};
const std::vector<OptionRule> OWNER{{"mime_types", "as"}, {"session_is_owner", "b"}};

class Clipboard {
public:
  Clipboard(RelayedSessions& sessions, std::string backend)
      : m_sessions(sessions),
        m_backend(std::move(backend)),
        m_pace(sessions.frontend().timer(), MOST_CALLS, CALLS_A_SECOND) {
    auto rule = "type='signal',sender='" + m_backend + "',interface='" + std::string(IMPL) + "'";
    m_signals = m_sessions.backends().bus().match(rule, [this](const Message& message) { told(message); });
  }

  // The person is asked by this; the answer comes with the session's start.
  kj::Promise<Value::List> request(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {REMOTE_DESKTOP});
    if (session->start != Step::Not || session->clipboardAsked || session->backend != m_backend)
      throwBusError(error::BUS_FAILED, "Invalid state");
    session->clipboardAsked = true;
    if (!co_await m_sessions.permit(session, {.request = {}, .parent = {}, .token = {}}, RIGHT)) {
      session->clipboardAsked = false;
      throwBusError(error::NOT_ALLOWED, "Clipboard not allowed");
    }
    if (session->start != Step::Not) {  // Started meanwhile: without.
      session->clipboardAsked = false;
      throwBusError(error::BUS_FAILED, "Invalid state");
    }
    co_await m_sessions.call(session, IMPL, "RequestClipboard", {m_sessions.handle(*session), asArgument({})});
    co_return Value::List();
  }

  kj::Promise<Value::List> setSelection(Call& call) {
    auto options = filtered(call.argument(1).asDictionary(), SELECTION);
    auto session = enabled(call);
    co_await m_sessions.call(session, IMPL, "SetSelection", {m_sessions.handle(*session), asArgument(options)});
    co_return Value::List();
  }

  kj::Promise<Value::List> write(Call& call) {
    auto session = enabled(call);
    auto answer =
        co_await m_sessions.call(session, IMPL, "SelectionWrite", {m_sessions.handle(*session), call.argument(1)});
    co_return descriptor(answer);
  }

  kj::Promise<Value::List> writeDone(Call& call) {
    auto session = enabled(call);
    co_await m_sessions.call(session, IMPL, "SelectionWriteDone",
                             {m_sessions.handle(*session), call.argument(1), call.argument(2)});
    co_return Value::List();
  }

  kj::Promise<Value::List> read(Call& call) {
    checkLength(call.argument(1), LONGEST_TYPE);
    auto session = enabled(call);
    auto answer =
        co_await m_sessions.call(session, IMPL, "SelectionRead", {m_sessions.handle(*session), call.argument(1)});
    co_return descriptor(answer);
  }

private:
  SessionRef enabled(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {REMOTE_DESKTOP});
    if (session->start != Step::Done) throwBusError(error::BUS_FAILED, "Invalid state");
    if (!session->clipboard) throwBusError(error::BUS_FAILED, "Clipboard not enabled");
    if (!m_pace.take()) throwBusError(error::LIMIT, "too much at once");
    return session;
  }

  static Value::List descriptor(const Message& answer) {
    if (answer.signature != "h") throwBusError(error::FAILED, "the desktop's backend gave a wrong answer");
    return answer.arguments;
  }

  void told(const Message& message) {
    bool owner = message.member == "SelectionOwnerChanged" && message.signature == "oa{sv}";
    bool transfer = message.member == "SelectionTransfer" && message.signature == "osu";
    if (!owner && !transfer) return;
    auto session = m_sessions.behind(message.arguments[0].asText(), REMOTE_DESKTOP);
    KJ_IF_MAYBE (held, session) {
      auto& one = **held;
      if (!one.clipboard || one.backend != m_backend) return;
      auto arguments = message.arguments;
      arguments[0] = Value::path(one.path);
      if (owner) arguments[1] = asArgument(known(arguments[1].asDictionary(), OWNER));
      m_sessions.frontend().signal(INTERFACE, message.member, arguments, one.sender);
    }
  }

  RelayedSessions& m_sessions;
  std::string m_backend;
  Pace m_pace;
  kj::Own<Bus::Match> m_signals;
};

}  // namespace

void addClipboard(Frontend& frontend, RelayedSessions& sessions) {
  auto backend = sessions.backends().find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<Clipboard>(sessions, *name));
    frontend.add(
        {.name = INTERFACE,
         .version = 1,
         .methods = {{"RequestClipboard", "oa{sv}", "", [&portal](Call& call) { return portal.request(call); }},
                     {"SetSelection", "oa{sv}", "", [&portal](Call& call) { return portal.setSelection(call); }},
                     {"SelectionWrite", "ou", "h", [&portal](Call& call) { return portal.write(call); }},
                     {"SelectionWriteDone", "oub", "", [&portal](Call& call) { return portal.writeDone(call); }},
                     {"SelectionRead", "os", "h", [&portal](Call& call) { return portal.read(call); }}},
         .signals = {{"SelectionOwnerChanged", "oa{sv}"}, {"SelectionTransfer", "osu"}}});
  }
}

}  // namespace latchkey::desktop
