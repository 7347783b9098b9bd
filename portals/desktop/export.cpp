// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/export.h"

#include <kj/debug.h>

#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";
constexpr char REFUSED[] = "org.freedesktop.DBus.Error.AccessDenied";
constexpr unsigned MOST_CALLS = 64;
constexpr size_t MOST_A_SECOND = 50;
constexpr auto PATIENCE = 5 * kj::SECONDS;  // Panels wait for these; an app that hangs must not hang them.

}  // namespace

Export::Export(kj::Own<Bus> session, Bus& inside, kj::Timer& timer, ExportOrder order)
    : m_session(kj::mv(session)),
      m_inside(inside),
      m_timer(timer),
      m_order(std::move(order)),
      m_tasks(*this),
      m_gone(m_session->run().fork()) {
  m_session->serve([this](kj::Own<Call> call) { handle(kj::mv(call)); });
  m_announcements = m_inside.match("type='signal',sender='" + m_order.owner + "'",
                                   [this](const Message& message) { announce(message); });
}

Export::~Export() noexcept(false) { m_session->serve({}); }

kj::Promise<void> Export::start() {
  if (!co_await m_session->own(m_order.name)) KJ_FAIL_REQUIRE("the session does not give us the name", m_order.name);
}

const Shape* Export::shapeOf(const std::string& interface) const {
  auto found = m_order.shapes.find(interface);
  return found == m_order.shapes.end() ? nullptr : &found->second;
}

void Export::handle(kj::Own<Call> call) {
  auto& message = call->message();
  if (message.interface == "org.freedesktop.DBus.Peer") return call->reply({});
  if (message.interface == "org.freedesktop.DBus.Introspectable") {
    std::string xml = "<node>";
    for (auto& [interface, shape] : m_order.shapes) xml += "<interface name=\"" + interface + "\"/>";
    return call->reply({xml + "</node>"});
  }
  if (m_calls >= MOST_CALLS) return call->fail("org.freedesktop.DBus.Error.LimitsExceeded", "too many calls at once");
  m_tasks.add(pass(kj::mv(call)));
}

kj::Promise<void> Export::pass(kj::Own<Call> call) {
  ++m_calls;
  KJ_DEFER(--m_calls);
  try {
    auto& message = call->message();
    call->reply(message.interface == PROPERTIES ? co_await property(message) : co_await passed(message));
  } catch (const kj::Exception& exception) {
    auto name = busErrorName(exception);
    call->fail(name.empty() ? SD_BUS_ERROR_FAILED : name.c_str(), name.empty() ? "it failed" : busErrorText(exception));
  }
}

kj::Promise<Value::List> Export::passed(const Message& message) {
  auto shape = shapeOf(message.interface);
  if (shape == nullptr || !shape->methods.contains(message.member)) throwBusError(REFUSED, "not for the session");
  auto answer = co_await m_inside.call({.destination = m_order.owner,
                                        .path = message.path,
                                        .interface = message.interface,
                                        .member = message.member,
                                        .arguments = message.arguments,
                                        .patience = PATIENCE});
  co_return std::move(answer.arguments);
}

kj::Promise<Value::List> Export::property(const Message& message) {
  bool all = message.member == "GetAll" && message.signature == "s";
  bool get = message.member == "Get" && message.signature == "ss";
  bool set = message.member == "Set" && message.signature == "ssv";
  auto interface = all || get || set ? message.arguments[0].asText() : std::string();
  auto shape = shapeOf(interface);
  if (shape == nullptr || !shape->properties) throwBusError(REFUSED, "not for the session");
  if (set && !shape->writable.contains(message.arguments[1].asText())) throwBusError(REFUSED, "not to be set");
  auto answer = co_await m_inside.call({.destination = m_order.owner,
                                        .path = message.path,
                                        .interface = PROPERTIES,
                                        .member = message.member,
                                        .arguments = message.arguments,
                                        .patience = PATIENCE});
  if (set) co_return Value::List{};
  if (answer.signature != (all ? "a{sv}" : "v")) throwBusError(SD_BUS_ERROR_FAILED, "a wrong answer");
  if (all) co_return Value::List{dressed(interface, answer.arguments[0])};
  auto name = message.arguments[1].asText();
  Options one{{name, answer.arguments[0].inside()}};
  if (m_order.dress) m_order.dress(interface, one);
  auto shown = one.find(name);
  if (shown == one.end()) throwBusError("org.freedesktop.DBus.Error.UnknownProperty", "there is no such property");
  co_return Value::List{Value::variant(shown->second)};
}

Value Export::dressed(const std::string& interface, Value properties) const {
  auto shown = properties.asDictionary();
  if (m_order.dress) m_order.dress(interface, shown);
  return Value::dictionary(shown);
}

// More than a panel can show is left out: the next one tells it to look again.
void Export::announce(const Message& message) {
  auto now = m_timer.now();
  while (!m_recent.empty() && now - m_recent.front() > 1 * kj::SECONDS) m_recent.pop_front();
  if (m_recent.size() >= MOST_A_SECOND) return;
  bool changed =
      message.interface == PROPERTIES && message.member == "PropertiesChanged" && message.signature == "sa{sv}as";
  auto shape = shapeOf(changed ? message.arguments[0].asText() : message.interface);
  if (shape == nullptr || (changed ? !shape->properties : !shape->signals.contains(message.member))) return;
  m_recent.push_back(now);
  auto arguments = message.arguments;
  if (changed) arguments[1] = dressed(arguments[0].asText(), arguments[1]);
  m_session->signal(message.path, message.interface, message.member, arguments);
}

void Export::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey::desktop
