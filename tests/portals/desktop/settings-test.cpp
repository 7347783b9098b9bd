// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What every app is told without a question: how the desktop looks, that there is no network; and the secret that is
// only its own.

#include <fcntl.h>
#include <unistd.h>

#include <QtTest>

#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char SETTINGS[] = "org.freedesktop.portal.Settings";
constexpr char APPEARANCE[] = "org.freedesktop.appearance";
constexpr char SECRET[] = "org.freedesktop.portal.Secret";

Value look(uint32_t scheme) {
  return Value::array("{sa{sv}}", {Value::pair(APPEARANCE, asArgument({{"color-scheme", scheme}}))});
}

struct Pipe {
  explicit Pipe(int flags = 0) {
    int ends[2];
    KJ_SYSCALL(pipe2(ends, O_CLOEXEC | flags));
    reading = kj::AutoCloseFd(ends[0]);
    writing = kj::AutoCloseFd(ends[1]);
  }
  Value end() { return Value::descriptor(kj::AutoCloseFd(dup(writing))); }
  kj::AutoCloseFd reading, writing;
};

}  // namespace

class SettingsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void withoutABackendItIsOurOwnLook();
  void aBackendIsAskedOnceForAllApps();
  void changesAreFollowed();
  void aBackendThatDoesNotAnswerLeavesThemEmpty();
  void theNetworkIsThereToBeAskedFor();
  void theSystemIsHeard();
  void theSecretGoesIntoThePipe();
  void theSecretNeverWaits();
  void theSecretGoesIntoNoFile();
};

void SettingsTest::withoutABackendItIsOurOwnLook() {
  DesktopWorld world;
  world.start();
  auto& guest = world.guest();
  auto all = world.call(guest, SETTINGS, "ReadAll", {Value::texts({"org.freedesktop.*"})});
  QCOMPARE(all.arguments[0].items().size(), size_t{1});
  for (auto key : {"color-scheme", "contrast", "accent-color"})
    QCOMPARE(world.error(guest, SETTINGS, "ReadOne", {APPEARANCE, key}), std::string());
  QCOMPARE(world.error(guest, SETTINGS, "ReadOne", {APPEARANCE, "other"}), std::string(error::NOT_FOUND));
}

void SettingsTest::aBackendIsAskedOnceForAllApps() {
  DesktopWorld world;
  FakeBackend backend(world, "org.freedesktop.impl.portal.Settings;");
  backend.onCall = [](kj::Own<Call> call) { call->reply({look(1)}); };
  world.start();
  for (int i = 0; i < 5; ++i) {
    auto answer = world.call(world.guest(), SETTINGS, "ReadOne", {APPEARANCE, "color-scheme"});
    QCOMPARE(answer.arguments[0].inside().asNumber(), uint64_t{1});
  }
  QCOMPARE(backend.count("ReadAll"), size_t{1});
}

void SettingsTest::changesAreFollowed() {
  DesktopWorld world;
  FakeBackend backend(world, "org.freedesktop.impl.portal.Settings;");
  backend.onCall = [](kj::Own<Call> call) { call->reply({look(1)}); };
  world.start();
  auto& guest = world.guest();
  std::vector<uint64_t> told;
  auto match = guest.match("type='signal',interface='" + std::string(SETTINGS) + "',member='SettingChanged'",
                           [&](const Message& message) { told.push_back(message.arguments[2].inside().asNumber()); });
  world.call(guest, SETTINGS, "ReadOne", {APPEARANCE, "color-scheme"});
  auto change = [&](uint32_t to) {
    backend.bus.signal(DESKTOP_PATH, "org.freedesktop.impl.portal.Settings", "SettingChanged",
                       {APPEARANCE, "color-scheme", Value::variant(Value(to))});
  };
  change(1);  // It is that already.
  change(2);
  QVERIFY(world.until([&] { return !told.empty(); }));
  QCOMPARE(told, std::vector<uint64_t>{2});
  auto answer = world.call(guest, SETTINGS, "ReadOne", {APPEARANCE, "color-scheme"});
  QCOMPARE(answer.arguments[0].inside().asNumber(), uint64_t{2});
  QCOMPARE(backend.count("ReadAll"), size_t{1});
}

