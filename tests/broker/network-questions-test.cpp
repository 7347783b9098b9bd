// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is asked about the network, how far an answer reaches, and what an app gains by asking a lot.

#include <QtTest>
#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/network-wish.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;
using Outcome = schema::NetworkAsker::Outcome;
using Say = schema::Answer::Verdict;
using Place = schema::Network::Place;

class NetworkQuestionsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void allowedIsEnforcedBeforeTheAskerKnows();
  void questionSaysWhatAPersonWantsToKnow_data();
  void questionSaysWhatAPersonWantsToKnow();
  void scopesOffered_data();
  void scopesOffered();
  void answersReachAsFarAsTheySay_data();
  void answersReachAsFarAsTheySay();
  void publicSuffixesAreNobodysDomain_data();
  void publicSuffixesAreNobodysDomain();
  void answerMustBeOneThatWasOffered();
  void allWaitingOfAnAppAreListed();
  void internetSettlesAllButTheLocalNetwork();
  void grantByHandAnswersWhatWaits();
  void equalWishesAreOneQuestion();
  void protocolsAreDifferentQuestions();
  void noIsQuietForTheRunWhateverTheProtocol();
  void noToOneIsNoNoToAnother();
  void noHoldsForTheNextBroker();
  void localNetworkIsAQuestionOfItsOwn();
  void nameThatLeadsToThisComputerIsAskedAsTheAddress();
  void noToTheNameIsOneToItsLocalSelf();
  void malformedWishesAreDeclinedAndNotShown_data();
  void malformedWishesAreDeclinedAndNotShown();
  void tenThousandNames();
  void threeClosedQuestionsSilenceTheApp();
  void oneClosedWindowOfManyHostsIsOneClosing();
  void unansweredIsDeclinedAfterTwoMinutes();
  void droppedWishWithdraws();
  void revokedWhileAQuestionWaits();
  void ceilingAddedWhileAQuestionWaits();
  void ceilingTakesScopesAway();
  void askNoAsksNobody();
  void failedEnforcementGrantsNothing();
  void portalsRefusalsAreJournalledBounded();
  void appAsksFromInside();
  void appCannotAskForMoreThanAHost_data();
  void appCannotAskForMoreThanAHost();
  void neverByHand();
  void whyExplainsConnections();
  void ruleAboutTheNetworkIsChanged();
};

namespace {

const char* const MAIL = "org.example.Mail";

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

std::string why(auto&& act) {
  auto failure = kj::runCatchingExceptions([&] { act(); });
  KJ_IF_MAYBE (exception, failure) return reason(*exception);
  return {};
}

void allow(BrokerWorld& world, Shown& shown, schema::Scope scope, bool always = false) {
  world.me.answer(shown, [scope, always](schema::Answer::Builder answer) {
    answer.setVerdict(Say::ALLOW);
    answer.setScope(scope);
    if (always) answer.initLifetime().setAlways();
    else answer.initLifetime().setRun();
  });
  world.poll();
}

std::vector<std::string> waiting(BrokerWorld& world) {
  std::vector<std::string> targets;
  for (auto& request : world.broker->powerbox().waiting()) targets.push_back(request.question.object.target);
  return targets;
}

bool is(kj::Promise<Outcome>& promise, BrokerWorld& world, Outcome outcome) {
  return promise.poll(world.ws) && promise.wait(world.ws) == outcome;
}

QString names(const std::vector<Scope>& scopes) {
  QStringList words;
  for (auto scope : scopes) words << QString::fromStdString(std::string(nameOf(scope)));
  return words.join(' ');
}

schema::Scope scopeNamed(const QString& name) {
  return name == "port"     ? schema::Scope::PORT
         : name == "host"   ? schema::Scope::HOST
         : name == "domain" ? schema::Scope::DOMAIN
                            : schema::Scope::NETWORK;
}

}  // namespace

void NetworkQuestionsTest::allowedIsEnforcedBeforeTheAskerKnows() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "imap.example.org:993/tcp");
  QVERIFY(!asked.poll(world.ws));
  QCOMPARE(world.network.wire(app.id).holding(), 0);
  allow(world, world.me.last(), schema::Scope::PORT);
  QVERIFY(world.network.wire(app.id).reaches("imap.example.org:993/tcp"));
  QVERIFY(is(asked, world, Outcome::GRANTED));
  auto grant = world.living().at(0);
  QCOMPARE(grant.holder, std::string(MAIL));
  QVERIFY(grant.object.scope == Scope::Port && grant.lifetime.type == Lifetime::Type::Run);
  // Asked again nothing is asked, and nothing made.
  auto again = world.connect(app, "imap.example.org:993/tcp");
  QVERIFY(is(again, world, Outcome::GRANTED));
  QCOMPARE(world.living().size(), 1u);
  // Another port is another matter.
  auto other = world.connect(app, "imap.example.org:143/tcp");
  QVERIFY(!other.poll(world.ws));
}

