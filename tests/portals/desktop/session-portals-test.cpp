// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Screens shown, input sent and taken, keys heard: only in the caller's own session, in the right order, after our
// question, and no longer than the grant. The backend is told nothing that would let it skip a question another time.

#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>

#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

const std::string IMPL = "org.freedesktop.impl.portal.";
const std::string PORTAL = "org.freedesktop.portal.";
const std::string ALL = IMPL + "ScreenCast;" + IMPL + "RemoteDesktop;" + IMPL + "Clipboard;" + IMPL + "InputCapture;" +
                        IMPL + "GlobalShortcuts;";
const std::string CAST = PORTAL + "ScreenCast", REMOTE = PORTAL + "RemoteDesktop", CLIPBOARD = PORTAL + "Clipboard",
                  CAPTURE = PORTAL + "InputCapture", SHORTCUTS = PORTAL + "GlobalShortcuts";
constexpr char ACCESS[] = "org.freedesktop.DBus.Error.AccessDenied";
constexpr char FAILED[] = "org.freedesktop.DBus.Error.Failed";
constexpr char INVALID[] = "org.freedesktop.portal.Error.InvalidArgument";

Value none() { return asArgument({}); }

// A backend that gives everything, and sockets whose other ends it keeps.
struct Giver : FakeBackend {
  explicit Giver(DesktopWorld& world) : FakeBackend(world, ALL) {
    world.desk.onPermit = [](const std::string& right) { return Permission{true, "grant of " + right}; };
    onCall = [this](kj::Own<Call> call) { give(kj::mv(call)); };
  }

  void give(kj::Own<Call> call) {
    auto& message = call->message();
    if (message.member == silentOn) return hung.push_back(kj::mv(call));
    if (message.member == "Get") return call->reply({Value::variant(Value(uint32_t{7}))});
    if (message.member == "ConnectToEIS" || message.member.starts_with("Selection")) return giveSocket(*call);
    if (message.member == "Close" || message.member.starts_with("Notify") || message.member == "RequestClipboard" ||
        message.member == "SetSelection")
      return call->reply({});
    Options results;
    auto streams = Value::array("(ua{sv})", {Value::tuple({uint32_t{4242}, asArgument(stream)})});
    if (message.member == "Start") {
      results = {{"streams", streams},
                 {"devices", Value(devices)},
                 {"clipboard_enabled", Value(true)},
                 {"persist_mode", Value(uint32_t{2})},
                 {"restore_token", "again"},
                 {"restore_data", Value::variant(Value("again"))}};
    }
    if (message.interface == IMPL + "InputCapture") results["capabilities"] = Value(uint32_t{1});
    call->reply({Value(uint32_t{code}), asArgument(results)});
  }

  void giveSocket(Call& call) {
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    sockets.emplace_back(ends[0]);
    call.reply({Value::descriptor(kj::AutoCloseFd(ends[1]))});
  }

  // What it was last asked by this name.
  const Message& last(const std::string& member) const {
    for (auto i = calls.size(); i > 0; --i) {
      if (calls[i - 1].member == member) return calls[i - 1];
    }
    throw std::runtime_error("never asked: " + member);
  }

  uint32_t code = 0;
  uint32_t devices = 3;
  Options stream{{"size", Value::tuple({int32_t{1}, int32_t{2}})}, {"secret", "x"}};
  std::string silentOn;
  std::vector<kj::Own<Call>> hung;
  std::vector<kj::AutoCloseFd> sockets;
};

Options withToken(Options options = {}) {
  static unsigned number = 0;
  options["session_handle_token"] = Value("session" + std::to_string(++number));
  return options;
}

std::string create(DesktopWorld& world, Bus& guest, const std::string& portal, Options options = {}) {
  Value::List arguments{asArgument(withToken(std::move(options)))};
  if (portal == CAPTURE) arguments.insert(arguments.begin(), Value(""));
  auto answer = world.request(guest, portal, "CreateSession", arguments);
  return answer.code == 0 ? textOf(answer.results, "session_handle") : "";
}

uint32_t select(DesktopWorld& world, Bus& guest, const std::string& session, Options options = {}) {
  return world.request(guest, CAST, "SelectSources", {Value::path(session), asArgument(options)}).code;
}

DesktopWorld::Answered start(DesktopWorld& world, Bus& guest, const std::string& portal, const std::string& session) {
  return world.request(guest, portal, "Start", {Value::path(session), "", none()});
}

std::string startedRemote(DesktopWorld& world, Bus& guest) {
  auto session = create(world, guest, REMOTE);
  world.request(guest, REMOTE, "SelectDevices", {Value::path(session), asArgument({{"types", Value(uint32_t{3})}})});
  start(world, guest, REMOTE, session);
  return session;
}

