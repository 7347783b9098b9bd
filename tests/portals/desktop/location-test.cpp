// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Where one is: said after a yes, as finely as asked and no finer, until that is taken back.

#include <QtTest>

#include <limits>

#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char LOCATION[] = "org.freedesktop.portal.Location";
constexpr char SERVICE[] = "org.freedesktop.GeoClue2";

// GeoClue, as far as it is spoken to.
class FakeGeoClue {
public:
  explicit FakeGeoClue(DesktopWorld& world, bool old = false) : bus(world.onSystem()) {
    bus.serve([this, old](kj::Own<Call> call) {
      auto& message = call->message();
      if (message.member == "CreateClient" && old)
        return call->fail("org.freedesktop.DBus.Error.UnknownMethod", "too old for that");
      calls.push_back(message.member);
      if (message.member == "CreateClient" || message.member == "GetClient") {
        client = "/org/freedesktop/GeoClue2/Client/" + std::to_string(old ? 1 : ++m_clients);
        return call->reply({Value::path(client)});
      }
      if (message.member == "Set") set[message.arguments.at(1).asText()] = message.arguments.at(2).inside();
      if (message.member == "GetAll") return call->reply({asArgument(place)});
      call->reply({});
    });
    world.wait(bus.own(SERVICE));
  }

  void say(double latitude, double longitude, double accuracy) {
    place = {{"Latitude", latitude}, {"Longitude", longitude}, {"Accuracy", accuracy},
             {"Altitude", 200.0},    {"Speed", 3.0},           {"Description", "home"}};
    say();
  }
  void say() {
    bus.signal(client, "org.freedesktop.GeoClue2.Client", "LocationUpdated",
               {Value::path("/"), Value::path("/org/freedesktop/GeoClue2/Location/1")});
  }
  size_t count(const std::string& member) const { return static_cast<size_t>(std::ranges::count(calls, member)); }

  Bus& bus;
  std::string client;
  std::vector<std::string> calls;
  Options set, place;

private:
  unsigned m_clients = 0;
};

struct World : DesktopWorld {
  World() {
    onSystem();
    desk.onPermit = granted;
  }

  std::string session(Bus& who, Options options = {}) {
    options["session_handle_token"] = Value("s" + std::to_string(++m_sessions));
    return call(who, LOCATION, "CreateSession", {asArgument(options)}).arguments.at(0).asText();
  }
  uint32_t startSession(Bus& who, const std::string& session) {
    return request(who, LOCATION, "Start", {Value::path(session), "", asArgument({})}).code;
  }
  void hear(Bus& who) {
    m_match = who.match("type='signal',interface='org.freedesktop.portal.Location',member='LocationUpdated'",
                        [this](const Message& message) { told.push_back(message.arguments.at(1).asDictionary()); });
    call(who, "org.freedesktop.DBus.Peer", "Ping", {});
  }
  std::vector<Options> told;

private:
  unsigned m_sessions = 0;
  kj::Own<Bus::Match> m_match;
};

}  // namespace

class LocationTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void saidAfterAYes();
  void withoutAYesTheServiceIsNotSpokenTo();
  void endsWithItsGrant();
  void endsWithItsSession();
  void endsWithTheService();
  void saidNoFinerThanAsked_data();
  void saidNoFinerThanAsked();
  void nonsenseIsNotPassedOn();
  void wishesArePassedOn();
  void wrongWishesAreRefused();
  void othersNeitherHearNorStartIt();
  void eachHasAClientOfItsOwn();
  void oldServicesServeOneAtATime();
  void withoutTheServiceNobodySays();
  void absentWithoutASystem();
};

void LocationTest::saidAfterAYes() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  world.hear(guest);
  auto session = world.session(guest);
  QVERIFY(service.calls.empty());
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Success});
  QCOMPARE(world.desk.rights, std::vector<std::string>{"location"});
  QCOMPARE(world.desk.inUse.count("g1"), size_t(1));
  service.say(48.20849, 16.37208, 12);
  QVERIFY(world.until([&] { return world.told.size() == 1; }));
  QCOMPARE(world.told[0]["Latitude"].asReal(), 48.20849);
  QCOMPARE(world.told[0]["Longitude"].asReal(), 16.37208);
  QCOMPARE(world.told[0]["Accuracy"].asReal(), 12.0);
  QCOMPARE(world.told[0]["Altitude"].asReal(), 200.0);
  QVERIFY(!world.told[0].contains("Description"));
  service.say(48.3, 16.4, 12);
  QVERIFY(world.until([&] { return world.told.size() == 2; }));
}

