// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.InputCapture: when the pointer leaves by an edge, what is typed and moved goes to the app (one
// keyboard for several machines). Relayed, after our question: while it is active the app gets all input, passwords
// too.

#include "portals/desktop/portals.h"
#include "portals/desktop/relayed-sessions.h"

namespace latchkey::desktop {
namespace {

using Capture = RelayedSession::Capture;
constexpr char INTERFACE[] = "org.freedesktop.portal.InputCapture";
constexpr char IMPL[] = "org.freedesktop.impl.portal.InputCapture";
constexpr char RIGHT[] = "input-capture";
constexpr uint64_t CAPABILITIES = 1 | 2 | 4 | 8;
constexpr size_t MOST_BARRIERS = 256;

void checkCapabilities(const Value& capabilities) {
  if ((capabilities.asNumber() & ~CAPABILITIES) != 0) throwBusError(error::INVALID, "Unsupported capability");
}
const std::vector<OptionRule> CREATE{{"capabilities", "u", checkCapabilities}};
const std::vector<OptionRule> RELEASE{{"activation_id", "u"}, {"cursor_position", "(dd)"}};
const std::vector<OptionRule> BARRIER{{"barrier_id", "u"}, {"position", "(iiii)"}};
// Some backends give signed sizes, and apps take them.
const std::vector<OptionRule> ZONES{{"zones", "a(uuii)"}, {"zones", "a(iiii)"}, {"zone_set", "u"}};
const std::vector<OptionRule> FAILED{{"failed_barriers", "au"}};
const std::vector<OptionRule> NOTHING{};
const std::vector<OptionRule> TOLD{
    {"activation_id", "u"}, {"cursor_position", "(dd)"}, {"barrier_id", "u"}, {"zone_set", "u"}};

class InputCapture {
public:
  InputCapture(RelayedSessions& sessions, std::string backend) : m_sessions(sessions), m_backend(std::move(backend)) {
    m_sessions.watch(m_backend);
    auto rule = "type='signal',sender='" + m_backend + "',interface='" + std::string(IMPL) + "'";
    m_signals = m_sessions.backends().bus().match(rule, [this](const Message& message) { told(message); });
  }

  kj::Promise<Value::List> create(Call& call) {
    auto all = call.argument(1).asDictionary();
    auto options = filtered(all, CREATE);
    auto parent = parentWindow(call.argument(0));
    return m_sessions.create(call, {.portal = INTERFACE,
                                    .backend = m_backend,
                                    .impl = IMPL,
                                    .options = all,
                                    .arguments = {parent, asArgument(options)},
                                    .results = {{"capabilities", "u"}},
                                    .right = RIGHT,
                                    .asking = {.request = {}, .parent = parent, .token = {}}});
  }

  kj::Promise<Value::List> zones(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    Value::List arguments{m_sessions.handle(*session), m_sessions.frontend().app().id, asArgument({})};
    return ask(call, session, call.argument(1), "GetZones", arguments, ZONES);
  }

  kj::Promise<Value::List> setBarriers(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    auto& wanted = call.argument(2).items();
    if (wanted.size() > MOST_BARRIERS) throwBusError(error::INVALID, "too many barriers");
    Value::List barriers;
    for (auto& one : wanted) barriers.push_back(asArgument(filtered(one.asDictionary(), BARRIER)));
    Value::List arguments{m_sessions.handle(*session), m_sessions.frontend().app().id, asArgument({}),
                          Value::array("a{sv}", std::move(barriers)), call.argument(3)};
    return ask(call, session, call.argument(1), "SetPointerBarriers", arguments, FAILED);
  }

  kj::Promise<Value::List> enable(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    if (session->capture != Capture::Off) throwBusError(error::BUS_FAILED, "Already enabled");
    session->capture = Capture::Enabled;
    if (!m_inUse.contains(session->path)) m_sessions.use(session, RIGHT);
    m_inUse.insert(session->path);
    return tell(call, session, NOTHING);
  }

  kj::Promise<Value::List> disable(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    session->capture = Capture::Off;
    return tell(call, session, NOTHING);
  }

  kj::Promise<Value::List> release(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    if (session->capture == Capture::Active) session->capture = Capture::Enabled;
    return tell(call, session, RELEASE);
  }

