// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Print: the person chooses printer and pages in the desktop's dialog, and what is printed comes
// as a descriptor. Relayed. A token, with which a job is printed without another dialog, is good once and for the
// connection that was given it.

#include <algorithm>
#include <set>

#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.Print";
constexpr size_t LONGEST_TEXT = 4096;
constexpr size_t MOST_SETTINGS = 256;
constexpr size_t MOST_TOKENS = 64;

const std::vector<OptionRule> PREPARE{
    {"modal", "b"}, {"accept_label", "s", upTo(LONGEST_TEXT)}, {"supported_output_file_formats", "as"}};
const std::vector<OptionRule> PRINT{{"modal", "b"}, {"supported_output_file_formats", "as"}};

// Names and plain values; what they mean is the backend's to know.
Options plain(const Value& settings) {
  auto all = settings.asDictionary();
  if (all.size() > MOST_SETTINGS) throwBusError(error::INVALID, "too many settings");
  Options kept;
  for (auto& [key, value] : all) {
    checkLength(value, LONGEST_TEXT);
    if (value.is("s") || value.is("d") || value.is("b") || value.is("u") || value.is("i")) kept.emplace(key, value);
  }
  return kept;
}

class Print {
public:
  Print(Frontend& frontend, Backends& backends, std::string backend)
      : m_relay(frontend, backends,
                {backend, IMPL, "print", {{"settings", "a{sv}"}, {"page-setup", "a{sv}"}, {"token", "u"}}}) {}

  kj::Promise<Value::List> prepare(Call& call) {
    auto all = call.argument(4).asDictionary();
    auto options = filtered(all, PREPARE);
    checkLength(call.argument(1), LONGEST_TEXT);
    auto settings = plain(call.argument(2));
    auto page = plain(call.argument(3));
    auto parent = parentWindow(call.argument(0));
    Value::List arguments{parent, call.argument(1), asArgument(settings), asArgument(page), asArgument(options)};
    co_await refuseWhereSwitchedOff();
    co_return m_relay.frontend().request(call, all, [this, parent, arguments, options](const Request& request) {
      return prepared(request, parent, arguments, options);
    });
  }

  kj::Promise<Value::List> print(Call& call) {
    auto all = call.argument(3).asDictionary();
    auto options = filtered(all, PRINT);
    checkLength(call.argument(1), LONGEST_TEXT);
    // Other peers leave out a token of another type, and so do apps rely on it.
    auto token = all.find("token");
    if (token != all.end() && token->second.is("u") &&
        m_tokens.erase({call.message().sender, token->second.asNumber()}) > 0)
      options.insert(*token);
    auto parent = parentWindow(call.argument(0));
    Value::List arguments{parent, call.argument(1), call.argument(2), asArgument(options)};
    co_await refuseWhereSwitchedOff();
    co_return m_relay.frontend().request(call, all, [this, parent, arguments, options](const Request& request) {
      return m_relay.askPermitted(request, askingFor(request, parent, options), "Print", arguments);
    });
  }

private:
  kj::Promise<void> refuseWhereSwitchedOff() {
    if (co_await isLockedDown(m_relay.backends(), "disable-printing"))
      throwBusError(error::NOT_ALLOWED, "this desktop allows no printing");
  }

  kj::Promise<Response> prepared(const Request& request, std::string parent, Value::List arguments, Options options) {
    auto response =
        co_await m_relay.askPermitted(request, askingFor(request, parent, options), "PreparePrint", arguments);
    auto token = response.results.find("token");
    if (token != response.results.end() && m_tokens.size() < MOST_TOKENS)
      m_tokens.emplace(request.sender(), token->second.asNumber());
    co_return response;
  }

  Relay m_relay;
  std::set<std::pair<std::string, uint64_t>> m_tokens;  // With the connection each was given to.
};

}  // namespace

void addPrint(Frontend& frontend, Backends& backends) {
  auto backend = backends.find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<Print>(frontend, backends, *name));
    frontend.add(
        {.name = "org.freedesktop.portal.Print",
         .version = 3,
         .methods = {{"PreparePrint", "ssa{sv}a{sv}a{sv}", "o", [&portal](Call& call) { return portal.prepare(call); }},
                     {"Print", "ssha{sv}", "o", [&portal](Call& call) { return portal.print(call); }}}});
  }
}

}  // namespace latchkey::desktop
