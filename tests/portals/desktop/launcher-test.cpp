// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app has started later: with the session, and from the menu.

#include <QtTest>

#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char BACKGROUND[] = "org.freedesktop.portal.Background";
constexpr char LAUNCHER[] = "org.freedesktop.portal.DynamicLauncher";
constexpr char ID[] = "org.example.App.Notes.desktop";
using Words = std::vector<std::string>;

Value picture(const char* kind = "bytes") {
  return Value::variant(Value::tuple({kind, Value::variant(Value::bytes("<svg/>"))}));
}

std::string entry(const std::string& exec, const std::string& more = "") {
  return "[Desktop Entry]\nType=Application\nName=Theirs\nExec=" + exec + "\n" + more;
}

struct World : DesktopWorld {
  World() { desk.onPermit = granted; }

  DesktopWorld::Answered background(Options options) {
    return request(guest(), BACKGROUND, "RequestBackground", {"", asArgument(options)});
  }
  DesktopWorld::Answered prepare(Bus& who, Options options = {}) {
    return request(who, LAUNCHER, "PrepareInstall", {"", "Notes", picture(), asArgument(options)});
  }
  std::string install(Bus& who, const std::string& token, const std::string& text, const char* id = ID) {
    return error(who, LAUNCHER, "Install", {token, id, text, asArgument({})});
  }
};

}  // namespace

class LauncherTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void startsWithTheSessionAfterAYes();
  void withoutAYesNothingStarts();
  void askedForNothingNothingStarts();
  void programsOfACommandLineAreNotChosen();
  void putIntoTheMenuAfterAYes();
  void withoutAYesThereIsNoToken();
  void XDP_013a16d8_tokensAreGoodOnceForWhoWasGivenThem();
  void noTokenWithoutThePerson();
  void theDesktopsDialogComesAfterOurs();
  void CVE_2024_32462_entriesAreTakenApart_data();
  void CVE_2024_32462_entriesAreTakenApart();
  void malformedEntriesAreRefused_data();
  void malformedEntriesAreRefused();
  void malformedQuestionsAreRefused();
  void XDP_2023_entriesAreBelowTheAppsName();
  void entriesAreTheAppsOwn();
};

void LauncherTest::startsWithTheSessionAfterAYes() {
  World world;
  world.start();
  auto answer = world.background({{"autostart", Value(true)}, {"commandline", Value::texts({"app", "--tray", "a b"})}});
  QCOMPARE(answer.code, uint32_t{Response::Success});
  QVERIFY(flagOf(answer.results, "background") && flagOf(answer.results, "autostart"));
  QCOMPARE(KJ_ASSERT_NONNULL(world.desk.starting), (Words{"--tray", "a b"}));
  // Asking again without it takes it away.
  answer = world.background({});
  QVERIFY(flagOf(answer.results, "background") && !flagOf(answer.results, "autostart"));
  QVERIFY(world.desk.starting == nullptr);
}

void LauncherTest::withoutAYesNothingStarts() {
  World world;
  world.desk.onPermit = nullptr;
  world.start();
  auto answer = world.background({{"autostart", Value(true)}});
  QCOMPARE(answer.code, uint32_t{Response::Cancelled});
  QVERIFY(!flagOf(answer.results, "autostart") && world.desk.starting == nullptr);
  // Background, but not beyond the session: the broker says.
  world.desk.onPermit = granted;
  world.desk.startingIsGiven = false;
  answer = world.background({{"autostart", Value(true)}});
  QCOMPARE(answer.code, uint32_t{Response::Success});
  QVERIFY(flagOf(answer.results, "background") && !flagOf(answer.results, "autostart"));
}

void LauncherTest::askedForNothingNothingStarts() {
  World world;
  world.start();
  world.background({{"commandline", Value::texts({"app"})}});
  QVERIFY(world.desk.starting == nullptr);
}

void LauncherTest::programsOfACommandLineAreNotChosen() {
  World world;
  world.start();
  auto& guest = world.guest();
  auto refused = [&](const Words& words) {
    return world.error(guest, BACKGROUND, "RequestBackground",
                       {"", asArgument({{"autostart", Value(true)}, {"commandline", Value::texts(words)}})});
  };
  QCOMPARE(refused({}), error::INVALID);
  QCOMPARE(refused({"--bind"}), error::INVALID);
  QCOMPARE(refused({""}), error::INVALID);
  QCOMPARE(refused(Words(1000, "x")), error::INVALID);
  QVERIFY(world.desk.starting == nullptr && world.desk.rights.empty());
  world.background({{"autostart", Value(true)}, {"commandline", Value::texts({"/home/anna/evil"})}});
  QCOMPARE(KJ_ASSERT_NONNULL(world.desk.starting), Words{});
}

