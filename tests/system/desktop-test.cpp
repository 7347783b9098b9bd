// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// One process serves the desktop portals of all apps: none of them ends it for the others. Where it cannot be started
// apps hear so and do without, until it can be. What it holds for an app ends with the grant, by the hand that takes
// any grant back.

#include <sys/socket.h>

#include <QtTest>

#include "tests/portals/desktop/fake-backend.h"
#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

constexpr char ASK[] =
    "gdbus call --session -d org.freedesktop.portal.Desktop -o /org/freedesktop/portal/desktop "
    "-m org.freedesktop.portal.Settings.ReadAll '[]' 2>&1";

// As xdg-open does it with a file.
constexpr char OPEN[] =
    "gdbus call --session -d org.freedesktop.portal.Desktop -o /org/freedesktop/portal/desktop "
    "-m org.freedesktop.portal.OpenURI.OpenFile '' 3 '{}' 3<%1; echo asked; sleep 600";

// One keyboard for several machines: says when it has what comes from it, and when it has no more.
constexpr char CAPTURE[] = R"py(python3 -uc '
from gi.repository import Gio, GLib
import socket
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
at = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.InputCapture")
path = "/org/freedesktop/portal/desktop/%s/" + bus.get_unique_name()[1:].replace(".", "_") + "/t"
loop = GLib.MainLoop()
def heard(_, __, ___, ____, member, arguments):
    print(member, arguments, flush=True)
    loop.quit()
for name in ("Request", "Session"):
    bus.signal_subscribe(None, "org.freedesktop.portal." + name, None, path % name.lower(), None, 0, heard)
tokens = {"handle_token": GLib.Variant("s", "t"), "session_handle_token": GLib.Variant("s", "t")}
bus.call_sync(*at, "CreateSession", GLib.Variant("(sa{sv})", ("", tokens)), None, 0, -1, None)
loop.run()
session = GLib.Variant("(oa{sv})", (path % "session", {}))
answer, fds = bus.call_with_unix_fd_list_sync(*at, "ConnectToEIS", session, None, 0, -1, None, None)
keys = socket.socket(fileno=fds.get(0))
print("typed", keys.recv(9), flush=True)
loop.run()
print("and then", keys.recv(9), flush=True)
')py";

}  // namespace

class DesktopTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();
  void anAppThatEndsTakesNobodysPortals();
  void withoutPortalsAppsAreToldSo();
  void portalsThatComeLaterServeWhoWasThere();
  void aFileOfTheFilePortalIsKnown();
  void takenBackInKeysItEnds();

private:
  QString programs(const char* name) const { return m_programs.filePath(QLatin1String(name)); }

  QTemporaryDir m_programs;
  std::unique_ptr<SystemWorld> m_world;
};

void DesktopTest::initTestCase() {
  auto unavailable = SystemWorld::unavailable();
  if (!unavailable.isEmpty()) QSKIP(qPrintable(unavailable));
  QDir built(qEnvironmentVariable("LATCHKEY_BIN"));
  for (auto name : {"latchkey", "latchkeyd", "latchkey-launch", "latchkey-files", "latchkey-enter", "latchkey-reader"})
    QVERIFY(QFile::copy(built.filePath(QLatin1String(name)), programs(name)));
  QVERIFY(QFile::link(built.filePath("latchkey-desktop"), programs("kept")));
  qputenv("LATCHKEY_BIN", m_programs.path().toUtf8());
}

void DesktopTest::init() {
  QFile::remove(programs("latchkey-desktop"));
  m_world = std::make_unique<SystemWorld>();
}

