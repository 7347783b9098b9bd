// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Steps of the mount helper's jobs. A job is a process of its own: what fails is thrown, told, and the process ends
// with all it had open.

#include <string>
#include <vector>

namespace latchkey::files {

constexpr int NO_FOLLOW = 8, DETACH = 2;  // UMOUNT_NOFOLLOW, MNT_DETACH

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
void sendAnswer(int socket, const std::string& text, int fd = -1, int second = -1);

// fast-mounts.cpp. In the user namespace of the sandbox; the first two in a copy of our own mount namespace there.
// A folder of the host as it is; the mount, by descriptor.
int mountFast(const Job& job);
// What an earlier portal mounted so: taken up, or unmounted.
void sweepFast(const Job& job);
void unmountFast(const Job& job);

}  // namespace latchkey::files