void LauncherTest::putIntoTheMenuAfterAYes() {
  World world;
  world.start();
  auto& guest = world.guest();
  auto answer = world.prepare(guest);
  QCOMPARE(answer.code, uint32_t{Response::Success});
  QCOMPARE(textOf(answer.results, "name"), "Notes");
  QCOMPARE(world.desk.rights, Words{"launchers"});
  QCOMPARE(world.install(guest, textOf(answer.results, "token"), entry("app --page %U", "Comment=Write\n")), "");
  auto& put = world.desk.menu.at(ID);
  QCOMPARE(put.name, "Notes");
  QCOMPARE(put.words, Words{"--page"});
  QCOMPARE(put.details.size(), size_t(1));
  QCOMPARE(put.details[0].id, "Comment");
  QCOMPARE(world.desk.menuGrants, Words{"g1"});
}

void LauncherTest::withoutAYesThereIsNoToken() {
  World world;
  world.desk.onPermit = nullptr;
  FakeBackend backend(world, "org.freedesktop.impl.portal.DynamicLauncher;");
  world.start();
  auto answer = world.prepare(world.guest());
  QCOMPARE(answer.code, uint32_t{Response::Cancelled});
  QVERIFY(answer.results.empty());
  QCOMPARE(backend.count("PrepareInstall"), size_t(0));
  QCOMPARE(world.install(world.guest(), "", entry("app")), error::INVALID);
}

void LauncherTest::XDP_013a16d8_tokensAreGoodOnceForWhoWasGivenThem() {
  World world;
  world.start();
  auto &guest = world.guest(), &other = world.guest();
  auto token = textOf(world.prepare(guest).results, "token");
  QVERIFY(token.size() >= 32);
  QCOMPARE(world.install(other, token, entry("app")), error::INVALID);
  QCOMPARE(world.install(guest, token + "0", entry("app")), error::INVALID);
  QCOMPARE(world.install(guest, token, entry("app")), "");
  QCOMPARE(world.install(guest, token, entry("app")), error::INVALID);
  QCOMPARE(world.desk.menuGrants.size(), size_t(1));
  // Nor are more than some kept.
  auto first = textOf(world.prepare(guest).results, "token");
  for (int i = 0; i < 16; ++i) world.prepare(guest);
  QCOMPARE(world.install(guest, first, entry("app")), error::INVALID);
}

void LauncherTest::noTokenWithoutThePerson() {
  World world;
  world.start();
  QCOMPARE(world.error(world.guest(), LAUNCHER, "RequestInstallToken", {"Notes", picture(), asArgument({})}),
           error::NOT_ALLOWED);
  QVERIFY(world.desk.rights.empty());
}

void LauncherTest::theDesktopsDialogComesAfterOurs() {
  World world;
  FakeBackend backend(world, "org.freedesktop.impl.portal.DynamicLauncher;");
  world.start();
  auto& guest = world.guest();
  backend.results = {{"name", "My notes"}, {"token", "theirs"}};
  auto answer = world.prepare(guest, {{"modal", Value(false)}, {"target", "https://example.org"}});
  QCOMPARE(textOf(answer.results, "name"), "My notes");
  QVERIFY(textOf(answer.results, "token") != "theirs");
  auto& call = backend.calls.back();
  QCOMPARE(call.arguments.at(1).asText(), "org.example.App");
  QCOMPARE(call.arguments.at(3).asText(), "Notes");
  // Nothing of the app's to decode.
  QCOMPARE(call.arguments.at(4).inside().items().at(0).asText(), "themed");
  auto options = call.arguments.at(5).asDictionary();
  QVERIFY(!flagOf(options, "modal", true) && !flagOf(options, "editable_icon", true));
  QCOMPARE(textOf(options, "target"), "https://example.org");
  QCOMPARE(world.install(guest, textOf(answer.results, "token"), entry("app")), "");
  QCOMPARE(world.desk.menu.at(ID).name, "My notes");
  backend.onCall = [](kj::Own<Call> call) { call->reply({uint32_t{1}, asArgument({})}); };
  answer = world.prepare(guest);
  QCOMPARE(answer.code, uint32_t{Response::Cancelled});
  QVERIFY(answer.results.empty());
}

void LauncherTest::CVE_2024_32462_entriesAreTakenApart_data() {
  QTest::addColumn<QString>("exec");
  QTest::addColumn<QStringList>("words");
  QTest::newRow("another program") << "/usr/bin/evil -c x" << QStringList{"-c", "x"};
  QTest::newRow("options of ours") << "app --bind / /" << QStringList{"--bind", "/", "/"};
  QTest::newRow("a quoted word") << "app \"a b\" 'c d'" << QStringList{"a b", "c d"};
  QTest::newRow("no shell") << "app $HOME;id" << QStringList{"$HOME;id"};
  QTest::newRow("places for files") << "app %f %u %F %U x" << QStringList{"x"};
  QTest::newRow("its name") << "app %c" << QStringList{"Notes"};
}

void LauncherTest::CVE_2024_32462_entriesAreTakenApart() {
  QFETCH(QString, exec);
  QFETCH(QStringList, words);
  World world;
  world.start();
  auto& guest = world.guest();
  auto token = textOf(world.prepare(guest).results, "token");
  QCOMPARE(world.install(guest, token, entry(exec.toStdString())), "");
  QStringList found;
  for (auto& word : world.desk.menu.at(ID).words) found << QString::fromStdString(word);
  QCOMPARE(found, words);
}

