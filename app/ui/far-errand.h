// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Work on a disk that may never answer: a dead network drive holds whoever asks it for as long as it likes.
//
// Each errand has a thread of its own that nobody ever waits for. Who sent it keeps the object; dropping it calls the
// errand off, and nothing it brings arrives any more. What hangs in the kernel stays behind, and only so many may: when
// they are as many as that, further errands are refused, and the window says that the disk does not answer.

#include <QObject>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace latchkey::ui {

class FarErrand {
public:
  // What the thread has of the one who sent it. Shared: either may go first.
  class Tie : public std::enable_shared_from_this<Tie> {
  public:
    bool off() const;
    // Runs `news` in the thread of the sender, unless it was called off by then.
    void tell(std::function<void()> news);
    // Waits, at most so long. False as soon as it was called off.
    bool rest(int milliseconds);

  private:
    friend class FarErrand;
    mutable std::mutex m_lock;
    std::condition_variable m_called;
    QObject* m_sender = nullptr;
    bool m_off = false;
  };
  using Work = std::function<void(Tie&)>;

  FarErrand() = default;
  explicit FarErrand(Work work);
  ~FarErrand();
  FarErrand(FarErrand&& other) noexcept : m_tie(std::move(other.m_tie)) {}
  FarErrand& operator=(FarErrand&& other) noexcept;

  // Nothing was sent: too many others hang.
  bool refused() const { return !m_tie; }

private:
  void callOff();

  std::shared_ptr<Tie> m_tie;
};

}  // namespace latchkey::ui
