// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/doctor/bubblewrap-trial.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "broker/base/spawn.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr int PATIENCE = 10000;

std::vector<std::string> smallSandbox() {
  std::vector<std::string> words = {"--unshare-all", "--unshare-user", "--die-with-parent",
                                    "--ro-bind",     "/usr",           "/usr"};
  for (auto name : {"bin", "sbin", "lib", "lib32", "lib64"}) {
    std::error_code ignored;
    auto path = std::string("/") + name;
    if (std::filesystem::is_symlink(path, ignored))
      words.insert(words.end(), {"--symlink", std::string("usr/") + name, path});
    else if (std::filesystem::is_directory(path, ignored)) words.insert(words.end(), {"--ro-bind", path, path});
  }
  return words;
}

void append(std::vector<std::string>& words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
}

std::string lastLine(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  auto line = text.substr(text.rfind('\n') + 1);
  return brief(line.empty() ? "it said nothing" : line, 200);
}

// CVE-2026-87766: an earlier run leaves a link in a folder the sandbox may write; a later one is told to make a mount
// point below it. An old bubblewrap follows the link onto the host, whose root it still has at /oldroot while it
// prepares.
bool escapesThroughLinks(const std::string& program) {
  char place[] = "/tmp/latchkey-doctor-XXXXXX";
  if (mkdtemp(place) == nullptr) return false;
  std::string root = place;
  KJ_DEFER({
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
  });
  mkdir((root + "/outside").c_str(), 0700);
  mkdir((root + "/home").c_str(), 0700);
  bool escaped = false;
  auto targets = {"/oldroot" + root + "/outside", "../../oldroot" + root + "/outside",
                  "../../../oldroot" + root + "/outside"};
  int number = 0;
  for (auto& target : targets) {
    auto link = "link" + std::to_string(number++);
    if (symlink(target.c_str(), (root + "/home/" + link).c_str()) < 0) continue;
    auto words = smallSandbox();
    append(words, {"--bind", root + "/home", "/home", "--dir", "/home/" + link + "/made", "--", "/usr/bin/true"});
    std::string output;
    runBriefly(program, words, output);
    escaped = escaped || access((root + "/outside/made").c_str(), F_OK) == 0;
  }
  return escaped;
}

}  // namespace

int runBriefly(const std::string& program, const std::vector<std::string>& arguments, std::string& output) {
  kj::AutoCloseFd file(memfd_create("output", MFD_CLOEXEC));
  Spawned child;
  KJ_IF_MAYBE (problem, kj::runCatchingExceptions([&] {
                 child = spawn({.program = program,
                                .arguments = arguments,
                                .environment = {"LC_ALL=C", "PATH=/usr/bin:/bin"},
                                .fds = {-1, file.get(), file.get()}});
               })) {
    output = std::string(problem->getDescription().cStr());
    return -1;
  }
  pollfd wait{child.pidfd.get(), POLLIN, 0};
  if (poll(&wait, 1, PATIENCE) <= 0) syscall(SYS_pidfd_send_signal, child.pidfd.get(), SIGKILL, nullptr, 0);
  int status = 0;
  waitpid(child.pid, &status, 0);
  output.resize(4096);
  auto size = pread(file, output.data(), output.size(), 0);
  output.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void tryBubblewrap(const std::string& program, MachineReport& report) {
  if (program.empty()) return;
  struct stat status{};
  report.bubblewrapSetuid = stat(program.c_str(), &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) != 0;
  std::string output;
  runBriefly(program, {"--version"}, output);
  auto blank = output.rfind(' ');
  report.bubblewrapVersion = blank == output.npos ? "unknown" : lastLine(output.substr(blank + 1));
  auto words = smallSandbox();
  append(words, {"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--", "/usr/bin/true"});
  auto result = runBriefly(program, words, output);
  report.bubblewrap = {result == 0, result == 0 ? "" : lastLine(output)};
  report.bubblewrapEscapes = escapesThroughLinks(program);
}

}  // namespace latchkey
