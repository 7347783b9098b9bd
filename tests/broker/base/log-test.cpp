// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <kj/debug.h>
#include <unistd.h>
#include <QtTest>

#include "broker/base/log.h"

using namespace latchkey;

namespace {

std::string lineOf(const std::function<void()>& act) {
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { act(); })) return reason(*exception);
  return "nothing was thrown";
}

std::string lineOf(const char* text) {
  return reason(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(text)));
}

}  // namespace

class LogTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void peopleReadTheMessage();
  void sourceIsNeverShown();
  void proseStaysAsItIs();
};

void LogTest::peopleReadTheMessage() {
  std::string path = "/some/where";
  int number = 3;
  QCOMPARE(lineOf([&] { KJ_REQUIRE(number == 4, "not an app's name"); }), std::string("not an app's name"));
  QCOMPARE(lineOf([&] { KJ_REQUIRE(number == 4, "not a path", path.c_str()); }),
           std::string("not a path (/some/where)"));
  QCOMPARE(lineOf([&] { KJ_FAIL_REQUIRE("first; second", path.c_str()); }), std::string("first; second (/some/where)"));
  QCOMPARE(lineOf([&] { KJ_SYSCALL(rmdir("/not/there"), "the folder is gone"); }),
           std::string("the folder is gone: No such file or directory"));
  QCOMPARE(lineOf("remote exception: expected x > 0; there is none"), std::string("there is none"));
  QCOMPARE(lineOf("remote exception: remote exception: expected a(b) [3 == 4]; no; id = 7"), std::string("no (7)"));
}

void LogTest::sourceIsNeverShown() {
  int number = 3;
  for (auto& line :
       {lineOf([&] { KJ_REQUIRE(number == 4); }), lineOf([&] { KJ_REQUIRE(number == 4, number); }),
        lineOf([&] { KJ_ASSERT(number == 4 && !number); }), lineOf([&] { KJ_SYSCALL(rmdir("/not/there")); })}) {
    for (auto code : {"number", "==", "expected", "rmdir", "("}) {
      bool shown = line.contains(code) && !(code == std::string("(") && line.ends_with(")"));
      QVERIFY2(!shown, line.c_str());
    }
  }
}

void LogTest::proseStaysAsItIs() {
  for (auto text : {"the disk is full: decisions cannot be kept", "say off or on; nothing else", "a = b",
                    "expected a thing, found nothing", "ceilings.toml:3: path: expected an absolute path"}) {
    QCOMPARE(lineOf(text), std::string(text));
  }
}

QTEST_GUILESS_MAIN(LogTest)
#include "log-test.moc"
