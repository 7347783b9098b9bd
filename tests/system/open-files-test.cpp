// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is open, from the person's side: who, what, how much; and one file taken back while the rest goes on.

#include <signal.h>

#include <QTest>

#include <filesystem>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class OpenFilesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto why = SystemWorld::unavailable();
    if (!why.isEmpty()) QSKIP(qPrintable(why));
  }
  void init();
  void cleanup() {
    m_app.reset();
    m_world.reset();
  }
  void openFilesAreListed();
  void whoMayDieIsNamedBeforehand();
  void oneFileIsStoppedAndTheRestGoesOn();
  void aStoppedFileIsStoppedUnderEveryName();
  void aStoppedPortalHoldsNobodyUp();

private:
  // Runs a copy of `sleep` out of the granted folder - so that it is mapped -, holds a file open, and does what it is
  // told.
  void begin();
  QByteArray told(const QByteArray& line);

  std::unique_ptr<SystemWorld> m_world;
  std::unique_ptr<RunningCommand> m_app;
  QString m_grant;
};

void OpenFilesTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Projects/site/in", "held open");
  m_world->write("Projects/site/other", "another");
  begin();
}

void OpenFilesTest::begin() {
  m_app = m_world->startInside(
      "cp /bin/sleep mine && chmod +x mine && ./mine 1000 & sleep 0.3; exec 3<in; echo ready\n"
      "n=0; while read line; do eval \"$line\" 2>&1; n=$((n + 1)); echo \"did $n\"; done",
      {"--here"}, m_world->home("Projects/site"));
  QVERIFY(m_app->says("ready"));
  m_grant = m_world->first({"grants"})["id"].toString();
  QVERIFY(!m_grant.isEmpty());
}

QByteArray OpenFilesTest::told(const QByteArray& line) {
  auto before = m_app->output();
  auto count = before.count("did ") + 1;
  m_app->tell(line + "\n");
  m_app->says("did " + QByteArray::number(count));
  return m_app->output().mid(before.size());
}

void OpenFilesTest::openFilesAreListed() {
  QVERIFY(told("head -c 4 <&3").contains("held"));
  QJsonObject held;
  for (auto one : m_world->list({"grants", "show", m_grant})) {
    if (one.toObject()["target"] == m_world->home("Projects/site/in")) held = one.toObject();
  }
  QCOMPARE(held["grant"], m_grant);
  QCOMPARE(held["access"], "read");
  QCOMPARE(held["mapped"], "no");
  QCOMPARE(held["bytesRead"].toInteger(), 9);
  QVERIFY(!held["instance"].toString().isEmpty());
  auto words = m_world->latchkey({"grants", "show", m_grant}).out;
  QVERIFY2(words.contains("~/Projects/site/in"), words);
  told("exec 3<&-");
  QTRY_VERIFY(!m_world->latchkey({"grants", "show", m_grant}).out.contains("site/in"));
}

