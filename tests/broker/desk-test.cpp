// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the desktop portal may ask on behalf of an app, and what it may not.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <QtTest>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/grants/grant-schema.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

using Purpose = schema::Chooser::Purpose;
using Says = schema::Answer::Verdict;

const char* const EDITOR = "org.example.Editor";
const char* const LAUNCHER = "org.example.Editor.Notes.desktop";

capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }
std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }

schema::Descriptor::Client opened(const std::string& path) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC), path);
  return descriptorOf(kj::AutoCloseFd(fd));
}

struct Desk {
  BrokerWorld world;
  FakeApp app;
  schema::Desk::Client desk;

  explicit Desk(std::string ceilings = {})
      : world(),
        app((put(world, ceilings), world.showQuestions(), world.start(EDITOR))),
        desk(world.broker->desks().deskFor(InstanceId(app.id))) {}

  static void put(BrokerWorld& world, const std::string& ceilings) {
    if (!ceilings.empty()) replaceFile(world.places.config + "/ceilings.toml", ceilings);
  }

  using Choosing = kj::Promise<capnp::Response<schema::Desk::ChooseResults>>;
  Choosing choose(Purpose purpose, kj::Function<void(schema::Chooser::Builder)> fill = [](auto) {}) {
    auto call = desk.chooseRequest();
    call.initChooser().setPurpose(purpose);
    fill(call.getChooser());
    auto promise = call.send();
    Choosing choosing = kj::mv(promise);
    choosing = choosing.eagerlyEvaluate(nullptr);
    world.poll();
    return choosing;
  }

  void pick(std::vector<std::string> paths, bool write = false, bool byDescriptor = false) {
    world.me.answer(world.me.last(), [paths, write, byDescriptor](schema::Answer::Builder answer) {
      answer.setVerdict(Says::ALLOW);
      answer.setAccess(write ? schema::Access::WRITE : schema::Access::READ);
      answer.initLifetime().setRun();
      auto chosen = answer.initChosen(static_cast<unsigned>(paths.size()));
      for (unsigned i = 0; i < chosen.size(); ++i) {
        chosen[i].setPath(bytes(paths[i]));
        if (byDescriptor) chosen[i].setObject(opened(paths[i]));
      }
    });
    world.poll();
  }

  // A person who picks these: what the app hears. Empty: declined.
  std::vector<std::string> picked(Purpose purpose, std::vector<std::string> paths, bool write = false,
                                  std::vector<std::string> names = {}) {
    auto choosing = choose(purpose, [&](schema::Chooser::Builder chooser) {
      auto list = chooser.initNames(static_cast<unsigned>(names.size()));
      for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(names[i]));
    });
    pick(kj::mv(paths), write);
    return heard(choosing.wait(world.ws));
  }

  static std::vector<std::string> heard(const capnp::Response<schema::Desk::ChooseResults>& answer) {
    std::vector<std::string> result;
    if (!answer.getPicked().isFiles()) return result;
    for (auto path : answer.getPicked().getFiles().getPaths()) result.push_back(text(path));
    return result;
  }

  bool permit(const char* right) {
    auto call = desk.permitRequest();
    call.setRight(right);
    return call.send().wait(world.ws).getGranted();
  }
  kj::Promise<std::string> permitting(const char* right) {
    auto call = desk.permitRequest();
    call.setRight(right);
    auto promise = call.send().then(
        [](auto answer) -> std::string { return answer.getGranted() ? answer.getGrant().cStr() : ""; });
    promise = promise.eagerlyEvaluate(nullptr);
    world.poll();
    return promise;
  }

  kj::Promise<bool> open(const std::string& uri, bool ask = false) {
    auto call = desk.openRequest();
    call.setUri(uri.c_str());
    call.setAsk(ask);
    kj::Promise<bool> promise = call.send().then([](auto answer) { return answer.getOpened(); });
    promise = promise.eagerlyEvaluate(nullptr);
    world.poll();
    return promise;
  }
  kj::Promise<bool> openFile(const std::string& path, bool write = false) {
    auto call = desk.openRequest();
    call.setFile(opened(path));
    call.setWrite(write);
    kj::Promise<bool> promise = call.send().then([](auto answer) { return answer.getOpened(); });
    promise = promise.eagerlyEvaluate(nullptr);
    world.poll();
    return promise;
  }
  void openWith(const char* app, bool always = false) {
    world.me.answer(world.me.last(), [app, always](schema::Answer::Builder answer) {
      answer.setVerdict(Says::ALLOW);
      answer.setApp(app);
      if (always) answer.initLifetime().setAlways();
      else answer.initLifetime().setOnce();
    });
    world.poll();
  }

  bool trash(const std::string& path) {
    auto call = desk.trashRequest();
    call.setFile(opened(path));
    return call.send().wait(world.ws).getTrashed();
  }
  // Answered with yes, for so long: the grant.
  std::string permitted(const char* right, kj::Function<void(schema::Lifetime::Builder)> howLong) {
    auto asked = permitting(right);
    world.me.answer(world.me.last(), [&howLong](schema::Answer::Builder answer) {
      answer.setVerdict(Says::ALLOW);
      answer.setScope(schema::Scope::HOST);
      answer.setAccess(schema::Access::WRITE);
      howLong(answer.initLifetime());
    });
    return asked.wait(world.ws);
  }
  static void always(schema::Lifetime::Builder lifetime) { lifetime.setAlways(); }
  static void thisRun(schema::Lifetime::Builder lifetime) { lifetime.setRun(); }
  static void once(schema::Lifetime::Builder lifetime) { lifetime.setOnce(); }

  bool startWithSession(bool starts = true, std::vector<std::string> words = {}) {
    auto call = desk.startWithSessionRequest();
    call.setStarts(starts);
    auto list = call.initWords(static_cast<unsigned>(words.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(words[i]));
    return call.send().wait(world.ws).getStarts();
  }
  bool putLauncher(const std::string& grant, const std::string& id = LAUNCHER, const std::string& word = "--notes") {
    auto call = desk.putLauncherRequest();
    call.setGrant(grant.c_str());
    call.setId(id.c_str());
    call.getLauncher().setName("Notes");
    call.getLauncher().initWords(1).set(0, bytes(word));
    return call.send().wait(world.ws).getPut();
  }
  bool removeLauncher() {
    auto call = desk.removeLauncherRequest();
    call.setId(LAUNCHER);
    return call.send().wait(world.ws).getRemoved();
  }
  bool startLauncher() {
    auto call = desk.startLauncherRequest();
    call.setId(LAUNCHER);
    return call.send().wait(world.ws).getStarted();
  }
  std::string beside(const std::string& places, const std::string& name) const {
    return places.substr(0, places.rfind('/')) + name;
  }
  std::string autostart() const {
    return beside(world.places.config, std::string("/autostart/") + EDITOR + ".desktop");
  }
  std::string menu() const { return beside(world.places.data, std::string("/applications/") + LAUNCHER); }
  void revoke(const std::string& grant) {
    auto call = world.person().revokeRequest();
    call.initGrants(1).set(0, grant.c_str());
    call.send().wait(world.ws);
  }
  // What goes with a grant goes on a thread that looks at disks.
  bool goes(const std::string& path) {
    for (int i = 0; i < 2000 && access(path.c_str(), F_OK) == 0; ++i) {
      world.poll();
      usleep(5000);
    }
    return access(path.c_str(), F_OK) != 0;
  }

  std::string secret() { return text(desk.secretRequest().send().wait(world.ws).getSecret()); }
  std::string pathOf(const std::string& path) {
    auto call = desk.pathOfRequest();
    call.setFile(opened(path));
    return text(call.send().wait(world.ws).getPath());
  }
};

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

}  // namespace

class DeskTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void pickedFileIsAGrantOfItsOwn();
  void pickedFileIsHeldAsLongAsWasChosen_data();
  void pickedFileIsHeldAsLongAsWasChosen();
  void pickedFolderIsGivenWithAllBelow();
  void nothingPickedIsNothingGiven_data();
  void nothingPickedIsNothingGiven();
  void allOrNone();
  void aThousandPicks();
  void oneQuestionForEachChooser();
  void whileChoosingFoldersAreNotAskedAbout();
  void choosersComeFirst();
  void heldAlreadyIsNotListedTwice();
  void descriptorIsWhatWasShown();
  void savingGivesChanging();
  void savedNameIsANameInAFolder();
  void GHSA_2fxp_43j9_pwvc_danglingLinkIsNotSavedThrough();
  void namesThatLeadElsewhereAreRefused_data();
  void namesThatLeadElsewhereAreRefused();
  void severalAreSavedWithoutOverwriting();
  void choicesAreThoseThatWereShown();
  void titleIsEscaped();
  void forbiddenThingsAreNotPicked_data();
  void forbiddenThingsAreNotPicked();
  void ceilingOnChangingLeavesLooking();
  void chooserIsNotSpammed();
  void chooserIsDeclinedAfterItsTime();
  void choosersDoNotSurviveTheirApp();
  void portalThatRefusesGivesNothing();
  void pickedElsewhereIsTheSame();

  void unaskedRightsNeedNobody();
  void otherRightsAreAsked();
  void whatIsInUseCounts();
  void onceIsOnce();
  void rightsEndWithTheirGrant();
  void ceilingsTakePortalsAway();
  void ceilingsTakeEachPortalAway_data();
  void ceilingsTakeEachPortalAway();
  void wrongRightsAreRefused();

  void addressIsOpenedWithWhatThePersonSays();
  void rememberedAppIsNotAskedAgain();
  void badAddressesAreNeverOpened_data();
  void badAddressesAreNeverOpened();
  void onlyClaimedSchemesAreOpened();
  void fileIsGivenToTheOther();
  void fileItDoesNotHoldIsNotOpened();
  void badAppsAreNotStarted();

  void secretIsTheSameEachTime();
  void secretIsOfItsHolder();
  void trashMovesWhatMayBeChanged();
  void trashKeepsBothOfAName();
  void GHSA_rqr9_jwwf_wxgj_trashRefusesWhatMayNotBeChanged();
  void GHSA_rqr9_jwwf_wxgj_trashFollowsNoLinks();
  void pathsAreOfWhatIsHeld();
  void stoppedFileIsHeldNoLonger();

  void startsWithTheSessionAsLongAsItsGrant();
  void shortAnswersDoNotReachTheNextSession();
  void whatItWasTakenAwayForIsGoneAfterAStart();
  void trialsAndCeilingsStartNothing();
  void launchersArePutByTheirGrant();
  void launchersOfOneAnswerAreOne();
  void launchersGoWhenTakenBack();
  void launchersStartTheirOwnApp();
};

void DeskTest::pickedFileIsAGrantOfItsOwn() {
  Desk it;
  auto path = it.world.makeFile("a");
  it.world.makeFile("b");
  QCOMPARE(it.picked(Purpose::OPEN_FILE, {path}), std::vector<std::string>{path});
  QVERIFY(it.world.portal.sandbox(it.app.id).holds(path));
  auto grants = it.world.living();
  QCOMPARE(grants.size(), size_t(1));
  QVERIFY(grants[0].origin == Origin::Picked && grants[0].access == Access::Read);
  QVERIFY(grants[0].object.scope == Scope::File && grants[0].object.inode != 0);
  QCOMPARE(grants[0].instance.text(), it.app.id);
  it.world.end(it.app);
  QVERIFY(it.world.living().empty());
}

void DeskTest::pickedFileIsHeldAsLongAsWasChosen_data() {
  QTest::addColumn<int>("lifetime");
  QTest::addColumn<bool>("outlives");
  QTest::newRow("once") << int(Lifetime::Type::Once) << false;
  QTest::newRow("while it runs") << int(Lifetime::Type::Run) << false;
  QTest::newRow("for an hour") << int(Lifetime::Type::Until) << true;
  QTest::newRow("always") << int(Lifetime::Type::Always) << true;
}

// For an hour is by the clock, whether or not the app runs.
void DeskTest::pickedFileIsHeldAsLongAsWasChosen() {
  QFETCH(int, lifetime);
  QFETCH(bool, outlives);
  Desk it;
  auto path = it.world.makeFile("a");
  auto type = static_cast<Lifetime::Type>(lifetime);
  auto until = it.world.clock.wall() + 1h;
  auto choosing = it.choose(Purpose::OPEN_FILE);
  it.world.me.answer(it.world.me.last(), [&](schema::Answer::Builder answer) {
    answer.setVerdict(Says::ALLOW);
    answer.setAccess(schema::Access::READ);
    auto length = answer.initLifetime();
    if (type == Lifetime::Type::Once) length.setOnce();
    if (type == Lifetime::Type::Run) length.setRun();
    if (type == Lifetime::Type::Until) length.setUntil(toNanos(until));
    if (type == Lifetime::Type::Always) length.setAlways();
    answer.initChosen(1)[0].setPath(bytes(path));
  });
  QCOMPARE(Desk::heard(choosing.wait(it.world.ws)), std::vector<std::string>{path});
  auto grants = it.world.living();
  QCOMPARE(grants.size(), size_t(1));
  QVERIFY(grants[0].lifetime.type == type);
  it.world.end(it.app);
  QCOMPARE(it.world.living().size(), size_t(outlives ? 1 : 0));
  it.world.advance(59min);
  QCOMPARE(it.world.living().size(), size_t(outlives ? 1 : 0));
  it.world.advance(2min);
  QCOMPARE(it.world.living().size(), size_t(type == Lifetime::Type::Always ? 1 : 0));
}

