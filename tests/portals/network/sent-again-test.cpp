// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the app's kernel sends again while the answer is under way.

#include <kj/async-io.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <QtTest/QtTest>

#include <vector>

#include "portals/network/relay.h"
#include "portals/network/tcp.h"

using namespace latchkey;
using namespace latchkey::network;

namespace {

using Bytes = std::vector<kj::byte>;

// A SYN of 198.19.255.254:40000 to 203.0.113.5:443, of that sequence number.
Bytes syn(uint8_t sequence) {
  auto raw = QByteArray::fromHex(
      "4500002c00004000400600 00c613fffe cb007105"
      "9c4001bb 01020304 00000000 6002fffb 0000 0000 020405b4");
  raw[27] = static_cast<char>(sequence);
  return {raw.begin(), raw.end()};
}

kj::AutoCloseFd listening() {
  kj::AutoCloseFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in any{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  KJ_SYSCALL(bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any));
  KJ_SYSCALL(listen(fd, 1));
  return fd;
}

Wiring listeners() {
  Wiring wiring;
  wiring.listener4 = listening();
  wiring.namesTcp = listening();
  return wiring;
}

// Counts the questions, answers each at once, and keeps what the app is sent.
class Answers final : public Desk {
public:
  Way::Kind answer = Way::Kind::Refused;
  int questions = 0;
  std::vector<Bytes> sent;

  kj::Maybe<Destination> destinationOf(const Endpoint& far, Protocol protocol) override {
    return Destination::of(far.address, protocol, far.port);
  }
  bool began(LinkRef) override { return true; }
  kj::Promise<Way> findWay(LinkRef) override {
    ++questions;
    return Way{answer, {}};
  }
  bool admit(const LinkRef&, const GrantRef&) override { return false; }
  kj::Promise<kj::AutoCloseFd> dial(GrantRef) override { return kj::AutoCloseFd(); }
  void opened(Link&) override {}
  void over(LinkRef) override {}
  void toApp(kj::ArrayPtr<const kj::byte> packet) override { sent.emplace_back(packet.begin(), packet.end()); }
  kj::Promise<void> ensureGate() override { return kj::READY_NOW; }
  kj::Promise<kj::Array<kj::byte>> answerNames(kj::Array<kj::byte>, Protocol) override { return kj::Array<kj::byte>(); }
};

}  // namespace

class SentAgainTest : public QObject {
  Q_OBJECT
public:
  ~SentAgainTest() noexcept override = default;

private Q_SLOTS:
  void whatWasAnsweredIsNoQuestion_data();
  void whatWasAnsweredIsNoQuestion();
  void whatWasNotAnsweredIsOne();
  void manyAreNotKept();

private:
  void take(const Bytes& bytes) {
    auto packet = packetFrom({bytes.data(), bytes.size()});
    m_tcp->take(KJ_ASSERT_NONNULL(packet));
    for (int i = 0; i < 100; ++i) kj::evalLater([] {}).wait(m_io.waitScope);
  }
  void begin(Way::Kind answer) {
    m_tcp = nullptr;
    m_desk = Answers();
    m_desk.answer = answer;
    m_tcp = kj::heap<Tcp>(m_io.unixEventPort, m_timer, m_desk, m_pipes, m_wiring);
  }

  kj::AsyncIoContext m_io = kj::setupAsyncIo();
  kj::TimePoint m_start = kj::origin<kj::TimePoint>() + 1 * kj::HOURS;
  kj::TimerImpl m_timer{m_start};
  Pipes m_pipes;
  Wiring m_wiring = listeners();
  Answers m_desk;
  kj::Own<Tcp> m_tcp;
};

void SentAgainTest::whatWasAnsweredIsNoQuestion_data() {
  QTest::addColumn<int>("answer");
  QTest::newRow("refused") << static_cast<int>(Way::Kind::Refused);
  QTest::newRow("not found") << static_cast<int>(Way::Kind::NotFound);
}

void SentAgainTest::whatWasAnsweredIsNoQuestion() {
  QFETCH(int, answer);
  begin(static_cast<Way::Kind>(answer));
  take(syn(1));
  QCOMPARE(m_desk.questions, 1);
  QCOMPARE(m_desk.sent.size(), 1);
  take(syn(1));
  QCOMPARE(m_desk.questions, 1);
  QCOMPARE(m_desk.sent.size(), 2);
  QCOMPARE(m_desk.sent[1], m_desk.sent[0]);
  // Another one from the same port is another wish.
  take(syn(2));
  QCOMPARE(m_desk.questions, 2);
  // And so is the same after a while.
  m_timer.advanceTo(m_start + 11 * kj::SECONDS);
  take(syn(2));
  QCOMPARE(m_desk.questions, 3);
  m_start = m_timer.now();
}

void SentAgainTest::whatWasNotAnsweredIsOne() {
  begin(Way::Kind::Later);
  take(syn(1));
  QCOMPARE(m_desk.sent.size(), 0);
  take(syn(1));
  QCOMPARE(m_desk.questions, 2);
}

void SentAgainTest::manyAreNotKept() {
  begin(Way::Kind::Refused);
  for (int port = 1; port <= 2000; ++port) {
    auto bytes = syn(1);
    bytes[20] = static_cast<kj::byte>(port >> 8);
    bytes[21] = static_cast<kj::byte>(port);
    take(bytes);
  }
  QCOMPARE(m_desk.questions, 2000);
  auto first = syn(1);
  first[20] = 0;
  first[21] = 1;
  take(first);
  QCOMPARE(m_desk.questions, 2001);
}

QTEST_GUILESS_MAIN(SentAgainTest)
#include "sent-again-test.moc"
