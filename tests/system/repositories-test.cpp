// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Apps from a repository, with all programs together: published, followed, installed by their ids, updated - and what
// a repository cannot do.

#include <QtTest>

#include "tests/launcher/bundle/bundle-bench.h"
#include "tests/launcher/repository/repository-bench.h"
#include "tests/support/system-world.h"

using namespace latchkey;
using namespace latchkey::test;

class RepositoriesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();

  void anAppComesByItsId_data();
  void anAppComesByItsId();
  void updatesComeByThemselves();
  void whatClaimsMoreWaits();
  void whoHasSwitchedItOffIsNotUpdated();
  void anotherSignerIsNoUpdate();
  void channelsAreKept();
  void withoutItsServerEverythingStays();
  void whatIsOutOfDateIsNotInstalled();
  void severalThatOfferItAreNamed();
  void aMirrorThatLiesInstallsNothing();
  void whoGivesUpHoldsUpNobody();
  void whatIsWrittenOfAnAppIsItsOwn();

private:
  QString path(const QString& name) const { return m_world->path(name); }
  CommandOutcome latchkey(const QStringList& words) const { return m_world->latchkey(words); }
  // Publishes a bundle whose program says `said`.
  void publish(const QByteArray& version, const QByteArray& said, const QByteArray& claims = {},
               const QStringList& options = {}, const SecretKey* signer = nullptr, const QString& repository = "apps");
  void create(const QString& name, const QString& id);
  void follow(const QString& location) const {
    auto followed = latchkey({"repo", "follow", location, "--key", path("home/repo.pub")});
    QVERIFY2(followed.status == 0, followed.err);
  }
  QString folder(const QString& name = "apps") const { return path("home/" + name); }
  CommandOutcome install(const QStringList& options = {}) const {
    return latchkey(QStringList{"install", "--yes", "org.example.App"} + options);
  }
  QByteArray says() const { return latchkey({"run", "--ask", "no", "org.example.App"}).out; }

  std::unique_ptr<SystemWorld> m_world;
  std::unique_ptr<WebServer> m_server;
  Bench m_bench;
  SecretKey m_other = SecretKey::generate();
};

void RepositoriesTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void RepositoriesTest::init() {
  m_world = std::make_unique<SystemWorld>();
  for (auto name : {"repo", "next"}) QCOMPARE(latchkey({"bundle", "keygen", folder(name + QString(".key"))}).status, 0);
  create("apps", "org.example.apps");
}

void RepositoriesTest::cleanup() {
  m_server.reset();
  m_world.reset();
}

void RepositoriesTest::create(const QString& name, const QString& id) {
  auto created = latchkey(
      {"repo", "create", folder(name), "--id", id, "--key", folder("repo.key"), "--next-key", folder("next.pub")});
  QVERIFY2(created.status == 0, created.err);
}

void RepositoriesTest::publish(const QByteArray& version, const QByteArray& said, const QByteArray& claims,
                               const QStringList& options, const SecretKey* signer, const QString& repository) {
  auto manifest = "format = 1\nid = \"org.example.App\"\nversion = \"" + version +
                  "\"\nname = \"App\"\nsummary = \"For tests\"\n" + claims +
                  "\n[[commands]]\nname = \"app\"\ncommand = [\"bin/app\"]\ndesktop = "
                  "\"share/applications/org.example.App.desktop\"\n";
  std::vector<Part> parts{file("manifest.toml", manifest.toStdString()),
                          test::folder("files"),
                          test::folder("files/bin"),
                          file("files/bin/app", "#!/bin/sh\necho " + said.toStdString() + "\n", true),
                          file("files/empty", ""),
                          test::folder("files/share"),
                          file("files/share/large", noise(3'000'000, 7)),
                          test::folder("files/share/applications"),
                          file("files/share/applications/org.example.App.desktop",
                               "[Desktop Entry]\nType=Application\nName=App\nExec=app %F\n")};
  std::ranges::stable_sort(parts, [](auto& one, auto& other) { return goesBefore(one.entry, other.entry); });
  auto raw = Bench::rawOf(parts);
  auto list = QByteArray::fromStdString(raw.list);
  list.replace("app\torg.example.Player\t1.2\n", "app\torg.example.App\t" + version + "\n");
  raw.list = list.toStdString();
  auto bundle = m_bench.write(raw, signer == nullptr ? m_bench.key : *signer);
  auto added = latchkey(QStringList{"repo", "add", folder(repository), bundle, "--key", folder("repo.key")} + options);
  QVERIFY2(added.status == 0, added.err);
}

void RepositoriesTest::anAppComesByItsId_data() {
  QTest::addColumn<bool>("web");
  QTest::newRow("from a folder") << false;
  QTest::newRow("over HTTP") << true;
}

