// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/exports/bundle-exports.h"

#include <sys/stat.h>

#include <QImage>
#include <QtTest>

#include "broker/base/exec-line.h"
#include "launcher/exports/png.h"
#include "tests/launcher/desktop/desktop-world.h"
#include "tests/launcher/desktop/installed-world.h"

using namespace latchkey;
using namespace latchkey::test;

class BundleExportsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void whatIsInstalledIsInTheMenus();
  void itComesAndGoesWithTheBundle();
  void whatIsMissingReturns();
  void nothingOfOthersIsTouched();
  void aSystemEntryThatComesLaterIsNotShadowed();
  void filesComeWhereTheEntrySays_data();
  void filesComeWhereTheEntrySays();
  void hostileEntriesStayData_data();
  void hostileEntriesStayData();
  void onlyFilesAreOpened();
  void actionsAreStartedByTheirIds();
  void furtherProgramsAreSeparate();
  void whatIsDamagedKeepsItsEntries();
  void picturesAreDecodedOnce();
  void noPictureIsNoIcon();
  void picturesArePng();

private:
  std::string exported(const std::string& id = "org.example.Player") const {
    return m_desktop->places.dataHome + "/applications/" + id + ".desktop";
  }
  QByteArray text(const std::string& id = "org.example.Player") const { return DesktopWorld::read(exported(id)); }
  std::optional<DesktopEntry> entry(const std::string& id = "org.example.Player") const {
    return readDesktopEntry(id, exported(id), text(id).toStdString(), "");
  }
  void install(const std::string& more = {}, const std::string& exec = "player %F",
               const std::string& version = "1.0") const {
    m_store->install(
        "org.example.Player", version,
        {{"bin/player", ""},
         {"share/p.svg", "<svg/>"},
         {"share/x.desktop", "[Desktop Entry]\nType=Application\nName=Player\nExec=" + exec + "\n" + more}},
        [](auto report) {
          report.setIcon("share/p.svg");
          InstalledWorld::command(report.initCommands(1), 0, "player", {"bin/player"}, "share/x.desktop");
        });
  }
  BundleExports::Changes exportAll() {
    return BundleExports(m_desktop->places, "/opt/our tools/latchkey",
                         [this](int file) {
                           char byte;
                           m_decoded += pread(file, &byte, 1, 0) == 1 ? 1 : 0;
                           return m_pictures ? std::optional(Pixels{2, 1, std::string("\xff\0\0\xff\0\0\xff\x80", 8)})
                                             : std::nullopt;
                         })
        .bringUpToDate();
  }

  std::unique_ptr<DesktopWorld> m_desktop;
  std::unique_ptr<InstalledWorld> m_store;
  int m_decoded = 0;
  bool m_pictures = true;
};

void BundleExportsTest::init() {
  m_desktop = std::make_unique<DesktopWorld>();
  QDir().mkpath(QString::fromStdString(m_desktop->places.dataHome + "/latchkey"));
  chmod((m_desktop->places.dataHome + "/latchkey").c_str(), 0700);
  m_desktop->places.store = m_desktop->places.dataHome + "/latchkey/store";
  m_store = std::make_unique<InstalledWorld>(m_desktop->places.store);
  m_decoded = 0;
  m_pictures = true;
}

void BundleExportsTest::whatIsInstalledIsInTheMenus() {
  install("Name[de]=Spieler\nComment=Plays\nCategories=AudioVideo;\nStartupWMClass=player\nKeywords=a;b;\n");
  QCOMPARE(exportAll().written, 1u);
  auto made = entry();
  QVERIFY2(made, text());
  QCOMPARE(made->name, std::string("Player"));
  QCOMPARE(made->comment, std::string("Plays"));
  QCOMPARE(made->categories, std::vector<std::string>{"AudioVideo"});
  QCOMPARE(made->startupWmClass, std::string("player"));
  QVERIFY(text().contains("Name[de]=Spieler\n"));
  QVERIFY(made->latchkeyOverride && !made->terminal && made->tryExec.empty());
  QVERIFY(text().contains("X-Latchkey-Bundle=org.example.Player\n"));
  QVERIFY(made->icon.starts_with(m_desktop->places.dataHome + "/latchkey/exports/org.example.Player-1.0-"));
}

void BundleExportsTest::itComesAndGoesWithTheBundle() {
  install();
  exportAll();
  QCOMPARE(exportAll().written, 0u);  // Nothing to do.
  m_store->remove("org.example.Player");
  QCOMPARE(exportAll().removed, 1u);
  QVERIFY(text().isEmpty());
  QVERIFY(QDir(QString::fromStdString(m_desktop->places.dataHome + "/latchkey/exports")).isEmpty());
}

void BundleExportsTest::whatIsMissingReturns() {
  install();
  exportAll();
  auto before = text();
  QVERIFY(QFile::remove(QString::fromStdString(exported())));
  QCOMPARE(exportAll().written, 1u);
  QCOMPARE(text(), before);
  // Changed by somebody: ours again, since it is ours to say what it runs.
  m_desktop->write(exported(), QByteArray(before).replace("\" run \"", "\" run --here \""));
  QCOMPARE(exportAll().written, 1u);
  QCOMPARE(text(), before);
}

