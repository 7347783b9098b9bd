// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// One process serves the desktop portals of all apps: none of them ends it for the others. Where it cannot be started
// apps hear so and do without, until it can be.

#include <QtTest>

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

QTEST_GUILESS_MAIN(DesktopTest)
#include "desktop-test.moc"