void DeskTest::pickedFolderIsGivenWithAllBelow() {
  Desk it;
  auto folder = it.world.makeFolder("Things");
  QCOMPARE(it.picked(Purpose::OPEN_FOLDER, {folder}, true), std::vector<std::string>{folder});
  QVERIFY(it.world.living()[0].kind == Kind::Folder && it.world.living()[0].object.scope == Scope::Tree);
  // A file where a folder was asked for, and the other way round.
  QVERIFY(it.picked(Purpose::OPEN_FOLDER, {it.world.makeFile("a")}).empty());
  QVERIFY(it.picked(Purpose::OPEN_FILE, {folder}).empty());
  QCOMPARE(it.world.living().size(), size_t(1));
}

void DeskTest::nothingPickedIsNothingGiven_data() {
  QTest::addColumn<int>("verdict");
  QTest::newRow("deny") << int(Says::DENY);
  QTest::newRow("never") << int(Says::NEVER);
  QTest::newRow("dismiss") << int(Says::DISMISS);
  QTest::newRow("window gone") << -1;
  QTest::newRow("allowed, nothing in it") << -2;
}

void DeskTest::nothingPickedIsNothingGiven() {
  QFETCH(int, verdict);
  Desk it;
  auto choosing = it.choose(Purpose::OPEN_FILE);
  QCOMPARE(it.world.me.up(), size_t(1));
  if (verdict == -1) it.world.me.crash(it.world.me.last());
  else if (verdict == -2) it.pick({});
  else it.world.me.say(it.world.me.last(), static_cast<Says>(verdict));
  QVERIFY(Desk::heard(choosing.wait(it.world.ws)).empty());
  QVERIFY(it.world.living().empty());
  QVERIFY(it.world.broker->ledger().refusals().empty());
  QVERIFY(it.world.broker->powerbox().waiting().empty());
}

void DeskTest::allOrNone() {
  Desk it;
  auto good = it.world.makeFile("good");
  QVERIFY(it.picked(Purpose::OPEN_FILES, {good, it.world.home("missing")}).empty());
  QVERIFY(it.picked(Purpose::OPEN_FILES, {good, it.world.places.state + "/store.sqlite"}).empty());
  QVERIFY(it.picked(Purpose::OPEN_FILE, {good, it.world.makeFile("other")}).empty());
  QVERIFY(it.world.living().empty());
  QVERIFY(!it.world.portal.sandbox(it.app.id).holds(good));
}

void DeskTest::aThousandPicks() {
  Desk it;
  std::vector<std::string> paths;
  for (int i = 0; i < 1000; ++i) paths.push_back(it.world.makeFile("f" + std::to_string(i)));
  QCOMPARE(it.picked(Purpose::OPEN_FILES, paths), paths);
  QCOMPARE(it.world.living().size(), size_t(1000));
  for (int i = 1000; i < 1100; ++i) paths.push_back(it.world.makeFile("f" + std::to_string(i)));
  QVERIFY(it.picked(Purpose::OPEN_FILES, paths).empty());
  QCOMPARE(it.world.living().size(), size_t(1000));
}

void DeskTest::oneQuestionForEachChooser() {
  Desk it;
  auto path = it.world.makeFile("a");
  auto first = it.choose(Purpose::OPEN_FILE);
  auto second = it.choose(Purpose::OPEN_FILE);
  QCOMPARE(it.world.broker->powerbox().waiting().size(), size_t(2));
  it.pick({path});
  QVERIFY(first.poll(it.world.ws));
  QVERIFY(!second.poll(it.world.ws));
  // What is held answers no chooser: the person may want another.
  QCOMPARE(it.world.me.up(), size_t(1));
}

// GTK fills a dialog of its own that it never shows, a moment before it asks for ours; told no while that is there, it
// shows that it could not.
void DeskTest::whileChoosingFoldersAreNotAskedAbout() {
  Desk it;
  auto other = it.world.start("org.example.Viewer");
  auto folder = it.world.makeFolder("Documents");
  auto before = it.world.touch(it.app, folder), others = it.world.touch(other, folder);
  auto choosing = it.choose(Purpose::SAVE_FILE);
  auto meanwhile = it.world.touch(it.app, it.world.makeFolder("Music"));
  QCOMPARE(it.world.me.up(), size_t(2));  // The chooser, and what the other app wants.
  QVERIFY(!before.poll(it.world.ws) && !meanwhile.poll(it.world.ws));
  it.world.me.say(it.world.me.last(), Says::DISMISS);
  choosing.wait(it.world.ws);
  it.world.poll();
  QCOMPARE(it.world.me.up(), size_t(1));
  QVERIFY(!before.poll(it.world.ws));
  it.world.advance(3s);
  QVERIFY(before.wait(it.world.ws) == schema::FileAsker::Outcome::DECLINED);
  QVERIFY(meanwhile.wait(it.world.ws) == schema::FileAsker::Outcome::DECLINED);
  QVERIFY(!others.poll(it.world.ws));
  // Nothing of it is kept: afterwards it is asked about as ever.
  auto after = it.world.touch(it.app, folder);
  QVERIFY(!after.poll(it.world.ws));
  QCOMPARE(it.world.me.up(), size_t(2));
}

void DeskTest::choosersComeFirst() {
  Desk it;
  auto touching = it.world.touch(it.app, it.world.makeFile("a"));
  QCOMPARE(it.world.me.up(), size_t(1));
  auto choosing = it.choose(Purpose::OPEN_FILE);
  QCOMPARE(it.world.me.up(), size_t(1));
  auto waiting = it.world.broker->powerbox().waiting();
  QVERIFY(!waiting[0].visible && waiting[1].visible);
  QCOMPARE(waiting[1].alsoWaiting, 1u);
  auto path = it.world.makeFile("b");
  it.pick({path});
  QCOMPARE(Desk::heard(choosing.wait(it.world.ws)), std::vector<std::string>{path});
  it.world.poll();
  QCOMPARE(it.world.me.last().path, it.world.home("a"));  // Shown again, and still to be answered.
  QVERIFY(!touching.poll(it.world.ws));
  it.world.me.say(it.world.me.last(), Says::ALLOW);
  QVERIFY(touching.wait(it.world.ws) == schema::FileAsker::Outcome::GRANTED);
}

void DeskTest::heldAlreadyIsNotListedTwice() {
  Desk it;
  auto path = it.world.makeFile("a");
  for (int i = 0; i < 3; ++i) QCOMPARE(it.picked(Purpose::OPEN_FILE, {path}).size(), size_t(1));
  QCOMPARE(it.world.living().size(), size_t(1));
  QCOMPARE(it.picked(Purpose::OPEN_FILE, {path}, true).size(), size_t(1));
  QCOMPARE(it.world.living().size(), size_t(2));
}