void LocationTest::withoutAYesTheServiceIsNotSpokenTo() {
  World world;
  FakeGeoClue service(world);
  world.desk.onPermit = nullptr;
  world.start();
  auto& guest = world.guest();
  auto session = world.session(guest);
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Cancelled});
  QVERIFY(service.calls.empty());
  QVERIFY(world.desk.inUse.empty());
  // Asking goes by a new session.
  QCOMPARE(world.error(guest, LOCATION, "Start", {Value::path(session), "", asArgument({})}), error::FAILED);
}

void LocationTest::endsWithItsGrant() {
  World world;
  FakeGeoClue service(world);
  auto& frontend = world.start();
  auto& guest = world.guest();
  world.hear(guest);
  auto session = world.session(guest);
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Success});
  frontend.grantEnded("g1");
  QVERIFY(world.desk.inUse.empty());
  service.say(1, 2, 3);
  QVERIFY(world.until([&] { return service.count("DeleteClient") == 1; }));
  QCOMPARE(service.count("Stop"), size_t(1));
  service.say(1, 2, 3);
  QCOMPARE(world.error(guest, LOCATION, "Start", {Value::path(session), "", asArgument({})}), error::ACCESS);
  QVERIFY(world.told.empty());
  QCOMPARE(service.count("GetAll"), size_t(0));
}

void LocationTest::endsWithItsSession() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  auto session = world.session(guest);
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Success});
  world.call(guest, "org.freedesktop.portal.Session", "Close", {}, session);
  QVERIFY(world.until([&] { return service.count("DeleteClient") == 1; }));
  QVERIFY(world.desk.inUse.empty());
  QCOMPARE(world.desk.journal, (std::vector<std::string>{"location started", "location ended"}));
}

void LocationTest::endsWithTheService() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  QCOMPARE(world.startSession(guest, world.session(guest)), uint32_t{Response::Success});
  world.wait(service.bus.call({.destination = "org.freedesktop.DBus",
                               .path = "/org/freedesktop/DBus",
                               .interface = "org.freedesktop.DBus",
                               .member = "ReleaseName",
                               .arguments = {SERVICE}}));
  QVERIFY(world.until([&] { return world.desk.inUse.empty(); }));
}

void LocationTest::saidNoFinerThanAsked_data() {
  QTest::addColumn<unsigned>("accuracy");
  QTest::addColumn<unsigned>("level");
  QTest::addColumn<double>("latitude");
  QTest::addColumn<double>("atBest");
  QTest::newRow("none") << 0u << 0u << 48.0 << 100000.0;
  QTest::newRow("country") << 1u << 1u << 48.0 << 100000.0;
  QTest::newRow("city") << 2u << 4u << 48.2 << 10000.0;
  QTest::newRow("neighbourhood") << 3u << 5u << 48.20 << 2000.0;
  QTest::newRow("street") << 4u << 6u << 48.208 << 200.0;
}

void LocationTest::saidNoFinerThanAsked() {
  QFETCH(unsigned, accuracy);
  QFETCH(unsigned, level);
  QFETCH(double, latitude);
  QFETCH(double, atBest);
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  world.hear(guest);
  auto session = world.session(guest, {{"accuracy", uint32_t{accuracy}}});
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Success});
  QCOMPARE(service.set["RequestedAccuracyLevel"].asNumber(), uint64_t{level});
  service.say(48.20849, 16.37208, 5);  // Finer than it was asked for.
  QVERIFY(world.until([&] { return world.told.size() == 1; }));
  QVERIFY(std::abs(world.told[0]["Latitude"].asReal() - latitude) < 1e-6);
  QCOMPARE(world.told[0]["Accuracy"].asReal(), atBest);
  QVERIFY(!world.told[0].contains("Altitude") && !world.told[0].contains("Speed"));
}

