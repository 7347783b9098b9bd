// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Account: the person's name and picture. Relayed: the desktop's dialog shows what would be
// told. The picture is granted as a file that was picked.

#include "portals/desktop/file-uri.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.Account";
constexpr size_t LONGEST_REASON = 256;

const std::vector<OptionRule> RULES{{"reason", "s"}};

class Account {
public:
  Account(Frontend& frontend, Backends& backends, std::string backend)
      : m_relay(frontend, backends, {backend, IMPL, "account", {{"id", "s"}, {"name", "s"}, {"image", "s"}}}) {}

  kj::Promise<Value::List> tell(Call& call) {
    auto all = call.argument(1).asDictionary();
    auto options = filtered(all, RULES);
    if (textOf(options, "reason").size() > LONGEST_REASON) options.erase("reason");
    auto parent = parentWindow(call.argument(0));
    return m_relay.frontend().request(
        call, all, [this, parent, options](const Request& request) { return ask(request, parent, options); });
  }

private:
  kj::Promise<Response> ask(const Request& request, std::string parent, Options options) {
    auto response = co_await m_relay.askPermitted(request, askingFor(request, parent, options), "GetUserInformation",
                                                  {parent, asArgument(options)}, textOf(options, "reason"));
    auto image = textOf(response.results, "image");
    auto path = pathOfUri(image);
    KJ_IF_MAYBE (held, path) {
      if (!co_await m_relay.frontend().desk().grantPicked({*held}, false)) response.results.erase("image");
    } else {
      response.results.erase("image");
    }
    co_return response;
  }

  Relay m_relay;
};

}  // namespace

void addAccount(Frontend& frontend, Backends& backends) {
  auto backend = backends.find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<Account>(frontend, backends, *name));
    frontend.add(
        {.name = "org.freedesktop.portal.Account",
         .methods = {{"GetUserInformation", "sa{sv}", "o", [&portal](Call& call) { return portal.tell(call); }}}});
  }
}

}  // namespace latchkey::desktop
