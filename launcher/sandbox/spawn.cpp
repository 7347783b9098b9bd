// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/spawn.h"

#include <fcntl.h>
#include <kj/common.h>
#include <kj/debug.h>
#include <signal.h>
#include <spawn.h>

namespace latchkey::sandbox {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

pid_t spawn(const SpawnRequest& request) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  KJ_DEFER(posix_spawn_file_actions_destroy(&actions); posix_spawnattr_destroy(&attributes));

  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, request.errors, 2);
  for (auto& passed : request.descriptors) posix_spawn_file_actions_adddup2(&actions, passed.fd, passed.number);
  posix_spawn_file_actions_addchdir_np(&actions, "/");

  pid_t pid = 0;
  auto arguments = pointers(request.arguments), environment = pointers(request.environment);
  int error = posix_spawn(&pid, request.program.c_str(), &actions, &attributes, arguments.data(), environment.data());
  if (error != 0) KJ_FAIL_SYSCALL("posix_spawn", error, request.program);
  return pid;
}

}  // namespace latchkey::sandbox
