// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Debian packages' files, taken apart by the confined process: what comes out, what is left out, and files that are
// none or mean harm.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDirIterator>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "launcher/bundle/bundler.h"
#include "tests/support/debian.h"

using namespace latchkey;
using namespace latchkey::test;

class DebianFileTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init() { m_root = std::make_unique<QTemporaryDir>(); }
  void whatItInstallsComesOut();
  void longNamesAreRead();
  void linksStayWithin();
  void whatHasNoPlaceIsLeftOutByName();
  void everyCompressionIsRead_data();
  void everyCompressionIsRead();
  void hostileOnesAreRefused_data();
  void hostileOnesAreRefused();
  void halfOnesAreRefused();

private:
  QString path(const QString& name) const { return m_root->filePath(name); }
  // What is said about it, or the problem; the files are in out/.
  Bundler::Report unpack(const QByteArray& bytes) const;
  QString problemOf(const QByteArray& bytes) const;
  QStringList tree() const;
  QByteArray content(const QString& name) const;

  std::unique_ptr<QTemporaryDir> m_root;
};

namespace {

QStringList leftOut(const Bundler::Report& report) {
  QStringList lines;
  for (auto line : std::get<std::unique_ptr<BundleReport>>(report)->get().getHostNeeds()) lines << line.cStr();
  return lines;
}

bool isSound(const Bundler::Report& report) {
  if (auto problem = std::get_if<BundleProblem>(&report)) qInfo("%s", problem->reason.c_str());
  return std::holds_alternative<std::unique_ptr<BundleReport>>(report);
}

}  // namespace