void NetworkQuestionsTest::questionSaysWhatAPersonWantsToKnow_data() {
  QTest::addColumn<QByteArray>("destination");
  QTest::addColumn<QByteArray>("leadsTo");
  QTest::addColumn<QByteArray>("host");
  QTest::addColumn<int>("port");
  QTest::addColumn<QByteArray>("service");
  QTest::addColumn<QByteArray>("local");
  QTest::addColumn<int>("place");
  auto row = [](const char* destination, const char* leadsTo, const char* host, int port, const char* service,
                const char* local, Place place) {
    QTest::newRow(destination) << QByteArray(destination) << QByteArray(leadsTo) << QByteArray(host) << port
                               << QByteArray(service) << QByteArray(local) << int(place);
  };
  row("imap.example.org:993/tcp", "", "imap.example.org", 993, "imaps", "", Place::INTERNET);
  row("example.org:443/udp", "", "example.org", 443, "https", "", Place::INTERNET);
  row("example.org:40000/tcp", "", "example.org", 40000, "", "", Place::INTERNET);
  row("example.org/ping", "", "example.org", 0, "", "", Place::INTERNET);
  row("203.0.113.9:4000/udp", "", "203.0.113.9", 4000, "", "", Place::INTERNET);
  row("nas.example.org:445/tcp", "192.168.1.5", "nas.example.org", 445, "smb", "192.168.1.5", Place::LOCAL_NETWORK);
  row("nas.local:445/tcp@local", "", "nas.local", 445, "smb", "", Place::LOCAL_NETWORK);
  row("10.0.0.1:80/tcp", "", "10.0.0.1", 80, "http", "10.0.0.1", Place::LOCAL_NETWORK);
  row("rebind.example.org:80/tcp", "127.0.0.1", "127.0.0.1", 80, "http", "127.0.0.1", Place::THIS_COMPUTER);
  row("me.example.org:22/tcp", "8.8.8.8", "8.8.8.8", 22, "ssh", "8.8.8.8", Place::THIS_COMPUTER);
  row("meta.example.org:80/tcp", "169.254.169.254", "169.254.169.254", 80, "http", "169.254.169.254",
      Place::LOCAL_NETWORK);
}

void NetworkQuestionsTest::questionSaysWhatAPersonWantsToKnow() {
  QFETCH(QByteArray, destination);
  QFETCH(QByteArray, leadsTo);
  QFETCH(QByteArray, host);
  QFETCH(int, port);
  QFETCH(QByteArray, service);
  QFETCH(QByteArray, local);
  QFETCH(int, place);
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, destination.toStdString(), leadsTo.toStdString(), leadsTo.isEmpty());
  QCOMPARE(world.me.up(), 1u);
  auto& shown = world.me.last();
  QVERIFY(shown.ofNetwork);
  QCOMPARE(shown.host, host.toStdString());
  QCOMPARE(int(shown.port), port);
  QCOMPARE(shown.service, service.toStdString());
  QCOMPARE(shown.local, local.toStdString());
  QCOMPARE(int(shown.place), place);
  QCOMPARE(shown.raw, leadsTo.isEmpty());
  auto request = world.broker->powerbox().waiting().at(0);
  QVERIFY(request.question.program.find('\x1b') == std::string::npos);
}

void NetworkQuestionsTest::scopesOffered_data() {
  QTest::addColumn<QByteArray>("destination");
  QTest::addColumn<QString>("scopes");
  auto row = [](const char* destination, const char* scopes) {
    QTest::newRow(destination) << QByteArray(destination) << QString(scopes);
  };
  row("mail.example.org:993/tcp", "port host domain network");
  row("example.org:993/tcp", "port host domain network");
  row("example.org/ping", "port host domain network");
  row("example.org/name", "port host domain network");
  row("203.0.113.9:80/tcp", "port host network");
  row("[2001:4860::1]:80/tcp", "port host network");
  row("10.0.0.1:80/tcp", "port host network");
  row("nas:445/tcp@local", "port host network");
  row("nas.example.org:445/tcp@local", "port host network");
  row("127.0.0.1:80/tcp", "port host");
  row("192.168.1.5:80/tcp@local", "port host");  // This computer, by its address in the network.
  row("169.254.169.254:80/tcp", "port host");
  row("org:80/tcp", "port host network");
}

void NetworkQuestionsTest::scopesOffered() {
  QFETCH(QByteArray, destination);
  QFETCH(QString, scopes);
  auto wanted = destinationFrom(destination.toStdString());
  KJ_IF_MAYBE (known, wanted) QCOMPARE(names(scopesOf(*known)), scopes);
  else QFAIL("no destination");
}

