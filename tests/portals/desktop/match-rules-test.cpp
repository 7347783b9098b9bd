// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Match rules that ask for what is meant for others, in every spelling a bus takes. Where an app has a bus of its own
// there is nothing to be heard; where a filter stands before a bus of the session, it must let none of them through.
// And what else that filter is there for: who is on that bus is neither seen nor spoken to, nor hears the app.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "launcher/launch/accessibility.h"
#include "tests/portals/desktop/desktop-world.h"
#include "tests/portals/desktop/wire.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char BUS[] = "org.freedesktop.DBus";

// What Debian's buses take as one and the same, and what some of them refuse.
const std::vector<std::string> RULES = {
    "eavesdrop=true",
    "eavesdrop='true'",
    "eavesdrop = true",
    "eavesdrop =true",
    "eavesdrop= true",
    " eavesdrop=true",
    "\teavesdrop\t=\ttrue",
    "\neavesdrop\n=\n'true'",
    "type='method_call',eavesdrop = true",
    "type='method_call', eavesdrop = 'true'",
    "eavesdrop = true,type='method_call'",
    "eavesdrop = t'r'ue",
    "eavesdrop=tru'e',",
    "type='method_call',eavesdrop\f=true",
    "type='method_call',eavesdrop\v=true",
    "eavesdrop=false,eavesdrop = true",
};

// dbus-broker, as a session has it that is not dbus-daemon's. It starts only where there is a journal to write to.
class Broker {
public:
  Broker() : m_journal(bound("journal", SOCK_DGRAM)), m_listener(bound("bus", SOCK_STREAM)) {
    if (listen(m_listener, 16) != 0) qFatal("no listener");
    for (auto [name, text] :
         {std::pair("machine-id", "00000000000000000000000000000001\n"), std::pair("bus.conf", RULES)}) {
      QFile file(m_root.filePath(name));
      if (!file.open(QIODevice::WriteOnly)) qFatal("no file");
      file.write(text);
    }
    auto held = [this](const char* name) { return kj::AutoCloseFd(open(placed(name).c_str(), O_PATH | O_CLOEXEC)); };
    auto journal = held("journal"), machine = held("machine-id"), rules = held("bus.conf"), bus = held("bus");
    m_running = Confined::start({.program = "/bin/sh",
                                 .arguments = {"-c", SCRIPT},
                                 .environment = {{"LISTEN_FDS", "1"}, {"DBUS_SESSION_BUS_ADDRESS", "unix:path=/bus"}},
                                 .places = {{journal.get(), "/run/systemd/journal/socket", true},
                                            {machine.get(), "/etc/machine-id", false},
                                            {rules.get(), "/bus.conf", false},
                                            {bus.get(), "/bus", true}},
                                 .descriptors = {-1, -1, 2, m_listener.get()}});
  }
  std::string path() const { return placed("bus"); }

private:
  static constexpr const char* SCRIPT = "LISTEN_PID=$$ exec dbus-broker-launch --scope user --config-file /bus.conf";
  static constexpr const char* RULES =
      R"(<busconfig><type>session</type><policy context="default"><allow send_destination="*"/>)"
      R"(<allow receive_sender="*"/><allow own="*"/></policy></busconfig>)";

  std::string placed(const char* name) const { return m_root.filePath(name).toStdString(); }
  kj::AutoCloseFd bound(const char* name, int type) const {
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    qstrncpy(place.sun_path, placed(name).c_str(), sizeof place.sun_path);
    kj::AutoCloseFd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (bind(fd, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0) qFatal("no socket");
    return fd;
  }

  QTemporaryDir m_root;
  kj::AutoCloseFd m_journal, m_listener;
  kj::Maybe<Confined> m_running;
};

std::string pathOf(const std::string& address) {
  auto start = address.find("path=") + 5;
  return address.substr(start, address.find(',', start) - start);
}

struct Ears {
  explicit Ears(Bus& bus) : bus(bus) {
    bus.serve([this](kj::Own<Call> call) {
      heard.push_back(call->message().member);
      call->reply({});
    });
  }
  // All that is said there, whoever it is for.
  bool monitor(DesktopWorld& world) {
    try {
      world.call(bus, "org.freedesktop.DBus.Monitoring", "BecomeMonitor", {Value::texts({}), uint32_t{0}},
                 "/org/freedesktop/DBus", BUS);
      return true;
    } catch (const kj::Exception&) {
      return false;
    }
  }
  // Whether the bus took it.
  bool ask(DesktopWorld& world, const std::string& rule) {
    try {
      world.call(bus, BUS, "AddMatch", {rule}, "/org/freedesktop/DBus", BUS);
      return true;
    } catch (const kj::Exception&) {
      return false;
    }
  }
  bool heardOf(const std::string& member) const { return std::ranges::find(heard, member) != heard.end(); }

