// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/minisign.h"

#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include "tests/launcher/bundle/bundle-bench.h"

using namespace latchkey;
using namespace latchkey::test;

class MinisignTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whatMinisignWroteIsRead();
  void aKeyWithAPasswordWantsIt();
  void ourKeysAreReadBack();
  void minisignAcceptsWhatWeWrite();
  void anotherImplementationAgrees();
  void whatWasChangedIsRefused();
  void malformedTextsAreRefused_data();
  void malformedTextsAreRefused();
  void aKeyThatWouldTakeForEverIsRefused();

private:
  static std::string vector(const char* name) {
    return contentOf(qEnvironmentVariable("LATCHKEY_SOURCE") + "/tests/launcher/bundle/vectors/" + name).toStdString();
  }
};

void MinisignTest::whatMinisignWroteIsRead() {
  auto key = PublicKey::parse(vector("minisign.pub"));
  QVERIFY(key);
  QCOMPARE(key->idText(), std::string("15EB3D3C4F0E3B42"));
  QCOMPARE(key->line(), std::string("RWRCOw5PPD3rFfb/YvpkJ/8NvSNIpvGy/7eV/kqcj53cVbsATNv5K6yZ"));
  QVERIFY(PublicKey::parse(key->line()) == key && PublicKey::parse(key->fileText()) == key);
  auto signature = Signature::parse(vector("hello.txt.minisig"));
  QVERIFY(signature);
  QCOMPARE(signature->trustedComment, std::string("a trusted comment"));
  QVERIFY(signature->isOf(*key, "hello\n"));
  QVERIFY(!signature->isOf(*key, "hello"));
  auto secret = SecretKey::parse(vector("minisign.key"));
  QVERIFY(std::get_if<SecretKey>(&secret) != nullptr);
  QVERIFY(std::get<SecretKey>(secret).publicKey() == *key);
  // Ed25519 has no chance in it: the same key says the same of the same message.
  QCOMPARE(std::get<SecretKey>(secret).sign("hello\n", "a trusted comment", "an untrusted one"),
           vector("hello.txt.minisig"));
}

void MinisignTest::aKeyWithAPasswordWantsIt() {
  auto text = vector("minisign-protected.key");
  QVERIFY(SecretKey::isProtected(text) && !SecretKey::isProtected(vector("minisign.key")));
  auto right = SecretKey::parse(text, "pw");
  auto problem = std::get_if<SecretKey::Problem>(&right);
  if (problem != nullptr && problem->reason.find("memory") != std::string::npos) QSKIP("not 1 GiB of memory to spare");
  QVERIFY2(problem == nullptr, problem == nullptr ? "" : problem->reason.c_str());
  QCOMPARE(std::get<SecretKey>(right).publicKey().fileText(), vector("minisign-protected.pub"));
}

void MinisignTest::ourKeysAreReadBack() {
  auto key = SecretKey::generate();
  for (auto password : {"", "a password"}) {
    auto text = key.fileText(password);
    QCOMPARE(SecretKey::isProtected(text), *password != '\0');
    auto again = SecretKey::parse(text, password);
    QVERIFY(std::get_if<SecretKey>(&again) != nullptr);
    QVERIFY(std::get<SecretKey>(again).publicKey() == key.publicKey());
  }
  auto text = key.fileText();
  auto damaged = text;
  damaged[damaged.size() - 60] = damaged[damaged.size() - 60] == 'A' ? 'B' : 'A';
  auto result = SecretKey::parse(damaged);
  QVERIFY(std::get_if<SecretKey::Problem>(&result) != nullptr);
}

void MinisignTest::minisignAcceptsWhatWeWrite() {
  auto minisign = QStandardPaths::findExecutable("minisign");
  if (minisign.isEmpty()) QSKIP("minisign is not installed");
  Bench bench;
  put(bench.path("list"), "some\nlist\n");
  auto key = SecretKey::generate();
  put(bench.path("list.minisig"), QByteArray::fromStdString(key.sign("some\nlist\n", "of us", "untrusted")));
  put(bench.path("key.pub"), QByteArray::fromStdString(key.publicKey().fileText()));
  put(bench.path("key"), QByteArray::fromStdString(key.fileText()));
  QCOMPARE(QProcess::execute(minisign, {"-V", "-p", bench.path("key.pub"), "-m", bench.path("list")}), 0);
  QCOMPARE(QProcess::execute(minisign, {"-S", "-s", bench.path("key"), "-m", bench.path("list"), "-t", "of minisign"}),
           0);
  auto signature = Signature::parse(contentOf(bench.path("list.minisig")).toStdString());
  QVERIFY(signature && signature->isOf(key.publicKey(), "some\nlist\n"));
  QCOMPARE(signature->trustedComment, std::string("of minisign"));
}

