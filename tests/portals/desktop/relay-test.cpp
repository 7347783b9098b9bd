// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Portals that hand on to the desktop's backend: our question comes first, the backend is told no more than it must,
// and what it answers is not believed beyond that.

#include <fcntl.h>

#include <QtTest>

#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.";
const std::string ALL =
    "org.freedesktop.impl.portal.Print;org.freedesktop.impl.portal.Screenshot;org.freedesktop.impl.portal.Account;"
    "org.freedesktop.impl.portal.Email;org.freedesktop.impl.portal.Inhibit;org.freedesktop.impl.portal.Wallpaper;"
    "org.freedesktop.impl.portal.Lockdown;";

Value none() { return asArgument({}); }

kj::AutoCloseFd someFile() { return kj::AutoCloseFd(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

class RelayTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void withoutARightTheBackendIsNotAsked_data();
  void withoutARightTheBackendIsNotAsked();
  void aPictureOfTheScreenIsGrantedAsPicked();
  void whatABackendAddsIsLeftOut();
  void parentWindowsOfXAreNotPassedOn();
  void twoAppsHaveTwoHandlesForTheSamePath();
  void XDP_013a16d8_aPrintTokenIsOfWhoWasGivenIt();
  void attachmentsAreFilesTheAppMayRead();
  void wallpaperThatOnlyIsNamedIsRefused();
  void inhibitionsEndWithTheirRequest();
  void whatIsSaidAfterAnAnswerIsHeardAfterIt();
  void aBackendThatTalksNonsenseEndsTheRequest();
  void aBackendThatCrashesCancelsTheRequest_data();
  void aBackendThatCrashesCancelsTheRequest();
  void aBackendThatHangsIsCancelledInTime_data() { aBackendThatCrashesCancelsTheRequest_data(); }
  void aBackendThatHangsIsCancelledInTime();
  void lockdownIsHeard();
};

void RelayTest::withoutARightTheBackendIsNotAsked_data() {
  QTest::addColumn<QString>("portal");
  QTest::addColumn<QString>("member");
  QTest::addColumn<QString>("right");
  QTest::newRow("screenshot") << "Screenshot" << "Screenshot" << "screenshot";
  QTest::newRow("colour") << "Screenshot" << "PickColor" << "screenshot";
  QTest::newRow("account") << "Account" << "GetUserInformation" << "account";
  QTest::newRow("email") << "Email" << "ComposeEmail" << "email";
  QTest::newRow("print dialog") << "Print" << "PreparePrint" << "print";
  QTest::newRow("print") << "Print" << "Print" << "print";
  QTest::newRow("wallpaper") << "Wallpaper" << "SetWallpaperURI" << "wallpaper";
  QTest::newRow("wallpaper by its file") << "Wallpaper" << "SetWallpaperFile" << "wallpaper";
  QTest::newRow("inhibit") << "Inhibit" << "Inhibit" << "inhibit-idle";
}

void RelayTest::withoutARightTheBackendIsNotAsked() {
  QFETCH(QString, portal);
  QFETCH(QString, member);
  QFETCH(QString, right);
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  backend.results = {{"uri", "file:///tmp/picture.png"}};
  world.start();
  auto& guest = world.guest();
  auto interface = "org.freedesktop.portal." + portal.toStdString();
  Value::List arguments{"", none()};
  if (member == "PreparePrint") arguments = {"", "title", none(), none(), none()};
  if (member == "Print") arguments = {"", "title", Value::descriptor(someFile()), none()};
  if (member == "SetWallpaperURI") arguments = {"", "https://example.org/a.png", none()};
  if (member == "SetWallpaperFile") arguments = {"", Value::descriptor(someFile()), none()};
  if (member == "Inhibit") arguments = {"", uint32_t{8}, none()};
  if (portal == "Wallpaper") backend.onCall = [](kj::Own<Call> call) { call->reply({uint32_t{0}}); };
  world.desk.onLocate = [](int) { return Location{"/home/anna/a.png", false}; };
  auto answer = world.request(guest, interface, member.toStdString(), arguments);
  QCOMPARE(answer.code, uint32_t{Response::Other});
  // By its own name or another: "SetWallpaperURI" is that of both.
  for (auto& call : backend.calls) QCOMPARE(call.member, std::string("Get"));
  auto before = backend.calls.size();
  QCOMPARE(world.desk.rights, std::vector<std::string>{right.toStdString()});
  world.desk.onPermit = granted;
  QCOMPARE(world.request(guest, interface, member.toStdString(), arguments).code, uint32_t{Response::Success});
  QVERIFY(backend.calls.size() > before && backend.calls.back().member != "Get");
  QCOMPARE(backend.calls.back().arguments.at(1).asText(), std::string("org.example.App"));
}

void RelayTest::aPictureOfTheScreenIsGrantedAsPicked() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  backend.results = {{"uri", "file:///home/anna/a%20b.png"}};
  auto answer = world.request(guest, "org.freedesktop.portal.Screenshot", "Screenshot", {"", none()});
  QCOMPARE(answer.code, uint32_t{Response::Success});
  QCOMPARE(world.desk.granted, (std::vector<std::vector<std::string>>{{"/home/anna/a b.png"}}));
  // What is no file of this machine is not an answer.
  backend.results = {{"uri", "https://example.org/a.png"}};
  answer = world.request(guest, "org.freedesktop.portal.Screenshot", "Screenshot", {"", none()});
  QCOMPARE(answer.code, uint32_t{Response::Other});
  QVERIFY(answer.results.empty());
}

