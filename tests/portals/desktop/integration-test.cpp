// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app shows of itself in the session: its tray icon and its media player, and nothing more.

#include <QtTest>

#include "tests/portals/desktop/desktop-world.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char WATCHER[] = "org.kde.StatusNotifierWatcher";
constexpr char ITEM[] = "org.kde.StatusNotifierItem";
constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";
constexpr char PLAYER[] = "org.mpris.MediaPlayer2.Player";

Permission yes(const std::string&) { return {.granted = true, .grant = "g1"}; }

// The session's tray: remembers what registers with it.
struct FakeTray {
  explicit FakeTray(DesktopWorld& world) : bus(world.onSession()) {
    bus.serve([this](kj::Own<Call> call) {
      auto& message = call->message();
      if (message.member == "RegisterStatusNotifierItem") {
        items.push_back({message.sender, call->argument(0).asText()});
        call->reply({});
      } else if (message.interface == PROPERTIES) {
        call->reply({Value::variant(Value(true))});
      }
    });
    world.wait(bus.own(WATCHER));
  }
  Bus& bus;
  struct Item {
    std::string owner, name;
  };
  std::vector<Item> items;
};

// An app with a tray icon that lies about itself.
struct FakeItem {
  explicit FakeItem(DesktopWorld& world) : bus(world.guest()) {
    bus.serve([this](kj::Own<Call> call) {
      auto& message = call->message();
      called.push_back(message.interface + "." + message.member);
      if (message.interface != PROPERTIES) return call->reply({});
      Options all{{"Id", Value("org.gnome.SystemSettings")},
                  {"Title", Value("System Settings")},
                  {"IconName", Value("/home/anna/private.png")},
                  {"IconThemePath", Value("/home/anna")},
                  {"Status", Value("Active")},
                  {"IconPixmap",
                   Value::array("(iiay)", {Value::tuple({int32_t{1000000}, int32_t{1000000}, Value::bytes("abcd")}),
                                           Value::tuple({int32_t{1}, int32_t{1}, Value::bytes("abcd")})})}};
      if (message.member == "GetAll") return call->reply({asArgument(all)});
      call->reply({Value::variant(all[call->argument(1).asText()])});
    });
  }
  Bus& bus;
  std::vector<std::string> called;
};

}  // namespace

class IntegrationTest final : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void trayIconIsShownUnderTheAppsOwnName();
  void trayIconGoesWithItsGrant();
  void trayIconGoesWithItsProgram();
  void trayIconWhoseGrantEndedOnTheWayGoes();
  void noTrayWithoutPermission();
  void sessionReachesOnlyWhatTheTableNames();
  void battery21_appCannotCallTheSession();
  void mediaPlayerIsShownAndItsCoverIsNoFile();
  void aFloodOfIconsIsBounded();
};

void IntegrationTest::trayIconIsShownUnderTheAppsOwnName() {
  DesktopWorld world;
  world.desk.onPermit = yes;
  FakeTray tray(world);
  world.start();
  FakeItem item(world);
  auto there = world.call(item.bus, PROPERTIES, "Get", {WATCHER, "IsStatusNotifierHostRegistered"},
                          "/StatusNotifierWatcher", WATCHER);
  QVERIFY(there.arguments[0].inside().asFlag());
  world.call(item.bus, WATCHER, "RegisterStatusNotifierItem", {"/StatusNotifierItem"}, "/StatusNotifierWatcher",
             WATCHER);
  QVERIFY(world.until([&] { return tray.items.size() == 1; }));
  QVERIFY(tray.items[0].name.starts_with("org.kde.StatusNotifierItem-"));
  auto answer = world.call(tray.bus, PROPERTIES, "GetAll", {ITEM}, "/StatusNotifierItem", tray.items[0].name);
  auto shown = answer.arguments[0].asDictionary();
  QCOMPARE(shown["Id"].asText(), std::string("org.example.App"));
  QCOMPARE(shown["Title"].asText(), std::string("Example"));
  QCOMPARE(shown["IconName"].asText(), std::string());
  QCOMPARE(shown["Status"].asText(), std::string("Active"));
  QVERIFY(!shown.contains("IconThemePath"));
  QCOMPARE(shown["IconPixmap"].items().size(), size_t{1});
  // And clicks reach the app.
  world.call(tray.bus, ITEM, "Activate", {int32_t{1}, int32_t{2}}, "/StatusNotifierItem", tray.items[0].name);
  QCOMPARE(item.called.back(), std::string("org.kde.StatusNotifierItem.Activate"));
}