void LocationTest::nonsenseIsNotPassedOn() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  world.hear(guest);
  QCOMPARE(world.startSession(guest, world.session(guest)), uint32_t{Response::Success});
  service.say(91, 0, 1);
  service.place = {{"Latitude", "here"}, {"Longitude", 1.0}};
  service.say();
  QVERIFY(world.until([&] { return service.count("GetAll") == 2; }));
  service.say(std::numeric_limits<double>::quiet_NaN(), 0, 1);
  QVERIFY(world.until([&] { return service.count("GetAll") == 3; }));
  service.say(1, 2, 3);
  QVERIFY(world.until([&] { return !world.told.empty(); }));
  QCOMPARE(world.told.size(), size_t(1));
  QCOMPARE(world.told[0]["Latitude"].asReal(), 1.0);
}

void LocationTest::wishesArePassedOn() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  auto session = world.session(guest, {{"distance-threshold", uint32_t{100}}, {"time-threshold", uint32_t{60}}});
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Success});
  QCOMPARE(service.set["DesktopId"].asText(), "org.example.App");
  QCOMPARE(service.set["DistanceThreshold"].asNumber(), uint64_t{100});
  QCOMPARE(service.set["TimeThreshold"].asNumber(), uint64_t{60});
  QCOMPARE(service.set["RequestedAccuracyLevel"].asNumber(), uint64_t{8});
}

void LocationTest::wrongWishesAreRefused() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  auto refused = [&](Options options) { return world.error(guest, LOCATION, "CreateSession", {asArgument(options)}); };
  QCOMPARE(refused({{"accuracy", uint32_t{22}}}), error::INVALID);
  QCOMPARE(refused({{"accuracy", "exact"}}), error::INVALID);
}

void LocationTest::othersNeitherHearNorStartIt() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto &guest = world.guest(), &other = world.guest();
  world.hear(other);
  auto session = world.session(guest);
  QCOMPARE(world.error(other, LOCATION, "Start", {Value::path(session), "", asArgument({})}), error::ACCESS);
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Success});
  service.say(1, 2, 3);
  QVERIFY(world.until([&] { return service.count("GetAll") == 1; }));
  world.call(other, "org.freedesktop.DBus.Peer", "Ping", {});
  QVERIFY(world.told.empty());
}

void LocationTest::eachHasAClientOfItsOwn() {
  World world;
  FakeGeoClue service(world);
  world.start();
  auto& guest = world.guest();
  QCOMPARE(world.startSession(guest, world.session(guest)), uint32_t{Response::Success});
  QCOMPARE(world.startSession(guest, world.session(guest)), uint32_t{Response::Success});
  QCOMPARE(service.count("CreateClient"), size_t(2));
}

void LocationTest::oldServicesServeOneAtATime() {
  World world;
  FakeGeoClue service(world, true);
  world.start();
  auto& guest = world.guest();
  auto session = world.session(guest);
  QCOMPARE(world.startSession(guest, session), uint32_t{Response::Success});
  QCOMPARE(world.startSession(guest, world.session(guest)), uint32_t{Response::Other});
  QCOMPARE(service.count("GetClient"), size_t(1));
  world.call(guest, "org.freedesktop.portal.Session", "Close", {}, session);
  QCOMPARE(world.startSession(guest, world.session(guest)), uint32_t{Response::Success});
  QCOMPARE(service.count("DeleteClient"), size_t(0));
}

void LocationTest::withoutTheServiceNobodySays() {
  World world;
  world.start();
  auto& guest = world.guest();
  QCOMPARE(world.startSession(guest, world.session(guest)), uint32_t{Response::Other});
  QVERIFY(world.desk.inUse.empty());
}

void LocationTest::absentWithoutASystem() {
  DesktopWorld world;
  world.start();
  QVERIFY(!world.error(world.guest(), LOCATION, "CreateSession", {asArgument({})}).empty());
}

QTEST_GUILESS_MAIN(LocationTest)
#include "location-test.moc"
