// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/bundle-manifest.h"

#include <QtTest>

#include "launcher/bundle/bundle-rules.h"
#include "tests/launcher/bundle/bundle-bench.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {
QByteArray problem(const std::variant<BundleManifest, BundleProblem>& result) {
  auto found = std::get_if<BundleProblem>(&result);
  return found == nullptr ? QByteArray() : QByteArray::fromStdString(found->reason);
}
}  // namespace

class BundleManifestTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void everyFieldIsRead();
  void malformedFieldsAreRefusedByLineAndField_data();
  void malformedFieldsAreRefusedByLineAndField();
  void aRuntimeIsNoMoreThanFiles_data();
  void aRuntimeIsNoMoreThanFiles();
  void everythingRequiredIsMissed_data();
  void everythingRequiredIsMissed();
  void commandsAreCommands_data();
  void commandsAreCommands();
  void desktopEntriesAreOfThisBundle_data();
  void desktopEntriesAreOfThisBundle();
  void whatIsNamedIsThere_data();
  void whatIsNamedIsThere();
};

void BundleManifestTest::everyFieldIsRead() {
  auto result = BundleManifest::parse(R"(format = 1
id = "org.example.Player"
version = "1.2~rc1"
name = "Player"
summary = "Plays music"
description = ["One paragraph.", "Another."]
changes = ["Faster"]
licence = "GPL-2.0-or-later"
homepage = "https://example.org/"
icon = "share/icons/player.png"
appstream = "share/metainfo/org.example.Player.metainfo.xml"
runtime = "org.example.Debian debian/13.1"
[abilities]
own-sandboxes = true
gpu = true
needs-x11 = true
[limits]
memory = "2G"
processes = 50
cpu = 200
[translations.de]
name = "Spieler"
summary = "Spielt Musik"
description = ["Ein Absatz."]
changes = ["Schneller"]
[translations.pt_BR]
name = "Tocador"
[[commands]]
name = "player"
command = ["bin/player", "--quiet"]
desktop = "share/applications/org.example.Player.desktop"
[[commands]]
name = "convert"
command = ["/usr/bin/python3", "lib/convert.py"]
[[services]]
name = "library"
command = ["bin/libraryd"]
listen = [8080, 9090]
[[claims]]
kind = "folder"
target = "~/Music"
access = "write"
reason = "to play and tag your music"
[claims.reasons]
de = "um deine Musik zu spielen"
[[offers]]
name = "library"
kind = "service"
service = "library"
[[needs]]
name = "database"
kind = "service"
reason = "keeps the list"
[needs.reasons]
ar = "x"
)");
  QVERIFY2(problem(result).isEmpty(), problem(result));
  auto& manifest = std::get<BundleManifest>(result);
  QCOMPARE(manifest.id, std::string("org.example.Player"));
  QCOMPARE(manifest.version, std::string("1.2~rc1"));
  QCOMPARE(manifest.description, std::string("One paragraph.\nAnother."));
  QCOMPARE(manifest.changes, std::string("Faster"));
  QCOMPARE(manifest.licence, std::string("GPL-2.0-or-later"));
  QCOMPARE(manifest.icon, std::string("share/icons/player.png"));
  QCOMPARE(manifest.runtime + "|" + manifest.runtimeName, std::string("org.example.Debian|debian/13.1"));
  QVERIFY(manifest.kind == BundleManifest::Kind::App && manifest.provides.empty());
  QVERIFY(manifest.ownSandboxes && manifest.gpu && manifest.needsX);
  QCOMPARE(manifest.memoryLimit, uint64_t{2} << 30);
  QCOMPARE(manifest.processLimit, 50u);
  QCOMPARE(manifest.cpuPercent, 200u);
  QCOMPARE(manifest.translations.size(), size_t{2});
  QCOMPARE(manifest.translations[0].language + manifest.translations[0].name, std::string("deSpieler"));
  QCOMPARE(manifest.commands.size(), size_t{2});
  QCOMPARE(manifest.commands[0].words, (std::vector<std::string>{"bin/player", "--quiet"}));
  QCOMPARE(manifest.services[0].listen, (std::vector<uint16_t>{8080, 9090}));
  QCOMPARE(manifest.claims[0].access + manifest.claims[0].reasons[0].text,
           std::string("writeum deine Musik zu spielen"));
  QCOMPARE(manifest.offers[0].service, std::string("library"));
  QCOMPARE(manifest.needs[0].reasons[0].language, std::string("ar"));
}

