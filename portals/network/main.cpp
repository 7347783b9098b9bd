// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-net: one for all sandboxes of a session. Started by the broker with its end of a socket pair on descriptor
// 3; outlives the broker, and comes home to the next one.

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "broker/base/harden.h"
#include "broker/base/log.h"
#include "broker/base/places.h"
#include "portals/network/confinement.h"
#include "portals/network/portal.h"

namespace latchkey::network {
namespace {

constexpr int RPC_SOCKET = 3;
constexpr auto LOOK_AGAIN = 100 * kj::MILLISECONDS;
// Where bytes are always to be had, brokers and new packets are still looked for.
constexpr unsigned EVENTS_BETWEEN_LOOKS = 32;

class Program {
public:
  Program(kj::AsyncIoContext& io, Entrance& entrance)
      : m_io(io), m_timer(io.provider->getTimer()), m_portal(io.unixEventPort, m_timer, m_clock, entrance) {}

  kj::Promise<void> run() { return serveBrokers().exclusiveJoin(m_portal.run()); }

private:
  kj::Own<Connection> connect(kj::AutoCloseFd socket) {
    auto stream = m_io.lowLevelProvider->wrapUnixSocketFd(kj::mv(socket), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
    return kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  }

  kj::Promise<void> serveBrokers() {
    auto first = connect(kj::AutoCloseFd(RPC_SOCKET));
    auto begin = first->bootstrap().castAs<schema::NetworkStart>().beginRequest();
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
          auto connection = connect(kj::mv(*fd));
          co_await comeHome(*connection);
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
    auto call = connection.bootstrap().castAs<schema::Homecoming>().networkPortalRequest();
    call.setCookie(m_cookie);
    call.setPidfd(descriptorOf(kj::AutoCloseFd(pidfd)));
    call.setPortal(m_portal.client());
    auto all = m_portal.sandboxes();
    auto survivors = call.initSandboxes(static_cast<unsigned>(all.size()));
    for (unsigned i = 0; i < survivors.size(); ++i) {
      survivors[i].setInstance(all[i]->instance().c_str());
      survivors[i].setNetwork(Portal::clientOf(all[i]));
    }
    return call.send().ignoreResult();
  }

  kj::AsyncIoContext& m_io;
  SystemClock m_clock;
  kj::Timer& m_timer;
  Portal m_portal;
  kj::Array<kj::byte> m_cookie;
};

}  // namespace
}  // namespace latchkey::network

int main() {
  using namespace latchkey::network;
  latchkey::startLog("latchkey-net");
  signal(SIGPIPE, SIG_IGN);
  try {
    fcntl(3, F_SETFD, FD_CLOEXEC);
    latchkey::harden();
    latchkey::raiseDescriptorLimit();
    Entrance entrance;  // Forks, before there is a thread and before the filter.
    confine();
    auto io = kj::setupAsyncIo();
    io.waitScope.setBusyPollInterval(EVENTS_BETWEEN_LOOKS);
    Program(io, entrance).run().wait(io.waitScope);
  } catch (const kj::Exception& exception) {
    latchkey::logError(latchkey::reason(exception));
    return 1;
  }
  return 0;
}