void NetworkQuestionsTest::answersReachAsFarAsTheySay_data() {
  QTest::addColumn<QByteArray>("asked");
  QTest::addColumn<QString>("scope");
  QTest::addColumn<QByteArray>("grant");
  QTest::addColumn<QByteArray>("also");
  QTest::addColumn<QByteArray>("beyond");
  auto row = [](const char* asked, const char* scope, const char* grant, const char* also, const char* no) {
    QTest::newRow(grant) << QByteArray(asked) << QString(scope) << QByteArray(grant) << QByteArray(also)
                         << QByteArray(no);
  };
  row("a.example.org:443/tcp", "port", "a.example.org:443/tcp", "a.example.org:443/tcp", "a.example.org:443/udp");
  row("a.example.org:443/tcp", "host", "a.example.org", "a.example.org:22/tcp", "b.example.org:443/tcp");
  row("a.example.co.uk:443/tcp", "domain", "*.example.co.uk", "b.c.example.co.uk:22/udp", "other.co.uk:443/tcp");
  row("a.example.org:443/tcp", "network", "internet", "other.example:22/udp", "nas.local:445/tcp@local");
  row("10.0.0.1:80/tcp", "network", "local-network", "192.168.1.1:443/tcp", "example.org:443/tcp");
  row("10.0.0.1:80/tcp", "host", "10.0.0.1", "10.0.0.1:22/tcp", "10.0.0.2:80/tcp");
  row("nas.local:445/tcp@local", "network", "local-network", "10.0.0.9:80/tcp", "169.254.169.254:80/tcp");
}

void NetworkQuestionsTest::answersReachAsFarAsTheySay() {
  QFETCH(QByteArray, asked);
  QFETCH(QString, scope);
  QFETCH(QByteArray, grant);
  QFETCH(QByteArray, also);
  QFETCH(QByteArray, beyond);
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto first = world.connect(app, asked.toStdString());
  allow(world, world.me.last(), scopeNamed(scope), true);
  QVERIFY(is(first, world, Outcome::GRANTED));
  QCOMPARE(world.living().at(0).object.target, grant.toStdString());
  QVERIFY(world.network.wire(app.id).reaches(grant.toStdString()));
  auto more = world.connect(app, also.toStdString());
  QVERIFY(is(more, world, Outcome::GRANTED));
  auto other = world.connect(app, beyond.toStdString());
  QVERIFY(!other.poll(world.ws));
  QCOMPARE(world.me.up(), 1u);
}

void NetworkQuestionsTest::publicSuffixesAreNobodysDomain_data() {
  QTest::addColumn<QByteArray>("host");
  QTest::addColumn<QByteArray>("domain");
  auto row = [](const char* host, const char* domain) {
    QTest::newRow(host) << QByteArray(host) << QByteArray(domain);
  };
  row("www.example.org", "*.example.org");
  row("example.org", "*.example.org");
  row("a.b.example.co.uk", "*.example.co.uk");
  row("co.uk", "");
  row("org", "");
  row("user.github.io", "*.user.github.io");
  row("github.io", "");
  row("xn--bcher-kva.example", "*.xn--bcher-kva.example");
  row("_service.example.org", "*.example.org");
  row("10.0.0.1", "");
  row("host.internal", "*.host.internal");
}

void NetworkQuestionsTest::publicSuffixesAreNobodysDomain() {
  QFETCH(QByteArray, host);
  QFETCH(QByteArray, domain);
  auto wanted = destinationFrom(host.toStdString());
  auto wide = widened(KJ_ASSERT_NONNULL(wanted), Scope::Domain);
  KJ_IF_MAYBE (known, wide) QCOMPARE(known->text(), domain.toStdString());
  else QVERIFY(domain.isEmpty());
}

void NetworkQuestionsTest::answerMustBeOneThatWasOffered() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "10.0.0.1:80/tcp");
  auto id = world.broker->powerbox().waiting().at(0).id;
  for (auto scope : {Scope::File, Scope::Tree, Scope::Domain, Scope::Pattern}) {
    Answer answer{.verdict = Verdict::Allow, .scope = scope, .lifetime = Lifetime::run()};
    QVERIFY(!why([&] { world.broker->powerbox().answer(id, kj::mv(answer)).wait(world.ws); }).empty());
  }
  QVERIFY(world.living().empty());
  QVERIFY(!asked.poll(world.ws));
}

