// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/confinement/call-filter.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <functional>

#include "broker/confinement/sanitized.h"

using namespace latchkey;

namespace {

// A call that changes nothing, answers 0 or fails of itself with EINVAL, and takes any number.
constexpr auto CALL = "getpriority";
constexpr int REFUSED = EKEYREJECTED;

int answer(uint64_t first, uint64_t second = 0) {
  return syscall(SYS_getpriority, first, second) < 0 && errno == REFUSED ? REFUSED : 0;
}

// What `tries` returns in a process of its own that has loaded `filter`.
int filtered(CallFilter& filter, const std::function<int()>& tries) {
  auto child = fork();
  if (child == 0) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    filter.load();
    _exit(tries());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

class CallFilterTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void conditions_data();
  void conditions();
  void whatIsNotListedFails();
  void namesNobodyKnows();
  void bothConditionsHold();
  void numbers();
};

void CallFilterTest::conditions_data() {
  QTest::addColumn<int>("kind");
  QTest::addColumn<quint64>("value");
  QTest::addColumn<bool>("refused");
  constexpr quint64 HIGH = quint64{1} << 40;
  QTest::newRow("is") << 0 << quint64{5} << true;
  QTest::newRow("is not another") << 0 << quint64{6} << false;
  QTest::newRow("is, with more bits") << 0 << (HIGH | 5) << false;
  QTest::newRow("low half") << 1 << quint64{5} << true;
  QTest::newRow("low half, whatever is above it") << 1 << (HIGH | 5) << true;
  QTest::newRow("low half of another") << 1 << quint64{4} << false;
  QTest::newRow("differs") << 2 << quint64{6} << true;
  QTest::newRow("differs above the low half") << 2 << (HIGH | 5) << true;
  QTest::newRow("does not differ") << 2 << quint64{5} << false;
  QTest::newRow("differs from 0") << 3 << quint64{1} << true;
  QTest::newRow("no bit") << 4 << quint64{8} << true;
  QTest::newRow("one bit of them") << 4 << quint64{9} << false;
  QTest::newRow("all bits") << 5 << quint64{7} << true;
  QTest::newRow("not all bits") << 5 << quint64{4} << false;
}

void CallFilterTest::conditions() {
  QFETCH(int, kind);
  QFETCH(quint64, value);
  const CallFilter::Condition all[] = {CallFilter::is(0, 5),    CallFilter::low(0, 5),  CallFilter::isNot(0, 5),
                                       CallFilter::isNot(0, 0), CallFilter::none(0, 5), CallFilter::all(0, 5)};
  CallFilter filter{CallFilter::Allowed{}};
  filter.deny(REFUSED, CALL, {all[kind]});
  QFETCH(bool, refused);
  QCOMPARE(filtered(filter, [&] { return answer(value); }) == REFUSED, refused);
}

void CallFilterTest::whatIsNotListedFails() {
  if (IS_SANITIZED) QSKIP("a sanitizer calls more than is listed here");
  CallFilter filter(ENOSYS);
  const char* const names[] = {"exit_group", "getppid"};
  filter.allow(names);
  QCOMPARE(filtered(filter, [] { return syscall(SYS_getppid) > 0 ? 0 : 1; }), 0);
  CallFilter again(ENOSYS);
  again.allow(names);
  QCOMPARE(filtered(again, [] { return syscall(SYS_getuid) < 0 ? errno : 0; }), ENOSYS);
}

void CallFilterTest::namesNobodyKnows() {
  CallFilter filter{CallFilter::Allowed{}};
  filter.deny(REFUSED, "no_such_call");
  filter.deny(REFUSED, "s390_sthyi");  // Another processor's.
  filter.deny(REFUSED, CALL);
  QCOMPARE(filtered(filter, [] { return answer(1); }), REFUSED);
}

void CallFilterTest::bothConditionsHold() {
  CallFilter filter{CallFilter::Allowed{}};
  filter.deny(REFUSED, CALL, {CallFilter::is(0, 1), CallFilter::isNot(1, 2)});
  QCOMPARE(filtered(filter, [] { return answer(1, 2) + 2 * answer(0, 3); }), 0);
  CallFilter again{CallFilter::Allowed{}};
  again.deny(REFUSED, CALL, {CallFilter::is(0, 1), CallFilter::isNot(1, 2)});
  QCOMPARE(filtered(again, [] { return answer(1, 3); }), REFUSED);
}

void CallFilterTest::numbers() {
  const char* const names[] = {"read", "getppid"};
  QVERIFY((CallFilter::numbers(names) == std::set<int>{SYS_read, SYS_getppid}));
}

QTEST_GUILESS_MAIN(CallFilterTest)
#include "call-filter-test.moc"