kj::Own<Bus::Match> listen(Bus& guest, const std::string& member, std::vector<Message>& heard) {
  return guest.match("type='signal',member='" + member + "'",
                     [&heard](const Message& message) { heard.push_back(message); });
}

bool isDead(int fd) {
  char c;
  return recv(fd, &c, 1, MSG_DONTWAIT) == 0;
}

}  // namespace

class SessionPortalsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void withoutABackendTheyAreNotThere();
  void aScreenIsShownAfterOurQuestion();
  void withoutARightTheBackendShowsNothing();
  void nothingIsRememberedBothWays();
  void stepsOutOfOrderAreRefused();
  void wrongOptionsAreRefused();
  void aSessionOfAnotherProgramIsNobodys();
  void aSessionOfAnotherPortalIsNone();
  void aClosedSessionIsNone();
  void theGrantEndsTheSession();
  void anEndThatCrossesTheAnswerCounts();
  void aBackendEndsItsSession();
  void onlyTheBackendEndsItsSession();
  void aBackendThatCrashesEndsItsSessions();
  void aBackendThatCrashesCancelsWhatItWasAsked();
  void aBackendThatHangsIsCancelledInTime();
  void aBackendThatHangsIsToldToStop();
  void streamsHaveTheirSerialNumbers();
  void aLeavingProgramEndsItsSessions();
  void inputPassesOnlyOfDevicesThatWereGiven();
  void inputIsNoFasterThanHands();
  void theSocketForInputDiesWithTheSession();
  void theSocketOfCapturedInputDiesWithTheSession();
  void screensUnaskedAreNotGivenWithInput();
  void theClipboardIsThereOnlyIfAskedFor();
  void XDP_1918_namesOfTypesAreBounded();
  void captureFollowsWhatTheAppSaid();
  void shortcutsAreHeardByTheirSessionOnly();
  void whatIsInUseIsKnown();
  void battery30_aFloodOfSessionsIsBounded();
  void battery30_aFloodOfCallsIsBounded();
};

void SessionPortalsTest::withoutABackendTheyAreNotThere() {
  DesktopWorld world;
  FakeBackend backend(world, IMPL + "Print;");
  world.start();
  auto& app = world.guest();
  for (auto& portal : {CAST, REMOTE, CLIPBOARD, CAPTURE, SHORTCUTS, PORTAL + "Location", PORTAL + "Usb"})
    QVERIFY(!world.error(app, "org.freedesktop.DBus.Properties", "Get", {portal, "version"}).empty());
}

void SessionPortalsTest::aScreenIsShownAfterOurQuestion() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, CAST);
  QCOMPARE(select(world, app, session, {{"types", Value(uint32_t{1})}}), 0u);
  QVERIFY(world.desk.rights.empty());
  auto answer = start(world, app, CAST, session);
  QCOMPARE(answer.code, 0u);
  QCOMPARE(world.desk.rights, std::vector<std::string>{"screencast"});
  auto& stream = answer.results["streams"].items().at(0);
  QCOMPARE(stream.items()[0].asNumber(), uint64_t{4242});
  QVERIFY(stream.items()[1].asDictionary().contains("size"));
  QVERIFY(!stream.items()[1].asDictionary().contains("secret"));
  QCOMPARE(backend.last("Start").arguments[2].asText(), std::string("org.example.App"));
}

void SessionPortalsTest::withoutARightTheBackendShowsNothing() {
  DesktopWorld world;
  Giver backend(world);
  world.desk.onPermit = [](const std::string&) { return Permission{}; };
  world.start();
  auto& app = world.guest();
  auto cast = create(world, app, CAST);
  select(world, app, cast);
  QCOMPARE(start(world, app, CAST, cast).code, 1u);
  auto remote = create(world, app, REMOTE);
  QCOMPARE(start(world, app, REMOTE, remote).code, 1u);
  QCOMPARE(backend.count("Start"), size_t{0});
  auto before = backend.count("CreateSession");
  QCOMPARE(create(world, app, CAPTURE), std::string());
  QCOMPARE(create(world, app, SHORTCUTS), std::string());
  QCOMPARE(backend.count("CreateSession"), before);
  // And what was declined is closed.
  QCOMPARE(world.error(app, CAST, "OpenPipeWireRemote", {Value::path(cast), none()}), std::string(ACCESS));
}

