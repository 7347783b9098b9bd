// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// desktop-conformance: Latchkey's portals as the peer's suite wants to meet them. All on one bus - apps, portals and
// backends - and the app is who the environment says it is. For tests only; the program that is installed knows none of
// this (tests/portals/desktop/release-test.cpp).

#include <kj/async-io.h>
#include <signal.h>
#include <stdlib.h>

#include "broker/base/log.h"
#include "portals/desktop/portals.h"
#include "tests/portals/desktop/conformance/peers-desk.h"

namespace {

using namespace latchkey;

std::string environment(const char* name) {
  auto value = getenv(name);
  return value == nullptr ? "" : value;
}

desktop::BackendPlaces places() {
  auto directory = environment("XDG_DESKTOP_PORTAL_DIR");
  auto desktop = environment("XDG_CURRENT_DESKTOP");
  return {.configurations = {directory},
          .portals = {directory},
          .desktops = {desktop},
          .own = directory + "/" + desktop + "-portals.conf"};
}

void serve() {
  kj::UnixEventPort::captureSignal(SIGHUP);
  auto io = kj::setupAsyncIo();
  auto& timer = io.provider->getTimer();
  desktop::Bus bus(io.unixEventPort, timer, environment("DBUS_SESSION_BUS_ADDRESS"));
  auto serving = bus.run().fork();
  desktop::Backends backends(bus, desktop::BackendChoice(places()));
  auto id = environment("XDG_DESKTOP_PORTAL_TEST_APP_ID");
  desktop::App app{.instance = "", .id = id, .holder = id, .name = id, .icon = "", .home = environment("HOME")};
  test::PeersDesk desk(backends, app);
  desktop::Frontend frontend(bus, timer, app, desk);
  auto systemAddress = environment("DBUS_SYSTEM_BUS_ADDRESS");
  desktop::Bus system(io.unixEventPort, timer,
                      systemAddress.empty() ? environment("DBUS_SESSION_BUS_ADDRESS") : systemAddress);
  auto following = system.run().eagerlyEvaluate(nullptr);
  desktop::Common common(backends, io.unixEventPort, timer, system);
  desktop::addPortals(frontend, backends, common);
  frontend.start().exclusiveJoin(serving.addBranch()).wait(io.waitScope);
  io.unixEventPort.onSignal(SIGHUP).ignoreResult().exclusiveJoin(serving.addBranch()).wait(io.waitScope);
}

}  // namespace

int main() {
  startLog("desktop-conformance");
  signal(SIGPIPE, SIG_IGN);
  try {
    serve();
  } catch (const kj::Exception& exception) {
    logError(reason(exception));
    return 1;
  }
  return 0;
}
