// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Screenshot: a picture of the screen, or the colour of one point of it. Relayed, after our
// question - also where the app asks for an interactive one, since a backend may leave the dialog out. The picture is
// granted as a file that was picked.

#include "portals/desktop/file-uri.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.Screenshot";

const std::vector<OptionRule> PICTURE{{"modal", "b"}, {"interactive", "b"}};
const std::vector<OptionRule> COLOUR{};

class Screenshot {
public:
  Screenshot(Frontend& frontend, Backends& backends, std::string backend)
      : m_relay(frontend, backends, {backend, IMPL, "screenshot", {{"uri", "s"}, {"color", "(ddd)"}}}) {}

  kj::Promise<Value::List> take(Call& call, const std::vector<OptionRule>& rules) {
    auto all = call.argument(1).asDictionary();
    auto options = filtered(all, rules);
    auto parent = parentWindow(call.argument(0));
    auto method = call.message().member;
    return m_relay.frontend().request(call, all, [this, parent, options, method](const Request& request) {
      return ask(request, parent, options, method);
    });
  }

private:
  kj::Promise<Response> ask(const Request& request, std::string parent, Options options, std::string method) {
    auto response = co_await m_relay.askPermitted(request, askingFor(request, parent, options), method,
                                                  {parent, asArgument(options)});
    if (method == "PickColor" || response.code != Response::Success) co_return response;
    auto path = pathOfUri(textOf(response.results, "uri"));
    KJ_IF_MAYBE (held, path) {
      if (co_await m_relay.frontend().desk().grantPicked({*held}, false)) co_return response;
    }
    co_return Response{Response::Other};
  }

  Relay m_relay;
};

}  // namespace

void addScreenshot(Frontend& frontend, Backends& backends) {
  auto backend = backends.find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<Screenshot>(frontend, backends, *name));
    auto method = [&portal](const char* name, const std::vector<OptionRule>& rules) {
      return Method{name, "sa{sv}", "o", [&portal, &rules](Call& call) { return portal.take(call, rules); }};
    };
    frontend.add({.name = "org.freedesktop.portal.Screenshot",
                  .version = 2,
                  .methods = {method("Screenshot", PICTURE), method("PickColor", COLOUR)}});
  }
}

}  // namespace latchkey::desktop
