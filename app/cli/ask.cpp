// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey ask`: the one command for the inside. Speaks to $LATCHKEY_SOCKET as the program it is part of; what it says
// is believed by nobody.

#include <errno.h>
#include <kj/debug.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/names.h"
#include "broker/base/connection.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "broker/schema/app.capnp.h"

namespace latchkey::cli {
namespace {

// Without following links: what a name leads to is not ours to know before it was allowed.
std::string absolute(const std::string& path) {
  if (path.starts_with('/')) return path;
  return std::filesystem::current_path().string() + "/" + path;
}

void describe(Call& call, schema::Powerbox::Descriptor::Builder query) {
  auto kind = chosen<schema::Kind>("the first word", call.word(0, "file, folder, network or service"));
  query.setKind(kind);
  query.setAccess(call.typed.has("--write") ? schema::Access::WRITE : schema::Access::READ);
  if (kind == schema::Kind::FILE || kind == schema::Kind::FOLDER) {
    auto path = absolute(call.word(1, "PATH"));
    query.setPath(asData(path));
    return;
  }
  auto& target = call.word(1, "what to reach");
  if (!isUtf8(target)) throw UsageError("what to reach is not text");
  query.setTarget(target);
}

void print(Call& call, schema::Powerbox::Granted::Reader granted) {
  auto what = granted.getPath().size() > 0 ? bytes(granted.getPath()) : text(granted.getTarget());
  if (!call.json()) return call.console.print(what + "\n");
  JsonArray json;
  json.object().field("target", what).field("access", nameOf(granted.getAccess()));
  call.console.print(json.finish());
}

int runHolding(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t pid;
  int failure = posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ);
  if (failure != 0) {
    Console::complain(command[0] + ": " + strerror(failure));
    return failure == ENOENT ? 127 : 126;
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int askPerson(Call& call) {
  auto socket = getenv("LATCHKEY_SOCKET");
  if (socket == nullptr) throw UsageError("this is for programs that Latchkey runs: there is no $LATCHKEY_SOCKET");
  auto fd = tryConnect(socket);
  KJ_REQUIRE(fd != nullptr, "Latchkey does not answer", socket);
  auto stream = call.link.io().lowLevelProvider->wrapUnixSocketFd(KJ_ASSERT_NONNULL(fd).release(),
                                                                  kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  Connection connection(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  auto session = connection.bootstrap().castAs<schema::AppSession>();
  auto ask = session.powerboxRequest().send().getPowerbox().requestRequest();
  describe(call, ask.initQuery());
  ask.setClaim(call.typed.value("--claim"));
  auto outcome = ask.send().wait(call.link.waits());
  if (!outcome.getOutcome().isGranted()) {
    Console::complain("not allowed");
    return FAILED;
  }
  print(call, outcome.getOutcome().getGranted());
  auto& words = call.typed.words();
  if (words.size() <= 2) return DONE;
  return runHolding({words.begin() + 2, words.end()});
}

}  // namespace latchkey::cli