void DeskTest::descriptorIsWhatWasShown() {
  // Battery 8: the name leads elsewhere between the look and the answer.
  Desk it;
  auto shown = it.world.makeFile("shown"), other = it.world.makeFile("other");
  auto choosing = it.choose(Purpose::OPEN_FILE);
  auto object = opened(shown);
  QCOMPARE(::rename(other.c_str(), shown.c_str()), 0);
  it.world.me.answer(it.world.me.last(), [&](schema::Answer::Builder answer) {
    answer.setVerdict(Says::ALLOW);
    answer.initLifetime().setRun();
    answer.initChosen(1)[0].setPath(bytes(shown));
    answer.getChosen()[0].setObject(object);
  });
  QVERIFY(Desk::heard(choosing.wait(it.world.ws)).empty());
  QVERIFY(it.world.living().empty());
}

void DeskTest::savingGivesChanging() {
  Desk it;
  auto path = it.world.makeFile("a"), fresh = it.world.home("new.txt");
  QVERIFY(it.picked(Purpose::SAVE_FILE, {path}, false).empty());
  QCOMPARE(it.picked(Purpose::SAVE_FILE, {path}, true), std::vector<std::string>{path});
  QCOMPARE(it.picked(Purpose::SAVE_FILE, {fresh}, true), std::vector<std::string>{fresh});
  for (auto& grant : it.world.living()) QVERIFY(grant.access == Access::Write && grant.kind == Kind::File);
  QVERIFY(!exists(fresh));
}

void DeskTest::savedNameIsANameInAFolder() {
  Desk it;
  for (auto path : {it.world.home("gone/new.txt"), it.world.home("../up.txt"), it.world.home("x/.."), it.world.home(""),
                    it.world.home("new\nline"), std::string("relative"), it.world.home(std::string(256, 'n'))}) {
    QVERIFY2(it.picked(Purpose::SAVE_FILE, {path}, true).empty(), path.c_str());
  }
  QVERIFY(it.picked(Purpose::SAVE_FILE, {it.world.makeFolder("Folder")}, true).empty());
  // A folder reached by a link is the folder it leads to.
  QCOMPARE(symlink(it.world.home("Folder").c_str(), it.world.home("link").c_str()), 0);
  QCOMPARE(it.picked(Purpose::SAVE_FILE, {it.world.home("link/new")}, true),
           std::vector<std::string>{it.world.home("Folder/new")});
}

void DeskTest::GHSA_2fxp_43j9_pwvc_danglingLinkIsNotSavedThrough() {
  Desk it;
  QCOMPARE(symlink(it.world.home("not-there").c_str(), it.world.home("link").c_str()), 0);
  QVERIFY(it.picked(Purpose::SAVE_FILE, {it.world.home("link")}, true).empty());
  QVERIFY(it.world.living().empty());
}

void DeskTest::namesThatLeadElsewhereAreRefused_data() {
  QTest::addColumn<QByteArray>("name");
  for (auto name : {"", ".", "..", "../x", "a/b", "/etc/passwd", "new\nline"}) QTest::newRow(name) << QByteArray(name);
  QTest::newRow("NUL") << QByteArray("a\0b", 3);
  QTest::newRow("long") << QByteArray(256, 'n');
}

void DeskTest::namesThatLeadElsewhereAreRefused() {
  // GHSA-cm83-2936-gxjm, battery 19.
  QFETCH(QByteArray, name);
  Desk it;
  auto choosing = it.choose(Purpose::SAVE_FILES, [&](schema::Chooser::Builder chooser) {
    chooser.initNames(2).set(0, bytes("good"));
    chooser.getNames().set(1, bytes(name.toStdString()));
  });
  QVERIFY_THROWS_EXCEPTION(kj::Exception, choosing.wait(it.world.ws));
  QVERIFY(it.world.me.shown.empty());
}

void DeskTest::severalAreSavedWithoutOverwriting() {
  Desk it;
  auto folder = it.world.makeFolder("Out");
  replaceFile(folder + "/a.txt", "mine");
  QCOMPARE(symlink("/nowhere", (folder + "/l").c_str()), 0);
  std::vector<std::string> expected{folder + "/a (1).txt", folder + "/b", folder + "/b (1)", folder + "/l (1)"};
  QCOMPARE(it.picked(Purpose::SAVE_FILES, {folder}, true, {"a.txt", "b", "b", "l"}), expected);
  // The folder itself is not given.
  for (auto& grant : it.world.living()) QVERIFY(grant.kind == Kind::File);
  QVERIFY(it.picked(Purpose::SAVE_FILES, {folder + "/a.txt"}, true, {"x"}).empty());
}

void DeskTest::choicesAreThoseThatWereShown() {
  Desk it;
  auto path = it.world.makeFile("a");
  for (auto value : {"true", "utf8", "forged"}) {
    auto choosing = it.choose(Purpose::OPEN_FILE, [](schema::Chooser::Builder chooser) {
      auto options = chooser.initOptions(2);
      options[0].setId("box");
      options[1].setId("encoding");
      options[1].initEntries(1)[0].setId("utf8");
    });
    it.world.me.answer(it.world.me.last(), [=](schema::Answer::Builder answer) {
      answer.setVerdict(Says::ALLOW);
      answer.initLifetime().setRun();
      answer.initChosen(1)[0].setPath(bytes(path));
      auto choice = answer.initChoices(1)[0];
      choice.setId(std::string_view(value) == "true" ? "box" : "encoding");
      choice.setValue(value);
    });
    auto answer = choosing.wait(it.world.ws);
    QCOMPARE(answer.getPicked().isFiles(), std::string_view(value) != "forged");
    if (answer.getPicked().isFiles()) QCOMPARE(answer.getPicked().getFiles().getChoices()[0].getValue().cStr(), value);
  }
}

void DeskTest::titleIsEscaped() {
  // CVE-2023-28101, battery 31.
  Desk it;
  auto choosing = it.choose(Purpose::OPEN_FILE, [](schema::Chooser::Builder chooser) {
    chooser.setTitle(("\x1b[2J\xe2\x80\xae" + std::string(5000, 'x')).c_str());
  });
  auto request = it.world.broker->powerbox().waiting().front();
  auto title = KJ_ASSERT_NONNULL(request.question.chooser).title;
  QVERIFY(title.size() < 300 && !title.contains('\x1b') && !title.contains("\xe2\x80\xae"));
  auto large = it.choose(Purpose::OPEN_FILE, [](schema::Chooser::Builder chooser) { chooser.initFilters(65); });
  QVERIFY_THROWS_EXCEPTION(kj::Exception, large.wait(it.world.ws));
}

void DeskTest::forbiddenThingsAreNotPicked_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<bool>("folder");
  for (auto path : {"~/Secrets/s", "/proc/self/environ", "/dev/null", "STATE/store.sqlite", "relative", "~/../x"})
    QTest::newRow(path) << path << false;
  for (auto path : {"~", "/", "/usr", "~/Secrets", "STATE"}) QTest::newRow(path) << path << true;
}