void SessionPortalsTest::nothingIsRememberedBothWays() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto memory = [] {
    return Options{{"persist_mode", Value(uint32_t{2})},
                   {"restore_token", "0b2c1f6e-7f4e-4f3c-8f4c-0123456789ab"},
                   {"restore_data", Value::tuple({Value("x"), uint32_t{1}, Value::variant(Value("y"))})}};
  };
  auto cast = create(world, app, CAST, memory());
  select(world, app, cast, memory());
  auto shown = world.request(app, CAST, "Start", {Value::path(cast), "", asArgument(memory())});
  auto remote = create(world, app, REMOTE, memory());
  world.request(app, REMOTE, "SelectDevices", {Value::path(remote), asArgument(memory())});
  auto controlled = world.request(app, REMOTE, "Start", {Value::path(remote), "", asArgument(memory())});
  QCOMPARE(shown.code + controlled.code, 0u);
  for (auto& answer : {shown, controlled}) {
    for (auto word : {"persist_mode", "restore_token", "restore_data"}) QVERIFY(!answer.results.contains(word));
  }
  QVERIFY(backend.count("SelectDevices") == 1 && backend.count("SelectSources") == 1 && backend.count("Start") == 2);
  for (auto& call : backend.calls) {
    for (auto& argument : call.arguments) {
      for (auto word : {"persist_mode", "restore_token", "restore_data"})
        QVERIFY(!argument.asDictionary().contains(word));
    }
  }
}

void SessionPortalsTest::stepsOutOfOrderAreRefused() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, CAST);
  auto path = Value::path(session);
  QCOMPARE(world.error(app, CAST, "Start", {path, "", none()}), std::string(FAILED));
  QCOMPARE(world.error(app, CAST, "OpenPipeWireRemote", {path, none()}), std::string(FAILED));
  QCOMPARE(select(world, app, session), 0u);
  QCOMPARE(world.error(app, CAST, "SelectSources", {path, none()}), std::string(FAILED));
  start(world, app, CAST, session);
  QCOMPARE(world.error(app, CAST, "Start", {path, "", none()}), std::string(FAILED));
  QCOMPARE(world.error(app, CAST, "SelectSources", {path, none()}), std::string(FAILED));
  auto remote = startedRemote(world, app);
  QCOMPARE(world.error(app, REMOTE, "SelectDevices", {Value::path(remote), none()}), std::string(FAILED));
  QCOMPARE(world.error(app, CLIPBOARD, "RequestClipboard", {Value::path(remote), none()}), std::string(FAILED));
}

void SessionPortalsTest::wrongOptionsAreRefused() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = Value::path(create(world, app, CAST));
  auto refused = [&](Options options) {
    return world.error(app, CAST, "SelectSources", {session, asArgument(options)});
  };
  QCOMPARE(refused({{"types", Value(uint32_t{64})}}), std::string(INVALID));
  QCOMPARE(refused({{"types", "screen"}}), std::string(INVALID));
  QCOMPARE(refused({{"cursor_mode", Value(uint32_t{3})}}), std::string(INVALID));
  QCOMPARE(refused({{"cursor_mode", Value(uint32_t{8})}}), std::string(INVALID));  // The backend has 1, 2 and 4.
  QCOMPARE(refused({{"persist_mode", Value(uint32_t{3})}}), std::string(INVALID));
  auto remote = Value::path(create(world, app, REMOTE));
  QCOMPARE(world.error(app, REMOTE, "SelectDevices", {remote, asArgument({{"types", Value(uint32_t{8})}})}),
           std::string(INVALID));
  QCOMPARE(
      world.error(app, CAPTURE, "CreateSession", {"", asArgument(withToken({{"capabilities", Value(uint32_t{16})}}))}),
      std::string(INVALID));
  QCOMPARE(backend.count("SelectSources") + backend.count("SelectDevices"), size_t{0});
}

void SessionPortalsTest::aSessionOfAnotherProgramIsNobodys() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto &owner = world.guest(), &other = world.guest();
  auto cast = Value::path(create(world, owner, CAST));
  auto remote = Value::path(startedRemote(world, owner));
  auto shortcuts = Value::path(create(world, owner, SHORTCUTS));
  auto capture = Value::path(create(world, owner, CAPTURE));
  QCOMPARE(world.error(other, CAST, "SelectSources", {cast, none()}), std::string(ACCESS));
  QCOMPARE(world.error(other, CAST, "OpenPipeWireRemote", {remote, none()}), std::string(ACCESS));
  QCOMPARE(world.error(other, REMOTE, "ConnectToEIS", {remote, none()}), std::string(ACCESS));
  QCOMPARE(world.error(other, REMOTE, "NotifyKeyboardKeycode", {remote, none(), int32_t{1}, uint32_t{1}}),
           std::string(ACCESS));
  QCOMPARE(world.error(other, CLIPBOARD, "SelectionRead", {remote, "text/plain"}), std::string(ACCESS));
  QCOMPARE(world.error(other, CAPTURE, "ConnectToEIS", {capture, none()}), std::string(ACCESS));
  QCOMPARE(world.error(other, SHORTCUTS, "ListShortcuts", {shortcuts, none()}), std::string(ACCESS));
  QCOMPARE(world.error(other, PORTAL + "Session", "Close", {}, cast.asText()), std::string(ACCESS));
  for (auto member :
       {"SelectSources", "ConnectToEIS", "NotifyKeyboardKeycode", "SelectionRead", "ListShortcuts", "Close"})
    QCOMPARE(backend.count(member), size_t{0});
}

