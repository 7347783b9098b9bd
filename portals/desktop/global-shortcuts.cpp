// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.GlobalShortcuts: keys that reach the app while another window has the focus. Relayed, after
// our question; which keys is the desktop's. The app hears that a shortcut was pressed and no other key.

#include <algorithm>

#include "broker/base/text.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relayed-sessions.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.GlobalShortcuts";
constexpr char IMPL[] = "org.freedesktop.impl.portal.GlobalShortcuts";
constexpr char RIGHT[] = "global-shortcuts";
constexpr size_t MOST_SHORTCUTS = 256;
constexpr size_t LONGEST_TEXT = 1024;
constexpr size_t SHOWN_CHARACTERS = 200;

const std::vector<OptionRule> WANTED{{"description", "s", upTo(LONGEST_TEXT)},
                                     {"preferred_trigger", "s", upTo(LONGEST_TEXT)}};
const std::vector<OptionRule> BOUND{{"description", "s"}, {"trigger_description", "s"}};
const std::vector<OptionRule> SHORTCUTS{{"shortcuts", "a(sa{sv})"}};
const std::vector<OptionRule> ACTIVATION{{"activation_token", "s"}};

// The desktop shows the descriptions.
Value wanted(const Value& shortcuts) {
  if (shortcuts.items().size() > MOST_SHORTCUTS) throwBusError(error::INVALID, "too many shortcuts");
  Value::List all;
  for (auto& shortcut : shortcuts.items()) {
    auto& id = shortcut.items()[0];
    if (id.asText().empty()) throwBusError(error::INVALID, "Unexpected empty shortcut id");
    checkLength(id, LONGEST_TEXT);
    auto options = filtered(shortcut.items()[1].asDictionary(), WANTED);
    if (auto words = options.find("description"); words != options.end())
      words->second = Value(brief(words->second.asText(), SHOWN_CHARACTERS));
    all.push_back(Value::tuple({id, asArgument(options)}));
  }
  return Value::array("(sa{sv})", std::move(all));
}

Value bound(const Value& shortcuts) {
  Value::List all;
  for (auto& shortcut : shortcuts.items())
    all.push_back(Value::tuple({shortcut.items()[0], asArgument(known(shortcut.items()[1].asDictionary(), BOUND))}));
  return Value::array("(sa{sv})", std::move(all));
}

class GlobalShortcuts {
public:
  GlobalShortcuts(RelayedSessions& sessions, std::string backend)
      : m_sessions(sessions), m_backend(std::move(backend)) {
    m_sessions.watch(m_backend);
    auto rule = "type='signal',sender='" + m_backend + "',interface='" + std::string(IMPL) + "'";
    m_signals = m_sessions.backends().bus().match(rule, [this](const Message& message) { told(message); });
  }

  kj::Promise<Value::List> create(Call& call) {
    auto all = call.argument(0).asDictionary();
    return m_sessions.create(call, {.portal = INTERFACE,
                                    .backend = m_backend,
                                    .impl = IMPL,
                                    .options = all,
                                    .arguments = {asArgument({})},
                                    .right = RIGHT});
  }

  kj::Promise<Value::List> bind(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    auto shortcuts = wanted(call.argument(1));
    auto parent = parentWindow(call.argument(2));
    Value::List arguments{m_sessions.handle(*session), shortcuts, parent, asArgument({})};
    return m_sessions.frontend().request(call, call.argument(3).asDictionary(),
                                         [this, session, arguments](const Request& request) {
                                           return answered(request, session, "BindShortcuts", arguments);
                                         });
  }

  kj::Promise<Value::List> list(Call& call) {
    auto session = m_sessions.of(call, call.argument(0).asText(), {INTERFACE});
    Value::List arguments{m_sessions.handle(*session)};
    return m_sessions.frontend().request(call, call.argument(1).asDictionary(),
                                         [this, session, arguments](const Request& request) {
                                           return answered(request, session, "ListShortcuts", arguments);
                                         });
  }

private:
  kj::Promise<Response> answered(const Request& request, SessionRef session, std::string method,
                                 Value::List arguments) {
    auto response = co_await m_sessions.ask(request, session, IMPL, method, std::move(arguments), SHORTCUTS);
    if (auto all = response.results.find("shortcuts"); all != response.results.end()) all->second = bound(all->second);
    co_return response;
  }

  void told(const Message& message) {
    bool pressed =
        (message.member == "Activated" || message.member == "Deactivated") && message.signature == "osta{sv}";
    bool changed = message.member == "ShortcutsChanged" && message.signature == "oa(sa{sv})";
    if (!pressed && !changed) return;
    auto session = m_sessions.behind(message.arguments[0].asText(), INTERFACE);
    KJ_IF_MAYBE (held, session) {
      auto& one = **held;
      if (one.backend != m_backend) return;
      auto arguments = message.arguments;
      arguments[0] = Value::path(one.path);
      if (pressed) arguments[3] = asArgument(known(arguments[3].asDictionary(), ACTIVATION));
      if (changed) arguments[1] = bound(arguments[1]);
      m_sessions.frontend().signal(INTERFACE, message.member, arguments, one.sender);
    }
  }

  RelayedSessions& m_sessions;
  std::string m_backend;
  kj::Own<Bus::Match> m_signals;
};

}  // namespace

void addGlobalShortcuts(Frontend& frontend, RelayedSessions& sessions) {
  auto backend = sessions.backends().find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<GlobalShortcuts>(sessions, *name));
    frontend.add(
        {.name = INTERFACE,
         .version = 1,
         .methods = {{"CreateSession", "a{sv}", "o", [&portal](Call& call) { return portal.create(call); }},
                     {"BindShortcuts", "oa(sa{sv})sa{sv}", "o", [&portal](Call& call) { return portal.bind(call); }},
                     {"ListShortcuts", "oa{sv}", "o", [&portal](Call& call) { return portal.list(call); }}},
         .signals = {{"Activated", "osta{sv}"}, {"Deactivated", "osta{sv}"}, {"ShortcutsChanged", "oa(sa{sv})"}}});
  }
}

}  // namespace latchkey::desktop
