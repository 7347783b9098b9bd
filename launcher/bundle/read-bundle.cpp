// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/read-bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/io.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include "broker/base/text.h"
#include "launcher/bundle/archive.h"
#include "launcher/bundle/bundle-rules.h"
#include "launcher/bundle/canonical-tar.h"
#include "launcher/manifest/toml-fields.h"

namespace latchkey {
namespace {

constexpr size_t BUFFER = 128 << 10;

bool hasDigest(int file, uint64_t at, uint64_t size, const std::string& digest) {
  Digester digester;
  std::vector<char> buffer(BUFFER);
  while (size > 0) {
    auto count = pread(file, buffer.data(), std::min<uint64_t>(size, buffer.size()), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    digester.add({buffer.data(), static_cast<size_t>(count)});
    at += static_cast<uint64_t>(count);
    size -= static_cast<uint64_t>(count);
  }
  return digester.finish() == digest;
}

// The manifest of the app and version that the list is of, and what both say of each other.
std::string takeManifest(std::string_view text, BundleContents& contents) {
  auto parsed = BundleManifest::parse(text);
  if (auto problem = std::get_if<BundleProblem>(&parsed)) return problem->reason;
  contents.manifest = std::move(std::get<BundleManifest>(parsed));
  if (contents.manifest.id != contents.list.id || contents.manifest.version != contents.list.version)
    return "manifest.toml is of another app or version than its list says";
  return objectionTo(contents.manifest, contents.list.entries);
}

std::optional<std::string> contentIn(int folder, const BundleEntry& entry) {
  kj::AutoCloseFd file(openat(folder, entry.digest.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  std::string content(entry.size, '\0');
  size_t got = 0;
  while (file.get() >= 0 && got < content.size()) {
    auto count = pread(file, content.data() + got, content.size() - got, static_cast<off_t>(got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    got += static_cast<size_t>(count);
  }
  if (file.get() < 0 || digestOf(content) != entry.digest) return {};
  return content;
}

class Reading {
public:
  Reading(DigestList list, ArchiveSource& archive, Extractor& extractor)
      : m_archive(archive), m_extractor(extractor), m_contents{.list = std::move(list)} {}

  std::variant<BundleContents, BundleProblem> run() {
    for (auto& entry : m_contents.list.entries) {
      if (auto problem = take(entry); !problem.empty()) return BundleProblem{problem};
    }
    if (!reads(tar::end()) || !m_archive.ended()) return BundleProblem{"its archive does not end where its list does"};
    for (auto& [path, text] : m_wanted) {
      if (auto problem = objectionToDesktopFile(m_contents.manifest, path, text); !problem.empty())
        return BundleProblem{problem};
    }
    return std::move(m_contents);
  }

private:
  // Whether exactly these bytes come next.
  bool reads(const std::string& expected) {
    std::string bytes(expected.size(), '\0');
    return m_archive.read(bytes.data(), bytes.size()) == bytes.size() && bytes == expected;
  }

  std::string take(const BundleEntry& entry) {
    if (!reads(tar::header(entry))) return brief(entry.path, 200) + ": is not in the archive as the list says";
    if (entry.path == bundle::MANIFEST) return takeFirst(entry);
    if (auto problem = m_extractor.begin(entry); !problem.empty()) return problem;
    if (entry.type != BundleEntry::Type::File) return "";
    auto wanted = m_wanted.find(entry.path);
    auto keep = wanted == m_wanted.end() ? nullptr : &wanted->second;
    if (auto problem = copy(entry, keep, m_extractor); !problem.empty()) return problem;
    if (!reads(std::string(tar::padding(entry), '\0'))) return brief(entry.path, 200) + ": is cut off";
    return m_extractor.end();
  }

  // The manifest: nothing is written before it says what all the rest has to be.
  std::string takeFirst(const BundleEntry& entry) {
    if (entry.size > TomlFields::MAX_SIZE) return "manifest.toml is larger than one may be (64 KiB)";
    std::string text;
    Extractor nowhere(-1);
    if (auto problem = copy(entry, &text, nowhere); !problem.empty()) return problem;
    if (!reads(std::string(tar::padding(entry), '\0'))) return brief(entry.path, 200) + ": is cut off";
    if (auto problem = begin(text); !problem.empty()) return problem;
    if (auto problem = m_extractor.begin(entry); !problem.empty()) return problem;
    if (auto problem = m_extractor.write(text); !problem.empty()) return problem;
    return m_extractor.end();
  }

  std::string copy(const BundleEntry& entry, std::string* keep, Extractor& extractor) {
    Digester digester;
    for (auto left = entry.size; left > 0;) {
      auto count = m_archive.read(m_buffer.data(), std::min<uint64_t>(left, m_buffer.size()));
      if (count == 0) return brief(entry.path, 200) + ": is cut off";
      std::string_view bytes(m_buffer.data(), count);
      digester.add(bytes);
      if (keep != nullptr) keep->append(bytes);
      if (auto problem = extractor.write(bytes); !problem.empty()) return problem;
      left -= count;
    }
    return digester.finish() == entry.digest ? "" : brief(entry.path, 200) + ": is not what was signed";
  }

  std::string begin(const std::string& manifest) {
    if (auto problem = takeManifest(manifest, m_contents); !problem.empty()) return problem;
    // The rules have seen that each is a file, and small.
    for (auto& path : desktopFilesOf(m_contents.manifest)) m_wanted[path] = {};
    return "";
  }

  ArchiveSource& m_archive;
  Extractor& m_extractor;
  BundleContents m_contents;
  std::map<std::string, std::string, std::less<>> m_wanted;
  std::vector<char> m_buffer = std::vector<char>(BUFFER);
};

}  // namespace

std::variant<BundleContents, BundleProblem> readBundle(std::string_view list, int file, uint64_t at, uint64_t size,
                                                       Extractor& extractor) {
  auto parsed = DigestList::parse(list);
  if (auto problem = std::get_if<BundleProblem>(&parsed)) return std::move(*problem);
  auto& digests = std::get<DigestList>(parsed);
  if (digests.archiveSize != size || !hasDigest(file, at, size, digests.archiveDigest))
    return BundleProblem{"its archive is not the one that was signed"};
  ArchiveSource archive(file, at, size);
  return Reading(std::move(digests), archive, extractor).run();
}

std::variant<BundleContents, BundleProblem> readParts(std::string_view list, int folder) {
  auto parsed = DigestList::parse(list);
  if (auto problem = std::get_if<BundleProblem>(&parsed)) return std::move(*problem);
  BundleContents contents{.list = std::move(std::get<DigestList>(parsed))};
  auto& entries = contents.list.entries;
  auto part = [&](std::string_view path) -> std::optional<std::string> {
    auto entry = std::ranges::find(entries, path, &BundleEntry::path);
    if (entry == entries.end() || !isSurveyed(*entry)) return {};
    return contentIn(folder, *entry);
  };
  auto manifest = part(bundle::MANIFEST);
  if (!manifest) return BundleProblem{"its manifest is not there"};
  if (auto problem = takeManifest(*manifest, contents); !problem.empty()) return BundleProblem{problem};
  for (auto& path : desktopFilesOf(contents.manifest)) {
    auto text = part(path);
    if (!text) return BundleProblem{brief(path, 200) + ": is not there"};
    if (auto problem = objectionToDesktopFile(contents.manifest, path, *text); !problem.empty())
      return BundleProblem{problem};
  }
  return contents;
}

}  // namespace latchkey
