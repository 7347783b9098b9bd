// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/override-entry.h"

#include <QtTest>

#include "broker/base/exec-line.h"
#include "desktop-world.h"

using namespace latchkey;

class OverrideEntryTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void turningOnIsWhatOtherMenusSee();
  void theAppBehindItIsStillFound();
  void turningOffLeavesNothing();
  void aPersonsOwnEntryComesBack();
  void aPersonsOwnEntryIsNeverLost();
  void onlyOurOwnAreRemoved();
  void CVE_2024_32462_hostileTextStaysData();
  void appsThatAreNoneCannotBeTurnedOn();
  void theResultIsAValidEntry();
};

namespace {
constexpr auto LATCHKEY = "/opt/my latch\"key/latchkey";

std::string own(const DesktopWorld& world, const char* id = "a") {
  return world.places.dataHome + "/applications/" + id + ".desktop";
}

std::vector<std::string> words(const std::string& exec, std::vector<std::string> arguments) {
  auto result = expandExec(exec, {.arguments = std::move(arguments)});
  auto list = std::get_if<std::vector<std::string>>(&result);
  return list == nullptr ? std::vector<std::string>() : *list;
}
}  // namespace

void OverrideEntryTest::turningOnIsWhatOtherMenusSee() {
  DesktopWorld world;
  world.entry(
      "usr", "a",
      "Name[de]=Programm\nIcon=a\nMimeType=text/plain;\nTryExec=x\nTerminal=true\nDBusActivatable=true\nActions=new;\n"
      "[Desktop Action new]\nName=New\nExec=app --new\n");
  world.write(world.root("bin/x"), "x", true);
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  QVERIFY(!entry.on("a"));
  QCOMPARE(entry.enable("a"), std::string());
  QVERIFY(entry.on("a"));
  auto written = readDesktopEntry("a", own(world), DesktopWorld::read(own(world)).toStdString(), "de");
  QVERIFY(written);
  QVERIFY(written->latchkeyOverride && !written->dbusActivatable && !written->terminal);
  QCOMPARE(written->name, std::string("Programm"));
  QCOMPARE(written->icon, std::string("a"));
  QCOMPARE(written->mimeTypes.size(), 1u);
  QVERIFY((words(written->exec, {"/x y"}) == std::vector<std::string>{LATCHKEY, "run", "a", "/x y"}));
  QVERIFY(
      (words(written->actions.at(0).exec, {}) == std::vector<std::string>{LATCHKEY, "run", "--action", "new", "a"}));
}

void OverrideEntryTest::theAppBehindItIsStillFound() {
  DesktopWorld world;
  world.entry("usr", "a");
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  QCOMPARE(entry.enable("a"), std::string());
  QCOMPARE(entry.enable("a"), std::string());  // Done already: nothing changes.
  auto found = catalog.find("a");
  QVERIFY(found);
  QCOMPARE(found->exec, std::string("/usr/bin/app %F"));
  QCOMPARE(found->name, std::string("App from usr"));
  QCOMPARE(catalog.shown().size(), 1u);
  QVERIFY(!catalog.shown().at(0).latchkeyOverride);
  // The app is uninstalled: what is left must not start itself.
  QVERIFY(QFile::remove(QString::fromStdString(world.root("usr/applications/a.desktop"))));
  QVERIFY(!catalog.find("a"));
  QVERIFY(catalog.shown().empty());
}

void OverrideEntryTest::turningOffLeavesNothing() {
  DesktopWorld world;
  world.entry("usr", "a");
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  entry.enable("a");
  QCOMPARE(entry.disable("a"), std::string());
  QVERIFY(!QFile::exists(QString::fromStdString(own(world))));
  QVERIFY(!entry.on("a"));
  QCOMPARE(entry.disable("a"), std::string());
}

void OverrideEntryTest::aPersonsOwnEntryComesBack() {
  DesktopWorld world;
  world.entry("usr", "a");
  world.entry("home/.local/share", "a", "Comment=mine\n");
  auto before = DesktopWorld::read(own(world));
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  QCOMPARE(entry.enable("a"), std::string());
  QVERIFY(DesktopWorld::read(own(world)) != before);
  QCOMPARE(catalog.find("a")->comment, std::string("mine"));  // The person's, not the system's.
  QCOMPARE(catalog.shown().at(0).comment, std::string("mine"));
  QCOMPARE(entry.enable("a"), std::string());
  QCOMPARE(entry.disable("a"), std::string());
  QCOMPARE(DesktopWorld::read(own(world)), before);
  QVERIFY(!QFile::exists(QString::fromStdString(keptEntryPath(world.places, "a"))));
}

