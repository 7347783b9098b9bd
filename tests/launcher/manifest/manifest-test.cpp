// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/manifest/manifest.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace latchkey;

class ManifestTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void everyFieldIsRead();
  void whatIsNotSaidIsTheDefault();
  void malformedFieldsAreRefusedByLineAndField_data();
  void malformedFieldsAreRefusedByLineAndField();
  void CVE_2021_43860_hostileFilesAreRefused_data();
  void CVE_2021_43860_hostileFilesAreRefused();
  void thePersonsOwnComesFirst();
  void aBrokenOneIsNotPassedOver();
  void namesLeadNowhereElse();
  void shippedOnesAreSound();
};

namespace {
QByteArray problem(const std::variant<Manifest, ManifestProblem>& result) {
  auto found = std::get_if<ManifestProblem>(&result);
  return found == nullptr ? QByteArray() : QByteArray::fromStdString(found->text);
}

void write(const QString& path, const QByteArray& text) {
  QDir().mkpath(path.left(path.lastIndexOf('/')));
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(text);
}
}  // namespace

void ManifestTest::everyFieldIsRead() {
  auto result = parseManifest(R"(id = "org.x.Y"
name = "Ypsilon"
version = "1.2"
icon = "y"
command = ["/usr/bin/y", "--safe mode"]
[abilities]
own-sandboxes = true
gpu = true
needs-x11 = true
[limits]
memory = "2G"
processes = 100
cpu = 150
[[claims]]
kind = "folder"
target = "~/Music"
access = "write"
reason = "to sort your songs"
[[claims]]
kind = "network"
target = "example.org:443"
)",
                              "y.toml");
  auto manifest = std::get_if<Manifest>(&result);
  QVERIFY2(manifest != nullptr, problem(result));
  QCOMPARE(manifest->id, std::string("org.x.Y"));
  QCOMPARE(manifest->name, std::string("Ypsilon"));
  QCOMPARE(manifest->version, std::string("1.2"));
  QVERIFY((manifest->command == std::vector<std::string>{"/usr/bin/y", "--safe mode"}));
  QVERIFY(manifest->ownSandboxes && manifest->gpu && manifest->needsX);
  QCOMPARE(manifest->memoryLimit, uint64_t{2} << 30);
  QCOMPARE(manifest->processLimit, 100u);
  QCOMPARE(manifest->cpuPercent, 150u);
  QCOMPARE(manifest->claims.size(), 2u);
  QCOMPARE(manifest->claims[0].reason, std::string("to sort your songs"));
  QCOMPARE(manifest->claims[1].access, std::string("read"));
}

void ManifestTest::whatIsNotSaidIsTheDefault() {
  auto result = parseManifest("id = \"a\"\n", "a.toml");
  auto manifest = std::get_if<Manifest>(&result);
  QVERIFY(manifest != nullptr);
  QVERIFY(!manifest->ownSandboxes && !manifest->gpu && !manifest->needsX);
  QVERIFY(manifest->memoryLimit == 0 && manifest->claims.empty() && manifest->command.empty());
}

