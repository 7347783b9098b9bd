// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Entries that start an app: they start that app, through us, and nothing that an app says makes them do anything else.

#include "broker/session-entries.h"

#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>

#include "broker/base/exec-line.h"
#include "broker/base/files.h"
#include "broker/base/key-file.h"

using namespace latchkey;

namespace {

using Words = std::vector<std::string>;

const Holder EDITOR{"org.example.Editor", ""};
const Holder WORK{"org.example.Editor", "work"};
const char* const ID = "org.example.Editor.Notes.desktop";

struct World {
  std::string base() const { return root.path().toStdString(); }
  std::string autostart(const std::string& name) const { return base() + "/config/autostart/" + name + ".desktop"; }
  std::string menu(const std::string& id) const { return base() + "/data/applications/" + id; }

  QTemporaryDir root;
  bool system = qputenv("XDG_DATA_DIRS", (root.path() + QStringLiteral("/system")).toUtf8()) &&
                std::filesystem::create_directories(base() + "/system/applications");
  Places places{.runtime = base() + "/run",
                .data = base() + "/data/latchkey",
                .state = base() + "/state",
                .config = base() + "/config/latchkey",
                .home = base()};
  SessionEntries entries{places, "/opt/latch key/bin/latchkey"};
};

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// What a desktop makes of it.
Words commandIn(const std::string& path) {
  std::string content;
  auto text = tryReadFile(path, 1 << 20);
  KJ_IF_MAYBE (found, text) content = *found;
  auto keys = KeyFile::parse(content);
  if (!keys || keys->groups().size() != 1) return {"not one group"};
  auto exec = keys->groups()[0].find("Exec");
  if (!exec) return {"no Exec"};
  auto words = expandExec(unescapedValue(*exec), {});
  auto list = std::get_if<Words>(&words);
  return list == nullptr ? Words{"malformed"} : *list;
}

std::string valueIn(const std::string& path, const char* key) {
  auto text = tryReadFile(path, 1 << 20);
  KJ_IF_MAYBE (content, text) {
    auto keys = KeyFile::parse(*content);
    if (!keys) return "malformed";
    auto value = keys->groups()[0].find(key);
    return value ? unescapedValue(*value) : "";
  }
  return "no file";
}

Words started(std::initializer_list<const char*> words) {
  Words all{"/opt/latch key/bin/latchkey", "run", "--words"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

}  // namespace

class SessionEntriesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void startsWhoAskedAndNobodyElse();
  void CVE_2024_32462_wordsAreNeverOptions_data();
  void CVE_2024_32462_wordsAreNeverOptions();
  void wordsThatAreNoneAreRefused_data();
  void wordsThatAreNoneAreRefused();
  void whatHasNoNameIsNotStarted_data();
  void whatHasNoNameIsNotStarted();
  void profilesHaveEntriesOfTheirOwn();
  void othersFilesStay();
  void linksAreNotFollowed();
  void menuEntriesSayWhatTheyMay();
  void namesCannotAddLines();
  void idsAreBelowTheAppsOwnName_data();
  void idsAreBelowTheAppsOwnName();
  void entriesOfTheSystemAreNotCovered();
  void noMoreThanAHundred();
  void takenBackAllAtOnce();
};

void SessionEntriesTest::startsWhoAskedAndNobodyElse() {
  World world;
  QVERIFY(world.entries.startingWithSession().empty());
  QVERIFY(world.entries.startWithSession(EDITOR, {.name = "Editor", .icon = "editor", .words = {"--minimised"}}));
  auto file = world.autostart("org.example.Editor");
  QCOMPARE(commandIn(file), started({"org.example.Editor", "--minimised"}));
  QCOMPARE(valueIn(file, "Name"), "Editor");
  QCOMPARE(valueIn(file, "DBusActivatable"), "false");
  QCOMPARE(world.entries.startingWithSession().size(), size_t(1));
  QCOMPARE(world.entries.startingWithSession()[0].text(), "org.example.Editor");
  // Again, with other words.
  QVERIFY(world.entries.startWithSession(EDITOR, {.name = "Editor", .icon = ""}));
  QCOMPARE(commandIn(file), started({"org.example.Editor"}));
  world.entries.doNotStartWithSession(EDITOR);
  QVERIFY(!exists(file));
  world.entries.doNotStartWithSession(EDITOR);
}

void SessionEntriesTest::CVE_2024_32462_wordsAreNeverOptions_data() {
  QTest::addColumn<QString>("word");
  for (auto word : {"--bind", "--profile=work", "--",          "-",  "--as", "a b", "a=b", "\"", "'",
                    "\\",     "$HOME",          "`id`",        "%f", "%u",   "%",   ";",   "&",  "|",
                    "Exec=x", "~/secret",       "/etc/passwd", "ä"})
    QTest::newRow(word) << QString::fromUtf8(word);
  QTest::newRow("empty") << QString();
}

void SessionEntriesTest::CVE_2024_32462_wordsAreNeverOptions() {
  QFETCH(QString, word);
  World world;
  auto text = word.toStdString();
  QVERIFY(world.entries.startWithSession(EDITOR, {.name = "Editor", .icon = "", .words = {text, "last"}}));
  QCOMPARE(commandIn(world.autostart("org.example.Editor")), started({"org.example.Editor", text.c_str(), "last"}));
  QVERIFY(world.entries.putInMenu(EDITOR, ID, {.name = "Notes", .icon = "", .words = {text, "last"}}));
  auto words = world.entries.wordsInMenu(EDITOR, ID);
  QCOMPARE(KJ_ASSERT_NONNULL(words), (Words{text, "last"}));
}

void SessionEntriesTest::wordsThatAreNoneAreRefused_data() {
  QTest::addColumn<QByteArray>("word");
  QTest::addColumn<int>("count");
  QTest::newRow("line") << QByteArray("a\nExec=evil") << 1;
  QTest::newRow("return") << QByteArray("a\rb") << 1;
  QTest::newRow("NUL") << QByteArray("a\0b", 3) << 1;
  QTest::newRow("escape") << QByteArray("\x1b[2J") << 1;
  QTest::newRow("long") << QByteArray(5000, 'x') << 1;
  QTest::newRow("many") << QByteArray("x") << 1000;
}

void SessionEntriesTest::wordsThatAreNoneAreRefused() {
  QFETCH(QByteArray, word);
  QFETCH(int, count);
  World world;
  SessionEntry entry{.name = "Editor", .icon = "", .words = Words(size_t(count), word.toStdString())};
  QVERIFY(!world.entries.startWithSession(EDITOR, entry));
  QVERIFY(!world.entries.putInMenu(EDITOR, ID, entry));
  QVERIFY(!exists(world.autostart("org.example.Editor")) && !exists(world.menu(ID)));
}

void SessionEntriesTest::whatHasNoNameIsNotStarted_data() {
  QTest::addColumn<QString>("app");
  QTest::newRow("command") << "command:/usr/bin/git";
  QTest::newRow("path") << "/home/anna/Tool.AppImage";
  QTest::newRow("option") << "--as";
  QTest::newRow("hidden") << "..";
  QTest::newRow("encoded") << "tool%40x";
  QTest::newRow("blank") << "a b";
  QTest::newRow("empty") << "";
}

void SessionEntriesTest::whatHasNoNameIsNotStarted() {
  QFETCH(QString, app);
  World world;
  Holder holder{app.toStdString(), ""};
  QVERIFY(!world.entries.startWithSession(holder, {.name = "x", .icon = ""}));
  QVERIFY(!world.entries.putInMenu(holder, holder.app + ".x.desktop", {.name = "x", .icon = ""}));
  QVERIFY(!exists(world.base() + "/config/autostart") && !exists(world.base() + "/data/applications"));
}

void SessionEntriesTest::profilesHaveEntriesOfTheirOwn() {
  World world;
  QVERIFY(world.entries.startWithSession(EDITOR, {.name = "Editor", .icon = ""}));
  QVERIFY(world.entries.startWithSession(WORK, {.name = "Editor", .icon = ""}));
  QCOMPARE(commandIn(world.autostart("org.example.Editor@work")), started({"--profile", "work", "org.example.Editor"}));
  world.entries.doNotStartWithSession(EDITOR);
  QCOMPARE(world.entries.startingWithSession().size(), size_t(1));
  QCOMPARE(world.entries.startingWithSession()[0].text(), "org.example.Editor@work");
  QVERIFY(world.entries.putInMenu(EDITOR, ID, {.name = "Notes", .icon = ""}));
  QVERIFY(!world.entries.putInMenu(WORK, ID, {.name = "Notes", .icon = ""}));
  QVERIFY(!world.entries.takeFromMenu(WORK, ID));
  QVERIFY(world.entries.inMenu(WORK, ID) == nullptr);
  QVERIFY(exists(world.menu(ID)));
}

void SessionEntriesTest::othersFilesStay() {
  World world;
  auto theirs = "[Desktop Entry]\nType=Application\nName=Mine\nExec=mine\n";
  for (auto& path : {world.autostart("org.example.Editor"), world.menu(ID)}) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    replaceFile(path, theirs);
  }
  QVERIFY(!world.entries.startWithSession(EDITOR, {.name = "Editor", .icon = ""}));
  QVERIFY(!world.entries.putInMenu(EDITOR, ID, {.name = "Notes", .icon = ""}));
  world.entries.doNotStartWithSession(EDITOR);
  world.entries.takeAllFromMenu(EDITOR);
  QVERIFY(!world.entries.takeFromMenu(EDITOR, ID));
  QVERIFY(world.entries.inMenu(EDITOR, ID) == nullptr);
  QCOMPARE(valueIn(world.autostart("org.example.Editor"), "Name"), "Mine");
  QCOMPARE(valueIn(world.menu(ID), "Name"), "Mine");
  QVERIFY(world.entries.startingWithSession().empty());
}

