// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/start-broker.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <limits.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/connection.h"
#include "broker/base/spawn.h"

namespace latchkey {
namespace {

kj::AutoCloseFd openLog(const Places& places) {
  auto path = places.state + "/broker.log";
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  return fd < 0 ? kj::AutoCloseFd() : kj::AutoCloseFd(fd);
}

void pause(long milliseconds) {
  timespec time{0, milliseconds * 1'000'000};
  nanosleep(&time, nullptr);
}

}  // namespace

void startBroker(const Places& places) {
  places.ensure();
  auto program = besideUs("latchkeyd");
  KJ_REQUIRE(access(program.c_str(), X_OK) == 0, "the broker is not installed beside this program", program);
  auto log = openLog(places);
  // `--background`: it forks at once, so that the process waited for here is gone in a moment and the broker is
  // nobody's child. Being a child, it would stay a zombie of a program that outlives it.
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  auto child = spawn({.program = program,
                      .arguments = {"--background"},
                      .environment = ownEnvironment(),
                      .fds = {-1, theirs.get(), log.get()}});
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {}
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  char why[PIPE_BUF];
  auto length = std::max<ssize_t>(read(ours, why, sizeof why), 0);
  auto line = "the broker does not start: " + (length > 0 ? std::string(why, static_cast<size_t>(length))
                                                          : "what it says is in " + places.state + "/broker.log");
  kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::heapString(line.c_str())));
}

kj::AutoCloseFd ensureBroker(const Places& places) {
  places.ensure();
  KJ_IF_MAYBE (fd, tryConnect(places.personSocket())) return kj::mv(*fd);
  startBroker(places);
  for (int waited = 0; waited < 5000; waited += 5) {
    KJ_IF_MAYBE (fd, tryConnect(places.personSocket())) return kj::mv(*fd);
    pause(5);
  }
  KJ_FAIL_REQUIRE("the broker does not start; what it says is in the log", places.state + "/broker.log");
}

}  // namespace latchkey