void ManifestTest::malformedFieldsAreRefusedByLineAndField_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("expected");
  QTest::newRow("unknown") << QByteArray("id = \"a\"\nnmae = \"b\"")
                           << QByteArray("m.toml:2: nmae: there is no such field");
  QTest::newRow("unknown ability") << QByteArray("id = \"a\"\n[abilities]\nroot = true")
                                   << QByteArray("m.toml:3: abilities.root: there is no such field");
  QTest::newRow("no id") << QByteArray("name = \"b\"") << QByteArray("m.toml:1: id: is missing");
  QTest::newRow("wrong type") << QByteArray("id = \"a\"\nname = 5") << QByteArray("m.toml:2: name: must be a text");
  QTest::newRow("truth as text") << QByteArray("id = \"a\"\n[abilities]\ngpu = \"yes\"")
                                 << QByteArray("m.toml:3: abilities.gpu: must be true or false");
  QTest::newRow("no table") << QByteArray("id = \"a\"\nabilities = true")
                            << QByteArray("m.toml:2: abilities: must be a table");
  QTest::newRow("empty") << QByteArray("id = \"a\"\nname = \"\"")
                         << QByteArray("m.toml:2: name: must have 1 to 300 bytes");
  QTest::newRow("number out of bounds") << QByteArray("id = \"a\"\n[limits]\nprocesses = 0")
                                        << QByteArray(
                                               "m.toml:3: limits.processes: must be a whole number from 1 to 1000000");
  QTest::newRow("negative") << QByteArray("id = \"a\"\n[limits]\ncpu = -1")
                            << QByteArray("m.toml:3: limits.cpu: must be a whole number from 1 to 100000");
  QTest::newRow("no amount")
      << QByteArray("id = \"a\"\n[limits]\nmemory = \"lots\"")
      << QByteArray("m.toml:3: limits.memory: must be a number of bytes of at least 1 MiB, or like \"512M\", \"2G\"");
  QTest::newRow("amount overflows")
      << QByteArray("id = \"a\"\n[limits]\nmemory = \"9223372036854775807G\"")
      << QByteArray("m.toml:3: limits.memory: must be a number of bytes of at least 1 MiB, or like \"512M\", \"2G\"");
  QTest::newRow("unknown kind") << QByteArray("id = \"a\"\n[[claims]]\nkind = \"root\"\ntarget = \"x\"")
                                << QByteArray("m.toml:2: claims.kind: is missing or no kind");
  QTest::newRow("no target") << QByteArray("id = \"a\"\n[[claims]]\nkind = \"file\"")
                             << QByteArray("m.toml:2: claims.target: is missing");
  QTest::newRow("odd access") << QByteArray("id = \"a\"\n[[claims]]\nkind = \"file\"\ntarget = \"x\"\naccess = \"all\"")
                              << QByteArray("m.toml:2: claims.access: must be \"read\" or \"write\"");
  QTest::newRow("command as text") << QByteArray("id = \"a\"\ncommand = \"rm -rf\"")
                                   << QByteArray("m.toml:2: command: must be an array of 1 to 64 texts");
}

void ManifestTest::malformedFieldsAreRefusedByLineAndField() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, expected);
  QCOMPARE(problem(parseManifest(text.toStdString(), "m.toml")), expected);
}

void ManifestTest::CVE_2021_43860_hostileFilesAreRefused_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::newRow("CVE-2021-43860 NUL byte") << QByteArray("id = \"a\"\0\nname = \"b\"", 20);
  QTest::newRow("duplicate key") << QByteArray("id = \"a\"\nid = \"b\"");
  QTest::newRow("duplicate table") << QByteArray("id = \"a\"\n[limits]\n[limits]\n");
  QTest::newRow("no UTF-8") << QByteArray("id = \"a\"\nname = \"\xff\"");
  QTest::newRow("CVE-2023-28101 control") << QByteArray("id = \"a\"\nname = \"\\u001b[2K\"");
  QTest::newRow("bidi") << QByteArray("id = \"a\"\nname = \"a\\u202eb\"");
  QTest::newRow("oversized") << QByteArray("id = \"a\"\n#") + QByteArray(70000, 'x');
  QTest::newRow("deep") << QByteArray("id = ") + QByteArray(30000, '[');
  QTest::newRow("long name") << QByteArray("id = \"a\"\nname = \"") + QByteArray(400, 'x') + "\"";
  QTest::newRow("many claims") << QByteArray("id = \"a\"\n") +
                                      QByteArray("[[claims]]\nkind=\"file\"\ntarget=\"x\"\n").repeated(65);
  QTest::newRow("table header that once met an assertion") << QByteArray("id = \"a\"\n[= \"x\"D\n");
  QTest::newRow("letters outside of quotes") << QByteArray("id = \"a\"\n\xef\xb9\xb7 = 1\n");
  QTest::newRow("half a date") << QByteArray("id = \"a\"\nname = 1979-05-27Tp7:32\n");
  QTest::newRow("fraction") << QByteArray("id = \"a\"\nname = 1.5\n");
  QTest::newRow("cut off") << QByteArray("id = \"a");
  for (auto id : {"", ".", "..", "../a", "a/b", "-a", "a b", "a@b", "a:b", ".a"}) {
    QTest::newRow(QByteArray("id ") + id) << QByteArray("id = \"") + id + "\"";
  }
  QTest::newRow("long id") << "id = \"" + QByteArray(201, 'a') + "\"";
}

