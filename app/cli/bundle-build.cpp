// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey bundle init` and `build`: from a folder, a desktop entry with files, an AppImage, a Debian package,
// installed or as a file; a runtime from another system.

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "app/cli/bundle-sources.h"
#include "app/cli/bundle.h"
#include "app/cli/staging.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

std::string folderOf(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

BundleOrigin originOf(const Call& call) {
  return {.id = call.typed.value("--id"),
          .name = call.typed.value("--name"),
          .version = call.typed.value("--version"),
          .files = call.typed.value("--files")};
}

void tellNeeds(const Call& call, schema::BundleReport::Reader report) {
  if (report.getHostNeeds().size() == 0) return;
  std::vector<std::string> names;
  for (auto need : report.getHostNeeds()) names.emplace_back(need.cStr());
  bool host = std::string_view(report.getRuntime().cStr()) == "host";
  call.console.print(report.getIsRuntime() ? "Lacks:\n" : host ? "Needs of the host:\n" : "Needs of its runtime:\n");
  for (auto& line : whoseTheyAre(names)) call.console.print("  " + escaped(line) + "\n");
}

}  // namespace

int packBundle(const Call& call, const std::string& source, const std::string& named, std::string output,
               const SecretKey* key, std::string shown) {
  kj::AutoCloseFd folder(open(source.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) throw UsageError("cannot open the folder " + brief(source, 200) + ": " + strerror(errno));
  auto result = Bundler().pack(folder, output.empty() ? "." : folderOf(output));
  if (auto problem = std::get_if<BundleProblem>(&result)) return refuseBundle(named, problem->reason);
  auto& packed = std::get<Bundler::Packed>(result);
  auto report = packed.report->get();
  std::string id = report.getId().cStr(), version = report.getVersion().cStr();
  // Two words of the reader's answer become a name: only if they are what they have to be.
  KJ_REQUIRE((id + version).find('/') == id.npos && escaped(id + version) == id + version, "an id that is none");
  if (output.empty()) output = id + "-" + version + ".latchkey";
  if (shown.empty()) shown = output;
  PublicKey signer;
  std::string signature;
  if (key != nullptr) {
    signer = key->publicKey();
    signature = key->sign(packed.list, id + " " + version, "signature of a Latchkey bundle");
  }
  writeBundle(output, packed.list, signature, signer, packed.archive, 0, packed.archiveSize);
  call.console.print(escaped(shown) + ": " + id + " " + version + ", " + bundleExtent(report) + ", " +
                     (signature.empty() ? "not signed" : "signed by " + signer.idText()) + "\n");
  tellNeeds(call, report);
  return DONE;
}

bool stageFile(const Call& call, const std::string& folder, const std::string& path) {
  std::vector<std::string> leftOut;
  if (isDebianFile(path)) leftOut = stageDebianFile(folder, path, originOf(call));
  else if (isAppImage(path)) stageAppImage(folder, path, originOf(call));
  else return false;
  for (auto& line : leftOut) call.console.print(escaped(line) + "\n");
  return true;
}

int initBundle(Call& call) {
  call.atMost(2);
  auto& folder = call.word(1, "FOLDER");
  auto origin = originOf(call);
  auto last = fs::path(folder).lexically_normal();
  auto base = last.has_filename() ? last.filename().string() : last.parent_path().filename().string();
  if (origin.id.empty()) origin.id = "org.example." + bundleWord(base);
  if (origin.name.empty()) origin.name = base;
  auto manifest = folder + "/manifest.toml";
  if (access(manifest.c_str(), F_OK) == 0) {
    Console::complain(escaped(manifest) + " is there already");
    return FAILED;
  }
  fs::create_directories(folder + "/files/bin");
  replaceFile(manifest, skeletonManifest(origin), 0644);
  call.console.print("Put the app below " + escaped(folder) + "/files, edit " + escaped(manifest) +
                     ", then: latchkey bundle build " + escaped(folder) + "\n");
  return DONE;
}

int buildBundle(Call& call) {
  auto package = call.typed.value("--package"), output = call.typed.value("--output");
  call.atMost(package.empty() ? 2 : 1);
  auto pack = [&](const std::string& source, const std::string& named) {
    std::optional<SecretKey> key;
    if (call.typed.has("--key") || hasSigningKey(call)) key.emplace(signingKey(call));
    return packBundle(call, source, named, output, key ? &*key : nullptr);
  };
  Staging staging;
  if (!package.empty()) {
    for (auto& line : stageDebianPackage(staging.path(), package, originOf(call)))
      call.console.print(escaped(line) + "\n");
    return pack(staging.path(), package);
  }
  auto& source = call.word(1, "FOLDER, a desktop entry, an AppImage or a Debian package");
  if (auto provides = call.typed.value("--runtime"); !provides.empty()) {
    for (auto& line : stageRuntime(staging.path(), source, provides, originOf(call)))
      call.console.print(escaped(line) + "\n");
    return pack(staging.path(), source);
  }
  if (source.ends_with(".desktop")) stageDesktopEntry(staging.path(), source, originOf(call));
  else if (!stageFile(call, staging.path(), source)) return pack(source, source);
  return pack(staging.path(), source);
}

}  // namespace latchkey::cli
