// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/ceilings.h"

#include <errno.h>

#include <filesystem>

#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr size_t MAX_FILE = 1 << 20;
// Look like files and are not: memory and environment of every process of the person's, and what drives the machine.
constexpr const char* KERNEL_PLACES[] = {"/proc", "/sys", "/dev"};

constexpr const char* OWN_FILES = "Latchkey's own files are never given to an app";
constexpr unsigned DEPTH = 4;

bool isFiles(Kind kind) { return kind == Kind::File || kind == Kind::Folder; }

bool concerns(const CeilingRule& rule, const std::string& app, Kind kind) {
  if (rule.start || (!rule.app.empty() && rule.app != app)) return false;
  KJ_IF_MAYBE (wanted, rule.kind) {
    if (*wanted != kind && !(isFiles(*wanted) && isFiles(kind))) return false;
  }
  if (!rule.path.empty() && !isFiles(kind)) return false;
  return true;
}

// Whether a grant would give what may not be reached. Where the forbidden part decides as the more specific of the two
// it is refused within the grant instead.
bool forbids(const Destination& never, const Destination& wanted) {
  if (never.forbids(wanted)) return true;
  auto part = wanted;
  part.firstPort = std::max(never.firstPort, wanted.firstPort);
  part.lastPort = std::min(never.lastPort, wanted.lastPort);
  if (wanted.protocol == Protocol::Any) part.protocol = never.protocol;
  return part.firstPort <= part.lastPort && never.forbids(part) && isMoreSpecific(wanted, never);
}

bool forbidsTarget(const std::string& target, Kind kind, const Object& object) {
  if (kind == Kind::Network) {
    auto never = destinationFrom(target), wanted = destinationFrom(object.target);
    KJ_IF_MAYBE (no, never) {
      KJ_IF_MAYBE (asked, wanted) return forbids(*no, *asked);
    }
  }
  if (kind == Kind::Listen) {
    auto never = listeningFrom(target), wanted = listeningFrom(object.target);
    KJ_IF_MAYBE (no, never) {
      // Nothing is refused within a place to listen: one that lets in whom the rule forbids lets them in.
      KJ_IF_MAYBE (asked, wanted) return no->covers(*asked) || asked->covers(*no);
    }
  }
  return target == object.target;
}

// Whether granting the object would give what the rule forbids. What is wholly forbidden below a granted tree is hidden
// from it instead; what may only not be changed cannot be, so the tree may not be changed either.
bool forbids(const CeilingRule& rule, Kind kind, const Object& object, Access access) {
  if (rule.writeOnly && access == Access::Read) return false;
  if (!rule.target.empty()) return forbidsTarget(rule.target, kind, object);
  if (rule.path.empty() || !isFiles(kind)) return true;
  return liesIn(object.path, rule.path) || (rule.writeOnly && whereOf(kind, object).covers(rule.path));
}

bool same(const struct stat& one, const struct stat& other) {
  return one.st_ino == other.st_ino && one.st_dev == other.st_dev && one.st_size == other.st_size &&
         one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec &&
         one.st_ctim.tv_sec == other.st_ctim.tv_sec && one.st_ctim.tv_nsec == other.st_ctim.tv_nsec;
}

bool isThing(const struct stat& status, const Object& object) {
  return status.st_ino == object.inode && status.st_dev == object.device;
}

// Whether the folder, or something in it, is that very thing. What apps keep in their private homes is theirs.
bool holdsThing(const std::string& folder, const Object& object, unsigned depth) {
  struct stat status{};
  if (lstat(folder.c_str(), &status) < 0) return false;
  if (isThing(status, object)) return true;
  if (!S_ISDIR(status.st_mode) || depth == 0 || folder.ends_with("/home")) return false;
  std::error_code ignored;
  for (auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (holdsThing(entry.path().string(), object, depth - 1)) return true;
  }
  return false;
}

}  // namespace

Ceilings::Ceilings(const Places& places, std::string administratorsFile)
    : m_places(places), m_ownPlaces{places.runtime, places.data, places.state, places.config} {
  // Grants hold resolved paths; a place reached by a symbolic link must be known by both names.
  for (size_t i = 0, count = m_ownPlaces.size(); i < count; ++i) {
    KJ_IF_MAYBE (real, tryResolve(m_ownPlaces[i])) {
      if (real->path != m_ownPlaces[i]) m_ownPlaces.push_back(real->path);
    }
  }
  m_files.push_back({.path = kj::mv(administratorsFile), .rules = {}, .fault = {}});
  m_files.push_back({.path = places.config + "/ceilings.toml", .rules = {}, .fault = {}});
}