void SessionPortalsTest::aSessionOfAnotherPortalIsNone() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto cast = Value::path(create(world, app, CAST));
  auto capture = Value::path(create(world, app, CAPTURE));
  QCOMPARE(world.error(app, REMOTE, "Start", {cast, "", none()}), std::string(FAILED));
  QCOMPARE(world.error(app, CAPTURE, "Enable", {cast, none()}), std::string(FAILED));
  QCOMPARE(world.error(app, CLIPBOARD, "RequestClipboard", {cast, none()}), std::string(FAILED));
  QCOMPARE(world.error(app, CAST, "Start", {capture, "", none()}), std::string(FAILED));
  QCOMPARE(world.error(app, CAST, "Start", {Value::path("/org/freedesktop/portal/desktop/session/1_2/x"), "", none()}),
           std::string(ACCESS));
}

void SessionPortalsTest::aClosedSessionIsNone() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, CAST);
  world.call(app, PORTAL + "Session", "Close", {}, session);
  QVERIFY(world.until([&] { return backend.count("Close") == 1; }));
  QCOMPARE(backend.last("Close").path, Backends::handle(session, world.frontend().app()));
  QCOMPARE(world.error(app, CAST, "SelectSources", {Value::path(session), none()}), std::string(ACCESS));
}

void SessionPortalsTest::theGrantEndsTheSession() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  std::vector<Message> closed;
  auto listening = listen(app, "Closed", closed);
  auto session = create(world, app, CAST);
  select(world, app, session);
  start(world, app, CAST, session);
  world.frontend().grantEnded("grant of camera");
  world.pass(50);
  QVERIFY(closed.empty());
  world.frontend().grantEnded("grant of screencast");
  QVERIFY(world.until([&] { return closed.size() == 1 && backend.count("Close") == 1; }));
  QCOMPARE(closed[0].path, session);
  QCOMPARE(world.error(app, CAST, "OpenPipeWireRemote", {Value::path(session), none()}), std::string(ACCESS));
}

// Taken back while the backend's own dialog stands.
void SessionPortalsTest::anEndThatCrossesTheAnswerCounts() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, CAST);
  select(world, app, session);
  world.desk.onPermit = [&](const std::string& right) {
    world.frontend().grantEnded("grant of " + right);
    return Permission{true, "grant of " + right};
  };
  QCOMPARE(start(world, app, CAST, session).code, 1u);
  QCOMPARE(backend.count("Start"), size_t{0});
  QVERIFY(world.desk.journal.empty());
}

void SessionPortalsTest::aBackendEndsItsSession() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  std::vector<Message> closed;
  auto listening = listen(app, "Closed", closed);
  auto session = create(world, app, SHORTCUTS);
  backend.bus.signal(Backends::handle(session, world.frontend().app()), IMPL + "Session", "Closed", {});
  QVERIFY(world.until([&] { return closed.size() == 1; }));
  QCOMPARE(world.error(app, SHORTCUTS, "ListShortcuts", {Value::path(session), none()}), std::string(ACCESS));
}

void SessionPortalsTest::onlyTheBackendEndsItsSession() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, SHORTCUTS);
  auto& stranger = world.onSession();
  stranger.signal(Backends::handle(session, world.frontend().app()), IMPL + "Session", "Closed", {});
  world.pass(100);
  QCOMPARE(world.error(app, SHORTCUTS, "ListShortcuts", {Value::path(session), none()}), std::string());
}

