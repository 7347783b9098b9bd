// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A machine that is known and plays foul, and those that only say that they are. Each time an honest one is served
// meanwhile, and the portal's memory stays small.

#include <capnp/membrane.h>
#include <signal.h>
#include <sys/socket.h>

#include <QtTest/QtTest>

#include <chrono>
#include <thread>
#include "broker/confinement/sanitized.h"
#include "portals/peer/certificate.h"
#include "tests/portals/peer/certificates.h"
#include "tests/portals/peer/hostile.h"
#include "tests/portals/peer/peer-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

const std::string TOKEN(32, 'k');
constexpr size_t MOST_MEMORY = 96 << 10;  // KiB; a sanitizer takes more.

using Params = capnp::AnyPointer::Builder;
using Message = capnp::rpc::Message;

struct Attacked {
  World world;
  Machine& victim = world.machine("victim");
  Machine& honest = world.machine("honest");
  peer::OwnIdentity evil = peer::makeIdentity();
  std::shared_ptr<Service> service = std::make_shared<Service>(world);

  Attacked() {
    honest.knows({&victim});
    victim.services[TOKEN] = service;
    victim.knows({&honest}, 1, {{evil.id, evil.certificate}});
    KJ_ASSERT(world.connect(honest, victim) == "ok");
  }
  // One that has connected to the victim.
  kj::Own<Hostile> hostile(const std::string& from = "192.0.2.66") {
    auto wire = world.wire();
    victim.accept(kj::mv(wire.far), from);
    return kj::heap<Hostile>(kj::mv(wire.near));
  }
  // One with a session.
  kj::Own<Hostile> greeted() {
    auto made = hostile();
    auto isThere = false;
    world.aside([&] { isThere = made->preamble() && made->shakeHands({evil.key, evil.certificate}) && made->greet(); });
    KJ_ASSERT(isThere);
    KJ_ASSERT(world.until([&] { return victim.sessions.contains(evil.id); }));
    return made;
  }
  // Afterwards: nobody else noticed.
  bool isWell() {
    auto took = world.wait(honest.far(victim).measureRequest().send()).getMicroseconds();
    return took < 2'000'000 && victim.count("ended honest") == 0 && (IS_SANITIZED || victim.memory() < MOST_MEMORY);
  }
  bool isCut(const char* how = "ended nobody broken misbehaved", int seconds = 20) {
    return world.until([&] { return victim.count(how) == 1; }, seconds) && isWell();
  }
};

}  // namespace

class AttacksTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  // --- who one says one is

  void theOneThatIsPinnedIsLetIn() {
    Attacked world;
    world.greeted();
    QCOMPARE(world.victim.count("connected nobody"), size_t(1));
    QVERIFY(world.isWell());
  }

  void othersAreRefused_data() {
    QTest::addColumn<QString>("which");
    for (auto* which :
         {"another key", "the same key, expired", "the same key, an authority", "the same key, one extension more",
          "signed by the pinned one", "another's certificate with a key of one's own", "none", "TLS 1.2", "RSA"}) {
      QTest::newRow(which) << which;
    }
  }
  void othersAreRefused() {
    QFETCH(QString, which);
    Attacked world;
    auto pinned = keyOf(world.evil.key);
    KeyPair own(EVP_EC_gen("P-256"), EVP_PKEY_free);
    if (which == "RSA") own.reset(EVP_RSA_gen(2048));
    Hostile::Tls tls{world.evil.key, world.evil.certificate};
    if (which == "another key" || which == "RSA") tls = {pkcs8Of(own.get()), certificateOf(own.get())};
    if (which == "the same key, expired") tls.certificate = certificateOf(pinned.get(), {.notAfter = "210101000000Z"});
    if (which == "the same key, an authority")
      tls.certificate = certificateOf(pinned.get(), {.constraints = "critical,CA:TRUE"});
    if (which == "the same key, one extension more")
      tls.certificate = certificateOf(pinned.get(), {.extended = "serverAuth"});
    if (which == "signed by the pinned one") {
      tls = {pkcs8Of(own.get()),
             certificateOf(own.get(), {.name = test::nameOf(pinned.get()), .signer = pinned.get()})};
    }
    if (which == "another's certificate with a key of one's own") tls.key = pkcs8Of(own.get());
    if (which == "none") tls.certificate.clear();
    if (which == "TLS 1.2") tls.version = TLS1_2_VERSION;
    auto hostile = world.hostile();
    auto isIn = false;
    world.world.aside([&] { isIn = hostile->preamble() && hostile->shakeHands(tls) && hostile->greet(); });
    QVERIFY(!isIn);
    hostile = nullptr;
    QVERIFY(world.world.until([&] { return world.victim.count("refused") == 1; }));
    QCOMPARE(world.victim.count("connected nobody"), size_t(0));
    QVERIFY(world.isWell());
  }

  // Also by who has talked on before it looks. In TLS 1.3 each client has.
  void whoIsRefusedHearsIt() {
    Attacked world;
    KeyPair own(EVP_EC_gen("P-256"), EVP_PKEY_free);
    auto hostile = world.hostile();
    auto hasTalked = false, isHeard = false;
    world.world.aside([&] {
      hasTalked = hostile->preamble() && hostile->shakeHands({pkcs8Of(own.get()), certificateOf(own.get())}) &&
                  hostile->say(std::string(10000, 'x'));
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      isHeard = hostile->hearsAlert();
    });
    QVERIFY(hasTalked);
    QVERIFY(isHeard);
    hostile = nullptr;
    QVERIFY(world.world.until([&] { return world.victim.count("refused") == 1; }));
    QVERIFY(world.isWell());
  }

  // Who goes on talking is not listened to for long.
  void whoIsRefusedAndTalksOnIsCut() {
    Attacked world;
    KeyPair own(EVP_EC_gen("P-256"), EVP_PKEY_free);
    auto hostile = world.hostile();
    auto isCut = false;
    world.world.aside([&] {
      if (!hostile->preamble() || !hostile->shakeHands({pkcs8Of(own.get()), certificateOf(own.get())})) return;
      for (int i = 0; i < 2000 && !isCut; ++i) isCut = !hostile->say(std::string(10000, 'x'));
    });
    QVERIFY(isCut);
    QVERIFY(world.world.until([&] { return world.victim.count("refused") == 1; }));
    QVERIFY(world.isWell());
  }

  // Nor waited for for long, who says nothing and stays.
  void whoIsRefusedAndStaysIsCut() {
    Attacked world;
    KeyPair own(EVP_EC_gen("P-256"), EVP_PKEY_free);
    auto hostile = world.hostile();
    auto isShaken = false;
    world.world.aside(
        [&] { isShaken = hostile->preamble() && hostile->shakeHands({pkcs8Of(own.get()), certificateOf(own.get())}); });
    QVERIFY(isShaken);
    QVERIFY(world.world.until([&] { return world.victim.count("refused") == 1; }, 20));
    QVERIFY(world.isWell());
  }

  // Who is connected to, too.
  void whoAcceptsIsLookedAtAsClosely_data() {
    QTest::addColumn<QString>("which");
    QTest::addColumn<QString>("why");
    QTest::newRow("the pinned one") << "pinned" << "ok";
    QTest::newRow("another key") << "other" << "keyChanged";
    QTest::newRow("the same key, an authority") << "authority" << "keyChanged";
    QTest::newRow("an older version within than in the clear") << "older" << "tooOld";
    QTest::newRow("a newer version within than in the clear") << "newer" << "tooOld";
  }
  void whoAcceptsIsLookedAtAsClosely() {
    QFETCH(QString, which);
    QFETCH(QString, why);
    Attacked world;
    auto wire = world.world.wire();
    Hostile hostile(kj::mv(wire.far));
    KeyPair own(EVP_EC_gen("P-256"), EVP_PKEY_free);
    auto pinned = keyOf(world.evil.key);
    Hostile::Tls tls{world.evil.key, world.evil.certificate, TLS1_3_VERSION, false};
    if (which == "other") tls = {pkcs8Of(own.get()), certificateOf(own.get()), TLS1_3_VERSION, false};
    if (which == "authority") tls.certificate = certificateOf(pinned.get(), {.constraints = "critical,CA:TRUE"});
    auto opening = world.victim.open(kj::mv(wire.near), world.evil.id);
    world.world.aside([&] {
      hostile.preamble('S', which == "older" ? 2 : 1);
      if (hostile.shakeHands(tls)) hostile.greet(which == "newer" ? 2 : 1);
    });
    QCOMPARE(QString::fromStdString(world.world.wait(kj::mv(opening))), why);
    QCOMPARE(world.victim.count("connected nobody"), size_t(why == "ok"));
    QVERIFY(world.isWell());
  }

  // --- before it is known who it is

  void slowBytesAreCut() {
    Attacked world;
    auto hostile = world.hostile();
    auto isOver = false;
    QElapsedTimer timer;
    timer.start();
    world.world.aside([&] {
      for (char byte : std::string("LATCHKEY")) {
        if (!hostile->sayPlain(std::string(1, byte))) break;
        if (hostile->isOver(1)) {
          isOver = true;
          break;
        }
      }
    });
    QVERIFY(isOver && timer.elapsed() < 8000);
    QVERIFY(world.world.until([&] { return world.victim.count("refused silent") == 1; }));
    QVERIFY(world.isWell());
  }

  void muchBeforeItIsKnownIsCut() {
    Attacked world;
    auto hostile = world.hostile();
    auto isOver = false;
    world.world.aside([&] {
      hostile->preamble();
      // A record of TLS that promises a hello of 16 KiB, byte after byte.
      std::string record("\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03", 11);
      record += std::string(16000, 'r');
      for (int i = 0; i < 20 && hostile->sayPlain(record); ++i) {}
      isOver = hostile->isOver(8);
    });
    QVERIFY(isOver);
    QVERIFY(world.isWell());
  }

  void manyWhomNobodyKnowsKeepNobodyOut() {
    Attacked world;
    std::vector<kj::Own<Hostile>> all;
    for (int i = 0; i < 40; ++i) all.push_back(world.hostile("198.51.100." + std::to_string(i)));
    auto now = world.world.wait(world.victim.portal().statisticsRequest().send());
    QCOMPARE(now.getUnpaired(), 16u);
    for (int i = 0; i < 40; ++i) all.push_back(world.hostile("203.0.113.9"));
    now = world.world.wait(world.victim.portal().statisticsRequest().send());
    QVERIFY(now.getUnpaired() <= 16);
    world.greeted();
    QVERIFY(world.isWell());
    QVERIFY(world.world.until(
        [&] { return world.world.wait(world.victim.portal().statisticsRequest().send()).getUnpaired() == 0; }));
  }

  // Who is known, too, has one session, however many it begins.
  void manyOfOneMachineAreRefused() {
    Attacked world;
    std::vector<kj::Own<Hostile>> all;
    for (int i = 0; i < 12; ++i) all.push_back(world.hostile("192.0.2." + std::to_string(i)));
    auto over = 0;
    world.world.aside([&] {
      for (auto& each : all) each->preamble() && each->shakeHands({world.evil.key, world.evil.certificate});
      for (auto& each : all) over += each->isOver(1);
    });
    QCOMPARE(over, 8);
    all.clear();
    world.greeted();
    QVERIFY(world.isWell());
  }

  // --- with a session

  void callsBeforeAGreetingFail() {
    Attacked world;
    auto hostile = world.hostile();
    std::string answer;
    world.world.aside([&] {
      hostile->preamble();
      hostile->shakeHands({world.evil.key, world.evil.certificate});
      hostile->say([](Message::Builder builder) { builder.initBootstrap().setQuestionId(0); });
      answer = hostile->answerTo(hostile->call(
          3, [](Params params) { params.initAs<schema::Machine::OfferParams>().initOffer().setId("early"); }));
    });
    QCOMPARE(answer, std::string("unknown"));
    QVERIFY(world.victim.offered.empty());
    QVERIFY(world.isWell());
  }

  void aSecondGreetingIsTheEnd() {
    Attacked world;
    auto hostile = world.greeted();
    world.world.aside([&] {
      hostile->call(0, [](Params params) { params.initAs<schema::Machine::GreetParams>().initHello().setVersion(1); });
    });
    QVERIFY(world.isCut());
  }

  void whoNeverReadsIsCut() {
    Attacked world;
    auto hostile = world.greeted();
    world.world.aside(
        [&] {
          // Questions that are done with before they are answered: their number is never large, what they are told
          // piles up.
          std::string many;
          for (uint32_t i = 0; i < 500; ++i) {
            many += Hostile::message([&](Message::Builder builder) {
              auto call = builder.initCall();
              call.setQuestionId(10 + i);
              call.initTarget().initPromisedAnswer().setQuestionId(0);
              call.setInterfaceId(1);  // Not implemented: the answer is longer than the question.
              call.initParams();
            });
            many += Hostile::message([&](Message::Builder builder) { builder.initFinish().setQuestionId(10 + i); });
          }
          for (int i = 0; i < 1000 && hostile->say(many); ++i) {}
        },
        120);
    QVERIFY(world.isCut("ended nobody", 60));
  }

  void aMillionPromisesAreCut() {
    Attacked world;
    auto hostile = world.greeted();
    world.world.aside([&] {
      // Each is asked of the answer before, and none is done with.
      for (uint32_t i = 0; i < 1'000'000; i += 100) {
        std::string many;
        for (uint32_t n = i; n < i + 100; ++n) {
          many += Hostile::message([&](Message::Builder builder) {
            auto call = builder.initCall();
            call.setQuestionId(10 + n);
            call.initTarget().initPromisedAnswer().setQuestionId(n == 0 ? 0 : 9 + n);
            call.setInterfaceId(capnp::typeId<schema::Machine>());
            call.setMethodId(8);
            call.initParams();
          });
        }
        if (!hostile->say(many)) break;
      }
    });
    QVERIFY(world.isCut());
  }

  void foul_data() {
    QTest::addColumn<QString>("what");
    for (auto* what : {"a huge message", "many segments", "deep nesting", "a thousand capabilities", "a third party",
                       "an answer from a third party", "a provision", "an acceptance", "a join", "an old way of saving",
                       "objects it was never given", "an answer to nothing", "letting go of what it has not",
                       "a promise that is itself", "rubbish", "zeros"}) {
      QTest::newRow(what) << what;
    }
  }
  void foul() {
    QFETCH(QString, what);
    Attacked world;
    auto hostile = world.greeted();
    auto say = [&](const Hostile::Fill& fill) { hostile->say(fill); };
    world.world.aside([&] {
      if (what == "a huge message") {
        std::string header("\0\0\0\0\0\0\0\x01", 8);  // One segment of 16 Mi words.
        hostile->say(header + std::string(100000, 'x'));
      } else if (what == "many segments") {
        hostile->say(std::string("\xff\xff\0\0", 4) + std::string(400000, '\0'));
      } else if (what == "deep nesting") {
        auto nest = [](Message::Builder at) {
          for (int i = 0; i < 1000; ++i) at = at.initUnimplemented();
        };
        say(nest);
        // What is not read does no harm.
        hostile->call(3, [&](Params params) { nest(params.initAs<Message>()); });
        say([](Message::Builder builder) { builder.initCall().initTarget().setImportedCap(77); });
      } else if (what == "a thousand capabilities") {
        say([](Message::Builder builder) {
          auto call = builder.initCall();
          call.setQuestionId(10);
          call.initTarget().initPromisedAnswer().setQuestionId(0);
          auto table = call.initParams().initCapTable(1000);
          for (unsigned i = 0; i < 1000; ++i) table[i].setSenderHosted(i);
        });
      } else if (what == "a third party") {
        say([](Message::Builder builder) {
          auto call = builder.initCall();
          call.setQuestionId(10);
          call.initTarget().initPromisedAnswer().setQuestionId(0);
          call.initParams().initCapTable(1)[0].initThirdPartyHosted().setVineId(1);
        });
      } else if (what == "an answer from a third party") {
        say([](Message::Builder builder) { builder.initReturn().initAcceptFromThirdParty(); });
      } else if (what == "a provision") {
        say([](Message::Builder builder) { builder.initProvide(); });
      } else if (what == "an acceptance") {
        say([](Message::Builder builder) { builder.initAccept(); });
      } else if (what == "a join") {
        say([](Message::Builder builder) { builder.initJoin(); });
      } else if (what == "an old way of saving") {
        say([](Message::Builder builder) { builder.initObsoleteSave(); });
      } else if (what == "objects it was never given") {
        for (uint32_t id : {1u, 5u, 4096u, 0xffffffffu}) {
          hostile->callOn(id, capnp::typeId<schema::Service>(), 0, [](Params) {});
        }
      } else if (what == "an answer to nothing") {
        say([](Message::Builder builder) { builder.initReturn().setAnswerId(4711); });
      } else if (what == "letting go of what it has not") {
        say([](Message::Builder builder) {
          auto release = builder.initRelease();
          release.setId(0);
          release.setReferenceCount(1'000'000);
        });
      } else if (what == "a promise that is itself") {
        hostile->callOn(0, capnp::typeId<schema::Machine>(), 8, [](Params) {}, -1);
        say([](Message::Builder builder) {
          auto resolve = builder.initResolve();
          resolve.setPromiseId(3);
          resolve.initCap().setReceiverHosted(99);
        });
        say([](Message::Builder builder) { builder.initReturn().setAnswerId(99); });
      } else if (what == "rubbish") {
        hostile->say(std::string(4096, '\x5a'));
      } else {
        hostile->say(std::string(4096, '\0'));
        hostile->say([](Message::Builder builder) { builder.initJoin(); });
      }
      hostile->isOver(10);
    });
    QVERIFY(world.isCut("ended nobody broken"));
  }

  void textsAreBoundedAndEscaped() {
    Attacked world;
    auto hostile = world.greeted();
    auto offer = [&](const std::string& id, const std::string& title, unsigned chain = 0) {
      std::string answer;
      world.world.aside([&] {
        answer = hostile->answerTo(hostile->call(3, [&](Params params) {
          auto made = params.initAs<schema::Machine::OfferParams>().initOffer();
          made.setId(id.c_str());
          made.setTitle(title.c_str());
          auto list = made.initChain(chain);
          for (unsigned i = 0; i < chain; ++i) list.set(i, "x");
        }));
      });
      return answer;
    };
    QCOMPARE(offer("fine1", std::string(200, 'x')), std::string("ok"));
    QCOMPARE(offer("long2", std::string(201, 'x')), std::string("unknown"));
    QCOMPARE(offer(std::string(65, 'i'), ""), std::string("unknown"));
    QCOMPARE(offer("../x", ""), std::string("unknown"));
    QCOMPARE(offer("", ""), std::string("unknown"));
    QCOMPARE(offer("chain3", "", 17), std::string("unknown"));
    QCOMPARE(offer("bidi4", "a\u202eb\x1b[2J\n\xff"), std::string("ok"));
    QCOMPARE(world.victim.offered.size(), size_t(2));
    QCOMPARE(world.victim.offered.at(1), std::string("bidi4 file a\\u{202e}b\\x1b[2J\\n\\xff"));
    QVERIFY(world.isWell());
  }

  void unknownKindsAndMethodsAreRefused() {
    Attacked world;
    auto hostile = world.greeted();
    std::string kind, method, interface;
    world.world.aside([&] {
      kind = hostile->answerTo(hostile->call(3, [](Params params) {
        auto made = params.initAs<schema::Machine::OfferParams>().initOffer();
        made.setId("a");
        made.setKind(static_cast<schema::Kind>(999));
      }));
      method = hostile->answerTo(hostile->call(99, [](Params) {}));
      interface = hostile->answerTo(hostile->callOn(0, capnp::typeId<schema::PeerPortal>(), 0, [](Params) {}));
    });
    QCOMPARE(kind, std::string("unknown"));
    QVERIFY2(method != "ok" && method != "nothing", method.c_str());
    QVERIFY2(interface != "ok", interface.c_str());
    QVERIFY(world.victim.offered.empty());
    QVERIFY(world.isWell());
  }

  void guessesOfTokensAreCut() {
    Attacked world;
    auto hostile = world.greeted();
    std::vector<std::string> answers;
    world.world.aside([&] {
      for (int i = 0; i < 8; ++i) {
        answers.push_back(hostile->answerTo(hostile->call(7, [&](Params params) {
          auto token = params.initAs<schema::Machine::RestoreParams>().initToken(i % 2 == 0 ? 32 : 31);
          token[0] = static_cast<kj::byte>(i);
        })));
      }
    });
    QCOMPARE(answers.at(0), std::string("notYours"));
    QCOMPARE(answers.at(1), std::string("notYours"));
    QVERIFY(world.isCut());
  }

  void wishesAreBounded() {
    Attacked world;
    world.victim.wished = [](auto&) -> kj::Promise<std::string> { return kj::NEVER_DONE; };
    auto hostile = world.greeted();
    std::string last;
    world.world.aside([&] {
      for (int i = 0; i < 9; ++i) {
        auto question =
            hostile->call(8, [](Params params) { params.initAs<schema::Machine::WishParams>().initWish(); });
        if (i == 8) last = hostile->answerTo(question);
      }
    });
    QCOMPARE(last, std::string("tooMany"));
    QVERIFY(world.world.until([&] { return world.victim.wishes.size() == 8; }));
    QVERIFY(world.isWell());
  }

  // What is no id, or says more than there is room for, reaches no broker; the rest of it is escaped.
  void wishesAreReadWithCare() {
    Attacked world;
    auto hostile = world.greeted();
    auto ask = [&](const std::string& id, const std::string& target) {
      std::string answer;
      world.world.aside([&] {
        answer = hostile->answerTo(hostile->call(8, [&](Params params) {
          auto wish = params.initAs<schema::Machine::WishParams>().initWish();
          wish.setId(id.c_str());
          wish.setTarget(target.c_str());
          wish.setSeconds(UINT64_MAX);
        }));
      });
      return answer;
    };
    for (auto& id : {std::string("../../etc"), std::string("a b"), std::string("UPPER"), std::string(65, 'x')})
      QCOMPARE(ask(id, "db"), std::string("unknown"));
    QCOMPARE(ask("wish1", std::string(1025, 'x')), std::string("unknown"));
    QVERIFY(world.victim.wishes.empty());
    ask("wish1", "\x1b[2J\xe2\x80\xae evil");
    QCOMPARE(world.victim.wishes.size(), size_t(1));
    QVERIFY(world.victim.wishes[0].find('\x1b') == std::string::npos);
    QVERIFY(world.victim.wishes[0].find("\xe2\x80\xae") == std::string::npos);
    QVERIFY(world.isWell());
  }

  // Upstream's membrane, once revoked, reads freed memory when it meets a capability again that it wrapped before.
  void revokedThenCalledAgainWithTheSame() {
    Attacked world;
    auto hostile = world.greeted();
    world.service->echoes = false;
    auto waits = kj::newPromiseAndFulfiller<void>();
    world.service->before = [&] { return kj::mv(waits.promise); };
    auto connect = [&](uint32_t service) {
      return hostile->callOn(
          service, capnp::typeId<schema::Service>(), 0,
          [](Params params) {
            params.initAs<schema::Service::ConnectParams>().setBack(
                schema::ByteStream::Client(kj::Exception(kj::Exception::Type::FAILED, "", 0)));
          },
          5);
    };
    uint32_t service = 0, first = 0;
    world.world.aside([&] {
      auto answer = hostile->answerTo(hostile->call(7, [](Params params) {
        params.initAs<schema::Machine::RestoreParams>().setToken(
            capnp::Data::Reader(kj::StringPtr(TOKEN.c_str()).asBytes()));
      }));
      service = hostile->lastImport;
      first = connect(service);
    });
    QVERIFY(world.world.until([&] { return !waits.fulfiller->isWaiting() || world.service->held == 1; }));
    world.world.pass(100);
    world.world.wait(KJ_ASSERT_NONNULL(world.service->door).revokeRequest().send().ignoreResult());
    waits.fulfiller->fulfill();
    std::string inFlight;
    std::vector<std::string> after;
    world.world.aside([&] {
      inFlight = hostile->answerTo(first);
      for (int i = 0; i < 20; ++i) after.push_back(hostile->answerTo(connect(service)));
    });
    QCOMPARE(inFlight, std::string("ended"));
    for (auto& answer : after) QCOMPARE(answer, std::string("ended"));
    // What the service had begun by then was let go of, unused.
    QCOMPARE(world.service->sockets.size(), size_t(1));
    auto heard = received(world.world, *world.service->sockets.at(0));
    QVERIFY2(heard == "end" || heard == "reset", heard.c_str());
    QVERIFY(world.isWell());
  }

  // A stream that says more than it may, or goes on after its end.
  void streamsAreBounded_data() {
    QTest::addColumn<QString>("what");
    for (auto* what : {"too much at once", "after its end", "as it should"}) QTest::newRow(what) << what;
  }
  void streamsAreBounded() {
    QFETCH(QString, what);
    Attacked world;
    world.service->echoes = false;
    auto hostile = world.greeted();
    std::string answer;
    world.world.aside([&] {
      hostile->answerTo(hostile->call(7, [](Params params) {
        params.initAs<schema::Machine::RestoreParams>().setToken(
            capnp::Data::Reader(kj::StringPtr(TOKEN.c_str()).asBytes()));
      }));
      hostile->answerTo(hostile->callOn(
          hostile->lastImport, capnp::typeId<schema::Service>(), 0,
          [](Params params) {
            params.initAs<schema::Service::ConnectParams>().setBack(
                schema::ByteStream::Client(kj::Exception(kj::Exception::Type::FAILED, "", 0)));
          },
          5));
      auto stream = hostile->lastImport;
      if (what == "after its end")
        hostile->answerTo(hostile->callOn(stream, capnp::typeId<schema::ByteStream>(), 1, [](Params) {}));
      answer = hostile->answerTo(hostile->callOn(stream, capnp::typeId<schema::ByteStream>(), 0, [&](Params params) {
        params.initAs<schema::ByteStream::WriteParams>().initBytes(what == "too much at once" ? 65537 : 100);
      }));
    });
    auto isFine = what == "as it should";
    QCOMPARE(answer, std::string(isFine ? "ok" : "unknown"));
    auto heard = received(world.world, *world.service->sockets.at(0));
    QVERIFY2(isFine ? heard.size() == 100 : heard == "end" || heard == "reset", heard.c_str());
    QVERIFY(world.isWell());
  }
};

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  QCoreApplication app(argc, argv);
  AttacksTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "attacks-test.moc"
