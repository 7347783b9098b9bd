// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Bundles that no builder of ours makes. Each is signed properly by a key of the attacker's own, so that what refuses
// it is what it is about and not its signature; those about the signature come first. After each refusal nothing lies
// outside of the folder it was to go to.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QtTest>
#include <algorithm>

#include "launcher/bundle/canonical-tar.h"
#include "tests/launcher/bundle/bundle-bench.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

// A list and an archive that agree, whatever they say.
Bench::Raw agreeing(std::vector<Part> more) { return Bench::rawOf(soundParts(std::move(more))); }

// A sound list, and an archive that is another tar: the list says nothing of what it adds.
Bench::Raw disagreeing(const std::function<std::string(std::string tar)>& change) {
  auto parts = soundParts();
  auto archive = Bench::packed(change(Bench::tarOf(parts)));
  return {Bench::listFor(parts, archive), archive};
}

// A tar header of any type, as tar(5) has it.
std::string block(const std::string& name, char type, const std::string& target = {}, const char* mode = "0000644",
                  size_t size = 0) {
  auto bytes = tar::header({.path = "x", .size = size});
  bytes.replace(0, 100, std::string(100, '\0'));
  bytes.replace(0, name.size(), name);
  bytes.replace(100, 7, mode);
  bytes[156] = type;
  bytes.replace(157, target.size(), target);
  bytes.replace(148, 8, "        ");
  unsigned sum = 0;
  for (unsigned char c : bytes) sum += c;
  char text[8];
  snprintf(text, sizeof text, "%06o", sum);
  bytes.replace(148, 7, std::string(text, 7));
  return bytes;
}

std::string beforeEnd(const std::string& tar, const std::string& what) {
  return tar.substr(0, tar.size() - tar::end().size()) + what + tar::end();
}

void replaceIn(std::string& text, const std::string& old, const std::string& by) {
  auto at = text.find(old);
  if (at == text.npos) qFatal("nothing to replace");
  text.replace(at, old.size(), by);
}

}  // namespace

class BundleAttackTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void signaturesThatAreNot_data();
  void signaturesThatAreNot();
  void nothingUnsignedIsRead();
  void namesThatAreNot_data();
  void namesThatAreNot();
  void archivesThatSayMoreThanTheirList_data();
  void archivesThatSayMoreThanTheirList();
  void filesThatAreNotWhatWasSigned();
  void swappedFiles();
  void cutOffAnywhere();
  void trailingData();
  void aMillionEntries();
  void tenGibibytesOfZeros_data();
  void tenGibibytesOfZeros();
  void manifestsOfAnotherApp();
  void desktopEntriesThatDeceive_data();
  void desktopEntriesThatDeceive();
  void whatIsSurveyedIsJudgedAlike_data() { desktopEntriesThatDeceive_data(); }
  void whatIsSurveyedIsJudgedAlike();
  void whatIsSurveyedHasToBeThere_data();
  void whatIsSurveyedHasToBeThere();
  void whatATakenOverProcessLeaves_data();
  void whatATakenOverProcessLeaves();
  void aBundlerThatLies_data();
  void aBundlerThatLies();
  void nothingOfItIsLeft();
  void itSeesNothingElse();

private:
  static QByteArray refused(Bench& bench, const Bench::Raw& raw) {
    put(bench.path("secret"), "outside");
    auto why = bench.problemOf(bench.write(raw));
    if (contentOf(bench.path("secret")) != "outside") return "IT REACHED OUTSIDE";
    return why;
  }
};

void BundleAttackTest::signaturesThatAreNot_data() {
  QTest::addColumn<QByteArray>("how");
  QTest::addColumn<QByteArray>("said");
  auto row = [](const char* how, const char* said) { QTest::newRow(how) << QByteArray(how) << QByteArray(said); };
  row("stripped", "not signed");
  row("of another key", "signed by another key");
  row("of another key by the same name", "the ids are equal, the keys are not");
  row("right key, wrong id", "names another key");
  row("of another list", "its signature is wrong");
  row("comment exchanged", "its signature is wrong");
  row("of another format", "malformed");
  row("all zero", "malformed");
}

