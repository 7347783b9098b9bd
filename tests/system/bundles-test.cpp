// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Apps from bundles with all programs together: installed, started, updated, removed - and whoever tries to become
// another app on the way.

#include <sys/stat.h>

#include <QtTest>

#include "tests/app/cli/pty-child.h"
#include "tests/app/cli/run-command.h"
#include "tests/launcher/bundle/bundle-bench.h"
#include "tests/support/system-world.h"

using namespace latchkey;
using namespace latchkey::test;

class BundlesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void itRunsFromItsBundleWithNothing();
  void furtherProgramsAreTheSameApp();
  void menusComeAndGo();
  void whatIsClaimedIsGivenOnlyIfSaid();
  void anUpdateThatClaimsMoreWaits();
  void whatRunsGoesOnThroughAnUpdate();
  void rollbackReturns();
  void removingEndsWhatRunsAndWhatItHolds();
  void theIdOfASystemAppIsRefused();
  void aSystemAppThatComesLaterChangesNothing();
  void furtherProgramsComeAfterOtherApps();
  void anotherSignerIsRefused();
  void anotherSignerIsRefusedAfterARemoval();
  void olderOnesAreRefused();
  void unsignedAndDamagedOnesAreRefused();
  void entriesThatDeceiveAreRefused_data();
  void entriesThatDeceiveAreRefused();
  void whatWasShownIsWhatIsInstalled_data();
  void whatWasShownIsWhatIsInstalled();

private:
  // A signed bundle of one script, as FILE.
  struct Spec {
    QByteArray script = "echo ran\n";
    QByteArray id = "org.example.App";
    QByteArray version = "1.0";
    QByteArray more = {};       // Of the manifest, before the command.
    QByteArray ofCommand = {};  // Behind the command.
    std::vector<Part> parts = {};
  };
  QString make(const Spec& spec, const SecretKey& key, const QString& name = "x.latchkey") const;
  QString make(const Spec& spec, const QString& name = "x.latchkey") const { return make(spec, m_bench.key, name); }
  CommandOutcome install(const QString& file, const QStringList& options = {}) const {
    return m_world->latchkey(QStringList{"install", "--yes"} + options + QStringList{file});
  }
  // Without a question.
  CommandOutcome run(const QStringList& words = {"org.example.App"}) const {
    return m_world->latchkey(QStringList{"run", "--ask", "no"} + words);
  }
  QString exported(const QString& id = "org.example.App") const {
    return m_world->path("data/applications/" + id + ".desktop");
  }
  QJsonObject listed(const QString& id) const {
    for (auto app : m_world->list({"apps"})) {
      if (app.toObject()["id"] == id) return app.toObject();
    }
    return {};
  }
  static QByteArray claims(const QByteArray& target) {
    return "\n[[claims]]\nkind = \"folder\"\ntarget = \"" + target + "\"\nreason = \"to work\"\n";
  }
  static void put(const QString& file, const QByteArray& text) { test::put(file, text); }
  void systemEntry(const QString& id) const {
    put(m_world->path("system/applications/" + id + ".desktop"),
        "[Desktop Entry]\nType=Application\nName=Of the system\nExec=/usr/bin/printf system\n");
  }

  std::unique_ptr<SystemWorld> m_world;
  Bench m_bench;
  SecretKey m_other = SecretKey::generate();
};

void BundlesTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void BundlesTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->setVariable("XDG_DATA_DIRS", m_world->path("system") + ":/usr/share");
}