// Where minisign itself is not at hand: BLAKE2b of Python, Ed25519 of OpenSSL.
void MinisignTest::anotherImplementationAgrees() {
  for (auto tool : {"openssl", "python3"}) {
    if (QStandardPaths::findExecutable(tool).isEmpty()) QSKIP("openssl or python3 is not installed");
  }
  Bench bench;
  put(bench.path("message"), "some\nlist\n");
  auto key = SecretKey::generate();
  put(bench.path("signature"), QByteArray::fromStdString(key.sign("some\nlist\n", "of us", "untrusted")));
  put(bench.path("key.pub"), QByteArray::fromStdString(key.publicKey().fileText()));
  put(bench.path("check.py"), R"(import base64, hashlib, subprocess, sys
d = sys.argv[1] + "/"
key = base64.b64decode(open(d + "key.pub").read().split("\n")[1])
lines = open(d + "signature").read().split("\n")
first, second = base64.b64decode(lines[1]), base64.b64decode(lines[3])
assert first[:2] == b"ED" and first[2:10] == key[2:10]
pem = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + key[10:]).decode()
open(d + "pem", "w").write("-----BEGIN PUBLIC KEY-----\n" + pem + "\n-----END PUBLIC KEY-----\n")
hashed = hashlib.blake2b(open(d + "message", "rb").read()).digest()
for what, signature in ((hashed, first[10:]), (first[10:] + lines[2][len("trusted comment: "):].encode(), second)):
    open(d + "what", "wb").write(what)
    open(d + "sig", "wb").write(signature)
    subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", d + "pem", "-rawin", "-in", d + "what",
                    "-sigfile", d + "sig"], check=True)
)");
  QCOMPARE(QProcess::execute("python3", {bench.path("check.py"), bench.root.path()}), 0);
  put(bench.path("message"), "some\nother list\n");
  QVERIFY(QProcess::execute("python3", {bench.path("check.py"), bench.root.path()}) != 0);
}

void MinisignTest::whatWasChangedIsRefused() {
  auto key = SecretKey::generate(), other = SecretKey::generate();
  auto signature = Signature::parse(key.sign("message", "org.example.App 1", "x"));
  QVERIFY(signature && signature->isOf(key.publicKey(), "message"));
  QVERIFY(!signature->isOf(other.publicKey(), "message"));
  auto changed = *signature;
  changed.trustedComment = "org.example.App 2";
  QVERIFY(!changed.isOf(key.publicKey(), "message"));
  // Another key by the same name, and the right key by another name.
  auto impostor = other.publicKey();
  impostor.id = key.publicKey().id;
  QVERIFY(!signature->isOf(impostor, "message"));
  auto renamed = key.publicKey();
  renamed.id[0] ^= 1;
  QVERIFY(!signature->isOf(renamed, "message"));
}

void MinisignTest::malformedTextsAreRefused_data() {
  QTest::addColumn<QByteArray>("text");
  auto sound = QByteArray::fromStdString(vector("hello.txt.minisig"));
  auto with = [&](const char* old, const char* by) { return QByteArray(sound).replace(old, by); };
  QTest::newRow("empty") << QByteArray();
  QTest::newRow("the form that is not prehashed") << with("RURCOw", "RWRCOw");
  QTest::newRow("a line before") << "\n" + sound;
  QTest::newRow("a line after") << sound + "more\n";
  QTest::newRow("three lines") << sound.left(sound.lastIndexOf('\n', -2) + 1);
  QTest::newRow("carriage returns") << with("\n", "\r\n");
  QTest::newRow("no padding") << with("gg=\n", "gg\n");
  QTest::newRow("a blank in the signature") << with("RURC", "RU RC");
  QTest::newRow("a NUL") << sound.left(30) + QByteArray(1, '\0') + sound.mid(30);
  QTest::newRow("bidi in the comment") << with("a trusted", "a \xe2\x80\xae trusted");
  QTest::newRow("control in the comment") << with("a trusted", "a \x1b[2J trusted");
  QTest::newRow("other words") << with("trusted comment: a", "trusted comments: a");
  QTest::newRow("a comment without end") << with("a trusted", QByteArray(2000, 'a').constData());
}

void MinisignTest::malformedTextsAreRefused() {
  QFETCH(QByteArray, text);
  QVERIFY(Signature::parse(vector("hello.txt.minisig")));
  QVERIFY(!Signature::parse(text.toStdString()));
  QVERIFY(!PublicKey::parse(text.toStdString()));
}

void MinisignTest::aKeyThatWouldTakeForEverIsRefused() {
  auto line = QByteArray::fromStdString(vector("minisign-protected.key")).split('\n')[1];
  auto bytes = QByteArray::fromBase64(line);
  bytes[38 + 7] = '\x7f';  // Operations of the password's function, highest byte.
  auto text = "untrusted comment: x\n" + bytes.toBase64() + "\n";
  auto result = SecretKey::parse(text.toStdString(), "pw");
  auto problem = std::get_if<SecretKey::Problem>(&result);
  QVERIFY(problem != nullptr && problem->reason.find("no secret key") != std::string::npos);
}

QTEST_GUILESS_MAIN(MinisignTest)
#include "minisign-test.moc"
