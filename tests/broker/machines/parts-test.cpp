// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Routes, invitation links, proofs, the key on disk, and who may come in: the parts that need nobody else.

#include <capnp/serialize.h>
#include <kj/debug.h>
#include <sys/stat.h>
#include <QTemporaryDir>
#include <QtTest>

#include "broker/base/base32.h"
#include "broker/base/files.h"
#include "broker/machines/invitation-link.h"
#include "broker/machines/own-identity.h"
#include "broker/machines/proof.h"
#include "broker/machines/route.h"
#include "broker/machines/turnstile.h"
#include "broker/machines/wire.h"

using namespace latchkey;

namespace {

std::string machineId(char letter) { return std::string(52, letter); }

InvitationLink link() {
  return {.id = std::string("\0\x01\xff_id_of_16_bytes", 16).substr(0, 16),
          .secret = std::string(16, '\xee'),
          .machine = machineId('q'),
          .addresses = {{.host = "192.168.1.7", .port = 7357}, {.host = "fd00::1", .port = 80}}};
}

std::string identityMessage(const std::string& id, const std::string& key = "the key") {
  capnp::MallocMessageBuilder message;
  auto identity = message.initRoot<schema::Identity>();
  identity.setKey(dataOf(key));
  identity.setCertificate(kj::StringPtr("the certificate").asBytes());
  identity.setId(id.c_str());
  auto words = capnp::messageToFlatArray(message);
  auto bytes = words.asBytes();
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

QByteArray hex(const std::string& bytes) { return QByteArray::fromStdString(bytes).toHex(); }

}  // namespace

class MachinePartsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void routesAreReadAndWrittenAlike_data();
  void routesAreReadAndWrittenAlike();
  void whatIsNoRouteIsRefused_data();
  void whatIsNoRouteIsRefused();
  void strangersNameNoPrograms();
  void linksComeBackWhole();
  void linksAreOneWordForAnyShell();
  void brokenLinksAreRefused_data();
  void brokenLinksAreRefused();
  void base32HasOneText();
  void proofsAreThoseOfTheStandard();
  void proofsAreBoundToEverything();
  void theKeyIsForTheOwnerAlone();
  void aDamagedKeyIsNotReplaced();
  void oneAddressDoesNotKeepOthersOut();
  void allTogetherAreLimited();
  void aNetworkOfIpv6IsOneAddress();
};

void MachinePartsTest::routesAreReadAndWrittenAlike_data() {
  QTest::addColumn<QString>("typed");
  QTest::addColumn<QString>("text");
  auto row = [](const char* typed, const char* text) { QTest::newRow(typed) << typed << text; };
  row("192.168.1.7", "192.168.1.7:7357");
  row("192.168.1.7:80", "192.168.1.7:80");
  row("desk.example.org", "desk.example.org:7357");
  row("desk:7358", "desk:7358");
  row("localhost:7358", "localhost:7358");
  row("fd00::1", "[fd00::1]:7357");
  row("[fd00::1]", "[fd00::1]:7357");
  row("[fd00::1]:7", "[fd00::1]:7");
  row("ssh desk", "ssh desk");
  row("ssh anna@desk", "ssh anna@desk");
  row("ssh anna@desk.example.org:2222", "ssh anna@desk.example.org:2222");
  row("ssh anna@10.0.0.1", "ssh anna@10.0.0.1");
  row("ssh anna@fd00::1", "ssh anna@fd00::1");
}

void MachinePartsTest::routesAreReadAndWrittenAlike() {
  QFETCH(QString, typed);
  QFETCH(QString, text);
  auto route = routeFrom(typed.toStdString());
  QVERIFY(route != nullptr);
  QCOMPARE(KJ_ASSERT_NONNULL(route).text(), text.toStdString());
  QVERIFY(KJ_ASSERT_NONNULL(routeFrom(text.toStdString())) == KJ_ASSERT_NONNULL(route));
}

