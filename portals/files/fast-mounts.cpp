// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Folders of the host mounted into a sandbox as they are.
//
// The mount is made in a copy of our own mount namespace: there the folder is reached anew by its path, no symbolic
// link followed, and must be the very one that was granted. It is cut out alone - what else is mounted in it stays
// behind - made private, so that nothing mounted on the host later comes after it, and set down in the sandbox.
//
// It is unmounted by descriptor: a sandbox may have renamed a folder above it, and then its path is another.

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "portals/files/mount-steps.h"

namespace latchkey::files {
namespace {

constexpr unsigned long PRIVATE = 1UL << 18;  // MS_PRIVATE

int enter(int mountNamespace) { return check(setns(mountNamespace, CLONE_NEWNS), "enter the mount namespace"); }

unsigned long long deviceOf(const struct statx& status) {
  struct stat plain{};
  plain.st_dev = makedev(status.stx_dev_major, status.stx_dev_minor);
  return plain.st_dev;
}

// The mount whose root `tree` is. Past its own modes, and wherever it is by now.
void detach(int proc, int tree) {
  auto id = mountIdOf(tree);
  if (id == 0) throw Failure{"look at a mount", errno};
  int error = unmountAt(proc, tree, DETACH);
  if (error == 0) return;
  for (auto& mounted : mountedNow(proc)) {
    if (mounted.id == id) throw Failure{"unmount", error};
  }
}

// A mount of that very folder, not covered by another. -1: none.
int findMounted(int proc, unsigned long long device, unsigned long long inode) {
  int root = check(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "open /");
  int found = -1;
  for (auto& mounted : mountedNow(proc)) {
    int fd = mounted.path.size() < 2 ? -1 : openIn(root, mounted.path.c_str() + 1, O_PATH | O_NOFOLLOW | O_DIRECTORY);
    if (fd < 0) continue;
    struct statx status{};
    bool seen = statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &status) == 0;
    if (seen && status.stx_mnt_id == mounted.id && status.stx_ino == inode && deviceOf(status) == device) {
      found = fd;
      break;
    }
    close(fd);
  }
  close(root);
  return found;
}

}  // namespace

int mountFast(const Job& job) {
  auto& path = job.words.at(0);
  bool writable = job.words.at(1) == "w";
  struct stat granted{}, there{};
  check(fstat(job.object, &granted), "look at the folder");
  int root = check(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "open /");
  int folder = check(openIn(root, path.c_str() + 1, O_PATH | O_NOFOLLOW | O_DIRECTORY), "reach the folder");
  check(fstat(folder, &there), "look at the folder");
  if (there.st_dev != granted.st_dev || there.st_ino != granted.st_ino) {
    throw Failure{"another folder has this name now", ESTALE};
  }
  int tree = openTree(folder, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
  if (tree < 0 && errno == EINVAL) throw Failure{"something else is mounted in this folder", EINVAL};
  check(tree, "open_tree");
  mount_attr how{};
  how.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (writable ? 0 : MOUNT_ATTR_RDONLY);
  how.propagation = PRIVATE;
  check(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &how, sizeof how), "mount_setattr");
  enter(job.mount);
  moveTo(tree, mountPoint(path, true));
  return tree;
}

void unmountFast(const Job& job) {
  int proc = ownProc();
  enter(job.mount);
  detach(proc, job.object);
}

// Four words each: device, inode, "x" to unmount or "k" to keep, and what it is called in the answer.
void sweepFast(const Job& job) {
  int proc = ownProc();
  enter(job.mount);
  for (size_t i = 0; i + 3 < job.words.size(); i += 4) {
    auto device = strtoull(job.words[i].c_str(), nullptr, 10);
    auto inode = strtoull(job.words[i + 1].c_str(), nullptr, 10);
    bool keep = job.words[i + 2] == "k";
    for (int tree; (tree = findMounted(proc, device, inode)) >= 0;) {
      if (keep) {
        sendAnswer(job.answer, "K" + job.words[i + 3], tree);
        break;
      }
      detach(proc, tree);
      close(tree);
    }
  }
}

}  // namespace latchkey::files
