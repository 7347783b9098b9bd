// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/inbound.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/async-io.h>

#include <QTest>

#include "broker/base/log.h"
#include "tests/portals/network/elsewhere.h"

using namespace latchkey;
using namespace latchkey::network;

namespace {

struct Seen final : Tally {
  size_t out = 0, in = 0;
  kj::Canceler canceler;
  size_t allowed(size_t wanted, kj::TimePoint) override { return wanted; }
  void passedOut(size_t bytes) override { out += bytes; }
  void passedIn(size_t bytes) override { in += bytes; }
};

uint16_t freePort() {
  kj::AutoCloseFd probe(boundSocket(SOCK_STREAM, "127.0.0.1", 0));
  sockaddr_in own{};
  socklen_t size = sizeof own;
  getsockname(probe, reinterpret_cast<sockaddr*>(&own), &size);
  return ntohs(own.sin_port);
}

// The app listens at this address of its own.
struct World final : Visitors {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  Pipes pipes;
  uint16_t port = freePort();
  std::vector<kj::AutoCloseFd> v4, v6;
  kj::AutoCloseFd app;
  bool there = false;
  bool letIn = true;
  std::vector<std::shared_ptr<Seen>> visits;
  std::vector<std::string> whoCame;
  std::vector<Ending> whyLeft;
  std::string peer;
  kj::Own<Inbound> inbound;

  explicit World(const char* listens, int sockets = 8) {
    auto fds = madeElsewhere([&] {
      std::vector<int> made{listens ? boundSocket(SOCK_STREAM, listens, port)
                                    : boundSocket(SOCK_STREAM, "127.0.0.1", 1)};
      for (int i = 0; i < 2 * sockets; ++i)
        made.push_back(socket(i < sockets ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0));
      return made;
    });
    if (fds.empty()) return;
    there = true;
    app = kj::mv(fds[0]);
    for (int i = 0; i < 2 * sockets; ++i) (i < sockets ? v4 : v6).push_back(kj::mv(fds[size_t(i) + 1]));
  }
  ~World() noexcept override { inbound = nullptr; }

  void open(Listening::Where where = Listening::Where::Localhost, bool proxy = false) {
    inbound = kj::heap<Inbound>(io.unixEventPort, io.provider->getTimer(), pipes, *this,
                                Listening{.port = port, .where = where, .proxy = proxy});
  }

  Visit came(const Endpoint& from, const Listening& to) override {
    if (!letIn) return {};
    whoCame.push_back(from.address.text() + " " + to.text());
    visits.push_back(std::make_shared<Seen>());
    return {visits.back(), &visits.back()->canceler};
  }
  void left(const Visit&, Ending why) override { whyLeft.push_back(why); }
  kj::Promise<kj::AutoCloseFd> socketInside(bool wantsV6) override {
    auto& pool = wantsV6 ? v6 : v4;
    if (pool.empty()) return kj::AutoCloseFd();
    auto taken = kj::mv(pool.back());
    pool.pop_back();
    return kj::mv(taken);
  }

