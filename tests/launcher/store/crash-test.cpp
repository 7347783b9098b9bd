// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The power fails at each single step of each change: afterwards the old state is there or the new one, whole, and
// nothing else.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QDir>
#include <QtTest>

#include "launcher/store/installed.h"
#include "tests/launcher/store/store-bench.h"

using namespace latchkey;
using namespace latchkey::store;
using namespace latchkey::test;

namespace {

constexpr int BROKEN_OFF = 9;
constexpr const char* ID = "org.example.Player";

using Work = std::function<void(StoreBench&, Store&)>;

const TestApp WIDER{.version = "1.1", .claims = {{.kind = "device", .target = "camera"}}};

struct Change {
  const char* name;
  Work before;
  Work change;
  QByteArray old;
  QByteArray now;
};

void nothing(StoreBench&, Store&) {}
void one(StoreBench& bench, Store& store) { bench.install(store, {}); }
void two(StoreBench& bench, Store& store) {
  one(bench, store);
  bench.install(store, {.version = "1.1"});
}
void three(StoreBench& bench, Store& store) {
  two(bench, store);
  bench.install(store, {.version = "1.2"});
}
void waiting(StoreBench& bench, Store& store) {
  one(bench, store);
  bench.install(store, WIDER);
}
void withData(StoreBench& bench, Store& store) {
  two(bench, store);
  put(bench.root.path() + "/profiles/" + ID + "/default/notes", "mine");
}

std::vector<Change> changes() {
  return {
      {"install", nothing, one, "-", "1.0"},
      {"update", one, [](auto& bench, auto& store) { bench.install(store, {.version = "1.1"}); }, "1.0", "1.1<1.0"},
      {"update again", two, [](auto& bench, auto& store) { bench.install(store, {.version = "1.2"}); }, "1.1<1.0",
       "1.2<1.1"},
      {"wait", one, [](auto& bench, auto& store) { bench.install(store, WIDER); }, "1.0", "1.0?1.1"},
      {"accept", waiting, [](auto&, auto& store) { store.accept(ID, "1.1"); }, "1.0?1.1", "1.1<1.0"},
      {"refuse", waiting, [](auto&, auto& store) { store.refuse(ID, "1.1"); }, "1.0?1.1", "1.0"},
      {"roll back", three, [](auto&, auto& store) { store.rollback(ID); }, "1.2<1.1", "1.1<1.2"},
      {"remove", two, [](auto&, auto& store) { store.remove(ID, false); }, "1.1<1.0", "-"},
      {"remove with data", withData, [](auto&, auto& store) { store.remove(ID, true); }, "1.1<1.0", "-"},
      {"collect", three, [](auto&, auto& store) { store.collect(); }, "1.2<1.1", "1.2<1.1"},
  };
}

// Ends at its step number `at`; false if it has no so many.
bool breakOff(StoreBench& bench, const Work& change, int at) {
  auto child = fork();
  if (child == 0) {
    int steps = 0;
    bool counting = false;
    bench.step = [&] {
      if (counting && steps++ == at) _exit(BROKEN_OFF);
    };
    Store store(bench.parts());
    counting = true;
    auto problem = failureOf([&] { change(bench, store); });
    if (!problem.isEmpty()) qWarning("%s", problem.constData());
    _exit(problem.isEmpty() ? 0 : 1);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) qFatal("a child was lost");
  if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != BROKEN_OFF) qFatal("a change failed");
  return WEXITSTATUS(status) == BROKEN_OFF;
}

}  // namespace

class CrashTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void oldOrNewNeverBetween_data();
  void oldOrNewNeverBetween();
  void alsoWhilePuttingInOrder_data() { oldOrNewNeverBetween_data(); }
  void alsoWhilePuttingInOrder();
};

void CrashTest::oldOrNewNeverBetween_data() {
  QTest::addColumn<int>("index");
  auto all = changes();
  for (size_t i = 0; i < all.size(); ++i) QTest::newRow(all[i].name) << static_cast<int>(i);
}

void CrashTest::oldOrNewNeverBetween() {
  QFETCH(int, index);
  auto change = changes()[static_cast<size_t>(index)];
  unsigned olds = 0, news = 0;
  for (int at = 0;; ++at) {
    StoreBench bench;
    {
      Store store(bench.parts());
      change.before(bench, store);
    }
    QCOMPARE(bench.stateOf(), change.old);
    bool broken = breakOff(bench, change.change, at);
    // Who only reads finds the one or the other before anybody has put anything in order.
    auto said = QByteArray(change.name) + ", step " + QByteArray::number(at);
    auto version = change.old == change.now ? change.old : QByteArray();
    KJ_IF_MAYBE (app, findInstalled(bench.path(), ID)) {
      version = QByteArray::fromStdString(app->version);
      QVERIFY2(faccessat(app->folder, "files/bin/player", F_OK, 0) == 0, said);
    } else {
      version = "-";
    }
    auto isVersionOf = [&](const QByteArray& state) { return state.split('<')[0].split('?')[0] == version; };
    QVERIFY2(isVersionOf(change.old) || isVersionOf(change.now), said + ": " + version);

    Store store(bench.parts());
    store.tidy();
    auto state = bench.stateOf();
    QVERIFY2(state == change.old || state == change.now, said + ": " + state);
    QVERIFY2(bench.leaks().isEmpty(), said + ": " + bench.leaks().join(", ").toUtf8());
    QCOMPARE(bench.faults(), QByteArray());
    bool hasData = QFile::exists(bench.root.path() + "/profiles/" + ID + "/default/notes");
    if (QByteArray(change.name) == "remove with data")
      QVERIFY2(hasData == (state == change.old), said + ": " + state + (hasData ? " with data" : " without"));
    (state == change.old ? olds : news)++;
    // And it can be done now, or again.
    if (!broken) {
      QCOMPARE(state, change.now);
      break;
    }
    if (state == change.old && change.old != change.now) {
      change.change(bench, store);
      QCOMPARE(bench.stateOf(), change.now);
      QCOMPARE(bench.leaks(), QStringList());
    }
  }
  if (change.old != change.now) QVERIFY(olds > 0 && news > 0);
}

// The power fails again while the next one puts in order what was left.
void CrashTest::alsoWhilePuttingInOrder() {
  QFETCH(int, index);
  auto change = changes()[static_cast<size_t>(index)];
  for (int at = 1;; at += 3) {
    StoreBench bench;
    {
      Store store(bench.parts());
      change.before(bench, store);
    }
    if (!breakOff(bench, change.change, at)) break;
    for (int then = 0; breakOff(bench, [](auto&, auto& store) { store.tidy(); }, then); ++then) {}
    auto state = bench.stateOf();
    QVERIFY2(state == change.old || state == change.now, state);
    QCOMPARE(bench.leaks(), QStringList());
    QCOMPARE(bench.faults(), QByteArray());
  }
}

QTEST_APPLESS_MAIN(CrashTest)
#include "crash-test.moc"
