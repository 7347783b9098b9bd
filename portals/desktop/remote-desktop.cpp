// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.RemoteDesktop: another machine's keyboard and pointer act on this desktop, and it may see the
// screen. Relayed, by a right of its own and, where sources were chosen too, that of the screen as well.
//
// Input passes only in a started session, only of devices that the person gave, and not faster than hands can.

#include "portals/desktop/portals.h"
#include "portals/desktop/relayed-sessions.h"

namespace latchkey::desktop {
namespace {

using Step = RelayedSession::Step;
constexpr char INTERFACE[] = "org.freedesktop.portal.RemoteDesktop";
constexpr char IMPL[] = "org.freedesktop.impl.portal.RemoteDesktop";
constexpr char RIGHT[] = "remote-desktop";
constexpr char SCREENCAST[] = "screencast";
enum Device : uint64_t { Keyboard = 1, Pointer = 2, Touchscreen = 4, AllDevices = 7 };
// A mouse reports a thousand times a second.
constexpr double EVENTS_A_SECOND = 2000, MOST_EVENTS = 4000;

void checkTypes(const Value& types) {
  if ((types.asNumber() & ~AllDevices) != 0) throwBusError(error::INVALID, "Unsupported device type");
}
void checkPersist(const Value& mode) {
  if (mode.asNumber() > 2) throwBusError(error::INVALID, "Invalid persist mode");
}
const std::vector<OptionRule> SELECT{{"types", "u", checkTypes}};
const std::vector<OptionRule> REMEMBERED{{"restore_token", "s"}, {"persist_mode", "u", checkPersist}};
const std::vector<OptionRule> AXIS{{"finish", "b"}};
const std::vector<OptionRule> NOTHING{};

// What may be sent: after the session and the options, the arguments.
struct Notice {
  const char* name;
  const char* arguments;
  Device device;
};
constexpr Notice NOTICES[] = {
    {"NotifyPointerMotion", "dd", Pointer},       {"NotifyPointerMotionAbsolute", "udd", Pointer},
    {"NotifyPointerButton", "iu", Pointer},       {"NotifyPointerAxis", "dd", Pointer},
    {"NotifyPointerAxisDiscrete", "ui", Pointer}, {"NotifyKeyboardKeycode", "iu", Keyboard},
    {"NotifyKeyboardKeysym", "iu", Keyboard},     {"NotifyTouchDown", "uudd", Touchscreen},
    {"NotifyTouchMotion", "uudd", Touchscreen},   {"NotifyTouchUp", "u", Touchscreen}};

class RemoteDesktop {
public:
  RemoteDesktop(RelayedSessions& sessions, PipeWire& pipewire, std::string backend)
      : m_sessions(sessions),
        m_pipewire(pipewire),
        m_backend(std::move(backend)),
        m_pace(sessions.frontend().timer(), MOST_EVENTS, EVENTS_A_SECOND) {
    m_sessions.watch(m_backend);
  }

  kj::Promise<Value::List> create(Call& call) {
    auto all = call.argument(0).asDictionary();
    return m_sessions.create(
        call, {.portal = INTERFACE, .backend = m_backend, .impl = IMPL, .options = all, .arguments = {asArgument({})}});
  }

  kj::Promise<Value::List> selectDevices(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    auto all = call.argument(1).asDictionary();
    filtered(all, REMEMBERED);
    auto options = filtered(all, SELECT);
    if (session->devicesChosen != Step::Not) throwBusError(error::BUS_FAILED, "Devices already selected");
    if (session->start != Step::Not) throwBusError(error::BUS_FAILED, "Can only select devices before starting");
    session->devicesChosen = Step::Going;
    KJ_ON_SCOPE_FAILURE(session->devicesChosen = Step::Not);
    return m_sessions.frontend().request(
        call, all, [this, session, options](const Request& request) { return selected(request, session, options); });
  }

  kj::Promise<Value::List> start(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    auto all = call.argument(2).asDictionary();
    if (session->start != Step::Not) throwBusError(error::BUS_FAILED, "Can only start once");
    if (session->sources == Step::Going || session->devicesChosen == Step::Going)
      throwBusError(error::BUS_FAILED, "Still selecting");
    auto parent = parentWindow(call.argument(1));
    session->start = Step::Going;
    KJ_ON_SCOPE_FAILURE(session->start = Step::Not);
    return m_sessions.frontend().request(
        call, all, [this, session, parent](const Request& request) { return started(request, session, parent); });
  }

  kj::Promise<Value::List> connect(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    if (session->start != Step::Done) throwBusError(error::BUS_FAILED, "Session not ready");
    if (session->overSocket) throwBusError(error::BUS_FAILED, "Session is already connected");
    session->overSocket = true;
    auto socket = co_await m_sessions.socket(
        session, IMPL, "ConnectToEIS", {m_sessions.handle(*session), m_sessions.frontend().app().id, asArgument({})});
    co_return Value::List{socket};
  }