  // Somebody outside.
  kj::AutoCloseFd visitor(const char* to = "127.0.0.1") {
    auto where = parsed(to);
    kj::AutoCloseFd fd(socket(where.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_storage place;
    auto size = where.toSocket(port, place);
    if (connect(fd, reinterpret_cast<sockaddr*>(&place), size) != 0) return kj::AutoCloseFd();
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
  }
  void pass(int milliseconds = 10) {
    io.provider->getTimer().afterDelay(milliseconds * kj::MILLISECONDS).wait(io.waitScope);
  }
  bool eventually(std::function<bool()> holds) {
    for (int i = 0; i < 300; ++i, pass())
      if (holds()) return true;
    return false;
  }
  // The app takes one. Its peer's address goes to `peer`.
  kj::AutoCloseFd taken() {
    kj::AutoCloseFd fd;
    eventually([&] {
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      fd = kj::AutoCloseFd(accept4(app, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (fd.get() < 0) return false;
      KJ_IF_MAYBE (address, addressOf(reinterpret_cast<sockaddr*>(&from))) peer = address->text();
      return true;
    });
    return fd;
  }
  // What is read there: bytes, "end", "reset" or, after a while, "nothing".
  std::string bytesAt(int fd) {
    std::string got = "nothing";
    eventually([&] {
      char bytes[4096];
      auto count = ::read(fd, bytes, sizeof bytes);
      if (count < 0 && errno == EAGAIN) return false;
      got = count > 0             ? std::string(bytes, size_t(count))
            : count == 0          ? "end"
            : errno == ECONNRESET ? "reset"
                                  : "error";
      return true;
    });
    return got;
  }
  void put(int fd, const std::string& text) { QCOMPARE(::write(fd, text.data(), text.size()), ssize_t(text.size())); }
};

}  // namespace

#define NEEDS(world) \
  if (!world.there) QSKIP("no network namespaces on this machine")

class InboundTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void visitorsComeFromNoLoopbackAddress_data();
  void visitorsComeFromNoLoopbackAddress();
  void theAppIsToldWhoCame();
  void whereNobodyListensItIsAReset();
  void theEndOfThePermissionResetsBothSides();
  void oneCanBeCutAlone();
  void whoIsNotLetInIsReset();
  void aTakenPortIsSaidToBe();
  void localhostIsNotForTheNetwork();
  void oneAddressHasSoManyAtATime();
  void lines();
};

void InboundTest::visitorsComeFromNoLoopbackAddress_data() {
  QTest::addColumn<QByteArray>("listens");
  QTest::addColumn<QByteArray>("peer");
  for (auto listens : {"0.0.0.0", "127.0.0.1", "198.19.255.254"})
    QTest::addRow("%s", listens) << QByteArray(listens) << QByteArray("198.19.255.253");
  for (auto listens : {"::", "::1"})
    QTest::addRow("%s", listens) << QByteArray(listens) << QByteArray("fd6c:6174:6368::2");
}

void InboundTest::visitorsComeFromNoLoopbackAddress() {
  QFETCH(QByteArray, listens);
  QFETCH(QByteArray, peer);
  World world(listens.data());
  NEEDS(world);
  if (world.app.get() < 0) QSKIP("no IPv6 on this machine");
  world.open();
  auto outside = world.visitor();
  auto inside = world.taken();
  QVERIFY(inside.get() >= 0);
  QCOMPARE(world.peer, peer.toStdString());
  QVERIFY(world.whoCame == std::vector{"127.0.0.1 " + std::to_string(world.port) + "/tcp@localhost"});
  world.put(outside, "question");
  QCOMPARE(world.bytesAt(inside), std::string("question"));
  world.put(inside, "an answer");
  QCOMPARE(world.bytesAt(outside), std::string("an answer"));
  QCOMPARE(world.visits[0]->in, size_t(8));
  QCOMPARE(world.visits[0]->out, size_t(9));
  outside = nullptr;
  QCOMPARE(world.bytesAt(inside), std::string("end"));
  inside = nullptr;
  QVERIFY(world.eventually([&] { return world.inbound->connections() == 0; }));
  QVERIFY(world.whyLeft == std::vector{Ending::FINISHED});
}

void InboundTest::theAppIsToldWhoCame() {
  World world("0.0.0.0");
  NEEDS(world);
  world.open(Listening::Where::Localhost, true);
  auto outside = world.visitor();
  auto inside = world.taken();
  auto line = world.bytesAt(inside);
  QVERIFY2(
      line.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 ") && line.ends_with(" " + std::to_string(world.port) + "\r\n"),
      line.c_str());
  world.put(outside, "hello");
  QCOMPARE(world.bytesAt(inside), std::string("hello"));
}

void InboundTest::whereNobodyListensItIsAReset() {
  World world(nullptr);
  NEEDS(world);
  world.open();
  auto outside = world.visitor();
  QCOMPARE(world.bytesAt(outside), std::string("reset"));
  QVERIFY(world.whyLeft == std::vector{Ending::NOTHING_LISTENS});
}

void InboundTest::theEndOfThePermissionResetsBothSides() {
  World world("0.0.0.0");
  NEEDS(world);
  world.open();
  auto outside = world.visitor();
  auto inside = world.taken();
  world.put(outside, "x");
  QCOMPARE(world.bytesAt(inside), std::string("x"));
  world.inbound = nullptr;
  QCOMPARE(world.bytesAt(outside), std::string("reset"));
  QCOMPARE(world.bytesAt(inside), std::string("reset"));
  QVERIFY(world.visitor().get() < 0);
  QCOMPARE(world.whyLeft.size(), size_t(1));
}

void InboundTest::oneCanBeCutAlone() {
  World world("0.0.0.0");
  NEEDS(world);
  world.open();
  auto one = world.visitor();
  auto oneInside = world.taken();
  auto other = world.visitor();
  auto otherInside = world.taken();
  world.visits[0]->canceler.cancel("cut");
  QCOMPARE(world.bytesAt(one), std::string("reset"));
  QCOMPARE(world.bytesAt(oneInside), std::string("reset"));
  world.put(other, "goes on");
  QCOMPARE(world.bytesAt(otherInside), std::string("goes on"));
  QCOMPARE(world.inbound->connections(), size_t(1));
}

void InboundTest::whoIsNotLetInIsReset() {
  World world("0.0.0.0");
  NEEDS(world);
  world.letIn = false;
  world.open();
  QCOMPARE(world.bytesAt(world.visitor()), std::string("reset"));
  QVERIFY(world.whyLeft.empty());
  world.letIn = true;
  auto outside = world.visitor();
  QVERIFY(world.taken().get() >= 0);
}

void InboundTest::aTakenPortIsSaidToBe() {
  World world("0.0.0.0");
  NEEDS(world);
  kj::AutoCloseFd taken(boundSocket(SOCK_STREAM, "127.0.0.1", world.port));
  QVERIFY(taken.get() >= 0);
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { world.open(); })) {
    // One line for a person.
    QCOMPARE(reason(*exception),
             "something else listens on this port already: " + std::to_string(world.port) + "/tcp@localhost");
  } else {
    QFAIL("it was taken");
  }
  taken = nullptr;
  world.open();
  auto outside = world.visitor();
  QVERIFY(world.taken().get() >= 0);
}

void InboundTest::localhostIsNotForTheNetwork() {
  World world("0.0.0.0");
  NEEDS(world);
  world.open();
  QVERIFY(world.visitor("127.0.0.1").get() >= 0);
  QVERIFY(world.visitor("127.0.0.2").get() < 0);
  world.inbound = nullptr;
  world.open(Listening::Where::Network);
  QVERIFY(world.visitor("127.0.0.2").get() >= 0);
}

void InboundTest::oneAddressHasSoManyAtATime() {
  World world("0.0.0.0", 80);
  NEEDS(world);
  world.open();
  std::vector<kj::AutoCloseFd> outside, inside;
  for (size_t i = 0; i < Inbound::MOST_OF_ONE; ++i) {
    outside.push_back(world.visitor());
    inside.push_back(world.taken());
    QVERIFY(inside.back().get() >= 0);
  }
  QCOMPARE(world.bytesAt(world.visitor()), std::string("reset"));
  QCOMPARE(world.inbound->connections(), Inbound::MOST_OF_ONE);
  outside.pop_back();
  inside.pop_back();
  QVERIFY(world.eventually([&] { return world.inbound->connections() < Inbound::MOST_OF_ONE; }));
  auto again = world.visitor();
  QVERIFY(world.taken().get() >= 0);
}

void InboundTest::lines() {
  QCOMPARE(proxyLine({parsed("192.0.2.1"), 4711}, {parsed("198.51.100.1"), 80}),
           std::string("PROXY TCP4 192.0.2.1 198.51.100.1 4711 80\r\n"));
  QCOMPARE(proxyLine({parsed("fd00::1"), 1}, {parsed("fd00::2"), 65535}),
           std::string("PROXY TCP6 fd00::1 fd00::2 1 65535\r\n"));
}

QTEST_GUILESS_MAIN(InboundTest)
#include "inbound-test.moc"
