// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Which backend of the desktop serves what, as the peer's portals.conf(5) says it.

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "portals/desktop/backends.h"

using namespace latchkey::desktop;

namespace {

using Names = std::vector<std::string>;
const std::string IMPL = "org.freedesktop.impl.portal.";
const std::string PRINT = IMPL + "Print", SCREENSHOT = IMPL + "Screenshot", CHOOSER = IMPL + "FileChooser";

// The files of a desktop.
struct Files {
  Files() {
    for (auto name : {"first", "second", "portals"}) QDir(root.path()).mkpath(name);
    places = {.configurations = {path("first"), path("second")},
              .portals = {path("portals")},
              .desktops = {"gnome", "fancy"},
              .own = path("own.conf")};
    portal("gtk", PRINT + ";" + SCREENSHOT + ";" + CHOOSER + ";", "gnome");
    portal("kde", PRINT + ";" + CHOOSER + ";", "KDE;Fancy");
    portal("wlr", SCREENSHOT + ";", "wlroots");
  }
  std::string path(const std::string& name) const { return root.path().toStdString() + "/" + name; }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  void portal(const std::string& name, const std::string& interfaces, const std::string& useIn,
              const std::string& busName = "") const {
    auto owner = busName.empty() ? IMPL + "desktop." + name : busName;
    write("portals/" + name + ".portal",
          "[portal]\nDBusName=" + owner + "\nInterfaces=" + interfaces + "\nUseIn=" + useIn + "\n");
  }
  void preferred(const std::string& lines, const std::string& file = "first/portals.conf") const {
    write(file, "[preferred]\n" + lines + "\n");
  }
  // By the files' names, most wanted first.
  Names found(const std::string& interface) const {
    auto all = BackendChoice(places).findAll(interface);
    for (auto& name : all) name = name.substr(name.rfind('.') + 1);
    return all;
  }

  QTemporaryDir root;
  BackendPlaces places;
};

}  // namespace

class BackendsTest final : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void preferencesAreReadAsThePeerReadsThem_data();
  void preferencesAreReadAsThePeerReadsThem();
  void theFirstDirectoryThatSaysAnythingCounts();
  void aDesktopsOwnFileComesBeforeTheOneForAll();
  void withoutPreferencesItIsWhoTheDesktopIs();
  void theFirstFileOfANameCounts();
  void whatIsOursIsGivenAwayByThePersonAlone();
  void theHostsFrontendIsNoBackend_data();
  void theHostsFrontendIsNoBackend();
};

void BackendsTest::preferencesAreReadAsThePeerReadsThem_data() {
  QTest::addColumn<QString>("lines");
  QTest::addColumn<QString>("print");
  QTest::addColumn<QString>("screenshot");
  auto row = [](const char* name, const QString& lines, const char* print, const char* screenshot) {
    QTest::newRow(name) << lines << print << screenshot;
  };
  auto print = QString::fromStdString(PRINT);
  row("one for all", "default=gtk", "gtk", "gtk");
  row("in the order of the list", "default=kde;gtk;", "kde gtk", "gtk");
  row("an interface's own line", "default=gtk\n" + print + "=kde", "kde", "gtk");
  row("none of them", "default=none", "", "");
  row("none for one", "default=gtk\n" + print + "=none", "", "gtk");
  row("none anywhere in the list", "default=kde;none;gtk", "", "");
  row("none for all but one", "default=none\n" + print + "=kde", "kde", "");
  row("a line that names nobody who serves it", "default=kde\n" + print + "=wlr", "kde", "gtk");
  row("any", "default=*", "gtk kde", "gtk wlr");
  row("one and then any, each once", "default=kde;*", "kde gtk", "gtk wlr");
  row("one that is not installed", "default=xapp;kde", "kde", "gtk");
  row("nothing said of it", print + "=kde", "kde", "gtk");
  row("no preference at all", "", "gtk kde", "gtk");
  row("another group's", "[other]\ndefault=kde", "gtk kde", "gtk");
  row("a comment", "#default=gtk\ndefault=kde", "kde", "gtk");
  row("blanks", "  default = gtk ", "gtk", "gtk");
}

