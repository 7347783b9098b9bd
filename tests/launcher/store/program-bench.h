// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// latchkey-packages itself, as the broker starts it, in places of its own.

#include <fcntl.h>
#include <kj/async-io.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>

#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "broker/base/spawn.h"
#include "broker/schema/packages.capnp.h"
#include "tests/launcher/store/store-bench.h"

namespace latchkey::test {

// What it finds on its descriptor 3.
class BeginsOnce final : public schema::PackagesStart::Server {
public:
  explicit BeginsOnce(kj::Own<kj::PromiseFulfiller<schema::PackagesHost::Client>> began) : m_began(kj::mv(began)) {}
  kj::Promise<void> begin(BeginContext context) override {
    m_began->fulfill(context.getParams().getHost());
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<schema::PackagesHost::Client>> m_began;
};

// A person's places, and the bundles that are offered to them.
struct ProgramWorld {
  ProgramWorld() {
    for (auto name : {"home", "data", "run", "share/applications"}) QDir(store.root.path()).mkpath(name);
    store.below = "/data/latchkey/store";
  }
  std::string at(const char* name) const { return store.root.path().toStdString() + "/" + name; }

  kj::AsyncIoContext io = kj::setupAsyncIo();
  StoreBench store;
  Bench bundles;
};

class PackagesProgram {
public:
  PackagesProgram(ProgramWorld& world, kj::AsyncIoContext& io, std::vector<std::string> more = {}) : m_io(io) {
    auto sockets = socketPair();
    std::vector<std::string> environment{"HOME=" + world.at("home"),
                                         "XDG_DATA_HOME=" + world.at("data"),
                                         "XDG_RUNTIME_DIR=" + world.at("run"),
                                         "XDG_DATA_DIRS=" + world.at("share"),
                                         "PATH=/usr/bin:/bin",
                                         "LATCHKEY_LOG=error"};
    environment.insert(environment.end(), more.begin(), more.end());
    m_child = spawn({.program = qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-packages",
                     .arguments = {},
                     .environment = environment,
                     .fds = {-1, -1, STDERR_FILENO, sockets.theirs.get()}});
    sockets.theirs = nullptr;
    auto began = kj::newPromiseAndFulfiller<schema::PackagesHost::Client>();
    auto stream =
        io.lowLevelProvider->wrapUnixSocketFd(kj::mv(sockets.ours), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
    m_connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER,
                                        kj::heap<BeginsOnce>(kj::mv(began.fulfiller)));
    host = io.provider->getTimer().timeoutAfter(60 * kj::SECONDS, kj::mv(began.promise)).wait(io.waitScope);
  }
  ~PackagesProgram() noexcept {
    if (m_child.pid <= 0) return;
    ::kill(m_child.pid, SIGKILL);
    waitpid(m_child.pid, nullptr, 0);
  }
  schema::Packages::Client open() { return host.openRequest().send().wait(m_io.waitScope).getPackages(); }
  void kill() const { ::kill(m_child.pid, SIGKILL); }
  // Within so many milliseconds.
  bool ends(int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds) {
      if (waitpid(m_child.pid, nullptr, WNOHANG) == m_child.pid) {
        m_child.pid = 0;
        return true;
      }
      m_io.provider->getTimer().afterDelay(20 * kj::MILLISECONDS).wait(m_io.waitScope);
    }
    return false;
  }

  schema::PackagesHost::Client host = nullptr;

private:
  kj::AsyncIoContext& m_io;
  Spawned m_child;
  kj::Own<Connection> m_connection;
};

inline schema::Descriptor::Client opened(const QString& file) {
  return descriptorOf(kj::AutoCloseFd(open(file.toUtf8().constData(), O_RDONLY | O_CLOEXEC)));
}

inline auto looked(schema::Packages::Client packages, const QString& file) {
  auto request = packages.lookRequest();
  request.setFile(opened(file));
  return request.send();
}

inline auto install(schema::FoundBundle::Client bundle, bool older = false) {
  auto request = bundle.installRequest();
  auto options = request.initOptions();
  options.setOlder(older);
  options.setWider(true);
  return request.send();
}

inline QByteArray bytes(capnp::Text::Reader text) { return QByteArray(text.cStr()); }

class Progress final : public schema::InstallProgress::Server {
public:
  explicit Progress(std::vector<uint64_t>& wholes) : m_wholes(wholes) {}
  kj::Promise<void> at(AtContext context) override {
    m_wholes.push_back(context.getParams().getWhole());
    return kj::READY_NOW;
  }

private:
  std::vector<uint64_t>& m_wholes;
};

class Observer final : public schema::PackageObserver::Server {
public:
  explicit Observer(int& count) : m_count(count) {}
  kj::Promise<void> changed(ChangedContext) override {
    ++m_count;
    return kj::READY_NOW;
  }

private:
  int& m_count;
};

}  // namespace latchkey::test