void BundleManifestTest::malformedFieldsAreRefusedByLineAndField_data() {
  QTest::addColumn<QByteArray>("more");
  QTest::addColumn<QByteArray>("said");
  QTest::newRow("unknown") << QByteArray("grants = 1") << QByteArray("manifest.toml:6: grants: there is no such field");
  QTest::newRow("unknown below") << QByteArray("[abilities]\nroot = true")
                                 << QByteArray(":7: abilities.root: there is no");
  QTest::newRow("hooks there are none") << QByteArray("post-install = \"x\"")
                                        << QByteArray(":6: post-install: there is no");
  QTest::newRow("type") << QByteArray("licence = 1") << QByteArray(":6: licence: must be a text");
  QTest::newRow("bidi") << QByteArray("licence = \"a\xe2\x80\xae\"")
                        << QByteArray(":6: licence: holds control or invisible");
  QTest::newRow("escaped control") << QByteArray("licence = \"a\\u001b[2J\"")
                                   << QByteArray(":6: licence: holds control");
  QTest::newRow("newline") << QByteArray("licence = \"a\\nb\"") << QByteArray(":6: licence: holds control");
  QTest::newRow("NUL") << QByteArray("licence = \"a") + QByteArray(1, '\0') + "\"" << QByteArray("holds a NUL byte");
  QTest::newRow("escaped NUL") << QByteArray("licence = \"a\\u0000\"") << QByteArray(":6: licence: holds control");
  QTest::newRow("too long") << "licence = \"" + QByteArray(301, 'x') + "\""
                            << QByteArray(":6: licence: must have 1 to 300");
  QTest::newRow("twice") << QByteArray("name = \"B\"") << QByteArray("manifest.toml:6");
  QTest::newRow("id") << QByteArray("[[commands]]\nname = \"A b\"") << QByteArray(":7: commands.name: must be a word");
  QTest::newRow("same name") << QByteArray("[[commands]]\nname = \"player\"\ncommand = [\"bin/player\"]")
                             << QByteArray("commands.name: is there twice");
  QTest::newRow("icon outside") << QByteArray("icon = \"../x\"") << QByteArray(":6: icon: must be a path below files/");
  QTest::newRow("icon absolute") << QByteArray("icon = \"/etc/passwd\"")
                                 << QByteArray(":6: icon: must be a path below");
  auto runtime = [](const char* name, const char* text) {
    QTest::newRow(name) << "runtime = \"" + QByteArray(text) + "\"" << QByteArray(":6: runtime: must be ");
  };
  runtime("runtime of one word", "other");
  runtime("runtime without what it has to be", "org.example.Debian");
  runtime("runtime without a version", "org.example.Debian debian");
  runtime("runtime with two spaces", "org.example.Debian  debian/13");
  runtime("runtime with more", "org.example.Debian debian/13 debian/12");
  runtime("runtime by a path", "../../usr debian/13");
  runtime("runtime in capitals", "org.example.Debian Debian/13");
  runtime("runtime with a rule", "org.example.Debian debian/>=13");
  runtime("runtime with steps", "org.example.Debian debian/../13");
  QTest::newRow("on itself") << QByteArray("runtime = \"org.example.Player debian/13\"")
                             << QByteArray("runtime: must be another bundle");
  QTest::newRow("kind") << QByteArray("kind = \"plugin\"") << QByteArray(":6: kind: must be \"app\" or \"runtime\"");
  QTest::newRow("an app that provides") << QByteArray("provides = [\"debian/13\"]")
                                        << QByteArray(":6: provides: only a runtime has it");
  QTest::newRow("a runtime that starts") << QByteArray("kind = \"runtime\"\nprovides = [\"debian/13\"]")
                                         << QByteArray("commands: a runtime has none");
  QTest::newRow("homepage") << QByteArray("homepage = \"javascript:x\"") << QByteArray(":6: homepage: must begin with");
  QTest::newRow("language") << QByteArray("[translations.DE]\nname = \"x\"")
                            << QByteArray("translations.DE: is no language");
  QTest::newRow("claim without a reason")
      << QByteArray("[[claims]]\nkind = \"file\"\ntarget = \"~/a\"") << QByteArray(":6: claims.reason: is missing");
  QTest::newRow("claim of no kind") << QByteArray("[[claims]]\nkind = \"root\"\ntarget = \"~/a\"\nreason = \"x\"")
                                    << QByteArray("claims.kind: is missing or no kind");
  QTest::newRow("access") << QByteArray("[[claims]]\nkind = \"file\"\ntarget = \"a\"\nreason = \"x\"\naccess = \"all\"")
                          << QByteArray("claims.access: must be");
  QTest::newRow("granted") << QByteArray("[[claims]]\nkind = \"file\"\ntarget = \"a\"\nreason = \"x\"\ngranted = true")
                           << QByteArray("claims.granted: there is no such field");
  QTest::newRow("port") << QByteArray("[[services]]\nname = \"a\"\ncommand = [\"bin/player\"]\nlisten = [0]")
                        << QByteArray("services.listen: must be a whole number from 1");
  QTest::newRow("offer of no service") << QByteArray("[[offers]]\nname = \"a\"\nkind = \"service\"\nservice = \"b\"")
                                       << QByteArray("offers.service: there is no service");
  QTest::newRow("need without a reason") << QByteArray("[[needs]]\nname = \"a\"\nkind = \"service\"")
                                         << QByteArray("needs.reason: is missing");
  QTest::newRow("65 claims") << QByteArray("[[claims]]\nkind = \"file\"\ntarget = \"a\"\nreason = \"x\"\n").repeated(65)
                             << QByteArray("claims: must be an array of at most 64");
  QTest::newRow("large") << "#" + QByteArray(66000, 'x') << QByteArray("larger than a manifest may be");
}

