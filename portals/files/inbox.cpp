// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/inbox.h"

#include <kj/debug.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace latchkey::files {
namespace {

kj::AutoCloseFd newEvent() {
  int fd;
  KJ_SYSCALL(fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  return kj::AutoCloseFd(fd);
}

}  // namespace

Inbox::Inbox(kj::UnixEventPort& port)
    : m_event(newEvent()), m_observer(port, m_event, kj::UnixEventPort::FdObserver::OBSERVE_READ) {}

Inbox::~Inbox() = default;

void Inbox::post(std::function<void()> work) {
  {
    std::lock_guard<std::mutex> guard(m_lock);
    m_work.push_back(std::move(work));
  }
  uint64_t one = 1;
  (void)!write(m_event, &one, sizeof one);
}

kj::Promise<void> Inbox::run() {
  for (;;) {
    uint64_t count;
    (void)!read(m_event, &count, sizeof count);
    std::vector<std::function<void()>> work;
    {
      std::lock_guard<std::mutex> guard(m_lock);
      work.swap(m_work);
    }
    for (auto& one : work) one();
    if (work.empty()) co_await m_observer.whenBecomesReadable();
  }
}

}  // namespace latchkey::files