void BackendsTest::preferencesAreReadAsThePeerReadsThem() {
  QFETCH(QString, lines);
  QFETCH(QString, print);
  QFETCH(QString, screenshot);
  Files files;
  files.preferred(lines.toStdString());
  auto said = [&](const std::string& interface) {
    QStringList names;
    for (auto& name : files.found(interface)) names << QString::fromStdString(name);
    return names.join(' ');
  };
  QCOMPARE(said(PRINT), print);
  QCOMPARE(said(SCREENSHOT), screenshot);
}

void BackendsTest::theFirstDirectoryThatSaysAnythingCounts() {
  Files files;
  files.preferred("default=kde", "second/gnome-portals.conf");
  QCOMPARE(files.found(PRINT), Names{"kde"});
  files.preferred("", "first/portals.conf");
  QCOMPARE(files.found(PRINT), Names{"kde"});
  files.preferred("default=gtk", "first/portals.conf");
  QCOMPARE(files.found(PRINT), Names{"gtk"});
}

void BackendsTest::aDesktopsOwnFileComesBeforeTheOneForAll() {
  Files files;
  files.preferred("default=none");
  files.preferred("default=kde", "first/fancy-portals.conf");
  QCOMPARE(files.found(PRINT), Names{"kde"});
  files.preferred("default=gtk", "first/gnome-portals.conf");  // It names itself first.
  QCOMPARE(files.found(PRINT), Names{"gtk"});
  files.preferred("default=wlr", "first/other-portals.conf");
  QCOMPARE(files.found(SCREENSHOT), Names{"gtk"});
}

void BackendsTest::withoutPreferencesItIsWhoTheDesktopIs() {
  Files files;
  QCOMPARE(files.found(PRINT), (Names{"gtk", "kde"}));
  QCOMPARE(files.found(SCREENSHOT), Names{"gtk"});
  files.places.desktops = {"fancy", "gnome"};
  QCOMPARE(files.found(PRINT), (Names{"kde", "gtk"}));
  files.places.desktops = {"sway"};
  QVERIFY(files.found(PRINT).empty());
}

// A person's own before the system's.
void BackendsTest::theFirstFileOfANameCounts() {
  Files files;
  files.preferred("default=kde");
  QDir(files.root.path()).mkpath("mine");
  files.places.portals.insert(files.places.portals.begin(), files.path("mine"));
  files.write("mine/kde.portal", "[portal]\nDBusName=org.example.mine\nInterfaces=" + SCREENSHOT + "\n");
  QCOMPARE(files.found(PRINT), Names{"gtk"});  // By UseIn; the one that is covered serves nothing.
  QCOMPARE(files.found(SCREENSHOT), Names{"mine"});
}

void BackendsTest::whatIsOursIsGivenAwayByThePersonAlone() {
  Files files;
  files.preferred("default=gtk");
  QVERIFY(BackendChoice(files.places).instead(CHOOSER) == nullptr);
  files.preferred(CHOOSER + "=kde", "own.conf");
  auto given = BackendChoice(files.places).instead(CHOOSER);
  QVERIFY(KJ_REQUIRE_NONNULL(given) == IMPL + "desktop.kde");
  QVERIFY(BackendChoice(files.places).instead(SCREENSHOT) == nullptr);
  // And that file says nothing of what the desktop serves.
  QCOMPARE(files.found(CHOOSER), Names{"gtk"});
}

void BackendsTest::theHostsFrontendIsNoBackend_data() {
  QTest::addColumn<QString>("name");
  QTest::newRow("the frontend") << "org.freedesktop.portal.Desktop";
  QTest::newRow("its documents") << "org.freedesktop.portal.Documents";
  QTest::newRow("another part of it") << "org.freedesktop.portal.Flatpak";
  QTest::newRow("nobody") << " ";
}

void BackendsTest::theHostsFrontendIsNoBackend() {
  QFETCH(QString, name);
  Files files;
  files.portal("host", PRINT + ";" + CHOOSER + ";", "gnome", name.toStdString());
  files.preferred(CHOOSER + "=host", "own.conf");
  QCOMPARE(files.found(PRINT), (Names{"gtk", "kde"}));
  files.preferred("default=host;*");
  QCOMPARE(files.found(PRINT), (Names{"gtk", "kde"}));
  QVERIFY(BackendChoice(files.places).instead(CHOOSER) == nullptr);
}

QTEST_GUILESS_MAIN(BackendsTest)
#include "backends-test.moc"
