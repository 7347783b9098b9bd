// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What of another machine's answers sshfs may see, piece by piece as bytes come.

#include <QtTest>

#include <string>

#include "launcher/far-folder/answers.h"

using latchkey::Answers;
using namespace std::chrono_literals;

namespace {

using Fault = Answers::Fault;
constexpr uint8_t INIT = 1, VERSION = 2, READ = 5, WRITE = 6, LSTAT = 7, STAT = 17, STATUS = 101, DATA = 103,
                  ATTRS = 105;
const Answers::Time NOW = Answers::Time{} + 1h;

std::string number(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}
std::string frame(uint8_t kind, const std::string& rest) {
  return number(static_cast<uint32_t>(rest.size() + 1)) + static_cast<char>(kind) + rest;
}
std::string reading(uint32_t id, uint32_t length) {
  return frame(READ, number(id) + number(4) + "file" + number(0) + number(0) + number(length));
}
std::string data(uint32_t id, uint32_t said, size_t there) {
  return frame(DATA, number(id) + number(said) + std::string(there, 'x'));
}
std::string status(uint32_t id, uint32_t code) {
  return frame(STATUS, number(id) + number(code) + number(0) + number(0));
}

// Shows all of it, so much at a time. What went on, and how it ended.
struct Stream {
  std::string passed, held;
  Fault fault = Fault::None;

  template <typename Judge>
  void show(const std::string& text, size_t piece, Judge judge) {
    for (size_t at = 0; at < text.size() && fault == Fault::None; at += piece) {
      held += text.substr(at, piece);
      auto part = judge(held.data(), held.size());
      passed += held.substr(0, part.size);
      held.erase(0, part.size);
      fault = part.fault;
    }
  }
};

struct Talk {
  Answers answers;
  Stream asked, answered;

  void ask(const std::string& text, size_t piece = 1 << 20, Answers::Time now = NOW) {
    asked.show(text, piece, [&](auto bytes, auto size) { return answers.asked(bytes, size, now); });
  }
  void answer(const std::string& text, size_t piece = 1 << 20, Answers::Time now = NOW) {
    answered.show(text, piece, [&](auto bytes, auto size) { return answers.answered(bytes, size, now); });
  }
  void begin(size_t piece = 1 << 20) {
    ask(frame(INIT, number(3)), piece);
    answer(frame(VERSION, number(3) + number(1) + "a" + number(1) + "b"), piece);
  }
};

}  // namespace

class FarAnswersTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatIsRightGoesOn_data();
  void whatIsRightGoesOn();
  void whatIsNoAnswerDoesNot_data();
  void whatIsNoAnswerDoesNot();
  void whatIsNotAnsweredEnds();
  void oneThatIsPassedOverEnds_data();
  void oneThatIsPassedOverEnds();
  void whatIsSlowDoesNot();
};

void FarAnswersTest::whatIsRightGoesOn_data() {
  QTest::addColumn<int>("piece");
  for (int piece : {1, 2, 3, 5, 8, 13, 100, 1 << 20}) QTest::addRow("%d", piece) << piece;
}

void FarAnswersTest::whatIsRightGoesOn() {
  QFETCH(int, piece);
  Talk talk;
  talk.begin(static_cast<size_t>(piece));
  auto asked = talk.asked.passed, answered = talk.answered.passed;
  auto questions =
      reading(1, 1000) + frame(STAT, number(2) + number(1) + "p") + reading(3, 500) + reading(4, 500) +
      frame(WRITE, number(5) + number(4) + "file" + number(0) + number(0) + number(70'000) + std::string(70'000, 'w'));
  talk.ask(questions, static_cast<size_t>(piece));
  // In another order, less than was asked for, the end of the file; of what is no reading, anything.
  auto answers = status(5, 4) + data(3, 500, 500) + frame(ATTRS, number(2) + number(0)) + status(4, 1) + data(1, 7, 7);
  talk.answer(answers, static_cast<size_t>(piece));
  QVERIFY(talk.asked.fault == Fault::None && talk.answered.fault == Fault::None);
  QVERIFY(talk.asked.passed == asked + questions);
  QVERIFY(talk.answered.passed == answered + answers);
  QVERIFY(talk.answers.faultAt(NOW + 1000h) == Fault::None);
}