void SessionPortalsTest::aBackendThatCrashesEndsItsSessions() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  std::vector<Message> closed;
  auto listening = listen(app, "Closed", closed);
  auto first = create(world, app, SHORTCUTS);
  auto second = startedRemote(world, app);
  world.wait(backend.bus.call({.destination = "org.freedesktop.DBus",
                               .path = "/org/freedesktop/DBus",
                               .interface = "org.freedesktop.DBus",
                               .member = "ReleaseName",
                               .arguments = {"org.freedesktop.impl.portal.Fake"}}));
  QVERIFY(world.until([&] { return closed.size() == 2; }));
  QVERIFY(world.until([&] { return world.desk.journal.back() == "remote-desktop ended"; }));
  // And without it a session is not made: the answer is one, and at once.
  QCOMPARE(create(world, app, CAST), std::string());
}

namespace {

// A session whose Start is never answered; what the app hears of it.
struct Hanging {
  explicit Hanging(DesktopWorld& world) : backend(world), m_world(world) {}

  void start() {
    m_world.start();
    auto& app = m_world.guest();
    session = create(m_world, app, CAST);
    select(m_world, app, session);
    backend.silentOn = "Start";
    m_listening.push_back(listen(app, "Response", responses));
    m_listening.push_back(listen(app, "Closed", closed));
    m_world.call(app, CAST, "Start", {Value::path(session), "", none()});
    QVERIFY(m_world.until([&] { return backend.hung.size() == 1; }));
    m_world.pass(50);
    QVERIFY(responses.empty());
  }

  void expectCancelled() {
    QVERIFY(m_world.until([&] { return !responses.empty() && !closed.empty(); }));
    m_world.pass(50);
    QCOMPARE(responses.size() + closed.size(), size_t{2});
    QCOMPARE(responses[0].arguments[0].asNumber(), uint64_t{Response::Cancelled});
    QCOMPARE(closed[0].path, session);
    QVERIFY(m_world.desk.journal.empty());
  }

  Giver backend;
  std::string session;
  std::vector<Message> responses, closed;

private:
  DesktopWorld& m_world;
  std::vector<kj::Own<Bus::Match>> m_listening;
};

}  // namespace

void SessionPortalsTest::aBackendThatCrashesCancelsWhatItWasAsked() {
  DesktopWorld world;
  Hanging hanging(world);
  hanging.start();
  world.leave(hanging.backend.bus);
  hanging.expectCancelled();
}

void SessionPortalsTest::aBackendThatHangsIsCancelledInTime() {
  auto start = kj::origin<kj::TimePoint>();
  kj::TimerImpl clock(start);
  DesktopWorld world;
  world.clock = clock;
  Hanging hanging(world);
  hanging.start();
  clock.advanceTo(start + REQUEST_LIMIT - 1 * kj::SECONDS);
  world.pass(50);
  QVERIFY(hanging.responses.empty() && hanging.closed.empty());
  clock.advanceTo(start + REQUEST_LIMIT);
  hanging.expectCancelled();
  QVERIFY(world.until([&] { return hanging.backend.count("Close") == 2; }));  // The dialog and the session.
}

// As the backend names them. (PipeWire's own, where it names none: capture-test.)
void SessionPortalsTest::streamsHaveTheirSerialNumbers() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto serialOf = [&](const DesktopWorld::Answered& answer) {
    auto stream = answer.results.at("streams").items().at(0).items()[1].asDictionary();
    return stream.contains("pipewire-serial") ? stream["pipewire-serial"] : Value();
  };
  for (auto& given : {Value::ofNumber('t', 1234567890123), Value("a text")}) {
    backend.stream["pipewire-serial"] = given;
    auto cast = create(world, app, CAST);
    select(world, app, cast);
    auto remote = create(world, app, REMOTE);
    select(world, app, remote);
    auto expected = given.is("t") ? given : Value();
    QVERIFY(serialOf(start(world, app, CAST, cast)) == expected);
    QVERIFY(serialOf(start(world, app, REMOTE, remote)) == expected);
  }
}

void SessionPortalsTest::aBackendThatHangsIsToldToStop() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, CAST);
  select(world, app, session);
  backend.silentOn = "Start";
  auto answer = world.call(app, CAST, "Start", {Value::path(session), "", asArgument({{"handle_token", "hangs"}})});
  auto request = answer.arguments[0].asText();
  QVERIFY(world.until([&] { return backend.hung.size() == 1; }));
  world.call(app, PORTAL + "Request", "Close", {}, request);
  // The dialog and the session.
  QVERIFY(world.until([&] { return backend.count("Close") == 2; }));
  QCOMPARE(world.error(app, CAST, "OpenPipeWireRemote", {Value::path(session), none()}), std::string(ACCESS));
  // A late answer is nobody's.
  backend.hung[0]->reply({Value(uint32_t{0}), none()});
  world.pass(50);
  QVERIFY(world.desk.journal.empty());
}

