// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-desktop: the desktop portals of all sandboxes of a session. Started by the broker, when the first app wants
// one, with its end of a socket pair on descriptor 3; ends with it.

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/harden.h"
#include "broker/base/log.h"
#include "portals/desktop/confinement.h"
#include "portals/desktop/program.h"

namespace {

constexpr int RPC_SOCKET = 3;
constexpr char SYSTEM_BUS[] = "/run/dbus/system_bus_socket";

std::string systemBus() {
  auto address = getenv("DBUS_SYSTEM_BUS_ADDRESS");
  if (address != nullptr) return address;
  return access(SYSTEM_BUS, F_OK) == 0 ? std::string("unix:path=") + SYSTEM_BUS : "";
}

void serve() {
  using namespace latchkey;
  auto io = kj::setupAsyncIo();
  auto address = getenv("DBUS_SESSION_BUS_ADDRESS");
  desktop::Program program(io.unixEventPort, io.provider->getTimer(), address == nullptr ? "" : address, systemBus(),
                           desktop::BackendPlaces::fromEnvironment());
  auto stream =
      io.lowLevelProvider->wrapUnixSocketFd(kj::AutoCloseFd(RPC_SOCKET), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  Connection broker(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  auto begin = broker.bootstrap().castAs<schema::DesktopStart>().beginRequest();
  begin.setPortal(program.client());
  begin.send().ignoreResult().wait(io.waitScope);
  broker.disconnected().wait(io.waitScope);
}

}  // namespace

int main() {
  latchkey::startLog("latchkey-desktop");
  signal(SIGPIPE, SIG_IGN);
  try {
    fcntl(RPC_SOCKET, F_SETFD, FD_CLOEXEC);
    latchkey::harden();
    latchkey::raiseDescriptorLimit();
    latchkey::desktop::confine();
    serve();
  } catch (const kj::Exception& exception) {
    latchkey::logError(latchkey::reason(exception));
    return 1;
  }
  return 0;
}
