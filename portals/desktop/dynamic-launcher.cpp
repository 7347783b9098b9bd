// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.DynamicLauncher: entries of an app in the person's menu, as browsers make them for pages.
// Ours; after our question the desktop's own dialog, where it has one.
//
// What an app writes is taken apart here and never written: an entry is composed by the broker, starts this app in its
// sandbox, and of the app's own command it has the words after the program's name. It shows the app's own icon: one
// that an app sends would be decoded by the desktop's shell.

#include <algorithm>
#include <deque>

#include "broker/base/exec-line.h"
#include "broker/base/key-file.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"
#include "portals/desktop/secret-key.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.DynamicLauncher";
constexpr char IMPL[] = "org.freedesktop.impl.portal.DynamicLauncher";
constexpr char RIGHT[] = "launchers";
constexpr char UNKNOWN_ICON[] = "application-x-executable";
constexpr size_t LONGEST_NAME = 255, LONGEST_TARGET = 2048, LONGEST_ID = 255;
constexpr size_t LARGEST_ICON = 4 << 20, LARGEST_ENTRY = 64 * 1024;
constexpr size_t MOST_TOKENS = 16, MOST_DETAILS = 64, LONGEST_DETAIL = 1000;
constexpr uint32_t APPLICATION = 1, WEB_APP = 2;

void checkType(const Value& type) {
  if (type.asNumber() != APPLICATION && type.asNumber() != WEB_APP)
    throwBusError(error::INVALID, "not a launcher type");
}

void checkTarget(const Value& target) {
  auto& text = target.asText();
  bool web = text.starts_with("https://") || text.starts_with("http://");
  if (!web || text.size() > LONGEST_TARGET) throwBusError(error::INVALID, "not a page");
}

const std::vector<OptionRule> RULES{{"modal", "b"},
                                    {"launcher_type", "u", checkType},
                                    {"target", "s", checkTarget},
                                    {"editable_name", "b"},
                                    {"editable_icon", "b"}};
const std::vector<OptionRule> RESULTS{{"name", "s"}};

void checkName(const std::string& name) {
  if (name.empty() || name.size() > LONGEST_NAME) throwBusError(error::INVALID, "not a name");
}

// (sv): "bytes" and the picture.
void checkIcon(const Value& icon) {
  bool fits = icon.is("(sv)") && icon.items()[0].asText() == "bytes" && icon.items()[1].inside().is("ay");
  if (!fits || icon.items()[1].inside().items().size() > LARGEST_ICON) throwBusError(error::INVALID, "not an icon");
}

[[noreturn]] void refuseEntry(const std::string& why) { throwBusError(error::INVALID, "Desktop entry: " + why); }

// What of an app's own entry is kept.
void read(Launcher& launcher, std::string text) {
  if (text.size() > LARGEST_ENTRY) refuseEntry("too long");
  std::string problem;
  auto keys = KeyFile::parse(std::move(text), &problem);
  if (!keys) refuseEntry(problem);
  auto group = keys->groups().empty() ? nullptr : &keys->groups()[0];
  if (group == nullptr || group->name != "Desktop Entry") refuseEntry("no group [Desktop Entry]");
  if (group->find("Type") != "Application") refuseEntry("not an application");
  auto exec = group->find("Exec");
  if (!exec) refuseEntry("no Exec");
  auto expanded = expandExec(unescapedValue(*exec), {.name = launcher.name});
  if (auto why = std::get_if<ExecProblem>(&expanded)) refuseEntry(why->reason);
  launcher.words = std::get<std::vector<std::string>>(expanded);
  if (launcher.words[0].starts_with('-')) refuseEntry("not a program");  // CVE-2024-32462
  launcher.words.erase(launcher.words.begin());
  for (auto& [key, value] : group->entries) {
    bool ours = key.starts_with("Name") || key.starts_with("Icon") || key == "Exec" || key == "Type";
    if (ours || value.size() > LONGEST_DETAIL || launcher.details.size() == MOST_DETAILS) continue;
    launcher.details.push_back({std::string(key), std::string(value)});
  }
}

class DynamicLauncher {
public:
  DynamicLauncher(Frontend& frontend, Backends& backends)
      : m_frontend(frontend), m_backends(backends), m_backend(backends.find(IMPL)) {}

  kj::Promise<Value::List> prepare(Call& call) {
    auto all = call.argument(3).asDictionary();
    auto options = filtered(all, RULES);
    auto parent = parentWindow(call.argument(0));
    auto name = call.argument(1).asText();
    checkName(name);
    checkIcon(call.argument(2).inside());
    auto sender = call.message().sender;
    return m_frontend.request(call, all, [this, parent, name, options, sender](const Request& request) {
      return ask(request, parent, name, options, sender);
    });
  }

