// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/trial/copy-all.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace latchkey::trial {

Copied copyAll(int from, int to, uint64_t most) {
  Copied copied;
  std::array<char, 1 << 17> block;
  for (;;) {
    auto count = read(from, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {copied.bytes, Copied::Fault::Reading, errno};
    if (count == 0) return copied;
    if (static_cast<uint64_t>(count) > most - copied.bytes) return {copied.bytes, Copied::Fault::More, 0};
    for (ssize_t done = 0; done < count;) {
      auto written = write(to, block.data() + done, static_cast<size_t>(count - done));
      if (written < 0 && errno != EINTR) return {copied.bytes, Copied::Fault::Writing, errno};
      done += std::max<ssize_t>(written, 0);
    }
    copied.bytes += static_cast<uint64_t>(count);
  }
}

}  // namespace latchkey::trial
