// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/relay.h"

#include <algorithm>

namespace latchkey::desktop {
namespace {

constexpr size_t LONGEST_WINDOW = 256;
constexpr char WAYLAND[] = "wayland:";

}  // namespace

kj::Promise<bool> Relay::permit(Asking asking, std::string claim) {
  auto permission = co_await m_frontend.desk().permitFor(std::move(asking), m_relayed.right, std::move(claim));
  co_return permission.granted;
}

kj::Promise<Response> Relay::ask(const Request& request, std::string method, Value::List arguments) {
  auto response = co_await m_backends.ask(request, m_frontend.app(), m_relayed.backend, m_relayed.interface,
                                          std::move(method), std::move(arguments));
  response.results = known(response.results, m_relayed.results);
  co_return response;
}

kj::Promise<Response> Relay::askPermitted(const Request& request, Asking asking, std::string method,
                                          Value::List arguments, std::string claim) {
  if (!co_await permit(std::move(asking), std::move(claim))) co_return Response{Response::Other};
  co_return co_await ask(request, std::move(method), std::move(arguments));
}

std::string parentWindow(const Value& argument) {
  auto& window = argument.asText();
  return window.starts_with(WAYLAND) && window.size() <= LONGEST_WINDOW ? window : "";
}

Asking askingFor(const Request& request, const std::string& parent, const Options& options) {
  return {.request = request.path(),
          .parent = parent,
          .token = textOf(options, "activation_token"),
          .modal = flagOf(options, "modal", true)};
}

std::function<void(const Value&)> upTo(size_t bytes) {
  return [bytes](const Value& text) { checkLength(text, bytes); };
}

void checkLength(const Value& text, size_t bytes) {
  if (text.asText().size() > bytes) throwBusError(error::INVALID, "a text that is too long");
}

Options known(const Options& results, const std::vector<OptionRule>& rules) {
  Options kept;
  for (auto& rule : rules) {
    auto found = results.find(rule.key);
    if (found != results.end() && found->second.is(rule.signature)) kept.insert(*found);
  }
  return kept;
}

}  // namespace latchkey::desktop
