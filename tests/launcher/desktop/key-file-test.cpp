// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/key-file.h"

#include <QtTest>

#include "launcher/desktop/desktop-entry.h"

using namespace latchkey;

class KeyFileTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void malformedFilesAreRefused_data();
  void malformedFilesAreRefused();
  void repeatsMayBeOverlookedInThemes();
  void valuesAreUnescapedOnce();
  void listsSplitAtPlainSemicolons();
  void translationsFollowTheSpecifiedOrder_data();
  void translationsFollowTheSpecifiedOrder();
  void battery13_entryTextCannotDeceive();
  void entriesThatAreNoAppAreRefused_data();
  void entriesThatAreNoAppAreRefused();
  void everythingAnEntrySaysIsRead();
};

void KeyFileTest::malformedFilesAreRefused_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("problem");
  QTest::newRow("CVE-2021-43860 NUL byte") << QByteArray("[A]\nk=v\0x\n", 10) << QByteArray("holds a NUL byte");
  QTest::newRow("key before a group") << QByteArray("k=v\n") << QByteArray("line 1: a key before any group");
  QTest::newRow("group twice") << QByteArray("[A]\n[B]\n[A]\n") << QByteArray("line 3: a group given twice");
  QTest::newRow("key twice") << QByteArray("[A]\nk=1\nk=2\n") << QByteArray("line 3: a key given twice");
  QTest::newRow("neither") << QByteArray("[A]\n\nrm -rf\n") << QByteArray("line 3: neither a group nor a key");
  QTest::newRow("open group") << QByteArray("[A\n") << QByteArray("line 1: not a group");
  QTest::newRow("group in a group") << QByteArray("[A[B]]\n") << QByteArray("line 1: not a group");
  QTest::newRow("control in a group") << QByteArray("[A\x1b[2K]\n") << QByteArray("line 1: not a group");
  QTest::newRow("blank in a key") << QByteArray("[A]\na b=c\n") << QByteArray("line 2: not a key");
  QTest::newRow("empty key") << QByteArray("[A]\n=c\n") << QByteArray("line 2: not a key");
  QTest::newRow("empty locale") << QByteArray("[A]\nk[]=c\n") << QByteArray("line 2: not a key");
  QTest::newRow("too large") << QByteArray(KeyFile::MAX_SIZE + 1, '\n') << QByteArray("larger than such a file may be");
  QTest::newRow("too many lines") << QByteArray(KeyFile::MAX_LINES + 1, '\n')
                                  << QByteArray("line 20001: too many lines");
}

void KeyFileTest::malformedFilesAreRefused() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, problem);
  std::string why;
  QVERIFY(!KeyFile::parse(text.toStdString(), &why));
  QCOMPARE(QByteArray::fromStdString(why), problem);
}

void KeyFileTest::repeatsMayBeOverlookedInThemes() {
  auto file = KeyFile::parse("[A]\nk=1\nk=2\n[A]\nk=3\nl=4\n", nullptr, Repeats::FirstCounts);
  QVERIFY(file);
  QCOMPARE(file->groups().size(), 1u);
  QVERIFY(file->find("A")->find("k") == "1");
  QVERIFY(!file->find("A")->find("l"));
}

void KeyFileTest::valuesAreUnescapedOnce() {
  QCOMPARE(unescapedValue("a\\sb\\n\\t\\r\\\\s\\q\\"), std::string("a b\n\t\r\\s\\q\\"));
}

void KeyFileTest::listsSplitAtPlainSemicolons() {
  QVERIFY((listValue("a;b\\;c;;d\\\\;") == std::vector<std::string>{"a", "b;c", "d\\"}));
  QVERIFY(listValue("").empty());
}

void KeyFileTest::translationsFollowTheSpecifiedOrder_data() {
  QTest::addColumn<QByteArray>("locale");
  QTest::addColumn<QByteArray>("name");
  QTest::newRow("all") << QByteArray("sr_YU@Latn") << QByteArray("lang country modifier");
  QTest::newRow("encoding is no part of it") << QByteArray("sr_YU.UTF-8@Latn") << QByteArray("lang country modifier");
  QTest::newRow("country before modifier") << QByteArray("sr_YU@Other") << QByteArray("lang country");
  QTest::newRow("modifier") << QByteArray("sr_ME@Latn") << QByteArray("lang modifier");
  QTest::newRow("language") << QByteArray("sr_ME") << QByteArray("lang");
  QTest::newRow("other language") << QByteArray("de_DE") << QByteArray("plain");
  QTest::newRow("no language") << QByteArray() << QByteArray("plain");
}

