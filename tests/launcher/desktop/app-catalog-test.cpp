// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/app-catalog.h"

#include <sys/stat.h>

#include <QtTest>

#include "desktop-world.h"
#include "launcher/desktop/terminal.h"

using namespace latchkey;

class AppCatalogTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void theFirstFolderWins();
  void aHiddenEntryRemovesTheApp();
  void aMalformedEntryIsNotSilentlyReplaced();
  void foldersBecomePartOfTheId();
  void menusShowWhatTheDesktopShould_data();
  void menusShowWhatTheDesktopShould();
  void appsThatAreNotInstalledAreNoApps();
  void oddFilesAreNoEntries();
  void idsThatAreNoneAreRefused();
  void readsThePersonsVariables();
  void terminalAppsGetATerminalOfTheirOwn();
  void threeHundredEntriesAreRead();
  void realEntriesOfThisSystemAreFound();
};

namespace {
QByteArrayList names(const std::vector<DesktopEntry>& entries) {
  QByteArrayList list;
  for (auto& entry : entries) list << QByteArray::fromStdString(entry.id);
  return list;
}
}  // namespace

void AppCatalogTest::theFirstFolderWins() {
  DesktopWorld world;
  world.entry("usr", "a");
  world.entry("local", "a");
  QCOMPARE(AppCatalog(world.places).find("a")->name, std::string("App from local"));
  world.entry("home/.local/share", "a");
  AppCatalog catalog(world.places);
  QCOMPARE(catalog.find("a")->name, std::string("App from home/.local/share"));
  QCOMPARE(catalog.places("a").size(), 3u);
  QCOMPARE(catalog.shown().size(), 1u);
}

void AppCatalogTest::aHiddenEntryRemovesTheApp() {
  DesktopWorld world;
  world.entry("usr", "a");
  world.write(world.root("home/.local/share/applications/a.desktop"), "[Desktop Entry]\nHidden=true\n");
  AppCatalog catalog(world.places);
  QVERIFY(!catalog.find("a"));
  QVERIFY(catalog.shown().empty());
}

void AppCatalogTest::aMalformedEntryIsNotSilentlyReplaced() {
  DesktopWorld world;
  world.entry("usr", "a");
  world.write(world.root("local/applications/a.desktop"), "[Desktop Entry]\nExec=a\nExec=b\n");
  AppCatalog catalog(world.places);
  std::string problem;
  QVERIFY(!catalog.find("a", &problem));
  QVERIFY2(problem.find("a key given twice") != std::string::npos, problem.c_str());
  QVERIFY(catalog.shown().empty());
}

void AppCatalogTest::foldersBecomePartOfTheId() {
  DesktopWorld world;
  world.entry("usr", "kde/games/chess");
  world.entry("usr", "kde-other");
  AppCatalog catalog(world.places);
  QCOMPARE(names(catalog.shown()), (QByteArrayList{"kde-games-chess", "kde-other"}));
  QVERIFY(catalog.find("kde-games-chess"));
  QVERIFY(!catalog.find("chess"));
  QVERIFY(!catalog.find("kde/games/chess"));
}

void AppCatalogTest::menusShowWhatTheDesktopShould_data() {
  QTest::addColumn<QByteArray>("more");
  QTest::addColumn<bool>("inMenu");
  QTest::newRow("plain") << QByteArray() << true;
  QTest::newRow("NoDisplay") << QByteArray("NoDisplay=true\n") << false;
  QTest::newRow("only here") << QByteArray("OnlyShowIn=XFCE;GNOME;\n") << true;
  QTest::newRow("only elsewhere") << QByteArray("OnlyShowIn=KDE;\n") << false;
  QTest::newRow("not here") << QByteArray("NotShowIn=GNOME;\n") << false;
  QTest::newRow("not elsewhere") << QByteArray("NotShowIn=KDE;\n") << true;
  QTest::newRow("first name of the session decides") << QByteArray("OnlyShowIn=ubuntu;\nNotShowIn=GNOME;\n") << true;
}

void AppCatalogTest::menusShowWhatTheDesktopShould() {
  QFETCH(QByteArray, more);
  QFETCH(bool, inMenu);
  DesktopWorld world;
  world.places.desktops = {"ubuntu", "GNOME"};
  world.entry("usr", "a", more);
  AppCatalog catalog(world.places);
  QCOMPARE(catalog.shown().size(), inMenu ? 1u : 0u);
  QVERIFY(catalog.find("a"));  // By name it starts all the same.
}