void RelayTest::whatABackendAddsIsLeftOut() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.desk.onPermit = granted;
  world.start();
  backend.results = {{"id", "anna"}, {"name", uint32_t{7}}, {"restore_token", "forever"}};
  auto answer = world.request(world.guest(), "org.freedesktop.portal.Account", "GetUserInformation", {"", none()});
  QCOMPARE(answer.code, uint32_t{Response::Success});
  QCOMPARE(answer.results.size(), size_t{1});
  QCOMPARE(textOf(answer.results, "id"), std::string("anna"));
}

// An app's X server is its own: the number would be any window of the person's.
void RelayTest::parentWindowsOfXAreNotPassedOn() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  auto parentSeen = [&](const std::string& said) {
    world.request(guest, "org.freedesktop.portal.Email", "ComposeEmail", {said, none()});
    return backend.calls.back().arguments.at(2).asText();
  };
  QCOMPARE(parentSeen("x11:1a2b3c"), std::string());
  QCOMPARE(parentSeen("wayland:" + std::string(4096, 'x')), std::string());
  QCOMPARE(parentSeen("wayland:abc"), std::string("wayland:abc"));
}

void RelayTest::twoAppsHaveTwoHandlesForTheSamePath() {
  App first, second;
  first.instance = "aaa";
  second.instance = "bbb";
  auto path = std::string(DESKTOP_PATH) + "/request/1_5/t";
  QVERIFY(Backends::handle(path, first) != Backends::handle(path, second));
  // Also where one app makes its token end like the other's instance.
  QVERIFY(Backends::handle(path + "_bbb", first) != Backends::handle(path, second));
  auto own = Backends::pathOf(Backends::handle(path, first), first);
  QVERIFY(KJ_REQUIRE_NONNULL(own) == path);
  QVERIFY(Backends::pathOf(Backends::handle(path, second), first) == nullptr);
}

// Peers had tokens that anybody could use (xdg-desktop-portal 013a16d8).
void RelayTest::XDP_013a16d8_aPrintTokenIsOfWhoWasGivenIt() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.desk.onPermit = granted;
  world.start();
  auto& owner = world.guest();
  auto& other = world.guest();
  backend.results = {{"token", uint32_t{42}}};
  world.request(owner, "org.freedesktop.portal.Print", "PreparePrint", {"", "title", none(), none(), none()});
  auto tokenSeen = [&](Bus& guest) {
    world.request(guest, "org.freedesktop.portal.Print", "Print",
                  {"", "title", Value::descriptor(someFile()), asArgument({{"token", uint32_t{42}}})});
    return backend.calls.back().arguments.at(5).asDictionary().contains("token");
  };
  QVERIFY(!tokenSeen(other));
  QVERIFY(tokenSeen(owner));
  QVERIFY(!tokenSeen(owner));  // Good once.
}

