// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-peer: one for all other machines of a session, and the only process that reads their bytes. Started by the
// broker with its end of a socket pair on descriptor 3; ends with it.
//
// `latchkey-peer --make-identity` makes a new identity instead, and writes it to its output: one message, a
// schema::Identity without `hello`. The broker keeps it, and has no cryptography of its own.

#include <capnp/serialize.h>
#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "broker/base/connection.h"
#include "broker/base/harden.h"
#include "broker/base/log.h"
#include "portals/peer/confinement.h"
#include "portals/peer/portal.h"

namespace latchkey::peer {
namespace {

constexpr int RPC_SOCKET = 3;
// Where bytes are always to be had, others' are still looked for.
constexpr unsigned EVENTS_BETWEEN_LOOKS = 32;

capnp::Data::Reader bytes(std::string_view text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

void makeAndTell() {
  auto made = makeIdentity();
  capnp::MallocMessageBuilder message;
  auto identity = message.initRoot<schema::Identity>();
  identity.setKey(bytes(made.key));
  identity.setCertificate(bytes(made.certificate));
  identity.setId(made.id.c_str());
  capnp::writeMessageToFd(STDOUT_FILENO, message);
}

kj::Promise<void> serve(kj::AsyncIoContext& io, Portal& portal) {
  auto stream =
      io.lowLevelProvider->wrapUnixSocketFd(kj::AutoCloseFd(RPC_SOCKET), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  Connection broker(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  {
    auto begin = broker.bootstrap().castAs<schema::PeerStart>().beginRequest();
    begin.setPortal(portal.client());
    auto begun = co_await begin.send();
    portal.begin(begun.getIdentity(), begun.getHost());
  }
  co_await broker.disconnected();
}

// Whatever these libraries read from files, they have read before the filter is there.
void prepareCryptography() {
  KJ_REQUIRE(OPENSSL_init_crypto(
                 OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr) ==
             1);
  TlsContext tried(makeIdentity());
}

}  // namespace
}  // namespace latchkey::peer

int main(int count, char** words) {
  using namespace latchkey::peer;
  latchkey::startLog("latchkey-peer");
  latchkey::KjLogLines kjLines;
  signal(SIGPIPE, SIG_IGN);
  try {
    latchkey::harden();
    limitItself();
    prepareCryptography();
    if (count == 2 && std::string_view(words[1]) == "--make-identity") {
      confine();
      makeAndTell();
      return 0;
    }
    KJ_REQUIRE(count == 1, "latchkey-peer is started by the broker");
    fcntl(RPC_SOCKET, F_SETFD, FD_CLOEXEC);
    auto io = kj::setupAsyncIo();
    io.waitScope.setBusyPollInterval(EVENTS_BETWEEN_LOOKS);
    confine();
    Portal portal(io);
    serve(io, portal).wait(io.waitScope);
  } catch (const kj::Exception& exception) {
    latchkey::logError(latchkey::reason(exception));
    return 1;
  }
  return 0;
}
