// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/launcher/store/store-bench.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QDirIterator>
#include <algorithm>
#include <set>

#include "broker/base/log.h"
#include "launcher/store/bundle-source.h"
#include "launcher/store/layout.h"

namespace latchkey::test {

std::string TestApp::manifest() const {
  auto text =
      "format = 1\nid = \"" + id + "\"\nversion = \"" + version +
      "\"\nname = \"Player\"\nsummary = \"Plays music\"\n[[commands]]\nname = \"player\"\ncommand = [\"bin/player\"]\n";
  for (auto& claim : claims) {
    text += "[[claims]]\nkind = \"" + claim.kind + "\"\ntarget = \"" + claim.target + "\"\naccess = \"" + claim.access +
            "\"\nreason = \"To play\"\n";
  }
  return text;
}

std::vector<Part> TestApp::parts() const {
  auto all = files;
  all.push_back(file("manifest.toml", manifest()));
  all.push_back(folder("files"));
  all.push_back(folder("files/bin"));
  all.push_back(folder("files/share"));
  all.push_back(file("files/bin/player", "#!/bin/sh\necho playing " + version + "\n", true));
  all.push_back(file("files/share/tune", "the same in all versions\n"));
  all.push_back(file("files/share/again", "the same in all versions\n"));
  all.push_back(file("files/share/script", "#!/bin/sh\necho playing " + version + "\n"));
  all.push_back(linkTo("files/share/player", "../bin/player"));
  std::ranges::stable_sort(all, [](auto& one, auto& other) { return goesBefore(one.entry, other.entry); });
  return all;
}

std::string TestApp::report() const {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::BundleReport>();
  root.setId(id.c_str());
  root.setVersion(version.c_str());
  root.setName("Player");
  root.setRuntime(runtime.empty() ? "host" : runtime.c_str());
  root.setRuntimeName(runtimeName.c_str());
  root.setIsRuntime(!provides.empty());
  auto names = root.initProvides(static_cast<unsigned>(provides.size()));
  for (unsigned i = 0; i < names.size(); ++i) names.set(i, provides[i].c_str());
  auto list = root.initClaims(static_cast<unsigned>(claims.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setKind(claims[i].kind.c_str());
    list[i].setTarget(claims[i].target.c_str());
    list[i].setAccess(claims[i].access.c_str());
    list[i].setReason("To play");
  }
  return store::reportBytes(BundleReport(capnp::messageToFlatArray(message)));
}

store::Papers TestApp::papers(const SecretKey& key) const {
  DigestList list{.id = id, .version = version, .archiveSize = 1, .archiveDigest = digestOf("none")};
  for (auto& part : parts()) list.entries.push_back(part.entry);
  auto text = list.text();
  return {.list = text,
          .signature = key.sign(text, id + " " + version, "signature of a latchkey bundle"),
          .signer = key.publicKey(),
          .report = report()};
}

QString TestApp::bundle(const Bench& bench, const SecretKey& key, const QString& name) const {
  auto archive = Bench::packed(Bench::tarOf(parts()));
  DigestList list{.id = id, .version = version, .archiveSize = archive.size(), .archiveDigest = digestOf(archive)};
  for (auto& part : parts()) list.entries.push_back(part.entry);
  return bench.write({list.text(), archive}, key, name);
}

MemorySource::MemorySource(const TestApp& app) {
  for (auto& part : app.parts()) contents[part.entry.digest] = part.content;
}

std::string MemorySource::prepare(int, const std::vector<const BundleEntry*>& wanted) {
  asked += wanted.size();
  return {};
}

std::string MemorySource::fetch(const BundleEntry& entry, int folder, const std::string& name) {
  auto found = contents.find(entry.digest);
  if (found == contents.end()) return "it is not to be had";
  int fd = openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return "it cannot be written";
  auto& content = found->second;
  bool whole = write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  close(fd);
  return whole ? "" : "it cannot be written: is the disk full?";
}

StoreBench::StoreBench() {
  QDir(root.path()).mkpath("home");
  QDir(root.path()).mkpath("profiles");
}

store::Store::Parts StoreBench::parts() const {
  return {.folder = path(),
          .profiles = root.path().toStdString() + "/profiles",
          .homes = {home()},
          .systemApp = systemApp,
          .now = [] { return int64_t{1'000'000}; },
          .freeBytes = freeBytes,
          .step = step};
}

store::Outcome StoreBench::install(store::Store& store, const TestApp& app, const store::InstallChoice& choice) const {
  MemorySource source(app);
  return store.install(app.papers(key), source, choice, [](auto, auto, auto) {});
}

QByteArray StoreBench::problemOf(store::Store& store, const TestApp& app, const store::InstallChoice& choice) const {
  return failureOf([&] { install(store, app, choice); });
}

QByteArray failureOf(const std::function<void()>& work) {
  QByteArray problem;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { work(); }))
    problem = QByteArray::fromStdString(reason(*exception));
  return problem;
}

QStringList StoreBench::leaks() const {
  QStringList found;
  auto base = QString::fromStdString(path());
  for (auto& name : QDir(base + "/staging").entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot))
    found << "staging/" + name;
  std::set<std::pair<uint64_t, uint64_t>> used;
  for (auto& id : QDir(base + "/apps").entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)) {
    auto app = base + "/apps/" + id;
    int folder = open(app.toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::set<std::string> named;
    for (auto* link : {store::CURRENT, store::PREVIOUS, store::PENDING})
      named.insert(store::linkedDeploy(folder, link));
    close(folder);
    for (auto& name : QDir(app + "/versions").entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)) {
      if (!named.erase(name.toStdString())) found << "versions/" + name;
    }
    named.erase("");
    for (auto& missing : named) found << "to nowhere: " + QString::fromStdString(missing);
    auto known = QStringList{"versions", "record", "current", "previous", "pending"};
    for (auto& name : QDir(app).entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot)) {
      if (!known.contains(name)) found << id + "/" + name;
    }
    if (!QFile::exists(app + "/record")) found << "without a record: " + id;
  }
  QDirIterator objects(base + "/objects", QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
  while (objects.hasNext()) {
    struct stat status{};
    auto file = objects.next();
    if (lstat(file.toUtf8().constData(), &status) == 0 && status.st_nlink < 2) found << file.mid(base.size() + 1);
  }
  return found;
}

QByteArray StoreBench::stateOf(const std::string& id) const {
  auto app = path("apps/" + id);
  int folder = open(app.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return "-";
  auto version = [&](const char* link) {
    return QByteArray::fromStdString(store::versionOf(store::linkedDeploy(folder, link)));
  };
  auto state = version(store::CURRENT);
  if (state.isEmpty()) state = "-";
  if (auto previous = version(store::PREVIOUS); !previous.isEmpty()) state += "<" + previous;
  if (auto pending = version(store::PENDING); !pending.isEmpty()) state += "?" + pending;
  close(folder);
  return state;
}

QByteArray StoreBench::faults(const std::string& id) const {
  store::Store store(parts());
  QByteArray all;
  for (auto& fault : store.verify(id, false))
    all += QByteArray::fromStdString(fault.version + " " + fault.path + ": " + fault.problem + "\n");
  return all;
}

}  // namespace latchkey::test