void DeskTest::forbiddenThingsAreNotPicked() {
  QFETCH(QString, path);
  QFETCH(bool, folder);
  Desk it("[[never]]\npath = \"~/Secrets\"\n");
  it.world.makeFolder("Secrets");
  it.world.makeFile("Secrets/s");
  auto real = path.replace('~', QString::fromStdString(it.world.places.home))
                  .replace("STATE", QString::fromStdString(it.world.places.state));
  QVERIFY(it.picked(folder ? Purpose::OPEN_FOLDER : Purpose::OPEN_FILE, {real.toStdString()}).empty());
  QVERIFY(it.world.living().empty());
}

void DeskTest::ceilingOnChangingLeavesLooking() {
  Desk it("[[never]]\npath = \"~/Fixed\"\naccess = \"write\"\n");
  it.world.makeFolder("Fixed");
  auto path = it.world.makeFile("Fixed/a");
  QCOMPARE(it.picked(Purpose::OPEN_FILE, {path}, true), std::vector<std::string>{path});
  QVERIFY(it.world.living()[0].access == Access::Read);
  QVERIFY(it.picked(Purpose::SAVE_FILE, {path}, true).empty());
}

void DeskTest::chooserIsNotSpammed() {
  Desk it;
  for (int i = 0; i < 5; ++i) {
    auto choosing = it.choose(Purpose::OPEN_FILE);
    QCOMPARE(it.world.me.up(), size_t(1));
    it.world.me.say(it.world.me.last(), Says::DISMISS);
    choosing.wait(it.world.ws);
  }
  QVERIFY(it.choose(Purpose::OPEN_FILE).poll(it.world.ws));
  it.world.advance(61s);
  QVERIFY(!it.choose(Purpose::OPEN_FILE).poll(it.world.ws));
}

void DeskTest::chooserIsDeclinedAfterItsTime() {
  Desk it;
  auto choosing = it.choose(Purpose::OPEN_FILE);
  it.world.advance(29min);
  QVERIFY(!choosing.poll(it.world.ws));
  it.world.advance(2min);
  QVERIFY(Desk::heard(choosing.wait(it.world.ws)).empty());
}

void DeskTest::choosersDoNotSurviveTheirApp() {
  Desk it;
  auto path = it.world.makeFile("a");
  auto choosing = it.choose(Purpose::OPEN_FILE);
  it.world.end(it.app);
  QVERIFY(Desk::heard(choosing.wait(it.world.ws)).empty());
  QVERIFY(Desk::heard(it.choose(Purpose::OPEN_FILE).wait(it.world.ws)).empty());
  QVERIFY(it.world.living().empty());
}

void DeskTest::portalThatRefusesGivesNothing() {
  Desk it;
  it.world.portal.refuseAdding = true;
  QVERIFY(it.picked(Purpose::OPEN_FILES, {it.world.makeFile("a"), it.world.makeFile("b")}).empty());
  QVERIFY(it.world.living().empty());
}