void NetworkQuestionsTest::allWaitingOfAnAppAreListed() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  std::vector<kj::Promise<Outcome>> asked;
  for (int i = 0; i < 7; ++i) asked.push_back(world.connect(app, "h" + std::to_string(i) + ".example.org:443/tcp"));
  QCOMPARE(world.me.up(), 1u);
  QCOMPARE(waiting(world).size(), 7u);
  auto list = world.person().requestsRequest().send().wait(world.ws);
  QCOMPARE(list.getList().size(), 7u);
  for (auto request : list.getList()) {
    QVERIFY(request.hasNetwork());
    QVERIFY(request.getState() == schema::Request::State::WAITING);
  }
  // One after the other from the list, whichever is on the screen.
  auto answer = world.person().answerRequest();
  answer.setRequest(world.broker->powerbox().waiting().at(3).id.text().c_str());
  answer.initAnswer().setVerdict(Say::ALLOW);
  answer.getAnswer().setScope(schema::Scope::PORT);
  answer.getAnswer().initLifetime().setRun();
  answer.send().wait(world.ws);
  QVERIFY(is(asked[3], world, Outcome::GRANTED));
  QCOMPARE(waiting(world).size(), 6u);
  // One domain settles the rest.
  allow(world, world.me.last(), schema::Scope::DOMAIN);
  QVERIFY(waiting(world).empty());
  for (size_t i = 0; i < 7; ++i) {
    if (i != 3) QVERIFY(is(asked[i], world, Outcome::GRANTED));
  }
}

void NetworkQuestionsTest::internetSettlesAllButTheLocalNetwork() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto one = world.connect(app, "a.example.org:443/tcp");
  auto two = world.connect(app, "b.example.com:443/udp");
  auto raw = world.connect(app, "203.0.113.9:4000/tcp", {}, true);
  auto local = world.connect(app, "10.0.0.1:80/tcp", {}, true);
  auto mapped = world.connect(app, "[64:ff9b::a00:1]:80/tcp", {}, true);  // 10.0.0.1 by NAT64.
  auto meta = world.connect(app, "169.254.169.254:80/tcp", {}, true);
  auto self = world.connect(app, "127.0.0.1:631/tcp", {}, true);
  allow(world, world.me.last(), schema::Scope::NETWORK);
  QVERIFY(is(one, world, Outcome::GRANTED));
  QVERIFY(is(two, world, Outcome::GRANTED));
  QVERIFY(is(raw, world, Outcome::GRANTED));
  for (auto promise : {&local, &mapped, &meta, &self}) QVERIFY(!promise->poll(world.ws));
  QCOMPARE(waiting(world).size(), 4u);
}

void NetworkQuestionsTest::grantByHandAnswersWhatWaits() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "a.example.org:443/tcp");
  world.grantNetwork("org.example.Other", "everything");
  QVERIFY(!asked.poll(world.ws));
  world.grantNetwork(MAIL, "*.example.org:400-500");
  QVERIFY(is(asked, world, Outcome::GRANTED));
  QCOMPARE(world.me.up(), 0u);
}

void NetworkQuestionsTest::equalWishesAreOneQuestion() {
  BrokerWorld world;
  world.showQuestions();
  auto one = world.start(MAIL);
  auto two = world.start(MAIL);
  auto first = world.connect(one, "a.example.org:443/tcp");
  auto second = world.connect(one, "a.example.org:443/tcp");
  auto third = world.connect(two, "a.example.org:443/tcp");
  QCOMPARE(waiting(world).size(), 1u);
  allow(world, world.me.last(), schema::Scope::PORT);
  QVERIFY(is(first, world, Outcome::GRANTED));
  QVERIFY(is(second, world, Outcome::GRANTED));
  QVERIFY(is(third, world, Outcome::GRANTED));
  // Each its own: who ends one must not end another's.
  QCOMPARE(world.living().size(), 2u);
}

void NetworkQuestionsTest::protocolsAreDifferentQuestions() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto tcp = world.connect(app, "a.example.org:443/tcp");
  auto udp = world.connect(app, "a.example.org:443/udp");
  QCOMPARE(waiting(world).size(), 2u);
  allow(world, world.me.last(), schema::Scope::PORT);
  QVERIFY(is(tcp, world, Outcome::GRANTED));
  QVERIFY(!udp.poll(world.ws));
}

void NetworkQuestionsTest::noIsQuietForTheRunWhateverTheProtocol() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto other = world.start(MAIL);
  auto tcp = world.connect(app, "a.example.org:443/tcp");
  auto udp = world.connect(app, "a.example.org:443/udp");
  world.me.say(world.me.last(), Say::DENY);
  QVERIFY(is(tcp, world, Outcome::DENIED_FOR_RUN));
  QVERIFY(is(udp, world, Outcome::DENIED_FOR_RUN));
  for (auto again : {"a.example.org:443/tcp", "a.example.org:443/udp"}) {
    auto quiet = world.connect(app, again);
    QVERIFY(is(quiet, world, Outcome::DENIED_FOR_RUN));
  }
  QCOMPARE(world.me.up(), 0u);
  // Of this run: the other one is asked for.
  auto elsewhere = world.connect(other, "a.example.org:443/tcp");
  QVERIFY(!elsewhere.poll(world.ws));
  // What is given by hand later is given.
  world.grantNetwork(MAIL, "a.example.org");
  auto given = world.connect(app, "a.example.org:443/tcp");
  QVERIFY(is(given, world, Outcome::GRANTED));
}

