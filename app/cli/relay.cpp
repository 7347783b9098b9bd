// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/relay.h"

#include <errno.h>
#include <kj/debug.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "broker/base/files.h"

namespace latchkey::cli {
namespace {

constexpr size_t MOST_PENDING = 1 << 20;

// Whether process `pid` ignores `number`. A foreign process is read by /proc, which needs no permission for this.
bool ignoresSignal(pid_t pid, int number) {
  KJ_IF_MAYBE (status, tryReadFile("/proc/" + std::to_string(pid) + "/status", 1 << 16)) {
    auto at = status->find("\nSigIgn:");
    if (at == status->npos) return false;
    auto mask = strtoull(status->c_str() + at + sizeof "\nSigIgn:" - 1, nullptr, 16);
    return (mask >> (number - 1)) & 1;
  }
  return false;
}

void fulfill(kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>>& maybe) {
  KJ_IF_MAYBE (fulfiller, maybe) {
    (*fulfiller)->fulfill();
    maybe = nullptr;
  }
}

kj::Promise<void> wait(kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>>& maybe) {
  auto paf = kj::newPromiseAndFulfiller<void>();
  maybe = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

}  // namespace

Relay::Relay(kj::UnixEventPort& port, Terminal& terminal, kj::AutoCloseFd master, Ways ways,
             std::function<void()> suspend)
    : m_terminal(terminal),
      m_master(kj::mv(master)),
      m_ways(ways),
      m_watchTerminal(kj::heap<kj::UnixEventPort::FdObserver>(port, terminal.fd(),
                                                              kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE)),
      m_watchMaster(kj::heap<kj::UnixEventPort::FdObserver>(port, m_master.get(),
                                                            kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE)),
      m_suspend(kj::mv(suspend)) {
  m_outputEnd = (ways.output ? showOutput() : kj::Promise<void>(kj::READY_NOW)).fork();
  m_reading = readKeys().eagerlyEvaluate([](kj::Exception&& e) { KJ_LOG(WARNING, "reading the terminal", e); });
  m_feeding = feedProgram().eagerlyEvaluate([](kj::Exception&& e) { KJ_LOG(WARNING, "feeding the program", e); });
}

kj::Promise<void> Relay::drained() { return m_outputEnd.addBranch(); }

kj::Promise<void> Relay::readKeys() {
  char buffer[4096];
  for (;;) {
    if (!m_ways.keys && !m_held) {
      co_await wait(m_hold);
      continue;
    }
    while (!m_terminal.inForeground()) co_await wait(m_foreground);
    auto count = read(m_terminal.fd(), buffer, sizeof buffer);
    if (count > 0) {
      routeKeys({buffer, static_cast<size_t>(count)});
    } else if (count < 0 && errno == EAGAIN) {
      co_await m_watchTerminal->whenBecomesReadable();
    } else if (count == 0 || errno != EINTR) {
      // The terminal has gone. SIGHUP says so too.
      co_return;
    }
  }
}

bool Relay::suspendKey(char key) const {
  termios settings;
  if (tcgetattr(m_master, &settings) < 0 || !(settings.c_lflag & ISIG)) return false;
  if (settings.c_cc[VSUSP] == _POSIX_VDISABLE || static_cast<cc_t>(key) != settings.c_cc[VSUSP]) return false;
  pid_t group = tcgetpgrp(m_master), leader = 0;
  if (group <= 0 || ioctl(m_master, TIOCGSID, &leader) < 0 || group != leader) return false;
  return !ignoresSignal(leader, SIGTSTP);
}

void Relay::routeKeys(std::string_view keys) {
  if (m_held) {
    m_keys += keys;
    return fulfill(m_typed);
  }
  for (char key : keys) {
    bool suspend = suspendKey(key);
    if (m_pending.size() < MOST_PENDING) m_pending += key;
    if (suspend) m_suspend();
  }
  fulfill(m_toFeed);
}

kj::Promise<void> Relay::feedProgram() {
  for (;;) {
    if (m_pending.empty()) {
      co_await wait(m_toFeed);
      continue;
    }
    auto count = write(m_master, m_pending.data(), m_pending.size());
    if (count > 0) m_pending.erase(0, static_cast<size_t>(count));
    else if (count < 0 && errno == EAGAIN) co_await m_watchMaster->whenBecomesWritable();
    else if (count < 0 && errno != EINTR) co_return;
  }
}

kj::Promise<void> Relay::untilRelease() {
  while (m_held) co_await wait(m_released);
}

kj::Promise<void> Relay::showOutput() {
  char buffer[16384];
  for (;;) {
    co_await untilRelease();
    auto count = read(m_master, buffer, sizeof buffer);
    if (count > 0) {
      m_showing = true;
      m_modes.follow({buffer, static_cast<size_t>(count)});
      co_await showAll({buffer, static_cast<size_t>(count)});
      m_showing = false;
      fulfill(m_shown);
    } else if (count < 0 && errno == EAGAIN) {
      co_await m_watchMaster->whenBecomesReadable();
    } else if (count == 0 || errno != EINTR) {
      co_return;  // EIO: nobody holds the other side.
    }
  }
}

kj::Promise<void> Relay::showAll(std::string text) {
  for (std::string_view rest = text; !rest.empty();) {
    auto count = write(m_terminal.fd(), rest.data(), rest.size());
    if (count > 0) rest.remove_prefix(static_cast<size_t>(count));
    else if (count < 0 && errno == EAGAIN) co_await m_watchTerminal->whenBecomesWritable();
    else if (count < 0 && errno != EINTR)
      co_return;  // Gone: what the program writes is lost, as on any closed terminal.
  }
}

void Relay::foregroundChanged() {
  if (m_terminal.inForeground()) fulfill(m_foreground);
}

void Relay::resize(Resize how) {
  auto size = m_terminal.size();
  if (how == Resize::Again && size.ws_row > 1) {
    // The kernel tells the program of changes only.
    auto other = size;
    --other.ws_row;
    ioctl(m_master, TIOCSWINSZ, &other);
  }
  ioctl(m_master, TIOCSWINSZ, &size);
}

kj::Promise<kj::Own<Relay::Hold>> Relay::hold() {
  KJ_REQUIRE(!m_held, "held already");
  m_held = true;
  m_keys.clear();
  auto held = kj::heap<Hold>(*this);
  if (!m_ways.keys) m_terminal.makeRaw();
  fulfill(m_hold);
  if (m_showing) co_await wait(m_shown);
  co_return kj::mv(held);
}

void Relay::release() {
  m_held = false;
  m_keys.clear();
  if (!m_ways.keys) m_terminal.restore();
  fulfill(m_released);
}

kj::Promise<std::string> Relay::Hold::keys() {
  while (m_relay.m_keys.empty()) co_await wait(m_relay.m_typed);
  co_return std::move(m_relay.m_keys);
}

void Relay::Hold::discardTyped() {
  m_relay.m_terminal.discardTyped();
  m_relay.m_keys.clear();
}

void Relay::Hold::pass(std::string_view keys) {
  m_relay.m_pending += keys;
  fulfill(m_relay.m_toFeed);
}

}  // namespace latchkey::cli
