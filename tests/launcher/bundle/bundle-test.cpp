// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Bundles as they are made and read, and what may be in one.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <KCompressionDevice>
#include <KTar>
#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include "launcher/bundle/canonical-tar.h"
#include "launcher/bundle/folded-names.h"
#include "tests/launcher/bundle/bundle-bench.h"

using namespace latchkey;
using namespace latchkey::test;

class BundleTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whatIsPackedIsUnpacked();
  void sameInputSameBytes();
  void theVectorIsReadAndMadeAgain();
  void theRuntimeOfTheVectorsIsRead();
  void anyTarReadsTheArchive();
  void itsAuthorIsToldWhatItNeeds();
  void whatNoReaderTakesIsNotPacked_data();
  void whatNoReaderTakesIsNotPacked();
  void theListIsWrittenInOneWay_data();
  void theListIsWrittenInOneWay();
  void whichLinksStay_data();
  void whichLinksStay();
  void whichNamesAreTheSame();
  void whichIdsAndVersions();
  void theHeadIsOneOfOurs_data();
  void theHeadIsOneOfOurs();
  void unsignedIsForItsAuthor();
  void overAnOldOneThereIsAlwaysOne();

private:
  // A folder with a sound app in it.
  static void lay(const QString& folder);
  static std::variant<Bundler::Packed, BundleProblem> pack(const QString& folder);
  static QString vectors() { return qEnvironmentVariable("LATCHKEY_SOURCE") + "/tests/launcher/bundle/vectors/"; }
};

void BundleTest::lay(const QString& folder) {
  put(folder + "/manifest.toml", QByteArray::fromStdString(soundManifest()));
  put(folder + "/files/bin/player", "#!/usr/bin/python3\nprint('playing')\n", true);
  put(folder + "/files/share/Grüße.txt", "hello\n");
  put(folder + "/files/share/" + QString(120, 'n') + "/" + QString(120, 'm'), QByteArray(100000, 'x'));
  put(folder + "/files/lib/libplayer.so.1.2", "library");
  QDir().mkpath(folder + "/files/empty");
  QVERIFY(symlink("libplayer.so.1.2", (folder + "/files/lib/libplayer.so.1").toUtf8().constData()) == 0);
  QVERIFY(symlink("../bin/player", (folder + "/files/share/player").toUtf8().constData()) == 0);
}

