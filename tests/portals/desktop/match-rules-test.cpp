// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Match rules that ask for what is meant for others, in every spelling a bus takes. Where an app has a bus of its own
// there is nothing to be heard; where a filter stands before a bus of the session, it must let none of them through.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "launcher/launch/accessibility.h"
#include "tests/portals/desktop/desktop-world.h"

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
  if (access("/usr/bin/xdg-dbus-proxy", X_OK) != 0) QSKIP("xdg-dbus-proxy is not installed");
  if (broker && access("/usr/bin/dbus-broker-launch", X_OK) != 0) QSKIP("dbus-broker is not installed");
  DesktopWorld world;
  std::unique_ptr<Broker> other;
  if (broker) other = std::make_unique<Broker>();
  auto path = broker ? other->path() : pathOf(world.sessionBus.address());
  auto& io = world.io();
  auto connect = [&](const std::string& address) {
    return kj::heap<Bus>(io.unixEventPort, io.provider->getTimer(), address);
  };
  std::vector<kj::Own<Bus>> all;
  std::vector<kj::Promise<void>> serving;
  auto add = [&](const std::string& address) -> Bus& {
    all.push_back(connect(address));
    serving.push_back(all.back()->run().eagerlyEvaluate(nullptr));
    return *all.back();
  };
  auto &first = add("unix:path=" + path), &second = add("unix:path=" + path);
  Ears native(add("unix:path=" + path));
  QVERIFY(world.until([&] { return !first.ownName().empty() && !second.ownName().empty(); }));

  QTemporaryDir place;
  kj::AutoCloseFd bus(open(path.c_str(), O_PATH | O_CLOEXEC));
  AccessibilityBus filter(io.unixEventPort, io.provider->getTimer(), bus.get(), place.path().toStdString(),
                          place.path().toStdString());
  world.wait(filter.ready());
  Ears app(add(filter.address()));

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
  Ears watching(add("unix:path=" + path));
  QVERIFY(watching.monitor(world));
  QVERIFY(!app.monitor(world));
  whisper(world, first, second);
  world.pass(300);
  QVERIFY(!app.heardOf("Whisper"));
  QVERIFY(!leaked);
  // And its own rules do work: it is not deaf.
  QVERIFY(app.ask(world, "type='signal',interface='org.a11y.atspi.Registry'"));
  serving.clear();
}

QTEST_APPLESS_MAIN(MatchRulesTest)
#include "match-rules-test.moc"
