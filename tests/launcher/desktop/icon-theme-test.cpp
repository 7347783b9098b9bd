// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/icon-theme.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>

#include "desktop-world.h"

using namespace latchkey;

class IconThemeTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void picksTheNearestSize_data();
  void picksTheNearestSize();
  void looksInParentsThenHicolorThenPixmaps();
  void circlesOfParentsEnd();
  void hostileThemesStayInside();
  void opensRegularFilesOnly();
  void themeIsReadFromTheDesktopsSettings();
  void realIconsOfThisSystemAreFound();
};

namespace {
const QByteArray HICOLOR =
    "[Icon Theme]\nName=H\nDirectories=16/apps,48/apps,48@2/apps,64/apps,scalable/apps\n"
    "[16/apps]\nSize=16\nType=Fixed\n[48/apps]\nSize=48\nType=Fixed\n[48@2/apps]\nSize=48\nScale=2\nType=Fixed\n"
    "[64/apps]\nSize=64\nType=Threshold\n[scalable/apps]\nSize=128\nMinSize=100\nMaxSize=512\nType=Scalable\n";

QByteArray found(const IconTheme& theme, const char* name, unsigned size, unsigned scale = 1) {
  auto path = theme.find(name, size, scale);
  return path ? QByteArray::fromStdString(*path) : QByteArray("nothing");
}
}  // namespace

void IconThemeTest::picksTheNearestSize_data() {
  QTest::addColumn<unsigned>("size");
  QTest::addColumn<unsigned>("scale");
  QTest::addColumn<QByteArray>("path");
  QTest::newRow("exact") << 48u << 1u << QByteArray("48/apps/a.png");
  QTest::newRow("exact at scale") << 48u << 2u << QByteArray("48@2/apps/a.png");
  QTest::newRow("threshold") << 62u << 1u << QByteArray("64/apps/a.png");
  QTest::newRow("scalable") << 256u << 1u << QByteArray("scalable/apps/a.svg");
  QTest::newRow("smaller than all") << 8u << 1u << QByteArray("16/apps/a.png");
  QTest::newRow("larger than all") << 1000u << 1u << QByteArray("scalable/apps/a.svg");
  QTest::newRow("between: the larger") << 32u << 1u << QByteArray("48/apps/a.png");
}

void IconThemeTest::picksTheNearestSize() {
  QFETCH(unsigned, size);
  QFETCH(unsigned, scale);
  QFETCH(QByteArray, path);
  DesktopWorld world;
  auto base = world.root("usr/icons/hicolor/");
  world.write(base + "index.theme", HICOLOR);
  for (auto file :
       {"16/apps/a.png", "48/apps/a.png", "48/apps/a.xpm", "48@2/apps/a.png", "64/apps/a.png", "scalable/apps/a.svg"})
    world.write(base + file, "x");
  IconTheme theme(world.places, "Missing");
  QCOMPARE(found(theme, "a", size, scale), QByteArray::fromStdString(base) + path);
}

void IconThemeTest::looksInParentsThenHicolorThenPixmaps() {
  DesktopWorld world;
  auto icons = world.root("usr/icons/");
  auto theme = [](const char* parents) {
    return QByteArray("[Icon Theme]\nInherits=") + parents + "\nDirectories=48\n[48]\nSize=48\n";
  };
  world.write(icons + "Child/index.theme", theme("Parent"));
  world.write(icons + "Parent/index.theme", theme("Grand"));
  world.write(icons + "Grand/index.theme", theme(""));
  world.write(icons + "hicolor/index.theme", HICOLOR);
  world.write(icons + "Parent/48/p.png", "x");
  world.write(icons + "Grand/48/g.svg", "x");
  world.write(icons + "hicolor/48/apps/h.png", "x");
  world.write(world.root("usr/pixmaps/loose.xpm"), "x");
  world.write(world.root("home/.local/share/icons/Parent/48/mine.png"), "x");
  IconTheme child(world.places, "Child");
  QVERIFY(found(child, "p", 48).endsWith("Parent/48/p.png"));
  QVERIFY(found(child, "p.png", 48).endsWith("Parent/48/p.png"));
  QVERIFY(found(child, "mine", 48).endsWith("home/.local/share/icons/Parent/48/mine.png"));
  QVERIFY(found(child, "g", 48).endsWith("Grand/48/g.svg"));
  QVERIFY(found(child, "h", 48).endsWith("hicolor/48/apps/h.png"));
  QVERIFY(found(child, "loose", 48).endsWith("pixmaps/loose.xpm"));
  QCOMPARE(found(child, "none", 48), QByteArray("nothing"));
  QCOMPARE(found(IconTheme(world.places, "Grand"), "p", 48), QByteArray("nothing"));
}

