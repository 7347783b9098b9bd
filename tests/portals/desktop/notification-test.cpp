// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Notifications where the session has only the plain service for them, and what passes of their text.

#include <QtTest>

#include "portals/desktop/markup.h"
#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char PORTAL[] = "org.freedesktop.portal.Notification";
constexpr char SERVICE[] = "org.freedesktop.Notifications";
constexpr char SERVICE_PATH[] = "/org/freedesktop/Notifications";

struct FakeService {
  explicit FakeService(DesktopWorld& world) : bus(world.onSession()) {
    bus.serve([this](kj::Own<Call> call) {
      auto& message = call->message();
      if (message.member == "GetCapabilities") return call->reply({Value::texts({"body", "body-markup", "actions"})});
      if (message.member == "Notify") {
        shown.push_back(message.arguments);
        return call->reply({uint32_t{100} + static_cast<uint32_t>(shown.size())});
      }
      closed += message.member == "CloseNotification" ? 1 : 0;
      call->reply({});
    });
    world.wait(bus.own(SERVICE));
  }
  void press(uint32_t number, const char* key) { bus.signal(SERVICE_PATH, SERVICE, "ActionInvoked", {number, key}); }

  Bus& bus;
  std::vector<Value::List> shown;
  int closed = 0;
};

struct Pressed {
  Pressed(DesktopWorld& world, Bus& guest)
      : match(guest.match("type='signal',interface='" + std::string(PORTAL) + "',member='ActionInvoked'",
                          [this](const Message& message) { told.push_back(message.arguments); })) {
    world.pass(50);
  }
  std::vector<Value::List> told;
  kj::Own<Bus::Match> match;
};

Value button(const char* label, const char* action) {
  return Value::array("a{sv}", {asArgument({{"label", label}, {"action", action}})});
}

}  // namespace

class NotificationTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void nameAndIconAreOurs();
  void whatIsPressedComesBackToWhoAsked();
  void numbersOfOthersAreNotOurs();
  void withoutTheRightNothingIsShown();
  void battery30_aFloodIsBounded();
  void programsWithoutThePortalAreShownToo();
  void aBackendIsNotMadeToStartTheApp();
  void picturesAndSoundsAreLeftOut();
  void markupIsReadWholeAndWrittenAnew_data();
  void markupIsReadWholeAndWrittenAnew();
};

void NotificationTest::nameAndIconAreOurs() {
  DesktopWorld world;
  FakeService service(world);
  world.desk.onPermit = granted;
  world.start();
  Options notice{{"title", "System \u202e update"}, {"body", "<b>click</b> & see\nsecond line"}};
  world.call(world.guest(), PORTAL, "AddNotification", {"one", asArgument(notice)});
  QCOMPARE(service.shown.size(), size_t{1});
  auto& arguments = service.shown[0];
  QCOMPARE(arguments[0].asText(), std::string("Example"));
  QCOMPARE(arguments[2].asText(), std::string("example"));
  QCOMPARE(arguments[3].asText(), std::string("System \\u{202e} update"));
  QCOMPARE(arguments[4].asText(), std::string("&lt;b&gt;click&lt;/b&gt; &amp; see\nsecond line"));
  QCOMPARE(textOf(arguments[6].asDictionary(), "desktop-entry"), std::string("org.example.App"));
}

void NotificationTest::whatIsPressedComesBackToWhoAsked() {
  DesktopWorld world;
  FakeService service(world);
  world.desk.onPermit = granted;
  world.start();
  auto& owner = world.guest();
  auto& other = world.guest();
  Pressed mine(world, owner), theirs(world, other);
  Options notice{{"title", "t"}, {"default-action", "open"}, {"buttons", button("Reply", "reply")}};
  world.call(owner, PORTAL, "AddNotification", {"one", asArgument(notice)});
  service.press(101, "default");
  service.press(101, "b0");
  service.press(101, "b7");
  QVERIFY(world.until([&] { return mine.told.size() == 2; }));
  QCOMPARE(mine.told[0][0].asText(), std::string("one"));
  QCOMPARE(mine.told[0][1].asText(), std::string("open"));
  QCOMPARE(mine.told[1][1].asText(), std::string("reply"));
  QVERIFY(theirs.told.empty());
}