  kj::Promise<Value::List> notify(Call& call, const Notice& notice) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    bool allowed = session->start == Step::Done && !session->overSocket && (session->devices & notice.device) != 0;
    if (!allowed) throwBusError(error::BUS_FAILED, "Session is not allowed to call Notify methods");
    if (!m_pace.take()) throwBusError(error::LIMIT, "too much input at once");
    auto arguments = call.message().arguments;
    bool axis = std::string_view(notice.name) == "NotifyPointerAxis";
    arguments[0] = m_sessions.handle(*session);
    arguments[1] = asArgument(filtered(call.argument(1).asDictionary(), axis ? AXIS : NOTHING));
    m_sessions.backends().bus().tell({.destination = session->backend,
                                      .path = DESKTOP_PATH,
                                      .interface = IMPL,
                                      .member = notice.name,
                                      .arguments = std::move(arguments)});
    return Value::List();
  }

  kj::Promise<Value> number(std::string name) {
    return backendNumber(m_sessions.backends(), m_backend, IMPL, std::move(name));
  }

private:
  kj::Promise<Response> selected(const Request& request, SessionRef session, Options options) {
    KJ_DEFER(if (session->devicesChosen != Step::Done) m_sessions.close(session));
    auto response =
        co_await m_sessions.ask(request, session, IMPL, "SelectDevices",
                                {m_sessions.handle(*session), m_sessions.frontend().app().id, asArgument(options)}, {});
    if (response.code == Response::Success) session->devicesChosen = Step::Done;
    co_return response;
  }

  kj::Promise<Response> started(const Request& request, SessionRef session, std::string parent) {
    KJ_DEFER(if (session->start != Step::Done) m_sessions.close(session));
    bool screens = session->sources == Step::Done;
    auto asking = askingFor(request, parent, {});
    if (!co_await m_sessions.permit(session, asking, RIGHT)) co_return Response{Response::Cancelled};
    if (screens && !co_await m_sessions.permit(session, asking, SCREENCAST)) co_return Response{Response::Cancelled};
    auto rules = STREAMS;
    rules.push_back({"devices", "u"});
    rules.push_back({"clipboard_enabled", "b"});
    auto response = co_await m_sessions.ask(
        request, session, IMPL, "Start",
        {m_sessions.handle(*session), m_sessions.frontend().app().id, parent, asArgument({})}, rules);
    if (response.code != Response::Success) co_return response;
    // No more than the backend gave, and nothing it gives unasked.
    if (!screens) response.results.erase("streams");
    session->nodes = co_await streamsOf(response.results, m_pipewire);
    if (!session->stands) co_return Response{Response::Other};
    if (auto devices = response.results.find("devices"); devices != response.results.end())
      session->devices = devices->second.asNumber() & AllDevices;
    session->clipboard = session->clipboardAsked && flagOf(response.results, "clipboard_enabled");
    if (response.results.contains("clipboard_enabled"))
      response.results["clipboard_enabled"] = Value(session->clipboard);
    session->start = Step::Done;
    m_sessions.use(session, RIGHT);
    if (screens) m_sessions.use(session, SCREENCAST);
    co_return response;
  }

  RelayedSessions& m_sessions;
  PipeWire& m_pipewire;
  std::string m_backend;
  Pace m_pace;
};

}  // namespace

void addRemoteDesktop(Frontend& frontend, RelayedSessions& sessions, PipeWire& pipewire) {
  auto backend = sessions.backends().find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<RemoteDesktop>(sessions, pipewire, *name));
    Interface interface{
        .name = INTERFACE,
        .version = 2,
        .methods = {{"CreateSession", "a{sv}", "o", [&portal](Call& call) { return portal.create(call); }},
                    {"SelectDevices", "oa{sv}", "o", [&portal](Call& call) { return portal.selectDevices(call); }},
                    {"Start", "osa{sv}", "o", [&portal](Call& call) { return portal.start(call); }},
                    {"ConnectToEIS", "oa{sv}", "h", [&portal](Call& call) { return portal.connect(call); }}},
        .properties = {{"AvailableDeviceTypes", "u", [&portal] { return portal.number("AvailableDeviceTypes"); }}}};
    for (auto& notice : NOTICES)
      interface.methods.push_back({notice.name, std::string("oa{sv}") + notice.arguments, "",
                                   [&portal, &notice](Call& call) { return portal.notify(call, notice); }});
    frontend.add(std::move(interface));
  }
}

}  // namespace latchkey::desktop
