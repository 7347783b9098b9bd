// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The program that is installed has nothing of what the peer's suite needs (conformance/): who an app is, is what the
// broker says, whatever the environment of the program says. As a whole process, started as the broker starts it.

#include <fcntl.h>
#include <kj/async-io.h>
#include <signal.h>
#include <sys/wait.h>

#include <QFile>
#include <QtTest>

#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/spawn.h"
#include "broker/schema/desktop-portal.capnp.h"
#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

QString program() { return qEnvironmentVariable("LATCHKEY_BIN") + QLatin1String("/latchkey-desktop"); }

class Start final : public schema::DesktopStart::Server {
public:
  explicit Start(kj::Own<kj::PromiseFulfiller<schema::DesktopPortal::Client>> began) : m_began(kj::mv(began)) {}
  kj::Promise<void> begin(BeginContext context) override {
    m_began->fulfill(context.getParams().getPortal());
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<schema::DesktopPortal::Client>> m_began;
};

// Says yes to what it may be used for.
class YesDesk final : public schema::Desk::Server {
  kj::Promise<void> permit(PermitContext context) override {
    context.getResults().setGranted(true);
    return kj::READY_NOW;
  }
};

kj::AutoCloseFd connected(const std::string& address) {
  auto start = address.find("path=") + 5;
  auto socket = tryConnect(address.substr(start, address.find(',') - start));
  return kj::mv(KJ_REQUIRE_NONNULL(socket, "no bus", address));
}

}  // namespace

class ReleaseTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void noWordOfTheSuiteIsInIt();
  void XDP_2023_theEnvironmentDoesNotSayWhoAnAppIs();
};

void ReleaseTest::noWordOfTheSuiteIsInIt() {
  QFile installed(program());
  QVERIFY(installed.open(QIODevice::ReadOnly));
  auto bytes = installed.readAll();
  QVERIFY(bytes.contains("org.freedesktop.portal.Desktop"));  // It is looked at in the right way.
  for (auto word : {"XDG_DESKTOP_PORTAL_TEST", "XDG_DESKTOP_PORTAL_DIR", "TEST_APP_ID", "XDP_VALIDATE", "AccessDialog",
                    "PermissionStore"})
    QVERIFY2(!bytes.contains(word), word);
  QFile suite(QStringLiteral(CONFORMANCE_PROGRAM));
  QVERIFY(suite.open(QIODevice::ReadOnly));
  QVERIFY(suite.readAll().contains("XDG_DESKTOP_PORTAL_TEST_APP_ID"));
}

void ReleaseTest::XDP_2023_theEnvironmentDoesNotSayWhoAnAppIs() {
  DesktopWorld world;
  FakeBackend backend(world, "org.freedesktop.impl.portal.Email;");
  QTemporaryDir home;
  auto configuration = home.path().toStdString() + "/xdg-desktop-portal";
  std::filesystem::create_directories(configuration + "/portals");
  std::filesystem::copy(backend.files.path().toStdString() + "/portals.conf", configuration + "/portals.conf");
  std::filesystem::copy(backend.files.path().toStdString() + "/fake.portal", configuration + "/portals/fake.portal");

  auto pair = socketPair();
  auto spawned =
      spawn({.program = program().toStdString(),
             .arguments = {},
             .environment = {"HOME=" + home.path().toStdString(), "XDG_CONFIG_HOME=" + home.path().toStdString(),
                             "XDG_DATA_HOME=" + home.path().toStdString(), "XDG_CURRENT_DESKTOP=fake",
                             "DBUS_SESSION_BUS_ADDRESS=" + world.sessionBus.address(),
                             "XDG_DESKTOP_PORTAL_DIR=/nonexistent", "XDG_DESKTOP_PORTAL_TEST_APP_ID=org.example.Forged",
                             "XDG_DESKTOP_PORTAL_TEST_APP_INFO_KIND=host",
                             "XDG_DESKTOP_PORTAL_TEST_HOST_APPID=org.example.Forged"},
             .fds = {-1, -1, STDERR_FILENO, pair.theirs.get()}});
  pair.theirs = nullptr;
  auto began = kj::newPromiseAndFulfiller<schema::DesktopPortal::Client>();
  auto stream = world.io().lowLevelProvider->wrapUnixSocketFd(kj::mv(pair.ours));
  auto link = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER,
                                   schema::DesktopStart::Client(kj::heap<Start>(kj::mv(began.fulfiller))));
  auto portal = world.wait(kj::mv(began.promise));
  auto attach = portal.attachRequest();
  attach.getApp().setApp("org.example.Real");
  attach.setBus(descriptorOf(connected(world.appBus.address())));
  attach.setDesk(kj::heap<YesDesk>());
  auto attached = world.wait(kj::Promise<capnp::Response<schema::DesktopPortal::AttachResults>>(attach.send()));

  auto& guest = world.guest();
  auto hasName = [&] {
    auto answer = world.wait(guest.call({.destination = "org.freedesktop.DBus",
                                         .path = "/org/freedesktop/DBus",
                                         .interface = "org.freedesktop.DBus",
                                         .member = "NameHasOwner",
                                         .arguments = {"org.freedesktop.portal.Desktop"}}));
    return answer.arguments.at(0).asFlag();
  };
  QVERIFY(world.until(hasName));
  world.call(guest, "org.freedesktop.host.portal.Registry", "Register", {"org.example.Forged", asArgument({})});
  auto answer = world.request(guest, "org.freedesktop.portal.Email", "ComposeEmail", {"", asArgument({})});
  QCOMPARE(answer.code, uint32_t{Response::Success});
  QCOMPARE(backend.calls.back().arguments.at(1).asText(), std::string("org.example.Real"));

  // It ends with the broker.
  link = nullptr;
  int status = -1;
  QVERIFY(world.until([&] { return waitpid(spawned.pid, &status, WNOHANG) == spawned.pid; }));
  QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

QTEST_GUILESS_MAIN(ReleaseTest)
#include "release-test.moc"