void Ceilings::refresh(File& file) {
  struct stat status{};
  int failure = stat(file.path.c_str(), &status) == 0 ? 0 : errno;
  if (failure == 0 && file.known && same(status, file.status)) return;
  file.rules.clear();
  file.fault.clear();
  file.known = failure == 0;
  file.status = status;
  if (failure == ENOENT || failure == ENOTDIR) return;
  // A caught fault makes the file forbid everything; that is the decision, taken here and nowhere else.
  auto thrown = kj::runCatchingExceptions([&] {
    KJ_IF_MAYBE (text, tryReadFile(file.path, MAX_FILE)) file.rules = parseCeilings(*text, file.path, m_places.home);
    else file.fault = file.path + " cannot be read: nothing can be allowed until it can";
  });
  for (size_t i = 0, count = file.rules.size(); i < count; ++i) {
    // Grants hold resolved paths: a rule on a symbolic link also means what it leads to.
    if (file.rules[i].path.empty()) continue;
    KJ_IF_MAYBE (real, tryResolve(file.rules[i].path)) {
      auto resolved = file.rules[i];
      resolved.path = real->path;
      file.rules.push_back(kj::mv(resolved));
    }
  }
  KJ_IF_MAYBE (exception, thrown) file.fault = reason(*exception) + ": nothing can be allowed until it is mended";
  if (!file.fault.empty()) logError(file.fault);
}

// A name of one of ours elsewhere is on the same file system, and either the file has several names or the place itself
// is mounted again. Nothing else is looked at: the disk of another file may not answer.
bool Ceilings::isOwnFile(const Object& object) const {
  if (object.inode == 0) return false;
  for (auto& file : m_files) {
    struct stat status{};
    if (stat(file.path.c_str(), &status) == 0 && isThing(status, object)) return true;
  }
  for (auto& place : m_ownPlaces) {
    struct stat own{}, there{};
    if (stat(place.c_str(), &own) < 0 || own.st_dev != object.device) continue;
    if (isThing(own, object)) return true;
    bool oneName = lstat(object.path.c_str(), &there) == 0 && isThing(there, object) && there.st_nlink == 1;
    if (!oneName && holdsThing(place, object, DEPTH)) return true;
  }
  return false;
}

void Ceilings::refresh() {
  for (auto& file : m_files) refresh(file);
}

std::string Ceilings::trouble() {
  refresh();
  for (auto& file : m_files) {
    if (!file.fault.empty()) return file.fault;
  }
  return {};
}

std::string Ceilings::fault(const std::string& app, Kind kind, const Object& object, Access access) {
  auto unreadable = trouble();
  if (!unreadable.empty()) return unreadable;
  if (isFiles(kind)) {
    for (auto& place : m_ownPlaces) {
      if (liesIn(object.path, place)) return OWN_FILES;
    }
    if (isOwnFile(object)) return OWN_FILES;
    for (auto place : KERNEL_PLACES) {
      if (liesIn(object.path, place))
        return std::string(place) + " is not made of files: nothing in it is ever given to an app";
    }
  }
  for (auto& file : m_files) {
    for (auto& rule : file.rules) {
      if (concerns(rule, app, kind) && forbids(rule, kind, object, access))
        return "this may never be allowed (" + file.path + ", line " + std::to_string(rule.line) + ")";
    }
  }
  return {};
}

std::string Ceilings::faultOfStart(const std::string& app) {
  auto unreadable = trouble();
  if (!unreadable.empty()) return unreadable;
  for (auto& file : m_files) {
    for (auto& rule : file.rules) {
      if (rule.start && (rule.app.empty() || rule.app == app)) return "this app may not be started (" + file.path + ")";
    }
  }
  return {};
}

kj::Maybe<Access> Ceilings::atMost(const std::string& app, Kind kind, const Object& object, Access wanted) {
  if (fault(app, kind, object, wanted).empty()) return wanted;
  if (wanted == Access::Write && fault(app, kind, object, Access::Read).empty()) return Access::Read;
  return nullptr;
}

std::vector<std::string> Ceilings::hidden(const std::string& app) {
  refresh();
  auto result = m_ownPlaces;
  for (auto place : KERNEL_PLACES) result.emplace_back(place);
  for (auto& file : m_files) {
    for (auto& rule : file.rules) {
      if (!rule.path.empty() && !rule.writeOnly && concerns(rule, app, Kind::Folder)) result.push_back(rule.path);
    }
  }
  return result;
}

std::vector<std::string> Ceilings::neverReached(const std::string& app) {
  refresh();
  std::vector<std::string> result;
  for (auto& file : m_files) {
    for (auto& rule : file.rules) {
      bool reach = concerns(rule, app, Kind::Network) && !rule.target.empty();
      if (reach && isCanonical(Kind::Network, rule.target)) result.push_back(rule.target);
    }
  }
  return result;
}

}  // namespace latchkey
