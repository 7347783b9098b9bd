// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/where.h"

#include <QTest>

#include <chrono>

using namespace latchkey;

class WhereTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void siblingsShareTheStem_data();
  void siblingsShareTheStem();
  void patternsMatchWholeNames_data();
  void patternsMatchWholeNames();
  void whatIsNoPatternIsRefused_data();
  void whatIsNoPatternIsRefused();
  void aHostilePatternTakesNoTime();
  void whatEachShapeCovers_data();
  void whatEachShapeCovers();
  void theMoreSpecificComesFirst();
  void containing_data();
  void containing();
};

void WhereTest::siblingsShareTheStem_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<QByteArray>("of");
  QTest::addColumn<bool>("sibling");
  auto row = [](const char* name, const char* of, bool sibling) {
    QTest::addRow("%s of %s", name, of) << QByteArray(name) << QByteArray(of) << sibling;
  };
  row("film.mkv", "film.mkv", true);
  row("film.srt", "film.mkv", true);
  row("film.en.srt", "film.mkv", true);
  row("film", "film.mkv", true);
  row("film.", "film.mkv", true);
  row("film2.srt", "film.mkv", false);
  row("film-2.srt", "film.mkv", false);
  row("Film.srt", "film.mkv", false);
  row("fil.srt", "film.mkv", false);
  row(".film.srt", "film.mkv", false);
  row("notes.en.pdf", "notes.en.txt", true);
  row("notes.pdf", "notes.en.txt", false);
  row("README.txt", "README", true);
  row("README2", "README", false);
  row(".bashrc", ".bashrc", false);
  row(".bashrc.old", ".bashrc", false);
  row("x.txt", ".txt", false);
}

void WhereTest::siblingsShareTheStem() {
  QFETCH(QByteArray, name);
  QFETCH(QByteArray, of);
  QTEST(isSibling(name.toStdString(), of.toStdString()), "sibling");
}

void WhereTest::patternsMatchWholeNames_data() {
  QTest::addColumn<QByteArray>("pattern");
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<bool>("match");
  auto row = [](const char* pattern, const char* name, bool match) {
    QTest::addRow("%s: %s", pattern, name) << QByteArray(pattern) << QByteArray(name) << match;
  };
  row("*.pdf", "a.pdf", true);
  row("*.pdf", "a.pdf.exe", false);
  row("*.pdf", ".pdf", false);
  row("*.pdf", ".a.pdf", false);
  row("*", "anything at all", true);
  row("*", ".hidden", false);
  row("a*b*c", "axxbxxc", true);
  row("a*b*c", "abcbcb", false);
  row("a*b*c", "abcbc", true);
  row("?.txt", "a.txt", true);
  row("?.txt", "\xc3\xa4.txt", true);
  row("?.txt", "ab.txt", false);
  row("?x", ".x", false);
  row("2026-[01][0-9].txt", "2026-11.txt", true);
  row("2026-[01][0-9].txt", "2026-21.txt", false);
  row("[!a]*", "bc", true);
  row("[!a]*", "ac", false);
  row("[!.]*", ".x", false);
  row("[]]*", "]x", true);
  row("**", "x", true);
  row("*a", "a", true);
  row("*a", "", false);
}

void WhereTest::patternsMatchWholeNames() {
  QFETCH(QByteArray, pattern);
  QFETCH(QByteArray, name);
  QTEST(matches(pattern.toStdString(), name.toStdString()), "match");
}

void WhereTest::whatIsNoPatternIsRefused_data() {
  QTest::addColumn<QByteArray>("pattern");
  QTest::newRow("nothing") << QByteArray();
  QTest::newRow("slash") << QByteArray("*/x");
  QTest::newRow("up") << QByteArray("..");
  QTest::newRow("up and more") << QByteArray("../*");
  QTest::newRow("here") << QByteArray(".");
  QTest::newRow("hidden") << QByteArray(".*");
  QTest::newRow("ours") << QByteArray(".latchkey-*");
  QTest::newRow("plain") << QByteArray("a.txt");
  QTest::newRow("open set") << QByteArray("*[a");
  QTest::newRow("empty set") << QByteArray("*[]");
  QTest::newRow("NUL") << QByteArray("*\0x", 3);
  QTest::newRow("long") << QByteArray(256, '*');
}

void WhereTest::whatIsNoPatternIsRefused() {
  QFETCH(QByteArray, pattern);
  QVERIFY(!faultOfPattern(pattern.toStdString()).empty());
  QVERIFY(!matches(pattern.toStdString(), "a.txt"));
  QVERIFY(faultOfPattern("*.txt").empty());
}

