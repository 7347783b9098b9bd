// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Steps of the mount helper's jobs. A job is a process of its own: what fails is thrown, told, and the process ends
// with all it had open.

#include <string>
#include <vector>

namespace latchkey::files {

constexpr int NO_FOLLOW = 8, DETACH = 2;  // UMOUNT_NOFOLLOW, MNT_DETACH
constexpr int FORCE = 1;                  // MNT_FORCE: whatever waits for a FUSE connection gets an error.

struct Failure {
  const char* what;
  int error;
};

struct Job {
  char kind = 0;
  std::vector<std::string> words;
  int answer = -1, user = -1, mount = -1;
  int object = -1;  // The FUSE connection, or what the job is about.
};

int check(long result, const char* what);
int openTree(int from, const char* path, unsigned flags);
// Below `folder`, no symbolic link followed.
int openIn(int folder, const char* name, int flags);
// The place to mount on, made where it is missing, by O_PATH. One name at a time: no symbolic link on the way is
// followed.
int mountPoint(const std::string& path, bool directory);
bool isEmpty(int folder);
void moveTo(int tree, int point);
// /proc of the host, whatever /proc is after entering: of this very process.
int ownProc();
struct Mounted {
  unsigned id = 0;
  std::string path;
  bool view = false;  // By a file portal.
};
// All mounts of the mount namespace this process is in.
std::vector<Mounted> mountedNow(int proc);
// The mount that `fd` is on, whatever hangs there. 0 and errno.
unsigned long long mountIdOf(int fd);
// 0, or what is wrong.
int unmountAt(int proc, int fd, int flags);
void sendAnswer(int socket, const std::string& text, int fd = -1, int second = -1);

// fast-mounts.cpp. In the user namespace of the sandbox; the first two in a copy of our own mount namespace there.
// A folder of the host as it is; the mount, by descriptor.
int mountFast(const Job& job);
// What an earlier portal mounted so: taken up, or unmounted.
void sweepFast(const Job& job);
void unmountFast(const Job& job);

// former-views.cpp. What the portals before this one mounted is unmounted, and their connections are ended.
void endFormerViews(const Job& job);

}  // namespace latchkey::files