void NotificationTest::numbersOfOthersAreNotOurs() {
  DesktopWorld world;
  FakeService service(world);
  world.desk.onPermit = granted;
  world.start();
  auto& owner = world.guest();
  Pressed mine(world, owner);
  world.call(owner, PORTAL, "AddNotification", {"one", asArgument({{"title", "t"}, {"default-action", "open"}})});
  service.press(7, "default");
  world.call(owner, PORTAL, "RemoveNotification", {"one"});
  QCOMPARE(service.closed, 1);
  service.press(101, "default");
  // What another program of the app's did not show is not there to be removed.
  world.call(world.guest(), PORTAL, "RemoveNotification", {"two"});
  world.pass(100);
  QCOMPARE(service.closed, 1);
  QVERIFY(mine.told.empty());
}

void NotificationTest::withoutTheRightNothingIsShown() {
  DesktopWorld world;
  FakeService service(world);
  world.start();
  QCOMPARE(world.error(world.guest(), PORTAL, "AddNotification", {"one", asArgument({{"title", "t"}})}),
           std::string(error::NOT_ALLOWED));
  QVERIFY(service.shown.empty());
  QCOMPARE(world.desk.rights, std::vector<std::string>{"notifications"});
}

void NotificationTest::battery30_aFloodIsBounded() {
  DesktopWorld world;
  FakeService service(world);
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  std::string refusal;
  for (int i = 0; i < 500 && refusal.empty(); ++i)
    refusal = world.error(guest, PORTAL, "AddNotification", {"one", asArgument({{"title", "t"}})});
  QCOMPARE(refusal, std::string(error::LIMIT));
  QVERIFY(!service.shown.empty());
}

void NotificationTest::programsWithoutThePortalAreShownToo() {
  DesktopWorld world;
  FakeService service(world);
  world.desk.onPermit = granted;
  world.start();
  auto& owner = world.guest();
  auto& other = world.guest();
  std::vector<Value::List> told;
  auto match = owner.match("type='signal',interface='" + std::string(SERVICE) + "',member='ActionInvoked'",
                           [&](const Message& message) { told.push_back(message.arguments); });
  Value::List arguments{"System Settings",
                        uint32_t{0},
                        "/home/anna/private.png",
                        "title",
                        "<b>body</b>",
                        Value::texts({"default", "Open", "reply", "Reply"}),
                        asArgument({{"desktop-entry", "org.gnome.Settings"}, {"image-path", "/home/anna/private.png"}}),
                        int32_t{-1}};
  auto number = world.call(owner, SERVICE, "Notify", arguments, SERVICE_PATH, SERVICE).arguments[0].asNumber();
  QCOMPARE(service.shown.size(), size_t{1});
  QCOMPARE(service.shown[0][0].asText(), std::string("Example"));
  QCOMPARE(service.shown[0][2].asText(), std::string("example"));
  QCOMPARE(service.shown[0][4].asText(), std::string("&lt;b&gt;body&lt;/b&gt;"));
  auto hints = service.shown[0][6].asDictionary();
  QCOMPARE(textOf(hints, "desktop-entry"), std::string("org.example.App"));
  QVERIFY(!hints.contains("image-path"));
  service.press(101, "b0");
  QVERIFY(world.until([&] { return !told.empty(); }));
  QCOMPARE(told[0][0].asNumber(), number);
  QCOMPARE(told[0][1].asText(), std::string("reply"));
  auto close = [&](Bus& guest) {
    world.call(guest, SERVICE, "CloseNotification", {static_cast<uint32_t>(number)}, SERVICE_PATH, SERVICE);
  };
  close(other);
  QCOMPARE(service.closed, 0);
  close(owner);
  QCOMPARE(service.closed, 1);
}

// A backend would call the app's name on the session's bus, which is not the app that asked but a new one, outside.
void NotificationTest::aBackendIsNotMadeToStartTheApp() {
  DesktopWorld world;
  FakeBackend backend(world, "org.freedesktop.impl.portal.Notification;");
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  Pressed mine(world, guest);
  auto told = [&](const Options& notice) {
    world.call(guest, PORTAL, "AddNotification", {"one", asArgument(notice)});
    return backend.calls.back().arguments.at(2).asDictionary();
  };
  auto press = [&](const char* action) {
    backend.bus.signal(DESKTOP_PATH, "org.freedesktop.impl.portal.Notification", "ActionInvoked",
                       {"org.example.App", "one", action, Value::array("v", {})});
  };
  auto plain = told({{"title", "t"}, {"default-action", "open"}, {"buttons", button("Reply", "re-ply.2")}});
  QCOMPARE(textOf(plain, "default-action"), std::string("open"));
  QCOMPARE(textOf(plain["buttons"].items()[0].asDictionary(), "action"), std::string("re-ply.2"));

  for (auto action : {"app.open", "app.open::/etc/passwd", "no name", "", "latchkey.7", "ac\xc3\xa9"}) {
    auto heard = told({{"title", "t"}, {"buttons", button("Reply", action)}});
    QCOMPARE(textOf(heard, "default-action"), std::string("latchkey.whole"));
    QCOMPARE(textOf(heard["buttons"].items()[0].asDictionary(), "action"), std::string("latchkey.0"));
  }
  told({{"title", "t"}, {"default-action", "do it now"}, {"default-action-target", "x"}});
  QVERIFY(!backend.calls.back().arguments.at(2).asDictionary().contains("default-action-target"));
  press("latchkey.whole");
  QVERIFY(world.until([&] { return mine.told.size() == 1; }));
  QCOMPARE(mine.told[0][1].asText(), std::string("do it now"));
  QCOMPARE(mine.told[0][2].items()[0].inside().asText(), std::string("x"));
}

