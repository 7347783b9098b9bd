// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/rules.h"

#include <QTest>

using namespace latchkey::files;
using latchkey::isSibling;

class RulesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void properPaths_data();
  void properPaths();
  void belowIsByPartsNotByLetters();
  void hiddenIsAnyPartBelow();
  void siblingsShareTheNameUpToTheLastDot_data();
  void siblingsShareTheNameUpToTheLastDot();
  void temporaryNames_data();
  void temporaryNames();
};

void RulesTest::properPaths_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<bool>("proper");
  QTest::newRow("root") << "/" << true;
  QTest::newRow("plain") << "/home/ann/a b.txt" << true;
  QTest::newRow("newline") << "/home/a\nb" << true;
  QTest::newRow("empty") << "" << false;
  QTest::newRow("relative") << "home" << false;
  QTest::newRow("closing slash") << "/home/" << false;
  QTest::newRow("double slash") << "/home//ann" << false;
  QTest::newRow("dot") << "/home/./ann" << false;
  QTest::newRow("up") << "/home/../etc" << false;
  QTest::newRow("up at the end") << "/home/.." << false;
  QTest::newRow("NUL") << QString("/home/a") + QChar(0) + "b" << false;
  QTest::newRow("part too long") << "/" + QString(256, 'a') << false;
  QTest::newRow("too long") << QString("/aaaa").repeated(900) << false;
}

void RulesTest::properPaths() {
  QFETCH(QString, path);
  QTEST(isProperPath(path.toStdString()), "proper");
}

void RulesTest::belowIsByPartsNotByLetters() {
  QVERIFY(isBelow("/home/ann/a", "/home/ann"));
  QVERIFY(!isBelow("/home/anna", "/home/ann"));
  QVERIFY(!isBelow("/home/ann", "/home/ann"));
  QVERIFY(isWithin("/home/ann", "/home/ann"));
  QVERIFY(isBelow("/a", "/"));
  QVERIFY(!isBelow("/", "/"));
  QCOMPARE(relativeTo("/a/b", "/"), "a/b");
  QCOMPARE(relativeTo("/a/b", "/a"), "b");
}

void RulesTest::hiddenIsAnyPartBelow() {
  QVERIFY(isHiddenBelow("/d/.x", "/d"));
  QVERIFY(isHiddenBelow("/d/a/.x/b", "/d"));
  QVERIFY(!isHiddenBelow("/.d/a.x", "/.d"));
}

void RulesTest::siblingsShareTheNameUpToTheLastDot_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<bool>("sibling");
  QTest::newRow("another ending") << "film.srt" << true;
  QTest::newRow("two endings") << "film.de.srt" << true;
  QTest::newRow("no ending") << "film" << true;
  QTest::newRow("longer name") << "film2.srt" << false;
  QTest::newRow("other") << "a.srt" << false;
}

void RulesTest::siblingsShareTheNameUpToTheLastDot() {
  QFETCH(QString, name);
  QTEST(isSibling(name.toStdString(), "film.mkv"), "sibling");
}

void RulesTest::temporaryNames_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<bool>("temporary");
  for (auto* name : {".goutputstream-AB12CD",
                     "a.txt.kXyZ12",
                     "a.txt~",
                     "a.txt.~1~",
                     "4913",
                     "5036",
                     ".a.txt.swp",
                     ".a.txt.swx",
                     ".a.txt.un~",
                     ".a.txt.kate-swp",
                     ".~lock.a.txt#",
                     "#a.txt#",
                     ".#a.txt",
                     ".#-emacsAbC123",
                     "sedAbC123",
                     "tmpAbC123",
                     ".a.txt.AbC123",
                     "lu12345abcd.tmp",
                     "a.txt.tmp",
                     "a.txt.tmp.1234",
                     "a.txt.4711",
                     "a.txt.orig"}) {
    QTest::newRow(name) << name << true;
  }
  // The person's own: digits, hidden things, longer names.
  for (auto* name : {"a.txt",          "b.txt",           "a.tx",          "2024",      "4912",
                     "49130",          ".profile",        ".ssh",          "a.txt2",    "a.txt.gpg",
                     "a.txt-notes.md", ".goutputstream-", "sed",           "sedan",     "sedentary-life",
                     "#b.txt#",        ".b.txt.swp",      ".~lock.b.txt#", "lunch.tmp", "a.txt.d/x"}) {
    QTest::newRow(name) << name << false;
  }
}

void RulesTest::temporaryNames() {
  QFETCH(QString, name);
  QTEST(looksTemporary(name.toStdString(), "a.txt"), "temporary");
}

QTEST_APPLESS_MAIN(RulesTest)
#include "rules-test.moc"
