// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Settings and data of the person's, copied into an app's private home: what is copied, what is left out, and that a
// kill at any moment leaves each piece old or new.

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "broker/base/log.h"
#include "broker/holder.h"
#include "launcher/data/bring-in.h"
#include "tests/support/killed-when.h"

using namespace latchkey;
using namespace latchkey::data;
using latchkey::test::killedWhen;
namespace fs = std::filesystem;

class BringInTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_root.reset(); }

  void piecesKeepTheirPlace();
  void aFlatpaksFoldersHaveOtherNames();
  void whatManyShareIsRefused_data();
  void whatManyShareIsRefused();
  void foldersAreCalledAsTheBrokerCallsThem_data();
  void foldersAreCalledAsTheBrokerCallsThem();
  void allIsCopied();
  void whatIsSpecialIsLeftOutByName();
  void noLinkIsFollowed();
  void deepTreesEnd();
  void whatIsThereStays();
  void whatIsThereIsReplacedIfSaid();
  void whatTheAppPlantedIsNotFollowed();
  void whatChangesMeanwhileIsNotCopied_data();
  void whatChangesMeanwhileIsNotCopied();
  void aFullDiskLeavesTheHome();
  void onlyOneIsAtIt();
  void killedAnywhereItIsOldOrNew_data();
  void killedAnywhereItIsOldOrNew();

private:
  fs::path home(const std::string& below = {}) const { return fs::path(m_root->path().toStdString()) / "home" / below; }
  std::string profile() const { return m_root->path().toStdString() + "/data/profiles/app/default"; }
  fs::path own(const std::string& below = {}) const { return fs::path(profile()) / "home" / below; }

  std::vector<std::string> bring(const std::string& relative, BringIn::There there = BringIn::There::Stays) const {
    auto source = openBelow(home(), relative);
    BringIn in(profile());
    in.stage(source, relative, survey(source, relative), relative);
    return in.putInPlace(there);
  }

  std::unique_ptr<QTemporaryDir> m_root;
};

namespace {

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Everything below it, by its path.
std::map<std::string, std::string> treeOf(const fs::path& top) {
  std::map<std::string, std::string> tree;
  std::error_code none;
  for (auto& one : fs::recursive_directory_iterator(top, none)) {
    auto name = one.path().lexically_relative(top).string();
    tree[name] = one.is_symlink() ? "-> " + fs::read_symlink(one).string() : one.is_directory() ? "folder" : read(one);
  }
  return tree;
}

std::string saidBy(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const kj::Exception& exception) {
    return reason(exception);
  }
}

std::vector<std::string> leftOut(const Survey& survey) {
  std::vector<std::string> all;
  for (auto& one : survey.leftOut) all.push_back(one.path + ": " + one.why);
  return all;
}

}  // namespace