  Bus& bus;
  std::vector<std::string> heard;
};

// A bus of the session, either of the two, and the filter before it.
class Filtered {
public:
  Filtered(DesktopWorld& world, bool broker) : m_world(world) {
    if (broker) m_broker = std::make_unique<Broker>();
    m_path = broker ? m_broker->path() : pathOf(world.sessionBus.address());
    kj::AutoCloseFd bus(open(m_path.c_str(), O_PATH | O_CLOEXEC));
    auto place = m_place.path().toStdString();
    auto& io = world.io();
    m_filter = kj::heap<AccessibilityBus>(io.unixEventPort, io.provider->getTimer(), bus.get(), place, place);
    world.wait(m_filter->ready());
  }
  ~Filtered() { m_serving.clear(); }

  static QString unavailable(bool broker) {
    if (access("/usr/bin/xdg-dbus-proxy", X_OK) != 0) return "xdg-dbus-proxy is not installed";
    if (broker && access("/usr/bin/dbus-broker-launch", X_OK) != 0) return "dbus-broker is not installed";
    return {};
  }
  // Somebody there; an app.
  Bus& native() { return add("unix:path=" + m_path); }
  Bus& app() { return add(m_filter->address()); }
  std::string path() const { return m_path; }
  std::string filterPath() const { return pathOf(m_filter->address()); }

private:
  Bus& add(const std::string& address) {
    auto& io = m_world.io();
    m_all.push_back(kj::heap<Bus>(io.unixEventPort, io.provider->getTimer(), address));
    m_serving.push_back(m_all.back()->run().eagerlyEvaluate(nullptr));
    auto& added = *m_all.back();
    KJ_REQUIRE(m_world.until([&] { return !added.ownName().empty(); }), "no bus");
    return added;
  }

  DesktopWorld& m_world;
  std::unique_ptr<Broker> m_broker;
  std::string m_path;
  QTemporaryDir m_place;
  kj::Own<AccessibilityBus> m_filter;
  std::vector<kj::Own<Bus>> m_all;
  std::vector<kj::Promise<void>> m_serving;
};

// A connection as bytes, from its first.
class Raw {
public:
  Raw(DesktopWorld& world, const std::string& path) : m_world(world) {
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    qstrncpy(place.sun_path, path.c_str(), sizeof place.sun_path);
    m_fd = kj::AutoCloseFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(m_fd, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0) qFatal("no bus");
  }
  void say(const std::string& bytes) { sendBytes(m_fd, bytes); }
  std::string hear() {
    m_world.pass(60);
    char bytes[4096];
    auto size = recv(m_fd, bytes, sizeof bytes, MSG_DONTWAIT);
    return size > 0 ? std::string(bytes, static_cast<size_t>(size)) : std::string();
  }

private:
  DesktopWorld& m_world;
  kj::AutoCloseFd m_fd;
};

// One program tells another something.
void whisper(DesktopWorld& world, Bus& from, Bus& to) {
  to.serve([](kj::Own<Call> call) { call->reply({}); });
  world.call(from, "org.example.Private", "Whisper", {"a secret"}, "/private", to.ownName());
}

}  // namespace

