// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What stands between an app and a file that the person's shell opened as its input or output.
//
// `latchkey run -- prog < file` means: it may read this once, from here. The descriptor itself would mean more: through
// /proc/self/fd/0 a program opens the file anew, for writing too; an output can be read back, sought and truncated; and
// none of that could be taken back. The kernel has no descriptor that cannot be opened anew but a socket's, and one of
// our own FUSE would cover only what the shell opened by a path. So the app gets a pipe, and a thread here copies.
//
//   - an input's position ends where the program stopped reading, not where we did: `while read line` around a launch
//     keeps its lines;
//   - output and error output that are one description stay one pipe, so that their order stays;
//   - pipes, sockets, terminals and the memory devices are passed as they are. Known hole: a program can write to the
//     pipe that is its input, and read from the one that is its output. That reaches what others of the same pipeline
//     put there, and no file;
//   - all else is refused: directories (openat() would reach everything), devices, descriptors that are only a path.

#include <kj/io.h>
#include <kj/thread.h>
#include <kj/vector.h>

#include "launcher/sandbox/sandbox.h"

namespace latchkey {

class StreamRelays final {
public:
  // Puts pipes in the place of files, in `streams` itself. Throws what the person should read if one may not be passed.
  explicit StreamRelays(sandbox::StandardStreams& streams);
  ~StreamRelays();
  KJ_DISALLOW_COPY_AND_MOVE(StreamRelays);

  // When nobody is left inside: what was written has arrived, what was not read is unread.
  void finish();

private:
  void relayInput(int& stream);
  void relayOutputs(int& out, int& err);

  kj::AutoCloseFd m_stop, m_stopping;  // Readable at m_stop once m_stopping is closed.
  kj::Vector<kj::Own<kj::Thread>> m_threads;
};

}  // namespace latchkey