void FarAnswersTest::whatIsNoAnswerDoesNot_data() {
  QTest::addColumn<QByteArray>("answer");
  QTest::addColumn<int>("fault");
  auto row = [](const char* name, const std::string& answer, Fault fault = Fault::NoAnswer) {
    QTest::newRow(name) << QByteArray::fromStdString(answer) << static_cast<int>(fault);
  };
  row("could not be read", status(1, 4), Fault::NotRead);
  row("may not be read", status(1, 3), Fault::NotRead);
  row("read well, without anything", status(1, 0), Fault::NotRead);
  row("more than was asked for", data(1, 1001, 1001));
  row("nothing of it", data(1, 0, 0));
  row("less than it says", data(1, 900, 800));
  row("more than it says", data(1, 800, 900));
  row("of another kind", frame(ATTRS, number(1) + number(0)));
  row("too short for its kind", frame(STATUS, number(1)));
  row("too short for anything", frame(STATUS, "ab"));
  row("of no length", number(0));
  row("too long", number(1 << 18) + "g" + number(1) + number(1000));
  row("to what was not asked", data(9, 10, 10));
  row("twice", data(1, 10, 10) + data(1, 10, 10));
  row("a second beginning", frame(VERSION, number(1)));
}

void FarAnswersTest::whatIsNoAnswerDoesNot() {
  QFETCH(QByteArray, answer);
  QFETCH(int, fault);
  for (size_t piece : {size_t(1), size_t(7), size_t(1 << 20)}) {
    Talk talk;
    talk.begin(piece);
    auto before = talk.answered.passed;
    talk.ask(reading(1, 1000), piece);
    talk.answer(answer.toStdString() + data(1, 10, 10), piece);
    QCOMPARE(static_cast<int>(talk.answered.fault), fault);
    // Not one byte of it; of two, the first alone.
    auto went = talk.answered.passed.substr(before.size());
    QVERIFY(went.empty() || (answer.size() > 40 && went == data(1, 10, 10)));
  }
  Talk early;
  early.ask(frame(INIT, number(3)));
  early.answer(data(1, 10, 10));
  QVERIFY(early.answered.fault == Fault::NoAnswer && early.answered.passed.empty());
}

void FarAnswersTest::whatIsNotAnsweredEnds() {
  Talk talk;
  talk.begin();
  QVERIFY(talk.answers.faultAt(NOW + 1000h) == Fault::None);
  talk.ask(reading(1, 1000));
  QVERIFY(talk.answers.faultAt(NOW + 15s) == Fault::None);
  QVERIFY(talk.answers.faultAt(NOW + 25s) == Fault::TooLate);
  // Answers to other things are none to this.
  talk.ask(frame(STAT, number(2) + number(1) + "p"));
  talk.answer(frame(ATTRS, number(2) + number(0)), 1 << 20, NOW + 24s);
  QVERIFY(talk.answers.faultAt(NOW + 25s) == Fault::TooLate);
}

// All but one is answered, of the same kind, too, and for as long as anybody looks.
void FarAnswersTest::oneThatIsPassedOverEnds_data() {
  QTest::addColumn<bool>("reads");
  QTest::addColumn<bool>("together");
  QTest::newRow("of readings that are asked together") << true << true;
  QTest::newRow("of readings that are asked one by one") << true << false;
  QTest::newRow("of looks that are asked together") << false << true;
  QTest::newRow("of looks that are asked one by one") << false << false;
}

void FarAnswersTest::oneThatIsPassedOverEnds() {
  QFETCH(bool, reads);
  QFETCH(bool, together);
  Talk talk;
  talk.begin();
  auto ask = [&](uint32_t id, Answers::Time now) {
    talk.ask(reads ? reading(id, 10) : frame(LSTAT, number(id) + number(1) + "p"), 1 << 20, now);
  };
  ask(1, NOW);
  if (together)
    for (uint32_t id = 2; id <= 20; ++id) ask(id, NOW);
  auto now = NOW;
  for (uint32_t id = 2; id <= 20; ++id) {
    if (now - NOW <= 20s) QVERIFY(talk.answers.faultAt(now) == Fault::None);
    else QVERIFY(talk.answers.faultAt(now) == Fault::TooLate);
    if (!together) ask(id, now);
    now += 5s;
    talk.answer(reads ? data(id, 10, 10) : frame(ATTRS, number(id) + number(0)), 1 << 20, now);
    QVERIFY(talk.answered.fault == Fault::None);
  }
}

void FarAnswersTest::whatIsSlowDoesNot() {
  Talk talk;
  talk.begin();
  for (uint32_t id = 1; id <= 10; ++id) talk.ask(reading(id, 1000));
  auto now = NOW;
  for (uint32_t id = 1; id <= 10; ++id) {
    now += 15s;
    QVERIFY(talk.answers.faultAt(now) == Fault::None);
    talk.answer(data(id, 1000, 1000), 1 << 20, now);
  }
  // A disk may take its time to write.
  talk.ask(frame(WRITE, number(50) + number(0)), 1 << 20, now);
  QVERIFY(talk.answers.faultAt(now + 2min) == Fault::None);
  QVERIFY(talk.answers.faultAt(now + 10min) == Fault::TooLate);
}

QTEST_APPLESS_MAIN(FarAnswersTest)
#include "far-answers-test.moc"
