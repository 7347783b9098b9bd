// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where Qt's loop and KJ's loop meet: KJ runs in a thread of its own, and work goes over in both directions by queue
// only.
//
// Neither loop ever waits for the other. KJ's executor would let Qt wait for an answer; a broker that is slow to start
// would then freeze the window, so there is no such call here. Exceptions of KJ end in this thread (see Session).
//
// Not for headers that QML can see.

#include <kj/async-io.h>
#include <kj/async-unix.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace latchkey::ui {

class EventPort {
public:
  // What runs in the thread may use: its I/O, and a set that owns its promises.
  struct Inside {
    kj::AsyncIoContext& io;
  };
  // `world` is made in the thread once its loop runs and destroyed there before the loop ends. What it returns is kept
  // so long.
  using World = std::function<std::shared_ptr<void>(Inside&)>;

  explicit EventPort(World world);
  // Drops what is still queued, destroys the world in its own thread, and waits for the thread.
  ~EventPort();
  EventPort(const EventPort&) = delete;

  // From any thread: runs `work` in KJ's, in order.
  void post(std::function<void()> work);

private:
  void run(World world);
  kj::Promise<void> serve(kj::UnixEventPort::FdObserver& bell);
  std::vector<std::function<void()>> take();

  kj::AutoCloseFd m_bell;
  std::mutex m_lock;
  std::vector<std::function<void()>> m_queue;
  bool m_ending = false;
  std::thread m_thread;  // Last: it uses all of the above.
};

}  // namespace latchkey::ui