void OpenFilesTest::whoMayDieIsNamedBeforehand() {
  QJsonObject mapped;
  QTRY_VERIFY2_WITH_TIMEOUT(
      [&] {
        for (auto one : m_world->list({"grants", "show", m_grant})) {
          if (one.toObject()["mapped"] == "yes") mapped = one.toObject();
        }
        return !mapped.isEmpty();
      }(),
      m_world->latchkey({"grants", "show", m_grant}).out, 10'000);
  QCOMPARE(mapped["target"], m_world->home("Projects/site/mine"));
  QVERIFY(mapped["mappers"].toString().startsWith("mine ("));
  auto dry = m_world->latchkey({"revoke", "--dry-run", m_grant});
  QVERIFY2(dry.err.contains("has ~/Projects/site/mine mapped and may stop at once"), dry.err);
  QVERIFY(!dry.err.contains("site/in "));
  QCOMPARE(m_world->list({"grants"}).size(), 1);  // Nothing was done.
}

void OpenFilesTest::oneFileIsStoppedAndTheRestGoesOn() {
  auto holder = m_world->first({"grants"})["holder"].toString();
  auto file = m_world->home("Projects/site/in");
  QVERIFY(told("cat in").contains("held open"));
  auto stopped = m_world->latchkey({"stop-file", m_grant, file});
  QVERIFY2(stopped.status == 0, stopped.err);
  QVERIFY(told("cat in").contains("Permission denied"));
  QVERIFY(told("cat <&3").contains("Permission denied"));
  QVERIFY(told("mv in elsewhere").contains("Permission denied"));
  QVERIFY(told("cat other").contains("another"));
  QVERIFY(m_world->list({"requests"}).isEmpty());  // Refused without a question.
  // A portal that dies does not give it back.
  SystemWorld::destroy(m_world->portal());
  QTRY_VERIFY(told("cat " + m_world->home("Projects/site/other").toUtf8()).contains("another"));
  QVERIFY(told("cat " + file.toUtf8()).contains("Permission denied"));
  auto given = m_world->latchkey({"grant", holder, "file", file});
  QVERIFY2(given.status == 0, given.err);
  QVERIFY(told("cat " + file.toUtf8()).contains("held open"));
  QVERIFY(m_world->latchkey({"stop-file", m_grant, m_world->home("elsewhere")}).status != 0);
}

void OpenFilesTest::aStoppedFileIsStoppedUnderEveryName() {
  auto at = [&](const QString& name) { return m_world->home("Projects/site/" + name).toStdString(); };
  auto refused = [&](const QString& name) {
    auto said = told("cat " + m_world->home("Projects/site/" + name).toUtf8());
    return said.contains("Permission denied") && !said.contains("held open");
  };
  std::filesystem::create_hard_link(at("in"), at("twin"));
  QVERIFY(told("cat twin").contains("held open"));
  told("exec 5<twin");
  QVERIFY(told("head -c 4 <&5").contains("held"));
  auto stopped = m_world->latchkey({"stop-file", m_grant, m_world->home("Projects/site/in")});
  QVERIFY2(stopped.status == 0, stopped.err);
  QVERIFY(refused("in"));
  QVERIFY(refused("twin"));
  QVERIFY(told("cat <&5").contains("Permission denied"));
  for (auto change : {"ln twin more", "mv twin more", "cp -l twin more"})
    QVERIFY2(told(change).contains("Permission denied"), change);
  // Names it gets afterwards.
  std::filesystem::create_directory(at("sub"));
  std::filesystem::create_hard_link(at("in"), at("sub/later"));
  QTRY_VERIFY(refused("sub/later"));
  std::filesystem::rename(at("in"), at("moved"));
  QTRY_VERIFY(refused("moved"));
  QVERIFY(refused("in"));
  QVERIFY(told("cat other").contains("another"));
  QVERIFY(m_world->list({"requests"}).isEmpty());
  // A portal that dies does not give it back under any of them.
  SystemWorld::destroy(m_world->portal());
  QTRY_VERIFY(told("cat " + m_world->home("Projects/site/other").toUtf8()).contains("another"));
  for (auto name : {"moved", "twin", "sub/later"}) QVERIFY(refused(name));
  // Given again by the name it has now: by every other one it is the grant of the folder's again.
  auto given = m_world->latchkey(
      {"grant", m_world->first({"grants"})["holder"].toString(), "file", m_world->home("Projects/site/moved")});
  QVERIFY2(given.status == 0, given.err);
  QVERIFY(!refused("moved"));
  QVERIFY(!refused("twin"));
}

void OpenFilesTest::aStoppedPortalHoldsNobodyUp() {
  auto portal = m_world->portal();
  kill(portal, SIGSTOP);
  auto outcome = m_world->latchkey({"grants", "show", m_grant});
  kill(portal, SIGCONT);
  QCOMPARE(outcome.status, 1);
  QVERIFY2(outcome.err.contains("does not answer"), outcome.err);
}

QTEST_GUILESS_MAIN(OpenFilesTest)
#include "open-files-test.moc"