void AppCatalogTest::appsThatAreNotInstalledAreNoApps() {
  DesktopWorld world;
  world.entry("usr", "a", "TryExec=tool\n");
  AppCatalog catalog(world.places);
  std::string problem;
  QVERIFY(!catalog.find("a", &problem));
  QCOMPARE(problem, std::string("a: not installed: tool is missing"));
  world.write(world.root("bin/tool"), "data");
  QVERIFY(!catalog.find("a"));
  world.write(world.root("bin/tool"), "program", true);
  QVERIFY(catalog.find("a"));
}

void AppCatalogTest::oddFilesAreNoEntries() {
  DesktopWorld world;
  world.entry("usr", "good");
  auto folder = world.root("usr/applications");
  QVERIFY(mkfifo((folder + "/fifo.desktop").c_str(), 0600) == 0);
  QVERIFY(symlink(".", (folder + "/loop").c_str()) == 0);
  QVERIFY(symlink("/dev/zero", (folder + "/endless.desktop").c_str()) == 0);
  QVERIFY(mkdir((folder + "/folder.desktop").c_str(), 0700) == 0);
  world.write(folder + "/large.desktop", QByteArray(2 << 20, '\n'));
  world.write(folder + "/new\nline.desktop", "[Desktop Entry]\nType=Application\nName=x\nExec=x\n");
  world.write(folder + "/-option.desktop", "[Desktop Entry]\nType=Application\nName=x\nExec=x\n");
  AppCatalog catalog(world.places);
  QCOMPARE(names(catalog.shown()), QByteArrayList{"good"});
}

void AppCatalogTest::idsThatAreNoneAreRefused() {
  DesktopWorld world;
  world.entry("usr", "a");
  AppCatalog catalog(world.places);
  for (auto id : {"", "..", "../usr/applications/a", "a@b", "nothing"}) QVERIFY2(!catalog.find(id), id);
}

void AppCatalogTest::readsThePersonsVariables() {
  auto places = DesktopPlaces::from([](std::string_view name) -> std::string {
    if (name == "HOME") return "/home/me/";
    if (name == "XDG_DATA_HOME") return "relative";
    if (name == "XDG_DATA_DIRS") return "relative:/a//::/b:/a";
    if (name == "XDG_CURRENT_DESKTOP") return "ubuntu:GNOME";
    if (name == "LANG") return "en_US.UTF-8";
    if (name == "LC_MESSAGES") return "de_AT.UTF-8@euro";
    return {};
  });
  QCOMPARE(places.dataHome, std::string("/home/me/.local/share"));
  QVERIFY((places.dataDirectories == std::vector<std::string>{"/a", "/b"}));
  QVERIFY((places.desktops == std::vector<std::string>{"ubuntu", "GNOME"}));
  QCOMPARE(places.locale, std::string("de_AT@euro"));
  QVERIFY(DesktopPlaces::from([](auto) { return std::string("C.UTF-8"); }).locale.empty());
}

void AppCatalogTest::terminalAppsGetATerminalOfTheirOwn() {
  DesktopWorld world;
  QVERIFY(!findTerminal(world.places.searchPath, true));
  world.write(world.root("bin/xterm"), "x", true);
  world.write(world.root("bin/foot"), "x", true);
  QCOMPARE(findTerminal(world.places.searchPath, true)->words.front(), world.root("bin/foot"));
  QVERIFY(!findTerminal(world.places.searchPath, true)->needsX);
  QCOMPARE(findTerminal(world.places.searchPath, false)->words.front(), world.root("bin/xterm"));
  QVERIFY(findTerminal(world.places.searchPath, false)->needsX);
}

void AppCatalogTest::threeHundredEntriesAreRead() {
  DesktopWorld world;
  QByteArray more;
  for (int i = 0; i < 60; ++i)
    more += "Comment[l" + QByteArray::number(i) + "]=Text in some language, as long as such texts are\n";
  for (int i = 0; i < 300; ++i) world.entry("usr", ("app" + std::to_string(i)).c_str(), more);
  AppCatalog catalog(world.places);
  QBENCHMARK_ONCE { QCOMPARE(catalog.shown().size(), 300u); }
}

void AppCatalogTest::realEntriesOfThisSystemAreFound() {
  auto places = DesktopPlaces::fromEnvironment();
  auto found = names(AppCatalog(places).shown());
  if (!QFile::exists("/usr/share/applications/featherpad.desktop")) QSKIP("this system has no featherpad");
  for (auto id : {"featherpad", "org.gnome.TextEditor", "org.xfce.mousepad", "foot", "debian-xterm", "chromium"}) {
    QVERIFY2(found.contains(id), id);
  }
  QVERIFY(!found.contains("python3.13"));  // NoDisplay
}

QTEST_GUILESS_MAIN(AppCatalogTest)
#include "app-catalog-test.moc"
