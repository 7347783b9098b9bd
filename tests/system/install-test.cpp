// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `cmake --install`: what a person or a package gets is whole, and works from where it was put.

#include <QDirIterator>
#include <QMimeDatabase>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class InstallTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void everythingIsInItsPlace();
  void noProgramNeedsTheBuild();
  void appsRunFromThere();
  void doctorRunsFromThere();
  void manifestsAreFoundThere();
  void bundlesAreOpenedByTheWindow();
  void windowOpensFromThere();
  void unitsStartWhatIsThere();

private:
  QString prefix(const QString& below) const { return m_prefix.path() + "/" + below; }

  QTemporaryDir m_prefix;
};

namespace {

// What persons type is where they look for it, and the rest is not.
constexpr const char* PROGRAMS[] = {"bin/latchkey",
                                    "bin/latchkey-ui",
                                    "libexec/latchkey/latchkeyd",
                                    "libexec/latchkey/latchkey-launch",
                                    "libexec/latchkey/latchkey-enter",
                                    "libexec/latchkey/latchkey-desktop",
                                    "libexec/latchkey/latchkey-files",
                                    "libexec/latchkey/latchkey-reader",
                                    "libexec/latchkey/latchkey-doctor",
                                    "libexec/latchkey/latchkey-windows",
                                    "libexec/latchkey/latchkey-sound",
                                    "libexec/latchkey/latchkey-net",
                                    "libexec/latchkey/latchkey-peer",
                                    "libexec/latchkey/latchkey-bundler",
                                    "libexec/latchkey/latchkey-chunks",
                                    "libexec/latchkey/latchkey-packages",
                                    "libexec/latchkey/latchkey-far-folder",
                                    "libexec/latchkey/latchkey-far-stream"};

QByteArray outputOf(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  process.start(program, arguments);
  if (!process.waitForFinished(120'000) || process.exitCode() != 0) return "failed: " + process.readAll();
  return process.readAll();
}

}  // namespace

void InstallTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  auto build = QFileInfo(qEnvironmentVariable("LATCHKEY_BIN") + "/..").canonicalFilePath();
  auto told = outputOf("cmake", {"--install", build, "--prefix", m_prefix.path()});
  QVERIFY2(!told.startsWith("failed"), told);
  // From here on the world's programs are the installed ones; none is found by PATH or in the build.
  qputenv("LATCHKEY_BIN", prefix("bin").toUtf8());
  qputenv("PATH", "/usr/bin:/bin");
}

void InstallTest::everythingIsInItsPlace() {
  QStringList found, expected;
  QDirIterator walk(m_prefix.path(), QDir::Files, QDirIterator::Subdirectories);
  while (walk.hasNext()) {
    auto below = walk.next().mid(m_prefix.path().size() + 1);
    if (!below.startsWith("share/latchkey/apps/")) found << below;
  }
  for (auto program : PROGRAMS) expected << program;
  expected << "etc/xdg/autostart/dev.latchkey.Latchkey.Prompts.desktop"
           << "lib/systemd/user/latchkeyd.service"
           << "lib/systemd/user/latchkeyd.socket"
           << "share/applications/dev.latchkey.Latchkey.desktop"
           << "share/applications/dev.latchkey.Latchkey.Run.desktop"
           << "share/metainfo/dev.latchkey.Latchkey.metainfo.xml"
           << "share/mime/packages/dev.latchkey.Latchkey.xml"
           << "share/icons/hicolor/scalable/apps/dev.latchkey.Latchkey.svg"
           << "share/icons/hicolor/symbolic/apps/dev.latchkey.Latchkey-symbolic.svg"
           << "share/man/man1/latchkey.1"
           << "share/man/man1/latchkey-ui.1"
           << "share/bash-completion/completions/latchkey"
           << "share/zsh/site-functions/_latchkey"
           << "share/fish/vendor_completions.d/latchkey.fish";
  found.sort();
  expected.sort();
  QCOMPARE(found, expected);
  for (auto program : PROGRAMS) {
    QFileInfo info(prefix(program));
    QVERIFY2(info.isExecutable() && !info.permission(QFile::WriteOther), program);
  }
}

void InstallTest::noProgramNeedsTheBuild() {
  for (auto program : PROGRAMS) {
    // A run path into a folder that somebody can make is a library of theirs in a program of ours.
    auto header = outputOf("readelf", {"-dl", prefix(program)});
    QVERIFY2(!header.startsWith("failed") && !header.contains("RUNPATH") && !header.contains("RPATH"), program);
    if (header.contains("interpreter")) {
      auto libraries = outputOf("ldd", {prefix(program)});
      QVERIFY2(!libraries.contains("not found") && !libraries.contains("/build/"), libraries);
    }
  }
}

void InstallTest::appsRunFromThere() {
  SystemWorld world;
  world.write("Documents/a.txt", "the content");
  QCOMPARE(world.latchkey({"run", "--ask", "no", "--", "true"}).status, 0);
  QCOMPARE(world.latchkey({"run", "--ask", "no", "--", "false"}).status, 1);
  auto outcome = world.latchkey({"run", "--ask", "no", "--", "cat", world.home("Documents/a.txt")});
  QVERIFY2(outcome.out == "the content", outcome.err);
  // And from nowhere else: where they are not, nothing runs. (What runs does not say from where: it cannot be dumped.)
  for (auto program : {"latchkeyd", "latchkey-launch"}) {
    SystemWorld without;
    auto path = prefix("libexec/latchkey/") + program;
    QVERIFY(QFile::rename(path, path + ".away"));
    auto missing = without.latchkey({"run", "--ask", "no", "--", "true"});
    QVERIFY(QFile::rename(path + ".away", path));
    QVERIFY2(missing.status == 125, missing.err);
  }
}

void InstallTest::doctorRunsFromThere() {
  SystemWorld world;
  auto doctor = world.latchkey({"doctor", "--json"});
  auto findings = QJsonDocument::fromJson(doctor.out).array();
  QVERIFY2(findings.size() > 5, doctor.out + doctor.err);
}

void InstallTest::manifestsAreFoundThere() {
  QDir apps(prefix("share/latchkey/apps"));
  QVERIFY(!apps.entryList(QDir::Files).isEmpty());
  QCOMPARE(apps.entryList(QDir::Files),
           QDir(qEnvironmentVariable("LATCHKEY_SOURCE") + "/resources/apps").entryList(QDir::Files));
  // And the launcher, which is in the other folder, looks there: what is wrong in one is told.
  SystemWorld world;
  QVERIFY(QDir().mkpath(world.path("data/applications")));
  QFile entry(world.path("data/applications/odd.desktop"));
  QVERIFY(entry.open(QIODevice::WriteOnly));
  entry.write("[Desktop Entry]\nType=Application\nName=Odd\nExec=true\n");
  entry.close();
  auto sound = world.latchkey({"run", "--ask", "no", "odd"});
  QVERIFY2(sound.status == 0, sound.err);
  QFile manifest(prefix("share/latchkey/apps/odd.toml"));
  QVERIFY(manifest.open(QIODevice::WriteOnly) && manifest.write("this is none\n") > 0);
  manifest.close();
  auto odd = world.latchkey({"run", "--ask", "no", "odd"});
  manifest.remove();
  QVERIFY2(odd.status != 0 && odd.err.contains(prefix("share/latchkey/apps/odd.toml").toUtf8()), odd.err);
}

void InstallTest::bundlesAreOpenedByTheWindow() {
  // As a desktop that has this prefix sees it.
  auto dirs = qgetenv("XDG_DATA_DIRS");
  qputenv("XDG_DATA_DIRS", prefix("share").toUtf8() + ":/usr/share");
  QTemporaryDir folder;
  QFile bundle(folder.filePath("a.latchkey")), renamed(folder.filePath("noname")), other(folder.filePath("b.txt"));
  for (auto [file, text] : {std::pair{&bundle, "x"}, {&renamed, "latchkey bundle\n..."}, {&other, "x"}}) {
    QVERIFY(file->open(QIODevice::WriteOnly) && file->write(text) > 0);
    file->close();
  }
  QMimeDatabase types;
  auto type = types.mimeTypeForFile(bundle.fileName()).name();
  auto byContent = types.mimeTypeForFile(renamed.fileName()).name(),
       ofOther = types.mimeTypeForFile(other.fileName()).name();
  qputenv("XDG_DATA_DIRS", dirs);
  QCOMPARE(type, QString("application/vnd.latchkey.bundle"));
  QCOMPARE(byContent, type);
  QVERIFY(ofOther != type);
  QFile entry(prefix("share/applications/dev.latchkey.Latchkey.desktop"));
  QVERIFY(entry.open(QIODevice::ReadOnly));
  auto lines = QString::fromUtf8(entry.readAll()).split('\n');
  QVERIFY(lines.contains("MimeType=" + type + ";"));
  QVERIFY(lines.contains("Exec=latchkey-ui %f"));
}

void InstallTest::windowOpensFromThere() {
  SystemWorld world;
  QProcess window;
  auto environment = QProcessEnvironment();
  for (auto& one : world.environment()) environment.insert(one.section('=', 0, 0), one.section('=', 1));
  environment.insert("QT_QPA_PLATFORM", "offscreen");
  environment.insert("QT_QUICK_BACKEND", "software");
  window.setProcessEnvironment(environment);
  window.setProcessChannelMode(QProcess::MergedChannels);
  window.start(prefix("bin/latchkey-ui"), {});
  // It has met its broker, so its QML was found and loaded; and it stays.
  QVERIFY(window.waitForStarted());
  QVERIFY(waitUntil([&] { return world.broker() > 0 || window.state() != QProcess::Running; }));
  QVERIFY2(!window.waitForFinished(2000), window.readAll());
  auto said = window.readAll();
  QVERIFY2(!said.contains("is not installed") && !said.contains("failed to load"), said);
  window.terminate();
  if (!window.waitForFinished(10'000)) window.kill();
}

void InstallTest::unitsStartWhatIsThere() {
  auto verified = outputOf("systemd-analyze",
                           {"--user", "--man=no", "--recursive-errors=yes", "verify",
                            prefix("lib/systemd/user/latchkeyd.service"), prefix("lib/systemd/user/latchkeyd.socket")});
  QCOMPARE(verified, QByteArray());  // Also that the program is there and can be executed.
  QFile unit(prefix("lib/systemd/user/latchkeyd.service"));
  QVERIFY(unit.open(QIODevice::ReadOnly));
  QVERIFY(unit.readAll().contains("\nExecStart=" + prefix("libexec/latchkey/latchkeyd").toUtf8() + " --idle 30\n"));
}

QTEST_GUILESS_MAIN(InstallTest)
#include "install-test.moc"