void KeyFileTest::translationsFollowTheSpecifiedOrder() {
  QFETCH(QByteArray, locale);
  QFETCH(QByteArray, name);
  auto file = KeyFile::parse(
      "[G]\nName=plain\nName[sr]=lang\nName[sr@Latn]=lang modifier\nName[sr_YU]=lang country\n"
      "Name[sr_YU@Latn]=lang country modifier\n");
  QVERIFY(file);
  QCOMPARE(QByteArray::fromStdString(std::string(*findLocalized(*file->find("G"), "Name", locale.toStdString()))),
           name);
}

void KeyFileTest::battery13_entryTextCannotDeceive() {
  auto entry =
      readDesktopEntry("a", "/a.desktop",
                       "[Desktop Entry]\nType=Application\nExec=a\nName=Editor\\n\x1b[2Kfake \xe2\x80\xaegpj\xff\n"
                       "Icon=../../home/me/secret.png\nComment=" +
                           std::string(5000, 'x') + "\n",
                       "");
  QVERIFY(entry);
  QCOMPARE(QByteArray::fromStdString(entry->name), QByteArray("Editor\\n\\x1b[2Kfake \\u{202e}gpj\\xff"));
  QVERIFY(entry->comment.size() <= 210);
  QVERIFY(entry->icon.empty());
}

void KeyFileTest::entriesThatAreNoAppAreRefused_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("problem");
  QTest::newRow("no group") << QByteArray("[Other]\n") << QByteArray("has no group [Desktop Entry]");
  QTest::newRow("not first") << QByteArray("[Other]\n[Desktop Entry]\n")
                             << QByteArray("[Desktop Entry] is not the first group");
  QTest::newRow("a link") << QByteArray("[Desktop Entry]\nType=Link\nName=x\nExec=x\n")
                          << QByteArray("not an application");
  QTest::newRow("no name") << QByteArray("[Desktop Entry]\nType=Application\nExec=x\n") << QByteArray("has no Name");
  QTest::newRow("no program") << QByteArray("[Desktop Entry]\nType=Application\nName=x\n") << QByteArray("has no Exec");
  QTest::newRow("relative directory") << QByteArray("[Desktop Entry]\nType=Application\nName=x\nExec=x\nPath=../x\n")
                                      << QByteArray("its Path is not absolute");
}

void KeyFileTest::entriesThatAreNoAppAreRefused() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, problem);
  std::string why;
  QVERIFY(!readDesktopEntry("a", "/a.desktop", text.toStdString(), "", &why));
  QCOMPARE(QByteArray::fromStdString(why), problem);
}

void KeyFileTest::everythingAnEntrySaysIsRead() {
  auto entry = readDesktopEntry(
      "org.x.Y", "/y.desktop",
      "[Desktop Entry]\nType=Application\nName=Y\nName[de]=Ypsilon\nGenericName=Editor\nComment=Edits\n"
      "Keywords=text;note;\nKeywords[de]=Notiz;\nIcon=y\nExec=y %U\nTryExec=y\nPath=/opt/y\nTerminal=true\n"
      "DBusActivatable=true\nNoDisplay=true\nMimeType=text/plain;\nCategories=Utility;TextEditor;\n"
      "StartupWMClass=Y\nOnlyShowIn=GNOME;KDE;\nActions=new;gone;new;\n"
      "[Desktop Action new]\nName=New\nName[de]=Neu\nExec=y --new %F\nIcon=add\n",
      "de_AT");
  QVERIFY(entry);
  QCOMPARE(entry->name, std::string("Ypsilon"));
  QVERIFY((entry->keywords == std::vector<std::string>{"Notiz"}));
  QVERIFY((entry->categories == std::vector<std::string>{"Utility", "TextEditor"}));
  QVERIFY((entry->mimeTypes == std::vector<std::string>{"text/plain"}));
  QVERIFY((entry->onlyShowIn == std::vector<std::string>{"GNOME", "KDE"}));
  QVERIFY(entry->terminal && entry->dbusActivatable && entry->noDisplay && !entry->hidden && !entry->latchkeyOverride);
  QCOMPARE(entry->directory, std::string("/opt/y"));
  QCOMPARE(entry->startupWmClass, std::string("Y"));
  QCOMPARE(entry->actions.size(), 1u);
  QCOMPARE(entry->findAction("new")->name, std::string("Neu"));
  QVERIFY(entry->findAction("gone") == nullptr);
}

QTEST_GUILESS_MAIN(KeyFileTest)
#include "key-file-test.moc"