void IconThemeTest::circlesOfParentsEnd() {
  DesktopWorld world;
  world.write(world.root("usr/icons/A/index.theme"),
              "[Icon Theme]\nInherits=B,A,hicolor\nDirectories=1\n[1]\nSize=1\n");
  world.write(world.root("usr/icons/B/index.theme"), "[Icon Theme]\nInherits=A\nDirectories=1\n[1]\nSize=1\n");
  world.write(world.root("usr/icons/B/1/b.png"), "x");
  QVERIFY(found(IconTheme(world.places, "A"), "b", 1).endsWith("B/1/b.png"));
}

void IconThemeTest::hostileThemesStayInside() {
  DesktopWorld world;
  world.write(world.root("secret/s.png"), "x");
  world.write(world.root("usr/icons/T/index.theme"),
              "[Icon Theme]\nInherits=../../secret,/etc\nDirectories=../../../secret," +
                  QByteArray::fromStdString(world.root("secret")) + "\n[../../../secret]\nSize=99999999999\n[" +
                  QByteArray::fromStdString(world.root("secret")) + "]\nSize=-5\nScale=0\n");
  IconTheme theme(world.places, "T");
  QCOMPARE(found(theme, "s", 48), QByteArray("nothing"));
  QCOMPARE(found(theme, "../../../secret/s", 48), QByteArray("nothing"));
  QCOMPARE(found(theme, "", 48), QByteArray("nothing"));
  QCOMPARE(found(theme, "s", 48, 0), QByteArray("nothing"));
  QCOMPARE(found(theme, "s", 4000000000u), QByteArray("nothing"));
}

void IconThemeTest::opensRegularFilesOnly() {
  DesktopWorld world;
  auto path = world.root("usr/pixmaps/");
  world.write(path + "good.png", "x");
  world.write(path + "large.png", QByteArray((4 << 20) + 1, 'x'));
  QVERIFY(mkfifo((path + "fifo.png").c_str(), 0600) == 0);
  IconTheme theme(world.places, "T");
  int fd = theme.open("good", 48);
  QVERIFY(fd >= 0);
  QVERIFY((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  close(fd);
  for (auto name : {"large", "fifo", "none", "/dev/zero", "/"}) QCOMPARE(theme.open(name, 48), -1);
  fd = theme.open(path + "good.png", 48);
  QVERIFY(fd >= 0);
  close(fd);
}

void IconThemeTest::themeIsReadFromTheDesktopsSettings() {
  DesktopWorld world;
  QCOMPARE(IconTheme::preferred(world.places), std::string("Adwaita"));
  world.write(world.places.configHome + "/gtk-3.0/settings.ini", "[Settings]\ngtk-icon-theme-name=Papirus\n");
  QCOMPARE(IconTheme::preferred(world.places), std::string("Papirus"));
  world.places.desktops = {"KDE"};
  QCOMPARE(IconTheme::preferred(world.places), std::string("breeze"));
  world.write(world.places.configHome + "/kdeglobals", "[Icons]\nTheme=../evil\n");
  QCOMPARE(IconTheme::preferred(world.places), std::string("breeze"));
}

void IconThemeTest::realIconsOfThisSystemAreFound() {
  if (!QFile::exists("/usr/share/icons/hicolor/index.theme")) QSKIP("this system has no hicolor theme");
  IconTheme theme(DesktopPlaces::fromEnvironment(), "breeze");
  for (auto name : {"chromium", "featherpad", "org.gnome.TextEditor", "foot"}) {
    QVERIFY2(QFile::exists(QString::fromUtf8(found(theme, name, 64))), name);
  }
}

QTEST_GUILESS_MAIN(IconThemeTest)
#include "icon-theme-test.moc"
