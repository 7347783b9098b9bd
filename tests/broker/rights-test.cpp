// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Grants that are not of one file: rights on the desktop, and folders that are too wide to be given.

#include <unistd.h>
#include <QtTest>

#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/grants/grant-schema.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const char* const EDITOR = "org.example.Editor";

class Switches final : public schema::Observer::Server {
public:
  std::map<std::string, bool> sharedX;
  kj::Promise<void> settings(SettingsContext context) override {
    for (auto one : context.getParams().getChanged()) sharedX[one.getApp().cStr()] = one.getSharedX();
    return kj::READY_NOW;
  }
};

std::string give(BrokerWorld& world, const char* right, Lifetime lifetime = Lifetime::always(),
                 const std::string& instance = {}) {
  auto call = world.person().grantRequest();
  call.setHolder(EDITOR);
  call.setKind(schema::Kind::DESKTOP);
  call.initObject().setTarget(right);
  call.setInstance(instance.c_str());
  toSchema(lifetime, call.initLifetime());
  return call.send().wait(world.ws).getId().cStr();
}

// What a person reads when it is refused; empty when it is not.
std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const kj::Exception& exception) {
    return reason(exception);
  }
  return {};
}

void takeBack(BrokerWorld& world, const std::string& id) {
  auto call = world.person().revokeRequest();
  call.initGrants(1).set(0, id.c_str());
  call.send().wait(world.ws);
}

AppSettings settingsOf(BrokerWorld& world) {
  auto call = world.person().settingsRequest();
  call.setApp(EDITOR);
  return fromSchema(call.send().wait(world.ws).getSettings());
}

void change(BrokerWorld& world, const AppSettings& settings) {
  auto call = world.person().setSettingsRequest();
  toSchema(settings, call.initSettings());
  call.send().wait(world.ws);
}

}  // namespace

class RightsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void nothingOfTheDesktopByDefault();
  void grantedRightIsUsedAtTheNextStart();
  void revokedRightIsNotGivenAgain();
  void whatFailsForWantOfARightSaysSo();
  void rightsInUseAreCounted();
  void rightsStayBelowCeilings();
  void whatIsAllowedUnaskedIsSwitchedOffAndOn();
  void theClipboardOfXIsSwitchedOffByItself();
  void whatIsSwitchedOffStaysOff();
  void whatIsAskedForIsNotSwitchedOff();
  void aCeilingSwitchesOffWithoutANever();
  void theGraphicsCardIsAGrant();
  void onlyKnownRightsAreGiven();
  void rightsUsedAtTheStartAreNotBoundToARun();
  void namesOfTheHomeComeAndGoLive();
  void switchesAreTheGrants();
  void oldSwitchesBecomeGrants();
  void watchersHearOfSwitches();
  void foldersTooWideAreNotGranted();
  void tooWideIsNoChoiceOfAQuestion();
  void whatThePortalCannotGiveIsNotListed();
  void hardLinksToOurFilesAreOurFiles_data();
  void hardLinksToOurFilesAreOurFiles();
  void designatedHardLinksAreLeftOut();
};

void RightsTest::nothingOfTheDesktopByDefault() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  QVERIFY(!app.sharedX && !app.ownSandboxes && !world.portal.sandbox(app.id).seeHomeNames);
}

void RightsTest::grantedRightIsUsedAtTheNextStart() {
  BrokerWorld world;
  give(world, "shared-x11");
  auto app = world.start(EDITOR);
  QVERIFY(app.sharedX && !app.ownSandboxes);
  auto other = world.start("org.example.Viewer");
  QVERIFY(!other.sharedX);
  auto profile = world.start(EDITOR, {.profile = "work"});
  QVERIFY(!profile.sharedX);
  give(world, "own-sandboxes", Lifetime::untilTime(world.clock.wall() + 1h));
  QVERIFY(world.start(EDITOR).ownSandboxes);
  world.advance(2h);
  QVERIFY(!world.start(EDITOR).ownSandboxes);
}

void RightsTest::revokedRightIsNotGivenAgain() {
  BrokerWorld world;
  auto grant = give(world, "shared-x11");
  QVERIFY(world.start(EDITOR).sharedX);
  takeBack(world, grant);
  QVERIFY(!world.start(EDITOR).sharedX);
  QVERIFY(world.living().empty());
}

