// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/data/survey.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <format>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "launcher/trial/beneath.h"

namespace latchkey::data {
namespace {

constexpr size_t MAX_PATH = 4000;

std::string join(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

const char* objectionTo(mode_t mode) {
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) ? nullptr : "neither a file nor a folder";
}

// Whether a link that lies `depth` folders below the top stays below it: steps up first, then names.
bool staysWithin(std::string_view target, unsigned depth) {
  if (target.empty() || target.front() == '/') return false;
  bool named = false;
  for (size_t start = 0; start <= target.size();) {
    auto end = std::min(target.find('/', start), target.size());
    auto part = target.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") named = true;
    else if (named || depth-- == 0) return false;
  }
  return true;
}

class Walk {
public:
  Walk(int root, const std::string& name, const struct stat& status) : m_root(root), m_name(name), m_top(status) {}

  Survey run() {
    m_survey.entries.push_back({.relative = {}, .status = m_top});
    if (S_ISREG(m_top.st_mode)) {
      count(m_top);
      return std::move(m_survey);
    }
    m_waiting.push_back({"", 0});
    while (!m_waiting.empty()) {
      auto [folder, depth] = std::move(m_waiting.back());
      m_waiting.pop_back();
      enter(folder, depth);
    }
    return std::move(m_survey);
  }

private:
  void leave(const std::string& relative, std::string why) {
    m_survey.leftOut.push_back({m_name + "/" + relative, std::move(why)});
  }

  void count(const struct stat& status) {
    ++m_survey.files;
    if (S_ISREG(status.st_mode)) m_survey.bytes += static_cast<uint64_t>(status.st_size);
  }

  void enter(const std::string& folder, unsigned depth) {
    auto opened = trial::openBeneath(m_root, folder, O_RDONLY | O_DIRECTORY);
    if (opened.get() < 0) return leave(folder, std::string("cannot be looked into: ") + strerror(errno));
    std::vector<std::pair<std::string, unsigned>> below;
    for (auto& name : trial::namesIn(opened)) {
      auto relative = join(folder, name);
      struct stat status{};
      if (fstatat(opened, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) continue;
      if (!take(opened, name, relative, depth, status)) continue;
      if (S_ISDIR(status.st_mode)) below.emplace_back(relative, depth + 1);
    }
    m_waiting.insert(m_waiting.end(), below.rbegin(), below.rend());
  }

  bool take(int folder, const std::string& name, const std::string& relative, unsigned depth,
            const struct stat& status) {
    Entry entry{.relative = relative, .status = status};
    auto why = objectionTo(status.st_mode);
    if (why == nullptr && status.st_dev != m_top.st_dev) why = "on another disk";
    if (why == nullptr && (relative.size() > MAX_PATH || depth >= MAX_DEPTH)) why = "nested too deep";
    if (why == nullptr && !S_ISLNK(status.st_mode) && faccessat(folder, name.c_str(), R_OK, AT_EACCESS) < 0)
      why = "cannot be read";
    if (why == nullptr && S_ISLNK(status.st_mode)) {
      std::array<char, 4096> text;
      auto length = readlinkat(folder, name.c_str(), text.data(), text.size());
      entry.target.assign(text.data(), static_cast<size_t>(std::max<ssize_t>(length, 0)));
      if (length == static_cast<ssize_t>(text.size()) || !staysWithin(entry.target, depth))
        why = "a link that leads out";
    }
    if (why != nullptr) return leave(relative, why), false;
    if (!S_ISDIR(status.st_mode)) count(status);
    m_survey.entries.push_back(std::move(entry));
    if (m_survey.entries.size() > MAX_ENTRIES)
      fail(escaped(m_name) + std::format(" holds more than {} files: copy less at a time", MAX_ENTRIES));
    return true;
  }

  int m_root;
  const std::string& m_name;
  struct stat m_top;
  Survey m_survey = {};
  std::vector<std::pair<std::string, unsigned>> m_waiting = {};
};

}  // namespace

Survey survey(int root, const std::string& name) {
  struct stat status{};
  if (fstat(root, &status) < 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
    fail(escaped(name) + " is neither a file nor a folder");
  return Walk(root, name, status).run();
}

kj::AutoCloseFd openBelow(const std::string& home, const std::string& relative) {
  kj::AutoCloseFd top(open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  auto shown = "~/" + escaped(relative);
  if (top.get() < 0) fail(escaped(home) + " cannot be opened: " + strerror(errno));
  auto opened = trial::openBeneath(top, relative, O_PATH);
  struct stat status{};
  bool link = opened.get() >= 0 && fstat(opened, &status) == 0 && S_ISLNK(status.st_mode);
  if (link || (opened.get() < 0 && errno == ELOOP))
    fail(shown + " is a link, or lies behind one: name what it leads to");
  if (opened.get() < 0)
    fail(shown + (errno == ENOENT ? " is not there" : " cannot be opened: " + std::string(strerror(errno))));
  return opened;
}

}  // namespace latchkey::data
