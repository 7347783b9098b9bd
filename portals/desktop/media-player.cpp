// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// MPRIS: a media player of the app's is shown to the session, so that its keys and panels work.

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/log.h"
#include "portals/desktop/export.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr char PREFIX[] = "org.mpris.MediaPlayer2.";
constexpr char ROOT[] = "org.mpris.MediaPlayer2";
constexpr char PLAYER[] = "org.mpris.MediaPlayer2.Player";
constexpr size_t MOST_PLAYERS = 8;

const Shapes SHAPES{
    {ROOT, {.methods = {"Raise", "Quit"}, .properties = true, .writable = {"Fullscreen"}}},
    {PLAYER,
     {.methods = {"Next", "Previous", "Pause", "PlayPause", "Stop", "Play", "Seek", "SetPosition"},
      .signals = {"Seeked"},
      .properties = true,
      .writable = {"LoopStatus", "Rate", "Shuffle", "Volume"}}},
};

// A panel opens the cover it is told of: only ones that come with the message or from the network of the panel's own
// choosing, never a file the app could not read itself.
void dress(const App& app, const std::string& interface, Options& properties) {
  if (auto identity = properties.find("Identity"); interface == ROOT && identity != properties.end())
    identity->second = Value(app.name);
  if (auto entry = properties.find("DesktopEntry"); interface == ROOT && entry != properties.end())
    entry->second = Value(app.id);
  auto metadata = properties.find("Metadata");
  if (interface != PLAYER || metadata == properties.end()) return;
  auto entries = metadata->second.asDictionary();
  for (auto key : {"mpris:artUrl", "xesam:url"}) {
    auto url = entries.find(key);
    if (url != entries.end() && !url->second.asText().starts_with("https://")) entries.erase(url);
  }
  metadata->second = Value::dictionary(entries);
}

// As a part of a bus name.
std::string asNamePart(const std::string& id) {
  std::string part;
  for (unsigned char c : id) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    part += plain ? static_cast<char>(c) : '_';
  }
  return part.empty() || (part[0] >= '0' && part[0] <= '9') ? "_" + part : part;
}

class MediaPlayers final : private kj::TaskSet::ErrorHandler {
public:
  MediaPlayers(Frontend& frontend, SessionBuses& session) : m_frontend(frontend), m_session(session), m_tasks(*this) {
    m_names = frontend.bus().match(
        "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged'",
        [this](const Message& message) {
          if (message.arguments.size() != 3 || !message.arguments[0].asText().starts_with(PREFIX)) return;
          if (message.arguments[2].asText().empty()) return lost(message.arguments[0].asText());
          m_tasks.add(show(message.arguments[0].asText(), message.arguments[2].asText()));
        });
    m_tasks.add(showThoseThere());
  }

private:
  // One may have taken its name before we came.
  kj::Promise<void> showThoseThere() {
    auto bus = [this](std::string member, Value::List arguments) {
      return m_frontend.bus().call({.destination = "org.freedesktop.DBus",
                                    .path = "/org/freedesktop/DBus",
                                    .interface = "org.freedesktop.DBus",
                                    .member = std::move(member),
                                    .arguments = std::move(arguments)});
    };
    auto names = co_await bus("ListNames", {});
    for (auto& name : names.arguments.at(0).asTexts()) {
      if (!name.starts_with(PREFIX)) continue;
      auto owner = co_await bus("GetNameOwner", {name});
      m_tasks.add(show(name, owner.arguments.at(0).asText()));
    }
  }

  void lost(const std::string& name) {
    auto ended = m_lost.find(name);
    if (ended == m_lost.end()) return;
    auto fulfiller = kj::mv(ended->second);
    m_lost.erase(ended);
    fulfiller->fulfill();
  }

  kj::Promise<void> show(std::string name, std::string owner) {
    if (m_lost.contains(name) || m_lost.size() >= MOST_PLAYERS) co_return;
    auto ended = kj::newPromiseAndFulfiller<void>();
    m_lost[name] = kj::mv(ended.fulfiller);
    KJ_DEFER(m_lost.erase(name));
    auto before = m_frontend.endings();
    auto permission = co_await m_frontend.desk().permit("media-keys", "");
    if (!permission.granted) co_return;
    auto& app = m_frontend.app();
    Export player(m_session.connect(), m_frontend.bus(), m_frontend.timer(),
                  {.name = std::string(PREFIX) + asNamePart(app.id) + ".instance" + std::to_string(++s_number),
                   .owner = owner,
                   .shapes = SHAPES,
                   .dress = [&app](const std::string& interface, Options& shown) { dress(app, interface, shown); }});
    co_await player.start();
    co_await kj::mv(ended.promise)
        .exclusiveJoin(player.gone())
        .exclusiveJoin(m_frontend.whenGrantEnds(permission.grant, before));
  }

  void taskFailed(kj::Exception&& exception) override { logInfo("a media player: " + reason(exception)); }

  inline static unsigned s_number = 0;
  Frontend& m_frontend;
  SessionBuses& m_session;
  std::map<std::string, kj::Own<kj::PromiseFulfiller<void>>> m_lost;
  kj::Maybe<kj::Own<Bus::Match>> m_names;
  kj::TaskSet m_tasks;
};

}  // namespace

void addMediaPlayers(Frontend& frontend, SessionBuses& session) {
  if (session.any()) frontend.keep(std::make_shared<MediaPlayers>(frontend, session));
}

}  // namespace latchkey::desktop
