// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/deploy.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/store/installed.h"
#include "launcher/store/layout.h"

namespace latchkey::store {
namespace {

using Type = BundleEntry::Type;

constexpr size_t KEY_SIZE = 40;

std::string keyBytes(const PublicKey& key) {
  std::string bytes(key.key.begin(), key.key.end());
  bytes.append(key.id.begin(), key.id.end());
  return bytes;
}

void writeFile(int folder, const std::string& name, std::string_view content) {
  unlinkat(folder, name.c_str(), 0);
  int raw;
  KJ_SYSCALL(raw = openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600), name);
  kj::AutoCloseFd file(raw);
  kj::FdOutputStream(file.get()).write(content.data(), content.size());
  KJ_SYSCALL(fchmod(file, 0444));
}

}  // namespace

std::variant<DigestList, BundleProblem> Papers::check(const Papers& papers) {
  auto signature = Signature::parse(papers.signature);
  if (!signature || signature->keyId != papers.signer.id || !signature->isOf(papers.signer, papers.list))
    return BundleProblem{"its signature is wrong: it was changed after signing"};
  return DigestList::parse(papers.list);
}

std::string Papers::deployName(const DigestList& parsed) const {
  return store::deployName(parsed.version, digestOf(list));
}

Lying whereIn(int deploy, const std::string& path) {
  auto slash = path.rfind('/');
  if (slash == path.npos) return {duplicate(deploy), path};
  return {tryEnter(deploy, path.substr(0, slash)), path.substr(slash + 1)};
}

void writePapers(int deploy, const Papers& papers) {
  writeFile(deploy, "list", papers.list);
  writeFile(deploy, "signature", papers.signature);
  writeFile(deploy, "key", keyBytes(papers.signer));
  writeFile(deploy, "report", papers.report);
}

void buildDeploy(int folder, const std::string& name, const Papers& papers, const DigestList& list, Objects& objects,
                 const Step& step) {
  step();
  KJ_SYSCALL(mkdirat(folder, name.c_str(), 0755));
  auto deploy = tryEnter(folder, name);
  KJ_SYSCALL(fchmod(deploy, 0755));
  writePapers(deploy, papers);
  // Entries of one folder follow each other, but for what lies in folders of it.
  std::string parent;
  Lying place{duplicate(deploy), {}};
  for (auto& entry : list.entries) {
    auto slash = entry.path.rfind('/');
    auto above = slash == entry.path.npos ? std::string() : entry.path.substr(0, slash);
    if (above != parent) {
      place = whereIn(deploy, entry.path);
      parent = above;
      if (place.folder.get() < 0) fail("the store changed while it was written");
    }
    auto called = slash == entry.path.npos ? entry.path : entry.path.substr(slash + 1);
    switch (entry.type) {
      case Type::Directory: {
        step();
        KJ_SYSCALL(mkdirat(place.folder, called.c_str(), 0755), entry.path);
        KJ_SYSCALL(fchmodat(place.folder, called.c_str(), 0755, 0), entry.path);
        break;
      }
      case Type::Link:
        step();
        KJ_SYSCALL(symlinkat(entry.target.c_str(), place.folder, called.c_str()), entry.path);
        break;
      case Type::File:
        if (!objects.link(entry, place.folder, called)) fail(brief(entry.path, 200) + ": was lost while it was stored");
        break;
    }
  }
}

kj::Maybe<Papers> readPapers(int deploy) {
  Papers papers;
  auto take = [&](const char* name, size_t most, std::string& to) {
    KJ_IF_MAYBE (content, tryRead(deploy, name, most)) {
      to = kj::mv(*content);
      return true;
    }
    return false;
  };
  std::string key;
  if (!take("list", BundleHead::MAX_LIST, papers.list) || !take("signature", Signature::MAX_SIZE, papers.signature) ||
      !take("key", KEY_SIZE, key) || key.size() != KEY_SIZE)
    return nullptr;
  memcpy(papers.signer.key.data(), key.data(), papers.signer.key.size());
  memcpy(papers.signer.id.data(), key.data() + papers.signer.key.size(), papers.signer.id.size());
  take("report", MAX_REPORT, papers.report);
  return papers;
}

}  // namespace latchkey::store