class MatchRulesTest final : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void CVE_2026_34080_nothingOfTheSessionIsOverheard();
  void CVE_2026_34080_theFilterLetsNoneThrough_data();
  void CVE_2026_34080_theFilterLetsNoneThrough();
  void CVE_2018_6560_noSpellingOfTheGreetingPassesTheFilter_data() { CVE_2026_34080_theFilterLetsNoneThrough_data(); }
  void CVE_2018_6560_noSpellingOfTheGreetingPassesTheFilter();
  void GHSA_r7hp_698j_2h6c_nobodyElseIsThereForTheApp_data() { CVE_2026_34080_theFilterLetsNoneThrough_data(); }
  void GHSA_r7hp_698j_2h6c_nobodyElseIsThereForTheApp();
};

void MatchRulesTest::CVE_2026_34080_nothingOfTheSessionIsOverheard() {
  DesktopWorld world;
  auto &first = world.onSession(), &second = world.onSession();
  Ears native(world.onSession());
  world.start();
  Ears app(world.guest());
  for (auto& rule : RULES) app.ask(world, rule);
  // It can be heard: by who is on that bus.
  QVERIFY(native.ask(world, RULES[0]));
  whisper(world, first, second);
  QVERIFY(world.until([&] { return native.heardOf("Whisper"); }));
  world.pass(100);
  QVERIFY(!app.heardOf("Whisper"));
}

void MatchRulesTest::CVE_2026_34080_theFilterLetsNoneThrough_data() {
  QTest::addColumn<bool>("broker");
  QTest::newRow("dbus-daemon") << false;
  QTest::newRow("dbus-broker") << true;
}

void MatchRulesTest::CVE_2026_34080_theFilterLetsNoneThrough() {
  QFETCH(bool, broker);
  auto missing = Filtered::unavailable(broker);
  if (!missing.isEmpty()) QSKIP(qPrintable(missing));
  DesktopWorld world;
  Filtered there(world, broker);
  auto &first = there.native(), &second = there.native();
  Ears native(there.native());
  Ears app(there.app());

  // dbus-daemon lets who is on that bus hear it by such a rule, and dbus-broker nobody; both what is said to everybody.
  unsigned taken = 0;
  bool heard = false, leaked = false;
  auto shouts = "type='signal',interface='org.example.Private'";
  auto hears = native.bus.match(shouts, [&](const Message&) { heard = true; });
  auto leaks = app.bus.match(shouts, [&](const Message&) { leaked = true; });
  for (auto& rule : RULES) taken += native.ask(world, rule) ? 1 : 0;
  for (auto& rule : RULES) app.ask(world, rule);
  whisper(world, first, second);
  first.signal("/private", "org.example.Private", "Shout", {"a secret"});
  QVERIFY(world.until([&] { return heard; }));
  if (!broker) QVERIFY(taken >= 2 && world.until([&] { return native.heardOf("Whisper"); }));
  // Nor by watching all of it, as who is there may.
  Ears watching(there.native());
  QVERIFY(watching.monitor(world));
  QVERIFY(!app.monitor(world));
  whisper(world, first, second);
  world.pass(300);
  QVERIFY(!app.heardOf("Whisper"));
  QVERIFY(!leaked);
  // And its own rules do work: it is not deaf.
  QVERIFY(app.ask(world, "type='signal',interface='org.a11y.atspi.Registry'"));
}

