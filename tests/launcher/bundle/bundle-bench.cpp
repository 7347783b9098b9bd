// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/launcher/bundle/bundle-bench.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <algorithm>

#include "launcher/bundle/archive.h"
#include "launcher/bundle/canonical-tar.h"

namespace latchkey::test {

Part file(const std::string& path, const std::string& content, bool executable) {
  return {{.path = path, .executable = executable, .size = content.size(), .digest = digestOf(content)}, content};
}

Part folder(const std::string& path) { return {{.type = BundleEntry::Type::Directory, .path = path}}; }

Part linkTo(const std::string& path, const std::string& target) {
  return {{.type = BundleEntry::Type::Link, .path = path, .target = target}};
}

std::string soundManifest(const std::string& more) {
  return R"(format = 1
id = "org.example.Player"
version = "1.2"
name = "Player"
summary = "Plays music"
)" + more +
         R"(
[[commands]]
name = "player"
command = ["bin/player", "--safe"]
)";
}

std::vector<Part> soundParts(std::vector<Part> more, const std::string& manifest) {
  more.push_back(file("manifest.toml", manifest.empty() ? soundManifest() : manifest));
  more.push_back(folder("files"));
  more.push_back(folder("files/bin"));
  more.push_back(file("files/bin/player", "#!/bin/sh\necho playing\n", true));
  std::ranges::stable_sort(more, [](auto& one, auto& other) { return goesBefore(one.entry, other.entry); });
  return more;
}

Bench::Bench() { QDir(root.path()).mkpath("out"); }

std::string Bench::packed(const std::string& bytes) {
  int file = memfd_create("archive", MFD_CLOEXEC);
  {
    ArchiveSink sink(file);
    sink.write(bytes);
    if (!sink.finish()) qFatal("cannot pack");
  }
  auto size = lseek(file, 0, SEEK_END);
  std::string all(static_cast<size_t>(size), '\0');
  if (pread(file, all.data(), all.size(), 0) != size) qFatal("cannot read");
  close(file);
  return all;
}

std::string Bench::tarOf(const std::vector<Part>& parts) {
  std::string all;
  for (auto& [entry, content] : parts) {
    all += tar::header(entry) + content + std::string((tar::BLOCK - content.size() % tar::BLOCK) % tar::BLOCK, '\0');
  }
  return all + tar::end();
}

std::string Bench::listFor(const std::vector<Part>& parts, const std::string& packedArchive) {
  DigestList list{.id = "org.example.Player",
                  .version = "1.2",
                  .archiveSize = packedArchive.size(),
                  .archiveDigest = digestOf(packedArchive)};
  for (auto& part : parts) list.entries.push_back(part.entry);
  return list.text();
}

Bench::Raw Bench::rawOf(const std::vector<Part>& parts) {
  auto archive = packed(tarOf(parts));
  return {listFor(parts, archive), archive};
}

QString Bench::write(const Raw& raw, const SecretKey& signer, const QString& name) const {
  auto signature = signer.sign(raw.list, "org.example.Player 1.2", "signature of a latchkey bundle");
  int file = memfd_create("archive", MFD_CLOEXEC);
  if (::write(file, raw.archive.data(), raw.archive.size()) != static_cast<ssize_t>(raw.archive.size()))
    qFatal("write");
  writeBundle(path(name).toStdString(), raw.list, signature, signer.publicKey(), file, 0, raw.archive.size());
  close(file);
  return path(name);
}

QByteArray Bench::problemOf(const QString& file, const std::optional<PublicKey>& expected) const {
  QDir(path("out")).removeRecursively();
  QDir(root.path()).mkpath("out");
  auto opened = BundleFile::open(file.toStdString());
  if (auto problem = std::get_if<BundleProblem>(&opened)) return QByteArray::fromStdString(problem->reason);
  auto& bundle = std::get<BundleFile>(opened);
  auto signature = checkSignature(bundle, expected);
  if (auto problem = std::get_if<BundleProblem>(&signature)) return QByteArray::fromStdString(problem->reason);
  int out = open(path("out").toUtf8().constData(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  auto result = Bundler(qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-bundler").unpack(bundle, out);
  close(out);
  auto problem = std::get_if<BundleProblem>(&result);
  return problem == nullptr ? QByteArray() : QByteArray::fromStdString(problem->reason);
}

QByteArray Bench::problemOfSurvey(const std::vector<Part>& parts,
                                  const std::function<void(const QString&)>& meanwhile) const {
  auto folder = path("survey");
  QDir(folder).removeRecursively();
  QDir().mkpath(folder);
  for (auto& part : parts) {
    if (isSurveyed(part.entry))
      put(folder + "/" + QString::fromStdString(part.entry.digest), QByteArray::fromStdString(part.content));
  }
  if (meanwhile) meanwhile(folder);
  int raw = open(folder.toUtf8().constData(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  auto result =
      Bundler(qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-bundler").beginSurvey(raw).finish(rawOf(parts).list);
  close(raw);
  auto problem = std::get_if<BundleProblem>(&result);
  return problem == nullptr ? QByteArray() : QByteArray::fromStdString(problem->reason);
}

QStringList Bench::left() const {
  QStringList names;
  QDirIterator all(path("out"), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                   QDirIterator::Subdirectories);
  while (all.hasNext()) names << all.next().mid(path("out").size() + 1);
  names.sort();
  return names;
}

QByteArray contentOf(const QString& file) {
  QFile from(file);
  return from.open(QIODevice::ReadOnly) ? from.readAll() : QByteArray();
}

void put(const QString& file, const QByteArray& content, bool executable) {
  QDir().mkpath(file.left(file.lastIndexOf('/')));
  QFile to(file);
  if (!to.open(QIODevice::WriteOnly)) qFatal("cannot write");
  to.write(content);
  auto rights = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther;
  to.setPermissions(executable ? rights | QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther : rights);
}

}  // namespace latchkey::test
