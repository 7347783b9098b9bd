// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What was damaged is found, and made good where there is something to make it from.

#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QtTest>

#include "launcher/store/installed.h"
#include "tests/launcher/store/store-bench.h"

using namespace latchkey;
using namespace latchkey::store;
using namespace latchkey::test;

class RepairTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void damageIsFoundAndRepaired_data();
  void damageIsFoundAndRepaired();
  void allVersionsWithTheFileAreRepaired();
  void whatIsNowhereIsTold();
  void theTwinHelps();
  void installingAgainRepairs();
  void anotherBundleDoesNotHelp();
  void whatRunsGoesOnWithWhatItHas();
};

namespace {

using Damage = std::function<void(const QString& deploy)>;

void overwrite(const QString& file) {
  struct stat status{};
  QVERIFY(stat(file.toUtf8().constData(), &status) == 0);
  QVERIFY(chmod(file.toUtf8().constData(), 0644) == 0);
  QFile to(file);
  QVERIFY(to.open(QIODevice::ReadWrite));
  to.write("X");
  to.close();
  QVERIFY(chmod(file.toUtf8().constData(), status.st_mode & 07777) == 0);
}

QByteArray shown(const std::vector<Fault>& faults) {
  QByteArray all;
  for (auto& one : faults)
    all += QByteArray::fromStdString(one.path + " " + one.problem + (one.repaired ? " (repaired)" : "") + "\n");
  return all;
}

}  // namespace

void RepairTest::damageIsFoundAndRepaired_data() {
  QTest::addColumn<Damage>("damage");
  QTest::addColumn<QByteArray>("found");
  QTest::addColumn<bool>("alone");  // Without the bundle.
  auto row = [](const char* name, const char* found, bool alone, const Damage& damage) {
    QTest::newRow(name) << damage << QByteArray(found) << alone;
  };
  row("changed in place", "files/share/tune was changed", false,
      [](auto& deploy) { overwrite(deploy + "/files/share/tune"); });
  row("gone", "files/bin/player is missing", true, [](auto& deploy) { QFile::remove(deploy + "/files/bin/player"); });
  row("exchanged", "files/bin/player was changed", true, [](auto& deploy) {
    QFile::remove(deploy + "/files/bin/player");
    put(deploy + "/files/bin/player", "#!/bin/sh\necho playing 9.9\n", true);
    chmod((deploy + "/files/bin/player").toUtf8().constData(), 0555);
  });
  row("longer", "files/share/tune was changed", true, [](auto& deploy) {
    QFile::remove(deploy + "/files/share/tune");
    put(deploy + "/files/share/tune", "more than there was, of all of it\n");
  });
  row("rights", "files/share/script has other rights", true, [](auto& deploy) {
    QFile::remove(deploy + "/files/share/script");
    put(deploy + "/files/share/script", "#!/bin/sh\necho playing 1.0\n", true);
  });
  row("a folder for a file", "files/share/tune is no file", true, [](auto& deploy) {
    QFile::remove(deploy + "/files/share/tune");
    put(deploy + "/files/share/tune/inside", "x");
  });
  row("a link for a file", "files/share/tune is no file", true, [](auto& deploy) {
    QFile::remove(deploy + "/files/share/tune");
    QFile::link("/etc/passwd", deploy + "/files/share/tune");
  });
  row("another link", "files/share/player is another link", true, [](auto& deploy) {
    QFile::remove(deploy + "/files/share/player");
    QFile::link("/bin/sh", deploy + "/files/share/player");
  });
  row("a folder gone", "files/share is missing", true,
      [](auto& deploy) { QDir(deploy + "/files/share").removeRecursively(); });
  row("a folder that is a link", "files/share is no folder", true, [](auto& deploy) {
    QVERIFY(QDir().rename(deploy + "/files/share", deploy + "/../../../../aside"));
    QFile::link("../../../../../../aside", deploy + "/files/share");
  });
  row("a stranger", "files/bin/other does not belong to it", true,
      [](auto& deploy) { put(deploy + "/files/bin/other", "x", true); });
  row("a stranger above", "other does not belong to it", true, [](auto& deploy) { put(deploy + "/other/x", "x"); });
  row("the list", "list was changed", false, [](auto& deploy) { overwrite(deploy + "/list"); });
  row("no list", "list is missing", false, [](auto& deploy) { QFile::remove(deploy + "/list"); });
  row("the signature", "list was changed", false, [](auto& deploy) { overwrite(deploy + "/signature"); });
  row("the key", "list was changed", false, [](auto& deploy) { overwrite(deploy + "/key"); });
  row("the report", "report was changed, or is missing", false, [](auto& deploy) { overwrite(deploy + "/report"); });
}

