// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The one shape of certificate, beside what OpenSSL makes of it.

#include <kj/exception.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <QtTest/QtTest>
#include <algorithm>
#include <set>

#include "portals/peer/certificate.h"
#include "portals/peer/words.h"
#include "tests/portals/peer/certificates.h"

using namespace latchkey;
using namespace latchkey::test;

Q_DECLARE_METATYPE(Shape)

namespace {

std::string idOr(kj::Maybe<std::string> id) {
  KJ_IF_MAYBE (found, id) return *found;
  return "none";
}

}  // namespace

class CertificateTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void oneThatIsMadeIsOfTheShape() {
    auto made = peer::makeIdentity();
    QCOMPARE(idOr(peer::idOf(made.certificate)), made.id);
    QCOMPARE(made.id.size(), peer::ID_SIZE);
    QVERIFY(peer::makeIdentity().id != made.id);
    // Of one key they are the same but for the signature.
    auto again = peer::identityOf(made.key);
    QCOMPARE(again.id, made.id);
    QVERIFY(again.certificate != made.certificate);
    QCOMPARE(idOr(peer::idOf(again.certificate)), made.id);
  }

  // What we write is X.509 as others write it.
  void opensslWritesTheSame() {
    auto made = peer::makeIdentity();
    auto key = keyOf(made.key);
    auto theirs = certificateOf(key.get());
    QCOMPARE(idOr(peer::idOf(theirs)), made.id);
    QCOMPARE(made.id + ".latchkey", test::nameOf(key.get()));
    auto* at = reinterpret_cast<const unsigned char*>(made.certificate.data());
    auto* parsed = d2i_X509(nullptr, &at, static_cast<long>(made.certificate.size()));
    QVERIFY(parsed != nullptr);
    QCOMPARE(X509_verify(parsed, key.get()), 1);
    QCOMPARE(X509_check_ca(parsed), 0);
    QCOMPARE(X509_check_host(parsed, (made.id + ".latchkey").c_str(), 0, 0, nullptr), 1);
    X509_free(parsed);
  }

  void othersAreNone_data() {
    QTest::addColumn<Shape>("shape");
    QTest::newRow("an authority") << Shape{.constraints = "critical,CA:TRUE"};
    QTest::newRow("an authority by its use") << Shape{.usage = "critical,digitalSignature,keyCertSign"};
    QTest::newRow("constraints not critical") << Shape{.constraints = "CA:FALSE"};
    QTest::newRow("use not critical") << Shape{.usage = "digitalSignature"};
    QTest::newRow("no constraints") << Shape{.constraints = ""};
    QTest::newRow("no use") << Shape{.usage = ""};
    QTest::newRow("another use") << Shape{.usage = "critical,keyAgreement"};
    QTest::newRow("one extension more") << Shape{.extended = "serverAuth"};
    QTest::newRow("two names") << Shape{.alternative = "DNS:a.latchkey,DNS:b.latchkey"};
    QTest::newRow("another name") << Shape{.name = std::string(52, 'a') + ".latchkey"};
    QTest::newRow("another's issuer") << Shape{.issuer = "somebody"};
    QTest::newRow("expired") << Shape{.notAfter = "210101000000Z"};
    QTest::newRow("not yet") << Shape{.notBefore = "300101000000Z"};
    QTest::newRow("serial number") << Shape{.serial = 2};
    QTest::newRow("version 1") << Shape{.version = 0};
    QTest::newRow("SHA-384") << Shape{.hash = EVP_sha384()};
  }
  void othersAreNone() {
    QFETCH(Shape, shape);
    KeyPair key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    QCOMPARE(idOr(peer::idOf(certificateOf(key.get(), shape))), std::string("none"));
    QVERIFY(idOr(peer::idOf(certificateOf(key.get()))) != "none");
  }

  void otherKeysAreNone() {
    KeyPair p384(EVP_EC_gen("P-384"), EVP_PKEY_free), rsa(EVP_RSA_gen(2048), EVP_PKEY_free),
        ed(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    QCOMPARE(idOr(peer::idOf(certificateOf(p384.get()))), std::string("none"));
    QCOMPARE(idOr(peer::idOf(certificateOf(rsa.get()))), std::string("none"));
    QCOMPARE(idOr(peer::idOf(certificateOf(ed.get(), {.hash = nullptr}))), std::string("none"));
    QVERIFY_THROWS_EXCEPTION(kj::Exception, peer::identityOf(pkcs8Of(rsa.get())));
    QVERIFY_THROWS_EXCEPTION(kj::Exception, peer::identityOf("no key"));
  }

  void signedByAnotherIsNone() {
    KeyPair key(EVP_EC_gen("P-256"), EVP_PKEY_free), other(EVP_EC_gen("P-256"), EVP_PKEY_free);
    QCOMPARE(idOr(peer::idOf(certificateOf(key.get(), {.signer = other.get()}))), std::string("none"));
  }

  void noByteCanBeAnother() {
    auto made = peer::makeIdentity();
    for (size_t at = 0; at < made.certificate.size(); ++at) {
      for (int bit : {0x01, 0x80}) {
        auto bad = made.certificate;
        bad[at] = static_cast<char>(bad[at] ^ bit);
        QVERIFY2(idOr(peer::idOf(bad)) == "none", std::to_string(at).c_str());
      }
      QCOMPARE(idOr(peer::idOf(made.certificate.substr(0, at))), std::string("none"));
    }
    QCOMPARE(idOr(peer::idOf(made.certificate + '\0')), std::string("none"));
    QCOMPARE(idOr(peer::idOf("")), std::string("none"));
    QCOMPARE(idOr(peer::idOf(std::string(100000, '\x30'))), std::string("none"));
  }

  void wordsCannotBeTakenForOneAnother() {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    auto words = peer::wordsOf(all);
    QCOMPARE(words.size(), size_t(256));
    std::set<std::string> beginnings;
    for (auto& word : words) {
      QVERIFY2(word.size() >= 3 && word.size() <= 8, word.c_str());
      QVERIFY2(std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; }), word.c_str());
      QVERIFY2(beginnings.insert(word.substr(0, 3)).second, word.c_str());
    }
  }
};

QTEST_GUILESS_MAIN(CertificateTest)
#include "certificate-test.moc"
