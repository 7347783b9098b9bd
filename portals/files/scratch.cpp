// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "broker/base/ids.h"
#include "broker/base/numbers.h"
#include "portals/files/host.h"
#include "portals/files/turn.h"

namespace latchkey::files {
namespace {

constexpr std::string_view SAVE = ".latchkey-save-", KEPT = ".latchkey-kept-";

// "PID.START": the kernel gives no two processes the same between two boots.
std::string mark(long pid) {
  char place[64], text[1024];
  snprintf(place, sizeof place, "/proc/%ld/stat", pid);
  int fd = open(place, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  auto length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return {};
  std::string_view rest(text, static_cast<size_t>(length));
  rest.remove_prefix(std::min(rest.rfind(')') + 2, rest.size()));
  for (int field = 3; field < 22; ++field) rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
  return std::to_string(pid) + "." + std::string(rest.substr(0, rest.find(' ')));
}

const std::string& ownMark() {
  static const std::string own = mark(getpid());
  return own;
}

}  // namespace

std::string scratchName() { return std::string(SAVE) + ownMark() + "-" + randomToken(); }

std::string keptName(std::string_view name) {
  return std::string(KEPT) + ownMark() + "-" + randomToken() + "-" + std::string(name);
}

void cleanScratch(int folder, const std::string& hostName) {
  if (hostName.starts_with(KEPT)) {
    auto afterMark = hostName.find('-', KEPT.size());
    auto afterToken = afterMark == hostName.npos ? hostName.npos : hostName.find('-', afterMark + 1);
    if (afterToken == hostName.npos) return;
    auto name = hostName.substr(afterToken + 1);
    if (away([&] { return renameat2(folder, hostName.c_str(), folder, name.c_str(), RENAME_NOREPLACE); }) == 0) return;
  }
  away([&] { return unlinkat(folder, hostName.c_str(), 0); });
}

void cleanAfterTheDead(int folder) {
  for (auto& full : namesIn(folder)) {
    std::string_view name = full;
    if (!name.starts_with(SAVE) && !name.starts_with(KEPT)) continue;
    auto owner = name.substr(SAVE.size());
    owner = owner.substr(0, owner.find('-'));
    auto pid = numberFrom<long>(owner.substr(0, owner.find('.'))).value_or(0);
    if (pid > 0 && mark(pid) != owner) cleanScratch(folder, full);
  }
}

}  // namespace latchkey::files
