// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-packages: the one program that writes to the store of installed apps. Started by the broker with its end of
// a socket pair on descriptor 3, for as long as somebody has to do with it.

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/base/clock.h"
#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/places.h"
#include "broker/base/spawn.h"
#include "launcher/desktop/app-catalog.h"
#include "launcher/exports/bundle-exports.h"
#include "launcher/store/packages-server.h"

namespace latchkey::store {
namespace {

constexpr int RPC_SOCKET = 3;
constexpr auto PATIENCE = 10 * kj::SECONDS;
constexpr size_t MAX_ENTRY = 256 << 10;
constexpr uint32_t ICON = 256;

// What it starts needs its executables and namespaces, so the filter of system calls is the broker's, which it
// inherits.
void harden() {
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  rlimit none{0, 0};
  KJ_SYSCALL(setrlimit(RLIMIT_CORE, &none));
  umask(0077);
  signal(SIGPIPE, SIG_IGN);
}

// The file by which the system has an app of this id. Not those that Latchkey made itself.
std::string systemApp(const AppCatalog& catalog, std::string_view id) {
  for (auto& place : catalog.places(id)) {
    bool ours = false;
    KJ_IF_MAYBE (text, tryReadFile(place.file, MAX_ENTRY))
      ours = text->contains("\nX-Latchkey-Bundle=") || text->contains("\nX-Latchkey-Override=");
    if (!ours) return place.file;
  }
  return {};
}

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
  harden();
  fcntl(RPC_SOCKET, F_SETFD, FD_CLOEXEC);
  auto places = Places::fromEnvironment();
  ensureOwnDirectory(places.data);
  AppCatalog catalog(DesktopPlaces::fromEnvironment());
  SystemClock clock;
  auto io = kj::setupAsyncIo();
  Store store({.folder = places.data + "/store",
               .profiles = places.data + "/profiles",
               .homes = homesOf(places),
               .systemApp = [&](std::string_view id) { return systemApp(catalog, id); },
               .now = [&] { return int64_t{clock.wall().time_since_epoch().count()}; }});
  store.tidy();
  Bundler bundler;
  BundleExports exports(DesktopPlaces::fromEnvironment(), besideUs("latchkey"),
                        [](int file) { return ReaderClient().icon(file, ICON); });
  Packages packages(store, bundler, io.provider->getTimer(), [&] { exports.bringUpToDate(); });
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
