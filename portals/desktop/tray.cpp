// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.kde.StatusNotifierWatcher, as the app sees it: the icon it registers is shown in the session's tray by a
// connection of ours, under the app's name as the person knows it, with its menu.

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/log.h"
#include "broker/base/text.h"
#include "portals/desktop/export.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr char WATCHER[] = "org.kde.StatusNotifierWatcher";
constexpr char WATCHER_PATH[] = "/StatusNotifierWatcher";
constexpr char ITEM[] = "org.kde.StatusNotifierItem";
constexpr char MENU[] = "com.canonical.dbusmenu";
constexpr size_t MOST_ITEMS = 8;
constexpr size_t LONGEST_TEXT = 200;
constexpr size_t LARGEST_PICTURE = 512 * 512 * 4;

const Shapes SHAPES{
    {ITEM,
     {.methods = {"Activate", "SecondaryActivate", "ContextMenu", "Scroll"},
      .signals = {"NewTitle", "NewIcon", "NewAttentionIcon", "NewOverlayIcon", "NewToolTip", "NewStatus", "NewMenu"},
      .properties = true}},
    {MENU,
     {.methods = {"GetLayout", "GetGroupProperties", "GetProperty", "Event", "EventGroup", "AboutToShow",
                  "AboutToShowGroup"},
      .signals = {"ItemsPropertiesUpdated", "LayoutUpdated", "ItemActivationRequested"},
      .properties = true}},
};

bool isIconName(const std::string& name) {
  return name.size() <= LONGEST_TEXT && name.find('/') == name.npos && name.find("..") == name.npos;
}

// a(iiay): width, height, pixels.
Value smallPictures(const Value& pictures) {
  Value::List kept;
  if (pictures.is("a(iiay)")) {
    for (auto& one : pictures.items()) {
      auto width = one.items()[0].asSigned(), height = one.items()[1].asSigned();
      auto size = one.items()[2].asBytes().size();
      bool whole = width > 0 && height > 0 && width <= 512 && height <= 512 &&
                   size == static_cast<size_t>(width) * static_cast<size_t>(height) * 4;
      if (whole && size <= LARGEST_PICTURE && kept.size() < 8) kept.push_back(one);
    }
  }
  return Value::array("(iiay)", std::move(kept));
}

// Who it is, is ours to say; icons by path would make the desktop open files of the app's choosing.
void dress(const App& app, const std::string& interface, Options& properties) {
  if (interface != ITEM) return;
  properties.erase("IconThemePath");
  for (auto& [name, value] : properties) {
    if (name == "Id") value = Value(app.id);
    if (name == "Title") value = Value(app.name);
    if (name.ends_with("IconName") && (!value.is("s") || !isIconName(value.asText()))) value = Value("");
    if (name.ends_with("Pixmap")) value = smallPictures(value);
    if (name == "ToolTip" && value.is("(sa(iiay)ss)")) {
      auto& parts = value.items();
      value =
          Value::tuple({isIconName(parts[0].asText()) ? parts[0] : Value(""), smallPictures(parts[1]),
                        Value(brief(parts[2].asText(), LONGEST_TEXT)), Value(brief(parts[3].asText(), LONGEST_TEXT))});
    }
  }
}

class Tray final : private kj::TaskSet::ErrorHandler {
public:
  Tray(Frontend& frontend, Backends& backends, SessionBuses& session)
      : m_frontend(frontend), m_backends(backends), m_session(session), m_tasks(*this) {}

  kj::Promise<Value::List> registerItem(Call& call) {
    // A name, or a path on the caller's own connection; both are somebody on this app's own bus.
    auto text = call.argument(0).asText();
    bool isPath = text.starts_with('/');
    auto owner = call.message().sender;
    if (!isPath && text != owner) owner = co_await ownerOf(text);
    auto before = m_frontend.endings();
    auto permission = co_await m_frontend.desk().permit("tray", "");
    if (!permission.granted || !m_session.any()) throwBusError(error::NOT_ALLOWED, "no tray for this app");
    if (m_items.size() >= MOST_ITEMS) throwBusError(error::LIMIT, "too many tray icons");
    m_tasks.add(show(owner, isPath ? text : "/StatusNotifierItem", permission.grant, before));
    co_return Value::List{};
  }

