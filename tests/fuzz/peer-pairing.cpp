// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a machine that nobody knows says to pair: the first byte is which side of which exchange we are, the rest is
// theirs. No person is asked more than four words, no name can deceive, and nobody proves an invitation by chance.

#include <kj/async-io.h>
#include <kj/debug.h>

#include "broker/base/text.h"
#include "portals/peer/pairing.h"

using namespace latchkey;

namespace {

struct Yes final : public peer::PairingHost {
  kj::Promise<bool> compare(const peer::Stranger& stranger, std::vector<std::string> words, peer::Role) override {
    KJ_ASSERT(words.size() == 4 && stranger.id.size() == peer::ID_SIZE);
    KJ_ASSERT(escaped(stranger.name) == stranger.name);
    return true;
  }
  kj::Promise<std::string> redeem(const peer::Stranger&, std::string invitation, std::string transcript,
                                  std::string proof) override {
    KJ_ASSERT(invitation.size() == 16 && transcript.size() == 32 && proof.size() == 32);
    return std::string(32, 'p');
  }
  kj::Promise<void> paired(const peer::Stranger& stranger, std::string) override {
    isPaired = true;
    return kj::READY_NOW;
  }
  bool isPaired = false;
};

const peer::OwnIdentity& own() {
  static const auto made = peer::makeIdentity();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto& io = *new kj::AsyncIoContext(kj::setupAsyncIo());
  if (size == 0) return 0;
  auto pipe = kj::newTwoWayPipe();
  Yes host;
  peer::Pairing pairing(*pipe.ends[0], io.provider->getTimer(), own(), "ours", host);
  auto which = data[0] % 4;
  auto begin = [&]() -> kj::Promise<peer::Stranger> {
    switch (which) {
      case 0: return pairing.admitByWords();
      case 1: return pairing.joinByWords();
      case 2: return pairing.admitByInvitation();
      default: return pairing.joinByInvitation({std::string(16, 'i'), std::string(16, 's'), own().id});
    }
  };
  {
    auto running = begin().ignoreResult().catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    auto reading = pipe.ends[1]->readAllBytes().ignoreResult().catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    auto writing = pipe.ends[1]->write(data + 1, size - 1).catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    io.waitScope.poll();
    writing = nullptr;
    pipe.ends[1]->shutdownWrite();
    io.waitScope.poll();
  }
  KJ_ASSERT(which != 3 || !host.isPaired);
  return 0;
}