// The filter reads what comes before the messages as well, and must not take for it what the bus takes for its end.
void MatchRulesTest::CVE_2018_6560_noSpellingOfTheGreetingPassesTheFilter() {
  QFETCH(bool, broker);
  auto missing = Filtered::unavailable(broker);
  if (!missing.isEmpty()) QSKIP(qPrintable(missing));
  DesktopWorld world;
  Filtered there(world, broker);
  Ears native(there.native());
  auto name = native.bus.ownName();
  constexpr Target HELLO{"/org/freedesktop/DBus", BUS, "Hello", ""};
  constexpr Target WHISPER{"/private", "org.example.Private", "Whisper", ""};
  auto messages = Wire::call(HELLO, 1, {}, 0, {.from = nullptr, .to = BUS}) +
                  Wire::call(WHISPER, 2, {}, 0, {.from = nullptr, .to = name.c_str()});
  std::string user;
  for (char digit : std::to_string(getuid())) user += std::string("3") + digit;
  auto greeting = std::string(1, '\0') + "AUTH EXTERNAL " + user + "\r\n";
  auto greet = [&](const std::string& path, const std::string& first, const std::string& end) {
    Raw raw(world, path);
    raw.say(first);
    raw.hear();
    raw.say(end + messages);
    raw.hear();
  };
  // As it should be it is understood by who is not filtered.
  greet(there.path(), greeting, "BEGIN\r\n");
  QVERIFY(world.until([&] { return native.heardOf("Whisper"); }));
  native.heard.clear();
  const std::vector<std::string> ends{"BEGIN\r\n",         "BEGIN \r\n",
                                      "BEGIN\t\r\n",       "BEGIN\v\r\n",
                                      " BEGIN\r\n",        "\tBEGIN\r\n",
                                      "begin\r\n",         "BEGIN x\r\n",
                                      "BEGIN\n",           "BEGIN\r",
                                      "BEGIN\r\r\n",       "\r\nBEGIN\r\n",
                                      "BEGIN\r\n\r\n",     "x\r\nBEGIN\r\n",
                                      "x\r\n BEGIN\t\r\n", std::string("BEGIN\0\r\n", 8),
                                      "DATA\r\nBEGIN\r\n", "CANCEL\r\nBEGIN \r\n",
                                      "BEGIN\xc2\xa0\r\n"};
  for (auto& end : ends) greet(there.filterPath(), greeting, end);
  for (auto& first : {std::string(1, '\0') + "AUTH  EXTERNAL " + user + "\r\n",
                      std::string(1, '\0') + "AUTH\tEXTERNAL\t" + user + "\r\n",
                      std::string(1, '\0') + "AUTH EXTERNAL " + user + "\nBEGIN\r\n",
                      std::string(1, '\0') + " AUTH EXTERNAL " + user + " \r\n",
                      std::string(1, '\0') + "AUTH EXTERNAL " + user + "\r\nBEGIN\t\r\n" + messages})
    greet(there.filterPath(), first, "BEGIN\r\n");
  world.pass(200);
  QVERIFY(!native.heardOf("Whisper"));
}

