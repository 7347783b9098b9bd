// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Background: going on without a window, and starting with the session. Ours.
//
// What starts is the app itself, in its sandbox, whatever program the app names first in its command line; the words
// after it are what it is told. It starts only on an answer that outlives the app, and as long as that holds; for any
// other the app is told "autostart: no", which apps show.

#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr size_t LONGEST_REASON = 255;
constexpr size_t LONGEST_MESSAGE = 95;
constexpr size_t MOST_WORDS = 256;

void checkCommand(const Value& words) {
  if (words.items().empty() || words.items().size() > MOST_WORDS) throwBusError(error::INVALID, "not a command line");
  // CVE-2024-32462: a program's name that would be read as an option.
  if (words.items()[0].asText().starts_with('-') || words.items()[0].asText().empty())
    throwBusError(error::INVALID, "not a program");
}

const std::vector<OptionRule> RULES{{"reason", "s", upTo(LONGEST_REASON)},
                                    {"autostart", "b"},
                                    {"commandline", "as", checkCommand},
                                    {"dbus-activatable", "b"}};
const std::vector<OptionRule> STATUS{{"message", "s", upTo(LONGEST_MESSAGE)}};

std::vector<std::string> wordsOf(const Options& options) {
  auto found = options.find("commandline");
  if (found == options.end()) return {};
  auto words = found->second.asTexts();
  words.erase(words.begin());
  return words;
}

kj::Promise<Response> ask(Frontend& frontend, const Request& request, std::string parent, Options options) {
  auto permission =
      co_await frontend.desk().permitFor(askingFor(request, parent, options), "background", textOf(options, "reason"));
  bool starts = false;
  if (permission.granted)
    starts = co_await frontend.desk().startWithSession(flagOf(options, "autostart"), wordsOf(options));
  co_return Response{permission.granted ? Response::Success : Response::Cancelled,
                     {{"background", Value(permission.granted)}, {"autostart", Value(starts)}}};
}

}  // namespace

void addBackground(Frontend& frontend) {
  auto request = [&frontend](Call& call) -> kj::Promise<Value::List> {
    auto all = call.argument(1).asDictionary();
    auto options = filtered(all, RULES);
    auto parent = parentWindow(call.argument(0));
    return frontend.request(call, all, [&frontend, parent, options](const Request& request) {
      return ask(frontend, request, parent, options);
    });
  };
  auto status = [](Call& call) -> kj::Promise<Value::List> {
    filtered(call.argument(0).asDictionary(), STATUS);
    return Value::List();
  };
  frontend.add({.name = "org.freedesktop.portal.Background",
                .version = 2,
                .methods = {{"RequestBackground", "sa{sv}", "o", request}, {"SetStatus", "a{sv}", "", status}}});
}

}  // namespace latchkey::desktop