void SessionPortalsTest::aLeavingProgramEndsItsSessions() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto left = kj::heap<Bus>(world.io().unixEventPort, world.io().provider->getTimer(), world.appBus.address());
  auto serving = left->run().eagerlyEvaluate(nullptr);
  startedRemote(world, *left);
  QCOMPARE(backend.count("Close"), size_t{0});
  serving = nullptr;
  left = nullptr;
  QVERIFY(world.until([&] { return backend.count("Close") == 1; }));
  QCOMPARE(world.desk.journal.back(), std::string("remote-desktop ended"));
  QCOMPARE(world.error(app, CAST, "SelectSources", {Value::path("/x"), none()}), std::string(ACCESS));
}

void SessionPortalsTest::inputPassesOnlyOfDevicesThatWereGiven() {
  DesktopWorld world;
  Giver backend(world);
  backend.devices = 1;
  world.start();
  auto& app = world.guest();
  auto early = Value::path(create(world, app, REMOTE));
  QCOMPARE(world.error(app, REMOTE, "NotifyKeyboardKeycode", {early, none(), int32_t{30}, uint32_t{1}}),
           std::string(FAILED));
  auto session = Value::path(startedRemote(world, app));
  QCOMPARE(world.error(app, REMOTE, "NotifyKeyboardKeycode", {session, none(), int32_t{30}, uint32_t{1}}),
           std::string());
  QVERIFY(world.until([&] { return backend.count("NotifyKeyboardKeycode") == 1; }));
  QCOMPARE(backend.last("NotifyKeyboardKeycode").arguments[2].asSigned(), int64_t{30});
  QCOMPARE(world.error(app, REMOTE, "NotifyPointerMotion", {session, none(), 1.0, 1.0}), std::string(FAILED));
  QCOMPARE(world.error(app, REMOTE, "NotifyTouchUp", {session, none(), uint32_t{0}}), std::string(FAILED));
  QCOMPARE(backend.count("NotifyPointerMotion") + backend.count("NotifyTouchUp"), size_t{0});
}

void SessionPortalsTest::inputIsNoFasterThanHands() {
  auto start = kj::origin<kj::TimePoint>();
  kj::TimerImpl timer(start);
  Pace pace(timer, 4, 2);
  for (int i = 0; i < 4; ++i) QVERIFY(pace.take());
  QVERIFY(!pace.take());
  timer.advanceTo(start + 499 * kj::MILLISECONDS);
  QVERIFY(!pace.take());
  timer.advanceTo(start + 501 * kj::MILLISECONDS);
  QVERIFY(pace.take());
  QVERIFY(!pace.take());
  timer.advanceTo(start + 60 * kj::MINUTES);  // What was not used is not saved up.
  for (int i = 0; i < 4; ++i) QVERIFY(pace.take());
  QVERIFY(!pace.take());
}

void SessionPortalsTest::theSocketForInputDiesWithTheSession() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = startedRemote(world, app);
  auto answer = world.call(app, REMOTE, "ConnectToEIS", {Value::path(session), none()});
  QVERIFY(!isDead(answer.arguments[0].asDescriptor()));
  QVERIFY(!isDead(backend.sockets.at(0)));
  // From then on it is the only way.
  QCOMPARE(world.error(app, REMOTE, "NotifyKeyboardKeycode", {Value::path(session), none(), int32_t{1}, uint32_t{1}}),
           std::string(FAILED));
  QCOMPARE(world.error(app, REMOTE, "ConnectToEIS", {Value::path(session), none()}), std::string(FAILED));
  world.frontend().grantEnded("grant of remote-desktop");
  QVERIFY(isDead(answer.arguments[0].asDescriptor()));
  QVERIFY(isDead(backend.sockets.at(0)));
}

void SessionPortalsTest::theSocketOfCapturedInputDiesWithTheSession() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = Value::path(create(world, app, CAPTURE));
  auto answer = world.call(app, CAPTURE, "ConnectToEIS", {session, none()});
  QVERIFY(!isDead(answer.arguments[0].asDescriptor()));
  QCOMPARE(world.error(app, CAPTURE, "ConnectToEIS", {session, none()}), std::string(FAILED));
  world.frontend().grantEnded("grant of input-capture");
  QVERIFY(isDead(answer.arguments[0].asDescriptor()));
  QVERIFY(isDead(backend.sockets.at(0)));
}

