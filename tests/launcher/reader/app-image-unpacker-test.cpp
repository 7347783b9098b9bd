// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/reader/app-image-unpacker.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace latchkey;

class AppImageUnpackerTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void aSoundOneIsUnpackedOnce();
  void whatItSaysOfItselfIsRead();
  void hostileContentIsRefused_data();
  void hostileContentIsRefused();
  void tooMuchIsRefused();
  void damagedOnesAreRefused_data();
  void damagedOnesAreRefused();
  void nothingOfItIsExecuted();
  void nothingIsLeftOfARefusedOne();

private:
  QString path(const char* name) const { return m_root->path() + "/" + name; }
  void write(const char* name, const QByteArray& text, bool program = false);
  // What is in "app", with pseudo definitions of mksquashfs for what an ordinary person cannot make.
  bool pack(const QStringList& pseudo = {});
  std::variant<UnpackedAppImage, UnpackProblem> unpack(const UnpackLimits& limits = {});
  QByteArray problem(const UnpackLimits& limits = {});

  std::unique_ptr<QTemporaryDir> m_root;
};

void AppImageUnpackerTest::init() {
  for (auto tool : {"mksquashfs", "unsquashfs"}) {
    if (QStandardPaths::findExecutable(tool).isEmpty()) QSKIP("squashfs-tools are not installed");
  }
  m_root = std::make_unique<QTemporaryDir>();
  QDir(m_root->path()).mkpath("app/usr/bin");
  QDir(m_root->path()).mkpath("data");
  write("app/AppRun", "#!/bin/sh\necho ran\n", true);
}

void AppImageUnpackerTest::write(const char* name, const QByteArray& text, bool program) {
  QFile file(path(name));
  if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
  file.write(text);
  if (program) file.setPermissions(file.permissions() | QFile::ExeOwner | QFile::ExeUser);
}

bool AppImageUnpackerTest::pack(const QStringList& pseudo) {
  QStringList words = {path("app"), path("image.squashfs"), "-noappend", "-quiet", "-no-progress", "-all-root"};
  for (auto& line : pseudo) words << "-p" << line;
  QProcess process;
  process.start("mksquashfs", words);
  if (!process.waitForFinished() || process.exitCode() != 0)
    return qWarning("%s", process.readAll().constData()), false;
  Elf64_Ehdr header{};
  memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  memcpy(header.e_ident + 8, "AI\x02", 3);
  header.e_shoff = 4096 - 64;
  header.e_shnum = 1;
  header.e_shentsize = 64;
  QByteArray bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.resize(4096, '\0');
  QFile squashfs(path("image.squashfs"));
  if (!squashfs.open(QIODevice::ReadOnly)) return false;
  write("app.AppImage", bytes + squashfs.readAll(), true);
  return true;
}

std::variant<UnpackedAppImage, UnpackProblem> AppImageUnpackerTest::unpack(const UnpackLimits& limits) {
  int fd = open(path("app.AppImage").toUtf8().constData(), O_RDONLY | O_CLOEXEC);
  auto result = unpackAppImage(fd, path("data").toStdString(), "", limits);
  close(fd);
  return result;
}

QByteArray AppImageUnpackerTest::problem(const UnpackLimits& limits) {
  auto result = unpack(limits);
  auto found = std::get_if<UnpackProblem>(&result);
  return found == nullptr ? QByteArray() : QByteArray::fromStdString(found->reason);
}

void AppImageUnpackerTest::aSoundOneIsUnpackedOnce() {
  QVERIFY(symlink("usr/bin/../../AppRun", path("app/link").toUtf8().constData()) == 0);
  QVERIFY(pack());
  auto result = unpack();
  auto unpacked = std::get_if<UnpackedAppImage>(&result);
  QVERIFY2(unpacked != nullptr, problem());
  auto run = QString::fromStdString(unpacked->directory) + "/AppRun";
  QVERIFY(QFileInfo(run).isExecutable());
  QVERIFY(QString::fromStdString(unpacked->directory).endsWith("/appimages/" + QString::fromStdString(unpacked->hash)));
  auto first = QFileInfo(run).lastModified();
  auto inode = [&] {
    struct stat status{};
    stat(run.toUtf8().constData(), &status);
    return status.st_ino;
  };
  auto before = inode();
  QVERIFY(std::get_if<UnpackedAppImage>(&result) != nullptr);
  result = unpack();
  QVERIFY(std::get_if<UnpackedAppImage>(&result) != nullptr);
  QCOMPARE(inode(), before);
  // A copy has another name and inode but the same content.
  QVERIFY(QFile::copy(path("app.AppImage"), path("copy")) && QFile::remove(path("app.AppImage")) &&
          QFile::rename(path("copy"), path("app.AppImage")));
  result = unpack();
  QVERIFY(std::get_if<UnpackedAppImage>(&result) != nullptr);
  QCOMPARE(inode(), before);
  // Changed content is another app.
  write("app/AppRun", "#!/bin/sh\necho other\n", true);
  QVERIFY(pack());
  auto other = unpack();
  QVERIFY(std::get_if<UnpackedAppImage>(&other) != nullptr);
  QVERIFY(std::get<UnpackedAppImage>(other).hash != std::get<UnpackedAppImage>(result).hash);
}