void LauncherTest::malformedEntriesAreRefused_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::newRow("empty") << QByteArray();
  QTest::newRow("no group") << QByteArray("Exec=app\n");
  QTest::newRow("no Exec") << QByteArray("[Desktop Entry]\nType=Application\n");
  QTest::newRow("no Type") << QByteArray("[Desktop Entry]\nExec=app\n");
  QTest::newRow("a link") << QByteArray("[Desktop Entry]\nType=Link\nURL=x\nExec=app\n");
  QTest::newRow("another group first") << QByteArray("[X]\n[Desktop Entry]\nType=Application\nExec=app\n");
  QTest::newRow("Exec twice") << QByteArray("[Desktop Entry]\nType=Application\nExec=app\nExec=evil\n");
  QTest::newRow("group twice") << QByteArray("[Desktop Entry]\nType=Application\nExec=app\n[Desktop Entry]\nExec=x\n");
  QTest::newRow("option for a program") << QByteArray("[Desktop Entry]\nType=Application\nExec=--bind /\n");
  QTest::newRow("open quote") << QByteArray("[Desktop Entry]\nType=Application\nExec=app \"x\n");
  QTest::newRow("unknown code") << QByteArray("[Desktop Entry]\nType=Application\nExec=app %x\n");
  QTest::newRow("long") << QByteArray("[Desktop Entry]\nType=Application\nExec=app\n#") + QByteArray(100'000, 'x');
}

void LauncherTest::malformedEntriesAreRefused() {
  QFETCH(QByteArray, text);
  World world;
  world.start();
  auto& guest = world.guest();
  auto token = textOf(world.prepare(guest).results, "token");
  QCOMPARE(world.install(guest, token, text.toStdString()), error::INVALID);
  QVERIFY(world.desk.menu.empty());
}

void LauncherTest::malformedQuestionsAreRefused() {
  World world;
  world.start();
  auto& guest = world.guest();
  auto refused = [&](Value name, Value icon, Options options) {
    return world.error(guest, LAUNCHER, "PrepareInstall", {"", name, icon, asArgument(options)});
  };
  QCOMPARE(refused("", picture(), {}), error::INVALID);
  QCOMPARE(refused(std::string(300, 'x'), picture(), {}), error::INVALID);
  QCOMPARE(refused("Notes", picture("file"), {}), error::INVALID);
  QCOMPARE(refused("Notes", Value::variant("x"), {}), error::INVALID);
  QCOMPARE(refused("Notes", picture(), {{"launcher_type", uint32_t{4}}}), error::INVALID);
  QCOMPARE(refused("Notes", picture(), {{"target", "file:///etc/passwd"}}), error::INVALID);
  QCOMPARE(refused("Notes", picture(), {{"target", "javascript:x"}}), error::INVALID);
  QVERIFY(world.desk.rights.empty());
}

void LauncherTest::XDP_2023_entriesAreBelowTheAppsName() {
  World world;
  world.start();
  auto& guest = world.guest();
  for (auto id : {"org.example.Bank.desktop", "org.example.Apple.x.desktop", "org.example.App.x", "x.desktop", "",
                  "../org.example.App.x.desktop"}) {
    auto token = textOf(world.prepare(guest).results, "token");
    QCOMPARE(world.install(guest, token, entry("app"), id), error::INVALID);
    for (auto member : {"Uninstall", "Launch"})
      QCOMPARE(world.error(guest, LAUNCHER, member, {id, asArgument({})}), error::INVALID);
    QCOMPARE(world.error(guest, LAUNCHER, "GetDesktopEntry", {id}), error::INVALID);
  }
  QVERIFY(world.desk.menu.empty());
}

void LauncherTest::entriesAreTheAppsOwn() {
  World world;
  world.start();
  auto& guest = world.guest();
  for (auto member : {"Uninstall", "Launch"})
    QCOMPARE(world.error(guest, LAUNCHER, member, {ID, asArgument({})}), error::NOT_FOUND);
  QCOMPARE(world.error(guest, LAUNCHER, "GetDesktopEntry", {ID}), error::NOT_FOUND);
  world.install(guest, textOf(world.prepare(guest).results, "token"), entry("app"));
  QCOMPARE(world.call(guest, LAUNCHER, "GetDesktopEntry", {ID}).arguments.at(0).asText(),
           "[Desktop Entry]\nName=Notes\n");
  QCOMPARE(world.error(guest, LAUNCHER, "GetIcon", {ID}), error::NOT_FOUND);
  QCOMPARE(world.error(guest, LAUNCHER, "Launch", {ID, asArgument({})}), "");
  QCOMPARE(world.desk.started, Words{ID});
  QCOMPARE(world.error(guest, LAUNCHER, "Uninstall", {ID, asArgument({})}), "");
  QVERIFY(world.desk.menu.empty());
}

QTEST_GUILESS_MAIN(LauncherTest)
#include "launcher-test.moc"
