// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Writes the seeds of the app-messages fuzzer: what well-behaved programs send.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <stdio.h>

#include <fstream>

#include "broker/schema/app.capnp.h"

using namespace latchkey;

namespace {

// Whatever a client says is written down, and nobody answers.
void record(const std::string& path, kj::Function<void(schema::AppSession::Client)> talk) {
  auto io = kj::setupAsyncIo();
  auto pipe = io.provider->newTwoWayPipe();
  capnp::TwoPartyVatNetwork network(*pipe.ends[0], capnp::rpc::twoparty::Side::CLIENT);
  auto rpc = capnp::makeRpcClient(network);
  capnp::MallocMessageBuilder message;
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(capnp::rpc::twoparty::Side::SERVER);
  talk(rpc.bootstrap(vat).castAs<schema::AppSession>());
  char buffer[65536] = {};
  auto reading = pipe.ends[1]->tryRead(buffer, sizeof buffer, sizeof buffer);
  reading.poll(io.waitScope);
  io.provider->getTimer().afterDelay(20 * kj::MILLISECONDS).wait(io.waitScope);
  // What came before the wait is in the buffer; nothing says how much, so the unused rest is cut where it is all zero.
  size_t size = sizeof buffer;
  while (size > 0 && buffer[size - 1] == 0) --size;
  size = (size + 7) / 8 * 8;
  std::ofstream(path, std::ios::binary).write(buffer, static_cast<std::streamsize>(size));
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return 2;
  std::string folder = words[1];
  record(folder + "/about", [](auto session) { session.aboutRequest().send().detach([](kj::Exception&&) {}); });
  for (auto kind : {schema::Kind::FILE, schema::Kind::FOLDER, schema::Kind::NETWORK}) {
    record(folder + "/ask-" + std::to_string(static_cast<int>(kind)), [kind](auto session) {
      auto call = session.powerboxRequest().send().getPowerbox().requestRequest();
      call.initQuery().setKind(kind);
      call.getQuery().setPath(kj::StringPtr("/tmp/some/file").asBytes());
      call.getQuery().setTarget("example.org");
      call.setClaim("needed");
      call.send().detach([](kj::Exception&&) {});
    });
  }
}
