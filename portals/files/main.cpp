// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-files: one for all sandboxes of a session. Started by the broker with its end of a socket pair on descriptor
// 3; outlives the broker, and comes home to the next one.

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/harden.h"
#include "broker/base/log.h"
#include "broker/base/places.h"
#include "portals/files/apart.h"
#include "portals/files/confinement.h"
#include "portals/files/portal.h"

namespace latchkey::files {
namespace {

constexpr int RPC_SOCKET = 3;
constexpr auto LOOK_AGAIN = 100 * kj::MILLISECONDS;

class Program {
public:
  Program(kj::AsyncIoContext& io, Mounter& mounter)
      : m_io(io),
        m_mounter(mounter),
        m_portal(io.unixEventPort, io.provider->getTimer(), m_clock, mounter),
        m_timer(io.provider->getTimer()) {}

  kj::Promise<void> run() { return serveBrokers().exclusiveJoin(m_portal.run()).exclusiveJoin(endWithoutMounter()); }

private:
  // Nothing could be mounted any more: the broker starts another portal, which can. It is to hear of that also where a
  // thread of ours does not end with us, and keeps all that is open.
  kj::Promise<void> endWithoutMounter() {
    co_await m_mounter.whenGone(m_io.unixEventPort);
    logError("what mounts into sandboxes has ended");
    shutdown(m_broker, SHUT_RDWR);
    _exit(1);
  }

  void brokerIs(kj::AutoCloseFd socket) {
    m_mounter.brokerIs(socket);
    m_broker = kj::mv(socket);
  }

  kj::Own<Connection> connect(kj::AutoCloseFd socket) {
    auto stream = m_io.lowLevelProvider->wrapUnixSocketFd(kj::mv(socket), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
    return kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  }

  kj::Promise<void> serveBrokers() {
    brokerIs(duplicate(RPC_SOCKET));
    auto first = connect(kj::AutoCloseFd(RPC_SOCKET));
    auto begin = first->bootstrap().castAs<schema::PortalStart>().beginRequest();
    begin.setPortal(m_portal.client());
    auto started = co_await begin.send();
    m_cookie = kj::heapArray<kj::byte>(started.getCookie());
    co_await first->disconnected();
    first = nullptr;
    for (;;) {
      m_portal.brokerGone();
      auto next = co_await findBroker();
      KJ_IF_MAYBE (connection, next) {
        co_await (*connection)->disconnected();
      } else {
        co_return;
      }
    }
  }

  // The next broker, once it has taken us in. Nothing if there is no sandbox to keep for it: it starts another of us.
  kj::Promise<kj::Maybe<kj::Own<Connection>>> findBroker() {
    auto place = Places::fromEnvironment().returnSocket();
    for (;;) {
      if (m_portal.sandboxes().empty()) co_return nullptr;
      kj::Maybe<kj::Own<Connection>> home;
      try {
        auto socket = tryConnect(place);
        KJ_IF_MAYBE (fd, socket) {
          auto copy = duplicate(*fd);
          auto connection = connect(kj::mv(*fd));
          co_await comeHome(*connection);
          brokerIs(kj::mv(copy));
          home = kj::mv(connection);
        }
      } catch (const kj::Exception& exception) {
        logInfo("not taken in by the broker: " + reason(exception));
      }
      if (home != nullptr) co_return kj::mv(home);
      co_await m_timer.afterDelay(LOOK_AGAIN);
    }
  }

  kj::Promise<void> comeHome(Connection& connection) {
    int pidfd;
    KJ_SYSCALL(pidfd = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
    kj::AutoCloseFd own(pidfd);
    auto call = connection.bootstrap().castAs<schema::Homecoming>().filePortalRequest();
    call.setCookie(m_cookie);
    call.setPidfd(descriptorOf(duplicate(own)));
    call.setPortal(m_portal.client());
    auto all = m_portal.sandboxes();
    auto survivors = call.initSandboxes(static_cast<unsigned>(all.size()));
    for (unsigned i = 0; i < survivors.size(); ++i) {
      survivors[i].setInstance(all[i]->instance().c_str());
      survivors[i].setFiles(Portal::clientOf(all[i]));
    }
    return call.send().ignoreResult();
  }

  kj::AsyncIoContext& m_io;
  SystemClock m_clock;
  Mounter& m_mounter;
  Portal m_portal;
  kj::Timer& m_timer;
  kj::Array<kj::byte> m_cookie;
  kj::AutoCloseFd m_broker;
};

}  // namespace
}  // namespace latchkey::files

int main() {
  using namespace latchkey::files;
  latchkey::startLog("latchkey-files");
  signal(SIGPIPE, SIG_IGN);
  try {
    fcntl(3, F_SETFD, FD_CLOEXEC);
    prepareToStandApart();  // Before there are descriptors to be copied.
    latchkey::harden();
    latchkey::raiseDescriptorLimit();
    prepareForFiles();
    Mounter mounter;  // Forks, before there is a thread and before the filter.
    confine();
    mounter.postSentinel();
    auto io = kj::setupAsyncIo();
    Program(io, mounter).run().wait(io.waitScope);
  } catch (const kj::Exception& exception) {
    latchkey::logError(latchkey::reason(exception));
    return 1;
  }
  return 0;
}
