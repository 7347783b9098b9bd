// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/notifications.h"

#include <algorithm>

#include "broker/base/text.h"
#include "portals/desktop/markup.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.Notification";
constexpr char SERVICE[] = "org.freedesktop.Notifications";
constexpr char SERVICE_PATH[] = "/org/freedesktop/Notifications";
constexpr size_t LONGEST_ID = 256;
constexpr size_t MOST_STANDING = 128;
constexpr size_t MOST_IN_A_WHILE = 30;
constexpr auto A_WHILE = 10 * kj::SECONDS;

// "b0" is the first.
Pressed button(const std::string& id, const Options& notice, const std::string& key) {
  for (size_t place = 0; place < 16; ++place) {
    if (key == "b" + std::to_string(place)) return pressedButton(id, notice, place);
  }
  return {id, "", {}};
}

}  // namespace

Notifications::Notifications(Frontend& frontend, Backends& backends) : m_frontend(frontend), m_backends(backends) {
  auto& bus = m_backends.bus();
  m_backend = m_backends.find(IMPL);
  if (m_backend != nullptr) {
    m_matches.push_back(bus.match("type='signal',interface='" + std::string(IMPL) + "',member='ActionInvoked'",
                                  [this](const Message& message) { backendPressed(message); }));
    return;
  }
  auto rule = "type='signal',sender='" + std::string(SERVICE) + "',interface='" + SERVICE + "',member=";
  m_matches.push_back(bus.match(rule + "'ActionInvoked'", [this](const Message& message) { servicePressed(message); }));
  m_matches.push_back(bus.match(rule + "'NotificationClosed'", [this](const Message& message) { closed(message); }));
  // Another service counts anew: its numbers would be of other programs.
  m_matches.push_back(
      bus.match("type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                "member='NameOwnerChanged',arg0='" +
                    std::string(SERVICE) + "'",
                [this](const Message&) { m_standing.clear(); }));
}

kj::Promise<void> Notifications::add(std::string id, Notice notice) {
  if (id.size() > LONGEST_ID) throwBusError(error::INVALID, "an id that is too long");
  notice.content = checkedNotice(notice.content);
  checkPace();
  auto permission = co_await m_frontend.desk().permit("notifications", "");
  if (!permission.granted) throwBusError(error::NOT_ALLOWED, "Showing notifications is not allowed");
  if (m_standing.size() >= MOST_STANDING && !m_standing.contains(id))
    throwBusError(error::LIMIT, "too many notifications");
  KJ_IF_MAYBE (backend, m_backend) {
    CallOrder order{.destination = *backend,
                    .path = DESKTOP_PATH,
                    .interface = IMPL,
                    .member = "AddNotification",
                    .arguments = {m_frontend.app().id, id, asArgument(forBackend(notice.content))}};
    m_standing[id] = {std::move(notice)};
    co_await m_backends.call(std::move(order));
  } else {
    auto number = co_await show(id, notice.content);
    m_standing[id] = {std::move(notice), number};
  }
}

kj::Promise<void> Notifications::remove(std::string id) {
  auto node = m_standing.extract(id);
  if (node.empty()) co_return;
  KJ_IF_MAYBE (backend, m_backend) {
    co_await m_backends.call({.destination = *backend,
                              .path = DESKTOP_PATH,
                              .interface = IMPL,
                              .member = "RemoveNotification",
                              .arguments = {m_frontend.app().id, id}});
  } else {
    co_await m_backends.call({.destination = SERVICE,
                              .path = SERVICE_PATH,
                              .interface = SERVICE,
                              .member = "CloseNotification",
                              .arguments = {Value(static_cast<uint32_t>(node.mapped().number))}});
  }
}

kj::Promise<Value> Notifications::supported() {
  KJ_IF_MAYBE (backend, m_backend) {
    auto answer = co_await m_backends.call({.destination = *backend,
                                            .path = DESKTOP_PATH,
                                            .interface = "org.freedesktop.DBus.Properties",
                                            .member = "Get",
                                            .arguments = {IMPL, "SupportedOptions"}});
    if (answer.signature == "v" && answer.arguments[0].inside().is("a{sv}")) co_return answer.arguments[0].inside();
  }
  co_return asArgument({});
}

