// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/read-bundle.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <map>

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
    if (auto problem = m_extractor.begin(entry); !problem.empty()) return problem;
    if (entry.type != BundleEntry::Type::File) return "";
    bool manifest = entry.path == bundle::MANIFEST;
    if (manifest && entry.size > TomlFields::MAX_SIZE) return "manifest.toml is larger than one may be (64 KiB)";
    auto wanted = m_wanted.find(entry.path);
    std::string kept;
    if (auto problem = copy(entry, manifest                   ? &kept
                                   : wanted == m_wanted.end() ? nullptr
                                                              : &wanted->second);
        !problem.empty())
      return problem;
    if (!reads(std::string(tar::padding(entry), '\0'))) return brief(entry.path, 200) + ": is cut off";
    if (auto problem = m_extractor.end(); !problem.empty()) return problem;
    return manifest ? takeManifest(kept) : "";
  }

  std::string copy(const BundleEntry& entry, std::string* keep) {
    Digester digester;
    for (auto left = entry.size; left > 0;) {
      auto count = m_archive.read(m_buffer.data(), std::min<uint64_t>(left, m_buffer.size()));
      if (count == 0) return brief(entry.path, 200) + ": is cut off";
      std::string_view bytes(m_buffer.data(), count);
      digester.add(bytes);
      if (keep != nullptr) keep->append(bytes);
      if (auto problem = m_extractor.write(bytes); !problem.empty()) return problem;
      left -= count;
    }
    return digester.finish() == entry.digest ? "" : brief(entry.path, 200) + ": is not what was signed";
  }

  std::string takeManifest(const std::string& text) {
    auto parsed = BundleManifest::parse(text);
    if (auto problem = std::get_if<BundleProblem>(&parsed)) return problem->reason;
    m_contents.manifest = std::move(std::get<BundleManifest>(parsed));
    auto& manifest = m_contents.manifest;
    auto& list = m_contents.list;
    if (manifest.id != list.id || manifest.version != list.version)
      return "manifest.toml is of another app or version than its list says";
    if (auto problem = objectionTo(manifest, list.entries); !problem.empty()) return problem;
    // The rules have seen that each is a file, and small.
    for (auto& path : desktopFilesOf(manifest)) m_wanted[path] = {};
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

}  // namespace latchkey
