// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Wallpaper. Relayed, after our question. The picture is a file the app itself may read, by
// descriptor or by path, or something on the web: the desktop would read any file of the person's that is only named.

#include <fcntl.h>

#include "broker/base/files.h"
#include "portals/desktop/file-uri.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.Wallpaper";
constexpr size_t LONGEST_URI = 8192;

void checkPlace(const Value& place) {
  auto& text = place.asText();
  if (text != "background" && text != "lockscreen" && text != "both") throwBusError(error::INVALID, "invalid set-on");
}

const std::vector<OptionRule> RULES{{"show-preview", "b"}, {"set-on", "s", checkPlace}};

class Wallpaper {
public:
  Wallpaper(Frontend& frontend, Backends& backends, std::string backend)
      : m_relay(frontend, backends, {backend, IMPL, "wallpaper"}) {}

  kj::Promise<Value::List> set(Call& call) {
    auto all = call.argument(2).asDictionary();
    auto options = filtered(all, RULES);
    auto parent = parentWindow(call.argument(0));
    auto picture = call.argument(1);
    checkLength(picture, LONGEST_URI);
    return m_relay.frontend().request(call, all, [this, parent, picture, options](const Request& request) {
      return ask(request, parent, picture, options);
    });
  }

private:
  kj::Promise<Response> ask(const Request& request, std::string parent, Value picture, Options options) {
    if (!co_await m_relay.permit(askingFor(request, parent, options))) co_return Response{Response::Other};
    auto uri = co_await addressOf(picture);
    if (uri.empty()) co_return Response{Response::Other};
    // This backend answers with a code alone.
    auto answer = co_await m_relay.backends().askRaw(request, m_relay.frontend().app(), m_relay.relayed().backend, IMPL,
                                                     "SetWallpaperURI", {parent, uri, asArgument(options)});
    if (answer.signature != "u") co_return Response{Response::Other};
    auto code = answer.arguments[0].asNumber();
    co_return Response{code > 2 ? Response::Other : static_cast<Response::Code>(code)};
  }

  // Empty: the app may not read it.
  kj::Promise<std::string> addressOf(Value picture) {
    kj::AutoCloseFd file;
    if (picture.is("h")) {
      file = duplicate(picture.asDescriptor());
    } else {
      auto path = pathOfUri(picture.asText());
      KJ_IF_MAYBE (named, path) {
        file = kj::AutoCloseFd(open(named->c_str(), O_PATH | O_CLOEXEC));
        if (file.get() < 0) co_return std::string();
      } else {
        bool web = picture.asText().starts_with("https://") || picture.asText().starts_with("http://");
        co_return web ? picture.asText() : std::string();
      }
    }
    auto place = co_await m_relay.frontend().desk().locate(kj::mv(file));
    co_return place.path.empty() ? std::string() : fileUri(place.path);
  }

  Relay m_relay;
};

}  // namespace

void addWallpaper(Frontend& frontend, Backends& backends) {
  auto backend = backends.find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<Wallpaper>(frontend, backends, *name));
    auto set = [&portal](Call& call) { return portal.set(call); };
    frontend.add({.name = "org.freedesktop.portal.Wallpaper",
                  .methods = {{"SetWallpaperURI", "ssa{sv}", "o", set}, {"SetWallpaperFile", "sha{sv}", "o", set}}});
  }
}

}  // namespace latchkey::desktop