void Notifications::checkPace() {
  auto now = m_frontend.timer().now();
  while (!m_recent.empty() && now - m_recent.front() > A_WHILE) m_recent.pop_front();
  if (m_recent.size() >= MOST_IN_A_WHILE) throwBusError(error::LIMIT, "too many notifications");
  m_recent.push_back(now);
}

// By the session's service, which knows one kind of text. Its number for it.
kj::Promise<uint64_t> Notifications::show(std::string id, Options notice) {
  auto before = m_standing.find(id);
  auto replaced = before == m_standing.end() ? uint32_t{0} : static_cast<uint32_t>(before->second.number);
  if (m_markup == nullptr) m_markup = co_await readsMarkup();
  auto& app = m_frontend.app();
  std::vector<std::string> actions{"default", ""};
  size_t index = 0;
  for (auto& button : notice["buttons"].items()) {
    auto label = textOf(button.asDictionary(), "label");
    actions.push_back("b" + std::to_string(index++));
    actions.push_back(label.empty() ? "\u2026" : label);
  }
  auto answer = co_await m_backends.call(
      {.destination = SERVICE,
       .path = SERVICE_PATH,
       .interface = SERVICE,
       .member = "Notify",
       .arguments = {brief(app.name, 64), Value(replaced), app.icon, textOf(notice, "title"), bodyOf(notice),
                     Value::texts(actions), asArgument(hintsOf(notice)), Value(int32_t{-1})}});
  co_return answer.signature == "u" ? answer.arguments[0].asNumber() : 0;
}

kj::Promise<bool> Notifications::readsMarkup() {
  auto answer = co_await m_backends.call(
      {.destination = SERVICE, .path = SERVICE_PATH, .interface = SERVICE, .member = "GetCapabilities"});
  for (auto& one : answer.arguments.at(0).asTexts()) {
    if (one == "body-markup") co_return true;
  }
  co_return false;
}

std::string Notifications::bodyOf(const Options& notice) const {
  bool reads = KJ_ASSERT_NONNULL(m_markup);
  auto markup = textOf(notice, "markup-body");
  if (!markup.empty()) return reads ? markup : withoutMarkup(markup);
  auto body = textOf(notice, "body");
  return reads ? quotedForMarkup(body) : body;
}

Options Notifications::hintsOf(const Options& notice) const {
  auto priority = textOf(notice, "priority");
  uint8_t urgency = priority == "low" ? 0 : priority == "urgent" ? 2 : 1;
  Options hints{{"desktop-entry", m_frontend.app().id}, {"urgency", Value::byte(urgency)}};
  if (notice.contains("category")) hints.insert(*notice.find("category"));
  if (textOf(notice, "sound") == "silent") hints.emplace("suppress-sound", Value(true));
  return hints;
}

void Notifications::closed(const Message& message) {
  if (message.signature != "uu") return;
  auto number = message.arguments[0].asNumber();
  auto found = std::ranges::find_if(m_standing, [number](auto& entry) { return entry.second.number == number; });
  if (found == m_standing.end()) return;
  auto notice = std::move(found->second.notice);
  m_standing.erase(found);
  if (notice.closed) notice.closed(static_cast<uint32_t>(message.arguments[1].asNumber()));
}

void Notifications::backendPressed(const Message& message) {
  if (message.signature != "sssav" || message.arguments[0].asText() != m_frontend.app().id) return;
  Value::List parameters;
  for (auto& one : message.arguments[3].items()) parameters.push_back(one);
  Pressed what{message.arguments[1].asText(), message.arguments[2].asText(), parameters};
  if (auto standing = m_standing.find(what.id); standing != m_standing.end())
    pressed(asTheAppSaid(standing->second.notice.content, what));
}

void Notifications::servicePressed(const Message& message) {
  if (message.signature != "us") return;
  auto number = message.arguments[0].asNumber();
  for (auto& [id, standing] : m_standing) {
    if (standing.number != number) continue;
    auto& key = message.arguments[1].asText();
    return pressed(key == "default" ? pressedWhole(id, standing.notice.content)
                                    : button(id, standing.notice.content, key));
  }
}

void Notifications::pressed(const Pressed& what) {
  auto standing = m_standing.find(what.id);
  if (standing == m_standing.end()) return;
  auto told = standing->second.notice.pressed;
  told(what);
}

}  // namespace latchkey::desktop
