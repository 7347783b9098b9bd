// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/stub-resolver.h"

#include <kj/async-io.h>
#include <kj/debug.h>

#include <QTest>

#include <set>

#include "tests/portals/network/dns-words.h"

using namespace latchkey;
using namespace latchkey::network;

namespace {

constexpr int A = 1, NS = 2, PTR = 12, MX = 15, TXT = 16, AAAA = 28, SRV = 33, SVCB = 64, HTTPS = 65, ANY = 255;

struct World final : HostLookup, NameRules {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  kj::TimerImpl timer{kj::origin<kj::TimePoint>()};
  Names names{"org.example.App"};
  StubResolver resolver{timer, names, *this, *this};

  std::set<std::string> blocked;
  std::vector<std::string> asked;    // The person.
  std::vector<std::string> outside;  // Name servers.
  std::vector<std::string> told;
  bool allow = false;
  kj::Maybe<kj::Promise<bool>> later;
  QByteArray said;

  ~World() noexcept override {}

  kj::Promise<std::vector<Address>> lookUp(std::string name) override {
    outside.push_back("address of " + name);
    return std::vector<Address>();
  }
  kj::Promise<kj::Array<kj::byte>> records(std::string name, uint16_t type) override {
    outside.push_back(name + " " + std::to_string(type));
    return kj::heapArray(bytesOf(said));
  }
  bool isBlocked(const std::string& name) override { return blocked.contains(name); }
  kj::Promise<bool> mayAsk(Destination wanted) override {
    asked.push_back(wanted.text());
    KJ_IF_MAYBE (promise, later) {
      auto waits = kj::mv(*promise);
      later = nullptr;
      return kj::mv(waits);
    }
    return allow;
  }
  void tooMuchAsked(const std::string& name, uint64_t questions) override {
    told.push_back(name + " " + std::to_string(questions));
  }

  kj::Array<kj::byte> send(const Words& words, Protocol by = Protocol::Udp) {
    auto promise = resolver.answer(kj::heapArray(words.bytes()), by);
    return promise.wait(io.waitScope);
  }
  // "CODE RECORDS", and of addresses the first one.
  std::string ask(const std::string& name, int type) {
    auto answer = send(Words(7, name, type));
    if (answer.size() < 12) return "nothing";
    auto text = std::to_string(answer[3] & 15) + " " + std::to_string(answer[7]);
    if ((type == A || type == AAAA) && answer[7] > 0) {
      size_t size = type == A ? 4 : 16;
      text += " " + Address::of({answer.end() - size, size}).text();
    }
    return text;
  }
};

}  // namespace

class StubResolverTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void addressesAreOurOwnAndNobodyIsAsked();
  void addressesLeadBackToTheirNames();
  void onlyOurAddressesHaveNames();
  void noAddressesInServiceRecords();
  void localhostIsTheSandbox();
  void namesThatLeadNowhere_data();
  void namesThatLeadNowhere();
  void blockedNamesDoNotExist();
  void otherQuestionsHaveToBeAllowed();
  void refusedQuestionsDoNotLeave();
  void aQuestionWaitsForItsAnswer();
  void localNamesAreNotAskedOfNameServers();
  void floodsAreHeldBackAndTold();
  void waitingQuestionsAreBounded();
  void whenThereIsNoMoreRoomForNames();
  void whatServersGarbleIsAFailure();
  void kindsOfQuestionsThatAreForServersAlone();
  void largeAnswersComeByStream();
};

void StubResolverTest::addressesAreOurOwnAndNobodyIsAsked() {
  World world;
  auto v4 = KJ_ASSERT_NONNULL(world.names.addressFor("example.org", Family::V4));
  QCOMPARE(world.ask("Example.ORG", A), "0 1 " + v4.text());
  QCOMPARE(world.ask("example.org", AAAA),
           "0 1 " + KJ_ASSERT_NONNULL(world.names.addressFor("example.org", Family::V6)).text());
  QCOMPARE(world.ask("example.org", ANY), std::string("0 2"));
  QCOMPARE(world.ask("intranet", A).substr(0, 10), std::string("0 1 198.18").substr(0, 10));
  QVERIFY(world.outside.empty() && world.asked.empty());
}

void StubResolverTest::addressesLeadBackToTheirNames() {
  World world;
  auto address = KJ_ASSERT_NONNULL(world.names.addressFor("www.example.org", Family::V4));
  auto& b = address.bytes;
  auto name = std::to_string(b[3]) + "." + std::to_string(b[2]) + "." + std::to_string(b[1]) + "." +
              std::to_string(b[0]) + ".in-addr.arpa";
  auto answer = world.send(Words(7, name, PTR));
  QCOMPARE(int(answer[7]), 1);
  QVERIFY(QByteArray(reinterpret_cast<char*>(answer.begin()), qsizetype(answer.size()))
              .endsWith(QByteArray("\3www\7example\3org\0", 17)));
  QCOMPARE(world.ask(name, TXT), std::string("0 0"));
}