void RightsTest::whatFailsForWantOfARightSaysSo() {
  BrokerWorld world;
  auto lacked = [&](AppOptions options, int status, Duration after = 1s) -> std::string {
    auto app = world.start(EDITOR, options);
    world.advance(after);
    world.end(app, status);
    auto ended = app.instance.waitRequest().send().wait(world.ws);
    auto info = app.instance.infoRequest().send().wait(world.ws);
    KJ_REQUIRE(ended.getStatus().getLacked() == info.getInfo().getLacked());
    return info.getInfo().getLacked().cStr();
  };
  AppOptions claims{.claimsOwnSandboxes = true};
  QCOMPARE(lacked(claims, 1), std::string("own-sandboxes"));
  QCOMPARE(lacked(claims, 0), std::string());        // It ended well.
  QCOMPARE(lacked(claims, 1, 1min), std::string());  // It ran.
  QCOMPARE(lacked({}, 1), std::string());            // It claims nothing.
  give(world, "own-sandboxes");
  QCOMPARE(lacked(claims, 1), std::string());  // It had it.
}

void RightsTest::rightsInUseAreCounted() {
  BrokerWorld world;
  give(world, "shared-x11");
  auto app = world.start(EDITOR);
  auto shown = world.living()[0];
  QCOMPARE(shown.live, 1u);
  QCOMPARE(shown.uses, uint64_t(1));
  QVERIFY(shown.used == world.clock.wall());
  world.end(app);
  QCOMPARE(world.living()[0].live, 0u);
  // Used again and again it does not lapse; unused it does.
  world.clock.advance(40 * 24h);
  auto again = world.start(EDITOR);
  world.end(again);
  world.clock.advance(40 * 24h);
  world.advance(31s);
  QCOMPARE(world.living().size(), size_t(1));
  world.clock.advance(30 * 24h);
  world.advance(31s);
  QVERIFY(world.living().empty());
}

void RightsTest::whatIsAllowedUnaskedIsSwitchedOffAndOn() {
  BrokerWorld world;
  QVERIFY(world.start(EDITOR).sound);
  QVERIFY(settingsOf(world).off.empty());
  change(world, {.app = EDITOR, .off = {"sound", "tray"}});
  QCOMPARE(settingsOf(world).off, (std::vector<std::string>{"tray", "sound"}));
  QVERIFY(!world.start(EDITOR).sound);
  QVERIFY(world.start("other").sound);
  // It is a "never" like others, and not made twice.
  change(world, {.app = EDITOR, .off = {"sound"}});
  QCOMPARE(world.broker->ledger().refusalsOf(EDITOR).size(), size_t(1));
  change(world, {.app = EDITOR});
  QVERIFY(world.start(EDITOR).sound);
  QVERIFY(world.broker->ledger().refusalsOf(EDITOR).empty());
}

void RightsTest::theClipboardOfXIsSwitchedOffByItself() {
  BrokerWorld world;
  QVERIFY(world.start(EDITOR).clipboard);
  change(world, {.app = EDITOR, .off = {"x-clipboard"}});
  auto app = world.start(EDITOR);
  QVERIFY(!app.clipboard && app.sound);
  QVERIFY(world.start("other").clipboard);
}

void RightsTest::whatIsSwitchedOffStaysOff() {
  BrokerWorld world;
  change(world, {.app = EDITOR, .off = {"sound"}});
  world.restartBroker();
  QCOMPARE(settingsOf(world).off, std::vector<std::string>{"sound"});
}

void RightsTest::whatIsAskedForIsNotSwitchedOff() {
  BrokerWorld world;
  for (auto name : {"camera", "shared-x11", "sounds", ""})
    QVERIFY(!refusal([&] { change(world, {.app = EDITOR, .off = {name}}); }).empty());
  QVERIFY(world.broker->ledger().refusalsOf(EDITOR).empty());
}

void RightsTest::aCeilingSwitchesOffWithoutANever() {
  BrokerWorld world;
  replaceFile(world.places.config + "/ceilings.toml", "[[never]]\nkind = \"desktop\"\ntarget = \"sound\"\n");
  QVERIFY(!world.start(EDITOR).sound);
  auto settings = settingsOf(world);
  QCOMPARE(settings.off, std::vector<std::string>{"sound"});
  change(world, settings);  // As a window does that changes something else.
  QVERIFY(world.broker->ledger().refusalsOf(EDITOR).empty());
  change(world, {.app = EDITOR});
  QVERIFY(!world.start(EDITOR).sound);
}