void DesktopTest::cleanup() {
  m_world->end();
  QCOMPARE(m_world->leftoversAfter(10'000), QStringList());
  m_world.reset();
}

void DesktopTest::anAppThatEndsTakesNobodysPortals() {
  QVERIFY(QFile::copy(programs("kept"), programs("latchkey-desktop")));
  auto app = m_world->startInside(QString("%1; echo served; read line; %1; echo again").arg(ASK));
  QVERIFY(app->says("served"));
  auto portals = m_world->desktop();
  QVERIFY(portals > 0);
  for (int i = 0; i < 3; ++i) QVERIFY(m_world->inside(ASK).out.contains("org.freedesktop.appearance"));
  // Two that end at once, one of them with something still asked.
  auto others = {m_world->startInside(QString("%1; echo served; kill -9 $$").arg(ASK)),
                 m_world->startInside(QString("%1; echo served; %1 & kill -9 -1; kill -9 $$").arg(ASK))};
  for (auto& other : others) QVERIFY(other->waitForEnd() > 128);
  QVERIFY(waitUntil([&] { return m_world->list({"ps"}).size() == 1; }));
  QVERIFY(m_world->inside(ASK).out.contains("org.freedesktop.appearance"));
  QCOMPARE(m_world->desktop(), portals);
}

// The bus itself would say after ten seconds that time is up. Each of these is answered by us.
void DesktopTest::withoutPortalsAppsAreToldSo() {
  for (auto script : {QString(ASK), QString("%1; %1; %1").arg(ASK)}) {
    auto said = m_world->inside(script).out;
    QCOMPARE(said.count("Latchkey's desktop portals do not run"), script.count("gdbus"));
    QVERIFY2(!said.contains("imed out"), said);
  }
}

void DesktopTest::portalsThatComeLaterServeWhoWasThere() {
  auto app = m_world->startInside(QString("until %1; do sleep 0.2; done; echo served").arg(ASK));
  QVERIFY(app->says("do not run"));
  QVERIFY(QFile::copy(programs("kept"), programs("latchkey-desktop")));
  QVERIFY(app->says("served"));
  QVERIFY2(app->output().contains("org.freedesktop.appearance"), app->output());
}

// The kernel lets nobody outside look at what the app has open there; its path is what it is known by.
void DesktopTest::aFileOfTheFilePortalIsKnown() {
  QVERIFY(QFile::copy(programs("kept"), programs("latchkey-desktop")));
  m_world->write("Documents/site/a.txt", "a");
  m_world->write("Documents/b.txt", "b");
  auto site = m_world->home("Documents/site");
  auto app = m_world->startInside(QString(OPEN).arg("a.txt"), {"--here"}, site);
  auto request = m_world->waitForRequest();
  QCOMPARE(request["kind"].toString(), QString("app"));
  QVERIFY(app->says("asked"));
  QCOMPARE(m_world->latchkey({"answer", request["id"].toString(), "deny"}).status, 0);
  // Of its own home, where nothing is anybody else's.
  auto own = m_world->startInside(QString("echo b >~/b.txt; ") + QString(OPEN).arg("~/b.txt"), {"--here"}, site);
  QVERIFY(own->says("asked"));
  QVERIFY(waitUntil([&] { return !m_world->journal("refuse").isEmpty(); }));
  QVERIFY(m_world->list({"requests"}).isEmpty());
}

// From `latchkey revoke`, as by the window: through the broker to the portals, to the app and to the desktop's backend.
void DesktopTest::takenBackInKeysItEnds() {
  QVERIFY(QFile::copy(programs("kept"), programs("latchkey-desktop")));
  DesktopWorld desktop;
  FakeBackend backend(desktop, "org.freedesktop.impl.portal.InputCapture;");
  kj::AutoCloseFd socket;
  backend.onCall = [&](kj::Own<latchkey::desktop::Call> call) {
    using latchkey::desktop::Value;
    if (call->message().member != "ConnectToEIS")
      return call->reply({Value(uint32_t{0}), latchkey::desktop::asArgument({{"capabilities", Value(uint32_t{1})}})});
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    socket = kj::AutoCloseFd(ends[0]);
    KJ_SYSCALL(send(socket, "keys", 4, MSG_NOSIGNAL));
    call->reply({Value::descriptor(kj::AutoCloseFd(ends[1]))});
  };
  auto files = m_world->path("data/xdg-desktop-portal");
  QVERIFY(QDir().mkpath(files + "/portals"));
  QVERIFY(QFile::copy(backend.files.filePath("fake.portal"), files + "/portals/fake.portal"));
  QVERIFY(QFile::copy(backend.files.filePath("portals.conf"), files + "/portals.conf"));
  m_world->setVariable("DBUS_SESSION_BUS_ADDRESS", QString::fromStdString(desktop.sessionBus.address()));

  auto app = m_world->startInside(CAPTURE);
  auto says = [&](const char* text) { return desktop.until([&] { return app->says(text, 20); }); };
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"].toString(), QString("input-capture"));
  QVERIFY(backend.calls.empty());
  auto answered = m_world->latchkey({"answer", request["id"].toString(), "allow", "--for", "run"});
  QVERIFY2(answered.status == 0, answered.err);
  QVERIFY2(says("Response"), app->output());
  QVERIFY2(says("typed b'keys'"), app->output());
  QCOMPARE(backend.count("Close"), size_t{0});
  auto grant = m_world->first({"grants"});
  QCOMPARE(grant["target"].toString(), QString("input-capture"));
  QCOMPARE(m_world->latchkey({"revoke", grant["id"].toString()}).status, 0);
  QVERIFY2(says("Closed"), app->output());
  QVERIFY2(says("and then b''"), app->output());
  QVERIFY(desktop.until([&] { return backend.count("Close") == 1; }));
  char byte;
  QCOMPARE(recv(socket, &byte, 1, MSG_DONTWAIT), ssize_t{0});
}

QTEST_GUILESS_MAIN(DesktopTest)
#include "desktop-test.moc"
