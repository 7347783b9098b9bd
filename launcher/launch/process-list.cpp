// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/process-list.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace latchkey {
namespace {

constexpr size_t MOST_PROCESSES = 4096;

std::string contentOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<pid_t> childrenOf(pid_t pid) {
  std::vector<pid_t> result;
  std::error_code gone;
  // Each thread has a list of its own.
  for (auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    std::istringstream list(contentOf(thread.path().string() + "/children"));
    for (pid_t child; list >> child;) result.push_back(child);
  }
  return result;
}

uint64_t memoryOf(const std::string& directory) {
  std::istringstream rollup(contentOf(directory + "/smaps_rollup"));
  for (std::string word; rollup >> word;) {
    uint64_t kib;
    if (word == "Pss:" && rollup >> kib) return kib * 1024;
  }
  std::istringstream pages(contentOf(directory + "/statm"));
  uint64_t size = 0, resident = 0;
  pages >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// False if the process has gone.
bool describe(RunningProcess& process) {
  auto directory = "/proc/" + std::to_string(process.pid);
  auto stat = contentOf(directory + "/stat");
  auto open = stat.find('('), close = stat.rfind(')');
  if (open == stat.npos || close == stat.npos) return false;
  process.name = stat.substr(open + 1, close - open - 1);
  std::istringstream rest(stat.substr(close + 1));
  std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  if (fields.size() < 13) return false;
  auto ticks = std::stod(fields[11]) + std::stod(fields[12]);  // utime, stime
  process.cpuSeconds = ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  process.memory = memoryOf(directory);
  return true;
}

}  // namespace

std::vector<RunningProcess> processesBelow(pid_t first) {
  std::vector<RunningProcess> result;
  std::vector<pid_t> waiting{first};
  while (!waiting.empty() && result.size() < MOST_PROCESSES) {
    auto parent = waiting.back();
    waiting.pop_back();
    for (auto child : childrenOf(parent)) {
      RunningProcess process{.pid = child, .parent = parent};
      if (!describe(process)) continue;
      result.push_back(process);
      waiting.push_back(child);
    }
  }
  return result;
}

}  // namespace latchkey