void SessionPortalsTest::screensUnaskedAreNotGivenWithInput() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, REMOTE);
  auto answer = start(world, app, REMOTE, session);
  QCOMPARE(answer.code, 0u);
  QVERIFY(!answer.results.contains("streams"));
  QCOMPARE(world.desk.rights, std::vector<std::string>{"remote-desktop"});
  QCOMPARE(world.error(app, CAST, "OpenPipeWireRemote", {Value::path(session), none()}), std::string(FAILED));
  // Asked for, it is a right of its own.
  auto both = create(world, app, REMOTE);
  select(world, app, both);
  world.desk.rights.clear();
  QVERIFY(start(world, app, REMOTE, both).results.contains("streams"));
  QCOMPARE(world.desk.rights, (std::vector<std::string>{"remote-desktop", "screencast"}));
}

void SessionPortalsTest::theClipboardIsThereOnlyIfAskedFor() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto without = Value::path(startedRemote(world, app));
  QCOMPARE(world.error(app, CLIPBOARD, "SelectionRead", {without, "text/plain"}), std::string(FAILED));
  auto session = create(world, app, REMOTE);
  world.call(app, CLIPBOARD, "RequestClipboard", {Value::path(session), none()});
  QCOMPARE(world.error(app, CLIPBOARD, "SelectionRead", {Value::path(session), "text/plain"}), std::string(FAILED));
  QVERIFY(flagOf(start(world, app, REMOTE, session).results, "clipboard_enabled"));
  QCOMPARE(world.error(app, CLIPBOARD, "SelectionRead", {Value::path(session), "text/plain"}), std::string());
  std::vector<Message> changes;
  auto listening = listen(app, "SelectionOwnerChanged", changes);
  auto handle = [&](const std::string& path) { return Value::path(Backends::handle(path, world.frontend().app())); };
  backend.bus.signal(DESKTOP_PATH, IMPL + "Clipboard", "SelectionOwnerChanged", {handle(without.asText()), none()});
  backend.bus.signal(DESKTOP_PATH, IMPL + "Clipboard", "SelectionOwnerChanged", {handle(session), none()});
  QVERIFY(world.until([&] { return !changes.empty(); }));
  QCOMPARE(changes.size(), size_t{1});
  QCOMPARE(changes[0].arguments[0].asText(), session);
  // Without the right it is not there, and the session still is.
  world.desk.onPermit = [](const std::string&) { return Permission{}; };
  auto refused = Value::path(create(world, app, REMOTE));
  QCOMPARE(world.error(app, CLIPBOARD, "RequestClipboard", {refused, none()}),
           std::string("org.freedesktop.portal.Error.NotAllowed"));
  QCOMPARE(backend.count("RequestClipboard"), size_t{1});
}

// A fault of the peer (1.21.1) without a number of its own: names longer than a page.
void SessionPortalsTest::XDP_1918_namesOfTypesAreBounded() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = Value::path(create(world, app, REMOTE));
  world.call(app, CLIPBOARD, "RequestClipboard", {session, none()});
  start(world, app, REMOTE, session.asText());
  auto select = [&](const std::string& type) {
    auto types = Value::texts({"text/plain", type});
    return world.error(app, CLIPBOARD, "SetSelection", {session, asArgument({{"mime_types", types}})});
  };
  QCOMPARE(select("text/html"), std::string());
  for (size_t length : {4097, 5000, 1'000'000}) {
    std::string type(length, 'x');
    QCOMPARE(world.error(app, CLIPBOARD, "SelectionRead", {session, type}), std::string(INVALID));
    QCOMPARE(select(type), std::string(INVALID));
  }
  QCOMPARE(backend.count("SelectionRead"), size_t{0});
  QCOMPARE(backend.count("SetSelection"), size_t{1});
}

void SessionPortalsTest::captureFollowsWhatTheAppSaid() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, CAPTURE, {{"capabilities", Value(uint32_t{1})}});
  std::vector<Message> heard;
  auto first = listen(app, "Activated", heard);
  auto second = listen(app, "Deactivated", heard);
  auto say = [&](const std::string& member) {
    backend.bus.signal(DESKTOP_PATH, IMPL + "InputCapture", member,
                       {Value::path(Backends::handle(session, world.frontend().app())), none()});
    world.pass(30);
  };
  say("Activated");  // Not enabled.
  QVERIFY(heard.empty());
  world.call(app, CAPTURE, "Enable", {Value::path(session), none()});
  QCOMPARE(world.desk.journal, std::vector<std::string>{"input-capture started"});
  say("Activated");
  QCOMPARE(heard.size(), size_t{1});
  world.call(app, CAPTURE, "Release", {Value::path(session), none()});
  say("Deactivated");  // Released already.
  QCOMPARE(heard.size(), size_t{1});
  world.call(app, CAPTURE, "Disable", {Value::path(session), none()});
  say("Activated");
  QCOMPARE(heard.size(), size_t{1});
}

