// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/trials.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "broker/base/empty-directory.h"
#include "broker/base/files.h"

namespace latchkey::trial {
namespace {

constexpr size_t LONGEST_ABOUT = 1 << 16;

std::string aboutOf(const std::string& directory) { return directory + "/about"; }

kj::AutoCloseFd openAbout(const std::string& directory) {
  return kj::AutoCloseFd(open(aboutOf(directory).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
}

// A lock of the open file, so that asking about it takes nothing.
struct flock wholeFile() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

bool tryLock(int about) {
  auto lock = wholeFile();
  return fcntl(about, F_OFD_SETLK, &lock) == 0;
}

bool isRunning(const std::string& directory) {
  auto about = openAbout(directory);
  auto lock = wholeFile();
  return about.get() >= 0 && fcntl(about, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

// A value is one line: what could hold a line feed was made a name for people before it came here.
std::string line(std::string value) {
  std::ranges::replace(value, '\n', ' ');
  return value + "\n";
}

bool read(const Places& places, const std::string& id, Trial& trial) {
  trial.id = id;
  trial.directory = trialsDirectory(places.data) + "/" + id;
  KJ_IF_MAYBE (text, tryReadFile(aboutOf(trial.directory), LONGEST_ABOUT)) {
    std::istringstream lines(*text);
    for (auto* field : {&trial.holder, &trial.name, &trial.started, &trial.home}) {
      if (!std::getline(lines, *field)) return false;
    }
    trial.running = isRunning(trial.directory);
    return trial.home.starts_with('/');
  }
  return false;
}

// Also those that somebody was killed in removing.
void removeLeaving(const std::string& trials) {
  auto* directory = opendir(trials.c_str());
  if (directory == nullptr) return;
  KJ_DEFER(closedir(directory));
  while (auto* entry = readdir(directory)) {
    std::string name = entry->d_name;
    if (name[0] != '.' || name == "." || name == "..") continue;
    emptyDirectory(trials + "/" + name);
    rmdir((trials + "/" + name).c_str());
  }
}

}  // namespace

std::string create(const Places& places, const Trial& trial) {
  ensureOwnDirectory(trialsDirectory(places.data));
  auto directory = trialsDirectory(places.data) + "/" + trial.id;
  ensureOwnDirectory(directory);
  replaceFile(aboutOf(directory), line(trial.holder) + line(trial.name) + line(trial.started) + line(trial.home));
  ensureOwnDirectory(directory + "/files");
  return directory;
}

kj::AutoCloseFd begin(const std::string& directory) {
  auto about = openAbout(directory);
  KJ_REQUIRE(about.get() >= 0, "the trial has no directory");
  KJ_REQUIRE(tryLock(about), "the trial runs already");
  for (auto* part : {"/home", "/home/upper", "/home/work"}) ensureOwnDirectory(directory + part);
  return about;
}

bool exists(const Places& places, const std::string& id) {
  return access(aboutOf(trialsDirectory(places.data) + "/" + id).c_str(), F_OK) == 0;
}

std::vector<Trial> list(const Places& places) {
  std::vector<Trial> trials;
  auto* directory = opendir(trialsDirectory(places.data).c_str());
  if (directory == nullptr) return trials;
  KJ_DEFER(closedir(directory));
  while (auto* entry = readdir(directory)) {
    Trial trial;
    if (entry->d_name[0] != '.' && read(places, entry->d_name, trial)) trials.push_back(std::move(trial));
  }
  std::ranges::sort(trials, {}, &Trial::started);
  return trials;
}

void discard(const Trial& trial) {
  auto about = openAbout(trial.directory);
  KJ_REQUIRE(about.get() < 0 || tryLock(about), "the trial still runs: stop it first");
  // Out of every list before the first of it goes: of half a layer, what is missing would look deleted by the app.
  auto trials = trial.directory.substr(0, trial.directory.rfind('/'));
  auto leaving = trials + "/." + trial.id;
  KJ_SYSCALL(rename(trial.directory.c_str(), leaving.c_str()), trial.directory);
  removeLeaving(trials);
  KJ_REQUIRE(access(leaving.c_str(), F_OK) < 0, "not all of it could be removed", leaving);
}

}  // namespace latchkey::trial
