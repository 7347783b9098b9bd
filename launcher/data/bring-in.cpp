// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/data/bring-in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <optional>

#include "broker/base/empty-directory.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/sandbox/private-home.h"
#include "launcher/trial/beneath.h"
#include "launcher/trial/copy-all.h"

namespace latchkey::data {
namespace {

constexpr const char* BESIDE = "incoming";

[[noreturn]] void failWith(const std::string& what, int error = errno) { fail(escaped(what) + ": " + strerror(error)); }

std::string parentOf(const std::string& relative) {
  auto slash = relative.rfind('/');
  return slash == relative.npos ? "" : relative.substr(0, slash);
}

void ensureProfile(const std::string& folder) {
  auto app = parentOf(folder);
  ensureOwnDirectory(parentOf(app));
  ensureOwnDirectory(app);
  ensureOwnDirectory(folder);
}

// One piece, from the person's to a name beside the private home.
class Copy {
public:
  Copy(int source, const std::string& name, int target, const std::string& as)
      : m_source(source), m_name(name), m_target(target), m_as(as) {}

  void run(const Survey& survey) {
    for (auto& entry : survey.entries) {
      if (S_ISDIR(entry.status.st_mode)) makeFolder(entry);
      else if (S_ISLNK(entry.status.st_mode)) makeLink(entry);
      else copyFile(entry);
    }
  }

private:
  std::string place(const Entry& entry) const { return entry.relative.empty() ? m_as : m_as + "/" + entry.relative; }
  std::string shown(const Entry& entry) const {
    return entry.relative.empty() ? m_name : m_name + "/" + entry.relative;
  }
  kj::AutoCloseFd parent(const Entry& entry) const {
    auto folder = trial::openParentBeneath(m_target, place(entry));
    if (folder.get() < 0) failWith(shown(entry) + " cannot be copied");
    return folder;
  }

  void makeFolder(const Entry& entry) const {
    auto folder = parent(entry);
    // Whoever copies has to be able to go on in it.
    if (mkdirat(folder, trial::lastPart(place(entry)).c_str(), (entry.status.st_mode & 0777) | 0700) < 0)
      failWith(shown(entry) + " cannot be copied");
  }

  void makeLink(const Entry& entry) const {
    auto folder = parent(entry);
    if (symlinkat(entry.target.c_str(), folder, trial::lastPart(place(entry)).c_str()) < 0)
      failWith(shown(entry) + " cannot be copied");
  }

  kj::AutoCloseFd openSource(const Entry& entry) const {
    if (!entry.relative.empty()) return trial::openBeneath(m_source, entry.relative, O_RDONLY | O_NONBLOCK);
    auto path = "/proc/self/fd/" + std::to_string(m_source);  // The file itself, held from the survey on.
    return kj::AutoCloseFd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }

  static bool same(const struct stat& one, const struct stat& other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino && one.st_size == other.st_size &&
           one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec &&
           S_ISREG(other.st_mode);
  }

  void copyFile(const Entry& entry) const {
    auto from = openSource(entry);
    if (from.get() < 0) failWith(shown(entry) + " cannot be read");
    auto folder = parent(entry);
    kj::AutoCloseFd to(openat(folder, trial::lastPart(place(entry)).c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (to.get() < 0) failWith(shown(entry) + " cannot be copied");
    struct stat now{};
    bool sound = fstat(from, &now) == 0 && same(entry.status, now);
    if (sound) {
      auto copied = trial::copyAll(from, to, static_cast<uint64_t>(entry.status.st_size));
      if (copied.fault == trial::Copied::Fault::Reading) failWith(shown(entry) + " cannot be read", copied.error);
      if (copied.fault == trial::Copied::Fault::Writing) failWith(shown(entry) + " cannot be copied", copied.error);
      sound = fstat(from, &now) == 0 && same(entry.status, now);
    }
    if (!sound) fail(escaped(shown(entry)) + " changed while it was copied: close what works with it, and try again");
    timespec times[] = {entry.status.st_mtim, entry.status.st_mtim};
    // What would run as somebody else runs as the person here anyway.
    if (fchmod(to, entry.status.st_mode & 0777) < 0 || futimens(to, times) < 0)
      failWith(shown(entry) + " cannot be copied");
    if (close(to.release()) < 0 && errno != EINTR) failWith(shown(entry) + " cannot be copied");
  }

  int m_source;
  const std::string& m_name;
  int m_target;
  std::string m_as;
};

}  // namespace

BringIn::BringIn(const std::string& profileFolder) : m_folder(profileFolder + "/" + BESIDE) {
  ensureProfile(profileFolder);
  auto home = sandbox::PrivateHome::open(profileFolder);
  m_home = duplicate(home.fd());
  ensureOwnDirectory(m_folder);
  m_beside = kj::AutoCloseFd(open(m_folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (m_beside.get() < 0) failWith(m_folder);
  if (flock(m_beside, LOCK_EX | LOCK_NB) < 0) fail("something is being copied into that home already");
  emptyDirectory(m_folder);  // Of one who did not come to an end.
}

BringIn::~BringIn() noexcept(false) {
  emptyDirectory(m_folder);
  rmdir(m_folder.c_str());
}

uint64_t BringIn::room() const {
  struct statvfs status{};
  if (fstatvfs(m_beside, &status) < 0) failWith(m_folder);
  return static_cast<uint64_t>(status.f_bavail) * status.f_frsize;
}

bool BringIn::isThere(const std::string& to) const {
  struct stat status{};
  return trial::statusBeneath(m_home, to, status);
}

void BringIn::stage(int source, const std::string& name, const Survey& survey, const std::string& to) {
  auto as = std::to_string(m_staged.size());
  Copy(source, name, m_beside, as).run(survey);
  m_staged.push_back({as, to});
}

std::vector<std::string> BringIn::putInPlace(There there) {
  // What takes a place is on the disk by then.
  if (syncfs(m_beside) < 0) failWith(m_folder);
  auto home = sandbox::PrivateHome::open(parentOf(m_folder));
  std::vector<std::string> stayed;
  for (auto& [name, to] : m_staged) {
    home.ensureDirectory(parentOf(to));
    auto folder = trial::openParentBeneath(home.fd(), to);
    if (folder.get() < 0) failWith("~/" + to + " cannot be put in place");
    auto last = trial::lastPart(to);
    if (renameat2(m_beside, name.c_str(), folder, last.c_str(), RENAME_NOREPLACE) == 0) continue;
    if (errno != EEXIST) failWith("~/" + to + " cannot be put in place");
    if (there == There::Stays) stayed.push_back(to);
    else if (renameat2(m_beside, name.c_str(), folder, last.c_str(), RENAME_EXCHANGE) < 0)
      failWith("~/" + to + " cannot be put in place");
  }
  return stayed;
}

}  // namespace latchkey::data
