// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey bundle`, as authors and those who get a bundle type it.

#include <signal.h>
#include <sys/stat.h>

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/cli/pty-child.h"
#include "tests/app/cli/run-command.h"
#include "tests/support/squashed.h"

using namespace latchkey::test;

class BundleCommandTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void fromNothingToAVerifiedOne();
  void keysAreNeverWrittenOver();
  void aKeyWithAPasswordIsAskedFor();
  void askingForAPasswordLeavesTheTerminalAsItWas();
  void askingForAPasswordCanBeStopped();
  void whatIsSignedCanBeCheckedByOthers();
  void refusalsSayWhat_data();
  void refusalsSayWhat();
  void misuseIsToldAsSuch_data();
  void misuseIsToldAsSuch();
  void signingASecondTimeReplaces();
  void hostileTextIsNotShown();
  void fromADesktopEntry();
  void fromADebianPackage();
  void fromAnAppImage();
  void anAppImageTakesNothingAlong();
  void noBrokerIsStarted();

private:
  QString path(const QString& name) const { return m_root->path() + "/" + name; }
  void put(const QString& name, const QByteArray& text, bool program = false) const;
  QByteArray content(const QString& name) const;
  QStringList environment() const;
  Outcome bundle(const QStringList& words, const QByteArray& input = {}) const;
  // A signed one, as x.latchkey.
  void makeSound();

  std::unique_ptr<QTemporaryDir> m_root;
};

void BundleCommandTest::init() {
  m_root = std::make_unique<QTemporaryDir>();
  for (auto name : {"home", "runtime", "data", "state", "config", "work"}) {
    QDir().mkpath(path(name));
    chmod(path(name).toUtf8().constData(), 0700);
  }
}

void BundleCommandTest::put(const QString& name, const QByteArray& text, bool program) const {
  auto file = path("work/" + name);
  QDir().mkpath(file.left(file.lastIndexOf('/')));
  QFile to(file);
  if (!to.open(QIODevice::WriteOnly)) qFatal("cannot write");
  to.write(text);
  if (program) to.setPermissions(to.permissions() | QFile::ExeOwner);
}