void NetworkQuestionsTest::noToOneIsNoNoToAnother() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "a.example.org:443/tcp");
  world.me.say(world.me.last(), Say::DENY);
  QVERIFY(is(asked, world, Outcome::DENIED_FOR_RUN));
  for (auto other : {"b.example.org:443/tcp", "a.example.org:80/tcp", "example.org:443/tcp", "a.example.org/name"}) {
    auto promise = world.connect(app, other);
    QVERIFY2(!promise.poll(world.ws), other);
  }
}

void NetworkQuestionsTest::noHoldsForTheNextBroker() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "a.example.org:443/tcp");
  world.me.say(world.me.last(), Say::DENY);
  QVERIFY(is(asked, world, Outcome::DENIED_FOR_RUN));
  auto cookie = world.network.cookie;
  world.restartBroker();
  world.showQuestions();
  auto pidfd = ownPidfd();
  auto home = world.comeHome(app, app.cookie, pidfd.get(), getpid());
  auto network = world.networkComesHome(cookie, pidfd.get(), getpid(), {app.id});
  world.poll();
  home.wait(world.ws);
  network.wait(world.ws);
  auto again = world.connect(app, "a.example.org:443/udp");
  QVERIFY(is(again, world, Outcome::DENIED_FOR_RUN));
  QCOMPARE(world.me.up(), 0u);
}

void NetworkQuestionsTest::localNetworkIsAQuestionOfItsOwn() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto name = world.connect(app, "a.example.org:443/tcp");
  allow(world, world.me.last(), schema::Scope::DOMAIN, true);
  QVERIFY(is(name, world, Outcome::GRANTED));
  // DNS rebinding: the name was allowed, the router was not.
  auto local = world.connect(app, "a.example.org:443/tcp", "192.168.1.1");
  QVERIFY(!local.poll(world.ws));
  QCOMPARE(world.me.last().target, std::string("a.example.org:443/tcp@local"));
  QVERIFY(world.me.last().place == Place::LOCAL_NETWORK);
  allow(world, world.me.last(), schema::Scope::HOST);
  QVERIFY(is(local, world, Outcome::GRANTED));
  QVERIFY(world.network.wire(app.id).reaches("a.example.org@local"));
  auto other = world.connect(app, "b.example.org:443/tcp", "192.168.1.1");
  QVERIFY(!other.poll(world.ws));
}

void NetworkQuestionsTest::nameThatLeadsToThisComputerIsAskedAsTheAddress() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  world.grantNetwork(MAIL, "internet");
  world.grantNetwork(MAIL, "local-network");
  auto asked = world.connect(app, "a.example.org:631/tcp", "127.0.0.1");
  QVERIFY(!asked.poll(world.ws));
  allow(world, world.me.last(), schema::Scope::PORT);
  QVERIFY(is(asked, world, Outcome::GRANTED));
  QVERIFY(world.network.wire(app.id).reaches("127.0.0.1:631/tcp"));
}

void NetworkQuestionsTest::noToTheNameIsOneToItsLocalSelf() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "a.example.org:443/tcp");
  world.me.answer(world.me.last(), [](schema::Answer::Builder answer) { answer.setVerdict(Say::NEVER); });
  QVERIFY(is(asked, world, Outcome::DENIED_FOR_RUN));
  auto local = world.connect(app, "a.example.org:443/tcp", "192.168.1.1");
  QVERIFY(is(local, world, Outcome::DENIED_FOR_RUN));
  QCOMPARE(world.me.up(), 0u);
}