void BundleExportsTest::nothingOfOthersIsTouched() {
  m_desktop->entry("home/.local/share", "org.example.Player");
  m_desktop->entry("home/.local/share", "org.example.Other",
                   "X-Latchkey-Override=true\nX-Latchkey-Of=org.example.Other\n");
  auto own = text(), other = text("org.example.Other");
  install();
  auto changes = exportAll();
  QCOMPARE(changes.written + changes.removed, 0u);
  QCOMPARE(text(), own);
  QCOMPARE(text("org.example.Other"), other);
  m_store->remove("org.example.Player");
  exportAll();
  QCOMPARE(text(), own);
}

void BundleExportsTest::aSystemEntryThatComesLaterIsNotShadowed() {
  install();
  exportAll();
  QVERIFY(!text().isEmpty());
  m_desktop->entry("usr", "org.example.Player");
  QCOMPARE(exportAll().removed, 1u);
  QVERIFY(text().isEmpty());
  QVERIFY(QFile::remove(QString::fromStdString(m_desktop->root("usr/applications/org.example.Player.desktop"))));
  QCOMPARE(exportAll().written, 1u);
}

void BundleExportsTest::filesComeWhereTheEntrySays_data() {
  QTest::addColumn<QByteArray>("exec");
  QTest::addColumn<QByteArray>("expected");
  QByteArray run = "\"/opt/our tools/latchkey\" run \"org.example.Player\"";
  QTest::newRow("many") << QByteArray("player --x %F") << run + " %F";
  QTest::newRow("one address") << QByteArray("player %u --y") << run + " %u";
  QTest::newRow("none") << QByteArray("player") << run;
  QTest::newRow("no field code") << QByteArray("player %%F") << run;
}

void BundleExportsTest::filesComeWhereTheEntrySays() {
  QFETCH(QByteArray, exec);
  QFETCH(QByteArray, expected);
  install("", exec.toStdString());
  exportAll();
  QVERIFY2(text().contains("\nExec=" + expected + "\n"), text());
}

void BundleExportsTest::hostileEntriesStayData_data() {
  QTest::addColumn<QByteArray>("more");
  QTest::addColumn<QByteArray>("exec");
  QTest::newRow("option-like") << QByteArray() << QByteArray("--profile x");
  QTest::newRow("another program") << QByteArray() << QByteArray("sh -c 'rm -rf ~' %F");
  QTest::newRow("marks") << QByteArray() << QByteArray("player @@u %U @@");
  QTest::newRow("more keys")
      << QByteArray(
             "TryExec=/bin/sh\nPath=/root\nTerminal=true\nDBusActivatable=true\nHidden=false\nX-Latchkey-Bundle=other\n"
             "X-GNOME-Autostart-enabled=true\nX-KDE-SubstituteUID=true\nImplements=x\nNotShown[x]=1\n")
      << QByteArray("player");
  QTest::newRow("line breaks in a value") << QByteArray("Comment=a\\nExec=/bin/sh\\nb\n") << QByteArray("player");
  QTest::newRow("another group") << QByteArray("[Desktop Entry 2]\nExec=/bin/sh\n") << QByteArray("player");
  QTest::newRow("direction of writing") << QByteArray("Comment=a\u202eb\n") << QByteArray("player");
  QTest::newRow("odd locale") << QByteArray("Comment[x y]=a\nComment[de;x]=b\n") << QByteArray("player");
}

void BundleExportsTest::hostileEntriesStayData() {
  QFETCH(QByteArray, more);
  QFETCH(QByteArray, exec);
  install(more.toStdString(), exec.toStdString());
  exportAll();
  auto made = entry();
  QVERIFY2(made, text());
  auto expanded = expandExec(made->exec, {});
  auto words = std::get<std::vector<std::string>>(expanded);
  QCOMPARE(words, (std::vector<std::string>{"/opt/our tools/latchkey", "run", "org.example.Player"}));
  QCOMPARE(text().count("Exec="), 1);
  QCOMPARE(text().count("X-Latchkey-Bundle=org.example.Player\n"), 1);
  for (auto key : {"TryExec", "Path=", "Terminal=true", "DBusActivatable=true", "Hidden", "X-GNOME", "X-KDE",
                   "Implements", "NotShown", "/bin/sh", "\u202e", "Comment["})
    QVERIFY2(!text().contains(key), key);
}

void BundleExportsTest::onlyFilesAreOpened() {
  install("MimeType=text/plain;x-scheme-handler/https;inode/directory;image/png;\n");
  exportAll();
  QCOMPARE(entry()->mimeTypes, (std::vector<std::string>{"text/plain", "image/png"}));
  QVERIFY(!QFile::exists(QString::fromStdString(m_desktop->places.configHome + "/mimeapps.list")));
}