void SessionEntriesTest::linksAreNotFollowed() {
  World world;
  auto target = world.base() + "/notes.txt";
  replaceFile(target, "mine");
  std::filesystem::create_directories(world.base() + "/config/autostart");
  std::filesystem::create_symlink(target, world.autostart("org.example.Editor"));
  QVERIFY(!world.entries.startWithSession(EDITOR, {.name = "Editor", .icon = ""}));
  QCOMPARE(std::filesystem::file_size(target), uintmax_t(4));
  // One that leads nowhere is not made to lead somewhere.
  std::filesystem::remove(target);
  QVERIFY(!world.entries.startWithSession(EDITOR, {.name = "Editor", .icon = ""}));
  QVERIFY(!exists(target));
}

void SessionEntriesTest::menuEntriesSayWhatTheyMay() {
  World world;
  SessionEntry entry{.name = "Notes",
                     .icon = "editor",
                     .words = {"--notes"},
                     .details = {{"Comment", "Write"},
                                 {"Comment[de_AT@euro]", "Schreiben"},
                                 {"Categories", "Office;"},
                                 {"Exec", "evil"},
                                 {"TryExec", "evil"},
                                 {"Name", "Bank"},
                                 {"Name[de]", "Bank"},
                                 {"Icon", "/home/anna/evil.svg"},
                                 {"MimeType", "text/plain;x-scheme-handler/https;"},
                                 {"Actions", "New;"},
                                 {"X-Latchkey-Of", "org.example.Bank"},
                                 {"DBusActivatable", "true"},
                                 {"X-GNOME-Autostart-enabled", "true"},
                                 {"Comment]\nExec", "evil"},
                                 {"Comment[x]\nExec[", "evil"}}};
  QVERIFY(world.entries.putInMenu(EDITOR, ID, entry));
  auto file = world.menu(ID);
  QCOMPARE(commandIn(file), started({"org.example.Editor", "--notes"}));
  QCOMPARE(valueIn(file, "Name"), "Notes");
  QCOMPARE(valueIn(file, "Icon"), "editor");
  QCOMPARE(valueIn(file, "Comment"), "Write");
  QCOMPARE(valueIn(file, "Comment[de_AT@euro]"), "Schreiben");
  QCOMPARE(valueIn(file, "Categories"), "Office;");
  QCOMPARE(valueIn(file, "X-Latchkey-Of"), "org.example.Editor");
  for (auto key : {"TryExec", "Name[de]", "MimeType", "Actions", "X-GNOME-Autostart-enabled"})
    QCOMPARE(valueIn(file, key), "");
  struct stat status{};
  QCOMPARE(stat(file.c_str(), &status), 0);
  QCOMPARE(status.st_mode & 0777, 0600u);
}

