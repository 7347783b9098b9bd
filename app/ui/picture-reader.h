// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Has pictures decoded by the confined reader, one after the other, in a thread of its own: the reader's client blocks.
//
// The reader's process goes away when nobody wanted a picture for a while.

#include <QImage>
#include <QStringList>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "broker/base/files.h"

namespace latchkey {
class ReaderClient;
}

namespace latchkey::ui {

class PictureReader {
public:
  using Painted = std::function<void(const QImage&)>;
  using Seen = std::function<void(const QImage&, const QStringList& lines)>;

  PictureReader();
  // Drops what waits; their `done` is not called.
  ~PictureReader();
  PictureReader(const PictureReader&) = delete;

  // `file` is a regular file opened for reading. `done` is called in the reader's thread, with a null image for
  // nothing.
  void icon(kj::AutoCloseFd file, int side, Painted done);
  // Of a picture a small one; of a text its first lines, of an archive its first names.
  void preview(kj::AutoCloseFd file, int side, Seen done);

private:
  using Task = std::function<void(ReaderClient&)>;
  void add(Task task);
  void run();

  std::mutex m_lock;
  std::condition_variable m_more;
  std::deque<Task> m_wanted;
  bool m_ending = false;
  std::thread m_thread;  // Last: it uses all of the above.
};

}  // namespace latchkey::ui
