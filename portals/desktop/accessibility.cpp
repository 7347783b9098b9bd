// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.a11y.Bus, as the app sees it: a screen reader can read the app, and the app can read nobody. What it is given is
// the address of a filter before the session's accessibility bus, made for it alone.

#include <fcntl.h>
#include <kj/debug.h>

#include "broker/base/log.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr char BUS[] = "org.a11y.Bus";
constexpr char STATUS[] = "org.a11y.Status";
constexpr char BUS_PATH[] = "/org/a11y/bus";

// "unix:path=/run/user/1000/at-spi/bus_0,guid=..." Buses without a file are out of a filter's reach.
std::string socketOf(const std::string& address) {
  auto first = address.substr(0, address.find(';'));
  auto mark = first.find("path=");
  if (!first.starts_with("unix:") || mark == first.npos) return {};
  auto path = first.substr(mark + 5);
  return path.substr(0, path.find(','));
}

class Accessibility {
public:
  Accessibility(Frontend& frontend, Backends& backends) : m_frontend(frontend), m_backends(backends) {}

  kj::Promise<Value::List> address() {
    if (m_address.empty()) co_await open();
    co_return Value::List{m_address};
  }

  kj::Promise<Value> status(std::string name) {
    try {
      auto answer = co_await m_backends.call({.destination = BUS,
                                              .path = BUS_PATH,
                                              .interface = "org.freedesktop.DBus.Properties",
                                              .member = "Get",
                                              .arguments = {STATUS, name}});
      if (answer.signature == "v") co_return Value(answer.arguments[0].inside().asFlag());
    } catch (const kj::Exception&) {
      // Nobody reads in this session.
    }
    co_return Value(false);
  }

private:
  kj::Promise<void> open() {
    auto before = m_frontend.endings();
    auto permission = co_await m_frontend.desk().permit("accessibility", "");
    if (!permission.granted) throwBusError(error::NOT_ALLOWED, "this app is not read");
    auto answer =
        co_await m_backends.call({.destination = BUS, .path = BUS_PATH, .interface = BUS, .member = "GetAddress"});
    auto path = socketOf(answer.arguments.at(0).asText());
    int raw = path.empty() ? -1 : ::open(path.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW);
    if (raw < 0) throwBusError(error::FAILED, "the session has no accessibility bus that can be shared");
    auto readable = co_await m_frontend.desk().accessibility(kj::AutoCloseFd(raw));
    m_address = readable.address;
    m_frontend.inBackground(
        m_frontend.whenGrantEnds(permission.grant, before).attach(kj::mv(readable.handle)).then([this] {
          m_address.clear();
        }));
  }

  Frontend& m_frontend;
  Backends& m_backends;
  std::string m_address;
};

}  // namespace

void addAccessibility(Frontend& frontend, Backends& backends) {
  auto& portal = frontend.keep(std::make_shared<Accessibility>(frontend, backends));
  frontend.claim(BUS);
  frontend.add({.name = BUS,
                .version = 0,
                .methods = {{"GetAddress", "", "s", [&portal](Call&) { return portal.address(); }}},
                .path = BUS_PATH});
  frontend.add(
      {.name = STATUS,
       .version = 0,
       .properties = {{"IsEnabled", "b", [&portal] { return portal.status("IsEnabled"); }},
                      {"ScreenReaderEnabled", "b", [&portal] { return portal.status("ScreenReaderEnabled"); }}},
       .path = BUS_PATH});
}

}  // namespace latchkey::desktop
