// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/bundle-entries.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <QtTest>

#include "desktop-world.h"
#include "installed-world.h"
#include "launcher/desktop/app-catalog.h"
#include "launcher/desktop/override-entry.h"

using namespace latchkey;
using namespace latchkey::test;

class BundleEntriesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void theFirstCommandIsTheApp();
  void furtherProgramsAreIdAndName();
  void aServiceAloneIsTheApp();
  void namesAreThePersonsLanguage();
  void programsAreInsideOrTheHosts();
  void theBundleComesBeforeASystemEntry();
  void aFurtherProgramComesAfterASystemEntry();
  void aFurtherProgramComesAfterAnotherBundle();
  void aDamagedOneIsNotReplacedByAnother();
  void entriesBehindLinksAreNotRead();
  void whatIsHeldIsNotTheNext();
  void itIsAlwaysConfined();
  void ourExportIsNoApp();
  void aStoreThatIsNoneHasNothing();

private:
  AppCatalog catalog() const { return AppCatalog(m_desktop->places); }
  static std::vector<std::string> ids(const std::vector<DesktopEntry>& entries) {
    std::vector<std::string> list;
    for (auto& entry : entries) list.push_back(entry.id);
    return list;
  }
  // "org.example.Player" with two commands and a service.
  void installPlayer() const;

  std::unique_ptr<DesktopWorld> m_desktop;
  std::unique_ptr<InstalledWorld> m_store;
};

namespace {

constexpr const char* ENTRY = "share/applications/org.example.Player.desktop";
const std::string ENTRY_TEXT =
    "[Desktop Entry]\nType=Application\nName=Player\nName[de]=Spieler\nExec=player --quiet %F\nTryExec=/nowhere\n"
    "Path=/nowhere\nIcon=whatever\nMimeType=text/plain;\n";

}  // namespace

void BundleEntriesTest::init() {
  m_desktop = std::make_unique<DesktopWorld>();
  m_desktop->places.store = m_desktop->root("store");
  m_store = std::make_unique<InstalledWorld>(m_desktop->places.store);
}

void BundleEntriesTest::installPlayer() const {
  m_store->install("org.example.Player", "1.0",
                   {{"bin/player", "#!/bin/sh\n"}, {ENTRY, ENTRY_TEXT}, {"share/icons/p.png", "picture"}},
                   [](auto report) {
                     report.setIcon("share/icons/p.png");
                     report.setOwnSandboxes(true);
                     report.setMemoryLimit(1 << 20);
                     auto commands = report.initCommands(2);
                     InstalledWorld::command(commands, 0, "player", {"bin/player", "--quiet"}, ENTRY);
                     InstalledWorld::command(commands, 1, "edit", {"/usr/bin/env", "true"});
                     auto services = report.initServices(1);
                     services[0].setName("serve");
                     services[0].initWords(1).set(0, "bin/player");
                   });
}

void BundleEntriesTest::theFirstCommandIsTheApp() {
  installPlayer();
  auto shown = catalog().shown();
  QCOMPARE(ids(shown), std::vector<std::string>{"org.example.Player"});
  auto entry = catalog().find("org.example.Player");
  QVERIFY(entry && entry->start);
  QCOMPARE(entry->name, std::string("Player"));
  QCOMPARE(entry->bundle, std::string("org.example.Player"));
  QCOMPARE(entry->version, std::string("1.0"));
  QCOMPARE(entry->icon, m_store->deploy("org.example.Player", "1.0") + "/files/share/icons/p.png");
  QVERIFY(entry->tryExec.empty() && entry->directory.empty());
  QCOMPARE(entry->mimeTypes, std::vector<std::string>{"text/plain"});
  QVERIFY(entry->start->ownSandboxes && !entry->start->gpu && !entry->start->needsX);
  QCOMPARE(entry->start->memoryLimit, uint64_t{1} << 20);
}

void BundleEntriesTest::furtherProgramsAreIdAndName() {
  installPlayer();
  auto edit = catalog().find("org.example.Player.edit");
  QVERIFY(edit && edit->start);
  QCOMPARE(edit->bundle, std::string("org.example.Player"));
  QCOMPARE(edit->name, std::string("The 1.0: edit"));
  QVERIFY(edit->noDisplay);  // In no menu, and listed all the same.
  QCOMPARE(ids(catalog().all()),
           (std::vector<std::string>{"org.example.Player", "org.example.Player.edit", "org.example.Player.serve"}));
  QVERIFY(catalog().find("org.example.Player.serve")->start);
  for (auto none : {"org.example.Player.", "org.example.Player.player", "org.example.Player.no", "org.example", "org",
                    "org.example.Player.edit.edit", "..", "org.example.Player/../x"})
    QVERIFY2(!catalog().find(none), none);
}

void BundleEntriesTest::aServiceAloneIsTheApp() {
  m_store->install("org.example.Server", "2", {{"bin/serve", "#!/bin/sh\n"}}, [](auto report) {
    auto services = report.initServices(1);
    services[0].setName("serve");
    services[0].initWords(1).set(0, "bin/serve");
  });
  QCOMPARE(catalog().find("org.example.Server")->start->words, std::vector<std::string>{"/app/bin/serve"});
  QVERIFY(!catalog().find("org.example.Server.serve"));
}

void BundleEntriesTest::namesAreThePersonsLanguage() {
  installPlayer();
  m_desktop->places.locale = "de_AT";
  QCOMPARE(catalog().find("org.example.Player")->name, std::string("Spieler"));
  m_store->install("org.example.Tool", "1", {{"bin/t", ""}}, [](auto report) {
    InstalledWorld::command(report.initCommands(1), 0, "t", {"bin/t"});
    auto german = report.initTranslations(1);
    german[0].setLanguage("de");
    german[0].setName("Werk\nzeug");
  });
  QCOMPARE(catalog().find("org.example.Tool")->name, std::string("Werk\\nzeug"));  // Bounded and escaped once more.
}