void SessionPortalsTest::shortcutsAreHeardByTheirSessionOnly() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto &app = world.guest(), &other = world.guest();
  auto session = create(world, app, SHORTCUTS);
  std::vector<Message> heard, overheard;
  auto first = listen(app, "Activated", heard);
  auto second = listen(other, "Activated", overheard);
  auto wanted = Value::array(
      "(sa{sv})", {Value::tuple({Value("go"), asArgument({{"description", "Go\x1b[2J\u202e"}, {"evil", "x"}})})});
  QCOMPARE(world.request(app, SHORTCUTS, "BindShortcuts", {Value::path(session), wanted, "x11:1", none()}).code, 0u);
  auto& bind = backend.last("BindShortcuts");
  auto details = bind.arguments[2].items().at(0).items()[1].asDictionary();
  QVERIFY(!details.contains("evil"));
  QCOMPARE(details["description"].asText().find('\x1b'), std::string::npos);
  QCOMPARE(bind.arguments[3].asText(), std::string());  // No window of X.
  auto handle = Backends::handle(session, world.frontend().app());
  backend.bus.signal(DESKTOP_PATH, IMPL + "GlobalShortcuts", "Activated",
                     {Value::path(handle), "go", Value::ofNumber('t', 7), none()});
  world.onSession().signal(DESKTOP_PATH, IMPL + "GlobalShortcuts", "Activated",
                           {Value::path(handle), "forged", Value::ofNumber('t', 7), none()});
  QVERIFY(world.until([&] { return !heard.empty(); }));
  world.pass(50);
  QCOMPARE(heard.size(), size_t{1});
  QCOMPARE(heard[0].arguments[1].asText(), std::string("go"));
  QVERIFY(overheard.empty());
}

void SessionPortalsTest::whatIsInUseIsKnown() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto session = create(world, app, CAST);
  select(world, app, session);
  QVERIFY(world.desk.inUse.empty());
  start(world, app, CAST, session);
  QCOMPARE(world.desk.inUse, std::multiset<std::string>{"grant of screencast"});
  world.call(app, PORTAL + "Session", "Close", {}, session);
  QVERIFY(world.desk.inUse.empty());
  QCOMPARE(world.desk.journal, (std::vector<std::string>{"screencast started", "screencast ended"}));
}

void SessionPortalsTest::battery30_aFloodOfSessionsIsBounded() {
  DesktopWorld world;
  Giver backend(world);
  world.start();
  auto& app = world.guest();
  auto one = [&] { return world.error(app, SHORTCUTS, "CreateSession", {asArgument(withToken())}); };
  auto first = create(world, app, SHORTCUTS);
  size_t taken = 1;
  std::string refusal;
  for (; taken < 200 && refusal.empty(); ++taken) {
    refusal = one();
    world.pass(5);
  }
  QCOMPARE(refusal, std::string(error::LIMIT));
  QVERIFY(backend.count("CreateSession") < taken);
  // One less, one more.
  world.call(app, PORTAL + "Session", "Close", {}, first);
  QCOMPARE(one(), std::string());
  QCOMPARE(one(), std::string(error::LIMIT));
}

// A backend that says nothing, and an app that asks on.
void SessionPortalsTest::battery30_aFloodOfCallsIsBounded() {
  DesktopWorld world;
  Giver backend(world);
  backend.silentOn = "Get";
  world.start();
  auto& app = world.guest();
  size_t refused = 0;
  std::vector<kj::Promise<void>> waiting;
  for (int i = 0; i < 400; ++i) {
    waiting.push_back(
        app.call({.destination = "org.freedesktop.portal.Desktop",
                  .path = DESKTOP_PATH,
                  .interface = "org.freedesktop.DBus.Properties",
                  .member = "Get",
                  .arguments = {CAST, "AvailableSourceTypes"}})
            .ignoreResult()
            .catch_([&](kj::Exception&& exception) { refused += busErrorName(exception) == error::LIMIT ? 1 : 0; })
            .eagerlyEvaluate(nullptr));
  }
  QVERIFY(world.until([&] { return refused + backend.hung.size() == 400; }));
  QVERIFY(refused > 0 && !backend.hung.empty());
  for (auto& call : backend.hung) call->reply({Value::variant(Value(uint32_t{7}))});
  backend.silentOn.clear();
  world.pass(50);
  QCOMPARE(world.error(app, "org.freedesktop.DBus.Properties", "Get", {CAST, "AvailableSourceTypes"}), std::string());
}

QTEST_GUILESS_MAIN(SessionPortalsTest)
#include "session-portals-test.moc"
