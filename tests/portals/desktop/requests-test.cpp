// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app may do to the portals on its bus: say what makes no sense, ask too much, reach for requests of others.
// (A descriptor's number that is out of range: conformance, test_notification.py, test_sound_bad.)

#include <QtTest>
#include <array>

#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char CHOOSER[] = "org.freedesktop.portal.FileChooser";
constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";

Value options(const Options& all = {}) { return asArgument(all); }

// A chooser that nobody answers.
void leaveOpen(DesktopWorld& world) {
  world.desk.onChoose = [](const Chooser&) -> kj::Promise<kj::Maybe<Picked>> { return kj::NEVER_DONE; };
}

std::string openChooser(DesktopWorld& world, Bus& guest) {
  return world.call(guest, CHOOSER, "OpenFile", {"", "title", options()}).arguments.at(0).asText();
}

}  // namespace

class RequestsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void wrongArgumentsAreRefused_data();
  void wrongArgumentsAreRefused();
  void whatIsNotThereIsAbsent();
  void versionsAreThoseOfTheTable_data();
  void versionsAreThoseOfTheTable();
  void battery23_aRequestIsOfWhoMadeIt();
  void battery30_aFloodOfRequestsIsBounded();
  void whoLeavesTakesTheQuestionAlong();
  void whatOpensElsewhereIsAskedOn();
  void aNoNamesNoFilesButSaysSo();
  void namesOfOursCannotBeGuessed();
  void namesForRequestsAreTokens_data();
  void namesForRequestsAreTokens();
  void GHSA_cm83_2936_gxjm_namesToSaveAreNames_data();
  void GHSA_cm83_2936_gxjm_namesToSaveAreNames();
};

void RequestsTest::wrongArgumentsAreRefused_data() {
  QTest::addColumn<QString>("interface");
  QTest::addColumn<QString>("member");
  QTest::addColumn<int>("which");
  QTest::addColumn<QString>("error");
  auto row = [](const char* name, const char* interface, const char* member, int which, const char* error) {
    QTest::newRow(name) << interface << member << which << error;
  };
  row("too few", "FileChooser", "OpenFile", 0, error::ARGUMENTS);
  row("another type", "FileChooser", "OpenFile", 1, error::ARGUMENTS);
  row("an option of another type", "FileChooser", "OpenFile", 2, error::INVALID);
  row("a long text", "FileChooser", "OpenFile", 3, error::INVALID);
  row("a file as an address", "OpenURI", "OpenURI", 4, error::INVALID);
  row("a file as an address, shouted", "OpenURI", "OpenURI", 5, error::INVALID);
  row("an address with a line break", "OpenURI", "OpenURI", 6, error::INVALID);
  row("no address", "OpenURI", "OpenURI", 7, error::INVALID);
  row("a long address", "OpenURI", "OpenURI", 8, error::INVALID);
  row("a long reason", "Background", "RequestBackground", 9, error::INVALID);
  row("CVE-2024-32462", "Background", "RequestBackground", 10, error::INVALID);
  row("no such method", "OpenURI", "Nonsense", 0, error::UNKNOWN_METHOD);
}

