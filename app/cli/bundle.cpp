// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey bundle`: keys, signing, verifying. No broker is needed for any of it, and nothing of it installs anything.

#include "app/cli/bundle.h"

#include <errno.h>
#include <kj/debug.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <format>
#include <optional>

#include "app/cli/password.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

constexpr size_t MAX_KEY = 4096;

std::string keyPath(const Call& call) {
  auto named = call.typed.value("--key");
  return named.empty() ? call.link.places().config + "/bundle.key" : named;
}

std::string publicPath(const std::string& path) {
  return (path.ends_with(".key") ? path.substr(0, path.size() - 4) : path) + ".pub";
}

bool exists(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

SecretKey writeNewKey(const std::string& path, const std::string& password) {
  auto key = SecretKey::generate();
  replaceFile(path, key.fileText(password), 0600);
  replaceFile(publicPath(path), key.publicKey().fileText(), 0644);
  return key;
}

int makeKey(Call& call) {
  call.atMost(2);
  bool named = call.typed.words().size() > 1;
  auto path = named ? call.typed.words()[1] : keyPath(call);
  if (!named && !call.typed.has("--key")) ensureOwnDirectory(call.link.places().config);
  for (auto& one : {path, publicPath(path)}) {
    if (!exists(one)) continue;
    Console::complain(escaped(one) +
                      " is there already: a key that is lost cannot be made again, so give another name");
    return FAILED;
  }
  std::string password;
  if (call.typed.has("--password")) {
    password = readPassword("Password of the new key: ");
    if (password.empty()) throw UsageError("an empty password protects nothing");
    if (isatty(STDIN_FILENO) && readPassword("Once more: ") != password) throw UsageError("the passwords differ");
  }
  auto key = writeNewKey(path, password);
  call.console.print("Secret key: " + escaped(path) + " (keep it, and keep it to yourself)\nPublic key: " +
                     escaped(publicPath(path)) + "\n  " + key.publicKey().line() + "\n");
  return DONE;
}

int sign(Call& call) {
  call.atMost(2);
  auto& path = call.word(1, "FILE");
  auto opened = BundleFile::open(path);
  if (auto problem = std::get_if<BundleProblem>(&opened)) return refuseBundle(path, problem->reason);
  auto& bundle = std::get<BundleFile>(opened);
  // An earlier signature is replaced, whatever it was worth; what is signed now has to be sound.
  bundle.signature.clear();
  auto looked = Bundler().look(bundle, Unsigned::Allowed);
  if (auto problem = std::get_if<BundleProblem>(&looked)) return refuseBundle(path, problem->reason);
  auto report = std::get<std::unique_ptr<BundleReport>>(looked)->get();
  auto key = signingKey(call);
  auto comment = std::string(report.getId().cStr()) + " " + report.getVersion().cStr();
  auto target = call.typed.value("--output", path);
  writeBundle(target, bundle.list, key.sign(bundle.list, comment, "signature of a Latchkey bundle"), key.publicKey(),
              bundle.file, bundle.head.archiveAt(), bundle.head.archiveSize);
  call.console.print(escaped(target) + ": " + escaped(comment) + ", signed by " + key.publicKey().idText() + "\n");
  return DONE;
}

int verify(Call& call) {
  call.atMost(2);
  auto& path = call.word(1, "FILE");
  auto expected = expectedKey(call);
  auto opened = BundleFile::open(path);
  if (auto problem = std::get_if<BundleProblem>(&opened)) return refuseBundle(path, problem->reason);
  auto& bundle = std::get<BundleFile>(opened);
  auto signature = checkSignature(bundle, expected);
  if (auto problem = std::get_if<BundleProblem>(&signature)) return refuseBundle(path, problem->reason);
  auto looked = Bundler().look(bundle);
  if (auto problem = std::get_if<BundleProblem>(&looked)) return refuseBundle(path, problem->reason);
  auto report = std::get<std::unique_ptr<BundleReport>>(looked)->get();
  std::string id = report.getId().cStr();
  if (auto wanted = call.typed.value("--id"); !wanted.empty() && wanted != id)
    return refuseBundle(path, "it is of another app, " + brief(id, 100) + " instead of " + brief(wanted, 100));
  call.console.print(escaped(path) + ": " + escaped(id) + " " + escaped(report.getVersion().cStr()) + ", " +
                     bundleExtent(report) + ", signed by " + bundle.head.signer.idText() + "\n");
  if (!expected) {
    call.console.print("Whose key that is, this does not say: compare it with what the author says (--key).\n  " +
                       bundle.head.signer.line() + "\n");
  }
  return DONE;
}

}  // namespace

int refuseBundle(std::string_view file, const std::string& reason) {
  Console::complain(brief(file, 200) + ": " + reason);
  return FAILED;
}

std::string bundleExtent(schema::BundleReport::Reader report) {
  auto bytes = static_cast<double>(report.getBytes());
  auto size = bytes < 1e6 ? std::format("{:.1f} kB", bytes / 1e3) : std::format("{:.1f} MB", bytes / 1e6);
  return std::format("{} {}, {}", report.getFiles(), report.getFiles() == 1 ? "entry" : "entries", size);
}

std::optional<PublicKey> expectedKey(const Call& call) {
  auto named = call.typed.value("--key");
  return named.empty() ? std::nullopt : std::optional(publicKeyOf(named));
}

bool hasSigningKey(const Call& call) { return exists(keyPath(call)); }

PublicKey publicKeyOf(const std::string& named) {
  if (auto key = PublicKey::parse(named)) return *key;
  KJ_IF_MAYBE (text, tryReadFile(named, MAX_KEY)) {
    if (auto key = PublicKey::parse(*text)) return *key;
    throw UsageError(brief(named, 100) + " is no public key of minisign's");
  }
  throw UsageError(brief(named, 100) + " is neither a public key nor a file with one");
}

SecretKey signingKey(const Call& call) { return secretKeyOf(keyPath(call)); }

SecretKey ensureSigningKey(const Call& call) {
  if (hasSigningKey(call) || call.typed.has("--key")) return signingKey(call);
  ensureOwnDirectory(call.link.places().config);
  auto path = keyPath(call);
  auto key = writeNewKey(path, "");
  call.console.print("Made a key of yours to sign it with: " + escaped(path) + "\n");
  return key;
}

SecretKey secretKeyOf(const std::string& path) {
  KJ_IF_MAYBE (text, tryReadFile(path, MAX_KEY)) {
    auto password = SecretKey::isProtected(*text) ? readPassword("Password of " + escaped(path) + ": ") : std::string();
    auto key = SecretKey::parse(*text, password);
    if (auto problem = std::get_if<SecretKey::Problem>(&key))
      throw UsageError(brief(path, 100) + " " + problem->reason);
    return std::move(std::get<SecretKey>(key));
  }
  throw UsageError("there is no key " + brief(path, 100) + ": make one with `latchkey bundle keygen`");
}

int manageBundles(Call& call) {
  auto& act = call.word(0, "what to do (keygen, init, build, sign, verify, inspect)");
  if (act == "keygen") return makeKey(call);
  if (act == "init") return initBundle(call);
  if (act == "build") return buildBundle(call);
  if (act == "sign") return sign(call);
  if (act == "verify") return verify(call);
  if (act == "inspect") return inspectBundle(call);
  throw UsageError("say keygen, init, build, sign, verify or inspect");
}

}  // namespace latchkey::cli