void BundleAttackTest::signaturesThatAreNot() {
  QFETCH(QByteArray, how);
  QFETCH(QByteArray, said);
  Bench bench;
  auto raw = Bench::rawOf(soundParts());
  auto known = bench.key.publicKey();
  QCOMPARE(bench.problemOf(bench.write(raw), known), QByteArray());
  auto signature = bench.key.sign(raw.list, "org.example.Player 1.2", "x");
  auto signer = known;
  auto other = SecretKey::generate();
  if (how == "stripped") signature.clear();
  if (how.startsWith("of another key")) {
    signature = other.sign(raw.list, "org.example.Player 1.2", "x");
    signer = other.publicKey();
    if (how.endsWith("same name")) signer.id = known.id;
  }
  if (how == "right key, wrong id") {
    auto bytes = QByteArray::fromBase64(QByteArray::fromStdString(signature).split('\n')[1]);
    bytes[2] = static_cast<char>(bytes[2] ^ 1);
    auto lines = QByteArray::fromStdString(signature).split('\n');
    lines[1] = bytes.toBase64();
    signature = lines.join('\n').toStdString();
  }
  if (how == "of another list") signature = bench.key.sign(raw.list + " ", "org.example.Player 1.2", "x");
  if (how == "comment exchanged") replaceIn(signature, "Player 1.2", "Player 9.9");
  if (how == "of another format") signature = "-----BEGIN PGP SIGNATURE-----\n";
  if (how == "all zero") signature.assign(signature.size(), '\0');
  put(bench.path("archive"), QByteArray::fromStdString(raw.archive));
  int archive = open(bench.path("archive").toUtf8().constData(), O_RDONLY | O_CLOEXEC);
  writeBundle(bench.path("y.latchkey").toStdString(), raw.list, signature, signer, archive, 0, raw.archive.size());
  close(archive);
  auto why = bench.problemOf(bench.path("y.latchkey"), known);
  QVERIFY2(why.contains(said), why);
  QVERIFY(bench.left().isEmpty());
}

// A list that would be refused for what it says is refused for its signature: it was not read.
void BundleAttackTest::nothingUnsignedIsRead() {
  Bench bench;
  auto raw = agreeing({file("files/../evil", "x")});
  QVERIFY(refused(bench, raw).contains("steps"));
  auto bytes = contentOf(bench.path("x.latchkey"));
  bytes.replace("evil", "EVIL");
  put(bench.path("x.latchkey"), bytes);
  auto why = bench.problemOf(bench.path("x.latchkey"));
  QVERIFY2(why.contains("signature is wrong"), why);
  // The same of the archive: with a wrong digest it is not unpacked, though what is in it might be sound.
  auto sound = Bench::rawOf(soundParts());
  sound.archive.back() = static_cast<char>(sound.archive.back() ^ 1);
  QVERIFY(refused(bench, sound).contains("not the one that was signed"));
  QVERIFY(bench.left().isEmpty());
}

void BundleAttackTest::namesThatAreNot_data() {
  QTest::addColumn<QByteArray>("path");
  QTest::addColumn<QByteArray>("said");
  auto row = [](const char* name, const QByteArray& path, const char* said) {
    QTest::newRow(name) << path << QByteArray(said);
  };
  row("sound", "files/a", "");
  row("step out", "files/../../secret", "steps");
  row("step out at the end", "files/..", "steps");
  row("step in place", "files/./a", "steps");
  row("absolute", "/etc/passwd", "absolute");
  row("absolute below", "files//etc/passwd", "empty part");
  row("slash at the end", "files/a/", "empty part");
  row("empty", "", "empty or too long");
  row("beside files", "evil", "only manifest.toml and files/");
  row("beside by prefix", "filesystem", "only manifest.toml and files/");
  row("manifest below", "manifest.toml/x", "only manifest.toml and files/");
  row("not UTF-8", "files/\xff\xfe", "malformed");
  row("overlong UTF-8", "files/\xc0\xae\xc0\xae/a", "malformed");
  row("surrogates", "files/\xed\xa0\x80", "malformed");
  row("escape sequence", "files/\x1b[2J", "control");
  row("carriage return", "files/a\rb", "control");
  row("bidi",
      "files/txt.\xe2\x80\xae"
      "exe",
      "invisible");
  row("no width", "files/a\xe2\x80\x8b", "invisible");
  row("long name", "files/" + QByteArray(256, 'a'), "too long");
  row("long path", "files" + QByteArray("/a").repeated(600), "too long");
  row("deep", "files" + QByteArray("/a").repeated(61), "nested too deep");
  row("twice", "files/bin/player", "there twice");
  row("case", "files/BIN", "only in case");
  row("accents in two ways", "files/a\xcc\x88", "");
  row("full width", "files/\xef\xbd\x82in", "only in case");
  row("below a file", "files/bin/player/x", "no folder of the bundle");
  row("below nothing", "files/none/x", "no folder of the bundle");
}