void WhereTest::aHostilePatternTakesNoTime() {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  auto begin = std::chrono::steady_clock::now();
  QVERIFY(!matches(pattern + "b", std::string(255, 'a')));
  QVERIFY(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}

void WhereTest::whatEachShapeCovers_data() {
  QTest::addColumn<int>("shape");
  QTest::addColumn<QByteArray>("where");
  QTest::addColumn<QByteArray>("path");
  QTest::addColumn<bool>("covered");
  auto row = [](Shape shape, const char* where, const char* path, bool covered) {
    QTest::addRow("%d %s: %s", int(shape), where, path)
        << int(shape) << QByteArray(where) << QByteArray(path) << covered;
  };
  row(Shape::Exact, "/d/a", "/d/a", true);
  row(Shape::Exact, "/d/a", "/d/a/b", false);
  row(Shape::Pattern, "/d/*.txt", "/d/a.txt", true);
  row(Shape::Pattern, "/d/*.txt", "/d/s/a.txt", false);
  row(Shape::Pattern, "/d/*.txt", "/a.txt", false);
  row(Shape::Pattern, "/*.txt", "/a.txt", true);
  row(Shape::Pattern, "/d/*", "/d", false);
  row(Shape::Siblings, "/d/f.mkv", "/d/f.srt", true);
  row(Shape::Siblings, "/d/f.mkv", "/e/f.srt", false);
  row(Shape::Siblings, "/d/f.mkv", "/d/f.d/x", false);
  row(Shape::Siblings, "/d/.f", "/d/.f", true);
  row(Shape::Folder, "/d", "/d", true);
  row(Shape::Folder, "/d", "/d/a", true);
  row(Shape::Folder, "/d", "/d/a/b", false);
  row(Shape::Folder, "/", "/a", true);
  row(Shape::Tree, "/d", "/d/a/b", true);
  row(Shape::Tree, "/d", "/dd", false);
  row(Shape::Tree, "/", "/dd", true);
}

void WhereTest::whatEachShapeCovers() {
  QFETCH(int, shape);
  QFETCH(QByteArray, where);
  QFETCH(QByteArray, path);
  auto text = where.toStdString();
  QTEST((Where{static_cast<Shape>(shape), text}.covers(path.toStdString())), "covered");
}

void WhereTest::theMoreSpecificComesFirst() {
  Where order[] = {{Shape::Exact, "/a/b/f.txt"},
                   {Shape::Pattern, "/a/b/*.txt"},
                   {Shape::Siblings, "/a/b/f.c"},
                   {Shape::Folder, "/a/b"},
                   {Shape::Tree, "/a/b"},
                   {Shape::Tree, "/a"},
                   {Shape::Tree, "/"}};
  for (size_t i = 0; i < std::size(order); ++i) {
    QVERIFY(order[i].covers("/a/b/f.txt"));
    for (size_t j = 0; j < std::size(order); ++j) {
      QCOMPARE(isMoreSpecific(order[i], order[j]), i < j);
      QCOMPARE(isAsSpecific(order[i], order[j]), i == j);
    }
  }
}

void WhereTest::containing_data() {
  QTest::addColumn<int>("outer");
  QTest::addColumn<QByteArray>("outerPath");
  QTest::addColumn<int>("inner");
  QTest::addColumn<QByteArray>("innerPath");
  QTest::addColumn<bool>("contained");
  auto row = [](Shape outer, const char* outerPath, Shape inner, const char* innerPath, bool contained) {
    QTest::addRow("%d %s %d %s", int(outer), outerPath, int(inner), innerPath)
        << int(outer) << QByteArray(outerPath) << int(inner) << QByteArray(innerPath) << contained;
  };
  row(Shape::Folder, "/d", Shape::Pattern, "/d/*.txt", true);
  row(Shape::Folder, "/d", Shape::Siblings, "/d/a.txt", true);
  row(Shape::Folder, "/d", Shape::Tree, "/d", false);
  row(Shape::Tree, "/d", Shape::Pattern, "/d/s/*.txt", true);
  row(Shape::Tree, "/d", Shape::Folder, "/d/s", true);
  row(Shape::Tree, "/d/s", Shape::Folder, "/d", false);
  row(Shape::Pattern, "/d/*", Shape::Pattern, "/d/*", true);
  row(Shape::Pattern, "/d/*", Shape::Pattern, "/d/a*", false);  // Not compared: refused.
  row(Shape::Pattern, "/d/*", Shape::Exact, "/d/a", true);
  row(Shape::Pattern, "/d/*", Shape::Siblings, "/d/a", false);
  row(Shape::Siblings, "/d/a.x", Shape::Siblings, "/d/a.y", true);
  row(Shape::Siblings, "/d/a.x", Shape::Siblings, "/d/a.b.y", false);
  row(Shape::Siblings, "/d/a.x", Shape::Pattern, "/d/a.*", false);
  row(Shape::Exact, "/d/a", Shape::Siblings, "/d/a", false);
}

void WhereTest::containing() {
  QFETCH(int, outer);
  QFETCH(QByteArray, outerPath);
  QFETCH(int, inner);
  QFETCH(QByteArray, innerPath);
  auto one = outerPath.toStdString(), other = innerPath.toStdString();
  QTEST(contains(Where{static_cast<Shape>(outer), one}, Where{static_cast<Shape>(inner), other}), "contained");
}

QTEST_APPLESS_MAIN(WhereTest)
#include "where-test.moc"