void BundleManifestTest::malformedFieldsAreRefusedByLineAndField() {
  QFETCH(QByteArray, more);
  QFETCH(QByteArray, said);
  QVERIFY(problem(BundleManifest::parse(soundManifest())).isEmpty());
  auto why = problem(BundleManifest::parse(soundManifest(more.toStdString())));
  QVERIFY2(why.contains(said), why);
}

void BundleManifestTest::aRuntimeIsNoMoreThanFiles_data() {
  QTest::addColumn<QByteArray>("more");
  QTest::addColumn<QByteArray>("said");
  auto row = [](const char* name, const QByteArray& more, const QByteArray& said) {
    QTest::newRow(name) << more << said;
  };
  QByteArray provides = "provides = [\"debian/13\", \"debian-backports/13.1\"]\n";
  row("sound", provides, "");
  row("sound, the kind behind", provides + "licence = \"MIT\"", "");
  row("nothing said", "", "provides: is missing");
  row("nothing provided", "provides = []", ":7: provides: must be an array");
  row("malformed", "provides = [\"debian 13\"]", ":7: provides: must name something and its version");
  row("twice", "provides = [\"debian/13\", \"debian/13\"]", ":7: provides: names something twice");
  row("nine", "provides = [\"a/1\",\"a/2\",\"a/3\",\"a/4\",\"a/5\",\"a/6\",\"a/7\",\"a/8\",\"a/9\"]",
      ":7: provides: must name at most 8");
  row("on another", provides + "runtime = \"org.example.Other debian/13\"", ":8: runtime: a runtime has none");
  row("on the host", provides + "runtime = \"host\"", ":8: runtime: a runtime has none");
  row("icon", provides + "icon = \"x.png\"", ":8: icon: a runtime has none");
  row("ability", provides + "[abilities]\ngpu = true", ":8: abilities: a runtime has none");
  row("limit", provides + "[limits]\nprocesses = 5", ":8: limits: a runtime has none");
  row("service", provides + "[[services]]\nname = \"a\"\ncommand = [\"bin/a\"]", "services: a runtime has none");
  row("claim", provides + "[[claims]]\nkind = \"folder\"\ntarget = \"~\"\nreason = \"x\"",
      "claims: a runtime has none");
  row("offer", provides + "[[offers]]\nname = \"a\"\nkind = \"service\"", "offers: a runtime has none");
  row("need", provides + "[[needs]]\nname = \"a\"\nkind = \"service\"\nreason = \"x\"", "needs: a runtime has none");
}