void NotificationTest::picturesAndSoundsAreLeftOut() {
  DesktopWorld world;
  FakeBackend backend(world, "org.freedesktop.impl.portal.Notification;");
  world.desk.onPermit = granted;
  world.start();
  auto& guest = world.guest();
  auto icon = [](const char* kind, Value what) { return Value::tuple({kind, Value::variant(std::move(what))}); };
  auto passed = [&](const Options& notice) {
    world.call(guest, PORTAL, "AddNotification", {"one", asArgument(notice)});
    return backend.calls.back().arguments.at(2).asDictionary();
  };
  QVERIFY(!passed({{"icon", icon("bytes", Value::bytes("<svg/>"))}}).contains("icon"));
  QVERIFY(!passed({{"sound", icon("file", "file:///a.wav")}}).contains("sound"));
  QVERIFY(passed({{"icon", icon("themed", Value::texts({"mail-unread"}))}}).contains("icon"));
  for (auto name : {"/home/anna/.face", "../../x", "", ".hidden"}) {
    Options notice{{"icon", icon("themed", Value::texts({name}))}};
    QCOMPARE(world.error(guest, PORTAL, "AddNotification", {"one", asArgument(notice)}), std::string(error::INVALID));
  }
}

void NotificationTest::markupIsReadWholeAndWrittenAnew_data() {
  QTest::addColumn<QString>("markup");
  QTest::addColumn<QString>("clean");  // Null: refused.
  QTest::newRow("plain") << "a  b\n c " << "a b c";
  QTest::newRow("kept") << "<b>a</b> <i>b</i>" << "<b>a</b> <i>b</i>";
  QTest::newRow("a link") << "<a href='x' onclick='y'>t</a>" << "<a href=\"x\">t</a>";
  QTest::newRow("a quote within a link") << "<a href='&quot;&gt;'>t</a>" << "<a href=\"&quot;&gt;\">t</a>";
  QTest::newRow("left out") << "<img src='http://x/'/>a<script>b</script>" << "ab";
  QTest::newRow("quoted stays quoted") << "&lt;b&gt;" << "&lt;b&gt;";
  QTest::newRow("turned around") << QString::fromUtf8("a\u202eb") << "a\\u{202e}b";
  QTest::newRow("not closed") << "<b>a" << QString();
  QTest::newRow("crossed") << "<b><i>a</b></i>" << QString();
  QTest::newRow("an unknown entity") << "&nbsp;" << QString();
  QTest::newRow("a character by number") << "&#60;b&#62;" << QString();
  QTest::newRow("half a tag") << "a < b" << QString();
  QTest::newRow("a comment") << "<!-- a -->" << QString();
  QTest::newRow("a tag within an attribute") << "<a href='<b>'>t</a>" << QString();
  QTest::newRow("an attribute without a quote") << "<a href=x>t</a>" << QString();
  QTest::newRow("very deep") << QStringLiteral("<b>").repeated(100) + QStringLiteral("</b>").repeated(100) << QString();
}

void NotificationTest::markupIsReadWholeAndWrittenAnew() {
  QFETCH(QString, markup);
  QFETCH(QString, clean);
  auto result = cleanMarkup(markup.toStdString());
  QCOMPARE(result == nullptr, clean.isNull());
  KJ_IF_MAYBE (text, result) {
    QCOMPARE(QString::fromStdString(*text), clean);
    auto again = cleanMarkup(*text);
    QCOMPARE(KJ_REQUIRE_NONNULL(again), *text);
  }
}

QTEST_GUILESS_MAIN(NotificationTest)
#include "notification-test.moc"