void RepairTest::damageIsFoundAndRepaired() {
  QFETCH(Damage, damage);
  QFETCH(QByteArray, found);
  QFETCH(bool, alone);
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  auto deploy = QString::fromStdString(bench.install(store, app).folder);
  damage(deploy);
  auto faults = shown(store.verify(app.id, false));
  QVERIFY2(faults.contains(found), faults);
  QVERIFY(!faults.contains("(repaired)"));
  // Looking changes nothing.
  QCOMPARE(shown(store.verify({}, false)), faults);
  auto repaired = store.verify(app.id, true);
  QCOMPARE(std::ranges::all_of(repaired, &Fault::repaired), alone);
  if (!alone) {
    QVERIFY(!bench.faults().isEmpty());
    MemorySource source(app);
    auto papers = app.papers(bench.key);
    for (auto& fault : store.verify(app.id, true, &source, &papers)) QVERIFY2(fault.repaired, fault.path.c_str());
  }
  QCOMPARE(bench.faults(), QByteArray());
  QCOMPARE(bench.leaks(), QStringList());
  QVERIFY(findInstalled(bench.path(), app.id) != nullptr);
  QCOMPARE(contentOf(deploy + "/files/bin/player"), QByteArray("#!/bin/sh\necho playing 1.0\n"));
}

void RepairTest::allVersionsWithTheFileAreRepaired() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp one, two{.version = "1.1"};
  bench.install(store, one);
  auto deploy = QString::fromStdString(bench.install(store, two).folder);
  overwrite(deploy + "/files/share/tune");
  // One content, four names of it in two versions.
  QCOMPARE(store.verify(one.id, false).size(), 4u);
  MemorySource source(two);
  auto papers = two.papers(bench.key);
  store.verify(one.id, true, &source, &papers);
  QCOMPARE(bench.faults(), QByteArray());
  QCOMPARE(bench.leaks(), QStringList());
}

void RepairTest::whatIsNowhereIsTold() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  auto deploy = QString::fromStdString(bench.install(store, app).folder);
  overwrite(deploy + "/files/share/tune");
  auto faults = store.verify(app.id, true);
  QCOMPARE(faults.size(), 2u);
  QVERIFY(!faults[0].repaired && !faults[1].repaired);
  QCOMPARE(faults[0].id, app.id);
  QCOMPARE(faults[0].version, app.version);
  QVERIFY(QDir(deploy).removeRecursively());
  faults = store.verify(app.id, true);
  QCOMPARE(shown(faults), QByteArray(" is missing\n"));
  std::string problem;
  QVERIFY(findInstalled(bench.path(), app.id, &problem) == nullptr);
  QVERIFY2(problem.find("is damaged") != problem.npos, problem.c_str());
  QVERIFY(failureOf([&] { store.verify("org.example.None", true); }).contains("is not installed"));
}

// The program's own file is bad; a file that is no program has the same content.
void RepairTest::theTwinHelps() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  auto deploy = QString::fromStdString(bench.install(store, app).folder);
  overwrite(deploy + "/files/bin/player");
  auto faults = store.verify(app.id, true);
  QCOMPARE(faults.size(), 1u);
  QVERIFY(faults[0].repaired);
  QCOMPARE(bench.faults(), QByteArray());
  QCOMPARE(bench.leaks(), QStringList());
}

void RepairTest::installingAgainRepairs() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  auto deploy = QString::fromStdString(bench.install(store, app).folder);
  overwrite(deploy + "/files/share/tune");
  QFile::remove(deploy + "/report");
  QCOMPARE(bench.install(store, app).result, schema::InstallOutcome::Result::PRESENT);
  QCOMPARE(bench.faults(), QByteArray());
  QVERIFY(QDir(deploy).removeRecursively());
  QCOMPARE(bench.problemOf(store, app), QByteArray());
  QCOMPARE(bench.faults(), QByteArray());
  QCOMPARE(bench.leaks(), QStringList());
}

void RepairTest::anotherBundleDoesNotHelp() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app, other{.version = "1.1"};
  auto deploy = QString::fromStdString(bench.install(store, app).folder);
  overwrite(deploy + "/list");
  overwrite(deploy + "/files/share/tune");
  MemorySource source(other);
  auto papers = other.papers(bench.key);
  store.verify(app.id, true, &source, &papers);
  QVERIFY(!bench.faults().isEmpty());
  // The right version, by somebody else's key.
  MemorySource right(app);
  papers = app.papers(bench.otherKey);
  store.verify(app.id, true, &right, &papers);
  QVERIFY(bench.faults().contains("list"));
  // The right one, with wrong contents.
  right.contents[digestOf("the same in all versions\n")] = "THE SAME in all versions\n";
  papers = app.papers(bench.key);
  store.verify(app.id, true, &right, &papers);
  QVERIFY(bench.faults().contains("files/share/tune"));
}

void RepairTest::whatRunsGoesOnWithWhatItHas() {
  StoreBench bench;
  Store store(bench.parts());
  TestApp app;
  auto deploy = QString::fromStdString(bench.install(store, app).folder);
  QFile running(deploy + "/files/share/tune");
  QVERIFY(running.open(QIODevice::ReadOnly));
  overwrite(deploy + "/files/share/tune");
  MemorySource source(app);
  auto papers = app.papers(bench.key);
  store.verify(app.id, true, &source, &papers);
  QCOMPARE(running.readAll(), QByteArray("Xhe same in all versions\n"));
  QCOMPARE(contentOf(deploy + "/files/share/tune"), QByteArray("the same in all versions\n"));
}

QTEST_APPLESS_MAIN(RepairTest)
#include "repair-test.moc"
