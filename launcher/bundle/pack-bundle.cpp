// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/pack-bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/io.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>

#include "broker/base/text.h"
#include "launcher/bundle/archive.h"
#include "launcher/bundle/bundle-rules.h"
#include "launcher/bundle/canonical-tar.h"
#include "launcher/bundle/host-needs.h"
#include "launcher/manifest/toml-fields.h"

namespace latchkey {
namespace {

using Type = BundleEntry::Type;

// What is in the folder, in the order of a bundle.
class Collection {
public:
  std::vector<BundleEntry> entries;

  std::string add(int directory, const std::string& prefix, unsigned depth = 0) {
    if (depth > bundle::MAX_DEPTH) return brief(prefix, 200) + ": folders are nested too deep";
    int raw = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::unique_ptr<DIR, int (*)(DIR*)> listing(raw < 0 ? nullptr : fdopendir(raw), closedir);
    if (!listing) return brief(prefix, 200) + ": cannot be read";
    while (auto entry = readdir(listing.get())) {
      std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (auto problem = addOne(raw, name, prefix + name, depth); !problem.empty()) return problem;
    }
    return {};
  }

private:
  std::string addOne(int directory, const std::string& name, const std::string& path, unsigned depth) {
    struct stat status{};
    if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) return brief(path, 200) + ": is gone";
    if (entries.size() >= bundle::MAX_ENTRIES) return "there are too many files";
    BundleEntry entry{.path = path};
    if (S_ISDIR(status.st_mode)) {
      entry.type = Type::Directory;
      entries.push_back(entry);
      kj::AutoCloseFd below(openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      return below.get() < 0 ? brief(path, 200) + ": cannot be read" : add(below, path + "/", depth + 1);
    }
    if (S_ISLNK(status.st_mode)) {
      char target[bundle::MAX_PATH + 1];
      auto length = readlinkat(directory, name.c_str(), target, sizeof target);
      if (length <= 0 || length == sizeof target) return brief(path, 200) + ": is a link that cannot be read";
      entry.type = Type::Link;
      entry.target.assign(target, static_cast<size_t>(length));
    } else if (!S_ISREG(status.st_mode)) {
      return brief(path, 200) + ": is neither file, folder nor link";
    } else if ((status.st_mode & (S_ISUID | S_ISGID)) != 0) {
      return brief(path, 200) + ": would run as somebody else (setuid or setgid)";
    } else {
      entry.executable = (status.st_mode & S_IXUSR) != 0;
      entry.size = static_cast<uint64_t>(status.st_size);
    }
    entries.push_back(std::move(entry));
    return {};
  }
};

class Packing {
public:
  Packing(int directory, int archive) : m_directory(directory), m_archive(archive) {}

  std::variant<PackedBundle, BundleProblem> run() {
    if (auto problem = pack(); !problem.empty()) return BundleProblem{problem};
    for (auto& need : m_needs.missing(m_packed.contents.list.entries)) m_packed.needs.push_back(need);
    return std::move(m_packed);
  }

private:
  std::string pack() {
    auto& list = m_packed.contents.list;
    auto& manifest = m_packed.contents.manifest;
    Collection collection;
    if (auto problem = collection.add(m_directory, ""); !problem.empty()) return problem;
    list.entries = std::move(collection.entries);
    std::ranges::sort(list.entries, goesBefore);
    if (auto problem = objectionTo(list.entries); !problem.empty()) return problem;
    if (auto problem = readManifest(); !problem.empty()) return problem;
    if (auto problem = objectionTo(manifest, list.entries); !problem.empty()) return problem;
    for (auto& path : desktopFilesOf(manifest)) {
      std::string text;
      if (auto problem = contentOf(path, text); !problem.empty()) return problem;
      if (auto problem = objectionToDesktopFile(manifest, path, std::move(text)); !problem.empty()) return problem;
    }
    for (auto& entry : list.entries) {
      if (auto problem = packOne(entry); !problem.empty()) return problem;
    }
    if (!m_archive.write(tar::end()) || !m_archive.finish()) return "it cannot be written: is the disk full?";
    list.id = manifest.id;
    list.version = manifest.version;
    list.archiveSize = m_archive.size();
    list.archiveDigest = m_archive.digest();
    return {};
  }

  std::string readManifest() {
    std::string text;
    if (m_packed.contents.list.entries[0].size > TomlFields::MAX_SIZE)
      return "manifest.toml is larger than one may be (64 KiB)";
    if (auto problem = contentOf(std::string(bundle::MANIFEST), text); !problem.empty()) return problem;
    auto parsed = BundleManifest::parse(text);
    if (auto problem = std::get_if<BundleProblem>(&parsed)) return problem->reason;
    m_packed.contents.manifest = std::move(std::get<BundleManifest>(parsed));
    return {};
  }

  kj::AutoCloseFd open(const std::string& path) {
    return kj::AutoCloseFd(openat(m_directory, path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  }

  // Of a file that is known to be small.
  std::string contentOf(const std::string& path, std::string& text) {
    auto file = open(path);
    char buffer[8192];
    ssize_t count;
    while ((count = read(file, buffer, sizeof buffer)) > 0) {
      text.append(buffer, static_cast<size_t>(count));
      if (text.size() > TomlFields::MAX_SIZE) return brief(path, 200) + ": is too large";
    }
    return count < 0 ? brief(path, 200) + ": cannot be read" : "";
  }

  std::string packOne(BundleEntry& entry) {
    if (!m_archive.write(tar::header(entry))) return "it cannot be written: is the disk full?";
    if (entry.type != Type::File) return {};
    auto file = open(entry.path);
    if (file.get() < 0) return brief(entry.path, 200) + ": cannot be read";
    Digester digester;
    uint64_t size = 0;
    for (;;) {
      auto count = read(file, m_buffer.data(), m_buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return brief(entry.path, 200) + ": cannot be read";
      if (count == 0) break;
      size += static_cast<uint64_t>(count);
      if (size > entry.size) break;
      std::string_view bytes(m_buffer.data(), static_cast<size_t>(count));
      digester.add(bytes);
      if (!m_archive.write(bytes)) return "it cannot be written: is the disk full?";
    }
    if (size != entry.size) return brief(entry.path, 200) + ": changed while it was packed";
    entry.digest = digester.finish();
    m_needs.add(file, entry.executable);
    if (!m_archive.write(std::string(tar::padding(entry), '\0'))) return "it cannot be written: is the disk full?";
    return {};
  }

  int m_directory;
  ArchiveSink m_archive;
  HostNeeds m_needs;
  PackedBundle m_packed;
  std::vector<char> m_buffer = std::vector<char>(128 << 10);
};

}  // namespace

std::variant<PackedBundle, BundleProblem> packBundle(int directory, int archive) {
  return Packing(directory, archive).run();
}

}  // namespace latchkey
