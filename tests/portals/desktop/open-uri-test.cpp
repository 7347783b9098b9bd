// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Opening in another app: what reaches the broker, and what does not.

#include <fcntl.h>

#include <QtTest>
#include <filesystem>
#include <fstream>

#include "portals/desktop/scheme-handlers.h"
#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char PORTAL[] = "org.freedesktop.portal.OpenURI";

Value none() { return asArgument({}); }
Value file() { return Value::descriptor(kj::AutoCloseFd(open("/dev/null", O_RDONLY | O_CLOEXEC))); }

}  // namespace

class OpenUriTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void anAddressIsTheBrokersToOpen();
  void aFolderIsOpenedOfAFileTheAppHas();
  void handlersAreFoundByTheirWholeName();
  void schemesAreChecked_data();
  void schemesAreChecked();
};

void OpenUriTest::anAddressIsTheBrokersToOpen() {
  DesktopWorld world;
  world.start();
  auto& guest = world.guest();
  auto address = [&] { return world.request(guest, PORTAL, "OpenURI", {"", "https://example.org/", none()}).code; };
  QCOMPARE(address(), uint32_t{Response::Cancelled});
  world.desk.opens = true;
  QCOMPARE(address(), uint32_t{Response::Success});
  QCOMPARE(world.request(guest, PORTAL, "OpenFile", {"", file(), none()}).code, uint32_t{Response::Success});
  QCOMPARE(world.desk.opened, (std::vector<std::string>{"https://example.org/", "https://example.org/", "file"}));
}

void OpenUriTest::aFolderIsOpenedOfAFileTheAppHas() {
  DesktopWorld world;
  world.desk.opens = true;
  world.start();
  auto& guest = world.guest();
  auto folder = [&] { return world.request(guest, PORTAL, "OpenDirectory", {"", file(), none()}).code; };
  QCOMPARE(folder(), uint32_t{Response::Cancelled});
  QVERIFY(world.desk.opened.empty());
  QTemporaryDir home;
  auto path = home.path().toStdString() + "/a.txt";
  std::ofstream(path) << "a";
  world.desk.onLocate = [&](int) { return Location{path, false}; };
  QCOMPARE(folder(), uint32_t{Response::Success});
  QCOMPARE(world.desk.opened, std::vector<std::string>{"file"});
}

void OpenUriTest::handlersAreFoundByTheirWholeName() {
  QTemporaryDir data;
  auto folder = data.path().toStdString();
  std::filesystem::create_directories(folder + "/applications");
  std::ofstream(folder + "/applications/mimeinfo.cache") << "[MIME Cache]\nx-scheme-handler/https=web.desktop;\n";
  auto found = [&](const char* scheme) { return hasHandler(scheme, {"/nonexistent", folder}); };
  QVERIFY(found("https"));
  QVERIFY(found("HTTPS"));
  QVERIFY(!found("http"));
  QVERIFY(!found("ttps"));
  QVERIFY(!found("https=web"));
}

void OpenUriTest::schemesAreChecked_data() {
  QTest::addColumn<QString>("scheme");
  QTest::addColumn<bool>("right");
  QTest::newRow("plain") << "https" << true;
  QTest::newRow("with all that may be in it") << "x-a.b+c1" << true;
  QTest::newRow("nothing") << "" << false;
  QTest::newRow("a digit first") << "1a" << false;
  QTest::newRow("a key of its own") << "a=b\nx" << false;
  QTest::newRow("a slash") << "a/b" << false;
  QTest::newRow("very long") << QString(1000, QLatin1Char('a')) << false;
}

void OpenUriTest::schemesAreChecked() {
  QFETCH(QString, scheme);
  QFETCH(bool, right);
  QCOMPARE(isScheme(scheme.toStdString()), right);
}

QTEST_GUILESS_MAIN(OpenUriTest)
#include "open-uri-test.moc"