void IntegrationTest::trayIconGoesWithItsGrant() {
  DesktopWorld world;
  world.desk.onPermit = yes;
  FakeTray tray(world);
  world.start();
  FakeItem item(world);
  world.call(item.bus, WATCHER, "RegisterStatusNotifierItem", {"/StatusNotifierItem"}, "/StatusNotifierWatcher",
             WATCHER);
  QVERIFY(world.until([&] { return tray.items.size() == 1; }));
  world.frontend().grantEnded("another");
  world.pass(50);
  world.call(tray.bus, ITEM, "Activate", {int32_t{1}, int32_t{2}}, "/StatusNotifierItem", tray.items[0].name);
  world.frontend().grantEnded("g1");
  QVERIFY(world.until([&] {
    try {
      world.call(tray.bus, ITEM, "Activate", {int32_t{1}, int32_t{2}}, "/StatusNotifierItem", tray.items[0].name);
      return false;
    } catch (const kj::Exception&) {
      return true;
    }
  }));
}

void IntegrationTest::trayIconGoesWithItsProgram() {
  DesktopWorld world;
  world.desk.onPermit = yes;
  FakeTray tray(world);
  world.start();
  auto program = kj::heap<Bus>(world.io().unixEventPort, world.io().provider->getTimer(), world.appBus.address());
  auto running = program->run().eagerlyEvaluate(nullptr);
  world.call(*program, WATCHER, "RegisterStatusNotifierItem", {"/StatusNotifierItem"}, "/StatusNotifierWatcher",
             WATCHER);
  QVERIFY(world.until([&] { return tray.items.size() == 1; }));
  auto listed = [&] {
    auto names =
        world.call(tray.bus, "org.freedesktop.DBus", "ListNames", {}, "/org/freedesktop/DBus", "org.freedesktop.DBus");
    auto all = names.arguments[0].asTexts();
    return std::ranges::find(all, tray.items[0].name) != all.end();
  };
  QVERIFY(listed());
  running = nullptr;
  program = nullptr;
  QVERIFY(world.until([&] { return !listed(); }));
}

void IntegrationTest::trayIconWhoseGrantEndedOnTheWayGoes() {
  DesktopWorld world;
  FakeTray tray(world);
  world.start();
  // Taken back while the answer that gives it is under way.
  world.desk.onPermit = [&](const std::string& right) {
    world.frontend().grantEnded("g1");
    return yes(right);
  };
  FakeItem item(world);
  world.call(item.bus, WATCHER, "RegisterStatusNotifierItem", {"/StatusNotifierItem"}, "/StatusNotifierWatcher",
             WATCHER);
  QVERIFY(world.until([&] { return tray.items.size() == 1; }));
  QVERIFY(world.until([&] {
    auto names =
        world.call(tray.bus, "org.freedesktop.DBus", "ListNames", {}, "/org/freedesktop/DBus", "org.freedesktop.DBus");
    auto all = names.arguments[0].asTexts();
    return std::ranges::find(all, tray.items[0].name) == all.end();
  }));
}

void IntegrationTest::noTrayWithoutPermission() {
  DesktopWorld world;
  FakeTray tray(world);
  world.start();
  FakeItem item(world);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.call(item.bus, WATCHER, "RegisterStatusNotifierItem",
                                                     {"/StatusNotifierItem"}, "/StatusNotifierWatcher", WATCHER));
  world.pass(100);
  QCOMPARE(tray.items.size(), size_t{0});
}

