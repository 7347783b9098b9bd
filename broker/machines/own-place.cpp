// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/own-place.h"

#include <kj/debug.h>

#include "broker/base/log.h"
#include "broker/base/numbers.h"
#include "broker/base/text.h"
#include "broker/machines/invitation-link.h"

namespace latchkey {
namespace {

constexpr size_t MAX_NAME = 64;  // As much as is told to others.
constexpr uint16_t PORTS_TRIED = 16;

constexpr const char* NAME = "machine-name";
constexpr const char* LISTEN = "machine-listen";  // "no", or nothing.
constexpr const char* PORT = "machine-port";
constexpr const char* LAST_PORT = "machine-last-port";  // Others may know it.
constexpr const char* ANNOUNCE = "machine-announce";

uint16_t portIn(const std::string& fact) { return numberFrom<uint16_t>(fact).value_or(0); }

}  // namespace

OwnPlace::OwnPlace(Ledger& ledger, Ways& ways, kj::Timer& timer, Ways::Accept accept)
    : m_ledger(ledger), m_ways(ways), m_timer(timer), m_accept(kj::mv(accept)) {}

OwnPlace::Settings OwnPlace::settings() const {
  auto name = m_ledger.fact(NAME);
  if (name.empty()) name = m_ways.ownName();
  return {.name = name.empty() ? "computer" : name,
          .mayListen = m_ledger.fact(LISTEN) != "no",
          .port = portIn(m_ledger.fact(PORT)),
          .announce = m_ledger.fact(ANNOUNCE) == "yes"};
}

void OwnPlace::set(const Settings& settings) {
  KJ_REQUIRE(!settings.name.empty() && settings.name.size() <= MAX_NAME && escaped(settings.name) == settings.name,
             "a name is one line of plain text, of 64 letters at the most");
  auto before = this->settings();
  if (settings.name != before.name) m_ledger.putFact(NAME, settings.name);
  m_ledger.putFact(LISTEN, settings.mayListen ? "" : "no");
  m_ledger.putFact(PORT, settings.port == 0 ? "" : std::to_string(settings.port));
  m_ledger.putFact(ANNOUNCE, settings.announce ? "yes" : "");
  bool moved = settings.port != before.port && settings.port != port();
  if (moved) m_listening = nullptr;
  want(m_wanted);
}

std::vector<uint16_t> OwnPlace::ports(const Settings& settings) const {
  if (settings.port != 0) return {settings.port};
  std::vector<uint16_t> ports;
  if (auto last = portIn(m_ledger.fact(LAST_PORT)); last != 0) ports.push_back(last);
  for (uint16_t i = 0; i < PORTS_TRIED; ++i) ports.push_back(USUAL_PORT + i);
  return ports;
}

void OwnPlace::want(bool somebodyCouldCome) {
  m_wanted = somebodyCouldCome;
  auto settings = this->settings();
  if (!m_wanted || !settings.mayListen) {
    m_listening = nullptr;
    m_trouble.clear();
    return;
  }
  if (m_listening != nullptr) return;
  try {
    m_listening = m_ways.listen(ports(settings), [this](kj::AutoCloseFd socket, std::string from) {
      if (m_turnstile.lets(from, m_timer.now())) m_accept(kj::mv(socket), kj::mv(from));
    });
    auto used = std::to_string(port());
    if (m_ledger.fact(LAST_PORT) != used) m_ledger.noteFact(LAST_PORT, used);
    m_trouble.clear();
  } catch (const StoreError& error) {
    logWarning(error.line());  // It listens all the same.
  } catch (const kj::Exception& exception) {
    m_trouble = "other machines cannot connect to this one: " + reason(exception);
    logWarning(m_trouble);
  }
}

std::vector<Route> OwnPlace::addresses() const {
  std::vector<Route> routes;
  if (m_listening == nullptr) return routes;
  for (auto& address : m_ways.ownAddresses()) {
    if (routes.size() == MOST_ADDRESSES) break;
    routes.push_back({.kind = Route::Kind::Tcp, .host = address, .port = port()});
  }
  return routes;
}

}  // namespace latchkey
