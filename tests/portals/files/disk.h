// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A disk of the test's own that stops or fails on command: a small FUSE file system, mounted in the person's folder.

#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 17)
#include <fuse_lowlevel.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "tests/portals/files/own-mounts.h"

namespace latchkey::test {

// One file "f" in one folder. Between `stop` and `go` nothing is answered; from `fail` on everything is that error.
class Disk {
public:
  explicit Disk(std::string where) : m_where(std::move(where)) {
    std::filesystem::create_directories(m_where);
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    auto options = "fd=" + std::to_string(fd) + ",rootmode=40000,user_id=" + std::to_string(getuid()) +
                   ",group_id=" + std::to_string(getgid()) + ",allow_other";
    works = mount("disk", m_where.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
    char name[] = "disk";
    char* words[] = {name, nullptr};
    fuse_args args = FUSE_ARGS_INIT(1, words);
    m_fuse = fuse_session_new(&args, &operations(), sizeof(fuse_lowlevel_ops), this);
    fuse_opt_free_args(&args);
    fuse_session_mount(m_fuse, ("/dev/fd/" + std::to_string(fd)).c_str());
    m_thread = std::thread([this] { fuse_session_loop(m_fuse); });
  }
  ~Disk() {
    go();
    umount2(m_where.c_str(), MNT_DETACH);
    m_thread.join();
    fuse_session_destroy(m_fuse);
  }
  // What is asked of it that does not come back.
  enum What {
    Nothing,
    Any,
    Make,
    Remove,
    Rename,
    Link,
    Create,
    Attribute,
    Change,
    List,
    Figures,
    Open,
    Read,
    Write,
    Sync,
    Close,
    Lock
  };
  // What the file is called by, as disks do that have more of them than fit into 32 bits.
  static constexpr uint64_t FILE_NUMBER = 0x1234'5678'9abc'def0;
  void stop(What what = Any) { m_stopped = what; }
  void go() { m_stopped = Nothing; }
  // As a disk with a bad place: what lies before it can be read, and from there on nothing, which is that error. 0: the
  // disk says that the file ends there, and that it is longer.
  void badFrom(off_t place, int error) { m_badError = error, m_bad = place; }
  void fill(std::string content) {
    std::lock_guard hold(m_lock);
    m_content = std::move(content);
  }
  // 0: works again. What could be written in between is not lost.
  void fail(int error, What what = Any) { m_failing = what, m_error = error; }
  std::string content() {
    std::lock_guard hold(m_lock);
    return m_content;
  }
  int waiting() const { return m_waiting; }
  // In the call that was stopped.
  int hanging() const { return m_hanging; }
  bool works = false;

private:
  static Disk& self(fuse_req_t request) { return *static_cast<Disk*>(fuse_req_userdata(request)); }
  static void wait(fuse_req_t request, What what = Any) {
    auto& disk = self(request);
    ++disk.m_waiting;
    bool hangs = disk.m_stopped == what;
    if (hangs) ++disk.m_hanging;
    while (disk.m_stopped == Any || disk.m_stopped == what) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (hangs) --disk.m_hanging;
    --disk.m_waiting;
  }
  // Whether it was answered with the error that is set.
  static bool failed(fuse_req_t request, What what = Any) {
    auto& disk = self(request);
    int error = disk.m_error;
    if (error == 0 || (disk.m_failing != Any && disk.m_failing != what)) return false;
    fuse_reply_err(request, error);
    return true;
  }
  static void refuse(fuse_req_t request, What what) {
    wait(request, what);
    if (!failed(request, what)) fuse_reply_err(request, EIO);
  }
  struct stat statusOf(fuse_ino_t id) {
    struct stat status{};
    status.st_ino = id == 1 ? 1 : FILE_NUMBER;
    status.st_mode = id == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
    status.st_nlink = 1;
    status.st_uid = getuid();
    status.st_gid = getgid();
    std::lock_guard hold(m_lock);
    status.st_size = id == 1 ? 0 : static_cast<off_t>(m_content.size());
    return status;
  }
  static const fuse_lowlevel_ops& operations() {
    static const auto operations = [] {
      fuse_lowlevel_ops o{};
      o.lookup = [](fuse_req_t r, fuse_ino_t, const char* name) {
        wait(r);
        if (failed(r)) return;
        fuse_entry_param entry{};
        if (strcmp(name, "f") == 0) entry.ino = 2, entry.attr = self(r).statusOf(2);
        if (entry.ino) fuse_reply_entry(r, &entry);
        else fuse_reply_err(r, ENOENT);
      };
      o.getattr = [](fuse_req_t r, fuse_ino_t id, fuse_file_info*) {
        wait(r);
        if (failed(r)) return;
        auto status = self(r).statusOf(id);
        fuse_reply_attr(r, &status, 0);
      };
      o.open = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info) {
        wait(r);
        if (failed(r, Open)) return;
        info->direct_io = 1;
        fuse_reply_open(r, info);
      };
      o.read = [](fuse_req_t r, fuse_ino_t, size_t size, off_t offset, fuse_file_info*) {
        wait(r);
        if (failed(r, Read)) return;
        auto content = self(r).content();
        if (auto bad = self(r).m_bad.load(); bad >= 0) {
          if (int error = self(r).m_badError; offset >= bad && error != 0) {
            fuse_reply_err(r, error);
            return;
          }
          content.resize(std::min(content.size(), static_cast<size_t>(bad)));
        }
        auto from = std::min(content.size(), static_cast<size_t>(offset));
        fuse_reply_buf(r, content.data() + from, std::min(size, content.size() - from));
      };
      o.write = [](fuse_req_t r, fuse_ino_t, const char* data, size_t size, off_t offset, fuse_file_info*) {
        wait(r);
        if (failed(r, Write)) return;
        auto& disk = self(r);
        {
          std::lock_guard hold(disk.m_lock);
          disk.m_content.resize(std::max(disk.m_content.size(), static_cast<size_t>(offset) + size));
          disk.m_content.replace(static_cast<size_t>(offset), size, data, size);
        }
        fuse_reply_write(r, size);
      };
      o.fsync = [](fuse_req_t r, fuse_ino_t, int, fuse_file_info*) {
        wait(r);
        if (!failed(r, Sync)) fuse_reply_err(r, 0);
      };
      o.flush = [](fuse_req_t r, fuse_ino_t, fuse_file_info*) {
        wait(r);
        if (!failed(r, Close)) fuse_reply_err(r, 0);
      };
      // None of these can be done. What counts is how long it takes to say so.
      o.mkdir = [](fuse_req_t r, fuse_ino_t, const char*, mode_t) { refuse(r, Make); };
      o.rmdir = [](fuse_req_t r, fuse_ino_t, const char*) { refuse(r, Remove); };
      o.unlink = [](fuse_req_t r, fuse_ino_t, const char*) { refuse(r, Remove); };
      o.symlink = [](fuse_req_t r, const char*, fuse_ino_t, const char*) { refuse(r, Make); };
      o.link = [](fuse_req_t r, fuse_ino_t, fuse_ino_t, const char*) { refuse(r, Link); };
      o.rename = [](fuse_req_t r, fuse_ino_t, const char*, fuse_ino_t, const char*, unsigned) { refuse(r, Rename); };
      o.create = [](fuse_req_t r, fuse_ino_t, const char*, mode_t, fuse_file_info*) { refuse(r, Create); };
      o.setattr = [](fuse_req_t r, fuse_ino_t, struct stat*, int, fuse_file_info*) { refuse(r, Change); };
      o.getxattr = [](fuse_req_t r, fuse_ino_t, const char*, size_t) { refuse(r, Attribute); };
      o.setxattr = [](fuse_req_t r, fuse_ino_t, const char*, const char*, size_t, int) { refuse(r, Attribute); };
      o.listxattr = [](fuse_req_t r, fuse_ino_t, size_t) { refuse(r, Attribute); };
      o.removexattr = [](fuse_req_t r, fuse_ino_t, const char*) { refuse(r, Attribute); };
      o.readdir = [](fuse_req_t r, fuse_ino_t, size_t, off_t, fuse_file_info*) { refuse(r, List); };
      o.getlk = [](fuse_req_t r, fuse_ino_t, fuse_file_info*, struct flock*) { refuse(r, Lock); };
      o.setlk = [](fuse_req_t r, fuse_ino_t, fuse_file_info*, struct flock*, int) { refuse(r, Lock); };
      o.flock = [](fuse_req_t r, fuse_ino_t, fuse_file_info*, int) { refuse(r, Lock); };
      o.statfs = [](fuse_req_t r, fuse_ino_t) { refuse(r, Figures); };
      return o;
    }();
    return operations;
  }

  std::string m_where;
  fuse_session* m_fuse = nullptr;
  std::atomic<What> m_stopped = Nothing, m_failing = Any;
  std::atomic<int> m_error = 0, m_badError = 0;
  std::atomic<off_t> m_bad = -1;
  std::mutex m_lock;
  std::string m_content = "disk";  // Under the lock.
  std::atomic<int> m_waiting = 0, m_hanging = 0;
  std::thread m_thread;
};

}  // namespace latchkey::test