void RequestsTest::wrongArgumentsAreRefused() {
  QFETCH(QString, interface);
  QFETCH(QString, member);
  QFETCH(int, which);
  QFETCH(QString, error);
  std::string longText(100'000, 'x');
  const std::vector<Value::List> arguments{
      {""},
      {"", uint32_t{1}, options()},
      {"", "title", options({{"multiple", "yes"}})},
      {"", longText, options()},
      {"", "file:///etc/passwd", options()},
      {"", "FILE:///etc/passwd", options()},
      {"", "https://example.org/\nLocation", options()},
      {"", "example", options()},
      {"", "https://" + longText, options()},
      {"", options({{"reason", std::string(256, 'x')}})},
      {"", options({{"commandline", Value::texts({"--bind", "/", "/"})}})},
  };
  DesktopWorld world;
  world.start();
  auto name = "org.freedesktop.portal." + interface.toStdString();
  auto said = world.error(world.guest(), name, member.toStdString(), arguments.at(static_cast<size_t>(which)));
  QCOMPARE(QString::fromStdString(said), error);
  QVERIFY(world.desk.choosers.empty());
  QVERIFY(world.desk.opened.empty());
}

// So that apps fall back: what has no backend, and what was taken away.
void RequestsTest::whatIsNotThereIsAbsent() {
  DesktopWorld world({.instance = "i1",
                      .id = "org.example.App",
                      .holder = "org.example.App",
                      .name = "Example",
                      .icon = "",
                      .home = "/home/anna",
                      .absent = {"OpenURI"}});
  world.start();
  auto& guest = world.guest();
  auto version = [&](const char* name) {
    return world.error(guest, PROPERTIES, "Get", {std::string("org.freedesktop.portal.") + name, "version"});
  };
  QCOMPARE(version("FileChooser"), std::string());
  for (auto name : {"Print", "Screenshot", "Account", "Email", "Inhibit", "Wallpaper", "GameMode", "OpenURI"})
    QVERIFY2(!version(name).empty(), name);
}

void RequestsTest::versionsAreThoseOfTheTable_data() {
  QTest::addColumn<bool>("systemBus");
  QTest::newRow("with a system's bus") << true;
  QTest::newRow("without") << false;
}

// All that there is, where the desktop has a backend for everything that it could have one for; the table in
// portals/desktop/README.md says the same.
void RequestsTest::versionsAreThoseOfTheTable() {
  QFETCH(bool, systemBus);
  const std::map<std::string, uint64_t> table{
      {"Account", 1},        {"Background", 2},   {"Camera", 1},          {"Clipboard", 1}, {"DynamicLauncher", 1},
      {"Email", 4},          {"FileChooser", 4},  {"GlobalShortcuts", 1}, {"Inhibit", 3},   {"InputCapture", 1},
      {"NetworkMonitor", 3}, {"Notification", 2}, {"OpenURI", 5},         {"Print", 3},     {"ProxyResolver", 1},
      {"RemoteDesktop", 2},  {"ScreenCast", 6},   {"Screenshot", 2},      {"Secret", 1},    {"Settings", 2},
      {"Trash", 1},          {"Wallpaper", 1}};
  const std::map<std::string, uint64_t> ofTheSystem{{"Location", 1}, {"MemoryMonitor", 1}, {"PowerProfileMonitor", 1}};
  DesktopWorld world;
  std::string all;
  for (auto name :
       {"Account",      "Access",      "AppChooser", "Background",      "Camera",     "Clipboard",    "DynamicLauncher",
        "Email",        "FileChooser", "GameMode",   "GlobalShortcuts", "Inhibit",    "InputCapture", "Lockdown",
        "Notification", "Print",       "Realtime",   "RemoteDesktop",   "ScreenCast", "Screenshot",   "Secret",
        "Settings",     "Usb",         "Wallpaper"})
    all += std::string("org.freedesktop.impl.portal.") + name + ";";
  FakeBackend backend(world, all);
  if (systemBus) world.systemBus = kj::heap<MessageBus>();
  world.start();
  auto& app = world.guest();
  auto version = [&](const std::string& interface, const std::string& path, const char* name) -> uint64_t {
    try {
      return world.call(app, PROPERTIES, "Get", {interface, "version"}, path, name).arguments[0].inside().asNumber();
    } catch (const kj::Exception&) {
      return 0;
    }
  };
  auto onDesktop = [&](const std::string& name) {
    return version("org.freedesktop.portal." + name, DESKTOP_PATH, "org.freedesktop.portal.Desktop");
  };
  std::map<std::string, uint64_t> expected = table, found;
  if (systemBus) expected.insert(ofTheSystem.begin(), ofTheSystem.end());
  auto text = world.call(app, "org.freedesktop.DBus.Introspectable", "Introspect", {}).arguments[0].asText();
  const std::string before = "<interface name=\"org.freedesktop.portal.";
  for (auto at = text.find(before); at != text.npos; at = text.find(before, at)) {
    at += before.size();
    auto name = text.substr(at, text.find('"', at) - at);
    found[name] = onDesktop(name);
  }
  for (auto& [name, number] : expected) QVERIFY2(found[name] == number, name.c_str());
  for (auto& [name, number] : found) QVERIFY2(expected.contains(name), name.c_str());
  for (auto name : {"Realtime", "GameMode", "Usb"}) QCOMPARE(onDesktop(name), uint64_t{0});
  for (auto& [name, number] : ofTheSystem) QCOMPARE(onDesktop(name), systemBus ? number : 0);
  QCOMPARE(version("org.freedesktop.host.portal.Registry", DESKTOP_PATH, "org.freedesktop.portal.Desktop"),
           uint64_t{1});
  auto onDocuments = [&](const char* name) {
    return version(std::string("org.freedesktop.portal.") + name, DOCUMENTS_PATH, "org.freedesktop.portal.Documents");
  };
  QCOMPARE(onDocuments("Documents"), uint64_t{5});
  QCOMPARE(onDocuments("FileTransfer"), uint64_t{1});
}

void RequestsTest::battery23_aRequestIsOfWhoMadeIt() {
  DesktopWorld world;
  leaveOpen(world);
  world.start();
  auto& owner = world.guest();
  auto& other = world.guest();
  auto path = openChooser(world, owner);
  QVERIFY(world.until([&] { return world.desk.choosers.size() == 1; }));
  QCOMPARE(world.error(other, "org.freedesktop.portal.Request", "Close", {}, path), std::string(error::ACCESS));
  QCOMPARE(world.desk.withdrawn, 0U);
  QCOMPARE(world.error(owner, "org.freedesktop.portal.Request", "Close", {}, path), std::string());
  QVERIFY(world.until([&] { return world.desk.withdrawn == 1; }));
}

void RequestsTest::battery30_aFloodOfRequestsIsBounded() {
  DesktopWorld world;
  leaveOpen(world);
  world.start();
  auto& guest = world.guest();
  size_t taken = 0;
  std::string refusal;
  for (int i = 0; i < 200 && refusal.empty(); ++i) {
    refusal = world.error(guest, CHOOSER, "OpenFile", {"", "title", options()});
    if (refusal.empty()) ++taken;
  }
  QCOMPARE(refusal, std::string(error::LIMIT));
  QVERIFY(taken > 0);
  QCOMPARE(world.error(guest, PROPERTIES, "Get", {CHOOSER, "version"}), std::string());
}

void RequestsTest::whoLeavesTakesTheQuestionAlong() {
  DesktopWorld world;
  leaveOpen(world);
  world.start();
  {
    Bus leaving(world.io().unixEventPort, world.io().provider->getTimer(), world.appBus.address());
    auto running = leaving.run().eagerlyEvaluate(nullptr);
    openChooser(world, leaving);
    QVERIFY(world.until([&] { return world.desk.choosers.size() == 1; }));
    QCOMPARE(world.desk.withdrawn, 0U);
    running = nullptr;
  }
  QVERIFY(world.until([&] { return world.desk.withdrawn == 1; }));
}

// `xdg-open` ends as soon as it has asked; what waits for the person is not its own.
void RequestsTest::whatOpensElsewhereIsAskedOn() {
  DesktopWorld world;
  leaveOpen(world);
  auto answer = kj::newPromiseAndFulfiller<bool>();
  world.desk.onOpen = kj::mv(answer.promise);
  world.start();
  {
    Bus leaving(world.io().unixEventPort, world.io().provider->getTimer(), world.appBus.address());
    auto running = leaving.run().eagerlyEvaluate(nullptr);
    world.call(leaving, "org.freedesktop.portal.OpenURI", "OpenURI", {"", "https://example.org/", options()});
    openChooser(world, leaving);
    QVERIFY(world.until([&] { return world.desk.choosers.size() == 1 && world.desk.opened.size() == 1; }));
    running = nullptr;
  }
  QVERIFY(world.until([&] { return world.desk.withdrawn == 1; }));
  QVERIFY(answer.fulfiller->isWaiting());
}

// GTK ends with SIGSEGV where an answer has no "uris" at all.
void RequestsTest::aNoNamesNoFilesButSaysSo() {
  DesktopWorld world;
  world.desk.onChoose = [](const Chooser&) -> kj::Promise<kj::Maybe<Picked>> { return kj::Maybe<Picked>(nullptr); };
  world.start();
  auto declined = world.request(world.guest(), CHOOSER, "OpenFile", {"", "title", options()});
  QCOMPARE(declined.code, uint32_t{Response::Cancelled});
  QVERIFY(declined.results.at("uris").asTexts().empty());
  world.desk.onChoose = [](const Chooser&) -> kj::Promise<kj::Maybe<Picked>> { KJ_FAIL_REQUIRE("no broker"); };
  auto failed = world.request(world.guest(), CHOOSER, "SaveFile", {"", "title", options()});
  QCOMPARE(failed.code, uint32_t{Response::Other});
  QVERIFY(failed.results.at("uris").asTexts().empty());
}

// 128 bits, each of which is now on and now off.
void RequestsTest::namesOfOursCannotBeGuessed() {
  DesktopWorld world;
  leaveOpen(world);
  world.start();
  auto& guest = world.guest();
  std::array<unsigned, 128> on{};
  constexpr unsigned COUNT = 60;
  for (unsigned i = 0; i < COUNT; ++i) {
    auto path = openChooser(world, guest);
    auto name = path.substr(path.rfind('/') + 1);
    unsigned long long first = 0, second = 0;
    QCOMPARE(sscanf(name.c_str(), "t%llu_%llu", &first, &second), 2);
    for (unsigned bit = 0; bit < 64; ++bit) {
      on[bit] += first >> bit & 1;
      on[64 + bit] += second >> bit & 1;
    }
  }
  for (auto times : on) QVERIFY(times > 0 && times < COUNT);
}

void RequestsTest::namesForRequestsAreTokens_data() {
  QTest::addColumn<QString>("token");
  QTest::newRow("a path") << "../../1_2/t";
  QTest::newRow("a slash") << "a/b";
  QTest::newRow("a dash") << "a-b";
  QTest::newRow("a line") << "a\n";
  QTest::newRow("long") << QString(1000, QLatin1Char('a'));
}

void RequestsTest::namesForRequestsAreTokens() {
  QFETCH(QString, token);
  DesktopWorld world;
  world.start();
  Options named{{"handle_token", token.toStdString()}};
  QCOMPARE(world.error(world.guest(), CHOOSER, "OpenFile", {"", "title", options(named)}), std::string(error::INVALID));
}

void RequestsTest::GHSA_cm83_2936_gxjm_namesToSaveAreNames_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::newRow("nothing") << QByteArray("");
  QTest::newRow("here") << QByteArray(".");
  QTest::newRow("above") << QByteArray("..");
  QTest::newRow("absolute") << QByteArray("/etc/passwd");
  QTest::newRow("below") << QByteArray("a/b");
  QTest::newRow("above and away") << QByteArray("../b");
  QTest::newRow("a NUL within") << QByteArray("a\0b", 3);
  QTest::newRow("very long") << QByteArray(5000, 'a');
}

void RequestsTest::GHSA_cm83_2936_gxjm_namesToSaveAreNames() {
  QFETCH(QByteArray, name);
  DesktopWorld world;
  world.start();
  auto files = [](const std::string& bytes) {
    return options({{"files", Value::array("ay", {Value::bytes(bytes + '\0')})}});
  };
  auto& guest = world.guest();
  QCOMPARE(world.error(guest, CHOOSER, "SaveFiles", {"", "title", files(name.toStdString())}),
           std::string(error::INVALID));
  QVERIFY(world.desk.choosers.empty());
  QCOMPARE(world.error(guest, CHOOSER, "SaveFiles", {"", "title", files("a file.txt")}), std::string());
  QVERIFY(world.until([&] { return world.desk.choosers.size() == 1; }));
}

QTEST_GUILESS_MAIN(RequestsTest)
#include "requests-test.moc"