void BundleExportsTest::actionsAreStartedByTheirIds() {
  install(
      "Actions=new;bad id;\n[Desktop Action new]\nName=New\nName[de]=Neu\nExec=sh -c x %f\nIcon=/etc/passwd\n"
      "[Desktop Action bad id]\nName=Bad\nExec=player\n");
  exportAll();
  auto made = entry();
  QVERIFY2(made && made->actions.size() == 1, text());
  QCOMPARE(made->actions[0].exec,
           std::string("\"/opt/our tools/latchkey\" run --action \"new\" \"org.example.Player\" %f"));
  QVERIFY(made->actions[0].icon.empty() && text().contains("Name[de]=Neu\n"));
}

void BundleExportsTest::furtherProgramsAreSeparate() {
  std::string desktop = "[Desktop Entry]\nType=Application\nName=Edit\nExec=edit\n";
  m_store->install("org.example.Player", "1.0", {{"share/a.desktop", desktop}, {"share/b.desktop", desktop}},
                   [](auto report) {
                     auto commands = report.initCommands(3);
                     InstalledWorld::command(commands, 0, "player", {"bin/player"}, "share/a.desktop");
                     InstalledWorld::command(commands, 1, "edit", {"bin/edit"}, "share/b.desktop");
                     InstalledWorld::command(commands, 2, "tool", {"bin/tool"});
                   });
  QCOMPARE(exportAll().written, 2u);
  QVERIFY(text("org.example.Player.edit").contains("run \"org.example.Player.edit\"\n"));
  QVERIFY(text("org.example.Player.edit").contains("X-Latchkey-Bundle=org.example.Player\n"));
  QVERIFY(text("org.example.Player.tool").isEmpty());
  // The other app's own entry, once it is there.
  m_store->install("org.example.Player.edit", "1", {{"share/a.desktop", desktop}}, [](auto report) {
    InstalledWorld::command(report.initCommands(1), 0, "e", {"bin/e"}, "share/a.desktop");
  });
  exportAll();
  QVERIFY(text("org.example.Player.edit").contains("X-Latchkey-Bundle=org.example.Player.edit\n"));
}

void BundleExportsTest::whatIsDamagedKeepsItsEntries() {
  std::string desktop = "[Desktop Entry]\nType=Application\nName=Edit\nExec=edit\n";
  m_store->install("org.example.Player", "1.0",
                   {{"share/a.desktop", desktop}, {"share/b.desktop", desktop}, {"share/p.svg", "<svg/>"}},
                   [](auto report) {
                     report.setIcon("share/p.svg");
                     auto commands = report.initCommands(2);
                     InstalledWorld::command(commands, 0, "player", {"bin/player"}, "share/a.desktop");
                     InstalledWorld::command(commands, 1, "edit", {"bin/edit"}, "share/b.desktop");
                   });
  QCOMPARE(exportAll().written, 2u);
  auto icon = QString::fromStdString(entry("org.example.Player.edit")->icon);
  QVERIFY(QFile::exists(icon));
  std::string report;
  KJ_IF_MAYBE (app, findInstalled(m_desktop->places.store, "org.example.Player")) report = app->path + "/report";
  QVERIFY(QFile::rename(QString::fromStdString(report), QString::fromStdString(report) + ".away"));
  QCOMPARE(exportAll().removed, 0u);
  QVERIFY(!text("org.example.Player").isEmpty() && !text("org.example.Player.edit").isEmpty());
  QVERIFY(QFile::exists(icon));
}

void BundleExportsTest::picturesAreDecodedOnce() {
  install();
  exportAll();
  exportAll();
  QCOMPARE(m_decoded, 1);
  auto before = entry()->icon;
  QVERIFY(QImage(QString::fromStdString(before)).pixelColor(0, 0) == QColor(255, 0, 0));
  install("", "player", "2.0");
  exportAll();
  QCOMPARE(m_decoded, 2);
  QVERIFY(entry()->icon != before && !QFile::exists(QString::fromStdString(before)));
}

void BundleExportsTest::noPictureIsNoIcon() {
  m_pictures = false;
  install("Icon=/etc/shadow\n");
  exportAll();
  QCOMPARE(entry()->icon, std::string());
}

void BundleExportsTest::picturesArePng() {
  for (auto [width, height] : {std::pair(1u, 1u), {256u, 256u}, {3u, 200u}, {1024u, 1u}}) {
    Pixels pixels{width, height, {}};
    for (unsigned i = 0; i < width * height * 4; ++i) pixels.rgba += static_cast<char>(i * 7 + i / 1021);
    auto png = pngOf(pixels);
    auto image = QImage::fromData(reinterpret_cast<const uchar*>(png.data()), static_cast<int>(png.size()), "PNG")
                     .convertToFormat(QImage::Format_RGBA8888);
    QCOMPARE(image.size(), QSize(int(width), int(height)));
    for (unsigned row = 0; row < height; ++row)
      QCOMPARE(QByteArray(reinterpret_cast<const char*>(image.constScanLine(int(row))), width * 4),
               QByteArray(pixels.rgba.data() + row * width * 4, width * 4));
  }
  QVERIFY(pngOf({2, 2, "too few"}).empty() && pngOf({0, 0, ""}).empty() &&
          pngOf({2000, 1, std::string(8000, 'x')}).empty());
}

QTEST_GUILESS_MAIN(BundleExportsTest)
#include "bundle-exports-test.moc"