void ManifestTest::CVE_2021_43860_hostileFilesAreRefused() {
  QFETCH(QByteArray, text);
  auto said = problem(parseManifest(text.toStdString(), "m.toml"));
  QVERIFY(said.startsWith("m.toml:"));
  QVERIFY(!said.contains('\n'));
}

void ManifestTest::thePersonsOwnComesFirst() {
  QTemporaryDir directory;
  ManifestPlaces places{{(directory.path() + "/own").toStdString(), (directory.path() + "/shipped").toStdString()}};
  QVERIFY(std::get<Manifest>(findManifest(places, "a")).id == "a");
  write(directory.path() + "/shipped/a.toml", "id = \"a\"\n[abilities]\nown-sandboxes = true");
  QVERIFY(std::get<Manifest>(findManifest(places, "a")).ownSandboxes);
  write(directory.path() + "/own/a.toml", "id = \"a\"");
  QVERIFY(!std::get<Manifest>(findManifest(places, "a")).ownSandboxes);
}

void ManifestTest::aBrokenOneIsNotPassedOver() {
  QTemporaryDir directory;
  ManifestPlaces places{{(directory.path() + "/own").toStdString(), (directory.path() + "/shipped").toStdString()}};
  write(directory.path() + "/shipped/a.toml", "id = \"a\"");
  write(directory.path() + "/own/a.toml", "id = \"b\"");
  QVERIFY(problem(findManifest(places, "a")).contains("id: is not that of the file name"));
  write(directory.path() + "/own/a.toml", QByteArray(70000, '#'));
  QVERIFY(problem(findManifest(places, "a")).contains("cannot be read"));
  QFile::remove(directory.path() + "/own/a.toml");
  QVERIFY(QDir(directory.path()).mkpath("own/a.toml"));
  QVERIFY(problem(findManifest(places, "a")).contains("cannot be read"));
}

void ManifestTest::namesLeadNowhereElse() {
  QTemporaryDir directory;
  ManifestPlaces places{{(directory.path() + "/own").toStdString()}};
  write(directory.path() + "/evil.toml", "id = \"../evil\"\n[abilities]\ngpu = true");
  for (auto name : {"../evil", "command:/usr/bin/git", "appimage:/x", ""}) {
    auto result = findManifest(places, name);
    QVERIFY(std::get_if<Manifest>(&result) != nullptr);
    QVERIFY(!std::get<Manifest>(result).gpu);
  }
}

void ManifestTest::shippedOnesAreSound() {
  QDir shipped(qEnvironmentVariable("LATCHKEY_SOURCE") + "/resources/apps");
  ManifestPlaces places{{shipped.path().toStdString()}};
  auto files = shipped.entryList({"*.toml"});
  QVERIFY(!files.isEmpty());
  for (auto& file : files) {
    auto result = findManifest(places, file.chopped(5).toStdString());
    QVERIFY2(std::get_if<Manifest>(&result) != nullptr, problem(result));
  }
  QVERIFY(std::get<Manifest>(findManifest(places, "chromium")).ownSandboxes);
  QVERIFY(std::get<Manifest>(findManifest(places, "org.gnome.Epiphany")).ownSandboxes);
  QVERIFY(std::get<Manifest>(findManifest(places, "debian-xterm")).needsX);
}

QTEST_GUILESS_MAIN(ManifestTest)
#include "manifest-test.moc"