void BundleManifestTest::aRuntimeIsNoMoreThanFiles() {
  QFETCH(QByteArray, more);
  QFETCH(QByteArray, said);
  auto text =
      "format = 1\nkind = \"runtime\"\nid = \"org.example.Debian\"\nversion = \"13\"\nname = \"Debian\"\n"
      "summary = \"For apps\"\n" +
      more;
  auto result = BundleManifest::parse(text.toStdString());
  auto why = problem(result);
  QVERIFY2(said.isEmpty() ? why.isEmpty() : why.contains(said), why);
  if (!said.isEmpty()) return;
  auto& manifest = std::get<BundleManifest>(result);
  QVERIFY(manifest.kind == BundleManifest::Kind::Runtime);
  QCOMPARE(manifest.provides, (std::vector<std::string>{"debian/13", "debian-backports/13.1"}));
}

void BundleManifestTest::everythingRequiredIsMissed_data() {
  QTest::addColumn<QByteArray>("field");
  for (auto field : {"format", "id", "version", "name", "summary"}) QTest::newRow(field) << QByteArray(field);
}

void BundleManifestTest::everythingRequiredIsMissed() {
  QFETCH(QByteArray, field);
  auto text = QByteArray::fromStdString(soundManifest());
  auto at = field == "format" ? 0 : text.indexOf("\n" + field + " = ") + 1;
  text.remove(at, text.indexOf('\n', at) + 1 - at);
  auto why = problem(BundleManifest::parse(text.toStdString()));
  QVERIFY2(why.contains(field + ": "), why);
  QVERIFY(problem(BundleManifest::parse("format = 1\nid = \"a.b\"\nversion = \"1\"\nname = \"a\"\nsummary = \"s\"\n"))
              .contains("there must be a command or a service"));
}

