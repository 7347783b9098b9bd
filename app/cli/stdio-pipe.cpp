// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/stdio-pipe.h"

#include <sys/stat.h>
#include <unistd.h>

#include "app/cli/words.h"
#include "broker/base/files.h"

namespace latchkey::cli {
namespace {

// What is shared with a shell must not become non-blocking, and what is on disk cannot be waited for.
kj::AutoCloseFd pipeAt(int fd) {
  struct stat status{};
  bool isPipe = fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
  if (!isPipe) throw UsageError("--stdio is for ssh: standard input and output have to be pipes");
  return duplicate(fd);
}

kj::Promise<void> carry(kj::AsyncIoContext& io, kj::AutoCloseFd input, kj::AutoCloseFd output, kj::AutoCloseFd socket) {
  constexpr auto OURS = kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC;
  auto in = io.lowLevelProvider->wrapInputFd(kj::mv(input), OURS);
  auto out = io.lowLevelProvider->wrapOutputFd(kj::mv(output), OURS);
  auto far = io.lowLevelProvider->wrapSocketFd(kj::mv(socket), OURS);
  auto forth = in->pumpTo(*far).then([&far](uint64_t) { far->shutdownWrite(); },
                                     [&far](kj::Exception&&) { far->shutdownWrite(); });
  auto back = far->pumpTo(*out).ignoreResult().catch_([](kj::Exception&&) {});
  // What the broker's side has ended is over; what ssh's side has ended is when ours has said its last.
  co_await back.exclusiveJoin(forth.then([]() -> kj::Promise<void> { return kj::NEVER_DONE; }));
}

}  // namespace

// What is wrong with them is said before anything is waited for.
kj::Promise<void> carryStdio(kj::AsyncIoContext& io, kj::AutoCloseFd socket) {
  auto input = pipeAt(STDIN_FILENO), output = pipeAt(STDOUT_FILENO);
  return carry(io, kj::mv(input), kj::mv(output), kj::mv(socket));
}

}  // namespace latchkey::cli
