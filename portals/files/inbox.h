// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How other threads reach the RPC thread: work put here is done there, in order.

#include <kj/async-unix.h>

#include <functional>
#include <mutex>
#include <vector>

namespace latchkey::files {

class Inbox {
public:
  explicit Inbox(kj::UnixEventPort& port);
  ~Inbox();

  // From any thread. Never fails and never waits.
  void post(std::function<void()> work);
  // What a thread that stands apart has to keep for that.
  int descriptor() const { return m_event; }
  // On the RPC thread: does the work as it comes. Never ends.
  kj::Promise<void> run();

private:
  kj::AutoCloseFd m_event;
  kj::UnixEventPort::FdObserver m_observer;
  std::mutex m_lock;
  std::vector<std::function<void()>> m_work;
};

}  // namespace latchkey::files