  kj::Promise<Value::List> install(Call& call) {
    auto token = call.argument(0).asText();
    auto found = std::ranges::find_if(
        m_tokens, [&](auto& one) { return one.token == token && one.sender == call.message().sender; });
    if (found == m_tokens.end()) throwBusError(error::INVALID, "Token given is invalid");
    auto given = *found;
    Launcher launcher{.id = idOf(call), .name = given.name};
    read(launcher, call.argument(2).asText());
    m_tokens.erase(found);
    auto put = co_await m_frontend.desk().putLauncher(given.grant, std::move(launcher));
    if (!put) throwBusError(error::FAILED, "not under that name");
    co_return Value::List();
  }

  kj::Promise<Value::List> uninstall(Call& call) {
    if (!co_await m_frontend.desk().removeLauncher(idOf(call))) refuseUnknown();
    co_return Value::List();
  }

  kj::Promise<Value::List> entry(Call& call) {
    auto text = co_await m_frontend.desk().launcher(idOf(call));
    if (text.empty()) refuseUnknown();
    co_return Value::List{text};
  }

  kj::Promise<Value::List> launch(Call& call) {
    if (!co_await m_frontend.desk().startLauncher(idOf(call))) refuseUnknown();
    co_return Value::List();
  }

private:
  struct Token {
    std::string token, sender, name, grant;
  };

  [[noreturn]] static void refuseUnknown() { throwBusError(error::NOT_FOUND, "No such launcher"); }

  std::string idOf(Call& call) {
    auto& id = call.argument(call.message().member == "Install" ? 1 : 0).asText();
    // What it may be beyond that is the broker's to say.
    if (id.size() > LONGEST_ID || !id.ends_with(".desktop") || !id.starts_with(m_frontend.app().id + "."))
      throwBusError(error::INVALID, "Desktop file id must begin with the app's");
    return id;
  }

  Value icon() const {
    auto& name = m_frontend.app().icon;
    bool themed = !name.empty() && !name.contains('/');
    return Value::variant(
        Value::tuple({"themed", Value::variant(Value::texts({themed ? name : std::string(UNKNOWN_ICON)}))}));
  }

  kj::Promise<Response> ask(const Request& request, std::string parent, std::string name, Options options,
                            std::string sender) {
    auto target = textOf(options, "target");
    auto permission = co_await m_frontend.desk().permitFor(askingFor(request, parent, options), RIGHT,
                                                           target.empty() ? name : name + ": " + target);
    if (!permission.granted) co_return Response{Response::Cancelled};
    KJ_IF_MAYBE (backend, m_backend) {
      options["editable_icon"] = Value(false);
      auto answer = co_await m_backends.ask(request, m_frontend.app(), *backend, IMPL, "PrepareInstall",
                                            {parent, name, icon(), asArgument(options)});
      if (answer.code != Response::Success) co_return Response{answer.code};
      auto chosen = textOf(known(answer.results, RESULTS), "name");
      if (!chosen.empty() && chosen.size() <= LONGEST_NAME) name = chosen;
    }
    if (m_tokens.size() == MOST_TOKENS) m_tokens.pop_front();
    auto token = freshKey();
    m_tokens.push_back({token, sender, name, permission.grant});
    co_return Response{Response::Success, {{"name", Value(name)}, {"icon", icon()}, {"token", Value(token)}}};
  }

  Frontend& m_frontend;
  Backends& m_backends;
  kj::Maybe<std::string> m_backend;
  std::deque<Token> m_tokens;  // Good once, for who was given it.
};

}  // namespace

void addDynamicLauncher(Frontend& frontend, Backends& backends) {
  auto& portal = frontend.keep(std::make_shared<DynamicLauncher>(frontend, backends));
  auto unasked = [](Call&) -> kj::Promise<Value::List> {
    throwBusError(error::NOT_ALLOWED, "the person is always asked");
  };
  auto noPicture = [](Call&) -> kj::Promise<Value::List> {
    throwBusError(error::NOT_FOUND, "it shows the app's own icon");
  };
  auto types = []() -> kj::Promise<Value> { return Value(APPLICATION | WEB_APP); };
  frontend.add({.name = INTERFACE,
                .version = 1,
                .methods = {{"PrepareInstall", "ssva{sv}", "o", [&portal](Call& call) { return portal.prepare(call); }},
                            {"RequestInstallToken", "sva{sv}", "s", unasked},
                            {"Install", "sssa{sv}", "", [&portal](Call& call) { return portal.install(call); }},
                            {"Uninstall", "sa{sv}", "", [&portal](Call& call) { return portal.uninstall(call); }},
                            {"GetDesktopEntry", "s", "s", [&portal](Call& call) { return portal.entry(call); }},
                            {"GetIcon", "s", "vsu", noPicture},
                            {"Launch", "sa{sv}", "", [&portal](Call& call) { return portal.launch(call); }}},
                .properties = {{"SupportedLauncherTypes", "u", types}}});
}

}  // namespace latchkey::desktop