void NetworkQuestionsTest::malformedWishesAreDeclinedAndNotShown_data() {
  QTest::addColumn<QByteArray>("destination");
  QTest::addColumn<QByteArray>("local");
  auto row = [](const QByteArray& destination, const QByteArray& local = {}) {
    QTest::newRow(destination.left(40).toPercentEncoding().constData() + local) << destination << local;
  };
  row("");
  row("everything");
  row("internet:443/tcp");
  row("*.example.org:443/tcp");
  row("10.0.0.0/8");
  row("a.example.org:1-65535/tcp");
  row("A.example.org:443/tcp");
  row("a.example.org.:443/tcp");
  row("a.example.org:443/tcp ");
  row("a.example.org:443/tcp\n");
  row("\x1b[2Ja.example.org:443/tcp");
  row("\xe2\x80\xaegro.elpmaxe:443/tcp");
  row("a.example.org:0/tcp");
  row("a.example.org:99999/tcp");
  row("a.example.org:443/sctp");
  row("127.1:80/tcp");
  row("0x7f000001:80/tcp");
  row("nas.local:445/tcp");  // Not as it is written: @local is missing.
  row(QByteArray(300, 'a') + ":443/tcp");
  row(QByteArray(1 << 16, 'a'));
  row("a.example.org:443/tcp", "nothing");
  row("a.example.org:443/tcp", "10.0.0.1:80");
  row("a.example.org:443/tcp", "\x1b[2J");
}

void NetworkQuestionsTest::malformedWishesAreDeclinedAndNotShown() {
  QFETCH(QByteArray, destination);
  QFETCH(QByteArray, local);
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, destination.toStdString(), local.toStdString());
  QVERIFY(is(asked, world, Outcome::DECLINED));
  QVERIFY(waiting(world).empty());
  QCOMPARE(world.me.shown.size(), 0u);
}

void NetworkQuestionsTest::tenThousandNames() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  std::vector<kj::Promise<Outcome>> asked;
  for (int i = 0; i < 10'000; ++i)
    asked.push_back(world.connect(app, "h" + std::to_string(i) + ".example.org:443/tcp"));
  QVERIFY(waiting(world).size() <= 64u);
  QCOMPARE(world.me.up(), 1u);
  size_t declined = 0;
  for (auto& promise : asked) declined += promise.poll(world.ws) ? 1 : 0;
  QCOMPARE(declined + waiting(world).size(), 10'000u);
  // Nor does it fill the journal.
  QVERIFY(world.broker->ledger().journal(JournalFilter{.limit = 10'000}).size() < 500);
  // Others are heard all the same.
  auto other = world.start("org.example.Other");
  auto wish = world.connect(other, "a.example.org:443/tcp");
  QCOMPARE(world.me.up(), 2u);
}

void NetworkQuestionsTest::threeClosedQuestionsSilenceTheApp() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  for (int i = 0; i < 3; ++i) {
    auto asked = world.connect(app, "h" + std::to_string(i) + ".example.org:443/tcp");
    QCOMPARE(world.me.up(), 1u);
    world.advance(1s);
    world.me.say(world.me.last(), Say::DISMISS);
    QVERIFY(is(asked, world, Outcome::DECLINED));
  }
  auto quiet = world.connect(app, "h4.example.org:443/tcp");
  QVERIFY(is(quiet, world, Outcome::DECLINED));
  QCOMPARE(world.me.up(), 0u);
  world.advance(6s);
  auto heard = world.connect(app, "h5.example.org:443/tcp");
  QVERIFY(!heard.poll(world.ws));
}

// A page of a browser: one window shows all it wants, and closing it closes each.
void NetworkQuestionsTest::oneClosedWindowOfManyHostsIsOneClosing() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  for (int window = 0; window < 2; ++window) {
    std::vector<kj::Promise<Outcome>> asked;
    for (int i = 0; i < 4; ++i) {
      auto host = "h" + std::to_string(window * 4 + i) + ".example.org:443/tcp";
      asked.push_back(world.connect(app, host));
    }
    world.advance(5s);
    std::vector<RequestId> ids;
    for (auto& request : world.broker->powerbox().waiting()) ids.push_back(request.id);
    QCOMPARE(ids.size(), 4u);
    for (auto& id : ids) {
      auto answer = world.person().answerRequest();
      answer.setRequest(id.text().c_str());
      answer.initAnswer().setVerdict(Say::DISMISS);
      answer.send().wait(world.ws);
    }
    for (auto& one : asked) QVERIFY(is(one, world, Outcome::DECLINED));
    // Each of them pauses all the same.
    auto again = world.connect(app, "h" + std::to_string(window * 4) + ".example.org:443/tcp");
    QVERIFY(is(again, world, Outcome::DECLINED));
  }
  // Two windows were closed, not eight: the app is still heard. A third one silences it.
  auto heard = world.connect(app, "other.example.org:443/tcp");
  QCOMPARE(world.me.up(), 1u);
  world.advance(1s);
  world.me.say(world.me.last(), Say::DISMISS);
  QVERIFY(is(heard, world, Outcome::DECLINED));
  auto quiet = world.connect(app, "quiet.example.org:443/tcp");
  QVERIFY(is(quiet, world, Outcome::DECLINED));
}

void NetworkQuestionsTest::unansweredIsDeclinedAfterTwoMinutes() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "a.example.org:443/tcp");
  world.advance(119s);
  QVERIFY(!asked.poll(world.ws));
  world.advance(2s);
  QVERIFY(is(asked, world, Outcome::DECLINED));
  QVERIFY(world.broker->ledger().refusals().empty());
}

