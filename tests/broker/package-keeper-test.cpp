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
  explicit FakeHost(int& opened, int* rounds = nullptr) : m_opened(opened), m_rounds(rounds) {}
  kj::Promise<void> open(OpenContext context) override {
    ++m_opened;
    context.getResults().setPackages(kj::heap<Packages>(m_rounds));
    return kj::READY_NOW;
  }

private:
  class Packages final : public schema::Packages::Server {
  public:
    explicit Packages(int* rounds) : m_rounds(rounds) {}
    kj::Promise<void> round(RoundContext) override {
      if (m_rounds != nullptr) ++*m_rounds;
      return kj::READY_NOW;
    }
    kj::Promise<void> rollback(RollbackContext context) override {
      context.getResults().setVersion("1.0");
      return kj::READY_NOW;
    }

  private:
    int* m_rounds;
  };
  int& m_opened;
  int* m_rounds;
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
  void whoFollowsNothingHasNoRounds();
  void roundsAreHeldNowAndThen();

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

void PackageKeeperTest::whoFollowsNothingHasNoRounds() {
  BrokerWorld world;
  world.advance(std::chrono::hours(5));
  QVERIFY(world.programs.packages.empty());
  QDir().mkpath(QString::fromStdString(world.places.repositories()));
  world.advance(std::chrono::hours(5));
  QVERIFY(world.programs.packages.empty());
}

void PackageKeeperTest::roundsAreHeldNowAndThen() {
  BrokerWorld world;
  QDir().mkpath(QString::fromStdString(world.places.repositories()) + "/0123456789abcdef");
  // Seconds until another is started.
  auto started = [&] {
    auto before = world.programs.packages.size();
    int seconds = 0;
    for (; seconds < 7200 && world.programs.packages.size() == before; seconds += 10)
      world.advance(std::chrono::seconds(10));
    return seconds;
  };
  QCOMPARE(started(), 120);
  int opened = 0, rounds = 0;
  begin(world, 0, kj::heap<FakeHost>(opened, &rounds));
  world.poll();
  QCOMPARE(rounds, 1);
  world.advance(std::chrono::minutes(50));
  QCOMPARE(rounds, 1);
  world.advance(std::chrono::minutes(11));
  QCOMPARE(rounds, 2);
  // One that cannot be held is not the last.
  world.programs.packages[0].hangUp->fulfill();
  world.poll();
  QVERIFY(started() >= 3500);
  world.programs.packages[1].hangUp->fulfill();
  world.poll();
  QVERIFY(started() >= 3500);
  begin(world, 2, kj::heap<FakeHost>(opened, &rounds));
  world.poll();
  QCOMPARE(rounds, 3);
}

QTEST_APPLESS_MAIN(PackageKeeperTest)
#include "package-keeper-test.moc"
