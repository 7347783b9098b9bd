// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.ScreenCast: moving pictures of a screen or a window. Relayed: which of them is the desktop's
// own question, after ours whether at all. Nothing is remembered: what an app gives or gets for coming back later is
// dropped both ways.
//
// The PipeWire connection is ours (pipewire.h) and ends with the session.

#include <algorithm>
#include <bit>

#include "broker/base/log.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relayed-sessions.h"

namespace latchkey::desktop {
namespace {

using Step = RelayedSession::Step;
constexpr char INTERFACE[] = "org.freedesktop.portal.ScreenCast";
constexpr char REMOTE_DESKTOP[] = "org.freedesktop.portal.RemoteDesktop";
constexpr char IMPL[] = "org.freedesktop.impl.portal.ScreenCast";
constexpr char RIGHT[] = "screencast";
constexpr uint64_t SOURCES = 1 | 2 | 4;
constexpr size_t MOST_HELD = 16;

void checkTypes(const Value& types) {
  if ((types.asNumber() & ~SOURCES) != 0) throwBusError(error::INVALID, "Unsupported source type");
}
void checkCursor(const Value& mode) {
  if (std::popcount(mode.asNumber()) != 1) throwBusError(error::INVALID, "Invalid cursor mode");
}
void checkPersist(const Value& mode) {
  if (mode.asNumber() > 2) throwBusError(error::INVALID, "Invalid persist mode");
}

constexpr char SERIAL[] = "pipewire-serial";

// Those that the backend did not name itself.
kj::Promise<std::map<uint32_t, uint64_t>> serialsFor(const std::vector<Options>& told, std::vector<uint32_t> nodes,
                                                     PipeWire& pipewire) {
  if (std::ranges::all_of(told, [](auto& stream) { return stream.contains(SERIAL); }))
    co_return std::map<uint32_t, uint64_t>();
  try {
    co_return co_await pipewire.serials(std::move(nodes));
  } catch (const kj::Exception& exception) {
    logInfo("streams without serial numbers: " + reason(exception));
  }
  co_return std::map<uint32_t, uint64_t>();
}

const std::vector<OptionRule> SELECT{{"types", "u", checkTypes}, {"multiple", "b"}, {"cursor_mode", "u", checkCursor}};
// Looked at, so that a wrong one is told, and never passed on.
const std::vector<OptionRule> REMEMBERED{{"restore_token", "s"}, {"persist_mode", "u", checkPersist}};

class ScreenCast {
public:
  ScreenCast(RelayedSessions& sessions, PipeWire& pipewire, std::string backend)
      : m_sessions(sessions), m_pipewire(pipewire), m_backend(std::move(backend)) {
    m_sessions.watch(m_backend);
  }

  kj::Promise<Value::List> create(Call& call) {
    auto all = call.argument(0).asDictionary();
    return m_sessions.create(
        call, {.portal = INTERFACE, .backend = m_backend, .impl = IMPL, .options = all, .arguments = {asArgument({})}});
  }

  kj::Promise<Value::List> selectSources(Call& call) {
    auto path = call.argument(0).asText();
    m_sessions.of(call, path, {INTERFACE, REMOTE_DESKTOP});
    auto all = call.argument(1).asDictionary();
    filtered(all, REMEMBERED);
    auto options = filtered(all, SELECT);
    if (options.contains("cursor_mode")) {
      auto modes = co_await number("AvailableCursorModes");
      if ((modes.asNumber() & options["cursor_mode"].asNumber()) == 0)
        throwBusError(error::INVALID, "Unavailable cursor mode");
    }
    auto session = m_sessions.of(call, path, {INTERFACE, REMOTE_DESKTOP});
    if (session->sources != Step::Not) throwBusError(error::BUS_FAILED, "Sources already selected");
    if (session->start != Step::Not) throwBusError(error::BUS_FAILED, "Can only select sources before starting");
    session->sources = Step::Going;
    KJ_ON_SCOPE_FAILURE(session->sources = Step::Not);
    co_return m_sessions.frontend().request(
        call, all, [this, session, options](const Request& request) { return selected(request, session, options); });
  }

  kj::Promise<Value::List> start(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    auto all = call.argument(2).asDictionary();
    if (session->start != Step::Not) throwBusError(error::BUS_FAILED, "Can only start once");
    if (session->sources != Step::Done) throwBusError(error::BUS_FAILED, "Sources not selected");
    auto parent = parentWindow(call.argument(1));
    session->start = Step::Going;
    KJ_ON_SCOPE_FAILURE(session->start = Step::Not);
    return m_sessions.frontend().request(
        call, all, [this, session, parent](const Request& request) { return started(request, session, parent); });
  }

