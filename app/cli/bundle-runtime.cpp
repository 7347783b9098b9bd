// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey bundle build --runtime`: of the /usr of another system, as debootstrap or a container leaves it.

#include <sys/stat.h>

#include <algorithm>
#include <format>
#include <sstream>

#include "app/cli/bundle-sources.h"
#include "app/cli/bundle-staging.h"
#include "app/cli/words.h"
#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned MOST_STEPS = 16;
// Of its /etc: what programs look for and find nowhere else. The rest is the computer's, or the person's.
constexpr const char* CONFIGURATION[] = {"fonts", "ld.so.cache", "xdg"};
// What a system has in its root as links into /usr.
constexpr const char* ROOT_FOLDERS[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};

class SystemTree {
public:
  SystemTree(const fs::path& source, fs::path files) : m_files(std::move(files)) {
    m_whole = fs::is_directory(source / "usr");
    m_usr = m_whole ? source / "usr" : source;
    m_root = source;
  }

  std::vector<std::string> leftOut;

  void stage() {
    fs::create_directories(m_files);
    add(m_usr, "/usr", "");
    for (auto name : CONFIGURATION) {
      auto from = m_root / "etc" / name;
      if (!m_whole || fs::symlink_status(from).type() == fs::file_type::not_found) continue;
      fs::create_directories(m_files / "etc");
      addOne(from, "/usr/etc/" + std::string(name), "etc/" + std::string(name));
    }
  }

private:
  // `place`: what it will be called inside; `below`: in the bundle.
  void add(const fs::path& folder, const std::string& place, const std::string& below) {
    std::error_code failed;
    for (auto& entry : fs::directory_iterator(folder, failed)) {
      auto name = entry.path().filename().string();
      addOne(entry.path(), place + "/" + name, below.empty() ? name : below + "/" + name);
    }
    if (failed) throw UsageError("cannot read " + brief(folder.string(), 200) + ": " + failed.message());
  }

  void addOne(const fs::path& from, const std::string& place, const std::string& below) {
    struct stat status{};
    if (lstat(from.c_str(), &status) < 0) throw UsageError(brief(from.string(), 200) + " is gone");
    if (S_ISDIR(status.st_mode)) {
      if (!isPaper(below + "/")) fs::create_directory(m_files / below);
      return add(from, place, below);
    }
    if (isPaper(below)) return;
    if (S_ISLNK(status.st_mode)) return addLink(from, place, below);
    // The rules of a bundle, said of where it lies.
    if (!S_ISREG(status.st_mode)) throw UsageError(brief(from.string(), 200) + " is neither file, folder nor link");
    if ((status.st_mode & (S_ISUID | S_ISGID)) != 0)
      throw UsageError(brief(from.string(), 200) +
                       " would run as somebody else (setuid or setgid): take that away first, with chmod ug-s");
    copyFile(from, m_files / below);
  }

  // Where it leads in that system, as a link of the bundle; what leads out of /usr there is told.
  void addLink(const fs::path& from, const std::string& place, const std::string& below) {
    auto target = leadsTo(fs::path(place).parent_path(), fs::read_symlink(from));
    if (!target.starts_with("/usr/")) {
      leftOut.push_back(place + ": left out: a link to " + target);
      return;
    }
    fs::create_symlink(fs::path(target).lexically_relative(fs::path(place).parent_path()), m_files / below);
  }

  std::string leadsTo(const fs::path& folder, const fs::path& target) {
    auto path = (folder / target).lexically_normal().string();
    for (unsigned step = 0; step < MOST_STEPS; ++step) {
      for (auto name : ROOT_FOLDERS) {
        if (path.starts_with(std::string("/") + name + "/")) path = "/usr" + path;
      }
      // A choice of that system's administrator, made for good.
      std::error_code none;
      auto chosen = path.starts_with("/etc/alternatives/") && m_whole ? fs::read_symlink(m_root / path.substr(1), none)
                                                                      : fs::path();
      if (chosen.empty()) return path;
      path = (fs::path(path).parent_path() / chosen).lexically_normal().string();
    }
    return path;
  }

  fs::path m_root, m_usr, m_files;
  bool m_whole = false;
};

}  // namespace

std::vector<std::string> stageRuntime(const std::string& folder, const std::string& source, const std::string& provides,
                                      const BundleOrigin& origin) {
  if (!fs::is_directory(source)) throw UsageError(brief(source, 200) + " is no folder");
  auto id = requireId(origin.id, "");
  SystemTree tree(source, fs::path(folder) / "files");
  tree.stage();
  std::string list;
  std::istringstream names(provides);
  for (std::string one; std::getline(names, one, ',');) list += (list.empty() ? "" : ", ") + tomlText(one);
  auto name = origin.name.empty() ? id : origin.name;
  auto version = origin.version.empty() ? "1.0" : origin.version;
  replaceFile(folder + "/manifest.toml",
              std::format("format = 1\nkind = \"runtime\"\nid = {}\nversion = {}\nname = {}\nsummary = {}\n"
                          "provides = [{}]\n",
                          tomlText(id), tomlText(version), tomlText(brief(name, 60)),
                          tomlText("What apps made for " + brief(provides, 100) + " run on"), list),
              0644);
  std::ranges::sort(tree.leftOut);
  return tree.leftOut;
}

}  // namespace latchkey::cli
