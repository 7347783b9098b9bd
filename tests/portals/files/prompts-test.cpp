// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Asking: what is there without a grant, what is held, who is told what.

#include <signal.h>

#include <QTest>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;

class PromptsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void labelsAreThereWithoutAGrant();
  void anOpenIsHeldAndAnswered();
};

void PromptsTest::labelsAreThereWithoutAGrant() {
  World world;
  auto box = world.sandbox();
  QVERIFY(box->mounted());
  QCOMPARE(box->run("stat " + world.path("Documents")).substr(0, 5), "0 dir");
  QCOMPARE(box->asked.size(), 0u);
}

void PromptsTest::anOpenIsHeldAndAnswered() {
  World world;
  world.write("Documents/a.txt", "hello");
  auto box = world.sandbox();
  box->person = [&](const Asked& asked) -> kj::Promise<Outcome> {
    auto grant = box->grant(asked.path, {.object = asked.object.get()});
    return grant.whenResolved().then([] { return Outcome::GRANTED; });
  };
  QCOMPARE(box->content(world.path("Documents/a.txt")), "hello");
  QCOMPARE(box->asked.size(), 1u);
  QCOMPARE(box->asked[0].path, world.path("Documents/a.txt"));
}

QTEST_GUILESS_MAIN(PromptsTest)
#include "prompts-test.moc"
