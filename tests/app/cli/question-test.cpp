// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/question.h"

#include <capnp/message.h>
#include <QtTest>

#include "app/cli/names.h"
#include "app/cli/screen-modes.h"

using namespace latchkey;
using namespace latchkey::cli;

namespace {

struct World {
  World() : request(message.initRoot<schema::Request>()) {
    request.setAppName("FeatherPad");
    request.setApp("featherpad");
    request.setKind(schema::Kind::FILE);
    request.setAccess(schema::Access::WRITE);
    request.getObject().setPath(asData("/home/p/Documents/budget.ods"));
    auto scopes = request.initScopes(3);
    scopes.set(0, schema::Scope::FILE);
    scopes.set(1, schema::Scope::FOLDER);
    scopes.set(2, schema::Scope::TREE);
  }
  Question question(unsigned columns = 80) { return Question(request, "/home/p", columns, false); }

  capnp::MallocMessageBuilder message;
  schema::Request::Builder request;
};

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

class QuestionTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void saysWhoWhatAndHowMuch();
  void wordsOfTheAppStayItsWords();
  void CVE_2023_28101_untrustedTextIsEscaped();
  void longNamesKeepBothEnds();
  void keysAnswer_data();
  void keysAnswer();
  void otherKeysAnswerNothing();
  void scopeIsChosenAmongTheOffered();
  void accessOnlyNarrows();
  void detailsShowTheWholePath();
  void whoAnswersForNamesIsToldSo();
  void modesOfTheScreenAreFollowed();
  void unfinishedSequencesAreFollowed();
  void resetEndsWhatIsUnfinished();
};

void QuestionTest::saysWhoWhatAndHowMuch() {
  World world;
  auto text = world.question().text();
  QVERIFY(contains(text, "FeatherPad wants to open budget.ods"));
  QVERIFY(contains(text, "~/Documents/budget.ods"));
  QVERIFY(contains(text, "look and change, this file only"));
  world.request.setKind(schema::Kind::FOLDER);
  QVERIFY(contains(world.question().text(), "see everything in"));
}

void QuestionTest::wordsOfTheAppStayItsWords() {
  World world;
  QVERIFY(!contains(world.question().text(), "it says"));
  world.request.setClaim("to save your work”\r\nLatchkey: press y");
  auto text = world.question().text();
  QVERIFY(contains(text, "it says: “to save your work”\\x0d\\nLatchkey: press y”"));
}

void QuestionTest::CVE_2023_28101_untrustedTextIsEscaped() {
  // CVE-2023-28101, on the question itself; every field an app or a file name can fill.
  World world;
  auto nasty = "a\x1b[2J\x07\u202eb\u009b\n";
  world.request.setAppName(nasty);
  world.request.setClaim(nasty);
  world.request.setProgram(nasty);
  world.request.getObject().setPath(asData("/home/p/\x1b]0;x\x07\xff\n"));
  auto question = world.question();
  question.press('d');
  auto text = question.text();
  for (char c : text) QVERIFY2(c == '\r' || c == '\n' || static_cast<unsigned char>(c) >= 0x20, text.c_str());
  QVERIFY(!contains(text, "\u202e"));
  QVERIFY(!contains(text, "\u009b"));
  QVERIFY(contains(text, "\\xff"));
}

void QuestionTest::longNamesKeepBothEnds() {
  World world;
  world.request.getObject().setPath(asData("/home/p/" + std::string(3000, 'x') + "THE-END.txt"));
  auto text = world.question().text();
  QVERIFY(contains(text, "THE-END.txt"));
  for (auto& line : QByteArray::fromStdString(text).split('\n')) QVERIFY2(QString::fromUtf8(line).size() <= 82, line);
}

void QuestionTest::keysAnswer_data() {
  QTest::addColumn<char>("key");
  QTest::addColumn<QString>("answer");
  QTest::newRow("y") << 'y' << "allow once";
  QTest::newRow("r") << 'r' << "allow run";
  QTest::newRow("a") << 'a' << "allow always";
  QTest::newRow("n") << 'n' << "deny run";
  QTest::newRow("N") << 'N' << "never always";
  QTest::newRow("Esc") << '\x1b' << "dismiss once";
}

void QuestionTest::keysAnswer() {
  QFETCH(char, key);
  QFETCH(QString, answer);
  World world;
  auto question = world.question();
  QVERIFY(question.press(key) == Question::Step::Answered);
  capnp::MallocMessageBuilder message;
  auto got = message.initRoot<schema::Answer>();
  question.fill(got);
  QCOMPARE(nameOf(got.getVerdict()) + " " + lifetimeName(got.getLifetime()), answer.toStdString());
  QVERIFY(got.getScope() == schema::Scope::FILE);
  QVERIFY(got.getAccess() == schema::Access::WRITE);
}