void BundleAttackTest::namesThatAreNot() {
  QFETCH(QByteArray, path);
  QFETCH(QByteArray, said);
  Bench bench;
  auto why = refused(bench, agreeing({file(path.toStdString(), "evil")}));
  QVERIFY2(said.isEmpty() ? why.isEmpty() : why.contains(said), why);
  if (!said.isEmpty()) QVERIFY(bench.left().isEmpty());
}

void BundleAttackTest::archivesThatSayMoreThanTheirList_data() {
  QTest::addColumn<QByteArray>("how");
  for (auto how :
       {"step out", "absolute", "link before its content", "hard link", "character device", "block device", "pipe",
        "sparse file", "setuid", "a file twice", "extended header", "global header", "owner", "another checksum",
        "time", "a folder in place of a file", "order", "nothing after the manifest", "no end"})
    QTest::newRow(how) << QByteArray(how);
}

void BundleAttackTest::archivesThatSayMoreThanTheirList() {
  QFETCH(QByteArray, how);
  Bench bench;
  QCOMPARE(refused(bench, disagreeing([](auto tar) { return tar; })), QByteArray());
  auto raw = disagreeing([&](std::string tar) {
    auto player = tar::header(file("files/bin/player", "#!/bin/sh\necho playing\n", true).entry);
    auto at = tar.find(player);
    auto instead = [&](const std::string& header) { return tar.replace(at, player.size(), header); };
    if (how == "step out") return beforeEnd(tar, block("files/../../secret", '0'));
    if (how == "absolute") return beforeEnd(tar, block("/tmp/evil", '0'));
    if (how == "link before its content")
      return beforeEnd(tar, block("files/x", '2', "/etc") + block("files/x/evil", '0'));
    if (how == "hard link") return beforeEnd(tar, block("files/x", '1', "/etc/passwd"));
    if (how == "character device") return beforeEnd(tar, block("files/x", '3'));
    if (how == "block device") return beforeEnd(tar, block("files/x", '4'));
    if (how == "pipe") return beforeEnd(tar, block("files/x", '6'));
    if (how == "sparse file") return beforeEnd(tar, block("files/x", 'S'));
    if (how == "setuid") return instead(block("files/bin/player", '0', "", "0004755", 23));
    if (how == "a file twice") return beforeEnd(tar, player + tar.substr(at + player.size(), 512));
    if (how == "extended header") return tar.insert(at, block("x", 'x'));
    if (how == "global header") return block("x", 'g') + tar;
    if (how == "owner") return tar.replace(at + 108, 7, "0001750");
    if (how == "another checksum") return tar.replace(at + 148, 6, "000000");
    if (how == "time") return tar.replace(at + 136, 11, "14000000000");
    if (how == "a folder in place of a file") return instead(block("files/bin/player", '5', "", "0000755", 23));
    if (how == "order") return tar.substr(at, 1024) + tar.substr(0, at) + tar.substr(at + 1024);
    if (how == "nothing after the manifest")
      return tar.substr(0, tar.find(tar::header(folder("files").entry))) + tar::end();
    return tar.substr(0, tar.size() - 512);
  });
  auto why = refused(bench, raw);
  QVERIFY2(why.contains("not in the archive as the list says") || why.contains("does not end where its list does"),
           why);
  for (auto& name : bench.left()) QVERIFY2(name != "files/x" && !name.startsWith("files/x/"), qPrintable(name));
}

void BundleAttackTest::filesThatAreNotWhatWasSigned() {
  Bench bench;
  auto parts = soundParts({file("files/data", "what was signed")});
  auto archive = Bench::packed([&] {
    auto tar = Bench::tarOf(parts);
    replaceIn(tar, "what was signed", "what was SIGNED");
    return tar;
  }());
  auto why = refused(bench, {Bench::listFor(parts, archive), archive});
  QVERIFY2(why.contains("files/data: is not what was signed"), why);
}

