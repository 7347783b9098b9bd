// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Secret: the key an app encrypts its own passwords with. Ours: the broker keeps one for each
// app and profile.
//
// It is written into a pipe or a socket and nothing else: a write into a file could wait for whoever serves that file,
// and this process serves everybody.

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/base/files.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

const std::vector<OptionRule> RULES{{"token", "s", upTo(4096)}};

// Bytes are moved there from a pipe of ours: a write would wait where the app's end does, and to open that end anew
// this process would have to be one that opens files for writing.
bool deliverByPipe(int target, const std::string& secret) {
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  kj::AutoCloseFd from(ends[0]), to(ends[1]);
  auto size = static_cast<ssize_t>(secret.size());
  return write(to, secret.data(), secret.size()) == size &&
         splice(from, nullptr, target, nullptr, secret.size(), SPLICE_F_NONBLOCK) == size;
}

// Without ever waiting.
bool deliver(int target, const std::string& secret) {
  struct stat info{};
  if (fstat(target, &info) < 0) return false;
  auto size = static_cast<ssize_t>(secret.size());
  if (S_ISSOCK(info.st_mode)) return send(target, secret.data(), secret.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == size;
  return S_ISFIFO(info.st_mode) && deliverByPipe(target, secret);
}

kj::Promise<Response> give(Frontend& frontend, Value target) {
  auto secret = co_await frontend.desk().secret();
  bool given = !secret.empty() && deliver(target.asDescriptor(), secret);
  explicit_bzero(secret.data(), secret.size());
  co_return Response{given ? Response::Success : Response::Other};
}

}  // namespace

void addSecret(Frontend& frontend) {
  auto retrieve = [&frontend](Call& call) -> kj::Promise<Value::List> {
    auto all = call.argument(1).asDictionary();
    filtered(all, RULES);
    auto target = call.argument(0);
    return frontend.request(call, all, [&frontend, target](const Request&) { return give(frontend, target); });
  };
  frontend.add({.name = "org.freedesktop.portal.Secret", .methods = {{"RetrieveSecret", "ha{sv}", "o", retrieve}}});
}

}  // namespace latchkey::desktop