void MachinePartsTest::whatIsNoRouteIsRefused_data() {
  QTest::addColumn<QString>("typed");
  for (auto typed : {"",
                     " ",
                     "a b",
                     "192.168.1.7:",
                     "192.168.1.7:0",
                     "192.168.1.7:70000",
                     "192.168.1.7:x",
                     "[fd00::1",
                     "[fd00::1]x",
                     "[fd00::1]:",
                     "[1.2.3.4]",
                     "fe80::1%eth0",
                     "-oProxyCommand=x",
                     "ssh ",
                     "ssh -oProxyCommand=x",
                     "ssh -l@desk",
                     "ssh anna@-x",
                     "ssh a b",
                     "ssh anna@desk;x",
                     "ssh anna@desk x",
                     "ssh anna@",
                     "ssh @desk",
                     "ssh a@b@c",
                     "ssh anna@[fd00::1]:22",
                     "unix:/tmp/x",
                     "unix-abstract:x",
                     "*",
                     "/tmp/x",
                     "desk\n",
                     "d\u202eesk"}) {
    QTest::newRow(typed) << typed;
  }
  QTest::newRow("long") << QString(5000, u'a');
}

void MachinePartsTest::whatIsNoRouteIsRefused() {
  QFETCH(QString, typed);
  QVERIFY(routeFrom(typed.toStdString()) == nullptr);
}

void MachinePartsTest::strangersNameNoPrograms() {
  QVERIFY(addressRouteFrom("10.0.0.1:5") != nullptr);
  QVERIFY(addressRouteFrom("ssh desk") == nullptr);
}

void MachinePartsTest::linksComeBackWhole() {
  auto sent = link();
  QVERIFY(KJ_ASSERT_NONNULL(invitationLinkFrom(sent.text())) == sent);
  sent.addresses.clear();
  QVERIFY(KJ_ASSERT_NONNULL(invitationLinkFrom(sent.text())) == sent);
}