void StubResolverTest::onlyOurAddressesHaveNames() {
  World world;
  QCOMPARE(world.ask("8.8.8.8.in-addr.arpa", PTR), std::string("3 0"));
  QCOMPARE(world.ask("1.1.18.198.in-addr.arpa", PTR), std::string("3 0"));
  QCOMPARE(world.ask("1.0.168.192.in-addr.arpa", PTR), std::string("3 0"));
  QCOMPARE(world.ask("1.0.0.127.in-addr.arpa", PTR), std::string("0 1"));
  QVERIFY(world.outside.empty());
}

void StubResolverTest::noAddressesInServiceRecords() {
  World world;
  world.allow = true;
  QCOMPARE(world.ask("example.org", HTTPS), std::string("0 0"));
  QCOMPARE(world.ask("_dns.example.org", SVCB), std::string("0 0"));
  QVERIFY(world.outside.empty() && world.asked.empty());
}

void StubResolverTest::localhostIsTheSandbox() {
  World world;
  QCOMPARE(world.ask("localhost", A), std::string("0 1 127.0.0.1"));
  QCOMPARE(world.ask("app.localhost", AAAA), std::string("0 1 ::1"));
  QCOMPARE(world.ask("localhost", TXT), std::string("0 0"));
  QCOMPARE(world.names.count(), size_t(0));
}

void StubResolverTest::namesThatLeadNowhere_data() {
  QTest::addColumn<QByteArray>("name");
  for (auto name : {"everything", "internet", "local-network", "127.1", "a.0x1f", "10.0.0.1", "2130706433", "x.onion",
                    "x.invalid", "ipv4only.arpa", "_dns.resolver.arpa", "use-application-dns.net", "-a.example",
                    "a b.example", "*.example", "a:80", "a@local", "\xc3\xbc.example", ""})
    QTest::addRow("'%s'", name) << QByteArray(name);
}

void StubResolverTest::namesThatLeadNowhere() {
  QFETCH(QByteArray, name);
  World world;
  world.allow = true;
  for (auto type : {A, AAAA, HTTPS, TXT, NS, MX}) QCOMPARE(world.ask(name.toStdString(), type), std::string("3 0"));
  QVERIFY(world.outside.empty() && world.asked.empty());
  QCOMPARE(world.names.count(), size_t(0));
}

void StubResolverTest::blockedNamesDoNotExist() {
  World world;
  world.blocked = {"ads.example"};
  world.allow = true;
  for (auto type : {A, AAAA, HTTPS, TXT}) QCOMPARE(world.ask("ADS.example", type), std::string("3 0"));
  QVERIFY(world.outside.empty() && world.asked.empty());
  QCOMPARE(world.ask("ok.example", A).substr(0, 3), std::string("0 1"));
}

void StubResolverTest::otherQuestionsHaveToBeAllowed() {
  World world;
  world.allow = true;
  Words said(99, "_imaps._tcp.example.org", SRV);
  said.set(2, 0x81).set(7, 1).more(std::string("\xc0\x0c\0\x21\0\1\0\0\0\1\0\x0b\0\0\0\0\3\xe1\1a\1b\0", 23));
  world.said = said.array();
  QCOMPARE(world.ask("_imaps._TCP.example.org", SRV), std::string("0 1"));
  QVERIFY(world.asked == std::vector<std::string>{"_imaps._tcp.example.org/name"});
  QVERIFY(world.outside == std::vector<std::string>{"_imaps._tcp.example.org 33"});
  QCOMPARE(world.resolver.asked(), uint64_t(1));
}

void StubResolverTest::refusedQuestionsDoNotLeave() {
  World world;
  for (auto type : {NS, MX, TXT, SRV, 5, 6, 999}) QCOMPARE(world.ask("secret.example.org", type), std::string("5 0"));
  QCOMPARE(world.asked.size(), size_t(7));
  QVERIFY(world.outside.empty());
}

void StubResolverTest::aQuestionWaitsForItsAnswer() {
  World world;
  auto decision = kj::newPromiseAndFulfiller<bool>();
  world.later = kj::mv(decision.promise);
  world.said = Words(1, "example.org", MX).set(2, 0x81).array();
  auto answer = world.resolver.answer(kj::heapArray(Words(1, "example.org", MX).bytes()), Protocol::Udp);
  QVERIFY(!answer.poll(world.io.waitScope));
  QVERIFY(world.outside.empty());
  decision.fulfiller->fulfill(true);
  QVERIFY(answer.poll(world.io.waitScope));
  QCOMPARE(answer.wait(world.io.waitScope)[3] & 15, 0);
  QCOMPARE(world.outside.size(), size_t(1));
}

void StubResolverTest::localNamesAreNotAskedOfNameServers() {
  World world;
  world.allow = true;
  QCOMPARE(world.ask("printer.local", TXT), std::string("0 0"));
  QVERIFY(world.outside.empty() && world.asked.empty());
  QCOMPARE(world.ask("printer.local", A).substr(0, 3), std::string("0 1"));
}