void RepositoriesTest::anAppComesByItsId() {
  QFETCH(bool, web);
  publish("1.0", "first", "\n[[claims]]\nkind = \"folder\"\ntarget = \"~/Documents\"\nreason = \"to work\"\n");
  if (web) m_server = std::make_unique<WebServer>(folder(), path("log"));
  follow(web ? QString::fromStdString(m_server->url()) : folder());
  QVERIFY(latchkey({"search", "for", "TESTS"}).out.contains("org.example.App"));
  QCOMPARE(latchkey({"run", "--ask", "no", "org.example.App"}).status, 127);
  // Asked on a terminal only: nothing is installed unseen.
  QCOMPARE(latchkey({"install", "org.example.App"}).status, 2);
  // One who was killed while looking left something.
  auto followed = QDir(path("data/latchkey/repositories")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
  QCOMPARE(followed.size(), 1);
  put(path("data/latchkey/repositories/" + followed[0] + "/look-org.example.App/left"), "x");
  auto foreign = install({"--key", QString::fromStdString(m_other.publicKey().line())});
  QVERIFY2(foreign.status == 1 && foreign.err.contains("it is signed by another key"), foreign.err);
  auto installed = install({"--key", QString::fromStdString(m_bench.key.publicKey().line())});
  QVERIFY2(installed.status == 0, installed.err);
  QVERIFY2(installed.out.contains("to see everything in ~/Documents\n      “to work”"), installed.out);
  QVERIFY2(installed.out.contains("Installed org.example.App 1.0."), installed.out);
  QCOMPARE(says(), "first\n");
  QVERIFY(m_world->list({"grants"}).isEmpty());
  QVERIFY(QFile::exists(path("data/applications/org.example.App.desktop")));
  QVERIFY(install().out.contains("is installed already"));
  QCOMPARE(latchkey({"verify", "org.example.App"}).status, 0);
  // Of what travelled nothing is left.
  QDirIterator left(path("data/latchkey/repositories"), {"partial-*", "look-*"}, QDir::AllEntries,
                    QDirIterator::Subdirectories);
  QVERIFY(!left.hasNext());
}

void RepositoriesTest::updatesComeByThemselves() {
  publish("1.0", "first");
  m_server = std::make_unique<WebServer>(folder(), path("log"));
  follow(QString::fromStdString(m_server->url()));
  QCOMPARE(install().status, 0);
  QVERIFY(m_server->bytes() > 3'000'000);
  m_server->forget();
  auto nothing = latchkey({"update"});
  QVERIFY2(nothing.out.contains("There is nothing newer"), nothing.out);
  QVERIFY(m_server->bytes() < 5'000);
  publish("1.1", "second");
  m_server->forget();
  auto updated = latchkey({"update"});
  QVERIFY2(updated.status == 0 && updated.out.contains("Updated to org.example.App 1.1."), updated.out + updated.err);
  QCOMPARE(says(), "second\n");
  // The large file did not travel again.
  QVERIFY2(m_server->bytes() < 100'000, QByteArray::number(static_cast<qulonglong>(m_server->bytes())));
  QCOMPARE(latchkey({"rollback", "org.example.App"}).status, 0);
  QCOMPARE(says(), "first\n");
}

void RepositoriesTest::whatClaimsMoreWaits() {
  publish("1.0", "first");
  follow(folder());
  QCOMPARE(install().status, 0);
  publish("2.0", "second", "\n[[claims]]\nkind = \"folder\"\ntarget = \"~/Documents\"\nreason = \"to work\"\n");
  auto updated = latchkey({"update"});
  QVERIFY2(updated.status == 0 && updated.out.contains("2.0 waits, since it claims more"), updated.out + updated.err);
  QCOMPARE(says(), "first\n");
  // It waits, and is not fetched again and again.
  QVERIFY(latchkey({"update"}).out.contains("2.0 waits, since it claims more"));
  auto accepted = latchkey({"update", "org.example.App", "--yes"});
  QVERIFY2(accepted.status == 0 && accepted.out.contains("to see everything in ~/Documents"), accepted.out);
  QCOMPARE(says(), "second\n");
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void RepositoriesTest::whoHasSwitchedItOffIsNotUpdated() {
  publish("1.0", "first");
  follow(folder());
  QCOMPARE(install().status, 0);
  QCOMPARE(latchkey({"update", "org.example.App", "--automatic", "off"}).status, 0);
  publish("1.1", "second");
  QCOMPARE(latchkey({"update"}).status, 0);
  QCOMPARE(says(), "first\n");
  // Who asks for this one gets it.
  QCOMPARE(latchkey({"update", "org.example.App"}).status, 0);
  QCOMPARE(says(), "second\n");
}

void RepositoriesTest::anotherSignerIsNoUpdate() {
  publish("1.0", "first");
  follow(folder());
  QCOMPARE(install().status, 0);
  publish("9.0", "stolen", {}, {}, &m_other);
  QCOMPARE(latchkey({"update"}).status, 0);
  auto asked = install();
  QVERIFY2(asked.status == 1 && asked.err.contains("was signed by another key"), asked.err);
  QCOMPARE(says(), "first\n");
}

void RepositoriesTest::channelsAreKept() {
  publish("1.0", "stable");
  publish("2.0", "beta", {}, {"--channel", "beta"});
  follow(folder());
  QCOMPARE(install({"--channel", "beta"}).status, 0);
  QCOMPARE(says(), "beta\n");
  publish("3.0", "stable");
  QCOMPARE(latchkey({"update"}).status, 0);
  QCOMPARE(says(), "beta\n");
  publish("2.1", "newer-beta", {}, {"--channel", "beta"});
  QCOMPARE(latchkey({"update"}).status, 0);
  QCOMPARE(says(), "newer-beta\n");
}

void RepositoriesTest::withoutItsServerEverythingStays() {
  publish("1.0", "first");
  m_server = std::make_unique<WebServer>(folder(), path("log"));
  follow(QString::fromStdString(m_server->url()));
  QCOMPARE(install().status, 0);
  QCOMPARE(latchkey({"remove", "org.example.App", "--yes"}).status, 0);
  m_server.reset();
  auto outcome = install();
  QVERIFY2(outcome.status == 1, outcome.out);
  QVERIFY2(outcome.err.contains("does not answer: is this computer online?"), outcome.err);
  QVERIFY(latchkey({"search"}).out.contains("org.example.App"));
}

void RepositoriesTest::whatIsOutOfDateIsNotInstalled() {
  publish("1.0", "first");
  // Signed for a second.
  QCOMPARE(latchkey({"repo", "sign", folder(), "--key", folder("repo.key"), "--for", "1s"}).status, 0);
  QTest::qSleep(1500);
  auto followed = latchkey({"repo", "follow", folder(), "--key", folder("repo.pub")});
  QVERIFY2(followed.status == 1 && followed.err.contains("out of date"), followed.err);
  auto outcome = install();
  QVERIFY2(outcome.status == 1 && outcome.err.contains("no repository that you follow offers it"), outcome.err);
}

void RepositoriesTest::severalThatOfferItAreNamed() {
  create("others", "org.example.others");
  publish("1.0", "first");
  publish("1.0", "other", {}, {}, &m_other, "others");
  follow(folder());
  follow(folder("others"));
  auto outcome = install();
  QVERIFY2(outcome.status == 1 && outcome.err.contains("--repository org.example.apps"), outcome.err);
  QCOMPARE(install({"--repository", "org.example.others"}).status, 0);
  QCOMPARE(says(), "other\n");
  QCOMPARE(install({"--repository", "org.example.none"}).status, 1);
  QCOMPARE(latchkey({"install", "--yes", "x.latchkey", "--repository", "org.example.others"}).status, 2);
}

void RepositoriesTest::aMirrorThatLiesInstallsNothing() {
  publish("1.0", "first");
  follow(folder());
  // Whoever has the folder changes contents: packs are what is not signed itself.
  QDirIterator packs(folder() + "/packs", QDir::Files);
  while (packs.hasNext()) {
    QFile pack(packs.next());
    QVERIFY(pack.setPermissions(QFile::ReadOwner | QFile::WriteOwner) && pack.open(QIODevice::ReadWrite));
    pack.seek(pack.size() / 2);
    pack.write("changed!");
  }
  auto outcome = install();
  QVERIFY2(outcome.status == 1 && outcome.err.contains("has something else than what was published"), outcome.err);
  QCOMPARE(latchkey({"run", "--ask", "no", "org.example.App"}).status, 127);
}

void RepositoriesTest::whoGivesUpHoldsUpNobody() {
  publish("1.0", "first");
  m_server = std::make_unique<WebServer>(folder(), path("log"), "slow");
  QCOMPARE(latchkey({"repo", "mirror", folder(), QString::fromStdString(m_server->url()), "--key", folder("repo.key")})
               .status,
           0);
  // What is to be shown of it is with the slow one alone.
  QCOMPARE(QProcess::execute("cp", {"-r", folder(), folder("thin")}), 0);
  QVERIFY(QDir(folder("thin/packs")).removeRecursively());
  follow(folder("thin"));
  create("others", "org.example.others");
  publish("1.0", "other", {}, {}, &m_other, "others");
  follow(folder("others"));
  auto waiting = m_world->start({"install", "--yes", "org.example.App", "--repository", "org.example.apps"});
  QTest::qWait(3000);
  QVERIFY2(waiting->running(), waiting->output());
  waiting.reset();
  QElapsedTimer timer;
  timer.start();
  auto outcome = install({"--repository", "org.example.others"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY(timer.elapsed() < 15'000);
  QCOMPARE(says(), "other\n");
}

// The claims that are shown are those of the manifest that was signed, not what a catalog says.
void RepositoriesTest::whatIsWrittenOfAnAppIsItsOwn() {
  publish("1.0", "first", "\n[[claims]]\nkind = \"network\"\ntarget = \"example.org:443\"\nreason = \"x\"\n");
  follow(folder());
  auto outcome = install();
  QVERIFY2(outcome.out.contains("example.org"), outcome.out);
}

QTEST_GUILESS_MAIN(RepositoriesTest)
#include "repositories-test.moc"
