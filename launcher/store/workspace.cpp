// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>

#include "broker/base/empty-directory.h"
#include "broker/base/failure.h"
#include "broker/base/ids.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "launcher/store/layout.h"

namespace latchkey::store {
namespace {

constexpr int TRIES = 1500;
constexpr useconds_t BETWEEN_TRIES = 20'000;

kj::AutoCloseFd takeLock(int store) {
  int raw;
  KJ_SYSCALL(raw = openat(store, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  kj::AutoCloseFd lock(raw);
  for (int tried = 0; tried < TRIES; ++tried) {
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK && errno != EINTR) KJ_FAIL_SYSCALL("flock", errno);
    usleep(BETWEEN_TRIES);
  }
  fail("what is installed is being changed by another program of Latchkey's: try again when that is done");
}

void removeWhole(int parent, const std::string& parentPath, const std::string& name) {
  struct stat status{};
  if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) return;
  if (!S_ISDIR(status.st_mode)) {
    unlinkat(parent, name.c_str(), 0);
    return;
  }
  // What unpacked into it dies with whoever started it, and may be at it for a moment yet.
  for (int tried = 0; tried < 50; ++tried) {
    emptyDirectory(parentPath + "/" + name);
    if (unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0) return;
    if (errno != ENOTEMPTY) break;
    usleep(BETWEEN_TRIES);
  }
  logWarning("the store: what a change left in " + brief(parentPath + "/" + name, 300) + " cannot be removed");
}

}  // namespace

Workspace::Workspace(const std::string& path, int store, const Step& step,
                     const std::function<bool(Workspace&)>& putInOrder)
    : m_path(path), m_store(store), m_step(step), m_putInOrder(putInOrder), m_lock(takeLock(store)) {
  auto staging = tryEnter(m_store, "staging");
  if (staging.get() < 0) fail("the store is damaged: staging is no folder");
  bool brokenOff = !namesIn(staging).empty();
  m_name = randomToken().substr(0, 12);
  m_step();
  KJ_SYSCALL(mkdirat(staging, m_name.c_str(), 0700));
  m_folder = tryEnter(staging, m_name);
  if (brokenOff) m_inOrder = m_putInOrder(*this);
}

void Workspace::clearOthers() {
  auto staging = tryEnter(m_store, "staging");
  for (auto& name : namesIn(staging)) {
    if (name == m_name) continue;
    m_step();
    removeWhole(staging, m_path + "/staging", name);
  }
}

Workspace::~Workspace() noexcept(false) {
  auto clear = [this] {
    if (!m_done) m_inOrder = m_putInOrder(*this);
    if (!m_inOrder) return;
    auto staging = tryEnter(m_store, "staging");
    m_step();
    removeWhole(staging, m_path + "/staging", m_name);
  };
  // What cannot be put in order now is by whoever comes next: the folder is still there.
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions(clear)) logWarning("the store: " + reason(*exception));
}

}  // namespace latchkey::store