// Who is there that the app has no business with: whether it is seen, spoken to, called by name; whether its name can
// be had; whether what it says to all is heard, and the app by it. By path, interface and member, each as the rules
// have it and not. And what the rules do let through.
void MatchRulesTest::GHSA_r7hp_698j_2h6c_nobodyElseIsThereForTheApp() {
  QFETCH(bool, broker);
  auto missing = Filtered::unavailable(broker);
  if (!missing.isEmpty()) QSKIP(qPrintable(missing));
  DesktopWorld world;
  Filtered there(world, broker);
  Ears stranger(there.native()), registry(there.native());
  QVERIFY(world.wait(stranger.bus.own("org.example.Stranger")));
  QVERIFY(world.wait(registry.bus.own("org.a11y.atspi.Registry")));
  auto& app = there.app();
  auto bus = [&](const std::string& member, Value::List arguments) -> kj::Maybe<Message> {
    try {
      return world.call(app, BUS, member, std::move(arguments), "/org/freedesktop/DBus", BUS);
    } catch (const kj::Exception&) {
      return nullptr;
    }
  };
  auto says = [&](const std::string& member, const Value& argument) {
    auto answer = bus(member, {argument});
    KJ_IF_MAYBE (message, answer) return message->arguments.at(0);
    return Value();
  };
  auto names = [&] {
    auto answer = bus("ListNames", {});
    return KJ_REQUIRE_NONNULL(answer).arguments.at(0).asTexts();
  }();
  auto sees = [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
  auto unique = stranger.bus.ownName();

  // See.
  QVERIFY(sees(app.ownName()) && sees("org.a11y.atspi.Registry"));
  for (auto& name : {std::string("org.example.Stranger"), unique}) {
    QVERIFY(!sees(name));
    QVERIFY(!says("NameHasOwner", name).asFlag());
    QVERIFY(says("GetNameOwner", name).asText().empty());
    QVERIFY(bus("GetConnectionUnixProcessID", {name}) == nullptr);
    QVERIFY(bus("GetConnectionCredentials", {name}) == nullptr);
  }
  // Talk and call: to who may be called no more than what the rules have, to others nothing.
  constexpr char ROOT[] = "/org/a11y/atspi/accessible/root", SOCKET[] = "org.a11y.atspi.Socket";
  auto calls = [&](const std::string& to, const char* path, const char* interface, const char* member) {
    try {
      world.call(app, interface, member, {}, path, to);
      return true;
    } catch (const kj::Exception&) {
      return false;
    }
  };
  for (auto& to : {std::string("org.example.Stranger"), unique}) {
    QVERIFY(!calls(to, ROOT, SOCKET, "Embed"));
    QVERIFY(!calls(to, "/", "org.freedesktop.DBus.Peer", "Ping"));
    QVERIFY(!calls(to, "/", "org.freedesktop.DBus.Properties", "GetAll"));
  }
  QVERIFY(stranger.heard.empty());
  for (auto to : {std::string("org.a11y.atspi.Registry"), registry.bus.ownName()}) {
    QVERIFY(!calls(to, "/another", SOCKET, "Embed"));
    QVERIFY(!calls(to, ROOT, "org.a11y.atspi.Another", "Embed"));
    QVERIFY(!calls(to, ROOT, SOCKET, "Another"));
    QVERIFY(!calls(to, ROOT, "org.a11y.atspi.Accessible", "GetChildren"));
  }
  QVERIFY(registry.heard.empty());
  QVERIFY(calls("org.a11y.atspi.Registry", ROOT, SOCKET, "Embed"));
  QCOMPARE(registry.heard, std::vector<std::string>{"Embed"});
  // Own.
  for (auto name : {"org.example.Mine", "org.example.Stranger", "org.a11y.atspi.Registry", "org.a11y.Bus"})
    QVERIFY(bus("RequestName", {name, uint32_t{2 | 4}}) == nullptr);
  QVERIFY(bus("StartServiceByName", {"org.example.Stranger", uint32_t{0}}) == nullptr);
  // Broadcast, both ways. Whoever is not filtered hears all of it.
  std::set<std::string> heardByApp, heardByOthers;
  auto listen = [](Bus& who, std::set<std::string>& heard) {
    return who.match("type='signal'", [&heard](const Message& message) {
      if (message.interface.starts_with("org.example") || message.interface.starts_with("org.a11y.atspi.Event"))
        heard.insert(message.interface + "." + message.member);
    });
  };
  auto& other = there.native();
  auto first = listen(app, heardByApp), second = listen(other, heardByOthers);
  // The bus has both rules before anybody speaks: it hears each connection in its own order.
  QVERIFY(bus("GetId", {}) != nullptr);
  world.call(other, BUS, "GetId", {}, "/org/freedesktop/DBus", BUS);
  for (auto interface : {"org.example.Private", "org.a11y.atspi.Event.Object"}) {
    for (auto path : {"/private", ROOT}) {
      stranger.bus.signal(path, interface, "FromAStranger", {"a secret"});
      stranger.bus.signal(path, interface, "ToTheApp", {"a secret"}, app.ownName());
    }
  }
  app.signal("/private", "org.example.Private", "FromTheApp", {"to all"});
  QVERIFY(world.until([&] { return heardByOthers.contains("org.a11y.atspi.Event.Object.FromAStranger"); }));
  world.pass(200);
  QVERIFY(heardByOthers.contains("org.example.Private.FromTheApp"));
  QVERIFY(!heardByApp.contains("org.example.Private.FromAStranger"));
  QVERIFY(!heardByApp.contains("org.a11y.atspi.Event.Object.FromAStranger"));
}

QTEST_APPLESS_MAIN(MatchRulesTest)
#include "match-rules-test.moc"
