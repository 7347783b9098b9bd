// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/confined/confined.h"

#include <errno.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/files.h"
#include "broker/base/spawn.h"
#include "launcher/sandbox/bwrap-words.h"
#include "launcher/sandbox/filters.h"
#include "launcher/sandbox/host-facts.h"
#include "launcher/sandbox/memory-file.h"
#include "launcher/sandbox/plan.h"
#include "launcher/sandbox/process-handle.h"
#include "launcher/sandbox/sandbox.h"

namespace latchkey {
namespace {

using namespace sandbox;

constexpr size_t MAX_CONFIGURATION = 1 << 20;

Plan planOf(const ConfinedProgram& program, const HostFacts& host) {
  Plan plan;
  auto add = [&](Operation operation) { plan.push_back(std::move(operation)); };
  auto id = insideId(host.uid), group = insideId(host.gid);
  add(OwnUserNamespace{id, group});
  add(OwnPidNamespace{});
  add(OwnIpcNamespace{});
  if (!program.network) add(OwnNetworkNamespace{});
  add(OwnCgroupNamespace{});
  add(OwnHostname{"latchkey"});
  add(NoNestedNamespaces{});
  add(NewSession{});
  add(DieWithLauncher{});
  if (program.init) add(FirstProgramIsInit{});
  for (auto& directory : host.systemDirectories) add(ReadOnlySystem{directory});
  for (auto& [path, target] : host.rootLinks) add(Symlink{target, path});
  add(ProcessFiles{});
  add(MinimalDevices{});
  for (auto& path : host.configuration) add(ReadOnlySystem{path});
  for (auto& path : host.caches) add(ReadOnlySystem{path});
  add(SyntheticFile{"/etc/passwd",
                    "latchkey:x:" + std::to_string(id) + ":" + std::to_string(group) + "::/tmp:/bin/sh\n"});
  if (program.network) {
    // As they read now: the first is often a link to where the sandbox has nothing.
    for (auto path : {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf"}) {
      KJ_IF_MAYBE (text, tryReadFile(path, MAX_CONFIGURATION)) add(SyntheticFile{path, *text});
    }
  }
  add(Directory{"/tmp", 01777});
  for (unsigned slot = 0; slot < program.places.size(); ++slot) {
    auto& place = program.places[slot];
    add(BindDescriptor{slot, place.path, place.write ? Reach::Write : Reach::Read});
  }
  add(EmptyEnvironment{});
  add(SetEnvironment{"PATH", "/usr/bin:/bin"});
  add(SetEnvironment{"HOME", "/tmp"});
  add(SetEnvironment{"LANG", "C.UTF-8"});
  for (auto& [name, value] : program.environment) add(SetEnvironment{name, value});
  add(FilterSystemCalls{{.localSockets = !program.network}});
  return plan;
}

const HostFacts& hostFacts() {
  static const HostFacts facts = HostFacts::gather();  // What the system is like; holds no authority.
  return facts;
}

}  // namespace

Confined Confined::start(const ConfinedProgram& program) {
  KJ_REQUIRE(program.program.starts_with('/'), "not an absolute path", program.program);
  auto bubblewrap = Programs::find().bubblewrap;
  auto descriptors = program.descriptors;
  while (descriptors.size() < 3) descriptors.push_back(-1);
  int wordsNumber = static_cast<int>(descriptors.size());
  auto rendered = inBwrapWords(planOf(program, hostFacts()), wordsNumber + 1);

  kj::Vector<kj::AutoCloseFd> own;
  auto passOwn = [&](kj::AutoCloseFd fd) {
    descriptors.push_back(fd.get());
    own.add(kj::mv(fd));
  };
  passOwn(memoryFile("words", rendered.joined()));
  for (auto& one : rendered.descriptors) {
    KJ_ASSERT(one.number == static_cast<int>(descriptors.size()));
    switch (one.kind) {
      case Inherited::Kind::Content: passOwn(memoryFile("content", one.content)); break;
      case Inherited::Kind::Calls: passOwn(memoryFile("calls", compiledFilters(one.abilities).calls)); break;
      case Inherited::Kind::Arguments:
        passOwn(memoryFile("arguments", compiledFilters(one.abilities).arguments));
        break;
      case Inherited::Kind::Slot: descriptors.push_back(program.places.at(one.slot).object); break;
    }
  }
  SpawnOrder order{.program = bubblewrap,
                   .arguments = {"--args", std::to_string(wordsNumber), "--", program.program},
                   .environment = {},
                   .fds = std::move(descriptors)};
  order.arguments.insert(order.arguments.end(), program.arguments.begin(), program.arguments.end());
  auto spawned = spawn(order);
  return Confined(spawned.pid, kj::mv(spawned.pidfd));
}

Confined::~Confined() {
  if (m_pidfd.get() < 0) return;
  kill();
  reap();
}

void Confined::kill() {
  if (m_pidfd.get() >= 0) killWithChildren(m_pid);
}

kj::Maybe<int> Confined::tryReap() {
  int status = 0;
  if (m_pidfd.get() < 0 || waitpid(m_pid, &status, WNOHANG) != m_pid) return nullptr;
  m_pidfd = nullptr;
  return status;
}

int Confined::reap() {
  int status = 0;
  while (m_pidfd.get() >= 0 && waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {}
  m_pidfd = nullptr;
  return status;
}

}  // namespace latchkey
