// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.Notifications on the app's own bus, for programs that know no portal: the same notifications, with
// the same right, under the app's own name. Of what such a program says, text and buttons are taken.

#include "portals/desktop/notifications.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.Notifications";
constexpr char PATH[] = "/org/freedesktop/Notifications";
constexpr size_t LONGEST_TEXT = 8000;
constexpr size_t MOST_BUTTONS = 8;
constexpr size_t MOST_REMEMBERED = 256;
constexpr uint32_t BY_CALL = 3;  // Of the reasons why one is closed.

std::string idOf(uint64_t number) { return "plain-" + std::to_string(number); }

class PlainNotifications {
public:
  PlainNotifications(Frontend& frontend, Notifications& all) : m_frontend(frontend), m_all(all) {}

  kj::Promise<Value::List> notify(Call& call) {
    auto sender = call.message().sender;
    auto replaced = call.argument(1).asNumber();
    auto known = m_owners.find(replaced);
    bool same = known != m_owners.end() && known->second == sender;
    auto number = same ? static_cast<uint32_t>(replaced) : fresh(sender);
    co_await m_all.add(idOf(number),
                       {.content = contentOf(call),
                        .pressed =
                            [this, sender, number](const Pressed& what) {
                              if (!what.action.empty()) tell(sender, "ActionInvoked", {Value(number), what.action});
                            },
                        .closed = [this, sender, number](uint32_t reason) { ended(sender, number, reason); }});
    co_return Value::List{Value(number)};
  }

  kj::Promise<Value::List> close(Call& call) {
    auto number = static_cast<uint32_t>(call.argument(0).asNumber());
    auto sender = call.message().sender;
    auto known = m_owners.find(number);
    if (known == m_owners.end() || known->second != sender) co_return Value::List();
    co_await m_all.remove(idOf(number));
    ended(sender, number, BY_CALL);
    co_return Value::List();
  }

private:
  // Numbers of long ago are forgotten; nobody can close or replace those any more.
  uint32_t fresh(const std::string& sender) {
    if (++m_last == 0) ++m_last;
    m_owners[m_last] = sender;
    if (m_owners.size() > MOST_REMEMBERED) m_owners.erase(m_owners.begin());
    return m_last;
  }

  static Options contentOf(Call& call) {
    Options content{{"title", call.argument(3).asText().substr(0, LONGEST_TEXT)},
                    {"body", call.argument(4).asText().substr(0, LONGEST_TEXT)}};
    auto words = call.argument(5).asTexts();
    Value::List buttons;
    for (size_t i = 0; i + 1 < words.size() && buttons.size() < MOST_BUTTONS; i += 2) {
      if (words[i] == "default") {
        content["default-action"] = Value("default");
      } else {
        buttons.push_back(asArgument({{"label", words[i + 1]}, {"action", words[i]}}));
      }
    }
    if (!buttons.empty()) content["buttons"] = Value::array("a{sv}", std::move(buttons));
    auto hints = call.argument(6).asDictionary();
    if (auto urgency = hints.find("urgency"); urgency != hints.end()) {
      constexpr const char* priorities[] = {"low", "normal", "urgent"};
      auto level = urgency->second.asNumber();
      if (level < std::size(priorities)) content["priority"] = Value(priorities[level]);
    }
    return content;
  }

  void ended(const std::string& sender, uint32_t number, uint32_t reason) {
    if (m_owners.erase(number) > 0) tell(sender, "NotificationClosed", {Value(number), Value(reason)});
  }

  void tell(const std::string& sender, const std::string& member, const Value::List& arguments) {
    m_frontend.signal(INTERFACE, member, arguments, sender, PATH);
  }

  Frontend& m_frontend;
  Notifications& m_all;
  uint32_t m_last = 0;
  std::map<uint64_t, std::string> m_owners;
};

Method answering(const char* name, const char* out, Value::List answer) {
  return {name, "", out, [answer](Call&) -> kj::Promise<Value::List> { return answer; }};
}

}  // namespace

void addPlainNotifications(Frontend& frontend, Notifications& all) {
  auto& portal = frontend.keep(std::make_shared<PlainNotifications>(frontend, all));
  frontend.add({.name = INTERFACE,
                .version = 0,
                .methods = {{"Notify", "susssasa{sv}i", "u", [&portal](Call& call) { return portal.notify(call); }},
                            {"CloseNotification", "u", "", [&portal](Call& call) { return portal.close(call); }},
                            answering("GetCapabilities", "as", {Value::texts({"body", "actions"})}),
                            answering("GetServerInformation", "ssss", {"Latchkey", "Latchkey", "1", "1.2"})},
                .signals = {{"ActionInvoked", "us"}, {"NotificationClosed", "uu"}},
                .path = PATH});
}

}  // namespace latchkey::desktop
