// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A publisher, an author, web servers of every character, and somebody who follows.

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "launcher/repository/delivery.h"
#include "launcher/repository/publisher.h"
#include "tests/support/fake-clock.h"

namespace latchkey::test {

// Random, and the same each time.
std::string noise(size_t size, uint64_t seed);

class WebServer {
public:
  WebServer(const QString& folder, const QString& log, const QString& mode = "honest", const QString& certificate = {});
  ~WebServer();
  std::string url() const { return m_scheme + "://127.0.0.1:" + std::to_string(m_port); }

  struct Answer {
    QByteArray path;
    uint64_t bytes = 0;
    int busy = 0;
  };
  std::vector<Answer> answers() const;
  uint64_t bytes() const;
  void forget();

private:
  std::string m_scheme;
  int m_port = 0;
  QString m_log;
  QProcess m_process;
};

// Paths below files/ and what is in them.
using Files = std::map<std::string, std::string>;

struct RepositoryBench {
  RepositoryBench();

  QString path(const QString& name) const { return root.path() + "/" + name; }
  QString repository() const { return path("repository"); }
  std::string local() const { return repository().toStdString(); }
  repository::Reach reach() { return {fetcher, packer, clock}; }

  // A version of an app, published.
  void add(const std::string& id, const std::string& version, const Files& files);
  void publish(Duration lifetime = std::chrono::hours(24 * 30));
  // What its publisher sees of it at this moment.
  std::unique_ptr<repository::Publisher> publisher();
  // Whatever head somebody with that key likes to write, in the place of the sound one.
  void writeHead(const repository::Head& head, const SecretKey& key);
  repository::Head head();
  void copyTo(const QString& other) const;

  // Follows; fails the test where that is refused.
  repository::Follower follow(const std::string& location, const QString& name = "followed");
  QByteArray problemOfFollowing(const std::string& location, const PublicKey& key);
  static QByteArray problemOf(const std::variant<repository::Follower::News, repository::Problem>& news);
  // Everything, into `store`: why not, or nothing.
  QByteArray fetch(repository::Follower& follower, const std::string& id, const std::string& beforeList = {});
  // Whether the store has all of these.
  bool has(const Files& files) const;
  void forgetStore();

  QTemporaryDir root;
  FakeClock clock;
  repository::Packer packer;
  repository::Fetcher fetcher;
  SecretKey key = SecretKey::generate(), next = SecretKey::generate(), author = SecretKey::generate();
  std::string list;  // Of what was added or fetched last.
};

}  // namespace latchkey::test