QString BundlesTest::make(const Spec& spec, const SecretKey& key, const QString& name) const {
  auto manifest = "format = 1\nid = \"" + spec.id + "\"\nversion = \"" + spec.version +
                  "\"\nname = \"App\"\nsummary = \"For tests\"\n" + spec.more +
                  "\n[[commands]]\nname = \"app\"\ncommand = [\"bin/app\"]\n" + spec.ofCommand;
  auto parts = spec.parts;
  parts.push_back(file("manifest.toml", manifest.toStdString()));
  parts.push_back(folder("files"));
  parts.push_back(folder("files/bin"));
  parts.push_back(file("files/bin/app", "#!/bin/sh\n" + spec.script.toStdString(), true));
  std::ranges::stable_sort(parts, [](auto& one, auto& other) { return goesBefore(one.entry, other.entry); });
  auto raw = Bench::rawOf(parts);
  auto list = QByteArray::fromStdString(raw.list);
  list.replace("app\torg.example.Player\t1.2\n", "app\t" + spec.id + "\t" + spec.version + "\n");
  raw.list = list.toStdString();
  return m_bench.write(raw, key, name);
}

void BundlesTest::itRunsFromItsBundleWithNothing() {
  m_world->write("Documents/a.txt", "the content");
  auto bundle = make(
      {.script = "echo $0 \"$@\"; cat ~/Documents/a.txt 2>/dev/null || echo refused\n", .more = claims("~/Documents")});
  auto outcome = install(bundle);
  QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
  QVERIFY2(outcome.out.contains("to see everything in ~/Documents\n      “to work”"), outcome.out);
  auto ran = run({"org.example.App", "--yes", "x"});
  QCOMPARE(ran.out, "/app/bin/app --yes x\nrefused\n");
  auto app = listed("org.example.App");
  QCOMPARE(app["source"], "bundle");
  QCOMPARE(app["version"], "1.0");
  QCOMPARE(app["confined"], true);
  QVERIFY(m_world->list({"grants"}).isEmpty());
  QVERIFY(install(bundle).out.contains("is installed already"));
}

void BundlesTest::furtherProgramsAreTheSameApp() {
  QCOMPARE(install(make({.script = "echo a >~/mine; echo done\n",
                         .ofCommand = "[[commands]]\nname = \"show\"\ncommand = [\"/usr/bin/cat\", \"mine\"]\n"}))
               .status,
           0);
  QCOMPARE(run().out, "done\n");
  QCOMPARE(run({"org.example.App.show"}).out, "a\n");  // The same home.
  QCOMPARE(run({"org.example.App.none"}).status, 127);
  for (auto entry : m_world->journal("start")) QCOMPARE(entry.toObject()["app"], "org.example.App");
}

void BundlesTest::menusComeAndGo() {
  std::string entry = "[Desktop Entry]\nType=Application\nName=App\nExec=app %F\nMimeType=text/plain;\n";
  Spec spec{.ofCommand = "desktop = \"org.example.App.desktop\"\n",
            .parts = {file("files/org.example.App.desktop", entry)}};
  QCOMPARE(install(make(spec)).status, 0);
  QVERIFY(waitUntil([&] { return QFile::exists(exported()); }));
  auto text = contentOf(exported());
  QVERIFY2(text.contains(" run \"org.example.App\" %F\n") && text.contains("X-Latchkey-Bundle=org.example.App\n"),
           text);
  // What somebody deletes is there again after the next change.
  QVERIFY(QFile::remove(exported()));
  QCOMPARE(install(make({.id = "org.example.Other"}, "y.latchkey")).status, 0);
  QVERIFY(waitUntil([&] { return contentOf(exported()) == text; }));
  QCOMPARE(m_world->latchkey({"remove", "--yes", "org.example.App"}).status, 0);
  QVERIFY(waitUntil([&] { return !QFile::exists(exported()); }));
}

