// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Of a Debian package, installed or as a file, and whose what a bundle needs is.

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <kj/io.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "app/cli/bundle-sources.h"
#include "app/cli/bundle-staging.h"
#include "app/cli/words.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"
#include "launcher/bundle/bundler.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* DPKG_QUERY = "/usr/bin/dpkg-query";

std::string outputOf(const std::string& program, std::vector<std::string> arguments) {
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  auto child = spawn({.program = program,
                      .arguments = std::move(arguments),
                      .environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"},
                      .fds = {-1, theirs.get(), -1}});
  theirs = nullptr;
  std::string text;
  char buffer[65536];
  for (ssize_t count; (count = read(ours, buffer, sizeof buffer)) != 0;) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {}
  return text;
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What one Debian package has put below /usr, copied to files/.
class DebianFiles {
public:
  explicit DebianFiles(fs::path files) : m_files(std::move(files)) {}

  std::vector<std::string> leftOut;

  void add(const std::string& package) {
    auto listing = outputOf(DPKG_QUERY, {"-L", "--", package});
    if (listing.empty()) throw UsageError("no package " + brief(package, 60) + " is installed here");
    for (auto& path : linesOf(listing)) addOne(path);
  }

private:
  void addOne(const std::string& path) {
    struct stat status{};
    if (!path.starts_with('/') || lstat(path.c_str(), &status) < 0 || S_ISDIR(status.st_mode)) return;
    auto leave = [&](const char* why) { leftOut.push_back(path + ": left out: " + why); };
    if (!path.starts_with("/usr/")) return leave("only what is in /usr is taken along");
    auto below = path.substr(5);
    if (isPaper(below)) return;
    if ((status.st_mode & (S_ISUID | S_ISGID)) != 0) return leave("it would run as somebody else");
    if (S_ISLNK(status.st_mode)) return addLink(path, below);
    if (!S_ISREG(status.st_mode)) return leave("it is no file");
    copyFile(path, m_files / below);
  }

  void addLink(const std::string& path, const std::string& below) {
    auto target = (fs::path(path).parent_path() / fs::read_symlink(path)).lexically_normal();
    if (!target.string().starts_with("/usr/")) {
      leftOut.push_back(path + ": left out: a link to " + target.string());
      return;
    }
    auto place = m_files / below;
    fs::create_directories(place.parent_path());
    std::error_code there;
    fs::create_symlink(target.lexically_relative(fs::path(path).parent_path()), place, there);
  }

  fs::path m_files;
};

// The package's own entry if it has one, else the first by name.
std::optional<fs::path> entryFile(const fs::path& files, const std::string& package) {
  std::set<fs::path> found;
  std::error_code none;
  for (auto& one : fs::directory_iterator(files / "share/applications", none)) {
    if (one.path().extension() == ".desktop" && one.is_regular_file()) found.insert(one.path());
  }
  auto own = files / "share/applications" / (package + ".desktop");
  if (found.contains(own)) return own;
  return found.empty() ? std::nullopt : std::optional(*found.begin());
}

std::string firstProgram(const fs::path& files, const std::string& package) {
  std::set<std::string> names;
  std::error_code none;
  for (auto& one : fs::directory_iterator(files / "bin", none)) names.insert(one.path().filename().string());
  if (names.contains(package)) return "bin/" + package;
  if (names.empty()) throw UsageError("the package " + brief(package, 60) + " has no program in /usr/bin");
  return "bin/" + *names.begin();
}

kj::AutoCloseFd openFile(const std::string& path) {
  return kj::AutoCloseFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

std::string withoutEpoch(const std::string& version) {
  auto colon = version.find(':');
  return colon == version.npos ? version : version.substr(colon + 1);
}

struct About {
  std::string name = {}, version = {}, summary = {};
};

// manifest.toml for what lies in files/.
void describe(const std::string& folder, const About& about, const BundleOrigin& origin) {
  auto files = fs::path(folder) / "files";
  StagedManifest manifest{.id = origin.id.empty() ? "debian." + about.name : origin.id,
                          .name = origin.name,
                          .version = origin.version.empty() ? withoutEpoch(about.version) : origin.version,
                          .summary = about.summary.empty() ? about.name : about.summary};
  std::string problem;
  auto found = entryFile(files, about.name);
  auto entry = found ? readEntryFile(manifest.id, found->string(), problem) : std::nullopt;
  if (entry && !entry->hidden) {
    manifest.desktop = entryPlace(manifest.id);
    if (*found != files / manifest.desktop) copyFile(*found, files / manifest.desktop);
    manifest.icon = stageIcon(files, entry->icon, manifest.id);
    manifest.command = commandOf(*entry, files);
  } else {
    manifest.command = {firstProgram(files, about.name)};
  }
  if (manifest.name.empty()) manifest.name = entry ? entry->name : about.name;
  writeManifest(folder, manifest);
}

}  // namespace

std::vector<std::string> stageDebianPackage(const std::string& folder, const std::string& packages,
                                            const BundleOrigin& origin) {
  if (access(DPKG_QUERY, X_OK) < 0) throw UsageError("this computer has no dpkg-query: it is no Debian");
  std::vector<std::string> names;
  std::istringstream all(packages);
  for (std::string one; std::getline(all, one, ',');) {
    if (!one.empty()) names.push_back(one);
  }
  if (names.empty()) throw UsageError("--package wants the name of a package");
  auto& package = names[0];
  auto files = fs::path(folder) / "files";
  fs::create_directories(files);
  DebianFiles debian(files);
  for (auto& one : names) debian.add(one);
  auto about = linesOf(outputOf(DPKG_QUERY, {"-W", "-f", "${Version}\\n${binary:Summary}\\n", "--", package}));
  about.resize(2);
  describe(folder, {.name = package, .version = about[0], .summary = about[1]}, origin);
  return debian.leftOut;
}

bool isDebianFile(const std::string& path) {
  auto file = openFile(path);
  char begin[8];
  return file.get() >= 0 && pread(file, begin, sizeof begin, 0) == ssize_t{sizeof begin} &&
         std::string_view(begin, sizeof begin) == "!<arch>\n";
}

std::vector<std::string> stageDebianFile(const std::string& folder, const std::string& path,
                                         const BundleOrigin& origin) {
  auto shown = brief(path, 200);
  auto file = openFile(path);
  if (file.get() < 0) throw UsageError("cannot open " + shown);
  kj::AutoCloseFd target(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  auto result = Bundler().unpackDebian(file, target);
  if (auto problem = std::get_if<BundleProblem>(&result)) throw UsageError(shown + ": " + problem->reason);
  auto report = std::get<std::unique_ptr<BundleReport>>(result)->get();
  std::vector<std::string> leftOut;
  for (auto line : report.getHostNeeds()) leftOut.emplace_back(line.cStr());
  describe(
      folder,
      {.name = report.getId().cStr(), .version = report.getVersion().cStr(), .summary = report.getSummary().cStr()},
      origin);
  return leftOut;
}

std::vector<std::string> whoseTheyAre(const std::vector<std::string>& needs) {
  std::map<std::string, std::string> owners;
  if (access(DPKG_QUERY, X_OK) == 0 && !needs.empty()) {
    std::vector<std::string> words = {"-S", "--"};
    for (auto& need : needs) words.push_back(need.starts_with('/') ? need : "*/" + need);
    for (auto& line : linesOf(outputOf(DPKG_QUERY, words))) {
      // "libc6:amd64: /usr/lib/x86_64-linux-gnu/libc.so.6"
      auto end = line.find(": ");
      if (end == line.npos) continue;
      auto path = line.substr(end + 2), package = line.substr(0, std::min(line.find(':'), end));
      owners.emplace(path, package);
      owners.emplace(path.substr(path.rfind('/') + 1), package);
    }
  }
  std::vector<std::string> lines;
  for (auto& need : needs) {
    auto owner = owners.find(need);
    lines.push_back(owner == owners.end() ? need : need + " (" + owner->second + ")");
  }
  return lines;
}

}  // namespace latchkey::cli