void NetworkQuestionsTest::droppedWishWithdraws() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  {
    auto asked = world.connect(app, "a.example.org:443/tcp");
    QCOMPARE(world.me.up(), 1u);
  }
  world.poll();
  QCOMPARE(world.me.up(), 0u);
  QVERIFY(waiting(world).empty());
}

void NetworkQuestionsTest::revokedWhileAQuestionWaits() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto given = world.grantNetwork(MAIL, "a.example.org:80");
  auto asked = world.connect(app, "a.example.org:443/tcp");
  auto call = world.person().revokeRequest();
  call.initGrants(1).set(0, given.c_str());
  call.send().wait(world.ws);
  QVERIFY(!asked.poll(world.ws));
  allow(world, world.me.last(), schema::Scope::HOST);
  QVERIFY(is(asked, world, Outcome::GRANTED));
  QCOMPARE(world.living().size(), 1u);
}

void NetworkQuestionsTest::ceilingAddedWhileAQuestionWaits() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "a.example.org:443/tcp");
  ensureOwnDirectory(world.places.config);
  replaceFile(world.places.config + "/ceilings.toml", "[[never]]\nkind = \"network\"\ntarget = \"*.example.org\"\n");
  allow(world, world.me.last(), schema::Scope::PORT);
  QVERIFY(is(asked, world, Outcome::DECLINED));
  QVERIFY(world.living().empty());
  QCOMPARE(world.network.wire(app.id).holding(), 0);
  auto again = world.connect(app, "a.example.org:443/tcp");
  QVERIFY(is(again, world, Outcome::DENIED_FOR_RUN));
}

void NetworkQuestionsTest::ceilingTakesScopesAway() {
  {
    BrokerWorld world("[[never]]\nkind = \"network\"\ntarget = \"internet\"\n");
    world.showQuestions();
    auto app = world.start(MAIL);
    auto inside = world.connect(app, "10.0.0.1:80/tcp");
    QVERIFY(!inside.poll(world.ws));
    auto outside = world.connect(app, "a.example.org:443/tcp");
    QVERIFY(is(outside, world, Outcome::DENIED_FOR_RUN));
  }
  BrokerWorld another("[[never]]\nkind = \"network\"\ntarget = \"everything:25\"\n");
  another.showQuestions();
  auto mail = another.start(MAIL);
  auto asked = another.connect(mail, "a.example.org:443/tcp");
  auto scopes = another.broker->powerbox().waiting().at(0).scopes;
  // All of the host would be port 25 too, and whatever is wider and decides before "everything".
  QCOMPARE(names(scopes), QString("port"));
}

void NetworkQuestionsTest::askNoAsksNobody() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL, {.ask = schema::AskMode::NO});
  auto asked = world.connect(app, "a.example.org:443/tcp");
  QVERIFY(is(asked, world, Outcome::DECLINED));
  QCOMPARE(world.me.shown.size(), 0u);
}

void NetworkQuestionsTest::failedEnforcementGrantsNothing() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "a.example.org:443/tcp");
  world.network.refusesDestination = "a.example.org:443/tcp";
  allow(world, world.me.last(), schema::Scope::PORT);
  QVERIFY(is(asked, world, Outcome::DECLINED));
  QVERIFY(world.living().empty());
}

void NetworkQuestionsTest::portalsRefusalsAreJournalledBounded() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  for (int i = 0; i < 1000; ++i) {
    auto call = world.network.wire(app.id).asker.refusedRequest();
    call.setDestination(("\x1b[2J" + std::string(i == 0 ? 5000 : 10, 'x')).c_str());
    call.setWhy("too many look-ups\n");
    call.send().wait(world.ws);
  }
  auto lines = world.broker->ledger().journal(JournalFilter{.kind = "network"});
  QCOMPARE(lines.size(), 60u);
  for (auto& line : lines) {
    QVERIFY(line.target.size() < 1000 && line.target.find('\x1b') == std::string::npos);
    QVERIFY(line.outcome.find('\n') == std::string::npos);
    QCOMPARE(line.app, std::string(MAIL));
  }
}