void SessionEntriesTest::namesCannotAddLines() {
  World world;
  SessionEntry entry{.name = "Notes\nExec=evil\n[Desktop Action x]",
                     .icon = "editor\nExec=evil",
                     .words = {},
                     .details = {{"Comment", "a\nExec=evil"}, {"Keywords", std::string("a\0b\xe2\x80\xae", 6)}}};
  QVERIFY(world.entries.putInMenu(EDITOR, ID, entry));
  QCOMPARE(commandIn(world.menu(ID)), started({"org.example.Editor"}));
  QCOMPARE(valueIn(world.menu(ID), "Icon"), "");
  QVERIFY(!world.entries.putInMenu(EDITOR, ID, {.name = "", .icon = ""}));
}

void SessionEntriesTest::idsAreBelowTheAppsOwnName_data() {
  QTest::addColumn<QString>("id");
  for (auto id : {"org.example.Editor.desktop", "org.example.Editor..desktop/x", "org.example.Editorial.desktop",
                  "org.example.Bank.desktop", "firefox.desktop", "org.example.Editor.x", "org.example.Editor.",
                  "org.example.Editor.a/b.desktop", "../org.example.Editor.x.desktop", "org.example.Editor.a b.desktop",
                  "org.example.Editor.../../x.desktop", "org.example.Editor.\n.desktop", "", ".desktop"})
    QTest::newRow(id) << QString::fromUtf8(id);
  QTest::newRow("long") << QStringLiteral("org.example.Editor.") + QString(300, QLatin1Char('x')) +
                               QStringLiteral(".desktop");
}