void BundleManifestTest::commandsAreCommands_data() {
  QTest::addColumn<QByteArray>("command");
  QTest::addColumn<bool>("may");
  auto row = [](const char* command, bool may) { QTest::newRow(command) << QByteArray(command) << may; };
  row(R"(["bin/player"])", true);
  row(R"(["bin/player", "-x", "a b", "KEY=value"])", true);
  row(R"(["/usr/bin/python3", "x.py"])", true);
  row(R"([])", false);
  row(R"(["bin/player", "@@u", "%u", "@@"])", false);
  row(R"(["@@", "bin/player"])", false);
  row(R"(["-x"])", false);
  row(R"(["--bind", "/", "/"])", false);
  row(R"(["LD_PRELOAD=x", "bin/player"])", false);
  row(R"(["bin/player", "a\nb"])", false);
  row(R"(["../../bin/sh"])", false);
  row(R"(["bin/../../sh"])", false);
  row(R"(["/etc/x"])", false);
  row(R"(["/usr/../bin/x"])", false);
  row(R"(["bin//player"])", false);
  row(R"(["bin/player", ""])", false);
  row(R"("bin/player")", false);
}

void BundleManifestTest::commandsAreCommands() {
  QFETCH(QByteArray, command);
  QFETCH(bool, may);
  auto text = QByteArray::fromStdString(soundManifest()).replace(R"(["bin/player", "--safe"])", command);
  QCOMPARE(problem(BundleManifest::parse(text.toStdString())).isEmpty(), may);
}

void BundleManifestTest::desktopEntriesAreOfThisBundle_data() {
  QTest::addColumn<QByteArray>("exec");
  QTest::addColumn<bool>("may");
  auto row = [](const char* exec, bool may) { QTest::newRow(exec) << QByteArray(exec) << may; };
  row("Exec=player %F", true);
  row("Exec=player --new-window %u\nActions=a;\n[Desktop Action a]\nName=A\nExec=player --a", true);
  row("Exec=player @@u %u @@", false);
  row("Exec=player --file @@ %f @@", false);
  row("Exec=--bind / / sh", false);
  row("Exec=LD_PRELOAD=/tmp/x player", false);
  row("Exec=player \"a\\\\nb\\nc\"", false);
  row("Exec=player \"unended", false);
  row("Exec=player\nHidden=true", false);
  row("Exec=player\nExec=other", false);
  row("Exec=player\nActions=a;\n[Desktop Action a]\nName=A\nExec=player @@ %f @@", false);
  row("NoExec=1", false);
}

void BundleManifestTest::desktopEntriesAreOfThisBundle() {
  QFETCH(QByteArray, exec);
  QFETCH(bool, may);
  auto text = "[Desktop Entry]\nType=Application\nName=Player\n" + exec + "\n";
  auto parsed = BundleManifest::parse(soundManifest());
  auto why = objectionToDesktopFile(std::get<BundleManifest>(parsed), "files/x.desktop", text.toStdString());
  QVERIFY2(why.empty() == may, why.c_str());
}

void BundleManifestTest::whatIsNamedIsThere_data() {
  QTest::addColumn<QByteArray>("line");
  QTest::addColumn<QByteArray>("said");
  QTest::newRow("all of it") << QByteArray("desktop = \"org.example.Player.desktop\"") << QByteArray();
  QTest::newRow("a second entry") << QByteArray("desktop = \"org.example.Player.Two.desktop\"") << QByteArray();
  // It would come before the system's own in every menu.
  QTest::newRow("another app's name") << QByteArray("desktop = \"firefox.desktop\"")
                                      << QByteArray("must be called org.example.Player");
  QTest::newRow("another app by prefix") << QByteArray("desktop = \"org.example.PlayerTwo.desktop\"")
                                         << QByteArray("must be called org.example.Player");
  QTest::newRow("not there") << QByteArray("desktop = \"share/org.example.Player.desktop\"")
                             << QByteArray("there is no file files/share/org.example.Player.desktop");
  QTest::newRow("a link") << QByteArray("desktop = \"org.example.Player.Link.desktop\"")
                          << QByteArray("there is no file");
}

void BundleManifestTest::whatIsNamedIsThere() {
  QFETCH(QByteArray, line);
  QFETCH(QByteArray, said);
  std::vector<BundleEntry> entries;
  auto desktop = "[Desktop Entry]\nType=Application\nName=Player\nExec=player\n";
  for (auto& part : soundParts(
           {file("files/org.example.Player.desktop", desktop), file("files/org.example.Player.Two.desktop", desktop),
            file("files/org.example.PlayerTwo.desktop", desktop), file("files/firefox.desktop", desktop),
            linkTo("files/org.example.Player.Link.desktop", "firefox.desktop")}))
    entries.push_back(part.entry);
  QCOMPARE(objectionTo(entries), std::string());
  auto parsed = BundleManifest::parse(soundManifest() + line.toStdString() + "\n");
  QVERIFY2(problem(parsed).isEmpty(), problem(parsed));
  auto why = QByteArray::fromStdString(objectionTo(std::get<BundleManifest>(parsed), entries));
  QVERIFY2(said.isEmpty() ? why.isEmpty() : why.contains(said), why);
  // A program that is none: no right to be executed, not there, a folder.
  for (auto program : {"org.example.Player.desktop", "bin/none", "bin"}) {
    auto text = QByteArray::fromStdString(soundManifest()).replace("bin/player", program);
    auto other = BundleManifest::parse(text.toStdString());
    QVERIFY(objectionTo(std::get<BundleManifest>(other), entries).find("there is no program") != std::string::npos);
  }
}

QTEST_GUILESS_MAIN(BundleManifestTest)
#include "bundle-manifest-test.moc"
