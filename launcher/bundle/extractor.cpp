// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/extractor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/base/text.h"

namespace latchkey {
namespace {

int openBeneath(int directory, const std::string& path, uint64_t flags, uint64_t mode) {
  open_how how{};
  how.flags = flags | O_CLOEXEC | O_NOFOLLOW;
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  return static_cast<int>(syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how));
}

std::string failed(std::string_view path) {
  return brief(path, 200) + ": cannot be written: " + std::string(strerror(errno));
}

}  // namespace

std::string Extractor::enter(const std::string& parent) {
  if (m_parent.get() >= 0 && parent == m_parentPath) return {};
  m_parent = kj::AutoCloseFd(openBeneath(m_root, parent.empty() ? "." : parent, O_PATH | O_DIRECTORY, 0));
  m_parentPath = parent;
  return m_parent.get() < 0 ? failed(parent) : "";
}

std::string Extractor::begin(const BundleEntry& entry) {
  if (m_root < 0) return {};
  auto slash = entry.path.rfind('/');
  auto name = slash == entry.path.npos ? entry.path : entry.path.substr(slash + 1);
  if (auto problem = enter(slash == entry.path.npos ? "" : entry.path.substr(0, slash)); !problem.empty())
    return problem;
  switch (entry.type) {
    case BundleEntry::Type::Directory:
      // Its own name alone: "." and ".." exist already, and a link is not followed by mkdir.
      if (name.find('/') != name.npos || mkdirat(m_parent, name.c_str(), 0755) < 0) return failed(entry.path);
      return {};
    case BundleEntry::Type::Link:
      if (symlinkat(entry.target.c_str(), m_parent, name.c_str()) < 0) return failed(entry.path);
      return {};
    case BundleEntry::Type::File:
      m_file =
          kj::AutoCloseFd(openBeneath(m_parent, name, O_WRONLY | O_CREAT | O_EXCL, entry.executable ? 0755u : 0644u));
      return m_file.get() < 0 ? failed(entry.path) : "";
  }
  return {};
}

std::string Extractor::write(std::string_view bytes) {
  while (m_root >= 0 && !bytes.empty()) {
    auto count = ::write(m_file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return "it cannot be written: " + std::string(strerror(errno));
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

std::string Extractor::end() {
  if (m_file.get() < 0) return {};
  int file = m_file.release();
  return close(file) < 0 ? "it cannot be written: " + std::string(strerror(errno)) : "";
}

}  // namespace latchkey
