// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/run-order.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli/names.h"
#include "broker/base/descriptor.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

constexpr size_t LONGEST_PROFILE = 64;

// A name, not a path and not an id: it becomes part of both.
void checkProfile(const std::string& profile) {
  constexpr std::string_view PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  bool fits = !profile.empty() && profile.size() <= LONGEST_PROFILE && profile[0] != '.' && profile[0] != '-' &&
              profile.find_first_not_of(PLAIN) == profile.npos && profile != "default";
  if (!fits) throw UsageError("a profile's name is letters, digits, '.', '_' and '-', and not \"default\"");
}

WorkingDirectory whereWeAre(const Typed& typed, const std::string& home, kj::Maybe<Resolved>& here) {
  WorkingDirectory directory;
  KJ_IF_MAYBE (thing, tryResolve(".")) {
    directory.path = thing->path;
    if (!typed.has("--here")) return directory;
    if (!canBeNamed(thing->path, home)) {
      throw UsageError("--here gives the whole of " + brief(thing->path, 60) + ": go into the folder you mean first");
    }
    directory.granted = true;
    here = kj::mv(*thing);
  } else {
    throw UsageError("the working directory is gone");
  }
  return directory;
}

bool executableFile(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

// Where the shell would find it, if that is not a place every program sees. Nothing: the launcher finds it by itself.
kj::Maybe<std::string> ownProgram(const std::string& name, const std::string& home) {
  if (name.empty() || name.find('/') != name.npos) return nullptr;
  std::string_view path = getenv("PATH") == nullptr ? "" : getenv("PATH");
  while (!path.empty()) {
    auto colon = path.find(':');
    auto candidate = std::string(path.substr(0, colon)) + "/" + name;
    path = colon == path.npos ? "" : path.substr(colon + 1);
    if (candidate[0] != '/' || !executableFile(candidate)) continue;
    if (canBeNamed(candidate, home)) return candidate;
    return nullptr;
  }
  return nullptr;
}

void setList(capnp::List<capnp::Data>::Builder list, const std::vector<std::string>& words) {
  for (unsigned i = 0; i < words.size(); ++i) list.set(i, asData(words[i]));
}

void setThing(schema::Designation::Builder designation, Resolved&& thing, schema::Access access,
              schema::Origin origin) {
  designation.setPath(asData(thing.path));
  designation.setDirectory(thing.directory);
  designation.setAccess(access);
  designation.setOrigin(origin);
  designation.setObject(descriptorOf(kj::mv(thing.fd)));
}

void setEnvironment(schema::LaunchSpec::Builder spec) {
  auto all = ownEnvironment();
  auto list = spec.initEnvironment(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < all.size(); ++i) {
    std::string_view entry = all[i];
    auto equals = entry.find('=');
    list[i].setName(asData(entry.substr(0, equals)));
    if (equals != entry.npos) list[i].setValue(asData(entry.substr(equals + 1)));
  }
}

}  // namespace

RunOrder RunOrder::from(const Typed& typed, const std::string& home) {
  RunOrder order;
  order.command = typed.dashed();
  if (typed.words().empty()) throw UsageError(order.command ? "COMMAND is missing" : "APP-ID is missing");
  if (typed.has("--profile")) checkProfile(order.profile = typed.value("--profile"));
  order.runAs = typed.value("--as");
  if (!order.runAs.empty() && !order.command) throw UsageError("--as is for `run -- COMMAND`");
  order.action = typed.value("--action");
  if (!order.action.empty() && order.command) throw UsageError("--action is for `run APP-ID`");
  order.ask = chosen<schema::AskMode>("--ask", typed.value("--ask", "ui"));
  order.throwaway = typed.has("--try");
  auto here = typed.value("--here");
  if (!here.empty() && here != "ro" && here != "fast") throw UsageError("say --here, --here=ro or --here=fast");
  if (here == "ro") order.hereAccess = schema::Access::READ;
  order.hereFast = here == "fast";
  if (order.hereFast && order.throwaway) throw UsageError("--try keeps everything aside: it cannot be --here=fast");
  auto directory = whereWeAre(typed, home, order.here);

  auto words = typed.words();
  if (!order.command) {
    order.app = words[0];
    words.erase(words.begin());
    if (order.app.empty()) throw UsageError("APP-ID is missing");
    if (order.app.find('/') != order.app.npos) {
      KJ_IF_MAYBE (image, tryResolve(order.app)) order.app = image->path;
    }
  } else {
    KJ_IF_MAYBE (path, ownProgram(words[0], home)) words[0] = *path;
  }
  if (typed.has("--words")) {
    if (order.command) throw UsageError("--words is for `run APP-ID`");
    order.arguments = std::move(words);
    return order;
  }
  auto found = findNamed(std::move(words), directory, home);
  order.arguments = std::move(found.arguments);
  order.named = std::move(found.things);
  if (order.named.size() > MOST_NAMED) {
    throw UsageError("more than " + std::to_string(MOST_NAMED) + " files at once: name their folder instead");
  }
  return order;
}

void RunOrder::fill(schema::LaunchSpec::Builder spec) && {
  if (command) setList(spec.initCommand(static_cast<unsigned>(arguments.size())), arguments);
  else {
    spec.setApp(app);
    setList(spec.initArguments(static_cast<unsigned>(arguments.size())), arguments);
  }
  spec.setProfile(profile);
  spec.setRunAs(runAs);
  spec.setAction(action);
  spec.setAsk(ask);
  spec.setThrowaway(throwaway);
  setEnvironment(spec);
  auto list = spec.initDesignations(static_cast<unsigned>(named.size()) + (here == nullptr ? 0 : 1));
  unsigned next = 0;
  for (auto& one : named) {
    // The program itself needs to be read only.
    bool program = command && one.argument == 0;
    setThing(list[next++], kj::mv(one.thing), program ? schema::Access::READ : schema::Access::WRITE,
             schema::Origin::TYPED);
  }
  KJ_IF_MAYBE (thing, here) {
    spec.setWorkingDirectory(asData(thing->path));
    setThing(list[next], kj::mv(*thing), hereAccess, schema::Origin::WORKDIR);
    list[next].setFast(hereFast);
  }
}

}  // namespace latchkey::cli