  kj::Promise<Value::List> connect(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    if (session->overSocket) throwBusError(error::BUS_FAILED, "Session is already connected");
    session->overSocket = true;
    auto socket = co_await m_sessions.socket(
        session, IMPL, "ConnectToEIS", {m_sessions.handle(*session), m_sessions.frontend().app().id, asArgument({})});
    co_return Value::List{socket};
  }

  kj::Promise<Value> number(std::string name) {
    return backendNumber(m_sessions.backends(), m_backend, IMPL, std::move(name));
  }

private:
  kj::Promise<Value::List> ask(Call& call, SessionRef session, const Value& options, std::string method,
                               Value::List arguments, const std::vector<OptionRule>& results) {
    auto answered = [this, session, method, arguments, &results](const Request& request) {
      return m_sessions.ask(request, session, IMPL, method, arguments, results);
    };
    return m_sessions.frontend().request(call, options.asDictionary(), answered);
  }

  // What these answer is of no interest to anybody.
  kj::Promise<Value::List> tell(Call& call, SessionRef session, const std::vector<OptionRule>& rules) {
    auto options = filtered(call.argument(1).asDictionary(), rules);
    m_sessions.backends().bus().tell(
        {.destination = session->backend,
         .path = DESKTOP_PATH,
         .interface = IMPL,
         .member = call.message().member,
         .arguments = {m_sessions.handle(*session), m_sessions.frontend().app().id, asArgument(options)}});
    return Value::List();
  }

  // Only what fits: nothing of a session that the app has switched off or released.
  static bool follows(RelayedSession& session, const std::string& member) {
    if (member == "ZonesChanged") return true;
    if (member == "Activated" && session.capture == Capture::Enabled) {
      session.capture = Capture::Active;
      return true;
    }
    if (member == "Deactivated" && session.capture == Capture::Active) {
      session.capture = Capture::Enabled;
      return true;
    }
    if (member != "Disabled" || session.capture == Capture::Off) return false;
    session.capture = Capture::Off;
    return true;
  }

  void told(const Message& message) {
    if (message.signature != "oa{sv}") return;
    auto session = m_sessions.behind(message.arguments[0].asText(), INTERFACE);
    KJ_IF_MAYBE (held, session) {
      auto& one = **held;
      if (one.backend != m_backend || !follows(one, message.member)) return;
      m_sessions.frontend().signal(
          INTERFACE, message.member,
          {Value::path(one.path), asArgument(known(message.arguments[1].asDictionary(), TOLD))}, one.sender);
    }
  }

  RelayedSessions& m_sessions;
  std::string m_backend;
  std::set<std::string> m_inUse;
  kj::Own<Bus::Match> m_signals;
};

}  // namespace

void addInputCapture(Frontend& frontend, RelayedSessions& sessions) {
  auto backend = sessions.backends().find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<InputCapture>(sessions, *name));
    frontend.add(
        {.name = INTERFACE,
         .version = 1,
         .methods = {{"CreateSession", "sa{sv}", "o", [&portal](Call& call) { return portal.create(call); }},
                     {"GetZones", "oa{sv}", "o", [&portal](Call& call) { return portal.zones(call); }},
                     {"SetPointerBarriers", "oa{sv}aa{sv}u", "o",
                      [&portal](Call& call) { return portal.setBarriers(call); }},
                     {"Enable", "oa{sv}", "", [&portal](Call& call) { return portal.enable(call); }},
                     {"Disable", "oa{sv}", "", [&portal](Call& call) { return portal.disable(call); }},
                     {"Release", "oa{sv}", "", [&portal](Call& call) { return portal.release(call); }},
                     {"ConnectToEIS", "oa{sv}", "h", [&portal](Call& call) { return portal.connect(call); }}},
         .properties = {{"SupportedCapabilities", "u", [&portal] { return portal.number("SupportedCapabilities"); }}},
         .signals = {
             {"Disabled", "oa{sv}"}, {"Activated", "oa{sv}"}, {"Deactivated", "oa{sv}"}, {"ZonesChanged", "oa{sv}"}}});
  }
}

}  // namespace latchkey::desktop