void OverrideEntryTest::aPersonsOwnEntryIsNeverLost() {
  DesktopWorld world;
  world.entry("home/.local/share", "a", "Comment=new\n");
  world.write(keptEntryPath(world.places, "a"), "another that waits");
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  QVERIFY(!entry.enable("a").empty());
  QVERIFY(DesktopWorld::read(own(world)).contains("Comment=new"));
  QCOMPARE(DesktopWorld::read(keptEntryPath(world.places, "a")), QByteArray("another that waits"));
  // The same below a folder of its own, where an entry of this id may stand too.
  world.entry("home/.local/share", "kde/b", "Comment=mine\n");
  QCOMPARE(entry.enable("kde-b"), std::string());
  QVERIFY(entry.on("kde-b"));
  QCOMPARE(catalog.find("kde-b")->comment, std::string("mine"));
  QCOMPARE(entry.disable("kde-b"), std::string());
  QVERIFY(DesktopWorld::read(own(world, "kde/b")).contains("Comment=mine"));
}

void OverrideEntryTest::onlyOurOwnAreRemoved() {
  DesktopWorld world;
  world.entry("home/.local/share", "a", "Comment=mine\n");
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  QCOMPARE(entry.disable("a"), std::string());
  QVERIFY(DesktopWorld::read(own(world)).contains("Comment=mine"));
  QVERIFY(!entry.disable("../a").empty());
}

void OverrideEntryTest::CVE_2024_32462_hostileTextStaysData() {
  DesktopWorld world;
  world.write(
      world.root("usr/applications/a.desktop"),
      "[Desktop Entry]\nType=Application\nName=a\\nExec=evil\nExec=--bind / / app @@u %U @@\nX-Evil=x\\nExec=evil\n"
      "X-Latchkey-Override=false\nActions=--now;\n[Desktop Action --now]\nName=n\nExec=evil\n[Other]\nExec=evil\n");
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  QCOMPARE(entry.enable("a"), std::string());
  auto text = DesktopWorld::read(own(world));
  auto written = readDesktopEntry("a", own(world), text.toStdString(), "");
  QVERIFY(written && written->latchkeyOverride);
  QVERIFY((words(written->exec, {"@@"}) == std::vector<std::string>{LATCHKEY, "run", "a", "@@"}));
  QVERIFY(!text.contains("\nExec=evil"));
  QVERIFY(!text.contains("[Other]"));
}

void OverrideEntryTest::appsThatAreNoneCannotBeTurnedOn() {
  DesktopWorld world;
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, LATCHKEY);
  for (auto id : {"nothing", "../x", "", "a@b"}) {
    QVERIFY(!entry.enable(id).empty());
    QVERIFY(!entry.on(id));
  }
}

void OverrideEntryTest::theResultIsAValidEntry() {
  auto validate = QStandardPaths::findExecutable("desktop-file-validate");
  if (validate.isEmpty()) QSKIP("desktop-file-validate is not installed");
  DesktopWorld world;
  world.places.dataDirectories = {"/usr/share"};
  world.places.searchPath = {"/usr/bin"};
  AppCatalog catalog(world.places);
  OverrideEntry entry(catalog, "/usr/bin/latchkey");
  for (auto id : {"featherpad", "org.gnome.TextEditor", "chromium"}) {
    if (!catalog.find(id)) continue;
    QCOMPARE(entry.enable(id), std::string());
    QProcess process;
    process.start(validate, {"--no-hints", QString::fromStdString(own(world, id))});
    QVERIFY(process.waitForFinished());
    auto said = process.readAllStandardOutput();
    QVERIFY2(process.exitCode() == 0 || !said.contains("error"), said.constData());
  }
}

QTEST_GUILESS_MAIN(OverrideEntryTest)
#include "override-entry-test.moc"