void IntegrationTest::sessionReachesOnlyWhatTheTableNames() {
  DesktopWorld world;
  world.desk.onPermit = yes;
  FakeTray tray(world);
  world.start();
  FakeItem item(world);
  world.call(item.bus, WATCHER, "RegisterStatusNotifierItem", {"/StatusNotifierItem"}, "/StatusNotifierWatcher",
             WATCHER);
  QVERIFY(world.until([&] { return tray.items.size() == 1; }));
  item.called.clear();
  for (auto interface : {"org.freedesktop.Application", "org.gtk.Actions", "org.kde.StatusNotifierItem"}) {
    QVERIFY_THROWS_EXCEPTION(kj::Exception,
                             world.call(tray.bus, interface, "Secret", {}, "/StatusNotifierItem", tray.items[0].name));
  }
  QVERIFY_THROWS_EXCEPTION(kj::Exception,
                           world.call(tray.bus, PROPERTIES, "Set", {ITEM, "Id", Value::variant(Value("x"))},
                                      "/StatusNotifierItem", tray.items[0].name));
  QCOMPARE(item.called.size(), size_t{0});
}

void IntegrationTest::battery21_appCannotCallTheSession() {
  DesktopWorld world;
  world.desk.onPermit = yes;
  FakeTray tray(world);
  world.start();
  auto& guest = world.guest();
  // Neither by name nor by number: they are names of another bus.
  for (auto& name : {std::string(WATCHER), tray.bus.ownName()}) {
    auto before = tray.items.size();
    try {
      world.call(guest, "org.example.Secret", "Secret", {}, "/StatusNotifierWatcher", name);
      QFAIL("it was answered");
    } catch (const kj::Exception&) {}
    QCOMPARE(tray.items.size(), before);
  }
}

void IntegrationTest::mediaPlayerIsShownAndItsCoverIsNoFile() {
  DesktopWorld world;
  world.desk.onPermit = yes;
  auto& session = world.onSession();
  world.start();
  auto& player = world.guest();
  player.serve([](kj::Own<Call> call) {
    if (call->message().interface != PROPERTIES) return call->reply({});
    Options metadata{{"mpris:artUrl", Value("file:///etc/passwd")}, {"xesam:title", Value("Song")}};
    call->reply({asArgument({{"Metadata", Value::dictionary(metadata)}, {"PlaybackStatus", Value("Playing")}})});
  });
  world.wait(player.own("org.mpris.MediaPlayer2.lie"));
  std::string name;
  QVERIFY(world.until([&] {
    auto names =
        world.call(session, "org.freedesktop.DBus", "ListNames", {}, "/org/freedesktop/DBus", "org.freedesktop.DBus");
    for (auto& one : names.arguments[0].asTexts()) {
      if (one.starts_with("org.mpris.MediaPlayer2.")) name = one;
    }
    return !name.empty();
  }));
  QVERIFY(name.starts_with("org.mpris.MediaPlayer2.org_example_App.instance"));
  auto answer = world.call(session, PROPERTIES, "GetAll", {PLAYER}, "/org/mpris/MediaPlayer2", name);
  auto shown = answer.arguments[0].asDictionary();
  auto metadata = shown["Metadata"].asDictionary();
  QCOMPARE(metadata["xesam:title"].asText(), std::string("Song"));
  QVERIFY(!metadata.contains("mpris:artUrl"));
  world.call(session, PLAYER, "PlayPause", {}, "/org/mpris/MediaPlayer2", name);
}

void IntegrationTest::aFloodOfIconsIsBounded() {
  DesktopWorld world;
  world.desk.onPermit = yes;
  FakeTray tray(world);
  world.start();
  auto& guest = world.guest();
  unsigned refused = 0;
  for (int i = 0; i < 50; ++i) {
    try {
      world.call(guest, WATCHER, "RegisterStatusNotifierItem", {"/StatusNotifierItem"}, "/StatusNotifierWatcher",
                 WATCHER);
    } catch (const kj::Exception&) {
      ++refused;
    }
  }
  QVERIFY(refused >= 40);
  QVERIFY(tray.items.size() <= 10);
}

QTEST_APPLESS_MAIN(IntegrationTest)
#include "integration-test.moc"