void DeskTest::pickedElsewhereIsTheSame() {
  Desk it("[[never]]\npath = \"~/Secrets\"\n");
  it.world.makeFolder("Secrets");
  auto give = [&](std::vector<std::string> paths, bool write = true) {
    auto call = it.desk.grantPickedRequest();
    auto list = call.initPaths(static_cast<unsigned>(paths.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(paths[i]));
    call.setAccess(write ? schema::Access::WRITE : schema::Access::READ);
    return call.send().wait(it.world.ws).getGrants().size();
  };
  auto path = it.world.makeFile("a");
  QCOMPARE(give({path, it.world.home("new")}), 2u);
  QCOMPARE(give({it.world.home("other-new")}, false), 0u);
  QCOMPARE(give({path, it.world.makeFile("Secrets/s")}), 0u);
  QCOMPARE(give({"/proc/self/environ"}), 0u);
  QCOMPARE(it.world.living().size(), size_t(2));
  QVERIFY(it.world.me.shown.empty());
}

void DeskTest::unaskedRightsNeedNobody() {
  Desk it;
  for (auto right : {"notifications", "inhibit", "print", "settings", "trash"}) QVERIFY(it.permit(right));
  QVERIFY(it.world.me.shown.empty());
  it.world.broker->ledger().refuse({.id = RequestId::fresh(),
                                    .holder = EDITOR,
                                    .kind = Kind::Desktop,
                                    .object = {.target = "notifications", .scope = Scope::Host}});
  QVERIFY(!it.permit("notifications") && it.permit("print"));
}

void DeskTest::otherRightsAreAsked() {
  Desk it;
  auto asked = it.permitting("camera");
  QVERIFY(!asked.poll(it.world.ws));
  QCOMPARE(it.world.me.last().target, "camera");
  it.world.me.allow(it.world.me.last(), schema::Scope::HOST, true);
  auto grant = asked.wait(it.world.ws);
  QVERIFY(!grant.empty());
  QCOMPARE(it.permitting("camera").wait(it.world.ws), grant);
  QCOMPARE(it.world.me.shown.size(), size_t(1));
  auto denied = it.permitting("microphone");
  it.world.me.say(it.world.me.last(), Says::DENY);
  QVERIFY(denied.wait(it.world.ws).empty());
  QVERIFY(it.permitting("microphone").wait(it.world.ws).empty());
}

void DeskTest::whatIsInUseCounts() {
  Desk it;
  auto asked = it.permitting("camera");
  it.world.me.allow(it.world.me.last(), schema::Scope::HOST, true);
  auto grant = asked.wait(it.world.ws);
  auto use = [&](const char* right) {
    auto call = it.desk.inUseRequest();
    call.setRight(right);
    call.setGrant(grant.c_str());
    return call.send().wait(it.world.ws).getHandle();
  };
  auto live = [&] { return KJ_ASSERT_NONNULL(it.world.broker->ledger().find(GrantId(grant))).live; };
  QCOMPARE(live(), 0u);
  {
    auto first = use("camera");
    QCOMPARE(live(), 1u);
    auto second = use("camera");
    QCOMPARE(live(), 2u);
  }
  it.world.poll();
  QCOMPARE(live(), 0u);
  QCOMPARE(KJ_ASSERT_NONNULL(it.world.broker->ledger().find(GrantId(grant))).uses, uint64_t{2});
  QVERIFY_THROWS_EXCEPTION(kj::Exception, use("screencast"));
  grant = "another";
  QVERIFY_THROWS_EXCEPTION(kj::Exception, use("camera"));
}

void DeskTest::onceIsOnce() {
  Desk it;
  for (size_t i = 1; i <= 2; ++i) {
    auto asked = it.permitting("screenshot");
    QCOMPARE(it.world.me.shown.size(), i);
    it.world.me.answer(it.world.me.last(), [](schema::Answer::Builder answer) {
      answer.setVerdict(Says::ALLOW);
      answer.setScope(schema::Scope::HOST);
      answer.setAccess(schema::Access::READ);
      answer.initLifetime().setOnce();
    });
    QVERIFY(!asked.wait(it.world.ws).empty());
  }
}

void DeskTest::rightsEndWithTheirGrant() {
  Desk it;
  auto asked = it.permitting("screencast");
  it.world.me.allow(it.world.me.last(), schema::Scope::HOST, true);
  auto grant = asked.wait(it.world.ws);
  auto call = it.world.person().revokeRequest();
  call.initGrants(1).set(0, grant.c_str());
  call.send().wait(it.world.ws);
  auto again = it.permitting("screencast");
  QVERIFY(!again.poll(it.world.ws));
  QCOMPARE(it.world.me.shown.size(), size_t(2));
}

void DeskTest::ceilingsTakePortalsAway() {
  {
    Desk it("[[never]]\napp = \"org.example.Editor\"\nkind = \"desktop\"\ntarget = \"print\"\n");
    QVERIFY(!it.permit("print") && it.permit("inhibit"));
    QCOMPARE(it.world.broker->desks().absentFor(EDITOR), std::vector<std::string>{"Print"});
    QVERIFY(it.world.broker->desks().absentFor("org.example.Viewer").empty());
  }
  Desk none("[[never]]\nkind = \"desktop\"\n");
  QVERIFY(none.choose(Purpose::OPEN_FILE).poll(none.world.ws));
  QVERIFY(!none.open("https://example.org").wait(none.world.ws));
  QVERIFY(none.secret().empty() && none.world.me.shown.empty());
}

void DeskTest::ceilingsTakeEachPortalAway_data() {
  QTest::addColumn<QByteArray>("portal");
  auto row = [](const char* right, const char* portal) { QTest::newRow(right) << QByteArray(portal); };
  row("screenshot", "Screenshot");
  row("screencast", "ScreenCast");
  row("camera", "Camera");
  row("location", "Location");
  row("background", "Background");
  row("account", "Account");
  row("wallpaper", "Wallpaper");
  row("email", "Email");
  row("launchers", "DynamicLauncher");
  row("usb", "Usb");
  row("remote-desktop", "RemoteDesktop");
  row("input-capture", "InputCapture");
  row("global-shortcuts", "GlobalShortcuts");
  row("clipboard", "Clipboard");
  row("notifications", "Notification");
  row("inhibit", "Inhibit");
  row("print", "Print");
  row("choose-files", "FileChooser");
  row("open-with", "OpenURI");
  row("documents", "Documents");
  row("file-transfer", "FileTransfer");
  row("settings", "Settings");
  row("secret", "Secret");
  row("trash", "Trash");
  row("network-state", "NetworkMonitor");
  row("proxies", "ProxyResolver");
  row("memory-state", "MemoryMonitor");
  row("power-state", "PowerProfileMonitor");
  row("realtime", "Realtime");
  row("game-mode", "GameMode");
}

// It is not on the app's bus, and a portal that asked all the same would hear no, without a question.
void DeskTest::ceilingsTakeEachPortalAway() {
  QFETCH(QByteArray, portal);
  auto right = QTest::currentDataTag();
  Desk it("[[never]]\napp = \"org.example.Editor\"\nkind = \"desktop\"\ntarget = \"" + std::string(right) + "\"\n");
  QCOMPARE(it.world.broker->desks().absentFor(EDITOR), std::vector<std::string>{portal.toStdString()});
  QVERIFY(it.world.broker->desks().absentFor("org.example.Viewer").empty());
  QVERIFY(!it.permit(right) && it.world.me.shown.empty());
}

void DeskTest::wrongRightsAreRefused() {
  Desk it;
  for (auto right : {"shared-x11", "own-sandboxes", "see-home-names", "everything", ""})
    QVERIFY_THROWS_EXCEPTION(kj::Exception, it.permit(right));
}

void DeskTest::addressIsOpenedWithWhatThePersonSays() {
  Desk it;
  auto launchers = it.world.programs.launchers.size();
  auto opening = it.open("https://example.org/x");
  QVERIFY(!opening.poll(it.world.ws));
  QCOMPARE(it.world.me.last().target, "https");
  it.openWith("firefox-esr");
  QVERIFY(opening.wait(it.world.ws));
  QCOMPARE(it.world.programs.launchers.size(), launchers + 1);
  QVERIFY(it.world.living().empty());
  auto again = it.open("https://example.org/x");
  QVERIFY(!again.poll(it.world.ws));
  it.world.me.say(it.world.me.last(), Says::DISMISS);
  QVERIFY(!again.wait(it.world.ws));
  QCOMPARE(it.world.programs.launchers.size(), launchers + 1);
}

void DeskTest::rememberedAppIsNotAskedAgain() {
  Desk it;
  auto opening = it.open("https://example.org");
  it.openWith("firefox-esr", true);
  QVERIFY(opening.wait(it.world.ws));
  QCOMPARE(it.world.living().size(), size_t(1));
  QCOMPARE(it.world.living()[0].object.target, "https -> firefox-esr");
  QVERIFY(it.open("HTTPS://example.org").wait(it.world.ws));
  QCOMPARE(it.world.me.shown.size(), size_t(1));
  QVERIFY(!it.open("http://example.org").poll(it.world.ws));         // Another scheme.
  QVERIFY(!it.open("https://example.org", true).poll(it.world.ws));  // The app wants the person to choose.
  it.world.broker->ledger().revoke({it.world.living()[0].id});
  QVERIFY(!it.open("https://example.org").poll(it.world.ws));
}

void DeskTest::badAddressesAreNeverOpened_data() {
  QTest::addColumn<QByteArray>("uri");
  for (auto uri : {"file:///etc/passwd", "FILE:///etc/passwd", "javascript:alert(1)", "data:text/html,x",
                   "about:config", "nothing", "https:", ":x", "https://a b", "https://a\nb", "https://\x1b[2J",
                   "https://a\xe2\x80\xae"
                   "b",
                   "-o:x", "1a:x", "view-source:https://x", "unclaimed-scheme:x", "https\xff://x"}) {
    QTest::newRow(uri) << QByteArray(uri);
  }
  QTest::newRow("long") << "https://" + QByteArray(20'000, 'x');
}

void DeskTest::badAddressesAreNeverOpened() {
  QFETCH(QByteArray, uri);
  Desk it;
  QVERIFY(!it.open(uri.toStdString()).wait(it.world.ws));
  QVERIFY(it.world.me.shown.empty());
}

void DeskTest::onlyClaimedSchemesAreOpened() {
  Desk it;
  auto applications = it.world.root.path().toStdString() + "/applications";
  QVERIFY(!it.open("chat:someone").wait(it.world.ws));
  ensureOwnDirectory(applications);
  replaceFile(applications + "/chat.desktop",
              "[Desktop Entry]\nName=Chat\nMimeType=text/plain;x-scheme-handler/chat;x-scheme-handler/data;\n");
  QVERIFY(!it.open("chat:someone").poll(it.world.ws));
  QVERIFY(!it.open("cha:someone").wait(it.world.ws));
  QVERIFY(!it.open("data:text/html,x").wait(it.world.ws));  // Claimed, and never all the same.
  QCOMPARE(it.world.me.shown.size(), size_t(1));
}

void DeskTest::fileIsGivenToTheOther() {
  Desk it;
  auto path = it.world.makeFile("a.txt");
  it.picked(Purpose::OPEN_FILE, {path});
  auto opening = it.openFile(path, true);
  QVERIFY(!opening.poll(it.world.ws));
  QCOMPARE(it.world.me.last().path, path);
  it.openWith("org.example.Viewer");
  QVERIFY(opening.wait(it.world.ws));
  auto session = it.world.programs.launchers.back().bootstrap.castAs<schema::LaunchSession>();
  auto begin = session.beginRequest();
  auto order = begin.send().wait(it.world.ws);
  QCOMPARE(text(order.getOrder().getArgumentPaths()[0]), path);
  QVERIFY(order.getOrder().getSpec().getApp() == "org.example.Viewer");
  auto described = session.describedRequest();
  described.initApp().setApp("org.example.Viewer");
  described.send().wait(it.world.ws);
  auto others = it.world.broker->ledger().ofHolder("org.example.Viewer", Ledger::Which::Living);
  QCOMPARE(others.size(), size_t(1));
  // Looking only: the one who passes it on has no more.
  QVERIFY(others[0].access == Access::Read && others[0].origin == Origin::Picked);
}

void DeskTest::fileItDoesNotHoldIsNotOpened() {
  Desk it;
  auto mine = it.world.makeFile("mine"), link = it.world.home("link"), other = it.world.makeFile("other");
  QVERIFY(!it.openFile(mine).wait(it.world.ws));
  it.picked(Purpose::OPEN_FILE, {other});
  QCOMPARE(symlink(mine.c_str(), link.c_str()), 0);
  QVERIFY(!it.openFile(link).wait(it.world.ws));
  QVERIFY(!it.openFile("/dev/null").wait(it.world.ws));
  QVERIFY(!it.openFile(it.world.places.state + "/store.sqlite").wait(it.world.ws));
  QCOMPARE(it.world.me.shown.size(), size_t(1));
}

void DeskTest::badAppsAreNotStarted() {
  Desk it("[[never]]\napp = \"org.example.Bad\"\nkind = \"start\"\n");
  auto launchers = it.world.programs.launchers.size();
  for (auto app : {"", "-x", "../x", "/bin/sh", "a b", "org.example.Bad"}) {
    auto opening = it.open("https://example.org");
    it.openWith(app, true);
    QVERIFY2(!opening.wait(it.world.ws), app);
  }
  QCOMPARE(it.world.programs.launchers.size(), launchers);
  QVERIFY(it.world.living().empty());
}

void DeskTest::secretIsTheSameEachTime() {
  Desk it;
  auto secret = it.secret();
  QCOMPARE(secret.size(), size_t(64));
  QCOMPARE(it.secret(), secret);
  it.world.end(it.app);
  auto next = it.world.start(EDITOR);
  it.desk = it.world.broker->desks().deskFor(InstanceId(next.id));
  QCOMPARE(it.secret(), secret);
  struct stat status{};
  QCOMPARE(stat((it.world.places.state + "/store.sqlite").c_str(), &status), 0);
  QCOMPARE(status.st_mode & 0777, 0600u);
}

void DeskTest::secretIsOfItsHolder() {
  Desk it;
  auto secret = it.secret();
  for (auto& app : {it.world.start("org.example.Viewer"), it.world.start(EDITOR, {.profile = "work"}),
                    it.world.start(EDITOR, {.throwaway = true})}) {
    it.desk = it.world.broker->desks().deskFor(InstanceId(app.id));
    QVERIFY(it.secret() != secret);
    QCOMPARE(it.secret(), it.secret());
  }
}

void DeskTest::trashMovesWhatMayBeChanged() {
  Desk it;
  auto path = it.world.makeFile("a b%.txt");
  it.world.grantOf(EDITOR, path, Lifetime::always(), true);
  QVERIFY(it.trash(path));
  auto can = it.world.root.path().toStdString() + "/Trash";
  QVERIFY(!exists(path) && exists(can + "/files/a b%.txt"));
  auto info = KJ_ASSERT_NONNULL(tryReadFile(can + "/info/a b%.txt.trashinfo", 4096));
  QVERIFY2(info.starts_with("[Trash Info]\nPath=/"), info.c_str());
  QVERIFY(info.contains("/home/a%20b%25.txt\nDeletionDate="));
}

void DeskTest::trashKeepsBothOfAName() {
  Desk it;
  for (int i = 0; i < 2; ++i) {
    auto path = it.world.makeFile("a");
    it.world.grantOf(EDITOR, path, Lifetime::always(), true);
    QVERIFY(it.trash(path));
  }
  auto can = it.world.root.path().toStdString() + "/Trash";
  QVERIFY(exists(can + "/files/a") && exists(can + "/files/a.2") && exists(can + "/info/a.2.trashinfo"));
}

void DeskTest::GHSA_rqr9_jwwf_wxgj_trashRefusesWhatMayNotBeChanged() {
  Desk it;
  auto path = it.world.makeFile("a"), other = it.world.makeFile("b");
  QVERIFY(!it.trash(path));
  it.world.grantOf(EDITOR, path);
  QVERIFY(!it.trash(path));
  it.world.grantOf(EDITOR, other, Lifetime::always(), true);
  QVERIFY(!it.trash(path));
  QVERIFY(exists(path) && exists(other));
  QVERIFY(!it.trash(it.world.places.state + "/store.sqlite"));
}

void DeskTest::GHSA_rqr9_jwwf_wxgj_trashFollowsNoLinks() {
  // GHSA-rqr9-jwwf-wxgj.
  Desk it;
  auto held = it.world.makeFile("held"), other = it.world.makeFile("other");
  it.world.grantOf(EDITOR, held, Lifetime::always(), true);
  QCOMPARE(unlink(held.c_str()), 0);
  QCOMPARE(symlink(other.c_str(), held.c_str()), 0);
  QVERIFY(!it.trash(held));
  QVERIFY(exists(other));
  // A trash that is a link is none.
  auto mine = it.world.makeFile("mine");
  it.world.grantOf(EDITOR, mine, Lifetime::always(), true);
  ensureOwnDirectory(it.world.root.path().toStdString() + "/elsewhere");
  QCOMPARE(symlink("elsewhere", (it.world.root.path().toStdString() + "/Trash").c_str()), 0);
  QVERIFY(!it.trash(mine));
  QVERIFY(exists(mine));
}

// One file of a folder that goes on being given.
void DeskTest::stoppedFileIsHeldNoLonger() {
  Desk it;
  auto folder = it.world.makeFolder("p"), deep = it.world.makeFolder("p/deep");
  auto path = it.world.makeFile("p/deep/a"), other = it.world.makeFile("p/deep/b"), second = it.world.home("p/second");
  QCOMPARE(link(path.c_str(), second.c_str()), 0);
  auto grant = it.world.grantOf(EDITOR, folder, Lifetime::always(), true);
  QCOMPARE(it.pathOf(path), path);
  auto stop = it.world.person().stopFileRequest();
  stop.setGrant(grant.c_str());
  stop.setPath(bytes(path));
  stop.send().wait(it.world.ws);
  // By both its names, and with the folder it lies in.
  for (auto& name : {path, second}) {
    QCOMPARE(it.pathOf(name), "");
    QVERIFY(!it.trash(name));
    QVERIFY(!it.openFile(name).wait(it.world.ws));
  }
  QVERIFY(!it.trash(deep));
  QVERIFY(exists(path) && exists(second));
  QCOMPARE(it.world.me.shown.size(), size_t(0));
  // The rest of it is as it was, and so is this for the app that is given it again.
  QCOMPARE(it.pathOf(other), other);
  it.world.grantOf(EDITOR, path, Lifetime::always(), true);
  QCOMPARE(it.pathOf(path), path);
  QVERIFY(it.trash(path) && it.trash(deep));
}

void DeskTest::pathsAreOfWhatIsHeld() {
  Desk it;
  auto path = it.world.makeFile("a");
  QCOMPARE(it.pathOf(path), "");
  it.world.grantOf(EDITOR, path);
  QCOMPARE(it.pathOf(path), path);
  QCOMPARE(it.pathOf(it.world.makeFile("b")), "");
}

void DeskTest::startsWithTheSessionAsLongAsItsGrant() {
  Desk it;
  QVERIFY(!it.startWithSession());
  QVERIFY(!exists(it.autostart()));
  auto grant = it.permitted("background", Desk::always);
  QVERIFY(it.startWithSession(true, {"--tray"}));
  std::string written;
  auto text = tryReadFile(it.autostart(), 10000);
  KJ_IF_MAYBE (content, text) written = *content;
  QVERIFY(written.contains("\" \"run\" \"--words\" \"org.example.Editor\" \"--tray\"\n"));
  QVERIFY(!it.startWithSession(false));
  QVERIFY(!exists(it.autostart()));
  QVERIFY(it.startWithSession());
  it.world.end(it.app);
  QVERIFY(exists(it.autostart()));
  it.revoke(grant);
  QVERIFY(it.goes(it.autostart()));
}

void DeskTest::shortAnswersDoNotReachTheNextSession() {
  Desk it;
  QVERIFY(!it.permitted("background", Desk::thisRun).empty());
  QVERIFY(!it.startWithSession());
  QVERIFY(!exists(it.autostart()));
}

// The disk refused, or the broker was killed before it came to it.
void DeskTest::whatItWasTakenAwayForIsGoneAfterAStart() {
  Desk it;
  auto grant = it.permitted("background", Desk::always);
  QVERIFY(it.startWithSession());
  auto text = tryReadFile(it.autostart(), 10000);
  it.world.restartBroker();
  it.world.poll();
  usleep(50'000);
  it.world.poll();
  QVERIFY(exists(it.autostart()));
  it.revoke(grant);
  QVERIFY(it.goes(it.autostart()));
  replaceFile(it.autostart(), KJ_ASSERT_NONNULL(text));
  it.world.restartBroker();
  QVERIFY(it.goes(it.autostart()));
}

void DeskTest::trialsAndCeilingsStartNothing() {
  {
    Desk it("[[never]]\nkind = \"desktop\"\ntarget = \"background\"\n");
    QVERIFY(!it.startWithSession());
    QVERIFY(!exists(it.autostart()));
  }
  Desk it;
  QVERIFY(!it.permitted("background", Desk::always).empty());
  auto trial = it.world.start(EDITOR, {.throwaway = true});
  it.desk = it.world.broker->desks().deskFor(InstanceId(trial.id));
  QVERIFY(!it.startWithSession());
  QVERIFY(!exists(it.autostart()));
}

void DeskTest::launchersArePutByTheirGrant() {
  Desk it;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, it.putLauncher("none"));
  auto other = it.permitted("background", Desk::always);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, it.putLauncher(other));
  auto grant = it.permitted("launchers", Desk::always);
  for (auto id : {"org.example.Bank.desktop", "org.example.Editor.desktop", "../org.example.Editor.x.desktop"})
    QVERIFY(!it.putLauncher(grant, id));
  QVERIFY(!it.putLauncher(grant, LAUNCHER, "a\nExec=evil"));
  QVERIFY(!exists(it.menu()));
  QVERIFY(it.putLauncher(grant) && exists(it.menu()));
  // Another app, by the same words.
  auto viewer = it.world.start("org.example.Viewer");
  auto mine = it.desk;
  it.desk = it.world.broker->desks().deskFor(InstanceId(viewer.id));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, it.putLauncher(grant));
  QVERIFY(!it.removeLauncher() && !it.startLauncher());
  it.desk = mine;
  QVERIFY(it.removeLauncher() && !exists(it.menu()) && !it.removeLauncher());
}