  kj::Promise<Value::List> openRemote(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE, REMOTE_DESKTOP});
    if (session->start != Step::Done || session->nodes.empty())
      throwBusError(error::BUS_FAILED, "No streams available");
    if (session->held.size() >= MOST_HELD) throwBusError(error::LIMIT, "too many connections");
    auto opened = co_await m_pipewire.open(m_sessions.frontend().app().id, session->nodes);
    if (!session->stands) throwBusError(error::ACCESS, "Invalid session");
    session->held.push_back(kj::mv(opened.remote));
    co_return Value::List{Value::descriptor(kj::mv(opened.fd))};
  }

  kj::Promise<Value> number(std::string name) {
    return backendNumber(m_sessions.backends(), m_backend, IMPL, std::move(name));
  }

private:
  kj::Promise<Response> selected(const Request& request, SessionRef session, Options options) {
    KJ_DEFER(if (session->sources != Step::Done) m_sessions.close(session));
    auto response =
        co_await m_sessions.ask(request, session, IMPL, "SelectSources",
                                {m_sessions.handle(*session), m_sessions.frontend().app().id, asArgument(options)}, {});
    if (response.code == Response::Success) session->sources = Step::Done;
    co_return response;
  }

  kj::Promise<Response> started(const Request& request, SessionRef session, std::string parent) {
    KJ_DEFER(if (session->start != Step::Done) m_sessions.close(session));
    if (!co_await m_sessions.permit(session, askingFor(request, parent, {}), RIGHT))
      co_return Response{Response::Cancelled};
    auto response = co_await m_sessions.ask(
        request, session, IMPL, "Start",
        {m_sessions.handle(*session), m_sessions.frontend().app().id, parent, asArgument({})}, STREAMS);
    if (response.code != Response::Success) co_return response;
    session->nodes = co_await streamsOf(response.results, m_pipewire);
    if (!session->stands) co_return Response{Response::Other};
    session->start = Step::Done;
    m_sessions.use(session, RIGHT);
    co_return response;
  }

  RelayedSessions& m_sessions;
  PipeWire& m_pipewire;
  std::string m_backend;
};

}  // namespace

const std::vector<OptionRule> STREAMS{{"streams", "a(ua{sv})"}};

kj::Promise<std::vector<uint32_t>> streamsOf(Options& results, PipeWire& pipewire) {
  static const std::vector<OptionRule> KNOWN{{"id", "s"},          {"position", "(ii)"}, {"size", "(ii)"},
                                             {"source_type", "u"}, {"mapping_id", "s"},  {SERIAL, "t"}};
  std::vector<uint32_t> nodes;
  std::vector<Options> told;
  auto found = results.find("streams");
  if (found == results.end()) co_return nodes;
  for (auto& stream : found->second.items()) {
    nodes.push_back(static_cast<uint32_t>(stream.items()[0].asNumber()));
    told.push_back(known(stream.items()[1].asDictionary(), KNOWN));
  }
  auto serials = co_await serialsFor(told, nodes, pipewire);
  Value::List streams;
  for (size_t i = 0; i < nodes.size(); ++i) {
    auto serial = serials.find(nodes[i]);
    if (serial != serials.end()) told[i].emplace(SERIAL, Value::ofNumber('t', serial->second));
    streams.push_back(Value::tuple({Value(nodes[i]), asArgument(told[i])}));
  }
  results["streams"] = Value::array("(ua{sv})", std::move(streams));
  co_return nodes;
}

void addScreenCast(Frontend& frontend, RelayedSessions& sessions, PipeWire& pipewire) {
  auto backend = sessions.backends().find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<ScreenCast>(sessions, pipewire, *name));
    auto number = [&portal](const char* name) {
      return Property{name, "u", [&portal, name] { return portal.number(name); }};
    };
    frontend.add(
        {.name = INTERFACE,
         .version = 6,
         .methods = {{"CreateSession", "a{sv}", "o", [&portal](Call& call) { return portal.create(call); }},
                     {"SelectSources", "oa{sv}", "o", [&portal](Call& call) { return portal.selectSources(call); }},
                     {"Start", "osa{sv}", "o", [&portal](Call& call) { return portal.start(call); }},
                     {"OpenPipeWireRemote", "oa{sv}", "h", [&portal](Call& call) { return portal.openRemote(call); }}},
         .properties = {number("AvailableSourceTypes"), number("AvailableCursorModes")}});
  }
}

}  // namespace latchkey::desktop
