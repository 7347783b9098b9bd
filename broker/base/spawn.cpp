// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/spawn.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include <climits>
#include <fstream>
#include <string_view>
#include <utility>

namespace latchkey {
namespace {

struct Actions {
  Actions() { posix_spawn_file_actions_init(&actions); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions); }
  posix_spawn_file_actions_t actions;
};

struct Attributes {
  Attributes() { posix_spawnattr_init(&attributes); }
  ~Attributes() { posix_spawnattr_destroy(&attributes); }
  posix_spawnattr_t attributes;
};

// Out of the way of the numbers they are going to have.
std::vector<kj::AutoCloseFd> copiesAbove(const std::vector<int>& fds) {
  std::vector<kj::AutoCloseFd> copies;
  for (auto fd : fds) {
    if (fd < 0) {
      copies.emplace_back();
      continue;
    }
    int copy;
    KJ_SYSCALL(copy = fcntl(fd, F_DUPFD_CLOEXEC, static_cast<int>(fds.size())), fd);
    copies.emplace_back(copy);
  }
  return copies;
}

void placeDescriptors(posix_spawn_file_actions_t& actions, const std::vector<kj::AutoCloseFd>& copies) {
  int number = 0;
  for (auto& copy : copies) {
    if (copy.get() < 0) {
      posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0);
    } else {
      posix_spawn_file_actions_adddup2(&actions, copy.get(), number);
    }
    ++number;
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, number);
}

void freshSignals(posix_spawnattr_t& attributes, bool ownSession) {
  // Loops block signals and ignore SIGPIPE; a child that inherits that cannot be stopped by them.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (ownSession) flags |= POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&attributes, flags);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

// glibc 2.41 declares pidfd_getpid without C linkage, so that C++ cannot link it.
pid_t numberOf(int pidfd) {
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(pidfd));
  for (std::string word; info >> word;) {
    if (pid_t pid; word == "Pid:" && info >> pid) return pid;
  }
  KJ_FAIL_ASSERT("the kernel does not say which process a pidfd is for");
}

constexpr std::string_view TYPED = "/bin", OTHERS = "/libexec/latchkey";

std::string ownFolder() {
  char buffer[PATH_MAX];
  ssize_t length;
  KJ_SYSCALL(length = readlink("/proc/self/exe", buffer, sizeof buffer));
  std::string path(buffer, static_cast<size_t>(length));
  return path.substr(0, path.rfind('/'));
}

}  // namespace

Spawned spawn(const SpawnOrder& order) {
  auto copies = copiesAbove(order.fds);
  Actions actions;
  placeDescriptors(actions.actions, copies);
  Attributes attributes;
  freshSignals(attributes.attributes, order.ownSession);

  std::vector<std::string> words{order.program.substr(order.program.rfind('/') + 1)};
  words.insert(words.end(), order.arguments.begin(), order.arguments.end());
  auto argv = pointers(words);
  auto environment = pointers(order.environment);
  int raw = -1;
  int failure = pidfd_spawn(&raw, order.program.c_str(), &actions.actions, &attributes.attributes, argv.data(),
                            environment.data());
  if (failure != 0) KJ_FAIL_SYSCALL("pidfd_spawn", failure, order.program);
  kj::AutoCloseFd pidfd(raw);
  KJ_SYSCALL(fcntl(pidfd, F_SETFD, FD_CLOEXEC));
  return {numberOf(pidfd), kj::mv(pidfd)};
}

std::string besideUs(const std::string& name) {
  auto folder = ownFolder(), path = folder + "/" + name;
  if (access(path.c_str(), X_OK) == 0) return path;
  for (auto [mine, other] : {std::pair(TYPED, OTHERS), std::pair(OTHERS, TYPED)}) {
    if (!folder.ends_with(mine)) continue;
    auto elsewhere = folder.substr(0, folder.size() - mine.size()).append(other) + "/" + name;
    if (access(elsewhere.c_str(), X_OK) == 0) return elsewhere;
  }
  return path;
}

std::string ownPrefix() {
  auto folder = ownFolder();
  for (auto mine : {OTHERS, TYPED}) {
    if (folder.ends_with(mine)) return folder.substr(0, folder.size() - mine.size());
  }
  return folder.substr(0, folder.rfind('/'));
}

std::vector<std::string> ownEnvironment() {
  std::vector<std::string> result;
  for (auto entry = environ; entry != nullptr && *entry != nullptr; ++entry) result.emplace_back(*entry);
  return result;
}

}  // namespace latchkey