void BundleAttackTest::swappedFiles() {
  Bench bench;
  auto sound = soundParts({file("files/a", "first!"), file("files/b", "second")});
  auto swapped = soundParts({file("files/a", "second"), file("files/b", "first!")});
  auto archive = Bench::packed(Bench::tarOf(swapped));
  QVERIFY(refused(bench, {Bench::listFor(sound, archive), archive}).contains("files/a: is not what was signed"));
  QCOMPARE(refused(bench, {Bench::listFor(swapped, archive), archive}), QByteArray());
  // The archive of one bundle behind the list of another.
  auto one = Bench::rawOf(sound), other = Bench::rawOf(swapped);
  QVERIFY(refused(bench, {one.list, other.archive}).contains("not the one that was signed"));
}

void BundleAttackTest::cutOffAnywhere() {
  Bench bench;
  auto name = bench.write(Bench::rawOf(soundParts()));
  auto bytes = contentOf(name);
  for (qsizetype size = 0; size < bytes.size(); size += size < 100 ? 7 : 41) {
    put(name, bytes.first(size));
    auto why = bench.problemOf(name);
    QVERIFY2(why.contains("cut off") || (size < 80 && why.contains("no bundle")), why);
  }
  // Also one that says so itself: cut inside of what is packed, with list and signature for that.
  auto raw = Bench::rawOf(soundParts());
  for (size_t size : {size_t{1}, size_t{5}, raw.archive.size() / 2, raw.archive.size() - 1}) {
    auto archive = raw.archive.substr(0, size);
    QVERIFY(!refused(bench, {Bench::listFor(soundParts(), archive), archive}).isEmpty());
  }
}

void BundleAttackTest::trailingData() {
  Bench bench;
  auto name = bench.write(Bench::rawOf(soundParts()));
  auto bytes = contentOf(name);
  put(name, bytes + "x");
  QVERIFY(bench.problemOf(name).contains("follows after its end"));
  // Signed with it, behind the packed stream, in it, and as a second stream.
  auto parts = soundParts();
  auto sound = Bench::packed(Bench::tarOf(parts));
  for (auto& archive : {sound + std::string(100, 'x'), sound + sound, Bench::packed(Bench::tarOf(parts) + "x"),
                        Bench::packed(Bench::tarOf(parts) + std::string(512, '\0'))}) {
    auto why = refused(bench, {Bench::listFor(parts, archive), archive});
    QVERIFY2(why.contains("does not end where its list does"), why);
  }
}

