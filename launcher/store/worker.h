// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A thread that does one thing after another, for what blocks: disks, and the process that takes bundles apart, which
// the kernel ends with the thread that started it.

#include <kj/async.h>
#include <kj/debug.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace latchkey::store {

class Worker {
public:
  Worker() : m_thread([this] { loop(); }) {}
  // Waits for what has begun. What has not is not done.
  ~Worker();
  KJ_DISALLOW_COPY_AND_MOVE(Worker);

  // `work` is done even if the promise is dropped by then.
  template <typename T>
  kj::Promise<T> run(std::function<T()> work) {
    auto pair = kj::newPromiseAndCrossThreadFulfiller<T>();
    auto fulfiller = std::make_shared<kj::Own<kj::CrossThreadPromiseFulfiller<T>>>(kj::mv(pair.fulfiller));
    add([work = std::move(work), fulfiller] {
      kj::Maybe<T> result;
      auto failure = kj::runCatchingExceptions([&] { result = work(); });
      KJ_IF_MAYBE (exception, failure) (*fulfiller)->reject(kj::mv(*exception));
      else (*fulfiller)->fulfill(kj::mv(KJ_ASSERT_NONNULL(result)));
    });
    return kj::mv(pair.promise);
  }

private:
  void add(std::function<void()> work);
  void loop();

  std::mutex m_mutex;
  std::condition_variable m_wake;
  std::deque<std::function<void()>> m_waiting;
  bool m_ending = false;
  std::thread m_thread;  // Last: it uses the others.
};

}  // namespace latchkey::store