void AppImageUnpackerTest::whatItSaysOfItselfIsRead() {
  write("app/z.desktop", "not one");
  write("app/org.x.App.desktop", "[Desktop Entry]\nType=Application\nName=My App\nExec=app %F\nIcon=app\n");
  write("app/usr/app.png", "png");
  QVERIFY(symlink("usr/app.png", path("app/app.png").toUtf8().constData()) == 0);
  QVERIFY(pack());
  auto result = unpack();
  auto unpacked = std::get_if<UnpackedAppImage>(&result);
  QVERIFY(unpacked != nullptr && unpacked->entry);
  QCOMPARE(unpacked->entry->name, std::string("My App"));
  QVERIFY(unpacked->icon.ends_with("/usr/app.png"));
}

void AppImageUnpackerTest::hostileContentIsRefused_data() {
  QTest::addColumn<QStringList>("pseudo");
  QTest::addColumn<QByteArray>("said");
  QTest::newRow("absolute link") << QStringList{"evil s 777 0 0 /etc"} << QByteArray("a link that leads out of it");
  QTest::newRow("link out") << QStringList{"usr/evil s 777 0 0 ../../x"} << QByteArray("a link that leads out of it");
  QTest::newRow("link out by detour") << QStringList{"evil s 777 0 0 usr/../../usr/x"}
                                      << QByteArray("a link that leads out of it");
  QTest::newRow("AppRun is a link out") << QStringList{"AppDir s 777 0 0 /bin/sh"}
                                        << QByteArray("a link that leads out of it");
  QTest::newRow("device") << QStringList{"evil c 666 0 0 1 5"} << QByteArray("device files, pipes or sockets");
  QTest::newRow("block device") << QStringList{"evil b 666 0 0 8 0"} << QByteArray("device files, pipes or sockets");
  QTest::newRow("pipe") << QStringList{"evil i 666 0 0 f"} << QByteArray("device files, pipes or sockets");
  QTest::newRow("0.9.6 setuid") << QStringList{"evil f 4755 0 0 echo x"} << QByteArray("run as somebody else");
  QTest::newRow("setgid") << QStringList{"evil f 2755 0 0 echo x"} << QByteArray("run as somebody else");
  QTest::newRow("bomb") << QStringList{"evil f 644 0 0 head -c 300000000 /dev/zero"}
                        << QByteArray("larger than 200 MB");
}

void AppImageUnpackerTest::hostileContentIsRefused() {
  QFETCH(QStringList, pseudo);
  QFETCH(QByteArray, said);
  QVERIFY(pack(pseudo));
  auto why = problem({.bytes = 200000000});
  QVERIFY2(why.contains(said), why);
}

void AppImageUnpackerTest::tooMuchIsRefused() {
  for (int i = 0; i < 60; ++i) write(("app/file" + std::to_string(i)).c_str(), "x");
  QVERIFY(pack());
  QVERIFY(problem({.files = 50}).contains("more than 50 files"));
  QVERIFY(problem({.bytes = 30}).contains("larger than"));
  // A name with a line break cannot hide what comes after it.
  write("app/a\n-rw-r--r-- 0 0 2026-01-01 00:00 x", QByteArray(1000, 'x'));
  QVERIFY(pack());
  QVERIFY(problem({.bytes = 500}).contains("larger than"));
}

void AppImageUnpackerTest::damagedOnesAreRefused_data() {
  QTest::addColumn<QByteArray>("how");
  for (auto how : {"cut off", "noise", "no AppRun", "no AppImage"}) QTest::newRow(how) << QByteArray(how);
}

void AppImageUnpackerTest::damagedOnesAreRefused() {
  QFETCH(QByteArray, how);
  if (how == "no AppRun") QVERIFY(QFile::remove(path("app/AppRun")));
  QVERIFY(pack());
  QFile file(path("app.AppImage"));
  QVERIFY(file.open(QIODevice::ReadWrite));
  auto bytes = file.readAll();
  if (how == "cut off") QVERIFY(file.resize(4096 + 120));
  if (how == "noise") file.seek(4096 + 8), file.write(QByteArray(bytes.size() - 4104, '\x55'));
  if (how == "no AppImage") QVERIFY(file.resize(100));
  file.close();
  QVERIFY(!problem().isEmpty());
}

void AppImageUnpackerTest::nothingOfItIsExecuted() {
  // The ELF part has no code at all and AppRun would leave a trace.
  auto trace = path("trace");
  write("app/AppRun", "#!/bin/sh\ntouch '" + trace.toUtf8() + "'\n", true);
  QVERIFY(pack());
  QVERIFY(problem().isEmpty());
  QVERIFY(!QFile::exists(trace));
}

void AppImageUnpackerTest::nothingIsLeftOfARefusedOne() {
  QVERIFY(pack({"evil s 777 0 0 /etc"}));
  QVERIFY(!problem().isEmpty());
  QCOMPARE(QDir(path("data/appimages")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
           QStringList{"known"});
  QVERIFY(QDir(path("data/appimages/known")).isEmpty());
}

QTEST_GUILESS_MAIN(AppImageUnpackerTest)
#include "app-image-unpacker-test.moc"