void RelayTest::attachmentsAreFilesTheAppMayRead() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  auto send = [&] {
    auto attached = Value::array("h", {Value::descriptor(someFile())});
    return world.request(guest, "org.freedesktop.portal.Email", "ComposeEmail",
                         {"", asArgument({{"attachment_fds", attached}})});
  };
  QCOMPARE(send().code, uint32_t{Response::Other});
  QCOMPARE(backend.count("ComposeEmail"), size_t{0});
  world.desk.onLocate = [](int) { return Location{"/home/anna/a.txt", false}; };
  QCOMPARE(send().code, uint32_t{Response::Success});
  auto passed = backend.calls.back().arguments.at(3).asDictionary();
  QCOMPARE(passed["attachments"].asTexts(), std::vector<std::string>{"file:///home/anna/a.txt"});
  QVERIFY(!passed.contains("attachment_fds"));
}

void RelayTest::wallpaperThatOnlyIsNamedIsRefused() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  backend.onCall = [](kj::Own<Call> call) { call->reply({uint32_t{0}}); };
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  auto set = [&](const std::string& uri) {
    return world.request(guest, "org.freedesktop.portal.Wallpaper", "SetWallpaperURI", {"", uri, none()}).code;
  };
  QCOMPARE(set("file:///etc/passwd"), uint32_t{Response::Other});
  QCOMPARE(set("javascript:alert(1)"), uint32_t{Response::Other});
  QCOMPARE(backend.count("SetWallpaperURI"), size_t{0});
  world.desk.onLocate = [](int) { return Location{"/etc/passwd", false}; };
  QCOMPARE(set("file:///etc/passwd"), uint32_t{Response::Success});
}

void RelayTest::inhibitionsEndWithTheirRequest() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  backend.onCall = [](kj::Own<Call> call) { call->reply({}); };
  // Of what is asked for, only what is allowed is passed on.
  world.desk.onPermit = [](const std::string& right) { return Permission{right == "inhibit-idle", "g"}; };
  world.start();
  auto& guest = world.guest();
  auto answer = world.call(guest, "org.freedesktop.portal.Inhibit", "Inhibit", {"", uint32_t{15}, none()});
  QVERIFY(world.until([&] { return backend.count("Inhibit") == 1; }));
  QCOMPARE(backend.calls.back().arguments.at(3).asNumber(), uint64_t{8});
  world.pass(100);
  QCOMPARE(backend.count("Close"), size_t{0});
  QCOMPARE(world.error(guest, "org.freedesktop.portal.Request", "Close", {}, answer.arguments[0].asText()),
           std::string());
  QVERIFY(world.until([&] { return backend.count("Close") == 1; }));
}

// A backend that answers and goes on at once: an app that hears the second first has lost it.
void RelayTest::whatIsSaidAfterAnAnswerIsHeardAfterIt() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  backend.onCall = [&](kj::Own<Call> call) {
    if (call->message().member != "CreateMonitor") return call->reply({});
    call->reply({Value(uint32_t{0})});
    backend.bus.signal(DESKTOP_PATH, std::string(IMPL) + "Inhibit", "StateChanged",
                       {call->argument(1), asArgument({{"session-state", uint32_t{2}}})});
  };
  world.start();
  auto& guest = world.guest();
  std::vector<std::string> heard;
  auto listen = [&](const Message& message) { heard.push_back(message.member); };
  auto responses = guest.match("type='signal',interface='org.freedesktop.portal.Request'", listen);
  auto changes = guest.match("type='signal',interface='org.freedesktop.portal.Inhibit'", listen);
  for (int i = 0; i < 20; ++i) {
    heard.clear();
    auto token = "t" + std::to_string(i);
    world.call(guest, "org.freedesktop.portal.Inhibit", "CreateMonitor",
               {"", asArgument({{"handle_token", token}, {"session_handle_token", token}})});
    QVERIFY(world.until([&] { return heard.size() >= 2; }));
    QCOMPARE(heard, (std::vector<std::string>{"Response", "StateChanged"}));
  }
}

void RelayTest::aBackendThatTalksNonsenseEndsTheRequest() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  auto ask = [&] { return world.request(guest, "org.freedesktop.portal.Email", "ComposeEmail", {"", none()}).code; };
  backend.onCall = [](kj::Own<Call> call) { call->reply({"what?"}); };
  QCOMPARE(ask(), uint32_t{Response::Other});
  backend.onCall = [](kj::Own<Call> call) { call->fail("org.example.Error", "no"); };
  QCOMPARE(ask(), uint32_t{Response::Other});
  backend.onCall = [](kj::Own<Call> call) { call->reply({uint32_t{77}, none()}); };
  QCOMPARE(ask(), uint32_t{Response::Other});
}