void MachinePartsTest::linksAreOneWordForAnyShell() {
  auto text = link().text();
  QVERIFY2(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.:/+,-_") == text.npos, text.c_str());
}

void MachinePartsTest::brokenLinksAreRefused_data() {
  QTest::addColumn<QString>("text");
  auto whole = QString::fromStdString(link().text());
  QTest::newRow("empty") << QString();
  QTest::newRow("another scheme") << QString("https" + whole.mid(8));
  QTest::newRow("cut in the machine") << whole.left(90);
  QTest::newRow("upper case") << whole.toUpper();
  QTest::newRow("a blank in it") << QString(whole).replace("/192", "/ 192");
  QTest::newRow("a name that is none") << QString(whole).replace("192.168.1.7", "-x");
  QTest::newRow("ssh") << QString(whole).replace("192.168.1.7", "ssh desk");
  QTest::newRow("no port") << QString(whole).replace("+7357", "");
  QTest::newRow("port 0") << QString(whole).replace("+7357", "+0");
  QTest::newRow("one letter of the secret less") << QString(whole).remove(whole.indexOf('/', 20) + 3, 1);
  QTest::newRow("nine addresses") << whole + ",a+1,b+1,c+1,d+1,e+1,f+1,g+1";
  QTest::newRow("endless") << whole + QString(10000, u',');
}

void MachinePartsTest::brokenLinksAreRefused() {
  QFETCH(QString, text);
  QVERIFY(invitationLinkFrom(text.toStdString()) == nullptr);
}

void MachinePartsTest::base32HasOneText() {
  QCOMPARE(inBase32("foobar"), std::string("mzxw6ytboi"));
  QCOMPARE(KJ_ASSERT_NONNULL(fromBase32("mzxw6ytboi", 6)), std::string("foobar"));
  QVERIFY(fromBase32("mzxw6ytboj", 6) == nullptr);  // The bits left over are not zero.
  QVERIFY(fromBase32("mzxw6ytboi", 5) == nullptr);
  QVERIFY(fromBase32("MZXW6YTBOI", 6) == nullptr);
}

// RFC 4231, test case 2: the letter is the data's first byte.
void MachinePartsTest::proofsAreThoseOfTheStandard() {
  QCOMPARE(hex(proofOf("Jefe", 'w', "hat do ya want for nothing?")),
           QByteArray("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

void MachinePartsTest::proofsAreBoundToEverything() {
  auto proof = proofOf("secret", JOINS, "transcript");
  QVERIFY(isProof(proof, "secret", JOINS, "transcript"));
  QVERIFY(!isProof(proof, "secret", INVITED, "transcript"));
  QVERIFY(!isProof(proof, "another", JOINS, "transcript"));
  QVERIFY(!isProof(proof, "secret", JOINS, "another"));
  QVERIFY(!isProof(proof.substr(1), "secret", JOINS, "transcript"));
  QVERIFY(!isProof("", "secret", JOINS, "transcript"));
}

void MachinePartsTest::theKeyIsForTheOwnerAlone() {
  QTemporaryDir directory;
  auto state = directory.path().toStdString();
  QVERIFY(findIdentity(state) == nullptr);
  keepIdentity(state, identityMessage(machineId('a')));
  auto found = findIdentity(state);
  QCOMPARE(KJ_ASSERT_NONNULL(found).id, machineId('a'));
  QCOMPARE(KJ_ASSERT_NONNULL(found).key, std::string("the key"));
  struct stat status{};
  QCOMPARE(stat((state + "/machine-key").c_str(), &status), 0);
  QCOMPARE(status.st_mode & 07777, mode_t(0600));
}

void MachinePartsTest::aDamagedKeyIsNotReplaced() {
  auto whole = identityMessage(machineId('a'));
  for (auto& bytes : {std::string(), std::string("x"), whole.substr(0, whole.size() - 9), identityMessage("short"),
                      identityMessage(machineId('a'), ""), std::string(100'000, 'x')}) {
    QTemporaryDir directory;
    auto state = directory.path().toStdString();
    replaceFile(state + "/machine-key", bytes);
    try {
      (void)findIdentity(state);
      QFAIL("believed");
    } catch (const kj::Exception& exception) {
      QVERIFY(!QString(exception.getDescription().cStr()).contains("the key\""));
    }
  }
}

void MachinePartsTest::oneAddressDoesNotKeepOthersOut() {
  Turnstile turnstile;
  auto now = kj::origin<kj::TimePoint>() + 1 * kj::SECONDS;
  int in = 0;
  while (turnstile.lets("10.0.0.1", now)) ++in;
  QCOMPARE(in, 20);
  QVERIFY(turnstile.lets("10.0.0.2", now));
  QVERIFY(!turnstile.lets("10.0.0.1", now));
  QVERIFY(turnstile.lets("10.0.0.1", now + 1 * kj::SECONDS));
}

void MachinePartsTest::allTogetherAreLimited() {
  Turnstile turnstile;
  auto now = kj::origin<kj::TimePoint>() + 1 * kj::SECONDS;
  int in = 0;
  for (int i = 0; i < 5000; ++i) {
    auto address = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    if (turnstile.lets(address, now)) ++in;
  }
  QCOMPARE(in, 100);
  // Those that were remembered are forgotten when it has been quiet.
  QVERIFY(turnstile.lets("10.9.9.9", now + 60 * kj::SECONDS));
}

void MachinePartsTest::aNetworkOfIpv6IsOneAddress() {
  Turnstile turnstile;
  auto now = kj::origin<kj::TimePoint>() + 1 * kj::SECONDS;
  int in = 0;
  for (int i = 0; i < 100; ++i) in += turnstile.lets("2001:db8::" + std::to_string(i + 1), now) ? 1 : 0;
  QCOMPARE(in, 20);
  QVERIFY(turnstile.lets("2001:db8:0:1::1", now));
}

QTEST_APPLESS_MAIN(MachinePartsTest)
#include "parts-test.moc"
