// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Has pictures decoded by the confined reader, one after the other, in a thread of its own: the reader's client blocks.
//
// The reader's process goes away when nobody wanted a picture for a while.

#include <QImage>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "broker/base/files.h"

namespace latchkey::ui {

class PictureReader {
public:
  enum class What { Icon, Preview };
  using Painted = std::function<void(const QImage&)>;

  PictureReader();
  // Drops what waits; their `done` is not called.
  ~PictureReader();
  PictureReader(const PictureReader&) = delete;

  // `file` is a regular file opened for reading. `done` is called in the reader's thread, with a null image for
  // nothing.
  void read(What what, kj::AutoCloseFd file, int side, Painted done);

private:
  struct Wanted {
    What what;
    kj::AutoCloseFd file;
    int side;
    Painted done;
  };
  void run();

  std::mutex m_lock;
  std::condition_variable m_more;
  std::deque<Wanted> m_wanted;
  bool m_ending = false;
  std::thread m_thread;  // Last: it uses all of the above.
};

}  // namespace latchkey::ui
