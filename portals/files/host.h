// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Reaching things on the host: always from a held directory, one look-up, no symbolic link followed, never upwards.
//
// The kernel does the checking (openat2), so that no rename between a check of ours and the use of its result can lead
// out of the granted folder. Nothing is opened for use before it is known by O_PATH to be a plain file or a directory:
// opening a fifo would hang, opening a device would act.
//
// Each call may wait for a disk for as long as it likes: see turn.h.

#include <kj/io.h>
#include <sys/stat.h>
#include <unistd.h>

#include <compare>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::files {

// Which thing, whatever it is called at the moment.
struct Identity {
  uint64_t device = 0;
  uint64_t inode = 0;
  auto operator<=>(const Identity&) const = default;
  bool known() const { return device != 0 || inode != 0; }
};
inline Identity identityOf(const struct stat& status) { return {status.st_dev, status.st_ino}; }

// A thing found, or why not.
struct Thing {
  kj::AutoCloseFd fd;  // O_PATH
  struct stat status{};
  int error = ENOENT;  // 0 if found.
  explicit operator bool() const { return error == 0; }
};

// `relative` below `root`, "" for the root itself. The last part is not followed either: a symbolic link is itself
// found.
Thing findBeneath(int root, const char* relative);
Thing findBeneath(int root, std::string_view relative);
inline Thing findBeneath(int root, const std::string& relative) { return findBeneath(root, relative.c_str()); }

// `name`, one part, in `folder`. By its looks alone: no descriptor.
Thing lookIn(int folder, const char* name);

// The directory that holds the last part of `relative`.
Thing findParentBeneath(int root, std::string_view relative);

// A usable descriptor of the very thing that `path` (O_PATH) holds. -errno on failure.
int reopen(int path, int flags);

// A file that is really open. Some disks find out only at closing that they cannot keep what was written: whoever wrote
// it is told by Session::flush, and here it ends nobody (KJ's would throw).
class OpenFile {
public:
  OpenFile() = default;
  explicit OpenFile(int fd) : m_fd(fd) {}
  OpenFile(OpenFile&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    return *this;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (m_fd >= 0) ::close(m_fd);
  }
  operator int() const { return m_fd; }
  int get() const { return m_fd; }

private:
  int m_fd = -1;
};

// What the folder that `folder` (O_PATH) holds lists, without "." and "..".
std::vector<std::string> namesIn(int folder);

// "/proc/self/fd/N", for calls that take no O_PATH descriptor.
std::string procPath(int fd);

}  // namespace latchkey::files
