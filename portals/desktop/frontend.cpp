// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/frontend.h"

#include <kj/debug.h>
#include <sys/random.h>

#include <algorithm>

#include "broker/base/log.h"
#include "broker/base/text.h"

namespace latchkey::desktop {
namespace {

// A program that asks more than this at once is not waiting for answers.
constexpr unsigned MOST_CALLS = 256;
constexpr size_t MOST_REQUESTS = 64;
constexpr size_t MOST_SESSIONS = 32;
constexpr size_t MOST_ENDINGS = 1024;
constexpr size_t LONGEST_TOKEN = 128;

constexpr char REQUEST[] = "org.freedesktop.portal.Request";
constexpr char SESSION[] = "org.freedesktop.portal.Session";
constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";
constexpr char PORTAL[] = "org.freedesktop.portal.";

// 128 bits nobody can guess.
std::string freshToken() {
  uint64_t random[2];
  KJ_SYSCALL(getrandom(random, sizeof random, 0));
  return "t" + std::to_string(random[0]) + "_" + std::to_string(random[1]);
}

bool isToken(const std::string& token) {
  return !token.empty() && token.size() <= LONGEST_TOKEN && std::ranges::all_of(token, [](unsigned char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// The types that follow one another in a signature.
std::vector<std::string> split(const std::string& signature) {
  std::vector<std::string> types;
  std::string current;
  int depth = 0;
  for (char c : signature) {
    current += c;
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (depth > 0 || c == 'a') continue;
    types.push_back(current);
    current.clear();
  }
  return types;
}

std::string argumentsXml(const std::string& signature, const char* direction) {
  std::string xml;
  for (auto& type : split(signature)) {
    xml += "<arg type=\"" + type + "\"";
    if (*direction != '\0') xml += std::string(" direction=\"") + direction + "\"";
    xml += "/>";
  }
  return xml;
}

std::string interfaceXml(const Interface& interface) {
  auto xml = "<interface name=\"" + interface.name + "\">";
  for (auto& method : interface.methods)
    xml += "<method name=\"" + method.name + "\">" + argumentsXml(method.in, "in") + argumentsXml(method.out, "out") +
           "</method>";
  for (auto& one : interface.signals)
    xml += "<signal name=\"" + one.name + "\">" + argumentsXml(one.signature, "") + "</signal>";
  if (interface.version > 0) xml += "<property name=\"version\" type=\"u\" access=\"read\"/>";
  for (auto& property : interface.properties)
    xml += "<property name=\"" + property.name + "\" type=\"" + property.signature + "\" access=\"read\"/>";
  return xml + "</interface>";
}

bool isBelow(const std::string& path, const std::string& above) {
  return path.size() > above.size() && path.starts_with(above) && (above == "/" || path[above.size()] == '/');
}

}  // namespace

Options filtered(const Options& options, const std::vector<OptionRule>& rules) {
  Options kept;
  for (auto& rule : rules) {
    auto found = options.find(rule.key);
    if (found == options.end()) continue;
    if (!found->second.is(rule.signature)) {
      throwBusError(error::INVALID, "expected type '" + rule.signature + "' for option '" + rule.key + "', got '" +
                                        found->second.signature() + "'");
    }
    if (rule.check) rule.check(found->second);
    kept.insert(*found);
  }
  return kept;
}

Value asArgument(const Options& options) { return Value::dictionary(options); }

std::string textOf(const Options& options, const std::string& key) {
  auto found = options.find(key);
  return found == options.end() ? "" : found->second.asText();
}

bool flagOf(const Options& options, const std::string& key, bool otherwise) {
  auto found = options.find(key);
  return found == options.end() ? otherwise : found->second.asFlag();
}

// A request while it is worked on. Dropping it drops the work.
struct Frontend::Running {
  Request request;
  Work work;
  For whom = For::Caller;
  Options otherwise = {};
  kj::Promise<void> task = nullptr;
  std::shared_ptr<void> held = {};
};

Frontend::Frontend(Bus& bus, kj::Timer& timer, App app, Desk& desk)
    : m_bus(bus), m_timer(timer), m_app(std::move(app)), m_desk(desk), m_tasks(*this) {
  m_bus.serve([this](kj::Own<Call> call) { handle(kj::mv(call)); });
}

Frontend::~Frontend() noexcept(false) {
  m_bus.serve({});
  m_requests.clear();
  while (!m_sessions.empty()) {
    auto session = kj::mv(m_sessions.begin()->second);
    m_sessions.erase(m_sessions.begin());
    if (session->ended) session->ended();
  }
}

void Frontend::add(Interface interface) {
  if (interface.name.starts_with(PORTAL) && m_app.absent.contains(interface.name.substr(strlen(PORTAL)))) return;
  m_interfaces.push_back(std::make_unique<Interface>(std::move(interface)));
}

kj::Promise<void> Frontend::start() {
  m_guests = m_bus.match(
      "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged'",
      [this](const Message& message) {
        if (message.arguments.size() != 3 || !message.arguments[2].asText().empty()) return;
        guestLeft(message.arguments[0].asText());
      });
  for (auto& name : m_names) {
    if (!co_await m_bus.own(name)) logInfo("an app has taken a portal's name on its own bus: " + m_app.holder);
  }
}

// --- calls

const Interface* Frontend::find(const std::string& path, const std::string& name) const {
  for (auto& interface : m_interfaces) {
    if (interface->path == path && interface->name == name) return interface.get();
  }
  return nullptr;
}

void Frontend::handle(kj::Own<Call> call) {
  auto& message = call->message();
  for (auto& [path, handler] : m_handlers) {
    if (message.path.starts_with(path)) return handler(kj::mv(call));
  }
  if (message.interface == PROPERTIES) return handleProperties(kj::mv(call));
  if (handleStandard(*call)) return;
  if (m_requests.contains(message.path) || m_sessions.contains(message.path)) return handleObject(*call);
  for (auto& interface : m_interfaces) {
    if (interface->path != message.path) continue;
    if (!message.interface.empty() && interface->name != message.interface) continue;
    auto method = std::ranges::find(interface->methods, message.member, &Method::name);
    if (method == interface->methods.end()) continue;
    if (message.signature != method->in) return call->fail(error::ARGUMENTS, "expected arguments of " + method->in);
    if (m_calls >= MOST_CALLS) return call->fail(error::LIMIT, "too many calls at once");
    m_tasks.add(answer(kj::mv(call), *method));
    return;
  }
  call->fail(error::UNKNOWN_METHOD, "there is no such method here");
}

kj::Promise<void> Frontend::answer(kj::Own<Call> call, const Method& method) {
  ++m_calls;
  KJ_DEFER(--m_calls);
  // What goes wrong is the caller's to hear; the edge of a connection.
  try {
    call->reply(co_await method.run(*call));
  } catch (const kj::Exception& exception) {
    auto name = busErrorName(exception);
    if (name.empty()) logWarning(method.name + ": " + reason(exception));
    call->fail(name.empty() ? error::FAILED : name.c_str(), name.empty() ? "it failed" : busErrorText(exception));
  }
}

bool Frontend::handleStandard(Call& call) {
  auto& message = call.message();
  if (message.interface == "org.freedesktop.DBus.Introspectable" && message.member == "Introspect") {
    call.reply({introspection(message.path)});
    return true;
  }
  if (message.interface != "org.freedesktop.DBus.Peer") return false;
  if (message.member == "Ping") {
    call.reply({});
  } else {
    call.fail(error::UNKNOWN_METHOD, "there is no such method here");
  }
  return true;
}

void Frontend::handleProperties(kj::Own<Call> call) {
  auto& message = call->message();
  bool all = message.member == "GetAll" && message.signature == "s";
  bool one = message.member == "Get" && message.signature == "ss";
  if (!all && !one) return call->fail("org.freedesktop.DBus.Error.PropertyReadOnly", "nothing can be set here");
  auto interface = find(message.path, message.arguments[0].asText());
  if (interface == nullptr)
    return call->fail("org.freedesktop.DBus.Error.UnknownInterface", "there is no such interface here");
  if (m_calls >= MOST_CALLS) return call->fail(error::LIMIT, "too many calls at once");
  auto name = one ? message.arguments[1].asText() : std::string();
  m_tasks.add(readProperties(kj::mv(call), *interface, name));
}

// All of them where no name is given.
kj::Promise<void> Frontend::readProperties(kj::Own<Call> call, const Interface& interface, std::string name) {
  ++m_calls;
  KJ_DEFER(--m_calls);
  Options values;
  if (interface.version > 0 && (name.empty() || name == "version")) values["version"] = Value(interface.version);
  for (auto& property : interface.properties) {
    if (!name.empty() && property.name != name) continue;
    try {
      values[property.name] = co_await property.read();
    } catch (const kj::Exception& exception) {
      logInfo(interface.name + "." + property.name + ": " + reason(exception));
    }
  }
  if (name.empty()) {
    call->reply({asArgument(values)});
  } else if (values.contains(name)) {
    call->reply({Value::variant(values[name])});
  } else {
    call->fail("org.freedesktop.DBus.Error.UnknownProperty", "there is no such property here");
  }
}

// Of a request or a session, by who made it alone.
void Frontend::handleObject(Call& call) {
  auto& message = call.message();
  auto request = m_requests.find(message.path);
  auto session = m_sessions.find(message.path);
  auto interface = request != m_requests.end() ? REQUEST : SESSION;
  auto& owner = request != m_requests.end() ? request->second->request.sender() : session->second->sender();
  if (owner != message.sender) return call.fail(error::ACCESS, "it is somebody else's");
  if ((message.interface != interface && !message.interface.empty()) || message.member != "Close")
    return call.fail(error::UNKNOWN_METHOD, "there is no such method here");
  call.reply({});
  if (request != m_requests.end()) {
    m_requests.erase(request);
  } else {
    auto closed = kj::mv(session->second);
    m_sessions.erase(session);
    if (closed->ended) closed->ended();
  }
}

std::string Frontend::introspection(const std::string& path) const {
  std::string xml =
      "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\"\n"
      " \"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n<node>";
  std::set<std::string> children;
  for (auto& interface : m_interfaces) {
    if (interface->path == path) xml += interfaceXml(*interface);
    if (!isBelow(interface->path, path)) continue;
    auto start = path == "/" ? 1 : path.size() + 1;
    children.insert(interface->path.substr(start, interface->path.find('/', start) - start));
  }
  if (m_requests.contains(path))
    xml += std::string("<interface name=\"") + REQUEST +
           "\"><method name=\"Close\"/><signal name=\"Response\"><arg type=\"u\"/><arg "
           "type=\"a{sv}\"/></signal></interface>";
  if (m_sessions.contains(path))
    xml += std::string("<interface name=\"") + SESSION +
           "\"><method name=\"Close\"/><signal name=\"Closed\"><arg type=\"a{sv}\"/></signal></interface>";
  for (auto& child : children) xml += "<node name=\"" + child + "\"/>";
  return xml + "</node>\n";
}

// --- requests and sessions

std::string Frontend::objectPath(const char* kind, const Call& call, const std::string& token) const {
  auto sender = call.message().sender.substr(1);
  std::ranges::replace(sender, '.', '_');
  return std::string(DESKTOP_PATH) + "/" + kind + "/" + sender + "/" + token;
}

Value::List Frontend::request(Call& call, const Options& options, Work work, For whom, Options otherwise) {
  if (m_requests.size() >= MOST_REQUESTS) throwBusError(error::LIMIT, "too many requests wait");
  auto token = textOf(options, "handle_token");
  if (token.empty()) token = freshToken();
  if (!isToken(token)) throwBusError(error::INVALID, "handle_token is not a token");
  auto path = objectPath("request", call, token);
  if (m_requests.contains(path)) path = objectPath("request", call, token + "_" + freshToken());
  auto running =
      kj::heap<Running>(Running{Request(path, call.message().sender), std::move(work), whom, std::move(otherwise)});
  auto& placed = *m_requests.emplace(path, kj::mv(running)).first->second;
  placed.task = run(path).eagerlyEvaluate([this](kj::Exception&& exception) { taskFailed(kj::mv(exception)); });
  return {Value::path(path)};
}

kj::Promise<void> Frontend::run(std::string path) {
  co_await kj::evalLater([] {});  // The app hears of the path before it hears the answer.
  auto& running = *m_requests.at(path);
  Response response;
  try {
    auto late = m_timer.afterDelay(REQUEST_LIMIT).then([] { return Response{Response::Cancelled}; });
    response = co_await running.work(running.request).exclusiveJoin(kj::mv(late));
  } catch (const kj::Exception& exception) {
    auto name = busErrorName(exception);
    if (name.empty()) logWarning("a request failed: " + reason(exception));
    response = {name == error::NO_REPLY ? Response::Cancelled : Response::Other};
  }
  for (auto& [key, value] : running.otherwise) response.results.try_emplace(key, value);
  m_bus.signal(path, REQUEST, "Response", {Value(uint32_t{response.code}), asArgument(response.results)},
               running.request.sender());
  running.held = std::move(response.held);
  if (running.held) co_return;
  // Dropping it drops this very promise, so it happens from outside of it.
  m_tasks.add(kj::evalLater([this, path] { m_requests.erase(path); }));
}

Session& Frontend::openSession(Call& call, const Options& options, const std::string& interface) {
  if (m_sessions.size() >= MOST_SESSIONS) throwBusError(error::LIMIT, "too many sessions");
  auto token = textOf(options, "session_handle_token");
  if (!options.contains("session_handle_token")) throwBusError(error::INVALID, "Missing token");
  if (!isToken(token)) throwBusError(error::INVALID, "Invalid token '" + escaped(token) + "'");
  auto path = objectPath("session", call, token);
  if (m_sessions.contains(path)) throwBusError(error::EXISTS, "there is such a session already");
  auto session = kj::heap<Session>(path, call.message().sender, interface);
  return *m_sessions.emplace(path, kj::mv(session)).first->second;
}

kj::Maybe<Session&> Frontend::findSession(const std::string& path) {
  auto found = m_sessions.find(path);
  if (found == m_sessions.end()) return nullptr;
  return *found->second;
}

// Not being there and being somebody else's look the same.
Session& Frontend::sessionOf(const Call& call, const std::string& path, const std::string& interface) {
  auto found = m_sessions.find(path);
  if (found == m_sessions.end() || found->second->sender() != call.message().sender ||
      found->second->interface() != interface)
    throwBusError(error::ACCESS, "Invalid session");
  return *found->second;
}

void Frontend::closeSession(const std::string& path) {
  auto found = m_sessions.find(path);
  if (found == m_sessions.end()) return;
  auto session = kj::mv(found->second);
  m_sessions.erase(found);
  m_bus.signal(path, SESSION, "Closed", {asArgument({})}, session->sender());
  if (session->ended) session->ended();
}

void Frontend::guestLeft(const std::string& sender) {
  std::erase_if(m_requests, [&](auto& entry) {
    auto& running = *entry.second;
    return running.request.sender() == sender && running.whom == For::Caller;
  });
  std::vector<std::string> ended;
  for (auto& [path, session] : m_sessions) {
    if (session->sender() == sender) ended.push_back(path);
  }
  for (auto& path : ended) closeSession(path);
  happened(sender);
}

kj::Promise<void> Frontend::whenGone(const std::string& guest) { return when(guest); }

kj::Promise<void> Frontend::whenGrantEnds(const std::string& grant, uint64_t since) {
  if (grant.empty()) return kj::NEVER_DONE;
  if (endedSince(since, grant)) return kj::READY_NOW;
  return when("grant " + grant);
}

kj::Promise<void> Frontend::when(std::string what) {
  std::erase_if(m_waiting, [](auto& one) { return !one.fulfiller->isWaiting(); });
  auto pair = kj::newPromiseAndFulfiller<void>();
  m_waiting.push_back({std::move(what), kj::mv(pair.fulfiller)});
  return kj::mv(pair.promise);
}

void Frontend::happened(const std::string& what) {
  std::vector<Waiting> due;
  for (auto& one : m_waiting) {
    if (one.what == what) due.push_back(kj::mv(one));
  }
  std::erase_if(m_waiting, [](auto& one) { return one.fulfiller.get() == nullptr; });
  for (auto& one : due) one.fulfiller->fulfill();
}

void Frontend::grantEnded(const std::string& grant) {
  m_endings.push_back(grant);
  if (m_endings.size() > MOST_ENDINGS) {
    m_endings.pop_front();
    ++m_forgotten;
  }
  std::vector<std::string> ended;
  for (auto& [path, session] : m_sessions) {
    if (session->grants.contains(grant)) ended.push_back(path);
  }
  for (auto& path : ended) closeSession(path);
  happened("grant " + grant);
}

bool Frontend::endedSince(uint64_t ending, const std::string& grant) const {
  if (grant.empty()) return false;
  auto first = ending > m_forgotten ? static_cast<ptrdiff_t>(ending - m_forgotten) : 0;
  return ending < m_forgotten || std::find(m_endings.begin() + first, m_endings.end(), grant) != m_endings.end();
}

void Frontend::signal(const std::string& interface, const std::string& member, const Value::List& arguments,
                      const std::string& destination, const std::string& path) {
  m_bus.signal(path, interface, member, arguments, destination);
}

void Frontend::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey::desktop