void RightsTest::theGraphicsCardIsAGrant() {
  BrokerWorld world;
  QVERIFY(!world.start(EDITOR).gpu);
  change(world, {.app = EDITOR, .gpu = true});
  QVERIFY(world.start(EDITOR).gpu && !world.start("other").gpu);
  QCOMPARE(world.living()[0].object.target, std::string("gpu"));
  takeBack(world, world.living()[0].id.text());
  QVERIFY(!world.start(EDITOR).gpu && !settingsOf(world).gpu);
  replaceFile(world.places.config + "/ceilings.toml", "[[never]]\nkind = \"desktop\"\ntarget = \"gpu\"\n");
  QVERIFY(!refusal([&] { change(world, {.app = EDITOR, .gpu = true}); }).empty());
  QVERIFY(!world.start(EDITOR).gpu);
}

void RightsTest::rightsStayBelowCeilings() {
  for (auto name : {"shared-x11", "x11"}) {
    BrokerWorld world;
    replaceFile(world.places.config + "/ceilings.toml",
                "[[never]]\nkind = \"desktop\"\ntarget = \"" + std::string(name) + "\"\n");
    QVERIFY(!refusal([&] { give(world, "shared-x11"); }).empty());
    QVERIFY(!refusal([&] { change(world, {.app = EDITOR, .sharedX = true}); }).empty());
    Grant planted;
    planted.holder = EDITOR;
    planted.kind = Kind::Desktop;
    planted.object = {.target = "shared-x11", .scope = Scope::Host};
    planted.access = Access::Write;
    planted.lifetime = Lifetime::always();
    world.broker->ledger().add(planted);
    QVERIFY(!world.start(EDITOR).sharedX);
    give(world, "own-sandboxes");
    QVERIFY(world.start(EDITOR).ownSandboxes);
  }
}

void RightsTest::onlyKnownRightsAreGiven() {
  BrokerWorld world;
  for (auto name : {"", "x11", "shared-x11 ", "everything"}) {
    auto line = refusal([&] { give(world, name); });
    QVERIFY2(line.contains("see-home-names"), line.c_str());
  }
  QVERIFY(world.living().empty());
}

void RightsTest::rightsUsedAtTheStartAreNotBoundToARun() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  for (auto name : {"shared-x11", "own-sandboxes"}) {
    QVERIFY(refusal([&] { give(world, name, Lifetime::run(), app.id); }).contains("start"));
  }
  give(world, "see-home-names", Lifetime::run(), app.id);
  QCOMPARE(world.living().size(), size_t(1));
}

void RightsTest::namesOfTheHomeComeAndGoLive() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto grant = give(world, "see-home-names");
  auto& held = world.portal.sandbox(app.id).grants.at(grant);
  QVERIFY(held.see && held.directory && !held.write);
  QCOMPARE(held.path, world.places.home);
  auto next = world.start(EDITOR);
  QVERIFY(world.portal.sandbox(next.id).seeHomeNames);
  takeBack(world, grant);
  QVERIFY(world.portal.sandbox(app.id).grants.at(grant).revoked);
  auto last = world.start(EDITOR);
  QVERIFY(!world.portal.sandbox(last.id).seeHomeNames);
  // Seeing a name is not opening what it names.
  give(world, "see-home-names");
  world.showQuestions();
  auto asked = world.touch(app, world.makeFile("a"));
  QVERIFY(!asked.poll(world.ws));
}

void RightsTest::switchesAreTheGrants() {
  BrokerWorld world;
  QVERIFY(!settingsOf(world).sharedX);
  change(world, {.app = EDITOR, .petname = "Ed", .sharedX = true, .seeHomeNames = true});
  QCOMPARE(world.living().size(), size_t(2));
  QVERIFY(settingsOf(world).sharedX && settingsOf(world).seeHomeNames && !settingsOf(world).ownSandboxes);
  change(world, settingsOf(world));  // Nothing new, nothing twice.
  QCOMPARE(world.living().size(), size_t(2));
  auto changed = settingsOf(world);
  changed.sharedX = false;
  change(world, changed);
  QVERIFY(!settingsOf(world).sharedX && !world.start(EDITOR).sharedX);
  takeBack(world, world.living()[0].id.text());
  QVERIFY(!settingsOf(world).seeHomeNames);
  QCOMPARE(settingsOf(world).petname, std::string("Ed"));
}

