// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/launcher/repository/repository-bench.h"

#include <fcntl.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <random>

#include "tests/launcher/bundle/bundle-bench.h"

namespace latchkey::test {

using namespace repository;

std::string noise(size_t size, uint64_t seed) {
  std::mt19937_64 source(seed);
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; i += 8) {
    auto number = source();
    memcpy(bytes.data() + i, &number, std::min<size_t>(8, size - i));
  }
  return bytes;
}

WebServer::WebServer(const QString& folder, const QString& log, const QString& mode, const QString& certificate)
    : m_scheme(certificate.isEmpty() ? "http" : "https"), m_log(log) {
  auto program = qEnvironmentVariable("LATCHKEY_SOURCE") + "/tests/launcher/repository/server.py";
  QStringList words{program, folder, log, mode};
  if (!certificate.isEmpty()) words << certificate;
  m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
  m_process.start("python3", words);
  if (!m_process.waitForReadyRead(60000)) qFatal("no web server");
  m_port = m_process.readLine().trimmed().toInt();
}

WebServer::~WebServer() {
  m_process.kill();
  m_process.waitForFinished();
}

std::vector<WebServer::Answer> WebServer::answers() const {
  std::vector<Answer> all;
  QFile file(m_log);
  if (!file.open(QIODevice::ReadOnly)) return all;
  for (auto& line : file.readAll().split('\n')) {
    auto parts = line.split(' ');
    if (parts.size() == 3) all.push_back({parts[0], parts[1].toULongLong(), parts[2].toInt()});
  }
  return all;
}

uint64_t WebServer::bytes() const {
  uint64_t sum = 0;
  for (auto& answer : answers()) sum += answer.bytes;
  return sum;
}

void WebServer::forget() { QFile::remove(m_log); }

RepositoryBench::RepositoryBench() : packer(qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-chunks") {
  QDir(root.path()).mkpath("store");
  // The present: other programs of the test have a real clock.
  clock.stepWall(std::chrono::floor<std::chrono::seconds>(SystemClock().wall()) - clock.wall());
  Publisher::create(local(), "org.example.apps", key, next.publicKey(), clock.wall(), std::chrono::hours(24 * 30));
}

std::unique_ptr<Publisher> RepositoryBench::publisher() { return std::make_unique<Publisher>(local(), packer); }

void RepositoryBench::add(const std::string& id, const std::string& version, const Files& files) {
  QDir(path("app")).removeRecursively();
  std::vector<Part> parts{file("manifest.toml", "id = \"" + id + "\""), folder("files")};
  uint64_t bytes = 0;
  for (auto& [name, content] : files) {
    parts.push_back(file("files/" + name, content));
    bytes += content.size();
  }
  for (auto& part : parts) {
    if (part.entry.type == BundleEntry::Type::File)
      put(path("app/" + QString::fromStdString(part.entry.path)), QByteArray::fromStdString(part.content));
  }
  DigestList digests{.id = id, .version = version, .archiveSize = 1, .archiveDigest = digestOf("x")};
  for (auto& part : parts) digests.entries.push_back(part.entry);
  list = digests.text();
  int folder = open(path("app").toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  auto own = publisher();
  own->add({.id = id, .version = version, .bytes = bytes, .name = "Player", .summary = "Plays music"}, list,
           author.sign(list, id + " " + version, "signature of a Latchkey bundle"), author.publicKey(), folder);
  close(folder);
  own->publish(key, clock.wall(), std::chrono::hours(24 * 30));
}

void RepositoryBench::publish(Duration lifetime) { publisher()->publish(key, clock.wall(), lifetime); }

Head RepositoryBench::head() {
  auto text = contentOf(repository() + "/head").toStdString();
  return std::get<Head>(Head::parse(SignedText::of(text)->text));
}

void RepositoryBench::writeHead(const Head& head, const SecretKey& by) {
  put(repository() + "/head", QByteArray::fromStdString(signedText(head.text(), by)));
}

void RepositoryBench::copyTo(const QString& other) const {
  QDir(other).removeRecursively();
  if (QProcess::execute("cp", {"-r", repository(), other}) != 0) qFatal("cp");
}

Follower RepositoryBench::follow(const std::string& location, const QString& name) {
  auto result = Follower::follow(path(name).toStdString(), location, key.publicKey(), reach());
  if (auto problem = std::get_if<Problem>(&result)) qFatal("not followed: %s", problem->reason.c_str());
  return std::move(std::get<Follower>(result));
}

QByteArray RepositoryBench::problemOfFollowing(const std::string& location, const PublicKey& expected) {
  QDir(path("stranger")).removeRecursively();
  auto result = Follower::follow(path("stranger").toStdString(), location, expected, reach());
  auto problem = std::get_if<Problem>(&result);
  return problem == nullptr ? QByteArray() : QByteArray::fromStdString(problem->reason);
}

QByteArray RepositoryBench::problemOf(const std::variant<Follower::News, Problem>& news) {
  auto problem = std::get_if<Problem>(&news);
  return problem == nullptr ? QByteArray() : QByteArray::fromStdString(problem->reason);
}

QByteArray RepositoryBench::fetch(Follower& follower, const std::string& id, const std::string& beforeList) {
  auto reason = [](const Problem& problem) { return QByteArray::fromStdString(problem.reason); };
  auto catalog = follower.catalog();
  if (auto problem = std::get_if<Problem>(&catalog)) return reason(*problem);
  auto offer = std::get<Catalog>(catalog).find(id);
  if (offer == nullptr) return "not offered";
  auto opened = Delivery::open(follower, *offer, reach());
  if (auto problem = std::get_if<Problem>(&opened)) return reason(*problem);
  auto& delivery = std::get<Delivery>(opened);
  auto stored = [&](const std::string& digest) { return path("store/" + QString::fromStdString(digest)); };
  delivery.plan([&](auto& digest) { return QFile::exists(stored(digest)); });
  if (!beforeList.empty()) {
    delivery.seed(beforeList, [&](auto& digest) {
      return kj::AutoCloseFd(open(stored(digest).toUtf8().constData(), O_RDONLY | O_CLOEXEC));
    });
  }
  if (auto problem = delivery.fetch(follower, reach())) return reason(*problem);
  for (auto& content : delivery.contents()) {
    if (QFile::exists(stored(content.digest))) continue;
    auto beside = stored("new");
    kj::AutoCloseFd file(open(beside.toUtf8().constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (auto problem = delivery.write(content.digest, file)) return reason(*problem);
    QFile::rename(beside, stored(content.digest));
  }
  list = delivery.list();
  delivery.finish();
  return {};
}

bool RepositoryBench::has(const Files& files) const {
  for (auto& [name, content] : files) {
    if (!content.empty() &&
        contentOf(path("store/" + QString::fromStdString(digestOf(content)))) != QByteArray::fromStdString(content))
      return false;
  }
  return true;
}

void RepositoryBench::forgetStore() {
  QDir(path("store")).removeRecursively();
  QDir(root.path()).mkpath("store");
}

}  // namespace latchkey::test
