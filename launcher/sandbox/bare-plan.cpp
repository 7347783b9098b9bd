// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/bare-plan.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "broker/base/spawn.h"
#include "launcher/sandbox/plan.h"

namespace latchkey::sandbox {
namespace {

constexpr unsigned long OWN_ROOM = 64UL * 1024;  // For the two sockets that process 1 makes.
constexpr size_t MOST_LISTED = 64UL * 1024;

}  // namespace

Plan barePlan(const std::vector<std::string>& files, const std::string& folder, const std::string& file,
              const HostFacts& host) {
  Plan plan;
  auto add = [&](Operation operation) { plan.push_back(std::move(operation)); };
  auto id = insideId(host.uid), group = insideId(host.gid);
  add(OwnUserNamespace{id, group});
  add(OwnPidNamespace{});
  add(OwnIpcNamespace{});
  add(OwnNetworkNamespace{});
  add(OwnCgroupNamespace{});
  add(OwnHostname{"latchkey"});
  add(NoNestedNamespaces{});
  add(NewSession{});
  add(DieWithLauncher{});
  add(FirstProgramIsInit{});
  for (auto& path : files) add(ReadOnlySystem{path});
  // bubblewrap starts process 1 by way of it. The portal covers it before the program runs.
  add(ProcessFiles{});
  add(BindDevice{"/dev/null"});
  // Whose files they are has to have a name.
  auto line = std::to_string(id) + ":" + std::to_string(group);
  add(SyntheticFile{"/etc/passwd", "user:x:" + line + "::/:/usr/sbin/nologin\n"});
  add(SyntheticFile{"/etc/group", "user:x:" + std::to_string(group) + ":\n"});
  add(SyntheticFile{"/etc/nsswitch.conf", "passwd: files\ngroup: files\n"});
  add(MemoryDirectory{"/run", OWN_ROOM});
  add(Directory{"/run/latchkey", 0700});
  add(Directory{"/run/user", 0755});
  add(Directory{runtimeDirectory(host), 0700});
  add(Directory{folder, 0755});
  if (!file.empty()) add(SyntheticFile{file, "", 0600});
  add(ReadOnlyRoot{});
  add(EmptyEnvironment{});
  add(SetEnvironment{"LANG", "C.UTF-8"});
  add(FilterSystemCalls{});
  return plan;
}

std::vector<std::string> pathsIn(const std::string& listing) {
  std::vector<std::string> paths;
  std::istringstream lines(listing);
  for (std::string line; std::getline(lines, line);) {
    // "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)", "\t/lib64/ld-linux-x86-64.so.2 (0x...)"
    auto start = line.find('/'), end = line.rfind(" (0x");
    if (start == line.npos || end == line.npos || end <= start) continue;
    paths.push_back(line.substr(start, end - start));
  }
  return paths;
}

std::vector<std::string> loadedBy(const std::string& program) {
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  auto child = latchkey::spawn({.program = program,
                                .arguments = {},
                                .environment = {"LD_TRACE_LOADED_OBJECTS=1"},
                                .fds = {-1, theirs.get(), -1}});
  theirs = nullptr;
  std::string listing;
  char part[4096];
  for (ssize_t length; listing.size() < MOST_LISTED && (length = read(ours, part, sizeof part)) != 0;) {
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) break;
    listing.append(part, static_cast<size_t>(length));
  }
  ours = nullptr;
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {}
  auto paths = pathsIn(listing);
  KJ_REQUIRE(status == 0 && !paths.empty(), "it cannot be told what this program is made of", program);
  paths.push_back(program);
  return paths;
}

}  // namespace latchkey::sandbox