void DeskTest::launchersOfOneAnswerAreOne() {
  Desk it;
  auto grant = it.permitted("launchers", Desk::once);
  QVERIFY(it.putLauncher(grant));
  QVERIFY(!it.putLauncher(grant, "org.example.Editor.Two.desktop"));
  // What was given once is there all the same.
  it.world.end(it.app);
  it.world.poll();
  QVERIFY(exists(it.menu()));
}

void DeskTest::launchersGoWhenTakenBack() {
  Desk it;
  auto grant = it.permitted("launchers", Desk::always);
  QVERIFY(it.putLauncher(grant));
  it.world.end(it.app);
  it.revoke(grant);
  QVERIFY(it.goes(it.menu()));
}

void DeskTest::launchersStartTheirOwnApp() {
  Desk it;
  auto grant = it.permitted("launchers", Desk::always);
  QVERIFY(!it.startLauncher());
  QVERIFY(it.putLauncher(grant));
  auto launchers = it.world.programs.launchers.size();
  QVERIFY(it.startLauncher());
  QCOMPARE(it.world.programs.launchers.size(), launchers + 1);
  int started = 1;
  while (started < 100 && it.startLauncher()) ++started;
  QVERIFY(started < 100);  // Not as often as it likes.
}

QTEST_GUILESS_MAIN(DeskTest)
#include "desk-test.moc"