void SettingsTest::aBackendThatDoesNotAnswerLeavesThemEmpty() {
  DesktopWorld world;
  FakeBackend backend(world, "org.freedesktop.impl.portal.Settings;");
  std::vector<kj::Own<Call>> hanging;
  backend.onCall = [&](kj::Own<Call> call) { hanging.push_back(kj::mv(call)); };
  world.start();
  auto all = world.call(world.guest(), SETTINGS, "ReadAll", {Value::texts({})});
  QVERIFY(all.arguments[0].items().empty());
  QCOMPARE(hanging.size(), size_t{1});
}

void SettingsTest::theNetworkIsThereToBeAskedFor() {
  DesktopWorld world;
  world.start();
  auto& guest = world.guest();
  auto status = world.call(guest, "org.freedesktop.portal.NetworkMonitor", "GetStatus", {});
  QVERIFY(flagOf(status.arguments[0].asDictionary(), "available", false));
  auto proxies = world.call(guest, "org.freedesktop.portal.ProxyResolver", "Lookup", {"https://example.org"});
  QCOMPARE(proxies.arguments[0].asTexts(), std::vector<std::string>{"direct://"});
}

void SettingsTest::theSystemIsHeard() {
  constexpr char power[] = "org.freedesktop.UPower.PowerProfiles";
  DesktopWorld world;
  auto& service = world.onSystem();
  std::string profile = "power-saver";
  service.serve([&](kj::Own<Call> call) { call->reply({Value::variant(Value(profile))}); });
  world.wait(service.own(power));
  world.wait(service.own("org.freedesktop.LowMemoryMonitor"));
  world.start();
  auto& guest = world.guest();
  auto saves = [&] {
    auto answer = world.call(guest, "org.freedesktop.DBus.Properties", "Get",
                             {"org.freedesktop.portal.PowerProfileMonitor", "power-saver-enabled"});
    return answer.arguments[0].inside().asFlag();
  };
  QVERIFY(world.until(saves));
  std::vector<uint64_t> levels;
  auto match = guest.match("type='signal',interface='org.freedesktop.portal.MemoryMonitor'",
                           [&](const Message& message) { levels.push_back(message.arguments[0].asNumber()); });
  QVERIFY(saves());
  service.signal("/org/freedesktop/LowMemoryMonitor", "org.freedesktop.LowMemoryMonitor", "LowMemoryWarning",
                 {Value::byte(100)});
  service.signal("/org/freedesktop/UPower/PowerProfiles", "org.freedesktop.DBus.Properties", "PropertiesChanged",
                 {power, asArgument({{"ActiveProfile", "balanced"}}), Value::texts({})});
  QVERIFY(world.until([&] { return !saves(); }));
  QVERIFY(world.until([&] { return !levels.empty(); }));
  QCOMPARE(levels, std::vector<uint64_t>{100});
}

void SettingsTest::theSecretGoesIntoThePipe() {
  DesktopWorld world;
  world.start();
  Pipe pipe;
  auto answer = world.request(world.guest(), SECRET, "RetrieveSecret", {pipe.end(), asArgument({})});
  QCOMPARE(answer.code, uint32_t{Response::Success});
  char bytes[128];
  QCOMPARE(read(pipe.reading, bytes, sizeof bytes), ssize_t{64});
}

// A pipe that nobody empties would stop all apps' portals.
void SettingsTest::theSecretNeverWaits() {
  DesktopWorld world;
  world.start();
  Pipe pipe(O_NONBLOCK);
  std::string much(65536, 'x');
  while (write(pipe.writing, much.data(), much.size()) > 0) {}
  KJ_SYSCALL(fcntl(pipe.writing, F_SETFL, 0));
  auto answer = world.request(world.guest(), SECRET, "RetrieveSecret", {pipe.end(), asArgument({})});
  QCOMPARE(answer.code, uint32_t{Response::Other});
}

void SettingsTest::theSecretGoesIntoNoFile() {
  DesktopWorld world;
  world.start();
  QTemporaryFile file;
  QVERIFY(file.open());
  auto answer = world.request(world.guest(), SECRET, "RetrieveSecret",
                              {Value::descriptor(kj::AutoCloseFd(dup(file.handle()))), asArgument({})});
  QCOMPARE(answer.code, uint32_t{Response::Other});
  QCOMPARE(file.size(), qint64{0});
}

QTEST_GUILESS_MAIN(SettingsTest)
#include "settings-test.moc"