void BundlesTest::whatIsClaimedIsGivenOnlyIfSaid() {
  m_world->write("Documents/a.txt", "the content");
  auto outcome = install(make({.script = "cat ~/Documents/a.txt\n", .more = claims("~/Documents")}),
                         {"--allow", "folder:~/Documents"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QCOMPARE(run().out, "the content");
  auto grants = m_world->list({"grants"});
  QCOMPARE(grants.size(), 1);
  QCOMPARE(grants[0].toObject()["holder"], "org.example.App");
  QVERIFY(install(make({.version = "2.0"}), {"--allow", "folder:~/Pictures"}).status == 2);
  QCOMPARE(listed("org.example.App")["version"], "1.0");
}

void BundlesTest::anUpdateThatClaimsMoreWaits() {
  QCOMPARE(install(make({.script = "echo one\n", .more = claims("~/Music")})).status, 0);
  QCOMPARE(install(make({.script = "echo two\n", .version = "2.0", .more = claims("~/Music")})).status, 0);
  QCOMPARE(run().out, "two\n");
  auto waiting = install(make({.script = "echo three\n", .version = "3.0", .more = claims("~/")}));
  QVERIFY2(waiting.status == 0 && waiting.out.contains("latchkey update org.example.App"), waiting.out + waiting.err);
  QCOMPARE(run().out, "two\n");
  QVERIFY(m_world->latchkey({"update"}).out.contains("org.example.App 2.0: 3.0 waits"));
  QCOMPARE(m_world->latchkey({"update", "org.example.App", "--refuse"}).status, 0);
  QVERIFY(m_world->latchkey({"update"}).out.contains("Nothing waits"));
  install(make({.script = "echo three\n", .version = "3.0", .more = claims("~/")}));
  QCOMPARE(m_world->latchkey({"update", "org.example.App", "--yes"}).status, 0);
  QCOMPARE(run().out, "three\n");
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void BundlesTest::whatRunsGoesOnThroughAnUpdate() {
  QCOMPARE(
      install(make({.script = "echo ready; read go; cat /app/word\n", .parts = {file("files/word", "one")}})).status,
      0);
  auto running = m_world->start({"run", "--ask", "no", "org.example.App"});
  QVERIFY(running->says("ready"));
  for (auto version : {"2.0", "3.0", "4.0"}) {
    QCOMPARE(
        install(make({.script = "cat /app/word\n", .version = version, .parts = {file("files/word", version)}})).status,
        0);
  }
  QCOMPARE(run().out, "4.0");
  running->tell("\n");
  QVERIFY2(running->says("one"), running->output());
  QCOMPARE(running->waitForEnd(), 0);
}

void BundlesTest::rollbackReturns() {
  QCOMPARE(install(make({.script = "echo one\n"})).status, 0);
  QVERIFY(m_world->latchkey({"rollback", "org.example.App"}).status == 1);
  QCOMPARE(install(make({.script = "echo two\n", .version = "2.0"})).status, 0);
  QCOMPARE(m_world->latchkey({"rollback", "org.example.App"}).status, 0);
  QCOMPARE(run().out, "one\n");
  QCOMPARE(m_world->latchkey({"rollback", "org.example.App"}).status, 0);
  QCOMPARE(run().out, "two\n");
}

void BundlesTest::removingEndsWhatRunsAndWhatItHolds() {
  m_world->write("Documents/a.txt", "x");
  QCOMPARE(install(make({.script = "echo kept >~/mine; echo ready; sleep 1000\n"})).status, 0);
  QCOMPARE(m_world->latchkey({"grant", "org.example.App", "file", m_world->home("Documents/a.txt")}).status, 0);
  QCOMPARE(m_world->latchkey({"grant", "org.example.App@work", "file", m_world->home("Documents/a.txt")}).status, 0);
  auto running = m_world->start({"run", "--ask", "no", "org.example.App"});
  QVERIFY(running->says("ready"));
  auto removed = m_world->latchkey({"remove", "--yes", "org.example.App"});
  QVERIFY2(removed.status == 0, removed.out + removed.err);
  QVERIFY(running->waitForEnd() != 0);
  QVERIFY(m_world->list({"ps"}).isEmpty());
  QVERIFY(m_world->list({"grants"}).isEmpty());
  QCOMPARE(run().status, 127);
  auto home = m_world->path("data/latchkey/profiles/org.example.App");
  QVERIFY(QFile::exists(home));
  QCOMPARE(install(make({.script = "cat ~/mine\n"})).status, 0);
  QCOMPARE(run().out, "kept\n");
  QCOMPARE(m_world->latchkey({"remove", "--yes", "--data", "org.example.App"}).status, 0);
  QVERIFY(!QFile::exists(home));
}

void BundlesTest::theIdOfASystemAppIsRefused() {
  systemEntry("org.example.App");
  auto outcome = install(make({}));
  QCOMPARE(outcome.status, 1);
  QCOMPARE(outcome.err.count('\n'), 1);
  QCOMPARE(run().out, "system");
  QVERIFY(listed("org.example.App")["bundle"] == "");
  QVERIFY(!QFile::exists(exported()));
}

void BundlesTest::aSystemAppThatComesLaterChangesNothing() {
  std::string entry = "[Desktop Entry]\nType=Application\nName=App\nExec=app\n";
  Spec spec{.ofCommand = "desktop = \"org.example.App.desktop\"\n",
            .parts = {file("files/org.example.App.desktop", entry)}};
  QCOMPARE(install(make(spec)).status, 0);
  systemEntry("org.example.App");
  QCOMPARE(run().out, "ran\n");
  auto app = listed("org.example.App");
  QCOMPARE(app["hides"].toString(), m_world->path("system/applications/org.example.App.desktop"));
  QVERIFY(m_world->latchkey({"apps"}).out.contains("comes before"));
  // The desktop's menu has the system's, from the next change on.
  QCOMPARE(install(make({.id = "org.example.Other"}, "y.latchkey")).status, 0);
  QVERIFY(waitUntil([&] { return !QFile::exists(exported()); }));
  QCOMPARE(m_world->latchkey({"remove", "--yes", "--data", "org.example.App"}).status, 0);
  QCOMPARE(run().out, "system");
}

void BundlesTest::furtherProgramsComeAfterOtherApps() {
  Spec two{.script = "touch ~/of-the-first\n", .ofCommand = "[[commands]]\nname = \"edit\"\ncommand = [\"bin/app\"]\n"};
  QCOMPARE(install(make(two)).status, 0);
  QCOMPARE(run().status, 0);
  // Somebody else's app of that very id is started by it, with grants of its own, never with those of the first.
  QCOMPARE(install(make({.script = "echo other; ls -A ~/of-the-first\n", .id = "org.example.App.edit"}, m_other,
                        "y.latchkey"))
               .status,
           0);
  QCOMPARE(run({"org.example.App.edit"}).out, "other\n");
  QCOMPARE(m_world->journal("start").last().toObject()["app"], "org.example.App.edit");
}

void BundlesTest::anotherSignerIsRefused() {
  QCOMPARE(install(make({.script = "echo one\n"})).status, 0);
  auto outcome = install(make({.script = "echo evil\n", .version = "9.0"}, m_other));
  QCOMPARE(outcome.status, 1);
  QCOMPARE(outcome.err.count('\n'), 1);
  QCOMPARE(install(make({.script = "echo evil\n", .version = "9.0"}, m_other), {"--replace-older"}).status, 1);
  QCOMPARE(run().out, "one\n");
}

void BundlesTest::anotherSignerIsRefusedAfterARemoval() {
  QCOMPARE(install(make({.script = "echo secret >~/mine\n"})).status, 0);
  run();
  QCOMPARE(m_world->latchkey({"remove", "--yes", "org.example.App"}).status, 0);
  auto thief = make({.script = "cat ~/mine 2>/dev/null || echo nothing\n"}, m_other);
  QCOMPARE(install(thief).status, 1);
  QCOMPARE(run().status, 127);
  QCOMPARE(m_world->latchkey({"remove", "--yes", "--data", "org.example.App"}).status, 0);
  QCOMPARE(install(thief).status, 0);
  QCOMPARE(run().out, "nothing\n");
}

void BundlesTest::olderOnesAreRefused() {
  QCOMPARE(install(make({.script = "echo ten\n", .version = "1.10"})).status, 0);
  for (auto version : {"1.9", "1.10"}) {
    auto outcome = install(make({.script = "echo old\n", .version = version}));
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.err.contains("--replace-older"), outcome.err);
    QCOMPARE(run().out, "ten\n");
  }
  QCOMPARE(install(make({.script = "echo nine\n", .version = "1.9"}), {"--replace-older"}).status, 0);
  QCOMPARE(run().out, "nine\n");
}

void BundlesTest::unsignedAndDamagedOnesAreRefused() {
  auto bundle = make({});
  auto bytes = contentOf(bundle);
  for (auto at : {qsizetype(10), qsizetype(90), bytes.size() / 2, bytes.size() - 1}) {
    auto changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    put(bundle, changed);
    auto outcome = install(bundle);
    QVERIFY2(outcome.status == 1 && outcome.err.count('\n') == 1, outcome.out + outcome.err);
  }
  put(bundle, bytes.left(bytes.size() - 1));
  QCOMPARE(install(bundle).status, 1);
  QCOMPARE(run().status, 127);
  put(bundle, bytes);
  QCOMPARE(install(bundle).status, 0);
}

void BundlesTest::entriesThatDeceiveAreRefused_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<QByteArray>("exec");
  QTest::addColumn<bool>("may");
  QTest::newRow("sound") << QByteArray("org.example.App.desktop") << QByteArray("app %F") << true;
  QTest::newRow("another app's") << QByteArray("firefox.desktop") << QByteArray("app") << false;
  QTest::newRow("almost its own") << QByteArray("org.example.App2.desktop") << QByteArray("app") << false;
  QTest::newRow("an option") << QByteArray("org.example.App.desktop") << QByteArray("--profile x app") << false;
  QTest::newRow("marks") << QByteArray("org.example.App.desktop") << QByteArray("app @@u %U @@") << false;
  QTest::newRow("a variable") << QByteArray("org.example.App.desktop") << QByteArray("LD_PRELOAD=x app") << false;
}

void BundlesTest::entriesThatDeceiveAreRefused() {
  QFETCH(QByteArray, name);
  QFETCH(QByteArray, exec);
  QFETCH(bool, may);
  auto entry = "[Desktop Entry]\nType=Application\nName=App\nExec=" + exec + "\n";
  auto outcome = install(make({.ofCommand = "desktop = \"" + name + "\"\n",
                               .parts = {file("files/" + name.toStdString(), entry.toStdString())}}));
  QCOMPARE(outcome.status == 0, may);
  QCOMPARE(run().status, may ? 0 : 127);
  QDir menus(m_world->path("data/applications"));
  if (may) QVERIFY(waitUntil([&] { return menus.entryList(QDir::Files) == QStringList{name}; }));
  else QVERIFY(menus.entryList(QDir::Files).isEmpty());
}

void BundlesTest::whatWasShownIsWhatIsInstalled_data() {
  QTest::addColumn<bool>("renamed");
  QTest::newRow("another file in its place") << true;
  QTest::newRow("written over") << false;
}

void BundlesTest::whatWasShownIsWhatIsInstalled() {
  QFETCH(bool, renamed);
  auto shown = make({.script = "echo shown\n", .more = claims("~/Music")});
  auto other = make({.script = "echo other\n", .more = claims("~/")}, "y.latchkey");
  PtyChild child({programPath("latchkey"), "install", shown}, m_world->environment(), m_world->home());
  QVERIFY2(child.expect("[y/N] "), child.seen());
  if (renamed) {
    QCOMPARE(rename(other.toUtf8().constData(), shown.toUtf8().constData()), 0);
  } else {
    QFile over(shown);
    QVERIFY(over.open(QIODevice::WriteOnly));
    over.write(contentOf(other));
  }
  child.type("y\n");
  auto status = child.waitForEnd(60'000);
  QVERIFY2(child.seen().contains("~/Music"), child.seen());
  // The file that was opened is installed; one that says something else by then is refused.
  QCOMPARE(status, renamed ? 0 : 1);
  if (renamed) QCOMPARE(run().out, "shown\n");
  else QCOMPARE(run().status, 127);
}

QTEST_GUILESS_MAIN(BundlesTest)
#include "bundles-test.moc"
