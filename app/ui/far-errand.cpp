// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/far-errand.h"

#include <atomic>
#include <chrono>
#include <thread>

namespace latchkey::ui {
namespace {

constexpr int MOST = 32;
std::atomic<int> underWay = 0;

}  // namespace

bool FarErrand::Tie::off() const {
  std::lock_guard lock(m_lock);
  return m_off;
}

void FarErrand::Tie::tell(std::function<void()> news) {
  std::lock_guard lock(m_lock);
  if (m_off) return;
  auto told = [self = shared_from_this(), news = std::move(news)] {
    if (!self->off()) news();
  };
  QMetaObject::invokeMethod(m_sender, std::move(told), Qt::QueuedConnection);
}

bool FarErrand::Tie::rest(int milliseconds) {
  std::unique_lock lock(m_lock);
  return !m_called.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return m_off; });
}

FarErrand::FarErrand(Work work) {
  if (++underWay > MOST) {
    --underWay;
    return;
  }
  m_tie = std::make_shared<Tie>();
  m_tie->m_sender = new QObject;
  std::thread([tie = m_tie, work = std::move(work)]() mutable {
    work(*tie);
    work = {};
    --underWay;
  }).detach();
}

FarErrand::~FarErrand() { callOff(); }

FarErrand& FarErrand::operator=(FarErrand&& other) noexcept {
  callOff();
  m_tie = std::move(other.m_tie);
  return *this;
}

void FarErrand::callOff() {
  if (!m_tie) return;
  {
    std::lock_guard lock(m_tie->m_lock);
    m_tie->m_off = true;
    // Later: it may be from its own news that the errand is called off.
    std::exchange(m_tie->m_sender, nullptr)->deleteLater();
  }
  m_tie->m_called.notify_all();
  m_tie.reset();
}

}  // namespace latchkey::ui
