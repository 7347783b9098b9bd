// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The part of the cgroup tree that is ours: the nearest directory above us that we may write to and that hands memory
// and process limits on to its children. Looked for, never configured; a wrong guess only means the next back-end.

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "broker/base/log.h"
#include "launcher/limits/limits.h"

namespace latchkey::sandbox {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view PREFIX = "latchkey-";
constexpr auto ABANDONED = std::chrono::minutes(1);
constexpr int REMOVAL_ATTEMPTS = 50;

bool writeTo(const fs::path& file, const std::string& text) {
  int fd = open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  auto written = write(fd, text.data(), text.size());
  close(fd);
  return written == static_cast<ssize_t>(text.size());
}

std::string contentOf(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool handsOn(const fs::path& directory, std::string_view controller) {
  std::istringstream words(contentOf(directory / "cgroup.subtree_control"));
  for (std::string word; words >> word;) {
    if (word == controller) return true;
  }
  return false;
}

class AppliedCgroup final : public AppliedLimits {
public:
  explicit AppliedCgroup(fs::path directory) : m_directory(std::move(directory)) {}
  ~AppliedCgroup() override {
    // The last process may still be on its way out.
    for (int attempt = 0; attempt < REMOVAL_ATTEMPTS; ++attempt) {
      if (rmdir(m_directory.c_str()) == 0 || errno != EBUSY) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    logWarning("a control group is left over: " + m_directory.string());
  }
  std::string name() const override { return "delegated cgroup"; }

private:
  fs::path m_directory;
};

class DelegatedCgroups final : public LimitBackend {
public:
  DelegatedCgroups(std::string top, std::string own, MakeGroup make)
      : m_top(std::move(top)), m_own(std::move(own)), m_make(std::move(make)) {}

  kj::Maybe<kj::Own<AppliedLimits>> tryApply(const LimitValues& values, const ProcessHandle& first,
                                             const std::string& instance) override {
    auto parent = delegated();
    if (parent.empty()) return nullptr;
    sweep(parent);
    auto directory = parent / (std::string(PREFIX) + instance);
    if (!m_make(directory.string())) return nullptr;
    auto applied = kj::heap<AppliedCgroup>(directory);  // From here on it is removed whatever happens.
    if (!limit(directory, values) || !writeTo(directory / "cgroup.procs", std::to_string(first.pid()))) return nullptr;
    return kj::Own<AppliedLimits>(kj::mv(applied));
  }

private:
  // "0::/user.slice/..." is the line of the unified hierarchy.
  fs::path delegated() const {
    std::istringstream lines(contentOf(m_own));
    fs::path own;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("0::/")) own = line.substr(4);
    }
    for (auto at = own; !at.empty(); at = at.parent_path()) {
      auto directory = fs::path(m_top) / at;
      if (handsOn(directory, "memory") && handsOn(directory, "pids") &&
          access((directory / "cgroup.procs").c_str(), W_OK) == 0 && access(directory.c_str(), W_OK) == 0) {
        return directory;
      }
    }
    return {};
  }

  static bool limit(const fs::path& directory, const LimitValues& values) {
    bool done = true;
    if (values.memory != 0) done = writeTo(directory / "memory.max", std::to_string(values.memory)) && done;
    if (values.processes != 0) done = writeTo(directory / "pids.max", std::to_string(values.processes + 1)) && done;
    if (values.cpuPercent != 0)
      done = writeTo(directory / "cpu.max", std::to_string(values.cpuPercent * 1000ull) + " 100000") && done;
    return done;
  }

  // What launchers that were killed left behind. Only empty ones can be removed; a fresh one may be about to be filled.
  static void sweep(const fs::path& parent) {
    std::error_code ignored;
    for (auto& entry : fs::directory_iterator(parent, ignored)) {
      if (!entry.path().filename().string().starts_with(PREFIX)) continue;
      struct stat info;
      if (stat(entry.path().c_str(), &info) < 0) continue;
      auto age = std::chrono::system_clock::now() - std::chrono::system_clock::from_time_t(info.st_mtime);
      if (age > ABANDONED) rmdir(entry.path().c_str());
    }
  }

  std::string m_top;
  std::string m_own;
  MakeGroup m_make;
};

}  // namespace

kj::Own<LimitBackend> delegatedCgroups(std::string cgroupFileSystem, std::string ownCgroupFile, MakeGroup make) {
  if (!make) make = [](const std::string& directory) { return mkdir(directory.c_str(), 0755) == 0; };
  return kj::heap<DelegatedCgroups>(std::move(cgroupFileSystem), std::move(ownCgroupFile), std::move(make));
}

}  // namespace latchkey::sandbox
