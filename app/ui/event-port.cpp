// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/event-port.h"

#include <kj/debug.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "broker/base/log.h"

namespace latchkey::ui {
namespace {

kj::AutoCloseFd newBell() {
  int fd;
  KJ_SYSCALL(fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  return kj::AutoCloseFd(fd);
}

void ring(int bell) {
  uint64_t one = 1;
  // A full counter means the bell rings already.
  [[maybe_unused]] auto written = write(bell, &one, sizeof one);
}

}  // namespace

EventPort::EventPort(World world) : m_bell(newBell()), m_thread([this, world = std::move(world)] { run(world); }) {}

EventPort::~EventPort() {
  {
    std::lock_guard lock(m_lock);
    m_ending = true;
    m_queue.clear();
  }
  ring(m_bell.get());
  m_thread.join();
}

void EventPort::post(std::function<void()> work) {
  {
    std::lock_guard lock(m_lock);
    if (m_ending) return;
    m_queue.push_back(std::move(work));
  }
  ring(m_bell.get());
}

void EventPort::run(World world) {
  auto failure = kj::runCatchingExceptions([&] {
    auto io = kj::setupAsyncIo();
    kj::UnixEventPort::FdObserver bell(io.unixEventPort, m_bell.get(), kj::UnixEventPort::FdObserver::OBSERVE_READ);
    Inside inside{io};
    auto kept = world(inside);
    serve(bell).wait(io.waitScope);
    kept.reset();
  });
  KJ_IF_MAYBE (exception, failure) logError("the connection thread ended: " + reason(*exception));
}

kj::Promise<void> EventPort::serve(kj::UnixEventPort::FdObserver& bell) {
  for (;;) {
    uint64_t count;
    if (read(m_bell.get(), &count, sizeof count) < 0) co_await bell.whenBecomesReadable();
    for (auto& work : take()) work();
    std::lock_guard lock(m_lock);
    if (m_ending) co_return;
  }
}

std::vector<std::function<void()>> EventPort::take() {
  std::lock_guard lock(m_lock);
  return std::exchange(m_queue, {});
}

}  // namespace latchkey::ui