void StubResolverTest::floodsAreHeldBackAndTold() {
  World world;
  world.allow = true;
  auto flood = [&](int count) {
    for (int i = 0; i < count; ++i) {
      auto name = "data" + std::to_string(i) + ".tunnel.example";
      world.said = Words(1, name, TXT).set(2, 0x81).array();
      world.ask(name, TXT);
    }
  };
  flood(200);
  QCOMPARE(world.outside.size(), size_t(60));
  QCOMPARE(world.resolver.withheld(), uint64_t(140));
  QCOMPARE(world.told.size(), size_t(1));
  // A minute later a minute's worth is there again, and it is told again.
  world.timer.advanceTo(kj::origin<kj::TimePoint>() + 10 * kj::SECONDS);
  flood(200);
  QCOMPARE(world.outside.size(), size_t(90));
  QCOMPARE(world.told.size(), size_t(1));
  world.timer.advanceTo(kj::origin<kj::TimePoint>() + 70 * kj::SECONDS);
  flood(200);
  QCOMPARE(world.outside.size(), size_t(150));
  QCOMPARE(world.told.size(), size_t(2));
  // Addresses are not part of it: they tell nobody anything.
  QCOMPARE(world.ask("www.example.org", A).substr(0, 3), std::string("0 1"));
}

void StubResolverTest::waitingQuestionsAreBounded() {
  World world;
  std::vector<kj::Own<kj::PromiseFulfiller<bool>>> decisions;
  std::vector<kj::Promise<kj::Array<kj::byte>>> answers;
  for (int i = 0; i < 64; ++i) {
    auto pair = kj::newPromiseAndFulfiller<bool>();
    world.later = kj::mv(pair.promise);
    decisions.push_back(kj::mv(pair.fulfiller));
    answers.push_back(world.resolver.answer(kj::heapArray(Words(1, "a.example", TXT).bytes()), Protocol::Udp));
    QVERIFY(!answers.back().poll(world.io.waitScope));
  }
  QCOMPARE(world.ask("b.example", TXT), std::string("2 0"));
  QCOMPARE(world.asked.size(), size_t(64));
  QCOMPARE(world.ask("b.example", A).substr(0, 3), std::string("0 1"));
  // Who gives up makes room.
  answers.pop_back();
  QCOMPARE(world.ask("b.example", TXT), std::string("5 0"));
}

void StubResolverTest::whenThereIsNoMoreRoomForNames() {
  World world;
  for (size_t i = 0; i < Names::MOST; ++i) (void)world.names.addressFor(std::to_string(i) + ".n", Family::V4);
  QCOMPARE(world.ask("one.more", A), std::string("2 0"));
  QCOMPARE(world.ask("7.n", A).substr(0, 3), std::string("0 1"));
}

void StubResolverTest::whatServersGarbleIsAFailure() {
  World world;
  world.allow = true;
  for (auto said : {QByteArray(), QByteArray(5, 'x'), Words(1, "other.example", MX).set(2, 0x81).array(),
                    Words(1, "a.example", MX).array()}) {
    world.said = said;
    QCOMPARE(world.ask("a.example", MX), std::string("2 0"));
  }
  world.said = Words(1, "a.example", MX).set(2, 0x81).set(3, 0x83).array();
  QCOMPARE(world.ask("a.example", MX), std::string("3 0"));
}

void StubResolverTest::kindsOfQuestionsThatAreForServersAlone() {
  World world;
  world.allow = true;
  for (auto type : {250, 251, 252, 253, 254}) QCOMPARE(world.ask("a.example", type), std::string("4 0"));
  QCOMPARE(world.ask("a.example", 41), std::string("1 0"));
  auto chaos = Words(7, "version.bind", TXT);
  chaos.set(chaos.array().size() - 1, 3);
  QCOMPARE(world.send(chaos)[3] & 15, 5);
  QVERIFY(world.outside.empty() && world.asked.empty());
}

void StubResolverTest::largeAnswersComeByStream() {
  World world;
  world.allow = true;
  Words said(1, "a.example", TXT);
  said.set(2, 0x81).set(7, 3);
  for (int i = 0; i < 3; ++i)
    said.more(std::string("\xc0\x0c\0\x10\0\1\0\0\0\1\1\0\xff", 13)).more(std::string(255, 'x'));
  world.said = said.array();
  auto question = Words(1, "a.example", TXT);
  auto cut = world.send(question);
  QVERIFY(cut.size() <= 512 && (cut[2] & 2));
  auto whole = world.send(question, Protocol::Tcp);
  QCOMPARE(whole.size(), size_t(said.array().size()));
  QVERIFY(!(whole[2] & 2));
  QCOMPARE(world.send(question.extension(1232)).size(), size_t(said.array().size() + 11));
}

QTEST_GUILESS_MAIN(StubResolverTest)
#include "stub-resolver-test.moc"