void SessionEntriesTest::idsAreBelowTheAppsOwnName() {
  QFETCH(QString, id);
  World world;
  QVERIFY(!world.entries.putInMenu(EDITOR, id.toStdString(), {.name = "Notes", .icon = ""}));
  QVERIFY(!exists(world.base() + "/data/applications"));
  QVERIFY(!world.entries.takeFromMenu(EDITOR, id.toStdString()));
  QVERIFY(world.entries.inMenu(EDITOR, id.toStdString()) == nullptr);
}

void SessionEntriesTest::entriesOfTheSystemAreNotCovered() {
  World world;
  replaceFile(world.base() + "/system/applications/" + ID, "[Desktop Entry]\nName=Real\n");
  QVERIFY(!world.entries.putInMenu(EDITOR, ID, {.name = "Notes", .icon = ""}));
  QVERIFY(!exists(world.menu(ID)));
}

void SessionEntriesTest::noMoreThanAHundred() {
  World world;
  auto id = [](int number) { return "org.example.Editor.n" + std::to_string(number) + ".desktop"; };
  for (int i = 0; i < 100; ++i) QVERIFY(world.entries.putInMenu(EDITOR, id(i), {.name = "Notes", .icon = ""}));
  QVERIFY(!world.entries.putInMenu(EDITOR, id(100), {.name = "Notes", .icon = ""}));
  QVERIFY(world.entries.putInMenu(EDITOR, id(0), {.name = "Other", .icon = ""}));
}

void SessionEntriesTest::takenBackAllAtOnce() {
  World world;
  Holder other{"org.example.Viewer", ""};
  QVERIFY(world.entries.putInMenu(EDITOR, ID, {.name = "Notes", .icon = ""}));
  QVERIFY(world.entries.putInMenu(EDITOR, "org.example.Editor.Two.desktop", {.name = "Two", .icon = ""}));
  QVERIFY(world.entries.putInMenu(other, "org.example.Viewer.One.desktop", {.name = "One", .icon = ""}));
  world.entries.takeAllFromMenu(EDITOR);
  QVERIFY(!exists(world.menu(ID)) && !exists(world.menu("org.example.Editor.Two.desktop")));
  QVERIFY(exists(world.menu("org.example.Viewer.One.desktop")));
}

QTEST_GUILESS_MAIN(SessionEntriesTest)
#include "session-entries-test.moc"
