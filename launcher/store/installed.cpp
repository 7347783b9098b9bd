// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/installed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/text.h"
#include "launcher/bundle/bundle-id.h"
#include "launcher/bundle/minisign.h"
#include "launcher/store/layout.h"

namespace latchkey {
namespace {

using namespace store;

constexpr size_t DIGEST = 64;
constexpr int TRIES = 200;
constexpr useconds_t BETWEEN_TRIES = 10'000;

// Of ours alone, and of a format that we know.
kj::AutoCloseFd openStore(const std::string& path) {
  kj::AutoCloseFd store(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status{};
  if (store.get() < 0 || fstat(store, &status) < 0 || status.st_uid != geteuid()) return {};
  KJ_IF_MAYBE (format, tryRead(store, "format", 64)) {
    if (*format == FORMAT) return store;
  }
  return {};
}

bool isSame(int one, int other) {
  struct stat a{}, b{};
  return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::vector<std::string> installedIds(const std::string& store) {
  std::vector<std::string> ids;
  auto root = openStore(store);
  auto apps = root.get() < 0 ? kj::AutoCloseFd() : tryEnter(root, "apps");
  if (apps.get() < 0) return ids;
  for (auto& name : namesIn(apps)) {
    auto app = isBundleId(name) ? tryEnter(apps, name) : kj::AutoCloseFd();
    if (app.get() >= 0 && !linkedDeploy(app, CURRENT).empty()) ids.push_back(name);
  }
  std::ranges::sort(ids);
  return ids;
}

kj::Maybe<InstalledApp> findInstalled(const std::string& store, std::string_view id, std::string* problem) {
  auto say = [&](const std::string& text) {
    if (problem != nullptr) *problem = text;
    return nullptr;
  };
  auto missing = brief(id, 200) + " is not installed";
  if (!isBundleId(id)) return say(missing);
  auto root = openStore(store);
  auto app = root.get() < 0 ? kj::AutoCloseFd() : tryEnter(root, "apps/" + std::string(id));
  if (app.get() < 0) return say(missing);
  for (int tried = 0; tried < TRIES; ++tried) {
    auto name = linkedDeploy(app, CURRENT);
    if (name.empty()) return say(missing);
    auto folder = tryEnter(app, "versions/" + name);
    if (folder.get() >= 0 && flock(folder, LOCK_SH | LOCK_NB) == 0) {
      // Between the link and the lock it may have been replaced and collected, or its removal begun.
      auto again = tryEnter(app, "versions/" + name);
      if (again.get() >= 0 && isSame(folder, again) && linkedDeploy(app, CURRENT) == name) {
        auto report = readReport(folder);
        if (!report) return say(brief(id, 200) + " is damaged: repair it with `latchkey verify`, or install it again");
        return InstalledApp{.id = std::string(id),
                            .version = versionOf(name),
                            .path = store + "/apps/" + std::string(id) + "/versions/" + name,
                            .folder = kj::mv(folder),
                            .report = std::move(report)};
      }
    } else if (folder.get() < 0 && linkedDeploy(app, CURRENT) == name && tried > 2) {
      return say(brief(id, 200) + " is damaged: install it again");
    }
    usleep(BETWEEN_TRIES);
  }
  return say(brief(id, 200) + " is being changed: try again");
}

namespace store {

std::unique_ptr<BundleReport> reportFrom(std::string_view bytes) {
  if (bytes.size() <= DIGEST || bytes.size() % sizeof(capnp::word) != 0) return nullptr;
  auto content = bytes.substr(0, bytes.size() - DIGEST);
  if (digestOf(content) != bytes.substr(content.size())) return nullptr;
  auto words = kj::heapArray<capnp::word>(content.size() / sizeof(capnp::word));
  memcpy(words.begin(), content.data(), content.size());
  std::unique_ptr<BundleReport> report;
  kj::runCatchingExceptions([&] {
    auto read = std::make_unique<BundleReport>(kj::mv(words));
    read->get();
    report = std::move(read);
  });
  return report;
}

std::unique_ptr<BundleReport> readReport(int deploy) {
  KJ_IF_MAYBE (bytes, tryRead(deploy, "report", MAX_REPORT)) return reportFrom(*bytes);
  return nullptr;
}

std::string reportBytes(const BundleReport& report) {
  auto bytes = report.bytes();
  std::string text(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  return text + digestOf(text);
}

}  // namespace store

}  // namespace latchkey