void BundleAttackTest::aMillionEntries() {
  Bench bench;
  auto raw = Bench::rawOf(soundParts());
  std::string lines;
  auto digest = digestOf("");
  for (int i = 1000000; i < 2000000; ++i) lines += "dir\tfiles/" + std::to_string(i) + "\n";
  QVERIFY(lines.size() < BundleHead::MAX_LIST);
  auto at = raw.list.find("dir\tfiles/bin");
  QElapsedTimer timer;
  timer.start();
  auto why = refused(bench, {raw.list.substr(0, at) + lines + raw.list.substr(at), raw.archive});
  QVERIFY2(why.contains("more than 200000 files"), why);
  QVERIFY2(timer.elapsed() < 60'000, "it took too long to say no");
  QVERIFY(bench.left().isEmpty());
  // And with names so long that the list is too: refused by its first 80 bytes.
  auto much = raw.list + std::string(BundleHead::MAX_LIST, 'x');
  QVERIFY(refused(bench, {much, raw.archive}).contains("too long"));
}

void BundleAttackTest::tenGibibytesOfZeros_data() {
  QTest::addColumn<QByteArray>("size");
  QTest::addColumn<QByteArray>("said");
  QTest::newRow("as it says") << QByteArray("10737418240") << QByteArray("unpacked it would be larger than");
  QTest::newRow("in three files") << QByteArray("3221225472") << QByteArray("unpacked it would be larger than");
  QTest::newRow("more than a number holds") << QByteArray("99999999999999999999") << QByteArray("malformed");
  QTest::newRow("and not as it says") << QByteArray("10") << QByteArray("not in the archive as the list says");
}

void BundleAttackTest::tenGibibytesOfZeros() {
  QFETCH(QByteArray, size);
  QFETCH(QByteArray, said);
  Bench bench;
  // 10 GiB of zeros pack into less than a megabyte; 256 MiB of them are enough to see whether they are written.
  static const auto archive = [] {
    auto parts = soundParts();
    auto tar = Bench::tarOf(parts);
    return Bench::packed(
        beforeEnd(tar, block("files/zeros", '0', "", "0000644", 256 << 20) + std::string(256 << 20, '\0')));
  }();
  QVERIFY(archive.size() < 1 << 20);
  auto list = Bench::listFor(soundParts(), archive);
  auto line = "file\t" + size.toStdString() + "\t" + digestOf("");
  if (said.startsWith("not in")) line = "file\t10\t" + digestOf(std::string(10, '\0'));
  list += line + "\tfiles/zeros\n";
  if (size == "3221225472") list += line + "\tfiles/zeros2\n" + line + "\tfiles/zeros3\n";
  QElapsedTimer timer;
  timer.start();
  auto why = refused(bench, {list, archive});
  QVERIFY2(why.contains(said), why);
  QVERIFY(timer.elapsed() < 30'000);
  qint64 written = 0;
  for (auto& name : bench.left()) written += QFileInfo(bench.path("out/" + name)).size();
  QVERIFY2(written < 1 << 20, "more was written than the list says");
}

void BundleAttackTest::manifestsOfAnotherApp() {
  Bench bench;
  auto manifest = QByteArray::fromStdString(soundManifest());
  for (auto& [old, by] : {std::pair("org.example.Player", "org.example.Bank"), {"\"1.2\"", "\"1.3\""}}) {
    auto text = QByteArray(manifest).replace(old, by).toStdString();
    auto parts = soundParts({}, text);
    auto why = refused(bench, Bench::rawOf(parts));
    QVERIFY2(why.contains("another app or version"), why);
  }
  for (auto text : {"", "x = \"\xff\xff\"", "[", "id = 1", "format = 2"}) {
    auto parts = soundParts({}, text);
    if (*text == '\0') parts[0] = file("manifest.toml", "");
    QVERIFY(refused(bench, Bench::rawOf(parts)).contains("manifest.toml"));
  }
  auto nul = soundManifest() + std::string("# \0", 3);
  QVERIFY(refused(bench, Bench::rawOf(soundParts({}, nul))).contains("NUL"));
}

void BundleAttackTest::desktopEntriesThatDeceive_data() {
  QTest::addColumn<QByteArray>("exec");
  QTest::addColumn<bool>("may");
  QTest::newRow("sound") << QByteArray("player %F") << true;
  QTest::newRow("CVE-2021-21381 marks") << QByteArray("player @@ %f @@") << false;
  QTest::newRow("CVE-2021-21381 marks for addresses") << QByteArray("player @@u %u @@") << false;
  QTest::newRow("CVE-2024-32462 an option for a program") << QByteArray("--bind / / player") << false;
  QTest::newRow("a variable for a program") << QByteArray("LD_PRELOAD=x player") << false;
  QTest::newRow("a line break in a word") << QByteArray("player \"a\\nb\"") << false;
}

void BundleAttackTest::desktopEntriesThatDeceive() {
  QFETCH(QByteArray, exec);
  QFETCH(bool, may);
  Bench bench;
  auto desktop = "[Desktop Entry]\nType=Application\nName=Player\nExec=" + exec + "\n";
  auto manifest = soundManifest() + "desktop = \"org.example.Player.desktop\"\n";
  auto parts = soundParts({file("files/org.example.Player.desktop", desktop.toStdString())}, manifest);
  QCOMPARE(refused(bench, Bench::rawOf(parts)).isEmpty(), may);
  // Under the name of another app it would come before that one in every menu.
  auto shadow = soundManifest() + "desktop = \"firefox.desktop\"\n";
  auto others = soundParts({file("files/firefox.desktop", desktop.toStdString())}, shadow);
  QVERIFY(refused(bench, Bench::rawOf(others)).contains("must be called org.example.Player"));
}

// From a repository manifest and entries come before the rest: what they say counts as in a bundle.
void BundleAttackTest::whatIsSurveyedIsJudgedAlike() {
  QFETCH(QByteArray, exec);
  QFETCH(bool, may);
  Bench bench;
  auto desktop = "[Desktop Entry]\nType=Application\nName=Player\nExec=" + exec.toStdString() + "\n";
  auto parts = soundParts({file("files/org.example.Player.desktop", desktop)},
                          soundManifest() + "desktop = \"org.example.Player.desktop\"\n");
  QCOMPARE(bench.problemOfSurvey(parts).isEmpty(), may);
  QCOMPARE(bench.problemOfSurvey(parts).isEmpty(), refused(bench, Bench::rawOf(parts)).isEmpty());
}

void BundleAttackTest::whatIsSurveyedHasToBeThere_data() {
  QTest::addColumn<QByteArray>("how");
  QTest::addColumn<QByteArray>("said");
  auto row = [](const char* how, const char* said) { QTest::newRow(how) << QByteArray(how) << QByteArray(said); };
  row("sound", "");
  row("no manifest", "its manifest is not there");
  row("another manifest", "its manifest is not there");
  row("a link to it", "its manifest is not there");
  row("a pipe for it", "its manifest is not there");
  row("no entry", "org.example.Player.desktop: is not there");
  row("another entry", "org.example.Player.desktop: is not there");
  row("of another version", "manifest.toml is of another app or version than its list says");
}

void BundleAttackTest::whatIsSurveyedHasToBeThere() {
  QFETCH(QByteArray, how);
  QFETCH(QByteArray, said);
  Bench bench;
  auto parts = soundParts(
      {file("files/org.example.Player.desktop", "[Desktop Entry]\nType=Application\nName=Player\nExec=player\n")},
      soundManifest() + "desktop = \"org.example.Player.desktop\"\n");
  if (how == "of another version") {
    auto text = QByteArray::fromStdString(parts[0].content).replace("1.2", "1.3").toStdString();
    parts[0] = file("manifest.toml", text);
  }
  auto problem = bench.problemOfSurvey(parts, [&](const QString& folder) {
    auto isEntry = how.endsWith("entry");
    for (auto& part : parts) {
      if (!part.entry.path.ends_with(isEntry ? ".desktop" : "manifest.toml")) continue;
      auto path = folder + "/" + QString::fromStdString(part.entry.digest);
      auto content = contentOf(path);
      if (how != "sound" && how != "of another version") QVERIFY(QFile::remove(path));
      if (how.startsWith("another")) put(path, "#" + content.mid(1));
      if (how.startsWith("a link")) {
        put(folder + "/there", content);
        QVERIFY(QFile::link("there", path));
      }
      if (how.startsWith("a pipe")) QCOMPARE(mkfifo(path.toUtf8().constData(), 0644), 0);
    }
  });
  QVERIFY2(said.isEmpty() ? problem.isEmpty() : problem.contains(said), problem);
}

// What is outside does not believe the process that unpacked.
void BundleAttackTest::whatATakenOverProcessLeaves_data() {
  QTest::addColumn<QByteArray>("how");
  for (auto how :
       {"link out", "absolute link", "link back", "setuid", "writable by all", "two names", "pipe", "folder"})
    QTest::newRow(how) << QByteArray(how);
}

void BundleAttackTest::whatATakenOverProcessLeaves() {
  QFETCH(QByteArray, how);
  Bench bench;
  put(bench.path("out/files/a"), "x");
  auto objection = [&] {
    int out = open(bench.path("out").toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    chmod(bench.path("out/files").toUtf8().constData(), how == "folder" ? 0777 : 0755);
    auto problem = objectionToTree(out);
    close(out);
    return problem;
  };
  if (how != "folder") QCOMPARE(objection(), std::string());
  auto at = bench.path("out/files/x").toUtf8();
  put(bench.path("secret"), "x");
  if (how == "link out") QVERIFY(symlink("../../secret", at.constData()) == 0);
  if (how == "absolute link") QVERIFY(symlink("/etc/passwd", at.constData()) == 0);
  if (how == "link back") QVERIFY(symlink("a/../../x", at.constData()) == 0);
  if (how == "setuid") put(at, "x"), chmod(at.constData(), 04755);
  if (how == "writable by all") put(at, "x"), chmod(at.constData(), 0666);
  if (how == "two names") QVERIFY(::link(bench.path("secret").toUtf8().constData(), at.constData()) == 0);
  if (how == "pipe") QVERIFY(mkfifo(at.constData(), 0644) == 0);
  QVERIFY(!objection().empty());
}

void BundleAttackTest::aBundlerThatLies_data() {
  QTest::addColumn<QByteArray>("script");
  QTest::newRow("says nothing") << QByteArray("exit 0");
  QTest::newRow("dies") << QByteArray("kill -SEGV $$");
  QTest::newRow("says too much") << QByteArray("head -c 100000000 /dev/zero >&3");
  QTest::newRow("says half a word") << QByteArray("printf abc >&3");
  QTest::newRow("says nonsense") << QByteArray("head -c 8 /dev/zero >&3");
  QTest::newRow("points outside") << QByteArray("printf '\\0\\0\\0\\0\\1\\0\\0\\0\\374\\377\\0\\0\\1\\0\\377\\0' >&3");
  QTest::newRow("computes for ever") << QByteArray("ulimit -t 1; while :; do :; done");
  QTest::newRow("fails after all") << QByteArray("head -c 800 /dev/zero >&3; exit 3");
}

void BundleAttackTest::aBundlerThatLies() {
  QFETCH(QByteArray, script);
  Bench bench;
  put(bench.path("bundler"), "#!/bin/sh\n" + script + "\n", true);
  auto opened = BundleFile::open(bench.write(Bench::rawOf(soundParts())).toStdString());
  auto result = Bundler(bench.path("bundler").toStdString()).look(std::get<BundleFile>(opened));
  auto problem = std::get_if<BundleProblem>(&result);
  QVERIFY(problem != nullptr && problem->reason.find("could not be read") != std::string::npos);
}

// Nobody who was forked has what it unpacked open any more, however many there were.
void BundleAttackTest::nothingOfItIsLeft() {
  Bench bench;
  QDir(bench.root.path()).mkpath("out");
  put(bench.path("bundler"),
      "#!/bin/sh\numask 022\nexec 7>/run/bundle/folder/x\nexec 5>&3 3>&-\ni=0\n"
      "while [ $i -lt 400 ]; do sleep 1000 5>&- & i=$((i+1)); done\n"
      "printf '\\0\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0' >&5\n",
      true);
  auto opened = BundleFile::open(bench.write(Bench::rawOf(soundParts())).toStdString());
  kj::AutoCloseFd out(::open(bench.path("out").toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  auto result = Bundler(bench.path("bundler").toStdString()).unpack(std::get<BundleFile>(opened), out);
  auto written = bench.path("out/x").toUtf8();
  kj::AutoCloseFd file(::open(written.constData(), O_RDONLY | O_CLOEXEC));
  bool alone = fcntl(file, F_SETLEASE, F_RDLCK) == 0;
  auto why = errno;
  auto problem = std::get_if<BundleProblem>(&result);
  QVERIFY2(problem == nullptr, problem == nullptr ? "" : problem->reason.c_str());
  QVERIFY2(alone, strerror(why));
}

// The process that reads has no home, no network and no files but the bundle.
void BundleAttackTest::itSeesNothingElse() {
  Bench bench;
  put(bench.path("secret"), "secret");
  auto script = "#!/bin/sh\n[ -e " + bench.path("secret") + " ] && exit 1\n[ -e /src ] && exit 1\n" +
                "[ -n \"$(ls -A \"$HOME\")\" ] && exit 1\ngrep -q : /proc/net/route && exit 1\n" +
                "touch /run/bundle/folder/x 2>/dev/null && exit 1\nprintf x >&4 2>/dev/null && exit 1\n" +
                "printf '\\0\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0' >&3\n";
  put(bench.path("bundler"), script.toUtf8(), true);
  auto opened = BundleFile::open(bench.write(Bench::rawOf(soundParts())).toStdString());
  auto result = Bundler(bench.path("bundler").toStdString()).look(std::get<BundleFile>(opened));
  QVERIFY2(std::get_if<BundleProblem>(&result) == nullptr, "it could");
}

QTEST_GUILESS_MAIN(BundleAttackTest)
#include "bundle-attack-test.moc"
