// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-packages is started when somebody wants it, once, and anew when it has gone.

#include <QtTest>

#include "broker/schema/packages.capnp.h"
#include "tests/support/broker-world.h"

using namespace latchkey;

namespace {

class FakeHost final : public schema::PackagesHost::Server {
public:
  explicit FakeHost(int& opened) : m_opened(opened) {}
  kj::Promise<void> open(OpenContext context) override {
    ++m_opened;
    context.getResults().setPackages(kj::heap<Packages>());
    return kj::READY_NOW;
  }

private:
  class Packages final : public schema::Packages::Server {
  public:
    kj::Promise<void> rollback(RollbackContext context) override {
      context.getResults().setVersion("1.0");
      return kj::READY_NOW;
    }
  };
  int& m_opened;
};

// One that ended while it was being asked.
class GoneHost final : public schema::PackagesHost::Server {
public:
  kj::Promise<void> open(OpenContext) override { return KJ_EXCEPTION(DISCONNECTED, "gone"); }
};

}  // namespace

class PackageKeeperTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void itIsStartedOnceAndOnDemand();
  void anotherTakesThePlaceOfOneThatWent();
  void oneThatEndsJustThenIsNotNoticed();
  void oneThatDoesNotStartIsTold();

private:
  static void begin(BrokerWorld& world, size_t index, schema::PackagesHost::Client host) {
    auto request = world.programs.packages.at(index).bootstrap.castAs<schema::PackagesStart>().beginRequest();
    request.setHost(kj::mv(host));
    request.send().wait(world.ws);
  }
  static auto ask(BrokerWorld& world) { return world.broker->person().packagesRequest().send(); }
};

void PackageKeeperTest::itIsStartedOnceAndOnDemand() {
  BrokerWorld world;
  int opened = 0;
  QVERIFY(world.programs.packages.empty());
  auto one = ask(world), two = ask(world);
  QVERIFY(!one.poll(world.ws) && !two.poll(world.ws));
  QCOMPARE(world.programs.packages.size(), 1u);
  begin(world, 0, kj::heap<FakeHost>(opened));
  auto packages = one.wait(world.ws).getPackages();
  two.wait(world.ws);
  QCOMPARE(opened, 2);
  auto version = packages.rollbackRequest().send().wait(world.ws);
  QCOMPARE(QByteArray(version.getVersion().cStr()), QByteArray("1.0"));
  ask(world).wait(world.ws);
  QCOMPARE(world.programs.packages.size(), 1u);
}

void PackageKeeperTest::anotherTakesThePlaceOfOneThatWent() {
  BrokerWorld world;
  int opened = 0;
  auto one = ask(world);
  QVERIFY(!one.poll(world.ws));
  begin(world, 0, kj::heap<FakeHost>(opened));
  one.wait(world.ws);
  world.programs.packages[0].hangUp->fulfill();
  auto two = ask(world);
  QVERIFY(!two.poll(world.ws));
  auto three = ask(world);
  QVERIFY(!three.poll(world.ws));
  QCOMPARE(world.programs.packages.size(), 2u);
  begin(world, 1, kj::heap<FakeHost>(opened));
  two.wait(world.ws);
  three.wait(world.ws);
  QCOMPARE(opened, 3);
}

void PackageKeeperTest::oneThatEndsJustThenIsNotNoticed() {
  BrokerWorld world;
  int opened = 0;
  auto one = ask(world);
  QVERIFY(!one.poll(world.ws));
  begin(world, 0, kj::heap<GoneHost>());
  QVERIFY(!one.poll(world.ws));
  QCOMPARE(world.programs.packages.size(), 2u);
  begin(world, 1, kj::heap<FakeHost>(opened));
  one.wait(world.ws);
  QCOMPARE(opened, 1);
}

void PackageKeeperTest::oneThatDoesNotStartIsTold() {
  BrokerWorld world;
  auto one = ask(world);
  QVERIFY(!one.poll(world.ws));
  world.programs.packages[0].hangUp->fulfill();
  QVERIFY_THROWS_EXCEPTION(kj::Exception, one.wait(world.ws));
  // The next who asks is not told of that one.
  int opened = 0;
  auto two = ask(world);
  QVERIFY(!two.poll(world.ws));
  begin(world, 1, kj::heap<FakeHost>(opened));
  two.wait(world.ws);
}

QTEST_APPLESS_MAIN(PackageKeeperTest)
#include "package-keeper-test.moc"
