// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/words.h"

#include <QtTest>

#include "app/cli/choose.h"
#include "app/cli/names.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "tests/support/fake-clock.h"

using namespace latchkey;
using namespace latchkey::cli;

namespace {

const std::vector<Option> OPTIONS = {{"--json", "", ""}, {"--for", "HOW", ""}, {"--here", "[ro]", ""}};

Typed parsed(std::vector<std::string> words, Order order = Order::Anywhere) {
  return Typed::parse(words, OPTIONS, order);
}

}  // namespace

class WordsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void optionsStandAnywhere();
  void programOptionsAreNotOurs();
  void doubleDashEndsOptions();
  void optionalValueNeedsEquals();
  void nonsenseIsRefused_data();
  void nonsenseIsRefused();
  void beginningOfAnIdDoes();
  void ambiguousBeginningIsRefused();
  void lifetimes_data();
  void lifetimes();
  void cellsAreEscaped();
  void columnsAlign();
  void jsonSpellsWhatWouldDeceive();
  void everyKindHasItsContractName();
};

void WordsTest::optionsStandAnywhere() {
  auto typed = parsed({"one", "--json", "--for=8h", "two"});
  QCOMPARE(typed.words(), (std::vector<std::string>{"one", "two"}));
  QVERIFY(typed.has("--json"));
  QCOMPARE(typed.value("--for"), "8h");
  QCOMPARE(typed.value("--here", "none"), "none");
}

void WordsTest::programOptionsAreNotOurs() {
  // CVE-2024-32462: what belongs to the program must not become an option of the launcher.
  auto typed = parsed({"--json", "app", "--for", "--here", "--", "--bind"}, Order::BeforeWords);
  QCOMPARE(typed.words(), (std::vector<std::string>{"app", "--for", "--here", "--", "--bind"}));
  QVERIFY(!typed.has("--for"));
  QVERIFY(!typed.dashed());
}

void WordsTest::doubleDashEndsOptions() {
  auto typed = parsed({"--json", "--", "--for", "-x"}, Order::BeforeWords);
  QVERIFY(typed.dashed());
  QCOMPARE(typed.words(), (std::vector<std::string>{"--for", "-x"}));
}

void WordsTest::optionalValueNeedsEquals() {
  QCOMPARE(parsed({"--here", "ro"}).words(), (std::vector<std::string>{"ro"}));
  QCOMPARE(parsed({"--here=ro"}).value("--here"), "ro");
}

void WordsTest::nonsenseIsRefused_data() {
  QTest::addColumn<QStringList>("words");
  QTest::newRow("unknown") << QStringList{"--nope"};
  QTest::newRow("short unknown") << QStringList{"-j"};
  QTest::newRow("prefix of one") << QStringList{"--js"};
  QTest::newRow("value missing") << QStringList{"--for"};
  QTest::newRow("value not wanted") << QStringList{"--json=yes"};
  QTest::newRow("twice") << QStringList{"--json", "--json"};
  QTest::newRow("only dashes") << QStringList{"---"};
}

void WordsTest::nonsenseIsRefused() {
  QFETCH(QStringList, words);
  std::vector<std::string> list;
  for (auto& word : words) list.push_back(word.toStdString());
  QVERIFY_THROWS_EXCEPTION(UsageError, parsed(list));
}

void WordsTest::beginningOfAnIdDoes() {
  QCOMPARE(chooseId("grant", "abcd", {"abcdefgh", "zzzzzzzz"}), "abcdefgh");
  // A whole id means itself, though another goes on from it.
  QCOMPARE(chooseId("grant", "abcd", {"abcdefgh", "abcd"}), "abcd");
}

void WordsTest::ambiguousBeginningIsRefused() {
  QVERIFY_THROWS_EXCEPTION(UsageError, chooseId("grant", "abcd", {"abcdefgh", "abcdxyz"}));
  QVERIFY_THROWS_EXCEPTION(UsageError, chooseId("grant", "abc", {"abcdefgh"}));
  QVERIFY_THROWS_EXCEPTION(UsageError, chooseId("grant", "", {"abcdefgh"}));
  QVERIFY_THROWS_EXCEPTION(UsageError, chooseId("grant", "nope", {}));
}

void WordsTest::lifetimes_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("name");
  QTest::newRow("once") << "once" << "once";
  QTest::newRow("run") << "run" << "run";
  QTest::newRow("always") << "always" << "always";
  QTest::newRow("time") << "2199-01-31T12:00:00Z" << "2199-01-31T12:00:00Z";
  for (auto bad : {"", "ever", "0s", "-5m", "2001-01-01T00:00:00Z", "8 h"}) QTest::newRow(bad) << bad << QString();
}

void WordsTest::lifetimes() {
  QFETCH(QString, text);
  QFETCH(QString, name);
  capnp::MallocMessageBuilder message;
  auto lifetime = message.initRoot<schema::Lifetime>();
  SystemClock clock;
  if (name.isEmpty()) {
    QVERIFY_THROWS_EXCEPTION(UsageError, readLifetime(text.toStdString(), clock, lifetime));
  } else {
    readLifetime(text.toStdString(), clock, lifetime);
    QCOMPARE(lifetimeName(lifetime), name.toStdString());
  }
}

void WordsTest::cellsAreEscaped() {
  // CVE-2023-28101: control characters in a name rewrote the list on the terminal.
  Table table({"NAME", "THING"});
  table.row({{"evil\x1b[2K\rgood"}, {"\u202egpj.exe"}});
  auto text = table.text(Console());
  QVERIFY(text.find('\x1b') == text.npos);
  QVERIFY(text.find('\r') == text.npos);
  QVERIFY(text.find("\u202e") == text.npos);
  QVERIFY(text.find("\\x1b[2K") != text.npos);
}

void WordsTest::columnsAlign() {
  Table table({"A", "B"});
  table.row({{"ä"}, {"x"}});
  table.row({{"long one"}, {"y"}});
  QCOMPARE(table.text(Console()), "A         B\nä         x\nlong one  y\n");
}

void WordsTest::jsonSpellsWhatWouldDeceive() {
  QCOMPARE(jsonString("a\u202eb"), "\"a\\u202eb\"");
  QCOMPARE(jsonString("a\u009bb"), "\"a\\u009bb\"");
  QCOMPARE(jsonString("\U000e0041"), "\"\\udb40\\udc41\"");
  QCOMPARE(jsonString("ä\x1b"), "\"ä\\u001b\"");
}

void WordsTest::everyKindHasItsContractName() {
  QCOMPARE(namesOf<schema::Kind>(), "file, folder, network, listen, service, desktop, device, app, window");
  QCOMPARE(namesOf<schema::Scope>(), "file, siblings, folder, tree, host, domain, port, network, pattern");
  QCOMPARE(nameOf(schema::State::REVOKED), "revoked");
  QCOMPARE(nameOf(static_cast<schema::Kind>(999)), "unknown");
  QVERIFY_THROWS_EXCEPTION(UsageError, chosen<schema::Kind>("KIND", "everything"));
}

QTEST_APPLESS_MAIN(WordsTest)
#include "words-test.moc"