Bundler::Report DebianFileTest::unpack(const QByteArray& bytes) const {
  QFile file(path("x.deb"));
  if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
  file.write(bytes);
  file.close();
  QDir(path("out")).removeRecursively();
  QDir().mkpath(path("out"));
  chmod(path("out").toUtf8().constData(), 0755);
  kj::AutoCloseFd from(open(path("x.deb").toUtf8().constData(), O_RDONLY | O_CLOEXEC));
  kj::AutoCloseFd to(open(path("out").toUtf8().constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return Bundler(qEnvironmentVariable("LATCHKEY_BIN").toStdString() + "/latchkey-bundler").unpackDebian(from, to);
}

QString DebianFileTest::problemOf(const QByteArray& bytes) const {
  auto report = unpack(bytes);
  auto problem = std::get_if<BundleProblem>(&report);
  return problem == nullptr ? QString() : QString::fromStdString(problem->reason);
}

QStringList DebianFileTest::tree() const {
  QStringList all;
  QDirIterator walk(path("out/files"), QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden | QDir::System,
                    QDirIterator::Subdirectories);
  while (walk.hasNext()) {
    walk.next();
    auto name = walk.filePath().mid(path("out/files").size() + 1);
    auto info = walk.fileInfo();
    if (info.isSymbolicLink()) all << name + " -> " + info.readSymLink();
    else if (!info.isDir()) all << name;
  }
  all.sort();
  return all;
}

QByteArray DebianFileTest::content(const QString& name) const {
  QFile file(path("out/files/" + name));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void DebianFileTest::whatItInstallsComesOut() {
  QFile::remove("/tmp/it-ran");
  auto result = unpack(debianOf(viewerParts() + QList<TarPart>{{"./opt/Viewer/run", "x", 0755}}));
  QVERIFY(isSound(result));
  auto report = std::get<std::unique_ptr<BundleReport>>(result)->get();
  QCOMPARE(report.getId().cStr(), "viewer");
  QCOMPARE(report.getVersion().cStr(), "1:2.1-3");
  QCOMPARE(report.getSummary().cStr(), "Looks at things");
  QCOMPARE(tree(), (QStringList{"bin/viewer", "opt/Viewer/run", "share/applications/viewer.desktop",
                                "share/doc/viewer/copyright", "share/icons/hicolor/scalable/apps/viewer.svg"}));
  QCOMPARE(content("bin/viewer"), "#!/bin/sh\necho ran\n");
  struct stat status{};
  QVERIFY(stat(path("out/files/bin/viewer").toUtf8().constData(), &status) == 0);
  QCOMPARE(status.st_mode & 07777, 0755u);
  QVERIFY(leftOut(result).isEmpty());
  QVERIFY(!QFile::exists("/tmp/it-ran"));
}

void DebianFileTest::longNamesAreRead() {
  QByteArray name = "./usr/share/" + QByteArray(90, 'a') + "/" + QByteArray(90, 'b');
  auto pax = [](const QByteArray& record) {
    auto length = record.size() + 3;
    while (QByteArray::number(length).size() + 1 + record.size() + 1 != length) ++length;
    return QByteArray::number(length) + " " + record + "\n";
  };
  QVERIFY(isSound(unpack(debianOf({{"././@LongLink", name + QByteArray(1, '\0'), 0644, 'L'},
                                   {name.left(99), "gnu"},
                                   {"x", pax("path=./usr/share/ä-" + QByteArray(120, 'c')), 0644, 'x'},
                                   {"short", "pax"}}))));
  QCOMPARE(content(QString::fromUtf8(name.mid(6))), "gnu");
  QCOMPARE(content("share/ä-" + QString(120, 'c')), "pax");
}

void DebianFileTest::linksStayWithin() {
  auto link = [](const char* name, const char* target, char type = '2') {
    return TarPart{name, {}, 0777, type, target};
  };
  auto result = unpack(debianOf(viewerParts() + QList<TarPart>{link("./usr/bin/see", "viewer"),
                                                               link("./usr/share/viewer/run", "/usr/bin/viewer"),
                                                               link("./usr/bin/opt", "/opt/Viewer/run"),
                                                               link("./usr/bin/odd", "../share/../lib/x"),
                                                               link("./usr/bin/hard", "./usr/bin/viewer", '1'),
                                                               link("./usr/bin/alternative", "/etc/alternatives/x"),
                                                               link("./usr/bin/up", "../../../../../etc/passwd")}));
  QVERIFY(isSound(result));
  QCOMPARE(tree().filter("->"),
           (QStringList{"bin/hard -> viewer", "bin/odd -> ../lib/x", "bin/opt -> ../opt/Viewer/run",
                        "bin/see -> viewer", "share/viewer/run -> ../../bin/viewer"}));
  QCOMPARE(leftOut(result), (QStringList{"/usr/bin/alternative: left out: a link to what is not taken along",
                                         "/usr/bin/up: left out: a link to what is not taken along"}));
}

void DebianFileTest::whatHasNoPlaceIsLeftOutByName() {
  auto result = unpack(debianOf(viewerParts() + QList<TarPart>{{"./etc/viewer.conf", "x"},
                                                               {"./usr/bin/root", "x", 04755},
                                                               {"./usr/bin/group", "x", 02755},
                                                               {"./usr/lib/null", {}, 0666, '3'},
                                                               {"./usr/lib/pipe", {}, 0666, '6'},
                                                               {"./lib/systemd/system/viewer.service", "x"}}));
  QVERIFY(isSound(result));
  QCOMPARE(leftOut(result),
           (QStringList{"/etc/viewer.conf: left out: only what is in /usr and /opt is taken along",
                        "/usr/bin/root: left out: it would run as somebody else",
                        "/usr/bin/group: left out: it would run as somebody else",
                        "/usr/lib/null: left out: it is no file", "/usr/lib/pipe: left out: it is no file",
                        "/lib/systemd/system/viewer.service: left out: only what is in /usr and /opt is taken along"}));
  QCOMPARE(tree().filter("lib/").size() + tree().filter("bin/").size(), 1);
}

void DebianFileTest::everyCompressionIsRead_data() {
  QTest::addColumn<QString>("how");
  for (auto how : {"xz", "gzip", "zstd", "none"}) QTest::newRow(how) << how;
}

void DebianFileTest::everyCompressionIsRead() {
  QFETCH(QString, how);
  if (QStandardPaths::findExecutable("dpkg-deb").isEmpty()) QSKIP("dpkg-deb is not installed");
  QDir().mkpath(path("package/DEBIAN"));
  QDir().mkpath(path("package/usr/bin"));
  for (auto [name, text] :
       {std::pair("DEBIAN/control",
                  "Package: tool\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: A tool\n"),
        {"usr/bin/tool", "#!/bin/sh\n"}}) {
    QFile file(path("package/") + name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
  }
  // As it comes from the builder, not by our own hand.
  QCOMPARE(QProcess::execute("dpkg-deb", {"-Z" + how, "--root-owner-group", "-b", path("package"), path("built.deb")}),
           0);
  QFile built(path("built.deb"));
  QVERIFY(built.open(QIODevice::ReadOnly));
  auto result = unpack(built.readAll());
  QVERIFY2(isSound(result), isSound(result) ? "" : std::get<BundleProblem>(result).reason.c_str());
  QCOMPARE(tree(), QStringList{"bin/tool"});
}

void DebianFileTest::hostileOnesAreRefused_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("why");
  auto control = controlTar("Package: x1\nVersion: 1\nDescription: x\n");
  auto of = [&](const QByteArray& data) {
    return arOf({{"debian-binary", "2.0\n"}, {"control.tar", control}, {"data.tar", data}});
  };
  QTest::newRow("nothing") << QByteArray() << "no Debian package";
  QTest::newRow("something else") << QByteArray("MZ").repeated(500) << "no Debian package";
  QTest::newRow("another archive") << arOf({{"x", "y"}}) << "no Debian package";
  QTest::newRow("no data") << arOf({{"debian-binary", "2.0\n"}, {"control.tar", control}}) << "no data.tar";
  QTest::newRow("no control") << arOf({{"debian-binary", "2.0\n"}, {"data.tar", tarOf({})}}) << "no control.tar";
  QTest::newRow("data twice") << arOf({{"debian-binary", "2.0\n"},
                                       {"control.tar", control},
                                       {"data.tar", tarOf({})},
                                       {"data.tar.xz", tarOf({})}})
                              << "damaged";
  QTest::newRow("packed by nothing we know")
      << arOf({{"debian-binary", "2.0\n"}, {"control.tar", control}, {"data.tar.lzma2", "x"}}) << "no data.tar";
  QTest::newRow("not packed as it says")
      << arOf({{"debian-binary", "2.0\n"}, {"control.tar", control}, {"data.tar.xz", tarOf({})}}) << "damaged";
  QTest::newRow("no name") << arOf({{"debian-binary", "2.0\n"},
                                    {"control.tar", controlTar("Version: 1\n")},
                                    {"data.tar", tarOf({})}})
                           << "no package's";
  QTest::newRow("a name that is a path") << debianOf(viewerParts(), "../../x") << "no package's";
  QTest::newRow("a name like an option") << debianOf(viewerParts(), "-x") << "no package's";
  QTest::newRow("up") << debianOf({{"./usr/../../x", "x"}}) << "leads out";
  QTest::newRow("far up") << debianOf({{"../../../../tmp/x", "x"}}) << "leads out";
  QTest::newRow("the same twice") << debianOf({{"./usr/bin/x", "a"}, {"./usr/bin/x", "b"}}) << "cannot be written";
  QTest::newRow("by two names") << debianOf({{"./usr/bin/x", "a"}, {"./usr/./lib/..//bin/x", "b"}})
                                << "cannot be written";
  QTest::newRow("a link that is entered")
      << debianOf({{"./usr/lib", {}, 0777, '2', "/usr/share"}, {"./usr/lib/x", "x"}}) << "cannot be written";
  QTest::newRow("a file that is entered")
      << debianOf({{"./usr/lib", "x"}, {"./usr/lib/x", "x"}}) << "cannot be written";
  QTest::newRow("a link out, entered") << debianOf({{"./usr/lib", {}, 0777, '2', "../../.."}, {"./usr/lib/x", "x"}})
                                       << "";
  QByteArray wrong = tarOf({{"./usr/bin/x", "x"}});
  wrong[0] = 'y';
  QTest::newRow("a wrong sum") << of(wrong) << "damaged";
  auto large = tarHead({"./usr/bin/x", "x"});
  large.replace(124, 11, "00077777777");
  QTest::newRow("a size beyond its end") << of(large) << "damaged";
  QTest::newRow("a long name without end")
      << debianOf({{"././@LongLink", QByteArray(20'000, 'a'), 0644, 'L'}, {"x", "x"}}) << "too long";
  QTest::newRow("a broken record") << debianOf({{"x", "99999 path=x\n", 0644, 'x'}, {"x", "x"}}) << "damaged";
  QTest::newRow("a NUL in a path") << debianOf({{"x", QByteArray("15 path=a\0/b/c\n", 15), 0644, 'x'}, {"x", "x"}})
                                   << "leads out";
  QTest::newRow("more than one path may have")
      << debianOf({{"././@LongLink", "./usr/" + QByteArray("d/").repeated(1000) + "x", 0644, 'L'}, {"x", "x"}})
      << "too long";
}

void DebianFileTest::hostileOnesAreRefused() {
  QFETCH(QByteArray, bytes);
  QFETCH(QString, why);
  auto problem = problemOf(bytes);
  if (!why.isEmpty()) QVERIFY2(problem.contains(why), qPrintable(problem));
  // Nothing but its own folder was written to.
  QCOMPARE(QDir(m_root->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden),
           (QStringList{"out", "x.deb"}));
  for (const auto& link : tree().filter(" -> ")) QVERIFY2(!link.contains("-> /"), qPrintable(link));
}

void DebianFileTest::halfOnesAreRefused() {
  auto whole = debianOf(viewerParts());
  for (qsizetype size = 0; size < whole.size() - 1024; size += 997) QVERIFY(!problemOf(whole.left(size)).isEmpty());
}

QTEST_GUILESS_MAIN(DebianFileTest)
#include "debian-file-test.moc"