  kj::Promise<Value> hostIsThere() {
    bool there = false;
    if (m_session.any()) {
      try {
        auto answer = co_await m_backends.call({.destination = WATCHER,
                                                .path = WATCHER_PATH,
                                                .interface = "org.freedesktop.DBus.Properties",
                                                .member = "Get",
                                                .arguments = {WATCHER, "IsStatusNotifierHostRegistered"}});
        there = answer.signature == "v" && answer.arguments[0].inside().asFlag();
      } catch (const kj::Exception&) {
        // No tray in this session: the app does without.
      }
    }
    co_return Value(there);
  }

  Value registered() const {
    std::vector<std::string> names;
    for (auto& item : m_items) names.push_back(item->owner());
    return Value::texts(names);
  }

private:
  kj::Promise<std::string> ownerOf(std::string name) {
    auto answer = co_await m_frontend.bus().call({.destination = "org.freedesktop.DBus",
                                                  .path = "/org/freedesktop/DBus",
                                                  .interface = "org.freedesktop.DBus",
                                                  .member = "GetNameOwner",
                                                  .arguments = {name}});
    co_return answer.arguments.at(0).asText();
  }

  kj::Promise<void> show(std::string owner, std::string path, std::string grant, uint64_t before) {
    auto& app = m_frontend.app();
    auto name = std::string(ITEM) + "-" + std::to_string(getpid()) + "-" + std::to_string(++s_number);
    auto item = kj::heap<Export>(
        m_session.connect(), m_frontend.bus(), m_frontend.timer(),
        ExportOrder{.name = name,
                    .owner = owner,
                    .shapes = SHAPES,
                    .dress = [&app](const std::string& interface, Options& shown) { dress(app, interface, shown); }});
    auto& shown = *item;
    m_items.push_back(kj::mv(item));
    KJ_DEFER(std::erase_if(m_items, [&](auto& one) { return one.get() == &shown; }));
    co_await shown.start();
    // Trays look for the item at its usual place where they are told a name, and at the path where they are told that.
    co_await shown.session().call({.destination = WATCHER,
                                   .path = WATCHER_PATH,
                                   .interface = WATCHER,
                                   .member = "RegisterStatusNotifierItem",
                                   .arguments = {path == "/StatusNotifierItem" ? name : path}});
    m_frontend.signal(WATCHER, "StatusNotifierItemRegistered", {owner}, "", WATCHER_PATH);
    co_await shown.gone()
        .exclusiveJoin(m_frontend.whenGone(owner))
        .exclusiveJoin(m_frontend.whenGrantEnds(grant, before));
    m_frontend.signal(WATCHER, "StatusNotifierItemUnregistered", {owner}, "", WATCHER_PATH);
  }

  void taskFailed(kj::Exception&& exception) override { logInfo("a tray icon: " + reason(exception)); }

  inline static unsigned s_number = 0;
  Frontend& m_frontend;
  Backends& m_backends;
  SessionBuses& m_session;
  std::vector<kj::Own<Export>> m_items;
  kj::TaskSet m_tasks;
};

}  // namespace

void addTray(Frontend& frontend, Backends& backends, SessionBuses& session) {
  auto& tray = frontend.keep(std::make_shared<Tray>(frontend, backends, session));
  frontend.claim(WATCHER);
  frontend.add(
      {.name = WATCHER,
       .version = 0,
       .methods = {{"RegisterStatusNotifierItem", "s", "", [&tray](Call& call) { return tray.registerItem(call); }},
                   {"RegisterStatusNotifierHost", "s", "",
                    [](Call&) -> kj::Promise<Value::List> { throwBusError(error::NOT_ALLOWED, "an app is no tray"); }}},
       .properties = {{"IsStatusNotifierHostRegistered", "b", [&tray] { return tray.hostIsThere(); }},
                      {"ProtocolVersion", "i", []() -> kj::Promise<Value> { return Value(int32_t{0}); }},
                      {"RegisteredStatusNotifierItems", "as",
                       [&tray]() -> kj::Promise<Value> { return tray.registered(); }}},
       .signals = {{"StatusNotifierItemRegistered", "s"},
                   {"StatusNotifierItemUnregistered", "s"},
                   {"StatusNotifierHostRegistered", ""}},
       .path = WATCHER_PATH});
}

}  // namespace latchkey::desktop
