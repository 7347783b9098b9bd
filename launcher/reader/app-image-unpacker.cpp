// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/reader/app-image-unpacker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <format>
#include <functional>
#include <memory>

#include "broker/base/files.h"
#include "broker/base/ids.h"
#include "launcher/confined/confined.h"
#include "launcher/desktop/app-image.h"

namespace latchkey {
namespace {

constexpr const char* UNSQUASHFS = "/usr/bin/unsquashfs";
constexpr const char* PRLIMIT = "/usr/bin/prlimit";
constexpr size_t MAX_LISTING = 64 << 20;
constexpr unsigned MAX_DEPTH = 60;

UnpackProblem no(std::string reason) { return {"this AppImage cannot be used: " + std::move(reason)}; }

// Runs unsquashfs on the image with the given words; -1 or its exit status.
int unsquash(int image, uint64_t largestFile, std::vector<std::string> words, int output, int target = -1) {
  ConfinedProgram program{.program = PRLIMIT, .descriptors = {-1, output, -1}};
  program.arguments = {
      "--cpu=300", std::format("--fsize={}", largestFile), "--core=0", "--nofile=512", "--as=4294967296", "--",
      UNSQUASHFS};
  program.arguments.insert(program.arguments.end(), words.begin(), words.end());
  program.places.push_back({image, "/run/appimage/image", false});
  if (target >= 0) program.places.push_back({target, "/run/appimage/out", true});
  int status = Confined::start(program).reap();
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string readAll(int fd, size_t limit) {
  std::string text;
  char buffer[65536];
  for (off_t at = 0; text.size() < limit;) {
    auto count = pread(fd, buffer, sizeof buffer, at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer, static_cast<size_t>(count));
    at += count;
  }
  return text;
}

// Adds up a long listing. A name with a line break in it can add lines, never take any away: too strict at worst.
std::string objection(std::string_view listing, const UnpackLimits& limits) {
  uint64_t bytes = 0, files = 0;
  while (!listing.empty()) {
    auto end = std::min(listing.find('\n'), listing.size());
    auto line = listing.substr(0, end);
    listing.remove_prefix(std::min(end + 1, listing.size()));
    if (line.size() < 12 || line.find(' ') != 10 || std::string_view("-dlbcps").find(line[0]) == std::string_view::npos)
      continue;
    if (std::string_view("bcps").find(line[0]) != std::string_view::npos)
      return "it holds device files, pipes or sockets";
    auto mode = line.substr(1, 9);
    if (mode[2] == 's' || mode[2] == 'S' || mode[5] == 's' || mode[5] == 'S')
      return "it holds programs that would run as somebody else";
    if (++files > limits.files) return std::format("it holds more than {} files", limits.files);
    // "-rw-r--r-- 0/0   1234 ..."
    auto rest = line.substr(11);
    rest.remove_prefix(std::min(rest.find(' '), rest.size()));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    uint64_t size = 0;
    for (size_t i = 0; i < rest.size() && i < 19 && rest[i] >= '0' && rest[i] <= '9'; ++i)
      size = size * 10 + static_cast<uint64_t>(rest[i] - '0');
    bytes += line[0] == '-' ? size : 0;
    if (bytes > limits.bytes) return std::format("unpacked it would be larger than {} MB", limits.bytes / 1000000);
  }
  return files == 0 ? "it is damaged" : "";
}

// Whether the link at `depth` folders below the root stays in it, whatever is there.
bool staysInside(std::string_view target, unsigned depth) {
  if (target.empty() || target.starts_with('/')) return false;
  int level = static_cast<int>(depth);
  for (size_t start = 0; start <= target.size();) {
    auto end = std::min(target.find('/', start), target.size());
    auto part = target.substr(start, end - start);
    if (part == "..") --level;
    else if (!part.empty() && part != ".") ++level;
    if (level < 0) return false;
    start = end + 1;
  }
  return true;
}

class Walk {
public:
  explicit Walk(const UnpackLimits& limits) : m_limits(limits) {}

  // Empty if all of it is as it should be.
  std::string check(int directory, unsigned depth = 0) {
    if (depth > MAX_DEPTH) return "its folders are nested too deep";
    int raw = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::unique_ptr<DIR, int (*)(DIR*)> listing(raw < 0 ? nullptr : fdopendir(raw), closedir);
    if (!listing) return "it holds a folder that cannot be read";
    while (auto entry = readdir(listing.get())) {
      std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (auto problem = checkOne(raw, entry->d_name, depth); !problem.empty()) return problem;
    }
    return {};
  }

private:
  std::string checkOne(int directory, const char* name, unsigned depth) {
    struct stat status{};
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0) return "it changed while it was looked at";
    if (++m_files > m_limits.files ||
        (m_bytes += S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0) > m_limits.bytes) {
      return "it is larger than it said";
    }
    if (S_ISLNK(status.st_mode)) {
      char target[4096];
      auto length = readlinkat(directory, name, target, sizeof target);
      bool inside = length > 0 && length < static_cast<ssize_t>(sizeof target) &&
                    staysInside({target, static_cast<size_t>(length)}, depth);
      return inside ? "" : "it holds a link that leads out of it";
    }
    if ((status.st_mode & (S_ISUID | S_ISGID)) != 0) return "it holds programs that would run as somebody else";
    if (S_ISREG(status.st_mode)) return {};
    if (!S_ISDIR(status.st_mode)) return "it holds device files, pipes or sockets";
    kj::AutoCloseFd below(openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (below.get() < 0) return "it holds a folder that cannot be read";
    fchmod(below, 0755);
    return check(below, depth + 1);
  }

  const UnpackLimits& m_limits;
  uint64_t m_files = 0, m_bytes = 0;
};

kj::AutoCloseFd openBeneath(int directory, const char* name) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return kj::AutoCloseFd(static_cast<int>(syscall(SYS_openat2, directory, name, &how, sizeof how)));
}

bool isRegular(int fd) {
  struct stat status{};
  return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

UnpackedAppImage describe(const std::string& directory, const std::string& hash, std::string_view locale) {
  UnpackedAppImage result{.directory = directory, .hash = hash};
  kj::AutoCloseFd root(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(directory.c_str()), closedir);
  std::vector<std::string> entries;
  while (auto entry = listing ? readdir(listing.get()) : nullptr) {
    if (std::string_view(entry->d_name).ends_with(".desktop")) entries.emplace_back(entry->d_name);
  }
  std::ranges::sort(entries);
  for (auto& name : entries) {
    auto fd = openBeneath(root, name.c_str());
    if (!isRegular(fd.get())) continue;
    result.entry = readDesktopEntry(name.substr(0, name.size() - 8), directory + "/" + name,
                                    readAll(fd, KeyFile::MAX_SIZE + 1), locale);
    if (result.entry) break;
  }
  std::vector<std::string> icons;
  if (result.entry && !result.entry->icon.empty() && result.entry->icon.find('/') == std::string::npos) {
    for (auto ending : {"", ".svg", ".png", ".xpm"}) icons.push_back(result.entry->icon + ending);
  }
  icons.emplace_back(".DirIcon");
  for (auto& name : icons) {
    if (auto fd = openBeneath(root, name.c_str()); isRegular(fd.get())) {
      result.icon = resolve(kj::mv(fd)).path;
      break;
    }
  }
  return result;
}

std::string stamp(const struct stat& status) {
  return std::format("{:x}-{:x}-{:x}-{:x}-{:x}", status.st_dev, status.st_ino, status.st_size, status.st_ctim.tv_sec,
                     status.st_ctim.tv_nsec);
}

bool isHash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

class Unpacker {
public:
  Unpacker(int image, const std::string& latchkeyData, const UnpackLimits& limits)
      : m_image(image), m_place(latchkeyData + "/appimages"), m_limits(limits) {}

  // The directory's hash, or a problem.
  std::variant<std::string, UnpackProblem> run() {
    auto found = identifyAppImage(m_image);
    if (auto none = std::get_if<NoAppImage>(&found))
      return UnpackProblem{none->reason.empty() ? "this is no AppImage" : none->reason};
    struct stat before{};
    KJ_SYSCALL(fstat(m_image, &before));
    ensureOwnDirectory(m_place);
    ensureOwnDirectory(m_place + "/known");
    auto known = m_place + "/known/" + stamp(before);
    KJ_IF_MAYBE (hash, tryReadFile(known, 64)) {
      if (isHash(*hash) && access((m_place + "/" + *hash).c_str(), X_OK) == 0) return *hash;
    }
    auto hash = fileHash(m_image);
    if (!isHash(hash)) return no("it cannot be read");
    if (access((m_place + "/" + hash).c_str(), X_OK) < 0) {
      if (auto problem = unpack(std::get<AppImage>(found).offset, hash); !problem.empty()) return no(problem);
    }
    struct stat after{};
    KJ_SYSCALL(fstat(m_image, &after));
    if (stamp(before) != stamp(after)) {
      std::filesystem::remove_all(m_place + "/" + hash);  // Whose content that is nobody knows.
      return no("it changed while it was unpacked");
    }
    replaceFile(known, hash);
    return hash;
  }

private:
  std::string unpack(uint64_t offset, const std::string& hash) {
    if (access(UNSQUASHFS, X_OK) < 0) return "unsquashfs is missing (install the package 'squashfs-tools')";
    auto at = std::to_string(offset);
    int raw;
    KJ_SYSCALL(raw = memfd_create("listing", MFD_CLOEXEC));
    kj::AutoCloseFd listing(raw);
    if (unsquash(m_image, MAX_LISTING, {"-lln", "-no-progress", "-offset", at, "/run/appimage/image"}, listing) != 0)
      return "it is damaged";
    auto text = readAll(listing, MAX_LISTING);
    if (text.size() >= MAX_LISTING) return "its list of files is too long";
    if (auto problem = objection(text, m_limits); !problem.empty()) return problem;

    auto beside = m_place + "/new-" + randomToken().substr(0, 8);
    ensureOwnDirectory(beside);
    KJ_DEFER({
      std::error_code ignored;
      std::filesystem::remove_all(beside, ignored);
    });
    kj::AutoCloseFd target(open(beside.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    // Exit status 2 is "not all attributes could be set": owners, which an ordinary person cannot set.
    int status = unsquash(m_image, m_limits.bytes,
                          {"-no-progress", "-no-xattrs", "-quiet", "-processors", "2", "-offset", at, "-dest",
                           "/run/appimage/out/root", "/run/appimage/image"},
                          -1, target);
    if (status != 0 && status != 2) return "it is damaged";
    kj::AutoCloseFd root(open((beside + "/root").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (root.get() < 0) return "it is damaged";
    fchmod(root, 0755);
    if (auto problem = Walk(m_limits).check(root); !problem.empty()) return problem;
    if (auto program = openBeneath(root, "AppRun"); !isRegular(program.get())) return "it has no program AppRun";
    auto place = m_place + "/" + hash;
    if (rename((beside + "/root").c_str(), place.c_str()) < 0 && errno != EEXIST && errno != ENOTEMPTY)
      KJ_FAIL_SYSCALL("rename", errno, place);
    return {};
  }

  int m_image;
  std::string m_place;
  const UnpackLimits& m_limits;
};

}  // namespace

std::variant<UnpackedAppImage, UnpackProblem> unpackAppImage(int image, const std::string& latchkeyData,
                                                             std::string_view locale, const UnpackLimits& limits) {
  auto result = Unpacker(image, latchkeyData, limits).run();
  if (auto problem = std::get_if<UnpackProblem>(&result)) return std::move(*problem);
  auto& hash = std::get<std::string>(result);
  return describe(appImageDirectory(latchkeyData, hash), hash, locale);
}

}  // namespace latchkey