void BringInTest::init() {
  m_root = std::make_unique<QTemporaryDir>();
  fs::create_directories(home());
  fs::create_directories(profile());
  for (auto path = fs::path(profile()); path != m_root->path().toStdString(); path = path.parent_path())
    fs::permissions(path, fs::perms(0700));
  write(home(".config/app/settings"), "mine");
  write(home(".config/app/deep/er/file"), std::string(300'000, 'x'));
  fs::create_symlink("deep/er/file", home(".config/app/link"));
}

void BringInTest::piecesKeepTheirPlace() {
  auto pieces = piecesOf(home(), ".config/app");
  QCOMPARE(pieces.list.size(), 1u);
  QCOMPARE(pieces.list[0].from, ".config/app");
  QCOMPARE(pieces.list[0].to, ".config/app");
}

void BringInTest::aFlatpaksFoldersHaveOtherNames() {
  for (auto name : {"config/a", "config/b/c", "data/d", "cache/x", ".local/state/s", ".thunderbird/p", ".ld.so/z",
                    ".config/a", ".config/e"})
    write(home(".var/app/org.x.Y/" + std::string(name)), name);
  fs::create_symlink("/etc", home(".var/app/org.x.Y/config/link"));
  auto pieces = piecesOf(home(), ".var/app/org.x.Y");
  std::map<std::string, std::string> places;
  for (auto& one : pieces.list) places[one.from.substr(17)] = one.to;
  QCOMPARE(places, (std::map<std::string, std::string>{{"config/a", ".config/a"},
                                                       {"config/b", ".config/b"},
                                                       {"data/d", ".local/share/d"},
                                                       {".local/state/s", ".local/state/s"},
                                                       {".config/e", ".config/e"},
                                                       {".thunderbird", ".thunderbird"}}));
  // Caches, what another piece has the place of, and what is special itself.
  std::vector<std::string> left;
  for (auto& one : pieces.leftOut) left.push_back(one.path.substr(17) + ": " + one.why);
  QCOMPARE(left,
           (std::vector<std::string>{"config/link: neither a file nor a folder",
                                     ".config/a: something else has its place", ".ld.so: a cache", "cache: a cache"}));
  QCOMPARE(piecesOf(home(), ".var/app/org.x.Y/config/b").list[0].to, ".var/app/org.x.Y/config/b");
}

void BringInTest::whatManyShareIsRefused_data() {
  QTest::addColumn<QString>("relative");
  for (auto one : {"", ".config", ".local", ".local/share", ".cache", ".var", ".var/app"}) QTest::newRow(one) << one;
}

void BringInTest::whatManyShareIsRefused() {
  QFETCH(QString, relative);
  QVERIFY(saidBy([&] { piecesOf(home(), relative.toStdString()); }).contains("the things of many programs"));
}

void BringInTest::foldersAreCalledAsTheBrokerCallsThem_data() {
  QTest::addColumn<QString>("app");
  for (auto one : {"featherpad", "org.gnome.TextEditor", "debian.g++", ".hidden", "a b", "ä", "x..", "a%b"})
    QTest::newRow(one) << one;
}

void BringInTest::foldersAreCalledAsTheBrokerCallsThem() {
  QFETCH(QString, app);
  auto holder = Holder::of(app.toStdString(), "");
  QCOMPARE(profileFolder("/d", holder.app, ""), "/d/profiles/" + holder.directory());
  auto other = Holder::of(app.toStdString(), "work");
  QCOMPARE(profileFolder("/d", other.app, "work"), "/d/profiles/" + other.directory());
  QVERIFY(saidBy([] { profileFolder("/d", std::string(201, 'a'), ""); }).contains("too long"));
}

void BringInTest::allIsCopied() {
  fs::permissions(home(".config/app/settings"), fs::perms(04640));
  struct stat before{};
  stat(home(".config/app/settings").c_str(), &before);
  auto source = openBelow(home(), ".config/app");
  auto found = survey(source, ".config/app");
  QCOMPARE(found.files, 3u);
  QCOMPARE(found.bytes, 300'004u);
  QVERIFY(found.leftOut.empty());
  QVERIFY(bring(".config/app").empty());
  QCOMPARE(treeOf(own(".config/app")), treeOf(home(".config/app")));
  struct stat after{};
  QVERIFY(stat(own(".config/app/settings").c_str(), &after) == 0);
  QCOMPARE(after.st_mode & 07777, 0640u);
  QCOMPARE(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
  QVERIFY(after.st_ino != before.st_ino);
  QVERIFY(!fs::exists(profile() + "/incoming"));
  // A file alone is a piece, too.
  write(home(".apprc"), "rc");
  QVERIFY(bring(".apprc").empty());
  QCOMPARE(read(own(".apprc")), "rc");
}

void BringInTest::whatIsSpecialIsLeftOutByName() {
  auto app = home(".config/app");
  QVERIFY(mkfifo((app / "pipe").c_str(), 0600) == 0);
  int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  auto path = (app / "so\ncket").string();
  if (path.size() >= sizeof address.sun_path) QSKIP("the path is too long for a socket");
  memcpy(address.sun_path, path.data(), path.size());
  QVERIFY(bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  close(socket);
  write(app / "secret", "x");
  fs::permissions(app / "secret", fs::perms(0));
  fs::create_directories(app / "closed/in");
  fs::permissions(app / "closed", fs::perms(0));
  auto source = openBelow(home(), ".config/app");
  auto found = survey(source, ".config/app");
  std::vector<std::string> expected{".config/app/pipe: a pipe", ".config/app/so\ncket: a socket"};
  if (geteuid() != 0) {
    expected.insert(expected.begin(), ".config/app/closed: cannot be read");
    expected.insert(expected.begin() + 2, ".config/app/secret: cannot be read");
  }
  QCOMPARE(leftOut(found), expected);
  QVERIFY(bring(".config/app").empty());
  QVERIFY(!fs::exists(fs::symlink_status(own(".config/app/pipe"))));
  QCOMPARE(read(own(".config/app/settings")), "mine");
  fs::permissions(app / "closed", fs::perms(0700));
}

void BringInTest::noLinkIsFollowed() {
  write(home("private/secret"), "secret");
  auto app = home(".config/app");
  for (auto [name, target] : {std::pair("absolute", "/etc/passwd"),
                              {"up", "../../private/secret"},
                              {"up2", "deep/../../../x"},
                              {"folder", "../../private"},
                              {"proc", "/proc/self/root"}})
    fs::create_symlink(target, app / name);
  fs::create_symlink("../link", app / "deep/inner");
  auto source = openBelow(home(), ".config/app");
  auto found = survey(source, ".config/app");
  QCOMPARE(found.leftOut.size(), 5u);
  for (auto& one : found.leftOut) QCOMPARE(one.why, "a link that leads out");
  QVERIFY(bring(".config/app").empty());
  QCOMPARE(fs::read_symlink(own(".config/app/deep/inner")), "../link");
  for (auto& [name, content] : treeOf(own())) QVERIFY(content != "secret");
  // Neither is one that was named, or stands on the way.
  fs::create_symlink(".config/app", home("named"));
  fs::create_symlink(".config", home("way"));
  for (auto name : {"named", "way/app"})
    QVERIFY(saidBy([&] { openBelow(home(), name); }).contains("is a link, or lies behind one"));
  QVERIFY(saidBy([&] { openBelow(home(), "../x"); }).contains("cannot be opened"));
  QVERIFY(saidBy([&] { openBelow(home(), "none"); }).contains("is not there"));
  QVERIFY(mkfifo(home("pipe").c_str(), 0600) == 0);
  auto pipe = openBelow(home(), "pipe");
  QVERIFY(saidBy([&] { survey(pipe, "pipe"); }).contains("neither a file nor a folder"));
}

void BringInTest::deepTreesEnd() {
  auto at = home(".config/app/down");
  for (int i = 0; i < 150; ++i) at /= "d";
  fs::create_directories(at);
  auto source = openBelow(home(), ".config/app");
  auto found = survey(source, ".config/app");
  QCOMPARE(found.leftOut.size(), 1u);
  QCOMPARE(found.leftOut[0].why, "nested too deep");
}

void BringInTest::whatIsThereStays() {
  write(own(".config/app/settings"), "the app's");
  write(home(".apprc"), "rc");
  auto source = openBelow(home(), ".config/app"), other = openBelow(home(), ".apprc");
  {
    BringIn in(profile());
    QVERIFY(in.isThere(".config/app") && !in.isThere(".apprc") && in.room() > 0);
    in.stage(source, ".config/app", survey(source, ".config/app"), ".config/app");
    in.stage(other, ".apprc", survey(other, ".apprc"), ".apprc");
    QCOMPARE(in.putInPlace(BringIn::There::Stays), std::vector<std::string>{".config/app"});
  }
  QCOMPARE(
      treeOf(own()),
      (std::map<std::string, std::string>{
          {".apprc", "rc"}, {".config", "folder"}, {".config/app", "folder"}, {".config/app/settings", "the app's"}}));
  QVERIFY(!fs::exists(profile() + "/incoming"));
}

void BringInTest::whatIsThereIsReplacedIfSaid() {
  write(own(".config/app/settings"), "the app's");
  write(own(".config/app/more"), "of the app's");
  write(own(".config/other"), "stays");
  QVERIFY(bring(".config/app", BringIn::There::IsReplaced).empty());
  QCOMPARE(treeOf(own(".config/app")), treeOf(home(".config/app")));
  QCOMPARE(read(own(".config/other")), "stays");
  QVERIFY(!fs::exists(profile() + "/incoming"));
}

void BringInTest::whatTheAppPlantedIsNotFollowed() {
  // Its ~/.config leads to the person's: what is put there must not land in it.
  write(home("victim/app/settings"), "the person's");
  fs::create_directories(own());
  fs::create_symlink(home("victim"), own(".config"));
  QVERIFY(bring(".config/app", BringIn::There::IsReplaced).empty());
  QCOMPARE(read(home("victim/app/settings")), "the person's");
  QCOMPARE(read(own(".config/app/settings")), "mine");
  QVERIFY(!fs::is_symlink(own(".config")));
  // And the piece itself.
  fs::remove_all(own(".config/app"));
  fs::create_symlink(home("victim/app"), own(".config/app"));
  QCOMPARE(bring(".config/app").size(), 1u);
  QVERIFY(bring(".config/app", BringIn::There::IsReplaced).empty());
  QCOMPARE(read(home("victim/app/settings")), "the person's");
  QVERIFY(!fs::is_symlink(own(".config/app")));
}

void BringInTest::whatChangesMeanwhileIsNotCopied_data() {
  QTest::addColumn<int>("how");
  QTest::newRow("longer") << 0;
  QTest::newRow("another file") << 1;
  QTest::newRow("a link") << 2;
  QTest::newRow("gone") << 3;
  QTest::newRow("a pipe") << 4;
}

void BringInTest::whatChangesMeanwhileIsNotCopied() {
  QFETCH(int, how);
  auto file = home(".config/app/settings");
  auto source = openBelow(home(), ".config/app");
  auto found = survey(source, ".config/app");
  if (how == 0) std::ofstream(file, std::ios::app) << "more";
  if (how > 0) fs::remove(file);
  if (how == 1) write(file, "fake");
  if (how == 2) fs::create_symlink("/etc/passwd", file);
  if (how == 4) QVERIFY(mkfifo(file.c_str(), 0600) == 0);
  auto why = saidBy([&] {
    BringIn in(profile());
    in.stage(source, ".config/app", found, ".config/app");
    in.putInPlace(BringIn::There::Stays);
  });
  QVERIFY2(why.contains(".config/app/settings"), why.c_str());
  QVERIFY(treeOf(own()).empty());
  QVERIFY(!fs::exists(profile() + "/incoming"));
}

void BringInTest::aFullDiskLeavesTheHome() {
  write(home("large"), std::string(200'000, 'x'));
  write(own("mine"), "mine");
  auto source = openBelow(home(), "large");
  auto found = survey(source, "large");
  auto child = fork();
  if (child == 0) {
    // Nothing but the size of a file can be made scarce here without being root: to who writes it is the same.
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit{100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto why = saidBy([&] {
      BringIn in(profile());
      in.stage(source, "large", found, "large");
      in.putInPlace(BringIn::There::Stays);
    });
    _exit(why.contains("large cannot be copied: ") ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  QCOMPARE(status, 0);
  QCOMPARE(treeOf(own()), (std::map<std::string, std::string>{{"mine", "mine"}}));
  QVERIFY(!fs::exists(profile() + "/incoming"));
}

void BringInTest::onlyOneIsAtIt() {
  BringIn in(profile());
  QVERIFY(saidBy([&] { BringIn other(profile()); }).contains("already"));
  QVERIFY(fs::exists(profile() + "/incoming"));
}

void BringInTest::killedAnywhereItIsOldOrNew_data() {
  QTest::addColumn<bool>("replace");
  QTest::newRow("where nothing is") << false;
  QTest::newRow("in the place of something") << true;
}

void BringInTest::killedAnywhereItIsOldOrNew() {
  QFETCH(bool, replace);
  fs::remove_all(home(".config/app"));
  write(home(".config/app/a"), "new");
  write(home(".config/app/b/c"), "new");
  std::map<std::string, std::string> wanted = treeOf(home(".config/app")), old;
  auto there = replace ? BringIn::There::IsReplaced : BringIn::There::Stays;
  int kills = 0;
  for (int last = 1;; ++last) {
    fs::remove_all(own());
    fs::create_directories(own());
    fs::permissions(own(), fs::perms(0700));
    if (replace) write(own(".config/app/a"), "old");
    old = treeOf(own(".config/app"));
    int calls = 0;
    bool killed = killedWhen([&] { bring(".config/app", there); }, [&](pid_t) { return ++calls >= last; });
    auto now = treeOf(own(".config/app"));
    QVERIFY2(now == old || now == wanted, qPrintable(QString::number(last)));
    if (!killed) break;
    ++kills;
    // Who comes next finds it as if nobody had been there, and leaves nothing.
    if (last % 7 == 0) {
      bring(".config/app", BringIn::There::IsReplaced);
      QCOMPARE(treeOf(own(".config/app")), wanted);
      QVERIFY(!fs::exists(profile() + "/incoming"));
    }
  }
  QVERIFY(kills > 50);
  QCOMPARE(treeOf(own(".config/app")), wanted);
}

QTEST_GUILESS_MAIN(BringInTest)
#include "bring-in-test.moc"
