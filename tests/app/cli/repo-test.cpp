// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey repo` and `latchkey search`, as publishers and those who follow them type it.

#include <sys/stat.h>

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/cli/run-command.h"

using namespace latchkey::test;

class RepoCommandTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void fromNothingToAFoundApp();
  void keysChange();
  void whatIsNotSignedIsNotTaken();
  void misuseIsToldAsSuch_data();
  void misuseIsToldAsSuch();
  void noBrokerIsStarted();

private:
  QString path(const QString& name) const { return m_root->path() + "/" + name; }
  Outcome latchkey(const QStringList& words) const;
  QString keyLine(const QString& file) const;
  // Keys, one bundle x.latchkey, and a repository "apps".
  void makeRepository();

  std::unique_ptr<QTemporaryDir> m_root;
};

void RepoCommandTest::init() {
  m_root = std::make_unique<QTemporaryDir>();
  for (auto name : {"home", "runtime", "data", "state", "config", "work"}) {
    QDir().mkpath(path(name));
    chmod(path(name).toUtf8().constData(), 0700);
  }
}

Outcome RepoCommandTest::latchkey(const QStringList& words) const {
  return runCommand(words,
                    {"PATH=/usr/bin:/bin", "HOME=" + path("home"), "XDG_RUNTIME_DIR=" + path("runtime"),
                     "XDG_DATA_HOME=" + path("data"), "XDG_STATE_HOME=" + path("state"),
                     "XDG_CONFIG_HOME=" + path("config"), "TMPDIR=" + path("runtime")},
                    {}, path("work"));
}

QString RepoCommandTest::keyLine(const QString& file) const {
  QFile key(path(file));
  return key.open(QIODevice::ReadOnly) ? QString::fromUtf8(key.readAll().split('\n')[1]) : QString();
}

void RepoCommandTest::makeRepository() {
  for (QStringList words : {QStringList{"bundle", "keygen"},
                            {"bundle", "keygen", "next.key"},
                            {"bundle", "keygen", "later.key"},
                            {"bundle", "init", "app", "--id", "org.example.App", "--name", "My App"}})
    QCOMPARE(latchkey(words).status, 0);
  QDir().mkpath(path("work/app/files/bin"));
  QFile program(path("work/app/files/bin/my-app"));
  QVERIFY(program.open(QIODevice::WriteOnly) && program.write("#!/usr/bin/python3\n") > 0);
  program.setPermissions(program.permissions() | QFile::ExeOwner);
  program.close();
  auto built = latchkey({"bundle", "build", "app", "--output", "x.latchkey"});
  QVERIFY2(built.status == 0, built.err);
  auto created = latchkey({"repo", "create", "apps", "--id", "org.example.apps", "--next-key", "next.pub"});
  QVERIFY2(created.status == 0, created.err);
  QVERIFY(created.out.contains(keyLine("config/latchkey/bundle.pub").toUtf8()));
  auto added = latchkey({"repo", "add", "apps", "x.latchkey"});
  QVERIFY2(added.status == 0, added.err);
  QVERIFY2(added.out.contains("org.example.apps, state 2 of key 0, 1 app, good until "), added.out);
}

void RepoCommandTest::fromNothingToAFoundApp() {
  makeRepository();
  auto offered = QJsonDocument::fromJson(latchkey({"repo", "list", "apps", "--json"}).out).array();
  QCOMPARE(offered.size(), 1);
  QCOMPARE(offered[0].toObject()["channel"].toString(), "stable");
  auto key = keyLine("config/latchkey/bundle.pub");
  QVERIFY(latchkey({"search"}).out.contains("Nothing like that"));
  auto wrong = latchkey({"repo", "follow", "apps", "--key", keyLine("work/next.pub")});
  QVERIFY(wrong.status == 1 && wrong.err.contains("belongs to somebody else"));
  auto follows = latchkey({"repo", "follow", "apps", "--key", key});
  QVERIFY2(follows.status == 0, follows.err);
  QVERIFY(latchkey({"repo", "follow", "apps/", "--key", key}).err.contains("is followed already"));
  auto found = QJsonDocument::fromJson(latchkey({"search", "my", "APP", "--json"}).out).array();
  QCOMPARE(found.size(), 1);
  QCOMPARE(found[0].toObject()["id"].toString(), "org.example.App");
  QCOMPARE(found[0].toObject()["repository"].toString(), "org.example.apps");
  QVERIFY(latchkey({"search", "other"}).out.contains("Nothing like that"));
  QVERIFY(latchkey({"repo", "refresh"}).out.contains("nothing new"));
  QCOMPARE(latchkey({"repo", "remove", "apps", "org.example.App"}).status, 0);
  QCOMPARE(latchkey({"repo", "remove", "apps", "org.example.App"}).status, 1);
  QVERIFY(latchkey({"repo", "refresh"}).out.contains("0 apps"));
  auto followed = QJsonDocument::fromJson(latchkey({"repo", "followed", "--json"}).out).array();
  QCOMPARE(followed.size(), 1);
  QCOMPARE(followed[0].toObject()["location"].toString(), path("work/apps"));
  QCOMPARE(latchkey({"repo", "unfollow", "org.example.apps"}).status, 0);
  QCOMPARE(latchkey({"repo", "unfollow", "org.example.apps"}).status, 1);
  QVERIFY(latchkey({"repo", "followed"}).out.contains("You follow no repository"));
}

