// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app may send: any bytes, as a stream of Cap'n Proto messages, into a real session of a real broker. Crashes,
// hangs and growth are faults; an exception that ends the connection is not. Whatever was said, nothing may have been
// granted.

#include <kj/async-io.h>
#include <stdlib.h>

#include "broker/base/log.h"
#include "tests/support/broker-world.h"

using namespace latchkey;

namespace {

// One broker for all inputs: setting it up costs more than most inputs do.
struct World {
  BrokerWorld broker;
  FakeApp app = broker.start("org.example.Fuzzed", {.ask = schema::AskMode::NO});
};

World& world() {
  static auto made = new World;  // Never ended: libFuzzer leaves by _exit.
  return *made;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  setenv("LATCHKEY_LOG", "error", 1);
  startLog("fuzz");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto& [broker, app] = world();
  auto pipe = kj::newTwoWayPipe();
  broker.broker->apps().open(InstanceId(app.id), kj::mv(pipe.ends[0]));
  {
    auto reading = pipe.ends[1]->readAllBytes().ignoreResult().catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    auto writing = pipe.ends[1]->write(data, size).catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    broker.poll();
  }
  pipe.ends[1] = nullptr;
  broker.poll();
  KJ_ASSERT(broker.broker->apps().count(InstanceId(app.id)) == 0);
  KJ_ASSERT(broker.living().empty());
  broker.advance(std::chrono::milliseconds(500));
  return 0;
}
