// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Looking at the person's disks, any of which may have stopped answering: a share whose server is gone, a file system
// of some program that hangs. A call into it cannot be ended by anybody, and the broker has one thread that decides for
// everybody. So the look has a thread of its own; the decider waits a moment for it, as long as a disk takes that
// works, and then goes on with others until the answer is there.
//
// `look` must own all it uses. At most MOST_LOOKS hang at a time: beyond that it fails, and who asked is told no.

#include <kj/async.h>
#include <kj/debug.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>

namespace latchkey {

constexpr int MOST_LOOKS = 32;
// Of them for one app.
constexpr int MOST_LOOKS_OF_ONE = 4;

// Runs it on a thread, or throws if too many hang. How long to wait for it: where others hang, the next may too.
std::chrono::milliseconds startLook(std::function<void()> look);
// One that was waited for in vain, until it ends.
void looksHanging(int change);

template <typename Look>
auto lookAtDisk(Look look) -> kj::Promise<std::invoke_result_t<Look&>> {
  using Result = std::invoke_result_t<Look&>;
  struct Shared {
    explicit Shared(Look look) : look(kj::mv(look)) {}
    Look look;
    std::mutex lock;
    std::condition_variable done;
    bool isDone = false;
    kj::Maybe<Result> result;
    kj::Maybe<kj::Exception> failure;
    kj::Maybe<kj::Own<kj::CrossThreadPromiseFulfiller<Result>>> waiting;
  };
  auto shared = std::make_shared<Shared>(kj::mv(look));
  auto patience = startLook([shared] {
    kj::Maybe<Result> result;
    auto failure = kj::runCatchingExceptions([&] { result = shared->look(); });
    std::lock_guard<std::mutex> guard(shared->lock);
    shared->isDone = true;
    KJ_IF_MAYBE (waiting, shared->waiting) {
      looksHanging(-1);
      KJ_IF_MAYBE (found, result) (*waiting)->fulfill(kj::mv(*found));
      else (*waiting)->reject(kj::mv(KJ_ASSERT_NONNULL(failure)));
    } else {
      shared->result = kj::mv(result);
      shared->failure = kj::mv(failure);
      shared->done.notify_one();
    }
  });
  std::unique_lock<std::mutex> guard(shared->lock);
  if (!shared->done.wait_for(guard, patience, [&] { return shared->isDone; })) {
    auto paf = kj::newPromiseAndCrossThreadFulfiller<Result>();
    shared->waiting = kj::mv(paf.fulfiller);
    looksHanging(+1);
    return kj::mv(paf.promise);
  }
  KJ_IF_MAYBE (found, shared->result) return kj::mv(*found);
  return kj::mv(KJ_ASSERT_NONNULL(shared->failure));
}

}  // namespace latchkey