void RightsTest::oldSwitchesBecomeGrants() {
  BrokerWorld world;
  world.broker->ledger().setSettings({.app = EDITOR, .sharedX = true, .gpu = true});
  QVERIFY(!world.start(EDITOR).sharedX);  // The switch alone gives nothing.
  world.restartBroker();
  QVERIFY(settingsOf(world).sharedX && settingsOf(world).gpu);
  auto grants = world.broker->ledger().ofHolder(EDITOR, Ledger::Which::Living);
  QCOMPARE(grants.size(), size_t(2));
  for (auto& grant : grants) takeBack(world, grant.id.text());
  world.restartBroker();
  QVERIFY(!settingsOf(world).sharedX && !settingsOf(world).gpu);
}

void RightsTest::watchersHearOfSwitches() {
  BrokerWorld world;
  auto made = kj::heap<Switches>();
  auto& switches = *made;
  auto watch = world.person().watchRequest();
  watch.setObserver(kj::mv(made));
  auto handle = watch.send().wait(world.ws);
  change(world, {.app = EDITOR, .sharedX = true});
  world.advance(1s);
  QVERIFY(switches.sharedX.at(EDITOR));
  takeBack(world, world.living()[0].id.text());
  world.advance(1s);
  QVERIFY(!switches.sharedX.at(EDITOR));
}

void RightsTest::foldersTooWideAreNotGranted() {
  BrokerWorld world;
  auto above = world.places.state.substr(0, world.places.state.rfind('/'));
  for (auto& folder : {world.places.home, std::string("/"), above, std::string("/etc"), std::string("/tmp")}) {
    auto line = refusal([&] { world.grantOf(EDITOR, folder); });
    QVERIFY2(line.contains("give the folders"), (folder + ": " + line).c_str());
  }
  QVERIFY(world.living().empty());
  world.grantOf(EDITOR, world.makeFolder("Documents"));
  QCOMPARE(world.living().size(), size_t(1));
}

void RightsTest::tooWideIsNoChoiceOfAQuestion() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto top = world.touch(app, world.makeFile("a"));
  QVERIFY((world.me.last().scopes == std::vector{schema::Scope::FILE, schema::Scope::SIBLINGS}));
  world.me.allow(world.me.last());
  world.poll();
  world.makeFolder("Documents");
  auto below = world.touch(app, world.makeFile("Documents/b"));
  QCOMPARE(world.me.last().scopes.size(), size_t(4));
}

void RightsTest::whatThePortalCannotGiveIsNotListed() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  world.portal.refuseAdding = true;
  auto line = refusal([&] { world.grantOf(EDITOR, path); });
  QVERIFY2(line.contains("the portal cannot") && line.contains(path), line.c_str());
  QVERIFY(world.living().empty());
  world.portal.refuseAdding = false;
  world.grantOf(EDITOR, path);
  QCOMPARE(world.living().size(), size_t(1));
}

void RightsTest::hardLinksToOurFilesAreOurFiles_data() {
  QTest::addColumn<QString>("file");
  QTest::newRow("store") << "state/store.sqlite";
  QTest::newRow("policy") << "config/ceilings.toml";
  QTest::newRow("deeper") << "config/some/thing";
}

void RightsTest::hardLinksToOurFilesAreOurFiles() {
  QFETCH(QString, file);
  BrokerWorld world;
  replaceFile(world.places.config + "/ceilings.toml", "# nothing is forbidden\n");
  ensureOwnDirectory(world.places.config + "/some");
  replaceFile(world.places.config + "/some/thing", "x");
  auto name = file.section('/', 1).toStdString();
  auto own = (file.startsWith("state") ? world.places.state : world.places.config) + "/" + name;
  auto link = world.home("innocent");
  QVERIFY(::link(own.c_str(), link.c_str()) == 0);
  auto line = refusal([&] { world.grantOf(EDITOR, link); });
  QVERIFY2(line.contains("own files"), line.c_str());
  // A file of the person's with two names is theirs.
  auto path = world.makeFile("a");
  QVERIFY(::link(path.c_str(), world.home("b").c_str()) == 0);
  world.grantOf(EDITOR, path);
  QCOMPARE(world.living().size(), size_t(1));
}

void RightsTest::designatedHardLinksAreLeftOut() {
  BrokerWorld world;
  auto link = world.home("innocent");
  QVERIFY(::link((world.places.state + "/store.sqlite").c_str(), link.c_str()) == 0);
  auto path = world.makeFile("a");
  auto app = world.start(EDITOR, {.designations = {link, path}});
  QVERIFY(!world.portal.sandbox(app.id).holds(link));
  QVERIFY(world.portal.sandbox(app.id).holds(path));
}

QTEST_GUILESS_MAIN(RightsTest)
#include "rights-test.moc"