void QuestionTest::otherKeysAnswerNothing() {
  World world;
  auto question = world.question();
  for (int key = 0; key < 256; ++key) {
    if (QByteArray("yranN\x1b"
                   "dsw")
            .contains(static_cast<char>(key)))
      continue;
    QVERIFY2(question.press(static_cast<char>(key)) == Question::Step::Nothing, QByteArray::number(key));
  }
}

void QuestionTest::scopeIsChosenAmongTheOffered() {
  World world;
  auto question = world.question();
  QVERIFY(question.press('s') == Question::Step::Redraw);
  QVERIFY(contains(question.text(), "everything directly in its folder"));
  question.press('s');
  QVERIFY(contains(question.text(), "all below it"));
  capnp::MallocMessageBuilder message;
  auto got = message.initRoot<schema::Answer>();
  question.press('y');
  question.fill(got);
  QVERIFY(got.getScope() == schema::Scope::TREE);
  question.press('s');
  QVERIFY(contains(question.text(), "this file only"));
}

void QuestionTest::accessOnlyNarrows() {
  World world;
  auto question = world.question();
  QVERIFY(question.press('w') == Question::Step::Redraw);
  QVERIFY(contains(question.text(), "look only"));
  world.request.setAccess(schema::Access::READ);
  QVERIFY(world.question().press('w') == Question::Step::Nothing);
}

void QuestionTest::detailsShowTheWholePath() {
  World world;
  auto path = "/home/p/" + std::string(500, 'x') + "/middle/" + std::string(500, 'y');
  world.request.getObject().setPath(asData(path));
  auto question = world.question();
  QVERIFY(!contains(question.text(), path));
  question.press('d');
  QVERIFY(contains(question.text(), path));
}

void QuestionTest::whoAnswersForNamesIsToldSo() {
  World world;
  world.request.setKind(schema::Kind::NETWORK);
  auto network = world.request.initNetwork();
  network.setHost("dns.google");
  network.setPort(443);
  network.setProtocol("tcp");
  network.setService("https");
  QVERIFY(contains(world.question().text(), "wants to connect to dns.google"));
  QVERIFY(contains(world.question().text(), "it answers for names: what comes then is asked about without one"));
  network.setHost("www.example.org");
  QVERIFY(!contains(world.question().text(), "answers for names"));
}

void QuestionTest::modesOfTheScreenAreFollowed() {
  ScreenModes modes;
  QVERIFY(!modes.alternateScreen());
  modes.follow("text\x1b[?1049h\x1b[?1;2004h\x1b[?25l\x1b=");
  QVERIFY(modes.alternateScreen());
  QVERIFY(contains(modes.again(), "\x1b[?1049h"));
  QVERIFY(contains(modes.again(), "\x1b[?2004h"));
  QVERIFY(contains(modes.again(), "\x1b[?25l"));
  modes.follow("\x1b[?1049l\x1b[?25h\x1b[?1;2004l\x1b>");
  QVERIFY(!modes.alternateScreen());
  QCOMPARE(modes.again(), "");
  QVERIFY(!contains(modes.reset(), "1049"));
}

void QuestionTest::unfinishedSequencesAreFollowed() {
  ScreenModes modes;
  for (char c : std::string("\x1b[?10")) modes.follow({&c, 1});
  modes.follow("49h");
  QVERIFY(modes.alternateScreen());
  ScreenModes string;
  string.follow("\x1b]0;title \x1b[?1049h");  // ESC ends a string: the sequence behind it counts.
  QVERIFY(string.alternateScreen());
  ScreenModes cancelled;
  cancelled.follow(
      "\x1b[?104\x18"
      "9h");
  QVERIFY(!cancelled.alternateScreen());
  ScreenModes endless;
  endless.follow("\x1b[" + std::string(1 << 20, '1') + "h");
  QVERIFY(!endless.alternateScreen());
}

void QuestionTest::resetEndsWhatIsUnfinished() {
  // A program that leaves a string open would have the terminal swallow the question.
  ScreenModes modes;
  modes.follow("\x1bP");
  auto reset = modes.reset();
  QVERIFY(reset.starts_with("\x18\x1b\\"));
  for (auto part : {"\x1b[?2026l", "\x1b[!p", "\x1b[0m", "\x1b(B", "\x1b]110", "\x1b]111"})
    QVERIFY2(contains(reset, part), part);
}

QTEST_APPLESS_MAIN(QuestionTest)
#include "question-test.moc"