void BundleEntriesTest::programsAreInsideOrTheHosts() {
  installPlayer();
  auto player = catalog().find("org.example.Player")->start;
  QCOMPARE(player->words, (std::vector<std::string>{"/app/bin/player", "--quiet"}));
  QCOMPARE(player->program, m_store->deploy("org.example.Player", "1.0") + "/files/bin/player");
  auto edit = catalog().find("org.example.Player.edit")->start;
  QCOMPARE(edit->words, (std::vector<std::string>{"/usr/bin/env", "true"}));
  QCOMPARE(edit->program, std::string("/usr/bin/env"));
}

void BundleEntriesTest::theBundleComesBeforeASystemEntry() {
  installPlayer();
  QCOMPARE(catalog().systemEntry("org.example.Player"), std::string());
  m_desktop->entry("usr", "org.example.Player");
  auto shown = catalog().shown();
  QCOMPARE(shown.size(), 1u);
  QCOMPARE(shown[0].bundle, std::string("org.example.Player"));
  QCOMPARE(shown[0].hides, m_desktop->root("usr/applications/org.example.Player.desktop"));
  QCOMPARE(catalog().find("org.example.Player")->bundle, std::string("org.example.Player"));
  QCOMPARE(catalog().systemEntry("org.example.Player"), m_desktop->root("usr/applications/org.example.Player.desktop"));
  m_store->remove("org.example.Player");
  QCOMPARE(catalog().find("org.example.Player")->bundle, std::string());
}

void BundleEntriesTest::aFurtherProgramComesAfterASystemEntry() {
  installPlayer();
  m_desktop->entry("usr", "org.example.Player.edit");
  QVERIFY(!catalog().find("org.example.Player.edit")->start);
  QCOMPARE(ids(catalog().all()).size(), 3u);
}

void BundleEntriesTest::aFurtherProgramComesAfterAnotherBundle() {
  installPlayer();
  m_store->install("org.example.Player.edit", "9", {{"bin/e", ""}},
                   [](auto report) { InstalledWorld::command(report.initCommands(1), 0, "e", {"bin/e"}); });
  QCOMPARE(catalog().find("org.example.Player.edit")->bundle, std::string("org.example.Player.edit"));
  QCOMPARE(ids(catalog().all()).size(), 3u);
}

void BundleEntriesTest::aDamagedOneIsNotReplacedByAnother() {
  installPlayer();
  m_desktop->entry("usr", "org.example.Player");
  InstalledWorld::write(m_store->deploy("org.example.Player", "1.0") + "/report", "rubbish");
  std::string problem;
  QVERIFY(!catalog().find("org.example.Player", &problem));
  QVERIFY2(problem.find("damaged") != problem.npos, problem.c_str());
}

void BundleEntriesTest::entriesBehindLinksAreNotRead() {
  installPlayer();
  auto entry = m_store->deploy("org.example.Player", "1.0") + "/files/" + ENTRY;
  std::filesystem::rename(entry, m_desktop->root("elsewhere"));
  std::filesystem::create_symlink(m_desktop->root("elsewhere"), entry);
  auto found = catalog().find("org.example.Player");
  QVERIFY(found && found->noDisplay);
  QCOMPARE(found->name, std::string("The 1.0"));
}

void BundleEntriesTest::whatIsHeldIsNotTheNext() {
  installPlayer();
  auto held = catalog().find("org.example.Player");
  m_store->install("org.example.Player", "2.0", {{"bin/player", ""}},
                   [](auto report) { InstalledWorld::command(report.initCommands(1), 0, "player", {"bin/player"}); });
  QCOMPARE(held->start->deploy->version, std::string("1.0"));
  QCOMPARE(catalog().find("org.example.Player")->version, std::string("2.0"));
  // Nobody may collect it meanwhile, and everybody afterwards.
  auto folder = m_store->deploy("org.example.Player", "1.0");
  int collector = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  QVERIFY(flock(collector, LOCK_EX | LOCK_NB) < 0);
  held.reset();
  QCOMPARE(flock(collector, LOCK_EX | LOCK_NB), 0);
  close(collector);
}

void BundleEntriesTest::itIsAlwaysConfined() {
  installPlayer();
  auto all = catalog();
  OverrideEntry overrides(all, "/usr/bin/latchkey");
  QVERIFY(overrides.on("org.example.Player"));
  QCOMPARE(overrides.enable("org.example.Player"), std::string());
  QVERIFY(!overrides.disable("org.example.Player").empty());
  QVERIFY(!QFile::exists(
      QString::fromStdString(m_desktop->root("home/.local/share/applications/org.example.Player.desktop"))));
}

void BundleEntriesTest::ourExportIsNoApp() {
  m_desktop->entry("home/.local/share", "org.example.Gone",
                   "X-Latchkey-Override=true\nX-Latchkey-Bundle=org.example.Gone\n");
  QVERIFY(!catalog().find("org.example.Gone"));
  QVERIFY(catalog().shown().empty());
  QCOMPARE(catalog().systemEntry("org.example.Gone"), std::string());
}

void BundleEntriesTest::aStoreThatIsNoneHasNothing() {
  installPlayer();
  InstalledWorld::write(m_desktop->places.store + "/format", "latchkey store 2\n");
  QVERIFY(catalog().shown().empty());
  m_desktop->places.store.clear();
  QVERIFY(catalog().all().empty());
  QVERIFY(!catalog().find("org.example.Player"));
}

QTEST_GUILESS_MAIN(BundleEntriesTest)
#include "bundle-entries-test.moc"
