// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey share`, `offers`, `accept`, `decline`: what they ask of the broker, what they print, and what they refuse.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;
using State = schema::OfferInfo::State;

namespace {

const char* const NASTY = "a\x1b]0;owned\x07\u202eb\r\nOFFER";

void twoMachines(schema::Machines::ListResults::Builder results) {
  auto list = results.initList(2);
  list[0].setId("machineone");
  list[0].setPetname("Anna's laptop");
  list[1].setId("machinetwo");
  list[1].setPetname("attic");
}

void threeOffers(schema::Sharing::OffersResults::Builder results) {
  auto list = results.initList(3);
  list[0].setId("offerone");
  list[0].setMachine("machineone");
  list[0].setMachineName("Anna's laptop");
  list[0].setKind(schema::Kind::SERVICE);
  list[0].setTitle("orders");
  list[0].setSince(1'700'000'000'000'000'000);
  list[1].setId("offertwo");
  list[1].setMachineName(NASTY);
  list[1].setKind(schema::Kind::NETWORK);
  list[1].setTitle(NASTY);
  list[1].setState(State::ACCEPTED);
  list[1].setGrant("fromgrant");
  list[2].setId("offerthree");
  list[2].setMachineName("attic");
  list[2].setKind(schema::Kind::SERVICE);
  list[2].setTitle("printer");
  list[2].setState(State::OVER);
  list[2].setWhy("its owner ended it");
}

}  // namespace

class SharingCommandsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init() {
    m_broker = std::make_unique<FakeBroker>();
    m_broker->script.machines = twoMachines;
    m_broker->script.offers = threeOffers;
  }
  void cleanup() { m_broker.reset(); }

  void actionsReachTheBroker_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("call");
    QTest::addColumn<QByteArray>("printed");
    auto row = [](const char* name, QStringList words, const char* call, const char* printed) {
      QTest::newRow(name) << words << call << QByteArray(printed);
    };
    row("a service", {"share", "attic", "service", "postgres:5432"},
        "share machinetwo service postgres:5432 as  always uses 0 bytes 0 kept of ", "sharedgrant\n");
    row("within limits",
        {"share", "Anna's laptop", "service", "@computer:631", "--as", "printer", "--for", "8h", "--uses", "20",
         "--bytes", "500M", "--may-pass-on"},
        "share machineone service @computer:631 as printer until uses 20 bytes 524288000 passed on of ",
        "sharedgrant\n");
    row("a host", {"share", "machineone", "network", "db.example.org:5432"},
        "share machineone network db.example.org:5432 as  always uses 0 bytes 0 kept of ", "sharedgrant\n");
    // What was accepted: the parent decides, not the kind (which is the first of its enumeration where nothing is set).
    row("what another shares", {"share", "attic", "offer", "offertwo"},
        "share machinetwo file  as  always uses 0 bytes 0 kept of fromgrant", "sharedgrant\n");
    row("accepted for an app", {"accept", "orders", "webshop", "--at", "db:5432"},
        "accept offerone for webshop at db:5432", "acceptedgrant\n");
    row("accepted for nobody yet", {"accept", "offero"}, "accept offerone for  at ", "acceptedgrant\n");
    row("declined", {"decline", "printer"}, "decline offerthree", "");
  }
  void actionsReachTheBroker() {
    QFETCH(QStringList, words);
    QFETCH(QString, call);
    QFETCH(QByteArray, printed);
    auto outcome = run(words);
    QVERIFY2(outcome.status == 0, outcome.err);
    QCOMPARE(m_broker->calls().constLast(), call);
    QCOMPARE(outcome.out, printed);
  }

  void misuseIsStatusTwo_data() {
    QTest::addColumn<QStringList>("words");
    for (auto line : {"share",
                      "share attic",
                      "share attic service",
                      "share nobody service postgres:5432",
                      "share machine service postgres:5432",
                      "share attic service a:1 extra",
                      "share attic service a:1 --for never",
                      "share attic service a:1 --uses 0",
                      "share attic service a:1 --uses -1",
                      "share attic service a:1 --uses x",
                      "share attic service a:1 --bytes 0",
                      "share attic service a:1 --bytes 1P",
                      "share attic service a:1 --bytes 99999999T",
                      "share attic service a:1 --frob",
                      "share attic offer orders",
                      "share attic offer nothere",
                      "offers extra",
                      "accept",
                      "accept nothere",
                      "accept offer",
                      "accept orders webshop",
                      "accept orders --at db:5432",
                      "accept orders webshop extra --at db:5432",
                      "decline",
                      "decline nothere",
                      "decline orders extra"}) {
      QTest::newRow(line) << QString(line).split(' ');
    }
  }
  void misuseIsStatusTwo() {
    QFETCH(QStringList, words);
    auto outcome = run(words);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.startsWith("latchkey: ") && outcome.err.count('\n') == 1, outcome.err);
    for (auto& call : m_broker->calls()) {
      for (auto doing : {"share", "accept", "decline"}) QVERIFY2(!call.startsWith(doing), qPrintable(call));
    }
  }

  void whatTheBrokerRefusesIsStatusOne() {
    m_broker->script.refusesToShare = "its limits would be wider than what it comes from";
    auto outcome = run({"share", "attic", "service", "postgres:5432"});
    QCOMPARE(outcome.status, 1);
    QVERIFY(outcome.err.contains("wider than what it comes from"));
    QVERIFY(outcome.out.isEmpty());
  }

  void listingIsTheContract() {
    auto list = QJsonDocument::fromJson(run({"offers", "--json"}).out).array();
    QCOMPARE(m_broker->calls().constLast(), "offers");
    QCOMPARE(list.size(), 3);
    auto first = list[0].toObject();
    QCOMPARE(first.keys(), (QStringList{"access", "connected", "grant", "id", "kind", "machine", "name", "since",
                                        "state", "suspended", "title", "until", "why"}));
    QCOMPARE(first["id"].toString(), "offerone");
    QCOMPARE(first["state"].toString(), "new");
    QCOMPARE(list[1].toObject()["title"].toString(), QString::fromUtf8(NASTY));  // Whole: JSON escapes what it must.
    QCOMPARE(list[2].toObject()["why"].toString(), "its owner ended it");
    run({"offers", "--over"});
    QCOMPARE(m_broker->calls().constLast(), "offers over");
  }

  void listingIsEscaped() {
    auto out = run({"offers"}).out;
    QVERIFY2(out.contains("its owner ended it") && out.contains("orders"), out);
    QVERIFY(!out.contains('\x1b') && !out.contains('\x07') && !out.contains('\r'));
    QVERIFY(!QString::fromUtf8(out).contains(QChar(0x202e)));
    QCOMPARE(out.count('\n'), 4);  // A heading and a line for each.
  }

  void nothingIsSaidInWords() {
    m_broker->script.offers = nullptr;
    QCOMPARE(run({"offers"}).out, "No machine offers anything.\n");
    QCOMPARE(run({"offers", "--json"}).out.trimmed(), "[]");
  }

private:
  Outcome run(const QStringList& words) { return runCommand(words, m_broker->environment(), {}); }

  std::unique_ptr<FakeBroker> m_broker;
};

QTEST_GUILESS_MAIN(SharingCommandsTest)
#include "sharing-test.moc"