void NetworkQuestionsTest::appAsksFromInside() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto box = world.broker->appSession(InstanceId(app.id)).powerboxRequest().send().getPowerbox();
  auto call = box.requestRequest();
  call.initQuery().setKind(schema::Kind::NETWORK);
  call.getQuery().setTarget("imap.example.org:993");
  call.setClaim("to fetch\nyour mail");
  auto asked = call.send();
  QVERIFY(!asked.poll(world.ws));
  QCOMPARE(world.me.last().host, std::string("imap.example.org"));
  QVERIFY(world.me.last().claim.find('\n') == std::string::npos);
  allow(world, world.me.last(), schema::Scope::PORT);
  QVERIFY(asked.poll(world.ws));
  auto outcome = asked.wait(world.ws);
  QVERIFY(outcome.getOutcome().isGranted());
  QCOMPARE(text(outcome.getOutcome().getGranted().getTarget()), std::string("imap.example.org:993"));
  // It connects without another question.
  auto connected = world.connect(app, "imap.example.org:993/tcp");
  QVERIFY(is(connected, world, Outcome::GRANTED));
}

void NetworkQuestionsTest::appCannotAskForMoreThanAHost_data() {
  QTest::addColumn<QByteArray>("target");
  for (auto target :
       {"internet", "everything", "*.example.org", "10.0.0.0/8", "a.example.org:1-100", "", "A b", "localhost"})
    QTest::newRow(target) << QByteArray(target);
}

void NetworkQuestionsTest::appCannotAskForMoreThanAHost() {
  QFETCH(QByteArray, target);
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto box = world.broker->appSession(InstanceId(app.id)).powerboxRequest().send().getPowerbox();
  auto call = box.requestRequest();
  call.initQuery().setKind(schema::Kind::NETWORK);
  call.getQuery().setTarget(target.constData());
  auto asked = call.send();
  QVERIFY(asked.poll(world.ws));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, asked.wait(world.ws));
  QCOMPARE(world.me.shown.size(), 0u);
}

void NetworkQuestionsTest::neverByHand() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto waits = world.connect(app, "a.example.org:443/tcp");
  auto never = [&](const char* target, schema::Kind kind = schema::Kind::NETWORK) {
    auto call = world.person().refuseRequest();
    auto rule = call.initRule();
    rule.setHolder(MAIL);
    rule.setKind(kind);
    rule.initObject().setTarget(target);
    rule.setNever(true);
    return text(call.send().wait(world.ws).getId());
  };
  auto id = never("*.Example.org");
  QVERIFY(is(waits, world, Outcome::DENIED_FOR_RUN));
  QVERIFY(world.network.wire(app.id).denies("*.example.org"));
  QVERIFY(!why([&] { never("*.example.org"); }).empty());  // Said already.
  QVERIFY(!why([&] { never("not a place"); }).empty());
  QVERIFY(!why([&] { never("8080", schema::Kind::LISTEN); }).empty());
  auto forget = world.person().forgetRequest();
  forget.setRefusal(id.c_str());
  forget.send().wait(world.ws);
  QVERIFY(!world.network.wire(app.id).denies("*.example.org"));
}

void NetworkQuestionsTest::whyExplainsConnections() {
  BrokerWorld world;
  world.grantNetwork(MAIL, "*.example.org:443");
  auto ask = [&](const char* target) {
    auto call = world.person().whyRequest();
    call.setApp(MAIL);
    call.setKind(schema::Kind::NETWORK);
    call.initObject().setTarget(target);
    return call.send().wait(world.ws);
  };
  auto given = ask("A.example.org:443/tcp");
  QVERIFY(given.getReason().getVerdict() == schema::Reason::Verdict::ALLOWED);
  QCOMPARE(text(given.getReason().getGrant().getObject().getTarget()), std::string("*.example.org:443"));
  QVERIFY(ask("a.example.org:80/tcp").getReason().getVerdict() == schema::Reason::Verdict::ASKED);
  QVERIFY(!why([&] { ask("no such thing"); }).empty());
}

void NetworkQuestionsTest::ruleAboutTheNetworkIsChanged() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto old = world.grantNetwork(MAIL, "*.example.org");
  auto edit = [&](const std::string& id, const char* target, schema::Kind kind = schema::Kind::NETWORK) {
    auto call = world.person().editRequest();
    call.setGrant(id.c_str());
    auto rule = call.initRule();
    rule.setHolder(MAIL);
    rule.setKind(kind);
    rule.initObject().setTarget(target);
    rule.initLifetime().setAlways();
    return text(call.send().wait(world.ws).getId());
  };
  auto fresh = edit(old, "a.example.org:443");
  QVERIFY(world.network.wire(app.id).reaches("a.example.org:443"));
  QVERIFY(world.network.wire(app.id).grants[old].revoked);
  QVERIFY(!why([&] { edit(fresh, "nonsense here"); }).empty());
  auto file = world.grantOf(MAIL, world.makeFile("notes"));
  QVERIFY(!why([&] { edit(file, "a.example.org"); }).empty());
  QCOMPARE(world.living().size(), 2u);
}

QTEST_GUILESS_MAIN(NetworkQuestionsTest)
#include "network-questions-test.moc"