QByteArray BundleCommandTest::content(const QString& name) const {
  QFile file(path("work/" + name));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Outcome BundleCommandTest::bundle(const QStringList& words, const QByteArray& input) const {
  return runCommand(QStringList{"bundle"} + words, environment(), input, path("work"));
}

QStringList BundleCommandTest::environment() const {
  return {"PATH=/usr/bin:/bin",
          "HOME=" + path("home"),
          "XDG_RUNTIME_DIR=" + path("runtime"),
          "XDG_DATA_HOME=" + path("data"),
          "XDG_STATE_HOME=" + path("state"),
          "XDG_CONFIG_HOME=" + path("config"),
          "TMPDIR=" + path("runtime"),
          "LANG=de_DE.UTF-8"};
}

void BundleCommandTest::makeSound() {
  QVERIFY(bundle({"keygen"}).status == 0);
  QVERIFY(bundle({"init", "app", "--id", "org.example.App", "--name", "My App"}).status == 0);
  put("app/files/bin/my-app", "#!/usr/bin/python3\n", true);
  auto built = bundle({"build", "app", "--output", "x.latchkey"});
  QVERIFY2(built.status == 0, built.err);
}

void BundleCommandTest::fromNothingToAVerifiedOne() {
  makeSound();
  struct stat status{};
  QVERIFY(stat(path("config/latchkey/bundle.key").toUtf8().constData(), &status) == 0);
  QCOMPARE(status.st_mode & 0777, 0600u);
  auto verified = bundle({"verify", "--key", path("config/latchkey/bundle.pub"), "x.latchkey"});
  QVERIFY2(verified.status == 0, verified.err);
  QVERIFY(verified.out.contains("org.example.App 1.0") && !verified.out.contains("Whose key"));
  // The key itself does, too; and without any, that is said.
  QFile key(path("config/latchkey/bundle.pub"));
  QVERIFY(key.open(QIODevice::ReadOnly));
  auto line = QString::fromUtf8(key.readAll().split('\n')[1]);
  QCOMPARE(bundle({"verify", "--key", line, "x.latchkey"}).status, 0);
  QVERIFY(bundle({"verify", "x.latchkey"}).out.contains("Whose key that is, this does not say"));
  put("app/manifest.toml", content("app/manifest.toml") +
                               "\n[[claims]]\nkind = \"folder\"\ntarget = \"~/Music\"\naccess = \"write\"\n"
                               "reason = \"to tag it\"\n[claims.reasons]\nde = \"um sie zu beschriften\"\n");
  auto built = bundle({"build", "app"});
  QVERIFY2(built.status == 0, built.err);
  QVERIFY(built.out.contains("org.example.App-1.0.latchkey") &&
          built.out.contains("Needs of the host:\n  /usr/bin/python3"));
  auto told = bundle({"inspect", "org.example.App-1.0.latchkey"}).out;
  QVERIFY2(told.contains("folder ~/Music, to read and change") && told.contains("um sie zu beschriften"), told);
  QVERIFY(told.contains("Nothing of it is given"));
  auto json = QJsonDocument::fromJson(bundle({"inspect", "--json", "org.example.App-1.0.latchkey"}).out).array();
  QCOMPARE(json.size(), 3);
  QCOMPARE(json[0].toObject()["id"].toString(), "org.example.App");
  QCOMPARE(json[0].toObject()["key"].toString(), line);
  QCOMPARE(json[1].toObject()["command"].toString(), "bin/my-app");
  QCOMPARE(json[2].toObject()["reason"].toString(), "to tag it");
}

void BundleCommandTest::keysAreNeverWrittenOver() {
  QCOMPARE(bundle({"keygen", "a.key"}).status, 0);
  auto key = content("a.key"), open = content("a.pub");
  auto again = bundle({"keygen", "a.key"});
  QVERIFY(again.status == 1 && again.err.contains("is there already"));
  QFile::remove(path("work/a.key"));
  QCOMPARE(bundle({"keygen", "a.key"}).status, 1);  // The public one would no longer fit.
  QCOMPARE(content("a.pub"), open);
  QVERIFY(!key.isEmpty() && !QFile::exists(path("work/a.key")));
}

void BundleCommandTest::aKeyWithAPasswordIsAskedFor() {
  makeSound();
  auto made = bundle({"keygen", "--password", "p.key"}, "secret\n");
  if (made.err.contains("memory")) QSKIP("not 1 GiB of memory to spare");
  QVERIFY2(made.status == 0, made.err);
  auto wrong = bundle({"sign", "--key", "p.key", "x.latchkey"}, "wrong\n");
  QVERIFY(wrong.status == 2 && wrong.err.contains("has another password"));
  auto right = bundle({"sign", "--key", "p.key", "x.latchkey"}, "secret\n");
  QVERIFY2(right.status == 0, right.err);
  QCOMPARE(bundle({"verify", "--key", "p.pub", "x.latchkey"}).status, 0);
  QVERIFY(bundle({"keygen", "--password", "q.key"}, "\n").status == 2 && !QFile::exists(path("work/q.key")));
}

void BundleCommandTest::askingForAPasswordLeavesTheTerminalAsItWas() {
  auto start = [&](const QString& key) {
    auto child = std::make_unique<PtyChild>(QStringList{programPath("latchkey"), "bundle", "keygen", "--password", key},
                                            environment(), path("work"));
    if (!child->expect("Password of the new key: ") || child->sane()) qWarning("it does not ask, or shows the answer");
    return child;
  };
  auto typed = start("t.key");
  typed->type("secret\n");
  QVERIFY(typed->expect("Once more: "));
  typed->type("secret\n");
  QCOMPARE(typed->waitForEnd(180'000), 0);
  QVERIFY(typed->sane() && !typed->seen().contains("secret") && QFile::exists(path("work/t.key")));

  auto givenUp = start("u.key");
  givenUp->type("sec\x03");
  QCOMPARE(givenUp->waitForEnd(), 128 + SIGINT);
  QVERIFY(givenUp->sane() && !QFile::exists(path("work/u.key")));

  auto ended = start("v.key");
  kill(ended->pid(), SIGTERM);
  QCOMPARE(ended->waitForEnd(), 128 + SIGTERM);
  QVERIFY(ended->sane());
}

// Stopped for a while, the shell has a sane terminal; gone on with, it asks again from the beginning.
void BundleCommandTest::askingForAPasswordCanBeStopped() {
  PtyChild shell({"/bin/bash", "--norc", "--noprofile", "-i"}, environment() << "PS1=prompt> ", path("work"));
  QVERIFY(shell.expect("prompt> "));
  shell.type((programPath("latchkey") + " bundle keygen --password w.key\n").toUtf8());
  QVERIFY(shell.expect("Password of the new key: "));
  shell.type("wrong\x1a");
  QVERIFY(shell.expect("prompt> "));
  shell.type("fg\n");
  QVERIFY(shell.expect("Password of the new key: "));
  shell.type("right\n");
  QVERIFY(shell.expect("Once more: "));
  shell.type("right\n");
  QVERIFY(shell.expect("prompt> ", 180'000));
  QVERIFY(QFile::exists(path("work/w.key")));
  QVERIFY2(!shell.seen().contains("right"), shell.seen());
}

void BundleCommandTest::whatIsSignedCanBeCheckedByOthers() {
  makeSound();
  put("digests", bundle({"inspect", "--digests", "x.latchkey"}).out);
  put("digests.minisig", bundle({"inspect", "--signature", "x.latchkey"}).out);
  QVERIFY(content("digests").startsWith("latchkey digests 1\napp\torg.example.App\t1.0\narchive\t"));
  QCOMPARE(content("digests.minisig").count('\n'), 4);
  auto minisign = QStandardPaths::findExecutable("minisign");
  if (minisign.isEmpty()) QSKIP("minisign is not installed");
  QStringList words{"-V", "-p", path("config/latchkey/bundle.pub"), "-m", path("work/digests")};
  QCOMPARE(QProcess::execute(minisign, words), 0);
  put("digests", content("digests") + "x");
  QVERIFY(QProcess::execute(minisign, words) != 0);
}

void BundleCommandTest::refusalsSayWhat_data() {
  QTest::addColumn<QByteArray>("how");
  QTest::addColumn<QByteArray>("said");
  auto row = [](const char* how, const char* said) { QTest::newRow(how) << QByteArray(how) << QByteArray(said); };
  row("no file", "x.latchkey: No such file or directory");
  row("a folder", "x.latchkey: this is no file");
  row("no bundle", "x.latchkey: this is no bundle");
  row("cut", "cut off");
  row("changed", "x.latchkey: ");
  row("another key", "signed by another key");
  row("another app", "of another app, org.example.App instead of org.example.Other");
  row("not signed", "it is not signed");
}

void BundleCommandTest::refusalsSayWhat() {
  QFETCH(QByteArray, how);
  QFETCH(QByteArray, said);
  makeSound();
  QStringList words{"verify", "x.latchkey"};
  auto bytes = content("x.latchkey");
  if (how == "no file") QFile::remove(path("work/x.latchkey"));
  if (how == "a folder") QFile::remove(path("work/x.latchkey")), QDir().mkpath(path("work/x.latchkey"));
  if (how == "no bundle") put("x.latchkey", "PK\x03\x04");
  if (how == "cut") put("x.latchkey", bytes.chopped(1));
  if (how == "changed") bytes[150] = static_cast<char>(bytes[150] ^ 1), put("x.latchkey", bytes);
  if (how == "another key")
    QVERIFY(bundle({"keygen", "other.key"}).status == 0 && !(words << "--key" << "other.pub").isEmpty());
  if (how == "another app") words << "--id" << "org.example.Other";
  if (how == "not signed") {
    QFile::remove(path("config/latchkey/bundle.key"));
    auto built = bundle({"build", "app", "--output", "x.latchkey"});
    QVERIFY(built.status == 0 && built.out.contains("not signed"));
    QCOMPARE(bundle({"inspect", "--unsigned", "x.latchkey"}).status, 0);
  }
  auto outcome = bundle(words);
  QCOMPARE(outcome.status, 1);
  QVERIFY2(outcome.err.contains(said), outcome.err);
  QCOMPARE(outcome.err.count('\n'), 1);
  QVERIFY(outcome.out.isEmpty());
  QCOMPARE(bundle({"inspect", "x.latchkey"}).status, how.startsWith("another") ? 0 : 1);
}

void BundleCommandTest::misuseIsToldAsSuch_data() {
  QTest::addColumn<QStringList>("words");
  QTest::addColumn<QByteArray>("said");
  QTest::newRow("nothing") << QStringList{} << QByteArray("keygen, init, build, sign, verify");
  QTest::newRow("unknown") << QStringList{"install"} << QByteArray("say keygen");
  QTest::newRow("no file") << QStringList{"verify"} << QByteArray("FILE is missing");
  QTest::newRow("two files") << QStringList{"verify", "a", "b"} << QByteArray("one word too many");
  QTest::newRow("no such option") << QStringList{"build", "--hook", "x"} << QByteArray("--hook");
  QTest::newRow("no key") << QStringList{"sign", "--key", "none.key", "x.latchkey"}
                          << QByteArray("there is no key none.key");
  QTest::newRow("no public key") << QStringList{"verify", "--key", "x.latchkey", "x.latchkey"}
                                 << QByteArray("public key");
  QTest::newRow("no folder") << QStringList{"build", "none"} << QByteArray("cannot open the folder none");
  QTest::newRow("no package") << QStringList{"build", "--package", "no-such-package"}
                              << QByteArray("no package no-such-package");
  QTest::newRow("an option as a package") << QStringList{"build", "--package", "--help-x"} << QByteArray("no package");
}

void BundleCommandTest::misuseIsToldAsSuch() {
  QFETCH(QStringList, words);
  QFETCH(QByteArray, said);
  makeSound();
  auto outcome = bundle(words);
  QCOMPARE(outcome.status, 2);
  QVERIFY2(outcome.err.contains(said), outcome.err);
}

void BundleCommandTest::signingASecondTimeReplaces() {
  makeSound();
  QCOMPARE(bundle({"keygen", "other.key"}).status, 0);
  QCOMPARE(bundle({"sign", "--key", "other.key", "--output", "y.latchkey", "x.latchkey"}).status, 0);
  QCOMPARE(bundle({"verify", "--key", "other.pub", "y.latchkey"}).status, 0);
  QCOMPARE(bundle({"verify", "--key", path("config/latchkey/bundle.pub"), "y.latchkey"}).status, 1);
  QCOMPARE(bundle({"verify", "--key", path("config/latchkey/bundle.pub"), "x.latchkey"}).status, 0);
  // What is not sound gets no signature, and stays as it is.
  auto bytes = content("x.latchkey");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  put("x.latchkey", bytes);
  QCOMPARE(bundle({"sign", "--key", "other.key", "x.latchkey"}).status, 1);
  QCOMPARE(content("x.latchkey"), bytes);
}

void BundleCommandTest::hostileTextIsNotShown() {
  makeSound();
  for (auto bad : {"\x1b[2J", "\xe2\x80\xae", "\\u001b[2J", "\\u202e"}) {
    auto manifest = content("app/manifest.toml");
    put("app/manifest.toml", QByteArray(manifest).replace("My App", bad));
    auto outcome = bundle({"build", "app"});
    QCOMPARE(outcome.status, 1);
    QVERIFY(!outcome.err.contains('\x1b') && !outcome.err.contains("\xe2\x80\xae"));
    put("app/manifest.toml", manifest);
  }
  // A file's own name, too.
  auto outcome = bundle({"verify", "\x1b[2J.latchkey"});
  QVERIFY(outcome.status == 1 && !outcome.err.contains('\x1b'));
}

void BundleCommandTest::fromADesktopEntry() {
  QCOMPARE(bundle({"keygen"}).status, 0);
  put("viewer.desktop",
      "[Desktop Entry]\nType=Application\nName=Viewer\nComment=Shows pictures\nExec=viewer --fit %F\n");
  put("tree/bin/viewer", "#!/bin/sh\n", true);
  QVERIFY(bundle({"build", "viewer.desktop", "--files", "tree"}).err.contains("--id org.example.viewer"));
  auto built =
      bundle({"build", "viewer.desktop", "--files", "tree", "--id", "org.example.Viewer", "--output", "v.latchkey"});
  QVERIFY2(built.status == 0, built.err);
  auto json = QJsonDocument::fromJson(bundle({"inspect", "--json", "v.latchkey"}).out).array();
  QCOMPARE(json[0].toObject()["summary"].toString(), "Shows pictures");
  QCOMPARE(json[1].toObject()["command"].toString(), "bin/viewer --fit");
  QCOMPARE(json[1].toObject()["desktop"].toString(), "share/applications/org.example.Viewer.desktop");
  put("viewer.desktop", "[Desktop Entry]\nType=Application\nName=Viewer\nExec=viewer @@ %F @@\n");
  QCOMPARE(bundle({"build", "viewer.desktop", "--files", "tree", "--id", "org.example.Viewer"}).status, 1);
  put("viewer.desktop", "[Desktop Entry]\nType=Application\nName=Viewer\nExec=no-such-program %F\n");
  QVERIFY(bundle({"build", "viewer.desktop", "--files", "tree", "--id", "a.b"}).err.contains("no-such-program"));
  QVERIFY(QDir(path("runtime")).entryList({"latchkey-bundle-*"}).isEmpty());
}

void BundleCommandTest::fromADebianPackage() {
  if (!QFile::exists("/usr/bin/dpkg-query")) QSKIP("this is no Debian");
  if (!QFile::exists("/usr/bin/jq")) QSKIP("jq is not installed");
  QCOMPARE(bundle({"keygen"}).status, 0);
  auto alone = bundle({"build", "--package", "jq", "--output", "jq.latchkey"});
  QVERIFY2(alone.status == 0, alone.err);
  QVERIFY2(alone.out.contains("libjq.so.1 (libjq1)") && alone.out.contains("libc.so.6 (libc6)"), alone.out);
  // With its private library it needs that no more, but what that needs.
  auto whole = bundle({"build", "--package", "jq,libjq1", "--output", "jq.latchkey"});
  QVERIFY2(whole.status == 0, whole.err);
  QVERIFY2(!whole.out.contains("libjq.so.1 (") && whole.out.contains("libonig.so"), whole.out);
  auto json = QJsonDocument::fromJson(bundle({"inspect", "--json", "jq.latchkey"}).out).array();
  QCOMPARE(json[0].toObject()["id"].toString(), "debian.jq");
  QCOMPARE(json[1].toObject()["command"].toString(), "bin/jq");
  auto first = content("jq.latchkey");
  QCOMPARE(bundle({"build", "--package", "jq,libjq1", "--output", "jq.latchkey"}).status, 0);
  QCOMPARE(content("jq.latchkey"), first);
}

void BundleCommandTest::fromAnAppImage() {
  if (QStandardPaths::findExecutable("mksquashfs").isEmpty()) QSKIP("squashfs-tools are not installed");
  put("image/usr/bin/viewer", "#!/bin/sh\n", true);
  put("image/usr/share/applications/viewer.desktop",
      "[Desktop Entry]\nType=Application\nName=Viewer\nComment=Looks at things\nIcon=viewer\nExec=viewer %F\n");
  put("image/viewer.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
  QVERIFY(QFile::link("usr/bin/viewer", path("work/image/AppRun")));
  QVERIFY(QFile::link("usr/share/applications/viewer.desktop", path("work/image/viewer.desktop")));
  auto image = squashed(path("work/image"), path("squashfs"));
  QVERIFY(!image.isEmpty());
  put("what it is called says nothing", appImageRuntime() + image, true);
  auto without = bundle({"build", "what it is called says nothing", "--output", "v.latchkey"});
  QVERIFY2(without.status == 2 && without.err.contains("--id org.example.viewer"), without.err);
  QStringList words{
      "build",     "what it is called says nothing", "--id", "org.example.Viewer", "--version", "2.1", "--output",
      "v.latchkey"};
  auto built = bundle(words);
  QVERIFY2(built.status == 0, built.err);
  QVERIFY2(built.out.startsWith("v.latchkey: org.example.Viewer 2.1"), built.out);
  auto first = content("v.latchkey");
  QCOMPARE(bundle(words).status, 0);
  QCOMPARE(content("v.latchkey"), first);
  auto told = bundle({"inspect", "--unsigned", "v.latchkey"}).out;
  for (auto part : {"Viewer", "Looks at things", "AppRun"}) QVERIFY2(told.contains(part), told);
  QVERIFY(QDir(path("runtime")).entryList({"latchkey-bundle-*"}).isEmpty());
}

// What an author packs is not this computer's: an image whose links lead out must not bring along what they lead to.
void BundleCommandTest::anAppImageTakesNothingAlong() {
  if (QStandardPaths::findExecutable("mksquashfs").isEmpty()) QSKIP("squashfs-tools are not installed");
  put("secret.desktop", "[Desktop Entry]\nType=Application\nName=Taken\nExec=x\n");
  put("image/AppRun", "#!/bin/sh\n", true);
  QDir().mkpath(path("work/image/sub"));
  QVERIFY(QFile::link("..", path("work/image/sub/up")));
  // By the letter each of these goes down by two, and so there are steps to go up again.
  auto out = QString("sub/up/").repeated(10) + QString("../").repeated(20);
  QVERIFY(QFile::link(out + path("work/secret.desktop").mid(1), path("work/image/viewer.desktop")));
  auto image = squashed(path("work/image"), path("squashfs"));
  put("x.AppImage", appImageRuntime() + image, true);
  auto built = bundle({"build", "x.AppImage", "--id", "org.example.Viewer", "--output", "v.latchkey"});
  QVERIFY2(built.status != 0 && !built.out.contains("Taken"), built.out);
  QVERIFY2(built.err.contains("x.AppImage: files/viewer.desktop"), built.err);
  QVERIFY(!QFile::exists(path("work/v.latchkey")));
  put("half.AppImage", (appImageRuntime() + image).left(RUNTIME_SIZE + 200), true);
  auto half = bundle({"build", "half.AppImage", "--id", "org.example.Viewer"});
  QVERIFY2(half.status == 2 && half.err.contains("this AppImage cannot be used"), half.err);
}

void BundleCommandTest::noBrokerIsStarted() {
  makeSound();
  auto version = runCommand({"--version"}, environment());
  QVERIFY2(version.status == 0 && version.out.startsWith("Latchkey ") && version.out.count('\n') == 1, version.out);
  QCOMPARE(bundle({"inspect", "x.latchkey"}).status, 0);
  QVERIFY(!QFile::exists(path("runtime/latchkey/person")));
}

QTEST_GUILESS_MAIN(BundleCommandTest)
#include "bundle-test.moc"