void RepoCommandTest::keysChange() {
  makeRepository();
  QCOMPARE(latchkey({"repo", "follow", "apps", "--key", path("config/latchkey/bundle.pub")}).status, 0);
  auto other = latchkey({"repo", "rotate", "apps", "--new-key", "later.key", "--next-key", "next.pub"});
  QVERIFY(other.status != 0 && other.err.contains("not the one that was announced"));
  auto changed = latchkey({"repo", "rotate", "apps", "--new-key", "next.key", "--next-key", "later.pub"});
  QVERIFY2(changed.status == 0, changed.err);
  QVERIFY(latchkey({"repo", "sign", "apps"}).status != 0);
  QCOMPARE(latchkey({"repo", "sign", "apps", "--key", "next.key", "--for", "12h"}).status, 0);
  auto news = latchkey({"repo", "refresh"});
  QVERIFY2(news.status == 0, news.err);
  // Who signed the app is not believed any more: it stays in the list, and nobody takes it.
  QCOMPARE(latchkey({"repo", "revoke", "apps", path("config/latchkey/bundle.pub"), "--key", "next.key"}).status, 0);
  QVERIFY(latchkey({"repo", "add", "apps", "x.latchkey", "--key", "next.key"}).err.contains("has been revoked"));
  QCOMPARE(latchkey({"repo", "mirror", "apps", "https://one.example", "/media/stick", "--key", "next.key"}).status, 0);
  QVERIFY(latchkey({"repo", "mirror", "apps", "http://one.example", "--key", "next.key"}).status != 0);
  QCOMPARE(latchkey({"repo", "refresh"}).status, 0);
  QCOMPARE(latchkey({"repo", "prune", "apps"}).status, 0);
}

void RepoCommandTest::whatIsNotSignedIsNotTaken() {
  makeRepository();
  QFile bundle(path("work/x.latchkey"));
  QVERIFY(bundle.open(QIODevice::ReadWrite) && bundle.seek(150) && bundle.write("x") == 1);
  bundle.close();
  auto added = latchkey({"repo", "add", "apps", "x.latchkey"});
  QVERIFY(added.status == 1 && added.err.contains("changed after signing"));
  QFile::remove(path("config/latchkey/bundle.key"));
  QCOMPARE(latchkey({"bundle", "build", "app", "--output", "y.latchkey"}).status, 0);
  added = latchkey({"repo", "add", "apps", "y.latchkey", "--key", "next.key"});
  QVERIFY(added.status == 1 && added.err.contains("it is not signed"));
  QVERIFY(latchkey({"repo", "list", "apps"}).out.contains("state 2 of key 0, 1 app"));
  QCOMPARE(QDir(path("runtime")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).filter("latchkey-bundle").size(),
           0);
}

void RepoCommandTest::misuseIsToldAsSuch_data() {
  QTest::addColumn<QStringList>("words");
  auto row = [](const QStringList& words) { QTest::newRow(words.join(' ').toUtf8().constData()) << words; };
  row({"repo"});
  row({"repo", "bake"});
  row({"repo", "create"});
  row({"repo", "create", "apps"});
  row({"repo", "create", "apps", "--id", "org.example.apps"});
  row({"repo", "create", "apps", "--id", "org.example.apps", "--next-key", "no-such-file"});
  row({"repo", "follow"});
  row({"repo", "follow", "https://one.example"});
  row({"repo", "follow", "https://one.example", "--key", "RWQ"});
  row({"repo", "unfollow"});
  row({"repo", "sign", "apps", "--for", "2y"});
  row({"repo", "sign", "apps", "--for", "400d"});
  row({"repo", "add", "apps"});
  row({"repo", "add", "apps", "x", "--channel", "Beta"});
  row({"search", "--key", "x"});
}

void RepoCommandTest::misuseIsToldAsSuch() {
  QFETCH(QStringList, words);
  QCOMPARE(latchkey({"bundle", "keygen"}).status, 0);
  auto outcome = latchkey(words);
  QCOMPARE(outcome.status, 2);
  QVERIFY(outcome.out.isEmpty() && outcome.err.startsWith("latchkey: "));
}

void RepoCommandTest::noBrokerIsStarted() {
  makeRepository();
  QVERIFY(QDir(path("runtime/latchkey")).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).isEmpty());
}

QTEST_GUILESS_MAIN(RepoCommandTest)
#include "repo-test.moc"