namespace {

// Keeps what it is asked for and never answers. What is asked about itself it says.
struct Silent : FakeBackend {
  explicit Silent(DesktopWorld& world) : FakeBackend(world, ALL + IMPL + "FileChooser;"), m_world(world) {
    world.places.own = files.path().toStdString() + "/own.conf";
    std::ofstream(world.places.own) << "[preferred]\n" << IMPL << "FileChooser=fake\n";
    world.desk.onPermit = granted;
    onCall = [this](kj::Own<Call> call) {
      if (call->message().member == "Get") return call->reply({Value::variant(Value(false))});
      if (call->message().member == "Close") return call->reply({});
      hung.push_back(kj::mv(call));
    };
  }

  // Asked by an app, and on the screen.
  void show(const QString& portal, const QString& member) {
    auto& app = m_world.guest();
    m_listening = app.match("type='signal',interface='org.freedesktop.portal.Request',member='Response'",
                            [this](const Message& message) { responses.push_back(message); });
    Value::List arguments{"", none()};
    if (portal == "FileChooser") arguments = {"", "title", none()};
    if (portal == "Print") arguments = {"", "title", none(), none(), none()};
    m_world.call(app, "org.freedesktop.portal." + portal.toStdString(), member.toStdString(), arguments);
    QVERIFY(m_world.until([&] { return hung.size() == 1; }));
    m_world.pass(50);
    QVERIFY(responses.empty());
  }

  void expectCancelled(const QString& portal) {
    QVERIFY(m_world.until([&] { return !responses.empty(); }));
    m_world.pass(50);
    QCOMPARE(responses.size(), size_t{1});
    QCOMPARE(responses[0].arguments[0].asNumber(), uint64_t{Response::Cancelled});
    // GTK reads it in every answer, and reads anything where it is not there.
    QCOMPARE(responses[0].arguments[1].asDictionary().contains("uris"), portal == "FileChooser");
  }

  std::vector<kj::Own<Call>> hung;
  std::vector<Message> responses;

private:
  DesktopWorld& m_world;
  kj::Own<Bus::Match> m_listening;
};

}  // namespace

void RelayTest::aBackendThatCrashesCancelsTheRequest_data() {
  QTest::addColumn<QString>("portal");
  QTest::addColumn<QString>("member");
  QTest::newRow("email") << "Email" << "ComposeEmail";
  QTest::newRow("account") << "Account" << "GetUserInformation";
  QTest::newRow("screenshot") << "Screenshot" << "Screenshot";
  QTest::newRow("print") << "Print" << "PreparePrint";
  QTest::newRow("a chooser of the desktop's") << "FileChooser" << "OpenFile";
}

// In the middle of a call: its connection ends, as when its process does.
void RelayTest::aBackendThatCrashesCancelsTheRequest() {
  QFETCH(QString, portal);
  QFETCH(QString, member);
  DesktopWorld world;
  Silent backend(world);
  world.start();
  backend.show(portal, member);
  world.leave(backend.bus);
  backend.expectCancelled(portal);
}

void RelayTest::aBackendThatHangsIsCancelledInTime() {
  QFETCH(QString, portal);
  QFETCH(QString, member);
  auto start = kj::origin<kj::TimePoint>();
  kj::TimerImpl clock(start);
  DesktopWorld world;
  world.clock = clock;
  Silent backend(world);
  world.start();
  backend.show(portal, member);
  clock.advanceTo(start + REQUEST_LIMIT - 1 * kj::SECONDS);
  world.pass(50);
  QVERIFY(backend.responses.empty());
  QCOMPARE(backend.count("Close"), size_t{0});
  clock.advanceTo(start + REQUEST_LIMIT);
  backend.expectCancelled(portal);
  QVERIFY(world.until([&] { return backend.count("Close") == 1; }));
}

void RelayTest::lockdownIsHeard() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  backend.onCall = [](kj::Own<Call> call) { call->reply({Value::variant(Value(true))}); };
  world.desk.onPermit = granted;
  world.start();
  QCOMPARE(
      world.error(world.guest(), "org.freedesktop.portal.Print", "PreparePrint", {"", "title", none(), none(), none()}),
      std::string(error::NOT_ALLOWED));
  QCOMPARE(backend.calls.back().arguments.at(0).asText(), std::string(IMPL) + "Lockdown");
  QVERIFY(world.desk.rights.empty());
}

QTEST_GUILESS_MAIN(RelayTest)
#include "relay-test.moc"