std::variant<Bundler::Packed, BundleProblem> BundleTest::pack(const QString& folder) {
  int fd = open(folder.toUtf8().constData(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  auto result =
      Bundler(qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-bundler").pack(fd, QDir::tempPath().toStdString());
  close(fd);
  return result;
}

namespace {
std::string bytesOf(const Bundler::Packed& packed) {
  std::string bytes(packed.archiveSize, '\0');
  if (pread(packed.archive, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) qFatal("read");
  return bytes;
}
}  // namespace

void BundleTest::whatIsPackedIsUnpacked() {
  Bench bench;
  lay(bench.path("app"));
  auto result = pack(bench.path("app"));
  QVERIFY(std::get_if<BundleProblem>(&result) == nullptr);
  auto& packed = std::get<Bundler::Packed>(result);
  auto file = bench.write({packed.list, bytesOf(packed)});
  QCOMPARE(bench.problemOf(file), QByteArray());
  QCOMPARE(QProcess::execute("diff", {"-r", "--no-dereference", bench.path("app"), bench.path("out")}), 0);
  // Nothing of who made it when: rights are one of two, links are what they were.
  struct stat status{};
  QCOMPARE(stat(bench.path("out/files/bin/player").toUtf8().constData(), &status), 0);
  QCOMPARE(status.st_mode & 07777, 0755u);
  QCOMPARE(stat(bench.path("out/files/share/Grüße.txt").toUtf8().constData(), &status), 0);
  QCOMPARE(status.st_mode & 07777, 0644u);
  QCOMPARE(QFile::symLinkTarget(bench.path("out/files/lib/libplayer.so.1")),
           bench.path("out/files/lib/libplayer.so.1.2"));
  auto opened = BundleFile::open(file.toStdString());
  auto looked = Bundler(qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-bundler").look(std::get<BundleFile>(opened));
  auto& report = std::get<std::unique_ptr<BundleReport>>(looked);
  QCOMPARE(QByteArray(report->get().getId().cStr()), QByteArray("org.example.Player"));
  QCOMPARE(QByteArray(report->get().getCommands()[0].getWords()[1].cStr()), QByteArray("--safe"));
  QCOMPARE(report->get().getFiles(), static_cast<uint32_t>(bench.left().size()));
}

void BundleTest::sameInputSameBytes() {
  Bench bench;
  lay(bench.path("one"));
  auto first = pack(bench.path("one"));
  // The same again, made in another order, at another time, with other rights of group and others.
  QVERIFY(QProcess::execute("cp", {"-r", "--no-preserve=all", bench.path("one"), bench.path("two")}) == 0);
  QFile::remove(bench.path("two/manifest.toml"));
  QVERIFY(QFile::copy(bench.path("one/manifest.toml"), bench.path("two/manifest.toml")));
  QVERIFY(chmod(bench.path("two/files/bin/player").toUtf8().constData(), 0700) == 0);
  auto second = pack(bench.path("two"));
  QCOMPARE(std::get<Bundler::Packed>(first).list, std::get<Bundler::Packed>(second).list);
  QCOMPARE(bytesOf(std::get<Bundler::Packed>(first)), bytesOf(std::get<Bundler::Packed>(second)));
  put(bench.path("two/files/share/Grüße.txt"), "other\n");
  auto third = pack(bench.path("two"));
  QVERIFY(std::get<Bundler::Packed>(first).list != std::get<Bundler::Packed>(third).list);
}

// packaging/FORMAT.md names these files. The archive is compared unpacked: another zstd packs in other bytes.
void BundleTest::theVectorIsReadAndMadeAgain() {
  auto key = PublicKey::parse(contentOf(vectors() + "minisign.pub").toStdString());
  QVERIFY(key);
  Bench bench;
  QCOMPARE(bench.problemOf(vectors() + "hello.latchkey", key), QByteArray());
  QCOMPARE(bench.left(), (QStringList{"files", "files/bin", "files/bin/hello", "files/share", "files/share/greeting",
                                      "files/share/hello", "manifest.toml"}));
  auto opened = BundleFile::open((vectors() + "hello.latchkey").toStdString());
  auto& bundle = std::get<BundleFile>(opened);
  QCOMPARE(QByteArray::fromStdString(bundle.list), contentOf(vectors() + "hello.digests"));
  QCOMPARE(QByteArray::fromStdString(bundle.signature), contentOf(vectors() + "hello.digests.minisig"));
  auto list = DigestList::parse(bundle.list);
  QVERIFY(std::get_if<DigestList>(&list) != nullptr);
  std::vector<Part> parts;
  for (auto& entry : std::get<DigestList>(list).entries) {
    auto path = bench.path("out/") + QString::fromStdString(entry.path);
    bool isFile = entry.type == BundleEntry::Type::File;
    parts.push_back({entry, isFile ? contentOf(path).toStdString() : std::string()});
    if (isFile) QCOMPARE(digestOf(parts.back().content), entry.digest);
  }
  QFile file(vectors() + "hello.latchkey");
  QVERIFY(file.open(QIODevice::ReadOnly) && file.seek(static_cast<qint64>(bundle.head.archiveAt())));
  KCompressionDevice device(&file, false, KCompressionDevice::Zstd);
  QVERIFY(device.open(QIODevice::ReadOnly));
  QCOMPARE(device.readAll(), QByteArray::fromStdString(Bench::tarOf(parts)));
  // By a program that knows nothing of us, where it is there.
  if (auto b2sum = QStandardPaths::findExecutable("b2sum"); !b2sum.isEmpty()) {
    QProcess process;
    process.start(b2sum, {"-l", "256", bench.path("out/files/bin/hello")});
    QVERIFY(process.waitForFinished());
    QVERIFY(bundle.list.find(process.readAll().left(64).toStdString()) != std::string::npos);
  }
}

void BundleTest::theRuntimeOfTheVectorsIsRead() {
  auto key = PublicKey::parse(contentOf(vectors() + "minisign.pub").toStdString());
  Bench bench;
  QCOMPARE(bench.problemOf(vectors() + "runtime.latchkey", key), QByteArray());
  QCOMPARE(contentOf(bench.path("out/files/lib/Sys/name")) + contentOf(bench.path("out/files/lib/sys/name")),
           QByteArray("one\nother\n"));
  auto opened = BundleFile::open((vectors() + "runtime.latchkey").toStdString());
  auto looked = Bundler(qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-bundler").look(std::get<BundleFile>(opened));
  auto report = std::get<std::unique_ptr<BundleReport>>(looked)->get();
  QVERIFY(report.getIsRuntime());
  QCOMPARE(report.getProvides().size(), 1u);
  QCOMPARE(report.getProvides()[0].cStr(), "example/1");
  QCOMPARE(report.getRuntime().cStr(), "host");
}

void BundleTest::anyTarReadsTheArchive() {
  Bench bench;
  lay(bench.path("app"));
  auto result = pack(bench.path("app"));
  auto bytes = bytesOf(std::get<Bundler::Packed>(result));
  put(bench.path("a.tar.zst"), QByteArray::fromStdString(bytes));
  QDir(bench.root.path()).mkpath("by-tar");
  QCOMPARE(QProcess::execute("tar", {"-xf", bench.path("a.tar.zst"), "--zstd", "-C", bench.path("by-tar")}), 0);
  QCOMPARE(QProcess::execute("diff", {"-r", "--no-dereference", bench.path("app"), bench.path("by-tar")}), 0);
  KCompressionDevice device(bench.path("a.tar.zst"), KCompressionDevice::Zstd);
  KTar tar(&device);
  QVERIFY(tar.open(QIODevice::ReadOnly));
  auto file = tar.directory()->file("files/share/" + QString(120, 'n') + "/" + QString(120, 'm'));
  QVERIFY(file != nullptr && file->data() == QByteArray(100000, 'x'));
  QCOMPARE(tar.directory()->entry("files/share/player")->symLinkTarget(), QString("../bin/player"));
}

void BundleTest::itsAuthorIsToldWhatItNeeds() {
  Bench bench;
  lay(bench.path("app"));
  QVERIFY(QFile::copy("/usr/bin/env", bench.path("app/files/bin/env")));
  auto result = pack(bench.path("app"));
  QVERIFY(std::get_if<BundleProblem>(&result) == nullptr);
  QStringList needs;
  for (auto need : std::get<Bundler::Packed>(result).report->get().getHostNeeds()) needs << need.cStr();
  QCOMPARE(needs, (QStringList{"/usr/bin/python3", "libc.so.6"}));
  // What it brings itself it does not need.
  put(bench.path("app/files/lib/libc.so.6"), "x");
  result = pack(bench.path("app"));
  QCOMPARE(std::get<Bundler::Packed>(result).report->get().getHostNeeds().size(), 1u);
}

void BundleTest::whatNoReaderTakesIsNotPacked_data() {
  QTest::addColumn<QByteArray>("how");
  QTest::addColumn<QByteArray>("said");
  auto row = [](const char* how, const char* said) { QTest::newRow(how) << QByteArray(how) << QByteArray(said); };
  row("setuid", "would run as somebody else");
  row("pipe", "neither file, folder nor link");
  row("link out", "a link that leads out");
  row("absolute link", "a link that leads out");
  row("case", "differs from files/share/A only in case");
  row("name", "control, invisible or malformed");
  row("beside", "only manifest.toml and files/");
  row("no manifest", "no manifest.toml");
  row("no program", "there is no program");
}

void BundleTest::whatNoReaderTakesIsNotPacked() {
  QFETCH(QByteArray, how);
  QFETCH(QByteArray, said);
  Bench bench;
  auto app = bench.path("app");
  lay(app);
  auto in = [&](const char* name) { return (app + "/files/share/" + name).toUtf8(); };
  if (how == "setuid") put(in("x"), "x"), chmod(in("x").constData(), 04755);
  if (how == "pipe") QVERIFY(mkfifo(in("x").constData(), 0600) == 0);
  if (how == "link out") QVERIFY(symlink("../../x", in("x").constData()) == 0);
  if (how == "absolute link") QVERIFY(symlink("/etc", in("x").constData()) == 0);
  if (how == "case") put(in("a"), "x"), put(in("A"), "x");
  if (how == "name") put(in("a\nb"), "x");
  if (how == "beside") put(app + "/other", "x");
  if (how == "no manifest") QFile::remove(app + "/manifest.toml");
  if (how == "no program") QFile::remove(app + "/files/bin/player");
  auto result = pack(app);
  auto problem = std::get_if<BundleProblem>(&result);
  QVERIFY(problem != nullptr);
  auto why = QByteArray::fromStdString(problem->reason);
  QVERIFY2(why.contains(said), why);
}

void BundleTest::theListIsWrittenInOneWay_data() {
  QTest::addColumn<QByteArray>("old");
  QTest::addColumn<QByteArray>("by");
  auto row = [](const char* name, const QByteArray& old, const QByteArray& by) { QTest::newRow(name) << old << by; };
  row("title", "digests 1", "digests 2");
  row("no last line end", "END", "");
  row("an empty line", "dir\tfiles\n", "dir\tfiles\n\n");
  row("carriage return", "dir\tfiles\n", "dir\tfiles\r\n");
  row("leading zero", "program\t2", "program\t02");
  row("sign", "program\t2", "program\t+2");
  row("unknown kind", "dir\tfiles\n", "pipe\tfiles\n");
  row("hard link", "dir\tfiles/bin\n", "dir\tfiles/bin\nhard\tfiles/bin/x\tfiles/y\n");
  row("one part more", "dir\tfiles\n", "dir\tfiles\tx\n");
  row("digest in capitals", "DIGEST", "CAPITALS");
  row("id", "org.example.Player", "player");
  row("version", "\t1.2", "\tv1.2");
  row("trailing text", "END", "END\nmore");
  row("NUL", "dir\tfiles\n", QByteArray("dir\tfiles\0\n", 11));
}

void BundleTest::theListIsWrittenInOneWay() {
  QFETCH(QByteArray, old);
  QFETCH(QByteArray, by);
  auto sound = QByteArray::fromStdString(Bench::rawOf(soundParts()).list);
  auto parsed = DigestList::parse(sound.toStdString());
  QVERIFY(std::get_if<DigestList>(&parsed) != nullptr);
  QCOMPARE(QByteArray::fromStdString(std::get<DigestList>(parsed).text()), sound);
  auto text = sound;
  if (old == "END") text = sound.chopped(1) + by.mid(3);
  else if (old == "DIGEST") text = sound.left(sound.indexOf('\n', 60)) + sound.mid(sound.indexOf('\n', 60)).toUpper();
  else text.replace(text.indexOf(old), old.size(), by);
  QVERIFY(text != sound);
  parsed = DigestList::parse(text.toStdString());
  QVERIFY(std::get_if<BundleProblem>(&parsed) != nullptr);
}

void BundleTest::whichLinksStay_data() {
  QTest::addColumn<QByteArray>("target");
  QTest::addColumn<uint>("depth");
  QTest::addColumn<bool>("may");
  auto row = [](const char* target, uint depth, bool may) {
    QTest::addRow("%s at %u", target, depth) << QByteArray(target) << depth << may;
  };
  row("a", 0, true);
  row("a/b", 0, true);
  row("../a", 1, true);
  row("..", 1, true);
  row("../..", 2, true);
  row("...", 0, true);
  row("..", 0, false);
  row("../a", 0, false);
  row("../../a", 1, false);
  row("a/..", 3, false);
  row("../a/../b", 3, false);
  row("./a", 0, false);
  row("/a", 3, false);
  row("a//b", 0, false);
  row("a/", 0, false);
  row("", 3, false);
}

void BundleTest::whichLinksStay() {
  QFETCH(QByteArray, target);
  QFETCH(uint, depth);
  QFETCH(bool, may);
  QCOMPARE(staysBelow(target.toStdString(), depth), may);
}

void BundleTest::whichNamesAreTheSame() {
  QVERIFY(foldedName("files/A") == foldedName("files/a"));
  QVERIFY(foldedName("files/\xc3\x84") == foldedName("files/a\xcc\x88"));  // Ä, and a with two dots over it.
  QVERIFY(foldedName("files/\xcf\x82") ==
          foldedName("files/\xce\xa3"));                               // Sigma, at the end of a word and as a capital.
  QVERIFY(foldedName("files/\xef\xbc\xa1") == foldedName("files/a"));  // A of full width.
  QVERIFY(foldedName("files/a") != foldedName("files/b"));
}

void BundleTest::whichIdsAndVersions() {
  for (auto id : {"org.example.App", "a.b", "org.x-y.Z_1"}) QVERIFY2(isBundleId(id), id);
  for (auto id : {"", "app", "a..b", ".a.b", "a.b.", "a/b.c", "-a.b", "a.b c", "a.\xc3\xa4", "a.b@c", "../a.b"})
    QVERIFY2(!isBundleId(id), id);
  QVERIFY(!isBundleId(std::string(100, 'a') + "." + std::string(100, 'a')));
  for (auto version : {"1", "1.2.3", "2026.11", "1.0~rc1", "1.0+git5-2"}) QVERIFY2(isBundleVersion(version), version);
  for (auto version : {"", "v1", "1 2", "1/2", "1:2", "-1", "1\n"}) QVERIFY2(!isBundleVersion(version), version);
}

void BundleTest::theHeadIsOneOfOurs_data() {
  QTest::addColumn<int>("at");
  QTest::addColumn<QByteArray>("said");
  QTest::newRow("magic") << 0 << QByteArray("no bundle");
  QTest::newRow("version") << 16 << QByteArray("does not know");
  QTest::newRow("length of the list") << 23 << QByteArray("too long");
  QTest::newRow("length of the signature") << 27 << QByteArray("too long to be one");
  QTest::newRow("spare bytes") << 28 << QByteArray("not those of a bundle");
  QTest::newRow("length of the archive") << 38 << QByteArray("too large");
  QTest::newRow("whose key, by name") << 40 << QByteArray("names another key");
  QTest::newRow("whose key") << 48 << QByteArray("is wrong");
}

void BundleTest::theHeadIsOneOfOurs() {
  QFETCH(int, at);
  QFETCH(QByteArray, said);
  Bench bench;
  auto name = bench.write(Bench::rawOf(soundParts()));
  QCOMPARE(bench.problemOf(name), QByteArray());
  auto bytes = contentOf(name);
  bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
  put(name, bytes);
  auto why = bench.problemOf(name);
  QVERIFY2(why.contains(said), why);
}

void BundleTest::unsignedIsForItsAuthor() {
  Bench bench;
  auto raw = Bench::rawOf(soundParts());
  put(bench.path("archive"), QByteArray::fromStdString(raw.archive));
  int archive = open(bench.path("archive").toUtf8().constData(), O_RDONLY | O_CLOEXEC);
  writeBundle(bench.path("u.latchkey").toStdString(), raw.list, "", {}, archive, 0, raw.archive.size());
  close(archive);
  QVERIFY(bench.problemOf(bench.path("u.latchkey")).contains("not signed"));
  auto opened = BundleFile::open(bench.path("u.latchkey").toStdString());
  Bundler bundler(qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-bundler");
  auto& bundle = std::get<BundleFile>(opened);
  auto refused = bundler.look(bundle);
  QVERIFY(std::get_if<BundleProblem>(&refused) != nullptr);
  auto allowed = bundler.look(bundle, Unsigned::Allowed);
  QVERIFY(std::get_if<BundleProblem>(&allowed) == nullptr);
  int out = open(bench.path("out").toUtf8().constData(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  auto unpacked = bundler.unpack(bundle, out);
  close(out);
  QVERIFY(std::get_if<BundleProblem>(&unpacked) != nullptr && bench.left().isEmpty());
}

void BundleTest::overAnOldOneThereIsAlwaysOne() {
  Bench bench;
  auto name = bench.write(Bench::rawOf(soundParts()));
  auto before = contentOf(name);
  int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, writeBundle(name.toStdString(), "list", "", {}, empty, 0, 100));
  close(empty);
  QCOMPARE(contentOf(name), before);
  QCOMPARE(QDir(bench.root.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"x.latchkey"});
}

QTEST_GUILESS_MAIN(BundleTest)
#include "bundle-test.moc"
