// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-packages: the one program that writes to the store of installed apps. Started by the broker with its end of
// a socket pair on descriptor 3, for as long as somebody has to do with it.

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/base/clock.h"
#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/harden.h"
#include "broker/base/log.h"
#include "broker/base/places.h"
#include "broker/base/spawn.h"
#include "launcher/desktop/app-catalog.h"
#include "launcher/exports/bundle-exports.h"
#include "launcher/store/metered.h"
#include "launcher/store/packages-server.h"

namespace latchkey::store {
namespace {

constexpr int RPC_SOCKET = 3;
constexpr auto PATIENCE = 10 * kj::SECONDS;
constexpr uint32_t ICON = 256;

std::vector<std::string> homesOf(const Places& places) {
  auto* home = getenv("HOME");
  return {places.home, home == nullptr ? "" : home};
}

kj::Promise<void> serve(kj::AsyncIoContext& io, Packages& packages) {
  auto stream =
      io.lowLevelProvider->wrapUnixSocketFd(kj::AutoCloseFd(RPC_SOCKET), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  Connection broker(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  {
    auto begin = broker.bootstrap().castAs<schema::PackagesStart>().beginRequest();
    begin.setHost(packages.host());
    co_await begin.send().ignoreResult();
  }
  co_await broker.disconnected().exclusiveJoin(packages.whenUnused(PATIENCE));
}

void run() {
  // What it starts needs its executables and namespaces, so the filter of system calls is the broker's, which it
  // inherits.
  harden();
  umask(0077);
  signal(SIGPIPE, SIG_IGN);
  fcntl(RPC_SOCKET, F_SETFD, FD_CLOEXEC);
  auto places = Places::fromEnvironment();
  ensureOwnDirectory(places.data);
  AppCatalog catalog(DesktopPlaces::fromEnvironment());
  SystemClock clock;
  auto io = kj::setupAsyncIo();
  Store store({.folder = places.store(),
               .profiles = places.data + "/profiles",
               .homes = homesOf(places),
               .systemApp = [&](std::string_view id) { return catalog.systemEntry(id); },
               .now = [&] { return int64_t{clock.wall().time_since_epoch().count()}; }});
  store.tidy();
  Bundler bundler;
  BundleExports exports(DesktopPlaces::fromEnvironment(), besideUs("latchkey"),
                        [](int file) { return ReaderClient().icon(file, ICON); });
  Packages packages({.store = store,
                     .bundler = bundler,
                     .repositories = places.repositories(),
                     .timer = io.provider->getTimer(),
                     .clock = clock,
                     .follow = [&] { exports.bringUpToDate(); },
                     .metered = isMetered});
  serve(io, packages).wait(io.waitScope);
}

}  // namespace
}  // namespace latchkey::store

int main(int count, char**) {
  latchkey::startLog("latchkey-packages");
  latchkey::KjLogLines kjLines;
  try {
    KJ_REQUIRE(count == 1, "latchkey-packages is started by the broker");
    latchkey::store::run();
  } catch (const kj::Exception& exception) {
    latchkey::logError(latchkey::reason(exception));
    return 1;
  }
  return 0;
}
